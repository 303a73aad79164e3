// SPDX-License-Identifier: Apache-2.0

//! A session that was logged in here: the Olm machine signs, keeps the private keys, and uploads the room keys.

use async_trait::async_trait;
use futures_util::join;
use matrix_sdk_crypto::{
    olm,
    store::{
        CryptoStore,
        types::{BackupDecryptionKey, CrossSigningKeyExport},
    },
};
use serde_json::Value;

use super::{Known, Resets, Upload};
use crate::{
    account::Account,
    error::{RequestError, StoreError},
    identity::{AdoptError, SignError},
    key_backup::{self, BackupVersion},
    reset::{
        Export, Plan, Progress, ProgressListener, ResetError, Step,
        journal::{HandOver, Journal, NewBackup, Replaced},
        look::{Look, Missing},
        plan::Before,
        run::Run,
        steps::{drain, drain_again, has_grown},
    },
    room_keys::RoomKeyProgress,
};

#[async_trait]
impl Resets for Account {
    fn hand_over(&self) -> HandOver {
        HandOver::NotNeeded
    }

    async fn known(&self) -> Result<Known, ResetError> {
        let backup = self.machine().backup_machine();
        let counts = backup.room_key_counts().await.map_err(StoreError::because)?;
        Ok(Known {
            room_keys: Some(counts.total as u64),
            verified_contacts: Some(verified_contacts(self).await?),
        })
    }

    async fn written(&self) -> Result<String, StoreError> {
        key_backup::written(self).await
    }

    async fn reads(&self, version: &BackupVersion) -> Result<bool, StoreError> {
        Ok(key_backup::held_key(self, version).await?.is_some())
    }

    async fn held(&self, _: &Plan) -> Result<Replaced, ResetError> {
        held(self).await
    }

    async fn export(
        &self,
        before: &Before,
        Export { file, passphrase }: Export,
        progress: &ProgressListener,
    ) -> Result<Option<bool>, ResetError> {
        let drained = drain(self, before, progress).await?;
        let listener = progress.clone();
        let report = move |at: RoomKeyProgress| {
            listener(Progress {
                step: Step::Export,
                done: at.done,
                total: at.total,
            })
        };
        self.export_room_keys(&file, &passphrase, report).await?;
        Ok(drained)
    }

    async fn device_keys(&self) -> Result<Value, ResetError> {
        let keys = olm_account(self).await?.unsigned_device_keys();
        Ok(serde_json::to_value(keys).expect("device keys serialise"))
    }

    async fn device_signature(&self, text: &str) -> Result<Option<String>, ResetError> {
        Ok(Some(olm_account(self).await?.sign(text).to_base64()))
    }

    async fn ensure_device_keys(&self) -> Result<(), ResetError> {
        Ok(self.ensure_device_keys().await?)
    }

    async fn drain(&self, before: &Before, progress: &ProgressListener) -> Result<Option<bool>, ResetError> {
        drain(self, before, progress).await
    }

    async fn drain_again(&self, run: &mut Run, old: BackupVersion) -> Result<(), ResetError> {
        drain_again(self, run, old).await
    }

    /// The crypto store learns of it from the server.
    async fn note_commit(&self, _: &Journal) -> Result<(), StoreError> {
        Ok(())
    }

    async fn take_in(&self, journal: &Journal) -> Result<(), ResetError> {
        let [master_key, self_signing_key, user_signing_key] = journal.keys.private.clone().map(Some);
        let private = CrossSigningKeyExport {
            master_key,
            self_signing_key,
            user_signing_key,
        };
        Ok(self.take_identity_in(private).await?)
    }

    async fn sign_again(&self, _: &Journal) -> Result<(), SignError> {
        self.sign_own_device().await
    }

    /// Looks while uploading: with few keys the look is still fresh when cleaning up begins, which then need not look again.
    async fn upload(&self, run: &mut Run, version: &str, backup: &NewBackup) -> Result<Upload, ResetError> {
        key_backup::switch_to(self, version, &backup.key()?).await?;
        let listener = run.progress.clone();
        let report = move |done, total| {
            listener(Progress {
                step: Step::BackUp,
                done,
                total,
            })
        };
        let looking = Look::at(self, &run.journal);
        let uploading = key_backup::upload_pending(self, &report);
        let (uploaded, look, grown) = join!(uploading, looking, has_grown(self, &run.journal));
        Ok(Upload { uploaded, look, grown })
    }

    async fn write_to(&self, version: Option<(&str, &NewBackup)>) -> Result<(), ResetError> {
        match version {
            Some((version, backup)) => key_backup::switch_to(self, version, &backup.key()?).await?,
            // Then no room key counts as saved.
            None => key_backup::forget_uploads(self).await?,
        }
        Ok(())
    }

