// SPDX-License-Identifier: Apache-2.0

//! What a server asks for before it performs an important request.
//!
//! Specification: Client-Server API, "User-Interactive Authentication API".

use std::fmt;

use keyward::auth;

/// What the server wants before it does what was asked.
#[derive(Debug, uniffi::Object)]
#[uniffi::export(Display)]
pub struct Challenge(pub(crate) auth::Challenge);

impl From<auth::Challenge> for Challenge {
    fn from(challenge: auth::Challenge) -> Self {
        Self(challenge)
    }
}

#[uniffi::export]
impl Challenge {
    /// Whether the account password is one of the ways to go on: ask for it.
    pub fn answerable_by_password(&self) -> bool {
        self.0.answerable_by_password()
    }

    /// The pages with which a person can go on in a browser, each once. Several are a choice.
    pub fn pages(&self) -> Vec<BrowserStage> {
        self.0.pages().into_iter().map(Into::into).collect()
    }

    /// Whether the step in the browser was done for another account: the person has to do it again as this one.
    pub fn is_other_account(&self) -> bool {
        self.0.other_account
    }

    /// The names of the stages that nobody can do here, each once.
    pub fn unsupported(&self) -> Vec<String> {
        self.0.unsupported().into_iter().map(str::to_owned).collect()
    }
}

impl fmt::Display for Challenge {
    /// Leaves the `session` id out: whoever knows it can take part in the authorisation.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// A step that a person does in a browser.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct BrowserStage {
    /// The step's name, for instance `m.oauth` (approving a reset on the account page) or `m.login.sso`.
    pub name: String,
    /// The page to open; not for logs.
    pub page: String,
}

impl fmt::Debug for BrowserStage {
    /// Leaves the page out: its address may contain the challenge's `session` id.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserStage")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl From<&auth::BrowserStage> for BrowserStage {
    fn from(stage: &auth::BrowserStage) -> Self {
        Self {
            name: stage.name.clone(),
            page: stage.page.clone(),
        }
    }
}
