// SPDX-License-Identifier: Apache-2.0

//! The form of a screen. Its types cross as they are.

use std::time::SystemTime;

// UniFFI needs definitions here. A field or a variant that only one of the two has does not compile.
/// Everything that one state of a flow says. No secret is in it: where `shows` names one, the state has it.
#[uniffi::remote(Record)]
pub struct Screen {
    /// The heading.
    pub title: String,
    /// What is read first, a paragraph each.
    pub paragraphs: Vec<String>,
    /// Points under headings of their own.
    pub sections: Vec<ScreenSection>,
    /// What is read last, below them.
    pub closing: Vec<String>,
    /// Names and values.
    pub facts: Vec<ScreenFact>,
    /// What the app shows here by itself, from the state.
    pub shows: Option<ScreenContent>,
    /// What the person can type or choose.
    pub fields: Vec<ScreenField>,
    /// What the person can do, in the order in which they are offered.
    pub actions: Vec<ScreenAction>,
    /// How far the work is.
    pub progress: Option<ScreenProgress>,
    /// What a screen reader says when the screen comes up.
    pub announcement: String,
}
pub use keyward::texts::Screen;

/// Points under a heading.
#[uniffi::remote(Record)]
pub struct ScreenSection {
    /// The heading.
    pub heading: String,
    /// Whole sentences, or names, one each.
    pub points: Vec<String>,
}
pub use keyward::texts::Section as ScreenSection;

/// A name and its value.
#[uniffi::remote(Record)]
pub struct ScreenFact {
    /// What it is.
    pub label: String,
    /// Its value.
    pub value: String,
    /// When that was, if it is a time. The value says how long ago; write the date as the platform does.
    pub time: Option<SystemTime>,
}
pub use keyward::texts::Fact as ScreenFact;

/// What an app shows besides the texts.
#[uniffi::remote(Enum)]
pub enum ScreenContent {
    /// The new recovery key, of the state; for readers of a screen: `Texts.spoken_key`.
    RecoveryKey,
    /// The seven emoji to compare, with their names below them: `Texts.emoji_name`.
    Emoji,
    /// The three numbers to compare.
    Numbers,
    /// The QR code for the other session.
    QrCode,
    /// A camera that scans the other session's QR code.
    Camera,
    /// The list of sessions, a `SessionText` each.
    Sessions,
}
pub use keyward::texts::Shows as ScreenContent;

/// Something to type or to choose.
#[uniffi::remote(Record)]
pub struct ScreenField {
    /// What it is for.
    pub id: ScreenFieldId,
    /// What it asks for.
    pub label: String,
    /// What else a person should know of it.
    pub hint: Option<String>,
    /// How it is drawn.
    pub kind: ScreenFieldKind,
}
pub use keyward::texts::Field as ScreenField;

/// How a field is drawn.
#[uniffi::remote(Enum)]
pub enum ScreenFieldKind {
    /// Text in one line.
    Text,
    /// Text that nobody else should see, and that no keyboard should learn.
    Secret,
    /// On or off; off at first.
    Switch,
}
pub use keyward::texts::FieldKind as ScreenFieldKind;

/// What a field is for.
#[uniffi::remote(Enum)]
pub enum ScreenFieldId {
    /// The recovery key.
    RecoveryKey,
    /// The Security Phrase.
    Passphrase,
    /// A Security Phrase of the person's own, for a new key.
    NewPassphrase,
    /// The new recovery key, typed again.
    RetypedKey,
    /// The account password.
    Password,
    /// The old recovery key or Security Phrase.
    OldKey,
    /// Somebody else may have access.
    Compromised,
    /// The old key backup stays.
    KeepOldKeyStorage,
    /// Key storage is turned on.
    TurnOnKeyStorage,
    /// A session's name.
    SessionName,
}
pub use keyward::texts::FieldId as ScreenFieldId;

