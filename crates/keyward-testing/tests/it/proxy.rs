// SPDX-License-Identifier: Apache-2.0
//! Every fault as a plain HTTP client sees it, and as the homeserver behind the proxy sees it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crate::common::{new_user, plain};
use anyhow::Result;
use keyward_testing::{
    proxy::{Fault, FaultProxy, Rule, round_trips},
    synapse::Synapse,
    user::PlainSession,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// A session directly at the homeserver, the same one through a proxy, and the proxy.
async fn direct_and_proxied() -> Result<(PlainSession, PlainSession, FaultProxy)> {
    let proxy = FaultProxy::start(Synapse::shared().await.url())?;
    let direct = plain(&new_user().await?).await?;
    let proxied = PlainSession::from_token(proxy.url(), &direct.user_id, &direct.device_id, &direct.access_token);
    Ok((direct, proxied, proxy))
}

const TYPE: &str = "org.keyward.test";

fn is_account_data(method: &str, path: &str) -> bool {
    method == "PUT" && path.ends_with("/account_data/org.keyward.test")
}

#[tokio::test]
async fn without_rules_it_passes_everything_on_and_records_it() -> Result<()> {
    let (direct, proxied, proxy) = direct_and_proxied().await?;
    proxied.set_account_data(TYPE, &json!({ "a": 1 })).await?;
    assert_eq!(proxied.account_data(TYPE).await?, direct.account_data(TYPE).await?);
    let (status, error) = proxied.request(Method::GET, "/v3/devices/NONE?x=1", None).await?;
    assert_eq!(
        (status, &error["errcode"]),
        (StatusCode::NOT_FOUND, &json!("M_NOT_FOUND"))
    );

    let requests = proxy.requests();
    let shown: Vec<_> = requests.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "  1 PUT /_matrix/client/v3/user/{userId}/account_data/org.keyward.test -> 200",
            "  2 GET /_matrix/client/v3/user/{userId}/account_data/org.keyward.test -> 200",
            "  3 GET /_matrix/client/v3/devices/{deviceId} -> 404",
        ]
    );
    assert_eq!(requests[2].raw_path, "/_matrix/client/v3/devices/NONE?x=1");
    assert!(
        requests
            .iter()
            .all(|request| request.end.is_some_and(|end| end > request.start))
    );
    assert_eq!(round_trips(&requests), 3);
    proxy.reset();
    assert!(proxy.requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn cut_before_means_that_the_server_never_saw_it() -> Result<()> {
    let (direct, proxied, proxy) = direct_and_proxied().await?;
    proxy.arm(Rule::new(Fault::CutBefore).on(is_account_data));
    assert!(proxied.set_account_data(TYPE, &json!({})).await.is_err());
    assert_eq!(direct.account_data(TYPE).await?, None);
    // Once only.
    proxied.set_account_data(TYPE, &json!({})).await?;
    let statuses: Vec<_> = proxy
        .requests()
        .iter()
        .map(|request| (request.status, request.fault))
        .collect();
    assert_eq!(statuses, [(None, Some("CutBefore")), (Some(200), None)]);
    Ok(())
}

#[tokio::test]
async fn cut_after_means_that_the_server_acted() -> Result<()> {
    let (direct, proxied, proxy) = direct_and_proxied().await?;
    proxy.arm(Rule::new(Fault::CutAfter));
    assert!(proxied.set_account_data(TYPE, &json!({ "a": 1 })).await.is_err());
    assert_eq!(direct.account_data(TYPE).await?, Some(json!({ "a": 1 })));
    assert_eq!(proxy.requests()[0].status, None);
    Ok(())
}

#[tokio::test]
async fn statuses_and_garbage_come_instead_of_the_server() -> Result<()> {
    let (direct, proxied, proxy) = direct_and_proxied().await?;
    let path = format!("/v3/user/{}/account_data/{TYPE}", proxied.user_id);
    let put = async |fault| {
        proxy.arm(Rule::new(fault));
        proxied.request(Method::PUT, &path, Some(&json!({}))).await
    };
    let (status, error) = put(Fault::Status500).await?;
    assert_eq!(
        (status, &error["errcode"]),
        (StatusCode::INTERNAL_SERVER_ERROR, &json!("M_UNKNOWN"))
    );
    let (status, error) = put(Fault::Status429 { retry_after_ms: 250 }).await?;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        (&error["errcode"], &error["retry_after_ms"]),
        (&json!("M_LIMIT_EXCEEDED"), &json!(250))
    );
    let error = put(Fault::Garbage).await.expect_err("it is no JSON");
    assert!(error.to_string().ends_with("200 OK without JSON"), "{error:#}");
    assert_eq!(
        put(Fault::Reply(StatusCode::OK, json!({}))).await?,
        (StatusCode::OK, json!({}))
    );
    assert_eq!(
        put(Fault::Reply(StatusCode::OK, json!([1]))).await?,
        (StatusCode::OK, json!([1]))
    );
    assert_eq!(direct.account_data(TYPE).await?, None);
    Ok(())
}

