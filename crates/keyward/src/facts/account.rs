// SPDX-License-Identifier: Apache-2.0

//! How an account stands, as the server shows it and as this session knows it. One reader, two round trips.

use futures_util::{TryFutureExt as _, future::try_join_all, try_join};
use serde_json::Value;

use super::{
    CheckError, GivenKey, PendingFlow,
    given_key::Seen,
    storage::{SecretStorageFacts, described_in, describes},
    waiting_flows,
};
use crate::{
    account::{Account, Attached, Handle},
    after_care::{self, ContactToVerify, DIRECT},
    error::{RequestError, ServerError, StoreError},
    identity::{
        IdentityStatus, RawDevice, Shown, ShowsIdentity, dehydrated,
        devices::{now, with_devices},
        shown_identity,
        signed_json::is_signed_by,
    },
    key_backup::{self, BackupVersion},
    secret_storage::{self, DEFAULT_KEY, KeyInput, SECRETS, in_use::listing},
};

/// How an account and one session of it stand.
#[derive(Clone, Debug)]
pub struct Facts {
    /// This session's device id.
    pub device_id: String,
    /// Base64 of this session's Ed25519 key, as it is known here.
    pub device_key: Option<String>,
    /// When this was read, in milliseconds since the Unix epoch.
    pub now: u64,
    /// Whose identity the server shows.
    pub identity: IdentityStatus,
    /// Whether the signatures within that identity hold. `true` where there is none.
    pub identity_is_sound: bool,
    /// Whether the server shows no identity although this session knows one. Then nothing is known of the devices.
    pub identity_is_gone: bool,
    /// The devices, this session among them.
    pub devices: Vec<RawDevice>,
    /// Secret storage.
    pub storage: SecretStorageFacts,
    /// The Security Key or Phrase that was given for this examination.
    pub given_key: Option<GivenKey>,
    /// The current version of the key backup.
    pub backup: Option<BackupFacts>,
    /// Older versions of the key backup that still exist, as far as they can be found.
    pub older_backups: Vec<String>,
    /// Whether the account's data say that a key backup is wanted (MSC4287); `None`: they say nothing.
    pub backup_wanted: Option<bool>,
    /// The device id of the dehydrated device that the server keeps (MSC3814).
    pub dehydrated: Option<String>,
    /// What the server cannot do.
    pub lacks: Lacks,
    /// The flows that wait to be resumed.
    pub pending: Vec<PendingFlow>,
    /// People to be verified again; nobody where less than everything was read.
    pub contacts: Vec<ContactToVerify>,
    /// What only this session knows. `None`: another program keeps the session, and knows.
    pub local: Option<LocalFacts>,
}

/// What the server cannot do, as far as its replies tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lacks {
    /// It keeps no key backups.
    pub key_backup: bool,
    /// It does not list the account's data, so that what nobody knows the name of cannot be found.
    pub account_data_list: bool,
}

/// The current version of the key backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupFacts {
    /// Its number.
    pub version: String,
    /// Room keys in it, as the server says.
    pub count: u64,
    /// Whether the identity, if it is trusted, this session, or a session that this one trusts has signed it.
    pub is_trusted: bool,
    /// Whether this session holds its key. `None`: another program keeps the session.
    pub key_is_here: Option<bool>,
}

/// What only this session knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LocalFacts {
    /// Whether the identity's three private keys are here.
    pub private_keys: bool,
    /// Room keys that this session holds.
    pub room_keys: u64,
    /// Those of them that are in the current version of the key backup, as far as this session knows.
    pub backed_up: u64,
    /// Whether making a backup was interrupted here: its key may be in secret storage although there is no such backup.
    pub backup_begun: bool,
    /// Whether this session's tokens lay unencrypted on this disk and could not be replaced.
    pub tokens_exposed: bool,
}

/// What the server shows, with what is needed to judge it.
struct Read {
    facts: Facts,
    shown: Shown,
    backup: Option<BackupVersion>,
    /// The description of the default key.
    description: Option<Value>,
    /// In the order of [`SECRETS`].
    secrets: [Option<Value>; 4],
}

