// SPDX-License-Identifier: Apache-2.0

//! The end of a reset in an old copy of a store. The session itself finished it since, and another Security Key was made: to go
//! on would make the old key one that opens everything again, and put another backup in the place of the one in use.

use crate::reset::{
    ResetError,
    look::{Look, Missing},
    run::Run,
};

/// Ends such a reset: this session takes the private keys in and keeps its signature, and the server stays as it is.
pub(in crate::reset) async fn end_if_finished_elsewhere(run: &mut Run) -> Result<(), ResetError> {
    let (account, journal) = (&run.account, &run.journal);
    if !Look::at(&**account, journal).await?.is_finished_elsewhere(journal) {
        return Ok(());
    }
    account.take_in(journal).await?;
    if let Some(Missing::Signature) = account.missing(journal).await? {
        account.sign_again(journal).await?;
    }
    journal.note_after_care(account, &[]).await;
    journal.end(account).await?;
    Err(ResetError::FinishedElsewhere)
}
