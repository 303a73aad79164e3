// SPDX-License-Identifier: Apache-2.0

//! The state of an account and its session. UniFFI needs its own definitions of these types; if one differs from the
//! core's, it does not compile.

use crate::PendingReset;

/// The account's and this session's security, as the server and the store show it together.
#[uniffi::remote(Record)]
pub struct AccountStatus {
    /// Matrix user id.
    pub user_id: String,
    /// This session's device id.
    pub device_id: String,
    /// The homeserver's address.
    pub homeserver: String,
    /// Whether this session is signed by the account's identity, and that identity is trusted here.
    pub verified: bool,
    /// The digital identity.
    pub identity: IdentityStatus,
    /// Whether the identity's three private keys are here, so that this session can verify others.
    pub private_keys: bool,
    /// Secret storage.
    pub secret_storage: SecretStorageStatus,
    /// Key backup ("Key storage").
    pub key_backup: KeyBackupStatus,
    /// Room keys that this session holds.
    pub room_keys: u64,
    /// A reset that waits to be resumed.
    pub pending_reset: Option<PendingReset>,
    /// Everything that waits to be resumed, the reset among it.
    pub pending: Vec<PendingFlow>,
    /// Whether this session's tokens lay unencrypted on this disk, as version 0.1 left them, and the homeserver gave no
    /// refresh token to replace them with. Log out and in again.
    pub tokens_exposed: bool,
}
pub use keyward::facts::Status as AccountStatus;

/// What changes the account's keys and was interrupted.
#[uniffi::remote(Record)]
pub struct PendingFlow {
    /// Which it is.
    pub flow: KeyFlow,
    /// Whether it can still be cancelled.
    pub state: PendingReset,
}
pub use keyward::facts::PendingFlow;

/// What changes the account's keys. One of them at a time.
#[uniffi::remote(Enum)]
pub enum KeyFlow {
    /// A reset.
    Reset,
    /// A new recovery key without a reset.
    Recovery,
}
pub use keyward::facts::KeyFlow;

/// Whose identity (master, self-signing and user-signing keys) the server shows.
#[uniffi::remote(Enum)]
pub enum IdentityStatus {
    /// The one that this session trusts, because it holds its private keys or has verified it.
    Ours,
    /// One that this session does not trust: unlock this session, verify it from another, or reset.
    NotOurs,
    /// Another than the one that this session has verified. Whoever did not reset the account on another device has to fear
    /// that somebody else did: change the password, look at the sessions, then reset. Else verify this session again.
    Replaced,
    /// None: cross-signing was never set up.
    NotSetUp,
}
pub use keyward::identity::IdentityStatus;

/// Secret storage on the server.
#[uniffi::remote(Enum)]
pub enum SecretStorageStatus {
    /// The default key is described, and everything that belongs there is stored under it.
    Ready,
    /// The default key is not described, or something is not stored under it.
    Incomplete,
    /// There is none.
    NotSetUp,
}
pub use keyward::facts::SecretStorageStatus;

/// The key backup on the server and this session.
#[uniffi::remote(Enum)]
pub enum KeyBackupStatus {
    /// This session reads and writes it.
    Enabled,
    /// There is one, and this session has no key for it.
    Disabled,
    /// There is one, but neither the identity nor a session that this one trusts has signed it.
    Untrusted,
    /// There is none.
    NotSetUp,
}
pub use keyward::facts::KeyBackupStatus;
