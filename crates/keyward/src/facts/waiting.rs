// SPDX-License-Identifier: Apache-2.0

//! Which interrupted flow waits, read from its document's header and from the server, without the flow's own code.

use serde::Serialize;

use crate::{
    account::{Account, FlowState, RESET},
    error::RequestError,
};

/// An interrupted reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingReset {
    /// The new identity is not in force: the reset can be resumed or cancelled.
    Staged,
    /// The new identity is in force: the reset can only be resumed.
    Committed,
}

/// How a waiting reset stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// The new identity is not in force.
    Staged,
    /// The new identity is in force.
    Committed,
    /// It was cancelled while the reply to an upload was outstanding; the new identity may still come into force.
    Cancelled,
    /// Another version wrote the document: the phase is unknown.
    Unreadable,
}

impl Account {
    /// The interrupted reset of this session, if there is one. Only then the server is asked: it alone knows whether
    /// the upload of the identity arrived.
    pub(crate) async fn waiting_reset(&self) -> Result<Option<Waiting>, RequestError> {
        let Some(header) = self.document_header(RESET).await? else {
            return Ok(None);
        };
        let Some(header) = header else {
            return Ok(Some(Waiting::Unreadable));
        };
        let shown = self.shown_identity(|key| header.may_bring(key)).await?;
        let is_in_force = shown.is_some_and(|key| header.may_bring(&key));
        Ok(Some(match header.state {
            _ if is_in_force => Waiting::Committed,
            FlowState::Committed => Waiting::Committed,
            FlowState::Cancelled => Waiting::Cancelled,
            FlowState::Staged => Waiting::Staged,
        }))
    }
}
