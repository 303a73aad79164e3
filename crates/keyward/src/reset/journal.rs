// SPDX-License-Identifier: Apache-2.0

//! The journal: everything that finishing or cancelling a reset needs, written to the encrypted store before the first
//! request and after every phase.

use std::collections::{BTreeMap, BTreeSet};

use matrix_sdk_crypto::store::types::BackupDecryptionKey;
use ruma::{OwnedUserId, api::client::keys::upload_signatures::v3::SignedKeys};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroize;

use crate::{
    account::{Handle, Header, RESET},
    after_care,
    error::StoreError,
    key_backup::{self, BackupVersion},
    reset::{
        OldBackupPolicy, ResetError,
        plan::Before,
        state::{self, Phase},
    },
};

/// Raised when an older version could misread the journal. 1 had no header, 2 no way back from a set-back.
const FORMAT: u32 = 3;
const OLDEST_FORMAT: u32 = 1;

/// A reset on disk.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Journal {
    format: u32,
    /// Written anew whenever the journal is.
    header: Option<Header>,
    pub(crate) phase: Phase,
    pub(crate) before: Before,
    pub(crate) compromised: bool,
    pub(crate) old_backup: OldBackupPolicy,
    pub(crate) keys: NewKeys,
    /// What each event held before it was staged, as text, to be put back by a cancel. Filled by the staging step.
    pub(crate) unstaged: BTreeMap<String, Option<String>>,
    /// Whether an upload of the identity was sent whose reply did not arrive.
    pub(crate) upload_unanswered: bool,
    /// Whether the old backup's keys are all here. `None`: not tried yet.
    pub(crate) drained: Option<bool>,
    /// Whether creating the new backup version was requested: it may exist although its number is not known here.
    pub(crate) backup_requested: bool,
    pub(crate) backup_version: Option<String>,
    /// Whether the server uses an old version of the backup whatever is made after it, so that the reset makes none.
    #[serde(default)]
    pub(crate) backup_in_the_way: bool,
    /// The session of the server's challenge that a person took to a browser: what they have done there counts later, too.
    #[serde(default)]
    pub(crate) browser_session: Option<String>,
    /// What this session held of the old identity and backup before the reset: a cancel after a set-back gives it back.
    #[serde(default)]
    pub(crate) replaced: Option<Replaced>,
    /// Whether the server had the new identity once and shows the old one again, lastingly.
    #[serde(default)]
    pub(crate) set_back: bool,
    /// Whether something that the old key opens may be deleted already. Then there is no way back.
    #[serde(default)]
    pub(crate) deleting: bool,
    /// Whether what is staged has a mark in the description of its key ([`STAGED_FOR`](crate::secret_storage::STAGED_FOR)), as
    /// far as this version knows: without it that key was in force.
    #[serde(default)]
    pub(crate) marked: bool,
    /// Whether a cancel has begun to take back what is staged: that it has no mark says nothing then.
    #[serde(default)]
    pub(crate) was_cancelled: bool,
    /// How another program takes the new key over, whose session this is.
    #[serde(default)]
    pub(crate) hand_over: HandOver,
    /// Versions that were current after the commit, and that the other program has replaced by one of its own.
    #[serde(default)]
    pub(crate) replaced_versions: Vec<String>,
    /// Versions of the backup that other clients have made since the plan. They are deleted in no case, and the way into them
    /// stays: the keys that secret storage had may be theirs.
    #[serde(default)]
    pub(crate) others_versions: Vec<String>,
    /// A cancelled reset whose upload may still arrive ([`Phase::Cancelled`]), from before this one.
    pub(crate) earlier: Option<Box<Journal>>,
}

/// Whether another program has to take the new key over, and what the person said of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum HandOver {
    /// The session is one that was logged in here.
    #[default]
    NotNeeded,
    /// It has yet to take it.
    Awaited,
    /// The person says that it has. Only a look at the server shows what came of it.
    SaidToBeDone,
    /// The person does not wait for it. The old backup stays.
    Left,
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
    /// `{"algorithm", "auth_data"}`, signed by the new identity, and by this session if it was logged in here.
    pub(crate) info: Value,
}

/// What this session held before: the private keys, and the key of the backup.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Replaced {
    /// Seeds of the old identity's private keys, base64, in the order of [`crate::secret_storage::CROSS_SIGNING`].
    pub(crate) private: [Option<String>; 3],
    /// The old backup's version and the base64 of its decryption key.
    pub(crate) backup: Option<(String, String)>,
}

impl Replaced {
    /// The old backup's decryption key.
    pub(crate) fn backup_key(&self) -> Option<BackupDecryptionKey> {
        let (_, key) = self.backup.as_ref()?;
        BackupDecryptionKey::from_base64(key).ok()
    }
}

impl Drop for Replaced {
    fn drop(&mut self) {
        self.private.zeroize();
        if let Some((_, key)) = &mut self.backup {
            key.zeroize();
        }
    }
}

