// SPDX-License-Identifier: Apache-2.0

//! No secret in any log at TRACE, nor in any error text or `Debug`. In a process of its own, because the log is the
//! process's.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use crate::common::{self, Keyward, Person, enter_wrong_password, finish, is_alone, until_challenge};
use keyward::{
    account::Account,
    login::LoginError,
    reset::{Confirmation, Export, ResetOptions, ResetState},
    secret::{Passphrase, Password, RecoveryKey, StoreKey},
    secret_storage::KeyInput,
    server::Homeserver,
};
use keyward_testing::{other_client::OtherClient, synapse::Synapse};
use matrix_sdk_crypto::store::CryptoStore;
use matrix_sdk_sqlite::{SqliteCryptoStore, SqliteStoreConfig};
use tracing_subscriber::fmt::MakeWriter;

const PHRASE: &str = "eleven quiet otters under ice";
const EXPORT_PHRASE: &str = "only for the exported file";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("a log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    fn note(&self, what: impl std::fmt::Debug + std::fmt::Display) {
        writeln!(self.clone(), "{what} {what:?} {what:#?}").expect("written");
    }

    fn note_debug(&self, what: impl std::fmt::Debug) {
        writeln!(self.clone(), "{what:?} {what:#?}").expect("written");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_reset_at_trace_shows_no_secret() {
    if !is_alone("secrets::a_whole_reset_at_trace_shows_no_secret").await {
        return;
    }
    let person = Person::with_history().await;
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(log.clone())
        .init();

    let url = Synapse::shared().await.url();
    let homeserver = Homeserver::discover(url).await.expect("a homeserver");
    let mut login = common::login(&person.user);
    login.password = Password::new("a wrong password for the login");
    log.note_debug(&login);
    let nowhere = tempfile::tempdir().expect("a folder");
    let refused: LoginError = Account::login(&homeserver, login, nowhere.path(), &StoreKey::generate())
        .await
        .expect_err("refused");
    log.note(refused);

    let keyward = Keyward::login(url, &person.user).await;
    let account = &keyward.account;
    let mistyped = KeyInput::RecoveryKey(RecoveryKey::new(person.old_key.replace('E', "F")));
    log.note(account.unlock(&mistyped).await.expect_err("mistyped"));
    let input = KeyInput::RecoveryKey(RecoveryKey::new(person.old_key.clone()));
    log.note_debug(&input);
    log.note_debug(account.unlock(&input).await.expect("unlocked"));

    let plan = account.plan_reset().await.expect("a plan");
    log.note_debug(&plan);
    let export = Export {
        file: keyward.dir.path().join("keys"),
        passphrase: Passphrase::new(EXPORT_PHRASE),
    };
    let options = ResetOptions {
        passphrase: Some(Passphrase::new(PHRASE)),
        export: Some(export),
        ..ResetOptions::default()
    };
    let mut reset = account.start_reset(&plan, options).await.expect("a reset");
    log.note_debug(&reset);
    let ResetState::SaveKey { recovery_key } = reset.advance().await.expect("staged") else {
        panic!("the key")
    };
    let typed = Confirmation::Retyped(RecoveryKey::new(person.old_key.clone()));
    log.note_debug(&typed);
    log.note(reset.confirm_saved(&typed).await.expect_err("another key"));
    until_challenge(&mut reset).await;
    enter_wrong_password(&mut reset).await;
    let outcome = finish(&mut reset, &person.user).await.expect("done");
    log.note_debug(&outcome);
    drop(reset);
    account.sync_once(std::time::Duration::ZERO).await.expect("a sync");

    let mut secrets = vec![
        person.user.password.clone(),
        "a wrong password for the login".to_owned(),
        PHRASE.to_owned(),
        EXPORT_PHRASE.to_owned(),
        person.old_key.clone(),
        recovery_key.reveal().to_owned(),
        String::from_utf8_lossy(keyward.key.reveal()).into_owned(),
    ];
    secrets.extend(person.phone.private_keys().await.into_values());
    let fresh = OtherClient::login(url, &person.user).await.expect("a login");
    fresh.recover(recovery_key.reveal()).await.expect("opens");
    secrets.extend(fresh.private_keys().await.into_values());
    let config = SqliteStoreConfig::new(keyward.dir.path()).key(Some(keyward.key.reveal()));
    let crypto = SqliteCryptoStore::open_with_config(&config).await.expect("the store");
    secrets.extend(
        crypto
            .load_backup_keys()
            .await
            .expect("keys")
            .decryption_key
            .map(|key| key.to_base64()),
    );
    let session = crypto
        .get_custom_value("keyward.session")
        .await
        .expect("read")
        .expect("a session");
    let session: serde_json::Value = serde_json::from_slice(&session).expect("JSON");
    for token in ["access_token", "refresh_token"] {
        secrets.push(session[token].as_str().expect("a token").to_owned());
    }
    assert!(secrets.len() >= 7 + 3 + 3 + 1 + 2, "every secret is searched for");

    let log = String::from_utf8_lossy(&log.0.lock().expect("a log")).into_owned();
    assert!(log.contains("device_signing/upload"), "the reset was logged");
    assert!(log.contains("TRACE"), "at TRACE");
    for secret in secrets {
        for form in [
            secret.replace(' ', ""),
            secret.clone(),
            secret.trim_end_matches('=').to_owned(),
        ] {
            if let Some(at) = log.find(&form) {
                let line = log[..at].rfind('\n').map_or(0, |start| start + 1);
                panic!("a secret is in the log, after: {}", &log[line..at]);
            }
        }
    }
}
