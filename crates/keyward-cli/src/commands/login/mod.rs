// SPDX-License-Identifier: Apache-2.0

//! `keyward login`

mod listener;
mod method;

use std::{path::Path, time::Duration};

use clap::Args;
use keyward::{
    account::{Account, Attached, OpenError},
    error::FlowError as _,
    login::{BrowserLogin, BrowserMethod, ClientDescription, DeviceLogin, Login, LoginError},
    secret::{Password, StoreKey},
    server::Homeserver,
    sessions::ClientInformation,
};
use tokio::time::timeout;

use self::{listener::Listener, method::Method};
use crate::{
    browser::{self, Code, Purpose},
    commands::status,
    context::Context,
    interrupt::Interrupts,
    language::{name, say, texts},
    output::Failure,
    secrets::{self, PASSWORD},
    store_key::Lookup,
};

const EXAMPLES: &str = "\
It finds out how the homeserver lets people log in, and asks where there is a choice.
In a browser: it prints the page to open, and waits until you are done there.
With the password: that comes from KEYWARD_PASSWORD or from a prompt.

Examples:
  keyward login --homeserver example.org
  keyward login --homeserver example.org --device-code        the browser is on another device
  keyward login --homeserver example.org --user alice --password
  keyward login --homeserver https://matrix.example.org --sso --session-name 'Backup server'";

/// So long a browser is waited for.
const BROWSER_PATIENCE: Duration = Duration::from_secs(10 * 60);

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The account's server: its name (example.org) or its address (https://matrix.example.org).
    #[arg(long, value_name = "URL")]
    homeserver: Option<String>,

    /// User name (alice) or user ID (@alice:example.org), for a login with the password.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    #[command(flatten)]
    how: How,

    /// Name of the new session. Everybody you talk to can see it.
    #[arg(long, value_name = "NAME", default_value_t = default_session_name())]
    session_name: String,
}

/// How to log in, where the person does not want to be asked.
#[derive(Args, Debug, Default)]
#[group(multiple = false)]
pub(crate) struct How {
    /// Log in with the account password.
    #[arg(long)]
    password: bool,

    /// Log in in a browser, at the homeserver's account service (OAuth 2.0).
    #[arg(long)]
    oauth: bool,

    /// Log in in a browser, through a provider that the homeserver trusts (single sign-on). ID chooses one of several.
    #[arg(long, value_name = "ID")]
    sso: Option<Option<String>>,

