// SPDX-License-Identifier: Apache-2.0

//! Comparing emoji, or numbers (`m.sas.v1`).
//!
//! Specification: Client-Server API, "Short Authentication String (SAS) verification".

use matrix_sdk_crypto::{self as crypto, Sas, SasState};
use ruma::events::key::verification::cancel::CancelCode;

use crate::{
    error::StoreError,
    verification::{
        Emoji, Verification, VerificationError, flow,
        state::{Call, Method, Request},
    },
};

impl Verification {
    /// Starts comparing emoji. Does nothing if either side has started that already.
    ///
    /// # Errors
    /// [`VerificationError::NotNow`], also when the other side cannot do it; [`VerificationError::Request`].
    pub async fn start_emoji(&self) -> Result<(), VerificationError> {
        self.require(Call::StartEmoji)?;
        if let (Request::Ready(_), None | Some(Method::CodeShown)) = (self.request_is_at(), self.method_is_at()) {
            let (_, message) = self
                .request
                .start_sas()
                .await
                .map_err(StoreError::because)?
                .ok_or(VerificationError::NotNow)?;
            self.outbox.push(message);
        }
        Ok(self.outbox.flush(&self.account).await?)
    }

    /// The emoji or numbers are not the same: cancels with [`MismatchedSas`](super::CancelReason::MismatchedSas).
    ///
    /// # Errors
    /// [`VerificationError::NotNow`], [`VerificationError::Request`]
    pub async fn mismatch(&self) -> Result<(), VerificationError> {
        self.require(Call::Mismatch)?;
        let Some(crypto::Verification::SasV1(sas)) = self.method() else {
            return Err(VerificationError::NotNow);
        };
        if let Some(message) = sas.cancel_with_code(CancelCode::MismatchedSas) {
            self.outbox.push(message);
        }
        Ok(self.outbox.flush(&self.account).await?)
    }

    /// The emoji or numbers are the same.
    pub(super) async fn confirm_emoji(&self, sas: Sas) -> Result<(), StoreError> {
        let (outbox, writing) = (self.outbox.clone(), self.account.writing().await);
        // In a task of its own: the machine notes the confirmation before it returns the message. If this call were
        // dropped in between, the message would be lost.
        let confirmed = tokio::spawn(async move {
            // A pause waits for it.
            let _writing = writing;
            // The signature, if there is one, is not sent here: signature.rs signs and uploads when it asks the server,
            // and notices a refusal.
            let (messages, _signature) = sas.confirm().await.map_err(StoreError::because)?;
            for message in messages {
                outbox.push(message);
            }
            Ok(())
        });
        confirmed.await.unwrap_or_else(|error| Err(StoreError::because(error)))
    }
}

/// Answers the other side's start.
pub(super) fn accept(verification: &Verification) {
    if let Some(crypto::Verification::SasV1(sas)) = verification.method()
        && let Some(message) = sas.accept()
    {
        verification.outbox.push(message);
    }
}

pub(super) fn is_at(sas: &Sas) -> Method {
    match sas.state() {
        SasState::Created { .. } | SasState::Accepted { .. } => Method::Exchanging,
        SasState::Started { .. } => Method::EmojiOffered,
        SasState::KeysExchanged { emojis, decimals } => Method::Comparing {
            emoji: emojis.map(|short| {
                std::array::from_fn(|place| Emoji {
                    symbol: short.emojis[place].symbol,
                    description: short.emojis[place].description,
                    index: short.indices[place],
                })
            }),
            decimals: decimals.into(),
        },
        SasState::Confirmed => Method::Confirmed,
        SasState::Done { .. } => Method::Done,
        SasState::Cancelled(info) => {
            let (by_us, reason) = flow::cancelled(&info);
            Method::Cancelled { by_us, reason }
        }
    }
}
