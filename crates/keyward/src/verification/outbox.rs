// SPDX-License-Identifier: Apache-2.0

//! Messages of a verification on their way to the other session.
//!
//! The crypto machine changes its state and returns the message only once; losing that message would block the
//! verification. Messages stay here until the server has them, even if the call that sends them is dropped.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use matrix_sdk_crypto::types::requests::{OutgoingVerificationRequest, ToDeviceRequest};
use ruma::api::client::to_device::send_event_to_device;

use crate::{
    account::Account,
    error::{RequestError, ServerError},
};

#[derive(Clone, Debug, Default)]
pub(super) struct Outbox {
    messages: Arc<Mutex<VecDeque<ToDeviceRequest>>>,
    /// One sender at a time, so that the order is kept.
    sending: Arc<tokio::sync::Mutex<()>>,
}

impl Outbox {
    pub(super) fn push(&self, message: impl Into<OutgoingVerificationRequest>) {
        match message.into() {
            OutgoingVerificationRequest::ToDevice(message) => self.messages().push_back(message),
            OutgoingVerificationRequest::InRoom(_) => tracing::error!("own sessions are not verified in rooms"),
        }
    }

    /// Sends the messages in order. If the server cannot be reached or fails, the rest stays here.
    pub(super) async fn flush(&self, account: &Account) -> Result<(), RequestError> {
        let _sending = self.sending.lock().await;
        loop {
            let Some(message) = self.messages().front().cloned() else {
                return Ok(());
            };
            let request = send_event_to_device::v3::Request::new_raw(
                message.event_type,
                // Always the same id, so that a message that arrived is not delivered twice.
                message.txn_id,
                message.messages,
            );
            let sent = account.send(request).await;
            // A refused message would be refused again, so it is dropped.
            if matches!(sent, Ok(_) | Err(RequestError::Server(ServerError::Refused { .. }))) {
                self.messages().pop_front();
            }
            sent?;
        }
    }

    fn messages(&self) -> std::sync::MutexGuard<'_, VecDeque<ToDeviceRequest>> {
        self.messages.lock().expect("nobody panics while holding it")
    }
}
