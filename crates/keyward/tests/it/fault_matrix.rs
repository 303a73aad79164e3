// SPDX-License-Identifier: Apache-2.0

//! Every request of a whole reset, and of the cancel of a staged one, times every way in which a network or a server can
//! fail it, once and for good. After each, the same store is opened again and the reset resumed or cancelled, and the
//! oracle finds I1 to I4 (design: reset protocol).
//! Killed processes are `crates/keyward-cli/tests/it/kill_matrix.rs`'s.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
    time::Instant,
};

use crate::{
    after_care::with_a_verified_contact,
    common::{Keyward, Person, key, new_user, password, plain, proxy, start, until_key},
    oauth::{Folder, OAUTH, SSO},
};
use anyhow::{Context as _, Result, bail, ensure};
use keyward::{
    account::Account,
    auth::AuthError,
    error::FlowError as _,
    logout::UnsavedRoomKeys,
    reset::{Confirmation, Outcome, PendingReset, Reset, ResetError, ResetOptions, ResetState},
};
use keyward_testing::{
    browser::Browser,
    deployment::Deployment,
    oracle::{Backups, Oracle},
    part::{MANY_ROWS, part},
    proxy::{Fault, FaultProxy, NumberedRequest, RecordedRequest, Rule},
    user::{LogsIn, User},
};
use reqwest::StatusCode;
use serde_json::json;
use tempfile::TempDir;

/// Cells that run at the same time: most of a cell's time is waiting between attempts.
pub(crate) const WORKERS: usize = 6;
/// With fewer cells one run in some hundreds would have no cancel among them.
const FEW_CELLS: usize = 80;

/// Of the cells of a request, how many a run that is not whole goes through; of a long matrix they are of every other request.
pub(crate) fn of_each(requests: &[NumberedRequest]) -> usize {
    if requests.len() < MANY_ROWS { 2 } else { 1 }
}

#[derive(Clone, Debug)]
pub(crate) struct Cell {
    request: NumberedRequest,
    fault: Fault,
    /// Every later request of the kind fails too, so that trying again does not help.
    for_good: bool,
    /// What a person does about a reset that was interrupted before the commit.
    pub(crate) cancel: bool,
}

impl Cell {
    pub(crate) fn rule(&self) -> Rule {
        let rule = self.request.rule(self.fault.clone());
        if self.for_good { rule.for_ever() } else { rule }
    }

    /// One whose request waits on its way until another one is told to deliver it.
    pub(crate) fn late(request: &NumberedRequest) -> Self {
        Self {
            request: request.clone(),
            fault: Fault::Late,
            for_good: false,
            cancel: true,
        }
    }

    /// The same, and all of its kind that follow wait as well: trying again does not help.
    pub(crate) fn late_for_good(request: &NumberedRequest) -> Self {
        Self {
            for_good: true,
            ..Self::late(request)
        }
    }

    pub(crate) fn is_late(&self) -> bool {
        matches!(self.fault, Fault::Late)
    }

    /// Those in which the call is dropped at the request, before and after the server has acted. That is what the end of a
    /// process is to it.
    pub(crate) fn dropped(request: &NumberedRequest) -> [Self; 2] {
        [Fault::HoldBefore, Fault::HoldAfter].map(|fault| Self {
            fault,
            ..Self::late(request)
        })
    }
}

/// Whose account is reset.
pub(crate) enum Who {
    /// Somebody with an identity, a readable backup and a history.
    Established(Box<Person>),
    /// Somebody who never had cross-signing; another one for each cell.
    New,
}

/// What is done under faults.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// A reset, of somebody who has an identity.
    Reset,
    /// A reset of somebody who never had one.
    FirstSetUp,
    /// A reset that a person approves on the account page (OAuth 2.0). Only what a reset with a password does not request.
    ApprovedReset,
    /// A reset that a person authorises by single sign-on. Only what a reset with a password does not request.
    SsoReset,
    /// A reset of an account with a long past that may be in other hands. Only what a reset alone does not request.
    CompromisedReset,
    /// A reset of somebody who has verified one of the people that they write to. Only where people are asked for.
    ResetWithContacts,
    /// The cancel of a staged reset.
    Cancel,
}

