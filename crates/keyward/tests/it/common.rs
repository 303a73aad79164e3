// SPDX-License-Identifier: Apache-2.0

//! What the tests share: Keyward, logged in for a person, and a reset driven to where it is of interest.

use std::{
    env,
    process::Command,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use keyward::{
    account::Account,
    auth::AuthError,
    facts::Status,
    login::Login,
    reset::{Confirmation, Outcome, PendingReset, Reset, ResetError, ResetOptions, ResetState},
    secret::{Password, RecoveryKey, StoreKey},
    secret_storage::KeyInput,
    server::Homeserver,
    verification::Verification,
};
pub(crate) use keyward_testing::person::Person;
use keyward_testing::{
    deployment::Deployment,
    other_client::OtherClient,
    proxy::{Fault, FaultProxy, Rule},
    server_state::{Allowed, ServerState, readable},
    synapse::{SHARED_URL_VARIABLE, Synapse},
    user::{LogsIn, PlainSession, User},
};
use tempfile::TempDir;
use tokio::net::TcpSocket;

/// The value is so; if not, the test says what it is.
macro_rules! assert_matches {
    ($value:expr, $pattern:pat $(if $guard:expr)? $(, $why:literal)? $(,)?) => {{
        let value = &$value;
        assert!(matches!(value, $pattern $(if $guard)?), concat!("{:?}" $(, ": ", $why)?), value);
    }};
}
pub(crate) use assert_matches;

/// How long something may take that is under way. Only what never comes takes this long.
pub(crate) const LIMIT: Duration = Duration::from_secs(120);

// ---- who is there ----

pub(crate) async fn new_user() -> User {
    Synapse::shared().await.new_user().await.expect("a user")
}

/// A session without encryption.
pub(crate) async fn plain(user: &User, name: Option<&str>) -> PlainSession {
    let session = PlainSession::login(Synapse::shared().await.url(), user, name).await;
    session.expect("a session without encryption")
}

/// Another client of the user's, on plain matrix-sdk.
pub(crate) async fn other_client(user: &User) -> OtherClient {
    let client = OtherClient::login(Synapse::shared().await.url(), user).await;
    client.expect("another client")
}

/// A proxy before the server.
pub(crate) async fn proxy() -> FaultProxy {
    FaultProxy::start(Synapse::shared().await.url()).expect("a proxy")
}

/// Keyward, logged in.
pub(crate) struct Keyward {
    pub(crate) account: Account,
    pub(crate) key: StoreKey,
    pub(crate) dir: TempDir,
}

impl Keyward {
    /// Logs in through `url`: Synapse itself, or a proxy before it.
    pub(crate) async fn login(url: &str, user: &User) -> Self {
        Self::login_in(tempfile::tempdir().expect("a folder"), url, user).await
    }

    /// The same with the store in `dir`.
    pub(crate) async fn login_in(dir: TempDir, url: &str, user: &User) -> Self {
        let key = StoreKey::generate();
        let homeserver = Homeserver::discover(url).await.expect("a homeserver");
        let account = Account::login(&homeserver, login(user), dir.path(), &key).await;
        let account = account.expect("a login");
        Self { account, key, dir }
    }

    /// Logs in at the shared server.
    pub(crate) async fn of(user: &User) -> Self {
        Self::login(Synapse::shared().await.url(), user).await
    }

    /// Logs in through a proxy of its own.
    pub(crate) async fn behind_a_proxy(user: &User) -> (Self, FaultProxy) {
        let proxy = proxy().await;
        (Self::login(proxy.url(), user).await, proxy)
    }

    /// Logs in and is unlocked with the old key.
    pub(crate) async fn unlocked(person: &Person) -> Self {
        let keyward = Self::of(&person.user).await;
        let unlocked = keyward.account.unlock(&key(&person.old_key)).await;
        assert!(unlocked.expect("the old key unlocks").key_backup);
        keyward
    }

    /// Closes the store. Its folder and its key are left.
    pub(crate) async fn close(self) -> (StoreKey, TempDir) {
        self.account.close().await.expect("closed");
        (self.key, self.dir)
    }

    /// The same store in a new "process".
    pub(crate) async fn restart(self) -> Self {
        let (key, dir) = self.close().await;
        let account = Account::restore(dir.path(), &key).await.expect("the store opens");
        Self { account, key, dir }
    }

    pub(crate) async fn status(&self) -> Status {
        self.account.status().await.expect("a status")
    }

    pub(crate) async fn pending_reset(&self) -> Option<PendingReset> {
        self.account.pending_reset().await.expect("known")
    }

    /// The phone sends a message, and its room key comes here and goes on to the backup, if there is one.
    pub(crate) async fn receive_a_room_key(&self, person: &Person) {
        person.phone.catch_up().await.expect("it knows this session");
        person.phone.send_messages(&person.room, 1).await.expect("a message");
        while self.status().await.room_keys == 0 {
            let synced = self.account.sync_once(Duration::from_secs(1)).await;
            synced.expect("a sync");
        }
        // One more, in case the last one received the key and did not upload it yet.
        self.account.sync_once(Duration::ZERO).await.expect("a sync");
    }

    /// A whole reset, with these wishes.
    pub(crate) async fn reset(&self, user: &User, options: ResetOptions) -> Outcome {
        reset(&self.account, user, options).await.expect("a reset")
    }

    pub(crate) async fn resume_reset(&self) -> Reset {
        self.account.resume_reset(None).await.expect("resumed")
    }

    /// Asks a session to verify each other.
    pub(crate) async fn verify(&self, device_id: &str) -> Verification {
        self.account.verify_session(device_id).await.expect("asked")
    }

    /// What an app does beside everything else.
    pub(crate) async fn sync_for_ever(&self) {
        loop {
            self.account.sync_once(Duration::from_secs(20)).await.expect("a sync");
        }
    }
}

pub(crate) fn login(user: &User) -> Login {
    Login {
        user: user.user_id.clone(),
        password: password(user),
        session_name: "Keyward test".to_owned(),
    }
}

/// Milliseconds since the Unix epoch.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock");
    u64::try_from(since.as_millis()).expect("this millennium")
}

