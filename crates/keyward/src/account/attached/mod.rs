// SPDX-License-Identifier: Apache-2.0

//! A session that another program keeps: an app that was logged in already. Its own SDK synchronises, refreshes tokens and
//! holds the Olm machine; this program works for it with the access token that it gives. Nothing of the other program's
//! store is opened, and two Olm machines never share a device.

mod files;
mod pause;
mod tokens;

use std::{path::Path, sync::Arc};

use ruma::{DeviceId, OwnedDeviceId, OwnedUserId, UserId, api::client::keys::get_keys};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

pub use self::tokens::{TokenRequest, TokenRequests};
use self::{files::Files, tokens::HostTokens};
use super::{
    Account, Handle, Kind, OpenError,
    documents::{Documents, RECOVERY, RESET},
    sealed,
};
use crate::{
    ed25519::public_key,
    error::{FlowError, Remedy, RequestError, ServerError, StoreError, wraps_a_request_error},
    secret::{Secret, StoreKey},
    server::{self, Endpoints, Fixed, Homeserver, Server},
};

/// Where the documents have whose session it is.
const HOST: &str = "keyward.host";
/// Raised when an older version could misread it.
const FORMAT: u32 = 1;

/// A session that another program keeps, as that program describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostSession {
    /// The homeserver's address for the client-server API, for instance `https://matrix.example.org`.
    pub homeserver: String,
    /// Matrix user id.
    pub user_id: String,
    /// The session's device id.
    pub device_id: String,
    /// Base64 of the session's own public Ed25519 key, from the program's own store: no server can then show another key
    /// in its place.
    pub device_key: String,
    /// Base64 of the public master key that the program trusts, if it trusts one.
    pub master_key: Option<String>,
}

impl HostSession {
    /// The key that the homeserver shows for a session, for a person who compares it with what the other program shows: the
    /// homeserver alone is not to be believed. `None` where the session has none.
    ///
    /// # Errors
    /// [`AttachError`], if the token is not that session's, too.
    pub async fn shown_device_key(
        homeserver: &Homeserver,
        user_id: &str,
        device_id: &str,
        token: &Secret,
    ) -> Result<Option<String>, AttachError> {
        let user = UserId::parse(user_id).map_err(|_| AttachError::Id)?;
        let url = homeserver.url().clone();
        tokens::check(&url, &user, device_id.into(), token).await?;
        let http = server::session_client(&url).map_err(StoreError::because)?;
        let server = Server::new(url, http, Endpoints::ATTACHED, Box::new(Fixed(Some(token.clone()))));
        let mut request = get_keys::v3::Request::new();
        request.device_keys.insert(user.clone(), vec![device_id.into()]);
        let reply = match server.send(request).await {
            Err(RequestError::Server(ServerError::SessionExpired)) => return Err(ServerError::TokenExpired.into()),
            reply => reply?,
        };
        let device = reply
            .device_keys
            .get(&user)
            .and_then(|devices| devices.get(<&DeviceId>::from(device_id)));
        let keys = device.and_then(|keys| serde_json::from_str::<Value>(keys.json().get()).ok());
        let key = keys.and_then(|keys| Some(keys["keys"][format!("ed25519:{device_id}")].as_str()?.to_owned()));
        Ok(key.and_then(|key| public_key(&key)).map(|key| key.to_base64()))
    }
}

/// Why a session was not attached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachError {
    /// The address is none that may be used: not a URL, or neither HTTPS nor this machine.
    #[error("The homeserver's address has to begin with https://.")]
    Homeserver,
    /// The user id or the device id is none.
    #[error("The user ID has the form @alice:example.org, and the device ID is not empty.")]
    Id,
    /// A key is no Ed25519 public key in base64.
    #[error("A key has 43 characters of base64, as other sessions show it (session key, fingerprint).")]
    Key,
    /// A reset or a new Security Key waits, whose keys may be nowhere else. Finish or cancel it.
    #[error(
        "A reset or a new Security Key waits here, or its last request may still arrive, and its new keys may be nowhere \
         else. Finish it or cancel it first, or give it up."
    )]
    ResetPending,
    /// The documents cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The homeserver could not be asked.
    #[error(transparent)]
    Request(#[from] RequestError),
}

impl FlowError for AttachError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::Homeserver => ("attach.homeserver", Remedy::AskAgain),
            Self::Id => ("attach.id", Remedy::AskAgain),
            Self::Key => ("attach.key", Remedy::AskAgain),
            Self::ResetPending => ("attach.reset_pending", Remedy::ResumeOrCancel),
            Self::Open(error) => error.advice(),
            Self::Request(error) => error.advice(),
        }
    }

    fn wrapped(&self) -> Option<&dyn FlowError> {
        match self {
            Self::Open(error) => Some(error),
            Self::Request(error) => Some(error),
            _ => None,
        }
    }
}

