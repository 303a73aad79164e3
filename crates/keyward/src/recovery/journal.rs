// SPDX-License-Identifier: Apache-2.0

//! The journal: everything that finishing or cancelling a new key needs, written to the encrypted store before the first
//! request and after every phase.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroize;

use super::{
    RecoveryError,
    state::{self, Phase},
};
use crate::{
    account::{Handle, Header, RECOVERY},
    error::StoreError,
    secret::Secret,
    secret_storage::{SECRETS, STAGED_BESIDE, beside::Secrets},
};

/// Raised when an older version could misread the journal.
const FORMAT: u32 = 1;

/// A new key on disk.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Journal {
    format: u32,
    /// Written anew whenever the journal is.
    header: Header,
    pub(super) phase: Phase,
    pub(super) before: Before,
    pub(super) key: NewKey,
    /// Whether something may be written under the new key already.
    pub(super) written: bool,
    /// Whether entries under old keys may be gone already.
    pub(super) deleting: bool,
    /// Whether what is written has a mark in the description of the new key, as far as this version knows: without it that key
    /// was in force.
    #[serde(default)]
    pub(super) marked: bool,
}

/// The account as it was before. The new key is bound to it: if any of it has changed, another client was here.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Before {
    pub(super) user_id: String,
    pub(super) device_id: String,
    /// Base64 of the master key.
    pub(super) master_key: String,
    pub(super) default_key: Option<String>,
    /// The four secrets' events, as the server's text.
    pub(super) secrets: Secrets,
    /// Whether the new key is going to open the backup. `None`: there is no backup.
    pub(super) opens_backup: Option<bool>,
    /// Whether the default key's entry of the backup's key opens nothing that the new key does not open.
    pub(super) backup_entry_may_go: bool,
}

/// The new key, and what goes under it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct NewKey {
    /// Base58, in groups of four.
    pub(super) recovery_key: String,
    pub(super) id: String,
    /// Content of `m.secret_storage.key.<id>`.
    pub(super) description: Value,
    /// The secrets in the order of [`SECRETS`]; the last one, the backup's key, only if it is known.
    plain: [Option<String>; 4],
}

impl Drop for NewKey {
    fn drop(&mut self) {
        self.recovery_key.zeroize();
        self.plain.zeroize();
    }
}

impl NewKey {
    pub(super) fn new(recovery_key: String, id: String, description: Value, plain: [Option<Secret>; 4]) -> Self {
        let plain = plain.map(|plain| plain.map(|plain| plain.reveal().to_owned()));
        Self {
            recovery_key,
            id,
            description,
            plain,
        }
    }

    /// What goes under the new key.
    pub(super) fn plain(&self) -> Vec<(&'static str, Secret)> {
        let named = SECRETS.into_iter().zip(&self.plain);
        let known = named.filter_map(|(name, plain)| Some((name, Secret::new(plain.clone()?))));
        known.collect()
    }
}

impl Journal {
    pub(super) fn new(before: Before, key: NewKey) -> Self {
        Self {
            format: FORMAT,
            header: Header::without_identity(state::flow_state(Phase::Prepared)),
            phase: Phase::Prepared,
            before,
            key,
            written: false,
            deleting: false,
            marked: false,
        }
    }

    /// The new key's description until it is in force: one that is described without the mark was.
    pub(super) fn staged_description(&self) -> Value {
        let mut description = self.key.description.clone();
        description[STAGED_BESIDE] = self.before.default_key.clone().unwrap_or_default().into();
        description
    }

    /// Whether the server describes the new key as one that is, or was, in force.
    pub(super) fn is_staged_no_more(&self, description: Option<&Value>) -> bool {
        self.marked && description == Some(&self.key.description)
    }

    /// The journal of `account`, if there is one.
    pub(super) async fn load(account: &Handle) -> Result<Option<Self>, RecoveryError> {
        let Some(bytes) = account.load_document(RECOVERY).await? else {
            return Ok(None);
        };
        let journal = Self::read(&bytes)?;
        if journal.before.user_id != account.user_id() || journal.before.device_id != account.device_id() {
            return Err(RecoveryError::UnknownJournal);
        }
        Ok(Some(journal))
    }

    /// A journal that this version understands.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, RecoveryError> {
        #[derive(Deserialize)]
        struct Numbered {
            format: u32,
        }
        match serde_json::from_slice::<Numbered>(bytes) {
            Ok(Numbered { format: FORMAT }) => {}
            _ => return Err(RecoveryError::UnknownJournal),
        }
        serde_json::from_slice(bytes).map_err(|_| RecoveryError::UnknownJournal)
    }

    /// Writes the journal; it is on the disk when this returns.
    pub(super) async fn save(&self, account: &Handle) -> Result<(), StoreError> {
        let mut journal = self.clone();
        journal.header = Header::without_identity(state::flow_state(self.phase));
        // With room to spare, so that no half of it is left where the buffer grew.
        let mut bytes = Vec::with_capacity(64 * 1024);
        serde_json::to_writer(&mut bytes, &journal).map_err(StoreError::because)?;
        account.save_document(RECOVERY, bytes).await
    }

    /// The new key is made, or given up.
    pub(super) async fn end(account: &Handle) -> Result<(), StoreError> {
        account.remove_document(RECOVERY).await
    }
}
