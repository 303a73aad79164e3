// SPDX-License-Identifier: Apache-2.0

//! `keyward sessions sign-out`

use clap::Args;
use keyward::{
    account::Account,
    auth::Challenge,
    error::{FlowError as _, Remedy, RequestError},
    identity::KnowsIdentity,
    secret::Password,
    sessions::{AccountManagement, Filter, SessionList, SignOut, SignOutConsequences, SignOutError, SignOutLinks},
};
use serde_json::json;

use super::{find, now, snapshot, words};
use crate::{
    browser::{self, Purpose, Way},
    context::Context,
    language::{name, say, texts},
    output::{Exit, Failure},
    secrets::{self, PASSWORD},
    session::Session,
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
    match context.session().await? {
        Session::Own(account) => {
            let consequences =
                async |list: &SessionList, ids: &[String]| account.sign_out_consequences(list, ids).await;
            Box::pin(select_and_sign_out(context, &account, &arguments, consequences)).await
        }
        Session::Attached(account) => {
            let consequences = async |list: &SessionList, ids: &[String]| Ok(account.sign_out_consequences(list, ids));
            Box::pin(select_and_sign_out(context, &account, &arguments, consequences)).await
        }
    }
}

async fn select_and_sign_out<K: KnowsIdentity>(
    context: &Context,
    account: &Account<K>,
    arguments: &Arguments,
    consequences: impl AsyncFn(&SessionList, &[String]) -> Result<SignOutConsequences, RequestError>,
) -> Result<(), Failure> {
    let terminal = context.terminal;
    let list = snapshot(context, account).await?.list;
    let ids = select(&list, &arguments.which)?;
    if !ids.is_empty() && !arguments.yes {
        terminal.say(&say!("sign-out-these"));
        for session in list.others.iter().filter(|session| ids.contains(&session.device_id)) {
            terminal.say(&format!("  {}", words::summary(session, now())));
        }
        let consequences = Box::pin(consequences(&list, &ids)).await?;
        for point in texts().sign_out_consequences(&consequences, ids.len() as u64) {
            terminal.say(&format!("! {point}"));
        }
        if !terminal.confirm(&say!("sign-out-question"), false).await? {
            return Err(Failure::cancelled(say!("sign-out-nobody")));
        }
    }
    sign_out(context, account, &ids, context.secrets.get(PASSWORD)?).await?;
    context.result(&json!({"signed_out": ids}), || match ids.len() {
        0 => say!("sign-out-no-such"),
        signed_out => say!("sign-out-done", count = signed_out as u64),
    })
}

/// Their device ids.
fn select(list: &SessionList, which: &Which) -> Result<Vec<String>, Failure> {
    let filter = match which {
        Which { others: true, .. } => Filter::All,
        Which { unverified: true, .. } => Filter::Unverified,
        Which { inactive: true, .. } => Filter::Inactive,
        Which { ids, .. } => {
            let find = |id: &String| match find(list, id)?.device_id.clone() {
                id if id == list.current.device_id => Err(SignOutError::CurrentSession.into()),
                id => Ok(id),
            };
            return ids.iter().map(find).collect();
        }
    };
    Ok(list.to_sign_out(filter)?)
}

/// Signs sessions out, with `password` if it is known; asks for it where somebody can be asked.
pub(crate) async fn sign_out<K: KnowsIdentity>(
    context: &Context,
    account: &Account<K>,
    ids: &[String],
    mut password: Option<Password>,
) -> Result<(), Failure> {
    let terminal = context.terminal;
    let mut sign_out = account.sign_out(ids)?;
    let challenge = {
        let _spinner = terminal.spinner(&say!("logout-working"));
        Box::pin(sign_out.begin()).await
    };
    let challenge = match challenge {
        Err(SignOutError::AccountManagement(management)) => {
            return Box::pin(in_browser(context, account, &management, ids)).await;
        }
        challenge => challenge?,
    };
    let mut wanted = challenge;
    while let Some(challenge) = wanted {
        wanted = match browser::choose(context, &challenge, password.is_some()).await? {
            Way::Password => with_password(context, &mut sign_out, password.take()).await?,
            Way::Page(page) => {
                match challenge.other_account {
                    true => browser::show_other_account(context, account.user_id(), &page)?,
                    false => {
                        let what = say!("sign-out-confirm-page", user = name(account.user_id()));
                        browser::show(context, &what, &page, Purpose::Authorise)?;
                    }
                }
                let mut waiting = terminal.wait_for_browser();
                loop {
                    // Asks at once whenever it is called.
                    tokio::select! {
                        wanted = Box::pin(sign_out.authorise_in_browser()) => break wanted?,
                        () = waiting.enter() => {}
                    }
                }
            }
        };
    }
    Ok(())
}

/// Answers with the password, which is asked for until it is right. `Some`: the server wants more.
async fn with_password(
    context: &Context,
    sign_out: &mut SignOut,
    mut password: Option<Password>,
) -> Result<Option<Challenge>, Failure> {
    let terminal = context.terminal;
    loop {
        let given = match password.take() {
            Some(password) => password,
            None if terminal.is_interactive() => terminal.secret(&say!("ask-password")).await?,
            None => return Err(secrets::missing("The account password", PASSWORD)),
        };
        let result = {
            let _spinner = terminal.spinner(&say!("logout-working"));
            Box::pin(sign_out.authorise(&given)).await
        };
        match result {
            // The challenge is kept.
            Err(error) if terminal.is_interactive() && matches!(error.remedy(), Remedy::AskAgain | Remedy::Wait) => {
                terminal.say(&texts().error(&error));
            }
            result => return Ok(result?),
        }
    }
}

/// Sessions are signed out on a page of the server's, one link for each. What is done is seen by listing again.
async fn in_browser<K: KnowsIdentity>(
    context: &Context,
    account: &Account<K>,
    management: &AccountManagement,
    ids: &[String],
) -> Result<(), Failure> {
    let terminal = context.terminal;
    if !terminal.is_interactive() {
        let links: Vec<String> = ids.iter().map(|id| management.sign_out_link(id)).collect();
        return Err(Failure::from(SignOutError::AccountManagement(management.clone()))
            .exiting(Exit::Refused)
            .advise(links.join(" , ")));
    }
    let mut links = SignOutLinks::new(management, &Box::pin(account.sessions()).await?, ids);
    while let Some(link) = links.next() {
        let (done, total) = links.progress();
        let what = say!(
            "sign-out-link",
            number = done as u64 + 1,
            total = total as u64,
            device = name(&link.device_id)
        );
        terminal.say(&format!("{what}\n{}", link.url));
        if !terminal.confirm(&say!("sign-out-done-there"), true).await? {
            return Err(Failure::cancelled(say!("sign-out-stopped", count = done as u64)));
        }
        links.update(&Box::pin(account.sessions()).await?);
        if links.progress().0 == done {
            terminal.say(&say!("sign-out-still-there"));
            links.postpone();
        }
    }
    if let Err(error) = Box::pin(account.prune_client_information()).await {
        tracing::warn!(%error, "client information of sessions that are gone is left");
    }
    Ok(())
}