impl Read {
    /// Adds what a key opens that the person has given.
    async fn with_key(mut self, account: &Handle, input: &KeyInput) -> Result<Self, CheckError> {
        let seen = Seen {
            default_key: self.facts.storage.default_key.as_deref(),
            description: self.description.as_ref(),
            secrets: &self.secrets,
            shown: &self.shown,
            backup: self.backup.as_ref(),
        };
        self.facts.given_key = Some(seen.examine(account, input).await?);
        Ok(self)
    }
}

/// How much is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// What `status` shows. Needs no synchronisation, which may take long.
    Status,
    /// What the rules need, but for older versions of the backup and for contacts.
    Report,
    /// Everything.
    Examination,
}

/// Two round trips.
async fn read(account: &dyn ShowsIdentity, extent: Extent) -> Result<Read, RequestError> {
    let listed = async {
        match extent {
            Extent::Status => Ok(None),
            Extent::Report | Extent::Examination => listing(account).await,
        }
    };
    let secrets = try_join_all(SECRETS.map(|name| account.fetch(name)));
    let devices = async {
        match with_devices(account).await {
            // Only an examination can say what is wrong with that.
            Err(RequestError::Server(ServerError::NotUnderstood))
                if extent == Extent::Examination && is_identity_gone(account).await? =>
            {
                Ok(None)
            }
            devices => Ok(Some(devices?)),
        }
    };
    let (devices, secrets, default_key, listed, (backup, keeps_backups), backup_wanted, dehydrated) = try_join!(
        devices,
        secrets,
        account.fetch(DEFAULT_KEY),
        listed,
        key_backup::current_if_kept(account),
        key_backup::is_wanted(account),
        dehydrated::kept(account),
    )?;
    let identity_is_gone = devices.is_none();
    let (mut shown, mut devices) = devices.unwrap_or_else(|| (Shown::nothing(), Vec::new()));
    // Servers store the keys of an identity one after the other.
    if !shown.is_sound && shown_identity(account, |_| true).await.is_ok() {
        (shown, devices) = with_devices(account).await?;
    }
    let default_key = secret_storage::default_key_id(default_key.as_ref());
    let description = async {
        match &default_key {
            Some(id) => account.fetch(&secret_storage::key_event_type(id)).await,
            None => Ok(None),
        }
    };
    let older = async {
        match backup.as_ref().filter(|_| extent == Extent::Examination) {
            Some(backup) => key_backup::others_than(account, &backup.version).await,
            None => Ok(Vec::new()),
        }
    };
    let contacts = async {
        let direct = listed.as_ref().and_then(|listed| listed.get(DIRECT));
        match extent {
            Extent::Examination => Ok(
                after_care::refresh(account, &shown, &devices, direct.map(String::as_str))
                    .await?
                    .contacts,
            ),
            Extent::Status | Extent::Report => Ok(Vec::new()),
        }
    };
    let (description, older, pending, contacts) = try_join!(description, older, waiting_flows(account), contacts)?;
    let secrets: [Option<Value>; 4] = secrets.try_into().expect("as many as were asked for");
    let mut storage = SecretStorageFacts::of(default_key, describes(description.as_ref()), &secrets);
    storage.described = listed.as_ref().map(described_in);
    let facts = Facts {
        device_id: account.device_id().to_owned(),
        device_key: None,
        now: now(),
        identity: shown.identity,
        identity_is_sound: shown.is_sound,
        identity_is_gone,
        devices,
        storage,
        given_key: None,
        backup: None,
        older_backups: older.into_iter().map(|backup| backup.version).collect(),
        backup_wanted,
        dehydrated: dehydrated.map(Into::into),
        lacks: Lacks {
            key_backup: !keeps_backups,
            account_data_list: extent != Extent::Status && listed.is_none(),
        },
        pending,
        contacts,
        local: None,
    };
    Ok(Read {
        facts,
        shown,
        backup,
        description,
        secrets,
    })
}

