// SPDX-License-Identifier: Apache-2.0

//! After a reset: signing out of sessions that lost their trust.

use keyward::{account::Account, identity::KnowsIdentity, sessions::Session};

use super::drive::Done;
use crate::{
    commands::sessions::{now, sign_out, words::summary},
    context::Context,
    language::say,
    output::Failure,
};

/// Offers to sign out. The reset is done, so an error here does not make it fail.
pub(super) async fn offer<K: KnowsIdentity>(context: &Context, account: &Account<K>, done: Done) {
    let terminal = context.terminal;
    if !terminal.is_interactive() || done.outcome.untrusted_sessions.is_empty() {
        return;
    }
    match ask(context, account, done).await {
        Ok(0) => terminal.say(&say!("reset-signed-out-nobody")),
        Ok(signed_out) => terminal.say(&say!("sign-out-done", count = signed_out)),
        Err(failure) if failure.is_cancelled() => terminal.say(failure.advise(say!("reset-sessions-list")).message()),
        Err(failure) => terminal.say(failure.advise(say!("reset-sessions-sign-out")).message()),
    }
}

async fn ask<K: KnowsIdentity>(context: &Context, account: &Account<K>, done: Done) -> Result<u64, Failure> {
    let terminal = context.terminal;
    let list = {
        let _spinner = terminal.spinner(&say!("asking-homeserver"));
        Box::pin(account.sessions()).await?
    };
    let is_untrusted = |session: &&Session| done.outcome.untrusted_sessions.contains(&session.device_id);
    let untrusted: Vec<&Session> = list.others.iter().filter(is_untrusted).collect();
    if untrusted.is_empty() {
        return Ok(0);
    }
    let now = now();
    let lines: Vec<String> = untrusted.iter().map(|session| summary(session, now)).collect();
    let choices: Vec<&str> = lines.iter().map(String::as_str).collect();
    terminal.say("");
    let chosen = terminal.choose_any(&say!("reset-sign-out-some"), &choices).await?;
    let ids: Vec<String> = chosen.iter().map(|index| untrusted[*index].device_id.clone()).collect();
    sign_out::sign_out(context, account, &ids, done.password).await?;
    Ok(ids.len() as u64)
}