impl Deed {
    fn options(self) -> ResetOptions {
        ResetOptions {
            compromised: self == Self::CompromisedReset,
            ..ResetOptions::default()
        }
    }

    /// Somebody to do it to, and the key that opens their secret storage.
    pub(crate) async fn somebody(self) -> (Who, Option<String>) {
        let person = match self {
            Self::FirstSetUp => return (Who::New, None),
            Self::CompromisedReset => Person::with_a_long_past().await,
            Self::ResetWithContacts => with_a_verified_contact().await.0,
            Self::ApprovedReset => without_password(Deployment::oauth().await).await,
            Self::SsoReset => without_password(Deployment::sso().await).await,
            Self::Reset | Self::Cancel => Person::with_history().await,
        };
        let key = person.old_key.clone();
        (Who::Established(Box::new(person)), Some(key))
    }
}

async fn without_password(deployment: &Deployment) -> Person {
    let person = Person::without_password(deployment, 3).await;
    person.expect("a person with a history")
}

/// The account before a cell, and who watches.
pub(crate) struct Scene {
    user: User,
    pub(crate) keyward: Keyward,
    proxy: FaultProxy,
    oracle: Oracle,
    told: Told,
}

impl Who {
    async fn set_the_scene(&self, old_key: Option<&str>) -> Scene {
        self.set_the_scene_in(tempfile::tempdir().expect("a folder"), old_key)
            .await
    }

    /// A proxy before this person's servers.
    async fn proxy(&self) -> FaultProxy {
        let logs_in = match self {
            Self::Established(person) => person.user.logs_in,
            Self::New => LogsIn::WithPassword,
        };
        let before = match logs_in {
            LogsIn::WithPassword => return proxy().await,
            LogsIn::WithOAuth => FaultProxy::start_before(Deployment::oauth().await),
            LogsIn::WithSso => FaultProxy::start(Deployment::sso().await.synapse.url()),
        };
        before.expect("a proxy")
    }

    /// The same with the store in `dir`.
    pub(crate) async fn set_the_scene_in(&self, dir: TempDir, old_key: Option<&str>) -> Scene {
        let proxy = self.proxy().await;
        let (user, observer) = match self {
            Self::Established(person) => (person.user.clone(), person.observer.clone()),
            Self::New => {
                let user = new_user().await;
                let observer = plain(&user, None).await;
                (user, observer)
            }
        };
        let keyward = match user.logs_in {
            LogsIn::WithPassword => Keyward::login_in(dir, proxy.url(), &user).await,
            LogsIn::WithOAuth => {
                Folder::of(dir, proxy.url())
                    .await
                    .keyward(&OAUTH, &user.localpart)
                    .await
            }
            LogsIn::WithSso => Folder::of(dir, proxy.url()).await.keyward(&SSO, &user.localpart).await,
        };
        if let Some(old_key) = old_key {
            let unlocked = keyward.account.unlock(&key(old_key)).await;
            assert!(unlocked.expect("unlocked").key_backup);
        }
        let device_id = keyward.account.device_id().to_owned();
        let (key, dir) = keyward.close().await;
        let oracle = Oracle::new(observer, &device_id, dir.path(), *key.reveal()).await;
        let mut oracle = oracle.expect("a first look");
        if let (Self::Established(person), Some(old_key)) = (self, old_key) {
            let room_keys = person.history.iter().map(|message| message.room_key());
            oracle = oracle.with_old_key(old_key).expect("the old key opens");
            oracle = oracle.with_room_keys(room_keys);
        }
        let account = Account::restore(dir.path(), &key).await.expect("restored");
        proxy.reset();
        Scene {
            user,
            keyward: Keyward { account, key, dir },
            proxy,
            oracle,
            told: Told::default(),
        }
    }
}

