// SPDX-License-Identifier: Apache-2.0

//! A reset with 20 000 room keys: true progress, and an upload that goes on where it was interrupted.

use std::sync::{Arc, Mutex};

use crate::common::{Keyward, assert_matches, finish, key, new_user, other_client, password, until_challenge};
use keyward::{
    error::RequestError,
    reset::{OldBackup, Progress, ProgressListener, ResetError, ResetOptions, Step},
};
use keyward_testing::proxy::{Fault, Rule};

const ROOM_KEYS: usize = 20_000;
/// Room keys a request.
const BATCH: usize = 100;

#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Progress>>>);

impl Seen {
    fn listener(&self) -> ProgressListener {
        let seen = self.0.clone();
        Arc::new(move |progress| seen.lock().expect("a list").push(progress))
    }

    /// What was reported of one step, as (done, total).
    fn of(&self, step: Step) -> Vec<(u64, u64)> {
        let seen = self.0.lock().expect("a list");
        seen.iter()
            .filter(|progress| progress.step == step)
            .map(|progress| (progress.done, progress.total))
            .collect()
    }
}

fn only_grows(reports: &[(u64, u64)]) -> bool {
    reports.windows(2).all(|pair| pair[0].0 <= pair[1].0) && reports.iter().all(|(done, total)| done <= total)
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_room_keys_show_true_progress_and_their_upload_resumes_where_it_was() {
    let user = new_user().await;
    let phone = other_client(&user).await;
    let old_key = phone.bootstrap().await.expect("an identity");
    phone.make_room_keys(ROOM_KEYS).await.expect("room keys");
    let (keyward, proxy) = Keyward::behind_a_proxy(&user).await;
    keyward.account.unlock(&key(&old_key)).await.expect("unlocked");
    let plan = keyward.account.plan_reset().await.expect("a plan");
    assert_eq!(plan.consequences.room_keys_in_backup, Some(ROOM_KEYS as u64));
    let seen = Seen::default();
    let options = ResetOptions {
        progress: Some(seen.listener()),
        ..ResetOptions::default()
    };
    let mut reset = keyward.account.start_reset(&plan, options).await.expect("a reset");
    until_challenge(&mut reset).await;
    let fetched = seen.of(Step::FetchOldBackup);
    assert!(only_grows(&fetched) && fetched.len() > 10, "{fetched:?}");
    assert_eq!(fetched.last(), Some(&(ROOM_KEYS as u64, ROOM_KEYS as u64)));

    reset.authorise(&password(&user)).await.expect("accepted");
    let half = ROOM_KEYS / BATCH / 2;
    let upload = |method: &str, path: &str| method == "PUT" && path.contains("/room_keys/keys");
    proxy.reset();
    proxy.arm(Rule::new(Fault::CutBefore).on(upload).number(half + 1).for_ever());
    let interrupted = reset.advance().await;
    assert_matches!(interrupted, Err(ResetError::Request(RequestError::Server(_))));
    let uploaded = seen.of(Step::BackUp);
    assert!(only_grows(&uploaded), "{uploaded:?}");
    assert_eq!(uploaded.last(), Some(&((half * BATCH) as u64, ROOM_KEYS as u64)));
    drop(reset);

    proxy.reset();
    let keyward = keyward.restart().await;
    let seen = Seen::default();
    let resumed = keyward.account.resume_reset(Some(seen.listener())).await;
    let mut reset = resumed.expect("resumed");
    let outcome = finish(&mut reset, &user).await.expect("done");
    assert_eq!(
        (outcome.old_backup, outcome.room_keys_backed_up),
        (OldBackup::Drained, ROOM_KEYS as u64)
    );
    let uploads = proxy
        .requests()
        .iter()
        .filter(|request| upload(&request.method, &request.path))
        .count();
    assert_eq!(uploads, ROOM_KEYS / BATCH - half, "nothing is uploaded twice");
    let uploaded = seen.of(Step::BackUp);
    assert!(only_grows(&uploaded), "{uploaded:?}");
    assert_eq!(uploaded.first(), Some(&((half * BATCH) as u64, ROOM_KEYS as u64)));
    assert_eq!(uploaded.last(), Some(&(ROOM_KEYS as u64, ROOM_KEYS as u64)));
}
