// SPDX-License-Identifier: Apache-2.0

//! Why a session is not verified, by what to do next.

use keyward::{error::RequestError, secret_storage, verification};

use crate::{Advice, ServerProblem, advice::error_for_apps};

error_for_apps! {
    /// Why a step of a verification was not done. A verification that ended before its time is no error but a state.
    pub enum VerificationError {
        /// There is no such session. List the sessions again.
        NotFound {},
        /// That session has no device keys.
        NoEncryption {},
        /// It is this session. Ask another one: `verify_this_session`.
        CurrentSession {},
        /// This session is verified and has the private keys.
        AlreadyVerified {},
        /// The account has no cross-signing identity. A reset makes one.
        NoIdentity {},
        /// Neither of the two sessions is verified and has the private keys. Unlock this one first, or use another.
        NobodyCanSign {},
        /// No other session is verified. Unlock this one with the recovery key or Security Phrase, or reset.
        NobodyToAsk {},
        /// The verification is not where this step belongs; nothing was sent. Show the state that it is in.
        NotNow {},
        /// What was scanned is no verification code of Matrix. Scan again.
        UnknownQrCode {},
        /// The code belongs to another verification. Scan again.
        OtherQrCode {},
        /// Both sides agreed, and the server does not show the signature: the session is not verified. Retry.
        NotSigned {},
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

impl From<verification::VerificationError> for VerificationError {
    fn from(error: verification::VerificationError) -> Self {
        let advice = Advice::of(&error);
        match error {
            verification::VerificationError::NotFound => Self::NotFound { advice },
            verification::VerificationError::NoEncryption => Self::NoEncryption { advice },
            verification::VerificationError::CurrentSession => Self::CurrentSession { advice },
            verification::VerificationError::AlreadyVerified => Self::AlreadyVerified { advice },
            verification::VerificationError::NoIdentity => Self::NoIdentity { advice },
            verification::VerificationError::NobodyCanSign => Self::NobodyCanSign { advice },
            verification::VerificationError::NobodyToAsk => Self::NobodyToAsk { advice },
            verification::VerificationError::NotNow => Self::NotNow { advice },
            verification::VerificationError::UnknownQrCode => Self::UnknownQrCode { advice },
            verification::VerificationError::OtherQrCode => Self::OtherQrCode { advice },
            verification::VerificationError::NotSigned => Self::NotSigned { advice },
            verification::VerificationError::Request(RequestError::Server(error)) => Self::Server {
                problem: error.into(),
                advice,
            },
            verification::VerificationError::Request(RequestError::Store(_)) => Self::Store { advice },
        }
    }
}

error_for_apps! {
    /// Why this session is not verified. Nothing was changed unless the key opened secret storage.
    pub enum UnlockError {
        /// There is no secret storage. A reset makes one.
        NotSetUp {},
        /// The default key is described nowhere. Only a reset helps.
        KeyNotDescribed {},
        /// The description of the key is one that this version cannot or will not follow.
        Unsupported {},
        /// The recovery key has a typing mistake: characters, length or check digit. Ask again.
        MistypedKey {},
        /// The key or phrase is well-formed and does not open this account's secret storage. Ask again.
        WrongKey {},
        /// Secret storage was made without a phrase. Ask for the recovery key.
        NoPassphrase {},
        /// A stored secret does not decrypt under its own key. A reset replaces it.
        DamagedSecret {},
        /// Secret storage opened and lacks a private cross-signing key. Only a reset helps.
        IncompleteSecretStorage {},
        /// Secret storage holds an older identity: another client reset it and did not finish. Only a reset helps.
        OutdatedSecretStorage {},
        /// The server does not show the signature of this session. Try again.
        NotSigned {},
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

impl From<verification::UnlockError> for UnlockError {
    fn from(error: verification::UnlockError) -> Self {
        let advice = Advice::of(&error);
        match error {
            verification::UnlockError::Open(error) => match error {
                secret_storage::OpenError::NotSetUp => Self::NotSetUp { advice },
                secret_storage::OpenError::KeyNotDescribed => Self::KeyNotDescribed { advice },
                secret_storage::OpenError::Unsupported { .. } => Self::Unsupported { advice },
                secret_storage::OpenError::MistypedKey => Self::MistypedKey { advice },
                secret_storage::OpenError::WrongKey => Self::WrongKey { advice },
                secret_storage::OpenError::NoPassphrase => Self::NoPassphrase { advice },
                secret_storage::OpenError::DamagedSecret => Self::DamagedSecret { advice },
            },
            verification::UnlockError::IncompleteSecretStorage => Self::IncompleteSecretStorage { advice },
            verification::UnlockError::OutdatedSecretStorage => Self::OutdatedSecretStorage { advice },
            verification::UnlockError::NotSigned => Self::NotSigned { advice },
            verification::UnlockError::Request(RequestError::Server(error)) => Self::Server {
                problem: error.into(),
                advice,
            },
            verification::UnlockError::Request(RequestError::Store(_)) => Self::Store { advice },
        }
    }
}

#[cfg(test)]
mod tests {
    use keyward::{
        error::{ServerError, StoreError},
        secret_storage::OpenError,
        verification::{UnlockError as CoreUnlock, VerificationError as Core},
    };

    use super::*;
    use crate::testing::{each_becomes, no_account_says_so};

    #[test]
    fn errors_of_a_verification_keep_kind_and_text() {
        each_becomes!(VerificationError:
            Core::NotFound => VerificationError::NotFound { .. },
            Core::NoEncryption => VerificationError::NoEncryption { .. },
            Core::CurrentSession => VerificationError::CurrentSession { .. },
            Core::AlreadyVerified => VerificationError::AlreadyVerified { .. },
            Core::NoIdentity => VerificationError::NoIdentity { .. },
            Core::NobodyCanSign => VerificationError::NobodyCanSign { .. },
            Core::NobodyToAsk => VerificationError::NobodyToAsk { .. },
            Core::NotNow => VerificationError::NotNow { .. },
            Core::UnknownQrCode => VerificationError::UnknownQrCode { .. },
            Core::OtherQrCode => VerificationError::OtherQrCode { .. },
            Core::NotSigned => VerificationError::NotSigned { .. },
            Core::Request(ServerError::Unreachable.into()) =>
                VerificationError::Server { problem: ServerProblem::Unreachable, .. },
            Core::Request(StoreError.into()) => VerificationError::Store { .. },
        );
        no_account_says_so!(VerificationError);
    }

    #[test]
    fn errors_of_unlocking_keep_kind_and_text() {
        each_becomes!(UnlockError:
            CoreUnlock::Open(OpenError::NotSetUp) => UnlockError::NotSetUp { .. },
            CoreUnlock::Open(OpenError::KeyNotDescribed) => UnlockError::KeyNotDescribed { .. },
            CoreUnlock::Open(OpenError::Unsupported { what: "rounds" }) => UnlockError::Unsupported { .. },
            CoreUnlock::Open(OpenError::MistypedKey) => UnlockError::MistypedKey { .. },
            CoreUnlock::Open(OpenError::WrongKey) => UnlockError::WrongKey { .. },
            CoreUnlock::Open(OpenError::NoPassphrase) => UnlockError::NoPassphrase { .. },
            CoreUnlock::Open(OpenError::DamagedSecret) => UnlockError::DamagedSecret { .. },
            CoreUnlock::IncompleteSecretStorage => UnlockError::IncompleteSecretStorage { .. },
            CoreUnlock::OutdatedSecretStorage => UnlockError::OutdatedSecretStorage { .. },
            CoreUnlock::NotSigned => UnlockError::NotSigned { .. },
            CoreUnlock::Request(ServerError::NotUnderstood.into()) =>
                UnlockError::Server { problem: ServerProblem::NotUnderstood, .. },
            CoreUnlock::Request(StoreError.into()) => UnlockError::Store { .. },
        );
        no_account_says_so!(UnlockError);
    }
}
