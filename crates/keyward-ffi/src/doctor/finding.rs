// SPDX-License-Identifier: Apache-2.0

//! What was found, and what mends it.

use std::{fmt, sync::Arc};

use keyward::doctor;

/// What an examination has found.
#[derive(uniffi::Object)]
pub struct Report(pub(crate) doctor::Report);

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Device ids are for logs only with people's consent.
        f.debug_tuple("Report").field(&self.0.redacted()).finish()
    }
}

#[uniffi::export]
impl Report {
    /// The findings, the gravest first.
    pub fn findings(&self) -> Vec<Finding> {
        self.0.findings.iter().map(Finding::from).collect()
    }

    /// Whether nothing is graver than `Info`.
    pub fn is_healthy(&self) -> bool {
        self.0.is_healthy()
    }

    /// The same for a bug report: each device id and each user id is replaced by a number, the same one wherever it
    /// occurs.
    pub fn redacted(&self) -> Arc<Self> {
        Arc::new(Self(self.0.redacted()))
    }
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Finding {
    /// What it is.
    pub code: FindingCode,
    /// The code's stable name, for logs and bug reports: what it is about, a dot, and what is so (`backup.missing`).
    pub code_name: String,
    /// How grave it is.
    pub severity: Severity,
    /// The sessions that it is about, by device id.
    pub sessions: Vec<String>,
    /// The contacts that it is about, by Matrix user id.
    pub contacts: Vec<String>,
    /// How many there are of what it is about, where that is a number.
    pub count: Option<u64>,
    /// The secrets that it is about, by the type of their account data.
    pub secrets: Vec<String>,
    /// What mends it, the smallest first. Empty where nothing is to be done here, or where it follows from another
    /// finding.
    pub remedies: Vec<FindingRemedy>,
}

impl From<&doctor::Finding> for Finding {
    fn from(finding: &doctor::Finding) -> Self {
        let doctor::Finding {
            code,
            severity,
            sessions,
            contacts,
            count,
            names,
            remedies,
        } = finding;
        Self {
            code: *code,
            code_name: code.name().to_owned(),
            severity: *severity,
            sessions: sessions.clone(),
            contacts: contacts.clone(),
            count: *count,
            secrets: names.iter().map(|&name| name.to_owned()).collect(),
            remedies: remedies.iter().map(FindingRemedy::from).collect(),
        }
    }
}

impl From<FindingRemedy> for doctor::Remedy {
    fn from(remedy: FindingRemedy) -> Self {
        let FindingRemedy {
            code,
            code_name: _,
            decides,
            sessions,
            consequences,
        } = remedy;
        Self {
            code,
            decides,
            sessions,
            consequences: consequences.into_iter().map(Into::into).collect(),
        }
    }
}

/// One thing that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct FindingRemedy {
    /// What it is.
    pub code: RemedyCode,
    /// The code's stable name, for logs and bug reports (`new_recovery_key`).
    pub code_name: String,
    /// Who decides.
    pub decides: Decides,
    /// The sessions that it is done with, by device id: those that were active last first.
    pub sessions: Vec<String>,
    /// What it means.
    pub consequences: Vec<Consequence>,
}

impl From<&doctor::Remedy> for FindingRemedy {
    fn from(remedy: &doctor::Remedy) -> Self {
        let doctor::Remedy {
            code,
            decides,
            sessions,
            consequences,
        } = remedy;
        Self {
            code: *code,
            code_name: code.name().to_owned(),
            decides: *decides,
            sessions: sessions.clone(),
            consequences: consequences.iter().copied().map(Consequence::from).collect(),
        }
    }
}

