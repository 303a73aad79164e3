// SPDX-License-Identifier: Apache-2.0

//! The identity and the devices of an account to which this program is attached. There is no Olm machine: every signature
//! that `/keys/query` shows is checked here.
//!
//! An identity is trusted if the other program names its master key, or if that program's own device key has signed it. That
//! the identity has signed the device says nothing: anybody can sign a public key, and a server that lies would have the
//! app's device verified, and a thief's as well.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use ruma::{OwnedDeviceId, api::client::keys::get_keys};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    IdentityStatus, Shown, ShownDevice, ShowsIdentity,
    query::{SigningKeys, public_key, signing_keys},
    signed_json::{is_signature, signature_of, signed_part},
};
use crate::{
    account::{Account, Attached, HostSession},
    error::{RequestError, ServerError, StoreError},
};

/// The document with [`Trust`].
const TRUST: &str = "keyward.trust";
/// Raised when an older version could misread it.
const FORMAT: u32 = 1;
/// How many identities that were replaced are remembered.
const MOST_REPLACED: usize = 64;
/// How many signatures are remembered as checked: three for each of 10 000 sessions.
const MOST_CHECKED: usize = 30_000;

/// Signatures that were found to hold: hashes of what was signed, by which key, and the signature.
#[derive(Default)]
struct Checked(Mutex<HashSet<[u8; 32]>>);

impl Checked {
    /// Whether `object` has a signature of `user`'s key `key` under its name.
    fn holds(&self, object: &Value, user: &str, name: &str, key: &str) -> bool {
        signed_part(object).is_some_and(|signed| self.holds_of(object, &signed, user, name, key))
    }

    /// The same where `signed` is what the signatures of `object` are over: for thousands of objects, making that takes as long
    /// as everything else.
    fn holds_of(&self, object: &Value, signed: &str, user: &str, name: &str, key: &str) -> bool {
        let Some(signature) = signature_of(object, user, &format!("ed25519:{name}")) else {
            return false;
        };
        let mut hash = Sha256::new();
        for part in [signed, key, signature] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        let hash = hash.finalize().into();
        if self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&hash) {
            return true;
        }
        let holds = is_signature(signed, key, signature);
        if holds {
            let mut checked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if checked.len() >= MOST_CHECKED {
                checked.clear();
            }
            checked.insert(hash);
        }
        holds
    }
}

/// Which identities were trusted so far. One that was replaced does not come back because a server shows it again, with the
/// signatures that it once had.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Trust {
    /// Base64 of the master key that was trusted last.
    anchor: Option<String>,
    /// The master key that the other program named then.
    named: Option<String>,
    /// What was trusted when the program withdrew its name: the next one that is trusted replaces it.
    withdrawn: Vec<String>,
    /// The master keys that were trusted before, the latest last.
    replaced: Vec<String>,
    /// What held before an identity was made here: if that one does not come into force for good, this holds again.
    #[serde(default)]
    before: Option<Box<Self>>,
}

impl Trust {
    /// What holds now that the program names this key, or none. What it names anew counts for more than what was seen since, and
    /// replaces what was trusted before.
    fn naming(mut self, named: Option<&str>) -> Self {
        if self.named.as_deref() == named {
            return self;
        }
        let before = self.anchor.take().into_iter().chain(self.named.take());
        self.withdrawn.extend(before);
        if let Some(named) = named {
            self.replace_all_but(named);
            self.replaced.retain(|key| key != named);
            self.named = Some(named.to_owned());
        }
        self
    }

    /// What holds after this key was trusted.
    fn trusting(mut self, key: &str) -> Self {
        if self.anchor.as_deref() != Some(key) {
            self.withdrawn.extend(self.anchor.take());
            // What the program named is replaced, too, once its device has signed another one.
            self.withdrawn.extend(self.named.clone());
            self.replace_all_but(key);
            self.anchor = Some(key.to_owned());
        }
        self
    }

