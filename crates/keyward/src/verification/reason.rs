// SPDX-License-Identifier: Apache-2.0

//! Why a verification was cancelled.
//!
//! Specification: Client-Server API, "Key verification framework", `m.key.verification.cancel`.

use std::fmt;

/// Why a verification was cancelled. Its `Display` text is for people and says what to do next; it contains nothing
/// that the other side wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CancelReason {
    /// A person declined or cancelled (`m.user`).
    User,
    /// It took too long (`m.timeout`).
    TimedOut,
    /// The emoji or numbers are not the same (`m.mismatched_sas`).
    MismatchedSas,
    /// The keys do not fit the commitment that was sent before (`m.mismatched_commitment`).
    MismatchedCommitment,
    /// The keys are not those that were expected (`m.key_mismatch`).
    KeyMismatch,
    /// The other side is not the user that was expected (`m.user_mismatch`).
    UserMismatch,
    /// Another session answered the request (`m.accepted`).
    AcceptedElsewhere,
    /// The sessions share no method (`m.unknown_method`).
    UnknownMethod,
    /// A message came out of turn (`m.unexpected_message`).
    UnexpectedMessage,
    /// A message made no sense (`m.invalid_message`).
    InvalidMessage,
    /// The other side does not know this verification (`m.unknown_transaction`).
    UnknownTransaction,
    /// The scanned code is not the right one (`m.qr_code.invalid`).
    InvalidQrCode,
    /// Two verifications were started at the same time, which cancels both.
    AnotherVerification,
    /// The other session was signed out meanwhile.
    SessionGone,
    /// A reason that the specification does not know.
    Other,
}

impl CancelReason {
    /// From the specification's code.
    pub(super) fn from_code(code: &str) -> Self {
        match code {
            "m.user" => Self::User,
            "m.timeout" => Self::TimedOut,
            "m.mismatched_sas" => Self::MismatchedSas,
            "m.mismatched_commitment" => Self::MismatchedCommitment,
            "m.key_mismatch" => Self::KeyMismatch,
            "m.user_mismatch" => Self::UserMismatch,
            "m.accepted" => Self::AcceptedElsewhere,
            "m.unknown_method" => Self::UnknownMethod,
            "m.unexpected_message" => Self::UnexpectedMessage,
            "m.invalid_message" => Self::InvalidMessage,
            "m.unknown_transaction" => Self::UnknownTransaction,
            "m.qr_code.invalid" => Self::InvalidQrCode,
            _ => Self::Other,
        }
    }

    /// A short stable name, for scripts.
    pub fn kind(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::TimedOut => "timed_out",
            Self::MismatchedSas => "mismatched_sas",
            Self::MismatchedCommitment => "mismatched_commitment",
            Self::KeyMismatch => "key_mismatch",
            Self::UserMismatch => "user_mismatch",
            Self::AcceptedElsewhere => "accepted_elsewhere",
            Self::UnknownMethod => "unknown_method",
            Self::UnexpectedMessage => "unexpected_message",
            Self::InvalidMessage => "invalid_message",
            Self::UnknownTransaction => "unknown_transaction",
            Self::InvalidQrCode => "invalid_qr_code",
            Self::AnotherVerification => "another_verification",
            Self::SessionGone => "session_gone",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for CancelReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User => "The verification was cancelled. Start it again when both sides are ready.",
            Self::TimedOut => "The verification took too long. Start it again with both sessions at hand.",
            Self::MismatchedSas => {
                "The emoji or numbers were not the same. Somebody may be listening in: check that you use the right \
                 homeserver, and try again on another network."
            }
            Self::MismatchedCommitment | Self::KeyMismatch | Self::UserMismatch => {
                "The keys are not the expected ones. Somebody may be listening in, or this is not the session you \
                 meant: look at the list of sessions before you try again."
            }
            Self::AcceptedElsewhere => "Another session answered this request. Continue there.",
            Self::UnknownMethod => "The two sessions share no way to verify. Try emoji, or update the other client.",
            Self::UnexpectedMessage | Self::InvalidMessage | Self::UnknownTransaction => {
                "The two sessions did not understand each other. Start again; if it stays so, update the other client."
            }
            Self::InvalidQrCode => "The scanned code was not the right one. Start again and scan the code shown then.",
            Self::AnotherVerification => {
                "Another verification was started at the same time, so both were cancelled. Start one of them again."
            }
            Self::SessionGone => "The other session was signed out. List the sessions again.",
            Self::Other => "The other session cancelled without a reason that is known here. Start again.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_specification_has_its_reason() {
        for (code, reason) in [
            ("m.user", CancelReason::User),
            ("m.timeout", CancelReason::TimedOut),
            ("m.mismatched_sas", CancelReason::MismatchedSas),
            ("m.mismatched_commitment", CancelReason::MismatchedCommitment),
            ("m.key_mismatch", CancelReason::KeyMismatch),
            ("m.user_mismatch", CancelReason::UserMismatch),
            ("m.accepted", CancelReason::AcceptedElsewhere),
            ("m.unknown_method", CancelReason::UnknownMethod),
            ("m.unexpected_message", CancelReason::UnexpectedMessage),
            ("m.invalid_message", CancelReason::InvalidMessage),
            ("m.unknown_transaction", CancelReason::UnknownTransaction),
            ("m.qr_code.invalid", CancelReason::InvalidQrCode),
            ("\u{1b}[2J visit http://evil.example", CancelReason::Other),
            ("", CancelReason::Other),
        ] {
            assert_eq!(CancelReason::from_code(code), reason, "{code}");
        }
    }

    #[test]
    fn an_unknown_reason_is_not_repeated_in_the_text() {
        let text = CancelReason::from_code("visit http://evil.example").to_string();
        assert!(!text.contains("evil"), "{text}");
    }
}