/// The person's password, as people type it.
pub(crate) fn password(user: &User) -> Password {
    Password::new(user.password.clone())
}

/// A recovery key, as people type it.
pub(crate) fn key(text: &str) -> KeyInput {
    KeyInput::RecoveryKey(RecoveryKey::new(text))
}

// ---- a reset ----

/// Plans, starts and drives a reset to its end, acknowledging the key.
pub(crate) async fn reset(account: &Account, user: &User, options: ResetOptions) -> Result<Outcome, ResetError> {
    let plan = account.plan_reset().await?;
    let mut reset = account.start_reset(&plan, options).await?;
    finish(&mut reset, user).await
}

/// Drives a reset to its end.
pub(crate) async fn finish(reset: &mut Reset, user: &User) -> Result<Outcome, ResetError> {
    loop {
        match reset.advance().await? {
            ResetState::SaveKey { .. } => reset.confirm_saved(&Confirmation::Acknowledged).await?,
            ResetState::Authorise { .. } => reset.authorise(&password(user)).await?,
            ResetState::HandOver { .. } => unreachable!("this session was logged in here"),
            ResetState::Done(outcome) => return Ok(outcome),
        }
    }
}

/// Plans and starts a reset without any wishes.
pub(crate) async fn start(account: &Account) -> Reset {
    let plan = account.plan_reset().await.expect("a plan");
    let reset = account.start_reset(&plan, ResetOptions::default()).await;
    reset.expect("a reset")
}

/// Drives a reset until the person is shown the key.
pub(crate) async fn until_key(reset: &mut Reset) -> RecoveryKey {
    match reset.advance().await.expect("it is staged") {
        ResetState::SaveKey { recovery_key } => recovery_key,
        other => panic!("{other:?}"),
    }
}

/// Drives a reset until the server asks for the password.
pub(crate) async fn until_challenge(reset: &mut Reset) {
    until_key(reset).await;
    confirm_saved(reset).await;
    let state = reset.advance().await.expect("the challenge");
    assert_matches!(state, ResetState::Authorise { .. });
}

