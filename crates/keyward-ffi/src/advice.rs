// SPDX-License-Identifier: Apache-2.0

//! What every error tells the app, in the same form: its code, what to do next, and a text.

use std::fmt;

use keyward::error::{Argument, FlowError};

// UniFFI needs a definition here. A variant that only one of the two enums has does not compile.
/// What to do next about an error. Match on this where several errors lead to the same screen.
#[uniffi::remote(Enum)]
pub enum Remedy {
    /// Call again, now or when there is a connection. What was done is not done twice.
    Retry,
    /// Call again after a pause; `ServerProblem.RateLimited` says how long the server asks for.
    Wait,
    /// Free space on the disk or mend its permissions, then call again.
    CheckDisk,
    /// Ask the person again for what they typed or chose: it cannot be used.
    AskAgain,
    /// Show the present state: what the decision was based on has changed.
    LookAgain,
    /// Another reset, new recovery key or repair, or another process with this store, has to end first.
    WaitForOther,
    /// An interrupted reset or new recovery key waits: let the person resume or cancel it.
    ResumeOrCancel,
    /// Too late to go back: resume it.
    Resume,
    /// Cancel the reset; start another if it is still needed.
    Cancel,
    /// Let the person choose: save the room keys, or let them go.
    SaveRoomKeys,
    /// Verify this session first: with the recovery key, or from another session.
    VerifyThisSession,
    /// Call `examine`: it names the smallest thing that helps, which is seldom a reset.
    Examine,
    /// This session is over, or its files are of no use: log in again.
    LogInAgain,
    /// The server wants it done in a browser, on a page of its own.
    UseBrowser,
    /// A newer version of Keyward can do it.
    Update,
    /// Nothing: it is impossible with this account, session or server, or it is so already.
    Nothing,
    /// The app made a call that does not fit the present state. That is a bug in it.
    ReportBug,
}
pub use keyward::error::Remedy;

/// What an error says of itself.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Advice {
    /// A stable name, unique in this library: where it comes from, a dot, and what it is (`reset.key_mismatch`).
    pub code: String,
    /// What to do next.
    pub remedy: Remedy,
    /// English text for people and logs. `Texts.error` has it in other languages.
    pub reason: String,
    /// What the text is about, for `Texts.error`.
    pub arguments: Vec<TextArgument>,
}

/// Something that a text is about.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct TextArgument {
    /// Its name in the text.
    pub name: String,
    /// What it is.
    pub value: TextValue,
}

/// What a text is about.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum TextValue {
    /// A number: the text agrees with it.
    Number {
        /// The number.
        number: u64,
    },
    /// Words of this library, or a code.
    Words {
        /// The words.
        words: String,
    },
    /// What a server or another person chose; it is cleaned where it is shown.
    Name {
        /// The name.
        name: String,
    },
}

impl From<Argument> for TextValue {
    fn from(argument: Argument) -> Self {
        match argument {
            Argument::Number(number) => Self::Number { number },
            Argument::Text(words) => Self::Words { words },
            Argument::Name(name) => Self::Name { name },
        }
    }
}

impl From<TextValue> for Argument {
    fn from(value: TextValue) -> Self {
        match value {
            TextValue::Number { number } => Self::Number(number),
            TextValue::Words { words } => Self::Text(words),
            TextValue::Name { name } => Self::Name(name),
        }
    }
}

impl Advice {
    /// What an error of the core says.
    pub(crate) fn of(error: &impl FlowError) -> Self {
        let (code, remedy) = error.advice();
        let arguments = error.arguments().into_iter();
        Self {
            arguments: arguments
                .map(|(name, value)| TextArgument {
                    name: name.to_owned(),
                    value: value.into(),
                })
                .collect(),
            ..Self::new(code, remedy, error.to_string())
        }
    }

    /// For what goes wrong in this crate.
    pub(crate) fn new(code: &str, remedy: Remedy, reason: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            remedy,
            reason: reason.into(),
            arguments: Vec::new(),
        }
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

/// Declares an error for apps: each variant has, besides its own fields, the `advice`, and so has the error as a whole.
macro_rules! error_for_apps {
    (
        $(#[$meta:meta])*
        pub enum $error:ident {
            $(
                $(#[$variant_meta:meta])*
                $variant:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* },
            )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
        #[uniffi::export(Display)]
        #[error("{advice}")]
        pub enum $error {
            $(
                $(#[$variant_meta])*
                $variant {
                    $($(#[$field_meta])* $field: $type,)*
                    /// Code, remedy and text.
                    advice: $crate::Advice,
                },
            )+
        }

        #[uniffi::export]
        impl $error {
            /// Its code, what to do next, and a text.
            pub fn advice(&self) -> $crate::Advice {
                match self {
                    $(Self::$variant { advice, .. })|+ => advice.clone(),
                }
            }
        }
    };
}
pub(crate) use error_for_apps;
