// SPDX-License-Identifier: Apache-2.0

//! What a screen says, as data: an app draws it with its own controls. No secret is in it; where the Security Key is shown,
//! or a code, [`Shows`] says so, and the flow's state has it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Texts;

/// Everything that one state of a flow says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen {
    /// The heading.
    pub title: String,
    /// What is read first, a paragraph each.
    pub paragraphs: Vec<String>,
    /// Points under headings of their own.
    pub sections: Vec<Section>,
    /// What is read last, below them.
    pub closing: Vec<String>,
    /// Names and values.
    pub facts: Vec<Fact>,
    /// What the app shows here by itself, from the state.
    pub shows: Option<Shows>,
    /// What the person can type or choose.
    pub fields: Vec<Field>,
    /// What the person can do, in the order in which they are offered.
    pub actions: Vec<Action>,
    /// How far the work is.
    pub progress: Option<ProgressText>,
    /// What a screen reader says when the screen comes up.
    pub announcement: String,
}

/// Points under a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// Whole sentences, or names, one each.
    pub points: Vec<String>,
}

/// A name and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// Its value.
    pub value: String,
    /// When that was, if it is a time. The value says how long ago; how a date is written is the platform's matter.
    pub time: Option<SystemTime>,
}

/// What an app shows besides the texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// The new Security Key, of the state; for readers of a screen: [`Texts::spoken_key`].
    RecoveryKey,
    /// The seven emoji to compare, with their names below them: [`Texts::emoji_name`].
    Emoji,
    /// The three numbers to compare.
    Numbers,
    /// The QR code for the other session.
    QrCode,
    /// A camera that scans the other session's QR code.
    Camera,
    /// The list of sessions, a [`SessionText`](super::SessionText) each.
    Sessions,
}

/// Something to type or to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What it is for.
    pub id: FieldId,
    /// What it asks for.
    pub label: String,
    /// What else a person should know of it.
    pub hint: Option<String>,
    /// How it is drawn.
    pub kind: FieldKind,
}

/// How a field is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Text in one line.
    Text,
    /// Text that nobody else should see, and that no keyboard should learn.
    Secret,
    /// On or off; off at first.
    Switch,
}

/// What a field is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldId {
    /// The Security Key.
    RecoveryKey,
    /// The Security Phrase.
    Passphrase,
    /// A Security Phrase of the person's own, for a new key.
    NewPassphrase,
    /// The new Security Key, typed again.
    RetypedKey,
    /// The account password.
    Password,
    /// The old Security Key or Phrase.
    OldKey,
    /// Somebody else may have access.
    Compromised,
    /// The old key storage stays.
    KeepOldKeyStorage,
    /// Key storage is turned on.
    TurnOnKeyStorage,
    /// A session's name.
    SessionName,
}

impl FieldId {
    fn message(self) -> &'static str {
        match self {
            Self::RecoveryKey => "field-recovery-key",
            Self::Passphrase => "field-passphrase",
            Self::NewPassphrase => "field-new-passphrase",
            Self::RetypedKey => "field-retyped-key",
            Self::Password => "field-password",
            Self::OldKey => "field-old-key",
            Self::Compromised => "field-compromised",
            Self::KeepOldKeyStorage => "field-keep-old-key-storage",
            Self::TurnOnKeyStorage => "field-turn-on-key-storage",
            Self::SessionName => "field-session-name",
        }
    }

    fn kind(self) -> FieldKind {
        match self {
            Self::SessionName => FieldKind::Text,
            Self::Compromised | Self::KeepOldKeyStorage | Self::TurnOnKeyStorage => FieldKind::Switch,
            _ => FieldKind::Secret,
        }
    }
}

/// Something that the person can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What it does.
    pub id: ActionId,
    /// What it is called.
    pub label: String,
    /// How it is drawn.
    pub role: Role,
    /// Whether it can be done now.
    pub enabled: bool,
}

/// How an action is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The one that most people want.
    Primary,
    /// Any other.
    Secondary,
    /// It takes something away that does not come back.
    Destructive,
}

