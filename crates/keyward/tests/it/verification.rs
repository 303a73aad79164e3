// SPDX-License-Identifier: Apache-2.0

//! Verifying sessions, with two real clients on a real server: Keyward on one side, plain matrix-sdk or Keyward on the
//! other. Plain requests witness what the server has.

use std::{
    future::{Future, poll_fn, ready},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::Duration,
};

use crate::common::{Keyward, LIMIT, assert_matches, key, new_user, other_client, plain, proxy};
use keyward::{
    doctor::{Asked, Code, RemedyCode},
    error::{FlowError as _, ServerError},
    facts::KeyBackupStatus,
    verification::{CancelReason, Verification, VerificationError, VerificationState as State},
};
use keyward_testing::{
    other_client::OtherClient,
    proxy::{Fault, FaultProxy, Rule},
    server_state::ServerState,
    user::{PlainSession, User},
};
use matrix_sdk::{
    encryption::verification::{
        AcceptSettings, QrVerificationData, SasVerification, Verification as OtherMethod, VerificationRequest,
        VerificationRequestState,
    },
    ruma::events::key::verification::ShortAuthenticationString,
};
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::{join, sync::oneshot, time::timeout};

/// Somebody with a verified phone.
struct Owner {
    user: User,
    phone: OtherClient,
    recovery_key: String,
    observer: PlainSession,
    /// Before the server, for the sessions that are verified.
    proxy: FaultProxy,
}

impl Owner {
    async fn new() -> Self {
        let user = new_user().await;
        let observer = plain(&user, None).await;
        let proxy = proxy().await;
        let phone = OtherClient::login(proxy.url(), &user).await.expect("a phone");
        let recovery_key = phone.bootstrap().await.expect("an identity");
        Self {
            user,
            phone,
            recovery_key,
            observer,
            proxy,
        }
    }

    /// Keyward, logged in and not verified. The phone has heard of it: matrix-sdk ignores requests of sessions that it
    /// hears of in the same sync.
    async fn new_keyward(&self) -> Keyward {
        let keyward = Keyward::of(&self.user).await;
        self.phone.catch_up().await.expect("it knows Keyward");
        keyward
    }

    /// Keyward, verified with the recovery key.
    async fn verified_keyward(&self) -> Keyward {
        let keyward = Keyward::login(self.proxy.url(), &self.user).await;
        let unlocked = keyward.account.unlock(&key(&self.recovery_key)).await;
        unlocked.expect("unlocked");
        keyward
    }

    /// The signatures of the sessions that are verified do not reach the server as they should.
    fn signatures_meet(&self, fault: Fault) {
        let uploads = Rule::new(fault).on(|_, path| path.ends_with("/keys/signatures/upload"));
        self.proxy.arm(uploads.for_ever());
    }

    /// Whether the server has the identity's signature of a session.
    async fn is_signed(&self, device_id: &str) -> bool {
        let state = ServerState::read(&self.observer).await.expect("a state");
        let [_, self_signing, _] = state.public_keys();
        let signature = format!("ed25519:{}", self_signing.expect("an identity"));
        !state.device_keys[device_id]["signatures"][&self.user.user_id][&signature].is_null()
    }
}

/// Keyward and another client of the same person, which are to verify each other. One of them is verified and signs, the
/// other one is new.
struct Pair {
    owner: Owner,
    keyward: Keyward,
    /// The new one. Without a tablet Keyward is new, and the phone is the other one.
    tablet: Option<OtherClient>,
}

/// Who says that emoji are to be compared.
#[derive(PartialEq, Eq)]
enum Starts {
    Keyward,
    Other,
    /// It is said already, by Keyward.
    Nobody,
}

impl Pair {
    async fn of_keyward_and_a_new_tablet() -> Self {
        let owner = Owner::new().await;
        Self {
            keyward: owner.verified_keyward().await,
            tablet: Some(other_client(&owner.user).await),
            owner,
        }
    }

    async fn of_a_new_keyward_and_the_phone() -> Self {
        let owner = Owner::new().await;
        Self {
            keyward: owner.new_keyward().await,
            tablet: None,
            owner,
        }
    }

    /// The new session's requests, too, can be kept from the server.
    async fn of_a_new_keyward_behind_the_proxy() -> Self {
        let owner = Owner::new().await;
        let keyward = Keyward::login(owner.proxy.url(), &owner.user).await;
        owner.phone.catch_up().await.expect("it knows Keyward");
        Self {
            keyward,
            tablet: None,
            owner,
        }
    }

    fn other(&self) -> &OtherClient {
        self.tablet.as_ref().unwrap_or(&self.owner.phone)
    }

    /// Whether the server has the signature that this is about.
    async fn is_signed(&self) -> bool {
        match &self.tablet {
            Some(tablet) => self.owner.is_signed(&tablet.device_id()).await,
            None => self.owner.is_signed(self.keyward.account.device_id()).await,
        }
    }

    async fn keyward_asks(&self) -> Verification {
        match &self.tablet {
            Some(tablet) => self.keyward.verify(&tablet.device_id()).await,
            None => self.keyward.account.verify_this_session().await.expect("asked"),
        }
    }

    async fn other_accepts(&self) -> VerificationRequest {
        self.other().accept_verification().await.expect("accepted")
    }

    async fn keyward_asks_and_other_accepts(&self) -> (Verification, VerificationRequest) {
        (self.keyward_asks().await, self.other_accepts().await)
    }

    async fn other_asks(&self) -> (Verification, VerificationRequest) {
        let account = &self.keyward.account;
        let request = self.other().ask_to_verify(account.device_id()).await.expect("asked");
        let verification = account.next_verification_request().await;
        (verification.expect("a request"), request)
    }

