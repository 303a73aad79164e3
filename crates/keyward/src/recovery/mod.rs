// SPDX-License-Identifier: Apache-2.0

//! A new Security Key (recovery key) without a reset: the identity, the trust of every session, and the key backup stay as they
//! are, and nothing has to be authorised. For people who lost the key, or want another phrase, while a session holds the private
//! keys.
//!
//! ```text
//! Prepared ─► Staged ─► Confirmed ─► Switching ─► done
//!    the new key is written beside    `default_key` names the new key: the commit. From its
//!    the old one, and read back;      first request on there is no cancel, only forward, for
//!    cancel takes all of it back      the request has no condition and may arrive late
//! ```
//!
//! Specification: Client-Server API, "Secrets", "Key storage".
//!
//! ```no_run
//! # use keyward::{account::Account, recovery::*, secret_storage::Confirmation};
//! # async fn example(account: Account) -> Result<(), RecoveryError> {
//! let mut recovery = account.start_recovery(RecoveryOptions::default()).await?;
//! loop {
//!     match recovery.advance().await? {
//!         RecoveryState::SaveKey { recovery_key } => {
//!             // … show it, have it typed again …
//!             recovery.confirm_saved(&Confirmation::Retyped(recovery_key)).await?;
//!         }
//!         RecoveryState::Done(outcome) => break println!("{} things need the old key", outcome.old_key_opens.len()),
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod before;
mod drive;
mod error;
mod flow;
mod journal;
mod state;
mod steps;
#[cfg(test)]
pub(crate) mod table;

pub use self::{drive::RecoveryFlow, error::RecoveryError, flow::Recovery};
use crate::secret::{Passphrase, RecoveryKey};
pub use crate::{
    facts::{CheckError, KeyCheck},
    secret_storage::Confirmation,
};

/// What people choose before a new key is made.
#[derive(Clone, Default)]
pub struct RecoveryOptions {
    /// Derive the new Security Key from this Security Phrase; without it the key is random.
    pub passphrase: Option<Passphrase>,
}

/// What making a new key waits for.
#[derive(Clone, Debug)]
pub enum RecoveryState {
    /// The person has to save the new key: [`Recovery::confirm_saved`]. Until then the old key is in force.
    SaveKey {
        /// The new Security Key.
        recovery_key: RecoveryKey,
    },
    /// The new key is in force.
    Done(RecoveryOutcome),
}

/// A new Security Key that is in force.
#[derive(Clone, Debug)]
pub struct RecoveryOutcome {
    /// The new Security Key.
    pub recovery_key: RecoveryKey,
    /// Whether the new key opens the key backup. `None`: there is no backup.
    pub opens_backup: Option<bool>,
    /// What the old key opens and the new one does not, by event type: other programs' secrets, a dehydrated device's, or an
    /// earlier key backup's. They are as they were.
    pub old_key_opens: Vec<String>,
}

/// How far making a new key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecoveryStep {
    /// Making the key; a Security Phrase takes some seconds.
    MakeKey,
    /// Writing the secrets under the new key, beside the old entries.
    Stage,
    /// Putting the new key in force.
    Switch,
    /// Removing what is under the old key.
    CleanUp,
}
