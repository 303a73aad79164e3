// SPDX-License-Identifier: Apache-2.0

//! What may go wrong while verifying.

use crate::{
    error::{RequestError, wraps_a_request_error},
    identity::SignError,
};

/// Why a step of a verification was not done. A verification that ended before its time is no error but
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
    /// The account has no cross-signing identity. A reset makes one.
    #[error("This account has no digital identity yet, so no session can be verified. A reset makes one.")]
    NoIdentity,
    /// Neither of the two sessions is verified and has the private keys: there is nobody to sign.
    #[error("Neither of the two sessions is verified. Unlock this one with the Security Key first, or use another.")]
    NobodyCanSign,
    /// No other session is verified. Unlock this one with the Security Key or Phrase, or reset.
    #[error("There is no other verified session. Unlock this one with the Security Key or Security Phrase.")]
    NobodyToAsk,
    /// The verification is not where this step belongs; nothing was sent. Show the state that it is in.
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
    /// The server could not be used, or the local store failed. [`Verification::next`](super::Verification::next) sends again what was not sent.
    #[error(transparent)]
    Request(#[from] RequestError),
}

impl VerificationError {
    /// A short stable name, for scripts.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotFound => "session_not_found",
            Self::NoEncryption => "no_encryption",
            Self::CurrentSession => "current_session",
            Self::AlreadyVerified => "already_verified",
            Self::NoIdentity => "no_identity",
            Self::NobodyCanSign => "nobody_can_sign",
            Self::NobodyToAsk => "nobody_to_ask",
            Self::NotNow => "not_now",
            Self::UnknownQrCode => "unknown_qr_code",
            Self::OtherQrCode => "other_qr_code",
            Self::NotSigned => "not_signed",
            Self::Request(error) => error.kind(),
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
