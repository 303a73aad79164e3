// SPDX-License-Identifier: Apache-2.0

//! Users, people and sessions. A person's id is at the same time that of their other client's session.

use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use axum::{
    Json,
    extract::{Path, State},
};
use keyward_testing::{
    other_client::{OtherClient, SentMessage},
    person::{Person, reads_all},
    server_state::ServerState,
    user::{LogsIn, PlainSession, User},
    verifier::Verifier,
};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Body, Kept, Service, deployments::DeploymentName, find, nothing, remove};

/// A session beside the one under test.
pub(super) struct Session {
    pub(super) user: User,
    pub(super) plain: PlainSession,
    /// The client, if the session supports encryption.
    client: Option<Arc<OtherClient>>,
    /// Synchronises in the background from the first verification on.
    verifier: Mutex<Option<Arc<Verifier>>>,
    /// What the client has sent.
    history: Mutex<Vec<SentMessage>>,
    /// Where it sends if not told otherwise.
    room: Option<String>,
}

impl Session {
    fn new(user: User, plain: PlainSession, client: Option<OtherClient>) -> Self {
        Self {
            user,
            plain,
            client: client.map(Arc::new),
            verifier: Mutex::default(),
            history: Mutex::default(),
            room: None,
        }
    }

    fn client(&self) -> Result<&Arc<OtherClient>> {
        self.client.as_ref().context("this session does not support encryption")
    }

    /// The person at this client. Syncs that have failed are begun again.
    pub(super) fn verifier(&self) -> Result<Arc<Verifier>> {
        let client = self.client()?;
        let mut verifier = self.verifier.lock().expect("nobody panics while holding it");
        match verifier.as_ref().filter(|verifier| !verifier.has_ended()) {
            Some(present) => Ok(present.clone()),
            None => Ok(verifier.insert(Arc::new(Verifier::start(client.clone()))).clone()),
        }
    }

    async fn sync(&self) -> Result<()> {
        let verifier = self.verifier.lock().expect("nobody panics while holding it").clone();
        match verifier {
            Some(verifier) => verifier.sync().await,
            None => self.client()?.catch_up().await,
        }
    }

