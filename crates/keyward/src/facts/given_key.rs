// SPDX-License-Identifier: Apache-2.0

//! What a Security Key or Phrase opens. Changes nothing.

use futures_util::{future::try_join_all, try_join};
use matrix_sdk_crypto::{secret_storage::SecretStorageKey, store::types::BackupDecryptionKey};
use serde::Serialize;
use serde_json::Value;

use super::SecretStorageFacts;
use crate::{
    account::{Account, Handle},
    ed25519::{public_key_of, unless_it_panics},
    error::{FlowError, Remedy, RequestError, wraps_a_request_error},
    identity::{KnowsIdentity, Shown},
    key_backup::{self, BackupVersion},
    secret::Secret,
    secret_storage::{
        self, BACKUP, CROSS_SIGNING, DEFAULT_KEY, KeyInput, OpenError, SECRETS,
        find::{Found, find_key, wraps_a_find_error},
        key_event_type,
    },
};

/// What a key opens of the account's identity and its backup's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyCheck {
    /// The secrets that it opens, by event type: what is in them is the account's present identity, or the key of its present
    /// backup.
    pub opens: Vec<String>,
    /// Those that are there and that it does not open, or whose content belongs to an identity or a backup that is gone.
    pub does_not_open: Vec<String>,
    /// Those that are not there. The backup's key is not missed where there is no backup.
    pub missing: Vec<String>,
    /// Whether it is the default key, which every client asks for.
    pub default: bool,
}

/// What a key finds where one of the secrets should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finds {
    /// The private key of the account's present identity, or the key of its present backup.
    Present,
    /// Something that it opens, and that is no key, or one of an identity or a backup that is gone.
    Another,
    /// What it does not open.
    Closed,
    /// Nothing.
    Nothing,
}

/// A key that was given, and what it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenKey {
    /// Whether it is the default key, which every client asks for.
    pub is_default: bool,
    /// What it finds, for each of the four secrets in the order of [`SecretStorageFacts::secrets`].
    pub finds: [Finds; 4],
}

/// Why a key was not checked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// It is no key of this account, or there is no secret storage.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The server could not be used.
    #[error(transparent)]
    Request(#[from] RequestError),
}

wraps_a_request_error!(CheckError);
wraps_a_find_error!(CheckError);

impl FlowError for CheckError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::Open(error) => error.advice(),
            Self::Request(error) => error.advice(),
        }
    }

    fn wrapped(&self) -> Option<&dyn FlowError> {
        Some(match self {
            Self::Open(error) => error,
            Self::Request(error) => error,
        })
    }
}

impl GivenKey {
    /// What it finds where the secret `name` should be.
    pub fn finds(&self, name: &str) -> Finds {
        let found = SECRETS.iter().zip(self.finds).find(|(found, _)| **found == name);
        found.map_or(Finds::Nothing, |(_, found)| found)
    }

    /// Whether it opens the three private keys of the account's present identity.
    pub fn opens_identity(&self) -> bool {
        CROSS_SIGNING.iter().all(|name| self.finds(name) == Finds::Present)
    }

    /// The secrets that belong there and are stored, and that it does not open. The backup's key belongs there only where there
    /// is a backup.
    pub fn does_not_open(&self, has_backup: bool) -> Vec<&'static str> {
        let needed = SecretStorageFacts::needed(has_backup);
        needed
            .filter(|name| matches!(self.finds(name), Finds::Another | Finds::Closed))
            .collect()
    }

    fn check(&self, has_backup: bool) -> KeyCheck {
        let those = |wanted: &dyn Fn(&str, Finds) -> bool| {
            let those = SECRETS.into_iter().filter(|name| wanted(name, self.finds(name)));
            those.map(str::to_owned).collect()
        };
        KeyCheck {
            opens: those(&|_, finds| finds == Finds::Present),
            does_not_open: those(&|_, finds| matches!(finds, Finds::Another | Finds::Closed)),
            missing: those(&|name, finds| finds == Finds::Nothing && (name != BACKUP || has_backup)),
            default: self.is_default,
        }
    }
}

