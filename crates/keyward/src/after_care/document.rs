// SPDX-License-Identifier: Apache-2.0

//! What after-care remembers. How it changes is pure.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    AfterCare, ContactToVerify, SessionToVerify, WhyVerify,
    contacts::{Seen, Verified},
};
use crate::{account::Handle, error::StoreError, identity::devices::now};

/// Where the store keeps it.
const DOCUMENT: &str = "keyward.after_care";
/// Raised when an older version could misread it.
const FORMAT: u32 = 1;

/// Somebody to be verified again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Noted {
    /// Base64 of the master key that was verified.
    master_key: String,
    /// Milliseconds since the Unix epoch.
    since: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Document {
    /// Base64 of the master key of the account's identity that has verified `verified`.
    identity: Option<String>,
    /// Who is verified, as it was last seen.
    verified: Verified,
    /// Who was verified by an identity that is gone.
    lost: BTreeMap<String, Noted>,
    /// Who has another identity than the one that was verified.
    changed: BTreeMap<String, Noted>,
    /// Whether a reset did not learn who was verified.
    contacts_unknown: bool,
    /// The account's sessions that lost their trust, by device id, and since when.
    sessions: BTreeMap<String, u64>,
}

impl Document {
    /// Everybody who is named.
    pub(super) fn people(&self) -> impl Iterator<Item = &str> {
        let to_verify = self.lost.keys().chain(self.changed.keys());
        to_verify.chain(self.verified.keys()).map(String::as_str)
    }

    pub(super) fn after_care(&self) -> AfterCare {
        let of = |why, noted: &BTreeMap<String, Noted>| -> Vec<ContactToVerify> {
            let contact = |(user_id, noted): (&String, &Noted)| ContactToVerify {
                user_id: user_id.clone(),
                why,
                since: noted.since,
            };
            noted.iter().map(contact).collect()
        };
        let mut contacts = of(WhyVerify::Changed, &self.changed);
        contacts.extend(of(WhyVerify::VerifiedLost, &self.lost));
        let sessions = self.sessions.iter().map(|(device_id, since)| SessionToVerify {
            device_id: device_id.clone(),
            since: *since,
        });
        AfterCare {
            contacts,
            contacts_unknown: self.contacts_unknown,
            sessions: sessions.collect(),
        }
    }

    /// The account has this identity now. Who was verified by another one is so no more.
    fn has_identity(&mut self, identity: &str, now: u64) {
        if self.identity.as_deref() != Some(identity) {
            let verified = std::mem::take(&mut self.verified);
            self.note_lost(&verified, now);
            self.identity = Some(identity.to_owned());
        }
    }

    fn note_lost(&mut self, verified: &Verified, since: u64) {
        for (user, master_key) in verified {
            if !self.changed.contains_key(user) {
                self.lost.entry(user.clone()).or_insert_with(|| Noted {
                    master_key: master_key.clone(),
                    since,
                });
            }
        }
    }

    /// What the server shows by now. A signature that it does not show any more may only be hidden, so it counts as long as the
    /// key is the same.
    pub(super) fn after_look(&mut self, seen: &Seen, now: u64) {
        self.has_identity(&seen.identity, now);
        for (user, person) in &seen.people {
            if person.verified {
                self.lost.remove(user);
                self.changed.remove(user);
                self.verified.insert(user.clone(), person.master_key.clone());
                continue;
            }
            let lost = self.lost.get(user).map(|noted| &noted.master_key);
            let known = self.verified.get(user).or(lost);
            if let Some(known) = known.filter(|known| **known != person.master_key).cloned() {
                self.verified.remove(user);
                self.lost.remove(user);
                let noted = Noted {
                    master_key: known,
                    since: now,
                };
                self.changed.insert(user.clone(), noted);
            }
        }
    }

    /// A reset has put this identity in force. `verified`: by the one before; `None`: unknown. What an earlier reset has noted
    /// stays.
    fn after_reset(&mut self, identity: &str, verified: Option<&Verified>, sessions: &[String], now: u64) {
        self.has_identity(identity, now);
        match verified {
            Some(verified) => self.note_lost(verified, now),
            None => self.contacts_unknown = true,
        }
        for session in sessions {
            self.sessions.entry(session.clone()).or_insert(now);
        }
    }

    /// Those of the sessions that are still there and not verified.
    pub(super) fn keep_sessions(&mut self, is_left: impl Fn(&str) -> bool) {
        self.sessions.retain(|id, _| is_left(id));
    }

    pub(super) fn dismiss(&mut self, user_ids: &[String]) -> u64 {
        let named = user_ids
            .iter()
            .filter(|user| self.lost.remove(*user).is_some() || self.changed.remove(*user).is_some());
        named.count() as u64
    }

    pub(super) fn dismiss_all(&mut self) {
        self.lost.clear();
        self.changed.clear();
        self.sessions.clear();
        self.contacts_unknown = false;
    }
}

/// One change at a time, so that none is lost.
#[derive(Default)]
struct Changing(tokio::sync::Mutex<()>);

pub(super) async fn load(account: &Handle) -> Result<Document, StoreError> {
    account.load_content(DOCUMENT, FORMAT).await
}

/// Changes the document, which is on the disk when this returns.
pub(super) async fn change<T>(account: &Handle, change: impl FnOnce(&mut Document) -> T) -> Result<T, StoreError> {
    let changing: Arc<Changing> = account.shared();
    let _one_at_a_time = changing.0.lock().await;
    let before = load(account).await?;
    let mut document = before.clone();
    let result = change(&mut document);
    if document != before {
        account.save_content(DOCUMENT, FORMAT, document).await?;
    }
    Ok(result)
}

