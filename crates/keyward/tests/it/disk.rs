// SPDX-License-Identifier: Apache-2.0

//! What lies on the disk: no secret as it is, in any file of the store, at any time.

use std::{path::Path, time::Duration};

use keyward::{
    logout::UnsavedRoomKeys,
    reset::ResetOptions,
    secret::{Passphrase, StoreKey},
};
use keyward_testing::{
    proxy::FaultProxy,
    synapse::{Synapse, SynapseOptions},
};
use matrix_sdk_crypto::store::CryptoStore;
use serde_json::Value;

use crate::{
    account::crypto_store,
    common::{Keyward, finish, until_key},
};

const PHRASE: &str = "seven slow herons over mud";

/// A value that the store keeps, read from a copy: the store may be open.
async fn kept(dir: &Path, key: &StoreKey, name: &str) -> Value {
    let copy = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir(dir).expect("a folder") {
        let entry = entry.expect("an entry");
        // The index of SQLite's log is made anew.
        if !entry.file_name().to_string_lossy().ends_with("-shm") {
            std::fs::copy(entry.path(), copy.path().join(entry.file_name())).expect("copied");
        }
    }
    let store = crypto_store(copy.path(), key).await;
    let value = store.get_custom_value(name).await.expect("read").expect("it is kept");
    store.close().await.expect("closed");
    serde_json::from_slice(&value).expect("JSON")
}

/// The tokens of the session in the store.
async fn tokens(keyward: &Keyward) -> Vec<String> {
    let session = kept(keyward.dir.path(), &keyward.key, "keyward.session").await;
    ["access_token", "refresh_token"]
        .map(|name| session[name].as_str().expect("a token").to_owned())
        .to_vec()
}

/// Fails if a file in `dir` has one of these texts in it.
fn assert_nowhere(dir: &Path, secrets: &[String], when: &str) {
    let mut files = 0;
    for entry in std::fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("a file");
        files += 1;
        for secret in secrets {
            assert!(secret.len() >= 8, "too short to be searched for");
            let is_in = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!is_in, "a secret is in {} {when}", path.display());
        }
    }
    assert!(files >= 3, "the database, its log and the lock are there");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_lies_in_clear_in_any_file() {
    let options = SynapseOptions::default().access_token_lifetime(Duration::from_secs(3));
    let synapse = Synapse::start(options).await.expect("a server with short-lived tokens");
    let user = synapse.new_user().await.expect("a user");
    let proxy = FaultProxy::start(synapse.url()).expect("a proxy");
    let keyward = Keyward::login(proxy.url(), &user).await;
    let dir = keyward.dir.path();
    let mut secrets = vec![user.password.clone(), PHRASE.to_owned()];
    secrets.extend(tokens(&keyward).await);
    assert_nowhere(dir, &secrets, "after the login");

    let was_refreshed = || {
        proxy
            .requests()
            .iter()
            .any(|request| request.path.ends_with("/refresh"))
    };
    while !was_refreshed() {
        keyward.account.status().await.expect("a refresh is not an error");
    }
    let before = secrets.len();
    secrets.extend(
        tokens(&keyward)
            .await
            .into_iter()
            .filter(|token| !secrets.contains(token))
            .collect::<Vec<_>>(),
    );
    assert!(secrets.len() > before, "the new tokens are others");
    assert_nowhere(dir, &secrets, "after a refresh");

    let plan = keyward.account.plan_reset().await.expect("a plan");
    let options = ResetOptions {
        passphrase: Some(Passphrase::new(PHRASE)),
        ..ResetOptions::default()
    };
    let mut reset = keyward.account.start_reset(&plan, options).await.expect("started");
    let recovery_key = until_key(&mut reset).await;
    let journal = kept(dir, &keyward.key, "keyward.reset").await;
    secrets.push(recovery_key.reveal().to_owned());
    secrets.push(recovery_key.reveal().replace(' ', ""));
    let private = journal["keys"]["private"].as_array().expect("three keys");
    secrets.extend(private.iter().map(|key| key.as_str().expect("a key").to_owned()));
    secrets.push(journal["keys"]["backup"]["private"].as_str().expect("a key").to_owned());
    assert_nowhere(dir, &secrets, "while a reset waits");

    finish(&mut reset, &user).await.expect("done");
    drop(reset);
    secrets.extend(tokens(&keyward).await);
    assert_nowhere(dir, &secrets, "after the reset");

    keyward
        .account
        .log_out(UnsavedRoomKeys::Discard)
        .await
        .expect("logged out");
    assert!(!dir.exists(), "nothing is left after the logout");
}
