// SPDX-License-Identifier: Apache-2.0

//! The lean sync: to-device messages, device lists and account data, never the rooms, whatever their number.

use std::time::Duration;

use matrix_sdk::{
    config::SyncSettings,
    ruma::api::client::{
        filter::{Filter, FilterDefinition},
        keys::{get_keys, upload_keys},
        sync::sync_events::v3::Filter as SyncFilter,
    },
};

use crate::{account::Account, error::ServerError, key_backup};

impl Account {
    /// Synchronises once: receives room keys, verification messages, changes of device lists and of account data; sends
    /// what is due (device keys, one-time keys, room keys for the backup if this session writes one).
    ///
    /// `wait` is how long the server may hold the request open when there is nothing new.
    ///
    /// # Errors
    /// [`ServerError`]; call again.
    pub async fn sync_once(&self, wait: Duration) -> Result<(), ServerError> {
        let settings = SyncSettings::new()
            .filter(SyncFilter::FilterDefinition(lean_filter()))
            .timeout(wait);
        self.client().sync_once(settings).await?;
        if !key_backup::is_enabled(self).await {
            return Ok(());
        }
        match key_backup::upload_pending(self, &|_, _| {}).await {
            Ok(_) => Ok(()),
            Err(key_backup::UploadError::Server(error)) => Err(error),
            // The backup has moved on, or the disk is full: not the sync's to report; the status shows both.
            Err(error) => {
                tracing::warn!(%error, "room keys wait for the key backup");
                Ok(())
            }
        }
    }

    /// Uploads this session's device keys if the server does not have them. Signatures of a device that the server does
    /// not know come back as failures.
    pub(crate) async fn ensure_device_keys(&self) -> Result<(), ServerError> {
        let machine = self.machine().await;
        let pending = machine.upload_device_keys().await.map_err(|error| {
            tracing::error!(%error, "the device keys cannot be read");
            ServerError::NotUnderstood
        })?;
        let Some((id, keys)) = pending else { return Ok(()) };
        let mut request = upload_keys::v3::Request::new();
        request.device_keys = keys.device_keys;
        request.one_time_keys = keys.one_time_keys;
        request.fallback_keys = keys.fallback_keys;
        let response = self.client().send(request).await.map_err(ServerError::from)?;
        machine.mark_request_as_sent(&id, &response).await.map_err(|error| {
            tracing::error!(%error, "the uploaded device keys cannot be noted");
            ServerError::NotUnderstood
        })
    }

    /// Asks the server for this user's identity and devices and lets the crypto store learn of them.
    pub(crate) async fn query_own_keys(&self) -> Result<get_keys::v3::Response, ServerError> {
        let machine = self.machine().await;
        let (id, query) = machine.query_keys_for_users([self.own_user()]);
        let mut request = get_keys::v3::Request::new();
        request.device_keys = query.device_keys;
        let response = self.client().send(request).await.map_err(ServerError::from)?;
        machine.mark_request_as_sent(&id, &response).await.map_err(|error| {
            tracing::error!(%error, "the reply to /keys/query cannot be taken in");
            ServerError::NotUnderstood
        })?;
        Ok(response)
    }
}

/// Nothing but account data; what a sync brings in any case (to-device messages, device lists) is not filtered.
pub(super) fn lean_filter() -> FilterDefinition {
    let mut filter = FilterDefinition::ignore_all();
    filter.account_data = Filter::empty();
    filter
}
