// SPDX-License-Identifier: Apache-2.0

//! The journal: everything that finishing or cancelling a reset needs, written to the encrypted crypto store before the
//! first request and after every phase. SQLite writes it durably (WAL, synchronous = FULL) before the call returns.

use std::{collections::BTreeMap, fmt};

use matrix_sdk_crypto::store::CryptoStore;
use matrix_sdk_sqlite::SqliteCryptoStore;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::{Zeroize, Zeroizing};

use crate::{
    account::Account,
    error::StoreError,
    reset::{OldBackupPolicy, ResetError, plan::Before, state::Phase},
};

const KEY: &str = "keyward.reset";
/// Raised when an older version could misread the journal.
const FORMAT: u32 = 1;

/// A reset on disk.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Journal {
    format: u32,
    pub(crate) phase: Phase,
    pub(crate) before: Before,
    pub(crate) compromised: bool,
    pub(crate) old_backup: OldBackupPolicy,
    pub(crate) keys: NewKeys,
    /// What each event held before it was staged, as text, to be put back by a cancel. Filled by the staging step.
    pub(crate) unstaged: BTreeMap<String, Option<String>>,
    /// Whether an upload of the identity may be under way whose reply nobody has seen.
    pub(crate) upload_unanswered: bool,
    /// Whether the old backup's keys are all here. `None`: not tried yet.
    pub(crate) drained: Option<bool>,
    /// Whether making the new backup version was begun: it may exist although its number is not known here.
    pub(crate) backup_requested: bool,
    pub(crate) backup_version: Option<String>,
    /// A cancelled reset whose upload may still arrive ([`Phase::Cancelled`]), from before this one.
    pub(crate) earlier: Option<Box<Journal>>,
}

/// The new identity, recovery key and backup key.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct NewKeys {
    /// Seeds of the three private keys, base64, in the order of [`crate::secret_storage::CROSS_SIGNING`].
    pub(crate) private: [String; 3],
    /// Base64 of the public master key.
    pub(crate) master_key: String,
    /// The three public keys as they are uploaded.
    pub(crate) public: [Value; 3],
    /// This session, signed by the new identity, by user id: body of `/keys/signatures/upload`.
    pub(crate) signatures: Value,
    /// Base58, in groups of four.
    pub(crate) recovery_key: String,
    pub(crate) key_id: String,
    /// Content of `m.secret_storage.key.<key_id>`.
    pub(crate) key_description: Value,
    /// `None` where the account has key storage switched off.
    pub(crate) backup: Option<NewBackup>,
}

/// The new key backup.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct NewBackup {
    /// Base64 of the decryption key.
    pub(crate) private: String,
    /// `{"algorithm", "auth_data"}`, signed by the new identity and this session.
    pub(crate) info: Value,
}

impl Drop for NewKeys {
    fn drop(&mut self) {
        self.private.zeroize();
        self.recovery_key.zeroize();
    }
}

impl Drop for NewBackup {
    fn drop(&mut self) {
        self.private.zeroize();
    }
}

impl Journal {
    pub(crate) fn new(before: Before, compromised: bool, old_backup: OldBackupPolicy, keys: NewKeys) -> Self {
        Self {
            format: FORMAT,
            phase: Phase::Prepared,
            before,
            compromised,
            old_backup,
            keys,
            unstaged: BTreeMap::new(),
            upload_unanswered: false,
            drained: None,
            backup_requested: false,
            backup_version: None,
            earlier: None,
        }
    }

    /// The journal of `account`, if there is one.
    pub(crate) async fn load(account: &Account) -> Result<Option<Self>, ResetError> {
        // What a reset that was dropped was writing counts.
        drop(account.writing().await);
        let Some(bytes) = account
            .crypto_store()
            .get_custom_value(KEY)
            .await
            .map_err(StoreError::because)?
        else {
            return Ok(None);
        };
        let bytes = Zeroizing::new(bytes);
        #[derive(Deserialize)]
        struct Header {
            format: u32,
        }
        match serde_json::from_slice::<Header>(&bytes) {
            Ok(Header { format: FORMAT }) => {}
            _ => return Err(ResetError::UnknownJournal),
        }
        let journal: Self = serde_json::from_slice(&bytes).map_err(|_| ResetError::UnknownJournal)?;
        if journal.before.user_id != account.user_id() || journal.before.device_id != account.device_id() {
            return Err(ResetError::UnknownJournal);
        }
        Ok(Some(journal))
    }

    /// Writes the journal; it is on the disk when this returns.
    pub(crate) async fn save(&self, account: &Account) -> Result<(), StoreError> {
        // With room to spare, so that no half of it is left where the buffer grew. The store encrypts it, and cannot wipe
        // the copy that it is given.
        let mut bytes = Vec::with_capacity(64 * 1024);
        serde_json::to_writer(&mut bytes, self).map_err(StoreError::because)?;
        write(account, async move |store| store.set_custom_value(KEY, bytes).await).await
    }

    /// Removes the journal of `account`.
    pub(crate) async fn wipe(account: &Account) -> Result<(), StoreError> {
        write(account, async |store| store.remove_custom_value(KEY).await).await
    }
}

/// In a task of its own, because SQLite's thread writes on when a caller is dropped: whoever reads next would find the
/// journal as it was, and then another one.
async fn write<W, E>(
    account: &Account,
    work: impl FnOnce(SqliteCryptoStore) -> W + Send + 'static,
) -> Result<(), StoreError>
where
    W: Future<Output = Result<(), E>> + Send,
    E: fmt::Display + Send + 'static,
{
    let (store, writing) = (account.crypto_store().clone(), account.writing().await);
    let written = tokio::spawn(async move {
        let written = work(store).await;
        drop(writing);
        written
    });
    written.await.map_err(StoreError::because)?.map_err(StoreError::because)
}
