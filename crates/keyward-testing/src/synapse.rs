// SPDX-License-Identifier: Apache-2.0
//! A real Synapse for tests: installed once into `target/`, started in a second, gone with the process that started it.

use std::{
    env, fs,
    fs::File,
    io::Write as _,
    net::TcpListener,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::{auth_server::AuthServer, http, python};

/// The exact version of the PyPI package `matrix-synapse` that the tests run against.
pub const SYNAPSE_VERSION: &str = "1.163.2";

/// Environment variable that names the base URL of a Synapse that already runs, for [`Synapse::shared`].
pub const SHARED_URL_VARIABLE: &str = "KEYWARD_TEST_SYNAPSE";

/// Environment variable that names the SQLite database of the Synapse in [`SHARED_URL_VARIABLE`].
pub const SHARED_DATABASE_VARIABLE: &str = "KEYWARD_TEST_SYNAPSE_DATABASE";

/// The launcher is Python source, so that one process both runs the server and watches whether its parent is alive.
const LAUNCHER: &str = include_str!("synapse_launcher.py");

const SERVER_NAME: &str = "localhost";
const LOG_FILE: &str = "homeserver.log";
const DATABASE_FILE: &str = "homeserver.db";

/// A start takes about a second, on a busy machine ten times that; this much only happens when it hangs.
const START_LIMIT: Duration = Duration::from_secs(180);

/// The same for an end in order.
const STOP_LIMIT: Duration = Duration::from_secs(60);

/// What a test may want to have different from the usual test server.
#[derive(Debug, Clone, Default)]
pub struct SynapseOptions {
    access_token_lifetime: Option<Duration>,
    port: Option<u16>,
    database: Option<PathBuf>,
    accounts: Accounts,
}

/// Where a server's accounts live.
#[derive(Debug, Clone, Default)]
enum Accounts {
    /// In its own database, with passwords.
    #[default]
    Own,
    /// There too, and people may log in through this provider.
    Sso(AuthServer),
    /// At an authorisation server alone (OAuth 2.0).
    Delegated(AuthServer),
}

impl SynapseOptions {
    /// How long an access token lives that came with a refresh token (whole seconds, at least one); an hour if not
    /// set. Tokens of sessions that did not ask for a refresh token live for ever.
    #[must_use]
    pub fn access_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.access_token_lifetime = Some(lifetime);
        self
    }

    /// The port on 127.0.0.1, for a server that people are to find again; any free one if not set.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// The SQLite database to start with, of which the server takes a copy; an empty one if not set.
    ///
    /// It comes from a server of the same name (`localhost`, which is in every user id) and of the same version of
    /// Synapse or an older one. Nothing else has to be equal: sessions, passwords and room keys are in the database, and
    /// what earlier keys of the server have signed is not verified again.
    #[must_use]
    pub fn database(mut self, file: impl Into<PathBuf>) -> Self {
        self.database = Some(file.into());
        self
    }

    /// Lets people log in through this provider as well (`m.login.sso`).
    #[must_use]
    pub fn sso(mut self, provider: &AuthServer) -> Self {
        self.accounts = Accounts::Sso(provider.handle());
        self
    }

    /// Leaves accounts, logins and tokens to this authorisation server (OAuth 2.0). There are no passwords then, and nobody
    /// can be registered here.
    #[must_use]
    pub fn delegated(mut self, server: &AuthServer) -> Self {
        self.accounts = Accounts::Delegated(server.handle());
        self
    }
}

/// A running Synapse with open registration, no rate limits, no federation, and MSC3814 and MSC3881 switched on.
///
/// It ends when this value is dropped and when this process ends, even by SIGKILL. The handle is bound to no async
/// runtime and may be used from many.
#[derive(Debug)]
pub struct Synapse {
    url: String,
    database_path: Option<PathBuf>,
    /// `None` for a server that somebody else started.
    process: Option<Mutex<Process>>,
}

