// SPDX-License-Identifier: Apache-2.0
//! Reading and comparing what a server has.

use crate::common::{client, new_user, plain, user_with_client};
use anyhow::{Context as _, Result};
use keyward_testing::{
    other_client::OtherClient,
    server_state::{Allowed, CROSS_SIGNING_SECRETS, DEFAULT_KEY, KEY_PREFIX, ServerState, readable},
    synapse::Synapse,
    user::{PlainSession, User},
};
use reqwest::Method;
use serde_json::{Value, json};

/// The differences as text, without the values.
fn paths(before: &ServerState, after: &ServerState, allowed: Allowed) -> Vec<String> {
    before
        .diff(after, allowed)
        .iter()
        .map(|difference| difference.path.join(" > "))
        .collect()
}

/// Somebody who watches an account with an identity, and its phone.
async fn observer_and_phone() -> Result<(User, PlainSession, OtherClient)> {
    let (user, phone) = user_with_client().await?;
    let observer = plain(&user).await?;
    phone.bootstrap().await?;
    Ok((user, observer, phone))
}

#[tokio::test]
async fn it_reads_everything_a_reset_could_touch() -> Result<()> {
    let user = new_user().await?;
    let observer = PlainSession::login(Synapse::shared().await.url(), &user, Some("Observer")).await?;
    observer.create_backup_version().await?;
    let old_backup = observer.get("/v3/room_keys/version").await?;
    // matrix-sdk sets up no backup where there is one, so this one goes, and number 2 comes.
    observer
        .request_ok(Method::DELETE, "/v3/room_keys/version/1", None)
        .await?;
    let phone = client(&user).await?;
    phone.bootstrap().await?;
    phone.make_room_keys(3).await?;
    let dehydrated = phone.create_dehydrated_device().await?;
    observer.create_backup_version().await?;

    let state = ServerState::read(&observer).await?;
    assert_eq!(old_backup["version"], "1");
    assert_eq!(state.backups.keys().collect::<Vec<_>>(), ["2", "3"]);
    assert_eq!(state.current_backup.as_deref(), Some("3"));
    assert_eq!(
        (&state.backups["2"]["count"], &state.backups["3"]["count"]),
        (&json!(3), &json!(0))
    );
    assert!(state.backups["2"]["auth_data"]["signatures"][&user.user_id].is_object());
    assert_eq!(
        state.dehydrated_device.as_ref().context("missing")?["device_id"],
        dehydrated
    );
    let devices = [&observer.device_id, &phone.device_id(), &dehydrated];
    assert!(devices.iter().all(|id| state.devices.contains_key(*id)) && state.devices.len() == 3);
    assert_eq!(state.devices[&observer.device_id]["display_name"], "Observer");
    assert_eq!(state.device_keys.len(), 2);
    assert!(state.public_keys().iter().all(Option::is_some));
    let default_key = state.default_key_id().context("missing")?;
    assert_eq!(state.key_descriptions().keys().collect::<Vec<_>>(), [&default_key]);
    for secret in CROSS_SIGNING_SECRETS {
        assert_eq!(state.ciphertexts(secret).keys().collect::<Vec<_>>(), [&default_key]);
    }
    Ok(())
}

#[tokio::test]
async fn it_stays_equal_while_nothing_happens_and_sees_every_change_at_once() -> Result<()> {
    let (_, observer, phone) = observer_and_phone().await?;
    let before = ServerState::read(&observer).await?;
    phone.sync_once().await?;
    let synapse = Synapse::shared().await;
    synapse
        .set_last_seen(&observer, &phone.device_id(), 1_500_000_000_000)
        .await?;
    assert_eq!(before, ServerState::read(&observer).await?);
    assert_eq!(paths(&before, &before.clone(), Allowed::Nothing), Vec::<String>::new());

    // Back-to-back reads would meet Synapse's cache of initial syncs.
    observer
        .set_account_data("org.keyward.test", &json!({ "a": [1] }))
        .await?;
    let added = ServerState::read(&observer).await?;
    assert_eq!(
        readable(&before.diff(&added, Allowed::Nothing)),
        "\n  account_data > org.keyward.test: added {\"a\":[1]}"
    );
    observer
        .set_account_data("org.keyward.test", &json!({ "a": [2] }))
        .await?;
    let changed = ServerState::read(&observer).await?;
    assert_eq!(
        readable(&added.diff(&changed, Allowed::Nothing)),
        "\n  account_data > org.keyward.test > a: was [1], is [2]"
    );

    let rename = format!("/v3/devices/{}", phone.device_id());
    observer
        .request_ok(Method::PUT, &rename, Some(&json!({ "display_name": "Phone" })))
        .await?;
    let backup = before.current_backup.clone().context("there is a backup")?;
    observer
        .request_ok(Method::DELETE, &format!("/v3/room_keys/version/{backup}"), None)
        .await?;
    let dehydrated = phone.create_dehydrated_device().await?;
    let later = ServerState::read(&observer).await?;
    let mut expected = vec![
        format!("backups > {backup}"),
        "current_backup".to_owned(),
        "dehydrated_device".to_owned(),
        format!("device_keys > {dehydrated}"),
        format!("devices > {dehydrated}"),
        format!("devices > {} > display_name", phone.device_id()),
    ];
    let mut found = paths(&changed, &later, Allowed::Nothing);
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
    let gone = changed
        .diff(&later, Allowed::Nothing)
        .into_iter()
        .find(|found| found.path == ["current_backup"]);
    assert_eq!(
        gone.context("listed above")?.to_string(),
        format!("current_backup: removed \"{backup}\"")
    );
    Ok(())
}