wraps_a_request_error!(AttachError);

/// What happens to a reset that waits when its account is detached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnfinishedReset {
    /// It stays, and the account attached.
    Keep,
    /// The person knows, and gives its new keys up.
    Discard,
}

/// A session that another program keeps.
pub struct Attached {
    files: Files,
    host: HostSession,
    tokens: Arc<HostTokens>,
    /// Held by who pauses or resumes.
    pausing: tokio::sync::Mutex<()>,
}

impl sealed::Sealed for Attached {}
impl Kind for Attached {}

async fn begin_generation(files: &Files) -> Result<(), StoreError> {
    let files = files.clone();
    let begun = tokio::task::spawn_blocking(move || files.begin_generation()).await;
    begun.map_err(StoreError::because)?
}

/// [`HostSession`] on disk.
#[derive(Serialize, Deserialize)]
struct Stored {
    format: u32,
    host: HostSession,
}

impl Account<Attached> {
    /// Works for a session that another program keeps. `dir` is a folder of that program's; this one makes a folder of its
    /// own in it for small documents, encrypted with `key`. Call it whenever the program starts, with the same session.
    /// Needs no network. The program has to answer the token requests from now on.
    ///
    /// # Errors
    /// [`AttachError`]; [`OpenError::OtherAccount`] if the folder is another session's.
    pub async fn attach(host: &HostSession, dir: &Path, key: &StoreKey) -> Result<(Self, TokenRequests), AttachError> {
        let host = &normalised(host)?;
        let parts = Parts::of(host)?;
        let files = open(dir, key, true).await?;
        match stored(&files).await? {
            Some(before) if !is_same_session(&before, host) => return Err(OpenError::OtherAccount.into()),
            Some(before) if before == *host => {}
            before => {
                // Before anything else is written: a paused account must notice it.
                begin_generation(&files).await?;
                if before.is_none() {
                    // What a removal that was interrupted has left is another session's.
                    files.remove_but(HOST)?;
                }
                let stored = Stored {
                    format: FORMAT,
                    host: host.clone(),
                };
                let document = serde_json::to_vec(&stored).map_err(StoreError::because)?;
                files.save(HOST, document).await?;
            }
        }
        Ok(Self::new(files, host.clone(), parts).await?)
    }

    /// Takes up what was attached in `dir` before.
    ///
    /// # Errors
    /// [`AttachError`]; [`OpenError::NotLoggedIn`] if nothing is attached there.
    pub async fn reattach(dir: &Path, key: &StoreKey) -> Result<(Self, TokenRequests), AttachError> {
        let files = open(dir, key, false).await?;
        let host = stored(&files).await?.ok_or(OpenError::NotLoggedIn)?;
        let parts = Parts::of(&host).map_err(|_| OpenError::Damaged)?;
        Ok(Self::new(files, host, parts).await?)
    }

    async fn new(files: Files, host: HostSession, parts: Parts) -> Result<(Self, TokenRequests), StoreError> {
        let (tokens, requests) = HostTokens::new(parts.url.clone(), parts.user_id.clone(), parts.device_id.clone());
        Ok((Self::activate(files, host, parts, tokens).await?, requests))
    }

    async fn activate(
        files: Files,
        host: HostSession,
        parts: Parts,
        tokens: Arc<HostTokens>,
    ) -> Result<Self, StoreError> {
        let http = server::session_client(&parts.url).map_err(StoreError::because)?;
        begin_generation(&files).await?;
        let server = Server::new(parts.url, http, Endpoints::ATTACHED, Box::new(tokens.clone()));
        Ok(Self {
            handle: Handle::new(parts.user_id, parts.device_id, server, Arc::new(files.clone())),
            kind: Arc::new(Attached {
                files,
                host,
                tokens,
                pausing: tokio::sync::Mutex::default(),
            }),
        })
    }

    /// Whether something is attached in `dir`.
    pub fn is_in(dir: &Path) -> bool {
        Files::has(dir, HOST)
    }

    /// Removes the documents of this account, and nothing else: the session stays as it is. With `Keep`, not if a reset waits:
    /// its new keys may be nowhere else.
    ///
    /// # Errors
    /// [`AttachError::ResetPending`], [`StoreError`]
    pub async fn detach(&self, unfinished: UnfinishedReset) -> Result<(), AttachError> {
        if unfinished == UnfinishedReset::Keep {
            for flow in [RESET, RECOVERY] {
                if self.document_header(flow).await.map_err(RequestError::from)?.is_some() {
                    return Err(AttachError::ResetPending);
                }
            }
        }
        Ok(self.remove_documents().await.map_err(RequestError::from)?)
    }

