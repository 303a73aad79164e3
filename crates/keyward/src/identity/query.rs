// SPDX-License-Identifier: Apache-2.0

//! What the server shows of this user's identity and devices, and this session's own device keys on the server.

use matrix_sdk_crypto::types::requests::AnyIncomingResponse;
use ruma::{
    TransactionId,
    api::client::keys::{get_keys, upload_keys},
};
use serde_json::Value;

use crate::{
    account::Account,
    error::{RequestError, StoreError},
};

impl Account {
    /// Asks the server for this user's identity and devices and lets the crypto store learn of them.
    pub(crate) async fn query_own_keys(&self) -> Result<get_keys::v3::Response, RequestError> {
        let (id, query) = self.machine().query_keys_for_users([self.own_user()]);
        let mut request = get_keys::v3::Request::new();
        request.device_keys = query.device_keys;
        let response = self.send(request).await?;
        self.mark_as_sent(&id, &response).await?;
        Ok(response)
    }

    /// Uploads this session's device keys if the server does not have them. Signatures of a device that the server does
    /// not know come back as failures.
    pub(crate) async fn ensure_device_keys(&self) -> Result<(), RequestError> {
        let pending = self.machine().upload_device_keys().await.map_err(StoreError::because)?;
        let Some((id, keys)) = pending else { return Ok(()) };
        let mut request = upload_keys::v3::Request::new();
        request.device_keys = keys.device_keys;
        request.one_time_keys = keys.one_time_keys;
        request.fallback_keys = keys.fallback_keys;
        let response = self.send(request).await?;
        self.mark_as_sent(&id, &response).await
    }

    /// Tells the Olm machine what the server replied to one of its requests.
    pub(crate) async fn mark_as_sent<'a>(
        &self,
        id: &TransactionId,
        response: impl Into<AnyIncomingResponse<'a>>,
    ) -> Result<(), RequestError> {
        Ok(self.machine().mark_request_as_sent(id, response).await?)
    }
}

/// Base64 of the master key that a reply to `/keys/query` shows for the own user.
pub(crate) fn master_key(keys: &get_keys::v3::Response, account: &Account) -> Option<String> {
    let key: Value = serde_json::from_str(keys.master_keys.get(account.own_user())?.json().get()).ok()?;
    key.get("keys")?
        .as_object()?
        .values()
        .next()?
        .as_str()
        .map(str::to_owned)
}
