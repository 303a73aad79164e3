// SPDX-License-Identifier: Apache-2.0

//! Why no new recovery key is made, or none was checked, by what to do next.

use keyward::{error::RequestError, recovery, secret_storage::OpenError};

use crate::{Advice, ServerProblem, advice::error_for_apps};

error_for_apps! {
    /// Why no new recovery key is made. Whatever it is, the old key is in force and opens what it did, or the new one is, and
    /// the rest can be resumed.
    pub enum RecoveryError {
        /// This session is not verified. Verify it first.
        NotVerified {},
        /// The private keys are not in this session. Unlock it, or verify it by a session that has them.
        KeysMissing {},
        /// A new recovery key of this account waits already. Resume or cancel it.
        Pending {},
        /// A reset waits. Resume or cancel that.
        ResetPending {},
        /// A reset or another new recovery key of this account is under way.
        AlreadyRunning {},
        /// There is no new recovery key to resume or cancel.
        NothingPending {},
        /// The Security Phrase is empty. Ask for another.
        EmptyPassphrase {},
        /// The Security Phrase could be guessed. Ask for a longer one, of several unrelated words.
        WeakPassphrase {},
        /// What was typed is not the key that was shown. Ask again.
        KeyMismatch {},
        /// The call does not fit the present state.
        OutOfOrder {},
        /// Too late to cancel: the new key may be in force. It goes on.
        AlreadyCommitted {},
        /// Another client has changed the identity or its secret storage in between. Nothing is left to resume: start again if
        /// a new key is still needed.
        Superseded {},
        /// The server did not keep what was written beside the old key, which is in force. Retry.
        StagingNotKept {},
        /// The server did not take the additions back. The old key is in force. Cancel again.
        NotUndone {},
        /// The server does not show the new key as the one in force, or not what was written under it. Retry.
        NotKept {},
        /// The server shows no identity for this account any more: it was set back, or hides it. Resume later. If that does not
        /// help, save the room keys, log in again, and set the account up anew.
        IdentityGone {},
        /// What was typed does not open the present secret storage; the code says why. Ask again.
        OldKey {},
        /// Secret storage holds another identity than the account's. Only a reset helps.
        OutdatedSecretStorage {},
        /// It was begun by another version of Keyward, or its journal is damaged.
        UnknownJournal {},
        /// The server could not be used. Retry.
        Server {
            /// Why.
            problem: ServerProblem,
        },
        /// The local store failed. Retry.
        Store {},
        /// The account was shut down.
        Closed {},
        /// The account is paused, or was meanwhile. Call again after `resume`.
        Paused {},
    }
}

impl From<recovery::RecoveryError> for RecoveryError {
    fn from(error: recovery::RecoveryError) -> Self {
        let advice = Advice::of(&error);
        match error {
            recovery::RecoveryError::NotVerified => Self::NotVerified { advice },
            recovery::RecoveryError::KeysMissing => Self::KeysMissing { advice },
            recovery::RecoveryError::Pending => Self::Pending { advice },
            recovery::RecoveryError::ResetPending => Self::ResetPending { advice },
            recovery::RecoveryError::AlreadyRunning => Self::AlreadyRunning { advice },
            recovery::RecoveryError::NothingPending => Self::NothingPending { advice },
            recovery::RecoveryError::EmptyPassphrase => Self::EmptyPassphrase { advice },
            recovery::RecoveryError::WeakPassphrase => Self::WeakPassphrase { advice },
            recovery::RecoveryError::KeyMismatch => Self::KeyMismatch { advice },
            recovery::RecoveryError::OutOfOrder => Self::OutOfOrder { advice },
            recovery::RecoveryError::AlreadyCommitted => Self::AlreadyCommitted { advice },
            recovery::RecoveryError::Superseded => Self::Superseded { advice },
            recovery::RecoveryError::StagingNotKept => Self::StagingNotKept { advice },
            recovery::RecoveryError::NotUndone => Self::NotUndone { advice },
            recovery::RecoveryError::NotKept => Self::NotKept { advice },
            recovery::RecoveryError::IdentityGone => Self::IdentityGone { advice },
            recovery::RecoveryError::OldKey(_) => Self::OldKey { advice },
            recovery::RecoveryError::OutdatedSecretStorage => Self::OutdatedSecretStorage { advice },
            recovery::RecoveryError::UnknownJournal => Self::UnknownJournal { advice },
            recovery::RecoveryError::Request(RequestError::Server(error)) => Self::Server {
                problem: error.into(),
                advice,
            },
            recovery::RecoveryError::Request(RequestError::Store(_)) => Self::Store { advice },
        }
    }
}

