// SPDX-License-Identifier: Apache-2.0
//! The oracle accepts what is whole and finds every harm that is done here on purpose.

use crate::common::{client, plain, user_with_client};
use anyhow::{Context as _, Result};
use keyward_testing::{
    oracle::{Backups, Oracle},
    other_client::OtherClient,
    server_state::{Allowed, BACKUP_SECRET, CROSS_SIGNING_SECRETS, DEFAULT_KEY, KEY_PREFIX},
    user::{PlainSession, User},
};
use matrix_sdk_crypto::store::CryptoStore as _;
use matrix_sdk_sqlite::{SqliteCryptoStore, SqliteStoreConfig};
use reqwest::Method;
use serde_json::{Value, json};

/// An account with everything, the way a client leaves it.
struct Account {
    user: User,
    observer: PlainSession,
    phone: OtherClient,
    recovery_key: String,
    /// Looked before the identity was made.
    at_first: Oracle,
}

impl Account {
    async fn new() -> Result<Self> {
        let (user, phone) = user_with_client().await?;
        let observer = plain(&user).await?;
        let room = phone.create_encrypted_room(&[]).await?;
        let message = phone.send_messages(&room, 1).await?.remove(0);
        let at_first = oracle(&observer, &phone).await?.with_room_keys([message.room_key()]);
        let recovery_key = phone.bootstrap().await?;
        Ok(Self {
            user,
            observer,
            phone,
            recovery_key,
            at_first,
        })
    }

    /// An oracle that looks now, when the person holds the recovery key.
    async fn oracle(&self) -> Result<Oracle> {
        let room_keys = self.phone.room_keys().await?;
        Ok(oracle(&self.observer, &self.phone)
            .await?
            .with_old_key(&self.recovery_key)?
            .with_room_keys(room_keys))
    }

    /// Whether the account is set up as a whole.
    async fn is_done(&self) -> Result<()> {
        self.at_first.assert_done(&self.recovery_key).await
    }

    async fn other_client(&self) -> Result<OtherClient> {
        client(&self.user).await
    }

    async fn set(&self, event_type: &str, content: Value) -> Result<()> {
        self.observer.set_account_data(event_type, &content).await
    }

    async fn get(&self, event_type: &str) -> Result<Value> {
        self.observer
            .account_data(event_type)
            .await?
            .with_context(|| format!("no {event_type}"))
    }

    async fn delete_backup(&self) -> Result<()> {
        let version = self.observer.get("/v3/room_keys/version").await?["version"].clone();
        let path = format!("/v3/room_keys/version/{}", version.as_str().context("no version")?);
        self.observer.request_ok(Method::DELETE, &path, None).await?;
        Ok(())
    }

    /// Adds what a reset stages, with made-up content.
    async fn stage(&self) -> Result<()> {
        self.set(
            &format!("{KEY_PREFIX}NEW"),
            json!({ "algorithm": "m.secret_storage.v1.aes-hmac-sha2" }),
        )
        .await?;
        for secret in CROSS_SIGNING_SECRETS.into_iter().chain([BACKUP_SECRET]) {
            let mut content = self.get(secret).await?;
            content["encrypted"]["NEW"] = json!({ "iv": "a", "ciphertext": "b", "mac": "c" });
            self.set(secret, content).await?;
        }
        Ok(())
    }
}

async fn oracle(observer: &PlainSession, client: &OtherClient) -> Result<Oracle> {
    Oracle::new(
        observer.clone(),
        &client.device_id(),
        client.store_path(),
        client.store_key(),
    )
    .await
}

#[track_caller]
fn complains(result: Result<()>, expected: impl AsRef<str>) {
    assert_eq!(complaint(result), expected.as_ref());
}

/// The same where the rest of the line is another one each time.
#[track_caller]
fn complains_of(result: Result<()>, beginning: impl AsRef<str>) {
    let found = complaint(result);
    assert!(found.starts_with(beginning.as_ref()), "{found}");
}

