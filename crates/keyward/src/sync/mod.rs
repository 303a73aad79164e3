// SPDX-License-Identifier: Apache-2.0

//! The lean sync: to-device messages, device lists and account data, never the rooms, whatever their number.
//!
//! This module passes the reply to the Olm machine itself. matrix-sdk's own sync does not give the device lists to its
//! caller, but they show that the list of sessions is out of date (docs/adr/0004).
//!
//! Specification: Client-Server API, "Syncing" and "Tracking the device list for a user".

pub(crate) mod pauses;
mod private_keys;

use std::{
    collections::BTreeMap,
    future::pending,
    iter,
    sync::{Arc, MutexGuard},
    time::Duration,
};

use futures_util::future::join_all;
use matrix_sdk_crypto::{
    DecryptionSettings, EncryptionSyncChanges, TrustRequirement,
    store::CryptoStore,
    types::requests::{AnyOutgoingRequest, OutgoingRequest},
};
use ruma::{
    OwnedDeviceId,
    api::client::{keys::get_keys, to_device::send_event_to_device},
    events::{AnyGlobalAccountDataEvent, AnyToDeviceEvent},
    serde::Raw,
};
use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    time::{Instant, sleep_until, timeout},
};

use crate::{
    account::{Account, CLIENT_INFORMATION, Host, NOTIFICATION_SETTINGS},
    error::{RequestError, ServerError, StoreError},
    key_backup,
    server::lean_sync,
};

/// The least time between the requests of which the first brought nothing.
const BETWEEN_EMPTY_REPLIES: Duration = Duration::from_secs(1);

/// Where the app around this account synchronises, its sessions count as changed once in this time.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Counts what the synchronisations of this account have brought so far. Comparing with an earlier copy shows what is
/// new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Finished synchronisations.
    pub(crate) syncs: u64,
    /// Those that said that the own user's sessions have changed: a login, a name, keys, a signature, a logout.
    pub(crate) own_devices: u64,
    /// Those that brought client information or notification settings of a session.
    pub(crate) session_account_data: u64,
}

/// One synchronisation at a time, and what they have brought.
#[derive(Default)]
struct Synchronisation {
    driving: Arc<Mutex<()>>,
    seen: std::sync::Mutex<Seen>,
    not_before: std::sync::Mutex<Option<Instant>>,
    of_app: std::sync::Mutex<OfApp>,
}

/// What is known of the synchronisations of the app around this account.
#[derive(Default)]
struct OfApp {
    count: u64,
    /// When the own devices were last said to have changed.
    counted: Option<Instant>,
    /// The Ed25519 keys of the own devices, and whether they are signed.
    devices: Option<BTreeMap<OwnedDeviceId, (Option<String>, bool)>>,
}

impl Synchronisation {
    fn seen(&self) -> Seen {
        *self.seen.lock().expect("nobody panics while counting")
    }

    fn of_app(&self) -> MutexGuard<'_, OfApp> {
        self.of_app.lock().expect("nobody panics while setting it")
    }

    async fn pause(&self) {
        let not_before = *self.not_before.lock().expect("nobody panics while setting it");
        if let Some(time) = not_before {
            sleep_until(time).await;
        }
    }

    /// A server that was asked to wait, and says at once that nothing has happened, is left in peace for a moment.
    fn pause_after(&self, pauses: bool, started: Instant) {
        let not_before = pauses.then(|| started + BETWEEN_EMPTY_REPLIES);
        *self.not_before.lock().expect("nobody panics while setting it") = not_before;
    }
}

impl Account {
    fn synchronisation(&self) -> Arc<Synchronisation> {
        self.shared()
    }

    /// Synchronises once: receives room keys, verification messages, changes of device lists and of account data; sends
    /// what is due (device keys, one-time keys, room keys for the backup if this session writes one).
    ///
    /// `wait` is how long the server may hold the request open when there is nothing new.
    ///
    /// # Errors
    /// [`RequestError`]; call again.
    pub async fn sync_once(&self, wait: Duration) -> Result<(), RequestError> {
        let driving = self.synchronisation().driving.clone().lock_owned().await;
        self.synchronise(wait, driving).await?;
        self.upload_room_keys().await
    }

    /// Returns when a synchronisation has finished that `seen` does not include, and drives one if no other task does.
    /// `wait` is as for [`Account::sync_once`]. Several tasks may call this at once, and drop it at any time.
    ///
    /// # Errors
    /// [`RequestError`]; call again, after a pause.
    pub(crate) async fn next_sync(&self, seen: &mut Seen, wait: Duration) -> Result<(), RequestError> {
        let is_new = |seen: &Seen| self.synchronisation().seen().syncs != seen.syncs;
        if !is_new(seen) {
            let driving = self.synchronisation().driving.clone().lock_owned().await;
            // While this task waited for its turn, another task may have finished a synchronisation.
            if !is_new(seen) {
                self.synchronise(wait, driving).await?;
                if let Err(error) = self.upload_room_keys().await {
                    tracing::warn!(%error, "room keys wait for the next synchronisation");
                }
            }
        }
        *seen = self.seen();
        Ok(())
    }