    fn replace_all_but(&mut self, key: &str) {
        for old in std::mem::take(&mut self.withdrawn) {
            if old != key && !self.is_replaced(&old) {
                self.replaced.push(old);
            }
        }
        let too_many = self.replaced.len().saturating_sub(MOST_REPLACED);
        self.replaced.drain(..too_many);
    }

    /// What holds after an identity with this key was made here.
    fn trusting_what_was_made_here(mut self, key: &str) -> Self {
        if self.anchor.as_deref() == Some(key) {
            return self;
        }
        self.before = None;
        let before = Box::new(self.clone());
        let mut trust = self.trusting(key);
        trust.replaced.retain(|replaced| replaced != key);
        trust.before = Some(before);
        trust
    }

    /// Whether some identity was trusted.
    fn knows_one(&self) -> bool {
        self.anchor.is_some() || self.named.is_some()
    }

    fn is_replaced(&self, key: &str) -> bool {
        self.replaced.iter().any(|replaced| replaced == key)
    }

    /// Whether this key is trusted by what is known, without a signature.
    fn is_known(&self, key: &str) -> bool {
        [&self.anchor, &self.named]
            .into_iter()
            .any(|known| known.as_deref() == Some(key))
    }
}

/// What a reply shows, judged.
#[derive(Debug)]
struct Judged {
    identity: IdentityStatus,
    /// Whether the master key has signed the key that signs the devices.
    is_sound: bool,
    /// Base64 of the master key, if there is one.
    master_key: Option<String>,
    signing_keys: SigningKeys,
    devices: BTreeMap<OwnedDeviceId, ShownDevice>,
}

/// # Errors
/// [`ServerError::NotUnderstood`] where the server shows an identity that is none, or hides one that is known.
fn judge(reply: &Reply, host: &HostSession, trust: &Trust, checked: &Checked) -> Result<Judged, ServerError> {
    let user = host.user_id.as_str();
    let (identity, master_key, signing_keys) = match &reply.master {
        None if trust.knows_one() => return Err(ServerError::NotUnderstood),
        None => (IdentityStatus::NotSetUp, None, SigningKeys::default()),
        Some(object) => {
            let key = public_key(object, user, "master").ok_or(ServerError::NotUnderstood)?;
            let is_signed = || checked.holds(object, user, &host.device_id, &host.device_key);
            let is_trusted = !trust.is_replaced(&key) && (trust.is_known(&key) || is_signed());
            let signing_keys = reply.signing_keys(user, &key, checked);
            let identity = match is_trusted {
                true => IdentityStatus::Ours,
                false if trust.knows_one() => IdentityStatus::Replaced,
                false => IdentityStatus::NotOurs,
            };
            (identity, Some(key), signing_keys)
        }
    };
    let signer = &signing_keys[0];
    let is_sound = master_key.is_none() || signer.is_some();
    let devices = reply.devices.iter().filter_map(|(id, object)| {
        let (ed25519, signed) = device(object, user, id.as_str(), checked)?;
        // The host's own device has the key that the host says it has.
        let is_right = id.as_str() != host.device_id || ed25519 == host.device_key;
        let is_signed = |signer: &String| checked.holds_of(object, &signed, user, signer, signer);
        let keys = ShownDevice {
            signed: is_right && signer.as_ref().is_some_and(is_signed),
            dehydrated: object["dehydrated"] == true,
            ed25519,
        };
        Some((id.clone(), keys))
    });
    let devices = devices.collect();
    Ok(Judged {
        identity,
        is_sound,
        master_key,
        signing_keys,
        devices,
    })
}

/// Base64 of the Ed25519 key in the object of device keys, if they are this user's, of this device, and signed by it; and what
/// the signatures of the object are over.
fn device(object: &Value, user: &str, id: &str, checked: &Checked) -> Option<(String, String)> {
    let is_this = object["user_id"].as_str()? == user && object["device_id"].as_str()? == id;
    let key = object["keys"][format!("ed25519:{id}")].as_str()?;
    let signed = signed_part(object)?;
    (is_this && checked.holds_of(object, &signed, user, id, key)).then(|| (key.to_owned(), signed))
}

