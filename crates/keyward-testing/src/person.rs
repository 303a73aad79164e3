// SPDX-License-Identifier: Apache-2.0

//! Somebody with a past: an account with an identity, secret storage, a key backup and encrypted messages.

use anyhow::{Context as _, Result};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    deployment::Deployment,
    other_client::{OtherClient, SentMessage},
    server_state::{DEHYDRATED_DEVICE, ServerState},
    synapse::Synapse,
    user::{PlainSession, User},
};

/// A person with another phone that has an identity, secret storage, a key backup and a history.
pub struct Person {
    /// The account.
    pub user: User,
    /// The other phone, on plain matrix-sdk.
    pub phone: OtherClient,
    /// Opens the secret storage that the phone made.
    pub old_key: String,
    /// The encrypted room of the history.
    pub room: String,
    /// Messages that the phone sent before everything else.
    pub history: Vec<SentMessage>,
    /// Watches the server with plain requests.
    pub observer: PlainSession,
}

impl Person {
    /// Makes an account and its past on the shared server.
    ///
    /// # Panics
    /// If the server does not let it.
    pub async fn with_history() -> Self {
        Self::with_messages(Synapse::shared().await, 3)
            .await
            .expect("a person with a history")
    }

    /// The same with what long years leave: an older version of the key backup, and a dehydrated device.
    ///
    /// # Panics
    /// If the server does not let it.
    pub async fn with_a_long_past() -> Self {
        let person = Self::with_history().await;
        person.age().await.expect("a long past");
        person
    }

    /// Makes an account, whose past is so many messages, on this server.
    ///
    /// # Errors
    /// If the server does not let it.
    pub async fn with_messages(synapse: &Synapse, count: usize) -> Result<Self> {
        let user = synapse.new_user().await?;
        Self::make(synapse.url(), user, count).await
    }

    /// The same on a homeserver whose accounts have no password.
    ///
    /// # Errors
    /// If the server does not let it.
    pub async fn without_password(deployment: &Deployment, count: usize) -> Result<Self> {
        Self::make(deployment.synapse.url(), deployment.new_user(), count).await
    }

    async fn make(url: &str, user: User, count: usize) -> Result<Self> {
        let observer = PlainSession::login(url, &user, Some("Observer")).await?;
        let phone = OtherClient::login(url, &user).await?;
        let room = phone.create_encrypted_room(&[]).await?;
        let history = phone.send_messages(&room, count).await?;
        let old_key = phone.bootstrap().await?;
        Ok(Self {
            user,
            phone,
            old_key,
            room,
            history,
            observer,
        })
    }

    /// Adds what long years leave: an older version of the key backup, and a dehydrated device.
    ///
    /// # Errors
    /// If the server does not let it.
    pub async fn age(&self) -> Result<()> {
        self.observer.renew_backup().await?;
        self.phone.create_dehydrated_device().await?;
        Ok(())
    }

    /// A dehydrated device as an upload has it, for [`DEHYDRATED_DEVICE`], without the identity's signature. The device itself
    /// is gone again.
    ///
    /// # Errors
    /// If the server does not let it.
    pub async fn unsigned_dehydrated_device(&self) -> Result<Value> {
        let Self { phone, observer, .. } = self;
        let id = phone.create_dehydrated_device().await?;
        let kept = observer.get(DEHYDRATED_DEVICE).await?;
        let state = ServerState::read(observer).await?;
        let mut keys = state.device_keys[&id].clone();
        let signatures = keys["signatures"][&state.user_id].as_object_mut();
        let own = format!("ed25519:{id}");
        signatures.context("no signatures")?.retain(|name, _| *name == own);
        observer.request_ok(Method::DELETE, DEHYDRATED_DEVICE, None).await?;
        Ok(json!({
            "device_id": id, "device_data": kept["device_data"], "device_keys": keys,
            "initial_device_display_name": "Dehydrated device",
        }))
    }

    /// Whether a brand-new session with nothing but `key` reads the whole history.
    ///
    /// # Panics
    /// If the key does not open secret storage, or an event is gone.
    pub async fn reads_history_with(&self, key: &str) -> bool {
        let fresh = OtherClient::login(&self.observer.url, &self.user)
            .await
            .expect("a login");
        fresh.recover(key).await.expect("the key opens secret storage");
        reads_all(&fresh, &self.history).await.expect("the events")
    }
}

/// Whether `client` reads all of these messages, as they were sent.
///
/// # Errors
/// If an event is gone.
pub async fn reads_all(client: &OtherClient, messages: &[SentMessage]) -> Result<bool> {
    for message in messages {
        let read = client
            .can_decrypt(&message.room_id, &message.event_id)
            .await
            .with_context(|| format!("{} is gone", message.event_id))?;
        if read.as_deref() != Some(message.body.as_str()) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Syncs until `client` reads all of these messages: their keys come a moment after they were sent.
///
/// # Errors
/// If an event is gone, or the keys do not come within a minute.
pub async fn sync_until_read(client: &OtherClient, messages: &[SentMessage]) -> Result<()> {
    client
        .sync_until(async || reads_all(client, messages).await.ok()?.then_some(()))
        .await
}
