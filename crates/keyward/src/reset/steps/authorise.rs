// SPDX-License-Identifier: Apache-2.0

//! Phase 5: the upload of the new identity, the one commit point.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use futures_util::join;
use ruma::{
    api::client::{keys::upload_signing_keys, uiaa::AuthData},
    serde::Raw,
};
use serde_json::value::to_raw_value;

use super::{SHORT_WAIT, stage::ensure_staged};
use crate::{
    account::Handle,
    auth::{Attempt, AuthError, Authorisation},
    error::{RequestError, ServerError},
    reset::{
        ResetError,
        journal::{Journal, NewKeys},
        kind::Resets,
        look::identity,
        run::Run,
        staged::is_staged,
        state::{self, Phase, ServerIdentity},
    },
    secret::Password,
    server::Answer,
};

/// Pauses between the attempts to get a challenge.
const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_millis(500)];

/// Uploads without a password. That is enough for a first set-up on most servers, if the server has this very identity
/// already (MSC3967), after a lost reply, and once a person has authorised it in a browser. Otherwise the server sends its
/// challenge.
///
/// So each such upload may be the commit. What a person has approved in a browser is one more identity, whichever it is: an
/// upload that did not look first could replace that of another client.
pub(in crate::reset) async fn ask_for_authorisation(
    run: &mut Run,
    authorisation: &mut Authorisation,
    in_browser: bool,
) -> Result<Attempt<()>, ResetError> {
    let (account, journal) = (&*run.account, &run.journal);
    let (server, staged) = join!(identity(account, journal), is_staged(account, journal));
    if state::reconcile(run.journal.phase, server?)? == Phase::Committed {
        run.commit().await?;
        return Ok(Attempt::Done(()));
    }
    // The person may have taken days to save the key, and another client may have rewritten the secrets.
    if !staged? {
        ensure_staged(run).await?;
    }
    let was_unanswered = run.journal.upload_unanswered;
    run.note(|journal| journal.upload_unanswered = true).await?;
    let (account, journal) = (run.account.clone(), run.journal.clone());
    let lost = AtomicBool::new(false);
    // Whoever waits for a person asks again anyway.
    let pauses = if in_browser { &[][..] } else { &PAUSES };
    let attempt = authorisation
        .begin(|auth| upload_until_answered(&*account, &journal, auth, pauses, &lost))
        .await;
    let is_refused = match &attempt {
        Ok(attempt) => matches!(attempt, Attempt::Challenged(_)),
        Err(error) => !error.may_have_acted(),
    };
    if is_refused && !was_unanswered && !lost.into_inner() {
        run.note(|journal| journal.upload_unanswered = false).await?;
    }
    match attempt {
        Ok(Attempt::Done(_)) => confirm(run).await.map(Attempt::Done),
        Ok(Attempt::Challenged(challenge)) => {
            run.looked_at = Some(Instant::now());
            Ok(Attempt::Challenged(challenge))
        }
        Err(error) => look_again(run, error).await.map(Attempt::Done),
    }
}

/// Uploads with the password, unless another client was faster while the person was at the prompt.
pub(in crate::reset) async fn answer_password(
    run: &mut Run,
    authorisation: &mut Authorisation,
    password: &Password,
) -> Result<(), ResetError> {
    if !run.has_just_looked() {
        run.reconcile().await?;
        if run.is_committed() {
            return Ok(());
        }
    }
    let was_unanswered = run.journal.upload_unanswered;
    run.note(|journal| journal.upload_unanswered = true).await?;
    let (account, keys) = (run.account.clone(), run.journal.keys.clone());
    let attempt = authorisation
        .answer_password(password, |auth| upload(&account, &keys, auth))
        .await;
    let is_refused = match &attempt {
        Ok(attempt) => matches!(attempt, Attempt::Challenged(_)),
        Err(error) => !error.may_have_acted(),
    };
    if is_refused && !was_unanswered {
        run.note(|journal| journal.upload_unanswered = false).await?;
    }
    match attempt {
        Ok(Attempt::Done(_)) => confirm(run).await,
        // The next step asks for the rest.
        Ok(Attempt::Challenged(_)) => Ok(()),
        Err(error) => look_again(run, error).await,
    }
}

/// After an answer that is none, the identity that the server shows decides whether it has acted.
async fn look_again(run: &mut Run, error: AuthError) -> Result<(), ResetError> {
    if !error.may_have_acted() {
        return Err(error.into());
    }
    run.reconcile().await?;
    if run.is_committed() { Ok(()) } else { Err(error.into()) }
}

/// Asks for the identity after the server said yes: nothing is replaced on a word alone.
async fn confirm(run: &mut Run) -> Result<(), ResetError> {
    match identity(&*run.account, &run.journal).await? {
        ServerIdentity::New => {
            run.commit().await?;
            run.looked_at = Some(Instant::now());
            Ok(())
        }
        ServerIdentity::Planned => Err(ResetError::NotAccepted),
        ServerIdentity::Other | ServerIdentity::Earlier => Err(ResetError::Superseded),
    }
}

/// Uploads without a password, and again after these pauses if no answer comes. Then `lost` is set: the request without an
/// answer may still arrive. Before each repetition the identity is looked at, as before the first upload.
async fn upload_until_answered(
    account: &dyn Resets,
    journal: &Journal,
    auth: Option<AuthData>,
    pauses: &[Duration],
    lost: &AtomicBool,
) -> Result<Answer<upload_signing_keys::v3::Response>, RequestError> {
    let mut answer = upload(account, &journal.keys, auth.clone()).await;
    for pause in pauses {
        match &answer {
            Err(RequestError::Server(ServerError::Unreachable | ServerError::Failing { .. })) => {
                lost.store(true, Ordering::Relaxed);
                tokio::time::sleep(*pause).await;
            }
            Err(RequestError::Server(ServerError::RateLimited { retry_after })) if *retry_after <= Some(SHORT_WAIT) => {
                tokio::time::sleep(retry_after.unwrap_or(*pause)).await;
            }
            _ => break,
        }
        if !matches!(identity(account, journal).await, Ok(ServerIdentity::Planned)) {
            break;
        }
        answer = upload(account, &journal.keys, auth.clone()).await;
    }
    answer
}

async fn upload(
    account: &Handle,
    keys: &NewKeys,
    auth: Option<AuthData>,
) -> Result<Answer<upload_signing_keys::v3::Response>, RequestError> {
    let mut request = upload_signing_keys::v3::Request::new();
    let [master_key, self_signing_key, user_signing_key] = keys
        .public
        .each_ref()
        .map(|key| Some(Raw::from_json(to_raw_value(key).expect("a JSON value serialises"))));
    request.master_key = master_key;
    request.self_signing_key = self_signing_key;
    request.user_signing_key = user_signing_key;
    request.auth = auth;
    // One attempt: if there were several, the answer to a later one would hide that an earlier one may still arrive.
    account.attempt(request, true).await
}
