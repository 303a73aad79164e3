// SPDX-License-Identifier: Apache-2.0
//! A homeserver together with the authorisation server that its accounts live at, or log in through.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rand::distr::{Alphanumeric, SampleString as _};
use rusqlite::Connection;
use tokio::sync::OnceCell;
use url::Url;

use crate::{
    auth_server::AuthServer,
    synapse::{Synapse, SynapseOptions},
    user::{LogsIn, User},
};

/// Both servers. They end when this value is dropped and when this process ends.
#[derive(Debug)]
pub struct Deployment {
    /// The homeserver.
    pub synapse: Synapse,
    /// The authorisation server, or the provider for SSO.
    pub auth: AuthServer,
    logs_in: LogsIn,
}

impl Deployment {
    /// A homeserver that leaves its accounts to an authorisation server (OAuth 2.0).
    ///
    /// # Errors
    /// When one of them does not start.
    pub async fn start_oauth() -> Result<Self> {
        let auth = AuthServer::start().await?;
        let synapse = Synapse::start(SynapseOptions::default().delegated(&auth)).await?;
        auth.serve_homeserver(synapse.url()).await?;
        Ok(Self {
            synapse,
            auth,
            logs_in: LogsIn::WithOAuth,
        })
    }

    /// A homeserver with passwords where people can log in through a provider as well (SSO).
    ///
    /// # Errors
    /// When one of them does not start.
    pub async fn start_sso() -> Result<Self> {
        let auth = AuthServer::start().await?;
        let synapse = Synapse::start(SynapseOptions::default().sso(&auth)).await?;
        auth.serve_homeserver(synapse.url()).await?;
        Ok(Self {
            synapse,
            auth,
            logs_in: LogsIn::WithSso,
        })
    }

    /// Ends the homeserver in order and starts it again, at the same address.
    ///
    /// # Errors
    /// When somebody else started it, or it does not end or start.
    pub async fn restart_homeserver(self) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let database = folder.path().join("database");
        let url = Url::parse(self.synapse.url())?;
        let options = SynapseOptions::default()
            .database(&database)
            .port(url.port().context("it has a port")?);
        self.synapse.stop_and_save_database(&database).await?;
        let options = match self.logs_in {
            LogsIn::WithSso => options.sso(&self.auth),
            _ => options.delegated(&self.auth),
        };
        let synapse = Synapse::start(options).await?;
        Ok(Self { synapse, ..self })
    }

    /// The first kind, shared by all tests of this process.
    ///
    /// # Panics
    /// When it does not start; a test has no use for the error but to fail with it.
    pub async fn oauth() -> &'static Self {
        static SHARED: OnceCell<Deployment> = OnceCell::const_new();
        SHARED
            .get_or_init(async || {
                Box::pin(Self::start_oauth())
                    .await
                    .expect("an OAuth homeserver for the tests")
            })
            .await
    }

    /// The second kind, shared by all tests of this process.
    ///
    /// # Panics
    /// When it does not start; a test has no use for the error but to fail with it.
    pub async fn sso() -> &'static Self {
        static SHARED: OnceCell<Deployment> = OnceCell::const_new();
        SHARED
            .get_or_init(async || {
                Box::pin(Self::start_sso())
                    .await
                    .expect("an SSO homeserver for the tests")
            })
            .await
    }

    /// Ten minutes have passed since this user approved a reset.
    ///
    /// # Errors
    /// When the database cannot be written, or there is no identity.
    pub fn expire_approval(&self, user: &User) -> Result<()> {
        let path = self.synapse.database_path().context("its database is ours")?;
        let database = Connection::open(path)?;
        // Synapse writes, too.
        database.busy_timeout(Duration::from_secs(60))?;
        let lapsed = "UPDATE e2e_cross_signing_keys SET updatable_without_uia_before_ms = 1 WHERE user_id = ?1";
        ensure!(
            database.execute(lapsed, [&user.user_id])? > 0,
            "{} has no identity",
            user.user_id
        );
        Ok(())
    }

    /// Somebody who has no account yet. The first login makes it.
    pub fn new_user(&self) -> User {
        let random = Alphanumeric.sample_string(&mut rand::rng(), 12).to_lowercase();
        let localpart = format!("user-{random}");
        User {
            user_id: format!("@{localpart}:{}", self.synapse.server_name()),
            localpart,
            password: String::new(),
            logs_in: self.logs_in,
        }
    }
}