    async fn remove_documents(&self) -> Result<(), StoreError> {
        let (saving, files) = (self.saving().await, self.kind.files.clone());
        let removing = tokio::task::spawn_blocking(move || {
            let removed = files.remove_all(HOST);
            // A pause that comes meanwhile waits, also if the caller is dropped: then the folder may be another process's.
            drop(saving);
            removed
        });
        removing.await.map_err(StoreError::because)?
    }

    /// Finishes pending writes, and asks for no token any more. The folder stays taken until the last clone is dropped.
    pub async fn close(&self) {
        self.kind.tokens.close();
        drop(self.saving().await);
    }

    /// What the other program said of its session.
    pub fn host(&self) -> &HostSession {
        &self.kind.host
    }
}

/// What a description of a session says, in its types.
struct Parts {
    url: Url,
    user_id: OwnedUserId,
    device_id: OwnedDeviceId,
}

impl Parts {
    fn of(host: &HostSession) -> Result<Self, AttachError> {
        let url = Url::parse(&host.homeserver).ok().filter(server::may_be_opened);
        let user_id = UserId::parse(&host.user_id).map_err(|_| AttachError::Id)?;
        if host.device_id.is_empty() {
            return Err(AttachError::Id);
        }
        Ok(Self {
            url: url.ok_or(AttachError::Homeserver)?,
            user_id,
            device_id: host.device_id.as_str().into(),
        })
    }
}

/// The same with keys that can be compared: without padding.
fn normalised(host: &HostSession) -> Result<HostSession, AttachError> {
    let normal = |key: &String| public_key(key).map(|key| key.to_base64()).ok_or(AttachError::Key);
    Ok(HostSession {
        device_key: normal(&host.device_key)?,
        master_key: host.master_key.as_ref().map(normal).transpose()?,
        ..host.clone()
    })
}

async fn open(dir: &Path, key: &StoreKey, create: bool) -> Result<Files, OpenError> {
    let (dir, key) = (dir.to_owned(), key.clone());
    let opened = tokio::task::spawn_blocking(move || Files::open(&dir, &key, create));
    opened.await.map_err(StoreError::because)?
}

async fn stored(files: &Files) -> Result<Option<HostSession>, OpenError> {
    #[derive(Deserialize)]
    struct Numbered {
        format: u32,
    }
    // Without it nothing can be said of the others.
    let document = files.load(HOST).await.map_err(|_| OpenError::Damaged)?;
    let Some(document) = document else {
        return Ok(None);
    };
    match serde_json::from_slice::<Numbered>(&document) {
        Ok(Numbered { format: FORMAT }) => {}
        Ok(Numbered { format }) if format > FORMAT => return Err(OpenError::NewerVersion),
        _ => return Err(OpenError::Damaged),
    }
    let stored: Stored = serde_json::from_slice(&document).map_err(|_| OpenError::Damaged)?;
    Ok(Some(stored.host))
}

