// SPDX-License-Identifier: Apache-2.0

//! Where a browser of this machine comes back to after a login: an address of this machine alone. It takes nothing but the
//! answer to this login, and goes on waiting after everything else: other programs of this machine can ask there, too.
//!
//! RFC 8252, section 7.3.

use std::{convert::Infallible, net::Ipv4Addr, sync::Arc, time::Duration};

use http_body_util::Full;
use hyper::{Method, Request, Response, StatusCode, body::Bytes, body::Incoming, header, server::conn::http1, service};
use hyper_util::rt::{TokioIo, TokioTimer};
use keyward::login::BrowserLogin;
use tokio::{net::TcpListener, sync::mpsc};

use crate::{
    language::{say, texts},
    output::Failure,
};

/// A browser that has connected says what it wants within this time.
const PATIENCE: Duration = Duration::from_secs(30);

/// A page that says one thing. The texts are the program's own, and have nothing in them that HTML reads in another
/// way.
fn page(text: &str) -> String {
    let (language, direction) = (
        texts().language(),
        if texts().is_right_to_left() { "rtl" } else { "ltr" },
    );
    format!("<!doctype html><html lang={language} dir={direction}><meta charset=utf-8><title>Keyward</title><p>{text}")
}

/// Listens on this machine.
pub(super) struct Listener {
    socket: TcpListener,
    redirect_uri: String,
}

impl Listener {
    pub(super) async fn open() -> Result<Self, Failure> {
        let failed = |error| Failure::internal("no address of this machine can be listened at", &error);
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
        let port = socket.local_addr().map_err(failed)?.port();
        Ok(Self {
            socket,
            redirect_uri: format!("http://127.0.0.1:{port}/"),
        })
    }

    /// What the browser is to come back to.
    pub(super) fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Waits for the answer to this login: the address that the browser came to.
    pub(super) async fn answer(&self, login: &BrowserLogin) -> String {
        let (answers, mut answer) = mpsc::channel(1);
        let origin: Arc<str> = self.redirect_uri.trim_end_matches('/').into();
        loop {
            tokio::select! {
                Some(answer) = answer.recv() => return answer,
                connected = self.socket.accept() => {
                    let Ok((stream, _)) = connected else { continue };
                    let (login, answers, origin) = (login.clone(), answers.clone(), origin.clone());
                    let service = service::service_fn(move |request| {
                        let reply = reply(&request, &origin, &login, &answers);
                        async { Ok::<_, Infallible>(reply) }
                    });
                    tokio::spawn(async move {
                        let mut server = http1::Builder::new();
                        server.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
                        // Whoever goes away gets no reply.
                        let _ = server.keep_alive(false).serve_connection(TokioIo::new(stream), service).await;
                    });
                }
            }
        }
    }
}

fn reply(
    request: &Request<Incoming>,
    origin: &str,
    login: &BrowserLogin,
    answers: &mpsc::Sender<String>,
) -> Response<Full<Bytes>> {
    let address = format!("{origin}{}", request.uri());
    let is_answer = request.method() == Method::GET && login.is_answer(&address);
    if is_answer {
        // One answer is enough.
        let _ = answers.try_send(address);
    }
    let (status, text) = match is_answer {
        true => (StatusCode::OK, say!("login-page-done")),
        false => (StatusCode::NOT_FOUND, say!("login-page-nothing")),
    };
    let mut reply = Response::new(Full::new(Bytes::from(page(&text))));
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("text/html; charset=utf-8"),
    );
    // The address has the code in it.
    headers.insert(header::REFERRER_POLICY, header::HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    reply
}
