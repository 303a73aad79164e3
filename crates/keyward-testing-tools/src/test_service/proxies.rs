// SPDX-License-Identifier: Apache-2.0

//! Fault proxies: connections that break, replies that no Synapse gives, requests that wait.

use std::time::Duration;

use anyhow::{Context, Error, Result};
use axum::{
    Json,
    extract::{Path, State},
};
use keyward_testing::proxy::{Fault, FaultProxy, Rule};
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Body, Kept, deployments::DeploymentName, find, nothing, remove};

/// How long [`held`] waits for a request.
const HELD_LIMIT: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Start {
    /// Another server or proxy than Synapse itself.
    #[serde(default)]
    upstream: Option<String>,
    /// The homeserver of a deployment, of OAuth together with the authorisation server.
    #[serde(default)]
    deployment: Option<DeploymentName>,
}

pub(super) async fn start(State(service): Kept, Body(body): Body<Start>) -> Answer {
    let proxy = match (body.upstream, body.deployment) {
        (None, None) => FaultProxy::start(service.synapse.url())?,
        (Some(upstream), None) => FaultProxy::start(&upstream)?,
        (None, Some(name @ DeploymentName::Oauth)) => FaultProxy::start_before(name.get().await)?,
        (None, Some(name @ DeploymentName::Sso)) => FaultProxy::start(name.get().await.synapse.url())?,
        (Some(_), Some(_)) => return Err(Error::msg("`upstream` or `deployment`").into()),
    };
    let url = proxy.url().to_owned();
    let id = service.keep(&service.proxies, "proxy", proxy);
    Ok(Json(json!({ "id": id, "url": url })))
}

/// Which requests are meant, and what happens to them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Arm {
    #[serde(default)]
    fault: Option<FaultName>,
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    path_contains: Option<String>,
    #[serde(default)]
    path_ends_with: Option<String>,
    #[serde(default)]
    number: Option<usize>,
    #[serde(default)]
    for_ever: bool,
    /// Of `rate_limited` and `delay`.
    #[serde(default)]
    milliseconds: Option<u64>,
    /// Of `reply`.
    #[serde(default)]
    status: Option<u16>,
    /// Of `reply`.
    #[serde(default)]
    body: Option<Value>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FaultName {
    CutBefore,
    CutAfter,
    #[serde(rename = "status_500")]
    Status500,
    RateLimited,
    Garbage,
    WrongJson,
    Reply,
    Delay,
    HoldBefore,
    HoldAfter,
}

impl Arm {
    fn rule(self, fault: FaultName) -> Result<Rule> {
        let milliseconds = self.milliseconds.context("`milliseconds` is missing");
        let fault = match fault {
            FaultName::CutBefore => Fault::CutBefore,
            FaultName::CutAfter => Fault::CutAfter,
            FaultName::Status500 => Fault::Status500,
            FaultName::RateLimited => Fault::Status429 {
                retry_after_ms: milliseconds?,
            },
            FaultName::Garbage => Fault::Garbage,
            FaultName::WrongJson => Fault::Reply(StatusCode::OK, json!(["nonsense"])),
            FaultName::Reply => Fault::Reply(
                StatusCode::from_u16(self.status.unwrap_or(200))?,
                self.body.unwrap_or_else(|| json!({})),
            ),
            FaultName::Delay => Fault::Delay(Duration::from_millis(milliseconds?)),
            FaultName::HoldBefore => Fault::HoldBefore,
            FaultName::HoldAfter => Fault::HoldAfter,
        };
        let (method, contains, ends_with) = (self.method, self.path_contains, self.path_ends_with);
        let rule = Rule::new(fault)
            .on(move |m, path| {
                method.as_deref().is_none_or(|method| method == m)
                    && contains.as_deref().is_none_or(|part| path.contains(part))
                    && ends_with.as_deref().is_none_or(|end| path.ends_with(end))
            })
            .number(self.number.unwrap_or(1));
        Ok(if self.for_ever { rule.for_ever() } else { rule })
    }
}

pub(super) async fn arm(State(service): Kept, Path(id): Path<String>, Body(body): Body<Arm>) -> Answer {
    let fault = body.fault.context("`fault` is missing")?;
    find(&service.proxies, &id)?.arm(body.rule(fault)?);
    Ok(nothing())
}

pub(super) async fn reply(State(service): Kept, Path(id): Path<String>, Body(body): Body<Arm>) -> Answer {
    find(&service.proxies, &id)?.arm(body.rule(FaultName::Reply)?);
    Ok(nothing())
}

pub(super) async fn hold(State(service): Kept, Path(id): Path<String>, Body(mut body): Body<Arm>) -> Answer {
    body.for_ever |= body.number.is_none();
    let fault = body.fault.unwrap_or(FaultName::HoldBefore);
    find(&service.proxies, &id)?.arm(body.rule(fault)?);
    Ok(nothing())
}

pub(super) async fn held(State(service): Kept, Path(id): Path<String>) -> Answer {
    let proxy = find(&service.proxies, &id)?;
    tokio::time::timeout(HELD_LIMIT, proxy.held())
        .await
        .context("no request was held for a minute")?;
    Ok(nothing())
}

pub(super) async fn release(State(service): Kept, Path(id): Path<String>) -> Answer {
    find(&service.proxies, &id)?.release();
    Ok(nothing())
}

pub(super) async fn disarm(State(service): Kept, Path(id): Path<String>) -> Answer {
    find(&service.proxies, &id)?.disarm();
    Ok(nothing())
}

pub(super) async fn reset(State(service): Kept, Path(id): Path<String>) -> Answer {
    find(&service.proxies, &id)?.reset();
    Ok(nothing())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Latency {
    milliseconds: u64,
}

pub(super) async fn latency(State(service): Kept, Path(id): Path<String>, Body(body): Body<Latency>) -> Answer {
    find(&service.proxies, &id)?.set_latency(Duration::from_millis(body.milliseconds));
    Ok(nothing())
}

pub(super) async fn requests(State(service): Kept, Path(id): Path<String>) -> Answer {
    let requests: Vec<Value> = find(&service.proxies, &id)?
        .requests()
        .into_iter()
        .map(|request| json!({ "method": request.method, "path": request.path, "status": request.status }))
        .collect();
    Ok(Json(json!({ "requests": requests })))
}

pub(super) async fn stop(State(service): Kept, Path(id): Path<String>) -> Answer {
    let proxy = remove(&service.proxies, &id)?;
    // Dropping the proxy waits for its thread.
    tokio::task::spawn_blocking(move || drop(proxy)).await?;
    Ok(nothing())
}
