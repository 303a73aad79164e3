// SPDX-License-Identifier: Apache-2.0

//! `keyward sessions --watch`: the list, then a line for each change.

use std::{collections::BTreeMap, time::Duration};

use keyward::{
    doctor::Report,
    error::{RequestError, ServerError},
    sessions::{Filter, Session, Snapshot},
};

use super::{list, now, words};
use crate::{
    context::Context,
    language::{name, say, texts},
    output::{self, Failure},
    session,
};

/// How often the list is requested where another program synchronises.
pub(super) const EVERY: Duration = Duration::from_secs(30);

pub(super) async fn run(context: &Context, filter: Filter) -> Result<(), Failure> {
    match context.session().await? {
        session::Session::Own(account) => {
            let mut watch = account.watch_sessions();
            let examine = async || Ok(Box::pin(account.status_and_report()).await?.1);
            follow(context, filter, examine, async || watch.next().await).await
        }
        session::Session::Attached(account) => {
            let mut watch = account.watch_sessions(Some(EVERY));
            let examine = async || Ok(Box::pin(account.status_and_report()).await?.1);
            follow(context, filter, examine, async || watch.next().await).await
        }
    }
}

async fn follow(
    context: &Context,
    filter: Filter,
    examine: impl AsyncFn() -> Result<Report, RequestError>,
    mut next: impl AsyncFnMut() -> Result<Snapshot, RequestError>,
) -> Result<(), Failure> {
    let mut last: Option<Snapshot> = None;
    loop {
        let next = match Box::pin(next()).await {
            Ok(next) => next,
            // The watch has never worked, or will never work again.
            Err(error) if last.is_none() || error == RequestError::Server(ServerError::SessionExpired) => {
                return Err(error.into());
            }
            Err(error) => {
                let trouble = texts().error(&error);
                context.terminal.say(&say!("not-up-to-date", trouble = trouble));
                continue;
            }
        };
        match &last {
            _ if context.json => output::object(&list::Listed::new(&next.list, filter))?,
            None => {
                let report = Box::pin(examine()).await?;
                let about = words::about_this_session(&report, context.terminal);
                output::text(&list::text(&next, about, filter, now()))?;
            }
            Some(last) => {
                for line in changes(last, &next, now()) {
                    output::text(&line)?;
                }
            }
        }
        last = Some(next);
    }
}

/// The differences, a line each. The filter applies only to the list: a watch reports every change.
fn changes(before: &Snapshot, after: &Snapshot, now: u64) -> Vec<String> {
    let mut lines = Vec::new();
    let known = by_id(before);
    let present = by_id(after);
    for login in after.new_logins.iter().filter(|login| !login.reported) {
        lines.push(texts().new_login(login, now));
    }
    for (id, session) in &known {
        if !present.contains_key(id) {
            lines.push(say!("watch-signed-out", name = words::label(session), id = name(id)));
        }
    }
    for (id, session) in &present {
        let label = words::label(session);
        match known.get(id) {
            None => {
                if !after.new_logins.iter().any(|login| login.device_id == *id) {
                    lines.push(say!("watch-new", name = label, id = name(id)));
                }
            }
            Some(old) => {
                if old.label() != session.label() {
                    let old = words::label(old);
                    lines.push(say!("watch-renamed", old = old, name = label.as_str(), id = name(id)));
                }
                if old.trust != session.trust {
                    let trust = texts().trust(session.trust);
                    lines.push(say!("watch-trust", name = label.as_str(), id = name(id), trust = trust));
                }
                if old.push != session.push {
                    let push = texts().push(session.push);
                    lines.push(say!("watch-push", name = label.as_str(), id = name(id), push = push));
                }
            }
        }
    }
    let acknowledged = before.new_logins.iter().filter(|login| {
        present.contains_key(login.device_id.as_str())
            && !after.new_logins.iter().any(|left| left.device_id == login.device_id)
    });
    lines.extend(acknowledged.map(|login| say!("watch-acknowledged", name = name(&login.label))));
    lines
}

fn by_id(snapshot: &Snapshot) -> BTreeMap<&str, &Session> {
    std::iter::once(&snapshot.list.current)
        .chain(&snapshot.list.others)
        .map(|session| (session.device_id.as_str(), session))
        .collect()
}

#[cfg(test)]
mod tests {
    use keyward::sessions::{Push, Trust};

    use super::{words::samples::*, *};

    #[test]
    fn each_change_is_a_line() {
        let before = snapshot();
        assert!(changes(&before, &before, NOW).is_empty());
        let mut after = snapshot();
        after.list.others[0].push = Push::Off;
        after.list.others[1].trust = Trust::Verified;
        after.list.others[2].name = Some("Attic".to_owned());
        after.list.others.remove(3);
        after
            .list
            .others
            .push(session("NEWNEWNEWN", "Thief", Trust::Unverified, None));
        after.new_logins = vec![new_login("NEWNEWNEWN", "Thief")];
        assert_eq!(
            changes(&before, &after, NOW),
            [
                "New login: Thief (NEWNEWNEWN), 2 minutes ago. Was it you?",
                "Signed out: SCRIPTBOTX (SCRIPTBOTX)",
                "Renamed: Old laptop is called Attic (OLDLAPTOPX) now",
                "Element X on Pixel (PHONEPHONE): push notifications off",
                "Element Web: Firefox (WEBWEBWEBW): Verified",
            ]
        );
        let mut acknowledged = after.clone();
        acknowledged.new_logins.clear();
        assert_eq!(changes(&after, &acknowledged, NOW), ["Acknowledged: Thief"]);
    }
}
