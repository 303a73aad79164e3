// SPDX-License-Identifier: Apache-2.0

//! One reset under way, as its steps see it: the account, the journal, who is told of progress, and what was last seen of
//! the server.

use std::time::{Duration, Instant};

use crate::{
    account::Account,
    reset::{
        Progress, ProgressListener, ResetError, Step,
        journal::Journal,
        look::{self, Look},
        state::{self, Phase},
    },
};

/// How long a look at the server counts. Shorter than the shortest reset of another client.
pub(super) const JUST_LOOKED: Duration = Duration::from_millis(100);

/// A reset under way.
pub(super) struct Run {
    pub(super) account: Account,
    pub(super) journal: Journal,
    pub(super) progress: ProgressListener,
    /// Whether what the server has may differ from what the journal says: after a restart.
    pub(super) resumed: bool,
    /// When the server was last asked, and the account was still as planned.
    pub(super) looked_at: Option<Instant>,
    /// What the server had kept when the backup was full.
    pub(super) look: Option<Look>,
}

impl Run {
    /// Whether the new identity is in force, as far as the journal knows.
    pub(super) fn is_committed(&self) -> bool {
        state::is_committed(self.journal.phase)
    }

    /// Whether the server was asked so short a time ago that asking again brings nothing: scripts go on at once, and no
    /// other client gets through a reset in this time. People take longer, and for them it is asked again.
    pub(super) fn has_just_looked(&mut self) -> bool {
        self.looked_at.take().is_some_and(|at| at.elapsed() < JUST_LOOKED)
    }

    pub(super) fn report(&self, step: Step, done: u64, total: u64) {
        (self.progress)(Progress { step, done, total });
    }

    /// Writes the journal with a change; the handle changes only once it is written.
    pub(super) async fn note(&mut self, change: impl FnOnce(&mut Journal)) -> Result<(), ResetError> {
        let mut journal = self.journal.clone();
        change(&mut journal);
        journal.save(&self.account).await?;
        self.journal = journal;
        Ok(())
    }

    pub(super) async fn enter(&mut self, phase: Phase) -> Result<(), ResetError> {
        self.note(|journal| journal.phase = phase).await
    }

    /// Brings the journal in line with the server.
    pub(super) async fn reconcile(&mut self) -> Result<(), ResetError> {
        let server = look::identity(&self.account, &self.journal).await?;
        let phase = state::reconcile(self.journal.phase, server)?;
        if phase != self.journal.phase {
            self.enter(phase).await?;
        }
        self.looked_at = Some(Instant::now());
        Ok(())
    }
}
