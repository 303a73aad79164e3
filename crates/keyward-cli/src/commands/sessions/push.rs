// SPDX-License-Identifier: Apache-2.0

//! `keyward sessions push`

use clap::{Args, ValueEnum};
use keyward::{account::Account, identity::KnowsIdentity};
use serde_json::json;

use super::{find, snapshot, words};
use crate::{context::Context, language::say, output::Failure, session::with_session};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// ID of the session.
    #[arg(value_name = "ID")]
    id: String,

    /// Whether it shall get push notifications.
    #[arg(value_enum)]
    state: State,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It gets push notifications
    On,
    /// It gets none
    Off,
}

pub(super) async fn run(context: &Context, arguments: Arguments) -> Result<(), Failure> {
    with_session!(context.session().await?, account => Box::pin(switch(context, &account, arguments)).await)
}

async fn switch<K: KnowsIdentity>(
    context: &Context,
    account: &Account<K>,
    arguments: Arguments,
) -> Result<(), Failure> {
    let list = snapshot(context, account).await?.list;
    let session = find(&list, &arguments.id)?;
    let on = arguments.state == State::On;
    {
        let _spinner = context.terminal.spinner(&say!("sessions-switching"));
        Box::pin(account.set_push(&session.device_id, on)).await?;
    }
    let state = if on { "on" } else { "off" };
    context.result(&json!({"device_id": session.device_id, "push": state}), || {
        words::push_switched(&words::label(session), on)
    })
}
