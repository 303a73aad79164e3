// SPDX-License-Identifier: Apache-2.0
//! How other homeservers answer where they differ from Synapse, told by the fault proxy: the tests need no second server.
//!
//! Read from the sources of Dendrite 0.13.8 and Conduit 0.11; what a dialect does not mention is Synapse's.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard},
};

use hyper::StatusCode;
use serde_json::{Value, json};

/// A request, as the client sent it or as the server gets it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// For instance `GET`.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query, without its question mark.
    pub query: String,
    /// The body; null if it is no JSON.
    pub body: Value,
}

/// An answer with JSON in it.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// The body.
    pub body: Value,
}

impl Answer {
    fn error(status: StatusCode, code: &str, text: &str) -> Self {
        Self {
            status,
            body: json!({"errcode": code, "error": text}),
        }
    }
}

/// What one homeserver does otherwise.
pub trait Dialect: fmt::Debug + Send + Sync {
    /// Changes the request before the server sees it, or answers in its place.
    fn ask(&self, _asked: &mut Asked) -> Option<Answer> {
        None
    }

    /// Changes the server's answer to what was asked.
    fn answer(&self, _asked: &Asked, _answer: &mut Answer) {}
}

impl<D: Dialect> Dialect for Arc<D> {
    fn ask(&self, asked: &mut Asked) -> Option<Answer> {
        (**self).ask(asked)
    }

    fn answer(&self, asked: &Asked, answer: &mut Answer) {
        (**self).answer(asked, answer);
    }
}

/// Dendrite: every upload of an identity needs the password, the first one and a repeated one, too; a wrong one is refused
/// without a challenge; `completed` may be null.
#[derive(Debug, Default)]
pub struct Dendrite;

impl Dialect for Dendrite {
    fn ask(&self, asked: &mut Asked) -> Option<Answer> {
        if !asked.path.ends_with("/keys/device_signing/upload") {
            return None;
        }
        match asked.body.get_mut("auth") {
            None | Some(Value::Null) => Some(Answer {
                status: StatusCode::UNAUTHORIZED,
                body: json!({
                    "flows": [{"stages": ["m.login.password"]}], "completed": [], "params": null,
                    "session": "x1y2z3x1y2z3x1y2z3x1y2z3",
                }),
            }),
            Some(auth) => {
                // It does not check the session, and Synapse makes one where there is none.
                auth.as_object_mut()?.remove("session");
                None
            }
        }
    }

    fn answer(&self, asked: &Asked, answer: &mut Answer) {
        if answer.status != StatusCode::UNAUTHORIZED || answer.body.get("errcode").is_none() {
            return;
        }
        if asked.path.ends_with("/keys/device_signing/upload") {
            *answer = Answer::error(
                StatusCode::FORBIDDEN,
                "M_FORBIDDEN",
                "The username or password was incorrect or the account does not exist.",
            );
        } else if asked.path.ends_with("/delete_devices") {
            answer.body["completed"] = Value::Null;
        }
    }
}

/// Conduit: versions of the key backup are numbered for all users together, and the one whose number comes last *as a
/// text* is the current one; a `/sync` without `since` is answered with what it was answered before; an authorisation is
/// forgotten once it has been used.
#[derive(Debug)]
pub struct Conduit(Mutex<Memory>);

#[derive(Debug)]
struct Memory {
    /// The numbers that clients see, by Synapse's.
    versions: BTreeMap<String, String>,
    next: u64,
    first_sync: Option<Value>,
    used: Vec<Value>,
}

impl Conduit {
    /// `versions`: those that exist, each as Synapse's number and the one that clients see. Those that are made later are
    /// numbered from `next` on.
    pub fn new(versions: &[(&str, &str)], next: u64) -> Self {
        let versions = versions
            .iter()
            .map(|(real, shown)| ((*real).to_owned(), (*shown).to_owned()));
        Self(Mutex::new(Memory {
            versions: versions.collect(),
            next,
            first_sync: None,
            used: Vec::new(),
        }))
    }

