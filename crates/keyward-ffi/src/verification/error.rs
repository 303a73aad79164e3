// SPDX-License-Identifier: Apache-2.0

//! Why a session is not verified, by what to do next.

use keyward::{error::RequestError, secret_storage, verification};

use crate::ServerProblem;

/// Why a step of a verification was not done. A verification that ended before its time is no error but a state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
#[uniffi::export(Display)]
#[error("{reason}")]
pub enum VerificationError {
    /// There is no such session. List the sessions again.
    NotFound {
        /// English text for people and logs.
        reason: String,
    },
    /// That session has no device keys.
    NoEncryption {
        /// English text for people and logs.
        reason: String,
    },
    /// It is this session. Ask another one: `verify_this_session`.
    CurrentSession {
        /// English text for people and logs.
        reason: String,
    },
    /// This session is verified and has the private keys.
    AlreadyVerified {
        /// English text for people and logs.
        reason: String,
    },
    /// The account has no cross-signing identity. A reset makes one.
    NoIdentity {
        /// English text for people and logs.
        reason: String,
    },
    /// Neither of the two sessions is verified and has the private keys. Unlock this one first, or use another.
    NobodyCanSign {
        /// English text for people and logs.
        reason: String,
    },
    /// No other session is verified. Unlock this one with the recovery key or Security Phrase, or reset.
    NobodyToAsk {
        /// English text for people and logs.
        reason: String,
    },
    /// The verification is not where this step belongs; nothing was sent. Show the state that it is in.
    NotNow {
        /// English text for people and logs.
        reason: String,
    },
    /// What was scanned is no verification code of Matrix. Scan again.
    UnknownQrCode {
        /// English text for people and logs.
        reason: String,
    },
    /// The code belongs to another verification. Scan again.
    OtherQrCode {
        /// English text for people and logs.
        reason: String,
    },
    /// Both sides agreed, and the server does not show the signature: the session is not verified. Retry.
    NotSigned {
        /// English text for people and logs.
        reason: String,
    },
    /// The server could not be used.
    Server {
        /// Why.
        problem: ServerProblem,
        /// English text for people and logs.
        reason: String,
    },
    /// The local store failed.
    Store {
        /// English text for people and logs.
        reason: String,
    },
    /// The account was shut down.
    Closed {
        /// English text for people and logs.
        reason: String,
    },
}

impl From<verification::VerificationError> for VerificationError {
    fn from(error: verification::VerificationError) -> Self {
        let reason = error.to_string();
        match error {
            verification::VerificationError::NotFound => Self::NotFound { reason },
            verification::VerificationError::NoEncryption => Self::NoEncryption { reason },
            verification::VerificationError::CurrentSession => Self::CurrentSession { reason },
            verification::VerificationError::AlreadyVerified => Self::AlreadyVerified { reason },
            verification::VerificationError::NoIdentity => Self::NoIdentity { reason },
            verification::VerificationError::NobodyCanSign => Self::NobodyCanSign { reason },
            verification::VerificationError::NobodyToAsk => Self::NobodyToAsk { reason },
            verification::VerificationError::NotNow => Self::NotNow { reason },
            verification::VerificationError::UnknownQrCode => Self::UnknownQrCode { reason },
            verification::VerificationError::OtherQrCode => Self::OtherQrCode { reason },
            verification::VerificationError::NotSigned => Self::NotSigned { reason },
            verification::VerificationError::Request(RequestError::Server(error)) => Self::Server {
                problem: error.into(),
                reason,
            },
            verification::VerificationError::Request(RequestError::Store(_)) => Self::Store { reason },
        }
    }
}

/// Why this session is not verified. Nothing was changed unless the key opened secret storage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
#[uniffi::export(Display)]
#[error("{reason}")]
pub enum UnlockError {
    /// There is no secret storage. A reset makes one.
    NotSetUp {
        /// English text for people and logs.
        reason: String,
    },
    /// The default key is described nowhere. Only a reset helps.
    KeyNotDescribed {
        /// English text for people and logs.
        reason: String,
    },
    /// The description of the key is one that this version cannot or will not follow.
    Unsupported {
        /// English text for people and logs.
        reason: String,
    },
    /// The recovery key has a typing mistake: characters, length or check digit. Ask again.
    MistypedKey {
        /// English text for people and logs.
        reason: String,
    },
    /// The key or phrase is well-formed and does not open this account's secret storage. Ask again.
    WrongKey {
        /// English text for people and logs.
        reason: String,
    },
    /// Secret storage was made without a phrase. Ask for the recovery key.
    NoPassphrase {
        /// English text for people and logs.
        reason: String,
    },
    /// A stored secret does not decrypt under its own key. A reset replaces it.
    DamagedSecret {
        /// English text for people and logs.
        reason: String,
    },
    /// Secret storage opened and lacks a private cross-signing key. Only a reset helps.
    IncompleteSecretStorage {
        /// English text for people and logs.
        reason: String,
    },
    /// Secret storage holds an older identity: another client reset it and did not finish. Only a reset helps.
    OutdatedSecretStorage {
        /// English text for people and logs.
        reason: String,
    },
    /// The server does not show the signature of this session. Try again.
    NotSigned {
        /// English text for people and logs.
        reason: String,
    },
    /// The server could not be used.
    Server {
        /// Why.
        problem: ServerProblem,
        /// English text for people and logs.
        reason: String,
    },
    /// The local store failed.
    Store {
        /// English text for people and logs.
        reason: String,
    },
    /// The account was shut down.
    Closed {
        /// English text for people and logs.
        reason: String,
    },
}

impl From<verification::UnlockError> for UnlockError {
    fn from(error: verification::UnlockError) -> Self {
        let reason = error.to_string();
        match error {
            verification::UnlockError::Open(error) => match error {
                secret_storage::OpenError::NotSetUp => Self::NotSetUp { reason },
                secret_storage::OpenError::KeyNotDescribed => Self::KeyNotDescribed { reason },
                secret_storage::OpenError::Unsupported { .. } => Self::Unsupported { reason },
                secret_storage::OpenError::MistypedKey => Self::MistypedKey { reason },
                secret_storage::OpenError::WrongKey => Self::WrongKey { reason },
                secret_storage::OpenError::NoPassphrase => Self::NoPassphrase { reason },
                secret_storage::OpenError::DamagedSecret => Self::DamagedSecret { reason },
            },
            verification::UnlockError::IncompleteSecretStorage => Self::IncompleteSecretStorage { reason },
            verification::UnlockError::OutdatedSecretStorage => Self::OutdatedSecretStorage { reason },
            verification::UnlockError::NotSigned => Self::NotSigned { reason },
            verification::UnlockError::Request(RequestError::Server(error)) => Self::Server {
                problem: error.into(),
                reason,
            },
            verification::UnlockError::Request(RequestError::Store(_)) => Self::Store { reason },
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
    use crate::testing::{closed_says_so, each_becomes};

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
        closed_says_so!(VerificationError);
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
        closed_says_so!(UnlockError);
    }
}