/// A whole reset; notes the key as soon as the person is shown it, and in the end what they are told.
async fn whole_reset(
    account: &Account,
    user: &User,
    options: ResetOptions,
    proxy: &FaultProxy,
    shown: &mut Option<String>,
    told: &mut Told,
) -> Result<Outcome, ResetError> {
    let plan = account.plan_reset().await?;
    let mut reset = account.start_reset(&plan, options).await?;
    let outcome = drive(&mut reset, user, proxy, shown).await;
    *told = match &outcome {
        _ if reset.is_committed() => Told::InForce,
        // The terminal app looks how it stands, then.
        Err(ResetError::Request(_) | ResetError::Auth(AuthError::Request(_))) => Told::Nothing,
        Err(error) if error.remedy().passes_by_itself() => Told::Nothing,
        _ => Told::NothingReplaced,
    };
    outcome
}

/// What a person is told of a reset that stopped. Where trying again may help the terminal app looks first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Told {
    #[default]
    Nothing,
    NothingReplaced,
    InForce,
}

impl Told {
    fn in_force(self) -> Option<bool> {
        match self {
            Self::Nothing => None,
            Self::NothingReplaced => Some(false),
            Self::InForce => Some(true),
        }
    }
}

/// How many requests fail before a person who is at work in a browser gives up.
const FAILURES: usize = 8;

/// A person who is at work in a browser: Keyward asks the server once before they are done, and again after that. Where all
/// fails they give up, and the reset is interrupted.
async fn in_the_browser(
    reset: &mut Reset,
    user: &User,
    proxy: &FaultProxy,
    page: &str,
) -> Result<ResetState, ResetError> {
    let count = |requests: &[RecordedRequest], is_one: fn(&RecordedRequest) -> bool| {
        requests.iter().filter(|request| is_one(request)).count()
    };
    let uploads = |requests: &[RecordedRequest]| count(requests, |it| it.path.ends_with("/device_signing/upload"));
    let failures = |requests: &[RecordedRequest]| count(requests, |it| it.fault.is_some());
    reset.authorise_in_browser().await?;
    let before = proxy.requests();
    let gives_up = |requests: &[RecordedRequest]| failures(requests) >= failures(&before) + FAILURES;
    let was_asked = |requests: &[RecordedRequest]| uploads(requests) > uploads(&before) || gives_up(requests);
    tokio::select! {
        state = reset.advance() => return state,
        () = proxy.until(was_asked) => {}
    }
    Browser::of(&user.localpart).allow(page).await.expect("a page");
    tokio::select! {
        state = reset.advance() => state,
        () = proxy.until(gives_up) => Err(AuthError::NotApproved.into()),
    }
}

async fn drive(
    reset: &mut Reset,
    user: &User,
    proxy: &FaultProxy,
    shown: &mut Option<String>,
) -> Result<Outcome, ResetError> {
    let mut state = reset.advance().await?;
    loop {
        state = match state {
            ResetState::SaveKey { recovery_key } => {
                *shown = Some(recovery_key.reveal().to_owned());
                reset.confirm_saved(&Confirmation::Acknowledged).await?;
                reset.advance().await?
            }
            ResetState::Authorise { challenge } => match challenge.pages().first() {
                Some(stage) => in_the_browser(reset, user, proxy, &stage.page).await?,
                None => {
                    reset.authorise(&password(user)).await?;
                    reset.advance().await?
                }
            },
            ResetState::HandOver { .. } => unreachable!("this session was logged in here"),
            ResetState::Done(outcome) => return Ok(outcome),
        }
    }
}

