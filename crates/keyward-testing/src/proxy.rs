// SPDX-License-Identifier: Apache-2.0
//! A proxy between a client and its homeserver. It records every request, disturbs chosen ones, and measures round
//! trips.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    fmt,
    net::TcpListener as StdListener,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{self, Poll},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Either, Full};
use hyper::{
    Request, Response, StatusCode, Uri,
    body::{Body, Frame, Incoming},
    header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, TRANSFER_ENCODING, USER_AGENT},
    http::request::Parts,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{oneshot, watch},
};

use crate::{
    deployment::Deployment,
    dialect::{Answer, Asked, Dialect},
};

/// What a hook does, usually to kill the client under test.
pub type Hook = Arc<dyn Fn() + Send + Sync>;

/// What becomes of the JSON of an answer.
pub type Change = Arc<dyn Fn(&mut Value) + Send + Sync>;

/// Method and path template of a request: does a rule concern it?
type Predicate = Box<dyn Fn(&str, &str) -> bool + Send>;

/// What happens to a request instead of the usual.
#[derive(Clone)]
pub enum Fault {
    /// The connection is closed before the server sees the request.
    CutBefore,
    /// The server acts and answers, but the connection is closed instead of passing the answer on.
    CutAfter,
    /// HTTP 500 with `M_UNKNOWN`; the server does not see the request.
    Status500,
    /// HTTP 429 with `M_LIMIT_EXCEEDED`; the server does not see the request.
    Status429 {
        /// How long the client is asked to wait, in milliseconds.
        retry_after_ms: u64,
    },
    /// HTTP 200 with a page that is no JSON, as a captive portal gives; the server does not see the request.
    Garbage,
    /// This status with this JSON; the server does not see the request.
    Reply(StatusCode, Value),
    /// This status, these headers and this body; the server does not see the request.
    Raw(StatusCode, Vec<(HeaderName, String)>, Bytes),
    /// The server acts and answers, and the connection is closed in the middle of the answer's body.
    CutInBody,
    /// The server acts and answers, and the client gets its answer changed. An answer that is no JSON is passed on as it
    /// is.
    Change(Change),
    /// The connection is closed before the server sees the request, which waits on its way for [`Fault::Deliver`].
    Late,
    /// Every request that is late reaches the server before this one does.
    Deliver,
    /// The request is passed on after this time.
    Delay(Duration),
    /// The server does not see the request before [`FaultProxy::release`].
    HoldBefore,
    /// The server acts and answers, and the answer is not passed on before [`FaultProxy::release`].
    HoldAfter,
    /// Calls the hook before the server sees the request, and closes the connection.
    KillBefore(Hook),
    /// Calls the hook after the server has acted and answered, and closes the connection instead of passing the answer
    /// on.
    KillAfter(Hook),
}

impl Fault {
    /// [`Fault::KillBefore`] with a closure.
    pub fn kill_before(hook: impl Fn() + Send + Sync + 'static) -> Self {
        Self::KillBefore(Arc::new(hook))
    }

    /// [`Fault::KillAfter`] with a closure.
    pub fn kill_after(hook: impl Fn() + Send + Sync + 'static) -> Self {
        Self::KillAfter(Arc::new(hook))
    }

    /// [`Fault::Change`] with a closure.
    pub fn change(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self::Change(Arc::new(change))
    }

    /// The name of the variant, for reports.
    pub fn name(&self) -> &'static str {
        match self {
            Self::CutBefore => "CutBefore",
            Self::CutAfter => "CutAfter",
            Self::Status500 => "Status500",
            Self::Status429 { .. } => "Status429",
            Self::Garbage => "Garbage",
            Self::Reply(..) => "Reply",
            Self::Raw(..) => "Raw",
            Self::CutInBody => "CutInBody",
            Self::Change(_) => "Change",
            Self::Late => "Late",
            Self::Deliver => "Deliver",
            Self::Delay(_) => "Delay",
            Self::HoldBefore => "HoldBefore",
            Self::HoldAfter => "HoldAfter",
            Self::KillBefore(_) => "KillBefore",
            Self::KillAfter(_) => "KillAfter",
        }
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// One request of a run that is repeated with a fault at just this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberedRequest {
    /// As in [`RecordedRequest`].
    pub method: String,
    /// Path template, as in [`RecordedRequest`].
    pub path: String,
    /// Its number among the requests with the same method and path, from 1.
    pub number: usize,
}

