// SPDX-License-Identifier: Apache-2.0

//! Why a reset stopped, by what to do next.

use keyward::{auth::AuthError, error::RequestError, reset};

use crate::{Advice, BrowserStage, ExportError, ServerProblem, advice::error_for_apps};

error_for_apps! {
    /// Why a reset stopped. Whatever it is, the account is in one of two states: the old identity, unharmed, or the new one,
    /// and the reset can be resumed.
    pub enum ResetError {
        /// The account's identity is no longer the one that the plan was made for. Plan again.
        PlanOutdated {},
        /// An interrupted reset waits. Resume or cancel it.
        Pending {},
        /// An interrupted new recovery key waits. Resume or cancel that.
        OtherPending {},
        /// A reset or a new recovery key of this account is under way already.
        AlreadyRunning {},
        /// There is no reset to resume or cancel.
        NothingPending {},
        /// The Security Phrase is empty. Ask for another.
        EmptyPassphrase {},
        /// The Security Phrase could be guessed. Ask for a longer one, of several unrelated words.
        WeakPassphrase {},
        /// What was typed is not the key that was shown. Ask again.
        KeyMismatch {},
        /// The call does not fit the present state.
        OutOfOrder {},
        /// The password is wrong. Ask again: the server keeps waiting.
        WrongPassword {},
        /// The server wants something that a person does in a browser, at one of the pages.
        BrowserNeeded {
            /// What can be done there.
            pages: Vec<BrowserStage>,
        },
        /// Nobody authorised it in the browser in time, or the approval has lapsed. Try again.
        NotApproved {},
        /// The server wants an authorisation that nobody can give here.
        AuthorisationUnsupported {
            /// The names of the stages.
            stages: Vec<String>,
        },
        /// Too late to cancel: the new identity is in force. The reset goes on.
        AlreadyCommitted {},
        /// Another client reset the account in between. Cancel this reset, then start again if it is still needed.
        Superseded {},
        /// These files are an old copy: the reset was finished since, and another recovery key made. Nothing is left to do.
        FinishedElsewhere {},
        /// The server answered as if it had accepted the new identity, and shows the old one, unharmed. Retry.
        NotAccepted {},
        /// The server did not keep what was staged. The old identity is unharmed. Retry.
        StagingNotKept {},
        /// The server did not take the staged additions back. The old identity is unharmed. Cancel again.
        NotUndone {},
        /// The server did not keep what was written. The old secret storage and backup are still there. Retry.
        NotKept {},
        /// The server still has what the old recovery key of a compromised account opens. Retry.
        NotDeleted {},
        /// The server did not accept the signature of this session. Retry.
        NotSigned {},
        /// Another client keeps replacing the key backup. Retry when it is quiet.
        BackupReplaced {},
        /// The server does not show the attached session's own device keys, or shows others than the app has named. Nothing is
        /// replaced. Retry once the app's SDK has uploaded them; else do not trust the server.
        HostDevice {},
        /// What was typed does not open the old secret storage; the code says why. Ask again.
        OldKey {},
        /// The app's SDK has not taken the new key over: the current backup does not hold all that the old one holds. Retry
        /// later, or keep the old backup.
        NotTakenOver {},
        /// The room keys of an attached session are its SDK's: export them there.
        NoRoomKeys {},
        /// The room keys could not be exported; nothing was changed. Cancel, and start with another file.
        Export {
            /// Why.
            error: ExportError,
        },
        /// The reset was begun by another version of Keyward, or its journal is damaged.
        UnknownJournal {},
        /// The server could not be used. Retry.
        Server {
            /// Why.
            problem: ServerProblem,
        },
        /// The local store failed. Retry.
        Store {},
        /// The account was shut down.
        Closed {},
        /// The account is paused, or was meanwhile. Call again after `resume`.
        Paused {},
    }
}

impl From<reset::ResetError> for ResetError {
    fn from(error: reset::ResetError) -> Self {
        (&error).into()
    }
}

