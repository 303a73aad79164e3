// SPDX-License-Identifier: Apache-2.0

//! Accounts without a password, as scripts and people use the program: the page is printed, somebody opens it in a browser,
//! and the program notices by itself.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, ChildStdout},
};

use keyward_testing::{
    browser::Browser,
    deployment::Deployment,
    other_client::OtherClient,
    person::Person,
    proxy::{Fault, FaultProxy, RecordedRequest, Rule},
    user::{LogsIn, PlainSession, User},
};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::common::{App, Run, ended};
#[cfg(unix)]
use crate::common::{
    PATIENCE,
    screen::{Screen, photographed},
};

/// A run whose lines are read while it goes on.
pub(crate) struct Running {
    process: Child,
    output: BufReader<ChildStdout>,
}

impl Running {
    pub(crate) fn start(app: &App, arguments: &[&str]) -> Self {
        let mut process = app.command(&[&["--json"], arguments].concat()).spawn().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self { process, output }
    }

    /// The next object that it prints.
    #[track_caller]
    pub(crate) fn line(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    /// The next object, which has this status and names a page.
    #[track_caller]
    pub(crate) fn page(&mut self, status: &str) -> String {
        let line = self.line();
        assert_eq!(line["status"], status, "{line}");
        text(&line["url"])
    }

    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// How it ends.
    pub(crate) fn end(mut self) -> Run {
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut self.output, &mut rest).unwrap();
        let mut run = ended(self.process);
        run.stdout = rest;
        run
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}

/// Logs in through the browser of `user`.
pub(crate) async fn log_in(app: &App, url: &str, user: &User) -> Value {
    let mut login = Running::start(app, &["login", "--homeserver", url]);
    let browser = Browser::of(&user.localpart);
    let led = browser.allow(&login.page("open")).await.unwrap().unwrap();
    let (status, page) = browser.visit(&led).await.unwrap();
    assert_eq!(status, 200);
    assert!(page.contains("You can close this page"), "{page}");
    let run = login.end();
    run.expect_exit(0);
    run.lines().remove(0)
}

/// The program, logged in through the browser of `user`.
pub(crate) async fn logged_in(url: &str, user: &User) -> App {
    let app = App::new();
    let how = match user.logs_in {
        LogsIn::WithSso => "--sso",
        _ => "--oauth",
    };
    let mut login = Running::start(&app, &["login", how, "--homeserver", url]);
    let browser = Browser::of(&user.localpart);
    let led = browser.allow(&login.page("open")).await.unwrap().unwrap();
    browser.visit(&led).await.unwrap();
    login.end().expect_exit(0);
    app
}

/// A person with a history, whose program is logged in and unlocked.
async fn person(deployment: &Deployment) -> (Person, App) {
    let person = Person::without_password(deployment, 3).await.unwrap();
    let app = logged_in(deployment.synapse.url(), &person.user).await;
    app.unlock(&person.old_key);
    (person, app)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_waits_for_its_own_answer_and_logs_out_again() {
    let deployment = Deployment::oauth().await;
    let (user, app) = (deployment.new_user(), App::new());
    let mut login = Running::start(&app, &["login", "--homeserver", deployment.synapse.url()]);
    let page = login.page("open");
    let browser = Browser::of(&user.localpart);
    let led = browser.allow(&page).await.unwrap().unwrap();
    // Others of this machine ask there, too: browsers for their icon, programs for whatever they guess.
    let (origin, _) = led.split_once("/?").unwrap();
    for other in [
        "/",
        "/favicon.ico",
        "/?code=guessed&state=guessed",
        "/?error=access_denied",
    ] {
        assert_eq!(
            browser.visit(&format!("{origin}{other}")).await.unwrap().0,
            404,
            "{other}"
        );
    }
    assert_eq!(browser.visit(&led).await.unwrap().0, 200);
    let run = login.end();
    run.expect_exit(0);
    assert_eq!(run.lines()[0]["user_id"], json!(user.user_id));
    assert_eq!(app.status()["user_id"], json!(user.user_id));
    app.run(&["--json", "logout"]).expect_exit(0);
    let left = deployment.auth.sessions(&user.localpart).await.unwrap();
    assert!(left.is_empty(), "{left:?}");
    assert!(!app.data_dir().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_whose_process_was_killed_is_begun_again() {
    let deployment = Deployment::oauth().await;
    let (user, app) = (deployment.new_user(), App::new());
    let mut login = Running::start(&app, &["login", "--homeserver", deployment.synapse.url()]);
    login.page("open");
    login.kill();
    app.run(&["--json", "status"]).expect_error(1, "store.not_logged_in");
    let status = log_in(&app, deployment.synapse.url(), &user).await;
    assert_eq!(status["user_id"], json!(user.user_id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_fails_at_its_end_can_be_begun_again() {
    let deployment = Deployment::oauth().await;
    let proxy = FaultProxy::start_before(deployment).unwrap();
    let (user, app) = (deployment.new_user(), App::new());
    let failing = Rule::new(Fault::Status500).on(|_, path| path.ends_with("/oauth2/token"));
    proxy.arm(failing.for_ever());
    let mut login = Running::start(&app, &["login", "--homeserver", proxy.url()]);
    let browser = Browser::of(&user.localpart);
    let led = browser.allow(&login.page("open")).await.unwrap().unwrap();
    browser.visit(&led).await.unwrap();
    login.end().expect_error(1, "server.failing");
    proxy.disarm();
    let status = log_in(&app, proxy.url(), &user).await;
    assert_eq!(status["user_id"], json!(user.user_id));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_is_interrupted_leaves_nothing_behind() {
    let deployment = Deployment::oauth().await;
    let app = App::new();
    let mut login = Running::start(&app, &["login", "--homeserver", deployment.synapse.url()]);
    login.page("open");
    let id = rustix::process::Pid::from_child(&login.process);
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    login.end().expect_error(4, "cancelled");
    assert!(!app.data_dir().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_says_no_in_the_browser_is_heard() {
    let deployment = Deployment::oauth().await;
    let (user, app) = (deployment.new_user(), App::new());
    let mut login = Running::start(&app, &["login", "--oauth", "--homeserver", deployment.synapse.url()]);
    let browser = Browser::of(&user.localpart);
    let led = browser.deny(&login.page("open")).await.unwrap().unwrap();
    browser.visit(&led).await.unwrap();
    login.end().expect_error(3, "login.denied");
    assert!(!app.data_dir().exists(), "nothing is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_entered_on_another_device() {
    let deployment = Deployment::oauth().await;
    let (user, app) = (deployment.new_user(), App::new());
    let mut login = Running::start(
        &app,
        &["login", "--device-code", "--homeserver", deployment.synapse.url()],
    );
    let line = login.line();
    assert_eq!(line["status"], "open");
    assert!(
        line["expires_in"].as_u64().is_some_and(|seconds| seconds > 60),
        "{line}"
    );
    let (page, code) = (text(&line["url"]), text(&line["user_code"]));
    Browser::of(&user.localpart)
        .enter_code(&page, &code, true)
        .await
        .unwrap();
    let run = login.end();
    run.expect_exit(0);
    assert_eq!(run.lines()[0]["user_id"], json!(user.user_id));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_does_not_offer_is_said() {
    let url = Deployment::oauth().await.synapse.url();
    let app = App::new();
    let login = ["--json", "login", "--homeserver", url];
    app.run(&[&login[..], &["--sso"]].concat())
        .expect_error(1, "login.not_offered");
    let with_password = app.run(&[&login[..], &["--password", "--user", "alice"]].concat());
    with_password.expect_error(1, "login.password_not_offered");
    let both = app.run(&["login", "--oauth", "--device-code", "--homeserver", url]);
    both.expect_exit(2);
    assert!(!app.data_dir().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_is_approved_in_the_browser() {
    for deployment in [Deployment::oauth().await, Deployment::sso().await] {
        let (person, app) = person(deployment).await;
        let mut reset = Running::start(&app, &["reset", "--acknowledge"]);
        let key = reset.line();
        assert_eq!(key["status"], "key");
        let page = reset.page("authorise");
        assert_eq!(Browser::of(&person.user.localpart).allow(&page).await.unwrap(), None);
        let run = reset.end();
        run.expect_exit(0);
        let lines = run.lines();
        assert_eq!(lines.last().unwrap()["status"], "done");
        assert!(person.reads_history_with(&text(&key["recovery_key"])).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_approves_as_somebody_else_is_told() {
    let deployment = Deployment::sso().await;
    let (person, app) = person(deployment).await;
    let stranger = deployment.new_user();
    PlainSession::login(deployment.synapse.url(), &stranger, None)
        .await
        .unwrap();
    let mut reset = Running::start(&app, &["reset", "--acknowledge"]);
    reset.line();
    let page = reset.page("authorise");
    Browser::of(&stranger.localpart).allow(&page).await.unwrap();
    let told = reset.line();
    assert_eq!(told, json!({"status": "authorise", "url": page, "other_account": true}));
    Browser::of(&person.user.localpart).allow(&page).await.unwrap();
    reset.end().expect_exit(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_counts_after_the_process_was_killed() {
    let deployment = Deployment::oauth().await;
    let (person, app) = person(deployment).await;
    let mut reset = Running::start(&app, &["reset", "--acknowledge"]);
    let key = text(&reset.line()["recovery_key"]);
    let page = reset.page("authorise");
    reset.kill();
    Browser::of(&person.user.localpart).allow(&page).await.unwrap();
    let resumed = app.run(&["--json", "reset", "--resume", "--acknowledge"]);
    resumed.expect_exit(0);
    let lines = resumed.lines();
    let statuses: Vec<_> = lines.iter().map(|line| text(&line["status"])).collect();
    assert_eq!(statuses, ["key", "done"], "it is not asked for again");
    assert!(person.reads_history_with(&key).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_signed_out_after_a_look_at_the_browser() {
    let deployment = Deployment::sso().await;
    let (person, app) = person(deployment).await;
    let other = OtherClient::login(deployment.synapse.url(), &person.user)
        .await
        .unwrap();
    let id = other.plain().device_id;
    let mut sign_out = Running::start(&app, &["sessions", "sign-out", &id, "--yes"]);
    let page = sign_out.page("authorise");
    Browser::of(&person.user.localpart).allow(&page).await.unwrap();
    let run = sign_out.end();
    run.expect_exit(0);
    assert_eq!(run.lines()[0], json!({"signed_out": [id]}));
}

/// The address that is shown, which may be broken where a row of the terminal ends.
#[cfg(unix)]
fn address_on(shown: &str) -> String {
    let rows = shown.lines().map(str::trim).skip_while(|row| !row.starts_with("http"));
    rows.take_while(|row| !row.is_empty()).collect()
}

/// The server asks for a minute's pause at each question to `path`, and Enter asks at once all the same.
#[cfg(unix)]
async fn press_enter_in_pauses(screen: &mut Screen, proxy: &FaultProxy, path: &'static str) {
    let asked = |requests: &[RecordedRequest]| requests.iter().filter(|request| request.path.ends_with(path)).count();
    let before = asked(&proxy.requests());
    let limited = Rule::new(Fault::Status429 { retry_after_ms: 60_000 });
    proxy.arm(limited.on(move |_, asked| asked.ends_with(path)).for_ever());
    // The pauses alone would take longer than all of this may.
    let all = async {
        for number in 1..=4 {
            proxy.until(|requests| asked(requests) >= before + number).await;
            screen.press("\r");
        }
    };
    timeout(PATIENCE, all).await.expect("the server is asked at once");
    proxy.disarm();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_person_without_a_browser_here_scans_the_page_and_presses_enter() {
    let deployment = Deployment::oauth().await;
    let proxy = FaultProxy::start_before(deployment).unwrap();
    let person = Person::without_password(deployment, 3).await.unwrap();
    let app = logged_in(proxy.url(), &person.user).await;
    app.unlock(&person.old_key);
    let mut reset = Running::start(&app, &["reset", "--acknowledge"]);
    let key = text(&reset.line()["recovery_key"]);
    let page = reset.page("authorise");
    reset.kill();

    let no_browser = [("DISPLAY", ""), ("WAYLAND_DISPLAY", "")];
    let mut screen = Screen::open_with(&app, &["reset", "--resume"], &no_browser);
    screen.see("Type the key again");
    screen.press("saved\r");
    let shown = screen.see("Waiting for the browser; Enter looks now");
    assert_eq!(String::from_utf8(photographed(&shown)).unwrap(), page, "{shown}");
    assert_eq!(address_on(&shown), page, "both have room");
    press_enter_in_pauses(&mut screen, &proxy, "/device_signing/upload").await;
    Browser::of(&person.user.localpart).allow(&page).await.unwrap();
    screen.press("\r");
    screen.see("Sign out of some of them now?");
    screen.press("\r");
    screen.end_with(0);
    assert!(person.reads_history_with(&key).await);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn enter_looks_at_once_whether_a_sign_out_is_confirmed() {
    let deployment = Deployment::sso().await;
    let user = deployment.new_user();
    let proxy = FaultProxy::start(deployment.synapse.url()).unwrap();
    let app = logged_in(proxy.url(), &user).await;
    let other = OtherClient::login(deployment.synapse.url(), &user)
        .await
        .unwrap()
        .plain()
        .device_id;
    let mut screen = Screen::open(&app, &["sessions", "sign-out", &other, "--yes"]);
    let shown = screen.see("Waiting for the browser; Enter looks now");
    let page = address_on(&shown);
    press_enter_in_pauses(&mut screen, &proxy, "/delete_devices").await;
    Browser::of(&user.localpart).allow(&page).await.unwrap();
    screen.press("\r");
    screen.see("Signed out of 1 session.");
    screen.end_with(0);
}