    /// Another client has made this version, or it has deleted it (`None`), without this proxy.
    pub fn learn(&self, real: &str, shown: Option<&str>) {
        let mut memory = self.memory();
        match shown {
            Some(shown) => memory.versions.insert(real.to_owned(), shown.to_owned()),
            None => memory.versions.remove(real),
        };
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().expect("nobody panics while holding it")
    }
}

impl Memory {
    fn real(&self, shown: &str) -> Option<&str> {
        let mut versions = self.versions.iter();
        versions
            .find(|(_, number)| *number == shown)
            .map(|(real, _)| real.as_str())
    }

    /// The version that comes last as a text.
    fn current(&self) -> Option<(&String, &String)> {
        self.versions.iter().max_by_key(|(_, shown)| *shown)
    }
}

/// The version of the backup at the end of a path.
fn version_of(path: &str) -> Option<&str> {
    path.rsplit_once("/room_keys/version/").map(|(_, version)| version)
}

fn has_since(query: &str) -> bool {
    query.split('&').any(|part| part.starts_with("since="))
}

impl Dialect for Conduit {
    fn ask(&self, asked: &mut Asked) -> Option<Answer> {
        let mut memory = self.memory();
        if asked.path.ends_with("/sync") {
            if has_since(&asked.query) {
                memory.first_sync = None;
            }
            let again = memory.first_sync.clone();
            return again.map(|body| Answer {
                status: StatusCode::OK,
                body,
            });
        }
        if asked.path.ends_with("/delete_devices") && memory.used.contains(&asked.body["auth"]["session"]) {
            let text = "M_FORBIDDEN: UIAA session does not exist.";
            return Some(Answer::error(StatusCode::FORBIDDEN, "M_FORBIDDEN", text));
        }
        if asked.method == "GET" && asked.path.ends_with("/room_keys/version") {
            let current = memory.current().map(|(real, _)| real.clone())?;
            asked.path = format!("{}/{current}", asked.path);
        } else if let Some(shown) = version_of(&asked.path) {
            let real = memory.real(shown).unwrap_or("none").to_owned();
            asked.path.truncate(asked.path.len() - shown.len());
            asked.path.push_str(&real);
        } else if asked.path.contains("/room_keys/keys") {
            let shown = asked.query.strip_prefix("version=")?.to_owned();
            let is_current = memory.current().is_some_and(|(_, current)| *current == shown);
            if asked.method != "GET" && !is_current {
                let text = "M_INVALID_PARAM: You may only manipulate the most recently created version of the backup.";
                return Some(Answer::error(StatusCode::BAD_REQUEST, "M_INVALID_PARAM", text));
            }
            asked.query = format!("version={}", memory.real(&shown).unwrap_or("none"));
        }
        None
    }

    fn answer(&self, asked: &Asked, answer: &mut Answer) {
        let mut memory = self.memory();
        if !answer.status.is_success() {
            return;
        }
        if asked.path.ends_with("/sync") && !has_since(&asked.query) {
            memory.first_sync = Some(answer.body.clone());
        }
        if asked.path.ends_with("/delete_devices") {
            memory.used.push(asked.body["auth"]["session"].clone());
        }
        if asked.method == "POST" && asked.path.ends_with("/room_keys/version") {
            let shown = memory.next.to_string();
            memory.next += 1;
            let real = answer.body["version"].as_str().unwrap_or_default().to_owned();
            memory.versions.insert(real, shown);
        }
        if asked.method == "DELETE"
            && let Some(real) = version_of(&asked.path)
        {
            memory.versions.remove(real);
        }
        if asked.path.contains("/room_keys/version")
            && let Some(shown) = answer.body["version"]
                .as_str()
                .and_then(|real| memory.versions.get(real))
        {
            answer.body["version"] = json!(shown);
        }
    }
}
