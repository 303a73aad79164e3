// SPDX-License-Identifier: Apache-2.0

//! A login that waits for a browser, in the encrypted store: the program may be gone when the browser comes back.

use matrix_sdk_crypto::store::CryptoStore;
use ruma::OwnedDeviceId;
use serde::{Deserialize, Serialize};
use url::Url;
use zeroize::{Zeroize, Zeroizing};

use crate::{
    account::{OpenError, Store},
    error::StoreError,
    secret::Secret,
    server::oauth::{Registered, Tokens},
};

/// Where the crypto store keeps it.
const PENDING: &str = "keyward.pending_login";
const FORMAT: u32 = 1;

/// A login that waits for a browser.
#[derive(Serialize, Deserialize)]
pub(super) struct Pending {
    format: u32,
    pub(super) homeserver: Url,
    /// The page that the person opens.
    pub(super) page: String,
    pub(super) session_name: String,
    /// Where the browser comes back to.
    pub(super) redirect_uri: String,
    /// What the answer has to contain.
    state: String,
    pub(super) kind: Kind,
}

/// What each kind needs to finish.
#[derive(Serialize, Deserialize)]
pub(super) enum Kind {
    /// `m.login.sso`.
    Sso,
    /// OAuth's code grant.
    OAuth(Box<CodeGrant>),
}

#[derive(Serialize, Deserialize)]
pub(super) struct CodeGrant {
    pub(super) client: Registered,
    pub(super) device_id: OwnedDeviceId,
    verifier: String,
    /// The tokens, once they are there: the code works only once, and whose they are is asked after that.
    tokens: Option<(String, Option<String>)>,
}

impl Drop for CodeGrant {
    fn drop(&mut self) {
        self.verifier.zeroize();
        if let Some((access, refresh)) = &mut self.tokens {
            access.zeroize();
            refresh.zeroize();
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.state.zeroize();
        self.page.zeroize();
    }
}

impl CodeGrant {
    pub(super) fn new(client: Registered, device_id: OwnedDeviceId, verifier: &Secret) -> Self {
        Self {
            client,
            device_id,
            verifier: verifier.reveal().to_owned(),
            tokens: None,
        }
    }

    pub(super) fn verifier(&self) -> Secret {
        Secret::new(self.verifier.as_str())
    }

    pub(super) fn tokens(&self) -> Option<Tokens> {
        self.tokens.as_ref().map(|(access, refresh)| Tokens {
            access: Secret::new(access.as_str()),
            refresh: refresh.as_deref().map(Secret::new),
        })
    }

    pub(super) fn set_tokens(&mut self, tokens: &Tokens) {
        let refresh = tokens.refresh.as_ref().map(|token| token.reveal().to_owned());
        self.tokens = Some((tokens.access.reveal().to_owned(), refresh));
    }
}

impl Pending {
    pub(super) fn new(homeserver: Url, page: &Url, redirect_uri: &str, state: &Secret, name: &str, kind: Kind) -> Self {
        Self {
            format: FORMAT,
            homeserver,
            page: page.to_string(),
            session_name: name.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            state: state.reveal().to_owned(),
            kind,
        }
    }

    /// Whether an answer has the right state. Compares in constant time.
    pub(super) fn has_state(&self, state: &str) -> bool {
        subtle::ConstantTimeEq::ct_eq(self.state.as_bytes(), state.as_bytes()).into()
    }

    /// The one in the store. One of another version counts as none: it can be begun again.
    pub(super) async fn load(store: &Store) -> Result<Option<Self>, OpenError> {
        let value = store
            .crypto
            .get_custom_value(PENDING)
            .await
            .map_err(StoreError::because)?;
        let bytes = value.map(Zeroizing::new);
        let read = bytes.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        Ok(read.filter(|pending| pending.format == FORMAT))
    }

    pub(super) async fn save(&self, store: &Store) -> Result<(), StoreError> {
        // Large enough from the start: a buffer that grows leaves a copy of its content in memory.
        let mut bytes = Vec::with_capacity(32 * 1024);
        serde_json::to_writer(&mut bytes, self).map_err(StoreError::because)?;
        let saved = store.crypto.set_custom_value(PENDING, bytes).await;
        saved.map_err(StoreError::because)
    }
}

/// Forgets a login that waits, if there is one.
pub(super) async fn remove(store: &Store) -> Result<(), StoreError> {
    let removed = store.crypto.remove_custom_value(PENDING).await;
    removed.map_err(StoreError::because)
}
