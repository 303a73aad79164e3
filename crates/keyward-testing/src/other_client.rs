// SPDX-License-Identifier: Apache-2.0
//! A second client on plain matrix-sdk: the person's other phone, or a friend.
//!
//! Uses `ClientBuilder::base_client`, which matrix-sdk hides from its documentation (hence the pin to one version).
//! Only with our own `BaseClient` the `OlmMachine` can be reached, and only with our own store ten thousands of room
//! keys can be added.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use matrix_sdk::{
    Client, Room, SessionMeta, SessionTokens, SqliteCryptoStore, SqliteStateStore, SqliteStoreConfig, ThreadingSupport,
    authentication::matrix::MatrixSession,
    config::{RequestConfig, StoreConfig, SyncSettings},
    cross_process_lock::CrossProcessLockConfig,
    deserialized_responses::TimelineEventKind,
    encryption::{
        BackupDownloadStrategy, CrossSigningResetAuthType, EncryptionSettings, verification::VerificationRequest,
    },
    ruma::{
        OwnedEventId, OwnedRoomId, OwnedUserId, UserId,
        api::client::{
            backup::{RoomKeyBackup, add_backup_keys},
            room::create_room,
            uiaa,
        },
        events::{
            InitialStateEvent, key::verification::VerificationMethod, room::encryption::RoomEncryptionEventContent,
            room::member::MembershipState, room::message::RoomMessageEventContent, secret::request::SecretName,
        },
        serde::Raw,
    },
    store::RoomLoadSettings,
};
use matrix_sdk_base::{BaseClient, DmRoomDefinition};
use matrix_sdk_crypto::{
    OlmMachine,
    olm::{ExportedRoomKey, InboundGroupSession},
    store::{CryptoStore as _, types::DehydratedDeviceKey},
    types::{EventEncryptionAlgorithm, SigningKey, SigningKeys},
};
use rand::distr::{Alphanumeric, SampleString as _};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::RwLockReadGuard;
use vodozemac::{Curve25519PublicKey, Curve25519SecretKey, Ed25519Keypair, base64_encode, megolm::ExportedSessionKey};

use crate::{
    browser::Browser,
    http::segment,
    user::{LogsIn, PlainSession, User},
};

const BACKUP_LIMIT: Duration = Duration::from_secs(120);
const SYNC_LIMIT: Duration = Duration::from_secs(60);
/// What a client with a screen and a camera can do.
pub(crate) const VERIFICATION_METHODS: [VerificationMethod; 4] = [
    VerificationMethod::SasV1,
    VerificationMethod::QrCodeShowV1,
    VerificationMethod::QrCodeScanV1,
    VerificationMethod::ReciprocateV1,
];

/// Where a room key belongs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoomKeyId {
    /// The room.
    pub room_id: String,
    /// The Megolm session in the room.
    pub session_id: String,
}

impl RoomKeyId {
    /// The path of its entry in a version of the key backup. Ids of Megolm sessions have slashes in them.
    pub fn path(&self, version: &str) -> String {
        let (room, session) = (segment(&self.room_id), segment(&self.session_id));
        format!("/v3/room_keys/keys/{room}/{session}?version={version}")
    }
}

/// An encrypted message that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentMessage {
    /// The room.
    pub room_id: String,
    /// The event.
    pub event_id: String,
    /// The Megolm session that it is encrypted with.
    pub session_id: String,
    /// The text.
    pub body: String,
}

impl SentMessage {
    /// The room key that reads this message.
    pub fn room_key(&self) -> RoomKeyId {
        RoomKeyId {
            room_id: self.room_id.clone(),
            session_id: self.session_id.clone(),
        }
    }
}

/// A client on plain matrix-sdk with its own temporary store. It does nothing by itself: no sync in the background, no
/// automatic cross-signing or backup.
///
/// It must be dropped inside a Tokio runtime, as matrix-sdk demands.
#[derive(Debug)]
pub struct OtherClient {
    client: Client,
    base: BaseClient,
    store: Arc<SqliteCryptoStore>,
    url: String,
    user: User,
    store_key: [u8; 32],
    // After everything that has files open in it.
    folder: TempDir,
}

impl OtherClient {
    /// Logs in and syncs once.
    ///
    /// # Errors
    /// When the server refuses or the store cannot be written.
    pub async fn login(url: &str, user: &User) -> Result<Self> {
        let this = Self::login_without_sync(url, user).await?;
        this.sync_once().await?;
        Ok(this)
    }

