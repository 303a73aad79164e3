// SPDX-License-Identifier: Apache-2.0

//! Why a login, a restore, a logout or a question about the account failed.

use keyward::{account, error, error::RequestError, login, logout};

use crate::{Advice, ServerProblem, advice::error_for_apps, login::NoAccount};

error_for_apps! {
    /// Why a login failed. Nothing on disk was overwritten.
    pub enum LoginError {
        /// User or password is wrong. Ask again.
        WrongPassword {},
        /// The server offers no login by password.
        PasswordNotOffered {},
        /// The server does not offer this way to log in. `login_methods` has those that it offers.
        NotOffered {},
        /// The authorisation server does not take this app as a client: its description does not fit there.
        ClientRefused {},
        /// The person said no in the browser, or on the other device.
        Denied {},
        /// The server ended the login in the browser. Begin it again.
        Ended {},
        /// The login took too long, or its answer was used before. Begin it again.
        Expired {},
        /// The answer does not belong to the login that was begun here.
        OtherAnswer {},
        /// No login waits for an answer in this folder. Begin one.
        NotBegun {},
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
            login::LoginError::NotOffered => Self::NotOffered { advice },
            login::LoginError::ClientRefused { .. } => Self::ClientRefused { advice },
            login::LoginError::Denied => Self::Denied { advice },
            login::LoginError::Ended { .. } => Self::Ended { advice },
            login::LoginError::Expired => Self::Expired { advice },
            login::LoginError::OtherAnswer => Self::OtherAnswer { advice },
            login::LoginError::NotBegun => Self::NotBegun { advice },
            login::LoginError::AlreadyLoggedIn { user_id } => Self::AlreadyLoggedIn { user_id, advice },
            login::LoginError::Open(error) => match error {
                account::OpenError::WrongKey => Self::WrongStoreKey { advice },
                // A login creates a store if there is none, so `NotLoggedIn` cannot occur here.
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
    /// Why a paused account was not resumed. It is paused as before, and `resume` can be called again.
    pub enum ResumeError {
        /// Another process has logged out, or detached: there is no login in the folder any more.
        NotLoggedIn {},
        /// Another process has made another store in the folder, which the key does not open.
        WrongStoreKey {},
        /// A file of the store is missing or broken.
        Damaged {},
        /// Another process has logged in, or attached, with another session.
        OtherAccount {},
        /// A newer version of Keyward has written the store. Use that version.
        NewerVersion {},
        /// The folder, or a file in it, belongs to another user of this machine.
        OtherUser {},
        /// Another process has the store open. Call again when it is done.
        InUse {},
        /// The store could not be read.
        Store {},
        /// The account was shut down.
        Closed {},
    }
}

impl From<account::OpenError> for ResumeError {
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

impl From<NoAccount> for ResumeError {
    fn from(why: NoAccount) -> Self {
        Self::Closed { advice: why.advice() }
    }
}

error_for_apps! {
    /// Why a session was not attached.
    pub enum AttachError {
        /// The homeserver's address is none that may be used: neither HTTPS nor this machine.
        HomeserverAddress {},
        /// The user id or the device id is none.
        Id {},
        /// A key is no Ed25519 public key in base64.
        Key {},
        /// The key does not open the documents in the folder.
        WrongStoreKey {},
        /// A document is missing or broken. Remove the folder `keyward` in the folder; a reset that waits in it is lost.
        Damaged {},
        /// The folder is another session's.
        OtherAccount {},
        /// A newer version of Keyward has written the documents. Use that version.
        NewerVersion {},
        /// The folder, or a file in it, belongs to another user of this machine.
        OtherUser {},
        /// Another program, or another object of this one, is attached in this folder.
        InUse {},
        /// The server could not be used.
        Server {
            /// Why.
            problem: ServerProblem,
        },
        /// A reset or a new recovery key waits, whose keys may be nowhere else. Finish or cancel it, or give it up.
        ResetPending {},
        /// The documents could not be read or written.
        Store {},
        /// The account was shut down.
        Closed {},
        /// The account is paused, or was meanwhile. Call again after `resume`.
        Paused {},
    }
}

impl From<account::AttachError> for AttachError {
    fn from(error: account::AttachError) -> Self {
        let advice = Advice::of(&error);
        match error {
            account::AttachError::Homeserver => Self::HomeserverAddress { advice },
            account::AttachError::Id => Self::Id { advice },
            account::AttachError::Key => Self::Key { advice },
            account::AttachError::ResetPending => Self::ResetPending { advice },
            account::AttachError::Open(error) => match error {
                account::OpenError::WrongKey => Self::WrongStoreKey { advice },
                // What is attached needs no login.
                account::OpenError::NotLoggedIn | account::OpenError::Damaged => Self::Damaged { advice },
                account::OpenError::OtherAccount => Self::OtherAccount { advice },
                account::OpenError::NewerVersion => Self::NewerVersion { advice },
                account::OpenError::Foreign => Self::OtherUser { advice },
                account::OpenError::InUse => Self::InUse { advice },
                account::OpenError::Store(_) => Self::Store { advice },
            },
            account::AttachError::Request(RequestError::Server(error)) => Self::Server {
                problem: error.into(),
                advice,
            },
            account::AttachError::Request(RequestError::Store(_)) => Self::Store { advice },
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
        /// The account is paused, or was meanwhile. Call again after `resume`.
        Paused {},
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
        /// A new recovery key is not finished. Resume or cancel it, or give it up.
        RecoveryPending {},
        /// The server said that it signed this session out, and still lists it. Its files are untouched. Try again.
        StillSignedIn {},
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
        /// The account is paused, or was meanwhile. Call again after `resume`.
        Paused {},
    }
}

impl From<logout::LogoutError> for LogoutError {
    fn from(error: logout::LogoutError) -> Self {
        let advice = Advice::of(&error);
        match error {
            logout::LogoutError::UnsavedRoomKeys { count } => Self::UnsavedRoomKeys { count, advice },
            logout::LogoutError::ResetRunning => Self::ResetRunning { advice },
            logout::LogoutError::ResetPending => Self::ResetPending { advice },
            logout::LogoutError::RecoveryPending => Self::RecoveryPending { advice },
            logout::LogoutError::StillSignedIn => Self::StillSignedIn { advice },
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
    use crate::testing::{each_becomes, no_account_says_so};

    #[test]
    fn errors_of_an_account_keep_kind_and_text() {
        let user_id = "@alice:example.org".to_owned();
        each_becomes!(LoginError:
            login::LoginError::WrongPassword => LoginError::WrongPassword { .. },
            login::LoginError::PasswordNotOffered => LoginError::PasswordNotOffered { .. },
            login::LoginError::NotOffered => LoginError::NotOffered { .. },
            login::LoginError::ClientRefused { code: "invalid_redirect_uri".to_owned() } =>
                LoginError::ClientRefused { .. },
            login::LoginError::Denied => LoginError::Denied { .. },
            login::LoginError::Ended { code: "server_error".to_owned() } => LoginError::Ended { .. },
            login::LoginError::Expired => LoginError::Expired { .. },
            login::LoginError::OtherAnswer => LoginError::OtherAnswer { .. },
            login::LoginError::NotBegun => LoginError::NotBegun { .. },
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
        each_becomes!(ResumeError:
            OpenError::NotLoggedIn => ResumeError::NotLoggedIn { .. },
            OpenError::WrongKey => ResumeError::WrongStoreKey { .. },
            OpenError::Damaged => ResumeError::Damaged { .. },
            OpenError::OtherAccount => ResumeError::OtherAccount { .. },
            OpenError::NewerVersion => ResumeError::NewerVersion { .. },
            OpenError::Foreign => ResumeError::OtherUser { .. },
            OpenError::InUse => ResumeError::InUse { .. },
            OpenError::Store(StoreError) => ResumeError::Store { .. },
        );
        let closed = ResumeError::from(NoAccount::Closed);
        assert!(matches!(&closed, ResumeError::Closed { advice } if advice.code == "account.closed"));
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
            logout::LogoutError::RecoveryPending => LogoutError::RecoveryPending { .. },
            logout::LogoutError::StillSignedIn => LogoutError::StillSignedIn { .. },
            logout::LogoutError::Request(ServerError::Failing { status: 500 }.into()) =>
                LogoutError::Server { problem: ServerProblem::Failing { status: 500 }, .. },
            logout::LogoutError::Request(StoreError.into()) => LogoutError::Store { .. },
        );
        no_account_says_so!(AccountError, LogoutError);
    }
}
