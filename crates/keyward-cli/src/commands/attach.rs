// SPDX-License-Identifier: Apache-2.0

//! `keyward attach` and `keyward detach`: work for a session that another program keeps.

use clap::Args;
use keyward::{
    account::{Account, AttachError, Attached, HostSession, OpenError, Own, UnfinishedReset},
    doctor::Report,
    facts::AttachedStatus,
    secret::Secret,
    server::Homeserver,
};
use serde::Serialize;
use serde_json::json;

use super::{login, status};
use crate::{
    context::Context,
    interrupt::Interrupts,
    language::{name, say},
    output::Failure,
    session,
    store_key::Lookup,
};

const EXAMPLES: &str = "\
For a session that another program is logged in with: a bot, a client without a page of sessions.
That program goes on as before, and nothing of its files is opened. Afterwards `keyward status`,
`keyward doctor`, `keyward sessions`, `keyward reset` and `keyward recovery` work for it.

The access token comes from KEYWARD_ACCESS_TOKEN or from a prompt, at each command; it is not stored.
The device key is the session's own public key (session key, fingerprint), as that program shows it.

Examples:
  keyward attach --homeserver example.org --user @bot:example.org --device ABCDEFGHIJ
  KEYWARD_ACCESS_TOKEN=… keyward --json sessions
  keyward detach";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The account's server: its name (example.org) or its address (https://matrix.example.org).
    #[arg(long, value_name = "URL")]
    homeserver: String,

    /// User ID of the account (@alice:example.org).
    #[arg(long, value_name = "ID")]
    user: String,

    /// Device ID of the session.
    #[arg(long, value_name = "ID")]
    device: String,

    /// The session's public key, 43 characters of base64. In a terminal it may be left out: then it is looked up, and you
    /// compare it.
    #[arg(long, value_name = "KEY")]
    device_key: Option<String>,

    /// The public master key that the other program trusts, if it shows one.
    #[arg(long, value_name = "KEY")]
    master_key: Option<String>,
}

pub(crate) async fn attach(
    context: &Context,
    arguments: Arguments,
    interrupts: &mut Interrupts,
) -> Result<(), Failure> {
    let described = tokio::select! {
        described = Box::pin(describe(context, arguments)) => described,
        () = interrupts.next() => Err(Failure::cancelled(say!("attach-cancelled"))),
    };
    let (host, token) = described?;
    let is_new = !Account::<Attached>::is_in(&context.data_dir);
    let (key, made_here) = match context.store_keys.find().await? {
        Lookup::Found(key) => (key, false),
        lookup if !is_new => return Err(lookup.failure()),
        _ => (context.store_keys.create().await?, true),
    };
    let attached = Account::attach(&host, &context.data_dir, &key).await;
    let (account, requests) = match attached {
        Ok(attached) => attached,
        Err(error) => {
            if made_here {
                remove_key(context).await?;
            }
            return Err(match error {
                AttachError::Open(OpenError::OtherAccount) => Failure::from(error).advise(say!("attach-another-here")),
                error => error.into(),
            });
        }
    };
    session::answer(requests, token);
    let status = {
        let _spinner = context.terminal.spinner(&say!("asking-homeserver"));
        tokio::select! {
            status = Box::pin(account.status_and_report()) => status.map_err(Failure::from),
            () = interrupts.next() => Err(Failure::cancelled(say!("attach-cancelled"))),
        }
    };
    match status {
        Ok((status, report)) => show(context, &status, &report),
        Err(error) => {
            // A session that was never reached is none to come back to.
            if is_new {
                remove(context, account, UnfinishedReset::Keep).await?;
            }
            Err(error)
        }
    }
}

/// The session, and its access token. Nothing is written.
async fn describe(context: &Context, arguments: Arguments) -> Result<(HostSession, Secret), Failure> {
    if Account::<Own>::is_in(&context.data_dir) {
        // If it is a session, this says whose.
        login::existing_key(context).await?;
        return Err(Failure::new("login.already_logged_in", say!("attach-rest-of-login")));
    }
    let token = session::token(context).await?;
    let homeserver = {
        let _spinner = context.terminal.spinner(&say!("login-finding-homeserver"));
        Homeserver::discover(&arguments.homeserver).await?
    };
    let device_key = match arguments.device_key {
        Some(key) => key,
        None => compared_key(context, &homeserver, &arguments.user, &arguments.device, &token).await?,
    };
    let host = HostSession {
        homeserver: homeserver.url().to_string(),
        user_id: arguments.user,
        device_id: arguments.device,
        device_key,
        master_key: arguments.master_key,
    };
    Ok((host, token))
}

/// The key that the homeserver shows, if the person says that the other program shows the same.
async fn compared_key(
    context: &Context,
    homeserver: &Homeserver,
    user: &str,
    device: &str,
    token: &Secret,
) -> Result<String, Failure> {
    let terminal = context.terminal;
    if !terminal.is_interactive() {
        return Err(Failure::usage(
            "--device-key is missing, and nobody is there to compare the key that the homeserver shows.",
        ));
    }
    let shown = {
        let _spinner = terminal.spinner(&say!("asking-homeserver"));
        Box::pin(HostSession::shown_device_key(homeserver, user, device, token)).await?
    };
    let Some(key) = shown else {
        return Err(Failure::new("attach.no_device_key", say!("attach-no-device-key")));
    };
    terminal.say(&format!(
        "{}\n\n  {key}\n\n{}",
        say!("attach-shown-key", device = name(device)),
        say!("attach-where-shown")
    ));
    match terminal.confirm(&say!("attach-is-it-the-same"), false).await? {
        true => Ok(key),
        false => Err(Failure::cancelled(say!("attach-cancelled"))),
    }
}

#[derive(Args, Debug)]
pub(crate) struct Detaching {
    /// Give up a reset or a new Security Key that waits, with its keys, which may be nowhere else.
    #[arg(long)]
    discard_reset: bool,
}

pub(crate) async fn detach(context: &Context, arguments: Detaching) -> Result<(), Failure> {
    if !Account::<Attached>::is_in(&context.data_dir) {
        return Err(Failure::new("attach.not_attached", say!("detach-nothing-here")));
    }
    let key = match context.store_keys.find().await? {
        Lookup::Found(key) => key,
        lookup => return Err(lookup.failure()),
    };
    let (account, _requests) = Account::<Attached>::reattach(&context.data_dir, &key).await?;
    let unfinished = match arguments.discard_reset {
        true => UnfinishedReset::Discard,
        false => UnfinishedReset::Keep,
    };
    remove(context, account, unfinished).await?;
    context.result(&json!({"detached": true}), || say!("detach-done"))
}

async fn remove(context: &Context, account: Account<Attached>, unfinished: UnfinishedReset) -> Result<(), Failure> {
    account.detach(unfinished).await.map_err(|error| match error {
        AttachError::ResetPending => Failure::from(error).advise(say!("detach-pending")),
        error => error.into(),
    })?;
    drop(account);
    remove_key(context).await
}

/// The key goes, unless something else in the folder needs it.
async fn remove_key(context: &Context) -> Result<(), Failure> {
    match Account::<Own>::is_in(&context.data_dir) || Account::<Attached>::is_in(&context.data_dir) {
        true => Ok(()),
        false => context.store_keys.remove().await,
    }
}

/// What scripts get.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    status: &'a AttachedStatus,
    attached: bool,
}

/// Shows how an attached account stands.
pub(crate) fn show(context: &Context, status: &AttachedStatus, report: &Report) -> Result<(), Failure> {
    let shown = Shown { status, attached: true };
    context.result(&shown, || status::attached(status, report, context.terminal))
}
