// SPDX-License-Identifier: Apache-2.0

//! One login of one account.

use std::{path::PathBuf, sync::Arc, time::Duration};

use keyward::{account, error, error::RequestError, facts, login, logout};

use crate::{
    Advice, Homeserver, KeyInput, PendingReset, RoomKeys, ServerProblem, Sessions, UnlockError, Unlocked,
    advice::error_for_apps,
    login::Login,
    runtime,
    secret::{Password, StoreKey},
};

/// However long somebody wants to wait for a synchronisation.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// A login and its encrypted store. One at a time for each folder.
///
/// Everything that comes from it (sessions, a reset, a verification) belongs to it and ends with `shut_down`. Letting an
/// object go without that is safe, from any thread: what it was doing stops at a point where it can be taken up again,
/// and the store is free when the last object of the account is gone.
#[derive(uniffi::Object)]
pub struct Account {
    pub(crate) login: Arc<Login>,
    user_id: String,
    device_id: String,
    homeserver: String,
}

impl Account {
    fn new(account: account::Account) -> Arc<Self> {
        Arc::new(Self {
            user_id: account.user_id().to_owned(),
            device_id: account.device_id().to_owned(),
            homeserver: account.homeserver(),
            login: Login::new(account),
        })
    }
}

#[uniffi::export]
impl Account {
    /// Logs in with a password and makes the store in `folder`, encrypted with `key`. The session's device keys are
    /// uploaded, so that other sessions see it as one that supports encryption.
    ///
    /// `user` is a user id (`@alice:example.org`) or its localpart; `session_name` is the public name of the session,
    /// which others can see. A folder that holds a login already, another key's store or a damaged one is left alone.
    #[uniffi::constructor]
    pub async fn login(
        homeserver: Arc<Homeserver>,
        user: String,
        password: Arc<Password>,
        session_name: String,
        folder: String,
        key: Arc<StoreKey>,
    ) -> Result<Arc<Self>, LoginError> {
        runtime::run(async move {
            let login = login::Login {
                user,
                password: password.0.clone(),
                session_name,
            };
            let account = account::Account::login(&homeserver.0, login, &PathBuf::from(folder), &key.0).await?;
            Ok(Self::new(account))
        })
        .await
    }

    /// Opens the store in `folder` and takes the session up again. Needs no network. The files are left as they are
    /// where it fails.
    #[uniffi::constructor]
    pub async fn restore(folder: String, key: Arc<StoreKey>) -> Result<Arc<Self>, RestoreError> {
        runtime::run(async move {
            let account = account::Account::restore(&PathBuf::from(folder), &key.0).await?;
            Ok(Self::new(account))
        })
        .await
    }

    /// Matrix user id, for instance `@alice:example.org`.
    pub fn user_id(&self) -> String {
        self.user_id.clone()
    }

    /// This session's device id.
    pub fn device_id(&self) -> String {
        self.device_id.clone()
    }

    /// The homeserver's address.
    pub fn homeserver(&self) -> String {
        self.homeserver.clone()
    }

    /// Ends everything that works for this account, finishes what is being written, and gives the store's files back:
    /// once it returns, the files can be copied and the account restored. A reset that is not finished can be resumed
    /// then. Every later call fails with `Closed`. Call it before iOS suspends the app, which ends apps that hold locks.
    pub async fn shut_down(&self) -> Result<(), AccountError> {
        Ok(self.login.shut_down().await?)
    }

    /// Looks how the account and this session stand. Reads only; two round trips.
    pub async fn status(&self) -> Result<AccountStatus, AccountError> {
        self.login
            .call(async |account| Ok::<_, AccountError>(account.status().await?.into()))
            .await
    }

    /// Synchronises once: receives room keys, verification messages and changes, sends what is due. `wait` is how long
    /// the server may hold the request open when there is nothing new, at most an hour; leaving earlier loses nothing.
    pub async fn sync_once(&self, wait: Duration) -> Result<(), AccountError> {
        // "For ever" is a value that platforms have, and no time can be told for.
        let wait = wait.min(LONGEST_WAIT);
        self.login
            .wait(async move |account| Ok::<_, AccountError>(account.sync_once(wait).await?))
            .await
    }