// UniFFI needs definitions here. A variant that only one of the two enums has does not compile.
/// What can be wrong.
#[uniffi::remote(Enum)]
pub enum FindingCode {
    /// This session is not signed by the identity.
    SessionUnverified,
    /// This session is signed, and does not hold the private keys.
    SessionKeysMissing,
    /// The server shows other keys under this session's id than the session has.
    SessionDeviceKeysDiffer,
    /// This session's tokens lay unencrypted on this disk.
    SessionTokensExposed,
    /// The account has no identity.
    IdentityMissing,
    /// The server shows no identity, and this session knows one.
    IdentityGone,
    /// The signatures within the identity do not hold.
    IdentityInvalid,
    /// The identity is another than the one that was trusted here.
    IdentityReplaced,
    /// There is no secret storage.
    SecretStorageMissing,
    /// There are secrets, and no default key that is described.
    SecretStorageNoDefault,
    /// Something that belongs there is not under the default key.
    SecretStorageIncomplete,
    /// There are entries under keys that are described nowhere.
    SecretStorageStale,
    /// A key that was given does not open what it should.
    SecretStorageWrongKey,
    /// The person says that the key is lost.
    RecoveryKeyLost,
    /// There is no key backup.
    BackupMissing,
    /// The person, or a client, has turned the key backup off.
    BackupOff,
    /// This session does not hold the backup's key.
    BackupKeyElsewhere,
    /// Room keys of this session are not in the backup.
    BackupBehind,
    /// There is a backup, and the account's data say that none is wanted.
    BackupFlagContradicts,
    /// Nobody who is trusted has signed the backup.
    BackupUntrusted,
    /// Older versions of the backup are there.
    BackupOldLeft,
    /// The dehydrated device is not one of this identity.
    DehydratedForeign,
    /// Other sessions are not verified.
    SessionsUnverified,
    /// Sessions were not seen for 90 days.
    SessionsInactive,
    /// Sessions have no keys.
    SessionsKeyless,
    /// Sessions of which the server shows the keys and which it does not list.
    SessionsUnlisted,
    /// The server keeps no key backups.
    ServerNoKeyBackup,
    /// The server does not list the account's data.
    ServerNoAccountDataList,
    /// Contacts have another identity than the one that the person has verified.
    ContactsChanged,
    /// The person had verified contacts with an identity that is gone.
    ContactsVerifiedLost,
    /// A reset, or a new recovery key, was interrupted.
    FlowPending,
}
pub use keyward::doctor::Code as FindingCode;

/// What mends something. Each says with which call.
#[uniffi::remote(Enum)]
pub enum RemedyCode {
    /// Verify this session with the recovery key or Security Phrase: `unlock`.
    Unlock,
    /// Verify this session by another verified one: `verify_this_session`.
    VerifyBySession,
    /// Ask other verified sessions for the private keys: `ask_other_sessions`.
    AskOtherSessions,
    /// Sign this session with the private keys that it holds: `sign_this_session`.
    SignThisSession,
    /// Write what belongs into secret storage under the present key: `write_secret_storage`.
    WriteSecretStorage,
    /// Make a new recovery key; the identity stays: `start_recovery`.
    NewRecoveryKey,
    /// Make a key backup, and put its key into secret storage: `make_backup`.
    MakeBackup,
    /// Upload room keys that are not in the backup: `upload_room_keys_behind`.
    UploadRoomKeys,
    /// Write into the account's data that a key backup is wanted: `say_backup_is_wanted`.
    SayBackupIsWanted,
    /// Move what an older backup holds into the present one, with its old key: `recover_room_keys`.
    RecoverRoomKeys,
    /// Remove the dehydrated device: `remove_dehydrated_device`.
    RemoveDehydratedDevice,
    /// Look at the sessions: show the list.
    LookAtSessions,
    /// Verify the contacts again: compare emoji with them, in any app.
    VerifyContactsAgain,
    /// Do not verify them again, and hear no more of it.
    DismissContacts,
    /// Save the room keys, then log out and in again.
    LogInAgain,
    /// Resume the interrupted reset: `resume_reset`.
    ResumeReset,
    /// Cancel the interrupted reset: `cancel_reset`.
    CancelReset,
    /// Resume the interrupted new recovery key: `resume_recovery`.
    ResumeRecovery,
    /// Cancel the interrupted new recovery key: `cancel_recovery`.
    CancelRecovery,
    /// It is for the program whose session this is: the app's own SDK.
    InOtherProgram,
    /// Make an identity, secret storage and a backup, of which there are none: a reset does that, and nothing is lost.
    SetUp,
    /// A new identity: `start_reset`. The last remedy, and there only where no smaller one is sure to help.
    Reset,
}
pub use keyward::doctor::RemedyCode;

/// How grave a finding is.
#[uniffi::remote(Enum)]
pub enum Severity {
    /// Good to know. An account with nothing else is healthy.
    Info,
    /// Something is not as it should be, and may cost history or trust one day.
    Warning,
    /// Something does not work now, or somebody else may be at work.
    Critical,
}
pub use keyward::doctor::Severity;

/// Who decides on a remedy.
#[uniffi::remote(Enum)]
pub enum Decides {
    /// Nobody has to: it adds what belongs there, and takes nothing away.
    Auto,
    /// The person.
    Person,
}
pub use keyward::doctor::Decides;

/// What a remedy means, in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Consequence {
    /// Nobody loses trust, and nothing has to be authorised.
    NothingIsLost,
    /// Sessions have to be verified again.
    SessionsLoseTrust {
        /// How many.
        count: u64,
    },
    /// Room keys are uploaded.
    RoomKeysUploaded {
        /// How many.
        count: u64,
    },
    /// Room keys in the present backup stay readable with the old recovery key only, unless this session has them.
    RoomKeysNeedOldKey {
        /// How many.
        count: u64,
    },
    /// The server wants the password, or an approval in a browser.
    Authorisation,
    /// Contacts have to verify the person again.
    ContactsVerifyAgain,
    /// Messages that come while no session is online are received no more.
    NoMessagesWhileOffline,
}

