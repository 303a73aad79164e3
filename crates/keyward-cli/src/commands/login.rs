// SPDX-License-Identifier: Apache-2.0

//! `keyward login`

use std::{path::Path, time::Duration};

use clap::Args;
use keyward::{
    account::{Account, OpenError},
    login::{Login, LoginError},
    secret::{Password, StoreKey},
    server::Homeserver,
    sessions::ClientInformation,
};

use crate::{
    commands::status,
    context::Context,
    output::Failure,
    secrets::{self, PASSWORD},
    store_key::Lookup,
};

const EXAMPLES: &str = "\
The password comes from KEYWARD_PASSWORD or from a prompt.

Examples:
  keyward login --homeserver example.org --user alice
  keyward login --homeserver https://matrix.example.org --user @alice:example.org --session-name 'Backup server'";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The account's server: its name (example.org) or its address (https://matrix.example.org).
    #[arg(long, value_name = "URL")]
    homeserver: Option<String>,

    /// User name (alice) or user ID (@alice:example.org).
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    /// Name of the new session. Everybody you talk to can see it.
    #[arg(long, value_name = "NAME", default_value_t = default_session_name())]
    session_name: String,
}

/// Names the program and the system, but nothing that tells others who uses this machine.
fn default_session_name() -> String {
    let system = match std::env::consts::OS {
        "linux" => "Linux",
        "macos" => "macOS",
        "windows" => "Windows",
        "android" => "Android",
        "freebsd" => "FreeBSD",
        other => other,
    };
    format!("Keyward on {system}")
}

pub(crate) async fn run(context: &Context, arguments: Arguments) -> Result<(), Failure> {
    let existing = existing_key(context).await?;
    let homeserver = argument(context, arguments.homeserver, "Homeserver:", "--homeserver").await?;
    let user = argument(context, arguments.user, "User name:", "--user").await?;
    let homeserver = {
        let _spinner = context.terminal.spinner("Looking for the homeserver");
        Homeserver::discover(&homeserver).await?
    };
    let (key, is_new) = match existing {
        Some(key) => (key, false),
        None => (context.store_keys.create().await?, true),
    };
    let result = log_in(context, &homeserver, &user, &arguments.session_name, &key).await;
    if result.is_err() && is_new {
        // A key without a store is of no use. A store without its key is lost: one that was made before the failure keeps it.
        let restored = Account::restore(&context.data_dir, &key).await;
        if matches!(restored, Err(OpenError::NotLoggedIn)) {
            context.store_keys.remove().await?;
        }
    }
    let account = result?;
    finish(context, &account).await
}

/// The key of a store without a session, which an interrupted login leaves. Fails where there is a session already.
async fn existing_key(context: &Context) -> Result<Option<StoreKey>, Failure> {
    match context.store_keys.find().await? {
        Lookup::Found(key) => match Account::restore(&context.data_dir, &key).await {
            Ok(account) => Err(LoginError::AlreadyLoggedIn {
                user_id: account.user_id().to_owned(),
            }
            .into()),
            Err(OpenError::NotLoggedIn) => Ok(Some(key)),
            Err(error) => Err(error.into()),
        },
        lookup => match context.why_no_account(&lookup).await {
            Some(failure) => Err(failure),
            None => Ok(None),
        },
    }
}

async fn argument(
    context: &Context,
    given: Option<String>,
    question: &str,
    option: &'static str,
) -> Result<String, Failure> {
    match given {
        Some(given) => Ok(given),
        None if context.terminal.is_interactive() => context.terminal.line(question, None).await,
        None => Err(Failure::usage(format!("{option} is missing."))),
    }
}

async fn log_in(
    context: &Context,
    homeserver: &Homeserver,
    user: &str,
    session_name: &str,
    key: &StoreKey,
) -> Result<Account, Failure> {
    let mut password = context.secrets.get(PASSWORD)?;
    loop {
        let given = match password.take() {
            Some(password) => password,
            None if context.terminal.is_interactive() => context.terminal.secret("Account password:").await?,
            None => return Err(secrets::missing("The account password", PASSWORD)),
        };
        match attempt(context, homeserver, user, session_name, key, &context.data_dir, given).await {
            Err(LoginError::WrongPassword) if context.terminal.is_interactive() => {
                context
                    .terminal
                    .say("User name or password is wrong. Try again, or press Ctrl-C to stop.");
            }
            result => return Ok(result?),
        }
    }
}

async fn attempt(
    context: &Context,
    homeserver: &Homeserver,
    user: &str,
    session_name: &str,
    key: &StoreKey,
    dir: &Path,
    password: Password,
) -> Result<Account, LoginError> {
    let _spinner = context.terminal.spinner("Logging in");
    let login = Login {
        user: user.to_owned(),
        password,
        session_name: session_name.to_owned(),
    };
    Box::pin(Account::login(homeserver, login, dir, key)).await
}

/// Completes the session and says what to do next.
async fn finish(context: &Context, account: &Account) -> Result<(), Failure> {
    let status = {
        let _spinner = context.terminal.spinner("Completing the session");
        if let Err(error) = Box::pin(account.sync_once(Duration::ZERO)).await {
            // The session exists; whatever is missing comes with the next command.
            tracing::warn!(%error, "the first synchronisation failed");
        }
        introduce(account).await;
        Box::pin(account.status()).await?
    };
    context.result(&status, || {
        let name = format!("Logged in as {}, session {}.", status.user_id, status.device_id);
        format!("{name}\n\n{}", status::next_steps(&status, context.terminal.width()))
    })
}

/// Tells the other sessions which client this one is, and notes the present sessions, so that later logins count as
/// new. The login has succeeded even if this fails.
async fn introduce(account: &Account) {
    let client = ClientInformation {
        name: Some("Keyward".to_owned()),
        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        url: None,
    };
    if let Err(error) = Box::pin(account.announce_client(&client)).await {
        tracing::warn!(%error, "the other sessions cannot see which client this is");
    }
    if let Err(error) = Box::pin(account.watch_sessions().next()).await {
        tracing::warn!(%error, "the sessions that there are could not be noted");
    }
}