macro_rules! actions {
    ($($(#[$about:meta])* $variant:ident = $message:literal,)+) => {
        /// What an action does. Each flow has calls for its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ActionId { $($(#[$about])* $variant,)+ }

        impl ActionId {
            #[cfg(test)]
            pub(super) const ALL: &'static [Self] = &[$(Self::$variant,)+];

            pub(super) fn message(self) -> &'static str {
                match self { $(Self::$variant => $message,)+ }
            }
        }
    };
}

actions! {
    /// Start the reset.
    StartReset = "action-start-reset",
    /// Set up an identity, where there is none.
    SetUp = "action-set-up",
    /// Start to make a new Security Key.
    StartRecovery = "action-start-recovery",
    /// Cancel the flow.
    Cancel = "action-cancel",
    /// Leave the screen.
    Close = "action-close",
    /// To the screen before.
    Back = "action-back",
    /// The flow goes on where it stopped.
    Retry = "action-retry",
    /// Resume an interrupted flow.
    Resume = "action-resume",
    /// Read the state anew.
    LookAgain = "action-look-again",
    /// The new Security Key is saved.
    ConfirmSaved = "action-confirm-saved",
    /// Copy the new Security Key.
    CopyKey = "action-copy-key",
    /// Send the password.
    Authorise = "action-authorise",
    /// Open the page of the challenge in a browser.
    OpenBrowser = "action-open-browser",
    /// The person is done in the browser: ask the server.
    CheckNow = "action-check-now",
    /// The other program has the new Security Key.
    KeyTakenOver = "action-key-taken-over",
    /// Do not wait for the other program: the old key storage stays.
    KeepOldKeyStorage = "action-keep-old-key-storage",
    /// Verify this session with what was typed.
    Unlock = "action-unlock",
    /// Verify this session by another one.
    VerifyBySession = "action-verify-by-session",
    /// Accept the verification.
    Accept = "action-accept",
    /// Decline the verification.
    Decline = "action-decline",
    /// Compare emoji.
    CompareEmoji = "action-compare-emoji",
    /// Show the QR code.
    ShowCode = "action-show-code",
    /// Scan the other session's QR code.
    ScanCode = "action-scan-code",
    /// The emoji or numbers are the same.
    TheyMatch = "action-they-match",
    /// They are not.
    TheyDiffer = "action-they-differ",
    /// The other session says that the scan worked.
    ItWorked = "action-it-worked",
    /// It says something else.
    ItFailed = "action-it-failed",
    /// Verify the session.
    Verify = "action-verify",
    /// Rename the session.
    Rename = "action-rename",
    /// Keep what was typed.
    Save = "action-save",
    /// Sign the chosen sessions out.
    SignOut = "action-sign-out",
    /// Sign all other sessions out.
    SignOutAllOthers = "action-sign-out-all-others",
    /// Acknowledge a new login.
    ItWasMe = "action-it-was-me",
    /// To the list of sessions.
    LookAtSessions = "action-look-at-sessions",
    /// To the doctor.
    Examine = "action-examine",
    /// The person has lost the Security Key, and the Security Phrase if there is one: find out what helps without them.
    LostKey = "action-lost-key",
    /// Log in again.
    LogInAgain = "action-log-in-again",
    /// Log out of this session.
    LogOut = "action-log-out",
    /// Save the room keys to a file.
    ExportRoomKeys = "action-export-room-keys",
}

/// How far the work is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgressText {
    /// What is being done, and how much of it is.
    pub label: String,
    /// How much is done.
    pub done: u64,
    /// Of how much; 0 while that is not known.
    pub total: u64,
}

/// A screen that is being put together.
pub(super) struct Draft<'a> {
    texts: &'a Texts,
    screen: Screen,
}

impl Texts {
    /// A screen with this heading.
    pub(super) fn screen(&self, title: impl Into<String>) -> Draft<'_> {
        Draft {
            texts: self,
            screen: Screen {
                title: title.into(),
                paragraphs: Vec::new(),
                sections: Vec::new(),
                closing: Vec::new(),
                facts: Vec::new(),
                shows: None,
                fields: Vec::new(),
                actions: Vec::new(),
                progress: None,
                announcement: String::new(),
            },
        }
    }
}