#[tokio::test]
async fn an_answer_is_changed_and_a_late_request_arrives_when_it_is_delivered() -> Result<()> {
    let (direct, proxied, proxy) = direct_and_proxied().await?;
    direct.set_account_data(TYPE, &json!({ "a": 1 })).await?;
    proxy.arm(Rule::new(Fault::change(|json| json["b"] = json!(2))));
    assert_eq!(proxied.account_data(TYPE).await?, Some(json!({ "a": 1, "b": 2 })));

    proxy.arm(Rule::new(Fault::Late));
    assert!(proxied.set_account_data(TYPE, &json!({ "late": true })).await.is_err());
    assert_eq!(direct.account_data(TYPE).await?, Some(json!({ "a": 1 })));
    assert_eq!(proxy.late(), [json!({ "late": true })]);
    proxy.arm(Rule::new(Fault::Deliver));
    assert_eq!(proxied.account_data(TYPE).await?, Some(json!({ "late": true })));
    Ok(())
}

#[tokio::test]
async fn rules_count_and_last_as_told() -> Result<()> {
    let (direct, proxied, proxy) = direct_and_proxied().await?;
    proxy.arm(
        Rule::new(Fault::Status500)
            .on(|method, _| method == "PUT")
            .number(2)
            .for_ever(),
    );
    proxied.set_account_data(TYPE, &json!({ "n": 1 })).await?;
    proxied.get("/v3/devices").await?;
    for _ in 0..3 {
        assert!(proxied.set_account_data(TYPE, &json!({ "n": 2 })).await.is_err());
    }
    proxied.get("/v3/devices").await?;
    assert_eq!(direct.account_data(TYPE).await?, Some(json!({ "n": 1 })));
    proxy.disarm();
    proxied.set_account_data(TYPE, &json!({ "n": 3 })).await?;
    assert_eq!(proxy.requests().len(), 7);

    // The n-th of all requests, counted from the arming.
    proxy.arm(Rule::new(Fault::CutBefore).number(3));
    let mut outcomes = Vec::new();
    for _ in 0..4 {
        outcomes.push(proxied.get("/v3/devices").await.is_ok());
    }
    assert_eq!(outcomes, [true, true, false, true]);
    Ok(())
}

#[tokio::test]
async fn kill_hooks_run_before_and_after_the_server_acts() -> Result<()> {
    let (direct, proxied, proxy) = direct_and_proxied().await?;
    let killed = Arc::new(AtomicUsize::new(0));
    let count = |killed: &Arc<AtomicUsize>| {
        let killed = killed.clone();
        move || {
            killed.fetch_add(1, Ordering::SeqCst);
        }
    };
    proxy.arm(Rule::new(Fault::kill_before(count(&killed))));
    assert!(proxied.set_account_data(TYPE, &json!({})).await.is_err());
    assert_eq!(killed.load(Ordering::SeqCst), 1);
    assert_eq!(direct.account_data(TYPE).await?, None);

    proxy.arm(Rule::new(Fault::kill_after(count(&killed))));
    assert!(proxied.set_account_data(TYPE, &json!({})).await.is_err());
    assert_eq!(killed.load(Ordering::SeqCst), 2);
    assert_eq!(direct.account_data(TYPE).await?, Some(json!({})));
    Ok(())
}

#[tokio::test]
async fn a_client_that_goes_away_does_not_take_its_request_back() -> Result<()> {
    let (direct, proxied, proxy) = direct_and_proxied().await?;
    let delay = Duration::from_secs(1);
    proxy.arm(Rule::new(Fault::Delay(delay)));
    let content = json!({ "a": 1 });
    tokio::select! {
        biased;
        () = arrived(&proxy, 1) => {}
        sent = proxied.set_account_data(TYPE, &content) => panic!("too early: {sent:?}"),
    }
    while direct.account_data(TYPE).await?.is_none() {
        tokio::task::yield_now().await;
    }
    assert!(proxy.requests()[0].start.elapsed() >= delay);
    Ok(())
}

