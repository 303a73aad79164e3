// SPDX-License-Identifier: Apache-2.0

//! Local stores that fail, and files of exported room keys.

use std::path::PathBuf;

use anyhow::Context;
use keyward_testing::{room_key_file, store_fault};
use serde::Deserialize;

use super::{Answer, Body, judge::store_key, nothing};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Store {
    directory: PathBuf,
}

pub(super) async fn break_store(Body(body): Body<Store>) -> Answer {
    store_fault::break_store(&body.directory)?;
    Ok(nothing())
}

pub(super) async fn mend_store(Body(body): Body<Store>) -> Answer {
    store_fault::mend_store(&body.directory)?;
    Ok(nothing())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SchemaVersion {
    directory: PathBuf,
    version: u8,
}

pub(super) async fn schema_version(Body(body): Body<SchemaVersion>) -> Answer {
    store_fault::set_schema_version(&body.directory, body.version)?;
    Ok(nothing())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CustomValue {
    directory: PathBuf,
    store_key: String,
    name: String,
    value: String,
}

pub(super) async fn custom_value(Body(body): Body<CustomValue>) -> Answer {
    let key = store_key(&body.store_key)?;
    store_fault::set_custom_value(&body.directory, &key, &body.name, body.value.into_bytes()).await?;
    Ok(nothing())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoomKeyFile {
    path: PathBuf,
    passphrase: String,
    /// How many room keys are in it …
    #[serde(default)]
    room_keys: usize,
    /// … if it is not something else.
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    version: Option<u8>,
    #[serde(default)]
    rounds: Option<u32>,
}

pub(super) async fn room_key_file(Body(body): Body<RoomKeyFile>) -> Answer {
    let write = move || {
        let content = match body.content {
            Some(content) => content,
            None => room_key_file::content(body.room_keys)?,
        };
        let version = body.version.unwrap_or(room_key_file::VERSION);
        let file = room_key_file::encrypt(&content, &body.passphrase, version, body.rounds.unwrap_or(1000));
        std::fs::write(&body.path, file).context("the file cannot be written")
    };
    tokio::task::spawn_blocking(write).await??;
    Ok(nothing())
}