    /// How many room keys are here and not in the key backup on the server. All of them if the server cannot be asked.
    pub async fn unsaved_room_keys(&self) -> Result<u64, AccountError> {
        self.login
            .call(async |account| Ok::<_, AccountError>(account.unsaved_room_keys().await?))
            .await
    }

    /// Verifies this session with the recovery key (people read "Security Key") or the Security Phrase, and takes the
    /// key backup up if there is one. Nothing is changed unless it opens secret storage.
    pub async fn unlock(&self, input: KeyInput) -> Result<Unlocked, UnlockError> {
        self.login
            .call(async move |account| Ok::<_, UnlockError>(account.unlock(&input.into()).await?.into()))
            .await
    }

    /// The account's sessions: list, watch, rename, sign out.
    pub fn sessions(&self) -> Arc<Sessions> {
        Arc::new(Sessions::new(self.login.clone()))
    }

    /// Export and import of room keys.
    pub fn room_keys(&self) -> Arc<RoomKeys> {
        Arc::new(RoomKeys::new(self.login.clone()))
    }

    /// Signs this session out at the server and removes its local files. A session that the server no longer knows
    /// counts as signed out. Afterwards every call fails with `Closed`.
    pub async fn log_out(&self, unsaved: UnsavedRoomKeys) -> Result<(), LogoutError> {
        let login = self.login.clone();
        // Both in one: nobody may wait any more.
        runtime::run(async move {
            login.reset_that_was_let_go().await;
            login
                .call(async move |account| Ok::<_, LogoutError>(account.log_out(unsaved).await?))
                .await?;
            // The session and its files are gone: what the store says of being closed matters no more.
            let _ = login.shut_down().await;
            Ok(())
        })
        .await
    }
}

/// The account's and this session's security, as the server and the store show it together.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
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
    /// Whether this session's tokens lay unencrypted on this disk, as version 0.1 left them, and the homeserver gave no
    /// refresh token to replace them with. Log out and in again.
    pub tokens_exposed: bool,
}

impl From<facts::Status> for AccountStatus {
    fn from(status: facts::Status) -> Self {
        let facts::Status {
            user_id,
            device_id,
            homeserver,
            verified,
            identity,
            private_keys,
            secret_storage,
            key_backup,
            room_keys,
            pending_reset,
            tokens_exposed,
        } = status;
        Self {
            user_id,
            device_id,
            homeserver,
            verified,
            identity: identity.into(),
            private_keys,
            secret_storage: match secret_storage {
                facts::SecretStorageStatus::Ready => SecretStorageStatus::Ready,
                facts::SecretStorageStatus::Incomplete => SecretStorageStatus::Incomplete,
                facts::SecretStorageStatus::None => SecretStorageStatus::NotSetUp,
            },
            key_backup: match key_backup {
                facts::KeyBackupStatus::Enabled => KeyBackupStatus::Enabled,
                facts::KeyBackupStatus::Disabled => KeyBackupStatus::Disabled,
                facts::KeyBackupStatus::Untrusted => KeyBackupStatus::Untrusted,
                facts::KeyBackupStatus::None => KeyBackupStatus::NotSetUp,
            },
            room_keys,
            pending_reset,
            tokens_exposed,
        }
    }
}

/// Whose identity (master, self-signing and user-signing keys) the server shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum IdentityStatus {
    /// The one that this session trusts, because it holds its private keys or has verified it.
    Ours,
    /// One that this session does not trust: unlock this session, verify it from another, or reset.
    NotOurs,
    /// None: cross-signing was never set up.
    NotSetUp,
}

impl From<facts::IdentityStatus> for IdentityStatus {
    fn from(status: facts::IdentityStatus) -> Self {
        match status {
            facts::IdentityStatus::Ours => Self::Ours,
            facts::IdentityStatus::NotOurs => Self::NotOurs,
            facts::IdentityStatus::None => Self::NotSetUp,
        }
    }
}

impl From<IdentityStatus> for facts::IdentityStatus {
    fn from(status: IdentityStatus) -> Self {
        match status {
            IdentityStatus::Ours => Self::Ours,
            IdentityStatus::NotOurs => Self::NotOurs,
            IdentityStatus::NotSetUp => Self::None,
        }
    }
}

