// SPDX-License-Identifier: Apache-2.0

//! What every error tells the caller: a stable code for programs, and what to do next. It is decided here and in the
//! files of the errors, so that apps, the terminal app and scripts act alike.

use std::error::Error;

/// What to do next about an error. Shells match on this, not on lists of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Remedy {
    /// Call again, now or when there is a connection. Work that is done is not repeated.
    Retry,
    /// Call again after a pause; [`ServerError::RateLimited`](crate::error::ServerError::RateLimited) says how long the
    /// server asks for.
    Wait,
    /// Free space on the disk or mend its permissions, then call again.
    CheckDisk,
    /// Ask the person again for what they typed or chose: it cannot be used.
    AskAgain,
    /// Show the present state: what the decision was based on has changed.
    LookAgain,
    /// Another reset, or another process with this store, has to end first.
    WaitForOther,
    /// An interrupted reset waits: let the person resume or cancel it.
    ResumeOrCancel,
    /// Too late to go back: resume the reset.
    Resume,
    /// Cancel the reset; start another if it is still needed.
    Cancel,
    /// Let the person choose: save the room keys, or let them go.
    SaveRoomKeys,
    /// Verify this session first: with the Security Key, or from another session.
    VerifyThisSession,
    /// Ask the doctor ([`crate::doctor`]): it knows the smallest thing that helps, which is seldom a reset.
    Examine,
    /// This session is over, or its files are of no use: log in again.
    LogInAgain,
    /// The server wants it done in a browser, on a page of its own.
    UseBrowser,
    /// A newer version of Keyward can do it.
    Update,
    /// Nothing: it is impossible with this account, session or server, or it is so already.
    Nothing,
    /// The program made a call that does not fit the present state. That is a bug in it.
    ReportBug,
}

impl Remedy {
    /// Whether the same call may succeed later without any other change: worth a button "Try again".
    pub fn may_pass(self) -> bool {
        self.passes_by_itself() || self == Self::CheckDisk
    }

    /// Whether it may succeed later although nobody does anything. A full disk, in contrast, needs a person.
    pub fn passes_by_itself(self) -> bool {
        matches!(self, Self::Retry | Self::Wait)
    }
}

/// An error of this library.
pub trait FlowError: Error {
    /// Its code and what to do next.
    fn advice(&self) -> (&'static str, Remedy);

    /// A stable name, unique in this library: the place, a dot, and the problem (`reset.key_mismatch`).
    fn code(&self) -> &'static str {
        self.advice().0
    }

    /// What to do next.
    fn remedy(&self) -> Remedy {
        self.advice().1
    }

    /// The error of another module that this one only passes on.
    fn wrapped(&self) -> Option<&dyn FlowError> {
        None
    }

    /// The server's pages for [`Remedy::UseBrowser`], where it names any: addresses that a person opens. They are not for
    /// logs.
    fn pages(&self) -> Vec<&str> {
        self.wrapped().map(FlowError::pages).unwrap_or_default()
    }

    /// What the text about it needs, by name: [`Texts::error`](crate::texts::Texts::error). Safe to log.
    fn arguments(&self) -> Vec<(&'static str, Argument)> {
        self.wrapped().map(FlowError::arguments).unwrap_or_default()
    }
}

/// What a text is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A number: the text agrees with it.
    Number(u64),
    /// Words of this library, or what was checked to be a code.
    Text(String),
    /// What a server or another person chose. It is cleaned where it is shown.
    Name(String),
}

impl From<u64> for Argument {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
