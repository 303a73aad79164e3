// SPDX-License-Identifier: Apache-2.0
//! Who is there in the tests.

use anyhow::Result;
use keyward_testing::{
    other_client::OtherClient,
    synapse::Synapse,
    user::{PlainSession, User},
};

pub(crate) async fn new_user() -> Result<User> {
    Synapse::shared().await.new_user().await
}

/// A session without encryption.
pub(crate) async fn plain(user: &User) -> Result<PlainSession> {
    PlainSession::login(Synapse::shared().await.url(), user, None).await
}

pub(crate) async fn client(user: &User) -> Result<OtherClient> {
    OtherClient::login(Synapse::shared().await.url(), user).await
}

/// Somebody with one client.
pub(crate) async fn user_with_client() -> Result<(User, OtherClient)> {
    let user = new_user().await?;
    let client = client(&user).await?;
    Ok((user, client))
}
