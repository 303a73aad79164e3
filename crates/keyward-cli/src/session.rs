// SPDX-License-Identifier: Apache-2.0

//! The session that a command works for: one that was logged in here, or one that another program keeps.

use keyward::{
    account::{Account, Attached, TokenRequests},
    secret::Secret,
};

use crate::{
    context::Context,
    language::say,
    output::Failure,
    secrets::{self, ACCESS_TOKEN},
    store_key::Lookup,
};

/// The session in the folder of the store.
#[derive(Clone)]
pub(crate) enum Session {
    Own(Account),
    Attached(Account<Attached>),
}

/// Does the same for each kind of session.
macro_rules! with_session {
    ($session:expr, $account:ident => $work:expr) => {
        match $session {
            $crate::session::Session::Own($account) => $work,
            $crate::session::Session::Attached($account) => $work,
        }
    };
}
pub(crate) use with_session;

impl Session {
    /// Whether another program keeps it.
    pub(crate) fn is_attached(&self) -> bool {
        matches!(self, Self::Attached(_))
    }
}

impl Context {
    /// Opens the store and takes the session up again, of whichever kind it is. Needs no network.
    pub(crate) async fn session(&self) -> Result<Session, Failure> {
        if !Account::<Attached>::is_in(&self.data_dir) {
            return Ok(Session::Own(self.account().await?));
        }
        let key = match self.store_keys.find().await? {
            Lookup::Found(key) => key,
            lookup => return Err(lookup.failure()),
        };
        let (account, requests) = Account::<Attached>::reattach(&self.data_dir, &key).await?;
        answer(requests, token(self).await?);
        Ok(Session::Attached(account))
    }
}

/// The access token of the other program's session.
pub(crate) async fn token(context: &Context) -> Result<Secret, Failure> {
    match context.secrets.get(ACCESS_TOKEN)? {
        Some(token) => Ok(token),
        None if context.terminal.is_interactive() => context.terminal.secret(&say!("ask-access-token")).await,
        None => Err(secrets::missing("The access token", ACCESS_TOKEN)),
    }
}

/// Answers with this token. A command is short: if it is refused, there is no other one.
pub(crate) fn answer(mut requests: TokenRequests, token: Secret) {
    tokio::spawn(async move {
        while let Some(request) = requests.next().await {
            if !request.is_refused() {
                request.answer(token.clone());
            }
        }
    });
}
