// SPDX-License-Identifier: Apache-2.0

//! How the account and this session stand.

use futures_util::{TryFutureExt, future::try_join_all, try_join};
use matrix_sdk_crypto::OwnUserIdentity;
use serde::Serialize;

use crate::{
    account::Account,
    error::{RequestError, StoreError},
    key_backup,
    reset::{PendingReset, ResetError},
    secret_storage::{self, BACKUP, CROSS_SIGNING, DEFAULT_KEY, SECRETS},
};

/// The account's and this session's security, as the server and the store show it together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Matrix user id.
    pub user_id: String,
    /// This session's device id.
    pub device_id: String,
    /// The homeserver's address.
    pub homeserver: String,
    /// Whether this session is signed by the account's identity, and that identity is trusted here.
    pub verified: bool,
    /// The digital identity.
    pub identity: IdentityStatus,
    /// Secret storage.
    pub secret_storage: SecretStorageStatus,
    /// Key backup ("Key storage").
    pub key_backup: KeyBackupStatus,
    /// Room keys that this session holds.
    pub room_keys: u64,
    /// A reset that waits to be resumed.
    pub pending_reset: Option<PendingReset>,
    /// Whether this session's tokens lay unencrypted on this disk, as version 0.1 left them, and the homeserver gave no
    /// refresh token to replace them with. Log out and in again.
    pub tokens_exposed: bool,
}

/// Whose identity (master, self-signing and user-signing keys) the server shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityStatus {
    /// The one whose private keys are here.
    Ours,
    /// One whose private keys are not here: unlock this session, or reset.
    NotOurs,
    /// None: cross-signing was never set up.
    None,
}

/// Secret storage on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretStorageStatus {
    /// The default key is described, and everything that belongs there is stored under it.
    Ready,
    /// The default key is not described, or something is not stored under it.
    Incomplete,
    /// There is none.
    None,
}

/// The key backup on the server and this session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyBackupStatus {
    /// This session reads and writes it.
    Enabled,
    /// There is one, and this session has no key for it.
    Disabled,
    /// There is one that nobody whom this session trusts has signed.
    Untrusted,
    /// There is none.
    None,
}

/// What a person should do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Resume the reset that is committed. It cannot be undone any more.
    FinishReset,
    /// Resume the interrupted reset, or cancel it.
    ResumeOrCancelReset,
    /// Set cross-signing up: the account has no digital identity, so no session can be verified.
    SetUp,
    /// Verify this session with the Security Key or Phrase, or by another session.
    Verify,
    /// Reset: this session is not verified, and secret storage cannot verify it.
    Reset,
    /// Make a new Security Key: the present one does not open everything.
    NewKey,
    /// Fetch the private keys with the Security Key: this session is verified and cannot verify others.
    FetchKeys,
    /// Look at the key backup: nobody whom this session trusts has signed it, so room keys do not go there.
    UntrustedBackup,
    /// Fetch the key of the backup with the Security Key: room keys of this session do not go there.
    OpenBackup,
    /// Log out and in again: the tokens lay unencrypted on this disk.
    LogInAgain,
    /// Nothing: everything is in order.
    Nothing,
}

impl Status {
    /// What a person should do next. Of several things, the one that the others depend on.
    pub fn next_step(&self) -> NextStep {
        match self.pending_reset {
            Some(PendingReset::Committed) => return NextStep::FinishReset,
            Some(PendingReset::Staged) => return NextStep::ResumeOrCancelReset,
            None => {}
        }
        let is_ready = self.secret_storage == SecretStorageStatus::Ready;
        match (self.verified, self.identity, self.key_backup) {
            (false, IdentityStatus::None, _) => NextStep::SetUp,
            (false, ..) if is_ready => NextStep::Verify,
            (false, ..) => NextStep::Reset,
            (true, ..) if !is_ready => NextStep::NewKey,
            (true, IdentityStatus::NotOurs | IdentityStatus::None, _) => NextStep::FetchKeys,
            (true, _, KeyBackupStatus::Untrusted) => NextStep::UntrustedBackup,
            (true, _, KeyBackupStatus::Disabled) => NextStep::OpenBackup,
            (true, _, KeyBackupStatus::Enabled | KeyBackupStatus::None) if self.tokens_exposed => NextStep::LogInAgain,
            // A backup that is switched off is a choice.
            (true, _, KeyBackupStatus::Enabled | KeyBackupStatus::None) => NextStep::Nothing,
        }
    }
}

