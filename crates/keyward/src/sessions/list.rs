// SPDX-License-Identifier: Apache-2.0

//! Reading the list: the devices joined by device id with client information and push settings.

use futures_util::try_join;

use crate::{
    account::Account,
    error::{RequestError, ServerError},
    identity::{
        KnowsIdentity, ShowsIdentity,
        devices::{now, with_devices},
    },
    sessions::rules::{RawList, SessionList},
};

impl<K: KnowsIdentity> Account<K> {
    /// Lists the account's sessions. Rooms are not synchronised, whatever their number. Sends four requests at the same
    /// time, after one for the server's versions if those are not known yet, and another if a session is not listed. Notes
    /// the sessions in the ledger ([`Account::session_history`]).
    ///
    /// # Errors
    /// [`RequestError`]
    pub async fn sessions(&self) -> Result<SessionList, RequestError> {
        list(&*K::shows_identity(self)).await
    }

    /// The data that [`Account::sessions`] passes to [`SessionList::new`], for callers with a clock of their own.
    ///
    /// # Errors
    /// [`RequestError`]
    pub async fn raw_sessions(&self) -> Result<RawList, RequestError> {
        read(&*K::shows_identity(self)).await
    }
}

/// [`Account::sessions`]
pub(super) async fn list(account: &dyn ShowsIdentity) -> Result<SessionList, RequestError> {
    let ledger = account.ledger();
    let _one_at_a_time = ledger.listing().await;
    let raw = read(account).await?;
    let list = SessionList::new(raw, now()).ok_or(ServerError::SessionExpired)?;
    account.note_sessions(&list, now()).await?;
    Ok(list)
}

#[tracing::instrument(skip_all)]
async fn read(account: &dyn ShowsIdentity) -> Result<RawList, RequestError> {
    let ((shown, devices), account_data, pushers) = try_join!(
        with_devices(account),
        account.account_data(),
        account.pushers_by_device()
    )?;
    Ok(RawList {
        own_device_id: account.device_id().to_owned(),
        identity: shown.identity,
        devices,
        account_data,
        pushers,
    })
}
