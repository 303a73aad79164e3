// SPDX-License-Identifier: Apache-2.0

//! `keyward sessions acknowledge`

use clap::Args;
use keyward::{account::Account, identity::KnowsIdentity};
use serde_json::json;

use super::{snapshot, unknown, words};
use crate::{context::Context, language::say, output::Failure, session::with_session};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// IDs of the sessions that you logged in yourself.
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

pub(super) async fn run(context: &Context, arguments: Arguments) -> Result<(), Failure> {
    with_session!(context.session().await?, account => Box::pin(acknowledge(context, &account, arguments)).await)
}

async fn acknowledge<K: KnowsIdentity>(
    context: &Context,
    account: &Account<K>,
    arguments: Arguments,
) -> Result<(), Failure> {
    let list = snapshot(context, account).await?.list;
    // All or none: a mistyped ID is noticed before anything is noted.
    let sessions: Result<Vec<_>, Failure> = arguments
        .ids
        .iter()
        .map(|id| {
            let mut others = list.others.iter();
            others
                .find(|session| session.device_id == *id)
                .ok_or_else(|| unknown(id))
        })
        .collect();
    let sessions = sessions?;
    for session in &sessions {
        account.acknowledge_login(&session.device_id).await?;
    }
    context.result(&json!({"acknowledged": arguments.ids}), || match sessions.as_slice() {
        [session] => say!("sessions-acknowledged-one", name = words::label(session)),
        several => say!("sessions-acknowledged", count = several.len() as u64),
    })
}
