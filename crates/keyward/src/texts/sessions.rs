// SPDX-License-Identifier: Apache-2.0

//! What the page of sessions says: the list, one session, renaming, signing out.

use super::{ActionId, Argument, AskedFor, FieldId, Problem, Role, Screen, Shows, Texts, reset::groups_of_four};
use crate::{
    facts::IdentityStatus,
    sessions::{
        DeviceKind, Filter, LabelSource, LedgerEntry, LoginAlert, NewLogin, Push, Rename, Session, SessionList,
        SignOutConsequences, Trust,
    },
    text::clean,
};

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// One session in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionText {
    /// Its name.
    pub name: String,
    /// Whether it is verified.
    pub trust: String,
    /// When it was last active.
    pub activity: String,
    /// What is wrong with it: the homeserver leaves it out of its list.
    pub warning: Option<String>,
}

/// A state of signing sessions out.
#[derive(Clone, Debug)]
pub enum SignOutView<'a> {
    /// Before it: what it means.
    Begin {
        /// What it leads to.
        consequences: &'a SignOutConsequences,
        /// How many sessions.
        count: u64,
        /// The homeserver does it on a page of its own.
        on_page: bool,
    },
    /// The server wants an authorisation.
    Authorise(AskedFor<'a>),
    /// It works.
    Working,
    /// So many are signed out.
    Done(u64),
    /// It was not done.
    Stopped(Problem),
}

impl Texts {
    /// What the page of sessions says around its list.
    pub fn sessions(&self, list: &SessionList, filter: Filter) -> Screen {
        let shown = list.others.iter().filter(|session| filter.shows(session)).count() as u64;
        let others = match filter {
            Filter::All => self.count("sessions-others", shown),
            _ => self.count("sessions-of-filter", shown),
        };
        let draft = self.screen(self.say("sessions-title"));
        let advice = self.advice(list).into_iter();
        let draft = advice.fold(draft, |draft, (text, _)| draft.paragraph(text));
        draft
            .paragraph(others)
            .shows(Shows::Sessions)
            .action_if(!list.others.is_empty(), ActionId::SignOutAllOthers, Role::Destructive)
            .action(ActionId::Back, Role::Secondary)
            .done()
    }

    /// The security recommendations, each with the filter that shows what it is about; none where there is nothing to do.
    pub fn advice(&self, list: &SessionList) -> Vec<(String, Filter)> {
        let unverified = match list.identity {
            // To a session that is not verified itself every other one looks unverified.
            IdentityStatus::Ours => "advice-unverified",
            _ => "advice-unverified-unsure",
        };
        let hidden = list.others.iter().filter(|session| session.unlisted).count();
        let all = [
            (list.recommendations.unverified, unverified, Filter::Unverified),
            (hidden, "advice-unlisted", Filter::All),
            (list.recommendations.inactive, "advice-inactive", Filter::Inactive),
        ];
        let all = all.into_iter().filter(|(count, ..)| *count > 0);
        all.map(|(count, id, filter)| (self.count(id, count as u64), filter))
            .collect()
    }

    /// How a filter is called.
    pub fn filter(&self, filter: Filter) -> String {
        self.say(match filter {
            Filter::All => "filter-all",
            Filter::Verified => "filter-verified",
            Filter::Unverified => "filter-unverified",
            Filter::Inactive => "filter-inactive",
            Filter::Unverifiable => "filter-unverifiable",
        })
    }

    /// Whether a session is verified.
    pub fn trust(&self, trust: Trust) -> String {
        self.say(match trust {
            Trust::Verified => "trust-verified",
            Trust::Unverified => "trust-unverified",
            Trust::Unverifiable => "trust-unverifiable",
        })
    }

    /// One session in the list. `now`: milliseconds since the Unix epoch.
    pub fn session(&self, session: &Session, now: u64) -> SessionText {
        SessionText {
            name: self.name(&session.label()),
            trust: self.trust(session.trust),
            activity: self.activity(session, now),
            warning: session.unlisted.then(|| self.say("session-unlisted")),
        }
    }

    fn activity(&self, session: &Session, now: u64) -> String {
        match session.last_seen_ts {
            Some(seen) => self.ago(seen, now),
            None => self.say("session-activity-unknown"),
        }
    }

