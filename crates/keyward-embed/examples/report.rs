// SPDX-License-Identifier: Apache-2.0

//! An app on matrix-sdk that says how its account stands: one session, for its own client and for Keyward.
//!
//! ```console
//! $ cargo run --package keyward-embed --example report https://matrix.example.org @alice:example.org FOLDER
//! ```
//!
//! The password is read from standard input. The store's key is made anew each time here; a real app keeps it where the system
//! keeps secrets, and restores its session at the next start.

use std::path::Path;

use anyhow::{Context as _, Result};
use keyward::{logout::UnsavedRoomKeys, secret::StoreKey};
use keyward_embed::{Settings, embed};
use matrix_sdk::{Client, config::SyncSettings};

/// Logs in, synchronises once, asks Keyward, and logs out.
pub(crate) async fn report(homeserver: &str, user: &str, password: &str, folder: &Path) -> Result<String> {
    let builder = Client::builder().homeserver_url(homeserver);
    let settings = Settings::new(folder, &StoreKey::generate());
    let (client, account) = embed(builder, settings, async |client| {
        client.matrix_auth().login_username(user, password).await.map(drop)
    })
    .await?;
    client.sync_once(SyncSettings::default()).await?;
    let status = account.status().await?;
    let sessions = account.sessions().await?;
    let said = format!(
        "{}: identity {:?}, key backup {:?}, {} other sessions",
        account.user_id(),
        status.identity,
        status.key_backup,
        sessions.others.len()
    );
    account.log_out(UnsavedRoomKeys::Discard).await?;
    Ok(said)
}

#[tokio::main]
#[allow(dead_code, reason = "the tests call `report` alone")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (homeserver, user) = (arguments.next(), arguments.next());
    let (homeserver, user) = (homeserver.context("a homeserver?")?, user.context("a user?")?);
    let folder = arguments.next().context("a folder for the store?")?;
    let password = std::io::read_to_string(std::io::stdin())?;
    println!(
        "{}",
        report(&homeserver, &user, password.trim_end(), folder.as_ref()).await?
    );
    Ok(())
}
