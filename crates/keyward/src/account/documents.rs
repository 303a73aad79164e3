// SPDX-License-Identifier: Apache-2.0

//! Small encrypted documents; each belongs to one flow and has a name. A call that writes one returns when it is on the disk
//! (of SQLite's that means WAL and synchronous = FULL).
//!
//! The document of an interrupted flow begins with a [`Header`]. Logging out and `status` read only that, and need not
//! know the flow.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use matrix_sdk_crypto::store::CryptoStore;
use matrix_sdk_sqlite::SqliteCryptoStore;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::Handle;
use crate::error::StoreError;

/// The name of the reset's document.
pub(crate) const RESET: &str = "keyward.reset";
/// The name of the document of a new recovery key.
pub(crate) const RECOVERY: &str = "keyward.recovery";

/// How a flow stands to its commit point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FlowState {
    /// Before it: what was there is in force.
    Staged,
    /// After it: it can only be finished.
    Committed,
    /// After it, waiting until the other program, whose session this is, has taken the new key over.
    HandingOver,
    /// Cancelled before it, after an upload whose reply was lost and that may still take effect.
    Cancelled,
}

/// What every version of Keyward can read of a waiting flow's document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    pub(crate) state: FlowState,
    /// Base64 of the master key that is in force once the flow is committed; empty for a flow that makes none.
    pub(crate) new_identity: String,
    /// The same of flows that were cancelled before this one, and whose last request may still arrive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) earlier: Vec<String>,
}

impl Header {
    /// That of a flow that makes no identity.
    pub(crate) fn without_identity(state: FlowState) -> Self {
        Self {
            state,
            new_identity: String::new(),
            earlier: Vec::new(),
        }
    }

    /// Whether a master key in force is this flow's work, or that of an earlier one.
    pub(crate) fn may_bring(&self, master_key: &str) -> bool {
        self.new_identity == master_key || self.earlier.iter().any(|key| key == master_key)
    }

    /// The header of a document; `None` if it has none that can be read.
    pub(crate) fn read(document: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Document {
            header: Option<Header>,
        }
        /// The journal of a reset as version 0.1 wrote it.
        #[derive(Deserialize)]
        struct WithoutHeader {
            phase: String,
            keys: Keys,
        }
        #[derive(Deserialize)]
        struct Keys {
            master_key: String,
        }
        if let Some(header) = serde_json::from_slice::<Document>(document).ok()?.header {
            return Some(header);
        }
        let journal: WithoutHeader = serde_json::from_slice(document).ok()?;
        Some(Self {
            state: match journal.phase.as_str() {
                "Prepared" | "Staged" | "Confirmed" => FlowState::Staged,
                "Committed" | "Bound" | "BackedUp" => FlowState::Committed,
                "Cancelled" => FlowState::Cancelled,
                _ => return None,
            },
            new_identity: journal.keys.master_key,
            earlier: Vec::new(),
        })
    }
}

/// What a document holds, after the number of its format.
#[derive(Serialize, Deserialize)]
struct Numbered<T> {
    format: u32,
    #[serde(flatten)]
    content: T,
}

/// Where the documents are.
pub(crate) trait Documents: Send + Sync {
    /// The document under `name`, if there is one.
    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Vec<u8>>, StoreError>>;

    /// Writes the document under `name`; it is on the disk when this returns.
    fn save<'a>(&'a self, name: &'a str, document: Vec<u8>) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Removes the document under `name`. One that is not there is no error.
    fn remove<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), StoreError>>;
}

/// The crypto store encrypts its custom values, and cannot wipe the copy that it is given.
impl Documents for SqliteCryptoStore {
    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Vec<u8>>, StoreError>> {
        Box::pin(async { self.get_custom_value(name).await.map_err(StoreError::because) })
    }

    fn save<'a>(&'a self, name: &'a str, document: Vec<u8>) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async { self.set_custom_value(name, document).await.map_err(StoreError::because) })
    }

    fn remove<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async { self.remove_custom_value(name).await.map_err(StoreError::because) })
    }
}

