// SPDX-License-Identifier: Apache-2.0

//! One reset under way, as its steps see it: the account, the journal, the progress listener, and the last look at the
//! server.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::reset::{
    Progress, ProgressListener, ResetError, Step,
    journal::Journal,
    kind::Resets,
    look::{self, Look},
    state::{self, Phase},
};

/// How long a look at the server stays valid: shorter than the fastest reset of another client.
pub(super) const JUST_LOOKED: Duration = Duration::from_millis(100);

/// Pauses between the looks that tell a set-back from a server of which a part lags behind.
const SET_BACK_PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(2)];

/// A reset under way.
pub(crate) struct Run {
    pub(super) account: Arc<dyn Resets>,
    pub(super) journal: Journal,
    pub(super) progress: ProgressListener,
    /// Whether the server's state may differ from the journal, as after a restart.
    pub(super) resumed: bool,
    /// When the server was last asked and showed the account as planned.
    pub(super) looked_at: Option<Instant>,
    /// What the server had kept when the backup was full.
    pub(super) look: Option<Look>,
}

impl Run {
    /// Whether the new identity is in force, as far as the journal knows.
    pub(super) fn is_committed(&self) -> bool {
        state::is_committed(self.journal.phase)
    }

    /// Whether the server was asked so recently that it need not be asked again: no other client can complete a reset
    /// in this time. Scripts continue at once; people take longer, so for them the server is asked again.
    pub(super) fn has_just_looked(&mut self) -> bool {
        self.looked_at.take().is_some_and(|at| at.elapsed() < JUST_LOOKED)
    }

    pub(super) fn report(&self, step: Step, done: u64, total: u64) {
        (self.progress)(Progress { step, done, total });
    }

    /// Changes the journal and writes it. The handle changes only after the journal was written.
    pub(super) async fn note(&mut self, change: impl FnOnce(&mut Journal)) -> Result<(), ResetError> {
        let mut journal = self.journal.clone();
        change(&mut journal);
        journal.save(&self.account).await?;
        self.journal = journal;
        Ok(())
    }

    /// The server has the new identity. Said before it is written, so that who tells the person knows even if the disk is
    /// full.
    pub(super) async fn commit(&mut self) -> Result<(), ResetError> {
        self.report(Step::Bind, 0, 0);
        self.account.note_commit(&self.journal).await?;
        self.note(|journal| {
            journal.was_cancelled |= journal.phase == Phase::Cancelled;
            journal.phase = Phase::Committed;
            journal.upload_unanswered = false;
            journal.browser_session = None;
        })
        .await
    }

    pub(super) async fn enter(&mut self, phase: Phase) -> Result<(), ResetError> {
        self.note(|journal| journal.phase = phase).await
    }

    /// Brings the journal in line with the server, also with one that lastingly shows the old identity although it had the
    /// new one: then this reset, with its keys, stands before the commit again, and can be authorised once more or cancelled.
    pub(super) async fn reconcile_lastingly(&mut self) -> Result<(), ResetError> {
        for pause in SET_BACK_PAUSES {
            match self.reconcile().await {
                // A part of the server may lag behind.
                Err(ResetError::NotAccepted) => tokio::time::sleep(pause).await,
                result => return result,
            }
        }
        match self.reconcile().await {
            Err(ResetError::NotAccepted) => {
                tracing::warn!("the homeserver has the old identity again");
                self.note(|journal| {
                    journal.phase = Phase::Confirmed;
                    journal.upload_unanswered = true;
                    journal.set_back = true;
                })
                .await
            }
            result => result,
        }
    }

    /// Brings the journal in line with the server.
    pub(super) async fn reconcile(&mut self) -> Result<(), ResetError> {
        let server = look::identity(&*self.account, &self.journal).await?;
        if state::reconcile(self.journal.phase, server)? != self.journal.phase {
            self.commit().await?;
        }
        self.looked_at = Some(Instant::now());
        Ok(())
    }
}
