// SPDX-License-Identifier: Apache-2.0

//! Showing and scanning a code (`m.qr_code.show.v1`, `m.qr_code.scan.v1`, `m.reciprocate.v1`).
//!
//! Specification: Client-Server API, "QR codes".

use std::fmt;

use matrix_sdk_crypto::{
    self as crypto, QrVerification, QrVerificationState, ScanError,
    matrix_sdk_qrcode::{
        QrVerificationData,
        qrcode::{self, Color},
    },
};
use ruma::events::key::verification::cancel::CancelCode;

use crate::{
    error::StoreError,
    verification::{
        CancelReason, Verification, VerificationError, flow,
        state::{Call, Method, Request},
    },
};

/// A code for the other session to scan. Whoever sees it can take part in this verification: show it on this screen
/// only.
#[derive(Clone, PartialEq, Eq)]
pub struct QrCode {
    bytes: Vec<u8>,
    size: usize,
    dark: Vec<bool>,
}

impl QrCode {
    fn new(qr: &QrVerification) -> Option<Self> {
        let bytes = qr.to_bytes().ok()?;
        let code: qrcode::QrCode = qr.to_qr_code().ok()?;
        Some(Self {
            bytes,
            size: code.width(),
            dark: code.to_colors().into_iter().map(|color| color == Color::Dark).collect(),
        })
    }

    /// Width and height, in modules, without the quiet zone, which must be four modules wide and light.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Whether the module in column `x` of row `y` is dark. Outside of the code everything is light.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.size && y < self.size && self.dark[y * self.size + x]
    }

    /// What the code contains, in byte mode, for those who draw it with a library of their own.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for QrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QrCode")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl Verification {
    /// The code to show, in [`VerificationState::Ready`](super::VerificationState::Ready). `None` where the other side
    /// cannot scan. The same one each time.
    ///
    /// # Errors
    /// [`VerificationError::NotNow`]
    pub async fn qr_code(&self) -> Result<Option<QrCode>, VerificationError> {
        // Two codes made at the same time would differ, and the crypto machine would cancel both.
        let _one = self.making_code.lock().await;
        self.require(Call::ShowCode)?;
        match (self.request_is_at(), self.method_is_at(), self.method()) {
            (_, Some(Method::CodeShown), Some(crypto::Verification::QrV1(qr))) => Ok(QrCode::new(&qr)),
            (Request::Ready(methods), None, _) if methods.show_qr => {
                let qr = self.request.generate_qr_code().await.map_err(StoreError::because)?;
                Ok(qr.as_ref().and_then(QrCode::new))
            }
            (Request::Ready(_), None, _) => Ok(None),
            _ => Err(VerificationError::NotNow),
        }
    }

    /// Takes the bytes of the other session's code, as the camera read them in byte mode: raw bytes, not text.
    ///
    /// A code with keys that are not the expected ones cancels, with [`CancelReason::KeyMismatch`].
    ///
    /// # Errors
    /// [`VerificationError::UnknownQrCode`] and [`VerificationError::OtherQrCode`], after which one can scan again;
    /// [`VerificationError::NotNow`], [`VerificationError::Request`].
    pub async fn scan(&self, bytes: &[u8]) -> Result<(), VerificationError> {
        self.require(Call::Scan)?;
        let data = QrVerificationData::from_bytes(bytes).map_err(|_| VerificationError::UnknownQrCode)?;
        match self.request.scan_qr_code(data).await {
            Ok(Some(qr)) => {
                if let Some(message) = qr.reciprocate() {
                    self.outbox.push(message);
                }
            }
            Ok(None) => return Err(VerificationError::NotNow),
            Err(ScanError::FlowIdMismatch { .. }) => return Err(VerificationError::OtherQrCode),
            Err(ScanError::KeyMismatch { .. }) => self.end(CancelReason::KeyMismatch, CancelCode::KeyMismatch),
            Err(ScanError::MissingCrossSigningIdentity(_)) => return Err(VerificationError::NoIdentity),
            Err(ScanError::MissingDeviceKeys(..)) => return Err(VerificationError::NoEncryption),
            Err(ScanError::Store(error)) => return Err(StoreError::because(error).into()),
        }
        Ok(self.outbox.flush(&self.account).await?)
    }
}

pub(super) fn is_at(qr: &QrVerification) -> Method {
    match qr.state() {
        QrVerificationState::Started => Method::CodeShown,
        QrVerificationState::Scanned => Method::CodeScanned,
        QrVerificationState::Confirmed | QrVerificationState::Reciprocated => Method::Confirmed,
        QrVerificationState::Done { .. } => Method::Done,
        QrVerificationState::Cancelled(info) => {
            let (by_us, reason) = flow::cancelled(&info);
            Method::Cancelled { by_us, reason }
        }
    }
}
