// SPDX-License-Identifier: Apache-2.0

//! Somebody with a past: an account with an identity, secret storage, a key backup and encrypted messages.

use crate::{
    other_client::{OtherClient, SentMessage},
    synapse::Synapse,
    user::{PlainSession, User},
};

/// A person with another phone that has an identity, secret storage, a key backup and a history, on the shared server.
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
    /// Makes an account and its past.
    ///
    /// # Panics
    /// If the server does not let it.
    pub async fn with_history() -> Self {
        let synapse = Synapse::shared().await;
        let user = synapse.new_user().await.expect("a user");
        let observer = PlainSession::login(synapse.url(), &user, Some("Observer"))
            .await
            .expect("an observer");
        let phone = OtherClient::login(synapse.url(), &user).await.expect("a phone");
        let room = phone.create_encrypted_room(&[]).await.expect("a room");
        let history = phone.send_messages(&room, 3).await.expect("messages");
        let old_key = phone.bootstrap().await.expect("an identity");
        Self {
            user,
            phone,
            old_key,
            room,
            history,
            observer,
        }
    }

    /// The same with what long years leave: an older version of the key backup, and a dehydrated device.
    ///
    /// # Panics
    /// If the server does not let it.
    pub async fn with_a_long_past() -> Self {
        let person = Self::with_history().await;
        person.observer.renew_backup().await.expect("an older backup");
        person
            .phone
            .create_dehydrated_device()
            .await
            .expect("a dehydrated device");
        person
    }

    /// Whether a brand-new session with nothing but `key` reads the whole history.
    ///
    /// # Panics
    /// If the key does not open secret storage, or an event is gone.
    pub async fn reads_history_with(&self, key: &str) -> bool {
        let fresh = OtherClient::login(Synapse::shared().await.url(), &self.user)
            .await
            .expect("a login");
        fresh.recover(key).await.expect("the key opens secret storage");
        for message in &self.history {
            let read = fresh
                .can_decrypt(&message.room_id, &message.event_id)
                .await
                .expect("the event");
            if read.as_deref() != Some(message.body.as_str()) {
                return false;
            }
        }
        true
    }
}
