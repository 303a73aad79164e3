// SPDX-License-Identifier: Apache-2.0

//! A session that was logged in here: the Olm machine signs, keeps the private keys, and uploads the room keys.

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
    account::{Account, Own},
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

impl Resets for Own {
    const HAND_OVER: HandOver = HandOver::NotNeeded;

    async fn known(account: &Account) -> Result<Known, ResetError> {
        let backup = account.machine().backup_machine();
        let counts = backup.room_key_counts().await.map_err(StoreError::because)?;
        Ok(Known {
            room_keys: Some(counts.total as u64),
            verified_contacts: Some(verified_contacts(account).await?),
        })
    }

    async fn written(account: &Account) -> Result<String, StoreError> {
        key_backup::written(account).await
    }

    async fn reads(account: &Account, version: &BackupVersion) -> Result<bool, StoreError> {
        Ok(key_backup::held_key(account, version).await?.is_some())
    }

    async fn held(account: &Account, _: &Plan) -> Result<Replaced, ResetError> {
        held(account).await
    }

    async fn export(
        account: &Account,
        before: &Before,
        Export { file, passphrase }: Export,
        progress: &ProgressListener,
    ) -> Result<Option<bool>, ResetError> {
        let drained = drain(account, before, progress).await?;
        let listener = progress.clone();
        let report = move |at: RoomKeyProgress| {
            listener(Progress {
                step: Step::Export,
                done: at.done,
                total: at.total,
            })
        };
        account.export_room_keys(&file, &passphrase, report).await?;
        Ok(drained)
    }

    async fn device_keys(account: &Account) -> Result<Value, ResetError> {
        let keys = olm_account(account).await?.unsigned_device_keys();
        Ok(serde_json::to_value(keys).expect("device keys serialise"))
    }

    async fn device_signature(account: &Account, text: &str) -> Result<Option<String>, ResetError> {
        Ok(Some(olm_account(account).await?.sign(text).to_base64()))
    }

    async fn ensure_device_keys(account: &Account) -> Result<(), ResetError> {
        Ok(account.ensure_device_keys().await?)
    }

    async fn drain(run: &Run<Self>, before: &Before) -> Result<Option<bool>, ResetError> {
        drain(&run.account, before, &run.progress).await
    }

    async fn drain_again(run: &mut Run<Self>, old: BackupVersion) -> Result<(), ResetError> {
        drain_again(run, old).await
    }

    /// The crypto store learns of it from the server.
    async fn note_commit(_: &Account, _: &Journal) -> Result<(), StoreError> {
        Ok(())
    }

    async fn take_in(run: &Run<Self>) -> Result<(), ResetError> {
        let [master_key, self_signing_key, user_signing_key] = run.journal.keys.private.clone().map(Some);
        let private = CrossSigningKeyExport {
            master_key,
            self_signing_key,
            user_signing_key,
        };
        Ok(run.account.take_identity_in(private).await?)
    }

    async fn sign_again(run: &Run<Self>) -> Result<(), SignError> {
        run.account.sign_own_device().await
    }

    /// Looks while uploading: with few keys the look is still fresh when cleaning up begins, which then need not look again.
    async fn upload(run: &mut Run<Self>, version: &str, backup: &NewBackup) -> Result<Upload, ResetError> {
        let account = &run.account;
        key_backup::switch_to(account, version, &backup.key()?).await?;
        let listener = run.progress.clone();
        let report = move |done, total| {
            listener(Progress {
                step: Step::BackUp,
                done,
                total,
            })
        };
        let looking = Look::at(account, &run.journal);
        let uploading = key_backup::upload_pending(account, &report);
        let (uploaded, look, grown) = join!(uploading, looking, has_grown(account, &run.journal));
        Ok(Upload { uploaded, look, grown })
    }

    async fn write_to(account: &Account, version: Option<(&str, &NewBackup)>) -> Result<(), ResetError> {
        match version {
            Some((version, backup)) => key_backup::switch_to(account, version, &backup.key()?).await?,
            // Then no room key counts as saved.
            None => key_backup::forget_uploads(account).await?,
        }
        Ok(())
    }

    async fn missing(account: &Account, journal: &Journal) -> Result<Option<Missing>, ResetError> {
        let trusts = account.own_identity().await?.is_some_and(|own| own.is_verified());
        if !trusts || !account.has_private_keys().await {
            return Ok(Some(Missing::PrivateKeys));
        }
        if !account.is_signed().await? {
            return Ok(Some(Missing::Signature));
        }
        if let (Some(_), Some(version)) = (journal.new_backup(), &journal.backup_version)
            && !key_backup::is_full(account, version).await?
        {
            return Ok(Some(Missing::RoomKeys));
        }
        Ok(None)
    }

    async fn uploaded(account: &Account) -> Result<u64, StoreError> {
        key_backup::uploaded(account).await
    }

    async fn backed_up(account: &Account) -> Result<u64, RequestError> {
        Ok(key_backup::uploaded(account).await?)
    }

    async fn is_proven(
        account: &Account,
        _: &[&str],
        version: &str,
        key: &BackupDecryptionKey,
    ) -> Result<bool, RequestError> {
        key_backup::reads_back(account, version, key).await
    }

    async fn unsigned_devices(account: &Account) -> Result<Vec<String>, RequestError> {
        let devices = account.own_devices().await?;
        let unsigned = devices.devices().filter(|device| !device.is_cross_signed_by_owner());
        Ok(unsigned.map(|device| device.device_id().to_string()).collect())
    }

    async fn forget_dehydrated_device(account: &Account) -> Result<(), StoreError> {
        let devices = account.machine().dehydrated_devices();
        devices
            .delete_dehydrated_device_pickle_key()
            .await
            .map_err(StoreError::because)
    }

    async fn take_back(account: &Account, journal: &Journal) -> Result<(), ResetError> {
        let Some(replaced) = &journal.replaced else {
            return Ok(());
        };
        if replaced.private.iter().all(Option::is_none) || account.has_private_keys().await {
            return Ok(());
        }
        let [master_key, self_signing_key, user_signing_key] = replaced.private.clone();
        let private = CrossSigningKeyExport {
            master_key,
            self_signing_key,
            user_signing_key,
        };
        match account.take_identity_in(private).await {
            // It did not have all of them.
            Ok(()) | Err(AdoptError::Incomplete) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn return_to_old_backup(account: &Account, journal: &Journal) -> Result<(), ResetError> {
        let replaced = journal.replaced.as_ref().and_then(|replaced| replaced.backup.as_ref());
        let (Some((version, key)), Some(new)) = (replaced, &journal.keys.backup) else {
            return Ok(());
        };
        let held = held(account).await?;
        let writes_to_new = held.backup.as_ref().is_some_and(|(_, held)| *held == new.private);
        if writes_to_new && let Ok(key) = BackupDecryptionKey::from_base64(key) {
            key_backup::switch_to(account, version, &key).await?;
        }
        Ok(())
    }

    /// What another client has put there may be nowhere else: it is fetched.
    async fn rescue(account: &Account, journal: &Journal, version: &BackupVersion) -> Result<(), ResetError> {
        if let Some(backup) = &journal.keys.backup {
            key_backup::download(account, version, &backup.key()?, &|_, _| {}).await?;
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
