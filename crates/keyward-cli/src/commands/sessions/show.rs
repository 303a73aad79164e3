// SPDX-License-Identifier: Apache-2.0

//! `keyward sessions show`

use clap::Args;
use keyward::{
    account::Account,
    identity::KnowsIdentity,
    sessions::{LedgerEntry, Session},
};
use serde::Serialize;

use super::{find, history_of, now, snapshot, words};
use crate::{
    context::Context,
    output::Failure,
    session::with_session,
    terminal::text::{pad, wrap},
};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// ID of the session.
    #[arg(value_name = "ID")]
    id: String,
}

/// Everything there is, for scripts.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    session: &'a Session,
    /// Whether it is this session.
    current: bool,
    label: String,
    label_source: &'static str,
    kind: &'static str,
    fingerprint: Option<&'a str>,
    /// What this session has noted of it.
    history: Option<LedgerEntry>,
}

pub(super) async fn run(context: &Context, arguments: Arguments) -> Result<(), Failure> {
    with_session!(context.session().await?, account => Box::pin(show(context, &account, arguments)).await)
}

async fn show<K: KnowsIdentity>(context: &Context, account: &Account<K>, arguments: Arguments) -> Result<(), Failure> {
    let list = snapshot(context, account).await?.list;
    let session = find(&list, &arguments.id)?;
    let shown = Shown {
        session,
        current: session.device_id == list.current.device_id,
        label: session.label(),
        label_source: words::label_source(session.label_source()),
        kind: words::kind(session.kind),
        fingerprint: session.fingerprint.as_deref(),
        history: history_of(account, &session.device_id).await?,
    };
    context.result(&shown, || {
        let rows = words::details(session, shown.current, shown.history.as_ref(), now());
        let names = words::names_width(&rows);
        let width = context.terminal.width().saturating_sub(names);
        rows.into_iter()
            .map(|(name, value)| {
                let value = wrap(&value, width).replace('\n', &format!("\n{}", " ".repeat(names)));
                format!("{}{value}\n", pad(&name, names))
            })
            .collect()
    })
}
