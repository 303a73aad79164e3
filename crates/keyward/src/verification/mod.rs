// SPDX-License-Identifier: Apache-2.0

//! Verifying sessions: another one, and this one, by emoji or by QR code; and this one with the Security Key or Phrase.
//!
//! Both sides use [`Verification`]: ask with [`Account::verify_session`] or [`Account::verify_this_session`], or be
//! asked with [`Account::next_verification_request`]; then show each state that [`Verification::next`] returns and do
//! what the person decides.
//!
//! ```text
//! we ask:      Waiting ─► Ready ─┬─ start_emoji ────────► Waiting ─► Emoji ─┬─ confirm ─► Confirmed ─► Done
//! we are asked: Requested ──▲    ├─ the other scans ours ──────► Scanned ──┘                 ▲
//!               accept ─────┘    └─ scan theirs ─────────────────────────────► Confirmed ────┘
//! everywhere: Cancelled, by cancel, by mismatch, by the other side, by time-out, when the other session is gone
//! ```
//!
//! The session that has the private self-signing key signs the other. [`VerificationState::Done`] means that the server
//! shows this signature; until then there is [`VerificationError::NotSigned`]. (matrix-rust-sdk#6242: without this
//! check a verification can look finished although the signature is missing.)
//!
//! A session that was verified this way asks the others for the private cross-signing keys and the backup's key. Both
//! arrive while both sides synchronise: [`Account::hand_keys_over`]. Without them it is verified but cannot sign
//! others.
//!
//! Specification: Client-Server API, "Device verification" and "Sharing keys between devices".
//!
//! [`Account::verify_session`]: crate::account::Account::verify_session
//! [`Account::verify_this_session`]: crate::account::Account::verify_this_session
//! [`Account::hand_keys_over`]: crate::account::Account::hand_keys_over
//! [`Account::next_verification_request`]: crate::account::Account::next_verification_request

mod drive;
mod emoji;
mod error;
mod flow;
mod hand_over;
mod outbox;
mod qr;
mod reason;
mod request;
mod signature;
mod state;
#[cfg(test)]
pub(crate) mod table;
mod unlock;

pub use self::{
    drive::{VerificationCommand, VerificationView},
    error::VerificationError,
    flow::Verification,
    qr::QrCode,
    reason::CancelReason,
    state::{Emoji, VerificationState},
    unlock::{UnlockError, Unlocked},
};