    /// Both see the same emoji and say so; then the signature is there. Returns all that Keyward showed.
    async fn compare(
        &self,
        verification: &mut Verification,
        request: impl Future<Output = VerificationRequest>,
        starts: Starts,
    ) -> Vec<State> {
        let other = async { other_compares(self.other(), &request.await, starts == Starts::Other).await };
        let here = person(verification, comparing(starts == Starts::Keyward));
        let (shown, emoji) = join!(here, other);
        let shown = shown.expect("verified");
        assert_eq!(last(&shown), &State::Done);
        assert_eq!(emoji_of(&shown), emoji);
        assert!(self.is_signed().await);
        shown
    }

    /// The code with which the other one learns that Keyward cancelled.
    async fn cancelled_at_the_other(&self, request: &VerificationRequest) -> String {
        let info = self.other().sync_until(async || request.cancel_info()).await;
        let info = info.expect("the cancellation");
        assert!(!info.cancelled_by_us());
        info.cancel_code().to_string()
    }
}

/// What the person at Keyward does when the screen shows a state.
pub(crate) enum Act {
    Watch,
    Accept,
    Emoji,
    Confirm,
    Mismatch,
    Cancel,
}

/// The person at Keyward, until the end. Returns all that was shown.
pub(crate) async fn person(
    verification: &mut Verification,
    mut act: impl FnMut(&State) -> Act,
) -> Result<Vec<State>, VerificationError> {
    let mut shown = Vec::new();
    loop {
        let state = verification.next().await?;
        let act = act(&state);
        shown.push(state.clone());
        if state.is_final() {
            return Ok(shown);
        }
        match act {
            Act::Watch => {}
            Act::Accept => verification.accept().await?,
            Act::Emoji => verification.start_emoji().await?,
            Act::Confirm => verification.confirm().await?,
            Act::Mismatch => verification.mismatch().await?,
            Act::Cancel => verification.cancel().await?,
        }
    }
}

/// Accepts and compares; starts with emoji where told so.
pub(crate) fn comparing(start: bool) -> impl FnMut(&State) -> Act {
    move |state| match state {
        State::Requested => Act::Accept,
        State::Ready {
            emoji,
            show_qr,
            scan_qr,
        } => {
            assert!(emoji & show_qr & scan_qr, "{state:?}");
            if start { Act::Emoji } else { Act::Watch }
        }
        State::Emoji { .. } => Act::Confirm,
        _ => Act::Watch,
    }
}

fn last(shown: &[State]) -> &State {
    shown.last().expect("something was shown")
}

fn emoji_of(shown: &[State]) -> Vec<&'static str> {
    let seen = shown.iter().find_map(|state| match state {
        State::Emoji { emoji, .. } => Some(emoji),
        _ => None,
    });
    let seen = seen.expect("emoji were shown");
    seen.iter().map(|emoji| emoji.symbol).collect()
}

async fn until_ready(verification: &mut Verification) {
    while !matches!(verification.next().await.expect("a state"), State::Ready { .. }) {}
}

async fn until_other_is_ready(other: &OtherClient, request: &VerificationRequest) {
    let ready = other.sync_until(async || request.is_ready().then_some(())).await;
    ready.expect("ready");
}

/// Keyward starts with emoji.
async fn other_is_started(other: &OtherClient, request: &VerificationRequest) -> SasVerification {
    let started = async || match request.state() {
        VerificationRequestState::Transitioned {
            verification: OtherMethod::SasV1(sas),
        } => Some(sas),
        _ => None,
    };
    other.sync_until(started).await.expect("Keyward starts")
}

/// The other client gets as far as the emoji.
async fn other_sees_emoji(
    other: &OtherClient,
    request: &VerificationRequest,
    start: bool,
) -> (SasVerification, Vec<&'static str>) {
    let sas = if start {
        until_other_is_ready(other, request).await;
        request.start_sas().await.expect("sent").expect("emoji are possible")
    } else {
        let sas = other_is_started(other, request).await;
        sas.accept().await.expect("accepted");
        sas
    };
    let emoji = other.sync_until(async || sas.emoji()).await.expect("emoji");
    (sas, emoji.iter().map(|emoji| emoji.symbol).collect())
}

/// The other client compares and confirms. Returns its emoji.
pub(crate) async fn other_compares(
    other: &OtherClient,
    request: &VerificationRequest,
    start: bool,
) -> Vec<&'static str> {
    let (sas, emoji) = other_sees_emoji(other, request, start).await;
    sas.confirm().await.expect("confirmed");
    other_ends(other, || sas.is_done()).await;
    emoji
}

/// Nobody is asked for the private keys. Otherwise it is chance whether the other side knows already, when it is asked, that the
/// session is verified.
pub(crate) fn secret_requests_get_lost(proxy: &FaultProxy) {
    let taken = Fault::Reply(StatusCode::OK, json!({}));
    let requests = Rule::new(taken).on(|_, path| path.contains("/sendToDevice/m.secret.request/"));
    proxy.arm(requests.for_ever());
}

async fn other_ends(other: &OtherClient, is_done: impl Fn() -> bool) {
    let done = other.sync_until(async || is_done().then_some(())).await;
    done.expect("done");
    // What became due with it goes out after the next one.
    other.sync_once().await.expect("a sync");
}

fn cancelled(by_us: bool, reason: CancelReason) -> State {
    State::Cancelled { by_us, reason }
}

