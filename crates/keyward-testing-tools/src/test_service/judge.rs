// SPDX-License-Identifier: Apache-2.0

//! The oracle: whether the invariants of the reset hold for the account and the store under test.

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use axum::{
    Json,
    extract::{Path, State},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use keyward_testing::oracle::Oracle;
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Body, Kept, find, nothing};

pub(super) struct Judge(Oracle);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    /// A session of the same user.
    observer: String,
    /// The session under test.
    device_id: String,
    /// Its store.
    directory: PathBuf,
    /// In base64.
    store_key: String,
    #[serde(default)]
    recovery_key: Option<String>,
}

pub(super) async fn new_oracle(State(service): Kept, Body(body): Body<New>) -> Answer {
    let observer = find(&service.sessions, &body.observer)?.plain.clone();
    let key = store_key(&body.store_key)?;
    let mut oracle = Box::pin(Oracle::new(observer, &body.device_id, &body.directory, key)).await?;
    if let Some(recovery_key) = &body.recovery_key {
        oracle = oracle.with_old_key(recovery_key)?;
    }
    let id = service.keep(&service.judges, "oracle", Judge(oracle));
    Ok(Json(json!({ "id": id })))
}

/// The 32 bytes of a store key.
pub(super) fn store_key(base64: &str) -> Result<[u8; 32]> {
    let bytes = STANDARD.decode(base64).context("the store key is not base64")?;
    bytes.try_into().map_err(|_| anyhow!("a store key has 32 bytes"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Assertion {
    #[serde(default)]
    new_key: Option<String>,
}

pub(super) async fn assert(
    State(service): Kept,
    Path((id, assertion)): Path<(String, String)>,
    Body(body): Body<Assertion>,
) -> Answer {
    let judge = find(&service.judges, &id)?;
    let new_key = body.new_key.as_deref();
    match assertion.as_str() {
        "assert_unharmed" => Box::pin(judge.0.assert_unharmed(new_key)).await?,
        "assert_cancelled" => Box::pin(judge.0.assert_cancelled()).await?,
        "assert_safe" => Box::pin(judge.0.assert_safe(new_key)).await?,
        "assert_done" => Box::pin(judge.0.assert_done(new_key.context("`new_key` is missing")?)).await?,
        "assert_no_trace_of_the_old" => Box::pin(judge.0.assert_no_trace_of_the_old()).await?,
        _ => return Err(anyhow!("an oracle has no {assertion}").into()),
    }
    Ok(nothing())
}
