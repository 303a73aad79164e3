// SPDX-License-Identifier: Apache-2.0

//! Resets and sign-outs that a person authorises in a browser: approval on the account page (OAuth 2.0), and single sign-on.
//! The stand-in for the browser is another person's program: nothing tells Keyward when it is done.

use keyward::{
    account::Account,
    auth::{AuthError, Challenge},
    error::FlowError as _,
    flow::{NotDone, Status, drive},
    login::BrowserMethod,
    logout::UnsavedRoomKeys,
    reset::{
        Confirmation, Outcome, PendingReset, Reset, ResetCommand, ResetError, ResetFlow, ResetOptions, ResetState,
    },
    sessions::{SignOutError, SignOutLinks},
};
use keyward_testing::{
    browser::Browser,
    deployment::Deployment,
    person::Person,
    proxy::{Fault, FaultProxy, RecordedRequest, Rule},
    server_state::Allowed,
    user::PlainSession,
};
use reqwest::StatusCode;
use serde_json::json;
use tokio::time::timeout;

use crate::{
    common::{
        Keyward, LIMIT, assert_matches, assert_opens, assert_same, confirm_saved, key, password, start, state,
        until_key,
    },
    oauth::{Folder, OAUTH, SSO},
};

/// The end of the path that an identity is uploaded to.
const UPLOAD: &str = "/device_signing/upload";

/// A person with a history at a server without passwords, and Keyward, logged in through a proxy before it.
struct Scene {
    person: Person,
    proxy: FaultProxy,
    folder: Folder,
    account: Account,
}

impl Scene {
    async fn new(deployment: &Deployment, method: &BrowserMethod) -> Self {
        let person = Person::without_password(deployment, 3).await.expect("a person");
        Self::of(deployment, method, person).await
    }

    async fn of(deployment: &Deployment, method: &BrowserMethod, person: Person) -> Self {
        let proxy = match method {
            BrowserMethod::OAuth { .. } => FaultProxy::start_before(deployment),
            BrowserMethod::Sso { .. } => FaultProxy::start(deployment.synapse.url()),
        };
        let proxy = proxy.expect("a proxy");
        let folder = Folder::new(proxy.url()).await;
        let account = folder.log_in(method, &person.user.localpart).await;
        // So that it has the history, which the new backup gets.
        account
            .unlock(&key(&person.old_key))
            .await
            .expect("the old key unlocks");
        Self {
            person,
            proxy,
            folder,
            account,
        }
    }

    /// The same store in a new "process".
    async fn restart(self) -> Self {
        self.account.close().await.expect("closed");
        drop(self.account);
        let account = self.folder.restore().await.expect("the store opens");
        Self { account, ..self }
    }

    /// A reset whose person is at work in a browser, and the page there.
    async fn reset_in_browser(&self) -> (Reset, String) {
        let mut reset = start(&self.account).await;
        let page = page_of(&until_challenge(&mut reset).await);
        reset.authorise_in_browser().await.expect("there is a page");
        (reset, page)
    }

    /// The person says yes at a page.
    async fn approve(&self, page: &str) {
        let led_to = Browser::of(&self.person.user.localpart).allow(page).await;
        assert_eq!(led_to.expect("a page"), None);
    }

    /// The reset goes on to its end, after which the new key opens everything.
    async fn assert_ends(&self, reset: &mut Reset) {
        let outcome = done(reset).await;
        assert!(self.person.reads_history_with(outcome.recovery_key.reveal()).await);
    }

    /// How many uploads of an identity there were.
    fn uploads(&self) -> usize {
        count(&self.proxy.requests(), UPLOAD)
    }

    async fn until_uploads(&self, number: usize) {
        self.proxy.until(|requests| count(requests, UPLOAD) >= number).await;
    }
}

/// How many requests had this end.
fn count(requests: &[RecordedRequest], end: &str) -> usize {
    requests.iter().filter(|request| request.path.ends_with(end)).count()
}

