// SPDX-License-Identifier: Apache-2.0

//! What a reset leaves to people: contacts to verify again, and sessions.

use std::{sync::Arc, time::SystemTime};

use keyward::{account, after_care, identity::KnowsIdentity};

use crate::{
    Account, AccountError, AttachedAccount,
    login::{Closes, Login},
    sessions::time,
};

/// What is left to be done.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct AfterCare {
    /// People to be verified again.
    pub contacts: Vec<ContactToVerify>,
    /// Whether a reset could not find out whom the person had verified, so that some may be missing in `contacts`.
    pub contacts_unknown: bool,
    /// The person's sessions that lost their trust: to be verified, or signed out.
    pub sessions: Vec<SessionToVerify>,
}

/// Somebody to be verified again, by comparing emoji in the app in which the person writes to them.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ContactToVerify {
    /// Matrix user id.
    pub user_id: String,
    /// Why.
    pub why: WhyVerify,
    /// Since when this is known.
    pub since: SystemTime,
}

// UniFFI needs a definition here. A variant that only one of the two enums has does not compile.
/// Why somebody has to be verified again.
#[uniffi::remote(Enum)]
pub enum WhyVerify {
    /// The person had verified them with an identity that is gone.
    VerifiedLost,
    /// Their identity is another than the one that the person has verified.
    Changed,
}
pub use keyward::after_care::WhyVerify;

/// A session that lost its trust.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct SessionToVerify {
    /// Device id.
    pub device_id: String,
    /// Since when.
    pub since: SystemTime,
}

impl From<after_care::AfterCare> for AfterCare {
    fn from(left: after_care::AfterCare) -> Self {
        let contacts = left.contacts.into_iter().map(|contact| ContactToVerify {
            user_id: contact.user_id,
            why: contact.why,
            since: time(contact.since),
        });
        let sessions = left.sessions.into_iter().map(|session| SessionToVerify {
            device_id: session.device_id,
            since: time(session.since),
        });
        Self {
            contacts: contacts.collect(),
            contacts_unknown: left.contacts_unknown,
            sessions: sessions.collect(),
        }
    }
}

#[uniffi::export]
impl Account {
    /// Looks what a reset has left to be done: contacts whom the person had verified, and sessions that lost their trust,
    /// until each is dealt with, also after the process was killed. Two round trips.
    pub async fn after_care(&self) -> Result<AfterCare, AccountError> {
        look(&self.login).await
    }

    /// The person does not want to verify these people again: they are named no more, until they are verified and lose it
    /// once more. Returns how many of them were named.
    pub async fn dismiss_contacts(&self, user_ids: Vec<String>) -> Result<u64, AccountError> {
        dismiss(&self.login, user_ids).await
    }

    /// The person wants to hear nothing more of what was left: of contacts and of sessions.
    pub async fn dismiss_after_care(&self) -> Result<(), AccountError> {
        dismiss_all(&self.login).await
    }
}

#[uniffi::export]
impl AttachedAccount {
    /// Looks what a reset has left to be done: contacts whom the person had verified, and sessions that lost their trust,
    /// until each is dealt with, also after the process was killed. Two round trips.
    pub async fn after_care(&self) -> Result<AfterCare, AccountError> {
        look(&self.login).await
    }

    /// The person does not want to verify these people again: they are named no more, until they are verified and lose it
    /// once more. Returns how many of them were named.
    pub async fn dismiss_contacts(&self, user_ids: Vec<String>) -> Result<u64, AccountError> {
        dismiss(&self.login, user_ids).await
    }

    /// The person wants to hear nothing more of what was left: of contacts and of sessions.
    pub async fn dismiss_after_care(&self) -> Result<(), AccountError> {
        dismiss_all(&self.login).await
    }
}

async fn look<K: KnowsIdentity + Closes>(login: &Arc<Login<K>>) -> Result<AfterCare, AccountError> {
    login
        .call(async |account: account::Account<K>| Ok::<_, AccountError>(account.after_care().await?.into()))
        .await
}

async fn dismiss<K: KnowsIdentity + Closes>(login: &Arc<Login<K>>, user_ids: Vec<String>) -> Result<u64, AccountError> {
    login
        .call(async move |account: account::Account<K>| {
            Ok::<_, AccountError>(account.dismiss_contacts(&user_ids).await?)
        })
        .await
}

async fn dismiss_all<K: KnowsIdentity + Closes>(login: &Arc<Login<K>>) -> Result<(), AccountError> {
    login
        .call(async |account: account::Account<K>| Ok::<_, AccountError>(account.dismiss_after_care().await?))
        .await
}