/// The own user's part of the reply to `/keys/query`.
struct Reply {
    master: Option<Value>,
    self_signing: Option<Value>,
    user_signing: Option<Value>,
    devices: BTreeMap<OwnedDeviceId, Value>,
}

impl Reply {
    /// The keys beside the master key `master`, each if that has signed it.
    fn signing_keys(&self, user: &str, master: &str, checked: &Checked) -> SigningKeys {
        let is_signed = |object: &Value| checked.holds(object, user, master, master);
        signing_keys(
            user,
            [self.self_signing.as_ref(), self.user_signing.as_ref()],
            is_signed,
        )
    }
}

impl Account<Attached> {
    async fn own_keys(&self) -> Result<Reply, RequestError> {
        let mut request = get_keys::v3::Request::new();
        request.device_keys.insert(self.own_user().to_owned(), Vec::new());
        let mut reply = self.send(request).await?;
        let user = self.own_user();
        let parse = |text: &str| serde_json::from_str::<Value>(text).map_err(|_| ServerError::NotUnderstood);
        let (master, self_signing) = (reply.master_keys.get(user), reply.self_signing_keys.get(user));
        let user_signing = reply.user_signing_keys.get(user);
        let devices = reply.device_keys.remove(user).unwrap_or_default();
        // One session cannot hide the others with keys that nobody understands.
        let devices = devices
            .into_iter()
            .map(|(id, keys)| (id, parse(keys.json().get()).unwrap_or_default()));
        Ok(Reply {
            devices: devices.collect(),
            master: master.map(|key| parse(key.json().get())).transpose()?,
            self_signing: self_signing.map(|key| parse(key.json().get())).transpose()?,
            user_signing: user_signing.map(|key| parse(key.json().get())).transpose()?,
        })
    }

    /// An error where it cannot be read: without it an identity that was replaced would be believed again.
    async fn trust(&self) -> Result<Trust, StoreError> {
        self.load_content(TRUST, FORMAT).await
    }

    async fn save_trust(&self, trust: Trust) -> Result<(), StoreError> {
        self.save_content(TRUST, FORMAT, trust).await
    }

    /// Trusts an identity that was made here, whose master key is `key`, from now on; the one before does not come back.
    pub(crate) async fn trust_what_was_made_here(&self, key: &str) -> Result<(), StoreError> {
        let looking: Arc<Looking> = self.shared();
        let _one_at_a_time = looking.0.lock().await;
        let before = self.trust().await?;
        let trust = before.clone().naming(self.host().master_key.as_deref());
        let trust = trust.trusting_what_was_made_here(key);
        match trust == before {
            true => Ok(()),
            false => self.save_trust(trust).await,
        }
    }

    /// Takes [`Self::trust_what_was_made_here`] back: the identity did not come into force for good.
    pub(crate) async fn trust_as_before(&self, made_here: &str) -> Result<(), StoreError> {
        let looking: Arc<Looking> = self.shared();
        let _one_at_a_time = looking.0.lock().await;
        let trust = self.trust().await?;
        match trust.before {
            Some(before) if trust.anchor.as_deref() == Some(made_here) => self.save_trust(*before).await,
            _ => Ok(()),
        }
    }

    /// The device keys of the other program's session as the server shows them: `{"user_id", "device_id", "algorithms",
    /// "keys", "signatures"}`, signed by the key that the program has named. `None`: it shows none, or others.
    pub(crate) async fn host_device_keys(&self) -> Result<Option<Value>, RequestError> {
        let mut reply = self.own_keys().await?;
        let found = reply.devices.remove(self.own_device());
        let checked: Arc<Checked> = self.shared();
        Ok(found.filter(|object| {
            let key = device(object, self.user_id(), self.device_id(), &checked);
            key.is_some_and(|(key, _)| key == self.host().device_key)
        }))
    }
}

/// One look at a time, so that a late reply does not bring back what another one has replaced.
#[derive(Default)]
struct Looking(tokio::sync::Mutex<()>);