impl From<&reset::ResetError> for ResetError {
    fn from(error: &reset::ResetError) -> Self {
        let advice = Advice::of(error);
        match error {
            reset::ResetError::PlanOutdated => Self::PlanOutdated { advice },
            reset::ResetError::Pending => Self::Pending { advice },
            reset::ResetError::OtherPending => Self::OtherPending { advice },
            reset::ResetError::AlreadyRunning => Self::AlreadyRunning { advice },
            reset::ResetError::NothingPending => Self::NothingPending { advice },
            reset::ResetError::EmptyPassphrase => Self::EmptyPassphrase { advice },
            reset::ResetError::WeakPassphrase => Self::WeakPassphrase { advice },
            reset::ResetError::KeyMismatch => Self::KeyMismatch { advice },
            reset::ResetError::OutOfOrder => Self::OutOfOrder { advice },
            reset::ResetError::AlreadyCommitted => Self::AlreadyCommitted { advice },
            reset::ResetError::Superseded => Self::Superseded { advice },
            reset::ResetError::FinishedElsewhere => Self::FinishedElsewhere { advice },
            reset::ResetError::NotAccepted => Self::NotAccepted { advice },
            reset::ResetError::StagingNotKept => Self::StagingNotKept { advice },
            reset::ResetError::NotUndone => Self::NotUndone { advice },
            reset::ResetError::NotKept => Self::NotKept { advice },
            reset::ResetError::NotDeleted => Self::NotDeleted { advice },
            reset::ResetError::NotSigned => Self::NotSigned { advice },
            reset::ResetError::BackupReplaced => Self::BackupReplaced { advice },
            reset::ResetError::UnknownJournal => Self::UnknownJournal { advice },
            reset::ResetError::HostDevice => Self::HostDevice { advice },
            reset::ResetError::OldKey(_) => Self::OldKey { advice },
            reset::ResetError::NotTakenOver => Self::NotTakenOver { advice },
            reset::ResetError::NoRoomKeys => Self::NoRoomKeys { advice },
            reset::ResetError::Auth(AuthError::WrongPassword) => Self::WrongPassword { advice },
            reset::ResetError::Auth(AuthError::BrowserNeeded { pages }) => Self::BrowserNeeded {
                pages: pages.iter().map(Into::into).collect(),
                advice,
            },
            reset::ResetError::Auth(AuthError::NotApproved) => Self::NotApproved { advice },
            reset::ResetError::Auth(AuthError::Unsupported { stages }) => Self::AuthorisationUnsupported {
                stages: stages.clone(),
                advice,
            },
            reset::ResetError::Auth(AuthError::Request(error)) | reset::ResetError::Request(error) => match error {
                RequestError::Server(error) => Self::Server {
                    problem: error.clone().into(),
                    advice,
                },
                RequestError::Store(_) => Self::Store { advice },
            },
            reset::ResetError::Export(error) => Self::Export {
                error: error.into(),
                advice,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use keyward::{
        auth::BrowserStage as CoreStage,
        error::{ServerError, StoreError},
        reset::ResetError as Core,
        room_keys,
        secret_storage::OpenError,
    };

    use super::*;
    use crate::testing::{each_becomes, no_account_says_so};

    #[test]
    fn errors_of_a_reset_keep_kind_and_text() {
        let pages = vec![CoreStage {
            name: "m.login.sso".to_owned(),
            page: "https://example.org/fallback".to_owned(),
        }];
        each_becomes!(ResetError:
            Core::PlanOutdated => ResetError::PlanOutdated { .. },
            Core::Pending => ResetError::Pending { .. },
            Core::OtherPending => ResetError::OtherPending { .. },
            Core::AlreadyRunning => ResetError::AlreadyRunning { .. },
            Core::NothingPending => ResetError::NothingPending { .. },
            Core::EmptyPassphrase => ResetError::EmptyPassphrase { .. },
            Core::WeakPassphrase => ResetError::WeakPassphrase { .. },
            Core::KeyMismatch => ResetError::KeyMismatch { .. },
            Core::OutOfOrder => ResetError::OutOfOrder { .. },
            Core::Auth(AuthError::WrongPassword) => ResetError::WrongPassword { .. },
            Core::Auth(AuthError::BrowserNeeded { pages: pages.clone() }) => ResetError::BrowserNeeded { .. },
            Core::Auth(AuthError::NotApproved) => ResetError::NotApproved { .. },
            Core::Auth(AuthError::Unsupported { stages: Vec::new() }) => ResetError::AuthorisationUnsupported { .. },
            Core::Auth(AuthError::Request(ServerError::Unreachable.into())) =>
                ResetError::Server { problem: ServerProblem::Unreachable, .. },
            Core::AlreadyCommitted => ResetError::AlreadyCommitted { .. },
            Core::Superseded => ResetError::Superseded { .. },
            Core::FinishedElsewhere => ResetError::FinishedElsewhere { .. },
            Core::NotAccepted => ResetError::NotAccepted { .. },
            Core::StagingNotKept => ResetError::StagingNotKept { .. },
            Core::NotUndone => ResetError::NotUndone { .. },
            Core::NotKept => ResetError::NotKept { .. },
            Core::NotDeleted => ResetError::NotDeleted { .. },
            Core::NotSigned => ResetError::NotSigned { .. },
            Core::BackupReplaced => ResetError::BackupReplaced { .. },
            Core::Export(room_keys::ExportError::DiskFull) =>
                ResetError::Export { error: ExportError::DiskFull { .. }, .. },
            Core::UnknownJournal => ResetError::UnknownJournal { .. },
            Core::HostDevice => ResetError::HostDevice { .. },
            Core::OldKey(OpenError::WrongKey) => ResetError::OldKey { .. },
            Core::NotTakenOver => ResetError::NotTakenOver { .. },
            Core::NoRoomKeys => ResetError::NoRoomKeys { .. },
            Core::Request(ServerError::Failing { status: 503 }.into()) =>
                ResetError::Server { problem: ServerProblem::Failing { status: 503 }, .. },
            Core::Request(StoreError.into()) => ResetError::Store { .. },
        );
        no_account_says_so!(ResetError);
        let needed = ResetError::from(Core::Auth(AuthError::BrowserNeeded { pages }));
        let ResetError::BrowserNeeded { pages, .. } = &needed else {
            panic!("{needed:?}");
        };
        assert_eq!(
            (pages[0].name.as_str(), pages[0].page.as_str()),
            ("m.login.sso", "https://example.org/fallback")
        );
        assert!(!format!("{needed} {needed:?}").contains("example.org"), "safe to log");
    }
}
