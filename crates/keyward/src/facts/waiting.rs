// SPDX-License-Identifier: Apache-2.0

//! Which interrupted flow waits, read from its document's header and from the server, without the flow's own code.

use serde::Serialize;

use crate::{
    account::{FlowState, RESET},
    error::RequestError,
    identity::{ShowsIdentity, shown_identity},
};

/// An interrupted reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingReset {
    /// The new identity is not in force: the reset can be resumed or cancelled.
    Staged,
    /// The new identity is in force: the reset can only be resumed.
    Committed,
    /// The same, and the reset waits until the other program, whose session this is, has taken the new key over.
    HandingOver,
}

/// How a waiting reset stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// The new identity is not in force.
    Staged,
    /// The new identity is in force.
    Committed,
    /// The new identity is in force, and the other program has to take the new key over.
    HandingOver,
    /// It was cancelled while the reply to an upload was outstanding; the new identity may still come into force.
    Cancelled,
    /// Another version wrote the document: the phase is unknown.
    Unreadable,
}

impl Waiting {
    /// What people are told.
    pub(crate) fn for_people(self) -> Option<PendingReset> {
        match self {
            Self::Cancelled => None,
            Self::Staged => Some(PendingReset::Staged),
            // If the journal cannot be read, the phase is unknown. `Staged` would suggest that the reset can be cancelled
            // without loss.
            Self::Committed | Self::Unreadable => Some(PendingReset::Committed),
            Self::HandingOver => Some(PendingReset::HandingOver),
        }
    }
}

/// The interrupted reset of this session, if there is one. Only then the server is asked: it alone knows whether
/// the upload of the identity arrived.
pub(crate) async fn waiting_reset(account: &dyn ShowsIdentity) -> Result<Option<Waiting>, RequestError> {
    let Some(header) = account.document_header(RESET).await? else {
        return Ok(None);
    };
    let Some(header) = header else {
        return Ok(Some(Waiting::Unreadable));
    };
    let shown = shown_identity(account, |key| header.may_bring(key)).await?;
    let is_in_force = shown.is_some_and(|key| header.may_bring(&key));
    Ok(Some(match header.state {
        FlowState::HandingOver => Waiting::HandingOver,
        _ if is_in_force => Waiting::Committed,
        FlowState::Committed => Waiting::Committed,
        FlowState::Cancelled => Waiting::Cancelled,
        FlowState::Staged => Waiting::Staged,
    }))
}
