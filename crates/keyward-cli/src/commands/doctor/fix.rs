// SPDX-License-Identifier: Apache-2.0

//! `keyward doctor --fix`: goes through the findings with a person, or does for a script what nobody has to decide and what it
//! names. Each remedy is a command of its own, or a repair that can be repeated, so that it may be interrupted anywhere.

use std::{collections::BTreeSet, time::Duration};

use clap::Parser as _;
use keyward::{
    account::Account,
    doctor::{Asked, Code, Decides, Finding, Remedy, RemedyCode},
    secret_storage::KeyInput,
};
use serde::Serialize;

use super::{examine, key_at_hand, show, words};
use crate::{
    commands::Cli,
    context::Context,
    interrupt::Interrupts,
    language::{say, texts},
    output::{self, Failure},
    session::with_session,
    terminal::progress::Steps,
};

/// How long other sessions may take to answer: a person opens another app meanwhile.
const PATIENCE: Duration = Duration::from_secs(120);

/// What scripts get of each remedy that was done.
#[derive(Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
enum Line {
    Fixed { code: Code },
}

pub(super) async fn run(
    context: &Context,
    mut asked: Asked,
    mut key: Option<KeyInput>,
    codes: &[Code],
    acknowledged: bool,
    interrupts: &mut Interrupts,
) -> Result<(), Failure> {
    // What a person left as it is, or what did not help, is not offered again.
    let mut seen = BTreeSet::new();
    loop {
        let report = tokio::select! {
            report = examine(context, asked, key.as_ref()) => report?,
            () = interrupts.next() => return Err(Failure::cancelled(say!("cancelled"))),
        };
        let mut wanted = report.findings.iter().filter(|finding| {
            (codes.is_empty() || codes.contains(&finding.code))
                && !seen.contains(&finding.code)
                && !finding.remedies.is_empty()
        });
        let chosen = match acknowledged {
            true => wanted.find_map(|finding| Some((finding, without_asking(finding, codes)?))),
            false => match wanted.next() {
                Some(finding) => {
                    seen.insert(finding.code);
                    match choose(context, finding, interrupts).await? {
                        Some(remedy) => Some((finding, remedy)),
                        None => continue,
                    }
                }
                None => None,
            },
        };
        let Some((finding, remedy)) = chosen else {
            return show(context, &report);
        };
        seen.insert(finding.code);
        match perform(context, finding, remedy, acknowledged, interrupts).await {
            Ok(()) => {
                // There is a new one now.
                asked.lost_key &= finding.code != Code::RecoveryKeyLost;
                key.take_if(|_| remedy.code == RemedyCode::NewRecoveryKey);
                if context.json {
                    output::object(&Line::Fixed { code: finding.code })?;
                }
            }
            Err(failure) if acknowledged || failure.is_cancelled() => return Err(failure),
            // The others may still be mended.
            Err(failure) => context.terminal.say(failure.message()),
        }
    }
}

/// What is done for a script: what it names, by the smallest remedy that needs nobody at the keyboard, and what nobody has to
/// decide.
fn without_asking<'a>(finding: &'a Finding, codes: &[Code]) -> Option<&'a Remedy> {
    let is_named = codes.contains(&finding.code);
    finding.remedies.iter().find(|remedy| {
        let needs_nobody = match remedy.code {
            RemedyCode::NewRecoveryKey
            | RemedyCode::WriteSecretStorage
            | RemedyCode::MakeBackup
            | RemedyCode::SayBackupIsWanted
            | RemedyCode::RemoveDehydratedDevice
            | RemedyCode::DismissContacts
            | RemedyCode::AskOtherSessions
            | RemedyCode::Unlock
            | RemedyCode::RecoverRoomKeys => is_named,
            _ => false,
        };
        needs_nobody || remedy.decides == Decides::Auto
    })
}

/// Asks what to do about a finding. `None`: nothing.
async fn choose<'a>(
    context: &Context,
    finding: &'a Finding,
    interrupts: &mut Interrupts,
) -> Result<Option<&'a Remedy>, Failure> {
    let terminal = context.terminal;
    terminal.say(&words::with_remedies(finding, terminal));
    let remedies = finding.remedies.iter().map(|remedy| texts().remedy_title(remedy.code));
    let choices: Vec<String> = remedies.chain([say!("doctor-leave-it")]).collect();
    let choices: Vec<&str> = choices.iter().map(String::as_str).collect();
    let question = say!("doctor-what-to-do");
    let chosen = tokio::select! {
        chosen = terminal.choose(&question, &choices) => chosen?,
        () = interrupts.next() => return Err(Failure::cancelled(say!("cancelled"))),
    };
    Ok(finding.remedies.get(chosen))
}

