// SPDX-License-Identifier: Apache-2.0

//! What a reset does before it, for each kind of session.

use std::time::Duration;

use keyward::{
    account::{Account, Attached, Own},
    doctor::{Asked, RemedyCode, Report},
    reset::{CanReset, Consequences, Plan, ResetError},
};

use super::Arguments;
use crate::{
    commands::unlock::{given, typed},
    context::Context,
    language::{say, texts},
    output::Failure,
};

/// A kind of session that `keyward reset` works for.
pub(super) trait Resets: CanReset {
    /// Looks at the account, so that the numbers are right.
    async fn make_plan(context: &Context, account: &Account<Self>) -> Result<Plan, Failure>;

    /// Asks for what the plan lacks.
    async fn complete(context: &Context, account: &Account<Self>, plan: &mut Plan) -> Result<(), Failure>;

    /// What is smaller than a reset and helps whoever has lost the Security Key.
    async fn smaller(context: &Context, account: &Account<Self>) -> Result<Option<RemedyCode>, Failure>;

    /// The same, but for whoever fears that somebody else has the key: nothing smaller helps then.
    async fn smaller_unless_compromised(
        context: &Context,
        account: &Account<Self>,
        arguments: &Arguments,
    ) -> Result<Option<RemedyCode>, Failure> {
        match arguments.compromised {
            true => Ok(None),
            false => Self::smaller(context, account).await,
        }
    }

    /// Whether another program keeps the session.
    const ATTACHED: bool;

    /// Refuses what this kind cannot do.
    fn check(arguments: &Arguments) -> Result<(), Failure>;
}

impl Resets for Own {
    const ATTACHED: bool = false;

    /// Synchronises first, so that no room key is missing.
    async fn make_plan(context: &Context, account: &Account) -> Result<Plan, Failure> {
        let _spinner = context.terminal.spinner(&say!("looking-at-account"));
        Box::pin(account.sync_once(Duration::ZERO)).await?;
        Ok(Box::pin(account.plan_reset()).await?)
    }

    async fn complete(_: &Context, _: &Account, _: &mut Plan) -> Result<(), Failure> {
        Ok(())
    }

    async fn smaller(context: &Context, account: &Account) -> Result<Option<RemedyCode>, Failure> {
        let _spinner = context.terminal.spinner(&say!("reset-looking-for-smaller"));
        Ok(smaller(&Box::pin(account.examine(LOST_KEY)).await?))
    }

    fn check(arguments: &Arguments) -> Result<(), Failure> {
        match arguments.instead.handed_over {
            true => Err(Failure::usage(
                "--handed-over is for a session of another program. `keyward reset --resume` finishes this one's.",
            )),
            false => Ok(()),
        }
    }
}

impl Resets for Attached {
    const ATTACHED: bool = true;

    /// Opens the old key storage, if its key was given.
    async fn make_plan(context: &Context, account: &Account<Self>) -> Result<Plan, Failure> {
        let mut plan = {
            let _spinner = context.terminal.spinner(&say!("looking-at-account"));
            Box::pin(account.plan_reset()).await?
        };
        if has_unread_backup(&plan.consequences)
            && let Some(key) = given(context)?
        {
            let _spinner = context.terminal.spinner(&say!("reset-opening-old-storage"));
            if !Box::pin(account.open_old_backup(&mut plan, &key)).await? {
                return Err(Failure::new("reset.no_old_backup", say!("reset-key-opens-no-storage")));
            }
        }
        Ok(plan)
    }

    /// Asks for the old Security Key, which many people do not have.
    async fn complete(context: &Context, account: &Account<Self>, plan: &mut Plan) -> Result<(), Failure> {
        let terminal = context.terminal;
        if !terminal.is_interactive() || !has_unread_backup(&plan.consequences) {
            return Ok(());
        }
        terminal.say(&say!("reset-old-key-helps"));
        while terminal.confirm(&say!("reset-have-old-key"), false).await? {
            let key = typed(context, &say!("open-old-storage")).await?;
            let opened = {
                let _spinner = terminal.spinner(&say!("reset-opening-old-storage"));
                Box::pin(account.open_old_backup(plan, &key)).await
            };
            match opened {
                Ok(true) => return Ok(()),
                Ok(false) => terminal.say(&say!("reset-right-key-opens-nothing")),
                // Also where the old secret storage is damaged: the reset replaces it.
                Err(ResetError::OldKey(error)) => terminal.say(&texts().error(&error)),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    async fn smaller(context: &Context, account: &Account<Self>) -> Result<Option<RemedyCode>, Failure> {
        let _spinner = context.terminal.spinner(&say!("reset-looking-for-smaller"));
        Ok(smaller(&Box::pin(account.examine(LOST_KEY)).await?))
    }

    fn check(arguments: &Arguments) -> Result<(), Failure> {
        match arguments.export {
            Some(_) => Err(ResetError::NoRoomKeys.into()),
            None => Ok(()),
        }
    }
}

/// Why most people reset.
const LOST_KEY: Asked = Asked { lost_key: true };

fn smaller(report: &Report) -> Option<RemedyCode> {
    report.instead_of_reset().map(|remedy| remedy.code)
}

fn has_unread_backup(consequences: &Consequences) -> bool {
    consequences.room_keys_in_backup.is_some_and(|keys| keys > 0)
        && consequences.has_secret_storage
        && !consequences.backup_readable
}