    fn history(&self) -> Vec<SentMessage> {
        self.history.lock().expect("nobody panics while holding it").clone()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUser {
    #[serde(default)]
    deployment: Option<DeploymentName>,
}

pub(super) async fn new_user(State(service): Kept, Body(body): Body<NewUser>) -> Answer {
    let (homeserver, user) = match body.deployment {
        None => (service.synapse.url(), service.synapse.new_user().await?),
        Some(name) => {
            let deployment = name.get().await;
            (deployment.synapse.url(), deployment.new_user())
        }
    };
    Ok(Json(json!({
        "homeserver": homeserver,
        "user_id": user.user_id,
        "localpart": user.localpart,
        "password": user.password,
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPerson {
    history: History,
    #[serde(default)]
    deployment: Option<DeploymentName>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum History {
    None,
    Short,
    Long,
}

pub(super) async fn new_person(State(service): Kept, Body(body): Body<NewPerson>) -> Answer {
    let messages = if matches!(body.history, History::None) { 0 } else { 3 };
    let person = match body.deployment {
        None => Box::pin(Person::with_messages(&service.synapse, messages)).await?,
        Some(name) => Box::pin(Person::without_password(name.get().await, messages)).await?,
    };
    if matches!(body.history, History::Long) {
        Box::pin(person.age()).await?;
    }
    let Person {
        user,
        phone,
        old_key,
        room,
        history,
        observer,
    } = person;
    let phone_id = phone.device_id();
    let mut reply = json!({
        "homeserver": observer.url,
        "user_id": user.user_id,
        "localpart": user.localpart,
        "password": user.password,
        "recovery_key": old_key,
        "room_id": room,
        "device_id": phone_id,
        "device_ids": [phone_id, observer.device_id],
    });
    let session = Session {
        room: Some(room),
        history: Mutex::new(history),
        ..Session::new(user.clone(), phone.plain(), Some(phone))
    };
    reply["id"] = service.keep(&service.sessions, "person", session).into();
    let observer = Session::new(user, observer, None);
    reply["observer"] = service.keep(&service.sessions, "session", observer).into();
    Ok(Json(reply))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Key {
    recovery_key: String,
}

pub(super) async fn reads_history(
    State(service): Kept,
    Path(id): Path<String>,
    Body(Key { recovery_key }): Body<Key>,
) -> Answer {
    let person = find(&service.sessions, &id)?;
    let fresh = Box::pin(OtherClient::login(&person.plain.url, &person.user)).await?;
    let because = match fresh.recover(&recovery_key).await {
        Err(error) => Some(format!("the key does not open secret storage: {error:#}")),
        Ok(()) => {
            (!Box::pin(reads_all(&fresh, &person.history())).await?).then(|| "a message cannot be decrypted".to_owned())
        }
    };
    // The session was made only for this check.
    sign_out(&person.user, fresh.plain()).await?;
    Ok(Json(json!({ "readable": because.is_none(), "because": because })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Login {
    user_id: String,
    /// None at a deployment.
    #[serde(default)]
    password: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    with_encryption: bool,
    /// A proxy instead of the server.
    #[serde(default)]
    homeserver: Option<String>,
    #[serde(default)]
    deployment: Option<DeploymentName>,
}

pub(super) async fn login(State(service): Kept, Body(body): Body<Login>) -> Answer {
    // The caller may give a user id or a localpart.
    let localpart = body
        .user_id
        .trim_start_matches('@')
        .split(':')
        .next()
        .unwrap_or_default();
    let user = User {
        user_id: format!("@{localpart}:{}", service.synapse.server_name()),
        localpart: localpart.to_owned(),
        password: body.password,
        logs_in: match body.deployment {
            None => LogsIn::WithPassword,
            Some(DeploymentName::Oauth) => LogsIn::WithOAuth,
            Some(DeploymentName::Sso) => LogsIn::WithSso,
        },
    };
    let server = match body.deployment {
        None => &service.synapse,
        Some(name) => &name.get().await.synapse,
    };
    let url = body.homeserver.as_deref().unwrap_or(server.url());
    let session = if body.with_encryption {
        let client = Box::pin(OtherClient::login(url, &user)).await?;
        let plain = client.plain();
        if let Some(name) = body.name {
            let path = format!("/v3/devices/{}", plain.device_id);
            let content = json!({ "display_name": name });
            plain.request_ok(Method::PUT, &path, Some(&content)).await?;
        }
        Session::new(user, plain, Some(client))
    } else {
        let plain = PlainSession::login(url, &user, body.name.as_deref()).await?;
        Session::new(user, plain, None)
    };
    let device_id = session.plain.device_id.clone();
    let id = service.keep(&service.sessions, "session", session);
    Ok(Json(json!({ "id": id, "device_id": device_id })))
}

pub(super) async fn logout(State(service): Kept, Path(id): Path<String>) -> Answer {
    let session = remove(&service.sessions, &id)?;
    sign_out(&session.user, session.plain.clone()).await?;
    Ok(nothing())
}

/// An authorisation server ends the sessions that it has made.
async fn sign_out(user: &User, session: PlainSession) -> Result<()> {
    match user.logs_in {
        LogsIn::WithOAuth => {
            let deployment = DeploymentName::Oauth.get().await;
            let ended = deployment.auth.end_session(&user.localpart, &session.device_id);
            ended.await
        }
        LogsIn::WithPassword | LogsIn::WithSso => session.logout().await,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    method: String,
    path: String,
    #[serde(default)]
    body: Option<Value>,
}

pub(super) async fn request(State(service): Kept, Path(id): Path<String>, Body(body): Body<Request>) -> Answer {
    let session = find(&service.sessions, &id)?;
    let method = Method::from_bytes(body.method.as_bytes())?;
    let (status, reply) = session.plain.request(method, &body.path, body.body.as_ref()).await?;
    Ok(Json(json!({ "status": status.as_u16(), "body": reply })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountData {
    r#type: String,
    #[serde(default)]
    content: Option<Value>,
}

pub(super) async fn account_data(
    State(service): Kept,
    Path(id): Path<String>,
    Body(body): Body<AccountData>,
) -> Answer {
    let session = find(&service.sessions, &id)?;
    if let Some(content) = body.content {
        session.plain.set_account_data(&body.r#type, &content).await?;
    }
    let content = session.plain.account_data(&body.r#type).await?;
    Ok(Json(json!({ "content": content })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Seen {
    milliseconds: u64,
    #[serde(default)]
    device_id: Option<String>,
}

pub(super) async fn seen(State(service): Kept, Path(id): Path<String>, Body(body): Body<Seen>) -> Answer {
    let session = find(&service.sessions, &id)?;
    let device_id = body.device_id.as_ref().unwrap_or(&session.plain.device_id);
    service
        .synapse
        .set_last_seen(&session.plain, device_id, body.milliseconds)
        .await?;
    Ok(nothing())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Device {
    device_id: String,
}

pub(super) async fn is_signed(State(service): Kept, Path(id): Path<String>, Body(body): Body<Device>) -> Answer {
    let session = find(&service.sessions, &id)?;
    let state = ServerState::read(&session.plain).await?;
    let [_, self_signing_key, _] = state.public_keys();
    let signed = self_signing_key.is_some_and(|key| {
        let signatures = &state.device_keys[&body.device_id]["signatures"];
        !signatures[&session.user.user_id][format!("ed25519:{key}")].is_null()
    });
    Ok(Json(json!({ "signed": signed })))
}

/// The session of `/people/{id}/…` or `/sessions/{id}/…`.
pub(super) type OfSession = Path<(String, String)>;

pub(super) fn session(service: &Service, Path((kind, id)): OfSession) -> Result<Arc<Session>> {
    anyhow::ensure!(
        kind == "people" || kind == "sessions",
        "there is no endpoint like that under /{kind}"
    );
    find(&service.sessions, &id)
}

/// What an app tells of its session whose SDK Keyward works beside.
pub(super) async fn host(State(service): Kept, path: OfSession) -> Answer {
    let session = session(&service, path)?;
    let device_key = session.client()?.client().encryption().ed25519_key().await;
    let device_key = device_key.context("the session has no keys")?;
    Ok(Json(
        json!({ "access_token": session.plain.access_token, "device_key": device_key }),
    ))
}

pub(super) async fn sync(State(service): Kept, path: OfSession) -> Answer {
    session(&service, path)?.sync().await?;
    Ok(nothing())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bootstrap {
    #[serde(default)]
    passphrase: Option<String>,
}

pub(super) async fn bootstrap(State(service): Kept, path: OfSession, Body(body): Body<Bootstrap>) -> Answer {
    let session = session(&service, path)?;
    let client = session.client()?;
    let recovery_key = match body.passphrase {
        Some(passphrase) => Box::pin(client.bootstrap_with_passphrase(&passphrase)).await?,
        None => Box::pin(client.bootstrap()).await?,
    };
    Ok(Json(json!({ "recovery_key": recovery_key })))
}

pub(super) async fn bootstrap_identity(State(service): Kept, path: OfSession) -> Answer {
    let session = session(&service, path)?;
    Box::pin(session.client()?.bootstrap_identity()).await?;
    Ok(nothing())
}

pub(super) async fn recover(State(service): Kept, path: OfSession, Body(body): Body<Key>) -> Answer {
    let session = session(&service, path)?;
    Box::pin(session.client()?.recover(&body.recovery_key)).await?;
    Ok(nothing())
}

pub(super) async fn reset_identity(State(service): Kept, path: OfSession) -> Answer {
    let session = session(&service, path)?;
    let recovery_key = Box::pin(session.client()?.reset_identity()).await?;
    Ok(Json(json!({ "recovery_key": recovery_key })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Messages {
    count: usize,
    #[serde(default)]
    room_id: Option<String>,
}

pub(super) async fn send_messages(State(service): Kept, path: OfSession, Body(body): Body<Messages>) -> Answer {
    let session = session(&service, path)?;
    let client = session.client()?;
    let room_id = match body.room_id.or_else(|| session.room.clone()) {
        Some(room_id) => room_id,
        None => Box::pin(client.create_encrypted_room(&[])).await?,
    };
    let sent = Box::pin(client.send_messages(&room_id, body.count)).await?;
    let reply: Vec<Value> = sent
        .iter()
        .map(|message| {
            json!({
                "room_id": message.room_id,
                "event_id": message.event_id,
                "session_id": message.session_id,
                "body": message.body,
            })
        })
        .collect();
    session
        .history
        .lock()
        .expect("nobody panics while holding it")
        .extend(sent);
    Ok(Json(json!({ "messages": reply })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Event {
    room_id: String,
    event_id: String,
}

pub(super) async fn can_decrypt(State(service): Kept, path: OfSession, Body(body): Body<Event>) -> Answer {
    let session = session(&service, path)?;
    let text = Box::pin(session.client()?.can_decrypt(&body.room_id, &body.event_id)).await?;
    Ok(Json(json!({ "body": text })))
}

pub(super) async fn wait_for_backup(State(service): Kept, path: OfSession) -> Answer {
    let session = session(&service, path)?;
    Box::pin(session.client()?.wait_for_backup()).await?;
    Ok(nothing())
}
