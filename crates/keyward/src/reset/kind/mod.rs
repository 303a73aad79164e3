// SPDX-License-Identifier: Apache-2.0

//! What a reset does differently for each kind of session. A session that was logged in here has an Olm machine: it signs,
//! keeps the new private keys, and uploads its room keys. An attached one has none of that: the other program has it, and
//! takes the new key over in the end.

mod attached;
mod own;

use std::sync::Arc;

use async_trait::async_trait;
use matrix_sdk_crypto::store::types::BackupDecryptionKey;
use serde_json::Value;

use crate::{
    account::{Account, Kind},
    error::{RequestError, StoreError},
    identity::{KnowsIdentity, ShowsIdentity, SignError},
    key_backup::{BackupVersion, UploadError},
    reset::{
        Export, Plan, ProgressListener, ResetError,
        journal::{HandOver, Journal, NewBackup, Replaced},
        look::{Look, Missing},
        plan::Before,
        run::Run,
    },
};

/// What is known here, before a reset.
pub(crate) struct Known {
    /// Room keys that this session holds.
    pub(super) room_keys: Option<u64>,
    /// Contacts that are verified.
    pub(super) verified_contacts: Option<u64>,
}

/// An account of either kind, as one that can be reset. The steps take this, so that they are compiled once.
#[async_trait]
pub(crate) trait Resets: ShowsIdentity {
    /// Whether another program has to take the new key over.
    fn hand_over(&self) -> HandOver;

    /// What is known here, for the plan.
    async fn known(&self) -> Result<Known, ResetError>;

    /// The number of the backup's version that this session writes to; empty if it writes to none.
    async fn written(&self) -> Result<String, StoreError>;

    /// Whether this session holds the key of a version.
    async fn reads(&self, version: &BackupVersion) -> Result<bool, StoreError>;

    /// What is held of the old identity and the old backup.
    async fn held(&self, plan: &Plan) -> Result<Replaced, ResetError>;

    /// Saves the room keys to a file, those of the old backup, too, if this session reads it; as [`Journal::drained`].
    async fn export(
        &self,
        before: &Before,
        export: Export,
        progress: &ProgressListener,
    ) -> Result<Option<bool>, ResetError>;

    /// The session's device keys: what the new identity signs. Their own signatures do not matter.
    async fn device_keys(&self) -> Result<Value, ResetError>;

    /// Base64 of the session's own signature of a text; `None` where its private key is elsewhere.
    async fn device_signature(&self, text: &str) -> Result<Option<String>, ResetError>;

    /// Makes sure that the server has the session's device keys: a signature of a device that it does not know is a failure.
    async fn ensure_device_keys(&self) -> Result<(), ResetError>;

    /// Fetches what is in the old backup and not here; as [`Journal::drained`].
    async fn drain(&self, before: &Before, progress: &ProgressListener) -> Result<Option<bool>, ResetError>;

    /// The old backup has changed after it was drained.
    async fn drain_again(&self, run: &mut Run, old: BackupVersion) -> Result<(), ResetError>;

    /// The server has the new identity; called before that is in the journal.
    async fn note_commit(&self, journal: &Journal) -> Result<(), StoreError>;

    /// Takes the new private keys in, if this session keeps them.
    async fn take_in(&self, journal: &Journal) -> Result<(), ResetError>;

    /// Signs the session again, after the server did not keep its signature.
    async fn sign_again(&self, journal: &Journal) -> Result<(), SignError>;

    /// Puts what is here, or what the old backup holds, into the new version.
    async fn upload(&self, run: &mut Run, version: &str, backup: &NewBackup) -> Result<Upload, ResetError>;

    /// From now on this session writes to that version of the backup, or to none.
    async fn write_to(&self, version: Option<(&str, &NewBackup)>) -> Result<(), ResetError>;

    /// What of the new state is not there, as far as this session knows it: its keys, its signature, its room keys.
    async fn missing(&self, journal: &Journal) -> Result<Option<Missing>, ResetError>;

    /// How many room keys the new backup has to hold, at least.
    async fn uploaded(&self) -> Result<u64, StoreError>;

    /// How many room keys the new backup has, for the person.
    async fn backed_up(&self) -> Result<u64, RequestError>;

    /// Whether the version gives back what was put into it, before `others` are deleted. Until then all that is known of it
    /// is what the server says.
    async fn is_proven(&self, others: &[&str], version: &str, key: &BackupDecryptionKey) -> Result<bool, RequestError>;

    /// The ids of the devices that the new identity has not signed.
    async fn unsigned_devices(&self) -> Result<Vec<String>, RequestError>;

    /// Forgets the key of the dehydrated device, which is deleted.
    async fn forget_dehydrated_device(&self) -> Result<(), StoreError>;

    /// Gives this session back what it has lost of the old identity by seeing the new one.
    async fn take_back(&self, journal: &Journal) -> Result<(), ResetError>;

    /// Writes to the old backup again, if this session did.
    async fn return_to_old_backup(&self, journal: &Journal) -> Result<(), ResetError>;

    /// Makes sure that nothing is lost with a version of the backup that is to be deleted because the reset is undone.
    async fn rescue(&self, journal: &Journal, version: &BackupVersion) -> Result<(), ResetError>;
}

/// A kind of session whose account can be reset.
pub(crate) trait IsReset: KnowsIdentity {
    fn resets(account: &Account<Self>) -> Arc<dyn Resets>;
}

impl<K: Kind> IsReset for K
where
    Account<K>: Resets + 'static,
{
    fn resets(account: &Account<K>) -> Arc<dyn Resets> {
        Arc::new(account.clone())
    }
}

/// A kind of session that can reset the account. A bound for what works with every kind; there is nothing to call.
#[expect(private_bounds, reason = "no other crate says how a kind of session resets")]
pub trait CanReset: IsReset {}

impl<K: IsReset> CanReset for K {}

/// What came of an upload, and what was looked at meanwhile.
pub(crate) struct Upload {
    /// How many room keys the server has according to its last reply; 0 if there was nothing to upload.
    pub(super) uploaded: Result<u64, UploadError>,
    pub(super) look: Result<Look, ResetError>,
    /// The old backup, if it has changed since it was drained.
    pub(super) grown: Result<Option<BackupVersion>, ResetError>,
}
