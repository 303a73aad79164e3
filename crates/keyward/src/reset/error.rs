// SPDX-License-Identifier: Apache-2.0

//! Why a reset stopped, by what the caller should do next.

use std::time::Duration;

use crate::{
    auth::AuthError,
    error::{FlowError, Remedy, RequestError, wraps_a_request_error},
    identity::{AdoptError, SignError},
    key_backup::UploadError,
    reset::state::Conflict,
    room_keys::ExportError,
    secret_storage::{OpenError, new_key::PhraseError},
};

/// Why a reset stopped. Whatever the variant, the account is in one of two states: the old identity, unharmed, or the
/// new identity, and the reset can be resumed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ResetError {
    /// The account's identity is no longer the one that the plan was made for. Plan again.
    #[error("The account has changed since the consequences were shown. Look at them again.")]
    PlanOutdated,
    /// An interrupted reset waits. Resume or cancel it.
    #[error("A reset is waiting to be finished. Resume it or cancel it first.")]
    Pending,
    /// An interrupted new Security Key waits. Resume or cancel that.
    #[error("A new Security Key is waiting to be finished. Resume it or cancel it first.")]
    OtherPending,
    /// A reset is being driven in this process already.
    #[error("A reset of this account is running already.")]
    AlreadyRunning,
    /// There is no reset to resume or cancel.
    #[error("No reset is waiting.")]
    NothingPending,
    /// The Security Phrase is empty. Ask for another.
    #[error("The Security Phrase is empty.")]
    EmptyPassphrase,
    /// The Security Phrase could be guessed. Ask for a longer one, of several unrelated words.
    #[error("The Security Phrase is too easy to guess. Use several unrelated words.")]
    WeakPassphrase,
    /// What was typed is not the key that was shown. Ask again.
    #[error("That is not the Security Key that was shown. Check it and type it again.")]
    KeyMismatch,
    /// The call does not fit where the reset is: `advance` says what it waits for.
    #[error("The reset is waiting for something else.")]
    OutOfOrder,
    /// The server did not authorise; the old identity is unharmed.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// Too late to cancel: the server has the new identity. Resume the reset to finish it.
    #[error("The new digital identity is already in force, so the reset cannot be cancelled. Resume it to finish.")]
    AlreadyCommitted,
    /// Another client reset the account in between. Cancel this reset, then start again if it is still needed.
    #[error(
        "Another client has reset this account in the meantime. Cancel this reset; start again if you still need it."
    )]
    Superseded,
    /// This store is an old copy: the reset was finished since, and another Security Key made. Nothing is left to do: this
    /// session has the private keys of the identity, and there is nothing to resume any more.
    #[error("This reset was finished already, and a newer Security Key has been made since. That one is in force.")]
    FinishedElsewhere,
    /// The server answered as if it had accepted the new identity, and shows the old one. Try again.
    #[error("The homeserver says that it accepted the new digital identity, but still shows the old one. Try again.")]
    NotAccepted,
    /// The server did not keep what was staged. The old identity is unharmed. Try again.
    #[error("The homeserver did not keep the new secret storage. Nothing was replaced. Try again.")]
    StagingNotKept,
    /// The server said that it took the staged additions back, and still shows them. Cancel again.
    #[error("The homeserver did not take back what the reset had added. Cancel again.")]
    NotUndone,
    /// The server did not keep the new secret storage or the new backup. Resume.
    #[error("The homeserver did not keep what was written. Resume the reset to try again.")]
    NotKept,
    /// The server said that it deleted what the old Security Key opens, and still has some of it. The account was
    /// compromised, so this counts. Resume.
    #[error("The homeserver still has something that the old Security Key opens. Resume the reset to try again.")]
    NotDeleted,
    /// The server did not accept the signature of this session. Resume.
    #[error("The homeserver did not accept the signature of this session. Resume the reset to try again.")]
    NotSigned,
    /// Another client keeps replacing the key backup. Resume when it is quiet.
    #[error("Another client keeps replacing the key storage. Resume the reset later.")]
    BackupReplaced,
    /// The homeserver does not show the session's own device keys, or shows others than its program has named. Nothing is
    /// replaced.
    #[error(
        "The homeserver does not show this session's own keys. If its app has just been logged in, wait a moment and try \
         again. Otherwise do not trust this homeserver."
    )]
    HostDevice,
    /// What was typed does not open the old secret storage. Ask again.
    #[error(transparent)]
    OldKey(#[from] OpenError),
    /// The other program has not taken the new key over: the current backup does not hold all that the old one holds. Give
    /// it the key, wait until it has restored, and say so again; or keep the old backup.
    #[error(
        "The new key storage does not yet hold everything that the old one holds. Give the app some time with the new \
         Security Key, or keep the old key storage."
    )]
    NotTakenOver,
    /// The room keys are another program's: export them there.
    #[error("The room keys of this session are kept by its own app. Export them there.")]
    NoRoomKeys,
    /// The room keys could not be exported; nothing was changed.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The journal was written by another version of Keyward, or is damaged. Use that version to finish.
    #[error("The interrupted reset was begun by another version of Keyward. Use that version to finish it.")]
    UnknownJournal,
    /// The server could not be used, or the local store failed. Resume.
    #[error(transparent)]
    Request(#[from] RequestError),
}

