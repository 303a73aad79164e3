// SPDX-License-Identifier: Apache-2.0

//! Phase 5: the upload of the new identity, the one commit point.

use std::time::{Duration, Instant};

use futures_util::{join, try_join};
use matrix_sdk::{
    Client,
    futures::SendRequest,
    ruma::{
        api::client::{
            keys::{upload_signatures, upload_signing_keys},
            uiaa::AuthData,
        },
        serde::Raw,
    },
};
use serde_json::value::to_raw_value;

use crate::{
    account::Account,
    auth::{Attempt, AuthError},
    error::ServerError,
    reset::{
        Reset, ResetError, flow,
        journal::{Journal, NewKeys},
        state::{self, Phase, ServerIdentity, Superseded},
    },
    secret::Password,
};

/// How long ago a look at the identity still counts when the password comes: scripts answer at once, and no other client
/// gets through a reset in this time. People take longer, and for them the server is asked again.
const JUST_LOOKED: Duration = Duration::from_millis(100);

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
    let challenge = match attempt? {
        Attempt::Done(_) => {
            confirm(reset).await?;
            return Ok(Attempt::Done(()));
        }
        Attempt::Challenged(challenge) => challenge,
    };
    reset.looked_at = Some(Instant::now());
    match state::reconcile(reset.journal.phase, server?) {
        // Servers from before MSC3967 ask again for an identity that they have.
        Ok(Phase::Committed) => Ok(Attempt::Done(())),
        Ok(_) => Ok(Attempt::Challenged(challenge)),
        Err(Superseded) => Err(ResetError::Superseded),
    }
}

/// Uploads with the password, unless another client was faster: people take their time at this prompt.
pub(in crate::reset) async fn answer_password(reset: &mut Reset, password: &Password) -> Result<(), ResetError> {
    if reset.looked_at.take().is_none_or(|at| at.elapsed() > JUST_LOOKED) {
        reset.reconcile().await?;
        if reset.is_committed() {
            return Ok(());
        }
    }
    reset.note(|journal| journal.upload_unanswered = true).await?;
    let (client, keys) = (reset.account.client().clone(), reset.journal.keys.clone());
    let attempt = reset.authorisation.answer_password(password, |auth| upload(&client, &keys, auth)).await;
    answered(reset, attempt.as_ref().err()).await?;
    attempt?;
    confirm(reset).await
}

/// Asks for the identity after the server said yes: nothing is replaced on a word alone. Sends the signature of this
/// session at the same time, which harms nothing where the identity is not known.
async fn confirm(reset: &mut Reset) -> Result<(), ResetError> {
    let (account, journal) = (&reset.account, &reset.journal);
    let (server, ()) = try_join!(flow::identity(account, journal), sign_session(account, journal))?;
    match server {
        ServerIdentity::New => reset.note(|journal| journal.upload_unanswered = false).await,
        ServerIdentity::Planned => Err(ResetError::NotAccepted),
        ServerIdentity::Other => Err(ResetError::Superseded),
    }
}

async fn sign_session(account: &Account, journal: &Journal) -> Result<(), ResetError> {
    let signed = serde_json::from_value(journal.keys.signatures.clone()).map_err(|_| ResetError::UnknownJournal)?;
    match account.client().send(upload_signatures::v3::Request::new(signed)).await {
        Ok(response) if response.failures.is_empty() => {}
        // Tried again when the private keys are taken in, and that is the time that counts.
        Ok(_) => tracing::warn!("the signature of this session was not accepted yet"),
        Err(error) => tracing::warn!(error = %ServerError::from(error), "the signature of this session is not sent yet"),
    }
    Ok(())
}

/// Notes that the upload was refused, if that is certain.
async fn answered(reset: &mut Reset, error: Option<&AuthError>) -> Result<(), ResetError> {
    use ServerError::{Failing, NotUnderstood, Unreachable};
    let unknown = matches!(error, None | Some(AuthError::Server(Unreachable | Failing { .. } | NotUnderstood)));
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