#[async_trait]
impl ShowsIdentity for Account<Attached> {
    async fn look(&self) -> Result<Shown, RequestError> {
        let looking: Arc<Looking> = self.shared();
        let _one_at_a_time = looking.0.lock().await;
        let reply = self.own_keys().await?;
        let host = self.host().clone();
        let before = self.trust().await?;
        let trust = before.clone().naming(host.master_key.as_deref());
        let shown = reply.devices.keys().cloned().collect();
        let (checked, known): (Arc<Checked>, _) = (self.shared(), trust.clone());
        // Thousands of signatures take a second.
        let judged = tokio::task::spawn_blocking(move || judge(&reply, &host, &known, &checked));
        let judged = judged.await.map_err(StoreError::because)??;
        let trusted = judged.master_key.as_ref();
        let trust = match trusted.filter(|_| judged.identity == IdentityStatus::Ours) {
            Some(trusted) => trust.trusting(trusted),
            None => trust,
        };
        if trust != before {
            self.save_trust(trust).await?;
        }
        Ok(Shown {
            identity: judged.identity,
            is_sound: judged.is_sound,
            master_key: judged.master_key,
            signing_keys: judged.signing_keys,
            shown,
            devices: judged.devices,
        })
    }

    async fn shown_devices(&self) -> Result<Vec<OwnedDeviceId>, RequestError> {
        Ok(self.own_keys().await?.devices.into_keys().collect())
    }