/// Returns when so many requests have reached the proxy.
async fn arrived(proxy: &FaultProxy, count: usize) {
    while proxy.requests().len() < count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn latency_is_uniform_and_requests_run_beside_each_other() -> Result<()> {
    let (_, proxied, proxy) = direct_and_proxied().await?;
    let latency = Duration::from_millis(400);
    proxy.set_latency(latency);
    // None is answered before all are there.
    proxy.arm(Rule::new(Fault::HoldBefore).for_ever());
    let started = Instant::now();
    let parallel: Vec<_> = (0..8)
        .map(|_| {
            let session = proxied.clone();
            tokio::spawn(async move { session.get("/v3/devices").await })
        })
        .collect();
    arrived(&proxy, 8).await;
    proxy.release();
    for task in parallel {
        task.await??;
    }
    assert!(started.elapsed() >= latency);
    assert_eq!(round_trips(&proxy.requests()), 1);
    for _ in 0..3 {
        proxied.get("/v3/devices").await?;
    }
    assert!(started.elapsed() >= 4 * latency);
    let requests = proxy.requests();
    assert!(
        requests
            .iter()
            .all(|request| request.end.is_some_and(|end| end - request.start >= latency))
    );
    assert_eq!(round_trips(&requests), 4);
    Ok(())
}

#[test]
fn it_serves_code_without_a_runtime_and_stops_when_dropped() -> Result<()> {
    use std::io::{Read as _, Write as _};
    // A homeserver of three lines, so that nothing here is async.
    let server = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    let proxy = FaultProxy::start(&format!("http://{}", server.local_addr()?))?;
    let served = std::thread::spawn(move || -> Result<()> {
        let (mut stream, _) = server.accept()?;
        assert!(stream.read(&mut [0; 4096])? > 0);
        Ok(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")?)
    });
    let address = proxy.url().trim_start_matches("http://").to_owned();
    let mut client = std::net::TcpStream::connect(&address)?;
    client.write_all(b"GET /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    client.read_to_string(&mut answer)?;
    assert!(
        answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("{}"),
        "{answer}"
    );
    served.join().expect("it does not panic")?;
    drop(proxy);
    assert!(std::net::TcpStream::connect(&address).is_err());
    Ok(())
}

#[tokio::test]
async fn a_homeserver_that_is_gone_is_a_bad_gateway() -> Result<()> {
    // It has the address, and does not listen.
    let gone = tokio::net::TcpSocket::new_v4()?;
    gone.bind(([127, 0, 0, 1], 0).into())?;
    let proxy = FaultProxy::start(&format!("http://{}", gone.local_addr()?))?;
    let response = reqwest::get(format!("{}/_matrix/client/versions", proxy.url())).await?;
    assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
    assert_eq!(response.json::<Value>().await?["errcode"], "M_UNKNOWN");
    Ok(())
}

#[tokio::test]
async fn a_held_request_waits_for_its_release_before_or_after_the_server_acts() -> Result<()> {
    for (fault, acted) in [(Fault::HoldBefore, false), (Fault::HoldAfter, true)] {
        let (direct, proxied, proxy) = direct_and_proxied().await?;
        proxy.arm(Rule::new(fault).on(is_account_data).for_ever());
        let content = json!({ "a": 1 });
        let held = async {
            proxy.held().await;
            assert_eq!(direct.account_data(TYPE).await?.is_some(), acted);
            assert_eq!(proxy.requests()[0].end, None);
            proxy.release();
            Ok::<_, anyhow::Error>(())
        };
        tokio::try_join!(proxied.set_account_data(TYPE, &content), held)?;
        assert_eq!(direct.account_data(TYPE).await?, Some(content));
        // The rule is gone with the release.
        proxied.set_account_data(TYPE, &json!({})).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_held_request_whose_client_went_away_reaches_the_server_late() -> Result<()> {
    let (direct, proxied, proxy) = direct_and_proxied().await?;
    proxy.arm(Rule::new(Fault::HoldBefore).on(is_account_data));
    let content = json!({ "a": 1 });
    tokio::select! {
        sent = proxied.set_account_data(TYPE, &content) => panic!("too early: {sent:?}"),
        () = proxy.held() => {}
    }
    assert_eq!(direct.account_data(TYPE).await?, None);
    proxy.disarm();
    while direct.account_data(TYPE).await?.is_none() {
        tokio::task::yield_now().await;
    }
    Ok(())
}