/// What was read of the account, as far as a key is judged by it.
pub(super) struct Seen<'a> {
    pub(super) default_key: Option<&'a str>,
    /// The description of the default key.
    pub(super) description: Option<&'a Value>,
    /// In the order of [`SECRETS`].
    pub(super) secrets: &'a [Option<Value>; 4],
    pub(super) shown: &'a Shown,
    pub(super) backup: Option<&'a BackupVersion>,
}

impl Seen<'_> {
    /// What `input` opens.
    ///
    /// # Errors
    /// [`CheckError::Open`] if it is no key of this account.
    async fn check(&self, account: &Handle, input: &KeyInput) -> Result<GivenKey, CheckError> {
        let stored: Vec<_> = SECRETS
            .into_iter()
            .zip(self.secrets.iter().map(Option::as_ref))
            .collect();
        let default = self.default_key.map(|id| (id, self.description));
        let Found { key, is_default, .. } = find_key(account, default, input, &stored).await?;
        Ok(self.judge(Some(&key), is_default))
    }

    /// The same for an examination: a key that is none of this account's opens nothing.
    ///
    /// # Errors
    /// [`CheckError::Open`] if it is no key at all, or nobody can tell.
    pub(super) async fn examine(&self, account: &Handle, input: &KeyInput) -> Result<GivenKey, CheckError> {
        match self.check(account, input).await {
            Err(CheckError::Open(OpenError::WrongKey | OpenError::NotSetUp | OpenError::KeyNotDescribed)) => {
                Ok(self.judge(None, false))
            }
            checked => checked,
        }
    }

    /// What this key opens; `None`: one that opens nothing.
    fn judge(&self, key: Option<&SecretStorageKey>, is_default: bool) -> GivenKey {
        let [self_signing, user_signing] = &self.shown.signing_keys;
        let identity = [&self.shown.master_key, self_signing, user_signing];
        let is_present = |at: usize, plain: &Secret| match identity.get(at) {
            Some(shown) => shown.is_some() && public_key_of(plain.reveal()) == **shown,
            None => self.backup.is_none_or(|backup| {
                let key = unless_it_panics(|| BackupDecryptionKey::from_base64(plain.reveal()).ok());
                key.is_some_and(|key| backup.is_opened_by(&key))
            }),
        };
        let finds = |at: usize| {
            let content = self.secrets[at].as_ref();
            let has_entries = content
                .and_then(|content| content.get("encrypted")?.as_object())
                .is_some_and(|entries| !entries.is_empty());
            let open = |key| secret_storage::decrypt(key, SECRETS[at], content).ok().flatten();
            match key.and_then(open) {
                _ if !has_entries => Finds::Nothing,
                None => Finds::Closed,
                Some(plain) if is_present(at, &plain) => Finds::Present,
                Some(_) => Finds::Another,
            }
        };
        GivenKey {
            is_default,
            finds: std::array::from_fn(finds),
        }
    }
}

