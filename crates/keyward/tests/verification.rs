// SPDX-License-Identifier: Apache-2.0

//! Verifying sessions, with two real clients on a real server: Keyward on one side, plain matrix-sdk or Keyward on the
//! other. Plain requests witness what the server has.

mod common;

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use common::Keyward;
use keyward::{
    error::ServerError,
    facts::{IdentityStatus, KeyBackupStatus},
    secret::RecoveryKey,
    secret_storage::KeyInput,
    verification::{CancelReason, Verification, VerificationError, VerificationState as State},
};
use keyward_testing::{
    other_client::OtherClient,
    proxy::{Fault, FaultProxy, Rule},
    server_state::ServerState,
    synapse::Synapse,
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
}

impl Owner {
    async fn new() -> Self {
        Self::with_phone_at(Synapse::shared().await.url()).await
    }

    async fn with_phone_at(url: &str) -> Self {
        let synapse = Synapse::shared().await;
        let user = synapse.new_user().await.expect("a user");
        let observer = PlainSession::login(synapse.url(), &user, None)
            .await
            .expect("a session");
        let phone = OtherClient::login(url, &user).await.expect("a phone");
        let recovery_key = phone.bootstrap().await.expect("an identity");
        Self {
            user,
            phone,
            recovery_key,
            observer,
        }
    }

    /// Keyward, logged in and not verified. The phone has heard of it: matrix-sdk ignores requests of sessions that it
    /// hears of in the same sync.
    async fn keyward(&self) -> Keyward {
        let keyward = Keyward::login(Synapse::shared().await.url(), &self.user).await;
        self.phone.sync_once().await.expect("a sync");
        keyward
    }

    /// Keyward, logged in through `url` and verified with the recovery key.
    async fn verified_keyward(&self, url: &str) -> Keyward {
        let keyward = Keyward::login(url, &self.user).await;
        let key = KeyInput::RecoveryKey(RecoveryKey::new(self.recovery_key.clone()));
        keyward.account.unlock(&key).await.expect("unlocked");
        keyward
    }

    /// Another client, logged in and not verified.
    async fn tablet(&self) -> OtherClient {
        OtherClient::login(Synapse::shared().await.url(), &self.user)
            .await
            .expect("a tablet")
    }

    /// Whether the server has the identity's signature of a session.
    async fn is_signed(&self, device_id: &str) -> bool {
        let state = ServerState::read(&self.observer).await.expect("a state");
        let [_, self_signing, _] = state.public_keys();
        let signature = format!("ed25519:{}", self_signing.expect("an identity"));
        !state.device_keys[device_id]["signatures"][&self.user.user_id][&signature].is_null()
    }
}

/// What the person at Keyward does when the screen shows a state.
enum Act {
    Watch,
    Accept,
    Emoji,
    Confirm,
    Mismatch,
    Cancel,
}