#[tokio::test]
async fn another_identity_is_a_difference() -> Result<()> {
    let (user, observer, _phone) = observer_and_phone().await?;
    let before = ServerState::read(&observer).await?;
    client(&user).await?.reset_identity().await?;
    let found = paths(&before, &ServerState::read(&observer).await?, Allowed::StagedAdditions);
    for name in ["master_key", "self_signing_key", "user_signing_key"] {
        assert!(
            found.iter().any(|path| path.starts_with(name)),
            "{name} is not in {found:?}"
        );
    }
    assert!(
        found.contains(&format!("account_data > {DEFAULT_KEY} > key")),
        "{found:?}"
    );
    assert!(found.contains(&"current_backup".to_owned()), "{found:?}");
    Ok(())
}

#[tokio::test]
async fn staged_additions_are_allowed_and_nothing_else_is() -> Result<()> {
    let user = new_user().await?;
    let observer = plain(&user).await?;
    let old = json!({ "encrypted": { "OLD": { "iv": "a" } } });
    observer.set_account_data("m.cross_signing.master", &old).await?;
    observer
        .set_account_data(&format!("{KEY_PREFIX}OLD"), &json!({ "algorithm": "x" }))
        .await?;
    let before = ServerState::read(&observer).await?;

    let description = format!("{KEY_PREFIX}NEW");
    observer
        .set_account_data(&description, &json!({ "algorithm": "x" }))
        .await?;
    let merged = json!({ "encrypted": { "OLD": { "iv": "a" }, "NEW": { "iv": "b" } } });
    observer.set_account_data("m.cross_signing.master", &merged).await?;
    observer
        .set_account_data("m.megolm_backup.v1", &json!({ "encrypted": { "NEW": { "iv": "c" } } }))
        .await?;
    let staged = ServerState::read(&observer).await?;
    assert_eq!(paths(&before, &staged, Allowed::StagedAdditions), Vec::<String>::new());
    assert_eq!(paths(&before, &staged, Allowed::Nothing).len(), 3);
    assert_eq!(paths(&before, &staged, Allowed::Leftovers).len(), 3);

    let with = |event_type: &str, content: Value| {
        let mut state = staged.clone();
        state.account_data.insert(event_type.to_owned(), content);
        paths(&before, &state, Allowed::StagedAdditions)
    };
    // The old ciphertext is lost.
    let lost = json!({ "encrypted": { "NEW": { "iv": "b" } } });
    assert_eq!(
        with("m.cross_signing.master", lost),
        ["account_data > m.cross_signing.master > encrypted > OLD"]
    );
    // A ciphertext that arrived before its key's description.
    let early = json!({ "encrypted": { "OLD": { "iv": "a" }, "EARLY": {} } });
    assert_eq!(with("m.cross_signing.master", early), Vec::<String>::new());
    // The old description is gone, the default set, something else touched.
    let old_description = format!("{KEY_PREFIX}OLD");
    assert_eq!(
        with(&old_description, json!({})),
        [format!("account_data > {old_description} > algorithm")]
    );
    assert_eq!(
        with(DEFAULT_KEY, json!({ "key": "NEW" })),
        [format!("account_data > {DEFAULT_KEY}")]
    );
    assert_eq!(with("m.direct", json!({})), ["account_data > m.direct"]);

    // After a cancel nothing but empty entries may be left.
    observer.set_account_data(&description, &json!({})).await?;
    observer.set_account_data("m.cross_signing.master", &old).await?;
    observer
        .set_account_data("m.megolm_backup.v1", &json!({ "encrypted": {} }))
        .await?;
    let cancelled = ServerState::read(&observer).await?;
    assert_eq!(paths(&before, &cancelled, Allowed::Leftovers), Vec::<String>::new());
    assert_eq!(paths(&before, &cancelled, Allowed::Nothing).len(), 2);
    // A second time there is something to begin with, and the two forms of empty are the same.
    observer.set_account_data("m.megolm_backup.v1", &json!({})).await?;
    let again = ServerState::read(&observer).await?;
    assert_eq!(paths(&cancelled, &again, Allowed::Leftovers), Vec::<String>::new());
    let mut blanked = cancelled.clone();
    blanked
        .account_data
        .insert("m.cross_signing.master".to_owned(), json!({ "encrypted": {} }));
    assert_eq!(
        paths(&before, &blanked, Allowed::Leftovers),
        ["account_data > m.cross_signing.master > encrypted > OLD"]
    );
    Ok(())
}

#[tokio::test]
async fn first_device_keys_are_part_of_a_login() -> Result<()> {
    let user = new_user().await?;
    let observer = plain(&user).await?;
    let phone = OtherClient::login_without_sync(Synapse::shared().await.url(), &user).await?;
    let before = ServerState::read(&observer).await?;
    phone.sync_once().await?;
    phone.sync_once().await?;
    let after = ServerState::read(&observer).await?;
    let uploaded = format!("device_keys > {}", phone.device_id());
    assert_eq!(paths(&before, &after, Allowed::Nothing), [uploaded]);
    assert_eq!(paths(&before, &after, Allowed::StagedAdditions), Vec::<String>::new());
    assert_eq!(paths(&before, &after, Allowed::Leftovers), Vec::<String>::new());
    Ok(())
}