impl NumberedRequest {
    /// A rule that hits this request of the next run.
    pub fn rule(&self, fault: Fault) -> Rule {
        let (method, path) = (self.method.clone(), self.path.clone());
        Rule::new(fault)
            .on(move |m, p| m == method && p == path)
            .number(self.number)
    }
}

/// Which requests a fault applies to: the first of those that match, unless said otherwise.
pub struct Rule {
    fault: Fault,
    matches: Predicate,
    number: usize,
    for_ever: bool,
    seen: usize,
}

impl Rule {
    /// Applies to the first request after [`FaultProxy::arm`].
    pub fn new(fault: Fault) -> Self {
        Self {
            fault,
            matches: Box::new(|_, _| true),
            number: 1,
            for_ever: false,
            seen: 0,
        }
    }

    /// Counts only requests whose method and path template (see [`RecordedRequest::path`]) satisfy the predicate.
    #[must_use]
    pub fn on(mut self, matches: impl Fn(&str, &str) -> bool + Send + 'static) -> Self {
        self.matches = Box::new(matches);
        self
    }

    /// Applies to the request with this number, counted from 1 at [`FaultProxy::arm`] among those that match.
    #[must_use]
    pub fn number(mut self, number: usize) -> Self {
        self.number = number;
        self
    }

    /// Applies to every later request that matches, too.
    #[must_use]
    pub fn for_ever(mut self) -> Self {
        self.for_ever = true;
        self
    }

    /// Counts the request, and tells whether it is hit.
    fn hits(&mut self, method: &str, path: &str) -> bool {
        if !(self.matches)(method, path) {
            return false;
        }
        self.seen += 1;
        self.seen == self.number || self.for_ever && self.seen > self.number
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            fault,
            number,
            for_ever,
            seen,
            matches: _,
        } = self;
        formatter
            .debug_struct("Rule")
            .field("fault", fault)
            .field("number", number)
            .field("for_ever", for_ever)
            .field("seen", seen)
            .finish_non_exhaustive()
    }
}

/// One request that reached the proxy. What a client sends again is recorded again.
#[derive(Debug, Clone)]
pub struct RecordedRequest {
    /// Counted from 1 since the start or the last [`FaultProxy::reset`], in the order of arrival.
    pub number: usize,
    /// The HTTP method.
    pub method: String,
    /// The path with its ids replaced by names as in the specification, for instance
    /// `/_matrix/client/v3/user/{userId}/account_data/m.secret_storage.key.{keyId}`.
    pub path: String,
    /// Path and query as they were sent.
    pub raw_path: String,
    /// The status that the client got, `None` when it got no answer or has none yet.
    pub status: Option<u16>,
    /// The fault that was applied.
    pub fault: Option<&'static str>,
    /// When the head of the request had arrived.
    pub start: Instant,
    /// When the answer was handed over, or the connection cut; `None` while neither has happened.
    pub end: Option<Instant>,
}

impl fmt::Display for RecordedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:3} {} {}", self.number, self.method, self.path)?;
        match self.status {
            Some(status) => write!(formatter, " -> {status}")?,
            None => write!(formatter, " -> no answer")?,
        }
        match self.fault {
            Some(fault) => write!(formatter, " ({fault})"),
            None => Ok(()),
        }
    }
}

/// The number of round trips on the critical path: the length of the longest chain of requests of which each began
/// after the one before had ended. Requests without an end do not count.
pub fn round_trips<'a>(requests: impl IntoIterator<Item = &'a RecordedRequest>) -> usize {
    let mut spans: Vec<_> = requests
        .into_iter()
        .filter_map(|request| Some((request.end?, request.start)))
        .collect();
    // Taking whichever ends first is the best choice at every step of such a chain.
    spans.sort();
    let mut last_end = None;
    let mut length = 0;
    for (end, start) in spans {
        if last_end.is_none_or(|last| start >= last) {
            length += 1;
            last_end = Some(end);
        }
    }
    length
}

