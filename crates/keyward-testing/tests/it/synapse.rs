// SPDX-License-Identifier: Apache-2.0
//! The launcher, users and plain sessions.

use std::{
    env,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::common::{new_user, plain};
use anyhow::{Context as _, Result};
use keyward_testing::{
    synapse::{Synapse, SynapseOptions},
    user::PlainSession,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// How long something may take that is under way. Only what never comes takes this long.
const LIMIT: Duration = Duration::from_secs(120);

/// Makes `a_helper_process_starts_a_server_and_waits` do what its name says.
const HELPER_VARIABLE: &str = "KEYWARD_TESTING_HELPER";

#[tokio::test]
async fn a_private_server_answers_and_leaves_nothing_behind() -> Result<()> {
    let synapse = Synapse::start(SynapseOptions::default()).await?;
    let user = synapse.new_user().await?;
    assert_eq!(user.user_id, format!("@{}:{}", user.localpart, synapse.server_name()));
    let folder = synapse
        .database_path()
        .and_then(Path::parent)
        .context("it is ours")?
        .to_owned();
    assert!(synapse.log_path().context("it is ours")?.exists());
    drop(synapse);
    assert!(!folder.exists());
    Ok(())
}

#[tokio::test]
async fn a_server_goes_on_with_the_database_of_another() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let database = folder.path().join("saved.db");
    let first = Synapse::start(SynapseOptions::default()).await?;
    let user = first.new_user().await?;
    let session = PlainSession::login(first.url(), &user, None).await?;
    session.set_account_data("org.keyward.test", &json!({ "a": 1 })).await?;
    first.stop_and_save_database(&database).await?;

    let second = Synapse::start(SynapseOptions::default().database(&database)).await?;
    let session = PlainSession::from_token(second.url(), &user.user_id, &session.device_id, &session.access_token);
    assert_eq!(session.account_data("org.keyward.test").await?, Some(json!({ "a": 1 })));
    PlainSession::login(second.url(), &user, None).await?;
    session.set_account_data("org.keyward.test", &json!({ "a": 2 })).await?;
    drop(second);

    let third = Synapse::start(SynapseOptions::default().database(&database)).await?;
    let session = PlainSession::from_token(third.url(), &user.user_id, &session.device_id, &session.access_token);
    assert_eq!(
        session.account_data("org.keyward.test").await?,
        Some(json!({ "a": 1 })),
        "a server works on a copy"
    );
    assert!(third.handle().stop_and_save_database(&database).await.is_err());
    Ok(())
}

#[tokio::test]
async fn a_helper_process_starts_a_server_and_waits() -> Result<()> {
    // Alone it only shows that nothing happens without the variable; the next test runs it with.
    if env::var_os(HELPER_VARIABLE).is_none() {
        return Ok(());
    }
    let synapse = Synapse::start(SynapseOptions::default()).await?;
    println!(
        "server {} {}",
        synapse.url(),
        synapse.database_path().context("it is ours")?.display()
    );
    std::future::pending().await
}

#[tokio::test]
async fn a_killed_process_takes_its_server_along() -> Result<()> {
    let mut helper = Command::new(env::current_exe()?)
        .args([
            "--exact",
            "--nocapture",
            "synapse::a_helper_process_starts_a_server_and_waits",
        ])
        .env(HELPER_VARIABLE, "yes")
        .stdout(Stdio::piped())
        .spawn()?;
    let output = BufReader::new(helper.stdout.take().context("it is piped")?);
    let line = output
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.find("server ").map(|i| line[i..].to_owned()));
    let line = line.context("the helper ended without a server")?;
    let [_, url, database] = line.split(' ').collect::<Vec<_>>()[..] else {
        anyhow::bail!("unexpected: {line}")
    };
    assert_eq!(
        reqwest::get(format!("{url}/_matrix/client/versions")).await?.status(),
        StatusCode::OK
    );

    // SIGKILL: no destructor runs.
    helper.kill()?;
    helper.wait()?;

    let started = Instant::now();
    while Path::new(database).exists() || reqwest::get(format!("{url}/_matrix/client/versions")).await.is_ok() {
        assert!(
            started.elapsed() < LIMIT,
            "the server outlives the process that started it"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

#[tokio::test]
async fn one_process_shares_one_server() -> Result<()> {
    let here = Synapse::shared().await.url();
    // Another runtime, as every test has its own.
    let there = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let synapse = Synapse::shared().await;
            synapse.new_user().await?;
            anyhow::Ok(synapse.url())
        })
    });
    assert_eq!(here, there.join().expect("it does not panic")?);
    Synapse::shared().await.new_user().await?;
    Ok(())
}

