// SPDX-License-Identifier: Apache-2.0
//! Plain requests, so that what judges the product shares no code with it.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::{Client, Method, StatusCode};
use serde_json::Value;

/// A client for loopback servers. It belongs to the runtime that uses it first, because its connections live there.
pub(crate) fn client() -> Client {
    Client::builder()
        // A proxy from the environment must not get in between.
        .no_proxy()
        // Synapse closes an idle connection after a minute. A request that used it at that moment would fail.
        .pool_idle_timeout(Duration::from_secs(20))
        // Avoids reading the system's certificates, which takes long and is not needed for plain HTTP.
        .tls_certs_only([])
        .build()
        .expect("the options are constant and valid")
}

/// A status and the JSON that came with it.
pub(crate) async fn send(
    http: &Client,
    method: Method,
    url: &str,
    access_token: Option<&str>,
    body: Option<&Value>,
) -> Result<(StatusCode, Value)> {
    let mut request = http.request(method.clone(), url);
    if let Some(token) = access_token {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    let response = request.send().await.with_context(|| format!("{method} {url}"))?;
    let status = response.status();
    let json = response
        .json()
        .await
        .with_context(|| format!("{method} {url}: {status} without JSON"))?;
    Ok((status, json))
}

/// Like [`send`], but everything other than 200 is an error.
pub(crate) async fn send_ok(
    http: &Client,
    method: Method,
    url: &str,
    access_token: Option<&str>,
    body: Option<&Value>,
) -> Result<Value> {
    let (status, json) = send(http, method.clone(), url, access_token, body).await?;
    if status != StatusCode::OK {
        bail!("{method} {url}: {status} {json}");
    }
    Ok(json)
}

/// One segment of a path, with everything encoded that a segment must not have in the raw.
pub(crate) fn segment(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}
