// SPDX-License-Identifier: Apache-2.0

//! A session that another program keeps. There is no Olm machine here: the new identity signs the session's public keys,
//! what the old backup holds is moved into the new one, and the other program takes the new key over in the end.

use async_trait::async_trait;
use futures_util::join;
use matrix_sdk_crypto::store::types::BackupDecryptionKey;
use ruma::api::client::keys::upload_signatures;
use serde_json::Value;

use super::{Known, Resets, Upload};
use crate::{
    account::{Account, Attached},
    error::{RequestError, StoreError},
    identity::{ShowsIdentity as _, SignError},
    key_backup::{self, BackupVersion, UploadError},
    reset::{
        Export, Plan, Progress, ProgressListener, ResetError, Step,
        journal::{HandOver, Journal, NewBackup, Replaced},
        look::{Look, Missing},
        plan::Before,
        run::Run,
    },
};

#[async_trait]
impl Resets for Account<Attached> {
    fn hand_over(&self) -> HandOver {
        HandOver::Awaited
    }

    /// Only the other program knows.
    async fn known(&self) -> Result<Known, ResetError> {
        Ok(Known {
            room_keys: None,
            verified_contacts: None,
        })
    }

    async fn written(&self) -> Result<String, StoreError> {
        Ok(String::new())
    }

    async fn reads(&self, _: &BackupVersion) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn held(&self, plan: &Plan) -> Result<Replaced, ResetError> {
        let key = plan.old_backup_key.as_ref().map(|key| key.reveal().to_owned());
        let version = plan.before.backup.as_ref().map(|backup| backup.version.clone());
        Ok(Replaced {
            private: Default::default(),
            backup: version.zip(key),
        })
    }

    async fn export(&self, _: &Before, _: Export, _: &ProgressListener) -> Result<Option<bool>, ResetError> {
        Err(ResetError::NoRoomKeys)
    }

    async fn device_keys(&self) -> Result<Value, ResetError> {
        self.host_device_keys().await?.ok_or(ResetError::HostDevice)
    }

    async fn device_signature(&self, _: &str) -> Result<Option<String>, ResetError> {
        Ok(None)
    }

    /// The other program uploads them.
    async fn ensure_device_keys(&self) -> Result<(), ResetError> {
        self.device_keys().await.map(drop)
    }

    /// Done once there is a new version: there is nowhere else to put it.
    async fn drain(&self, _: &Before, _: &ProgressListener) -> Result<Option<bool>, ResetError> {
        Ok(None)
    }

    async fn drain_again(&self, run: &mut Run, old: BackupVersion) -> Result<(), ResetError> {
        run.note(|journal| {
            journal.drained = None;
            journal.before.backup = Some(old);
        })
        .await
    }

    async fn note_commit(&self, journal: &Journal) -> Result<(), StoreError> {
        self.trust_what_was_made_here(&journal.keys.master_key).await
    }

    async fn take_in(&self, _: &Journal) -> Result<(), ResetError> {
        Ok(())
    }

    async fn sign_again(&self, journal: &Journal) -> Result<(), SignError> {
        let signatures = journal.signatures().map_err(|_| SignError::NotSigned)?;
        let request = upload_signatures::v3::Request::new(signatures);
        self.send_signatures(request).await
    }

    async fn upload(&self, run: &mut Run, version: &str, backup: &NewBackup) -> Result<Upload, ResetError> {
        let key = backup.key()?;
        let old = run.journal.before.backup.as_ref();
        let old_key = run.journal.replaced.as_ref().and_then(Replaced::backup_key);
        let old = old.cloned().zip(old_key).filter(|(old, key)| old.is_opened_by(key));
        let listener = run.progress.clone();
        let report = move |done, total| {
            listener(Progress {
                step: Step::BackUp,
                done,
                total,
            })
        };
        let moving = async {
            let Some((old, old_key)) = &old else {
                return Ok::<_, UploadError>(None);
            };
            let (from, to) = ((old.version.as_str(), old_key), (version, &key));
            Ok(Some(key_backup::move_keys(self, from, to, &report).await?))
        };
        let (moved, look) = join!(moving, Look::at(self, &run.journal));
        let uploaded = match moved {
            Ok(Some(moved)) => {
                let all = moved.unreadable == 0;
                run.note(|journal| journal.drained = Some(all)).await?;
                Ok(moved.on_server)
            }
            Ok(None) => Ok(0),
            Err(error) => Err(error),
        };
        Ok(Upload {
            uploaded,
            look,
            grown: Ok(None),
        })
    }

    async fn write_to(&self, _: Option<(&str, &NewBackup)>) -> Result<(), ResetError> {
        Ok(())
    }

    async fn missing(&self, _: &Journal) -> Result<Option<Missing>, ResetError> {
        let shown = self.look().await?;
        let is_signed = shown.devices.get(self.own_device()).is_some_and(|device| device.signed);
        Ok((!is_signed).then_some(Missing::Signature))
    }

    async fn uploaded(&self) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn backed_up(&self) -> Result<u64, RequestError> {
        Ok(key_backup::current(self).await?.map_or(0, |current| current.count))
    }

    async fn is_proven(&self, others: &[&str], version: &str, key: &BackupDecryptionKey) -> Result<bool, RequestError> {
        key_backup::holds_all_of(self, others, version, key).await
    }

    async fn unsigned_devices(&self) -> Result<Vec<String>, RequestError> {
        let shown = self.look().await?;
        let unsigned = shown.devices.into_iter().filter(|(_, device)| !device.signed);
        Ok(unsigned.map(|(id, _)| id.to_string()).collect())
    }

    async fn forget_dehydrated_device(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn take_back(&self, journal: &Journal) -> Result<(), ResetError> {
        Ok(self.trust_as_before(&journal.keys.master_key).await?)
    }

    async fn return_to_old_backup(&self, _: &Journal) -> Result<(), ResetError> {
        Ok(())
    }

    /// What another client has put there cannot be kept here, so the version stays unless all of it is in the old one.
    async fn rescue(&self, journal: &Journal, version: &BackupVersion) -> Result<(), ResetError> {
        let old = journal.before.backup.as_ref().map(|old| old.version.as_str());
        match key_backup::is_within(self, &version.version, old).await? {
            true => Ok(()),
            false => Err(ResetError::NotUndone),
        }
    }
}
