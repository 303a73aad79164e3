// SPDX-License-Identifier: Apache-2.0

//! Taking the identity's private keys in.

use matrix_sdk_crypto::store::types::CrossSigningKeyExport;

use super::SignError;
use crate::{
    account::Account,
    error::{RequestError, wraps_a_request_error},
};

/// Why the private keys are not here, or this session is not signed with them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AdoptError {
    /// They are not those of the identity that the server shows.
    #[error("the private keys are of another identity")]
    OtherIdentity,
    /// Not all three are there.
    #[error("the private keys are not complete")]
    Incomplete,
    /// The signature of this session is not on the server.
    #[error("this session's signature is not on the server")]
    NotSigned,
    #[error(transparent)]
    Request(#[from] RequestError),
}

wraps_a_request_error!(AdoptError);

impl From<SignError> for AdoptError {
    fn from(error: SignError) -> Self {
        match error {
            SignError::NotSigned => Self::NotSigned,
            SignError::Request(error) => error.into(),
        }
    }
}

impl Account {
    /// Takes private cross-signing keys in if they are those of the identity on the server, signs this session with
    /// them, and looks whether the signature is there.
    pub(crate) async fn adopt_identity(&self, private: CrossSigningKeyExport) -> Result<(), AdoptError> {
        self.query_own_keys().await?;
        self.take_identity_in(private).await?;
        Ok(self.sign_own_device().await?)
    }

    /// Takes private cross-signing keys in if they are those of the identity that the server has shown last.
    pub(crate) async fn take_identity_in(&self, private: CrossSigningKeyExport) -> Result<(), AdoptError> {
        let imported = self.machine().import_cross_signing_keys(private).await;
        let status = imported.map_err(|error| {
            tracing::warn!(%error, "the private cross-signing keys are not the present identity's");
            AdoptError::OtherIdentity
        })?;
        if !status.is_complete() {
            return Err(AdoptError::Incomplete);
        }
        Ok(())
    }
}