impl Handle {
    /// The document under `name`, if there is one.
    pub(crate) async fn load_document(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        // An earlier call that was dropped may still be writing: its document counts.
        drop(self.saving().await);
        Ok(self.documents.load(name).await?.map(Zeroizing::new))
    }

    /// Writes the document under `name`; it is on the disk when this returns.
    pub(crate) async fn save_document(&self, name: &'static str, document: Vec<u8>) -> Result<(), StoreError> {
        self.write(async move |documents| documents.save(name, document).await)
            .await
    }

    /// What the document under `name` holds in this format; empty where there is none.
    ///
    /// # Errors
    /// [`StoreError`] if it is of another format, or damaged: then nobody may write over it.
    pub(crate) async fn load_content<T: DeserializeOwned + Default>(
        &self,
        name: &str,
        format: u32,
    ) -> Result<T, StoreError> {
        let Some(document) = self.load_document(name).await? else {
            return Ok(T::default());
        };
        match serde_json::from_slice::<Numbered<T>>(&document) {
            Ok(document) if document.format == format => Ok(document.content),
            _ => Err(StoreError::because(format!("the document {name} is not understood"))),
        }
    }

    /// Writes the document under `name` in this format; it is on the disk when this returns.
    pub(crate) async fn save_content(
        &self,
        name: &'static str,
        format: u32,
        content: impl Serialize,
    ) -> Result<(), StoreError> {
        let document = serde_json::to_vec(&Numbered { format, content }).map_err(StoreError::because)?;
        self.save_document(name, document).await
    }

    /// Removes the document under `name`.
    pub(crate) async fn remove_document(&self, name: &'static str) -> Result<(), StoreError> {
        self.write(async |documents| documents.remove(name).await).await
    }

    /// The header of the interrupted flow's document under `name`. `Some(None)`: there is a document, but this version
    /// can read no header in it.
    pub(crate) async fn document_header(&self, name: &str) -> Result<Option<Option<Header>>, StoreError> {
        let document = self.load_document(name).await?;
        Ok(document.map(|document| Header::read(&document)))
    }

    /// Writes in a task of its own, because SQLite's thread goes on writing when the caller is dropped. A reader could
    /// otherwise see the document change after it was read.
    async fn write<W>(&self, work: impl FnOnce(Arc<dyn Documents>) -> W + Send + 'static) -> Result<(), StoreError>
    where
        W: Future<Output = Result<(), StoreError>> + Send,
    {
        let (documents, saving) = (self.documents.clone(), self.saving().await);
        let written = tokio::spawn(async move {
            let written = work(documents).await;
            drop(saving);
            written
        });
        written.await.map_err(StoreError::because)?
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn headers_of_every_version_are_read() {
        let read = |document: serde_json::Value| Header::read(document.to_string().as_bytes());
        let header = |state| {
            Some(Header {
                state,
                new_identity: "key".to_owned(),
                earlier: Vec::new(),
            })
        };
        for (document, expected) in [
            (
                json!({"format": 2, "header": {"state": "committed", "new_identity": "key"}, "whatever": 1}),
                header(FlowState::Committed),
            ),
            (
                json!({"format": 1, "phase": "Confirmed", "keys": {"master_key": "key"}}),
                header(FlowState::Staged),
            ),
            (
                json!({"format": 1, "phase": "BackedUp", "keys": {"master_key": "key"}}),
                header(FlowState::Committed),
            ),
            (
                json!({"format": 1, "phase": "Cancelled", "keys": {"master_key": "key"}}),
                header(FlowState::Cancelled),
            ),
            (
                json!({"format": 1, "phase": "Dancing", "keys": {"master_key": "key"}}),
                None,
            ),
            (json!({"format": 9}), None),
            (json!([]), None),
        ] {
            assert_eq!(read(document.clone()), expected, "{document}");
        }
    }
}
