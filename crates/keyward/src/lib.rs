// SPDX-License-Identifier: Apache-2.0

//! Account security for Matrix: reset cross-signing and manage sessions, without losing anything on the way.
//!
//! The promise: **until the homeserver has accepted the new identity nothing is destroyed, and after it nothing can be
//! lost.**
//!
//! * [`account`]: the session that everything works on: one that was logged in here, or one that another program keeps.
//! * [`reset`]: the reset of cross-signing, secret storage and key backup, as one resumable flow.
//! * [`doctor`]: what is wrong with an account, and the smallest thing that mends it.
//! * [`recovery`]: a new recovery key without a reset, and what a key opens.
//! * [`flow`]: drives a reset or a verification by itself, for an app that shows states and gives commands.
//! * [`auth`]: user-interactive authorisation, for the reset and for signing sessions out.
//! * [`sessions`]: the page of sessions, also live: list, rename, push notifications, sign-out, new logins.
//! * [`verification`]: verify sessions by emoji or QR code, and this one with the recovery key or the phrase.
//! * [`room_keys`]: export and import of room keys in the common file format.
//! * [`texts`]: what every state, finding and error says to people, in their language.
//! * [`secret_storage`]: what opening it needs, and why it may not open.
//!
//! ```no_run
//! # use keyward::{account::Account, login::Login, server::Homeserver, secret::{Password, StoreKey}};
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let homeserver = Homeserver::discover("example.org").await?;
//! let login = Login { user: "alice".to_owned(), password: Password::new("…"), session_name: "My app".to_owned() };
//! let account = Account::login(&homeserver, login, "data/alice".as_ref(), &StoreKey::generate()).await?;
//! let plan = account.plan_reset().await?;
//! println!("{} sessions would have to be verified again", plan.consequences.other_sessions);
//! # Ok(())
//! # }
//! ```

pub mod account;
pub mod after_care;
pub mod auth;
pub mod doctor;
mod ed25519;
pub mod error;
pub mod facts;
pub mod flow;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
pub mod identity;
mod key_backup;
pub mod login;
pub mod logout;
pub mod recovery;
pub mod reset;
pub mod room_keys;
pub mod secret;
pub mod secret_storage;
pub mod server;
pub mod sessions;
mod sync;
pub mod text;
pub mod texts;
pub mod verification;

/// The version of this library.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The version of matrix-sdk that it is made with; pinned, because a reset relies on its behaviour (docs/adr/0002).
pub const MATRIX_SDK_VERSION: &str = "0.18.0";

#[cfg(test)]
mod tests {
    #[test]
    fn the_version_of_matrix_sdk_is_the_pinned_one() {
        let manifest = include_str!("../../../Cargo.toml");
        let pin = format!("matrix-sdk = {{ version = \"={}\"", super::MATRIX_SDK_VERSION);
        assert!(manifest.contains(&pin), "{pin}");
    }
}
