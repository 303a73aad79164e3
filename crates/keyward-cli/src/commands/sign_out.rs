// SPDX-License-Identifier: Apache-2.0

//! `keyward sessions sign-out`

use clap::Args;
use keyward::{
    account::Account,
    auth::AuthError,
    error::ServerError,
    secret::Password,
    sessions::{Filter, Session, SessionList, SignOutError, Trust},
};
use serde_json::json;

use crate::{
    commands::sessions::{now, summary},
    context::Context,
    output::Failure,
    secrets::{self, PASSWORD},
    terminal::text::{clean, count},
};

const EXAMPLES: &str = "\
The account password comes from KEYWARD_PASSWORD or from a prompt. Without a terminal --yes is needed.

Examples:
  keyward sessions sign-out ABCDEFGHIJ KLMNOPQRST
  keyward sessions sign-out --unverified
  KEYWARD_PASSWORD=… keyward sessions sign-out --inactive --yes";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,

    /// Do not ask whether to go on.
    #[arg(long, short)]
    yes: bool,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct Which {
    /// IDs of the sessions, as `keyward sessions` lists them.
    #[arg(value_name = "ID")]
    ids: Vec<String>,

    /// Every session but this one.
    #[arg(long)]
    others: bool,

    /// Every other session that is unverified.
    #[arg(long)]
    unverified: bool,

    /// Every other session that was not seen for more than 90 days.
    #[arg(long)]
    inactive: bool,
}

pub(crate) async fn run(context: &Context, arguments: Arguments) -> Result<(), Failure> {
    let terminal = context.terminal;
    if !arguments.yes && !terminal.is_interactive() {
        return Err(Failure::usage(
            "Nobody can be asked whether to sign out, so --yes is needed.",
        ));
    }
    let account = context.account().await?;
    let list = {
        let _spinner = terminal.spinner("Asking the homeserver");
        Box::pin(account.sessions()).await?
    };
    let sessions = select(&list, &arguments.which)?;
    if !sessions.is_empty() && !arguments.yes {
        terminal.say("These sessions will be signed out:");
        for session in &sessions {
            terminal.say(&format!("  {}", summary(session, now())));
        }
        if !terminal.confirm("Sign out?", false).await? {
            return Err(Failure::cancelled("Cancelled. Nobody was signed out."));
        }
    }
    let ids: Vec<String> = sessions.iter().map(|session| session.device_id.clone()).collect();
    sign_out(context, &account, &ids, secrets::from_environment(PASSWORD)?).await?;
    context.result(&json!({"signed_out": ids}), || match ids.len() {
        0 => "There is no such session.".to_owned(),
        signed_out => format!("Signed out of {}.", count(signed_out as u64, "session", "sessions")),
    })
}

fn select<'a>(list: &'a SessionList, which: &Which) -> Result<Vec<&'a Session>, Failure> {
    let filter = match which {
        Which { others: true, .. } => Filter::All,
        // To a session that is not verified itself every other one looks unverified, the verified ones as well.
        Which { unverified: true, .. } if list.current.trust != Trust::Verified => {
            return Err(Failure::new(
                "session_not_verified",
                "This session is not verified, so it cannot tell which of the others are. Verify it with `keyward unlock` \
                 first, or name the sessions by their IDs.",
            ));
        }
        Which { unverified: true, .. } => Filter::Unverified,
        Which { inactive: true, .. } => Filter::Inactive,
        Which { ids, .. } => {
            let find = |id: &String| match list.others.iter().find(|session| session.device_id == *id) {
                Some(session) => Ok(session),
                None if list.current.device_id == *id => Err(SignOutError::CurrentSession.into()),
                None => Err(Failure::new(
                    "unknown_session",
                    format!(
                        "This account has no session {}. `keyward sessions` lists them.",
                        clean(id)
                    ),
                )),
            };
            return ids.iter().map(find).collect();
        }
    };
    Ok(list.others_shown(filter).collect())
}

/// Signs sessions out, with `password` if it is known; asks for it where somebody can be asked.
pub(crate) async fn sign_out(
    context: &Context,
    account: &Account,
    ids: &[String],
    mut password: Option<Password>,
) -> Result<(), Failure> {
    let terminal = context.terminal;
    let mut sign_out = account.sign_out(ids)?;
    let challenge = {
        let _spinner = terminal.spinner("Signing out");
        Box::pin(sign_out.begin()).await?
    };
    let Some(challenge) = challenge else { return Ok(()) };
    if !challenge.answerable_by_password() {
        return Err(AuthError::Unsupported {
            stages: challenge.unsupported(),
        }
        .into());
    }
    loop {
        let given = match password.take() {
            Some(password) => password,
            None if terminal.is_interactive() => terminal.secret("Account password:").await?,
            None => return Err(secrets::missing("The account password", PASSWORD)),
        };
        let result = {
            let _spinner = terminal.spinner("Signing out");
            Box::pin(sign_out.authorise(&given)).await
        };
        match result {
            Err(SignOutError::Auth(
                error @ (AuthError::WrongPassword | AuthError::Server(ServerError::RateLimited { .. })),
            )) if terminal.is_interactive() => terminal.say(&error.to_string()),
            result => return Ok(result?),
        }
    }
}
