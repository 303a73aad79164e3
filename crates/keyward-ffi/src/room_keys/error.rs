// SPDX-License-Identifier: Apache-2.0

//! Why room keys could not be exported or imported, by what to do next.

use keyward::room_keys;

use crate::{Advice, advice::error_for_apps};

error_for_apps! {
    /// Why room keys could not be exported. The destination is as it was before, except where it is no regular file.
    pub enum ExportError {
        /// Ask for a passphrase: without one the file would be open to everybody.
        EmptyPassphrase {},
        /// Make room, or choose another place.
        DiskFull {},
        /// Choose another place, or change its permissions.
        PermissionDenied {},
        /// Choose another place: its folder does not exist.
        NoSuchFolder {},
        /// Choose another name: it is that of a folder.
        IsFolder {},
        /// Writing the file failed. Choose another place, or look after this one.
        Write {},
        /// The store was written by another version of this library. Use that version.
        StoreVersion {},
        /// The local store failed.
        Store {},
        /// The account was shut down.
        Closed {},
        /// The account is paused, or was meanwhile. Call again after `resume`.
        Paused {},
    }
}

impl From<room_keys::ExportError> for ExportError {
    fn from(error: room_keys::ExportError) -> Self {
        (&error).into()
    }
}

impl From<&room_keys::ExportError> for ExportError {
    fn from(error: &room_keys::ExportError) -> Self {
        let advice = Advice::of(error);
        match error {
            room_keys::ExportError::EmptyPassphrase => Self::EmptyPassphrase { advice },
            room_keys::ExportError::DiskFull => Self::DiskFull { advice },
            room_keys::ExportError::PermissionDenied => Self::PermissionDenied { advice },
            room_keys::ExportError::NoSuchFolder => Self::NoSuchFolder { advice },
            room_keys::ExportError::IsFolder => Self::IsFolder { advice },
            room_keys::ExportError::Write(_) => Self::Write { advice },
            room_keys::ExportError::StoreVersion { .. } => Self::StoreVersion { advice },
            room_keys::ExportError::Store(_) => Self::Store { advice },
        }
    }
}

error_for_apps! {
    /// Why room keys could not be imported. Keys that were imported before stay: importing again is harmless.
    pub enum ImportError {
        /// The file does not exist. Choose another.
        NotFound {},
        /// Change the permissions of the file, or choose another.
        PermissionDenied {},
        /// Choose a file on disk: it is read more than once, which a folder or a pipe does not allow.
        NotAFile {},
        /// Reading the file failed. Look after the disk, or try again.
        Read {},
        /// This is no file of exported room keys. Choose another.
        NotAnExport {},
        /// The end of the file is missing. Get the whole file.
        Truncated {},
        /// Get an undamaged copy of the file.
        Damaged {},
        /// Ask for the passphrase again. The format does not tell a wrong one from a damaged file.
        WrongPassphrase {},
        /// Export again, with a client that writes version 1 of the format.
        UnsupportedVersion {
            /// What the file has.
            version: u8,
        },
        /// The file asks for too many key-derivation rounds, or for none. Do not trust it.
        Rounds {
            /// How many.
            asked: u32,
        },
        /// Passphrase and file are right, but there is no list of room keys inside. Export again.
        NotRoomKeys {},
        /// The file changed while it was read. Try again.
        Changed {},
        /// Make room on the disk of the local store, then import again.
        DiskFull {},
        /// The local store failed.
        Store {},
        /// The account was shut down.
        Closed {},
        /// The account is paused, or was meanwhile. Call again after `resume`.
        Paused {},
    }
}

impl From<room_keys::ImportError> for ImportError {
    fn from(error: room_keys::ImportError) -> Self {
        (&error).into()
    }
}

impl From<&room_keys::ImportError> for ImportError {
    fn from(error: &room_keys::ImportError) -> Self {
        let advice = Advice::of(error);
        match *error {
            room_keys::ImportError::NotFound => Self::NotFound { advice },
            room_keys::ImportError::PermissionDenied => Self::PermissionDenied { advice },
            room_keys::ImportError::NotAFile => Self::NotAFile { advice },
            room_keys::ImportError::Read(_) => Self::Read { advice },
            room_keys::ImportError::NotAnExport => Self::NotAnExport { advice },
            room_keys::ImportError::Truncated => Self::Truncated { advice },
            room_keys::ImportError::Damaged => Self::Damaged { advice },
            room_keys::ImportError::WrongPassphrase => Self::WrongPassphrase { advice },
            room_keys::ImportError::UnsupportedVersion(version) => Self::UnsupportedVersion { version, advice },
            room_keys::ImportError::Rounds { asked } => Self::Rounds { asked, advice },
            room_keys::ImportError::NotRoomKeys => Self::NotRoomKeys { advice },
            room_keys::ImportError::Changed => Self::Changed { advice },
            room_keys::ImportError::DiskFull => Self::DiskFull { advice },
            room_keys::ImportError::Store(_) => Self::Store { advice },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use keyward::room_keys::{ExportError as CoreExport, ImportError as CoreImport};

    use super::*;
    use crate::testing::{each_becomes, no_account_says_so};

    #[test]
    fn errors_of_an_export_keep_kind_and_text() {
        each_becomes!(ExportError:
            CoreExport::EmptyPassphrase => ExportError::EmptyPassphrase { .. },
            CoreExport::DiskFull => ExportError::DiskFull { .. },
            CoreExport::PermissionDenied => ExportError::PermissionDenied { .. },
            CoreExport::NoSuchFolder => ExportError::NoSuchFolder { .. },
            CoreExport::IsFolder => ExportError::IsFolder { .. },
            CoreExport::Write(ErrorKind::BrokenPipe) => ExportError::Write { .. },
            CoreExport::StoreVersion { found: 9 } => ExportError::StoreVersion { .. },
            CoreExport::Store("why".to_owned()) => ExportError::Store { .. },
        );
        no_account_says_so!(ExportError);
    }

    #[test]
    fn errors_of_an_import_keep_kind_and_text() {
        each_becomes!(ImportError:
            CoreImport::NotFound => ImportError::NotFound { .. },
            CoreImport::PermissionDenied => ImportError::PermissionDenied { .. },
            CoreImport::NotAFile => ImportError::NotAFile { .. },
            CoreImport::Read(ErrorKind::TimedOut) => ImportError::Read { .. },
            CoreImport::NotAnExport => ImportError::NotAnExport { .. },
            CoreImport::Truncated => ImportError::Truncated { .. },
            CoreImport::Damaged => ImportError::Damaged { .. },
            CoreImport::WrongPassphrase => ImportError::WrongPassphrase { .. },
            CoreImport::UnsupportedVersion(2) => ImportError::UnsupportedVersion { version: 2, .. },
            CoreImport::Rounds { asked: 0 } => ImportError::Rounds { asked: 0, .. },
            CoreImport::NotRoomKeys => ImportError::NotRoomKeys { .. },
            CoreImport::Changed => ImportError::Changed { .. },
            CoreImport::DiskFull => ImportError::DiskFull { .. },
            CoreImport::Store("why".to_owned()) => ImportError::Store { .. },
        );
        no_account_says_so!(ImportError);
    }
}
