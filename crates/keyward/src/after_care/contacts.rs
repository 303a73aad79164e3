// SPDX-License-Identifier: Apache-2.0

//! The people whom the account writes to directly, their master keys, and which of these the account has signed. A server shows
//! the signatures of a user-signing key to its owner alone.
//!
//! Specification: Client-Server API, "Direct Messaging" (`m.direct`), "Cross-signing".

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use ruma::{OwnedUserId, UserId, api::client::keys::get_keys, encryption::CrossSigningKey, serde::Raw};
use serde::de::IgnoredAny;
use serde_json::Value;
use tokio::time::timeout;

use crate::{
    account::Handle,
    error::RequestError,
    identity::{IdentityStatus, Shown, query::public_key, signed_json::is_signed_by},
};

/// The account data that name the people: user id to rooms.
pub(crate) const DIRECT: &str = "m.direct";
/// How many people are looked at: the server shows the keys of all of their devices, too.
const MOST: usize = 1000;
/// How long a reset waits to learn who was verified.
const PATIENCE: Duration = Duration::from_secs(15);

/// People whom an identity has verified: user id to the base64 of their master key.
pub(crate) type Verified = BTreeMap<String, String>;

/// What the server shows of people, as one identity of the account judges it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// Base64 of that identity's master key.
    pub(super) identity: String,
    /// Those who have an identity.
    pub(super) people: BTreeMap<String, Person>,
}

/// Somebody's identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    /// Base64 of their master key.
    pub(super) master_key: String,
    /// Whether the account's identity has signed it.
    pub(super) verified: bool,
}

/// The people to look at: `first` those, then those of `m.direct`. Some clients have e-mail addresses in it.
pub(super) fn people<'a>(
    first: impl Iterator<Item = &'a str>,
    direct: Option<&str>,
    own: &UserId,
) -> BTreeSet<OwnedUserId> {
    let direct: BTreeMap<String, IgnoredAny> = direct
        .and_then(|direct| serde_json::from_str(direct).ok())
        .unwrap_or_default();
    let first: Vec<&str> = first.collect();
    let mut people = BTreeSet::new();
    for id in first.into_iter().chain(direct.keys().map(String::as_str)) {
        if let Ok(person) = UserId::parse(id)
            && people.len() < MOST
            && person != own
        {
            people.insert(person);
        }
    }
    people
}

/// Asks the server for these people's identities and for the account's own signatures. `None`: what it shows is not judged by
/// the identity with this master key.
pub(super) async fn look_at(
    account: &Handle,
    identity: &str,
    people: &BTreeSet<OwnedUserId>,
) -> Result<Option<Seen>, RequestError> {
    let own = account.own_user();
    if people.is_empty() {
        return Ok(Some(Seen {
            identity: identity.to_owned(),
            people: BTreeMap::new(),
        }));
    }
    let mut request = get_keys::v3::Request::new();
    // All devices: where one is named that is not there, Synapse refuses the whole request for people of other servers.
    let asked = people.iter().map(|person| &**person).chain([own]);
    request.device_keys = asked.map(|user| (user.to_owned(), Vec::new())).collect();
    let reply = account.send(request).await?;
    Ok(judge(&reply, own, identity, people))
}

/// For a reset: the people of `m.direct`, of all account data (`listed`), whom the account's identity has verified, as the server
/// shows it now. `None`: unknown.
///
/// An identity that this session does not trust because it was never verified counts, too: the plan is about that one, and all
/// that follows is that a person is asked to compare emoji. One that has replaced the trusted one does not.
pub(crate) async fn verified_people(
    account: &Handle,
    shown: &Shown,
    listed: Option<&BTreeMap<String, String>>,
) -> Option<Verified> {
    let Some(identity) = &shown.master_key else {
        return Some(Verified::new());
    };
    if shown.identity == IdentityStatus::Replaced {
        return None;
    }
    let direct = listed?.get(DIRECT).map(String::as_str);
    let people = people(std::iter::empty(), direct, account.own_user());
    let seen = match timeout(PATIENCE, look_at(account, identity, &people)).await {
        Ok(Ok(seen)) => seen?,
        Ok(Err(error)) => {
            tracing::warn!(%error, "it is not known which contacts are verified");
            return None;
        }
        Err(_) => {
            tracing::warn!("it takes too long to learn which contacts are verified");
            return None;
        }
    };
    let verified = seen.people.into_iter().filter(|(_, person)| person.verified);
    Some(verified.map(|(user, person)| (user, person.master_key)).collect())
}

/// Checks every signature here: the identity's of the user-signing key, and that one's of people's master keys.
fn judge(reply: &get_keys::v3::Response, own: &UserId, identity: &str, people: &BTreeSet<OwnedUserId>) -> Option<Seen> {
    let user = own.as_str();
    let master = parse(reply.master_keys.get(own)?)?;
    let signer = parse(reply.user_signing_keys.get(own)?)?;
    let is_this = public_key(&master, user, "master")? == identity;
    let signer_key = public_key(&signer, user, "user_signing")?;
    if !is_this || !is_signed_by(&signer, user, identity, identity) {
        return None;
    }
    let seen = people.iter().filter_map(|person| {
        let master = parse(reply.master_keys.get(person)?)?;
        let seen = Person {
            master_key: public_key(&master, person.as_str(), "master")?,
            verified: is_signed_by(&master, user, &signer_key, &signer_key),
        };
        Some((person.to_string(), seen))
    });
    Some(Seen {
        identity: identity.to_owned(),
        people: seen.collect(),
    })
}

