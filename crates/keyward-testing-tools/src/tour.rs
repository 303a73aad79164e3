// SPDX-License-Identifier: Apache-2.0

//! The product in one tour, from an empty server to a reset account whose history is still readable.
//!
//! Every statement of the tour is checked, where it matters by clients that share no code with Keyward, and a false one
//! ends the tour with an error. In a terminal it waits for the person between the scenes, and the person does the
//! reset; otherwise it runs through.

mod account;
mod app;
mod stage;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use keyward_testing::{
    other_client::OtherClient,
    synapse::{Synapse, SynapseOptions},
};
use serde_json::Value;

use self::{account::Alice, app::App, stage::Stage};

/// Runs the tour of the terminal app `program`; `yes` means without waiting for anybody.
pub(crate) async fn run(program: PathBuf, yes: bool) -> Result<()> {
    let stage = Stage::new(yes)?;

    stage.scene("Preparation");
    stage.say(
        "A real homeserver (Synapse) is started with a fresh database. The first time it is installed under target/, \
         which takes a minute.",
    );
    let synapse = Synapse::start(SynapseOptions::default()).await?;
    stage.say(&format!("Synapse answers at {}.", synapse.url()));

    stage.scene("Alice's account");
    let alice = Alice::create(&synapse).await?;
    stage.say(&format!(
        "Alice ({}) has {} encrypted rooms with {} messages, some of them Bob's, and a key backup. She is signed in on \
         a phone and an old tablet, which are verified, on a laptop and in a browser, which are not, and a script of \
         hers uses a session without encryption. The tablet was last seen 100 days ago.",
        alice.user.user_id,
        alice.rooms,
        alice.history.len(),
    ));
    stage.pause().await?;

    stage.scene("Log in with the terminal app");
    let app = App::new(program, &alice.user.password)?;
    app.show(&[
        "login",
        "--homeserver",
        synapse.url(),
        "--user",
        &alice.user.localpart,
        "--session-name",
        "Terminal",
    ])
    .await?;
    stage.say("The new session is not verified yet. Alice still has her recovery key, so she unlocks it.");
    app.show_with(&["unlock"], &[("KEYWARD_RECOVERY_KEY", &alice.recovery_key)])
        .await?;
    app.show(&["status"]).await?;
    stage.pause().await?;

    stage.scene("Her sessions");
    app.show(&["sessions", "--plain"]).await?;
    check_sessions_before(&app.json(&["sessions"]).await?, &alice)?;
    stage.claim("two unverified sessions and one inactive one are recommended for a look");
    stage.pause().await?;

    stage.scene("Reset cross-signing");
    stage.say(
        "Her recovery key has been lying about for years. Alice wants a new digital identity, and to keep her history.",
    );
    let new_key = if stage.is_attended() {
        attended_reset(&stage, &app, &alice).await?;
        None
    } else {
        stage.say("First the consequences, which change nothing, then the reset as a script does it:");
        app.show(&["reset", "--plan"]).await?;
        Some(reset(&app, &alice).await?)
    };

    stage.scene("Is the history still there?");
    stage.say("A brand-new session, on a client that knows nothing of Keyward, and nothing but the new key:");
    let new_phone = OtherClient::login(synapse.url(), &alice.user).await?;
    account::rename(&new_phone.plain(), "New phone").await?;
    ensure!(
        new_phone.recover(&alice.recovery_key).await.is_err(),
        "the old recovery key still opens secret storage after the reset"
    );
    stage.claim("the old recovery key opens nothing any more");
    match new_key {
        Some(key) => new_phone
            .recover(&key)
            .await
            .context("the new key does not open secret storage")?,
        // The person may mistype the key.
        None => {
            while let Err(error) = new_phone
                .recover(&stage.ask_for("Type or paste the new Security Key:").await?)
                .await
            {
                stage.say(&format!("That does not open secret storage ({error:#}). Once more:"));
            }
        }
    }
    stage.claim("the new key opens secret storage and verifies the new session");
    for message in &alice.history {
        let text = new_phone.can_decrypt(&message.room_id, &message.event_id).await?;
        ensure!(
            text.as_ref() == Some(&message.body),
            "a message from before the reset cannot be read: {text:?}"
        );
    }
    stage.claim(&format!(
        "all {} messages from before the reset can be read there",
        alice.history.len()
    ));
    stage.pause().await?;

    stage.scene("Her sessions now");
    app.show(&["sessions", "--plain"]).await?;
    check_sessions_after(&app.json(&["sessions"]).await?, &alice, &new_phone.device_id())?;
    stage
        .claim("this session and the new phone are verified; what is left of the others can be verified or signed out");
    app.show(&["status"]).await?;

    if stage.is_attended() {
        stage.scene("Go on playing");
        stage.say("Synapse keeps running while you try things in another terminal:");
        stage.lines(&[
            format!(
                "export KEYWARD_DATA_DIR={} KEYWARD_NO_KEYRING=1",
                app.data_dir().display()
            ),
            format!("export KEYWARD_PASSWORD={}", alice.user.password),
            format!("alias keyward={}", app.program().display()),
            "keyward sessions    # the page, live: sign in elsewhere and see it come".to_owned(),
            "keyward sessions sign-out --unverified".to_owned(),
            "keyward keys export room-keys.txt".to_owned(),
            "keyward reset --plan".to_owned(),
        ]);
        stage
            .wait_for("Enter ends the tour and deletes the account, the server and all files.")
            .await?;
    } else {
        stage.scene("Go on playing");
        stage.say("This was the tour without a person. In a terminal it waits, and you do the reset yourself:");
        stage.lines(&["cargo xtask demo".to_owned()]);
        stage.say("A homeserver of your own, to try the terminal app on for as long as you like:");
        stage.lines(&["cargo xtask synapse".to_owned()]);
    }
    Ok(())
}