/// The proxy. It runs on a thread and a runtime of its own, so any test can use it, async or not; dropping it stops it.
#[derive(Debug)]
pub struct FaultProxy {
    url: String,
    shared: Arc<Shared>,
    /// Dropping the sender ends the thread.
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl FaultProxy {
    /// Starts a proxy for the homeserver at this base URL (plain HTTP) on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When there is no port or no thread to be had.
    pub fn start(upstream: &str) -> Result<Self> {
        Self::start_for(Upstream {
            homeserver: upstream.trim_end_matches('/').to_owned(),
            auth: None,
        })
    }

    /// Starts a proxy for a homeserver and its authorisation server, which have one address then, as behind a reverse
    /// proxy: what the homeserver says of the other server's addresses is changed so that clients come here.
    ///
    /// # Errors
    /// As [`FaultProxy::start`].
    pub fn start_before(deployment: &Deployment) -> Result<Self> {
        Self::start_for(Upstream {
            homeserver: deployment.synapse.url().to_owned(),
            auth: Some(deployment.auth.url().to_owned()),
        })
    }

    fn start_for(upstream: Upstream) -> Result<Self> {
        upstream.homeserver.parse::<Uri>().context("the homeserver's URL")?;
        let listener = StdListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}", listener.local_addr()?);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _inside = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let shared = Arc::new(Shared {
            upstream,
            url: url.clone(),
            state: Mutex::default(),
            releases: watch::Sender::default(),
            held: watch::Sender::default(),
            changes: watch::Sender::default(),
        });
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new().name("fault-proxy".to_owned()).spawn({
            let shared = shared.clone();
            move || {
                runtime.block_on(async {
                    tokio::select! {
                        () = serve(listener, shared) => {}
                        _ = stopped => {}
                    }
                });
                // A hook may still be busy; nobody waits for it.
                runtime.shutdown_background();
            }
        })?;
        Ok(Self {
            url,
            shared,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// The base URL for clients, without a slash at its end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Lets the requests of a client with this user agent through: no rule concerns them, and none is recorded.
    pub fn overlook(&self, user_agent: &str) {
        self.shared.state().overlooked = Some(user_agent.to_owned());
    }

    /// Adds a rule, which counts requests from now on. The first rule that hits a request decides its fate; all count
    /// it.
    pub fn arm(&self, rule: Rule) {
        self.shared.state().rules.push(rule);
    }

    /// Removes all rules and lets go of what is held; what was recorded stays.
    pub fn disarm(&self) {
        let mut state = self.shared.state();
        state.rules.clear();
        self.shared.let_go();
    }

    /// Lets go of every request that is held, and removes the rules that hold.
    ///
    /// A request whose client has gone away meanwhile reaches the server all the same, late, as it happens on real
    /// networks.
    pub fn release(&self) {
        let mut state = self.shared.state();
        state
            .rules
            .retain(|rule| !matches!(rule.fault, Fault::HoldBefore | Fault::HoldAfter));
        self.shared.let_go();
    }

    /// The JSON of the requests that are late ([`Fault::Late`]).
    pub fn late(&self) -> Vec<Value> {
        let state = self.shared.state();
        let bodies = state.late.iter();
        bodies
            .filter_map(|(_, body)| serde_json::from_slice(body).ok())
            .collect()
    }

    /// Returns when a request is held, and at once if one is. There is no time limit.
    pub async fn held(&self) {
        let mut held = self.shared.held.subscribe();
        held.wait_for(|&count| count > 0)
            .await
            .expect("the proxy, which has the sender, is borrowed");
    }

    /// Removes all rules, lets go of what is held, and forgets what was recorded. The latency stays.
    pub fn reset(&self) {
        let mut state = self.shared.state();
        state.rules.clear();
        self.shared.let_go();
        state.requests.clear();
        // Requests that are under way now must not write into the new list.
        state.generation += 1;
    }

    /// Answers from now on as that homeserver would. Faults come on top.
    pub fn speak(&self, dialect: impl Dialect + 'static) {
        self.shared.state().dialect = Some(Arc::new(dialect));
    }

    /// Lets every request take this much longer from now on: half of it before the server sees the request, half before
    /// the client sees the answer. Requests do not wait for each other.
    pub fn set_latency(&self, round_trip: Duration) {
        self.shared.state().latency = round_trip;
    }

    /// Every request since the start or the last [`FaultProxy::reset`], in the order of arrival.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.state().requests.clone()
    }

    /// Returns when the requests that were recorded are so, and at once if they are. There is no time limit.
    pub async fn until(&self, is_so: impl Fn(&[RecordedRequest]) -> bool) {
        let mut changes = self.shared.changes.subscribe();
        while !is_so(&self.requests()) {
            changes
                .changed()
                .await
                .expect("the proxy, which has the sender, is borrowed");
        }
    }

    /// The same, each with its number among those of its method and path: the rows of a fault matrix.
    pub fn numbered_requests(&self) -> Vec<NumberedRequest> {
        let mut counts = BTreeMap::new();
        let numbered = self.requests().into_iter().map(|request| {
            let number: &mut usize = counts
                .entry((request.method.clone(), request.path.clone()))
                .or_default();
            *number += 1;
            NumberedRequest {
                method: request.method,
                path: request.path,
                number: *number,
            }
        });
        numbered.collect()
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // The thread can only have panicked, and the panic message is printed already.
            let _ = thread.join();
        }
    }
}

