// SPDX-License-Identifier: Apache-2.0

//! What every command needs: where the store lives, who is listening, and the account.

use std::path::PathBuf;

use clap::{ArgAction, Args, builder::FalseyValueParser};
use directories::ProjectDirs;
use keyward::{
    account::{Account, Attached, OpenError},
    secret::StoreKey,
};

use crate::{
    language::{self, say},
    log,
    output::{self, Failure},
    secrets::{Descriptors, Secrets},
    store_key::{Lookup, StoreKeys},
    terminal::Terminal,
};

/// Options of every command.
#[derive(Args, Debug)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// Folder of the encrypted store. One folder holds one session.
    #[arg(long, global = true, value_name = "DIR", env = "KEYWARD_DATA_DIR")]
    data_dir: Option<PathBuf>,

    /// Print JSON on standard output, and errors as JSON on standard error. Never asks anything.
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Write a log to standard error; -vv and -vvv write more. It holds no secrets.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,

    /// Language of what people read: en, de, fr, es, pl or ar. Without it that of the locale, and English with --json.
    #[arg(long, global = true, value_name = "LANG", env = "KEYWARD_LANGUAGE", value_parser = language::named)]
    pub(crate) language: Option<String>,

    /// Keep the store's key in a file beside the store rather than in the system's keyring.
    #[arg(long, global = true, env = "KEYWARD_NO_KEYRING", value_parser = FalseyValueParser::new())]
    no_keyring: bool,

    /// Ask and report line by line, without moving the cursor: for screen readers and simple terminals.
    #[arg(long, global = true, env = "KEYWARD_PLAIN", value_parser = FalseyValueParser::new())]
    plain: bool,

    #[command(flatten)]
    pub(crate) descriptors: Descriptors,
}

/// What every command needs.
pub(crate) struct Context {
    pub(crate) secrets: Secrets,
    pub(crate) data_dir: PathBuf,
    pub(crate) json: bool,
    pub(crate) terminal: Terminal,
    pub(crate) store_keys: StoreKeys,
}

impl Context {
    pub(crate) fn new(global: Global, secrets: Secrets) -> Result<Self, Failure> {
        let data_dir = match global.data_dir {
            Some(dir) if !dir.as_os_str().is_empty() => dir,
            _ => ProjectDirs::from("", "", "keyward")
                .ok_or_else(|| Failure::usage("This system names no folder for data. Set KEYWARD_DATA_DIR."))?
                .data_dir()
                .to_owned(),
        };
        let terminal = Terminal::detect(global.json, global.plain, log::is_on(global.verbose));
        let store_keys = StoreKeys::new(data_dir.clone(), !global.no_keyring, terminal.is_interactive());
        Ok(Self {
            secrets,
            data_dir,
            json: global.json,
            terminal,
            store_keys,
        })
    }

    /// Opens the store and takes the session up again. Needs no network.
    pub(crate) async fn account(&self) -> Result<Account, Failure> {
        if Account::<Attached>::is_in(&self.data_dir) {
            return Err(Failure::new("attach.other_program", say!("attach-of-other-program")));
        }
        match self.store_keys.find().await? {
            Lookup::Found(key) => Ok(Account::restore(&self.data_dir, &key).await?),
            lookup => Err(self
                .why_no_account(&lookup)
                .await
                .unwrap_or_else(|| OpenError::NotLoggedIn.into())),
        }
    }

    /// Why nothing can be opened without a key: the store's key is missing, or the store is unusable. `None` if there
    /// is no store either. This tries a new key, which opens nothing and changes nothing.
    pub(crate) async fn why_no_account(&self, lookup: &Lookup) -> Option<Failure> {
        match Account::restore(&self.data_dir, &StoreKey::generate()).await {
            Err(OpenError::NotLoggedIn) => None,
            Err(OpenError::WrongKey) | Ok(_) => Some(lookup.failure()),
            Err(error) => Some(error.into()),
        }
    }

    /// Prints the result: `value` with `--json`, else `text`.
    pub(crate) fn result(&self, value: &impl serde::Serialize, text: impl FnOnce() -> String) -> Result<(), Failure> {
        if self.json {
            output::object(value)
        } else {
            output::text(&text())
        }
    }
}
