// SPDX-License-Identifier: Apache-2.0

//! Pausing: an account gives up every file and every lock of its store, and takes them again later, with the same objects. iOS
//! ends a suspended app that holds a lock, and another process of the app, a notification extension, may need the store.
//!
//! What another process has done meanwhile must not be overwritten from memory: not by an Olm machine, not by a flow that has
//! read its journal before, not by tokens that were replaced. So each opening writes a random number into the store, its
//! generation, and whoever takes the store again compares. A count would not do: it comes again where the files are restored
//! from a copy.
//!
//! * It is the same: nobody had the store. The account goes on with all that it has in memory.
//! * It is another one: the account's place is taken by a new one, as after a restart. The old one stays closed for good: its
//!   database, and with that its machine, its documents and the right to send. Whatever still holds a clone of it fails, so
//!   that no part of the program has to be asked whether it has noticed.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use matrix_sdk_crypto::store::CryptoStore;
use matrix_sdk_sqlite::SqliteCryptoStore;
use tokio::time::timeout;

use super::{Account, Keeping, Kind, OpenError, Own};
use crate::error::StoreError;

/// Where the crypto store keeps it.
const GENERATION: &str = "keyward.generation";

/// So long a pause waits for what is being written. That takes milliseconds, unless the network is asked meanwhile, and iOS
/// leaves an app five seconds.
const FOR_WRITES: Duration = Duration::from_secs(2);

/// What became of a paused account.
pub enum Resumed<K: Kind = Own> {
    /// Nobody had its store meanwhile: it goes on, and so does all that belongs to it.
    Unchanged,
    /// Another process had the store, or something was still being written when the pause did not wait any longer. This
    /// account takes the place of the one that was paused, all clones of which fail from now on with a store error. Let go of
    /// what belongs to those; a flow is taken up again as after a restart.
    Anew(Account<K>),
}

impl<K: Kind> fmt::Debug for Resumed<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unchanged => "Unchanged",
            Self::Anew(_) => "Anew",
        })
    }
}

/// Whether an account is paused, and the opening that it is of.
#[derive(Default)]
pub(super) struct Pausing {
    /// Held by who pauses or resumes.
    turn: tokio::sync::Mutex<()>,
    /// `None`: not known, so that the store counts as another's.
    generation: Mutex<Option<[u8; 16]>>,
}

impl Pausing {
    fn generation(&self) -> MutexGuard<'_, Option<[u8; 16]>> {
        self.generation.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Of a store that was just opened: whoever had it open before and was paused finds it.
    pub(super) async fn begin(store: &SqliteCryptoStore) -> Result<Self, StoreError> {
        let generation: [u8; 16] = rand::random();
        let written = store.set_custom_value(GENERATION, generation.to_vec()).await;
        written.map_err(StoreError::because)?;
        Ok(Self {
            turn: tokio::sync::Mutex::default(),
            generation: Mutex::new(Some(generation)),
        })
    }

    /// Whether nobody has opened the store since.
    async fn is_unchanged(&self, store: &SqliteCryptoStore) -> bool {
        let known = *self.generation();
        // Another login's store cannot be read.
        let found = store.get_custom_value(GENERATION).await.ok().flatten();
        known.is_some_and(|known| found.is_some_and(|found| found == known))
    }
}

impl Account {
    /// Closes the store and gives up every file of it and its lock, so that the app may be suspended and another process may
    /// open it. Until [`Account::resume`], every call of this account and its clones fails with a store error, and nothing is
    /// sent. What is under way fails, too; it can be dropped before. Does nothing to an account that is paused, and nothing to
    /// the store of one that is [embedded](super::Host): that is the app's, which pauses it or not.
    ///
    /// Ends in a paused account, also if the caller stops waiting. That takes milliseconds, and some seconds at the longest.
    ///
    /// # Errors
    /// [`StoreError`]: the account is paused all the same, but a file of the store may be open for a moment longer.
    pub async fn pause(&self) -> Result<(), StoreError> {
        let account = self.clone();
        let paused = tokio::spawn(async move { account.to_paused().await });
        paused.await.map_err(StoreError::because)?
    }

    async fn to_paused(&self) -> Result<(), StoreError> {
        let Keeping::Here(session) = &self.kind.keeping else {
            return Ok(());
        };
        let _turn = self.kind.pausing.turn.lock().await;
        // Its database may be another's by now.
        if !self.kind.store.is_held() {
            return Ok(());
        }
        // From now on nothing is sent, so that what is being written does not wait for long.
        session.set_paused(true);
        let writes = async { (session.settled().await, self.writing().await, self.saving().await) };
        let writes = timeout(FOR_WRITES, writes).await;
        if writes.is_err() {
            // Something is left half done in memory. On the disk it is not, so that has to be read again.
            *self.kind.pausing.generation() = None;
        }
        self.kind.store.release().await
    }

    /// Takes the store again after [`Account::pause`]. Needs no network. Does nothing to an account that is not paused.
    ///
    /// # Errors
    /// [`OpenError`]; the account is paused as before, and this can be called again. [`OpenError::InUse`] while another process
    /// has the store; [`OpenError::NotLoggedIn`], [`OpenError::OtherAccount`] if it has logged out, and in again.
    pub async fn resume(&self) -> Result<Resumed, OpenError> {
        let account = self.clone();
        let resumed = tokio::spawn(async move { account.to_resumed().await });
        resumed.await.map_err(StoreError::because)?
    }

    async fn to_resumed(&self) -> Result<Resumed, OpenError> {
        let Own {
            store,
            pausing,
            keeping,
            ..
        } = &*self.kind;
        let Keeping::Here(session) = keeping else {
            return Ok(Resumed::Unchanged);
        };
        let _turn = pausing.turn.lock().await;
        if store.is_held() {
            return Ok(Resumed::Unchanged);
        }
        if store
            .take_again(async |crypto| pausing.is_unchanged(crypto).await)
            .await?
        {
            session.set_paused(false);
            return Ok(Resumed::Unchanged);
        }
        let account = Self::restore(&store.dir, &store.key).await?;
        match (account.user_id(), account.device_id()) == (self.user_id(), self.device_id()) {
            true => Ok(Resumed::Anew(account)),
            false => Err(OpenError::OtherAccount),
        }
    }
}