wraps_a_request_error!(ResetError);

impl ResetError {
    /// How long the server asks to wait.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Auth(error) => error.retry_after(),
            Self::Request(error) => error.retry_after(),
            _ => None,
        }
    }
}

impl FlowError for ResetError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::PlanOutdated => ("reset.plan_outdated", Remedy::LookAgain),
            Self::Pending => ("reset.pending", Remedy::ResumeOrCancel),
            Self::OtherPending => ("reset.other_pending", Remedy::ResumeOrCancel),
            Self::AlreadyRunning => ("reset.already_running", Remedy::WaitForOther),
            Self::NothingPending => ("reset.nothing_pending", Remedy::Nothing),
            Self::EmptyPassphrase => ("reset.empty_passphrase", Remedy::AskAgain),
            Self::WeakPassphrase => ("reset.weak_passphrase", Remedy::AskAgain),
            Self::KeyMismatch => ("reset.key_mismatch", Remedy::AskAgain),
            Self::OutOfOrder => ("reset.out_of_order", Remedy::ReportBug),
            Self::Auth(error) => error.advice(),
            Self::AlreadyCommitted => ("reset.already_committed", Remedy::Resume),
            Self::Superseded => ("reset.superseded", Remedy::Cancel),
            Self::FinishedElsewhere => ("reset.finished_elsewhere", Remedy::Examine),
            Self::NotAccepted => ("reset.not_accepted", Remedy::Retry),
            Self::StagingNotKept => ("reset.staging_not_kept", Remedy::Retry),
            Self::NotUndone => ("reset.not_undone", Remedy::Retry),
            Self::NotKept => ("reset.not_kept", Remedy::Retry),
            Self::NotDeleted => ("reset.not_deleted", Remedy::Retry),
            Self::NotSigned => ("reset.not_signed", Remedy::Retry),
            Self::BackupReplaced => ("reset.backup_replaced", Remedy::Wait),
            Self::HostDevice => ("reset.host_device", Remedy::Retry),
            Self::OldKey(error) => error.advice(),
            Self::NotTakenOver => ("reset.not_taken_over", Remedy::Wait),
            Self::NoRoomKeys => ("reset.no_room_keys", Remedy::Nothing),
            Self::Export(error) => error.advice(),
            Self::UnknownJournal => ("reset.unknown_journal", Remedy::Update),
            Self::Request(error) => error.advice(),
        }
    }

    fn wrapped(&self) -> Option<&dyn FlowError> {
        match self {
            Self::Auth(error) => Some(error),
            Self::OldKey(error) => Some(error),
            Self::Export(error) => Some(error),
            Self::Request(error) => Some(error),
            _ => None,
        }
    }
}

/// Codes of what can only go wrong while the new identity is in force, and of what can only before.
pub(crate) const AFTER_THE_COMMIT: [&str; 6] = [
    "reset.already_committed",
    "reset.backup_replaced",
    "reset.not_deleted",
    "reset.not_kept",
    "reset.not_signed",
    "reset.not_taken_over",
];
pub(crate) const BEFORE_THE_COMMIT: [&str; 6] = [
    "auth.wrong_password",
    "reset.empty_passphrase",
    "reset.key_mismatch",
    "reset.plan_outdated",
    "reset.staging_not_kept",
    "reset.weak_passphrase",
];

/// Whether the new identity is in force where a reset has stopped with this code. `None`: it does not tell.
pub(crate) fn is_committed_after(code: &str) -> Option<bool> {
    match (AFTER_THE_COMMIT.contains(&code), BEFORE_THE_COMMIT.contains(&code)) {
        (false, false) => None,
        (is_after, _) => Some(is_after),
    }
}

impl From<Conflict> for ResetError {
    fn from(conflict: Conflict) -> Self {
        match conflict {
            Conflict::Superseded => Self::Superseded,
            Conflict::SetBack => Self::NotAccepted,
        }
    }
}

impl From<PhraseError> for ResetError {
    fn from(error: PhraseError) -> Self {
        match error {
            PhraseError::Empty => Self::EmptyPassphrase,
            PhraseError::Weak => Self::WeakPassphrase,
        }
    }
}

impl From<UploadError> for ResetError {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::Replaced => Self::BackupReplaced,
            UploadError::Request(error) => error.into(),
        }
    }
}

impl From<SignError> for ResetError {
    fn from(error: SignError) -> Self {
        match error {
            SignError::NotSigned => Self::NotSigned,
            SignError::Request(error) => error.into(),
        }
    }
}

impl From<AdoptError> for ResetError {
    /// After the commit: the private keys are the journal's, so only the server can be behind a mismatch.
    fn from(error: AdoptError) -> Self {
        match error {
            AdoptError::Request(error) => error.into(),
            AdoptError::OtherIdentity => Self::NotAccepted,
            AdoptError::NotSigned | AdoptError::Incomplete => Self::NotSigned,
        }
    }
}