#[derive(Debug)]
struct Shared {
    upstream: Upstream,
    /// The proxy's own address.
    url: String,
    state: Mutex<State>,
    /// Counts how often held requests were let go.
    releases: watch::Sender<u64>,
    /// How many requests are held now.
    held: watch::Sender<usize>,
    /// Changes with every arrival and departure of a request.
    changes: watch::Sender<()>,
}

/// The servers behind the proxy.
#[derive(Debug)]
struct Upstream {
    homeserver: String,
    auth: Option<String>,
}

impl Upstream {
    /// Which of them a path belongs to. What was there for logins before OAuth is the authorisation server's.
    fn of(&self, path: &str) -> &str {
        let of_matrix = ["/_matrix/", "/_synapse/", "/.well-known/matrix/"];
        let old_login = ["/login", "/logout", "/refresh"];
        match &self.auth {
            Some(auth)
                if !of_matrix.iter().any(|prefix| path.starts_with(prefix))
                    || old_login.iter().any(|end| path.ends_with(end)) =>
            {
                auth
            }
            _ => &self.homeserver,
        }
    }
}

#[derive(Debug, Default)]
struct State {
    rules: Vec<Rule>,
    requests: Vec<RecordedRequest>,
    generation: usize,
    latency: Duration,
    late: Vec<(Parts, Bytes)>,
    dialect: Option<Arc<dyn Dialect>>,
    /// The user agent whose requests are let through.
    overlooked: Option<String>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("nobody panics while holding it, except in a test's own predicate")
    }

    fn overlooks(&self, headers: &HeaderMap) -> bool {
        let overlooked = self.state().overlooked.clone();
        overlooked.is_some_and(|overlooked| headers.get(USER_AGENT).is_some_and(|agent| *agent == overlooked))
    }

    /// The caller holds the lock of the state, so that no request arrives between a change of the rules and a release.
    fn let_go(&self) {
        self.releases.send_modify(|count| *count += 1);
    }

    /// Waits for the first release since the request arrived.
    async fn hold(&self, arrival: &Arrival) {
        self.held.send_modify(|count| *count += 1);
        // The sender cannot be gone: it is in `self`.
        let _ = arrival.release.clone().changed().await;
        self.held.send_modify(|count| *count -= 1);
    }

    /// Records the arrival of a request and decides what becomes of it.
    fn arrive(&self, method: &str, uri: &Uri) -> Arrival {
        let mut state = self.state();
        let path = template(uri.path());
        let mut fault = None;
        for rule in &mut state.rules {
            if rule.hits(method, &path) && fault.is_none() {
                fault = Some(rule.fault.clone());
            }
        }
        let number = state.requests.len() + 1;
        self.changes.send_replace(());
        state.requests.push(RecordedRequest {
            number,
            method: method.to_owned(),
            path,
            raw_path: uri
                .path_and_query()
                .map_or_else(|| uri.path().to_owned(), ToString::to_string),
            status: None,
            fault: fault.as_ref().map(Fault::name),
            start: Instant::now(),
            end: None,
        });
        Arrival {
            index: number - 1,
            generation: state.generation,
            fault,
            release: self.releases.subscribe(),
            half_latency: state.latency / 2,
        }
    }

    fn depart(&self, arrival: &Arrival, status: Option<u16>) {
        let mut state = self.state();
        if state.generation == arrival.generation {
            let request = &mut state.requests[arrival.index];
            request.status = status;
            request.end = Some(Instant::now());
        }
        self.changes.send_replace(());
    }
}

