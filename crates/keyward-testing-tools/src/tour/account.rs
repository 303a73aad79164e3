// SPDX-License-Identifier: Apache-2.0

//! The account of the tour, made by a client on plain matrix-sdk: what a person has after some years with Matrix.

use std::{
    collections::BTreeSet,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result};
use keyward_testing::{
    other_client::{OtherClient, SentMessage},
    person::sync_until_read,
    synapse::Synapse,
    user::{PlainSession, User},
};
use rand::distr::{Alphanumeric, SampleString as _};
use reqwest::Method;
use serde_json::json;

/// Longer than the 90 days after which a session counts as inactive.
const AWAY: Duration = Duration::from_secs(100 * 24 * 60 * 60);

const ROOMS: usize = 3;
const MESSAGES_PER_ROOM: usize = 4;

/// A person with a past.
pub(super) struct Alice {
    pub(super) user: User,
    /// Opens her secret storage before the reset.
    pub(super) recovery_key: String,
    pub(super) rooms: usize,
    /// Everything that was ever said in her rooms, by her and by Bob.
    pub(super) history: Vec<SentMessage>,
    /// Device ids. The phone and the tablet are verified …
    pub(super) phone: String,
    pub(super) tablet: String,
    /// … these two are not, and …
    pub(super) laptop: String,
    pub(super) browser: String,
    /// … this one has no encryption at all.
    pub(super) script: String,
}

impl Alice {
    pub(super) async fn create(synapse: &Synapse) -> Result<Self> {
        let url = synapse.url();
        // Short enough to type: the server is hers alone, and gone in a moment.
        let password = Alphanumeric.sample_string(&mut rand::rng(), 8).to_lowercase();
        let user = synapse.new_user_named("alice", &password).await?;
        let friend = synapse.new_user_named("bob", &password).await?;
        let phone = OtherClient::login(url, &user).await?;
        let bob = OtherClient::login(url, &friend).await?;
        let recovery_key = phone.bootstrap().await?;

        let mut history = Vec::new();
        for _ in 0..ROOMS {
            let room = phone.create_encrypted_room(&[&friend.user_id]).await?;
            bob.sync_once().await?;
            bob.join(&room).await?;
            phone.sync_until_joined(&room, &friend.user_id).await?;
            history.extend(phone.send_messages(&room, MESSAGES_PER_ROOM / 2).await?);
            history.extend(bob.send_messages(&room, MESSAGES_PER_ROOM / 2).await?);
        }
        sync_until_read(&phone, &history)
            .await
            .context("the phone cannot read a message before the tour begins")?;
        phone.wait_for_backup().await?;

        let tablet = OtherClient::login(url, &user).await?;
        tablet.recover(&recovery_key).await?;
        let laptop = OtherClient::login(url, &user).await?;
        let browser = OtherClient::login(url, &user).await?;
        let script = PlainSession::login(url, &user, Some("Script")).await?;
        for (client, name) in [
            (&phone, "Phone"),
            (&tablet, "Old tablet"),
            (&laptop, "Laptop"),
            (&browser, "Browser"),
        ] {
            rename(&client.plain(), name).await?;
        }
        let long_ago = SystemTime::now()
            .duration_since(UNIX_EPOCH)?
            .saturating_sub(AWAY)
            .as_millis();
        synapse
            .set_last_seen(&phone.plain(), &tablet.device_id(), u64::try_from(long_ago)?)
            .await?;

        Ok(Self {
            user,
            recovery_key,
            rooms: ROOMS,
            history,
            phone: phone.device_id(),
            tablet: tablet.device_id(),
            laptop: laptop.device_id(),
            browser: browser.device_id(),
            script: script.device_id,
        })
    }

    /// How many room keys it takes to read the history.
    pub(super) fn room_keys(&self) -> u64 {
        self.history
            .iter()
            .map(SentMessage::room_key)
            .collect::<BTreeSet<_>>()
            .len() as u64
    }
}

/// Gives a session its public name.
pub(super) async fn rename(session: &PlainSession, name: &str) -> Result<()> {
    let path = format!("/v3/devices/{}", session.device_id);
    session
        .request_ok(Method::PUT, &path, Some(&json!({ "display_name": name })))
        .await?;
    Ok(())
}