/// The requests of `deed` without faults, each once.
async fn requests_of(deed: Deed, who: &Who, old_key: Option<&str>) -> Vec<NumberedRequest> {
    let Scene {
        user,
        keyward,
        proxy,
        oracle,
        ..
    } = who.set_the_scene(old_key).await;
    let mut shown = None;
    if deed == Deed::Cancel {
        let mut reset = start(&keyward.account).await;
        until_key(&mut reset).await;
        proxy.reset();
        reset.cancel().await.expect("a cancel without faults");
    } else {
        let (account, options) = (&keyward.account, deed.options());
        let told = &mut Told::default();
        let done = whole_reset(account, &user, options, &proxy, &mut shown, told).await;
        done.expect("a reset without faults");
    }
    let requests = proxy.numbered_requests();
    let whole = end(deed, keyward, &oracle, shown.as_deref()).await;
    whole.expect("without faults it is whole");
    requests
}

/// Closes the store, lets the oracle judge a finished reset, and signs the session out.
async fn end(deed: Deed, keyward: Keyward, oracle: &Oracle, done_with: Option<&str>) -> Result<()> {
    let (key, dir) = keyward.close().await;
    match done_with {
        Some(key) => oracle.assert_done(key).await?,
        None => oracle.assert_cancelled().await?,
    }
    if deed == Deed::CompromisedReset && done_with.is_some() {
        oracle.assert_no_trace_of_the_old().await?;
    }
    let account = Account::restore(dir.path(), &key).await?;
    ensure!(account.pending_reset().await?.is_none(), "I3: a journal is left");
    if deed == Deed::ResetWithContacts {
        let care = account.after_care().await?;
        let is_named = care.contacts.len() == 1 || care.contacts_unknown;
        ensure!(
            is_named == done_with.is_some(),
            "a contact is forgotten, or verified still: {care:?}"
        );
    }
    Ok(account.log_out(UnsavedRoomKeys::Discard).await?)
}

/// Closes the store, lets the oracle judge what a fault has left, and opens the store as a new process would.
async fn open_again(keyward: Keyward, oracle: &Oracle, shown: Option<&str>, told: Told) -> Result<Keyward> {
    let (key, dir) = keyward.close().await;
    oracle.assert_safe_as_told(shown, told.in_force()).await?;
    let account = Account::restore(dir.path(), &key).await?;
    Ok(Keyward { account, key, dir })
}

/// Runs one cell of a reset. Returns what happened in a word, and the key that opens the account now.
async fn run(deed: Deed, who: &Who, old_key: Option<&str>, cell: &Cell) -> Result<(&'static str, Option<String>)> {
    let mut scene = who.set_the_scene(old_key).await;
    scene.proxy.arm(cell.rule());
    let (result, shown) = scene.reset(deed).await;
    scene.proxy.disarm();
    scene.aftermath(deed, result, shown, old_key, cell.cancel).await
}

impl Scene {
    /// A reset under whatever trouble there is. Returns the key that the person was shown, too.
    pub(crate) async fn reset(&mut self, deed: Deed) -> (Result<Outcome, ResetError>, Option<String>) {
        let (account, proxy, mut shown) = (&self.keyward.account, &self.proxy, None);
        let result = whole_reset(account, &self.user, deed.options(), proxy, &mut shown, &mut self.told).await;
        (result, shown)
    }

