// SPDX-License-Identifier: Apache-2.0

//! Phase 5: the upload of the new identity, the one commit point.

use matrix_sdk::{
    Client,
    futures::SendRequest,
    ruma::{
        api::client::{keys::upload_signing_keys, uiaa::AuthData},
        serde::Raw,
    },
};
use serde_json::value::to_raw_value;

use crate::{
    auth::{Attempt, AuthError},
    error::ServerError,
    reset::{Reset, ResetError, journal::NewKeys},
    secret::Password,
};

/// Uploads without authorisation. Enough for a first set-up, and where this very identity is there already
/// (MSC3967): then the reply to an earlier upload was lost. Otherwise the server says what it wants.
pub(in crate::reset) async fn ask_for_authorisation(reset: &mut Reset) -> Result<Attempt<()>, ResetError> {
    reset.reconcile().await?;
    if reset.is_committed() {
        return Ok(Attempt::Done(()));
    }
    // Where there is an identity the server asks before it replaces it; where there is none this may be the commit.
    if reset.journal.before.master_key.is_none() {
        reset.note(|journal| journal.upload_unanswered = true).await?;
    }
    let (client, keys) = (reset.account.client().clone(), reset.journal.keys.clone());
    let attempt = reset.authorisation.begin(|auth| upload(&client, &keys, auth)).await;
    answered(reset, attempt.as_ref().err()).await?;
    Ok(match attempt? {
        Attempt::Done(_) => Attempt::Done(()),
        Attempt::Challenged(challenge) => Attempt::Challenged(challenge),
    })
}

/// Uploads with the password.
pub(in crate::reset) async fn answer_password(reset: &mut Reset, password: &Password) -> Result<(), ResetError> {
    reset.note(|journal| journal.upload_unanswered = true).await?;
    let (client, keys) = (reset.account.client().clone(), reset.journal.keys.clone());
    let attempt = reset.authorisation.answer_password(password, |auth| upload(&client, &keys, auth)).await;
    answered(reset, attempt.as_ref().err()).await?;
    attempt?;
    Ok(())
}

/// Notes that the upload's outcome is known, unless it is not.
async fn answered(reset: &mut Reset, error: Option<&AuthError>) -> Result<(), ResetError> {
    use ServerError::{Failing, NotUnderstood, Unreachable};
    let unknown = matches!(error, Some(AuthError::Server(Unreachable | Failing { .. } | NotUnderstood)));
    if !unknown && reset.journal.upload_unanswered {
        reset.note(|journal| journal.upload_unanswered = false).await?;
    }
    Ok(())
}

fn upload(client: &Client, keys: &NewKeys, auth: Option<AuthData>) -> SendRequest<upload_signing_keys::v3::Request> {
    let mut request = upload_signing_keys::v3::Request::new();
    let [master_key, self_signing_key, user_signing_key] = keys
        .public
        .each_ref()
        .map(|key| Some(Raw::from_json(to_raw_value(key).expect("a JSON value serialises"))));
    request.master_key = master_key;
    request.self_signing_key = self_signing_key;
    request.user_signing_key = user_signing_key;
    request.auth = auth;
    client.send(request)
}
