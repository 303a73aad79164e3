// SPDX-License-Identifier: Apache-2.0

//! What a reset does differently for each kind of session. A session that was logged in here has an Olm machine: it signs,
//! keeps the new private keys, and uploads its room keys. An attached one has none of that: the other program has it, and
//! takes the new key over in the end.

mod attached;
mod own;

use matrix_sdk_crypto::store::types::BackupDecryptionKey;
use serde_json::Value;

use crate::{
    account::Account,
    error::{RequestError, StoreError},
    identity::{KnowsIdentity, SignError},
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

/// A kind of session that can reset the account.
pub(crate) trait Resets: KnowsIdentity {
    /// Whether another program has to take the new key over.
    const HAND_OVER: HandOver;

    /// What is known here, for the plan.
    fn known(account: &Account<Self>) -> impl Future<Output = Result<Known, ResetError>> + Send;

    /// The number of the backup's version that this session writes to; empty if it writes to none.
    fn written(account: &Account<Self>) -> impl Future<Output = Result<String, StoreError>> + Send;

    /// Whether this session holds the key of a version.
    fn reads(account: &Account<Self>, version: &BackupVersion)
    -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// What is held of the old identity and the old backup.
    fn held(account: &Account<Self>, plan: &Plan) -> impl Future<Output = Result<Replaced, ResetError>> + Send;

    /// Saves the room keys to a file, those of the old backup, too, if this session reads it; as [`Journal::drained`].
    fn export(
        account: &Account<Self>,
        before: &Before,
        export: Export,
        progress: &ProgressListener,
    ) -> impl Future<Output = Result<Option<bool>, ResetError>> + Send;

    /// The session's device keys: what the new identity signs. Their own signatures do not matter.
    fn device_keys(account: &Account<Self>) -> impl Future<Output = Result<Value, ResetError>> + Send;

    /// Base64 of the session's own signature of a text; `None` where its private key is elsewhere.
    fn device_signature(
        account: &Account<Self>,
        text: &str,
    ) -> impl Future<Output = Result<Option<String>, ResetError>> + Send;

    /// Makes sure that the server has the session's device keys: a signature of a device that it does not know is a failure.
    fn ensure_device_keys(account: &Account<Self>) -> impl Future<Output = Result<(), ResetError>> + Send;

    /// Fetches what is in the old backup and not here; as [`Journal::drained`].
    fn drain(run: &Run<Self>, before: &Before) -> impl Future<Output = Result<Option<bool>, ResetError>> + Send;

    /// The old backup has changed after it was drained.
    fn drain_again(run: &mut Run<Self>, old: BackupVersion) -> impl Future<Output = Result<(), ResetError>> + Send;

    /// The server has the new identity; called before that is in the journal.
    fn note_commit(account: &Account<Self>, journal: &Journal) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Takes the new private keys in, if this session keeps them.
    fn take_in(run: &Run<Self>) -> impl Future<Output = Result<(), ResetError>> + Send;

    /// Signs the session again, after the server did not keep its signature.
    fn sign_again(run: &Run<Self>) -> impl Future<Output = Result<(), SignError>> + Send;

    /// Puts what is here, or what the old backup holds, into the new version.
    fn upload(
        run: &mut Run<Self>,
        version: &str,
        backup: &NewBackup,
    ) -> impl Future<Output = Result<Upload, ResetError>> + Send;

    /// From now on this session writes to that version of the backup, or to none.
    fn write_to(
        account: &Account<Self>,
        version: Option<(&str, &NewBackup)>,
    ) -> impl Future<Output = Result<(), ResetError>> + Send;

    /// What of the new state is not there, as far as this session knows it: its keys, its signature, its room keys.
    fn missing(
        account: &Account<Self>,
        journal: &Journal,
    ) -> impl Future<Output = Result<Option<Missing>, ResetError>> + Send;

    /// How many room keys the new backup has to hold, at least.
    fn uploaded(account: &Account<Self>) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// How many room keys the new backup has, for the person.
    fn backed_up(account: &Account<Self>) -> impl Future<Output = Result<u64, RequestError>> + Send;

    /// Whether the version gives back what was put into it, before `others` are deleted. Until then all that is known of it
    /// is what the server says.
    fn is_proven(
        account: &Account<Self>,
        others: &[&str],
        version: &str,
        key: &BackupDecryptionKey,
    ) -> impl Future<Output = Result<bool, RequestError>> + Send;

    /// The ids of the devices that the new identity has not signed.
    fn unsigned_devices(account: &Account<Self>) -> impl Future<Output = Result<Vec<String>, RequestError>> + Send;

    /// Forgets the key of the dehydrated device, which is deleted.
    fn forget_dehydrated_device(account: &Account<Self>) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Gives this session back what it has lost of the old identity by seeing the new one.
    fn take_back(account: &Account<Self>, journal: &Journal) -> impl Future<Output = Result<(), ResetError>> + Send;

    /// Writes to the old backup again, if this session did.
    fn return_to_old_backup(
        account: &Account<Self>,
        journal: &Journal,
    ) -> impl Future<Output = Result<(), ResetError>> + Send;

    /// Makes sure that nothing is lost with a version of the backup that is to be deleted because the reset is undone.
    fn rescue(
        account: &Account<Self>,
        journal: &Journal,
        version: &BackupVersion,
    ) -> impl Future<Output = Result<(), ResetError>> + Send;
}

/// A kind of session that can reset the account. A bound for what works with every kind; there is nothing to call.
#[expect(private_bounds, reason = "no other crate says how a kind of session resets")]
pub trait CanReset: Resets {}

impl<K: Resets> CanReset for K {}

/// What came of an upload, and what was looked at meanwhile.
pub(crate) struct Upload {
    /// How many room keys the server has according to its last reply; 0 if there was nothing to upload.
    pub(super) uploaded: Result<u64, UploadError>,
    pub(super) look: Result<Look, ResetError>,
    /// The old backup, if it has changed since it was drained.
    pub(super) grown: Result<Option<BackupVersion>, ResetError>,
}