impl<K: KnowsIdentity> Account<K> {
    /// Looks what a Security Key or Phrase opens: the default key, or another that is described in secret storage.
    ///
    /// # Errors
    /// [`CheckError::Open`] if it opens none of them.
    pub async fn check_recovery_key(&self, input: &KeyInput) -> Result<KeyCheck, CheckError> {
        let account = K::shows_identity(self);
        let (default_key, secrets, shown, (backup, _)) = try_join!(
            account.fetch(DEFAULT_KEY),
            try_join_all(SECRETS.map(|name| account.fetch(name))),
            account.look(),
            key_backup::current_if_kept(&account),
        )?;
        let default_key = secret_storage::default_key_id(default_key.as_ref());
        let description = match &default_key {
            Some(id) => account.fetch(&key_event_type(id)).await?,
            None => None,
        };
        let seen = Seen {
            default_key: default_key.as_deref(),
            description: description.as_ref(),
            secrets: &secrets.try_into().expect("as many as were asked for"),
            shown: &shown,
            backup: backup.as_ref(),
        };
        let given = seen.check(&account, input).await?;
        Ok(given.check(backup.is_some()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vodozemac::Ed25519SecretKey;

    use super::*;
    use crate::{
        identity::IdentityStatus,
        secret_storage::{encrypt, with_entry},
    };

    #[test]
    fn a_key_opens_what_belongs_to_the_present_identity_and_to_the_present_backup() {
        let (key, other) = (SecretStorageKey::new(), SecretStorageKey::new());
        let identity: [Ed25519SecretKey; 3] = std::array::from_fn(|_| Ed25519SecretKey::new());
        let backup_key = BackupDecryptionKey::new();
        let public = |at: usize| Some(identity[at].public_key().to_base64());
        let shown = |signing_keys| Shown {
            identity: IdentityStatus::Ours,
            is_sound: true,
            master_key: public(0),
            signing_keys,
            shown: Default::default(),
            devices: Default::default(),
        };
        let backup = BackupVersion {
            version: "1".to_owned(),
            count: 0,
            etag: String::new(),
            info: serde_json::to_value(backup_key.to_backup_info()).expect("serialises"),
        };
        let stored = |key: &SecretStorageKey, at: usize, text: &str| {
            let entry = encrypt(key, SECRETS[at], &Secret::new(text));
            Some(with_entry(None, key.key_id(), entry))
        };
        let private = |at: usize| {
            identity
                .get(at)
                .map_or(backup_key.to_base64(), Ed25519SecretKey::to_base64)
        };
        let whole: [Option<Value>; 4] = std::array::from_fn(|at| stored(&key, at, &private(at)));
        let all_shown = shown([public(1), public(2)]);
        let judge = |secrets: &[Option<Value>; 4], shown: &Shown, backup: Option<&BackupVersion>, opened| {
            let seen = Seen {
                default_key: None,
                description: None,
                secrets,
                shown,
                backup,
            };
            seen.judge(opened, true).finds
        };
        use Finds::{Another, Closed, Nothing, Present};
        assert_eq!(judge(&whole, &all_shown, Some(&backup), Some(&key)), [Present; 4]);
        assert_eq!(judge(&whole, &all_shown, Some(&backup), Some(&other)), [Closed; 4]);
        assert_eq!(judge(&whole, &all_shown, Some(&backup), None), [Closed; 4]);
        // The private keys are keys, and of another identity, or in each other's place.
        let strangers = Ed25519SecretKey::new().to_base64();
        let mut changed = whole.clone();
        changed[1] = stored(&key, 1, &strangers);
        changed[2] = stored(&key, 2, &private(1));
        changed[3] = stored(&key, 3, &BackupDecryptionKey::new().to_base64());
        let expected = [Present, Another, Another, Another];
        assert_eq!(judge(&changed, &all_shown, Some(&backup), Some(&key)), expected);
        // Without a backup nobody can tell which one it opens.
        assert_eq!(judge(&changed, &all_shown, None, Some(&key))[3], Present);
        changed[3] = Some(json!({}));
        changed[0] = None;
        changed[1] = stored(&key, 1, "no key");
        changed[2] = stored(&other, 2, &private(2));
        let expected = [Nothing, Another, Closed, Nothing];
        assert_eq!(judge(&changed, &all_shown, Some(&backup), Some(&key)), expected);
        // What the master key has not signed is not the identity's.
        let expected = [Present, Another, Another, Present];
        assert_eq!(judge(&whole, &shown([None, None]), Some(&backup), Some(&key)), expected);
    }

    #[test]
    fn a_backup_s_key_is_missed_only_where_there_is_a_backup() {
        let given = GivenKey {
            is_default: false,
            finds: [Finds::Present, Finds::Closed, Finds::Another, Finds::Nothing],
        };
        let [master, self_signing, user_signing] = CROSS_SIGNING.map(str::to_owned);
        let expected = KeyCheck {
            opens: vec![master],
            does_not_open: vec![self_signing, user_signing],
            missing: vec![BACKUP.to_owned()],
            default: false,
        };
        assert_eq!(given.check(true), expected);
        assert_eq!(given.check(false).missing, [] as [String; 0]);
        assert_eq!(given.does_not_open(true), CROSS_SIGNING[1..]);
        assert!(!given.opens_identity());
    }
}
