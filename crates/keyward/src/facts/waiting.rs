// SPDX-License-Identifier: Apache-2.0

//! Which interrupted flow waits, read from its document's header and from the server, without the flow's own code.

use serde::Serialize;

use crate::{
    account::{FlowState, Handle, RECOVERY, RESET},
    error::{RequestError, StoreError},
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

/// A flow that changes keys. Only one of them is under way or waits at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyFlow {
    /// A reset.
    Reset,
    /// A new Security Key.
    Recovery,
}

/// An interrupted flow that changes keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PendingFlow {
    /// Which it is.
    pub flow: KeyFlow,
    /// How it stands to its commit point.
    pub state: PendingReset,
}

impl PendingFlow {
    /// How the reset stands that is among them.
    pub(super) fn reset_among(flows: &[Self]) -> Option<PendingReset> {
        let reset = flows.iter().find(|pending| pending.flow == KeyFlow::Reset);
        reset.map(|pending| pending.state)
    }
}

/// The interrupted flows of this session.
pub(crate) async fn waiting_flows(account: &dyn ShowsIdentity) -> Result<Vec<PendingFlow>, RequestError> {
    let reset = waiting_reset(account).await?.and_then(Waiting::for_people);
    let reset = reset.map(|state| PendingFlow {
        flow: KeyFlow::Reset,
        state,
    });
    let recovery = waiting_recovery(account).await?.map(|state| PendingFlow {
        flow: KeyFlow::Recovery,
        state,
    });
    Ok(reset.into_iter().chain(recovery).collect())
}

/// The interrupted new Security Key of this session, if there is one.
pub(crate) async fn waiting_recovery(account: &Handle) -> Result<Option<PendingReset>, StoreError> {
    let header = account.document_header(RECOVERY).await?;
    Ok(header.map(|header| match header.map(|header| header.state) {
        Some(FlowState::Staged | FlowState::Cancelled) => PendingReset::Staged,
        // If the journal cannot be read, its key may be in force.
        Some(FlowState::Committed | FlowState::HandingOver) | None => PendingReset::Committed,
    }))
}
