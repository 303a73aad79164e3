// SPDX-License-Identifier: Apache-2.0

//! The *test service*: `keyward-testing` over HTTP, so that Kotlin and Swift tests have the judge of the Rust tests.
//!
//! Every endpoint is a `POST` with a JSON object (or nothing) and answers with a JSON object; a failure is HTTP 500 with
//! `{"error": "…"}`. `bindings/README.md` lists them, and says how each error of Keyward is provoked with them.

mod accounts;
mod deployments;
mod files;
mod judge;
mod proxies;
mod verification;

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    net::TcpListener as StdListener,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    },
    thread::JoinHandle,
};

use anyhow::{Context, Error, Result};
use axum::{
    Json, Router,
    extract::{FromRequest, Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::post,
};
use keyward_testing::{proxy::FaultProxy, synapse::Synapse};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch};

use self::{accounts::Session, judge::Judge};

/// Environment variable that names the base URL of the test service, for tests in other languages.
pub(crate) const VARIABLE: &str = "KEYWARD_TEST_SERVICE";

/// The running service. It has threads of its own; dropping it ends them and everything that was made through it.
pub(crate) struct TestService {
    url: String,
    /// `true`, or without a sender: end.
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl TestService {
    /// Starts the service for tests against this server on a free port of 127.0.0.1.
    pub(crate) fn start(synapse: &Synapse) -> Result<Self> {
        let listener = StdListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}", listener.local_addr()?);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let (stop, stopped) = watch::channel(false);
        let service = Arc::new(Service {
            synapse: synapse.handle(),
            ids: AtomicU64::new(1),
            sessions: Mutex::default(),
            proxies: Mutex::default(),
            judges: Mutex::default(),
        });
        let thread = std::thread::Builder::new()
            .name("test-service".to_owned())
            .spawn(move || {
                // matrix-sdk's clients must be dropped inside a runtime, so the service goes before it.
                if let Err(error) = runtime.block_on(serve(listener, service, stopped)) {
                    eprintln!("the test service ended: {error:#}");
                }
            })?;
        Ok(Self {
            url,
            stop,
            thread: Some(thread),
        })
    }

    /// The base URL, without a slash at its end.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TestService {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // It can only have panicked, which its own message has told.
            let _ = thread.join();
        }
    }
}

/// Everything that was made through the service, by id.
struct Service {
    synapse: Synapse,
    ids: AtomicU64,
    sessions: Registry<Session>,
    proxies: Registry<FaultProxy>,
    judges: Registry<Judge>,
}

type Registry<T> = Mutex<HashMap<String, Arc<T>>>;

impl Service {
    /// Keeps something and returns its id.
    fn keep<T>(&self, registry: &Registry<T>, kind: &str, value: T) -> String {
        let id = format!("{kind}-{}", self.ids.fetch_add(1, Ordering::Relaxed));
        entries(registry).insert(id.clone(), Arc::new(value));
        id
    }
}

fn find<T>(registry: &Registry<T>, id: &str) -> Result<Arc<T>> {
    let found = entries(registry).get(id).cloned();
    found.with_context(|| format!("there is no {id}"))
}

fn remove<T>(registry: &Registry<T>, id: &str) -> Result<Arc<T>> {
    let removed = entries(registry).remove(id);
    removed.with_context(|| format!("there is no {id}"))
}

fn entries<T>(registry: &Registry<T>) -> MutexGuard<'_, HashMap<String, Arc<T>>> {
    registry.lock().expect("nobody panics while holding it")
}