    /// How long ago something was. Both in milliseconds since the Unix epoch.
    pub fn ago(&self, then: u64, now: u64) -> String {
        match now.saturating_sub(then) {
            0..MINUTE_MS => self.say("ago-now"),
            past @ MINUTE_MS..HOUR_MS => self.count("ago-minutes", past / MINUTE_MS),
            past @ HOUR_MS..DAY_MS => self.count("ago-hours", past / HOUR_MS),
            past => self.count("ago-days", past / DAY_MS),
        }
    }

    /// A login that nobody has acknowledged. `now`: milliseconds since the Unix epoch.
    pub fn new_login(&self, login: &NewLogin, now: u64) -> String {
        self.say_with(
            "new-login",
            &[
                ("name", Argument::Name(login.label.clone())),
                ("device", Argument::Name(login.device_id.clone())),
                ("ago", self.ago(login.first_seen_ts, now).into()),
            ],
        )
    }

    /// Everything known of a session. `now`: milliseconds since the Unix epoch.
    pub fn session_details(
        &self,
        session: &Session,
        is_current: bool,
        entry: Option<&LedgerEntry>,
        now: u64,
    ) -> Screen {
        let unknown = || self.say("unknown");
        let client = session.client.as_ref().map(|client| {
            let parts = [&client.name, &client.version, &client.url];
            let parts: Vec<String> = parts.into_iter().flatten().map(|part| clean(part)).collect();
            self.name(&parts.join(" "))
        });
        let source = match session.label_source() {
            LabelSource::Name => "session-name-public",
            LabelSource::Client => "session-name-is-client",
            LabelSource::DeviceId => "session-name-is-id",
        };
        let trust = match session.trust {
            Trust::Unverifiable => self.say("trust-unverifiable-explained"),
            trust => self.trust(trust),
        };
        let mut draft = self.screen(self.name(&session.label()));
        if is_current {
            draft = draft.say("session-current");
        }
        if session.inactive {
            draft = draft.say("session-inactive");
        }
        if session.unlisted {
            draft = draft.say("session-unlisted");
        }
        draft = draft
            .say(source)
            .fact("session-id", self.name(&session.device_id))
            .fact("session-verification", trust);
        draft = match session.last_seen_ts {
            Some(seen) => draft.time("session-last-activity", seen, now),
            None => draft.fact("session-last-activity", unknown()),
        };
        draft = draft
            .fact(
                "session-ip-address",
                session
                    .last_seen_ip
                    .as_deref()
                    .map_or_else(unknown, |address| self.name(address)),
            )
            .fact("session-client", client.unwrap_or_else(unknown))
            .fact("session-kind", self.kind(session.kind))
            .fact("session-push", self.push(session.push));
        if let Some(fingerprint) = &session.fingerprint {
            draft = draft.fact("session-fingerprint", self.name(&groups_of_four(fingerprint)));
        }
        if let Some(entry) = entry {
            draft = draft.time("session-first-listed", entry.first_seen_ts, now);
            draft = match entry.alert {
                LoginAlert::Old => draft,
                LoginAlert::New | LoginAlert::Reported => draft.say("session-new-login-open"),
                LoginAlert::Acknowledged => draft.say("session-new-login-acknowledged"),
            };
            for rename in &entry.renames {
                draft = draft.fact_at("session-renamed", self.renamed(rename), rename.ts);
            }
        }
        let is_new = entry.is_some_and(|entry| matches!(entry.alert, LoginAlert::New | LoginAlert::Reported));
        if is_new {
            draft = draft.action(ActionId::ItWasMe, Role::Primary);
        }
        if is_current && session.trust == Trust::Unverified {
            draft = draft
                .action(ActionId::Unlock, if is_new { Role::Secondary } else { Role::Primary })
                .action(ActionId::VerifyBySession, Role::Secondary);
        }
        if !is_current && session.trust == Trust::Unverified {
            draft = draft.action(ActionId::Verify, if is_new { Role::Secondary } else { Role::Primary });
        }
        draft
            .action(ActionId::Rename, Role::Secondary)
            .action(
                if is_current {
                    ActionId::LogOut
                } else {
                    ActionId::SignOut
                },
                Role::Destructive,
            )
            .action(ActionId::Back, Role::Secondary)
            .done()
    }

