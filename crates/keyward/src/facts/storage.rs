// SPDX-License-Identifier: Apache-2.0

//! Secret storage as the server shows it: which key is the default, and under which keys each secret is stored.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use crate::secret_storage::{self, BACKUP, CROSS_SIGNING, SECRETS};

/// Secret storage on the server, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretStorageStatus {
    /// The default key is described, and everything that belongs there is stored under it.
    Ready,
    /// The default key is not described, or something is not stored under it.
    Incomplete,
    /// There is none.
    #[serde(rename = "none")]
    NotSetUp,
}

/// Secret storage on the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretStorageFacts {
    /// The id of the default key; `None` if there never was one, or if it is blank.
    pub default_key: Option<String>,
    /// Whether the default key is described.
    pub is_described: bool,
    /// The ids of all keys that are described. `None`: the server does not list them.
    pub described: Option<BTreeSet<String>>,
    /// For each of the four secrets, in the order of the specification's names `m.cross_signing.master`, `.self_signing`,
    /// `.user_signing`, `m.megolm_backup.v1`: the ids of the keys under which it is stored.
    pub secrets: [BTreeSet<String>; 4],
}

impl SecretStorageFacts {
    pub(super) fn of(default_key: Option<String>, is_described: bool, contents: &[Option<Value>; 4]) -> Self {
        let keys = |content: &Option<Value>| -> BTreeSet<String> {
            let entries = content
                .as_ref()
                .and_then(|content| content.get("encrypted")?.as_object());
            let entries = entries.into_iter().flatten().filter(|(_, entry)| entry.is_object());
            entries.map(|(id, _)| id.clone()).collect()
        };
        Self {
            default_key,
            is_described,
            described: None,
            secrets: contents.each_ref().map(keys),
        }
    }

    /// The secrets that belong there: the backup's key only where there is a backup.
    pub fn needed(has_backup: bool) -> impl Iterator<Item = &'static str> {
        CROSS_SIGNING.into_iter().chain(has_backup.then_some(BACKUP))
    }

    /// The secrets that belong there and are not stored under the default key.
    pub fn missing(&self, has_backup: bool) -> Vec<&'static str> {
        let is_stored = |name: &&str| {
            let keys = SECRETS.iter().zip(&self.secrets).find(|(found, _)| *found == name);
            let default = self.default_key.as_ref();
            default.is_some_and(|id| keys.is_some_and(|(_, keys)| keys.contains(id)))
        };
        Self::needed(has_backup).filter(|name| !is_stored(name)).collect()
    }

    /// Whether some key that is described opens the three private keys of an identity: the default one, or, where another
    /// client has blanked that, one that is still there.
    pub fn opens_identity(&self) -> bool {
        let default = self.default_key.as_ref().filter(|_| self.is_described);
        let described = self.described.iter().flatten().chain(default);
        let mut described = described.filter(|id| self.secrets[..3].iter().all(|keys| keys.contains(*id)));
        described.next().is_some()
    }

    /// Whether the backup's key is stored under the default key.
    pub fn has_backup_key(&self) -> bool {
        let default = self.default_key.as_ref().filter(|_| self.is_described);
        default.is_some_and(|id| self.secrets[3].contains(id))
    }

    /// Whether nothing of it is there.
    pub fn is_empty(&self) -> bool {
        self.default_key.is_none() && self.secrets.iter().all(BTreeSet::is_empty)
    }

    /// The keys under which secrets are stored that can be opened no more, because the keys are described nowhere.
    pub fn dead_keys(&self) -> BTreeSet<&str> {
        let Some(described) = &self.described else {
            return BTreeSet::new();
        };
        let used = self.secrets.iter().flatten().map(String::as_str);
        used.filter(|id| !described.contains(*id) && self.default_key.as_deref() != Some(id))
            .collect()
    }

    /// In a word.
    pub fn status(&self, has_backup: bool) -> SecretStorageStatus {
        match self.default_key {
            None => SecretStorageStatus::NotSetUp,
            Some(_) if self.is_described && self.missing(has_backup).is_empty() => SecretStorageStatus::Ready,
            Some(_) => SecretStorageStatus::Incomplete,
        }
    }
}

/// Whether the content of a key's event describes a key.
pub(super) fn describes(content: Option<&Value>) -> bool {
    content.is_some_and(|content| content.get("algorithm").is_some())
}

/// The ids of the keys that a listing of the account data describes.
pub(super) fn described_in(listed: &std::collections::BTreeMap<String, String>) -> BTreeSet<String> {
    let prefix = secret_storage::key_event_type("");
    let keys = listed.iter().filter_map(|(name, text)| {
        let id = name.strip_prefix(&prefix)?;
        describes(serde_json::from_str(text).ok().as_ref()).then(|| id.to_owned())
    });
    keys.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn contents(ids: [&[&str]; 4]) -> [Option<Value>; 4] {
        ids.map(|ids| {
            let entries = ids.iter().map(|id| ((*id).to_owned(), json!({"iv": "x"})));
            Some(json!({"encrypted": entries.collect::<serde_json::Map<_, _>>()}))
        })
    }

    #[test]
    fn it_is_ready_if_all_that_belongs_there_is_under_the_described_default_key() {
        use SecretStorageStatus as S;
        let default = || Some("new".to_owned());
        let whole = contents([&["new"], &["new", "old"], &["new"], &["new"]]);
        let without_backup = contents([&["new"], &["new"], &["new"], &[]]);
        let stale = contents([&["old"], &["new"], &["new"], &["new"]]);
        for (default_key, described, contents, has_backup, expected, missing) in [
            (default(), true, &whole, true, S::Ready, 0),
            (default(), false, &whole, true, S::Incomplete, 0),
            (default(), true, &without_backup, true, S::Incomplete, 1),
            (default(), true, &without_backup, false, S::Ready, 0),
            (default(), true, &stale, true, S::Incomplete, 1),
            (None, false, &whole, true, S::NotSetUp, 4),
        ] {
            let facts = SecretStorageFacts::of(default_key, described, contents);
            assert_eq!(facts.status(has_backup), expected, "{facts:?}");
            assert_eq!(facts.missing(has_backup).len(), missing, "{facts:?}");
        }
    }

    #[test]
    fn a_key_that_is_still_described_opens_the_identity_although_the_default_is_blank() {
        let stored = contents([&["old"], &["old"], &["old"], &[]]);
        let mut facts = SecretStorageFacts::of(None, false, &stored);
        assert!(!facts.opens_identity());
        facts.described = Some(["old".to_owned()].into());
        assert!(facts.opens_identity());
        assert!(!facts.has_backup_key());
        facts.secrets[1].clear();
        assert!(!facts.opens_identity());
    }

    #[test]
    fn a_key_that_is_described_nowhere_is_dead() {
        let mut facts = SecretStorageFacts::of(
            Some("new".to_owned()),
            true,
            &contents([&["new", "old"], &[], &[], &[]]),
        );
        assert!(facts.dead_keys().is_empty(), "nobody knows");
        facts.described = Some(["new".to_owned()].into());
        assert_eq!(facts.dead_keys(), ["old"].into());
        let listed = [
            (
                "m.secret_storage.key.a",
                r#"{"algorithm": "m.secret_storage.v1.aes-hmac-sha2"}"#,
            ),
            ("m.secret_storage.key.b", "{}"),
            ("m.direct", r#"{"algorithm": 1}"#),
        ];
        let listed = listed.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        assert_eq!(described_in(&listed), ["a".to_owned()].into());
    }
}