pub(crate) async fn confirm_saved(reset: &mut Reset) {
    let confirmed = reset.confirm_saved(&Confirmation::Acknowledged).await;
    confirmed.expect("confirmed");
}

/// Drives a reset until the new identity is in force.
pub(crate) async fn commit(reset: &mut Reset, user: &User) {
    until_challenge(reset).await;
    reset.authorise(&password(user)).await.expect("accepted");
}

pub(crate) async fn enter_wrong_password(reset: &mut Reset) {
    let refused = reset.authorise(&Password::new("wrong")).await;
    assert_matches!(refused, Err(ResetError::Auth(AuthError::WrongPassword)));
}

// ---- what is found out ----

/// What the server has for this person.
pub(crate) async fn state(person: &Person) -> ServerState {
    ServerState::read(&person.observer).await.expect("a state")
}

/// The two states differ by nothing but what is allowed.
pub(crate) fn assert_same(before: &ServerState, after: &ServerState, allowed: Allowed) {
    let differences = before.diff(after, allowed);
    assert!(differences.is_empty(), "{}", readable(&differences));
}

/// A brand-new session opens secret storage with `key`, and gets the identity and the key of the backup out of it.
pub(crate) async fn assert_opens(user: &User, key: &str) {
    let url = match user.logs_in {
        LogsIn::WithPassword => Synapse::shared().await.url(),
        LogsIn::WithOAuth => Deployment::oauth().await.synapse.url(),
        LogsIn::WithSso => Deployment::sso().await.synapse.url(),
    };
    let fresh = OtherClient::login(url, user).await.expect("another client");
    fresh.recover(key).await.expect("the key opens everything");
}

// ---- what goes wrong ----

/// Requests to paths that end so meet `fault`, each of them.
pub(crate) fn always(end: &'static str, fault: Fault) -> Rule {
    Rule::new(fault).on(move |_, path| path.ends_with(end)).for_ever()
}

/// An address at which nobody listens, and nobody else can, as long as the socket is there.
pub(crate) fn nobody() -> (TcpSocket, String) {
    let socket = nobody_at("http://127.0.0.1:0");
    let url = format!("http://{}", socket.local_addr().expect("an address"));
    (socket, url)
}

/// The same at the address of somebody who is gone.
pub(crate) fn nobody_at(url: &str) -> TcpSocket {
    let address = url.trim_start_matches("http://").parse().expect("an address");
    let socket = TcpSocket::new_v4().expect("a socket");
    // Connections that have ended keep the address for a while.
    socket.set_reuseaddr(true).expect("an option");
    socket.bind(address).expect("a free address");
    socket
}

/// Gives the test with this name a process of its own, for what a process has once. There this says yes, and the test does
/// its work; here it says no, when that process has passed.
pub(crate) async fn is_alone(test: &str) -> bool {
    is_alone_in(test, this_program()).await
}

/// The same with a variable in the environment.
pub(crate) async fn is_alone_with(test: &str, variable: &str, value: &str) -> bool {
    let mut process = this_program();
    process.env(variable, value);
    is_alone_in(test, process).await
}

/// The same, in a process that may mount file systems, for itself alone.
pub(crate) async fn is_alone_with_its_mounts(test: &str) -> bool {
    let mut unshare = Command::new("unshare");
    unshare.args(["--user", "--map-root-user", "--mount"]);
    unshare.arg(env::current_exe().expect("this program"));
    is_alone_in(test, unshare).await
}

fn this_program() -> Command {
    Command::new(env::current_exe().expect("this program"))
}

async fn is_alone_in(test: &str, mut process: Command) -> bool {
    const VARIABLE: &str = "KEYWARD_TEST_ALONE";
    if env::var(VARIABLE).is_ok_and(|alone| alone == test) {
        return true;
    }
    let output = process
        .args(["--exact", test])
        .env(VARIABLE, test)
        .env(SHARED_URL_VARIABLE, Synapse::shared().await.url())
        .output()
        .expect("another process");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    false
}