    async fn missing(&self, journal: &Journal) -> Result<Option<Missing>, ResetError> {
        let trusts = self.own_identity().await?.is_some_and(|own| own.is_verified());
        if !trusts || !self.has_private_keys().await {
            return Ok(Some(Missing::PrivateKeys));
        }
        if !self.is_signed().await? {
            return Ok(Some(Missing::Signature));
        }
        if let (Some(_), Some(version)) = (journal.new_backup(), &journal.backup_version)
            && !key_backup::is_full(self, version).await?
        {
            return Ok(Some(Missing::RoomKeys));
        }
        Ok(None)
    }

    async fn uploaded(&self) -> Result<u64, StoreError> {
        key_backup::uploaded(self).await
    }

    async fn backed_up(&self) -> Result<u64, RequestError> {
        Ok(key_backup::uploaded(self).await?)
    }

    async fn is_proven(&self, _: &[&str], version: &str, key: &BackupDecryptionKey) -> Result<bool, RequestError> {
        key_backup::reads_back(self, version, key).await
    }

    async fn unsigned_devices(&self) -> Result<Vec<String>, RequestError> {
        let devices = self.own_devices().await?;
        let unsigned = devices.devices().filter(|device| !device.is_cross_signed_by_owner());
        Ok(unsigned.map(|device| device.device_id().to_string()).collect())
    }

    async fn forget_dehydrated_device(&self) -> Result<(), StoreError> {
        let devices = self.machine().dehydrated_devices();
        devices
            .delete_dehydrated_device_pickle_key()
            .await
            .map_err(StoreError::because)
    }

    async fn take_back(&self, journal: &Journal) -> Result<(), ResetError> {
        let Some(replaced) = &journal.replaced else {
            return Ok(());
        };
        // The machine may have them, and have been interrupted before it wrote them.
        let stored = self.crypto_store().load_identity().await.map_err(StoreError::because)?;
        let is_stored = match stored {
            Some(stored) => stored.status().await.is_complete(),
            None => false,
        };
        if replaced.private.iter().all(Option::is_none) || is_stored && self.has_private_keys().await {
            return Ok(());
        }
        let [master_key, self_signing_key, user_signing_key] = replaced.private.clone();
        let private = CrossSigningKeyExport {
            master_key,
            self_signing_key,
            user_signing_key,
        };
        match self.take_identity_in(private).await {
            // It did not have all of them.
            Ok(()) | Err(AdoptError::Incomplete) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn return_to_old_backup(&self, journal: &Journal) -> Result<(), ResetError> {
        let replaced = journal.replaced.as_ref().and_then(|replaced| replaced.backup.as_ref());
        let (Some((version, key)), Some(new)) = (replaced, &journal.keys.backup) else {
            return Ok(());
        };
        let held = held(self).await?;
        let writes_to_new = held.backup.as_ref().is_some_and(|(_, held)| *held == new.private);
        if writes_to_new && let Ok(key) = BackupDecryptionKey::from_base64(key) {
            key_backup::switch_to(self, version, &key).await?;
        }
        Ok(())
    }

    /// What another client has put there may be nowhere else: it is fetched.
    async fn rescue(&self, journal: &Journal, version: &BackupVersion) -> Result<(), ResetError> {
        if let Some(backup) = &journal.keys.backup {
            key_backup::download(self, version, &backup.key()?, &|_, _| {}).await?;
        }
        Ok(())
    }
}

async fn olm_account(account: &Account) -> Result<olm::Account, StoreError> {
    let stored = account.crypto_store().load_account().await;
    let stored = stored.map_err(StoreError::because)?;
    stored.ok_or_else(|| StoreError::because("the crypto store has no account"))
}

/// What this session holds of an identity and of a backup.
async fn held(account: &Account) -> Result<Replaced, ResetError> {
    let machine = account.machine();
    let identity = machine.export_cross_signing_keys().await.map_err(StoreError::because)?;
    let backup = machine
        .backup_machine()
        .get_backup_keys()
        .await
        .map_err(StoreError::because)?;
    Ok(Replaced {
        private: identity.map_or_else(Default::default, |keys| {
            [
                keys.master_key.clone(),
                keys.self_signing_key.clone(),
                keys.user_signing_key.clone(),
            ]
        }),
        backup: backup
            .backup_version
            .zip(backup.decryption_key.map(|key| key.to_base64())),
    })
}

async fn verified_contacts(account: &Account) -> Result<u64, StoreError> {
    let machine = account.machine();
    let mut verified = 0;
    for user in account
        .crypto_store()
        .load_tracked_users()
        .await
        .map_err(StoreError::because)?
    {
        if user.user_id == account.own_user() {
            continue;
        }
        let identity = machine
            .get_identity(&user.user_id, None)
            .await
            .map_err(StoreError::because)?;
        verified += u64::from(
            identity
                .and_then(|identity| identity.other())
                .is_some_and(|other| other.is_verified()),
        );
    }
    Ok(verified)
}