/// Secret storage on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum SecretStorageStatus {
    /// The default key is described, and everything that belongs there is stored under it.
    Ready,
    /// The default key is not described, or something is not stored under it.
    Incomplete,
    /// There is none.
    NotSetUp,
}

/// The key backup on the server and this session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum KeyBackupStatus {
    /// This session reads and writes it.
    Enabled,
    /// There is one, and this session has no key for it.
    Disabled,
    /// There is one that nobody whom this session trusts has signed.
    Untrusted,
    /// There is none.
    NotSetUp,
}

/// What this session alone holds, which is gone with it: room keys that no key backup has, unless they are exported, and
/// the new keys of a reset that is not finished.
#[uniffi::remote(Enum)]
pub enum UnsavedRoomKeys {
    /// Stop if there are any.
    Keep,
    /// The person knows and lets them go, together with a reset whose new identity is not in force.
    Discard,
}
pub use keyward::logout::UnsavedRoomKeys;

error_for_apps! {
    /// Why a login failed. Nothing on disk was overwritten.
    pub enum LoginError {
        /// User or password is wrong. Ask again.
        WrongPassword {},
        /// The server offers no login by password.
        PasswordNotOffered {},
        /// The folder holds a login already. Restore it, log out of it, or use another folder.
        AlreadyLoggedIn {
            /// Whose session it is.
            user_id: String,
        },
        /// The folder holds a store that the key does not open.
        WrongStoreKey {},
        /// A file of the folder's store is missing or broken. Move the folder away, or restore its files.
        Damaged {},
        /// The files in the folder belong to different logins.
        OtherAccount {},
        /// A newer version of Keyward has written the store. Use that version.
        NewerVersion {},
        /// The folder, or a file in it, belongs to another user of this machine.
        OtherUser {},
        /// Another program, or another object of this one, has the store open.
        InUse {},
        /// The server could not be used.
        Server {
            /// Why.
            problem: ServerProblem,
        },
        /// The local store failed.
        Store {},
    }
}

impl From<login::LoginError> for LoginError {
    fn from(error: login::LoginError) -> Self {
        let advice = Advice::of(&error);
        match error {
            login::LoginError::WrongPassword => Self::WrongPassword { advice },
            login::LoginError::PasswordNotOffered => Self::PasswordNotOffered { advice },
            login::LoginError::AlreadyLoggedIn { user_id } => Self::AlreadyLoggedIn { user_id, advice },
            login::LoginError::Open(error) => match error {
                account::OpenError::WrongKey => Self::WrongStoreKey { advice },
                // A login makes the store that it does not find, so that the first is none of its errors.
                account::OpenError::NotLoggedIn | account::OpenError::Damaged => Self::Damaged { advice },
                account::OpenError::OtherAccount => Self::OtherAccount { advice },
                account::OpenError::NewerVersion => Self::NewerVersion { advice },
                account::OpenError::Foreign => Self::OtherUser { advice },
                account::OpenError::InUse => Self::InUse { advice },
                account::OpenError::Store(_) => Self::Store { advice },
            },
            login::LoginError::Request(RequestError::Server(error)) => Self::Server {
                problem: error.into(),
                advice,
            },
            login::LoginError::Request(RequestError::Store(_)) => Self::Store { advice },
        }
    }
}

error_for_apps! {
    /// Why a store could not be opened. Its files are as they were.
    pub enum RestoreError {
        /// There is no login in this folder.
        NotLoggedIn {},
        /// The key does not open the store.
        WrongStoreKey {},
        /// A file of the store is missing or broken. Restore it from a copy, or move the folder away and log in again.
        Damaged {},
        /// The session and the keys in this folder belong to different logins.
        OtherAccount {},
        /// A newer version of Keyward has written the store. Use that version.
        NewerVersion {},
        /// The folder, or a file in it, belongs to another user of this machine.
        OtherUser {},
        /// Another program, or another object of this one, has the store open.
        InUse {},
        /// The store could not be read.
        Store {},
    }
}