error_for_apps! {
    /// Why it is not known what a key opens. Nothing was changed.
    pub enum KeyCheckError {
        /// There is no secret storage. A new recovery key or a reset makes one.
        NotSetUp {},
        /// The key that every client asks for is described nowhere. A new recovery key or a reset mends that.
        KeyNotDescribed {},
        /// The description of the key is one that this version cannot or will not follow.
        Unsupported {},
        /// The recovery key has a typing mistake: characters, length or check digit. Ask again.
        MistypedKey {},
        /// The key or phrase is well-formed and opens nothing of this account. Ask again.
        WrongKey {},
        /// Secret storage was made without a phrase. Ask for the recovery key.
        NoPassphrase {},
        /// A stored secret does not decrypt under its own key. A new recovery key or a reset replaces it.
        DamagedSecret {},
        /// The server could not be used.
        Server {
            /// Why.
            problem: ServerProblem,
        },
        /// The local store failed.
        Store {},
        /// The account was shut down.
        Closed {},
        /// The account is paused, or was meanwhile. Call again after `resume`.
        Paused {},
    }
}

impl From<recovery::CheckError> for KeyCheckError {
    fn from(error: recovery::CheckError) -> Self {
        let advice = Advice::of(&error);
        match error {
            recovery::CheckError::Open(error) => match error {
                OpenError::NotSetUp => Self::NotSetUp { advice },
                OpenError::KeyNotDescribed => Self::KeyNotDescribed { advice },
                OpenError::Unsupported { .. } => Self::Unsupported { advice },
                OpenError::MistypedKey => Self::MistypedKey { advice },
                OpenError::WrongKey => Self::WrongKey { advice },
                OpenError::NoPassphrase => Self::NoPassphrase { advice },
                OpenError::DamagedSecret => Self::DamagedSecret { advice },
            },
            recovery::CheckError::Request(RequestError::Server(error)) => Self::Server {
                problem: error.into(),
                advice,
            },
            recovery::CheckError::Request(RequestError::Store(_)) => Self::Store { advice },
        }
    }
}

#[cfg(test)]
mod tests {
    use keyward::{
        error::{ServerError, StoreError},
        recovery::{CheckError as CoreCheck, RecoveryError as Core},
    };

    use super::*;
    use crate::testing::{each_becomes, no_account_says_so};

    #[test]
    fn errors_of_a_new_key_keep_kind_and_text() {
        each_becomes!(RecoveryError:
            Core::NotVerified => RecoveryError::NotVerified { .. },
            Core::KeysMissing => RecoveryError::KeysMissing { .. },
            Core::Pending => RecoveryError::Pending { .. },
            Core::ResetPending => RecoveryError::ResetPending { .. },
            Core::AlreadyRunning => RecoveryError::AlreadyRunning { .. },
            Core::NothingPending => RecoveryError::NothingPending { .. },
            Core::EmptyPassphrase => RecoveryError::EmptyPassphrase { .. },
            Core::WeakPassphrase => RecoveryError::WeakPassphrase { .. },
            Core::KeyMismatch => RecoveryError::KeyMismatch { .. },
            Core::OutOfOrder => RecoveryError::OutOfOrder { .. },
            Core::AlreadyCommitted => RecoveryError::AlreadyCommitted { .. },
            Core::Superseded => RecoveryError::Superseded { .. },
            Core::StagingNotKept => RecoveryError::StagingNotKept { .. },
            Core::NotUndone => RecoveryError::NotUndone { .. },
            Core::NotKept => RecoveryError::NotKept { .. },
            Core::IdentityGone => RecoveryError::IdentityGone { .. },
            Core::OldKey(OpenError::WrongKey) => RecoveryError::OldKey { .. },
            Core::OutdatedSecretStorage => RecoveryError::OutdatedSecretStorage { .. },
            Core::UnknownJournal => RecoveryError::UnknownJournal { .. },
            Core::Request(ServerError::Failing { status: 503 }.into()) =>
                RecoveryError::Server { problem: ServerProblem::Failing { status: 503 }, .. },
            Core::Request(StoreError.into()) => RecoveryError::Store { .. },
        );
        no_account_says_so!(RecoveryError);
    }

    #[test]
    fn errors_of_a_check_keep_kind_and_text() {
        each_becomes!(KeyCheckError:
            CoreCheck::Open(OpenError::NotSetUp) => KeyCheckError::NotSetUp { .. },
            CoreCheck::Open(OpenError::KeyNotDescribed) => KeyCheckError::KeyNotDescribed { .. },
            CoreCheck::Open(OpenError::Unsupported { what: "rounds" }) => KeyCheckError::Unsupported { .. },
            CoreCheck::Open(OpenError::MistypedKey) => KeyCheckError::MistypedKey { .. },
            CoreCheck::Open(OpenError::WrongKey) => KeyCheckError::WrongKey { .. },
            CoreCheck::Open(OpenError::NoPassphrase) => KeyCheckError::NoPassphrase { .. },
            CoreCheck::Open(OpenError::DamagedSecret) => KeyCheckError::DamagedSecret { .. },
            CoreCheck::Request(ServerError::Unreachable.into()) =>
                KeyCheckError::Server { problem: ServerProblem::Unreachable, .. },
            CoreCheck::Request(StoreError.into()) => KeyCheckError::Store { .. },
        );
        no_account_says_so!(KeyCheckError);
    }
}