fn parse(key: &Raw<CrossSigningKey>) -> Option<Value> {
    serde_json::from_str(key.json().get()).ok()
}

#[cfg(test)]
mod tests {
    use ruma::user_id;
    use serde_json::json;
    use vodozemac::Ed25519SecretKey;

    use super::*;
    use crate::identity::signed_json::{add_signature, sign};

    const ALICE: &str = "@alice:example.org";
    const BOB: &str = "@bob:example.org";

    fn object(user: &str, usage: &str, key: &Ed25519SecretKey) -> Value {
        let name = key.public_key().to_base64();
        json!({"user_id": user, "usage": [usage], "keys": {format!("ed25519:{name}"): name}})
    }

    fn signed(mut object: Value, key: &Ed25519SecretKey) -> Value {
        let signature = sign(&object, key);
        add_signature(&mut object, ALICE, &key.public_key().to_base64(), signature);
        object
    }

    #[test]
    fn people_are_user_ids_and_few_enough() {
        let direct = json!({BOB: ["!a:example.org"], ALICE: ["!b:example.org"], "bob@example.org": [], "": 7});
        let direct = direct.to_string();
        let own = user_id!("@alice:example.org");
        let found = people(["@carol:example.org"].into_iter(), Some(&direct), own);
        let found: Vec<&str> = found.iter().map(|user| user.as_str()).collect();
        assert_eq!(found, [BOB, "@carol:example.org"]);
        for odd in [None, Some(""), Some("[]"), Some("{}"), Some("7")] {
            assert!(people(std::iter::empty(), odd, own).is_empty(), "{odd:?}");
        }
        let many: BTreeMap<String, [(); 0]> = (0..2 * MOST)
            .map(|number| (format!("@user{number}:example.org"), []))
            .collect();
        let many = serde_json::to_string(&many).expect("JSON");
        let found = people([BOB].into_iter(), Some(&many), own);
        assert_eq!(found.len(), MOST);
        assert!(
            found.contains(user_id!("@bob:example.org")),
            "who is named already comes first"
        );
    }

    #[test]
    fn only_signatures_that_hold_count() {
        let [alice, signer, other_signer, bob, stranger] = std::array::from_fn(|_| Ed25519SecretKey::new());
        let identity = alice.public_key().to_base64();
        let master = object(ALICE, "master", &alice);
        let user_signing = signed(object(ALICE, "user_signing", &signer), &alice);
        let bobs = signed(object(BOB, "master", &bob), &signer);
        let judged = |master: &Value, user_signing: &Value, bobs: &Value| {
            let keys = |user: &str, key: &Value| {
                let user = UserId::parse(user).expect("a user id");
                (user, Raw::from_json_string(key.to_string()).expect("JSON"))
            };
            let mut reply = get_keys::v3::Response::new();
            reply.master_keys = [keys(ALICE, master), keys(BOB, bobs)].into();
            reply.user_signing_keys = [keys(ALICE, user_signing)].into();
            let people = [user_id!("@bob:example.org").to_owned()].into();
            let seen = judge(&reply, user_id!("@alice:example.org"), &identity, &people)?;
            Some(seen.people.get(BOB).map(|bob| bob.verified))
        };
        assert_eq!(judged(&master, &user_signing, &bobs), Some(Some(true)));

        // Nobody has verified him, or only somebody else has.
        let unsigned = object(BOB, "master", &bob);
        assert_eq!(judged(&master, &user_signing, &unsigned), Some(Some(false)));
        let by_another = signed(unsigned.clone(), &other_signer);
        assert_eq!(judged(&master, &user_signing, &by_another), Some(Some(false)));
        let mut moved = object(BOB, "master", &stranger);
        moved["signatures"] = bobs["signatures"].clone();
        assert_eq!(
            judged(&master, &user_signing, &moved),
            Some(Some(false)),
            "a signature of another key"
        );
        // What the server shows as his is not his.
        let of_a_third = signed(object("@carol:example.org", "master", &stranger), &signer);
        assert_eq!(judged(&master, &user_signing, &of_a_third), Some(None));
        assert_eq!(judged(&master, &user_signing, &json!([])), Some(None));

        // The signatures are not the account's own.
        let foreign = signed(object(ALICE, "user_signing", &other_signer), &stranger);
        assert_eq!(judged(&master, &foreign, &by_another), None);
        let unsigned_signer = object(ALICE, "user_signing", &signer);
        assert_eq!(judged(&master, &unsigned_signer, &bobs), None);
        let another_identity = object(ALICE, "master", &stranger);
        assert_eq!(judged(&another_identity, &user_signing, &bobs), None);
        let wrong_use = signed(object(ALICE, "self_signing", &signer), &alice);
        assert_eq!(judged(&master, &wrong_use, &bobs), None);
    }
}