    async fn shown_master_key(&self) -> Result<Option<(String, bool)>, RequestError> {
        let reply = self.own_keys().await?;
        let Some(master) = &reply.master else {
            return Ok(None);
        };
        let user = self.user_id();
        let key = public_key(master, user, "master").ok_or(ServerError::NotUnderstood)?;
        let checked: Arc<Checked> = self.shared();
        let is_sound = reply.signing_keys(user, &key, &checked).iter().all(Option::is_some);
        Ok(Some((key, is_sound)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vodozemac::Ed25519SecretKey;

    use super::*;
    use crate::identity::signed_json::sign;

    const USER: &str = "@alice:example.org";

    fn public(key: &Ed25519SecretKey) -> String {
        key.public_key().to_base64()
    }

    fn signed(mut object: Value, name: &str, key: &Ed25519SecretKey) -> Value {
        let signature = sign(&object, key);
        object["signatures"][USER][format!("ed25519:{name}")] = signature.into();
        object
    }

    fn identity_key(usage: &str, key: &Ed25519SecretKey) -> Value {
        let public = public(key);
        json!({"user_id": USER, "usage": [usage], "keys": {format!("ed25519:{public}"): public}})
    }

    fn device_keys(id: &str, key: &Ed25519SecretKey) -> Value {
        let keys =
            json!({"user_id": USER, "device_id": id, "algorithms": [], "keys": {format!("ed25519:{id}"): public(key)}});
        signed(keys, id, key)
    }

    /// An account: an identity, the host's device, which both sign each other, and another device that is signed.
    struct World {
        master: Ed25519SecretKey,
        signer: Ed25519SecretKey,
        host: Ed25519SecretKey,
        reply: Reply,
    }

    impl World {
        fn new() -> Self {
            let [master, signer, host, other] = std::array::from_fn(|_| Ed25519SecretKey::new());
            let (master_name, signer_name) = (public(&master), public(&signer));
            let devices = [("HOST", &host), ("OTHER", &other)];
            let devices = devices.map(|(id, key)| (id.into(), signed(device_keys(id, key), &signer_name, &signer)));
            let reply = Reply {
                master: Some(signed(identity_key("master", &master), "HOST", &host)),
                self_signing: Some(signed(identity_key("self_signing", &signer), &master_name, &master)),
                user_signing: None,
                devices: devices.into(),
            };
            Self {
                master,
                signer,
                host,
                reply,
            }
        }

        fn session(&self) -> HostSession {
            HostSession {
                homeserver: String::new(),
                user_id: USER.to_owned(),
                device_id: "HOST".to_owned(),
                device_key: public(&self.host),
                master_key: None,
            }
        }

        fn judge(&self, trust: &Trust) -> Result<Judged, ServerError> {
            judge(&self.reply, &self.session(), trust, &Checked::default())
        }

        fn verified(&self) -> (IdentityStatus, Vec<String>) {
            let judged = self.judge(&Trust::default()).expect("understood");
            let signed = judged.devices.iter().filter(|(_, keys)| keys.signed);
            (judged.identity, signed.map(|(id, _)| id.to_string()).collect())
        }
    }

    #[test]
    fn an_identity_is_trusted_by_the_device_s_signature_or_by_its_name_and_by_nothing_else() {
        let mut world = World::new();
        assert_eq!(
            world.verified(),
            (IdentityStatus::Ours, vec!["HOST".to_owned(), "OTHER".to_owned()])
        );
        let judged = world.judge(&Trust::default()).expect("understood");
        assert_eq!(judged.master_key, Some(public(&world.master)));

        // The identity has signed the device, and not the other way round: a forgery.
        world.reply.master = Some(identity_key("master", &world.master));
        assert_eq!(world.verified().0, IdentityStatus::NotOurs);
        let thief = Ed25519SecretKey::new();
        for by in [&thief, &world.master, &world.signer] {
            world.reply.master = Some(signed(identity_key("master", &world.master), "HOST", by));
            assert_eq!(world.verified().0, IdentityStatus::NotOurs);
        }

        let (name, other) = (public(&world.master), public(&thief));
        let nothing = Trust::default;
        for (trust, expected) in [
            (nothing().naming(Some(&name)), IdentityStatus::Ours),
            (nothing().trusting(&name), IdentityStatus::Ours),
            (nothing().naming(Some(&other)), IdentityStatus::Replaced),
            (nothing().trusting(&other), IdentityStatus::Replaced),
            (nothing().trusting(&name).trusting(&other), IdentityStatus::Replaced),
        ] {
            let judged = world.judge(&trust).expect("understood");
            assert_eq!(judged.identity, expected, "{trust:?}");
        }
    }

    /// A server that is restored from a backup, or lies, shows it with the signature that the device once made.
    #[test]
    fn an_identity_that_was_replaced_comes_back_only_if_the_program_names_it_anew() {
        let world = World::new();
        let name = public(&world.master);
        let seen = |trust: Trust| world.judge(&trust).expect("understood").identity;
        let later = Trust::default().naming(Some(&name)).trusting(&name).trusting("later");
        assert_eq!(later.replaced, [name.as_str()]);
        assert_eq!(seen(later.clone()), IdentityStatus::Replaced);
        // The program goes on naming the old one, because it has not noticed.
        assert_eq!(seen(later.clone().naming(Some(&name))), IdentityStatus::Replaced);
        // It withdraws the name, or names another one: only the device's signature is left, which is too old.
        assert_eq!(seen(later.clone().naming(None)), IdentityStatus::NotOurs);
        assert_eq!(seen(later.clone().naming(Some("another"))), IdentityStatus::Replaced);
        let trusted = Trust::default().naming(Some(&name)).trusting(&name);
        // The usual way: the program resets, and names the new one from then on.
        let named_later = trusted.clone().naming(Some("later"));
        assert_eq!(seen(named_later.clone()), IdentityStatus::Replaced);
        assert_eq!(seen(named_later.naming(None)), IdentityStatus::NotOurs);
        assert_eq!(
            seen(trusted.clone().naming(None)),
            IdentityStatus::Ours,
            "by the device's signature"
        );
        assert_eq!(
            seen(trusted.naming(None).naming(Some("later"))),
            IdentityStatus::Replaced
        );
        // It names the old one anew.
        assert_eq!(seen(later.naming(None).naming(Some(&name))), IdentityStatus::Ours);
        let many = (0..100).fold(Trust::default(), |trust, number| trust.trusting(&number.to_string()));
        assert_eq!((many.replaced.len(), many.is_replaced("98")), (MOST_REPLACED, true));
    }

    #[test]
    fn an_identity_that_is_hidden_or_none_is_not_understood() {
        let mut world = World::new();
        world.reply.master = None;
        let nothing = Trust::default();
        let judged = world.judge(&nothing).expect("none");
        assert_eq!(judged.identity, IdentityStatus::NotSetUp);
        let hidden = world.judge(&nothing.clone().trusting("known"));
        assert_eq!(hidden.err(), Some(ServerError::NotUnderstood));
        let mut other = identity_key("master", &world.master);
        other["user_id"] = "@bob:example.org".into();
        for odd in [other, identity_key("self_signing", &world.master), json!([])] {
            world.reply.master = Some(odd);
            assert_eq!(world.judge(&nothing).err(), Some(ServerError::NotUnderstood));
        }
    }

    #[test]
    fn a_device_is_signed_only_by_the_key_that_the_identity_has_signed() {
        let stranger = Ed25519SecretKey::new();
        let both = vec!["HOST".to_owned(), "OTHER".to_owned()];
        let mut world = World::new();
        world.reply.self_signing = Some(identity_key("self_signing", &world.signer));
        assert_eq!(
            world.verified(),
            (IdentityStatus::Ours, vec![]),
            "nobody has signed the key"
        );
        world.reply.self_signing = Some(signed(
            identity_key("user_signing", &world.signer),
            &public(&world.master),
            &world.master,
        ));
        assert_eq!(world.verified().1, Vec::<String>::new(), "it is for something else");

        let mut world = World::new();
        let forged = signed(device_keys("THIEF", &stranger), &public(&world.signer), &stranger);
        world.reply.devices.insert("THIEF".into(), forged);
        assert_eq!(world.verified().1, both);

        // Keys of another device, or without its own signature, are no keys.
        for odd in [
            device_keys("OTHER", &stranger),
            json!({"user_id": USER, "device_id": "ODD", "keys": {"ed25519:ODD": public(&stranger)}}),
            json!({
                "user_id": USER, "device_id": "ODD", "keys": {"ed25519:ODD": "A".repeat(44)},
                "signatures": {USER: {"ed25519:ODD": "A".repeat(86)}},
            }),
            json!([]),
        ] {
            world.reply.devices.insert("ODD".into(), odd);
            let judged = world.judge(&Trust::default()).expect("understood");
            assert!(!judged.devices.contains_key(<&ruma::DeviceId>::from("ODD")));
        }
    }

    #[test]
    fn an_identity_that_was_made_here_is_trusted_until_that_is_taken_back() {
        let nothing = Trust::default();
        let old = nothing.trusting("old");
        let made = old.clone().trusting_what_was_made_here("made");
        assert!(made.is_known("made") && !made.is_replaced("made") && made.is_replaced("old"));
        assert_eq!(
            made.clone().trusting_what_was_made_here("made"),
            made,
            "a second time is the same"
        );
        let back = *made.before.clone().expect("what held before");
        assert_eq!(back, old);
        // It is in force after all, although the program had named another meanwhile.
        let again = made.naming(Some("old")).trusting_what_was_made_here("made");
        assert!(again.is_known("made") && !again.is_replaced("made"));
    }

    #[test]
    fn the_host_s_device_has_the_key_that_the_host_says_it_has() {
        let mut world = World::new();
        let stranger = Ed25519SecretKey::new();
        let exchanged = signed(device_keys("HOST", &stranger), &public(&world.signer), &world.signer);
        world.reply.devices.insert("HOST".into(), exchanged);
        assert_eq!(world.verified().1, ["OTHER"]);
    }

    #[test]
    fn a_checked_signature_is_remembered_with_all_that_it_depends_on() {
        let world = World::new();
        let checked = Checked::default();
        let object = &world.reply.devices[<&ruma::DeviceId>::from("OTHER")];
        let (name, key) = (public(&world.signer), public(&world.signer));
        assert!(checked.holds(object, USER, &name, &key));
        assert!(checked.holds(object, USER, &name, &key));
        assert!(!checked.holds(object, USER, &name, &public(&world.master)));
        let mut changed = object.clone();
        changed["algorithms"] = json!(["m.other"]);
        assert!(!checked.holds(&changed, USER, &name, &key));
    }
}
