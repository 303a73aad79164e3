// SPDX-License-Identifier: Apache-2.0

//! Verifying sessions by emoji or QR code, and this one with the recovery key or the Security Phrase. `flow.rs` has one
//! that is under way.

mod error;
mod flow;

use std::{fmt, sync::Arc};

use keyward::{flow::Status, secret_storage, verification};

pub use self::{
    error::{UnlockError, VerificationError},
    flow::{Verification, VerificationStates},
};
use crate::{Account, Passphrase, RecoveryKey};

#[uniffi::export]
impl Account {
    /// Asks another session of this account to be verified. A verification that is still open ends.
    pub async fn verify_session(&self, device_id: String) -> Result<Arc<Verification>, VerificationError> {
        let login = self.login.clone();
        self.login
            .call(async move |account| {
                let verification = account.verify_session(&device_id).await?;
                Verification::start(&login, verification, verification::VerificationState::Waiting)
            })
            .await
    }

    /// Asks the other, verified sessions of this account to verify this one. A verification that is still open ends.
    pub async fn verify_this_session(&self) -> Result<Arc<Verification>, VerificationError> {
        let login = self.login.clone();
        self.login
            .call(async move |account| {
                let verification = account.verify_this_session().await?;
                Verification::start(&login, verification, verification::VerificationState::Waiting)
            })
            .await
    }

    /// Waits until another session of this account asks to be verified, or to verify this one; at once where it has
    /// asked already and was not answered. Synchronises while it waits.
    pub async fn next_verification_request(&self) -> Result<Arc<Verification>, VerificationError> {
        let login = self.login.clone();
        self.login
            .wait(move |account| {
                let login = login.clone();
                async move {
                    let verification = account.next_verification_request().await?;
                    Verification::start(&login, verification, verification::VerificationState::Requested)
                }
            })
            .await
    }
}

/// What a person opens secret storage with.
#[derive(Clone, Debug, uniffi::Enum)]
pub enum KeyInput {
    /// The recovery key (people read "Security Key").
    RecoveryKey {
        /// As typed; spaces do not matter.
        key: Arc<RecoveryKey>,
    },
    /// The Security Phrase.
    Passphrase {
        /// As typed.
        passphrase: Arc<Passphrase>,
    },
}

impl From<KeyInput> for secret_storage::KeyInput {
    fn from(input: KeyInput) -> Self {
        match input {
            KeyInput::RecoveryKey { key } => Self::RecoveryKey(key.0.clone()),
            KeyInput::Passphrase { passphrase } => Self::Passphrase(passphrase.0.clone()),
        }
    }
}

/// What unlocking brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Unlocked {
    /// Whether this session can now read and write the key backup.
    pub key_backup: bool,
}

impl From<verification::Unlocked> for Unlocked {
    fn from(unlocked: verification::Unlocked) -> Self {
        let verification::Unlocked { key_backup } = unlocked;
        Self { key_backup }
    }
}

/// Where a verification is, and what it waits for.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum VerificationState {
    /// For the other session: to accept the request, or, after the emoji were chosen, for its keys.
    Waiting,
    /// The other session asks. `accept` or `cancel`.
    Requested,
    /// Both sides are there: choose a method.
    Ready {
        /// `start_emoji` is possible.
        emoji: bool,
        /// The other side can scan: show `qr_code`.
        show_qr: bool,
        /// The other side can show a code: `scan`.
        scan_qr: bool,
    },
    /// Compare, then `confirm` or `mismatch`. The sessions give up after a minute without an answer.
    Emoji {
        /// The seven emoji, in order.
        emoji: Vec<VerificationEmoji>,
        /// The same as three numbers.
        decimals: Vec<u16>,
    },
    /// As `Emoji`, for a client that shows numbers only.
    Decimals {
        /// The three numbers, in order.
        decimals: Vec<u16>,
    },
    /// The other side scanned our code. `confirm` if it says so.
    Scanned,
    /// Confirmed here; the other side is to confirm.
    Confirmed,
    /// It could not go on. It is tried again by itself, after a pause, and the state from before is shown again once
    /// that works. `retry` tries at once.
    Stopped {
        /// Why.
        error: VerificationError,
    },
    /// Both sessions are signed by the account's identity, as the server shows it. The last state.
    Done,
    /// Ended without a result. The last state.
    Cancelled {
        /// Whether this session cancelled.
        by_us: bool,
        /// Why.
        cause: CancelReason,
        /// English text for people: why, and what to do next.
        reason: String,
    },
}

impl From<Status<verification::Verification>> for VerificationState {
    fn from(status: Status<verification::Verification>) -> Self {
        match status {
            Status::At(view) => view.state.into(),
            Status::Stopped { error, .. } => Self::Stopped { error: error.into() },
            // The driver has no such status for a verification: it is under way from the start, and it shows cancelling
            // as a state.
            Status::Working(_) | Status::Cancelled => Self::Waiting,
        }
    }
}

