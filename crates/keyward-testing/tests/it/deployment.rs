// SPDX-License-Identifier: Apache-2.0

//! The deployments without passwords answer as the real ones do where Keyward relies on it.

use anyhow::{Context as _, Result, bail};
use keyward_testing::{
    browser::Browser,
    deployment::Deployment,
    proxy::FaultProxy,
    user::{LogsIn, PlainSession},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// An identity that nobody has the keys of, as a body for the upload.
fn identity(user_id: &str) -> Value {
    let [master, signing, user_signing] = [(); 3].map(|()| vodozemac::Ed25519SecretKey::new());
    let key = |key: &vodozemac::Ed25519SecretKey, usage: &str| {
        let public = key.public_key().to_base64();
        json!({"user_id": user_id, "usage": [usage], "keys": {format!("ed25519:{public}"): public}})
    };
    let signed = |mut object: Value| {
        let canonical = canonical_json(&object);
        let name = format!("ed25519:{}", master.public_key().to_base64());
        object["signatures"] = json!({user_id: {name: master.sign(canonical.as_bytes()).to_base64()}});
        object
    };
    json!({
        "master_key": key(&master, "master"),
        "self_signing_key": signed(key(&signing, "self_signing")),
        "user_signing_key": signed(key(&user_signing, "user_signing")),
    })
}

/// Canonical JSON of an object of ASCII texts: serde_json sorts the names.
fn canonical_json(object: &Value) -> String {
    object.to_string()
}

async fn upload(session: &PlainSession, identity: &Value, auth: Option<Value>) -> Result<(StatusCode, Value)> {
    let mut body = identity.clone();
    if let Some(auth) = auth {
        body["auth"] = auth;
    }
    session
        .request(Method::POST, "/v3/keys/device_signing/upload", Some(&body))
        .await
}

#[tokio::test]
async fn an_approval_on_the_account_page_is_good_for_one_identity() -> Result<()> {
    let deployment = Deployment::oauth().await;
    let user = deployment.new_user();
    let session = PlainSession::login(deployment.synapse.url(), &user, None).await?;
    let [first, second, third] = [(); 3].map(|()| identity(&user.user_id));
    assert_eq!(
        upload(&session, &first, None).await?.0,
        StatusCode::OK,
        "the first needs none"
    );
    let (status, challenge) = upload(&session, &second, None).await?;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "{challenge}");
    let page = challenge["params"]["m.oauth"]["url"].as_str().context("a page")?;
    assert_eq!(Browser::of(&user.localpart).allow(page).await?, None);
    assert_eq!(
        upload(&session, &second, None).await?.0,
        StatusCode::OK,
        "no auth is needed then"
    );
    assert_eq!(
        upload(&session, &third, None).await?.0,
        StatusCode::UNAUTHORIZED,
        "it is used up"
    );
    assert_eq!(
        upload(&session, &second, None).await?.0,
        StatusCode::OK,
        "the same again"
    );
    Browser::of(&user.localpart).allow(page).await?;
    deployment.expire_approval(&user)?;
    assert_eq!(
        upload(&session, &third, None).await?.0,
        StatusCode::UNAUTHORIZED,
        "it has lapsed"
    );
    Ok(())
}

#[tokio::test]
async fn single_sign_on_authorises_with_its_session_and_for_its_account() -> Result<()> {
    let deployment = Deployment::sso().await;
    let (user, stranger) = (deployment.new_user(), deployment.new_user());
    assert_eq!(user.logs_in, LogsIn::WithSso);
    let session = PlainSession::login(deployment.synapse.url(), &user, None).await?;
    PlainSession::login(deployment.synapse.url(), &stranger, None).await?;
    let [first, second] = [(); 2].map(|()| identity(&user.user_id));
    assert_eq!(upload(&session, &first, None).await?.0, StatusCode::OK);
    let (_, challenge) = upload(&session, &second, None).await?;
    let id = challenge["session"].as_str().context("a session")?;
    let page = format!(
        "{}/_matrix/client/v3/auth/m.login.sso/fallback/web?session={id}",
        deployment.synapse.url()
    );
    let auth = Some(json!({"session": id}));
    assert_eq!(
        upload(&session, &second, auth.clone()).await?.0,
        StatusCode::UNAUTHORIZED,
        "not yet"
    );
    Browser::of(&stranger.localpart).allow(&page).await?;
    assert_eq!(
        upload(&session, &second, auth.clone()).await?.0,
        StatusCode::FORBIDDEN,
        "somebody else"
    );
    Browser::of(&user.localpart).allow(&page).await?;
    assert_eq!(upload(&session, &second, auth).await?.0, StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn a_proxy_has_both_servers_behind_one_address() -> Result<()> {
    let deployment = Deployment::oauth().await;
    let proxy = FaultProxy::start_before(deployment)?;
    let user = deployment.new_user();
    let session = PlainSession::login(proxy.url(), &user, Some("Phone")).await?;
    let metadata = session.get("/v1/auth_metadata").await?;
    assert_eq!(metadata["issuer"], format!("{}/", proxy.url()));
    let seen = |end: &str| proxy.requests().iter().any(|request| request.path.ends_with(end));
    assert!(
        seen("/oauth2/registration") && seen("/oauth2/token"),
        "{:?}",
        proxy.requests()
    );
    // What a reverse proxy keeps from the homeserver.
    let (status, said) = session.request(Method::POST, "/v3/logout", Some(&json!({}))).await?;
    assert_eq!(
        (status, said["errcode"].as_str()),
        (StatusCode::UNAUTHORIZED, Some("M_UNKNOWN_TOKEN"))
    );
    assert_eq!(
        deployment.auth.sessions(&user.localpart).await?,
        std::slice::from_ref(&session.device_id)
    );
    assert_eq!(session.devices().await?[&session.device_id]["display_name"], "Phone");
    Ok(())
}

#[tokio::test]
async fn a_person_can_say_no() -> Result<()> {
    let deployment = Deployment::oauth().await;
    let user = deployment.new_user();
    deployment.auth.set_too_many_sessions(&user.localpart, true).await?;
    let Err(error) = PlainSession::login(deployment.synapse.url(), &user, None).await else {
        bail!("there was room")
    };
    assert!(format!("{error:#}").contains("too many sessions"), "{error:#}");
    assert!(deployment.auth.sessions(&user.localpart).await?.is_empty());
    Ok(())
}
