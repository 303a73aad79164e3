// SPDX-License-Identifier: Apache-2.0

//! What the tests share: the library as an app has it, on threads without a runtime, and somebody whose account it is.

use std::{
    env,
    ops::Deref,
    pin::pin,
    process::Command,
    sync::{Arc, LazyLock},
    task::{Context, Waker},
    time::{Duration, Instant},
};

use keyward_ffi::{
    Account, Homeserver, HostSession, KeyInput, Password, RecoveryKey, Reset, ResetError, ResetOptions, ResetState,
    ResetStates, RestoreError, StoreKey,
};
use keyward_testing::{person::Person, proxy::FaultProxy, synapse::Synapse, user::User};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The value is so; if not, the test says what it is.
macro_rules! assert_matches {
    ($value:expr, $pattern:pat $(if $guard:expr)? $(, $why:literal)? $(,)?) => {{
        let value = &$value;
        assert!(matches!(value, $pattern $(if $guard)?), concat!("{:?}" $(, ": ", $why)?), value);
    }};
}
pub(crate) use assert_matches;

/// For the other side: the server, the other phone, the judge.
static OTHERS: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

/// How long something may take that is under way. Only a failing test waits that long.
const PATIENCE: Duration = Duration::from_secs(120);

/// What the other side does.
pub(crate) fn others<T>(work: impl Future<Output = T>) -> T {
    OTHERS.block_on(work)
}

/// A call as Kotlin and Swift make it: polled on a thread without a runtime.
pub(crate) fn call<T>(work: impl Future<Output = T>) -> T {
    futures_executor::block_on(work)
}

/// A call that is begun, and that nobody waits for any more.
pub(crate) fn give_up<T>(work: impl Future<Output = T>) {
    let _ = pin!(work).poll(&mut Context::from_waker(Waker::noop()));
}

/// The other phone is plain matrix-sdk, which has to be dropped inside a runtime.
pub(crate) struct OnRuntime<T>(Option<T>);

impl<T> Deref for OnRuntime<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_ref().expect("taken by the drop alone")
    }
}

impl<T> Drop for OnRuntime<T> {
    fn drop(&mut self) {
        let _inside = OTHERS.enter();
        self.0.take();
    }
}

/// Somebody with a history, a proxy before their server, and the library, unlocked.
pub(crate) struct Scene {
    pub(crate) person: OnRuntime<Person>,
    pub(crate) proxy: FaultProxy,
    pub(crate) app: App,
}

/// The library, logged in.
pub(crate) struct App {
    pub(crate) account: Arc<Account>,
    pub(crate) key: Arc<StoreKey>,
    pub(crate) dir: TempDir,
}

impl App {
    pub(crate) fn login(url: &str, user: &User) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let key = Arc::new(StoreKey::generate());
        let homeserver = call(Homeserver::discover(url.to_owned())).expect("a homeserver");
        let password = password(user);
        let (folder, name) = (folder(&dir), "Keyward test".to_owned());
        let account = Account::login(homeserver, user.user_id.clone(), password, name, folder, key.clone());
        let account = call(account).expect("a login");
        Self { account, key, dir }
    }

    pub(crate) fn folder(&self) -> String {
        folder(&self.dir)
    }

    /// Opens the store, which must be free.
    pub(crate) fn restore(&self) -> Arc<Account> {
        call(Account::restore(self.folder(), self.key.clone())).expect("the store is free")
    }
}

/// Opens the store as soon as it is free.
pub(crate) fn restore_when_free(dir: &TempDir, key: &Arc<StoreKey>) -> Arc<Account> {
    let since = Instant::now();
    loop {
        match call(Account::restore(folder(dir), key.clone())) {
            Ok(account) => return account,
            Err(RestoreError::InUse { .. }) if since.elapsed() < PATIENCE => std::thread::yield_now(),
            Err(error) => panic!("{error:?}"),
        }
    }
}

fn folder(dir: &TempDir) -> String {
    dir.path().to_str().expect("a plain path").to_owned()
}

pub(crate) fn password(user: &User) -> Arc<Password> {
    Arc::new(Password::new(user.password.clone()))
}

impl Scene {
    /// The other phone's session, to be attached, and its access token.
    pub(crate) fn phone_s_session(&self) -> (HostSession, String) {
        let session = self.person.phone.plain();
        let device_key = others(self.person.phone.client().encryption().ed25519_key());
        let host = HostSession {
            homeserver: self.proxy.url().to_owned(),
            user_id: session.user_id,
            device_id: session.device_id,
            device_key: device_key.expect("the phone has keys"),
            master_key: None,
        };
        (host, session.access_token)
    }

    pub(crate) fn new() -> Self {
        let person = others(Person::with_history());
        let proxy = FaultProxy::start(others(Synapse::shared()).url()).expect("a proxy");
        let app = App::login(proxy.url(), &person.user);
        let key = Arc::new(RecoveryKey::new(person.old_key.clone()));
        let unlocked = call(app.account.unlock(KeyInput::RecoveryKey { key })).expect("unlocked");
        assert!(unlocked.key_backup);
        let person = OnRuntime(Some(person));
        Self { person, proxy, app }
    }

    pub(crate) fn start_reset(&self) -> Arc<Reset> {
        self.start_reset_with(ResetOptions::default()).expect("a reset")
    }

    pub(crate) fn start_reset_with(&self, options: ResetOptions) -> Result<Arc<Reset>, ResetError> {
        let plan = call(self.app.account.plan_reset())?;
        call(self.app.account.start_reset(plan, options))
    }

    pub(crate) fn password(&self) -> Arc<Password> {
        password(&self.person.user)
    }
}

/// Reads `states` until one is `wanted`.
pub(crate) fn until(states: &ResetStates, wanted: impl Fn(&ResetState) -> bool) -> ResetState {
    let mut past = Vec::new();
    while let Some(state) = call(states.next()) {
        if wanted(&state) {
            return state;
        }
        past.push(state);
    }
    panic!("it ended: {past:?}")
}

/// Gives the test with this name a process of its own, for what a process has once. There this says yes, and the test does
/// its work; here it says no, when that process has passed.
pub(crate) fn is_alone(test: &str) -> bool {
    const VARIABLE: &str = "KEYWARD_TEST_ALONE";
    if env::var(VARIABLE).is_ok_and(|alone| alone == test) {
        return true;
    }
    let output = Command::new(env::current_exe().expect("this program"))
        .args(["--exact", test])
        .env(VARIABLE, test)
        .output()
        .expect("another process");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    false
}