    /// The trouble is over. What did it leave? A reset that was interrupted before the commit is cancelled or resumed.
    /// Returns what happened in a word, and the key that opens the account now.
    pub(crate) async fn aftermath(
        self,
        deed: Deed,
        result: Result<Outcome, ResetError>,
        mut shown: Option<String>,
        old_key: Option<&str>,
        cancel: bool,
    ) -> Result<(&'static str, Option<String>)> {
        let Self {
            user,
            keyward,
            proxy,
            oracle,
            told,
        } = self;
        if let Ok(outcome) = &result {
            let key = outcome.recovery_key.reveal().to_owned();
            end(deed, keyward, &oracle, Some(&key)).await?;
            return Ok(("went through", Some(key)));
        }

        let interrupted = || format!("interrupted by {result:?}");
        let keyward = open_again(keyward, &oracle, shown.as_deref(), told).await;
        let keyward = keyward.with_context(interrupted)?;
        let pending = keyward.account.pending_reset().await.with_context(interrupted)?;
        if pending == Some(PendingReset::Committed) {
            let cancelled = keyward.account.cancel_reset().await;
            ensure!(
                matches!(cancelled, Err(ResetError::AlreadyCommitted)),
                "a committed reset was cancelled"
            );
        }
        match pending {
            Some(PendingReset::Staged) if cancel => {
                keyward.account.cancel_reset().await.with_context(interrupted)?;
                end(deed, keyward, &oracle, None).await?;
                Ok(("cancelled", old_key.map(str::to_owned)))
            }
            None => {
                end(deed, keyward, &oracle, None).await?;
                Ok(("never began", old_key.map(str::to_owned)))
            }
            Some(_) => {
                let mut reset = keyward.account.resume_reset(None).await.with_context(interrupted)?;
                let outcome = drive(&mut reset, &user, &proxy, &mut shown).await;
                let outcome = outcome.with_context(interrupted)?;
                drop(reset);
                let key = outcome.recovery_key.reveal().to_owned();
                end(deed, keyward, &oracle, Some(&key)).await?;
                Ok(("resumed", Some(key)))
            }
        }
    }
}

/// Runs one cell of a cancel: whatever became of it, cancelling again ends with the account as it was.
async fn run_cancel(who: &Who, old_key: Option<&str>, cell: &Cell) -> Result<&'static str> {
    let Scene {
        keyward, proxy, oracle, ..
    } = who.set_the_scene(old_key).await;
    let mut reset = start(&keyward.account).await;
    let shown = until_key(&mut reset).await;
    proxy.reset();
    proxy.arm(cell.rule());
    let result = reset.cancel().await;
    proxy.disarm();

    let interrupted = || format!("interrupted by {result:?}");
    let keyward = open_again(keyward, &oracle, Some(shown.reveal()), Told::Nothing).await;
    let keyward = keyward.with_context(interrupted)?;
    let ending = match keyward.account.pending_reset().await.with_context(interrupted)? {
        Some(PendingReset::Committed | PendingReset::HandingOver) => {
            bail!("a reset without authorisation is committed")
        }
        Some(PendingReset::Staged) => {
            keyward.account.cancel_reset().await.with_context(interrupted)?;
            "cancelled again"
        }
        None => "cancelled",
    };
    end(Deed::Cancel, keyward, &oracle, None).await?;
    Ok(ending)
}

/// A row for each request. `more`: what else fails for good.
pub(crate) fn cells(requests: &[NumberedRequest], more: &[Fault]) -> Vec<Vec<Cell>> {
    let once = [
        Fault::CutBefore,
        Fault::CutAfter,
        Fault::Status500,
        Fault::Status429 { retry_after_ms: 20 },
    ];
    let nonsense = Fault::Reply(StatusCode::OK, json!({"nonsense": true}));
    // Something on the way does not know the path.
    let nowhere = json!({"errcode": "M_UNRECOGNIZED", "error": "no such path"});
    let nowhere = Fault::Reply(StatusCode::NOT_FOUND, nowhere);
    let for_good = once
        .iter()
        .cloned()
        .chain([Fault::Garbage, nonsense, nowhere])
        .chain(more.iter().cloned());
    let for_good = for_good.map(|fault| (fault, true));
    let kinds: Vec<_> = once
        .iter()
        .cloned()
        .map(|fault| (fault, false))
        .chain(for_good)
        .collect();
    let row = |(row, request): (usize, &NumberedRequest)| {
        let cell = |(column, (fault, for_good)): (usize, &(Fault, bool))| Cell {
            request: request.clone(),
            fault: fault.clone(),
            for_good: *for_good,
            // Neighbours differ, so that each fault and each request is followed by both.
            cancel: (row + column) % 2 == 0,
        };
        kinds.iter().enumerate().map(cell).collect()
    };
    requests.iter().enumerate().map(row).collect()
}