    fn renamed(&self, rename: &Rename) -> String {
        let name = |name: &Option<String>| match name {
            Some(name) => Argument::Name(name.clone()),
            None => Argument::Text(self.say("session-no-name")),
        };
        let arguments = [("from", name(&rename.from)), ("to", name(&rename.to))];
        self.say_with("session-renamed-from-to", &arguments)
    }

    /// What a session runs on.
    pub fn kind(&self, kind: DeviceKind) -> String {
        self.say(match kind {
            DeviceKind::Desktop => "kind-desktop",
            DeviceKind::Mobile => "kind-mobile",
            DeviceKind::Web => "kind-web",
            DeviceKind::Unknown => "kind-unknown",
        })
    }

    /// Whether a session gets push notifications.
    pub fn push(&self, push: Push) -> String {
        self.say(match push {
            Push::On => "push-on",
            Push::Off => "push-off",
            Push::Unsupported => "push-unsupported",
        })
    }

    /// The screen in which a session is renamed. What went wrong the last time, if it was tried.
    pub fn rename(&self, problem: Option<&Problem>) -> Screen {
        let draft = self.screen(self.say("rename-title"));
        let draft = match problem {
            Some(problem) => draft.paragraph(self.problem(problem)),
            None => draft,
        };
        draft
            .field(FieldId::SessionName)
            .action(ActionId::Save, Role::Primary)
            .action(ActionId::Back, Role::Secondary)
            .done()
    }

    /// What a state of signing sessions out says.
    pub fn sign_out(&self, view: &SignOutView<'_>) -> Screen {
        match view {
            SignOutView::Begin {
                consequences,
                count,
                on_page,
            } => {
                let draft = self.screen(self.count("sign-out-title", *count));
                let points = self.sign_out_consequences(consequences, *count).into_iter();
                let draft = points.fold(draft, |draft, point| draft.paragraph(point));
                let draft = match on_page {
                    true => draft
                        .say("sign-out-on-page")
                        .action(ActionId::OpenBrowser, Role::Primary),
                    false => draft.action(ActionId::SignOut, Role::Destructive),
                };
                let draft = match consequences.unsaved_room_keys {
                    0 => draft,
                    _ => draft.action(ActionId::ExportRoomKeys, Role::Secondary),
                };
                draft.action(ActionId::Back, Role::Secondary).done()
            }
            SignOutView::Authorise(asked) => self.authorise(asked, "authorise-sign-out"),
            SignOutView::Working => self
                .screen(self.say("sign-out-working"))
                .progress("sign-out-working", 0, 0)
                .done(),
            SignOutView::Done(count) => self
                .screen(self.count("sign-out-done-title", *count))
                .action(ActionId::Close, Role::Primary)
                .done(),
            SignOutView::Stopped(problem) => self
                .screen(self.say("sign-out-stopped-title"))
                .paragraph(self.problem(problem))
                .what_helps(problem, None)
                .done(),
        }
    }

    /// What signing out of `count` sessions leads to, a sentence each.
    pub fn sign_out_consequences(&self, consequences: &SignOutConsequences, count: u64) -> Vec<String> {
        let is_one = count == 1;
        let of_them = |these: &[String], it: &str, some: &str| match these.len() as u64 {
            0 => None,
            1 if is_one => Some(self.say(it)),
            some_of_them => Some(self.count(some, some_of_them)),
        };
        let points = [
            consequences
                .trust_unknown
                .then(|| self.count("sign-out-trust-unknown", count)),
            of_them(&consequences.verified, "sign-out-it-is-verified", "sign-out-verified"),
            of_them(&consequences.seen_in_last_day, "sign-out-it-was-seen", "sign-out-seen"),
            (consequences.current && !is_one).then(|| self.say("sign-out-this")),
            consequences.last_session.then(|| self.say("sign-out-last-session")),
            (consequences.unsaved_room_keys > 0)
                .then(|| self.count("sign-out-unsaved-room-keys", consequences.unsaved_room_keys)),
        ];
        points.into_iter().flatten().collect()
    }
}