impl From<account::OpenError> for RestoreError {
    fn from(error: account::OpenError) -> Self {
        let advice = Advice::of(&error);
        match error {
            account::OpenError::NotLoggedIn => Self::NotLoggedIn { advice },
            account::OpenError::WrongKey => Self::WrongStoreKey { advice },
            account::OpenError::Damaged => Self::Damaged { advice },
            account::OpenError::OtherAccount => Self::OtherAccount { advice },
            account::OpenError::NewerVersion => Self::NewerVersion { advice },
            account::OpenError::Foreign => Self::OtherUser { advice },
            account::OpenError::InUse => Self::InUse { advice },
            account::OpenError::Store(_) => Self::Store { advice },
        }
    }
}

error_for_apps! {
    /// Why something about the account is not known or not done.
    pub enum AccountError {
        /// The server could not be used.
        Server {
            /// Why.
            problem: ServerProblem,
        },
        /// The local store failed.
        Store {},
        /// The account was shut down.
        Closed {},
    }
}

impl From<RequestError> for AccountError {
    fn from(error: RequestError) -> Self {
        let advice = Advice::of(&error);
        match error {
            RequestError::Server(error) => Self::Server {
                problem: error.into(),
                advice,
            },
            RequestError::Store(_) => Self::Store { advice },
        }
    }
}

impl From<error::StoreError> for AccountError {
    fn from(error: error::StoreError) -> Self {
        RequestError::from(error).into()
    }
}

error_for_apps! {
    /// Why the session is still there.
    pub enum LogoutError {
        /// Room keys would be lost: export them first, or say that they may go.
        UnsavedRoomKeys {
            /// How many.
            count: u64,
        },
        /// A reset is being driven in this process: let it end, or let it go.
        ResetRunning {},
        /// The new keys of a reset are here alone. Resume or cancel it.
        ResetPending {},
        /// The server could not be used: signed in as before, files untouched.
        Server {
            /// Why.
            problem: ServerProblem,
        },
        /// The local store failed: it could not be read, or the session is signed out and not all of its files could be
        /// removed.
        Store {},
        /// The account was shut down.
        Closed {},
    }
}

impl From<logout::LogoutError> for LogoutError {
    fn from(error: logout::LogoutError) -> Self {
        let advice = Advice::of(&error);
        match error {
            logout::LogoutError::UnsavedRoomKeys { count } => Self::UnsavedRoomKeys { count, advice },
            logout::LogoutError::ResetRunning => Self::ResetRunning { advice },
            logout::LogoutError::ResetPending => Self::ResetPending { advice },
            logout::LogoutError::Request(RequestError::Server(error)) => Self::Server {
                problem: error.into(),
                advice,
            },
            logout::LogoutError::Request(RequestError::Store(_)) => Self::Store { advice },
        }
    }
}

#[cfg(test)]
mod tests {
    use keyward::{
        account::OpenError,
        error::{ServerError, StoreError},
    };

    use super::*;
    use crate::testing::{closed_says_so, each_becomes};

