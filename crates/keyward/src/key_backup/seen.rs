// SPDX-License-Identifier: Apache-2.0

//! The versions of the backup that this session has seen. Homeservers cannot list them, and some number the versions of all
//! their users together, so that older ones are not found by counting down.

use super::is_version;
use crate::{account::Handle, error::StoreError};

/// Where the store keeps them: a list of version numbers, the newest last.
const DOCUMENT: &str = "keyward.backup_versions";
/// How many are kept.
const MOST: usize = 64;

/// The versions seen so far.
pub(super) async fn seen(account: &Handle) -> Result<Vec<String>, StoreError> {
    let document = account.load_document(DOCUMENT).await?;
    let seen: Vec<String> = document
        .and_then(|document| serde_json::from_slice(&document).ok())
        .unwrap_or_default();
    Ok(seen.into_iter().filter(|version| is_version(version)).collect())
}

/// Forgets versions that are gone.
pub(super) async fn forget(account: &Handle, gone: &[&str]) -> Result<(), StoreError> {
    let mut all = seen(account).await?;
    let before = all.len();
    all.retain(|version| !gone.contains(&version.as_str()));
    match all.len() == before {
        true => Ok(()),
        false => save(account, &all).await,
    }
}

/// Notes versions. Writes nothing if all of them are noted already.
pub(crate) async fn note_seen(account: &Handle, versions: &[&str]) -> Result<(), StoreError> {
    let mut all = seen(account).await?;
    let before = all.len();
    for version in versions {
        if is_version(version) && !all.iter().any(|seen| seen == version) {
            all.push((*version).to_owned());
        }
    }
    if all.len() == before {
        return Ok(());
    }
    all.drain(..all.len().saturating_sub(MOST));
    save(account, &all).await
}

async fn save(account: &Handle, versions: &[String]) -> Result<(), StoreError> {
    let document = serde_json::to_vec(versions).map_err(StoreError::because)?;
    account.save_document(DOCUMENT, document).await
}