#[tokio::test]
async fn access_tokens_expire_as_asked() -> Result<()> {
    let options = SynapseOptions::default().access_token_lifetime(Duration::from_secs(1));
    let synapse = Synapse::start(options).await?;
    let user = synapse.new_user().await?;
    let body = json!({
        "type": "m.login.password",
        "identifier": { "type": "m.id.user", "user": user.user_id },
        "password": user.password,
        "refresh_token": true,
    });
    let login = reqwest::Client::new()
        .post(format!("{}/_matrix/client/v3/login", synapse.url()))
        .json(&body);
    let reply: Value = login.send().await?.error_for_status()?.json().await?;
    assert!(reply["refresh_token"].is_string());
    assert!(
        reply["expires_in_ms"]
            .as_u64()
            .is_some_and(|milliseconds| milliseconds <= 1000)
    );
    let text = |name: &str| reply[name].as_str().context("missing");
    let session = PlainSession::from_token(synapse.url(), &user.user_id, text("device_id")?, text("access_token")?);
    let started = Instant::now();
    let (status, error) = loop {
        let reply = session.request(Method::GET, "/v3/account/whoami", None).await?;
        if reply.0 != StatusCode::OK || started.elapsed() > LIMIT {
            break reply;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(
        (status, &error["soft_logout"]),
        (StatusCode::UNAUTHORIZED, &json!(true))
    );
    Ok(())
}

#[tokio::test]
async fn a_taken_port_is_named() -> Result<()> {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    let port = taken.local_addr()?.port();
    let error = Synapse::start(SynapseOptions::default().port(port))
        .await
        .expect_err("the port is taken");
    assert_eq!(error.to_string(), format!("port {port} on 127.0.0.1 is already in use"));
    Ok(())
}

#[tokio::test]
async fn many_requests_meet_no_rate_limit() -> Result<()> {
    let user = new_user().await?;
    for _ in 0..30 {
        plain(&user).await?.logout().await?;
    }
    let wrong = keyward_testing::user::User {
        password: "wrong".to_owned(),
        ..user.clone()
    };
    for _ in 0..10 {
        let error = plain(&wrong).await.expect_err("the password is wrong");
        assert!(format!("{error:#}").contains("403"), "{error:#}");
    }
    Ok(())
}

#[tokio::test]
async fn the_last_time_a_device_was_seen_can_be_set() -> Result<()> {
    let synapse = Synapse::shared().await;
    let user = synapse.new_user().await?;
    let old = PlainSession::login(synapse.url(), &user, Some("Old phone")).await?;
    let observer = plain(&user).await?;
    // The old session has been used a moment ago, which Synapse holds in memory for now.
    old.get("/v3/account/whoami").await?;
    synapse
        .set_last_seen(&observer, &old.device_id, 1_500_000_000_000)
        .await?;
    let devices = observer.devices().await?;
    assert_eq!(devices[&old.device_id]["last_seen_ts"], 1_500_000_000_000_u64);
    assert_eq!(devices[&old.device_id]["display_name"], "Old phone");
    assert_eq!(devices.len(), 2);

    let error = synapse
        .set_last_seen(&observer, "NONE", 1)
        .await
        .expect_err("no such device");
    assert_eq!(error.to_string(), format!("{} has no device NONE", user.user_id));
    Ok(())
}

#[tokio::test]
async fn plain_sessions_set_account_data_and_make_backups() -> Result<()> {
    let session = plain(&new_user().await?).await?;
    assert_eq!(session.account_data("org.keyward.test").await?, None);
    session.set_account_data("org.keyward.test", &json!({ "a": 1 })).await?;
    assert_eq!(session.account_data("org.keyward.test").await?, Some(json!({ "a": 1 })));
    assert_eq!(session.create_backup_version().await?, "1");
    assert_eq!(session.create_backup_version().await?, "2");
    assert_eq!(session.get("/v3/room_keys/version").await?["version"], "2");
    Ok(())
}