/// Somebody else with an account there does what a page asks for.
async fn approve_as_a_stranger(deployment: &Deployment, page: &str) {
    let stranger = deployment.new_user();
    let login = PlainSession::login(deployment.synapse.url(), &stranger, None).await;
    login.expect("an account");
    Browser::of(&stranger.localpart).allow(page).await.expect("a page");
}

/// Both kinds of servers.
async fn both() -> [(&'static Deployment, BrowserMethod); 2] {
    [(Deployment::oauth().await, OAUTH), (Deployment::sso().await, SSO)]
}

/// Drives a reset until the server asks for an authorisation.
async fn until_challenge(reset: &mut Reset) -> Challenge {
    until_key(reset).await;
    confirm_saved(reset).await;
    challenge(reset).await
}

async fn challenge(reset: &mut Reset) -> Challenge {
    match reset.advance().await.expect("a challenge") {
        ResetState::Authorise { challenge } => challenge,
        other => panic!("{other:?}"),
    }
}

fn page_of(challenge: &Challenge) -> String {
    let pages = challenge.pages();
    assert_eq!(pages.len(), 1, "{challenge:?}");
    pages[0].page.clone()
}

async fn done(reset: &mut Reset) -> Outcome {
    match reset.advance().await.expect("the new identity is accepted") {
        ResetState::Done(outcome) => outcome,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_that_a_person_approves_in_a_browser() {
    for (deployment, method) in both().await {
        let scene = Scene::new(deployment, &method).await;
        let mut reset = start(&scene.account).await;
        let challenge = until_challenge(&mut reset).await;
        assert!(!challenge.answerable_by_password());
        let before = scene.uploads();
        reset.authorise_in_browser().await.expect("there is a page");
        // The person takes some time, in which the server is asked again.
        tokio::join!(scene.assert_ends(&mut reset), async {
            scene.until_uploads(before + 2).await;
            scene.approve(&page_of(&challenge)).await;
        });
        assert_eq!(scene.account.pending_reset().await.expect("known"), None);
        let status = scene.account.status().await.expect("a status");
        assert!(status.verified, "{status:?}");
    }
}

/// The person taps the button once more, just when the server has accepted.
#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_comes_after_the_commit_does_not_stop_the_reset() {
    let scene = Scene::new(Deployment::oauth().await, &OAUTH).await;
    let plan = scene.account.plan_reset().await.expect("a plan");
    let flow = ResetFlow::start(&scene.account, plan, ResetOptions::default());
    let (driver, work) = drive(Status::Working(None), |_| flow);
    let work = tokio::spawn(work);
    let mut statuses = driver.statuses();
    let is_asked = |status: &Status<ResetFlow>| matches!(status, Status::At(ResetState::SaveKey { .. }));
    statuses.wait_for(is_asked).await.expect("the key");
    let saved = ResetCommand::ConfirmSaved(Confirmation::Acknowledged);
    driver.command(saved).await.expect("confirmed");
    let is_asked = |status: &Status<ResetFlow>| matches!(status, Status::At(ResetState::Authorise { .. }));
    let page = match &*statuses.wait_for(is_asked).await.expect("the challenge") {
        Status::At(ResetState::Authorise { challenge }) => page_of(challenge),
        _ => unreachable!("it was waited for"),
    };
    driver
        .command(ResetCommand::AuthoriseInBrowser)
        .await
        .expect("there is a page");
    // The first write after the commit.
    let default_key = |method: &str, path: &str| method == "PUT" && path.ends_with("/m.secret_storage.default_key");
    scene.proxy.arm(Rule::new(Fault::HoldBefore).on(default_key));
    scene.approve(&page).await;
    scene.proxy.held().await;
    let late = driver.command(ResetCommand::AuthoriseInBrowser).await;
    assert_matches!(late, Err(NotDone::Failed(ResetError::OutOfOrder)));
    scene.proxy.release();
    let is_done = |status: &Status<ResetFlow>| matches!(status, Status::At(ResetState::Done(_)));
    let done = timeout(LIMIT, statuses.wait_for(is_done)).await;
    done.expect("it goes on").expect("to its end");
    work.await.expect("the driver ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_set_up_needs_no_browser() {
    for (deployment, method) in both().await {
        let user = deployment.new_user();
        let folder = Folder::new(deployment.synapse.url()).await;
        let account = folder.log_in(&method, &user.localpart).await;
        let mut reset = start(&account).await;
        until_key(&mut reset).await;
        confirm_saved(&mut reset).await;
        let outcome = done(&mut reset).await;
        assert_opens(&user, outcome.recovery_key.reveal()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_is_left_alone_changes_nothing() {
    for (deployment, method) in both().await {
        let scene = Scene::new(deployment, &method).await;
        let before = state(&scene.person).await;
        let mut reset = start(&scene.account).await;
        assert_matches!(reset.authorise_in_browser().await, Err(ResetError::OutOfOrder));
        until_challenge(&mut reset).await;
        reset.authorise_in_browser().await.expect("there is a page");
        let uploads = scene.uploads();
        tokio::select! {
            state = reset.advance() => panic!("{state:?}"),
            () = scene.until_uploads(uploads + 3) => {}
        }
        assert_same(&before, &state(&scene.person).await, Allowed::StagedAdditions);
        reset.cancel().await.expect("cancelled");
        assert_same(&before, &state(&scene.person).await, Allowed::Leftovers);
        assert!(scene.person.reads_history_with(&scene.person.old_key).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_approval_is_none() {
    for (deployment, method) in both().await {
        let scene = Scene::new(deployment, &method).await;
        let (mut reset, page) = scene.reset_in_browser().await;
        approve_as_a_stranger(deployment, &page).await;
        let page = match method {
            // The homeserver knows of whom it was asked, and says so.
            BrowserMethod::Sso { .. } => {
                let told = challenge(&mut reset).await;
                assert!(told.other_account);
                page_of(&told)
            }
            // The account page approves for whoever is logged in there.
            BrowserMethod::OAuth { .. } => {
                let uploads = scene.uploads();
                tokio::select! {
                    state = reset.advance() => panic!("{state:?}"),
                    () = scene.until_uploads(uploads + 2) => {}
                }
                page
            }
        };
        scene.approve(&page).await;
        scene.assert_ends(&mut reset).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_in_the_browser_counts_after_a_restart() {
    for (deployment, method) in both().await {
        let scene = Scene::new(deployment, &method).await;
        let (reset, page) = scene.reset_in_browser().await;
        drop(reset);
        let scene = scene.restart().await;
        scene.approve(&page).await;
        assert_eq!(
            scene.account.pending_reset().await.expect("known"),
            Some(PendingReset::Staged)
        );
        let uploads = scene.uploads();
        let mut reset = scene.account.resume_reset(None).await.expect("resumed");
        scene.assert_ends(&mut reset).await;
        assert_eq!(scene.uploads(), uploads + 1, "it is not asked for again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_in_the_browser_counts_after_a_restart_of_the_server() {
    let oauth = Deployment::start_oauth().await.expect("a homeserver");
    let sso = Deployment::start_sso().await.expect("a homeserver");
    for (mut deployment, method) in [(oauth, OAUTH), (sso, SSO)] {
        for is_approved_before in [true, false] {
            let scene = Scene::new(&deployment, &method).await;
            let (mut reset, page) = scene.reset_in_browser().await;
            if is_approved_before {
                scene.approve(&page).await;
            }
            deployment = deployment.restart_homeserver().await.expect("it starts again");
            if !is_approved_before {
                scene.approve(&page).await;
            }
            let uploads = scene.uploads();
            scene.assert_ends(&mut reset).await;
            assert_eq!(scene.uploads(), uploads + 1, "it is not asked for again");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_that_has_lapsed_is_asked_for_again() {
    let scene = Scene::new(Deployment::oauth().await, &OAUTH).await;
    let mut reset = start(&scene.account).await;
    scene.approve(&page_of(&until_challenge(&mut reset).await)).await;
    Deployment::oauth()
        .await
        .expire_approval(&scene.person.user)
        .expect("ten minutes have passed");
    let again = challenge(&mut reset).await;
    reset.authorise_in_browser().await.expect("there is a page");
    scene.approve(&page_of(&again)).await;
    scene.assert_ends(&mut reset).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_wanted_after_the_browser_is_asked_for() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let mut reset = start(&keyward.account).await;
    for (number, completed) in [(1, json!([])), (2, json!(["m.login.sso"]))] {
        let flows = json!([{"stages": ["m.login.sso", "m.login.password"]}]);
        let asked = json!({"flows": flows, "params": {}, "session": "abc", "completed": completed});
        let asked = Rule::new(Fault::Reply(StatusCode::UNAUTHORIZED, asked));
        proxy.arm(asked.on(|_, path| path.ends_with(UPLOAD)).number(number));
    }
    let first = until_challenge(&mut reset).await;
    assert!(!first.answerable_by_password());
    reset.authorise_in_browser().await.expect("there is a page");
    let rest = challenge(&mut reset).await;
    assert!(rest.answerable_by_password() && rest.pages().is_empty(), "{rest:?}");
    reset.authorise(&password(&person.user)).await.expect("accepted");
    done(&mut reset).await;
}

/// What a person has approved is one more identity, whichever it is.
#[tokio::test(flavor = "multi_thread")]
async fn an_approval_never_replaces_another_clients_new_identity() {
    for (deployment, method) in both().await {
        let scene = Scene::new(deployment, &method).await;
        let (mut reset, page) = scene.reset_in_browser().await;
        let others_key = scene.person.phone.reset_identity().await.expect("the phone resets");
        let before = state(&scene.person).await;
        // The person goes on in the browser for the first reset, too.
        scene.approve(&page).await;
        let superseded = reset.advance().await.expect_err("the phone was faster");
        assert_matches!(superseded, ResetError::Superseded);
        let after = state(&scene.person).await;
        assert_same(&before, &after, Allowed::Nothing);
        reset.cancel().await.expect("cancelled");
        assert_opens(&scene.person.user, &others_key).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_fails_does_not_end_the_wait() {
    for (deployment, method) in both().await {
        let scene = Scene::new(deployment, &method).await;
        let (mut reset, page) = scene.reset_in_browser().await;
        let uploads = scene.uploads();
        let faults = [
            Fault::CutBefore,
            Fault::Status500,
            Fault::Status429 { retry_after_ms: 10 },
            Fault::CutAfter,
        ];
        let count = faults.len();
        for (number, fault) in faults.into_iter().enumerate() {
            let rule = Rule::new(fault).on(|_, path| path.ends_with(UPLOAD));
            scene.proxy.arm(rule.number(number + 1));
        }
        tokio::join!(scene.assert_ends(&mut reset), async {
            scene.until_uploads(uploads + count + 1).await;
            scene.approve(&page).await;
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_expires_meanwhile_is_no_harm() {
    let deployment = Deployment::oauth().await;
    let person = Person::without_password(deployment, 3).await.expect("a person");
    let lives = deployment.auth.set_token_lifetime(&person.user.localpart, 2).await;
    lives.expect("short-lived tokens");
    let scene = Scene::of(deployment, &OAUTH, person).await;
    deployment
        .auth
        .set_token_lifetime(&scene.person.user.localpart, 3600)
        .await
        .expect("others live longer");
    let (mut reset, page) = scene.reset_in_browser().await;
    tokio::join!(scene.assert_ends(&mut reset), async {
        scene
            .proxy
            .until(|requests| count(requests, "/oauth2/token") >= 2)
            .await;
        scene.approve(&page).await;
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_signed_out_through_a_provider() {
    let deployment = Deployment::sso().await;
    let scene = Scene::new(deployment, &SSO).await;
    let other = PlainSession::login(deployment.synapse.url(), &scene.person.user, Some("Old phone")).await;
    let other = other.expect("another session");
    let ids = vec![other.device_id.clone(), scene.person.observer.device_id.clone()];
    let mut sign_out = scene.account.sign_out(&ids).expect("a selection");
    let challenge = sign_out.begin().await.expect("asked").expect("a challenge");
    let password = sign_out.authorise(&keyward::secret::Password::new("none")).await;
    let Err(SignOutError::Auth(AuthError::BrowserNeeded { pages })) = &password else {
        panic!("{password:?}")
    };
    assert_eq!(pages[0].page, page_of(&challenge));
    approve_as_a_stranger(deployment, &page_of(&challenge)).await;
    let told = sign_out
        .authorise_in_browser()
        .await
        .expect("asked")
        .expect("the wrong account");
    assert!(told.other_account);
    let asked = count(&scene.proxy.requests(), "/delete_devices");
    let (signed_out, ()) = tokio::join!(sign_out.authorise_in_browser(), async {
        scene
            .proxy
            .until(|requests| count(requests, "/delete_devices") >= asked + 2)
            .await;
        scene.approve(&page_of(&told)).await;
    });
    assert_eq!(signed_out, Ok(None));
    let list = scene.account.sessions().await.expect("a list");
    assert!(
        list.others.iter().all(|session| !ids.contains(&session.device_id)),
        "{list:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_signed_out_on_the_account_page_one_after_the_other() {
    let deployment = Deployment::oauth().await;
    let scene = Scene::new(deployment, &OAUTH).await;
    let other = PlainSession::login(deployment.synapse.url(), &scene.person.user, Some("Old phone")).await;
    let ids = vec![
        other.expect("another session").device_id,
        scene.person.observer.device_id.clone(),
    ];
    let mut sign_out = scene.account.sign_out(&ids).expect("a selection");
    let Err(SignOutError::AccountManagement(management)) = sign_out.begin().await else {
        panic!("there is no other way")
    };
    let list = scene.account.sessions().await.expect("a list");
    let mut links = SignOutLinks::new(&management, &list, &ids);
    // What the live list shows is what counts, not that a link was opened.
    let mut watch = scene.account.watch_sessions();
    watch.next().await.expect("the sessions");
    links.update(&scene.account.sessions().await.expect("a list"));
    assert_eq!(links.progress(), (0, 2));
    while let Some(link) = links.next().cloned() {
        let (done, _) = links.progress();
        scene.approve(&link.url).await;
        while links.progress().0 == done {
            let update = watch.next().await.expect("the live list goes on");
            links.update(&update.list);
        }
    }
    assert!(links.is_done());
    let left = deployment
        .auth
        .sessions(&scene.person.user.localpart)
        .await
        .expect("known");
    assert!(ids.iter().all(|id| !left.contains(id)), "{left:?}");
    // This one signs itself out.
    scene
        .account
        .log_out(UnsavedRoomKeys::Discard)
        .await
        .expect("signed out");
    let left = deployment
        .auth
        .sessions(&scene.person.user.localpart)
        .await
        .expect("known");
    assert!(!left.contains(&scene.account.device_id().to_owned()), "{left:?}");
}

/// A reset with a wish that only a reset has, so that nothing of the options is lost on this way.
#[tokio::test(flavor = "multi_thread")]
async fn a_compromised_account_is_reset_with_an_approval() {
    let scene = Scene::new(Deployment::oauth().await, &OAUTH).await;
    let plan = scene.account.plan_reset().await.expect("a plan");
    let options = ResetOptions {
        compromised: true,
        ..ResetOptions::default()
    };
    let mut reset = scene.account.start_reset(&plan, options).await.expect("a reset");
    scene.approve(&page_of(&until_challenge(&mut reset).await)).await;
    done(&mut reset).await;
    let old = scene.account.unlock(&key(&scene.person.old_key)).await;
    assert!(old.is_err_and(|error| error.code() == "secret_storage.wrong_key"));
}
