// SPDX-License-Identifier: Apache-2.0

//! Signing this session out and removing its local files.

use matrix_sdk::ruma::api::client::session::logout;

use crate::{
    account::Account,
    error::{ServerError, StoreError},
    key_backup,
};

/// Room keys of this session that no key backup holds: they are gone with the session unless they are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnsavedRoomKeys {
    /// Stop if there are any, with [`LogoutError::UnsavedRoomKeys`].
    Keep,
    /// The person knows and lets them go.
    Discard,
}

/// Why the session is still there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogoutError {
    /// Room keys would be lost: export them first, or say that they may go.
    #[error("{count} room keys of this session are in no backup and would be lost. Export them first.")]
    UnsavedRoomKeys {
        /// How many.
        count: u64,
    },
    /// The server could not be used: signed in as before, files untouched.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The session is signed out; its files could not all be removed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LogoutError {
    /// A short stable name, for scripts.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::UnsavedRoomKeys { .. } => "unsaved_room_keys",
            Self::Server(error) => error.kind(),
            Self::Store(_) => "store",
        }
    }
}

impl Account {
    /// Signs this session out at the server and removes its local files. A session that the server no longer knows
    /// counts as signed out.
    ///
    /// # Errors
    /// [`LogoutError`]
    pub async fn log_out(&self, unsaved: UnsavedRoomKeys) -> Result<(), LogoutError> {
        let count = self.unsaved_room_keys().await?;
        if unsaved == UnsavedRoomKeys::Keep && count > 0 {
            return Err(LogoutError::UnsavedRoomKeys { count });
        }
        match self.client().send(logout::v3::Request::new()).await.map_err(ServerError::from) {
            Ok(_) | Err(ServerError::SessionExpired) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(self.inner.store.remove().await?)
    }

    /// How many room keys are here and in no backup that this session writes.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn unsaved_room_keys(&self) -> Result<u64, StoreError> {
        let machine = self.machine().await;
        let counts = machine.backup_machine().room_key_counts().await.map_err(StoreError::because)?;
        Ok((counts.total as u64).saturating_sub(key_backup::uploaded(self).await?))
    }
}