    /// What synchronisations have brought so far.
    pub(crate) fn seen(&self) -> Seen {
        self.synchronisation().seen()
    }

    /// `driving` is held until the reply is taken in, even if the caller is dropped: two replies to the same token
    /// would contain the same messages twice.
    async fn synchronise(&self, wait: Duration, driving: OwnedMutexGuard<()>) -> Result<(), RequestError> {
        if let Some(app) = self.app() {
            return self.wait_for(&**app, wait).await;
        }
        // Sends what an earlier process could not send before it was killed.
        self.send_due().await?;
        self.synchronisation().pause().await;
        let started = Instant::now();
        let since = self.sync_token().await?;
        let response = self.ask(wait).await?;
        let is_old = since.as_ref() == Some(&response.next_batch);
        let pauses = (is_old || response.is_empty()) && wait >= BETWEEN_EMPTY_REPLIES;
        self.synchronisation().pause_after(pauses, started);
        let account = self.clone();
        let writing = self.writing().await;
        // In a task of its own: if the caller were dropped in the middle, messages would be lost.
        let taken_in = tokio::spawn(async move {
            let taken_in = account.take_in(response).await;
            // Dropped before the lock is released, so that the next holder of the lock is the only one who has the
            // account.
            drop(account);
            drop(writing);
            taken_in.map(|()| driving)
        });
        let _driving = taken_in.await.unwrap_or_else(|error| {
            tracing::error!(%error, "the reply to /sync was not taken in");
            Err(ServerError::NotUnderstood.into())
        })?;
        self.send_due().await?;
        if let Err(error) = key_backup::take_up_received_key(self).await {
            tracing::warn!(%error, "the key backup's key, received from another session, is not taken up yet");
        }
        Ok(())
    }

    /// Waits until the app around this account has synchronised, which sends what is due, too. It does not say what has
    /// changed: the crypto store shows it.
    async fn wait_for(&self, app: &dyn Host, wait: Duration) -> Result<(), RequestError> {
        let (mut count, known) = (app.synchronisations(), self.synchronisation().of_app().count);
        let heard = async {
            if count.wait_for(|count| *count != known).await.is_err() {
                // The app has ended, and nothing more is to come.
                pending::<()>().await;
            }
        };
        // The end of the wait is no error.
        let _ = timeout(wait, heard).await;
        let count = *count.borrow();
        let devices = self.own_devices().await?;
        let devices: BTreeMap<_, _> = devices
            .devices()
            .map(|device| {
                let key = device.ed25519_key().map(|key| key.to_base64());
                (device.device_id().to_owned(), (key, device.is_cross_signed_by_owner()))
            })
            .collect();
        let synchronisation = self.synchronisation();
        let has_changed = {
            let mut of_app = synchronisation.of_app();
            of_app.count = count;
            // Nobody knows what the first one has brought. A session without keys is not in the store, so that the list itself
            // has to be looked at now and then.
            let is_due = of_app.counted.is_none_or(|at| at.elapsed() >= LOOK_AGAIN);
            let has_changed = of_app.devices.replace(devices.clone()) != Some(devices) || is_due;
            if has_changed {
                of_app.counted = Some(Instant::now());
            }
            has_changed
        };
        {
            let mut seen = synchronisation.seen.lock().expect("nobody panics while counting");
            seen.syncs += 1;
            seen.own_devices += u64::from(has_changed);
        }
        if let Err(error) = key_backup::turn_on_again(self).await {
            tracing::warn!(%error, "the key backup that the app has turned off is not on again yet");
        }
        if let Err(error) = key_backup::take_up_received_key(self).await {
            tracing::warn!(%error, "the key backup's key, received from another session, is not taken up yet");
        }
        Ok(())
    }

    /// Asks what has happened since the last synchronisation. A server that does not know where that ended is asked once
    /// for everything: it may have said nonsense then, and would refuse it for ever.
    async fn ask(&self, wait: Duration) -> Result<lean_sync::Response, RequestError> {
        let since = self.sync_token().await?;
        let is_first = since.is_none();
        let ask = |since| self.server().send_waiting(lean_sync::Request::since(since, wait), wait);
        match ask(since).await {
            Err(RequestError::Server(ServerError::Refused {
                status: 400 | 404..500, ..
            })) if !is_first => {
                tracing::warn!("the homeserver refuses to go on from where the last synchronisation ended");
                ask(None).await
            }
            answer => answer,
        }
    }

    /// Uploads what the key backup lacks, if this session writes one. Other synchronisations do not wait for it.
    async fn upload_room_keys(&self) -> Result<(), RequestError> {
        if !key_backup::is_enabled(self).await {
            return Ok(());
        }
        match key_backup::upload_pending(self, &|_, _| {}).await {
            Ok(_) => Ok(()),
            Err(key_backup::UploadError::Request(error)) if error.is_session_expired() => Err(error),
            // The synchronisation itself has worked. `status` shows what is wrong with the backup or the disk, and the next
            // one tries again.
            Err(error) => {
                tracing::warn!(%error, "room keys wait for the key backup");
                Ok(())
            }
        }
    }

