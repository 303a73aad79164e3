// SPDX-License-Identifier: Apache-2.0

//! The secrets that are not the account's identity or its backup's key: other programs', and the dehydrated device's. Without
//! the description of the key that they are stored under they open no more.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join_all;
use serde_json::Value;

use super::SECRETS;
use crate::{
    account::Handle,
    error::{RequestError, ServerError},
};

/// The secret of a dehydrated device; useless once the identity that signed the device is gone (MSC3814).
pub(crate) const DEHYDRATED_SECRET: &str = "org.matrix.msc3814";

/// All account data as text; `None` where the server does not list it. Only the names are relied on.
pub(crate) async fn listing(account: &Handle) -> Result<Option<BTreeMap<String, String>>, RequestError> {
    match account.account_data().await {
        Ok(listed) => Ok(Some(listed)),
        Err(RequestError::Server(ServerError::Refused { .. })) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The secrets beside the four, by name: for each the ids of the keys that it is stored under.
pub(crate) async fn other_secrets(
    account: &Handle,
    listed: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, BTreeSet<String>>, RequestError> {
    let keys_of = |content: Value| -> Option<BTreeSet<String>> {
        Some(content.get("encrypted")?.as_object()?.keys().cloned().collect())
    };
    let names = listed.iter().filter_map(|(name, text)| {
        keys_of(serde_json::from_str(text).ok()?)?;
        (!SECRETS.contains(&name.as_str())).then_some(name)
    });
    let contents =
        try_join_all(names.map(async |name| Ok::<_, RequestError>((name, account.fetch(name).await?)))).await?;
    let secrets = contents
        .into_iter()
        .filter_map(|(name, content)| Some((name.clone(), keys_of(content?)?)));
    Ok(secrets.collect())
}
