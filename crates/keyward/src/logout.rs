// SPDX-License-Identifier: Apache-2.0

//! Signing this session out and removing its local files.

use ruma::api::client::{device::get_devices, session::logout};

use crate::{
    account::Account,
    error::{Argument, FlowError, Remedy, RequestError, StoreError, wraps_a_request_error},
    facts::{Waiting, waiting_recovery, waiting_reset},
    key_backup,
};

/// What to do with data that only this session has and that would be lost with it: room keys that are in no key backup
/// and not exported, and the new keys of an unfinished reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnsavedRoomKeys {
    /// Stop if there are any, with [`LogoutError::UnsavedRoomKeys`] or [`LogoutError::ResetPending`].
    Keep,
    /// The person knows and gives them up, together with a reset whose new identity is not in force.
    Discard,
}

/// Why the session is still there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogoutError {
    /// Room keys would be lost: export them first, or say that they may go.
    #[error("{count} message keys of this session are in no key storage and would be lost. Save them first.")]
    UnsavedRoomKeys {
        /// How many.
        count: u64,
    },
    /// A reset is being driven in this process: let it end, or drop it.
    #[error("A reset of this account is running. Finish it or stop it first.")]
    ResetRunning,
    /// Only this session has the new keys of a reset. Resume or cancel it. If its new identity is not in force,
    /// [`UnsavedRoomKeys::Discard`] gives it up.
    #[error("A reset is not finished, and its keys are in this session alone. Resume or cancel it first.")]
    ResetPending,
    /// A new Security Key is not finished. Resume or cancel it, or give it up with [`UnsavedRoomKeys::Discard`]: what is written
    /// under it stays beside the old key then.
    #[error("A new Security Key is not finished. Resume it or cancel it first.")]
    RecoveryPending,
    /// The server said that it signed this session out, and still lists it. Its files are untouched. Try again.
    #[error("The homeserver says that it signed this session out, but still lists it. Try again.")]
    StillSignedIn,
    /// The server could not be used: the session is still signed in and its files are untouched. Or the local store
    /// failed: it could not be read, or the session is signed out and some of its files could not be removed.
    #[error(transparent)]
    Request(#[from] RequestError),
}

wraps_a_request_error!(LogoutError);

impl FlowError for LogoutError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::UnsavedRoomKeys { .. } => ("logout.unsaved_room_keys", Remedy::SaveRoomKeys),
            Self::ResetRunning => ("logout.reset_running", Remedy::WaitForOther),
            Self::ResetPending => ("logout.reset_pending", Remedy::ResumeOrCancel),
            Self::RecoveryPending => ("logout.recovery_pending", Remedy::ResumeOrCancel),
            Self::StillSignedIn => ("logout.still_signed_in", Remedy::Retry),
            Self::Request(error) => error.advice(),
        }
    }

    fn wrapped(&self) -> Option<&dyn FlowError> {
        match self {
            Self::Request(error) => Some(error),
            _ => None,
        }
    }

    fn arguments(&self) -> Vec<(&'static str, Argument)> {
        match self {
            Self::UnsavedRoomKeys { count } => vec![("count", (*count).into())],
            Self::Request(error) => error.arguments(),
            _ => Vec::new(),
        }
    }
}

impl Account {
    /// Signs this session out at the server and removes its local files. A session that the server no longer knows
    /// counts as signed out, and a reset in it as lost. The files of an app that this account is embedded in are that app's to
    /// remove.
    ///
    /// # Errors
    /// [`LogoutError`]
    pub async fn log_out(&self, unsaved: UnsavedRoomKeys) -> Result<(), LogoutError> {
        let _no_reset = self.flow_guard().ok_or(LogoutError::ResetRunning)?;
        self.look_for_reset(unsaved).await?;
        if unsaved == UnsavedRoomKeys::Keep {
            if waiting_recovery(self).await?.is_some() {
                return Err(LogoutError::RecoveryPending);
            }
            let count = self.unsaved_room_keys().await?;
            if count > 0 {
                return Err(LogoutError::UnsavedRoomKeys { count });
            }
        }
        if !self.sign_out_here().await? {
            return Err(LogoutError::StillSignedIn);
        }
        Ok(self.remove_files().await?)
    }

    /// Whether the server has signed this session out. `POST /logout` is for sessions whose tokens the homeserver gave out:
    /// it says of all others that it does not know their token, which is no sign that they are over.
    async fn sign_out_here(&self) -> Result<bool, RequestError> {
        if let Some(is_over) = self.revoke_session().await? {
            return Ok(is_over);
        }
        match self.send(logout::v3::Request::new()).await {
            Ok(_) => Ok(!self.is_listed().await),
            Err(error) if error.is_session_expired() => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Whether the server still lists this session, although it has said that it signed it out. Any failure counts as no: the
    /// server's word is all there is then.
    async fn is_listed(&self) -> bool {
        let list = self.send(get_devices::v3::Request::new()).await;
        list.is_ok_and(|list| list.devices.iter().any(|device| device.device_id == self.own_device()))
    }

    /// Fails if a reset must not be lost with the files. With an expired session no reset can be finished any more.
    async fn look_for_reset(&self, unsaved: UnsavedRoomKeys) -> Result<(), LogoutError> {
        let may_go = match waiting_reset(self).await {
            Ok(None) => return Ok(()),
            Ok(Some(Waiting::Committed | Waiting::HandingOver)) => false,
            // Its upload was sent with this session's token, which ends with the session.
            Ok(Some(Waiting::Cancelled)) => true,
            Ok(Some(Waiting::Staged)) => unsaved == UnsavedRoomKeys::Discard,
            Ok(Some(Waiting::Unreadable)) => key_backup::current(self)
                .await
                .is_err_and(|error| error.is_session_expired()),
            Err(error) if error.is_session_expired() => true,
            Err(error) => return Err(error.into()),
        };
        if may_go { Ok(()) } else { Err(LogoutError::ResetPending) }
    }

    /// How many room keys of this session are not in the key backup on the server. All of them if the server cannot be
    /// asked. One request.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn unsaved_room_keys(&self) -> Result<u64, StoreError> {
        let machine = self.machine();
        let counts = machine
            .backup_machine()
            .room_key_counts()
            .await
            .map_err(StoreError::because)?;
        // The notes of what was uploaded hold only for the version that the server has now, and if its key is here.
        let saved = match key_backup::current(self).await {
            Ok(Some(current))
                if machine.backup_machine().backup_version().await.as_ref() == Some(&current.version)
                    && key_backup::held_key(self, &current).await?.is_some() =>
            {
                key_backup::uploaded(self).await?
            }
            _ => 0,
        };
        Ok((counts.total as u64).saturating_sub(saved))
    }
}