/// The person at Keyward, until the end. Returns all that was shown.
async fn person(
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
fn comparing(start: bool) -> impl FnMut(&State) -> Act {
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

/// The other client gets as far as the emoji.
async fn other_sees_emoji(
    other: &OtherClient,
    request: &VerificationRequest,
    start: bool,
) -> (SasVerification, Vec<&'static str>) {
    let sas = if start {
        other
            .sync_until(async || request.is_ready().then_some(()))
            .await
            .expect("ready");
        request.start_sas().await.expect("sent").expect("emoji are possible")
    } else {
        let started = async || match request.state() {
            VerificationRequestState::Transitioned {
                verification: OtherMethod::SasV1(sas),
            } => Some(sas),
            _ => None,
        };
        let sas = other.sync_until(started).await.expect("Keyward starts");
        sas.accept().await.expect("accepted");
        sas
    };
    let emoji = other.sync_until(async || sas.emoji()).await.expect("emoji");
    (sas, emoji.iter().map(|emoji| emoji.symbol).collect())
}

/// The other client compares and confirms. Returns its emoji.
async fn other_compares(other: &OtherClient, request: &VerificationRequest, start: bool) -> Vec<&'static str> {
    let (sas, emoji) = other_sees_emoji(other, request, start).await;
    sas.confirm().await.expect("confirmed");
    other
        .sync_until(async || sas.is_done().then_some(()))
        .await
        .expect("done");
    // What became due with it goes out after the next one.
    other.sync_once().await.expect("a sync");
    emoji
}

/// The code with which the other client learns that Keyward cancelled.
async fn cancelled_at_the_other(other: &OtherClient, request: &VerificationRequest) -> String {
    let info = other
        .sync_until(async || request.cancel_info())
        .await
        .expect("the cancellation");
    assert!(!info.cancelled_by_us());
    info.cancel_code().to_string()
}

fn cancelled(by_us: bool, reason: CancelReason) -> State {
    State::Cancelled { by_us, reason }
}

#[tokio::test(flavor = "multi_thread")]
async fn this_session_is_verified_by_emoji_which_keyward_starts() {
    let owner = Owner::new().await;
    let keyward = owner.keyward().await;
    assert!(!owner.is_signed(keyward.account.device_id()).await);

    let mut verification = keyward.account.verify_this_session().await.expect("asked");
    assert_eq!(verification.device_id(), None);
    let other = async {
        let request = owner.phone.accept_verification().await.expect("accepted");
        other_compares(&owner.phone, &request, false).await
    };
    let (shown, emoji) = join!(person(&mut verification, comparing(true)), other);
    let shown = shown.expect("verified");
    assert_eq!(last(&shown), &State::Done);
    assert_eq!(emoji_of(&shown), emoji);
    assert_eq!(verification.device_id(), Some(owner.phone.device_id()));
    assert!(owner.is_signed(keyward.account.device_id()).await);
    assert!(keyward.account.status().await.expect("a status").verified);
    assert_eq!(verification.next().await, Ok(State::Done), "the end repeats");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_private_keys_and_the_backup_key_come_with_later_syncs() {
    let owner = Owner::new().await;
    let keyward = owner.keyward().await;
    let mut verification = keyward.account.verify_this_session().await.expect("asked");
    let other = async {
        let request = owner.phone.accept_verification().await.expect("accepted");
        other_compares(&owner.phone, &request, true).await
    };
    let (shown, _) = join!(person(&mut verification, comparing(false)), other);
    assert_eq!(last(&shown.expect("verified")), &State::Done);

    let secrets = async {
        loop {
            let status = keyward.account.status().await.expect("a status");
            if status.identity == IdentityStatus::Ours && status.key_backup == KeyBackupStatus::Enabled {
                return;
            }
            keyward.account.sync_once(Duration::from_secs(5)).await.expect("a sync");
        }
    };
    tokio::select! {
        () = secrets => {}
        stopped = owner.phone.sync_until(async || None::<()>) => panic!("the keys did not come: {stopped:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_keyward_hands_the_private_keys_and_the_backup_key_over() {
    let owner = Owner::new().await;
    let keyward = owner.verified_keyward(Synapse::shared().await.url()).await;
    let tablet = owner.tablet().await;
    let request = tablet.ask_to_verify(keyward.account.device_id()).await.expect("asked");
    let mut verification = keyward.account.next_verification_request().await.expect("a request");
    let (shown, _) = join!(
        person(&mut verification, comparing(false)),
        other_compares(&tablet, &request, true)
    );
    assert_eq!(last(&shown.expect("verified")), &State::Done);

    let has_all = async || {
        let encryption = tablet.client().encryption();
        let complete = encryption.cross_signing_status().await?.is_complete();
        (complete && encryption.backups().are_enabled().await).then_some(())
    };
    let keyward_syncs = async {
        loop {
            keyward
                .account
                .sync_once(Duration::from_secs(20))
                .await
                .expect("a sync");
        }
    };
    tokio::select! {
        handed_over = tablet.sync_until(has_all) => handed_over.expect("all keys"),
        () = keyward_syncs => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_session_is_verified_by_emoji_which_it_starts() {
    let owner = Owner::new().await;
    let keyward = owner.verified_keyward(Synapse::shared().await.url()).await;
    let tablet = owner.tablet().await;

    let mut verification = keyward
        .account
        .verify_session(&tablet.device_id())
        .await
        .expect("asked");
    assert_eq!(verification.device_id(), Some(tablet.device_id()));
    let other = async {
        let request = tablet.accept_verification().await.expect("accepted");
        other_compares(&tablet, &request, true).await
    };
    let (shown, emoji) = join!(person(&mut verification, comparing(false)), other);
    let shown = shown.expect("verified");
    assert_eq!(last(&shown), &State::Done);
    assert_eq!(emoji_of(&shown), emoji);
    assert!(owner.is_signed(&tablet.device_id()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_asks_is_verified_by_emoji() {
    let owner = Owner::new().await;
    let keyward = owner.verified_keyward(Synapse::shared().await.url()).await;
    let tablet = owner.tablet().await;

    let request = tablet.ask_to_verify(keyward.account.device_id()).await.expect("asked");
    let mut verification = keyward.account.next_verification_request().await.expect("a request");
    assert_eq!(verification.device_id(), Some(tablet.device_id()));
    let (shown, emoji) = join!(
        person(&mut verification, comparing(true)),
        other_compares(&tablet, &request, false)
    );
    let shown = shown.expect("verified");
    assert_eq!(shown[0], State::Requested);
    assert_eq!(last(&shown), &State::Done);
    assert_eq!(emoji_of(&shown), emoji);
    assert!(owner.is_signed(&tablet.device_id()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_comes_together_with_the_news_of_its_session_is_not_lost() {
    let owner = Owner::new().await;
    let keyward = owner.verified_keyward(Synapse::shared().await.url()).await;
    keyward.account.sync_once(Duration::ZERO).await.expect("a sync");
    let tablet = owner.tablet().await;
    let _request = tablet.ask_to_verify(keyward.account.device_id()).await.expect("asked");
    keyward.account.sync_once(Duration::ZERO).await.expect("a sync");
    let found = timeout(Duration::from_secs(30), keyward.account.next_verification_request())
        .await
        .expect("it was not lost")
        .expect("a request");
    assert_eq!(found.device_id(), Some(tablet.device_id()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_waited_for_without_any_other_sync() {
    let owner = Owner::new().await;
    let keyward = owner.keyward().await;
    let (verification, request) = join!(
        keyward.account.next_verification_request(),
        owner.phone.ask_to_verify(keyward.account.device_id())
    );
    let (mut verification, request) = (verification.expect("a request"), request.expect("asked"));
    let (shown, _) = join!(
        person(&mut verification, comparing(false)),
        other_compares(&owner.phone, &request, true)
    );
    assert_eq!(last(&shown.expect("verified")), &State::Done);
    assert!(owner.is_signed(keyward.account.device_id()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sessions_of_keyward_verify_each_other() {
    let owner = Owner::new().await;
    let (verified, new) = (
        owner.verified_keyward(Synapse::shared().await.url()).await,
        owner.keyward().await,
    );
    let mut asking = verified
        .account
        .verify_session(new.account.device_id())
        .await
        .expect("asked");
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
        assert!(matches!(result, Ok(()) | Err(VerificationError::NotNow)), "{result:?}");
    }

    let owner = Owner::new().await;
    let keyward = owner.verified_keyward(Synapse::shared().await.url()).await;
    let tablet = owner.tablet().await;
    let request = tablet.ask_to_verify(keyward.account.device_id()).await.expect("asked");
    let mut verification = keyward.account.next_verification_request().await.expect("a request");
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
    join!(here, other_compares(&tablet, &request, false));
    assert!(owner.is_signed(&tablet.device_id()).await);
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
        other
            .sync_until(async || request.is_ready().then_some(()))
            .await
            .expect("ready");
        // The code is shown while this side goes on.
        let code = code.await.expect("a code");
        let data = QrVerificationData::from_bytes(&code).expect("a valid code");
        let qr = request
            .scan_qr_code(data)
            .await
            .expect("the right code")
            .expect("possible");
        other
            .sync_until(async || qr.is_done().then_some(()))
            .await
            .expect("done");
        other.sync_once().await.expect("a sync");
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
        other
            .sync_until(async || request.is_ready().then_some(()))
            .await
            .expect("ready");
        let qr = request.generate_qr_code().await.expect("possible").expect("a code");
        send.send(qr.to_bytes().expect("a code")).expect("wanted");
        other
            .sync_until(async || qr.has_been_scanned().then_some(()))
            .await
            .expect("scanned");
        qr.confirm().await.expect("confirmed");
        other
            .sync_until(async || qr.is_done().then_some(()))
            .await
            .expect("done");
        other.sync_once().await.expect("a sync");
    };
    join!(here, there);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_keyward_shows_its_code() {
    let owner = Owner::new().await;
    let keyward = owner.verified_keyward(Synapse::shared().await.url()).await;
    let tablet = owner.tablet().await;
    let mut verification = keyward
        .account
        .verify_session(&tablet.device_id())
        .await
        .expect("asked");
    let request = tablet.accept_verification().await.expect("accepted");
    keyward_shows(&mut verification, &tablet, &request).await;
    assert!(owner.is_signed(&tablet.device_id()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_keyward_scans_a_code() {
    let owner = Owner::new().await;
    let keyward = owner.verified_keyward(Synapse::shared().await.url()).await;
    let tablet = owner.tablet().await;
    let request = tablet.ask_to_verify(keyward.account.device_id()).await.expect("asked");
    let mut verification = keyward.account.next_verification_request().await.expect("a request");
    keyward_scans(&mut verification, &tablet, &request).await;
    assert!(owner.is_signed(&tablet.device_id()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_keyward_shows_its_code() {
    let owner = Owner::new().await;
    let keyward = owner.keyward().await;
    let request = owner
        .phone
        .ask_to_verify(keyward.account.device_id())
        .await
        .expect("asked");
    let mut verification = keyward.account.next_verification_request().await.expect("a request");
    keyward_shows(&mut verification, &owner.phone, &request).await;
    assert!(owner.is_signed(keyward.account.device_id()).await);
    assert!(keyward.account.status().await.expect("a status").verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_keyward_scans_a_code() {
    let owner = Owner::new().await;
    let keyward = owner.keyward().await;
    let mut verification = keyward.account.verify_this_session().await.expect("asked");
    let request = owner.phone.accept_verification().await.expect("accepted");
    keyward_scans(&mut verification, &owner.phone, &request).await;
    assert!(owner.is_signed(keyward.account.device_id()).await);
    assert!(keyward.account.status().await.expect("a status").verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_shown_where_the_other_side_has_no_emoji() {
    let owner = Owner::new().await;
    let keyward = owner.verified_keyward(Synapse::shared().await.url()).await;
    let tablet = owner.tablet().await;
    let mut verification = keyward
        .account
        .verify_session(&tablet.device_id())
        .await
        .expect("asked");
    let request = tablet.accept_verification().await.expect("accepted");
    let here = person(&mut verification, |state| match state {
        State::Ready { .. } => Act::Emoji,
        State::Decimals { .. } => Act::Confirm,
        _ => Act::Watch,
    });
    let there = async {
        let started = async || match request.state() {
            VerificationRequestState::Transitioned {
                verification: OtherMethod::SasV1(sas),
            } => Some(sas),
            _ => None,
        };
        let sas = tablet.sync_until(started).await.expect("Keyward starts");
        let numbers = AcceptSettings::with_allowed_methods(vec![ShortAuthenticationString::Decimal]);
        sas.accept_with_settings(numbers).await.expect("accepted");
        let decimals = tablet.sync_until(async || sas.decimals()).await.expect("numbers");
        sas.confirm().await.expect("confirmed");
        tablet
            .sync_until(async || sas.is_done().then_some(()))
            .await
            .expect("done");
        tablet.sync_once().await.expect("a sync");
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
    let owner = Owner::new().await;
    let url = Synapse::shared().await.url();
    let (answering, late) = (owner.verified_keyward(url).await, owner.verified_keyward(url).await);
    let tablet = owner.tablet().await;
    let encryption = tablet.client().encryption();
    let user = tablet.client().user_id().expect("logged in");
    let identity = encryption.get_user_identity(user).await.expect("readable");
    let request = identity
        .expect("an identity")
        .request_verification()
        .await
        .expect("asked all");

    let mut answer = answering.account.next_verification_request().await.expect("a request");
    let mut too_late = late.account.next_verification_request().await.expect("a request");
    assert_eq!(too_late.next().await, Ok(State::Requested));
    let (shown, _) = join!(
        person(&mut answer, |state| match state {
            State::Requested => Act::Accept,
            State::Emoji { .. } => Act::Confirm,
            _ => Act::Watch,
        }),
        other_compares(&tablet, &request, true)
    );
    assert_eq!(last(&shown.expect("verified")), &State::Done);
    assert_eq!(
        too_late.next().await,
        Ok(cancelled(false, CancelReason::AcceptedElsewhere))
    );
    assert_eq!(too_late.accept().await, Err(VerificationError::NotNow));
}

#[tokio::test(flavor = "multi_thread")]
async fn emoji_can_be_chosen_after_a_code_was_shown() {
    let owner = Owner::new().await;
    let keyward = owner.verified_keyward(Synapse::shared().await.url()).await;
    let tablet = owner.tablet().await;
    let mut verification = keyward
        .account
        .verify_session(&tablet.device_id())
        .await
        .expect("asked");
    let request = tablet.accept_verification().await.expect("accepted");
    loop {
        if let State::Ready { .. } = verification.next().await.expect("a state") {
            break;
        }
    }
    verification.qr_code().await.expect("possible").expect("a code");
    verification.start_emoji().await.expect("started");
    assert_eq!(verification.qr_code().await, Err(VerificationError::NotNow));
    let (shown, _) = join!(
        person(&mut verification, comparing(false)),
        other_compares(&tablet, &request, false)
    );
    assert_eq!(last(&shown.expect("verified")), &State::Done);
    assert!(owner.is_signed(&tablet.device_id()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_with_other_keys_cancels() {
    let owner = Owner::new().await;
    let keyward = owner.keyward().await;
    let mut verification = keyward.account.verify_this_session().await.expect("asked");
    let request = owner.phone.accept_verification().await.expect("accepted");
    loop {
        if let State::Ready { .. } = verification.next().await.expect("a state") {
            break;
        }
    }
    let qr = request.generate_qr_code().await.expect("possible").expect("a code");
    let mut code = qr.to_bytes().expect("a code");
    // The second key stands before the secret, which has 16 bytes; the first before it.
    let second = code.len() - 16 - 32;
    let public = another_key();
    code[second..second + 32].copy_from_slice(&public);
    verification.scan(&code).await.expect("sent");
    assert_eq!(
        verification.next().await,
        Ok(cancelled(true, CancelReason::KeyMismatch))
    );
    assert_eq!(cancelled_at_the_other(&owner.phone, &request).await, "m.key_mismatch");
    assert!(!owner.is_signed(keyward.account.device_id()).await);
}

/// Some valid public key: the base point of Ed25519, compressed (RFC 8032, 5.1).
fn another_key() -> [u8; 32] {
    let mut key = [0x66; 32];
    key[0] = 0x58;
    key
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_declined_by_the_other_side() {
    let owner = Owner::new().await;
    let keyward = owner.verified_keyward(Synapse::shared().await.url()).await;
    let tablet = owner.tablet().await;
    let mut verification = keyward
        .account
        .verify_session(&tablet.device_id())
        .await
        .expect("asked");
    assert_eq!(verification.next().await, Ok(State::Waiting));
    let request = tablet.asked_to_verify().await.expect("a request");
    request.cancel().await.expect("declined");
    let declined = cancelled(false, CancelReason::User);
    assert_eq!(verification.next().await, Ok(declined.clone()));
    assert_eq!(verification.next().await, Ok(declined), "the end repeats");
    assert_eq!(verification.start_emoji().await, Err(VerificationError::NotNow));
    assert_eq!(verification.confirm().await, Err(VerificationError::NotNow));
    assert_eq!(verification.cancel().await, Ok(()));
    assert!(!owner.is_signed(&tablet.device_id()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_declined_here() {
    let owner = Owner::new().await;
    let keyward = owner.keyward().await;
    let request = owner
        .phone
        .ask_to_verify(keyward.account.device_id())
        .await
        .expect("asked");
    let mut verification = keyward.account.next_verification_request().await.expect("a request");
    let shown = person(&mut verification, |_| Act::Cancel).await.expect("declined");
    assert_eq!(shown, [State::Requested, cancelled(true, CancelReason::User)]);
    assert_eq!(cancelled_at_the_other(&owner.phone, &request).await, "m.user");
}

#[tokio::test(flavor = "multi_thread")]
async fn keyward_cancels_at_every_stage() {
    type Stage = fn(&State) -> bool;
    let stages: [(&str, Stage); 3] = [
        ("ready", |state| matches!(state, State::Ready { .. })),
        ("emoji", |state| matches!(state, State::Emoji { .. })),
        ("confirmed", |state| matches!(state, State::Confirmed)),
    ];
    let owner = Owner::new().await;
    let keyward = owner.verified_keyward(Synapse::shared().await.url()).await;
    let tablet = owner.tablet().await;
    for (name, stage) in stages {
        let mut verification = keyward
            .account
            .verify_session(&tablet.device_id())
            .await
            .expect("asked");
        let request = tablet.accept_verification().await.expect("accepted");
        let here = person(&mut verification, |state| {
            if stage(state) {
                Act::Cancel
            } else {
                comparing(true)(state)
            }
        });
        let there = async {
            if name != "ready" {
                other_sees_emoji(&tablet, &request, false).await;
            }
            cancelled_at_the_other(&tablet, &request).await
        };
        let (shown, code) = join!(here, there);
        assert_eq!(
            last(&shown.expect("cancelled")),
            &cancelled(true, CancelReason::User),
            "{name}"
        );
        assert_eq!(code, "m.user", "{name}");
        assert!(!owner.is_signed(&tablet.device_id()).await, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_side_cancels_at_every_stage() {
    let owner = Owner::new().await;
    let keyward = owner.verified_keyward(Synapse::shared().await.url()).await;
    let tablet = owner.tablet().await;
    for at_emoji in [false, true] {
        let mut verification = keyward
            .account
            .verify_session(&tablet.device_id())
            .await
            .expect("asked");
        let there = async {
            let request = tablet.accept_verification().await.expect("accepted");
            if at_emoji {
                other_sees_emoji(&tablet, &request, true).await;
            }
            request.cancel().await.expect("cancelled");
        };
        let (shown, ()) = join!(
            person(&mut verification, |state| match state {
                State::Requested => Act::Accept,
                _ => Act::Watch,
            }),
            there
        );
        let end = cancelled(false, CancelReason::User);
        assert_eq!(last(&shown.expect("cancelled")), &end, "at emoji: {at_emoji}");
        assert!(!owner.is_signed(&tablet.device_id()).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn emoji_that_differ_cancel_from_either_side() {
    let owner = Owner::new().await;
    let keyward = owner.verified_keyward(Synapse::shared().await.url()).await;
    let tablet = owner.tablet().await;

    let mut verification = keyward
        .account
        .verify_session(&tablet.device_id())
        .await
        .expect("asked");
    let request = tablet.accept_verification().await.expect("accepted");
    let here = person(&mut verification, |state| match state {
        State::Ready { .. } => Act::Emoji,
        State::Emoji { .. } => Act::Mismatch,
        _ => Act::Watch,
    });
    let there = async {
        other_sees_emoji(&tablet, &request, false).await;
        cancelled_at_the_other(&tablet, &request).await
    };
    let (shown, code) = join!(here, there);
    assert_eq!(
        last(&shown.expect("cancelled")),
        &cancelled(true, CancelReason::MismatchedSas)
    );
    assert_eq!(code, "m.mismatched_sas");

    let mut verification = keyward
        .account
        .verify_session(&tablet.device_id())
        .await
        .expect("asked");
    let there = async {
        let request = tablet.accept_verification().await.expect("accepted");
        let (sas, _) = other_sees_emoji(&tablet, &request, true).await;
        sas.mismatch().await.expect("cancelled");
    };
    let (shown, ()) = join!(person(&mut verification, comparing(false)), there);
    assert_eq!(
        last(&shown.expect("cancelled")),
        &cancelled(false, CancelReason::MismatchedSas)
    );
    assert!(!owner.is_signed(&tablet.device_id()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_nobody_answers_times_out() {
    let owner = Owner::new().await;
    let keyward = owner.keyward().await;
    let verification = keyward.account.verify_this_session().await.expect("asked");
    let request = owner.phone.asked_to_verify().await.expect("a request");
    let mut verification = verification.with_time_limit(Duration::from_millis(200));
    let shown = person(&mut verification, |_| Act::Watch).await.expect("ended");
    assert_eq!(shown, [State::Waiting, cancelled(true, CancelReason::TimedOut)]);
    assert_eq!(cancelled_at_the_other(&owner.phone, &request).await, "m.timeout");
}

#[tokio::test(flavor = "multi_thread")]
async fn emoji_that_nobody_confirms_time_out() {
    let owner = Owner::new().await;
    let keyward = owner.keyward().await;
    let mut verification = keyward.account.verify_this_session().await.expect("asked");
    let there = async {
        let request = owner.phone.accept_verification().await.expect("accepted");
        other_sees_emoji(&owner.phone, &request, true).await;
        request
    };
    let here = async {
        while !matches!(verification.next().await.expect("a state"), State::Emoji { .. }) {}
        verification.with_time_limit(Duration::from_millis(200))
    };
    let (mut verification, request) = join!(here, there);
    assert_eq!(verification.next().await, Ok(cancelled(true, CancelReason::TimedOut)));
    assert_eq!(cancelled_at_the_other(&owner.phone, &request).await, "m.timeout");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_sides_reason_arrives() {
    let owner = Owner::new().await;
    let keyward = owner.verified_keyward(Synapse::shared().await.url()).await;
    let tablet = owner.tablet().await;
    for (code, reason) in [
        ("m.timeout", CancelReason::TimedOut),
        ("m.accepted", CancelReason::AcceptedElsewhere),
        ("m.unknown_method", CancelReason::UnknownMethod),
        ("org.example.whim", CancelReason::Other),
    ] {
        let mut verification = keyward
            .account
            .verify_session(&tablet.device_id())
            .await
            .expect("asked");
        let request = tablet.asked_to_verify().await.expect("a request");
        let content = json!({ "transaction_id": request.flow_id(), "code": code, "reason": "because" });
        let body = json!({ "messages": { &owner.user.user_id: { keyward.account.device_id(): content } } });
        let path = format!("/v3/sendToDevice/m.key.verification.cancel/{}", request.flow_id());
        tablet
            .plain()
            .request_ok(Method::PUT, &path, Some(&body))
            .await
            .expect("sent");
        let shown = person(&mut verification, |_| Act::Watch).await.expect("ended");
        assert_eq!(last(&shown), &cancelled(false, reason), "{code}");
        // The tablet hears of it, too, and forgets the request.
        tablet
            .sync_until(async || request.is_cancelled().then_some(()))
            .await
            .expect("cancelled");
    }
}

/// Keyward signs; its upload meets `fault`.
async fn own_signature_meets(fault: Fault) {
    let proxy = FaultProxy::start(Synapse::shared().await.url()).expect("a proxy");
    let owner = Owner::new().await;
    let keyward = owner.verified_keyward(proxy.url()).await;
    let tablet = owner.tablet().await;
    let mut verification = keyward
        .account
        .verify_session(&tablet.device_id())
        .await
        .expect("asked");
    let request = tablet.accept_verification().await.expect("accepted");
    let name = fault.name();
    proxy.arm(
        Rule::new(fault)
            .on(|_, path| path.ends_with("/keys/signatures/upload"))
            .for_ever(),
    );
    let (shown, _) = join!(
        person(&mut verification, comparing(true)),
        other_compares(&tablet, &request, false)
    );
    assert_eq!(shown, Err(VerificationError::NotSigned), "{name}");
    assert_eq!(verification.next().await, Err(VerificationError::NotSigned), "{name}");
    assert!(!owner.is_signed(&tablet.device_id()).await, "{name}");

    proxy.disarm();
    assert_eq!(verification.next().await, Ok(State::Done), "{name}");
    assert!(owner.is_signed(&tablet.device_id()).await, "{name}");
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
    let proxy = FaultProxy::start(Synapse::shared().await.url()).expect("a proxy");
    let owner = Owner::with_phone_at(proxy.url()).await;
    let keyward = owner.keyward().await;
    let mut verification = keyward
        .account
        .verify_this_session()
        .await
        .expect("asked")
        .with_signature_limit(Duration::from_millis(500));
    let request = owner.phone.accept_verification().await.expect("accepted");
    proxy.arm(
        Rule::new(Fault::Reply(StatusCode::OK, json!({})))
            .on(|_, path| path.ends_with("/keys/signatures/upload"))
            .for_ever(),
    );
    let (shown, _) = join!(
        person(&mut verification, comparing(true)),
        other_compares(&owner.phone, &request, false)
    );
    assert_eq!(shown, Err(VerificationError::NotSigned));
    assert!(!owner.is_signed(keyward.account.device_id()).await);
    assert!(!keyward.account.status().await.expect("a status").verified);
    // Whoever does not want to wait for it any more can leave.
    verification.cancel().await.expect("cancelled");
    assert_eq!(verification.next().await, Ok(cancelled(true, CancelReason::User)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_comes_late_is_waited_for() {
    let proxy = FaultProxy::start(Synapse::shared().await.url()).expect("a proxy");
    let owner = Owner::with_phone_at(proxy.url()).await;
    let keyward = owner.keyward().await;
    let mut verification = keyward.account.verify_this_session().await.expect("asked");
    let request = owner.phone.accept_verification().await.expect("accepted");
    proxy.arm(
        Rule::new(Fault::Delay(Duration::from_secs(2)))
            .on(|_, path| path.ends_with("/keys/signatures/upload"))
            .for_ever(),
    );
    let (shown, _) = join!(
        person(&mut verification, comparing(true)),
        other_compares(&owner.phone, &request, false)
    );
    assert_eq!(last(&shown.expect("verified")), &State::Done);
    let delayed = proxy.requests().iter().any(|request| request.fault == Some("Delay"));
    assert!(delayed, "the phone uploaded late");
    assert!(owner.is_signed(keyward.account.device_id()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_goes_on_beside_others_that_synchronise() {
    let owner = Owner::new().await;
    let keyward = owner.keyward().await;
    let watching = keyward.account.clone();
    let request = owner
        .phone
        .ask_to_verify(keyward.account.device_id())
        .await
        .expect("asked");
    let verified = async {
        let mut verification = keyward.account.next_verification_request().await.expect("a request");
        // In a task of its own, as an app does it.
        let here = tokio::spawn(async move { person(&mut verification, comparing(true)).await });
        let (shown, _) = join!(here, other_compares(&owner.phone, &request, false));
        shown.expect("no panic").expect("verified")
    };
    let watch = async {
        loop {
            watching.sync_once(Duration::from_secs(20)).await.expect("a sync");
        }
    };
    tokio::select! {
        shown = verified => assert_eq!(last(&shown), &State::Done),
        () = watch => {}
    }
    assert!(owner.is_signed(keyward.account.device_id()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_the_server_fails_to_take_is_sent_again() {
    let proxy = FaultProxy::start(Synapse::shared().await.url()).expect("a proxy");
    let owner = Owner::new().await;
    let keyward = owner.verified_keyward(proxy.url()).await;
    let tablet = owner.tablet().await;
    let mut verification = keyward
        .account
        .verify_session(&tablet.device_id())
        .await
        .expect("asked");
    let request = tablet.accept_verification().await.expect("accepted");
    while !matches!(verification.next().await.expect("a state"), State::Ready { .. }) {}
    proxy.arm(
        Rule::new(Fault::Status500)
            .on(|_, path| path.contains("/sendToDevice/"))
            .for_ever(),
    );
    let failed = verification.start_emoji().await;
    let failing = VerificationError::Request(ServerError::Failing { status: 500 }.into());
    assert_eq!(failed, Err(failing.clone()));
    assert_eq!(verification.next().await, Err(failing));
    proxy.disarm();
    let (shown, _) = join!(
        person(&mut verification, comparing(false)),
        other_compares(&tablet, &request, false)
    );
    assert_eq!(last(&shown.expect("verified")), &State::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_verification_replaces_the_first() {
    let owner = Owner::new().await;
    let keyward = owner.verified_keyward(Synapse::shared().await.url()).await;
    let tablet = owner.tablet().await;
    let mut first = keyward
        .account
        .verify_session(&tablet.device_id())
        .await
        .expect("asked");
    let request = tablet.asked_to_verify().await.expect("a request");
    let mut second = keyward
        .account
        .verify_session(&tablet.device_id())
        .await
        .expect("asked");
    assert_eq!(
        first.next().await,
        Ok(cancelled(true, CancelReason::AnotherVerification))
    );
    assert_eq!(cancelled_at_the_other(&tablet, &request).await, "m.user");
    let there = async {
        let request = tablet.accept_verification().await.expect("accepted");
        other_compares(&tablet, &request, false).await
    };
    let (shown, _) = join!(person(&mut second, comparing(true)), there);
    assert_eq!(last(&shown.expect("verified")), &State::Done);
    // And once more: what is done is not in the way.
    let mut third = keyward
        .account
        .verify_session(&tablet.device_id())
        .await
        .expect("asked");
    assert_eq!(third.next().await, Ok(State::Waiting));
    third.cancel().await.expect("cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sessions_that_ask_at_the_same_time_both_hear_why_it_ended() {
    let owner = Owner::new().await;
    let (verified, new) = (
        owner.verified_keyward(Synapse::shared().await.url()).await,
        owner.keyward().await,
    );
    let mut here = verified
        .account
        .verify_session(new.account.device_id())
        .await
        .expect("asked");
    let mut there = new
        .account
        .verify_session(verified.account.device_id())
        .await
        .expect("asked");
    let (here, there) = join!(person(&mut here, |_| Act::Watch), person(&mut there, |_| Act::Watch));
    for shown in [here, there] {
        let shown = shown.expect("ended");
        assert_eq!(last(&shown), &cancelled(true, CancelReason::AnotherVerification));
    }
    assert!(!owner.is_signed(new.account.device_id()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_signed_out_meanwhile_ends_it() {
    let owner = Owner::new().await;
    let keyward = owner.verified_keyward(Synapse::shared().await.url()).await;
    for accepted in [false, true] {
        let tablet = owner.tablet().await;
        let mut verification = keyward
            .account
            .verify_session(&tablet.device_id())
            .await
            .expect("asked");
        assert_eq!(verification.next().await, Ok(State::Waiting));
        if accepted {
            tablet.accept_verification().await.expect("accepted");
            let state = verification.next().await.expect("a state");
            assert!(matches!(state, State::Ready { .. }), "{state:?}");
        }
        tablet.plain().logout().await.expect("signed out");
        assert_eq!(
            verification.next().await,
            Ok(cancelled(true, CancelReason::SessionGone)),
            "accepted: {accepted}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_cannot_be_verified_are_refused_with_the_reason() {
    let owner = Owner::new().await;
    let account = owner.verified_keyward(Synapse::shared().await.url()).await.account;
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
    let synapse = Synapse::shared().await;
    let user = synapse.new_user().await.expect("a user");
    let keyward = Keyward::login(synapse.url(), &user).await;
    let other = OtherClient::login(synapse.url(), &user).await.expect("another session");
    let refused = keyward
        .account
        .verify_session(&other.device_id())
        .await
        .expect_err("no identity");
    assert_eq!(refused, VerificationError::NoIdentity);
    let refused = keyward.account.verify_this_session().await.expect_err("no identity");
    assert_eq!(refused, VerificationError::NoIdentity);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_unverified_sessions_cannot_verify_each_other() {
    let owner = Owner::new().await;
    let keyward = owner.keyward().await;
    let tablet = owner.tablet().await;
    let refused = keyward
        .account
        .verify_session(&tablet.device_id())
        .await
        .expect_err("nobody signs");
    assert_eq!(refused, VerificationError::NobodyCanSign);

    let request = tablet.ask_to_verify(keyward.account.device_id()).await.expect("asked");
    let mut verification = keyward.account.next_verification_request().await.expect("a request");
    assert_eq!(verification.next().await, Ok(State::Requested));
    assert_eq!(verification.accept().await, Err(VerificationError::NobodyCanSign));
    verification.cancel().await.expect("declined");
    assert_eq!(verification.next().await, Ok(cancelled(true, CancelReason::User)));
    assert_eq!(cancelled_at_the_other(&tablet, &request).await, "m.user");

    owner.phone.plain().logout().await.expect("signed out");
    let refused = keyward.account.verify_this_session().await.expect_err("nobody is left");
    assert_eq!(refused, VerificationError::NobodyToAsk);
}