async fn serve(listener: StdListener, service: Arc<Service>, stopped: watch::Receiver<bool>) -> Result<()> {
    let ended = {
        let mut stopped = stopped.clone();
        async move {
            let _ = stopped.wait_for(|&stop| stop).await;
        }
    };
    let router = router()
        // A step of a verification may take a minute; the end of the service does not wait for it.
        .layer(middleware::from_fn(move |request: Request, next: Next| {
            let mut stopped = stopped.clone();
            async move {
                tokio::select! {
                    response = next.run(request) => response,
                    _ = stopped.wait_for(|&stop| stop) => Failure(Error::msg("the test service ends")).into_response(),
                }
            }
        }))
        .with_state(service);
    axum::serve(TcpListener::from_std(listener)?, router)
        .with_graceful_shutdown(ended)
        .await?;
    Ok(())
}

fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/users", post(accounts::new_user))
        .route("/people", post(accounts::new_person))
        .route("/people/{id}/reads_history", post(accounts::reads_history))
        .route("/browser", post(deployments::browser))
        .route("/sessions/login", post(accounts::login))
        .route("/sessions/{id}/logout", post(accounts::logout))
        .route("/sessions/{id}/request", post(accounts::request))
        .route("/sessions/{id}/account_data", post(accounts::account_data))
        .route("/sessions/{id}/seen", post(accounts::seen))
        .route("/sessions/{id}/is_signed", post(accounts::is_signed))
        .route("/{kind}/{id}/host", post(accounts::host))
        .route("/{kind}/{id}/sync", post(accounts::sync))
        .route("/{kind}/{id}/bootstrap", post(accounts::bootstrap))
        .route("/{kind}/{id}/bootstrap_identity", post(accounts::bootstrap_identity))
        .route("/{kind}/{id}/recover", post(accounts::recover))
        .route("/{kind}/{id}/reset_identity", post(accounts::reset_identity))
        .route("/{kind}/{id}/send_messages", post(accounts::send_messages))
        .route("/{kind}/{id}/can_decrypt", post(accounts::can_decrypt))
        .route("/{kind}/{id}/wait_for_backup", post(accounts::wait_for_backup))
        .route("/{kind}/{id}/verification/{step}", post(verification::step))
        .route("/proxies", post(proxies::start))
        .route("/proxies/{id}/arm", post(proxies::arm))
        .route("/proxies/{id}/reply", post(proxies::reply))
        .route("/proxies/{id}/hold", post(proxies::hold))
        .route("/proxies/{id}/held", post(proxies::held))
        .route("/proxies/{id}/release", post(proxies::release))
        .route("/proxies/{id}/disarm", post(proxies::disarm))
        .route("/proxies/{id}/reset", post(proxies::reset))
        .route("/proxies/{id}/latency", post(proxies::latency))
        .route("/proxies/{id}/requests", post(proxies::requests))
        .route("/proxies/{id}/stop", post(proxies::stop))
        .route("/oracles", post(judge::new_oracle))
        .route("/oracles/{id}/{assertion}", post(judge::assert))
        .route("/stores/break", post(files::break_store))
        .route("/stores/mend", post(files::mend_store))
        .route("/stores/schema_version", post(files::schema_version))
        .route("/stores/custom_value", post(files::custom_value))
        .route("/room_key_files", post(files::room_key_file))
        .fallback(async |request: Request| Failure(Error::msg(format!("there is no endpoint {}", request.uri()))))
}

type Answer = Result<Json<Value>, Failure>;
type Kept = State<Arc<Service>>;

/// The answer of what only does something.
fn nothing() -> Json<Value> {
    Json(json!({}))
}

/// Whatever goes wrong, with its causes.
struct Failure(Error);

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let error = json!({ "error": format!("{:#}", self.0) });
        (StatusCode::INTERNAL_SERVER_ERROR, Json(error)).into_response()
    }
}

/// The JSON of a request, whatever its content type; nothing stands for `{}`.
struct Body<T>(T);

impl<T: DeserializeOwned> FromRequest<Arc<Service>> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &Arc<Service>) -> Result<Self, Failure> {
        let text = String::from_request(request, state).await.map_err(Error::msg)?;
        let text = if text.trim().is_empty() { "{}" } else { &text };
        Ok(Self(serde_json::from_str(text).context("the request")?))
    }
}