    /// Logs in and no more: the device keys are not yet on the server, and no room is known.
    ///
    /// # Errors
    /// When the server refuses or the store cannot be written.
    pub async fn login_without_sync(url: &str, user: &User) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let store_key = rand::random();
        let config = SqliteStoreConfig::with_low_memory_config(folder.path()).key(Some(&store_key));
        let store = Arc::new(SqliteCryptoStore::open_with_config(&config).await?);
        let state_store = SqliteStateStore::open_with_config(&config).await?;
        let single_process = CrossProcessLockConfig::SingleProcess;
        let stores = StoreConfig::new(single_process.clone())
            .crypto_store(store.clone())
            .state_store(state_store);
        let base = BaseClient::new(stores, ThreadingSupport::Disabled, DmRoomDefinition::default());
        let client = Client::builder()
            .homeserver_url(url)
            .cross_process_store_config(single_process)
            // Without a limit a broken server is asked for a quarter of an hour.
            .request_config(RequestConfig::new().retry_limit(3))
            .with_encryption_settings(EncryptionSettings {
                auto_enable_cross_signing: false,
                auto_enable_backups: false,
                backup_download_strategy: BackupDownloadStrategy::Manual,
            })
            .base_client(base.clone())
            .build()
            .await?;
        match user.logs_in {
            LogsIn::WithPassword => {
                let login = client.matrix_auth().login_username(&user.user_id, &user.password);
                login.initial_device_display_name("Other client").await?;
            }
            LogsIn::WithOAuth | LogsIn::WithSso => {
                let session = PlainSession::login(url, user, Some("Other client")).await?;
                let session = MatrixSession {
                    meta: SessionMeta {
                        user_id: UserId::parse(session.user_id)?,
                        device_id: session.device_id.into(),
                    },
                    tokens: SessionTokens {
                        access_token: session.access_token,
                        refresh_token: None,
                    },
                };
                client
                    .matrix_auth()
                    .restore_session(session, RoomLoadSettings::default())
                    .await?;
            }
        }
        client.encryption().wait_for_e2ee_initialization_tasks().await;
        Ok(Self {
            client,
            base,
            store,
            url: url.to_owned(),
            user: user.clone(),
            store_key,
            folder,
        })
    }

    /// The matrix-sdk client, for what has no method here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The matrix-sdk encryption machine, for what has no method here.
    pub async fn olm_machine(&self) -> RwLockReadGuard<'_, Option<OlmMachine>> {
        self.base.olm_machine().await
    }

    /// The folder with matrix-sdk's databases.
    pub fn store_path(&self) -> &Path {
        self.folder.path()
    }

    /// The key that the databases are encrypted with.
    pub fn store_key(&self) -> [u8; 32] {
        self.store_key
    }

    /// The session's device id.
    pub fn device_id(&self) -> String {
        self.client.device_id().expect("it is logged in").to_string()
    }

    /// The same session for plain requests.
    pub fn plain(&self) -> PlainSession {
        let token = self.client.access_token().expect("it is logged in");
        PlainSession::from_token(&self.url, &self.user.user_id, &self.device_id(), &token)
    }

    /// One sync that does not wait for news, after which everything that came with it is processed. Not for what another
    /// session did just before: [`OtherClient::catch_up`].
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn sync_once(&self) -> Result<()> {
        self.sync_for(Duration::ZERO).await
    }

    /// One sync that waits so long for news. Only one at a time: two would be given the same messages.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn sync_for(&self, wait: Duration) -> Result<()> {
        // Requests that follow from the response, such as the upload of device keys, are sent after it; their failures
        // are not reported here. Tests that depend on them check for their effect.
        Box::pin(self.client.sync_once(SyncSettings::new().timeout(wait))).await?;
        Ok(())
    }

    /// Syncs, waiting for news, until `found` finds something. It looks before the first sync, too.
    ///
    /// # Errors
    /// When the server refuses, or when it takes longer than a minute.
    pub async fn sync_until<T>(&self, mut found: impl AsyncFnMut() -> Option<T>) -> Result<T> {
        let search = async {
            loop {
                if let Some(found) = found().await {
                    return Ok(found);
                }
                self.sync_for(Duration::from_secs(20)).await?;
            }
        };
        tokio::time::timeout(SYNC_LIMIT, search)
            .await
            .context("nothing came for a minute")?
    }

    /// Syncs until this session knows every session of its user whose keys the server shows. One sync may leave out what was
    /// uploaded just before it: Synapse tells of nothing that is newer than what it is still writing for somebody else.
    ///
    /// # Errors
    /// When the server refuses, or when it takes longer than a minute.
    pub async fn catch_up(&self) -> Result<()> {
        let user = self.client.user_id().context("not logged in")?;
        let query = json!({"device_keys": {user.as_str(): []}});
        let shown = self
            .plain()
            .request_ok(Method::POST, "/v3/keys/query", Some(&query))
            .await?;
        let shown = shown["device_keys"][user.as_str()]
            .as_object()
            .context("no device keys")?;
        // Not `sync_until`: the compiler cannot show that its future may go to another thread.
        let catching_up = async {
            self.sync_once().await?;
            loop {
                let known = self.client.encryption().get_user_devices(user).await?;
                if shown.keys().all(|id| known.get(id.as_str().into()).is_some()) {
                    return Ok(());
                }
                self.sync_for(Duration::from_secs(20)).await?;
            }
        };
        tokio::time::timeout(SYNC_LIMIT, catching_up)
            .await
            .context("a session is not heard of for a minute")?
    }

    /// Asks one session of the same user to verify each other, by all methods: emoji, showing a code and scanning one.
    ///
    /// # Errors
    /// When the server refuses or has no such session with encryption.
    pub async fn ask_to_verify(&self, device_id: &str) -> Result<VerificationRequest> {
        let user = self.client.user_id().context("not logged in")?;
        self.client.encryption().request_user_identity(user).await?;
        let device = self
            .client
            .encryption()
            .get_device(user, device_id.into())
            .await?
            .context("no such session")?;
        Ok(device
            .request_verification_with_methods(VERIFICATION_METHODS.to_vec())
            .await?)
    }

    /// The same of all sessions of the same user.
    ///
    /// # Errors
    /// When the server refuses, or when there is no identity.
    pub async fn ask_all_to_verify(&self) -> Result<VerificationRequest> {
        let user = self.client.user_id().context("not logged in")?;
        let identity = self
            .client
            .encryption()
            .request_user_identity(user)
            .await?
            .context("the account has no identity")?;
        Ok(identity
            .request_verification_with_methods(VERIFICATION_METHODS.to_vec())
            .await?)
    }

    /// A request of another session of the same user that has come and is not over, without a sync.
    pub async fn verification_request(&self) -> Option<VerificationRequest> {
        let user = self.client.user_id()?;
        let requests = self.olm_machine().await.as_ref()?.get_verification_requests(user);
        let request = requests
            .into_iter()
            .find(|request| !request.we_started() && !request.is_cancelled() && !request.is_done())?;
        let flow_id = request.flow_id().as_str();
        self.client.encryption().get_verification_request(user, flow_id).await
    }

    /// Waits for a session of the same user that asks to be verified or to verify this one.
    ///
    /// # Errors
    /// When none comes.
    pub async fn asked_to_verify(&self) -> Result<VerificationRequest> {
        self.sync_until(async || self.verification_request().await).await
    }

    /// [`OtherClient::asked_to_verify`], and accepts it with all methods.
    ///
    /// # Errors
    /// When none comes, or the server refuses.
    pub async fn accept_verification(&self) -> Result<VerificationRequest> {
        let request = self.asked_to_verify().await?;
        request.accept_with_methods(VERIFICATION_METHODS.to_vec()).await?;
        Ok(request)
    }

    /// A new identity, with the account password where the server asks for it, signing this session.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn bootstrap_identity(&self) -> Result<()> {
        let encryption = self.client.encryption();
        let Err(error) = Box::pin(encryption.bootstrap_cross_signing(None)).await else {
            return Ok(());
        };
        let Some(challenge) = error.as_uiaa_response() else {
            return Err(error.into());
        };
        Box::pin(encryption.bootstrap_cross_signing(Some(self.password(challenge)))).await?;
        Ok(())
    }

    /// Everything that a new account gets from a client: an identity, secret storage, and a key backup that has all
    /// room keys. Returns the recovery key.
    ///
    /// # Errors
    /// When the server refuses, or when there is a backup already.
    pub async fn bootstrap(&self) -> Result<String> {
        self.bootstrap_identity().await?;
        let key = Box::pin(self.client.encryption().recovery().enable().into_future()).await?;
        self.wait_for_backup().await?;
        Ok(key)
    }

    /// [`OtherClient::bootstrap`] with a recovery key that is derived from a passphrase.
    ///
    /// # Errors
    /// As [`OtherClient::bootstrap`].
    pub async fn bootstrap_with_passphrase(&self, passphrase: &str) -> Result<String> {
        self.bootstrap_identity().await?;
        let recovery = self.client.encryption().recovery();
        let key = Box::pin(recovery.enable().with_passphrase(passphrase).into_future()).await?;
        self.wait_for_backup().await?;
        Ok(key)
    }

    /// Replaces the identity as matrix-sdk does it, authorised as this person does it, and sets up a new secret storage and
    /// backup: what happens when another client resets. Returns the new recovery key.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn reset_identity(&self) -> Result<String> {
        let recovery = self.client.encryption().recovery();
        if let Some(handle) = Box::pin(recovery.reset_identity()).await? {
            let auth = self.authorise(handle.auth_type()).await?;
            Box::pin(handle.reset(auth)).await?;
        }
        let key = Box::pin(recovery.enable().into_future()).await?;
        self.wait_for_backup().await?;
        Ok(key)
    }

    /// Gets the identity and the backup key out of secret storage, and thereby verifies this session.
    ///
    /// # Errors
    /// When the key (or passphrase) is wrong or secret storage incomplete.
    pub async fn recover(&self, recovery_key: &str) -> Result<()> {
        Box::pin(self.client.encryption().recovery().recover(recovery_key)).await?;
        let status = self
            .client
            .encryption()
            .cross_signing_status()
            .await
            .context("not logged in")?;
        if !status.is_complete() {
            bail!("secret storage opened, but did not have all three private keys: {status:?}");
        }
        Ok(())
    }

    /// Creates an encrypted room and invites people to it. Returns its id.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn create_encrypted_room(&self, invite: &[&str]) -> Result<String> {
        let mut request = create_room::v3::Request::new();
        request.invite = invite
            .iter()
            .map(|id| OwnedUserId::try_from(*id))
            .collect::<Result<_, _>>()?;
        let encryption = RoomEncryptionEventContent::with_recommended_defaults();
        request.initial_state = vec![InitialStateEvent::with_empty_state_key(encryption).to_raw_any()];
        let room = self.client.create_room(request).await?;
        self.sync_once().await?;
        Ok(room.room_id().to_string())
    }

    /// Accepts an invitation.
    ///
    /// # Errors
    /// When there is none.
    pub async fn join(&self, room_id: &str) -> Result<()> {
        self.client.join_room_by_id(&OwnedRoomId::try_from(room_id)?).await?;
        self.sync_once().await
    }

    /// Syncs until somebody is in a room, so that they get the keys of what is sent next.
    ///
    /// # Errors
    /// When the server refuses, or when it takes longer than a minute.
    pub async fn sync_until_joined(&self, room_id: &str, user_id: &str) -> Result<()> {
        let (room, user) = (self.room(room_id)?, UserId::parse(user_id)?);
        self.sync_until(async || {
            let member = room.get_member_no_sync(&user).await.ok()??;
            (*member.membership() == MembershipState::Join).then_some(())
        })
        .await
    }

    /// Sends `count` encrypted messages with random text.
    ///
    /// # Errors
    /// When the server refuses, or when the room turns out not to be encrypted.
    pub async fn send_messages(&self, room_id: &str, count: usize) -> Result<Vec<SentMessage>> {
        let room = self.room(room_id)?;
        let mut sent = Vec::with_capacity(count);
        for _ in 0..count {
            let body = format!("message {}", Alphanumeric.sample_string(&mut rand::rng(), 16));
            let content = RoomMessageEventContent::text_plain(&body);
            let result = Box::pin(room.send(content).into_future()).await?;
            let info = result
                .encryption_info
                .with_context(|| format!("{room_id} is not encrypted"))?;
            sent.push(SentMessage {
                room_id: room_id.to_owned(),
                event_id: result.response.event_id.to_string(),
                session_id: info.session_id().context("no session id")?.to_owned(),
                body,
            });
        }
        Ok(sent)
    }

    /// The text of an encrypted message if this session can read it, with a key of its own or one from the backup.
    ///
    /// # Errors
    /// When the server does not have the event, or when it is not encrypted.
    pub async fn can_decrypt(&self, room_id: &str, event_id: &str) -> Result<Option<String>> {
        let room = self.room(room_id)?;
        let session_id = match self.read(&room, event_id).await? {
            Read::Text(body) => return Ok(Some(body)),
            Read::NeedsKey(session_id) => session_id,
        };
        let backups = self.client.encryption().backups();
        if let Err(error) = backups.download_room_key(room.room_id(), &session_id).await
            && error.as_client_api_error().is_none_or(|error| error.status_code != 404)
        {
            return Err(error.into());
        }
        Ok(match self.read(&room, event_id).await? {
            Read::Text(body) => Some(body),
            Read::NeedsKey(_) => None,
        })
    }

    async fn read(&self, room: &Room, event_id: &str) -> Result<Read> {
        let event = Box::pin(room.event(&OwnedEventId::try_from(event_id)?, None)).await?;
        match event.kind {
            TimelineEventKind::Decrypted(decrypted) => {
                let content: Value = decrypted
                    .event
                    .get_field("content")?
                    .context("an event without content")?;
                Ok(Read::Text(
                    content["body"].as_str().context("a message without text")?.to_owned(),
                ))
            }
            TimelineEventKind::UnableToDecrypt { utd_info, .. } => Ok(Read::NeedsKey(
                utd_info.session_id.context("not encrypted with Megolm")?,
            )),
            TimelineEventKind::PlainText { .. } => bail!("{event_id} is not encrypted"),
        }
    }

    /// Uploads until the backup has every room key of this session.
    ///
    /// # Errors
    /// When there is no backup, when uploading fails, or when it takes longer than two minutes.
    pub async fn wait_for_backup(&self) -> Result<()> {
        let backups = self.client.encryption().backups();
        let upload = async {
            loop {
                backups.wait_for_steady_state().with_delay(Duration::ZERO).await?;
                // The last step does not count a key that arrived during it.
                let machine = self.olm_machine().await;
                let counts = machine
                    .as_ref()
                    .context("not logged in")?
                    .backup_machine()
                    .room_key_counts()
                    .await?;
                if counts.backed_up == counts.total {
                    return Ok(());
                }
            }
        };
        tokio::time::timeout(BACKUP_LIMIT, upload)
            .await
            .context("the backup does not get all room keys")?
    }

    /// Makes `count` room keys of rooms that do not exist, in this session's store and in the current backup: the past
    /// of a person with a long one. A key costs less than a millisecond.
    ///
    /// # Errors
    /// When this session does not use a backup, or when the server refuses.
    pub async fn make_room_keys(&self, count: usize) -> Result<Vec<RoomKeyId>> {
        const KEYS_PER_ROOM: usize = 1000;
        const ROOMS_PER_REQUEST: usize = 4;
        let keys = self.store.load_backup_keys().await?;
        let (Some(decryption_key), Some(version)) = (keys.decryption_key, keys.backup_version) else {
            bail!("this session does not use a backup");
        };
        let backup_key = decryption_key.megolm_v1_public_key();

        let mut ids = Vec::with_capacity(count);
        while ids.len() < count {
            let mut rooms = BTreeMap::new();
            let mut sessions = Vec::new();
            for _ in 0..ROOMS_PER_REQUEST {
                let room_id = format!("!{}:localhost", Alphanumeric.sample_string(&mut rand::rng(), 18));
                let room_id = OwnedRoomId::try_from(room_id)?;
                let mut room = BTreeMap::new();
                for _ in 0..KEYS_PER_ROOM.min(count - ids.len()) {
                    let session = synthetic_session(&room_id)?;
                    let session_id = session.session_id().to_owned();
                    room.insert(
                        session_id.clone(),
                        Raw::new(&backup_key.encrypt(session.clone()).await?)?,
                    );
                    session.mark_as_backed_up();
                    sessions.push(session);
                    ids.push(RoomKeyId {
                        room_id: room_id.to_string(),
                        session_id,
                    });
                }
                if !room.is_empty() {
                    rooms.insert(room_id, RoomKeyBackup::new(room));
                }
            }
            self.client
                .send(add_backup_keys::v3::Request::new(version.clone(), rooms))
                .await?;
            self.store.save_inbound_group_sessions(sessions, Some(&version)).await?;
        }
        Ok(ids)
    }

    /// Every room key in this session's store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn room_keys(&self) -> Result<BTreeSet<RoomKeyId>> {
        let sessions = self.store.get_inbound_group_sessions().await?;
        Ok(sessions
            .iter()
            .map(|session| RoomKeyId {
                room_id: session.room_id().to_string(),
                session_id: session.session_id().to_owned(),
            })
            .collect())
    }

    /// Uploads a dehydrated device (MSC3814) that the current identity signs. Returns its device id.
    ///
    /// # Errors
    /// When this session has no private keys, or when the server refuses.
    pub async fn create_dehydrated_device(&self) -> Result<String> {
        let machine = self.olm_machine().await;
        let device = machine
            .as_ref()
            .context("not logged in")?
            .dehydrated_devices()
            .create()
            .await?;
        let pickle_key = DehydratedDeviceKey::new();
        let request = device
            .keys_for_upload("Dehydrated device".to_owned(), &pickle_key)
            .await?;
        Ok(self.client.send(request).await?.device_id.to_string())
    }

    /// The three private keys that this session holds, unpadded base64, by the names they have in secret storage.
    pub async fn private_keys(&self) -> BTreeMap<String, String> {
        let mut keys = BTreeMap::new();
        if let Ok(Some(identity)) = self.store.load_identity().await {
            for name in [
                SecretName::CrossSigningMasterKey,
                SecretName::CrossSigningSelfSigningKey,
                SecretName::CrossSigningUserSigningKey,
            ] {
                if let Some(secret) = identity.export_secret(&name).await {
                    keys.insert(name.to_string(), secret);
                }
            }
        }
        keys
    }

    /// Signs this session out.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn logout(self) -> Result<()> {
        self.client.logout().await?;
        Ok(())
    }

    fn room(&self, room_id: &str) -> Result<Room> {
        let room_id = OwnedRoomId::try_from(room_id)?;
        self.client
            .get_room(&room_id)
            .with_context(|| format!("{room_id} is not known, is a sync missing?"))
    }

    async fn authorise(&self, asked: &CrossSigningResetAuthType) -> Result<Option<uiaa::AuthData>> {
        let browser = Browser::of(&self.user.localpart);
        match asked {
            CrossSigningResetAuthType::OAuth(approval) => {
                browser.allow(approval.approval_url.as_str()).await?;
                Ok(None)
            }
            CrossSigningResetAuthType::Uiaa(challenge) if self.user.logs_in == LogsIn::WithPassword => {
                Ok(Some(self.password(challenge)))
            }
            CrossSigningResetAuthType::Uiaa(challenge) => {
                let session = challenge.session.clone().context("a challenge without session")?;
                let page = "_matrix/client/v3/auth/m.login.sso/fallback/web?session=";
                browser.allow(&format!("{}/{page}{session}", self.url)).await?;
                let done = uiaa::FallbackAcknowledgement::new(session);
                Ok(Some(uiaa::AuthData::FallbackAcknowledgement(done)))
            }
        }
    }

    fn password(&self, challenge: &uiaa::UiaaInfo) -> uiaa::AuthData {
        let user = uiaa::MatrixUserIdentifier::new(self.user.localpart.clone());
        let mut password = uiaa::Password::new(uiaa::UserIdentifier::Matrix(user), self.user.password.clone());
        password.session = challenge.session.clone();
        uiaa::AuthData::Password(password)
    }
}

