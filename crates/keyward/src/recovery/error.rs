// SPDX-License-Identifier: Apache-2.0

//! Why no new key is made, by what the caller should do next.

use crate::{
    error::{FlowError, Remedy, RequestError, wraps_a_request_error},
    secret_storage::{OpenError, find::wraps_a_find_error, new_key::PhraseError},
};

/// Why no new key is made. Whatever the variant, the old key is in force and opens what it did, or the new one is, and the rest
/// can be resumed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryError {
    /// This session is not verified, so it cannot know which identity the key is for. Verify it first.
    #[error("This session is not verified. Verify it first, with the Security Key or by another session.")]
    NotVerified,
    /// The private keys of the identity are not in this session. Fetch them: unlock, or verify this session by one that has
    /// them.
    #[error(
        "This session does not have the private keys. Use a session that has them, or verify this one by such a session."
    )]
    KeysMissing,
    /// A new key of this account is waiting already. Resume or cancel it.
    #[error("A new Security Key is waiting to be finished. Resume it or cancel it first.")]
    Pending,
    /// A reset is waiting. Resume or cancel it.
    #[error("A reset is waiting to be finished. Resume it or cancel it first.")]
    ResetPending,
    /// A reset, or another new key, is being made in this process.
    #[error("A reset or a new Security Key of this account is under way already.")]
    AlreadyRunning,
    /// There is nothing to resume or cancel.
    #[error("No new Security Key is waiting.")]
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
    /// The call does not fit where it is: `advance` says what it waits for.
    #[error("Making the new Security Key is waiting for something else.")]
    OutOfOrder,
    /// Too late to cancel: the new key may be in force. Resume to finish.
    #[error("The new Security Key is already being put in force, so it cannot be cancelled. Resume it to finish.")]
    AlreadyCommitted,
    /// Another client has changed the identity, the default key or the secrets in between. What this one had added is taken
    /// back, or, after its commit, stays where it is; nothing else was changed. Start over if a new key is still needed.
    #[error(
        "Another client has changed this account's secret storage in the meantime. Nothing was lost; start again if you \
         still need a new Security Key."
    )]
    Superseded,
    /// The server did not keep what was written beside the old key. The old key is in force. Try again.
    #[error(
        "The homeserver did not keep what was written under the new Security Key. Nothing was replaced. Try again."
    )]
    StagingNotKept,
    /// The server said that it took the additions back, and still shows them. Cancel again.
    #[error("The homeserver did not take back what was written under the new Security Key. Cancel again.")]
    NotUndone,
    /// The server does not show the new key as the default, or not what was written under it. Resume.
    #[error("The homeserver did not keep the new Security Key. Resume to try again.")]
    NotKept,
    /// The server shows no identity for this account, however often it was asked: it was set back, or hides it. Nothing is
    /// deleted. Resume when it shows the identity again; if it does not, save the room keys, log in again, and set the account
    /// up anew.
    #[error(
        "The homeserver no longer shows your digital identity, so the new Security Key cannot be finished. Try again later. \
         If the homeserver was set back to an earlier state, export your message keys, log out and in again, and set up a new \
         identity."
    )]
    IdentityGone,
    /// What was typed does not open the present secret storage. Ask again.
    #[error(transparent)]
    OldKey(#[from] OpenError),
    /// The old key opens secret storage, and what is there is not this account's identity.
    #[error("Secret storage does not hold this account's digital identity.")]
    OutdatedSecretStorage,
    /// The journal was written by another version of Keyward, or is damaged. Use that version to finish.
    #[error("The new Security Key was begun by another version of Keyward. Use that version to finish it.")]
    UnknownJournal,
    /// The server could not be used, or the local store failed. Resume.
    #[error(transparent)]
    Request(#[from] RequestError),
}

wraps_a_request_error!(RecoveryError);
wraps_a_find_error!(RecoveryError);

impl FlowError for RecoveryError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::NotVerified => ("recovery.not_verified", Remedy::VerifyThisSession),
            Self::KeysMissing => ("recovery.keys_missing", Remedy::VerifyThisSession),
            Self::Pending => ("recovery.pending", Remedy::ResumeOrCancel),
            Self::ResetPending => ("recovery.reset_pending", Remedy::ResumeOrCancel),
            Self::AlreadyRunning => ("recovery.already_running", Remedy::WaitForOther),
            Self::NothingPending => ("recovery.nothing_pending", Remedy::Nothing),
            Self::EmptyPassphrase => ("recovery.empty_passphrase", Remedy::AskAgain),
            Self::WeakPassphrase => ("recovery.weak_passphrase", Remedy::AskAgain),
            Self::KeyMismatch => ("recovery.key_mismatch", Remedy::AskAgain),
            Self::OutOfOrder => ("recovery.out_of_order", Remedy::ReportBug),
            Self::AlreadyCommitted => ("recovery.already_committed", Remedy::Resume),
            Self::Superseded => ("recovery.superseded", Remedy::LookAgain),
            Self::StagingNotKept => ("recovery.staging_not_kept", Remedy::Retry),
            Self::NotUndone => ("recovery.not_undone", Remedy::Retry),
            Self::NotKept => ("recovery.not_kept", Remedy::Retry),
            Self::IdentityGone => ("recovery.identity_gone", Remedy::LogInAgain),
            Self::OldKey(error) => error.advice(),
            Self::OutdatedSecretStorage => ("recovery.outdated_secret_storage", Remedy::Examine),
            Self::UnknownJournal => ("recovery.unknown_journal", Remedy::Update),
            Self::Request(error) => error.advice(),
        }
    }

    fn wrapped(&self) -> Option<&dyn FlowError> {
        match self {
            Self::OldKey(error) => Some(error),
            Self::Request(error) => Some(error),
            _ => None,
        }
    }
}

impl From<PhraseError> for RecoveryError {
    fn from(error: PhraseError) -> Self {
        match error {
            PhraseError::Empty => Self::EmptyPassphrase,
            PhraseError::Weak => Self::WeakPassphrase,
        }
    }
}
