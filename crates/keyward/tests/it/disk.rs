// SPDX-License-Identifier: Apache-2.0

//! What lies on the disk: no secret as it is, in any file of the store, at any time; and a disk that is full.

use std::{ffi::OsStr, path::Path, process::Command, time::Duration};

use futures_util::{future::join_all, join};
use keyward::{
    account::Account,
    error::FlowError as _,
    logout::UnsavedRoomKeys,
    reset::ResetOptions,
    secret::{Passphrase, StoreKey},
    server::Homeserver,
};
use keyward_testing::{
    proxy::{Fault, FaultProxy, Rule},
    synapse::{Synapse, SynapseOptions},
};
use matrix_sdk_crypto::store::CryptoStore;
use serde_json::Value;

use crate::{
    account::crypto_store,
    common::{Keyward, finish, is_alone_with_its_mounts, login, new_user, plain, until_key},
    fault_matrix::{Deed, Scene},
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

/// How many pages of four KiB are left on the disk.
const PAGES_LEFT: [u32; 10] = [0, 2, 4, 8, 12, 16, 24, 32, 64, 128];

/// A file system of its own on this folder. Only for a process that has its mounts for itself.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(on: &'a Path) -> Self {
        run("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs"].map(OsStr::new), on);
        Self(on)
    }

    /// From now on there is no more room than this.
    fn leave(&self, pages: u32) {
        let said = run("df", ["--output=used", "--block-size=4K"].map(OsStr::new), self.0);
        let used: u32 = said
            .lines()
            .last()
            .and_then(|used| used.trim().parse().ok())
            .expect("pages");
        // A size of zero means no limit.
        self.resize(&format!("{}k", 4 * (used + pages).max(1)));
    }

    /// Somebody has made room.
    fn grow(&self) {
        self.resize("64m");
    }

    fn resize(&self, size: &str) {
        let options = format!("remount,size={size}");
        run("mount", ["-o", &options].map(OsStr::new), self.0);
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        run("umount", [], self.0);
        // A temporary folder cannot remove itself as long as something is mounted there.
        let _ = std::fs::remove_dir(self.0);
    }
}

fn run<const N: usize>(program: &str, arguments: [&OsStr; N], on: &Path) -> String {
    let output = Command::new(program).args(arguments).arg(on).output();
    let output = output.expect("it is there");
    assert!(
        output.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("text")
}

/// A full disk is called a failing one, and neither damage nor a wrong key.
fn assert_of_the_disk(code: &str, pages: u32) {
    assert_eq!(code, "store.failed", "with {pages} pages left");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_at_any_level_costs_nothing() {
    if !is_alone_with_its_mounts("disk::a_disk_that_is_full_at_any_level_costs_nothing").await {
        return;
    }
    let resets = PAGES_LEFT.map(async |pages| {
        let (who, old_key) = Deed::Reset.somebody().await;
        let old_key = old_key.as_deref();
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().to_owned();
        let disk = SmallDisk::mount(&path);
        let mut scene: Scene = who.set_the_scene_in(dir, old_key).await;
        disk.leave(pages);
        let (result, shown) = scene.reset(Deed::Reset).await;
        if let Err(error) = &result {
            assert_of_the_disk(error.code(), pages);
        }
        disk.grow();
        let after = scene
            .aftermath(Deed::Reset, result, shown, old_key, pages % 2 == 0)
            .await;
        after
            .unwrap_or_else(|error| panic!("with {pages} pages left: {error:#}"))
            .0
    });
    let endings = join_all(resets).await;
    println!("full disks: {endings:?}");
    for each in ["never began", "cancelled", "resumed"] {
        assert!(endings.contains(&each), "{endings:?}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_login_on_a_full_disk_can_be_done_again() {
    if !is_alone_with_its_mounts("disk::a_login_on_a_full_disk_can_be_done_again").await {
        return;
    }
    let fills_up = |when| PAGES_LEFT.map(|pages| (when, pages));
    let logins = [fills_up("before the login"), fills_up("before its session is kept")].concat();
    let logins = logins.into_iter().map(async |(when, pages)| {
        let user = new_user().await;
        let (dir, key) = (tempfile::tempdir().expect("a folder"), StoreKey::generate());
        let disk = SmallDisk::mount(dir.path());
        let proxy = FaultProxy::start(Synapse::shared().await.url()).expect("a proxy");
        let homeserver = Homeserver::discover(proxy.url()).await.expect("found");
        let store = dir.path().join("login");
        let logging_in = Account::login(&homeserver, login(&user), &store, &key);
        let logged_in = if when == "before the login" {
            disk.leave(pages);
            logging_in.await
        } else {
            let answer = Rule::new(Fault::HoldAfter);
            proxy.arm(answer.on(|method, path| method == "POST" && path.ends_with("/login")));
            let fill_up = async {
                proxy.held().await;
                disk.leave(pages);
                proxy.release();
            };
            join!(logging_in, fill_up).0
        };
        let failed = match logged_in {
            Ok(account) => {
                account.close().await.expect("closed");
                drop(account);
                let opened = Account::restore(&store, &key).await;
                opened.map(drop).map_err(|error| error.code())
            }
            Err(error) => Err(error.code()),
        };
        if let Err(code) = failed {
            assert_of_the_disk(code, pages);
        }
        disk.grow();
        match Account::restore(&store, &key).await {
            Ok(account) => account.close().await.expect("closed"),
            Err(error) => {
                assert_eq!(error.code(), "store.not_logged_in", "with {pages} pages left");
                let account = Account::login(&homeserver, login(&user), &store, &key).await;
                account.expect("a login").close().await.expect("closed");
            }
        }
        let session = plain(&user, None).await;
        let devices = session.devices().await.expect("a list").len();
        assert_eq!(
            devices, 2,
            "with {pages} pages left {when}: what could not be kept is signed out"
        );
        (when, failed.is_ok())
    });
    let went_through = join_all(logins).await;
    for when in ["before the login", "before its session is kept"] {
        assert!(went_through.contains(&(when, false)), "{went_through:?}");
    }
}