/// Notes what a reset leaves to be done: see [`Document::after_reset`]. May be called again for the same reset.
pub(crate) async fn note_reset(
    account: &Handle,
    identity: &str,
    verified: Option<&Verified>,
    sessions: &[String],
) -> Result<(), StoreError> {
    change(account, |document| {
        document.after_reset(identity, verified, sessions, now());
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::{super::contacts::Person, *};

    fn seen(identity: &str, people: &[(&str, &str, bool)]) -> Seen {
        let people = people.iter().map(|(user, key, verified)| {
            let person = Person {
                master_key: (*key).to_owned(),
                verified: *verified,
            };
            ((*user).to_owned(), person)
        });
        Seen {
            identity: identity.to_owned(),
            people: people.collect(),
        }
    }

    fn verified(people: &[(&str, &str)]) -> Verified {
        let owned = people.iter().map(|(user, key)| ((*user).to_owned(), (*key).to_owned()));
        owned.collect()
    }

    fn named(document: &Document) -> Vec<(String, WhyVerify, u64)> {
        let contacts = document.after_care().contacts.into_iter();
        contacts
            .map(|contact| (contact.user_id, contact.why, contact.since))
            .collect()
    }

    fn lost(user: &str, since: u64) -> (String, WhyVerify, u64) {
        (user.to_owned(), WhyVerify::VerifiedLost, since)
    }

    fn changed(user: &str, since: u64) -> (String, WhyVerify, u64) {
        (user.to_owned(), WhyVerify::Changed, since)
    }

    #[test]
    fn who_was_verified_before_a_reset_is_named_until_dealt_with() {
        let mut document = Document::default();
        let sessions = ["PHONE".to_owned(), "TABLET".to_owned()];
        let noted = verified(&[("bob", "b"), ("carol", "c")]);
        document.after_reset("first", Some(&noted), &sessions, 1);
        assert_eq!(named(&document), [lost("bob", 1), lost("carol", 1)]);
        let before = document.clone();
        document.after_reset("first", Some(&noted), &sessions, 9);
        assert_eq!(document, before, "the same once more changes nothing");

        // A second reset keeps what the first has noted.
        let dave = verified(&[("dave", "d")]);
        document.after_reset("second", Some(&dave), &sessions[..1], 2);
        assert_eq!(named(&document), [lost("bob", 1), lost("carol", 1), lost("dave", 2)]);

        document.after_look(&seen("second", &[("bob", "b", true), ("carol", "c", false)]), 3);
        assert_eq!(named(&document), [lost("carol", 1), lost("dave", 2)]);
        assert_eq!(document.dismiss(&["carol".to_owned(), "nobody".to_owned()]), 1);
        document.after_look(&seen("second", &[("carol", "c", false)]), 4);
        assert_eq!(named(&document), [lost("dave", 2)], "it does not come back");

        document.keep_sessions(|id| id == "PHONE");
        let care = document.after_care();
        assert_eq!(care.sessions.len(), 1);
        assert_eq!(
            (care.sessions[0].device_id.as_str(), care.sessions[0].since),
            ("PHONE", 1)
        );
        assert!(!care.contacts_unknown);
        document.after_reset("third", None, &[], 5);
        assert!(document.after_care().contacts_unknown);
        // Nobody asked the server, and Bob is remembered.
        assert_eq!(named(&document), [lost("bob", 5), lost("dave", 2)]);
        document.dismiss_all();
        assert_eq!(document.after_care(), AfterCare::default());
    }

    #[test]
    fn who_has_another_identity_than_the_verified_one_is_named() {
        let mut document = Document::default();
        let unverified = seen("alice", &[("bob", "b1", true), ("carol", "c1", false)]);
        document.after_look(&unverified, 1);
        // Carol was never verified: what she changes is her own affair.
        document.after_look(&seen("alice", &[("bob", "b1", true), ("carol", "c2", false)]), 2);
        assert_eq!(named(&document), []);
        // The server hides the signature, or him.
        document.after_look(&seen("alice", &[("bob", "b1", false)]), 3);
        document.after_look(&seen("alice", &[]), 3);
        assert_eq!(named(&document), []);
        document.after_look(&seen("alice", &[("bob", "b2", false)]), 4);
        document.after_look(&seen("alice", &[("bob", "b2", false)]), 5);
        assert_eq!(named(&document), [changed("bob", 4)]);
        document.after_look(&seen("alice", &[("bob", "b1", false)]), 6);
        assert_eq!(named(&document), [changed("bob", 4)], "nobody has signed that");
        document.after_look(&seen("alice", &[("bob", "b2", true)]), 7);
        assert_eq!(named(&document), []);
        document.after_look(&seen("alice", &[("bob", "b3", false)]), 8);
        assert_eq!(document.dismiss(&["bob".to_owned()]), 1);
        document.after_look(&seen("alice", &[("bob", "b3", false)]), 9);
        assert_eq!(named(&document), [], "now he is one whom nobody has verified");
    }

    #[test]
    fn a_reset_by_another_client_is_noticed_by_what_is_remembered() {
        let mut document = Document::default();
        document.after_look(&seen("first", &[("bob", "b", true), ("carol", "c", true)]), 1);
        document.after_look(&seen("second", &[("bob", "b", false), ("carol", "c2", false)]), 2);
        assert_eq!(named(&document), [changed("carol", 2), lost("bob", 2)]);
        // Carol is named once, whatever a reset from here notes.
        document.after_reset("third", Some(&verified(&[("carol", "c2")])), &[], 3);
        assert_eq!(named(&document), [changed("carol", 2), lost("bob", 2)]);
    }
}
