// SPDX-License-Identifier: Apache-2.0

//! What may go wrong while verifying.

use crate::{
    error::{FlowError, Remedy, RequestError, wraps_a_request_error},
    identity::SignError,
};

/// Why a step of a verification was not done. A verification that ended early is not an error but the state
/// [`VerificationState::Cancelled`](super::VerificationState::Cancelled).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerificationError {
    /// There is no such session. List the sessions again.
    #[error("There is no such session. It may have been signed out.")]
    NotFound,
    /// That session has no device keys.
    #[error("That session does not support encryption, so it cannot be verified.")]
    NoEncryption,
    /// It is this session. Ask another one:
    /// [`Account::verify_this_session`](crate::account::Account::verify_this_session).
    #[error("This is the session you are using. It can be verified from another session, or with the Security Key.")]
    CurrentSession,
    /// This session is verified and has the private keys.
    #[error("This session is verified already.")]
    AlreadyVerified,
    /// The account has no cross-signing identity, or the server hides it.
    #[error("The homeserver shows no digital identity of this account, so no session can be verified.")]
    NoIdentity,
    /// Neither of the two sessions is verified and has the private keys, so neither can sign the other.
    #[error("Neither of the two sessions is verified. Unlock this one with the Security Key first, or use another.")]
    NobodyCanSign,
    /// No other session is verified. Unlock this one with the Security Key or Phrase, or reset.
    #[error("There is no other verified session. Unlock this one with the Security Key or Security Phrase.")]
    NobodyToAsk,
    /// The step does not fit the present state; nothing was sent. Show that state.
    #[error("The verification is not at this step (any more).")]
    NotNow,
    /// What was scanned is no verification code of Matrix. Scan again.
    #[error("This is not a Matrix verification code. Scan the one that the other session shows.")]
    UnknownQrCode,
    /// The code belongs to another verification. Scan again.
    #[error("This code belongs to another verification. Scan the one that the other session shows now.")]
    OtherQrCode,
    /// Both sides agreed, and the server does not show the signature: the session is **not** verified.
    /// [`Verification::next`](super::Verification::next) tries again.
    #[error("The homeserver does not have the signature, so the session is not verified. Try again.")]
    NotSigned,
    /// The server could not be used, or the local store failed. [`Verification::next`](super::Verification::next) sends
    /// the unsent messages again.
    #[error(transparent)]
    Request(#[from] RequestError),
}

impl FlowError for VerificationError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::NotFound => ("verification.not_found", Remedy::LookAgain),
            Self::NoEncryption => ("verification.no_encryption", Remedy::Nothing),
            Self::CurrentSession => ("verification.current_session", Remedy::Nothing),
            Self::AlreadyVerified => ("verification.already_verified", Remedy::Nothing),
            Self::NoIdentity => ("verification.no_identity", Remedy::Examine),
            Self::NobodyCanSign => ("verification.nobody_can_sign", Remedy::VerifyThisSession),
            Self::NobodyToAsk => ("verification.nobody_to_ask", Remedy::VerifyThisSession),
            Self::NotNow => ("verification.not_now", Remedy::LookAgain),
            Self::UnknownQrCode => ("verification.unknown_qr_code", Remedy::AskAgain),
            Self::OtherQrCode => ("verification.other_qr_code", Remedy::AskAgain),
            Self::NotSigned => ("verification.not_signed", Remedy::Retry),
            Self::Request(error) => error.advice(),
        }
    }

    fn wrapped(&self) -> Option<&dyn FlowError> {
        match self {
            Self::Request(error) => Some(error),
            _ => None,
        }
    }
}

wraps_a_request_error!(VerificationError);

impl From<SignError> for VerificationError {
    fn from(error: SignError) -> Self {
        match error {
            SignError::NotSigned => Self::NotSigned,
            SignError::Request(error) => error.into(),
        }
    }
}
