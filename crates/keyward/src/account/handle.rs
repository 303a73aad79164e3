// SPDX-License-Identifier: Apache-2.0

//! What a session has whatever its kind: ids, the door to the server, documents, locks. What works for every kind takes
//! this, so that it is compiled once.

use std::sync::Arc;

use ruma::{DeviceId, OwnedDeviceId, OwnedUserId, UserId};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{documents::Documents, shared::Shared};
use crate::{
    error::RequestError,
    server::{Answer, Endpoint, Server},
};

/// What every account has and can do, whatever the kind of its session; an [`Account`](super::Account) stands for it.
pub struct Handle {
    user_id: OwnedUserId,
    device_id: OwnedDeviceId,
    server: Server,
    pub(super) documents: Arc<dyn Documents>,
    /// Held while a flow that changes keys is driven.
    flow: Arc<Mutex<()>>,
    /// Held by a write of a document that goes on although its caller was dropped.
    saving: Arc<Mutex<()>>,
    shared: Shared,
}

impl Handle {
    pub(super) fn new(
        user_id: OwnedUserId,
        device_id: OwnedDeviceId,
        server: Server,
        documents: Arc<dyn Documents>,
    ) -> Arc<Self> {
        Arc::new(Self {
            user_id,
            device_id,
            server,
            documents,
            flow: Arc::default(),
            saving: Arc::default(),
            shared: Shared::default(),
        })
    }

    /// Matrix user id, for instance `@alice:example.org`.
    pub fn user_id(&self) -> &str {
        self.user_id.as_str()
    }

    /// This session's device id.
    pub fn device_id(&self) -> &str {
        self.device_id.as_str()
    }

    /// The homeserver's address.
    pub fn homeserver(&self) -> String {
        self.server.url().to_string()
    }

    /// Sends a request; see [`Server::send`].
    pub(crate) async fn send<R: Endpoint>(&self, request: R) -> Result<R::IncomingResponse, RequestError> {
        self.server.send(request).await
    }

    /// Sends a request that may have to be authorised; see [`Server::attempt`].
    pub(crate) async fn attempt<R: Endpoint>(
        &self,
        request: R,
        once: bool,
    ) -> Result<Answer<R::IncomingResponse>, RequestError> {
        self.server.attempt(request, once).await
    }

    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    pub(crate) fn own_user(&self) -> &UserId {
        &self.user_id
    }

    pub(crate) fn own_device(&self) -> &DeviceId {
        &self.device_id
    }

    /// The right to drive a flow that changes keys; only one task has it at a time. `None` while it is taken.
    pub(crate) fn flow_guard(&self) -> Option<OwnedMutexGuard<()>> {
        self.flow.clone().try_lock_owned().ok()
    }

    /// The right to begin a write of a document that goes on after its caller is dropped. Waits until the write before it has
    /// ended.
    pub(super) async fn saving(&self) -> OwnedMutexGuard<()> {
        self.saving.clone().lock_owned().await
    }

    /// The value of type `T` that a module keeps for this account while it is open. There is one value of each type,
    /// shared by all clones. Such a type is private to its module.
    pub(crate) fn shared<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        self.shared.get()
    }
}
