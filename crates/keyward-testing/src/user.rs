// SPDX-License-Identifier: Apache-2.0
//! Users, and sessions without encryption: plain HTTP.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD};
use rand::distr::{Alphanumeric, SampleString as _};
use reqwest::{Client, Method, StatusCode};
use rusqlite::{Connection, TransactionBehavior};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;
use vodozemac::{Curve25519PublicKey, pk_encryption::PkEncryption};

use crate::{
    browser::Browser,
    http::{self, segment},
    synapse::Synapse,
};

/// A person with an account of their own and no session yet.
#[derive(Debug, Clone)]
pub struct User {
    /// The full id, `@localpart:server`.
    pub user_id: String,
    /// The part of the id that people type.
    pub localpart: String,
    /// The account password; empty where there is none.
    pub password: String,
    /// How this person logs in.
    pub logs_in: LogsIn,
}

/// How a person logs in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogsIn {
    /// With the account password.
    #[default]
    WithPassword,
    /// In a browser, at the authorisation server (OAuth 2.0).
    WithOAuth,
    /// In a browser, through a provider (SSO).
    WithSso,
}

impl Synapse {
    /// Registers a user with a random name and password, without a session.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn new_user(&self) -> Result<User> {
        let random = |length| Alphanumeric.sample_string(&mut rand::rng(), length);
        self.new_user_named(&format!("user-{}", random(12).to_lowercase()), &random(16))
            .await
    }

    /// Registers a user with a name and password that people are to type, without a session.
    ///
    /// # Errors
    /// When the server refuses, for instance because the name is taken.
    pub async fn new_user_named(&self, localpart: &str, password: &str) -> Result<User> {
        let body = json!({
            "username": localpart,
            "password": password,
            "inhibit_login": true,
            "auth": { "type": "m.login.dummy" },
        });
        let url = format!("{}/_matrix/client/v3/register", self.url());
        let reply = http::send_ok(&http::client(), Method::POST, &url, None, Some(&body)).await?;
        let user_id = reply["user_id"]
            .as_str()
            .context("registration without a user id")?
            .to_owned();
        Ok(User {
            user_id,
            localpart: localpart.to_owned(),
            password: password.to_owned(),
            logs_in: LogsIn::WithPassword,
        })
    }

    /// Makes the server say that a device was last seen at `milliseconds` since the Unix epoch, whatever happens later,
    /// and on this machine.
    ///
    /// Synapse collects activity in memory and writes it into its table `devices` seconds later, replacing the value
    /// there. So a trigger in the database sets the value again after every write. Until its next write Synapse answers
    /// from memory, so this waits until the answer is the value. `session` is any session of the device's owner.
    /// Synapse notes the use of a device at most every two minutes, and answers with that for some seconds, so use
    /// another device's session.
    ///
    /// # Errors
    /// When the database is not known or has no such device, or when the server goes on to say something else.
    pub async fn set_last_seen(&self, session: &PlainSession, device_id: &str, milliseconds: u64) -> Result<()> {
        let path = self
            .database_path()
            .context("the shared server's database is not known")?;
        hold_last_seen(path, &session.user_id, device_id, milliseconds)?;
        let started = Instant::now();
        loop {
            let device = session.get(&format!("/v3/devices/{}", segment(device_id))).await?;
            if device["last_seen_ts"] == milliseconds {
                return Ok(());
            }
            if started.elapsed() > LAST_SEEN_LIMIT {
                bail!(
                    "the server keeps saying that {device_id} was last seen at {}",
                    device["last_seen_ts"]
                );
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Synapse writes every five seconds; it takes this long only on an extremely busy machine.
const LAST_SEEN_LIMIT: Duration = Duration::from_secs(120);

/// The table says what is held; the trigger follows it whenever Synapse writes.
const HOLD_LAST_SEEN: &str = "
    CREATE TABLE IF NOT EXISTS held_last_seen (
        user_id TEXT, device_id TEXT, last_seen INTEGER, PRIMARY KEY (user_id, device_id)
    );
    CREATE TRIGGER IF NOT EXISTS hold_last_seen AFTER UPDATE OF last_seen ON devices
    WHEN EXISTS (SELECT 1 FROM held_last_seen WHERE user_id = new.user_id AND device_id = new.device_id)
    BEGIN
        UPDATE devices SET last_seen =
            (SELECT last_seen FROM held_last_seen WHERE user_id = new.user_id AND device_id = new.device_id)
        WHERE user_id = new.user_id AND device_id = new.device_id;
    END;";

fn hold_last_seen(database: &Path, user_id: &str, device_id: &str, milliseconds: u64) -> Result<()> {
    let mut database = Connection::open(database)?;
    // Synapse writes, too.
    database.busy_timeout(Duration::from_secs(60))?;
    // A transaction that begins by reading could not wait for the write lock: SQLite would refuse it at once.
    let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(HOLD_LAST_SEEN)?;
    let milliseconds = i64::try_from(milliseconds)?;
    transaction.execute(
        "INSERT OR REPLACE INTO held_last_seen VALUES (?1, ?2, ?3)",
        (user_id, device_id, milliseconds),
    )?;
    let changed = transaction.execute(
        "UPDATE devices SET last_seen = ?1, ip = '127.0.0.1' WHERE user_id = ?2 AND device_id = ?3",
        (milliseconds, user_id, device_id),
    )?;
    ensure!(changed == 1, "{user_id} has no device {device_id}");
    Ok(transaction.commit()?)
}

/// A session without encryption, which only makes plain requests: an observer, or a bridge's or script's session.
///
/// It belongs to the async runtime it was made in.
#[derive(Debug, Clone)]
pub struct PlainSession {
    /// The server's base URL.
    pub url: String,
    /// Whose session it is.
    pub user_id: String,
    /// The session's own device id.
    pub device_id: String,
    /// The access token.
    pub access_token: String,
    http: Client,
}

impl PlainSession {
    /// Logs in as this user does; `name` is the display name of the session.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn login(url: &str, user: &User, name: Option<&str>) -> Result<Self> {
        let mut body = match user.logs_in {
            LogsIn::WithOAuth => return Self::login_with_oauth(url, user, name).await,
            LogsIn::WithSso => json!({ "type": "m.login.token", "token": sso_token(url, user).await? }),
            LogsIn::WithPassword => json!({
                "type": "m.login.password",
                "identifier": { "type": "m.id.user", "user": user.user_id },
                "password": user.password,
            }),
        };
        body["initial_device_display_name"] = json!(name);
        let http = http::client();
        let reply = http::send_ok(
            &http,
            Method::POST,
            &format!("{url}/_matrix/client/v3/login"),
            None,
            Some(&body),
        )
        .await?;
        let text =
            |name: &str| Ok::<_, anyhow::Error>(reply[name].as_str().with_context(|| format!("no {name}"))?.to_owned());
        Ok(Self {
            url: url.to_owned(),
            user_id: text("user_id")?,
            device_id: text("device_id")?,
            access_token: text("access_token")?,
            http,
        })
    }

    async fn login_with_oauth(url: &str, user: &User, name: Option<&str>) -> Result<Self> {
        let (device_id, access_token) = oauth_token(url, user).await?;
        let session = Self::from_token(url, &user.user_id, &device_id, &access_token);
        if let Some(name) = name {
            let body = json!({ "display_name": name });
            let path = format!("/v3/devices/{}", segment(&device_id));
            session.request_ok(Method::PUT, &path, Some(&body)).await?;
        }
        Ok(session)
    }

    /// A session that exists already, by its access token.
    pub fn from_token(url: &str, user_id: &str, device_id: &str, access_token: &str) -> Self {
        Self {
            url: url.to_owned(),
            user_id: user_id.to_owned(),
            device_id: device_id.to_owned(),
            access_token: access_token.to_owned(),
            http: http::client(),
        }
    }

    /// Any request with this session's token; `path` comes after `/_matrix/client`, for instance `/v3/devices`.
    ///
    /// # Errors
    /// When there is no answer, or one that is not JSON. A status other than 200 is an answer.
    pub async fn request(&self, method: Method, path: &str, body: Option<&Value>) -> Result<(StatusCode, Value)> {
        let url = format!("{}/_matrix/client{path}", self.url);
        http::send(&self.http, method, &url, Some(&self.access_token), body).await
    }

    /// [`PlainSession::request`] that takes 200 only.
    ///
    /// # Errors
    /// When there is no answer, or one that is not JSON, or any status other than 200.
    pub async fn request_ok(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let url = format!("{}/_matrix/client{path}", self.url);
        http::send_ok(&self.http, method, &url, Some(&self.access_token), body).await
    }

    /// `GET` that takes 200 only.
    ///
    /// # Errors
    /// As [`PlainSession::request_ok`].
    pub async fn get(&self, path: &str) -> Result<Value> {
        self.request_ok(Method::GET, path, None).await
    }

    /// `GET` where 404 means that there is nothing.
    ///
    /// # Errors
    /// As [`PlainSession::request_ok`], except for 404.
    pub async fn get_optional(&self, path: &str) -> Result<Option<Value>> {
        match self.request(Method::GET, path, None).await? {
            (StatusCode::OK, json) => Ok(Some(json)),
            (StatusCode::NOT_FOUND, _) => Ok(None),
            (status, json) => bail!("GET {path}: {status} {json}"),
        }
    }

    /// Global account data of one type.
    ///
    /// # Errors
    /// As [`PlainSession::get_optional`].
    pub async fn account_data(&self, event_type: &str) -> Result<Option<Value>> {
        self.get_optional(&self.account_data_path(event_type)).await
    }

    /// Sets global account data of one type.
    ///
    /// # Errors
    /// As [`PlainSession::request_ok`].
    pub async fn set_account_data(&self, event_type: &str, content: &Value) -> Result<()> {
        self.request_ok(Method::PUT, &self.account_data_path(event_type), Some(content))
            .await?;
        Ok(())
    }

    fn account_data_path(&self, event_type: &str) -> String {
        format!(
            "/v3/user/{}/account_data/{}",
            segment(&self.user_id),
            segment(event_type)
        )
    }

    /// Creates a key backup version with a random public key that nobody has the private half of, and no signature:
    /// what an interrupted or foreign client leaves behind. Returns the version, which is now the current one.
    ///
    /// # Errors
    /// As [`PlainSession::request_ok`].
    pub async fn create_backup_version(&self) -> Result<String> {
        let public_key = Curve25519PublicKey::from(&vodozemac::Curve25519SecretKey::new());
        let body = json!({
            "algorithm": "m.megolm_backup.v1.curve25519-aes-sha2",
            "auth_data": { "public_key": public_key.to_base64() },
        });
        let reply = self
            .request_ok(Method::POST, "/v3/room_keys/version", Some(&body))
            .await?;
        Ok(reply["version"]
            .as_str()
            .context("a backup without a version")?
            .to_owned())
    }

    /// Puts a room key into the current key backup, encrypted as any client can: the backup's public key is no secret. `key` is
    /// the plain content of the entry.
    ///
    /// # Errors
    /// As [`PlainSession::request_ok`]; if there is no backup.
    pub async fn add_to_backup(&self, room_id: &str, session_id: &str, key: &Value) -> Result<()> {
        let version = self.get("/v3/room_keys/version").await?;
        let public = version["auth_data"]["public_key"]
            .as_str()
            .context("a backup without a key")?;
        let encrypted =
            PkEncryption::from_key(Curve25519PublicKey::from_base64(public)?).encrypt(key.to_string().as_bytes())?;
        let data = json!({
            "first_message_index": 0, "forwarded_count": 0, "is_verified": false,
            "session_data": {
                "ciphertext": vodozemac::base64_encode(&encrypted.ciphertext),
                "mac": vodozemac::base64_encode(&encrypted.mac),
                "ephemeral": encrypted.ephemeral_key.to_base64(),
            },
        });
        let number = version["version"].as_str().context("a backup without a version")?;
        let path = format!(
            "/v3/room_keys/keys/{}/{}?version={number}",
            segment(room_id),
            segment(session_id)
        );
        self.request_ok(Method::PUT, &path, Some(&data)).await?;
        Ok(())
    }

    /// Makes a new version of the current key backup with the same key and the same room keys, as a client does that
    /// sets up its backup again. Returns the version that is now an older one.
    ///
    /// # Errors
    /// As [`PlainSession::request_ok`]; if there is no backup.
    pub async fn renew_backup(&self) -> Result<String> {
        let old = self.get("/v3/room_keys/version").await?;
        let version = old["version"].as_str().context("a backup without a version")?;
        let keys = self.get(&format!("/v3/room_keys/keys?version={version}")).await?;
        let body = json!({ "algorithm": old["algorithm"], "auth_data": old["auth_data"] });
        let new = self
            .request_ok(Method::POST, "/v3/room_keys/version", Some(&body))
            .await?;
        let new = new["version"].as_str().context("a backup without a version")?;
        self.request_ok(Method::PUT, &format!("/v3/room_keys/keys?version={new}"), Some(&keys))
            .await?;
        Ok(version.to_owned())
    }

    /// The sessions of this user by device id, as `GET /devices` has them.
    ///
    /// # Errors
    /// As [`PlainSession::request_ok`].
    pub async fn devices(&self) -> Result<BTreeMap<String, Value>> {
        let mut reply = self.get("/v3/devices").await?;
        let devices = reply["devices"].as_array_mut().context("no list of devices")?;
        devices
            .drain(..)
            .map(|device| {
                Ok((
                    device["device_id"].as_str().context("a device without id")?.to_owned(),
                    device,
                ))
            })
            .collect()
    }

    /// Signs this session out.
    ///
    /// # Errors
    /// As [`PlainSession::request_ok`].
    pub async fn logout(self) -> Result<()> {
        self.request_ok(Method::POST, "/v3/logout", Some(&json!({}))).await?;
        Ok(())
    }
}

/// Where a browser of ours is led to. Nobody listens there.
const REDIRECT: &str = "http://127.0.0.1:9/";

/// The token of a login through a provider.
async fn sso_token(url: &str, user: &User) -> Result<String> {
    let redirect = segment(REDIRECT);
    let page = format!("{url}/_matrix/client/v3/login/sso/redirect?redirectUrl={redirect}");
    let led = Browser::of(&user.localpart).allow(&page).await?;
    query(&led.context("it leads nowhere")?, "loginToken")
}

/// The device id and the access token of a login at the authorisation server.
async fn oauth_token(url: &str, user: &User) -> Result<(String, String)> {
    let http = http::client();
    let metadata = format!("{url}/_matrix/client/v1/auth_metadata");
    let metadata = http::send_ok(&http, Method::GET, &metadata, None, None).await?;
    let endpoint = |name: &str| Ok::<_, anyhow::Error>(metadata[name].as_str().context("an endpoint")?.to_owned());
    let client = json!({
        "client_name": "Another client",
        "client_uri": "https://another.example/",
        "application_type": "native",
        "redirect_uris": [REDIRECT],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    });
    let (status, registered) = http::send(
        &http,
        Method::POST,
        &endpoint("registration_endpoint")?,
        None,
        Some(&client),
    )
    .await?;
    ensure!(status.is_success(), "registration: {status} {registered}");
    let client_id = registered["client_id"].as_str().context("no client id")?;
    let random = |length| Alphanumeric.sample_string(&mut rand::rng(), length);
    let (device_id, verifier) = (random(10).to_uppercase(), random(64));
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    let mut page = Url::parse(&endpoint("authorization_endpoint")?)?;
    page.query_pairs_mut().extend_pairs([
        ("response_type", "code"),
        ("client_id", client_id),
        ("redirect_uri", REDIRECT),
        (
            "scope",
            &format!("urn:matrix:client:api:* urn:matrix:client:device:{device_id}"),
        ),
        ("state", "state"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    let led = Browser::of(&user.localpart).allow(page.as_str()).await?;
    let code = query(&led.context("it leads nowhere")?, "code")?;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", REDIRECT),
        ("client_id", client_id),
        ("code_verifier", &verifier),
    ];
    let reply = http.post(endpoint("token_endpoint")?).form(&form).send().await?;
    let reply: Value = reply.error_for_status()?.json().await?;
    let token = reply["access_token"].as_str().context("no access token")?;
    Ok((device_id, token.to_owned()))
}

/// A value in the query of an address.
fn query(address: &str, name: &str) -> Result<String> {
    let address = Url::parse(address)?;
    let found = address.query_pairs().find(|(found, _)| found == name);
    let (_, value) = found.with_context(|| format!("no {name} in {address}"))?;
    Ok(value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn synapse_does_not_overwrite_when_a_device_was_last_seen() -> Result<()> {
        let synapse = Synapse::shared().await;
        let user = synapse.new_user().await?;
        let used = PlainSession::login(synapse.url(), &user, None).await?;
        let observer = PlainSession::login(synapse.url(), &user, None).await?;
        used.get("/v3/account/whoami").await?;
        let database = Connection::open(synapse.database_path().context("it is ours")?)?;
        database.busy_timeout(Duration::from_secs(60))?;
        let seen = async || anyhow::Ok(observer.devices().await?[&used.device_id]["last_seen_ts"].clone());
        for held in [1_500_000_000_000, 1_400_000_000_000] {
            synapse.set_last_seen(&observer, &used.device_id, held).await?;
            // Synapse's own write, in the transaction in which it also writes this row.
            let own = "SELECT count(*) FROM user_ips WHERE user_id = ?1 AND device_id = ?2";
            while database.query_row(own, (&used.user_id, &used.device_id), |row| row.get::<_, u32>(0))? == 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            assert_eq!(seen().await?, held);
            // A write that was under way while the time was set.
            let late = "UPDATE devices SET ip = ?1, last_seen = ?2 WHERE user_id = ?3 AND device_id = ?4";
            let written = database.execute(
                late,
                ("127.0.0.1", 1_600_000_000_000_i64, &used.user_id, &used.device_id),
            )?;
            assert_eq!((written, seen().await?), (1, held.into()));
        }
        assert_ne!(
            observer.devices().await?[&observer.device_id]["last_seen_ts"],
            1_400_000_000_000_u64
        );
        Ok(())
    }
}