enum Read {
    Text(String),
    NeedsKey(String),
}

/// A Megolm session that was never used. It is written in the export format (version 1, index, ratchet, public key) and
/// not made from an outbound session, which saves two signatures per key.
fn synthetic_session(room_id: &OwnedRoomId) -> Result<InboundGroupSession> {
    Ok(InboundGroupSession::from_export(&synthetic_room_key(room_id)?)?)
}

pub(crate) fn synthetic_room_key(room_id: &OwnedRoomId) -> Result<ExportedRoomKey> {
    let signing_key = Ed25519Keypair::new().public_key();
    let ratchet: [[u8; 32]; 4] = rand::random();
    let key = [
        &[1][..],
        &0_u32.to_be_bytes(),
        ratchet.as_flattened(),
        signing_key.as_bytes(),
    ]
    .concat();
    let sender_key = Curve25519PublicKey::from(&Curve25519SecretKey::new());
    Ok(ExportedRoomKey {
        algorithm: EventEncryptionAlgorithm::MegolmV1AesSha2,
        room_id: room_id.clone(),
        sender_key,
        session_id: base64_encode(signing_key.as_bytes()),
        session_key: ExportedSessionKey::from_bytes(&key)?,
        sender_claimed_keys: SigningKeys::from([(
            matrix_sdk::ruma::DeviceKeyAlgorithm::Ed25519,
            SigningKey::Ed25519(signing_key),
        )]),
        forwarding_curve25519_key_chain: Vec::new(),
        shared_history: false,
    })
}