impl Synapse {
    /// Installs Synapse if need be and starts one with a fresh database.
    ///
    /// # Errors
    /// When Python or its venv module is missing, the package cannot be installed, or the server does not answer in
    /// time; the message then has the end of Synapse's own log.
    pub async fn start(options: SynapseOptions) -> Result<Self> {
        let python = python::interpreter().await?;
        // Between finding a free port and Synapse listening on it, another process may take it. That, and nothing
        // else, is worth another port.
        let mut attempts = 0;
        loop {
            attempts += 1;
            let port = match options.port {
                Some(port) => port,
                None => free_port()?,
            };
            match start_on(&python, port, &options).await? {
                Started::Running(synapse) => return Ok(synapse),
                Started::PortTaken if options.port.is_none() && attempts < 10 => {}
                Started::PortTaken => bail!("port {port} on 127.0.0.1 is already in use"),
            }
        }
    }

    /// The server that all tests of a run share: the one that `KEYWARD_TEST_SYNAPSE` names, else one for this process.
    ///
    /// Tests do not disturb each other on it because each makes its own random users.
    ///
    /// # Panics
    /// When the server cannot be started; a test has no use for the error but to fail with it.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceCell<Synapse> = OnceCell::const_new();
        SHARED
            .get_or_init(async || match env::var(SHARED_URL_VARIABLE) {
                Ok(url) => Synapse {
                    url: url.trim_end_matches('/').to_owned(),
                    database_path: env::var_os(SHARED_DATABASE_VARIABLE).map(PathBuf::from),
                    process: None,
                },
                Err(_) => Box::pin(Synapse::start(SynapseOptions::default()))
                    .await
                    .unwrap_or_else(|error| panic!("no Synapse for the tests: {error:#}")),
            })
            .await
    }

    /// Another handle to the same server, which does not keep it alive.
    #[must_use]
    pub fn handle(&self) -> Self {
        Self {
            url: self.url.clone(),
            database_path: self.database_path.clone(),
            process: None,
        }
    }

    /// The base URL for clients, without a slash at its end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The server name, the part of user ids after the colon.
    pub fn server_name(&self) -> &'static str {
        SERVER_NAME
    }

    /// The SQLite database, or `None` when the shared server's is not known.
    pub fn database_path(&self) -> Option<&Path> {
        self.database_path.as_deref()
    }

    /// Synapse's log (warnings and worse), or `None` when the shared server's folder is not known.
    pub fn log_path(&self) -> Option<PathBuf> {
        Some(self.database_path.as_ref()?.with_file_name(LOG_FILE))
    }

    /// Ends the server in order, so that it saves what it has in memory, and writes its database as one compact file to
    /// `file`, which must not exist. [`SynapseOptions::database`] takes such a file.
    ///
    /// # Errors
    /// When somebody else started the server, when it does not end in time, or when the file cannot be written.
    pub async fn stop_and_save_database(self, file: &Path) -> Result<()> {
        let process = self.process.context("only whoever started the server may stop it")?;
        let mut process = process.into_inner().expect("nobody panics while holding it");
        let stdin = process.child.stdin.as_mut().context("it is piped")?;
        stdin.write_all(b"stop").context("cannot tell Synapse to stop")?;
        let started = Instant::now();
        while process.child.try_wait()?.is_none() {
            if started.elapsed() > STOP_LIMIT {
                bail!("Synapse did not end within {STOP_LIMIT:?}:\n{}", process.log_tail());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let file = file.to_str().context("the file's name is not UTF-8")?;
        let database = rusqlite::Connection::open(process.folder.join(DATABASE_FILE))?;
        database
            .execute("VACUUM INTO ?1", [file])
            .context("cannot save the database")?;
        Ok(())
    }

    /// Keeps the server until it ends by itself or the person presses Ctrl-C, for a server to try things on.
    ///
    /// # Errors
    /// When the server ended by itself, with the end of its log.
    pub async fn run_until_interrupted(self) -> Result<()> {
        let mut interval = tokio::time::interval(Duration::from_millis(200));
        let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
        loop {
            tokio::select! {
                result = &mut interrupted => return result.context("cannot wait for Ctrl-C"),
                _ = interval.tick() => {
                    let Some(process) = &self.process else { continue };
                    let mut process = process.lock().expect("nobody panics while holding it");
                    if let Some(status) = process.child.try_wait()? {
                        bail!("Synapse ended ({status}):\n{}", process.log_tail());
                    }
                }
            }
        }
    }
}

/// The server's process and the folder that has all of its files.
#[derive(Debug)]
struct Process {
    child: Child,
    folder: PathBuf,
}

impl Process {
    /// The end of everything that Synapse and Python said.
    fn log_tail(&self) -> String {
        let mut text = String::new();
        for name in [LOG_FILE, "output"] {
            text.push_str(&String::from_utf8_lossy(
                &fs::read(self.folder.join(name)).unwrap_or_default(),
            ));
        }
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Nothing of this server is wanted any more, so there is no need to let it write its files in order.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

enum Started {
    Running(Synapse),
    PortTaken,
}

async fn start_on(python: &Path, port: u16, options: &SynapseOptions) -> Result<Started> {
    let servers = python::target_dir().join("synapse");
    fs::create_dir_all(&servers)?;
    let folder = tempfile::Builder::new().prefix("server-").tempdir_in(&servers)?.keep();
    let write = |name: &str, text: &str| -> Result<PathBuf> {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    };
    let launcher = write("launcher.py", LAUNCHER)?;
    // JSON is YAML, and needs no care with quoting.
    write("log.yaml", &log_config(&folder).to_string())?;
    write("signing.key", &format!("ed25519 a_test {}\n", random_seed()))?;
    let config = write("homeserver.yaml", &config(&folder, port, options).to_string())?;
    if let Some(database) = &options.database {
        fs::copy(database, folder.join(DATABASE_FILE))
            .with_context(|| format!("cannot copy {}", database.display()))?;
    }
    let output = File::create(folder.join("output"))?;

    let child = Command::new(python)
        .args([&launcher, &config, &folder])
        .current_dir(&folder)
        // Synapse asks the authorisation server by itself, and a proxy of the environment must not get in between.
        .env("NO_PROXY", "127.0.0.1")
        .stdin(Stdio::piped())
        .stdout(output.try_clone()?)
        .stderr(output)
        // A Ctrl-C in the terminal is for the process that started the server, which then ends it.
        .process_group(0)
        .spawn()
        .context("cannot start Synapse")?;
    let mut process = Process { child, folder };

    let url = format!("http://127.0.0.1:{port}");
    let http = http::client();
    let started = Instant::now();
    loop {
        if let Some(status) = process.child.try_wait()? {
            let log = process.log_tail();
            if log.contains("Address already in use") {
                return Ok(Started::PortTaken);
            }
            bail!("Synapse ended while it started ({status}):\n{log}");
        }
        // An answer alone proves nothing: another program may have the port. Synapse writes this line when it listens.
        let listens = fs::read_to_string(process.folder.join(LOG_FILE))
            .is_ok_and(|log| log.contains(&format!("now listening on TCP port {port}")));
        if listens
            && http
                .get(format!("{url}/_matrix/client/versions"))
                .send()
                .await
                .is_ok_and(|r| r.status() == 200)
        {
            let database_path = Some(process.folder.join(DATABASE_FILE));
            return Ok(Started::Running(Synapse {
                url,
                database_path,
                process: Some(Mutex::new(process)),
            }));
        }
        if started.elapsed() > START_LIMIT {
            bail!("Synapse did not answer within {START_LIMIT:?}:\n{}", process.log_tail());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn config(folder: &Path, port: u16, options: &SynapseOptions) -> Value {
    let unlimited = json!({ "per_second": 1_000_000, "burst_count": 1_000_000 });
    let lifetime = options
        .access_token_lifetime
        .unwrap_or(Duration::from_secs(3600))
        .as_secs()
        .max(1);
    let mut config = json!({
        "server_name": SERVER_NAME,
        "pid_file": folder.join("homeserver.pid"),
        "listeners": [{
            "port": port,
            "bind_addresses": ["127.0.0.1"],
            "type": "http",
            "tls": false,
            "resources": [{ "names": ["client"], "compress": false }],
        }],
        "database": { "name": "sqlite3", "args": { "database": folder.join(DATABASE_FILE) } },
        "log_config": folder.join("log.yaml"),
        "media_store_path": folder.join("media"),
        "signing_key_path": folder.join("signing.key"),
        "macaroon_secret_key": random_seed(),
        "form_secret": random_seed(),
        "report_stats": false,
        // Nothing leaves this machine.
        "federation_domain_whitelist": [],
        "trusted_key_servers": [],
        "enable_registration": true,
        "enable_registration_without_verification": true,
        // The cheapest hash there is: passwords of throw-away users are no secret, and tests log in all the time.
        "bcrypt_rounds": 4,
        "refreshable_access_token_lifetime": format!("{lifetime}s"),
        "presence": { "enabled": false },
        "user_directory": { "enabled": false },
        "enable_search": false,
        "experimental_features": {
            // Dehydrated devices.
            "msc3814_enabled": true,
            // Switching another session's pushers on and off.
            "msc3881_enabled": true,
            // Deletion of account data: off, as on every server people use, so a reset must do without it.
            "msc3391_enabled": false,
            "msc3890_enabled": false,
        },
        "rc_login": { "address": unlimited, "account": unlimited, "failed_attempts": unlimited },
        "rc_joins": { "local": unlimited, "remote": unlimited },
        "rc_invites": { "per_room": unlimited, "per_user": unlimited, "per_issuer": unlimited },
        "rc_presence": { "per_user": unlimited },
    });
    match &options.accounts {
        Accounts::Own => {}
        Accounts::Sso(provider) => {
            // Without it Synapse makes one up, and sends browsers there.
            config["public_baseurl"] = json!(format!("http://127.0.0.1:{port}/"));
            config["sso"] = json!({ "client_whitelist": ["http://127.0.0.1:", "http://[::1]:", "example.keyward:/"] });
            config["oidc_providers"] = json!([{
                "idp_id": "test",
                "idp_name": "Test",
                "issuer": format!("{}/", provider.url()),
                "client_id": "synapse",
                "client_secret": provider.secret(),
                "scopes": ["openid"],
                // It has no TLS.
                "skip_verification": true,
                "user_mapping_provider": { "config": { "localpart_template": "{{ user.preferred_username }}" } },
            }]);
        }
        Accounts::Delegated(server) => {
            config["public_baseurl"] = json!(format!("http://127.0.0.1:{port}/"));
            config["matrix_authentication_service"] = json!({
                "enabled": true,
                "endpoint": format!("{}/", server.url()),
                "secret": server.secret(),
            });
            // Synapse does not start with any of these beside it.
            let config = config.as_object_mut().expect("it is an object");
            for own in ["enable_registration", "enable_registration_without_verification"] {
                config.remove(own);
            }
            config.insert("password_config".to_owned(), json!({ "enabled": false }));
        }
    }
    for limit in [
        "rc_message",
        "rc_registration",
        "rc_registration_token_validity",
        "rc_admin_redaction",
        "rc_joins_per_room",
        "rc_key_requests",
        "rc_3pid_validation",
        "rc_third_party_invite",
        "rc_media_create",
        "rc_delayed_event_mgmt",
        "rc_room_creation",
        "rc_reports",
        "rc_user_directory",
        "rc_profile",
    ] {
        config[limit] = unlimited.clone();
    }
    config
}

fn log_config(folder: &Path) -> Value {
    json!({
        "version": 1,
        "formatters": { "line": { "format": "%(asctime)s %(levelname)s %(name)s %(message)s" } },
        "handlers": { "file": {
            "class": "logging.FileHandler",
            "filename": folder.join(LOG_FILE),
            "formatter": "line",
        } },
        // The line that says that Synapse listens is at INFO.
        "loggers": { "synapse.app._base": { "level": "INFO" } },
        "root": { "level": "WARNING", "handlers": ["file"] },
        "disable_existing_loggers": false,
    })
}

/// 32 random bytes in unpadded base64: what Synapse takes for a signing key, and good for its other secrets.
fn random_seed() -> String {
    vodozemac::base64_encode(rand::random::<[u8; 32]>())
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
