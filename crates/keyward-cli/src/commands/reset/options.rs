// SPDX-License-Identifier: Apache-2.0

//! What people choose before a reset: from the command line, the environment, and questions.

use keyward::reset::{Consequences, Export, OldBackupPolicy};

use super::Arguments;
use crate::{commands::keys, context::Context, language::say, output::Failure};

/// The file for the room keys, if one is wanted. Whether it can be written is found out later, when it is written.
pub(super) async fn export(
    context: &Context,
    arguments: &Arguments,
    consequences: &Consequences,
) -> Result<Option<Export>, Failure> {
    let terminal = context.terminal;
    let file = match &arguments.export {
        Some(file) => {
            keys::may_write(context, file, arguments.force).await?;
            file.clone()
        }
        None => {
            // Those of an attached session are its app's.
            let Some(here) = consequences.room_keys_here else {
                return Ok(None);
            };
            let has_keys = here > 0 || consequences.backup_readable;
            if !terminal.is_interactive() || !has_keys {
                return Ok(None);
            }
            terminal.say(&say!("reset-export-hint"));
            if !terminal.confirm(&say!("reset-export"), false).await? {
                return Ok(None);
            }
            keys::ask_file(context).await?
        }
    };
    let passphrase = keys::new_passphrase(context).await?;
    Ok(Some(Export { file, passphrase }))
}

/// What the command line says of the old key storage.
pub(super) fn old_backup(arguments: &Arguments) -> OldBackupPolicy {
    if arguments.keep_old_backup {
        OldBackupPolicy::Keep
    } else {
        OldBackupPolicy::DeleteWhenDrained
    }
}