/// Something that the person can do.
#[uniffi::remote(Record)]
pub struct ScreenAction {
    /// What it does.
    pub id: ScreenActionId,
    /// What it is called.
    pub label: String,
    /// How it is drawn.
    pub role: ScreenRole,
    /// Whether it can be done now.
    pub enabled: bool,
}
pub use keyward::texts::Action as ScreenAction;

/// How an action is drawn.
#[uniffi::remote(Enum)]
pub enum ScreenRole {
    /// The one that most people want.
    Primary,
    /// Any other.
    Secondary,
    /// It takes something away that does not come back.
    Destructive,
}
pub use keyward::texts::Role as ScreenRole;

/// How far the work is.
#[uniffi::remote(Record)]
pub struct ScreenProgress {
    /// What is being done, and how much of it is.
    pub label: String,
    /// How much is done.
    pub done: u64,
    /// Of how much; 0 while that is not known.
    pub total: u64,
}
pub use keyward::texts::ProgressText as ScreenProgress;

/// What an action does. Each flow has calls for its own.
#[uniffi::remote(Enum)]
pub enum ScreenActionId {
    /// Start the reset.
    StartReset,
    /// Set up an identity, where there is none.
    SetUp,
    /// Start to make a new recovery key.
    StartRecovery,
    /// Cancel the flow.
    Cancel,
    /// Leave the screen.
    Close,
    /// To the screen before.
    Back,
    /// The flow goes on where it stopped.
    Retry,
    /// Resume an interrupted flow.
    Resume,
    /// Read the state anew.
    LookAgain,
    /// The new recovery key is saved.
    ConfirmSaved,
    /// Copy the new recovery key.
    CopyKey,
    /// Send the password.
    Authorise,
    /// Open the page of the challenge in a browser.
    OpenBrowser,
    /// The person is done in the browser: ask the server.
    CheckNow,
    /// The other program has the new recovery key.
    KeyTakenOver,
    /// Do not wait for the other program: the old key storage stays.
    KeepOldKeyStorage,
    /// Verify this session with what was typed.
    Unlock,
    /// Verify this session by another one.
    VerifyBySession,
    /// Accept the verification.
    Accept,
    /// Decline the verification.
    Decline,
    /// Compare emoji.
    CompareEmoji,
    /// Show the QR code.
    ShowCode,
    /// Scan the other session's QR code.
    ScanCode,
    /// The emoji or numbers are the same.
    TheyMatch,
    /// They are not.
    TheyDiffer,
    /// The other session says that the scan worked.
    ItWorked,
    /// It says something else.
    ItFailed,
    /// Verify the session.
    Verify,
    /// Rename the session.
    Rename,
    /// Keep what was typed.
    Save,
    /// Sign the chosen sessions out.
    SignOut,
    /// Sign all other sessions out.
    SignOutAllOthers,
    /// Acknowledge a new login.
    ItWasMe,
    /// To the list of sessions.
    LookAtSessions,
    /// To the doctor.
    Examine,
    /// The person has lost the Security Key, and the Security Phrase if there is one: find out what helps without them.
    LostKey,
    /// Log in again.
    LogInAgain,
    /// Log out of this session.
    LogOut,
    /// Save the room keys to a file.
    ExportRoomKeys,
}
pub use keyward::texts::ActionId as ScreenActionId;

/// One session in the list.
#[uniffi::remote(Record)]
pub struct SessionText {
    /// Its name.
    pub name: String,
    /// Whether it is verified.
    pub trust: String,
    /// When it was last active.
    pub activity: String,
    /// What is wrong with it: the homeserver leaves it out of its list.
    pub warning: Option<String>,
}
pub use keyward::texts::SessionText;

/// What a person has chosen, as far as it changes what a reset means.
#[uniffi::remote(Record)]
pub struct ResetChoices {
    /// As in `ResetOptions`.
    pub compromised: bool,
    /// As in `ResetOptions`.
    pub keep_old_backup: bool,
    /// As in `ResetOptions`.
    pub turn_on_key_storage: bool,
}
pub use keyward::reset::ResetChoices;
