// SPDX-License-Identifier: Apache-2.0

//! `keyward sessions rename`

use clap::Args;
use keyward::{account::Account, identity::KnowsIdentity};
use serde_json::json;

use super::{find, snapshot};
use crate::{
    context::Context,
    language::{self, say},
    output::Failure,
    session::with_session,
};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// ID of the session.
    #[arg(value_name = "ID")]
    id: String,

    /// The new name, at most 100 characters. Everybody you talk to can see it; an empty one takes the name away.
    #[arg(value_name = "NAME")]
    name: String,
}

pub(super) async fn run(context: &Context, arguments: Arguments) -> Result<(), Failure> {
    with_session!(context.session().await?, account => Box::pin(rename(context, &account, arguments)).await)
}

async fn rename<K: KnowsIdentity>(
    context: &Context,
    account: &Account<K>,
    arguments: Arguments,
) -> Result<(), Failure> {
    let Arguments { id, name } = arguments;
    let list = snapshot(context, account).await?.list;
    let session = find(&list, &id)?;
    {
        let _spinner = context.terminal.spinner(&say!("sessions-renaming"));
        Box::pin(account.rename_session(&session.device_id, &name)).await?;
    }
    context.result(&json!({"device_id": id, "name": name}), || match name.is_empty() {
        true => say!("sessions-name-taken-away", id = language::name(&id)),
        false => say!(
            "sessions-renamed",
            id = language::name(&id),
            name = language::name(&name)
        ),
    })
}
