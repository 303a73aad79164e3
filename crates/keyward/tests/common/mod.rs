// SPDX-License-Identifier: Apache-2.0

//! What the tests share: Keyward, logged in for a person, and a reset driven to where it is of interest.

#![allow(dead_code, reason = "every test binary uses another part")]

use keyward::{
    account::Account,
    auth::AuthError,
    login::Login,
    reset::{Confirmation, Outcome, Reset, ResetError, ResetOptions, ResetState},
    secret::{Password, RecoveryKey, StoreKey},
    secret_storage::KeyInput,
    server::Homeserver,
};
pub(crate) use keyward_testing::person::Person;
use keyward_testing::{
    server_state::{Allowed, ServerState, readable},
    synapse::Synapse,
    user::User,
};
use tempfile::TempDir;

/// Keyward, logged in.
pub(crate) struct Keyward {
    pub(crate) account: Account,
    pub(crate) key: StoreKey,
    pub(crate) dir: TempDir,
}

impl Keyward {
    /// Logs in through `url`: Synapse itself, or a proxy before it.
    pub(crate) async fn login(url: &str, user: &User) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let key = StoreKey::generate();
        let homeserver = Homeserver::discover(url).await.expect("a homeserver");
        let account = Account::login(&homeserver, login(user), dir.path(), &key)
            .await
            .expect("a login");
        Self { account, key, dir }
    }

    /// The same store in a new "process".
    pub(crate) async fn restart(self) -> Self {
        let Self { account, key, dir } = self;
        account.close().await.expect("closed");
        drop(account);
        let account = Account::restore(dir.path(), &key).await.expect("the store opens");
        Self { account, key, dir }
    }
}

pub(crate) fn login(user: &User) -> Login {
    Login {
        user: user.user_id.clone(),
        password: Password::new(user.password.clone()),
        session_name: "Keyward test".to_owned(),
    }
}

/// Plans, starts and drives a reset to its end, acknowledging the key.
pub(crate) async fn reset(account: &Account, user: &User, options: ResetOptions) -> Result<Outcome, ResetError> {
    let plan = account.plan_reset().await?;
    let mut reset = account.start_reset(&plan, options).await?;
    finish(&mut reset, user).await
}

/// Drives a reset to its end.
pub(crate) async fn finish(reset: &mut Reset, user: &User) -> Result<Outcome, ResetError> {
    loop {
        match reset.advance().await? {
            ResetState::SaveKey { .. } => reset.confirm_saved(&Confirmation::Acknowledged).await?,
            ResetState::Authorise { .. } => reset.authorise(&password(user)).await?,
            ResetState::Done(outcome) => return Ok(outcome),
        }
    }
}

/// Drives a reset until the server asks for the password.
pub(crate) async fn until_challenge(reset: &mut Reset) {
    let state = reset.advance().await.expect("it is staged");
    assert!(matches!(state, ResetState::SaveKey { .. }), "{state:?}");
    reset
        .confirm_saved(&Confirmation::Acknowledged)
        .await
        .expect("confirmed");
    let state = reset.advance().await.expect("the challenge");
    assert!(matches!(state, ResetState::Authorise { .. }), "{state:?}");
}

pub(crate) async fn enter_wrong_password(reset: &mut Reset) {
    let refused = reset.authorise(&Password::new("wrong")).await;
    assert!(
        matches!(refused, Err(ResetError::Auth(AuthError::WrongPassword))),
        "{refused:?}"
    );
}

/// Plans and starts a reset without any wishes.
pub(crate) async fn start(account: &Account) -> Reset {
    let plan = account.plan_reset().await.expect("a plan");
    account
        .start_reset(&plan, ResetOptions::default())
        .await
        .expect("a reset")
}

/// The person's password, as people type it.
pub(crate) fn password(user: &User) -> Password {
    Password::new(user.password.clone())
}

/// What the server has for this person.
pub(crate) async fn state(person: &Person) -> ServerState {
    ServerState::read(&person.observer).await.expect("a state")
}

/// The two states differ by nothing but what is allowed.
pub(crate) fn assert_same(before: &ServerState, after: &ServerState, allowed: Allowed) {
    let differences = before.diff(after, allowed);
    assert!(differences.is_empty(), "{}", readable(&differences));
}

/// Keyward, logged in and unlocked with the old key.
pub(crate) async fn unlocked(person: &Person) -> Keyward {
    let keyward = Keyward::login(Synapse::shared().await.url(), &person.user).await;
    let key = KeyInput::RecoveryKey(RecoveryKey::new(person.old_key.clone()));
    assert!(keyward.account.unlock(&key).await.expect("unlocked").key_backup);
    keyward
}