impl From<doctor::Consequence> for Consequence {
    fn from(consequence: doctor::Consequence) -> Self {
        match consequence {
            doctor::Consequence::NothingIsLost => Self::NothingIsLost,
            doctor::Consequence::SessionsLoseTrust(count) => Self::SessionsLoseTrust { count },
            doctor::Consequence::RoomKeysUploaded(count) => Self::RoomKeysUploaded { count },
            doctor::Consequence::RoomKeysNeedOldKey(count) => Self::RoomKeysNeedOldKey { count },
            doctor::Consequence::Authorisation => Self::Authorisation,
            doctor::Consequence::ContactsVerifyAgain => Self::ContactsVerifyAgain,
            doctor::Consequence::NoMessagesWhileOffline => Self::NoMessagesWhileOffline,
        }
    }
}

impl From<Consequence> for doctor::Consequence {
    fn from(consequence: Consequence) -> Self {
        match consequence {
            Consequence::NothingIsLost => Self::NothingIsLost,
            Consequence::SessionsLoseTrust { count } => Self::SessionsLoseTrust(count),
            Consequence::RoomKeysUploaded { count } => Self::RoomKeysUploaded(count),
            Consequence::RoomKeysNeedOldKey { count } => Self::RoomKeysNeedOldKey(count),
            Consequence::Authorisation => Self::Authorisation,
            Consequence::ContactsVerifyAgain => Self::ContactsVerifyAgain,
            Consequence::NoMessagesWhileOffline => Self::NoMessagesWhileOffline,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn core() -> doctor::Report {
        let reset = doctor::Remedy {
            code: RemedyCode::Reset,
            decides: Decides::Person,
            sessions: vec!["SECRETB".to_owned()],
            consequences: vec![
                doctor::Consequence::Authorisation,
                doctor::Consequence::SessionsLoseTrust(2),
            ],
        };
        let finding = doctor::Finding {
            code: FindingCode::SecretStorageIncomplete,
            severity: Severity::Warning,
            sessions: vec!["SECRETA".to_owned(), "SECRETB".to_owned()],
            contacts: vec!["@SECRETC:b.c".to_owned()],
            count: Some(3),
            names: vec!["m.cross_signing.master"],
            remedies: vec![reset],
        };
        doctor::Report {
            findings: vec![finding],
        }
    }

    #[test]
    fn a_finding_is_what_it_was() {
        let core = core();
        let report = Report(core.clone());
        let findings = report.findings();
        let expected = Finding {
            code: FindingCode::SecretStorageIncomplete,
            code_name: "secret_storage.incomplete".to_owned(),
            severity: Severity::Warning,
            sessions: vec!["SECRETA".to_owned(), "SECRETB".to_owned()],
            contacts: vec!["@SECRETC:b.c".to_owned()],
            count: Some(3),
            secrets: vec!["m.cross_signing.master".to_owned()],
            remedies: vec![FindingRemedy {
                code: RemedyCode::Reset,
                code_name: "reset".to_owned(),
                decides: Decides::Person,
                sessions: vec!["SECRETB".to_owned()],
                consequences: vec![Consequence::Authorisation, Consequence::SessionsLoseTrust { count: 2 }],
            }],
        };
        assert_eq!(findings, [expected]);
        assert!(!report.is_healthy());
        assert!(Report(doctor::Report { findings: Vec::new() }).is_healthy());
    }

    #[test]
    fn what_is_for_a_bug_report_names_no_session() {
        let report = Report(core());
        let findings = report.redacted().findings();
        assert_eq!(findings[0].sessions, ["session-1", "session-2"]);
        assert_eq!(findings[0].contacts, ["contact-1"]);
        assert_eq!(findings[0].remedies[0].sessions, ["session-2"]);
        assert!(!format!("{report:?}").contains("SECRET"));
    }

    #[test]
    fn a_consequence_comes_back_as_it_went() {
        use doctor::Consequence as Core;
        let all = [
            Core::NothingIsLost,
            Core::SessionsLoseTrust(1),
            Core::RoomKeysUploaded(2),
            Core::RoomKeysNeedOldKey(3),
            Core::Authorisation,
            Core::ContactsVerifyAgain,
            Core::NoMessagesWhileOffline,
        ];
        for core in all {
            assert_eq!(doctor::Consequence::from(Consequence::from(core)), core);
        }
    }
}