impl Drop for NewKeys {
    fn drop(&mut self) {
        self.private.zeroize();
        self.recovery_key.zeroize();
    }
}

impl NewBackup {
    /// The decryption key.
    pub(crate) fn key(&self) -> Result<BackupDecryptionKey, ResetError> {
        BackupDecryptionKey::from_base64(&self.private).map_err(|_| ResetError::UnknownJournal)
    }

    /// Whether a version on the server is this one: its public key is.
    pub(crate) fn is_in(&self, version: &BackupVersion) -> bool {
        let key = self.info["auth_data"]["public_key"].as_str();
        key.is_some() && version.public_key() == key
    }
}

impl Drop for NewBackup {
    fn drop(&mut self) {
        self.private.zeroize();
    }
}

impl Journal {
    /// The backup that the reset makes; `None` if it makes none.
    pub(crate) fn new_backup(&self) -> Option<&NewBackup> {
        self.keys.backup.as_ref().filter(|_| !self.backup_in_the_way)
    }

    /// Whether the server may have made this version of the backup since the plan: to one of the old ones nothing is to be
    /// written.
    pub(super) fn is_new(&self, version: &str) -> bool {
        let before = self.before.backup.as_ref().map(|backup| &backup.version);
        let mut old = before.into_iter().chain(&self.before.older_backups);
        key_backup::is_version(version) && !old.any(|old| old == version)
    }

    /// The keys that secret storage had when the reset was planned. What other clients have added since is not ours to take.
    pub(super) fn known_keys(&self) -> BTreeSet<String> {
        let texts = self.before.secrets.values().flatten();
        let contents = texts.filter_map(|text| serde_json::from_str::<Value>(text).ok());
        let ids = contents.filter_map(|content| {
            let entries = content.get("encrypted")?.as_object()?;
            Some(entries.keys().cloned().collect::<Vec<_>>())
        });
        ids.flatten().chain(self.before.default_key.clone()).collect()
    }

    pub(crate) fn new(before: Before, compromised: bool, old_backup: OldBackupPolicy, keys: NewKeys) -> Self {
        Self {
            format: FORMAT,
            header: None,
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
            backup_in_the_way: false,
            browser_session: None,
            replaced: None,
            set_back: false,
            deleting: false,
            marked: false,
            was_cancelled: false,
            hand_over: HandOver::default(),
            replaced_versions: Vec::new(),
            others_versions: Vec::new(),
            earlier: None,
        }
    }

    /// The journal of `account`, if there is one.
    pub(crate) async fn load(account: &Handle) -> Result<Option<Self>, ResetError> {
        let Some(bytes) = account.load_document(RESET).await? else {
            return Ok(None);
        };
        let journal = Self::read(&bytes)?;
        if journal.before.user_id != account.user_id() || journal.before.device_id != account.device_id() {
            return Err(ResetError::UnknownJournal);
        }
        Ok(Some(journal))
    }