/// The reset as a script does it. Returns the new recovery key.
async fn reset(app: &App, alice: &Alice) -> Result<String> {
    let lines = app.json_lines(&["reset", "--acknowledge"]).await?;
    let key = lines
        .iter()
        .find(|line| line["status"] == "key")
        .and_then(|line| line["recovery_key"].as_str())
        .context("the reset did not say the new key")?;
    let done = lines.last().context("the reset said nothing")?;
    ensure!(
        done["status"] == "done",
        "the reset ended without being done: {}",
        done["status"]
    );
    ensure!(
        done["recovery_key"] == key,
        "the key at the end is not the one that was announced"
    );
    ensure!(
        done["old_backup"] == "drained",
        "the old backup was not drained but {}",
        done["old_backup"]
    );
    let backed_up = done["room_keys_backed_up"]
        .as_u64()
        .context("the reset did not count the room keys")?;
    ensure!(
        backed_up >= alice.room_keys(),
        "only {backed_up} room keys are in the new backup"
    );
    let untrusted = done["untrusted_sessions"]
        .as_array()
        .context("the reset did not list the untrusted sessions")?;
    for id in [&alice.phone, &alice.tablet, &alice.laptop, &alice.browser] {
        ensure!(
            untrusted.iter().any(|session| session == id),
            "session {id} is not listed as untrusted"
        );
    }
    Ok(key.to_owned())
}

/// The reset as a person does it, who may also cancel and try again. The new key is theirs to save.
async fn attended_reset(stage: &Stage, app: &App, alice: &Alice) -> Result<()> {
    stage.say(&format!(
        "It is your turn. You are Alice, and her password is {}",
        alice.user.password
    ));
    stage.say(
        "Save the new key when it is shown: you need it again in a moment. Ctrl-C cancels the reset, try that too.",
    );
    loop {
        let status = app.json(&["status"]).await?;
        let arguments: &[&str] = if status["pending_reset"].is_null() {
            &["reset"]
        } else {
            &["reset", "--resume"]
        };
        if app.attended(arguments).await?.success() {
            return Ok(());
        }
        stage.say("The reset is not done, and nothing is lost.");
        app.show(&["status"]).await?;
        stage.wait_for("Enter tries again, Ctrl-C ends the tour.").await?;
    }
}

fn check_sessions_before(list: &Value, alice: &Alice) -> Result<()> {
    expect_trust(list, "/current/trust", "verified")?;
    for (id, trust) in [
        (&alice.phone, "verified"),
        (&alice.tablet, "verified"),
        (&alice.laptop, "unverified"),
        (&alice.browser, "unverified"),
        (&alice.script, "unverifiable"),
    ] {
        let index = position(list, id)?;
        expect_trust(list, &format!("/others/{index}/trust"), trust)?;
        let inactive = &list["others"][index]["inactive"];
        ensure!(
            *inactive == (id == &alice.tablet),
            "session {id} is shown with `inactive`: {inactive}"
        );
    }
    let recommendations = &list["recommendations"];
    ensure!(
        recommendations["unverified"] == 2,
        "{} sessions are recommended to verify",
        recommendations["unverified"]
    );
    ensure!(
        recommendations["inactive"] == 1,
        "{} sessions are called inactive",
        recommendations["inactive"]
    );
    Ok(())
}

/// Whoever did the reset may have signed sessions out, so the old ones need not be listed.
fn check_sessions_after(list: &Value, alice: &Alice, new_phone: &str) -> Result<()> {
    expect_trust(list, "/current/trust", "verified")?;
    position(list, new_phone)?;
    for (index, session) in list["others"]
        .as_array()
        .context("the sessions have no `others`")?
        .iter()
        .enumerate()
    {
        let trust = match session["device_id"].as_str() {
            Some(id) if id == new_phone => "verified",
            Some(id) if id == alice.script => "unverifiable",
            _ => "unverified",
        };
        expect_trust(list, &format!("/others/{index}/trust"), trust)?;
    }
    Ok(())
}

fn position(list: &Value, device_id: &str) -> Result<usize> {
    let others = list["others"].as_array().context("the sessions have no `others`")?;
    others
        .iter()
        .position(|session| session["device_id"] == device_id)
        .with_context(|| format!("session {device_id} is not listed"))
}

fn expect_trust(list: &Value, pointer: &str, trust: &str) -> Result<()> {
    let found = list
        .pointer(pointer)
        .with_context(|| format!("the sessions have no {pointer}"))?;
    ensure!(found == trust, "{pointer} is {found}, not {trust}");
    Ok(())
}