    async fn take_in(&self, response: lean_sync::Response) -> Result<(), RequestError> {
        let own_devices = response.device_lists.changed.iter().any(|user| user == self.own_user());
        let session_account_data = response.account_data.events.iter().any(is_about_a_session);
        let asks_to_verify =
            |event: &Raw<AnyToDeviceEvent>| is_of_type(event, |kind| kind == "m.key.verification.request");
        if own_devices && response.to_device.events.iter().any(asks_to_verify) {
            // The crypto machine drops the request of an unknown session, and a new session asks right after its login.
            self.query_own_keys().await?;
        }
        // If it is the same reply again, it is taken in already.
        if self.sync_token().await?.as_ref() != Some(&response.next_batch) {
            let changes = EncryptionSyncChanges {
                to_device_events: response.to_device.events,
                changed_devices: &response.device_lists,
                one_time_keys_counts: &response.device_one_time_keys_count,
                unused_fallback_keys: response.device_unused_fallback_key_types.as_deref(),
                next_batch_token: Some(response.next_batch),
            };
            let settings = DecryptionSettings {
                sender_device_trust_requirement: TrustRequirement::Untrusted,
            };
            self.machine().receive_sync_changes(changes, &settings).await?;
        }
        let synchronisation = self.synchronisation();
        let mut seen = synchronisation.seen.lock().expect("nobody panics while counting");
        seen.syncs += 1;
        seen.own_devices += u64::from(own_devices);
        seen.session_account_data += u64::from(session_account_data);
        Ok(())
    }

    /// Where the last synchronisation ended.
    async fn sync_token(&self) -> Result<Option<String>, StoreError> {
        self.crypto_store()
            .next_batch_token()
            .await
            .map_err(StoreError::because)
    }

    /// Sends what the crypto machine has to send. What fails is sent again by the next synchronisation.
    async fn send_due(&self) -> Result<(), RequestError> {
        let machine = self.machine();
        let claim = machine
            .get_missing_sessions(iter::empty())
            .await
            .map_err(StoreError::because)?;
        if let Some((id, claim)) = claim {
            let claim = async {
                let response = self.send(claim).await?;
                self.mark_as_sent(&id, &response).await
            };
            waits_unless_expired(claim.await)?;
        }
        let due = machine.outgoing_requests().await.map_err(StoreError::because)?;
        let sent = join_all(due.iter().map(|request| self.send_one(request))).await;
        sent.into_iter().try_for_each(waits_unless_expired)
    }

    async fn send_one(&self, request: &OutgoingRequest) -> Result<(), RequestError> {
        let id = request.request_id();
        match request.request() {
            AnyOutgoingRequest::KeysQuery(query) => {
                let mut request = get_keys::v3::Request::new();
                request.device_keys = query.device_keys.clone();
                let response = self.send(request).await?;
                self.take_in_keys(id, response).await
            }
            AnyOutgoingRequest::KeysUpload(request) => {
                let response = self.send(request.clone()).await?;
                self.mark_as_sent(id, &response).await
            }
            AnyOutgoingRequest::KeysClaim(request) => {
                let response = self.send(request.clone()).await?;
                self.mark_as_sent(id, &response).await
            }
            AnyOutgoingRequest::SignatureUpload(request) => {
                let response = self.send(request.clone()).await?;
                self.mark_as_sent(id, &response).await
            }
            AnyOutgoingRequest::ToDeviceRequest(request) => {
                let request = send_event_to_device::v3::Request::new_raw(
                    request.event_type.clone(),
                    request.txn_id.clone(),
                    request.messages.clone(),
                );
                let response = self.send(request).await?;
                self.mark_as_sent(id, &response).await
            }
            // Verification of another user in a room; rooms are not synchronised.
            AnyOutgoingRequest::RoomMessage(_) => Ok(()),
        }
    }
}

/// A request of the crypto machine that failed waits for the next sync, unless there is no session for it any more.
fn waits_unless_expired(sent: Result<(), RequestError>) -> Result<(), RequestError> {
    match sent {
        Err(RequestError::Server(error)) if error != ServerError::SessionExpired => {
            tracing::warn!(%error, "a request of the crypto machine waits for the next sync");
            Ok(())
        }
        other => other,
    }
}

fn is_about_a_session(event: &Raw<AnyGlobalAccountDataEvent>) -> bool {
    let mut prefixes = iter::once(CLIENT_INFORMATION).chain(NOTIFICATION_SETTINGS);
    is_of_type(event, |kind| prefixes.any(|prefix| kind.starts_with(prefix)))
}

fn is_of_type<T>(event: &Raw<T>, expected: impl FnOnce(&str) -> bool) -> bool {
    let kind = event.get_field::<String>("type");
    kind.is_ok_and(|kind| kind.is_some_and(|kind| expected(&kind)))
}