/// Whether the server shows no identity, and this session knows one.
async fn is_identity_gone(account: &dyn ShowsIdentity) -> Result<bool, RequestError> {
    let is_none = account.shown_master_key().await?.is_none();
    let hides = RequestError::Server(ServerError::NotUnderstood);
    Ok(is_none && account.look().await.is_err_and(|error| error == hides))
}

impl Facts {
    /// This session among the devices; `None` if the server does not list it.
    pub fn this_session(&self) -> Option<&RawDevice> {
        self.devices.iter().find(|device| device.device_id == self.device_id)
    }

    /// Whether this session is signed by the identity, and that identity is trusted here.
    pub fn is_verified(&self) -> bool {
        let is_signed = |device: &RawDevice| device.keys.as_ref().is_some_and(|keys| keys.signed);
        self.identity == IdentityStatus::Ours && self.this_session().is_some_and(is_signed)
    }

    pub(crate) async fn of_own(account: &Account, extent: Extent) -> Result<Self, RequestError> {
        Self::own(account, read(account, extent).await?).await
    }

    pub(crate) async fn of_own_with_key(account: &Account, input: &KeyInput) -> Result<Self, CheckError> {
        let read = read(account, Extent::Examination).await?;
        Ok(Self::own(account, read.with_key(account, input).await?).await?)
    }

    async fn own(account: &Account, read: Read) -> Result<Self, RequestError> {
        let Read { mut facts, backup, .. } = read;
        let machine = account.machine();
        let counts = machine.backup_machine().room_key_counts();
        let counts = counts.map_err(StoreError::because).await?;
        facts.device_key = Some(machine.identity_keys().ed25519.to_base64());
        if let Some(backup) = backup {
            facts.backup = Some(BackupFacts {
                is_trusted: key_backup::is_trusted(account, &backup).await?,
                key_is_here: Some(key_backup::held_key(account, &backup).await?.is_some()),
                version: backup.version,
                count: backup.count,
            });
        }
        let is_written = key_backup::written(account).await?;
        let writes = facts.backup.as_ref().is_some_and(|backup| backup.version == is_written);
        facts.local = Some(LocalFacts {
            private_keys: account.has_private_keys().await,
            room_keys: counts.total as u64,
            backed_up: if writes { counts.backed_up as u64 } else { 0 },
            backup_begun: key_backup::is_begun(account).await?,
            tokens_exposed: account.has_exposed_tokens(),
        });
        Ok(facts)
    }

    pub(crate) async fn of_attached(account: &Account<Attached>, extent: Extent) -> Result<Self, RequestError> {
        Ok(Self::attached(account, read(account, extent).await?))
    }

    pub(crate) async fn of_attached_with_key(
        account: &Account<Attached>,
        input: &KeyInput,
    ) -> Result<Self, CheckError> {
        let read = read(account, Extent::Examination).await?;
        Ok(Self::attached(account, read.with_key(account, input).await?))
    }

    fn attached(account: &Account<Attached>, read: Read) -> Self {
        let Read {
            mut facts,
            shown,
            backup,
            ..
        } = read;
        facts.device_key = Some(account.host().device_key.clone());
        facts.backup = backup.map(|backup| BackupFacts {
            is_trusted: has_signed(account, &backup, &shown),
            key_is_here: None,
            version: backup.version,
            count: backup.count,
        });
        facts
    }
}

/// Whether the identity, if it is trusted, one of the devices that it has signed, or the other program's session has signed a
/// version of the key backup.
fn has_signed(account: &Account<Attached>, version: &BackupVersion, shown: &Shown) -> bool {
    let auth_data = version.info.get("auth_data").unwrap_or(&Value::Null);
    let is_trusted = shown.identity == IdentityStatus::Ours;
    let identity = shown.master_key.as_deref().filter(|_| is_trusted).map(|key| (key, key));
    let signed = shown.devices.iter().filter(|(_, keys)| is_trusted && keys.signed);
    let signed = signed.map(|(id, keys)| (id.as_str(), keys.ed25519.as_str()));
    let own = (account.device_id(), account.host().device_key.as_str());
    let mut signers = identity.into_iter().chain([own]).chain(signed);
    signers.any(|(name, key)| is_signed_by(auth_data, account.user_id(), name, key))
}