    /// Log in in a browser of another device, with a code that you enter there.
    #[arg(long)]
    device_code: bool,
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

pub(crate) async fn run(context: &Context, arguments: Arguments, interrupts: &mut Interrupts) -> Result<(), Failure> {
    tokio::select! {
        result = Box::pin(log_in(context, arguments)) => result,
        () = interrupts.next() => {
            give_up(context).await?;
            Err(Failure::cancelled(say!("cancelled")))
        }
    }
}

/// Nobody waits for the browser any more: what was kept for its answer goes, with the key that belongs to it.
async fn give_up(context: &Context) -> Result<(), Failure> {
    let Lookup::Found(key) = context.store_keys.find().await? else {
        return Ok(());
    };
    // A store that cannot be opened was there before.
    if let Ok(Some(_)) = BrowserLogin::waiting(&context.data_dir, &key).await {
        BrowserLogin::cancel(&context.data_dir, &key).await?;
        context.store_keys.remove().await?;
    }
    Ok(())
}

async fn log_in(context: &Context, arguments: Arguments) -> Result<(), Failure> {
    if Account::<Attached>::is_in(&context.data_dir) {
        return Err(Failure::new("attach.other_program", say!("login-attached-here")));
    }
    let existing = existing_key(context).await?;
    let homeserver = argument(context, arguments.homeserver, "login-homeserver", "--homeserver").await?;
    let mut user = arguments.user;
    if arguments.how.password {
        user = Some(argument(context, user, "login-user", "--user").await?);
    }
    let (homeserver, offered) = {
        let _spinner = context.terminal.spinner(&say!("login-finding-homeserver"));
        let homeserver = Homeserver::discover(&homeserver).await?;
        let offered = homeserver.login_methods().await?;
        (homeserver, offered)
    };
    let method = method::choose(context, &offered, &arguments.how, user.is_some()).await?;
    if method == Method::Password {
        user = Some(argument(context, user, "login-user", "--user").await?);
    }
    let (key, is_new) = match existing {
        Some(key) => (key, false),
        None => (context.store_keys.create().await?, true),
    };
    let attempt = Attempt {
        context,
        homeserver: &homeserver,
        session_name: &arguments.session_name,
        dir: &context.data_dir,
        key: &key,
    };
    let result = match method {
        Method::Password => attempt.with_password(&user.unwrap_or_default()).await,
        Method::Browser(method) => attempt.in_browser(&method).await,
        Method::DeviceCode => attempt.with_code().await,
    };
    let waits = async || {
        BrowserLogin::waiting(&context.data_dir, &key)
            .await
            .is_ok_and(|login| login.is_some())
    };
    // The next login takes the place of one that waits, with the same key.
    if result.is_err() && is_new && !waits().await {
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
pub(super) async fn existing_key(context: &Context) -> Result<Option<StoreKey>, Failure> {
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

/// What the option gives, else what the person answers to the question, which is a message.
async fn argument(
    context: &Context,
    given: Option<String>,
    question: &str,
    option: &'static str,
) -> Result<String, Failure> {
    match given {
        Some(given) => Ok(given),
        None if context.terminal.is_interactive() => context.terminal.line(&say!(question), None).await,
        None => Err(Failure::usage(format!("{option} is missing."))),
    }
}

/// One login.
struct Attempt<'a> {
    context: &'a Context,
    homeserver: &'a Homeserver,
    session_name: &'a str,
    dir: &'a Path,
    key: &'a StoreKey,
}

impl Attempt<'_> {
    async fn with_password(&self, user: &str) -> Result<Account, Failure> {
        let context = self.context;
        let mut password = context.secrets.get(PASSWORD)?;
        loop {
            let given = match password.take() {
                Some(password) => password,
                None if context.terminal.is_interactive() => context.terminal.secret(&say!("ask-password")).await?,
                None => return Err(secrets::missing("The account password", PASSWORD)),
            };
            match self.try_password(user, given).await {
                Err(LoginError::WrongPassword) if context.terminal.is_interactive() => {
                    context.terminal.say(&say!("login-wrong-password"));
                }
                result => return Ok(result?),
            }
        }
    }

    async fn try_password(&self, user: &str, password: Password) -> Result<Account, LoginError> {
        let _spinner = self.context.terminal.spinner(&say!("login-working"));
        let login = Login {
            user: user.to_owned(),
            password,
            session_name: self.session_name.to_owned(),
        };
        Box::pin(Account::login(self.homeserver, login, self.dir, self.key)).await
    }

    async fn in_browser(&self, method: &BrowserMethod) -> Result<Account, Failure> {
        let terminal = self.context.terminal;
        let listener = Listener::open().await?;
        let login = {
            let _spinner = terminal.spinner(&say!("asking-homeserver"));
            Box::pin(BrowserLogin::begin(
                self.homeserver,
                method,
                &description(),
                listener.redirect_uri(),
                self.session_name,
                self.dir,
                self.key,
            ))
            .await?
        };
        browser::show(self.context, &say!("login-open-page"), login.page(), Purpose::LogIn)?;
        let answer = {
            let _spinner = terminal.spinner(&say!("login-waiting-browser"));
            timeout(BROWSER_PATIENCE, listener.answer(&login)).await
        };
        let Ok(answer) = answer else {
            BrowserLogin::cancel(self.dir, self.key).await?;
            return Err(LoginError::Expired.into());
        };
        loop {
            let finished = {
                let _spinner = terminal.spinner(&say!("login-working"));
                Box::pin(BrowserLogin::finish(self.dir, self.key, &answer)).await
            };
            match finished {
                // The login goes on waiting, with this answer.
                Err(error) if error.remedy().may_pass() && terminal.is_interactive() => {
                    terminal.say(&texts().error(&error));
                    if !terminal.confirm(&say!("try-again"), true).await? {
                        return Err(error.into());
                    }
                }
                finished => return Ok(finished?),
            }
        }
    }

    async fn with_code(&self) -> Result<Account, Failure> {
        let terminal = self.context.terminal;
        let login = {
            let _spinner = terminal.spinner(&say!("asking-homeserver"));
            Box::pin(DeviceLogin::begin(
                self.homeserver,
                &description(),
                self.session_name,
                self.dir,
                self.key,
            ))
            .await?
        };
        let user_code = login.user_code();
        let code = Code {
            user_code: &user_code,
            expires_in: login.expires_in().as_secs(),
        };
        browser::show_code(self.context, login.page(), login.page_with_code(), code)?;
        let _spinner = terminal.spinner(&say!("login-waiting-code"));
        Ok(Box::pin(login.wait()).await?)
    }
}

/// This program, as the account service shows it.
fn description() -> ClientDescription {
    ClientDescription {
        name: "Keyward".to_owned(),
        uri: "https://keyward.org/".to_owned(),
        redirect_uris: ["http://127.0.0.1/", "http://[::1]/"].map(str::to_owned).to_vec(),
        logo_uri: None,
        tos_uri: None,
        policy_uri: None,
    }
}

/// Completes the session and says what to do next.
async fn finish(context: &Context, account: &Account) -> Result<(), Failure> {
    let (status, report) = {
        let _spinner = context.terminal.spinner(&say!("login-completing"));
        if let Err(error) = Box::pin(account.sync_once(Duration::ZERO)).await {
            // The session exists; whatever is missing comes with the next command.
            tracing::warn!(%error, "the first synchronisation failed");
        }
        introduce(account).await;
        Box::pin(account.status_and_report()).await?
    };
    context.result(&status::Shown::of(&status), || {
        let (user, device) = (name(&status.user_id), name(&status.device_id));
        let done = say!("login-done", user = user, device = device);
        format!(
            "{done}\n\n{}",
            status::next_steps(&status.pending, &report, context.terminal)
        )
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
