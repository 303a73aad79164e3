// SPDX-License-Identifier: Apache-2.0

//! The steps of a reset as people see them: the core's steps, and the two that the person does.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use keyward::{
    reset::{Consequences, Progress, ProgressListener, Step},
    texts::{AskedFor, ResetView},
};

use super::lines::Line;
use crate::{
    language::texts,
    output,
    terminal::{Terminal, progress},
};

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Core(Step),
    SaveKey,
    Authorise,
    HandOver,
}

impl Stage {
    fn label(self) -> String {
        match self {
            Self::Core(step) => texts().reset_step(step),
            Self::SaveKey => texts().reset(&ResetView::SaveKey).title,
            Self::Authorise => texts().reset(&ResetView::Authorise(AskedFor::default())).title,
            Self::HandOver => texts().reset(&ResetView::HandOver { key_storage: true }).title,
        }
    }
}

/// Which of them a reset goes through, in the order in which they are seen.
pub(super) fn expected(consequences: &Consequences, export: bool, with_key_storage: bool) -> Vec<Stage> {
    let attached = consequences.room_keys_here.is_none();
    // Of an attached session it is moved straight into the new one.
    let fetch = consequences.backup_readable && !attached;
    let first_time = consequences.old_identity.is_none();
    // With an export the old key storage is fetched before it, otherwise while the new secret storage is prepared.
    let all = [
        (export && fetch, Stage::Core(Step::FetchOldBackup)),
        (export, Stage::Core(Step::Export)),
        (true, Stage::Core(Step::MakeKeys)),
        (true, Stage::Core(Step::Stage)),
        (!export && fetch, Stage::Core(Step::FetchOldBackup)),
        (true, Stage::SaveKey),
        (!first_time, Stage::Authorise),
        (true, Stage::Core(Step::Bind)),
        // What the app holds is not seen from here.
        (
            with_key_storage && (consequences.backup_readable || !attached),
            Stage::Core(Step::BackUp),
        ),
        (attached, Stage::HandOver),
        (true, Stage::Core(Step::CleanUp)),
    ];
    all.into_iter()
        .filter_map(|(happens, stage)| happens.then_some(stage))
        .collect()
}

/// Shows the steps. Cheap to clone.
#[derive(Clone)]
pub(super) struct Steps {
    terminal: Terminal,
    /// Empty after a restart, when the number of steps is unknown; then they are shown without numbers.
    expected: Arc<[Stage]>,
    shown: progress::Steps,
    /// Set when the core tells of a step that comes after the commit.
    committed: Arc<AtomicBool>,
}

impl Steps {
    pub(super) fn new(terminal: Terminal, expected: Vec<Stage>, committed: Arc<AtomicBool>) -> Self {
        Self {
            terminal,
            expected: expected.into(),
            shown: progress::Steps::new(terminal),
            committed,
        }
    }

    /// What the core tells of its progress; as lines of JSON as well, if they are wanted.
    pub(super) fn listener(&self, json_lines: bool) -> ProgressListener {
        let steps = self.clone();
        Arc::new(move |Progress { step, done, total }| {
            steps.committed.fetch_or(step >= Step::Bind, Ordering::Relaxed);
            steps.shown.at(&steps.title(Stage::Core(step)), done, total);
            if json_lines {
                // A reader that has closed the output misses only progress.
                let _ = output::object(&Line::progress(step, done, total));
            }
        })
    }

    /// A step of the person begins.
    pub(super) fn ask(&self, stage: Stage) {
        self.shown.done();
        self.terminal.say(&self.title(stage));
    }

    /// Shows that somebody is waited for: the core may tell of the next step before that is over.
    pub(super) fn wait(&self, what: &str) -> progress::Wait {
        self.shown.wait(what)
    }

    /// What was shown is done.
    pub(super) fn done(&self) {
        self.shown.done();
    }

    /// What was shown is not done.
    pub(super) fn stop(&self) {
        self.shown.stop();
    }

    fn title(&self, stage: Stage) -> String {
        progress::title(&self.expected, &stage, &stage.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::reset::words::tests::consequences;

    #[test]
    fn steps_that_do_not_happen_have_no_number() {
        let steps = expected(&consequences(), true, true);
        assert_eq!(steps.len(), 9);
        assert_eq!(steps[0], Stage::Core(Step::FetchOldBackup));
        let first = Consequences {
            old_identity: None,
            backup_readable: false,
            ..consequences()
        };
        let steps = expected(&first, false, false);
        assert_eq!(
            steps,
            [
                Stage::Core(Step::MakeKeys),
                Stage::Core(Step::Stage),
                Stage::SaveKey,
                Stage::Core(Step::Bind),
                Stage::Core(Step::CleanUp),
            ]
        );
        let attached = Consequences {
            room_keys_here: None,
            ..consequences()
        };
        let steps = expected(&attached, false, true);
        assert!(!steps.contains(&Stage::Core(Step::FetchOldBackup)), "{steps:?}");
        assert!(steps.contains(&Stage::Core(Step::BackUp)), "{steps:?}");
        assert_eq!(steps[steps.len() - 2], Stage::HandOver);
        let without_old_key = Consequences {
            backup_readable: false,
            ..attached
        };
        let steps = expected(&without_old_key, false, true);
        assert!(!steps.contains(&Stage::Core(Step::BackUp)), "{steps:?}");
    }
}