/// Does it: as the command that it is, or here.
async fn perform(
    context: &Context,
    finding: &Finding,
    remedy: &Remedy,
    acknowledged: bool,
    interrupts: &mut Interrupts,
) -> Result<(), Failure> {
    if let Some(repair) = Repair::of(remedy.code) {
        return tokio::select! {
            done = repair.run(context) => done,
            () = interrupts.next() => Err(Failure::cancelled(say!("doctor-cancelled"))),
        };
    }
    if remedy.code == RemedyCode::DismissContacts {
        let session = context.session().await?;
        with_session!(session, account => account.dismiss_contacts(&finding.contacts).await?);
        return Ok(());
    }
    let Some(mut arguments) = words::arguments(remedy.code, finding.code) else {
        context.terminal.say(&match remedy.code {
            RemedyCode::VerifyContactsAgain => say!("doctor-done-in-app"),
            _ => say!("doctor-done-in-program"),
        });
        return Ok(());
    };
    if acknowledged && remedy.code == RemedyCode::NewRecoveryKey {
        arguments.push("--acknowledge");
    }
    let parsed = Cli::try_parse_from(std::iter::once("keyward").chain(arguments));
    let command = parsed.map_err(|error| Failure::internal("a command of its own is none", &error))?;
    let command = command.command.expect("it is named");
    Box::pin(command.run(context, interrupts)).await
}

/// What is mended here.
#[derive(Clone, Copy)]
enum Repair {
    SignThisSession,
    AskOtherSessions,
    WriteSecretStorage,
    MakeBackup,
    UploadRoomKeys,
    SayBackupIsWanted,
    RemoveDehydratedDevice,
}

impl Repair {
    fn of(remedy: RemedyCode) -> Option<Self> {
        Some(match remedy {
            RemedyCode::SignThisSession => Self::SignThisSession,
            RemedyCode::AskOtherSessions => Self::AskOtherSessions,
            RemedyCode::WriteSecretStorage => Self::WriteSecretStorage,
            RemedyCode::MakeBackup => Self::MakeBackup,
            RemedyCode::UploadRoomKeys => Self::UploadRoomKeys,
            RemedyCode::SayBackupIsWanted => Self::SayBackupIsWanted,
            RemedyCode::RemoveDehydratedDevice => Self::RemoveDehydratedDevice,
            _ => return None,
        })
    }

    async fn run(self, context: &Context) -> Result<(), Failure> {
        let account = context.account().await?;
        let steps = Steps::new(context.terminal);
        let done = self.perform(context, &account, &steps).await;
        match &done {
            Ok(()) => steps.done(),
            Err(_) => steps.stop(),
        }
        done
    }

    async fn perform(self, context: &Context, account: &Account, steps: &Steps) -> Result<(), Failure> {
        let filling = say!("doctor-filling");
        let (report, what) = (steps.clone(), filling.clone());
        let progress = move |done, total| report.at(&what, done, total);
        match self {
            Self::AskOtherSessions => {
                context.terminal.say(&say!("doctor-open-other-session"));
                steps.at(&say!("doctor-waiting-for-keys"), 0, 0);
                Ok(Box::pin(account.ask_other_sessions(PATIENCE)).await?)
            }
            Self::WriteSecretStorage => {
                let key = key_at_hand(context, "doctor-opens-secret-storage").await?;
                steps.at(&say!("doctor-writing"), 0, 0);
                Ok(Box::pin(account.write_secret_storage(&key)).await?)
            }
            Self::MakeBackup => {
                let key = key_at_hand(context, "doctor-opens-secret-storage").await?;
                steps.at(&filling, 0, 0);
                Ok(Box::pin(account.make_backup(&key, progress)).await?)
            }
            Self::UploadRoomKeys => {
                steps.at(&filling, 0, 0);
                Ok(Box::pin(account.upload_room_keys_behind(progress)).await?)
            }
            Self::SignThisSession => Ok(Box::pin(account.sign_this_session()).await?),
            Self::SayBackupIsWanted => Ok(Box::pin(account.say_backup_is_wanted()).await?),
            Self::RemoveDehydratedDevice => Ok(Box::pin(account.remove_dehydrated_device()).await?),
        }
    }
}