impl Account {
    /// Looks how the account and this session stand. Reads only; two round trips.
    ///
    /// # Errors
    /// [`RequestError`]
    pub async fn status(&self) -> Result<Status, RequestError> {
        let secrets = try_join_all(SECRETS.map(|name| self.fetch(name)));
        let (keys, default_key, secrets, version) = try_join!(
            self.query_own_keys().err_into(),
            self.fetch(DEFAULT_KEY).err_into(),
            secrets.err_into(),
            key_backup::current(self).err_into::<RequestError>(),
        )?;
        let default_key = secret_storage::default_key_id(default_key.as_ref());
        let secret_storage = match &default_key {
            None => SecretStorageStatus::None,
            Some(id) => {
                let description = self.fetch(&secret_storage::key_event_type(id)).await?;
                let described = description
                    .as_ref()
                    .is_some_and(|content| content.get("algorithm").is_some());
                let complete = SECRETS.iter().zip(&secrets).all(|(name, content)| {
                    let needed = CROSS_SIGNING.contains(name) || (*name == BACKUP && version.is_some());
                    !needed || secret_storage::is_stored_under(content.as_ref(), id)
                });
                if described && complete {
                    SecretStorageStatus::Ready
                } else {
                    SecretStorageStatus::Incomplete
                }
            }
        };
        let machine = self.machine();
        let complete = machine.cross_signing_status().await.is_complete();
        let identity = match keys.master_keys.contains_key(self.own_user()) {
            false => IdentityStatus::None,
            // The machine drops private keys that are not those of the identity that the server shows.
            true if complete => IdentityStatus::Ours,
            true => IdentityStatus::NotOurs,
        };
        let trusted = self.own_identity().await?.is_some_and(|own| own.is_verified());
        let key_backup = match version {
            None => KeyBackupStatus::None,
            Some(version) if key_backup::held_key(self, &version).await?.is_some() => KeyBackupStatus::Enabled,
            Some(version) if key_backup::is_trusted(self, &version).await? => KeyBackupStatus::Disabled,
            Some(_) => KeyBackupStatus::Untrusted,
        };
        let counts = machine
            .backup_machine()
            .room_key_counts()
            .await
            .map_err(StoreError::because)?;
        // A journal that cannot be read is the reset's to report; the rest of the status is still worth seeing.
        let pending_reset = match self.pending_reset().await {
            Ok(pending) => pending,
            Err(ResetError::Request(error)) => return Err(error),
            // Nobody knows how far it came. `Staged` would read as if it could be cancelled without loss.
            Err(_) => Some(PendingReset::Committed),
        };
        Ok(Status {
            user_id: self.user_id().to_owned(),
            device_id: self.device_id().to_owned(),
            homeserver: self.homeserver(),
            verified: trusted && self.is_signed().await?,
            identity,
            secret_storage,
            key_backup,
            room_keys: counts.total as u64,
            pending_reset,
            tokens_exposed: self.has_exposed_tokens(),
        })
    }

    /// The own identity as the crypto store knows it.
    pub(crate) async fn own_identity(&self) -> Result<Option<OwnUserIdentity>, StoreError> {
        let machine = self.machine();
        let identity = machine
            .get_identity(self.own_user(), None)
            .await
            .map_err(StoreError::because)?;
        Ok(identity.and_then(|identity| identity.own()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_whole_is_in_order() {
        use IdentityStatus as I;
        use KeyBackupStatus as K;
        use SecretStorageStatus as S;
        let whole = Status {
            user_id: String::new(),
            device_id: String::new(),
            homeserver: String::new(),
            verified: true,
            identity: I::Ours,
            secret_storage: S::Ready,
            key_backup: K::Enabled,
            room_keys: 1,
            pending_reset: None,
            tokens_exposed: false,
        };
        assert_eq!(whole.next_step(), NextStep::Nothing);
        let change = |change: fn(&mut Status)| {
            let mut status = whole.clone();
            change(&mut status);
            status.next_step()
        };
        for (found, expected) in [
            (change(|s| s.key_backup = K::None), NextStep::Nothing),
            (
                change(|s| s.pending_reset = Some(PendingReset::Committed)),
                NextStep::FinishReset,
            ),
            (
                change(|s| s.pending_reset = Some(PendingReset::Staged)),
                NextStep::ResumeOrCancelReset,
            ),
            (change(|s| s.secret_storage = S::Incomplete), NextStep::NewKey),
            (change(|s| s.secret_storage = S::None), NextStep::NewKey),
            (change(|s| s.identity = I::NotOurs), NextStep::FetchKeys),
            (change(|s| s.key_backup = K::Untrusted), NextStep::UntrustedBackup),
            (change(|s| s.key_backup = K::Disabled), NextStep::OpenBackup),
            (change(|s| s.tokens_exposed = true), NextStep::LogInAgain),
            (change(|s| s.verified = false), NextStep::Verify),
            (
                change(|s| (s.verified, s.secret_storage) = (false, S::Incomplete)),
                NextStep::Reset,
            ),
            (change(|s| (s.verified, s.identity) = (false, I::None)), NextStep::SetUp),
        ] {
            assert_eq!(found, expected);
        }
    }
}