    #[test]
    fn errors_of_an_account_keep_kind_and_text() {
        let user_id = "@alice:example.org".to_owned();
        each_becomes!(LoginError:
            login::LoginError::WrongPassword => LoginError::WrongPassword { .. },
            login::LoginError::PasswordNotOffered => LoginError::PasswordNotOffered { .. },
            login::LoginError::AlreadyLoggedIn { user_id: user_id.clone() } => LoginError::AlreadyLoggedIn { .. },
            login::LoginError::Open(OpenError::NotLoggedIn) => LoginError::Damaged { .. },
            login::LoginError::Open(OpenError::WrongKey) => LoginError::WrongStoreKey { .. },
            login::LoginError::Open(OpenError::Damaged) => LoginError::Damaged { .. },
            login::LoginError::Open(OpenError::OtherAccount) => LoginError::OtherAccount { .. },
            login::LoginError::Open(OpenError::NewerVersion) => LoginError::NewerVersion { .. },
            login::LoginError::Open(OpenError::Foreign) => LoginError::OtherUser { .. },
            login::LoginError::Open(OpenError::InUse) => LoginError::InUse { .. },
            login::LoginError::Open(StoreError.into()) => LoginError::Store { .. },
            login::LoginError::Request(ServerError::Unreachable.into()) =>
                LoginError::Server { problem: ServerProblem::Unreachable, .. },
            login::LoginError::Request(StoreError.into()) => LoginError::Store { .. },
        );
        let already = login::LoginError::AlreadyLoggedIn {
            user_id: user_id.clone(),
        };
        assert!(
            matches!(LoginError::from(already), LoginError::AlreadyLoggedIn { user_id: who, .. } if who == user_id)
        );
        each_becomes!(RestoreError:
            OpenError::NotLoggedIn => RestoreError::NotLoggedIn { .. },
            OpenError::WrongKey => RestoreError::WrongStoreKey { .. },
            OpenError::Damaged => RestoreError::Damaged { .. },
            OpenError::OtherAccount => RestoreError::OtherAccount { .. },
            OpenError::NewerVersion => RestoreError::NewerVersion { .. },
            OpenError::Foreign => RestoreError::OtherUser { .. },
            OpenError::InUse => RestoreError::InUse { .. },
            OpenError::Store(StoreError) => RestoreError::Store { .. },
        );
        each_becomes!(AccountError:
            RequestError::Server(ServerError::SessionExpired) =>
                AccountError::Server { problem: ServerProblem::SessionExpired, .. },
            RequestError::Store(StoreError) => AccountError::Store { .. },
            StoreError => AccountError::Store { .. },
        );
        each_becomes!(LogoutError:
            logout::LogoutError::UnsavedRoomKeys { count: 7 } => LogoutError::UnsavedRoomKeys { count: 7, .. },
            logout::LogoutError::ResetRunning => LogoutError::ResetRunning { .. },
            logout::LogoutError::ResetPending => LogoutError::ResetPending { .. },
            logout::LogoutError::Request(ServerError::Failing { status: 500 }.into()) =>
                LogoutError::Server { problem: ServerProblem::Failing { status: 500 }, .. },
            logout::LogoutError::Request(StoreError.into()) => LogoutError::Store { .. },
        );
        closed_says_so!(AccountError, LogoutError);
    }

    #[test]
    fn each_part_of_a_status_is_what_it_was() {
        let status = |identity, secret_storage, key_backup, pending_reset| facts::Status {
            user_id: "@alice:example.org".to_owned(),
            device_id: "DEVICE".to_owned(),
            homeserver: "https://example.org/".to_owned(),
            verified: true,
            identity,
            private_keys: true,
            secret_storage,
            key_backup,
            room_keys: 3,
            pending_reset,
            tokens_exposed: true,
        };
        use facts::{IdentityStatus as I, KeyBackupStatus as K, SecretStorageStatus as S};
        use keyward::reset::PendingReset as P;
        for (core, identity, secret_storage, key_backup, pending_reset) in [
            (
                status(I::Ours, S::Ready, K::Enabled, None),
                IdentityStatus::Ours,
                SecretStorageStatus::Ready,
                KeyBackupStatus::Enabled,
                None,
            ),
            (
                status(I::NotOurs, S::Incomplete, K::Disabled, Some(P::Staged)),
                IdentityStatus::NotOurs,
                SecretStorageStatus::Incomplete,
                KeyBackupStatus::Disabled,
                Some(PendingReset::Staged),
            ),
            (
                status(I::None, S::None, K::Untrusted, Some(P::Committed)),
                IdentityStatus::NotSetUp,
                SecretStorageStatus::NotSetUp,
                KeyBackupStatus::Untrusted,
                Some(PendingReset::Committed),
            ),
            (
                status(I::None, S::None, K::None, None),
                IdentityStatus::NotSetUp,
                SecretStorageStatus::NotSetUp,
                KeyBackupStatus::NotSetUp,
                None,
            ),
        ] {
            assert_eq!(
                AccountStatus::from(core),
                AccountStatus {
                    user_id: "@alice:example.org".to_owned(),
                    device_id: "DEVICE".to_owned(),
                    homeserver: "https://example.org/".to_owned(),
                    verified: true,
                    identity,
                    private_keys: true,
                    secret_storage,
                    key_backup,
                    room_keys: 3,
                    pending_reset,
                    tokens_exposed: true,
                }
            );
        }
    }
}