    /// A journal that this version understands.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, ResetError> {
        #[derive(Deserialize)]
        struct Numbered {
            format: u32,
        }
        match serde_json::from_slice::<Numbered>(bytes) {
            Ok(Numbered {
                format: OLDEST_FORMAT..=FORMAT,
            }) => {}
            _ => return Err(ResetError::UnknownJournal),
        }
        let mut journal: Self = serde_json::from_slice(bytes).map_err(|_| ResetError::UnknownJournal)?;
        // Formats 1 and 2 did not say when the deleting began.
        journal.deleting |= journal.format < 3 && journal.phase == Phase::BackedUp;
        Ok(journal)
    }

    /// Writes the journal; it is on the disk when this returns.
    pub(crate) async fn save(&self, account: &Handle) -> Result<(), StoreError> {
        let mut journal = self.clone();
        journal.format = FORMAT;
        journal.header = Some(Header {
            state: state::flow_state(
                self.phase_to_cancel(),
                self.hands_over() && self.phase == Phase::BackedUp,
            ),
            new_identity: self.keys.master_key.clone(),
            earlier: self.earlier().map(|journal| journal.keys.master_key.clone()).collect(),
        });
        // With room to spare, so that no half of it is left where the buffer grew.
        let contacts = self.before.contacts.as_ref().map_or(0, |contacts| contacts.len());
        let mut bytes = Vec::with_capacity(64 * 1024 + 512 * contacts);
        serde_json::to_writer(&mut bytes, &journal).map_err(StoreError::because)?;
        account.save_document(RESET, bytes).await
    }

    /// Ends this reset: its journal goes. Those of earlier ones stay, whose keys are nowhere else.
    pub(crate) async fn end(&self, account: &Handle) -> Result<(), StoreError> {
        match &self.earlier {
            Some(earlier) => earlier.save(account).await,
            None => account.remove_document(RESET).await,
        }
    }

    /// Notes what this reset leaves to be done. It is in force whatever comes of that, so a failure is no reason to stop.
    pub(crate) async fn note_after_care(&self, account: &Handle, sessions: &[String]) {
        let (identity, contacts) = (&self.keys.master_key, self.before.contacts.as_ref());
        if let Err(error) = after_care::note_reset(account, identity, contacts, sessions).await {
            tracing::warn!(%error, "what is left to be done after the reset is not noted");
        }
    }

    /// The earlier resets, the last one first.
    pub(crate) fn earlier(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(self.earlier.as_deref(), |journal| journal.earlier.as_deref())
    }

    /// The journals, if the identity in force is that of an earlier reset: that one is committed now, and this one is among
    /// the earlier ones, unless it is certain that the server will never hear of it.
    pub(crate) fn give_way_to(&self, master_key: &str) -> Option<Self> {
        let (arrived, mut others): (Vec<_>, Vec<_>) = std::iter::once(self)
            .chain(self.earlier())
            .map(|journal| Self {
                earlier: None,
                was_cancelled: journal.was_cancelled || journal.phase == Phase::Cancelled,
                ..journal.clone()
            })
            .partition(|journal| journal.keys.master_key == master_key);
        others.retain(|journal| journal.may_arrive());
        let earlier = others.into_iter().rev().fold(None, |earlier, journal| {
            Some(Box::new(Self {
                phase: Phase::Cancelled,
                earlier,
                ..journal
            }))
        });
        Some(Self {
            phase: Phase::Committed,
            earlier,
            ..arrived.into_iter().next()?
        })
    }

    /// The phase, as far as a way back is concerned: there is none once something may be deleted.
    pub(crate) fn phase_to_cancel(&self) -> Phase {
        if self.deleting && self.phase != Phase::Cancelled {
            Phase::BackedUp
        } else {
            self.phase
        }
    }

    /// The signatures to send: the session, signed by the new identity.
    pub(crate) fn signatures(&self) -> Result<BTreeMap<OwnedUserId, SignedKeys>, ResetError> {
        serde_json::from_value(self.keys.signatures.clone()).map_err(|_| ResetError::UnknownJournal)
    }

    /// Whether another program keeps the session.
    pub(crate) fn is_attached(&self) -> bool {
        self.hand_over != HandOver::NotNeeded
    }

    /// Whether another program has yet to take the new key over.
    pub(crate) fn hands_over(&self) -> bool {
        self.hand_over == HandOver::Awaited
    }

    /// Whether the new identity was in force, or may come into force by a request that has no reply.
    pub(crate) fn may_arrive(&self) -> bool {
        self.upload_unanswered || self.phase == Phase::Cancelled || state::is_committed(self.phase)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn journal(identity: &str, phase: Phase, earlier: Option<Journal>) -> Journal {
        let before = json!({
            "user_id": "@a:b.c", "device_id": "D", "master_key": null, "default_key": null, "secrets": {}, "backup": null,
            "backup_readable": false, "older_backups": [], "keys_in_use": [], "key_storage_off": false,
            "dehydrated_device": false,
        });
        let keys = NewKeys {
            private: Default::default(),
            master_key: identity.to_owned(),
            public: Default::default(),
            signatures: Value::Null,
            recovery_key: String::new(),
            key_id: String::new(),
            key_description: Value::Null,
            backup: None,
        };
        let before = serde_json::from_value(before).expect("what was before");
        Journal {
            phase,
            earlier: earlier.map(Box::new),
            ..Journal::new(before, false, OldBackupPolicy::Keep, keys)
        }
    }

    fn chain(journal: &Journal) -> Vec<(&str, Phase)> {
        std::iter::once(journal)
            .chain(journal.earlier())
            .map(|journal| (journal.keys.master_key.as_str(), journal.phase))
            .collect()
    }

    #[test]
    fn the_reset_whose_upload_arrived_comes_first_and_no_other_that_may_arrive_is_lost() {
        let first = journal("first", Phase::Cancelled, None);
        let second = journal("second", Phase::Cancelled, Some(first));
        let mut third = journal("third", Phase::Staged, Some(second));
        let after = third.give_way_to("second").expect("it is among them");
        assert_eq!(
            chain(&after),
            [("second", Phase::Committed), ("first", Phase::Cancelled)]
        );
        third.upload_unanswered = true;
        let after = third.give_way_to("first").expect("it is among them");
        let expected = [
            ("first", Phase::Committed),
            ("third", Phase::Cancelled),
            ("second", Phase::Cancelled),
        ];
        assert_eq!(chain(&after), expected);
        assert!(third.give_way_to("nobody").is_none());
    }

    #[test]
    fn once_something_may_be_deleted_there_is_no_way_back() {
        for phase in [Phase::Confirmed, Phase::BackedUp] {
            let mut journal = journal("a", phase, None);
            assert_eq!(journal.phase_to_cancel(), phase);
            journal.deleting = true;
            assert!(state::is_committed(journal.phase_to_cancel()));
        }
        let mut cancelled = journal("a", Phase::Cancelled, None);
        cancelled.deleting = true;
        assert_eq!(cancelled.phase_to_cancel(), Phase::Cancelled);
    }
}
