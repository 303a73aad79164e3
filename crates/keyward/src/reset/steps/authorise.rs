// SPDX-License-Identifier: Apache-2.0

//! Phase 5: the upload of the new identity, the one commit point.

use futures_util::join;
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
    reset::{
        Reset, ResetError, flow,
        journal::NewKeys,
        state::{self, Phase, Superseded},
    },
    secret::Password,
};

/// Uploads without authorisation. Enough for a first set-up, and where this very identity is there already
/// (MSC3967): then the reply to an earlier upload was lost. Otherwise the server says what it wants.
///
/// Looks at the same time whether another client was faster. That is early enough: a server that has an identity asks
/// before it replaces it.
pub(in crate::reset) async fn ask_for_authorisation(reset: &mut Reset) -> Result<Attempt<()>, ResetError> {
    if reset.journal.before.master_key.is_none() {
        reset.note(|journal| journal.upload_unanswered = true).await?;
    }
    let (account, keys) = (reset.account.clone(), reset.journal.keys.clone());
    let send = |auth| upload(account.client(), &keys, auth);
    let (attempt, server) = join!(reset.authorisation.begin(send), flow::identity(&account, &reset.journal));
    answered(reset, attempt.as_ref().err()).await?;
    match attempt? {
        Attempt::Done(_) => Ok(Attempt::Done(())),
        Attempt::Challenged(challenge) => match state::reconcile(reset.journal.phase, server?) {
            // Servers from before MSC3967 ask again for an identity that they have.
            Ok(Phase::Committed) => Ok(Attempt::Done(())),
            Ok(_) => Ok(Attempt::Challenged(challenge)),
            Err(Superseded) => Err(ResetError::Superseded),
        },
    }
}

/// Uploads with the password, unless another client was faster: people take their time at this prompt.
pub(in crate::reset) async fn answer_password(reset: &mut Reset, password: &Password) -> Result<(), ResetError> {
    reset.reconcile().await?;
    if reset.is_committed() {
        return Ok(());
    }
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
