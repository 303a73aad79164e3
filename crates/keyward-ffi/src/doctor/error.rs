// SPDX-License-Identifier: Apache-2.0

//! Why something was not mended, by what to do next.

use keyward::{doctor, error::RequestError, secret_storage::OpenError};

use crate::{Advice, ServerProblem, advice::error_for_apps};

error_for_apps! {
    /// Why something was not mended. What is there is as it was, or has some of what was to be added: doing it again
    /// adds the rest.
    pub enum RepairError {
        /// A reset, a new recovery key or another repair is under way.
        AlreadyRunning {},
        /// A reset or a new recovery key waits. Resume or cancel it.
        Pending {},
        /// This session is not verified, so it cannot know what belongs to the account. Verify it first.
        NotVerified {},
        /// The private keys, or the key backup's key, are not in this session. Ask the other sessions for them, or
        /// unlock.
        KeysMissing {},
        /// There is no recovery key that could be asked for: secret storage is not there, or names none. Make a new
        /// recovery key first.
        NoSecretStorage {},
        /// The description of the key is one that this version cannot or will not follow.
        Unsupported {},
        /// The recovery key has a typing mistake: characters, length or check digit. Ask again.
        MistypedKey {},
        /// The key or phrase is well-formed and does not open what it should. Ask again.
        WrongKey {},
        /// Secret storage was made without a phrase. Ask for the recovery key.
        NoPassphrase {},
        /// A stored secret does not decrypt under its own key. A new recovery key replaces it.
        DamagedSecret {},
        /// The key opens secret storage, and the key of no older key backup. Ask for an earlier one.
        OpensNoBackup {},
        /// The key of another key backup would be overwritten. Make a new recovery key first, which leaves it where it
        /// is.
        WouldLose {},
        /// There is a key backup that somebody trusted has signed. Unlock it instead of making another.
        BackupIsThere {},
        /// There is no key backup that this session writes to. Make one, or unlock it.
        NoBackup {},
        /// No other session has answered in time. Let the person open another verified session, and ask again.
        NobodyAnswered {},
        /// The server did not keep what was written. Try again.
        NotKept {},
        /// What was to be removed is another by now, or is gone. Examine again.
        Changed {},
        /// The server could not be used. Try again.
        Server {
            /// Why.
            problem: ServerProblem,
        },
        /// The local store failed. Try again.
        Store {},
        /// The account was shut down.
        Closed {},
        /// The account is paused, or was meanwhile. Call again after `resume`.
        Paused {},
    }
}

impl From<doctor::RepairError> for RepairError {
    fn from(error: doctor::RepairError) -> Self {
        let advice = Advice::of(&error);
        match error {
            doctor::RepairError::AlreadyRunning => Self::AlreadyRunning { advice },
            doctor::RepairError::Pending => Self::Pending { advice },
            doctor::RepairError::NotVerified => Self::NotVerified { advice },
            doctor::RepairError::KeysMissing => Self::KeysMissing { advice },
            doctor::RepairError::NoSecretStorage => Self::NoSecretStorage { advice },
            doctor::RepairError::Open(error) => match error {
                OpenError::NotSetUp | OpenError::KeyNotDescribed => Self::NoSecretStorage { advice },
                OpenError::Unsupported { .. } => Self::Unsupported { advice },
                OpenError::MistypedKey => Self::MistypedKey { advice },
                OpenError::WrongKey => Self::WrongKey { advice },
                OpenError::NoPassphrase => Self::NoPassphrase { advice },
                OpenError::DamagedSecret => Self::DamagedSecret { advice },
            },
            doctor::RepairError::OpensNoBackup => Self::OpensNoBackup { advice },
            doctor::RepairError::WouldLose => Self::WouldLose { advice },
            doctor::RepairError::BackupIsThere => Self::BackupIsThere { advice },
            doctor::RepairError::NoBackup => Self::NoBackup { advice },
            doctor::RepairError::NobodyAnswered => Self::NobodyAnswered { advice },
            doctor::RepairError::NotKept => Self::NotKept { advice },
            doctor::RepairError::Changed => Self::Changed { advice },
            doctor::RepairError::Request(RequestError::Server(error)) => Self::Server {
                problem: error.into(),
                advice,
            },
            doctor::RepairError::Request(RequestError::Store(_)) => Self::Store { advice },
        }
    }
}

#[cfg(test)]
mod tests {
    use keyward::{
        doctor::RepairError as Core,
        error::{ServerError, StoreError},
    };

    use super::*;
    use crate::testing::{each_becomes, no_account_says_so};

    #[test]
    fn errors_of_a_repair_keep_kind_and_text() {
        each_becomes!(RepairError:
            Core::AlreadyRunning => RepairError::AlreadyRunning { .. },
            Core::Pending => RepairError::Pending { .. },
            Core::NotVerified => RepairError::NotVerified { .. },
            Core::KeysMissing => RepairError::KeysMissing { .. },
            Core::NoSecretStorage => RepairError::NoSecretStorage { .. },
            Core::Open(OpenError::NotSetUp) => RepairError::NoSecretStorage { .. },
            Core::Open(OpenError::KeyNotDescribed) => RepairError::NoSecretStorage { .. },
            Core::Open(OpenError::Unsupported { what: "rounds" }) => RepairError::Unsupported { .. },
            Core::Open(OpenError::MistypedKey) => RepairError::MistypedKey { .. },
            Core::Open(OpenError::WrongKey) => RepairError::WrongKey { .. },
            Core::Open(OpenError::NoPassphrase) => RepairError::NoPassphrase { .. },
            Core::Open(OpenError::DamagedSecret) => RepairError::DamagedSecret { .. },
            Core::OpensNoBackup => RepairError::OpensNoBackup { .. },
            Core::WouldLose => RepairError::WouldLose { .. },
            Core::BackupIsThere => RepairError::BackupIsThere { .. },
            Core::NoBackup => RepairError::NoBackup { .. },
            Core::NobodyAnswered => RepairError::NobodyAnswered { .. },
            Core::NotKept => RepairError::NotKept { .. },
            Core::Changed => RepairError::Changed { .. },
            Core::Request(ServerError::Failing { status: 503 }.into()) =>
                RepairError::Server { problem: ServerProblem::Failing { status: 503 }, .. },
            Core::Request(StoreError.into()) => RepairError::Store { .. },
        );
        no_account_says_so!(RepairError);
    }
}
