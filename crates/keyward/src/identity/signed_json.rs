// SPDX-License-Identifier: Apache-2.0

//! Signed JSON: an object whose signatures are over its canonical form, without `signatures` and `unsigned`.
//!
//! Specification: Appendices, "Signing JSON".

use ruma::canonical_json::to_canonical_value;
use serde_json::Value;
use vodozemac::Ed25519Signature;

use crate::ed25519::public_key;

/// What the signatures of `object` are over. `None` if it is no object, or has no canonical form (a fraction in it).
pub(crate) fn signed_part(object: &Value) -> Option<String> {
    let mut signed = object.as_object()?.clone();
    signed.remove("signatures");
    signed.remove("unsigned");
    Some(to_canonical_value(signed).ok()?.to_string())
}

/// The signature of `object` by `user`'s key with this name (`ed25519:…`).
pub(crate) fn signature_of<'a>(object: &'a Value, user: &str, key_id: &str) -> Option<&'a str> {
    object.get("signatures")?.get(user)?.get(key_id)?.as_str()
}

/// Whether `signature` is that of `signed` by `key`, both in base64.
pub(crate) fn is_signature(signed: &str, key: &str, signature: &str) -> bool {
    match (public_key(key), Ed25519Signature::from_base64(signature)) {
        (Some(key), Ok(signature)) => key.verify(signed.as_bytes(), &signature).is_ok(),
        _ => false,
    }
}

/// Whether `object` has a signature of `user`'s Ed25519 key with this name, by `key`, in base64.
pub(crate) fn is_signed_by(object: &Value, user: &str, name: &str, key: &str) -> bool {
    let signature = signature_of(object, user, &format!("ed25519:{name}"));
    match (signed_part(object), signature) {
        (Some(signed), Some(signature)) => is_signature(&signed, key, signature),
        _ => false,
    }
}

/// Base64 of the signature of `object` by `key`.
///
/// # Panics
/// If it has no canonical form.
pub(crate) fn sign(object: &Value, key: &vodozemac::Ed25519SecretKey) -> String {
    let signed = signed_part(object).expect("an object with a canonical form");
    key.sign(signed.as_bytes()).to_base64()
}

/// Adds a signature by `user`'s Ed25519 key with this name, in base64.
pub(crate) fn add_signature(object: &mut Value, user: &str, name: &str, signature: String) {
    object["signatures"][user][format!("ed25519:{name}")] = signature.into();
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vodozemac::Ed25519SecretKey;

    use super::*;

    #[test]
    fn a_signature_holds_for_what_was_signed_by_whoever_signed_it() {
        let (key, other) = (Ed25519SecretKey::new(), Ed25519SecretKey::new());
        let [public, stranger] = [&key, &other].map(|key| key.public_key().to_base64());
        let mut object = json!({"b": [1, "ä"], "a": {"d": null, "c": true}});
        let signature = sign(&object, &key);
        object["signatures"] = json!({"@a:b.c": {"ed25519:X": signature, "ed25519:Y": 7}});
        object["unsigned"] = json!({"device_display_name": "not signed"});
        let signed = signed_part(&object).expect("an object");
        let found = signature_of(&object, "@a:b.c", "ed25519:X")
            .expect("a signature")
            .to_owned();
        let found = found.as_str();
        assert!(is_signature(&signed, &public, found));
        assert!(!is_signature(&signed, &stranger, found));
        assert!(!is_signature(&signed, "no key", found));
        assert!(!is_signature(&signed, &public, "no signature"));
        object["b"] = json!([1, "a"]);
        assert!(!is_signature(&signed_part(&object).expect("an object"), &public, found));
        for (user, key_id) in [
            ("@a:b.c", "ed25519:Y"),
            ("@a:b.c", "ed25519:Z"),
            ("@b:b.c", "ed25519:X"),
        ] {
            assert_eq!(signature_of(&object, user, key_id), None);
        }
        for odd in [json!([]), json!("text"), json!({"a": 1.5})] {
            assert_eq!(signed_part(&odd), None, "{odd}");
        }
    }
}
