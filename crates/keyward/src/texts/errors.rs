// SPDX-License-Identifier: Apache-2.0

//! What went wrong, and what a person can do about it.

use super::{ActionId, Role, Screen, Texts, screen::Draft};
use crate::error::{Argument, FlowError, Remedy};

/// What an error says of itself, apart from its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// [`FlowError::code`]
    pub code: String,
    /// [`FlowError::remedy`]
    pub remedy: Remedy,
    /// [`FlowError::arguments`]
    pub arguments: Vec<(String, Argument)>,
    /// What it says in English, for an error that these texts do not know.
    pub english: String,
}

impl<E: FlowError + ?Sized> From<&E> for Problem {
    fn from(error: &E) -> Self {
        Self {
            code: error.code().to_owned(),
            remedy: error.remedy(),
            arguments: error
                .arguments()
                .into_iter()
                .map(|(name, argument)| (name.to_owned(), argument))
                .collect(),
            english: error.to_string(),
        }
    }
}

impl Texts {
    /// What went wrong and what helps, in a sentence or two. Safe to log where the error is.
    pub fn error(&self, error: &impl FlowError) -> String {
        self.problem(&error.into())
    }

    /// The same of an error whose type is not at hand.
    pub fn problem(&self, problem: &Problem) -> String {
        let id = message(&problem.code);
        // A newer one, or one of the app's own.
        if !self.knows(&id) {
            return problem.english.clone();
        }
        let arguments = problem.arguments.iter();
        let arguments: Vec<_> = arguments
            .map(|(name, argument)| (name.as_str(), argument.clone()))
            .collect();
        self.say_with(&id, &arguments)
    }

    /// Something did not work, where no flow says more of it: why, and what helps.
    pub fn stopped(&self, problem: &Problem) -> Screen {
        self.screen(self.say("stopped-title"))
            .paragraph(self.problem(problem))
            .what_helps(problem, None)
            .done()
    }
}

/// The name of the message: Fluent's names have no dots.
pub(super) fn message(code: &str) -> String {
    format!("error-{}", code.replace('.', "-"))
}

impl Draft<'_> {
    /// What helps, as the error says. `may_cancel`: of a flow that waits, and whether it can still be undone, as far as is known;
    /// such a flow can always be tried again.
    pub(super) fn what_helps(self, problem: &Problem, may_cancel: Option<bool>) -> Self {
        let retry = |draft: Self, role| draft.action(ActionId::Retry, role);
        let draft = match problem.remedy {
            // It says first that it may pass, and the room keys go with a logout.
            Remedy::LogInAgain if problem.code == "recovery.identity_gone" => retry(self, Role::Primary)
                .action(ActionId::ExportRoomKeys, Role::Secondary)
                .action(ActionId::LogInAgain, Role::Secondary),
            Remedy::LogInAgain => self
                .action(ActionId::LogInAgain, Role::Primary)
                .action(ActionId::ExportRoomKeys, Role::Secondary),
            Remedy::Retry | Remedy::Wait | Remedy::CheckDisk | Remedy::AskAgain | Remedy::WaitForOther => {
                retry(self, Role::Primary)
            }
            Remedy::LookAgain => self.action(ActionId::LookAgain, Role::Primary),
            Remedy::Resume | Remedy::ResumeOrCancel => self.action(ActionId::Resume, Role::Primary),
            Remedy::SaveRoomKeys => self.action(ActionId::ExportRoomKeys, Role::Primary),
            Remedy::VerifyThisSession => self
                .action(ActionId::Unlock, Role::Primary)
                .action(ActionId::VerifyBySession, Role::Secondary),
            Remedy::Examine => self.action(ActionId::Examine, Role::Primary),
            Remedy::UseBrowser => self.action(ActionId::OpenBrowser, Role::Primary),
            Remedy::Update | Remedy::Nothing | Remedy::ReportBug if may_cancel.is_some() => {
                retry(self, Role::Secondary)
            }
            Remedy::Cancel | Remedy::Update | Remedy::Nothing | Remedy::ReportBug => self,
        };
        let draft = match may_cancel == Some(true) || matches!(problem.remedy, Remedy::Cancel | Remedy::ResumeOrCancel)
        {
            true => draft.action(ActionId::Cancel, Role::Secondary),
            false => draft,
        };
        draft.action(ActionId::Close, Role::Secondary)
    }
}
