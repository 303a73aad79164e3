// SPDX-License-Identifier: Apache-2.0

//! After-care: what a reset leaves to be done by people. Contacts whom they had verified have to be verified again, and sessions
//! that lost their trust verified or signed out. It is kept, encrypted and over restarts, until each is dealt with.
//!
//! The same document remembers whom the account has verified and with which identity of theirs, so that it is noticed if that
//! is replaced. Nothing is trusted because of it.

mod contacts;
mod document;

use futures_util::try_join;
use serde::Serialize;

pub(crate) use self::{
    contacts::{DIRECT, Verified, verified_people},
    document::note_reset,
};
use self::{
    contacts::{look_at, people},
    document::Document,
};
use crate::{
    account::{Account, Handle},
    error::RequestError,
    identity::{
        IdentityStatus, KnowsIdentity, RawDevice, Shown,
        devices::{now, with_devices},
    },
};

/// What is left to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AfterCare {
    /// People to be verified again, by user id.
    pub contacts: Vec<ContactToVerify>,
    /// Whether a reset could not find out whom the person had verified, so that some may be missing in `contacts`.
    pub contacts_unknown: bool,
    /// The person's sessions that lost their trust, by device id: to be verified, or signed out.
    pub sessions: Vec<SessionToVerify>,
}

/// Somebody to be verified again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ContactToVerify {
    /// Matrix user id.
    pub user_id: String,
    /// Why.
    pub why: WhyVerify,
    /// Since when this is known, in milliseconds since the Unix epoch.
    pub since: u64,
}

/// Why somebody has to be verified again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyVerify {
    /// The person had verified them with an identity that is gone.
    VerifiedLost,
    /// Their identity is another than the one that the person has verified.
    Changed,
}

/// A session that lost its trust.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SessionToVerify {
    /// Device id.
    pub device_id: String,
    /// Since when, in milliseconds since the Unix epoch.
    pub since: u64,
}

impl<K: KnowsIdentity> Account<K> {
    /// Looks what a reset has left to be done: two round trips. Of the server's word only signatures that hold count.
    ///
    /// # Errors
    /// [`RequestError`]
    #[tracing::instrument(skip_all)]
    pub async fn after_care(&self) -> Result<AfterCare, RequestError> {
        let account = K::shows_identity(self);
        let ((shown, devices), direct) = try_join!(with_devices(&*account), account.fetch_text(DIRECT))?;
        refresh(&account, &shown, &devices, direct.as_deref()).await
    }

    /// The person does not want to verify these people again: they are named no more, until they are verified and lose it
    /// once more. Returns how many of them were named.
    ///
    /// # Errors
    /// [`RequestError::Store`](crate::error::RequestError::Store)
    pub async fn dismiss_contacts(&self, user_ids: &[String]) -> Result<u64, RequestError> {
        Ok(document::change(self, |document| document.dismiss(user_ids)).await?)
    }

    /// The person wants to hear nothing more of what was left: of contacts and of sessions.
    ///
    /// # Errors
    /// [`RequestError::Store`](crate::error::RequestError::Store)
    pub async fn dismiss_after_care(&self) -> Result<(), RequestError> {
        Ok(document::change(self, Document::dismiss_all).await?)
    }
}

/// What is left to be done, after a look at the people: those of `m.direct` (its content as text) and those who are named
/// already. `shown` and `devices` were read a moment ago. One request, or none where there is nobody.
pub(crate) async fn refresh(
    account: &Handle,
    shown: &Shown,
    devices: &[RawDevice],
    direct: Option<&str>,
) -> Result<AfterCare, RequestError> {
    let document = document::load(account).await?;
    // Without an identity that is trusted here, nobody can tell what has its signature.
    let is_trusted = shown.identity == IdentityStatus::Ours && shown.is_sound;
    let Some(identity) = shown.master_key.as_deref().filter(|_| is_trusted) else {
        return Ok(document.after_care());
    };
    let people = people(document.people(), direct, account.own_user());
    let seen = look_at(account, identity, &people).await?;
    let is_left = |id: &str| {
        let mut keys = devices.iter().filter(|device| device.device_id == id);
        keys.any(|device| device.keys.as_ref().is_some_and(|keys| !keys.signed))
    };
    let refreshed = document::change(account, |document| {
        if let Some(seen) = &seen {
            document.after_look(seen, now());
        }
        document.keep_sessions(is_left);
        document.after_care()
    });
    Ok(refreshed.await?)
}
