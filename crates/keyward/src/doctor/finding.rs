// SPDX-License-Identifier: Apache-2.0

//! The form of findings and remedies: stable codes, no secrets, no names of rooms.

use serde::{Serialize, Serializer};

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know. An account with nothing else is healthy.
    Info,
    /// Something is not as it should be, and may cost history or trust one day.
    Warning,
    /// Something does not work now, or somebody else may be at work.
    Critical,
}

/// Who decides on a remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decides {
    /// Nobody has to: it adds what belongs there, and takes nothing away.
    Auto,
    /// The person.
    Person,
}

/// A list of names, one for each variant.
macro_rules! named {
    ($(#[$about:meta])* $kind:ident { $($(#[$doc:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $kind { $($(#[$doc])* $variant,)+ }

        impl $kind {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its stable name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The one with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.name() == name)
            }
        }

        impl Serialize for $kind {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }
    };
}

named! {
    /// What can be wrong.
    Code {
        /// This session is not signed by the identity.
        SessionUnverified = "session.unverified",
        /// This session is signed, and does not hold the private keys.
        SessionKeysMissing = "session.keys_missing",
        /// The server shows other keys under this session's id than the session has.
        SessionDeviceKeysDiffer = "session.device_keys_differ",
        /// This session's tokens lay unencrypted on this disk.
        SessionTokensExposed = "session.tokens_exposed",
        /// The account has no identity.
        IdentityMissing = "identity.missing",
        /// The server shows no identity, and this session knows one.
        IdentityGone = "identity.gone",
        /// The signatures within the identity do not hold.
        IdentityInvalid = "identity.invalid",
        /// The identity is another than the one that was trusted here.
        IdentityReplaced = "identity.replaced",
        /// There is no secret storage.
        SecretStorageMissing = "secret_storage.missing",
        /// There are secrets, and no default key that is described.
        SecretStorageNoDefault = "secret_storage.no_default",
        /// Something that belongs there is not under the default key.
        SecretStorageIncomplete = "secret_storage.incomplete",
        /// There are entries under keys that are described nowhere.
        SecretStorageStale = "secret_storage.stale",
        /// A key that was given does not open what it should.
        SecretStorageWrongKey = "secret_storage.wrong_key",
        /// The person says that the key is lost.
        RecoveryKeyLost = "recovery_key.lost",
        /// There is no key backup.
        BackupMissing = "backup.missing",
        /// The person, or a client, has turned the key backup off.
        BackupOff = "backup.off",
        /// This session does not hold the backup's key.
        BackupKeyElsewhere = "backup.key_elsewhere",
        /// Room keys of this session are not in the backup.
        BackupBehind = "backup.behind",
        /// There is a backup, and the account's data say that none is wanted.
        BackupFlagContradicts = "backup.flag_contradicts",
        /// Nobody who is trusted has signed the backup.
        BackupUntrusted = "backup.untrusted",
        /// Older versions of the backup are there.
        BackupOldLeft = "backup.old_left",
        /// The dehydrated device is not one of this identity.
        DehydratedForeign = "dehydrated.foreign",
        /// Other sessions are not verified.
        SessionsUnverified = "sessions.unverified",
        /// Sessions were not seen for 90 days.
        SessionsInactive = "sessions.inactive",
        /// Sessions have no keys.
        SessionsKeyless = "sessions.keyless",
        /// Sessions of which the server shows the keys and which it does not list.
        SessionsUnlisted = "sessions.unlisted",
        /// The server keeps no key backups.
        ServerNoKeyBackup = "server.no_key_backup",
        /// The server does not list the account's data.
        ServerNoAccountDataList = "server.no_account_data_list",
        /// Contacts have another identity than the one that the person has verified.
        ContactsChanged = "contacts.changed",
        /// The person had verified contacts with an identity that is gone.
        ContactsVerifiedLost = "contacts.verified_lost",
        /// A reset, or a new Security Key, was interrupted.
        FlowPending = "flow.pending",
    }
}

named! {
    /// What mends something.
    RemedyCode {
        /// Verify this session with the Security Key or Phrase.
        Unlock = "unlock",
        /// Verify this session by another verified one.
        VerifyBySession = "verify_by_session",
        /// Ask other verified sessions for the private keys.
        AskOtherSessions = "ask_other_sessions",
        /// Sign this session with the private keys that it holds.
        SignThisSession = "sign_this_session",
        /// Write what belongs into secret storage under the present key.
        WriteSecretStorage = "write_secret_storage",
        /// Make a new Security Key; the identity stays.
        NewRecoveryKey = "new_recovery_key",
        /// Make a key backup, and put its key into secret storage.
        MakeBackup = "make_backup",
        /// Upload room keys that are not in the backup.
        UploadRoomKeys = "upload_room_keys",
        /// Write into the account's data that a key backup is wanted.
        SayBackupIsWanted = "say_backup_is_wanted",
        /// Move what an older backup holds into the present one, with its old key.
        RecoverRoomKeys = "recover_room_keys",
        /// Remove the dehydrated device.
        RemoveDehydratedDevice = "remove_dehydrated_device",
        /// Look at the sessions.
        LookAtSessions = "look_at_sessions",
        /// Verify the contacts again: compare emoji with them, in any app.
        VerifyContactsAgain = "verify_contacts_again",
        /// Do not verify them again, and hear no more of it.
        DismissContacts = "dismiss_contacts",
        /// Save the room keys, then log out and in again.
        LogInAgain = "log_in_again",
        /// Resume the interrupted reset.
        ResumeReset = "resume_reset",
        /// Cancel the interrupted reset.
        CancelReset = "cancel_reset",
        /// Resume the interrupted new Security Key.
        ResumeRecovery = "resume_recovery",
        /// Cancel the interrupted new Security Key.
        CancelRecovery = "cancel_recovery",
        /// It is for the program whose session this is.
        InOtherProgram = "in_other_program",
        /// Make an identity, secret storage and a backup, of which there are none.
        SetUp = "set_up",
        /// Reset: a new identity.
        Reset = "reset",
    }
}

/// What a remedy means, in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Consequence {
    /// Nobody loses trust, and nothing has to be authorised.
    NothingIsLost,
    /// So many sessions have to be verified again.
    SessionsLoseTrust(u64),
    /// So many room keys are uploaded.
    RoomKeysUploaded(u64),
    /// So many room keys in the present backup stay readable with the old Security Key only, unless this session has them.
    RoomKeysNeedOldKey(u64),
    /// The server wants the password, or an approval in a browser.
    Authorisation,
    /// Contacts have to verify the person again.
    ContactsVerifyAgain,
    /// Messages that come while no session is online are received no more.
    NoMessagesWhileOffline,
}

/// One thing that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remedy {
    /// What it is.
    pub code: RemedyCode,
    /// Who decides.
    pub decides: Decides,
    /// The sessions that it is done with, by device id: those that were active last first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<String>,
    /// What it means.
    pub consequences: Vec<Consequence>,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// How grave it is.
    pub severity: Severity,
    /// The sessions that it is about, by device id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<String>,
    /// The contacts that it is about, by user id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
    /// How many there are of what it is about, where that is a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// Names from the specification that it is about: secrets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<&'static str>,
    /// What mends it, the smallest first.
    pub remedies: Vec<Remedy>,
}