struct Arrival {
    index: usize,
    generation: usize,
    fault: Option<Fault>,
    /// Changes with the first release after the arrival.
    release: watch::Receiver<u64>,
    half_latency: Duration,
}

/// The way to tell hyper to close a connection without an answer.
#[derive(Debug)]
struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the connection is cut on purpose")
    }
}

impl std::error::Error for Cut {}

type Connections = Client<HttpConnector, Full<Bytes>>;

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    // A new connection for every request: one that is kept may be closed by the server at the very moment it is used
    // again, which would be a fault that no test asked for.
    let connections: Connections = Client::builder(TokioExecutor::new())
        .pool_max_idle_per_host(0)
        .build_http();
    loop {
        // An error concerns the one connection that was about to come.
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (shared, connections) = (shared.clone(), connections.clone());
        let service = service_fn(move |request| {
            // In a task of its own: hyper drops the work when the client goes away, but on a real network a request
            // that was sent reaches the server all the same.
            let handled = tokio::spawn(handle(request, shared.clone(), connections.clone()));
            async { handled.await.unwrap_or(Err(Cut)) }
        });
        tokio::spawn(async move {
            // An error is a cut connection, by us or by the client.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn handle(
    request: Request<Incoming>,
    shared: Arc<Shared>,
    connections: Connections,
) -> Result<Response<Either<Full<Bytes>, Half>>, Cut> {
    if shared.overlooks(request.headers()) {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
        let response = forward(head, body, &shared, &connections).await.map_err(|_| Cut)?;
        return Ok(response.map(Either::Left));
    }
    let arrival = shared.arrive(request.method().as_str(), request.uri());
    let answer = answer(request, &arrival, &shared, &connections).await;
    shared.depart(
        &arrival,
        answer.as_ref().ok().map(|response| response.status().as_u16()),
    );
    match arrival.fault {
        Some(Fault::CutInBody) => Ok(half_of(answer?).await),
        _ => Ok(answer?.map(Either::Left)),
    }
}

async fn answer(
    request: Request<Incoming>,
    arrival: &Arrival,
    shared: &Shared,
    connections: &Connections,
) -> Result<Response<Full<Bytes>>, Cut> {
    let (head, body) = request.into_parts();
    // Reading the body first makes it certain that a cut is noticed while waiting for the answer, not while sending.
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    wait(arrival.half_latency).await;
    match &arrival.fault {
        Some(Fault::CutBefore) => return Err(Cut),
        Some(Fault::Late) => {
            shared.state().late.push((head, body));
            return Err(Cut);
        }
        Some(Fault::Deliver) => {
            let late = std::mem::take(&mut shared.state().late);
            for (head, body) in late {
                // Nobody waits for what the server says to it.
                let _ = forward(head, body, shared, connections).await;
            }
        }
        Some(Fault::KillBefore(hook)) => {
            call(hook).await;
            return Err(Cut);
        }
        Some(Fault::Status500) => {
            let error = json!({ "errcode": "M_UNKNOWN", "error": "Internal server error" });
            return Ok(reply(
                StatusCode::INTERNAL_SERVER_ERROR,
                "application/json",
                error.to_string(),
            ));
        }
        Some(Fault::Status429 { retry_after_ms }) => {
            let error = json!({
                "errcode": "M_LIMIT_EXCEEDED",
                "error": "Too Many Requests",
                "retry_after_ms": retry_after_ms,
            });
            return Ok(reply(
                StatusCode::TOO_MANY_REQUESTS,
                "application/json",
                error.to_string(),
            ));
        }
        Some(Fault::Garbage) => {
            return Ok(reply(
                StatusCode::OK,
                "text/html",
                "<!doctype html><title>Welcome to our Wi-Fi</title>".into(),
            ));
        }
        Some(Fault::Reply(status, json)) => return Ok(reply(*status, "application/json", json.to_string())),
        Some(Fault::Raw(status, headers, body)) => {
            let mut response = reply(*status, "application/json", String::new());
            *response.body_mut() = Full::new(body.clone());
            for (name, value) in headers {
                let value = value.parse().expect("a header's value");
                response.headers_mut().append(name.clone(), value);
            }
            return Ok(response);
        }
        Some(Fault::Delay(duration)) => wait(*duration).await,
        Some(Fault::HoldBefore) => shared.hold(arrival).await,
        Some(Fault::CutAfter | Fault::KillAfter(_) | Fault::HoldAfter | Fault::Change(_) | Fault::CutInBody) | None => {
        }
    }
    let dialect = shared.state().dialect.clone();
    let response = match dialect {
        Some(dialect) => translated(&*dialect, head, body, shared, connections).await,
        None => forward(head, body, shared, connections).await,
    };
    let mut response = match response {
        Ok(response) => response,
        Err(error) => {
            let error = json!({ "errcode": "M_UNKNOWN", "error": format!("fault proxy: {error:#}") });
            reply(StatusCode::BAD_GATEWAY, "application/json", error.to_string())
        }
    };
    match &arrival.fault {
        Some(Fault::CutAfter) => return Err(Cut),
        Some(Fault::KillAfter(hook)) => {
            call(hook).await;
            return Err(Cut);
        }
        Some(Fault::HoldAfter) => shared.hold(arrival).await,
        Some(Fault::Change(change)) => response = changed(response, change).await,
        _ => {}
    }
    wait(arrival.half_latency).await;
    Ok(response)
}

/// Sends the request on as a dialect changes it, and changes the answer.
async fn translated(
    dialect: &dyn Dialect,
    mut head: Parts,
    mut body: Bytes,
    shared: &Shared,
    connections: &Connections,
) -> Result<Response<Full<Bytes>>> {
    let mut asked = Asked {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    };
    let was = asked.body.clone();
    if let Some(answer) = dialect.ask(&mut asked) {
        return Ok(reply(answer.status, "application/json", answer.body.to_string()));
    }
    let query = if asked.query.is_empty() { "" } else { "?" };
    head.uri = format!("{}{query}{}", asked.path, asked.query).parse()?;
    if asked.body != was {
        body = asked.body.to_string().into();
        head.headers.remove(CONTENT_LENGTH);
    }
    let response = forward(head, body, shared, connections).await?;
    let (mut head, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    let Ok(json) = serde_json::from_slice(&body) else {
        return Ok(Response::from_parts(head, Full::new(body)));
    };
    let mut answer = Answer {
        status: head.status,
        body: json,
    };
    dialect.answer(&asked, &mut answer);
    head.status = answer.status;
    head.headers.remove(CONTENT_LENGTH);
    Ok(Response::from_parts(head, Full::new(answer.body.to_string().into())))
}

/// Sends the request on, and reads the whole answer.
async fn forward(
    mut head: Parts,
    body: Bytes,
    shared: &Shared,
    connections: &Connections,
) -> Result<Response<Full<Bytes>>> {
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let upstream = &shared.upstream;
    head.uri = format!("{}{path}", upstream.of(head.uri.path())).parse()?;
    remove_hop_by_hop(&mut head.headers);
    let response = connections.request(Request::from_parts(head, Full::new(body))).await?;
    let (mut head, body) = response.into_parts();
    let mut body = body.collect().await?.to_bytes();
    remove_hop_by_hop(&mut head.headers);
    if let Some(auth) = &upstream.auth
        && ["/auth_metadata", "/oauth2/device"]
            .iter()
            .any(|end| path.ends_with(end))
    {
        body = String::from_utf8_lossy(&body).replace(auth, &shared.url).into();
        head.headers.remove(CONTENT_LENGTH);
    }
    Ok(Response::from_parts(head, Full::new(body)))
}

async fn changed(response: Response<Full<Bytes>>, change: &Change) -> Response<Full<Bytes>> {
    let (mut head, body) = response.into_parts();
    let mut body = body.collect().await.expect("it is in memory").to_bytes();
    if let Ok(mut json) = serde_json::from_slice(&body) {
        change(&mut json);
        body = json.to_string().into();
        head.headers.remove(CONTENT_LENGTH);
    }
    Response::from_parts(head, Full::new(body))
}

/// The first half of a body, and then the connection ends.
struct Half(Option<Bytes>);

impl Body for Half {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut task::Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        Poll::Ready(Some(self.0.take().map(Frame::data).ok_or(Cut)))
    }
}

async fn half_of(response: Response<Full<Bytes>>) -> Response<Either<Full<Bytes>, Half>> {
    let (mut head, body) = response.into_parts();
    let body = body.collect().await.expect("it is in memory").to_bytes();
    head.headers.insert(CONTENT_LENGTH, body.len().into());
    Response::from_parts(head, Either::Right(Half(Some(body.slice(..body.len() / 2)))))
}

/// Headers that are about one connection and not about the message.
fn remove_hop_by_hop(headers: &mut HeaderMap) {
    for name in [CONNECTION, TRANSFER_ENCODING, HeaderName::from_static("keep-alive")] {
        headers.remove(name);
    }
}

fn reply(status: StatusCode, content_type: &'static str, body: String) -> Response<Full<Bytes>> {
    Response::builder()
        .status(status)
        .header(CONTENT_TYPE, content_type)
        .body(Full::new(Bytes::from(body)))
        .expect("status and header are valid")
}

async fn wait(duration: Duration) {
    // A timer, even of no length, costs a millisecond.
    if !duration.is_zero() {
        tokio::time::sleep(duration).await;
    }
}

/// In a thread of its own: a hook may wait until a process has ended, and the other requests must not wait for that.
async fn call(hook: &Hook) {
    let hook = hook.clone();
    // It fails only if the hook panics, and the panic message is printed already.
    let _ = tokio::task::spawn_blocking(move || hook()).await;
}

/// Replaces ids in a path by names.
fn template(path: &str) -> String {
    let mut segments: Vec<String> = Vec::new();
    for raw in path.split('/') {
        let text: String = url::form_urlencoded::parse(format!("x={}", raw.replace('+', "%2B")).as_bytes())
            .next()
            .map_or_else(|| raw.to_owned(), |(_, text)| text.into_owned());
        let before = |back: usize| {
            segments
                .len()
                .checked_sub(back)
                .map_or("", |index| segments[index].as_str())
        };
        let name = match (text.chars().next(), before(1), before(2), before(3)) {
            (None, ..) => None,
            (Some('@'), ..) => Some("{userId}".to_owned()),
            (Some('!'), ..) => Some("{roomId}".to_owned()),
            (Some('$'), ..) => Some("{eventId}".to_owned()),
            (Some('#'), ..) => Some("{roomAlias}".to_owned()),
            (_, "devices", ..) => Some("{deviceId}".to_owned()),
            (_, "dehydrated_device", ..) if text != "events" => Some("{deviceId}".to_owned()),
            (_, "filter", ..) => Some("{filterId}".to_owned()),
            (_, "version", "room_keys", _) => Some("{version}".to_owned()),
            (_, "{roomId}", "keys", "room_keys") => Some("{sessionId}".to_owned()),
            (_, _, "send" | "sendToDevice", _) => Some("{txnId}".to_owned()),
            (_, "account_data", ..) => per_key_account_data(&text),
            _ => None,
        };
        segments.push(name.unwrap_or(text));
    }
    segments.join("/")
}

/// The template of an account data type that ends in an id.
fn per_key_account_data(event_type: &str) -> Option<String> {
    const WITH_ID: [(&str, &str); 3] = [
        ("m.secret_storage.key.", "{keyId}"),
        ("io.element.matrix_client_information.", "{deviceId}"),
        ("org.matrix.msc3890.local_notification_settings.", "{deviceId}"),
    ];
    let (prefix, name) = WITH_ID.into_iter().find(|(prefix, _)| event_type.starts_with(prefix))?;
    Some(format!("{prefix}{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_paths_become_names() {
        for (path, expected) in [
            ("/_matrix/client/v3/sync", "/_matrix/client/v3/sync"),
            (
                "/_matrix/client/v3/user/%40a%3Ab.c/account_data/m.secret_storage.key.Ab1",
                "/_matrix/client/v3/user/{userId}/account_data/m.secret_storage.key.{keyId}",
            ),
            (
                "/_matrix/client/v3/user/@a:b.c/account_data/m.secret_storage.default_key",
                "/_matrix/client/v3/user/{userId}/account_data/m.secret_storage.default_key",
            ),
            (
                "/_matrix/client/v3/user/@a:b/filter/12",
                "/_matrix/client/v3/user/{userId}/filter/{filterId}",
            ),
            (
                "/_matrix/client/v3/devices/AB+C",
                "/_matrix/client/v3/devices/{deviceId}",
            ),
            (
                "/_matrix/client/v3/room_keys/version",
                "/_matrix/client/v3/room_keys/version",
            ),
            (
                "/_matrix/client/v3/room_keys/version/3",
                "/_matrix/client/v3/room_keys/version/{version}",
            ),
            ("/_matrix/client/v3/room_keys/keys", "/_matrix/client/v3/room_keys/keys"),
            (
                "/_matrix/client/v3/room_keys/keys/%21r%3Ab/s%2Fid",
                "/_matrix/client/v3/room_keys/keys/{roomId}/{sessionId}",
            ),
            (
                "/_matrix/client/v3/rooms/!r:b/send/m.room.encrypted/t1",
                "/_matrix/client/v3/rooms/{roomId}/send/m.room.encrypted/{txnId}",
            ),
            (
                "/_matrix/client/v3/sendToDevice/m.room.encrypted/t1",
                "/_matrix/client/v3/sendToDevice/m.room.encrypted/{txnId}",
            ),
            (
                "/_matrix/client/v3/rooms/!r:b/event/$e",
                "/_matrix/client/v3/rooms/{roomId}/event/{eventId}",
            ),
            (
                "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device/ABC/events",
                "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device/{deviceId}/events",
            ),
        ] {
            assert_eq!(template(path), expected);
        }
    }

    fn request(start: u64, end: u64) -> RecordedRequest {
        let origin = *ORIGIN;
        RecordedRequest {
            number: 1,
            method: "GET".to_owned(),
            path: String::new(),
            raw_path: String::new(),
            status: Some(200),
            fault: None,
            start: origin + Duration::from_millis(start),
            end: Some(origin + Duration::from_millis(end)),
        }
    }

    static ORIGIN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);

    #[test]
    fn round_trips_are_the_longest_chain() {
        assert_eq!(round_trips([]), 0);
        let parallel = [request(0, 100), request(1, 90), request(2, 95)];
        assert_eq!(round_trips(&parallel), 1);
        let waves = [
            request(0, 100),
            request(1, 104),
            request(101, 200),
            request(105, 205),
            request(206, 300),
        ];
        assert_eq!(round_trips(&waves), 3);
        // A slow one beside a quick chain.
        let beside = [request(0, 1000), request(0, 100), request(100, 200), request(210, 300)];
        assert_eq!(round_trips(&beside), 3);
        let unfinished = RecordedRequest {
            end: None,
            ..request(0, 0)
        };
        assert_eq!(round_trips([&unfinished]), 0);
    }
}
