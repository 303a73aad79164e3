// SPDX-License-Identifier: Apache-2.0

//! Pausing an attached session's account: its folder is given up, and taken again later. As with a session of our own, whose
//! `pause.rs` says why; there is no database here.

use crate::{
    account::{
        Account, OpenError, Resumed,
        attached::{Attached, Parts, open, stored},
    },
    error::StoreError,
};

impl Account<Attached> {
    /// Gives up every file and the lock of the folder `keyward`, so that the app may be suspended and another process may
    /// attach. Until [`Account::resume`], every call of this account and its clones fails with a store error, and no token is
    /// asked for. Does nothing to an account that is paused. Ends in a paused account, also if the caller stops waiting.
    ///
    /// # Errors
    /// [`StoreError`], if a task panics.
    pub async fn pause(&self) -> Result<(), StoreError> {
        let account = self.clone();
        let paused = tokio::spawn(async move {
            let Attached {
                files, tokens, pausing, ..
            } = &*account.kind;
            let _turn = pausing.lock().await;
            tokens.set_paused(true);
            let _saving = account.saving().await;
            let files = files.clone();
            // It waits for whoever reads a file.
            tokio::task::spawn_blocking(move || files.release()).await
        });
        paused.await.map_err(StoreError::because)?.map_err(StoreError::because)
    }

    /// Takes the folder again after [`Account::pause`]. Needs no network. Does nothing to an account that is not paused. The
    /// same [`TokenRequests`](super::TokenRequests) go on, also for an account that takes the place of this one.
    ///
    /// # Errors
    /// [`OpenError`]; the account is paused as before, and this can be called again. [`OpenError::InUse`] while another process
    /// is attached; [`OpenError::NotLoggedIn`], [`OpenError::OtherAccount`] if it has detached, and attached to another session.
    pub async fn resume(&self) -> Result<Resumed<Attached>, OpenError> {
        let account = self.clone();
        let resumed = tokio::spawn(async move { account.to_resumed().await });
        resumed.await.map_err(StoreError::because)?
    }

    async fn to_resumed(&self) -> Result<Resumed<Attached>, OpenError> {
        let Attached {
            files,
            host,
            tokens,
            pausing,
        } = &*self.kind;
        let _turn = pausing.lock().await;
        if files.is_held() {
            return Ok(Resumed::Unchanged);
        }
        let again = files.clone();
        let is_unchanged = tokio::task::spawn_blocking(move || again.take_again()).await;
        if is_unchanged.map_err(StoreError::because)?? {
            tokens.set_paused(false);
            return Ok(Resumed::Unchanged);
        }
        let (dir, key) = files.place();
        let files = open(dir, key, false).await?;
        let now = stored(&files).await?.ok_or(OpenError::NotLoggedIn)?;
        if !super::is_same_session(host, &now) {
            return Err(OpenError::OtherAccount);
        }
        let parts = Parts::of(&now).map_err(|_| OpenError::Damaged)?;
        let tokens = tokens.of_the_next(parts.url.clone());
        Ok(Resumed::Anew(Self::activate(files, now, parts, tokens).await?))
    }
}