/// The cells of this run's part, for workers that run side by side, and what came of them.
#[derive(Clone)]
pub(crate) struct Cells {
    name: &'static str,
    start: Instant,
    count: usize,
    queue: Arc<Mutex<VecDeque<Cell>>>,
    endings: Arc<Mutex<BTreeMap<&'static str, usize>>>,
    failures: Arc<Mutex<Vec<String>>>,
}

impl Cells {
    pub(crate) fn of(name: &'static str, rows: Vec<Vec<Cell>>, of_each_request: usize) -> Self {
        let cells = VecDeque::from(part(name, rows, of_each_request));
        Self {
            name,
            start: Instant::now(),
            count: cells.len(),
            queue: Arc::new(Mutex::new(cells)),
            endings: Arc::default(),
            failures: Arc::default(),
        }
    }

    pub(crate) fn next(&self) -> Option<Cell> {
        self.queue.lock().expect("a queue").pop_front()
    }

    /// Notes how a cell ended. `None`: badly.
    pub(crate) fn ended<T>(&self, cell: &Cell, ended: Result<(&'static str, T)>) -> Option<T> {
        match ended {
            Ok((ending, rest)) => {
                *self.endings.lock().expect("a report").entry(ending).or_default() += 1;
                Some(rest)
            }
            Err(error) => {
                let failure = format!("{cell:?}: {error:#}");
                self.failures.lock().expect("a report").push(failure);
                None
            }
        }
    }

    /// Prints what the closing report needs. Every cell has ended well, and each of these endings was among them.
    pub(crate) fn assert_all_held(&self, requests: usize, expected: &[&str]) {
        let (endings, failures) = (
            self.endings.lock().expect("a report"),
            self.failures.lock().expect("a report"),
        );
        println!(
            "{}: {requests} requests, {} cells in {:.0?}: {endings:?}",
            self.name,
            self.count,
            self.start.elapsed()
        );
        assert!(
            failures.is_empty(),
            "{} of {} cells failed:\n{}",
            failures.len(),
            self.count,
            failures.join("\n")
        );
        assert_eq!(endings.values().sum::<usize>(), self.count);
        // Among few single cells of the requests, those that are cancelled may be missing by chance.
        let may_be_missing = |ending: &str| ending == "cancelled" && self.count < FEW_CELLS.min(2 * requests);
        assert!(
            expected
                .iter()
                .all(|ending| endings.contains_key(ending) || may_be_missing(ending)),
            "{endings:?}"
        );
    }
}

/// Runs the cells of this run's part and prints what the closing report needs.
async fn matrix(name: &'static str, deed: Deed) {
    let (who, old_key) = deed.somebody().await;
    let mut requests = requests_of(deed, &who, old_key.as_deref()).await;
    if deed == Deed::CompromisedReset {
        let (who, old_key) = Deed::Reset.somebody().await;
        let ordinary = requests_of(Deed::Reset, &who, old_key.as_deref()).await;
        requests.retain(|request| !ordinary.contains(request));
    }
    if deed == Deed::ResetWithContacts {
        requests.retain(|request| request.path.ends_with("/keys/query"));
    }
    if matches!(deed, Deed::ApprovedReset | Deed::SsoReset) {
        // Its first and last requests are those of a reset with a password. What is its own: each question to the server
        // while a person is at work in a browser, with the looks before it.
        let is_asked = |request: &NumberedRequest| {
            let asks = ["/device_signing/upload", "/keys/query", "/oauth2/token"];
            asks.iter().any(|end| request.path.ends_with(end))
                || request.path.contains("/account_data/") && request.method == "GET"
        };
        requests.retain(is_asked);
    }
    let cells = Cells::of(name, cells(&requests, &[]), of_each(&requests));
    // Each in a task of its own: the last row of all has both cores to itself.
    let workers = (0..WORKERS).map(|_| {
        let cells = cells.clone();
        tokio::spawn(async move {
            // One account goes through many cells: each ends whole, with a key that the next one starts from.
            let (mut who, mut old_key) = deed.somebody().await;
            while let Some(cell) = cells.next() {
                let ended = match deed {
                    Deed::Reset | Deed::ApprovedReset | Deed::SsoReset => {
                        Box::pin(run(deed, &who, old_key.as_deref(), &cell)).await
                    }
                    Deed::FirstSetUp => Box::pin(run(deed, &who, None, &cell))
                        .await
                        .map(|(ending, _)| (ending, None)),
                    Deed::CompromisedReset | Deed::ResetWithContacts => {
                        // Their past goes with the cell.
                        (who, old_key) = deed.somebody().await;
                        Box::pin(run(deed, &who, old_key.as_deref(), &cell)).await
                    }
                    Deed::Cancel => Box::pin(run_cancel(&who, old_key.as_deref(), &cell))
                        .await
                        .map(|ending| (ending, old_key.clone())),
                };
                match cells.ended(&cell, ended) {
                    Some(key) => old_key = key,
                    None => (who, old_key) = deed.somebody().await,
                }
            }
        })
    });
    for worker in futures_util::future::join_all(workers).await {
        worker.expect("a worker that goes on to the end");
    }
    let expected: &[_] = match deed {
        Deed::Cancel => &["cancelled", "cancelled again"],
        Deed::Reset | Deed::FirstSetUp | Deed::ApprovedReset | Deed::SsoReset => &["cancelled", "resumed"],
        // All that it adds comes after the commit.
        Deed::CompromisedReset => &["resumed"],
        Deed::ResetWithContacts => &["went through", "resumed"],
    };
    cells.assert_all_held(requests.len(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_of_an_established_account_survives_every_fault_at_every_request() {
    matrix("established account", Deed::Reset).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_set_up_survives_every_fault_at_every_request() {
    matrix("first set-up", Deed::FirstSetUp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_that_is_approved_on_the_account_page_survives_every_fault_at_every_question() {
    matrix("approval on the account page", Deed::ApprovedReset).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_that_is_authorised_by_single_sign_on_survives_every_fault_at_every_question() {
    matrix("single sign-on", Deed::SsoReset).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_reset_of_a_compromised_account_adds_survives_every_fault() {
    matrix("compromised account", Deed::CompromisedReset).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_lost_identity_had_verified_is_remembered_under_every_fault() {
    matrix("contacts", Deed::ResetWithContacts).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_survives_every_fault_at_every_request() {
    matrix("cancel", Deed::Cancel).await;
}

/// The identity's upload of a reset that was cancelled arrives late: at this request of the next reset. Whichever identity is
/// in force at last, one of the two keys that the person was shown opens everything.
async fn run_late(who: &Who, old_key: Option<&str>, request: &NumberedRequest) -> Result<(&'static str, String)> {
    let Scene {
        user,
        mut keyward,
        proxy,
        oracle,
        ..
    } = who.set_the_scene(old_key).await;
    let mut first = start(&keyward.account).await;
    until_key(&mut first).await;
    first.confirm_saved(&Confirmation::Acknowledged).await?;
    first.advance().await?;
    proxy.arm(Rule::new(Fault::Late).on(|_, path| path.ends_with("/keys/device_signing/upload")));
    ensure!(first.authorise(&password(&user)).await.is_err(), "it has not arrived");
    first.cancel().await?;
    proxy.reset();
    proxy.arm(request.rule(Fault::Deliver));
    let mut shown = None;
    let mut result = whole_reset(
        &keyward.account,
        &user,
        ResetOptions::default(),
        &proxy,
        &mut shown,
        &mut Told::default(),
    )
    .await;
    proxy.disarm();
    let mut ending = "went through";
    for _ in 0..4 {
        let (key, dir) = keyward.close().await;
        // Who has cancelled has the first key on this device only: it is in secret storage again once that reset goes on.
        let now = oracle.look().await?;
        let readable = oracle
            .i2_room_keys_are_readable(&now, shown.as_deref(), Backups::All)
            .await;
        readable.with_context(|| format!("after {result:?}"))?;
        let account = Account::restore(dir.path(), &key).await?;
        keyward = Keyward { account, key, dir };
        match keyward.account.pending_reset().await? {
            None => match &result {
                Ok(outcome) => {
                    let key = outcome.recovery_key.reveal().to_owned();
                    let (_, dir) = keyward.close().await;
                    let now = oracle.look().await?;
                    oracle.i3_the_identity_is_new_and_held(&now, &key)?;
                    oracle.i3_this_session_is_signed(&now)?;
                    oracle.i3_the_backup_is_signed_and_held(&now, &key)?;
                    oracle.i4_a_held_key_leads_to_the_identity(&now, Some(&key))?;
                    let readable = oracle.i2_room_keys_are_readable(&now, Some(&key), Backups::Current);
                    readable.await?;
                    // What the reset that lost has left stays: its backup may hold what no other has.
                    drop(dir);
                    return Ok((ending, key));
                }
                Err(error) => bail!("nothing waits after {error:?}"),
            },
            Some(PendingReset::Committed | PendingReset::HandingOver) => ending = "the late one",
            Some(PendingReset::Staged) => ending = "resumed",
        }
        result = match keyward.account.resume_reset(None).await {
            Ok(mut reset) => drive(&mut reset, &user, &proxy, &mut shown).await,
            Err(error) => Err(error),
        };
    }
    bail!("it comes to no end: {result:?}")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_arrives_at_any_request_of_the_next_reset_costs_nothing() {
    let start = Instant::now();
    let (who, old_key) = Deed::Reset.somebody().await;
    let requests = requests_of(Deed::Reset, &who, old_key.as_deref()).await;
    let count = requests.len();
    let cells: Vec<_> = requests.chunks(5).map(<[_]>::to_vec).collect();
    let cells = Arc::new(Mutex::new(VecDeque::from(part("late upload", cells, 1))));
    let chosen = cells.lock().expect("a queue").len();
    let workers = (0..WORKERS / 2).map(|_| {
        let cells = cells.clone();
        tokio::spawn(async move {
            let mut ended = Vec::new();
            let (mut who, mut key) = Deed::Reset.somebody().await;
            while let Some(request) = { cells.lock().expect("a queue").pop_front() } {
                let result = Box::pin(run_late(&who, key.as_deref(), &request)).await;
                let ending = match result {
                    Ok((ending, new_key)) => {
                        key = Some(new_key);
                        Ok(ending)
                    }
                    Err(error) => {
                        (who, key) = Deed::Reset.somebody().await;
                        Err(format!("{request:?}: {error:#}"))
                    }
                };
                ended.push(ending);
            }
            ended
        })
    });
    let ended = futures_util::future::join_all(workers).await;
    let ended: Vec<_> = ended.into_iter().flat_map(|worker| worker.expect("a worker")).collect();
    let failures: Vec<_> = ended.iter().filter_map(|ending| ending.as_ref().err()).collect();
    let late = ended.iter().filter(|ending| **ending == Ok("the late one")).count();
    println!(
        "late upload: {count} requests, {chosen} cells in {:.0?}: {late} end with the late one",
        start.elapsed()
    );
    assert!(failures.is_empty(), "{failures:#?}");
    assert_eq!(ended.len(), chosen);
    assert!(late > 0);
}
