// SPDX-License-Identifier: Apache-2.0

//! What a server asks for before it performs an important request.
//!
//! Specification: Client-Server API, "User-Interactive Authentication API".

use std::fmt;

use keyward::auth;

/// What the server wants before it does what was asked.
#[derive(Debug, uniffi::Object)]
#[uniffi::export(Display)]
pub struct Challenge(auth::Challenge);

impl From<auth::Challenge> for Challenge {
    fn from(challenge: auth::Challenge) -> Self {
        Self(challenge)
    }
}

#[uniffi::export]
impl Challenge {
    /// Whether the account password is all that is missing: ask for it.
    pub fn answerable_by_password(&self) -> bool {
        self.0.answerable_by_password()
    }

    /// The stages that this version cannot do by itself, each once.
    pub fn unsupported(&self) -> Vec<UnsupportedStage> {
        unsupported(self.0.unsupported())
    }
}

impl fmt::Display for Challenge {
    /// Leaves the `session` id out: whoever knows it can take part in the authorisation.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// A stage that this version cannot do by itself, and where a browser can.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct UnsupportedStage {
    /// The stage's name, for instance `m.login.sso`.
    pub name: String,
    /// The server's fallback page for it; not for logs. Absent if the server's challenge has no `session` id yet.
    pub fallback_url: Option<String>,
}

impl fmt::Debug for UnsupportedStage {
    /// Leaves the page out: its address contains the challenge's `session` id.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnsupportedStage")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

pub(crate) fn unsupported(stages: Vec<auth::UnsupportedStage>) -> Vec<UnsupportedStage> {
    let convert = |auth::UnsupportedStage { name, fallback_url }| UnsupportedStage { name, fallback_url };
    stages.into_iter().map(convert).collect()
}