/// The first line of what is wrong.
fn complaint(result: Result<()>) -> String {
    let text = format!("{:#}", result.expect_err("the harm must be seen"));
    text.lines().next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_whole_account_is_done_safe_and_unharmed() -> Result<()> {
    let account = Account::new().await?;
    account.is_done().await?;
    account.at_first.assert_safe(Some(&account.recovery_key)).await?;
    let oracle = account.oracle().await?;
    oracle.assert_unharmed(None).await?;
    oracle.assert_cancelled().await?;
    oracle.assert_safe(None).await?;
    oracle.assert_no_trace_of_the_old().await?;
    assert_eq!(oracle.before().device.private_keys, account.phone.private_keys().await);
    // Nothing has become new.
    complains(
        oracle.assert_done(&account.recovery_key).await,
        "I3: the identity is still the old one",
    );
    Ok(())
}

#[tokio::test]
async fn a_key_that_opens_nothing_is_refused_as_old_key() -> Result<()> {
    let account = Account::new().await?;
    let error = oracle(&account.observer, &account.phone)
        .await?
        .with_old_key("wrong")
        .expect_err("it opens nothing");
    assert_eq!(
        error.to_string(),
        "the old key does not open secret storage to begin with"
    );
    Ok(())
}

#[tokio::test]
async fn i3_sees_a_blanked_secret() -> Result<()> {
    for secret in CROSS_SIGNING_SECRETS {
        let account = Account::new().await?;
        account.set(secret, json!({})).await?;
        let found = complaint(account.is_done().await);
        assert_eq!(found, format!("I3: secret storage has no {secret}"));
        let now = account.at_first.look().await?;
        let i4 = account
            .at_first
            .i4_a_held_key_leads_to_the_identity(&now, Some(&account.recovery_key));
        complains(i4, "I4: no key that the person holds leads to the account's identity:");
    }
    let account = Account::new().await?;
    account.set(BACKUP_SECRET, json!({})).await?;
    complains(account.is_done().await, "I3: secret storage has no key of the backup");
    Ok(())
}

#[tokio::test]
async fn i3_sees_a_swapped_default_key() -> Result<()> {
    let account = Account::new().await?;
    let other = matrix_sdk_crypto::secret_storage::SecretStorageKey::new();
    let description = serde_json::to_value(other.event_content())?;
    account
        .set(&format!("{KEY_PREFIX}{}", other.key_id()), description)
        .await?;
    account.set(DEFAULT_KEY, json!({ "key": other.key_id() })).await?;
    complains_of(
        account.is_done().await,
        "I3: the new recovery key does not open secret storage:",
    );
    // The person still gets there, by the description of the key itself.
    account.at_first.assert_safe(Some(&account.recovery_key)).await?;
    Ok(())
}

#[tokio::test]
async fn i3_sees_a_missing_and_a_foreign_backup() -> Result<()> {
    let account = Account::new().await?;
    account.delete_backup().await?;
    complains(account.is_done().await, "I3: there is no key backup");
    let version = account.observer.create_backup_version().await?;
    complains_of(
        account.is_done().await,
        format!("I3: backup {version} is not signed by the identity:"),
    );
    Ok(())
}

#[tokio::test]
async fn i3_sees_an_identity_that_another_client_made() -> Result<()> {
    let account = Account::new().await?;
    let laptop = account.other_client().await?;
    laptop.bootstrap_identity().await?;
    complains_of(
        account.is_done().await,
        "I3: m.cross_signing.master in secret storage is not the server's:",
    );
    complains(
        account.at_first.assert_safe(Some(&account.recovery_key)).await,
        "I4: no key that the person holds leads to the account's identity:",
    );
    Ok(())
}

#[tokio::test]
async fn i3_sees_a_session_that_is_not_signed() -> Result<()> {
    let account = Account::new().await?;
    let laptop = account.other_client().await?;
    laptop.sync_once().await?;
    let oracle = oracle(&account.observer, &laptop).await?;
    let now = oracle.look().await?;
    complains_of(
        oracle.i3_this_session_is_signed(&now),
        format!(
            "I3: session {} is not signed by the identity: there is no sig",
            laptop.device_id()
        ),
    );
    laptop.recover(&account.recovery_key).await?;
    oracle.i3_this_session_is_signed(&oracle.look().await?)?;

    // A signature that is there, and wrong.
    let mut now = oracle.look().await?;
    now.server
        .device_keys
        .get_mut(&laptop.device_id())
        .context("it has keys")?["algorithms"] = json!(["x"]);
    let found = complaint(oracle.i3_this_session_is_signed(&now));
    assert!(found.contains("is wrong"), "{found}");
    Ok(())
}

#[tokio::test]
async fn i3_sees_what_an_abandoned_attempt_leaves() -> Result<()> {
    let account = Account::new().await?;
    account.stage().await?;
    complains(
        account.is_done().await,
        "I3: the key of secret storage NEW is left over",
    );
    account.set(&format!("{KEY_PREFIX}NEW"), json!({})).await?;
    complains(
        account.is_done().await,
        "I3: m.cross_signing.master has a ciphertext left over under NEW",
    );
    Ok(())
}

#[tokio::test]
async fn i3_asks_for_no_backup_of_a_person_who_wants_none() -> Result<()> {
    let (user, phone) = user_with_client().await?;
    let observer = plain(&user).await?;
    let disabled = json!({ "disabled": true });
    observer
        .set_account_data("m.org.matrix.custom.backup_disabled", &disabled)
        .await?;
    let oracle = oracle(&observer, &phone).await?;
    phone.bootstrap_identity().await?;
    let storage = phone.client().encryption().secret_storage();
    let store = storage.create_secret_store().await?;
    oracle.assert_done(&store.secret_storage_key()).await?;
    Ok(())
}

#[tokio::test]
async fn i1_allows_staged_additions_until_the_cancel() -> Result<()> {
    let account = Account::new().await?;
    let oracle = account.oracle().await?;
    let mut originals = Vec::new();
    for secret in CROSS_SIGNING_SECRETS.into_iter().chain([BACKUP_SECRET]) {
        originals.push((secret, account.get(secret).await?));
    }
    account.stage().await?;
    oracle.assert_unharmed(None).await?;
    oracle.assert_safe(None).await?;
    complains(oracle.assert_cancelled().await, "I1: the server is not as before:");

    account.set(&format!("{KEY_PREFIX}NEW"), json!({})).await?;
    for (secret, original) in originals {
        account.set(secret, original).await?;
    }
    oracle.assert_cancelled().await?;
    Ok(())
}

#[tokio::test]
async fn i1_sees_lost_secrets_keys_and_backups() -> Result<()> {
    let account = Account::new().await?;
    let oracle = account.oracle().await?;
    let master = account.get("m.cross_signing.master").await?;
    account.set("m.cross_signing.master", json!({})).await?;
    complains(
        oracle.assert_unharmed(None).await,
        "I1: secret storage has another m.cross_signing.master than before",
    );
    account.set("m.cross_signing.master", master).await?;
    oracle.assert_unharmed(None).await?;

    let default = account.get(DEFAULT_KEY).await?;
    account.set(DEFAULT_KEY, json!({})).await?;
    complains(
        oracle.assert_unharmed(None).await,
        "I1: the old recovery key no longer opens secret storage: there is no default key",
    );
    account.set(DEFAULT_KEY, default).await?;

    account.delete_backup().await?;
    let now = oracle.look().await?;
    let error = oracle
        .i1_the_server_is_as_before(&now, Allowed::Leftovers)
        .expect_err("the backup is gone");
    assert!(error.to_string().contains("\n  current_backup: removed"), "{error}");
    Ok(())
}

#[tokio::test]
async fn i1_sees_what_a_cancelled_reset_of_matrix_sdk_destroys() -> Result<()> {
    let account = Account::new().await?;
    let oracle = account.oracle().await?;
    let handle = account.phone.client().encryption().recovery().reset_identity().await?;
    handle.context("it asks for the password")?.cancel().await;

    let now = oracle.look().await?;
    complains(
        oracle.i1_the_old_key_opens_secret_storage(&now),
        "I1: the old recovery key no longer opens secret storage: there is no default key",
    );
    complains(
        oracle.i1_the_private_keys_are_on_the_device(&now),
        "I1: the device has another private key m.cross_signing.master than before",
    );
    complains(
        oracle.i1_the_server_is_as_before(&now, Allowed::StagedAdditions),
        "I1: the server is not as before:",
    );
    assert!(complaint(oracle.assert_cancelled().await).starts_with("I1: "));
    assert!(complaint(oracle.assert_safe(None).await).starts_with("I1: "));
    Ok(())
}

#[tokio::test]
async fn i2_counts_room_keys_on_the_device_and_in_backups_that_open() -> Result<()> {
    let account = Account::new().await?;
    account.phone.make_room_keys(5).await?;
    let room_keys = account.phone.room_keys().await?;
    assert_eq!(room_keys.len(), 6);
    // A session that has no room keys itself, and no identity either.
    let laptop = account.other_client().await?;
    let oracle = oracle(&account.observer, &laptop)
        .await?
        .with_room_keys(room_keys.clone());
    let now = oracle.look().await?;
    let recovery_key = Some(account.recovery_key.as_str());
    oracle
        .i2_room_keys_are_readable(&now, recovery_key, Backups::Current)
        .await?;
    complains_of(
        oracle.i2_room_keys_are_readable(&now, None, Backups::All).await,
        "I2: 6 of 6 room keys can no longer be read, neither on the device nor from a backup, for instance ",
    );

    // A newer, empty version pushes the full one aside.
    account.observer.create_backup_version().await?;
    let now = oracle.look().await?;
    oracle
        .i2_room_keys_are_readable(&now, recovery_key, Backups::All)
        .await?;
    complains_of(
        oracle
            .i2_room_keys_are_readable(&now, recovery_key, Backups::Current)
            .await,
        "I2: 6 of 6",
    );

    // On the device they can be read whatever the server has.
    let on_phone = account.oracle().await?;
    on_phone
        .i2_room_keys_are_readable(&on_phone.look().await?, None, Backups::Current)
        .await?;
    Ok(())
}

#[tokio::test]
async fn i2_does_not_take_another_key_for_the_right_one() -> Result<()> {
    let account = Account::new().await?;
    let id = account.phone.make_room_keys(2).await?;
    let path = |index: usize| id[index].path("1");
    // The backup has the ciphertext of the second key in the place of the first.
    let second = account.observer.get(&path(1)).await?;
    account.observer.request_ok(Method::DELETE, &path(0), None).await?;
    account
        .observer
        .request_ok(Method::PUT, &path(0), Some(&second))
        .await?;
    let laptop = account.other_client().await?;
    let oracle = oracle(&account.observer, &laptop).await?.with_room_keys(id.clone());
    let now = oracle.look().await?;
    let found = complaint(
        oracle
            .i2_room_keys_are_readable(&now, Some(&account.recovery_key), Backups::Current)
            .await,
    );
    assert!(
        found.starts_with("I2: 1 of 2") && found.contains(&id[0].session_id),
        "{found}"
    );
    Ok(())
}

#[tokio::test]
async fn a_whole_reset_is_done_and_i4_holds_by_the_key_that_was_shown() -> Result<()> {
    let account = Account::new().await?;
    let oracle = account.oracle().await?;
    let new_key = account.phone.reset_identity().await?;
    oracle.assert_done(&new_key).await?;
    oracle.assert_safe(Some(&new_key)).await?;
    complains(
        oracle.assert_safe(None).await,
        "I4: no key that the person holds leads to the account's identity:",
    );
    complains_of(
        oracle.assert_done(&account.recovery_key).await,
        "I3: the new recovery key does not open secret storage:",
    );

    // matrix-sdk leaves the old ciphertexts, which is fine unless the old key is compromised.
    complains_of(
        oracle.assert_no_trace_of_the_old().await,
        "the old key of secret storage ",
    );
    let server = oracle.look().await?.server;
    let default = server.default_key_id().context("there is one")?;
    for key_id in server.key_descriptions().keys().filter(|key_id| **key_id != default) {
        account.set(&format!("{KEY_PREFIX}{key_id}"), json!({})).await?;
    }
    complains_of(
        oracle.assert_no_trace_of_the_old().await,
        "m.cross_signing.master still has a ciphertext under ",
    );
    for secret in CROSS_SIGNING_SECRETS.into_iter().chain([BACKUP_SECRET]) {
        let ciphertext = server.ciphertexts(secret)[default];
        account
            .set(secret, json!({ "encrypted": { default: ciphertext } }))
            .await?;
    }
    oracle.assert_no_trace_of_the_old().await?;
    oracle.assert_done(&new_key).await?;
    Ok(())
}

#[tokio::test]
async fn i4_asks_for_a_key_only_from_a_person_who_held_one() -> Result<()> {
    let account = Account::new().await?;
    // The recovery key is lost: the reason for most resets.
    let oracle = oracle(&account.observer, &account.phone).await?;
    oracle.assert_safe(None).await?;
    let laptop = account.other_client().await?;
    laptop.bootstrap_identity().await?;
    complains(
        oracle.assert_safe(None).await,
        "I4: the identity has changed, and the person was not given a key to it",
    );
    Ok(())
}

#[tokio::test]
async fn it_sees_a_secret_that_lies_in_clear_and_a_statement_that_is_untrue() -> Result<()> {
    let account = Account::new().await?;
    let folder = tempfile::tempdir()?;
    let key = [7; 32];
    let config = SqliteStoreConfig::with_low_memory_config(folder.path()).key(Some(&key));
    let store = SqliteCryptoStore::open_with_config(&config).await?;
    let session = json!({"access_token": "syt_a_token_of_the_session", "refresh_token": null});
    store
        .set_custom_value("keyward.session", session.to_string().into_bytes())
        .await?;
    store.close().await?;
    let device = account.phone.device_id();
    let oracle = Oracle::new(account.observer.clone(), &device, folder.path(), key).await?;
    oracle.look().await?;
    complains(
        oracle.assert_safe_as_told(None, Some(true)).await,
        "the person was told that the new identity is in force",
    );
    std::fs::write(folder.path().join("log"), "GET /sync syt_a_token_of_the_session 200")?;
    complains_of(oracle.look().await.map(drop), "a secret lies in clear in");

    // Also when the session has another by now.
    let store = SqliteCryptoStore::open_with_config(&config).await?;
    store.set_custom_value("keyward.session", b"{}".to_vec()).await?;
    store.close().await?;
    complains_of(oracle.look().await.map(drop), "a secret lies in clear in");
    Ok(())
}