impl From<verification::VerificationState> for VerificationState {
    fn from(state: verification::VerificationState) -> Self {
        use verification::VerificationState as Core;
        match state {
            Core::Waiting => Self::Waiting,
            Core::Requested => Self::Requested,
            Core::Ready {
                emoji,
                show_qr,
                scan_qr,
            } => Self::Ready {
                emoji,
                show_qr,
                scan_qr,
            },
            Core::Emoji { emoji, decimals } => Self::Emoji {
                emoji: emoji
                    .map(|emoji| VerificationEmoji {
                        symbol: emoji.symbol.to_owned(),
                        description: emoji.description.to_owned(),
                        index: emoji.index,
                    })
                    .into(),
                decimals: decimals.into(),
            },
            Core::Decimals { decimals } => Self::Decimals {
                decimals: decimals.into(),
            },
            Core::Scanned => Self::Scanned,
            Core::Confirmed => Self::Confirmed,
            Core::Done => Self::Done,
            Core::Cancelled { by_us, reason } => Self::Cancelled {
                by_us,
                cause: reason,
                reason: reason.to_string(),
            },
        }
    }
}

/// One of seven emoji to compare.
///
/// Specification: Client-Server API, "SAS method: emoji".
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct VerificationEmoji {
    /// The emoji.
    pub symbol: String,
    /// Its English name, for screens and readers without emoji. `Texts.emoji_name` has it in other languages.
    pub description: String,
    /// Its number in the specification's table, from 0 to 63.
    pub index: u8,
}

/// A code for the other session to scan. Whoever sees it can take part in this verification: show it on this screen
/// only.
#[derive(uniffi::Object)]
#[uniffi::export(Display)]
pub struct VerificationQrCode(verification::QrCode);

#[uniffi::export]
impl VerificationQrCode {
    /// Width and height, in modules, without the quiet zone, which must be four modules wide and light.
    pub fn size(&self) -> u32 {
        self.0.size() as u32
    }

    /// Whether each module is dark, row by row.
    pub fn modules(&self) -> Vec<bool> {
        let size = self.0.size();
        (0..size)
            .flat_map(|y| (0..size).map(move |x| self.0.is_dark(x, y)))
            .collect()
    }

    /// What the code contains, in byte mode, for those who draw it with a library of their own.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.bytes().to_vec()
    }
}

impl fmt::Display for VerificationQrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Why a verification was cancelled.
///
/// Specification: Client-Server API, "Key verification framework", `m.key.verification.cancel`.
#[uniffi::remote(Enum)]
pub enum CancelReason {
    /// A person declined or cancelled.
    User,
    /// It took too long.
    TimedOut,
    /// The emoji or numbers are not the same.
    MismatchedSas,
    /// The keys exchanged do not fit what was promised before.
    MismatchedCommitment,
    /// The keys are not those that were expected.
    KeyMismatch,
    /// The other side is not the user that was expected.
    UserMismatch,
    /// Another session answered the request.
    AcceptedElsewhere,
    /// The sessions share no method.
    UnknownMethod,
    /// A message came out of turn.
    UnexpectedMessage,
    /// A message made no sense.
    InvalidMessage,
    /// The other side knows nothing of this verification.
    UnknownTransaction,
    /// The scanned code is not the right one.
    InvalidQrCode,
    /// Two verifications were started at the same time, which cancels both.
    AnotherVerification,
    /// The other session was signed out meanwhile.
    SessionGone,
    /// A reason that the specification does not know.
    Other,
}
pub use keyward::verification::CancelReason;

#[cfg(test)]
mod tests {
    use keyward::verification::{Emoji, VerificationState as Core};

    use super::*;

    #[test]
    fn each_state_of_a_verification_is_what_it_was() {
        let emoji = Emoji {
            symbol: "🐶",
            description: "Dog",
            index: 0,
        };
        let shown = VerificationEmoji {
            symbol: "🐶".to_owned(),
            description: "Dog".to_owned(),
            index: 0,
        };
        let reason = CancelReason::TimedOut;
        for (core, ours) in [
            (Core::Waiting, VerificationState::Waiting),
            (Core::Requested, VerificationState::Requested),
            (
                Core::Ready {
                    emoji: true,
                    show_qr: false,
                    scan_qr: false,
                },
                VerificationState::Ready {
                    emoji: true,
                    show_qr: false,
                    scan_qr: false,
                },
            ),
            (
                Core::Ready {
                    emoji: false,
                    show_qr: true,
                    scan_qr: false,
                },
                VerificationState::Ready {
                    emoji: false,
                    show_qr: true,
                    scan_qr: false,
                },
            ),
            (
                Core::Emoji {
                    emoji: [emoji; 7],
                    decimals: [1, 2, 3],
                },
                VerificationState::Emoji {
                    emoji: vec![shown; 7],
                    decimals: vec![1, 2, 3],
                },
            ),
            (
                Core::Decimals { decimals: [1, 2, 3] },
                VerificationState::Decimals {
                    decimals: vec![1, 2, 3],
                },
            ),
            (Core::Scanned, VerificationState::Scanned),
            (Core::Confirmed, VerificationState::Confirmed),
            (Core::Done, VerificationState::Done),
            (
                Core::Cancelled { by_us: true, reason },
                VerificationState::Cancelled {
                    by_us: true,
                    cause: CancelReason::TimedOut,
                    reason: reason.to_string(),
                },
            ),
        ] {
            assert_eq!(VerificationState::from(core), ours);
        }
    }
}