/// Whether both are the same login of the same account. What the program trusts may change.
fn is_same_session(before: &HostSession, now: &HostSession) -> bool {
    let of = |host: &HostSession| (host.user_id.clone(), host.device_id.clone(), host.device_key.clone());
    of(before) == of(now)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn host() -> HostSession {
        HostSession {
            homeserver: "https://matrix.example.org".to_owned(),
            user_id: "@alice:example.org".to_owned(),
            device_id: "DEVICE".to_owned(),
            device_key: "UMFdcX/xLbJRQdNlRPmtvD1Lg6ZQtRYrIYWnDaYvvyk".to_owned(),
            master_key: None,
        }
    }

    #[tokio::test]
    async fn a_folder_is_of_one_session_and_of_one_process() {
        let dir = tempfile::tempdir().expect("a folder");
        let key = StoreKey::generate();
        let nothing = Account::<Attached>::reattach(dir.path(), &key).await.map(drop);
        assert_eq!(nothing, Err(OpenError::NotLoggedIn.into()));
        let (account, _requests) = Account::attach(&host(), dir.path(), &key).await.expect("attached");
        let second = Account::attach(&host(), dir.path(), &key).await.map(drop);
        assert_eq!(second, Err(OpenError::InUse.into()));
        drop(account);
        for change in [
            |host: &mut HostSession| host.user_id = "@bob:example.org".to_owned(),
            |host: &mut HostSession| host.device_id = "OTHER".to_owned(),
            |host: &mut HostSession| host.device_key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo".to_owned(),
        ] {
            let mut other = host();
            change(&mut other);
            let refused = Account::attach(&other, dir.path(), &key).await.map(drop);
            assert_eq!(refused, Err(OpenError::OtherAccount.into()), "{other:?}");
        }
        let trusting = HostSession {
            master_key: Some(host().device_key),
            homeserver: "https://elsewhere.example.org".to_owned(),
            ..host()
        };
        drop(
            Account::attach(&trusting, dir.path(), &key)
                .await
                .expect("the same session"),
        );
        let (account, _requests) = Account::<Attached>::reattach(dir.path(), &key).await.expect("attached");
        assert_eq!(*account.host(), trusting);
        drop(account);
        // Padding makes no other key.
        let padded = HostSession {
            device_key: format!("{}=", host().device_key),
            ..trusting.clone()
        };
        let (account, _requests) = Account::attach(&padded, dir.path(), &key)
            .await
            .expect("the same session");
        assert_eq!(*account.host(), trusting);
        account.detach(UnfinishedReset::Keep).await.expect("detached");
        drop(account);
        let nothing = Account::<Attached>::reattach(dir.path(), &key).await.map(drop);
        assert_eq!(nothing, Err(OpenError::NotLoggedIn.into()));
    }

    #[tokio::test]
    async fn what_an_interrupted_removal_has_left_is_not_the_next_session_s() {
        let dir = tempfile::tempdir().expect("a folder");
        let key = StoreKey::generate();
        let (account, _requests) = Account::attach(&host(), dir.path(), &key).await.expect("attached");
        account
            .save_document("keyward.test", b"mine".to_vec())
            .await
            .expect("written");
        drop(account);
        std::fs::remove_file(dir.path().join("keyward/keyward.host.document")).expect("removed");
        assert!(!Account::<Attached>::is_in(dir.path()));
        let other = HostSession {
            user_id: "@bob:example.org".to_owned(),
            ..host()
        };
        let (account, _requests) = Account::attach(&other, dir.path(), &key).await.expect("attached");
        let document = account.load_document("keyward.test").await;
        assert!(document.expect("readable").is_none());
        drop(account);
        // Nothing but the cipher is left: whoever takes that for nothing makes another key.
        std::fs::remove_file(dir.path().join("keyward/keyward.host.document")).expect("removed");
        let another = StoreKey::generate();
        let (account, _requests) = Account::attach(&other, dir.path(), &another).await.expect("attached");
        assert!(account.load_document("keyward.test").await.expect("readable").is_none());
    }

    #[tokio::test]
    async fn a_document_of_a_newer_format_is_no_empty_one() {
        let dir = tempfile::tempdir().expect("a folder");
        let (account, _requests) = Account::attach(&host(), dir.path(), &StoreKey::generate())
            .await
            .expect("attached");
        let content = || BTreeMap::from([("a".to_owned(), 1)]);
        let load = async |format| {
            account
                .load_content::<BTreeMap<String, u64>>("keyward.test", format)
                .await
        };
        assert_eq!(load(1).await, Ok(BTreeMap::new()), "there is none yet");
        account
            .save_content("keyward.test", 2, content())
            .await
            .expect("written");
        assert_eq!(load(2).await, Ok(content()));
        assert!(load(1).await.is_err());
        let bytes = account
            .load_document("keyward.test")
            .await
            .expect("readable")
            .expect("it is there");
        assert_eq!(*bytes, br#"{"format":2,"a":1}"#);
        account
            .save_document("keyward.test", b"damaged".to_vec())
            .await
            .expect("written");
        assert!(load(2).await.is_err());
    }

    #[tokio::test]
    async fn what_describes_no_session_is_refused_before_anything_is_written() {
        let dir = tempfile::tempdir().expect("a folder");
        let key = StoreKey::generate();
        type Change = fn(&mut HostSession);
        let changes: [(Change, AttachError); 6] = [
            (
                |host| host.homeserver = "http://matrix.example.org".to_owned(),
                AttachError::Homeserver,
            ),
            (
                |host| host.homeserver = "example.org".to_owned(),
                AttachError::Homeserver,
            ),
            (|host| host.user_id = "alice".to_owned(), AttachError::Id),
            (|host| host.device_id.clear(), AttachError::Id),
            (|host| host.device_key = "A".repeat(44), AttachError::Key),
            (|host| host.master_key = Some("not a key".to_owned()), AttachError::Key),
        ];
        for (change, expected) in changes {
            let mut wrong = host();
            change(&mut wrong);
            let refused = Account::attach(&wrong, dir.path(), &key).await.map(drop);
            assert_eq!(refused, Err(expected), "{wrong:?}");
        }
        assert_eq!(std::fs::read_dir(dir.path()).expect("readable").count(), 0);
    }
}
