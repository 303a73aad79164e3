// SPDX-License-Identifier: Apache-2.0

//! Signing devices with the identity's self-signing key: the one place that sends signatures. A reply with status 200
//! may list failures, and the server may not keep the signature, so it is asked afterwards (matrix-rust-sdk#6242).

use matrix_sdk_crypto::Device;
use ruma::api::client::keys::upload_signatures;

use crate::{
    account::{Account, Handle},
    error::{RequestError, ServerError, wraps_a_request_error},
};

/// Why a device is not signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignError {
    /// The server refused the signature, or accepted it and does not show it.
    #[error("the signature is not on the server")]
    NotSigned,
    #[error(transparent)]
    Request(#[from] RequestError),
}

wraps_a_request_error!(SignError);

impl Account {
    /// Signs `device` with the private self-signing key that is here, and looks whether the server shows it.
    pub(crate) async fn sign(&self, device: &Device) -> Result<(), SignError> {
        let request = device.verify().await.map_err(|error| {
            tracing::warn!(%error, "the device cannot be signed");
            SignError::NotSigned
        })?;
        self.send_signatures(upload_signatures::v3::Request::new(request.signed_keys))
            .await?;
        self.query_own_keys().await?;
        match self.own_crypto_device(device.device_id()).await? {
            Some(device) if device.is_cross_signed_by_owner() => Ok(()),
            _ => Err(SignError::NotSigned),
        }
    }

    /// Signs this session, unless it is signed.
    pub(crate) async fn sign_own_device(&self) -> Result<(), SignError> {
        let device = self.own_crypto_device(self.own_device()).await?;
        match device {
            Some(device) if device.is_cross_signed_by_owner() => Ok(()),
            Some(device) => self.sign(&device).await,
            None => Err(SignError::NotSigned),
        }
    }
}

impl Handle {
    /// Sends signatures that exist already, of devices or keys. Whether the server shows them is the caller's to look at.
    pub(crate) async fn send_signatures(&self, signatures: upload_signatures::v3::Request) -> Result<(), SignError> {
        match self.send(signatures).await {
            Ok(reply) if reply.failures.is_empty() => Ok(()),
            Ok(_) => Err(SignError::NotSigned),
            Err(
                error @ (RequestError::Store(_)
                | RequestError::Server(
                    ServerError::Unreachable | ServerError::SessionExpired | ServerError::RateLimited { .. },
                )),
            ) => Err(error.into()),
            Err(error) => {
                tracing::warn!(%error, "a signature was not accepted");
                Err(SignError::NotSigned)
            }
        }
    }
}