impl Draft<'_> {
    /// The next paragraph: a message without arguments.
    pub(super) fn say(self, id: &str) -> Self {
        let text = self.texts.say(id);
        self.paragraph(text)
    }

    /// The next paragraph.
    pub(super) fn paragraph(mut self, text: impl Into<String>) -> Self {
        self.screen.paragraphs.push(text.into());
        self
    }

    /// Points under a heading; nothing, if there are none.
    pub(super) fn section(mut self, heading: &str, points: Vec<String>) -> Self {
        if !points.is_empty() {
            self.screen.sections.push(Section {
                heading: self.texts.say(heading),
                points,
            });
        }
        self
    }

    /// Sections that are there already.
    pub(super) fn sections(mut self, sections: impl Iterator<Item = Section>) -> Self {
        self.screen.sections.extend(sections);
        self
    }

    /// A paragraph below the sections: a message without arguments.
    pub(super) fn close_with(mut self, id: &str) -> Self {
        self.screen.closing.push(self.texts.say(id));
        self
    }

    /// A name and its value.
    pub(super) fn fact(mut self, label: &str, value: impl Into<String>) -> Self {
        self.screen.facts.push(Fact {
            label: self.texts.say(label),
            value: value.into(),
            time: None,
        });
        self
    }

    /// A name and a time, both in milliseconds since the Unix epoch.
    pub(super) fn time(self, label: &str, then: u64, now: u64) -> Self {
        let value = self.texts.ago(then, now);
        self.fact_at(label, value, then)
    }

    /// A name and what was then.
    pub(super) fn fact_at(mut self, label: &str, value: impl Into<String>, then: u64) -> Self {
        self = self.fact(label, value);
        if let Some(fact) = self.screen.facts.last_mut() {
            fact.time = UNIX_EPOCH.checked_add(Duration::from_millis(then));
        }
        self
    }

    /// What the app shows.
    pub(super) fn shows(mut self, what: Shows) -> Self {
        self.screen.shows = Some(what);
        self
    }

    /// Something to type or to choose.
    pub(super) fn field(self, id: FieldId) -> Self {
        self.field_with(id, "hint")
    }

    /// The same with another hint.
    pub(super) fn field_with(mut self, id: FieldId, hint: &str) -> Self {
        self.screen.fields.push(Field {
            id,
            label: self.texts.say(id.message()),
            hint: self.texts.attribute(id.message(), hint),
            kind: id.kind(),
        });
        self
    }

    /// Something to do.
    pub(super) fn action(self, id: ActionId, role: Role) -> Self {
        self.action_if(true, id, role)
    }

    /// Something to do that is not possible in every state that looks like this one.
    pub(super) fn action_if(mut self, enabled: bool, id: ActionId, role: Role) -> Self {
        self.screen.actions.push(Action {
            id,
            label: self.texts.say(id.message()),
            role,
            enabled,
        });
        self
    }

    /// How far the work is. The unit is the step's own.
    pub(super) fn progress(mut self, step: &str, done: u64, total: u64) -> Self {
        let step = self.texts.say(step);
        let label = match total {
            0 => step,
            _ => self.texts.say_with(
                "progress-of",
                &[("step", step.into()), ("done", done.into()), ("total", total.into())],
            ),
        };
        self.screen.progress = Some(ProgressText { label, done, total });
        self
    }

    /// The whole screen. What is announced is the heading and what is read first.
    pub(super) fn done(mut self) -> Screen {
        let section = self.screen.sections.first().map(|section| &section.heading);
        let first = [Some(&self.screen.title), self.screen.paragraphs.first().or(section)];
        let progress = self.screen.progress.as_ref().map(|progress| &progress.label);
        let lines: Vec<&str> = first
            .into_iter()
            .chain([progress])
            .flatten()
            .map(String::as_str)
            .collect();
        self.screen.announcement = lines.join("\n");
        self.screen
    }
}
