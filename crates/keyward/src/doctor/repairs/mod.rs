// SPDX-License-Identifier: Apache-2.0

//! Repairs that are no flow of their own: each is one step that looks, adds what is missing, and can be repeated after whatever
//! interrupted it. None deletes anything that still opens something.

mod ask;
mod backup;
mod dehydrated;
mod recover;
mod sign;
mod storage;

use tokio::sync::OwnedMutexGuard;

use crate::{
    account::{Account, Handle},
    error::{FlowError, Remedy, RequestError, wraps_a_request_error},
    facts::waiting_flows,
    identity::{IdentityStatus, ShowsIdentity as _},
    key_backup::UploadError,
    secret_storage::{OpenError, find::wraps_a_find_error},
};

/// Why something was not mended. What is there is as it was, or has some of what was to be added: doing it again adds the rest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RepairError {
    /// A reset, a new Security Key, or another repair is under way in this process.
    #[error("Something else that changes keys is under way. Wait until it has ended.")]
    AlreadyRunning,
    /// A reset or a new Security Key waits. Resume or cancel it.
    #[error("A reset or a new Security Key is waiting to be finished. Resume it or cancel it first.")]
    Pending,
    /// This session is not verified, so it cannot know what belongs to the account. Verify it first.
    #[error("This session is not verified. Verify it first, with the Security Key or by another session.")]
    NotVerified,
    /// The private keys, or the backup's key, are not in this session.
    #[error(
        "This session does not have the keys that this needs. Ask another session for them, or verify this one by a \
         session that has them."
    )]
    KeysMissing,
    /// There is no Security Key that could be asked for: secret storage is not there, or names none. Make a new one first.
    #[error("Secret storage names no Security Key. Make a new one first.")]
    NoSecretStorage,
    /// Secret storage did not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The key opens secret storage, and holds no backup key there.
    #[error("That Security Key opens no older key storage.")]
    OpensNoBackup,
    /// The entry of a backup's key would be overwritten, and nobody knows which backup it opens. A new Security Key leaves it
    /// where it is.
    #[error(
        "Secret storage has the key of another key storage, which would be overwritten. Make a new Security Key first."
    )]
    WouldLose,
    /// There is a key backup that somebody trusted has signed: nothing new is made beside it.
    #[error("There is a key storage that is in order. Open it with the Security Key instead of making another.")]
    BackupIsThere,
    /// There is no key backup that something could be written to.
    #[error("There is no key storage that this session uses. Make one, or open it with the Security Key.")]
    NoBackup,
    /// No other session has answered in time. Open another verified session, and try again.
    #[error(
        "No other session has sent the keys yet. Open one of your verified sessions, leave it open, and try again."
    )]
    NobodyAnswered,
    /// The server did not keep what was written. Try again.
    #[error("The homeserver did not keep what was written. Try again.")]
    NotKept,
    /// What was to be removed has changed meanwhile: look again.
    #[error("The account has changed in the meantime. Look at it again.")]
    Changed,
    /// The server could not be used, or the local store failed.
    #[error(transparent)]
    Request(#[from] RequestError),
}

wraps_a_request_error!(RepairError);
wraps_a_find_error!(RepairError);

impl FlowError for RepairError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::AlreadyRunning => ("repair.already_running", Remedy::WaitForOther),
            Self::Pending => ("repair.pending", Remedy::ResumeOrCancel),
            Self::NotVerified => ("repair.not_verified", Remedy::VerifyThisSession),
            Self::KeysMissing => ("repair.keys_missing", Remedy::VerifyThisSession),
            Self::NoSecretStorage => ("repair.no_secret_storage", Remedy::LookAgain),
            Self::Open(error) => error.advice(),
            Self::OpensNoBackup => ("repair.opens_no_backup", Remedy::AskAgain),
            Self::WouldLose => ("repair.would_lose", Remedy::LookAgain),
            Self::BackupIsThere => ("repair.backup_is_there", Remedy::LookAgain),
            Self::NoBackup => ("repair.no_backup", Remedy::LookAgain),
            Self::NobodyAnswered => ("repair.nobody_answered", Remedy::Retry),
            Self::NotKept => ("repair.not_kept", Remedy::Retry),
            Self::Changed => ("repair.changed", Remedy::LookAgain),
            Self::Request(error) => error.advice(),
        }
    }

    fn wrapped(&self) -> Option<&dyn FlowError> {
        match self {
            Self::Open(error) => Some(error),
            Self::Request(error) => Some(error),
            _ => None,
        }
    }
}

impl From<UploadError> for RepairError {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::Replaced => Self::NoBackup,
            UploadError::Request(error) => error.into(),
        }
    }
}

/// The right to mend something: nothing else that changes keys is under way or waits, and this session is verified. Returns the
/// master key (base64) as well.
async fn begin(account: &Account) -> Result<(OwnedMutexGuard<()>, String), RepairError> {
    let guard = alone(account).await?;
    let shown = account.look().await?;
    let identity = shown.master_key.filter(|_| shown.identity == IdentityStatus::Ours);
    let is_signed = shown
        .devices
        .get(account.own_device())
        .is_some_and(|device| device.signed);
    let identity = identity.filter(|_| is_signed).ok_or(RepairError::NotVerified)?;
    Ok((guard, identity))
}

/// The right to mend something, if nothing else that changes keys is under way or waits.
async fn alone(account: &Account) -> Result<OwnedMutexGuard<()>, RepairError> {
    let handle: &Handle = account;
    let guard = handle.flow_guard().ok_or(RepairError::AlreadyRunning)?;
    match waiting_flows(account).await?.is_empty() {
        true => Ok(guard),
        false => Err(RepairError::Pending),
    }
}