#[tokio::test(flavor = "multi_thread")]
async fn this_session_is_verified_by_emoji_which_keyward_starts() {
    let pair = Pair::of_a_new_keyward_and_the_phone().await;
    assert!(!pair.is_signed().await);
    let mut verification = pair.keyward_asks().await;
    assert_eq!(verification.device_id(), None);
    pair.compare(&mut verification, pair.other_accepts(), Starts::Keyward)
        .await;
    assert_eq!(verification.device_id(), Some(pair.other().device_id()));
    assert!(pair.keyward.status().await.verified);
    assert_eq!(verification.next().await, Ok(State::Done), "the end repeats");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_private_keys_and_the_backup_key_are_waited_for() {
    let pair = Pair::of_a_new_keyward_and_the_phone().await;
    let mut verification = pair.keyward_asks().await;
    pair.compare(&mut verification, pair.other_accepts(), Starts::Other)
        .await;

    let keyward = &pair.keyward;
    assert!(!keyward.status().await.private_keys);
    tokio::select! {
        () = keyward.account.hand_keys_over() => {
            let status = keyward.status().await;
            assert!(status.private_keys);
            assert_eq!(status.key_backup, KeyBackupStatus::Enabled);
        }
        stopped = pair.other().sync_until(async || None::<()>) => panic!("the keys did not come: {stopped:?}"),
    }
}

/// Nobody waited for them after the emoji were compared.
#[tokio::test(flavor = "multi_thread")]
async fn keys_that_did_not_come_are_asked_for_again() {
    let pair = Pair::of_a_new_keyward_behind_the_proxy().await;
    secret_requests_get_lost(&pair.owner.proxy);
    let mut verification = pair.keyward_asks().await;
    pair.compare(&mut verification, pair.other_accepts(), Starts::Other)
        .await;
    drop(verification);
    pair.owner.proxy.disarm();
    let keyward = &pair.keyward;
    let report = keyward.account.examine(Asked::default()).await.expect("a report");
    let finding = report
        .findings
        .iter()
        .find(|finding| finding.code == Code::SessionKeysMissing);
    let remedies = &finding.expect("they are missing").remedies;
    assert_eq!(remedies[0].code, RemedyCode::AskOtherSessions);
    assert_eq!(remedies[0].sessions, [pair.other().device_id()]);
    tokio::select! {
        asked = keyward.account.ask_other_sessions(LIMIT) => asked.expect("the phone answers"),
        stopped = pair.other().sync_until(async || None::<()>) => panic!("the keys did not come: {stopped:?}"),
    }
    let status = keyward.status().await;
    assert!(status.private_keys);
    assert_eq!(status.key_backup, KeyBackupStatus::Enabled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_keyward_hands_the_private_keys_and_the_backup_key_over() {
    let pair = Pair::of_keyward_and_a_new_tablet().await;
    let (mut verification, request) = pair.other_asks().await;
    pair.compare(&mut verification, ready(request), Starts::Other).await;

    let has_all = async || {
        let encryption = pair.other().client().encryption();
        let complete = encryption.cross_signing_status().await?.is_complete();
        (complete && encryption.backups().are_enabled().await).then_some(())
    };
    tokio::select! {
        handed_over = pair.other().sync_until(has_all) => handed_over.expect("all keys"),
        // Once is enough, unless the machine is very slow.
        () = async { loop { pair.keyward.account.hand_keys_over().await } } => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_session_is_verified_by_emoji_which_it_starts() {
    let pair = Pair::of_keyward_and_a_new_tablet().await;
    let mut verification = pair.keyward_asks().await;
    assert_eq!(verification.device_id(), Some(pair.other().device_id()));
    pair.compare(&mut verification, pair.other_accepts(), Starts::Other)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_asks_is_verified_by_emoji() {
    let pair = Pair::of_keyward_and_a_new_tablet().await;
    let (mut verification, request) = pair.other_asks().await;
    assert_eq!(verification.device_id(), Some(pair.other().device_id()));
    let shown = pair.compare(&mut verification, ready(request), Starts::Keyward).await;
    assert_eq!(shown[0], State::Requested);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_comes_together_with_the_news_of_its_session_is_not_lost() {
    let owner = Owner::new().await;
    let account = &owner.verified_keyward().await.account;
    account.sync_once(Duration::ZERO).await.expect("a sync");
    let tablet = other_client(&owner.user).await;
    let _request = tablet.ask_to_verify(account.device_id()).await.expect("asked");
    account.sync_once(Duration::ZERO).await.expect("a sync");
    let found = timeout(LIMIT, account.next_verification_request()).await;
    let found = found.expect("it was not lost").expect("a request");
    assert_eq!(found.device_id(), Some(tablet.device_id()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_waited_for_without_any_other_sync() {
    let pair = Pair::of_a_new_keyward_and_the_phone().await;
    let account = &pair.keyward.account;
    let (verification, request) = join!(
        account.next_verification_request(),
        pair.other().ask_to_verify(account.device_id())
    );
    let (mut verification, request) = (verification.expect("a request"), request.expect("asked"));
    pair.compare(&mut verification, ready(request), Starts::Other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sessions_of_keyward_verify_each_other() {
    let owner = Owner::new().await;
    let (verified, new) = (owner.verified_keyward().await, owner.new_keyward().await);
    let mut asking = verified.verify(new.account.device_id()).await;
    let mut asked = new.account.next_verification_request().await.expect("a request");
    // Both start at once; the protocol settles it.
    let (here, there) = join!(
        person(&mut asking, comparing(true)),
        person(&mut asked, comparing(true))
    );
    let (here, there) = (here.expect("verified"), there.expect("verified"));
    assert_eq!((last(&here), last(&there)), (&State::Done, &State::Done));
    assert_eq!(emoji_of(&here), emoji_of(&there));
    assert!(owner.is_signed(new.account.device_id()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_dropped_anywhere_loses_nothing() {
    /// Drops the call after its first step, makes it again and drops it after its second, and so on until it returns.
    async fn dropping(call: impl AsyncFn() -> Result<(), VerificationError>) {
        let mut polls = 1;
        let result = loop {
            if let Some(result) = within_polls(polls, call()).await {
                break result;
            }
            polls += 1;
        };
        // One of the dropped calls may have been far enough; what it did not send is sent all the same.
        assert_matches!(result, Ok(()) | Err(VerificationError::NotNow));
    }

    let pair = Pair::of_keyward_and_a_new_tablet().await;
    let (mut verification, request) = pair.other_asks().await;
    let here = async {
        let mut polls = 0;
        loop {
            // Each attempt gets a little further than the one before.
            polls += 1;
            let Some(state) = within_polls(polls, verification.next()).await else {
                continue;
            };
            match state.expect("a state") {
                State::Requested => dropping(async || verification.accept().await).await,
                State::Ready { .. } => dropping(async || verification.start_emoji().await).await,
                State::Emoji { .. } => dropping(async || verification.confirm().await).await,
                State::Waiting | State::Confirmed => {}
                State::Done => return,
                other => panic!("{other:?}"),
            }
        }
    };
    join!(here, other_compares(pair.other(), &request, false));
    assert!(pair.is_signed().await);
}

/// The future's result, or `None` if it has none after so many polls, when it is dropped.
async fn within_polls<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending => {
            left -= 1;
            if left == 0 { Poll::Ready(None) } else { Poll::Pending }
        }
    })
    .await
}

/// Keyward shows its code and the other client scans it.
async fn keyward_shows(verification: &mut Verification, other: &OtherClient, request: &VerificationRequest) {
    let (send, code) = oneshot::channel();
    let here = async {
        let mut send = Some(send);
        loop {
            match verification.next().await.expect("a state") {
                State::Requested => verification.accept().await.expect("accepted"),
                State::Ready { show_qr: true, .. } => {
                    let code = verification.qr_code().await.expect("possible").expect("a code");
                    assert_eq!(code.size() % 4, 1, "a QR code of some version: {}", code.size());
                    assert!(code.is_dark(0, 0) && !code.is_dark(7, 7) && !code.is_dark(code.size(), 0));
                    let again = verification.qr_code().await.expect("possible").expect("a code");
                    assert!(again == code, "the same code each time");
                    send.take().expect("once").send(code.bytes().to_vec()).expect("wanted");
                }
                State::Waiting | State::Confirmed => {}
                State::Scanned => verification.confirm().await.expect("confirmed"),
                State::Done => return,
                other => panic!("{other:?}"),
            }
        }
    };
    let there = async {
        until_other_is_ready(other, request).await;
        // The code is shown while this side goes on.
        let code = code.await.expect("a code");
        let data = QrVerificationData::from_bytes(&code).expect("a valid code");
        let qr = request.scan_qr_code(data).await.expect("the right code");
        let qr = qr.expect("possible");
        other_ends(other, || qr.is_done()).await;
    };
    join!(here, there);
}

/// The other client shows its code and Keyward scans it.
async fn keyward_scans(verification: &mut Verification, other: &OtherClient, request: &VerificationRequest) {
    let (send, code) = oneshot::channel();
    let here = async {
        let mut code = Some(code);
        loop {
            match verification.next().await.expect("a state") {
                State::Requested => verification.accept().await.expect("accepted"),
                State::Ready { scan_qr: true, .. } => {
                    let code: Vec<u8> = code.take().expect("once").await.expect("a code");
                    let unknown = verification.scan(b"https://example.org").await;
                    assert_eq!(unknown, Err(VerificationError::UnknownQrCode));
                    let mut of_another = code.clone();
                    // After "MATRIX", version, mode and the length of the flow's id.
                    of_another[10] ^= 1;
                    let of_another = verification.scan(&of_another).await;
                    assert_eq!(of_another, Err(VerificationError::OtherQrCode));
                    verification.scan(&code).await.expect("scanned");
                }
                State::Waiting | State::Confirmed => {}
                State::Done => return,
                other => panic!("{other:?}"),
            }
        }
    };
    let there = async {
        until_other_is_ready(other, request).await;
        let qr = request.generate_qr_code().await.expect("possible").expect("a code");
        send.send(qr.to_bytes().expect("a code")).expect("wanted");
        let scanned = other.sync_until(async || qr.has_been_scanned().then_some(())).await;
        scanned.expect("scanned");
        qr.confirm().await.expect("confirmed");
        other_ends(other, || qr.is_done()).await;
    };
    join!(here, there);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_keyward_shows_its_code() {
    let pair = Pair::of_keyward_and_a_new_tablet().await;
    let (mut verification, request) = pair.keyward_asks_and_other_accepts().await;
    keyward_shows(&mut verification, pair.other(), &request).await;
    assert!(pair.is_signed().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_keyward_scans_a_code() {
    let pair = Pair::of_keyward_and_a_new_tablet().await;
    let (mut verification, request) = pair.other_asks().await;
    keyward_scans(&mut verification, pair.other(), &request).await;
    assert!(pair.is_signed().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_keyward_shows_its_code() {
    let pair = Pair::of_a_new_keyward_and_the_phone().await;
    let (mut verification, request) = pair.other_asks().await;
    keyward_shows(&mut verification, pair.other(), &request).await;
    assert!(pair.is_signed().await);
    assert!(pair.keyward.status().await.verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_keyward_scans_a_code() {
    let pair = Pair::of_a_new_keyward_and_the_phone().await;
    let (mut verification, request) = pair.keyward_asks_and_other_accepts().await;
    keyward_scans(&mut verification, pair.other(), &request).await;
    assert!(pair.is_signed().await);
    assert!(pair.keyward.status().await.verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_shown_where_the_other_side_has_no_emoji() {
    let pair = Pair::of_keyward_and_a_new_tablet().await;
    let (mut verification, request) = pair.keyward_asks_and_other_accepts().await;
    let here = person(&mut verification, |state| match state {
        State::Ready { .. } => Act::Emoji,
        State::Decimals { .. } => Act::Confirm,
        _ => Act::Watch,
    });
    let there = async {
        let sas = other_is_started(pair.other(), &request).await;
        let numbers = AcceptSettings::with_allowed_methods(vec![ShortAuthenticationString::Decimal]);
        sas.accept_with_settings(numbers).await.expect("accepted");
        let decimals = pair.other().sync_until(async || sas.decimals()).await.expect("numbers");
        sas.confirm().await.expect("confirmed");
        other_ends(pair.other(), || sas.is_done()).await;
        decimals
    };
    let (shown, decimals) = join!(here, there);
    let shown = shown.expect("verified");
    let numbers = State::Decimals {
        decimals: decimals.into(),
    };
    assert!(shown.contains(&numbers), "{shown:?}");
    assert_eq!(last(&shown), &State::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_to_all_ends_where_another_session_has_answered() {
    let pair = Pair::of_keyward_and_a_new_tablet().await;
    let late = pair.owner.verified_keyward().await;
    let request = pair.other().ask_all_to_verify().await.expect("asked all");
    let mut answer = pair
        .keyward
        .account
        .next_verification_request()
        .await
        .expect("a request");
    let mut too_late = late.account.next_verification_request().await.expect("a request");
    assert_eq!(too_late.next().await, Ok(State::Requested));
    pair.compare(&mut answer, ready(request), Starts::Other).await;
    let elsewhere = cancelled(false, CancelReason::AcceptedElsewhere);
    assert_eq!(too_late.next().await, Ok(elsewhere));
    assert_eq!(too_late.accept().await, Err(VerificationError::NotNow));
}

#[tokio::test(flavor = "multi_thread")]
async fn emoji_can_be_chosen_after_a_code_was_shown() {
    let pair = Pair::of_keyward_and_a_new_tablet().await;
    let (mut verification, request) = pair.keyward_asks_and_other_accepts().await;
    until_ready(&mut verification).await;
    verification.qr_code().await.expect("possible").expect("a code");
    verification.start_emoji().await.expect("started");
    assert_eq!(verification.qr_code().await, Err(VerificationError::NotNow));
    pair.compare(&mut verification, ready(request), Starts::Nobody).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_with_other_keys_cancels() {
    let pair = Pair::of_a_new_keyward_and_the_phone().await;
    let (mut verification, request) = pair.keyward_asks_and_other_accepts().await;
    until_ready(&mut verification).await;
    let qr = request.generate_qr_code().await.expect("possible").expect("a code");
    let mut code = qr.to_bytes().expect("a code");
    // The second key stands before the secret, which has 16 bytes; the first before it.
    let second = code.len() - 16 - 32;
    code[second..second + 32].copy_from_slice(&another_key());
    verification.scan(&code).await.expect("sent");
    let mismatch = cancelled(true, CancelReason::KeyMismatch);
    assert_eq!(verification.next().await, Ok(mismatch));
    assert_eq!(pair.cancelled_at_the_other(&request).await, "m.key_mismatch");
    assert!(!pair.is_signed().await);
}

/// Some valid public key: the base point of Ed25519, compressed (RFC 8032, 5.1).
fn another_key() -> [u8; 32] {
    let mut key = [0x66; 32];
    key[0] = 0x58;
    key
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_declined_by_the_other_side() {
    let pair = Pair::of_keyward_and_a_new_tablet().await;
    let mut verification = pair.keyward_asks().await;
    assert_eq!(verification.next().await, Ok(State::Waiting));
    let request = pair.other().asked_to_verify().await.expect("a request");
    request.cancel().await.expect("declined");
    let declined = cancelled(false, CancelReason::User);
    assert_eq!(verification.next().await, Ok(declined.clone()));
    assert_eq!(verification.next().await, Ok(declined), "the end repeats");
    assert_eq!(verification.start_emoji().await, Err(VerificationError::NotNow));
    assert_eq!(verification.confirm().await, Err(VerificationError::NotNow));
    assert_eq!(verification.cancel().await, Ok(()));
    assert!(!pair.is_signed().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_declined_here() {
    let pair = Pair::of_a_new_keyward_and_the_phone().await;
    let (mut verification, request) = pair.other_asks().await;
    let shown = person(&mut verification, |_| Act::Cancel).await.expect("declined");
    assert_eq!(shown, [State::Requested, cancelled(true, CancelReason::User)]);
    assert_eq!(pair.cancelled_at_the_other(&request).await, "m.user");
}

#[tokio::test(flavor = "multi_thread")]
async fn keyward_cancels_at_every_stage() {
    type Stage = fn(&State) -> bool;
    let stages: [(&str, Stage); 3] = [
        ("ready", |state| matches!(state, State::Ready { .. })),
        ("emoji", |state| matches!(state, State::Emoji { .. })),
        ("confirmed", |state| matches!(state, State::Confirmed)),
    ];
    let pair = Pair::of_keyward_and_a_new_tablet().await;
    for (name, stage) in stages {
        let (mut verification, request) = pair.keyward_asks_and_other_accepts().await;
        let here = person(&mut verification, |state| {
            if stage(state) {
                Act::Cancel
            } else {
                comparing(true)(state)
            }
        });
        let there = async {
            if name != "ready" {
                other_sees_emoji(pair.other(), &request, false).await;
            }
            pair.cancelled_at_the_other(&request).await
        };
        let (shown, code) = join!(here, there);
        let end = cancelled(true, CancelReason::User);
        assert_eq!(last(&shown.expect("cancelled")), &end, "{name}");
        assert_eq!(code, "m.user", "{name}");
        assert!(!pair.is_signed().await, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_side_cancels_at_every_stage() {
    let pair = Pair::of_keyward_and_a_new_tablet().await;
    for at_emoji in [false, true] {
        let mut verification = pair.keyward_asks().await;
        let there = async {
            let request = pair.other_accepts().await;
            if at_emoji {
                other_sees_emoji(pair.other(), &request, true).await;
            }
            request.cancel().await.expect("cancelled");
        };
        let (shown, ()) = join!(person(&mut verification, |_| Act::Watch), there);
        let end = cancelled(false, CancelReason::User);
        assert_eq!(last(&shown.expect("cancelled")), &end, "at emoji: {at_emoji}");
        assert!(!pair.is_signed().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn emoji_that_differ_cancel_from_either_side() {
    let pair = Pair::of_keyward_and_a_new_tablet().await;
    let (mut verification, request) = pair.keyward_asks_and_other_accepts().await;
    let here = person(&mut verification, |state| match state {
        State::Ready { .. } => Act::Emoji,
        State::Emoji { .. } => Act::Mismatch,
        _ => Act::Watch,
    });
    let there = async {
        other_sees_emoji(pair.other(), &request, false).await;
        pair.cancelled_at_the_other(&request).await
    };
    let (shown, code) = join!(here, there);
    let end = cancelled(true, CancelReason::MismatchedSas);
    assert_eq!(last(&shown.expect("cancelled")), &end);
    assert_eq!(code, "m.mismatched_sas");

    let mut verification = pair.keyward_asks().await;
    let there = async {
        let request = pair.other_accepts().await;
        let (sas, _) = other_sees_emoji(pair.other(), &request, true).await;
        sas.mismatch().await.expect("cancelled");
    };
    let (shown, ()) = join!(person(&mut verification, comparing(false)), there);
    let end = cancelled(false, CancelReason::MismatchedSas);
    assert_eq!(last(&shown.expect("cancelled")), &end);
    assert!(!pair.is_signed().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_nobody_answers_times_out() {
    let pair = Pair::of_a_new_keyward_and_the_phone().await;
    let verification = pair.keyward_asks().await;
    let request = pair.other().asked_to_verify().await.expect("a request");
    let mut verification = verification.with_time_limit(Duration::from_millis(200));
    let shown = person(&mut verification, |_| Act::Watch).await.expect("ended");
    assert_eq!(shown, [State::Waiting, cancelled(true, CancelReason::TimedOut)]);
    assert_eq!(pair.cancelled_at_the_other(&request).await, "m.timeout");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_to_wait_does_not_keep_it_beyond_its_time() {
    let pair = Pair::of_keyward_and_a_new_tablet().await;
    let mut verification = pair.keyward_asks().await;
    pair.owner.proxy.arm(
        Rule::new(Fault::Status429 {
            retry_after_ms: 600_000,
        })
        .on(|_, path| path.ends_with("/sync"))
        .for_ever(),
    );
    let error = loop {
        if let Err(error) = verification.next().await {
            break error;
        }
    };
    assert_eq!(error.code(), "server.rate_limited");
    let mut verification = verification.with_time_limit(Duration::from_millis(200));
    let ended = timeout(LIMIT, verification.next()).await;
    let ended = ended.expect("the pause that was asked for is ten minutes");
    assert_eq!(ended, Ok(cancelled(true, CancelReason::TimedOut)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_is_gone_does_not_keep_it_beyond_its_time() {
    let pair = Pair::of_keyward_and_a_new_tablet().await;
    let (mut verification, _request) = pair.keyward_asks_and_other_accepts().await;
    until_ready(&mut verification).await;
    pair.owner.proxy.arm(Rule::new(Fault::CutBefore).for_ever());
    // A message waits to be sent, too.
    verification.start_emoji().await.expect_err("nothing gets through");
    let mut verification = verification.with_time_limit(Duration::from_millis(200));
    let ended = timeout(LIMIT, async {
        loop {
            if let Ok(state) = verification.next().await {
                break state;
            }
        }
    });
    let ended = ended.await.expect("its time is up");
    assert_eq!(ended, cancelled(true, CancelReason::TimedOut));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_shown_comes_again_when_an_error_is_over() {
    let pair = Pair::of_keyward_and_a_new_tablet().await;
    let mut verification = pair.keyward_asks().await;
    assert_eq!(verification.next().await, Ok(State::Waiting));
    let syncs = Rule::new(Fault::CutBefore).on(|_, path| path.ends_with("/sync"));
    pair.owner.proxy.arm(syncs.for_ever());
    verification.next().await.expect_err("nothing gets through");
    pair.owner.proxy.disarm();
    let again = timeout(LIMIT, verification.next()).await.expect("it is over");
    assert_eq!(again, Ok(State::Waiting));

    // Also while a signature is waited for, which only the other one can make.
    let pair = Pair::of_a_new_keyward_behind_the_proxy().await;
    let (mut verification, request) = pair.keyward_asks_and_other_accepts().await;
    pair.owner.signatures_meet(Fault::HoldBefore);
    let here = async {
        let mut act = comparing(true);
        loop {
            let state = verification.next().await.expect("a state");
            match act(&state) {
                Act::Emoji => verification.start_emoji().await.expect("sent"),
                Act::Confirm => verification.confirm().await.expect("sent"),
                _ if state == State::Confirmed => break,
                _ => {}
            }
        }
        let cut = Arc::new(AtomicBool::new(true));
        let is_cut = cut.clone();
        let looks = Rule::new(Fault::CutBefore)
            .on(move |_, path| path.ends_with("/keys/query") && is_cut.load(Ordering::Relaxed));
        pair.owner.proxy.arm(looks.for_ever());
        verification.next().await.expect_err("it cannot look");
        // The rule that holds the signature stays.
        cut.store(false, Ordering::Relaxed);
        verification.next().await
    };
    tokio::select! {
        again = timeout(LIMIT, here) => assert_eq!(again.expect("it is over"), Ok(State::Confirmed)),
        _ = other_compares(pair.other(), &request, false) => panic!("its signature is held"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn emoji_that_nobody_confirms_time_out() {
    let pair = Pair::of_a_new_keyward_and_the_phone().await;
    let mut verification = pair.keyward_asks().await;
    let there = async {
        let request = pair.other_accepts().await;
        other_sees_emoji(pair.other(), &request, true).await;
        request
    };
    let here = async {
        while !matches!(verification.next().await.expect("a state"), State::Emoji { .. }) {}
        verification.with_time_limit(Duration::from_millis(200))
    };
    let (mut verification, request) = join!(here, there);
    assert_eq!(verification.next().await, Ok(cancelled(true, CancelReason::TimedOut)));
    assert_eq!(pair.cancelled_at_the_other(&request).await, "m.timeout");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_sides_reason_arrives() {
    let pair = Pair::of_keyward_and_a_new_tablet().await;
    let (tablet, device_id) = (pair.other(), pair.keyward.account.device_id());
    for (code, reason) in [
        ("m.timeout", CancelReason::TimedOut),
        ("m.accepted", CancelReason::AcceptedElsewhere),
        ("m.unknown_method", CancelReason::UnknownMethod),
        ("org.example.whim", CancelReason::Other),
    ] {
        let mut verification = pair.keyward_asks().await;
        let request = tablet.asked_to_verify().await.expect("a request");
        let content = json!({ "transaction_id": request.flow_id(), "code": code, "reason": "because" });
        let body = json!({ "messages": { &pair.owner.user.user_id: { device_id: content } } });
        let path = format!("/v3/sendToDevice/m.key.verification.cancel/{}", request.flow_id());
        let sent = tablet.plain().request_ok(Method::PUT, &path, Some(&body)).await;
        sent.expect("sent");
        let shown = person(&mut verification, |_| Act::Watch).await.expect("ended");
        assert_eq!(last(&shown), &cancelled(false, reason), "{code}");
        // The tablet hears of it, too, and forgets the request.
        let forgotten = tablet.sync_until(async || request.is_cancelled().then_some(())).await;
        forgotten.expect("cancelled");
    }
}

/// Keyward signs; its upload meets `fault`.
async fn own_signature_meets(fault: Fault) {
    let pair = Pair::of_keyward_and_a_new_tablet().await;
    let (mut verification, request) = pair.keyward_asks_and_other_accepts().await;
    pair.owner.signatures_meet(fault);
    let (shown, _) = join!(
        person(&mut verification, comparing(true)),
        other_compares(pair.other(), &request, false)
    );
    assert_eq!(shown, Err(VerificationError::NotSigned));
    assert_eq!(verification.next().await, Err(VerificationError::NotSigned));
    assert!(!pair.is_signed().await);

    pair.owner.proxy.disarm();
    assert_eq!(verification.next().await, Ok(State::Done));
    assert!(pair.is_signed().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_the_server_fails_to_take_is_not_done() {
    own_signature_meets(Fault::Status500).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_the_server_reports_as_failed_is_not_done() {
    let failures = json!({ "failures": { "@somebody:localhost": { "DEVICE": {
        "errcode": "M_INVALID_SIGNATURE", "error": "no"
    } } } });
    own_signature_meets(Fault::Reply(StatusCode::OK, failures)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_got_lost_on_its_way_is_not_done() {
    own_signature_meets(Fault::Garbage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_only_seems_to_be_taken_is_not_done() {
    own_signature_meets(Fault::Reply(StatusCode::OK, json!({}))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_the_other_side_fails_to_send_is_not_done() {
    let pair = Pair::of_a_new_keyward_and_the_phone().await;
    let verification = pair.keyward_asks().await;
    let mut verification = verification.with_signature_limit(Duration::from_millis(500));
    let request = pair.other_accepts().await;
    pair.owner.signatures_meet(Fault::Reply(StatusCode::OK, json!({})));
    let (shown, _) = join!(
        person(&mut verification, comparing(true)),
        other_compares(pair.other(), &request, false)
    );
    assert_eq!(shown, Err(VerificationError::NotSigned));
    assert!(!pair.is_signed().await);
    assert!(!pair.keyward.status().await.verified);
    // Whoever does not want to wait for it any more can leave.
    verification.cancel().await.expect("cancelled");
    assert_eq!(verification.next().await, Ok(cancelled(true, CancelReason::User)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_comes_late_is_waited_for() {
    let pair = Pair::of_a_new_keyward_and_the_phone().await;
    let (mut verification, request) = pair.keyward_asks_and_other_accepts().await;
    pair.owner.signatures_meet(Fault::Delay(Duration::from_secs(2)));
    pair.compare(&mut verification, ready(request), Starts::Keyward).await;
    let requests = pair.owner.proxy.requests();
    let delayed = requests.iter().any(|request| request.fault == Some("Delay"));
    assert!(delayed, "the phone uploaded late");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_goes_on_beside_others_that_synchronise() {
    let pair = Pair::of_a_new_keyward_and_the_phone().await;
    let verified = async {
        let (mut verification, request) = pair.other_asks().await;
        // In a task of its own, as an app does it.
        let here = tokio::spawn(async move { person(&mut verification, comparing(true)).await });
        let (shown, _) = join!(here, other_compares(pair.other(), &request, false));
        shown.expect("no panic").expect("verified")
    };
    tokio::select! {
        shown = verified => assert_eq!(last(&shown), &State::Done),
        () = pair.keyward.sync_for_ever() => {}
    }
    assert!(pair.is_signed().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_the_server_fails_to_take_is_sent_again() {
    let pair = Pair::of_keyward_and_a_new_tablet().await;
    let (mut verification, request) = pair.keyward_asks_and_other_accepts().await;
    until_ready(&mut verification).await;
    let messages = Rule::new(Fault::Status500).on(|_, path| path.contains("/sendToDevice/"));
    pair.owner.proxy.arm(messages.for_ever());
    let failed = verification.start_emoji().await;
    let failing = VerificationError::Request(ServerError::Failing { status: 500 }.into());
    assert_eq!(failed, Err(failing.clone()));
    assert_eq!(verification.next().await, Err(failing));
    pair.owner.proxy.disarm();
    pair.compare(&mut verification, ready(request), Starts::Nobody).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_verification_replaces_the_first() {
    let pair = Pair::of_keyward_and_a_new_tablet().await;
    let mut first = pair.keyward_asks().await;
    let request = pair.other().asked_to_verify().await.expect("a request");
    let mut second = pair.keyward_asks().await;
    let replaced = cancelled(true, CancelReason::AnotherVerification);
    assert_eq!(first.next().await, Ok(replaced));
    assert_eq!(pair.cancelled_at_the_other(&request).await, "m.user");
    pair.compare(&mut second, pair.other_accepts(), Starts::Keyward).await;
    // And once more: what is done is not in the way.
    let mut third = pair.keyward_asks().await;
    assert_eq!(third.next().await, Ok(State::Waiting));
    third.cancel().await.expect("cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sessions_that_ask_at_the_same_time_both_hear_why_it_ended() {
    let owner = Owner::new().await;
    let (verified, new) = (owner.verified_keyward().await, owner.new_keyward().await);
    let mut here = verified.verify(new.account.device_id()).await;
    let mut there = new.verify(verified.account.device_id()).await;
    let (here, there) = join!(person(&mut here, |_| Act::Watch), person(&mut there, |_| Act::Watch));
    for shown in [here, there] {
        let shown = shown.expect("ended");
        assert_eq!(last(&shown), &cancelled(true, CancelReason::AnotherVerification));
    }
    assert!(!owner.is_signed(new.account.device_id()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_signed_out_meanwhile_ends_it() {
    for accepted in [false, true] {
        let pair = Pair::of_keyward_and_a_new_tablet().await;
        let mut verification = pair.keyward_asks().await;
        assert_eq!(verification.next().await, Ok(State::Waiting));
        if accepted {
            pair.other_accepts().await;
            let state = verification.next().await.expect("a state");
            assert_matches!(state, State::Ready { .. });
        }
        pair.other().plain().logout().await.expect("signed out");
        let gone = cancelled(true, CancelReason::SessionGone);
        assert_eq!(verification.next().await, Ok(gone), "accepted: {accepted}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_cannot_be_verified_are_refused_with_the_reason() {
    let owner = Owner::new().await;
    let account = owner.verified_keyward().await.account;
    for (device_id, expected) in [
        (owner.observer.device_id.as_str(), VerificationError::NoEncryption),
        ("NOBODY", VerificationError::NotFound),
        ("a/b?c#d é", VerificationError::NotFound),
        (account.device_id(), VerificationError::CurrentSession),
    ] {
        let refused = account.verify_session(device_id).await.expect_err(device_id);
        assert_eq!(refused, expected);
    }
    let refused = account.verify_this_session().await.expect_err("verified already");
    assert_eq!(refused, VerificationError::AlreadyVerified);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_identity_there_is_nothing_to_verify_with() {
    let user = new_user().await;
    let account = Keyward::of(&user).await.account;
    let other = other_client(&user).await;
    let refused = account.verify_session(&other.device_id()).await;
    assert_eq!(refused.expect_err("no identity"), VerificationError::NoIdentity);
    let refused = account.verify_this_session().await;
    assert_eq!(refused.expect_err("no identity"), VerificationError::NoIdentity);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_unverified_sessions_cannot_verify_each_other() {
    let owner = Owner::new().await;
    let pair = Pair {
        keyward: owner.new_keyward().await,
        tablet: Some(other_client(&owner.user).await),
        owner,
    };
    let account = &pair.keyward.account;
    let refused = account.verify_session(&pair.other().device_id()).await;
    assert_eq!(refused.expect_err("nobody signs"), VerificationError::NobodyCanSign);

    let (mut verification, request) = pair.other_asks().await;
    assert_eq!(verification.next().await, Ok(State::Requested));
    assert_eq!(verification.accept().await, Err(VerificationError::NobodyCanSign));
    verification.cancel().await.expect("declined");
    assert_eq!(verification.next().await, Ok(cancelled(true, CancelReason::User)));
    assert_eq!(pair.cancelled_at_the_other(&request).await, "m.user");

    pair.owner.phone.plain().logout().await.expect("signed out");
    let refused = account.verify_this_session().await;
    assert_eq!(refused.expect_err("nobody is left"), VerificationError::NobodyToAsk);
}
