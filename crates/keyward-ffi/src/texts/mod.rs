// SPDX-License-Identifier: Apache-2.0

//! Words for people, in their language: what each state says, as a screen that an app draws with its own controls.

mod screen;

use std::{sync::Arc, time::SystemTime};

use keyward::{
    recovery::RecoveryOutcome,
    reset::Outcome,
    sessions::{LedgerEntry, Rename},
    texts::{self, AskedFor, CheckView, Problem, RecoveryView, ResetView, SignOutView, UnlockView, VerificationView},
    verification::{self, Emoji},
};

pub use self::screen::{
    ResetChoices, Screen, ScreenAction, ScreenActionId, ScreenContent, ScreenFact, ScreenField, ScreenFieldId,
    ScreenFieldKind, ScreenProgress, ScreenRole, ScreenSection, SessionText,
};
use crate::{
    Advice, Challenge, Consequence, Finding, FindingRemedy, KeyCheck, NewLogin, PendingReset, RecoveryKey,
    RecoveryState, RemedyCode, Report, ResetConsequences, ResetState, Session, SessionFilter, SessionHistoryEntry,
    SessionList, Severity, SignOutConsequences, Unlocked, VerificationState, advice::error_for_apps,
    sessions::milliseconds,
};

error_for_apps! {
    /// Why an app's own words cannot be used.
    pub enum TextsError {
        /// They are not Fluent.
        Syntax {},
        /// There is no message of that name that could be replaced.
        Unknown {},
        /// A message refers to something that is not there.
        Unusable {},
        /// A message uses an argument that it is not given.
        NoSuchArgument {},
    }
}

impl From<texts::OverrideError> for TextsError {
    fn from(error: texts::OverrideError) -> Self {
        let advice = Advice::of(&error);
        match error {
            texts::OverrideError::Syntax { .. } => Self::Syntax { advice },
            texts::OverrideError::Unknown { .. } => Self::Unknown { advice },
            texts::OverrideError::Unusable { .. } => Self::Unusable { advice },
            texts::OverrideError::NoSuchArgument { .. } => Self::NoSuchArgument { advice },
        }
    }
}

/// The texts in one language. Make it once and keep it: making it reads a catalogue, which takes some milliseconds. It works
/// without an account and without a network.
#[derive(Debug, uniffi::Object)]
pub struct Texts(texts::Texts);

#[uniffi::export]
impl Texts {
    /// The texts for whoever wants these languages, the most wanted first (BCP 47, `de-AT`). English, if none of them is
    /// there.
    #[uniffi::constructor]
    pub fn for_languages(languages: Vec<String>) -> Arc<Self> {
        Arc::new(Self(of(&languages)))
    }

    /// The same, with the app's own words for some of the messages, in Fluent's form (`action-close = Done`). The names are
    /// those of Keyward's English catalogue.
    #[uniffi::constructor]
    pub fn with_overrides(languages: Vec<String>, fluent: String) -> Result<Arc<Self>, TextsError> {
        Ok(Arc::new(Self(of(&languages).with_overrides(&fluent)?)))
    }

    /// The language of the texts, BCP 47.
    pub fn language(&self) -> String {
        self.0.language().to_owned()
    }

    /// Whether the language is written from right to left.
    pub fn is_right_to_left(&self) -> bool {
        self.0.is_right_to_left()
    }

    /// What went wrong, and what helps. Every error has such an advice.
    pub fn error(&self, advice: Advice) -> String {
        self.0.problem(&advice.into())
    }

    /// Where the screens of an account begin: what there is to look at and to do.
    pub fn overview(&self, user_id: String) -> Screen {
        self.0.overview(&user_id)
    }

    /// Something did not work, where no flow says more of it: why, and what helps.
    pub fn stopped(&self, problem: Advice) -> Screen {
        self.0.stopped(&problem.into())
    }

    /// Before a reset: what it means. `smaller`: what may help instead (`Report`'s first remedy for a lost recovery key).
    #[uniffi::method(default(smaller = None))]
    pub fn reset_begin(
        &self,
        consequences: ResetConsequences,
        choices: ResetChoices,
        smaller: Option<RemedyCode>,
    ) -> Screen {
        self.0.reset(&ResetView::Begin {
            consequences: &consequences,
            choices,
            smaller,
        })
    }

    /// A state of a reset. `before`: what it was begun with, unless that was another run of the app. `in_browser`: the page of
    /// the challenge was opened. `attached`: the session is another SDK's.
    #[uniffi::method(default(before = None, in_browser = false, attached = false))]
    pub fn reset(
        &self,
        state: ResetState,
        user_id: String,
        before: Option<ResetConsequences>,
        in_browser: bool,
        attached: bool,
    ) -> Screen {
        let outcome;
        let view = match state {
            ResetState::Working { progress } => ResetView::Working {
                step: progress.map(|progress| progress.step),
                done: progress.map_or(0, |progress| progress.done),
                total: progress.map_or(0, |progress| progress.total),
            },
            ResetState::SaveKey { .. } => ResetView::SaveKey,
            ResetState::Authorise { challenge } => {
                return self
                    .0
                    .reset(&ResetView::Authorise(AskedFor::by(&challenge.0, &user_id, in_browser)));
            }
            ResetState::HandOver { backup_version, .. } => ResetView::HandOver {
                key_storage: backup_version.is_some(),
            },
            ResetState::Stopped { error } => ResetView::Stopped {
                problem: error.advice().into(),
                committed: None,
            },
            ResetState::Done { outcome: done } => {
                outcome = Outcome {
                    recovery_key: done.recovery_key.0.clone(),
                    new_identity: done.new_identity,
                    untrusted_sessions: done.untrusted_sessions,
                    old_backup: done.old_backup,
                    room_keys_backed_up: done.room_keys_backed_up,
                };
                ResetView::Done {
                    outcome: &outcome,
                    before: before.as_ref(),
                    attached,
                }
            }
            ResetState::Cancelled => ResetView::Cancelled,
        };
        self.0.reset(&view)
    }

    /// An interrupted reset waits.
    pub fn reset_pending(&self, pending: PendingReset) -> Screen {
        self.0.reset(&ResetView::Pending(pending))
    }

    /// Before a new recovery key: what it means. `opens_backup`: whether it will open the key backup, if that is known.
    /// `attached`: the session is another SDK's, so the old key has to be typed.
    #[uniffi::method(default(opens_backup = None, attached = false))]
    pub fn recovery_begin(&self, user_id: String, opens_backup: Option<bool>, attached: bool) -> Screen {
        self.0.recovery(&RecoveryView::Begin {
            user_id: &user_id,
            opens_backup,
            attached,
        })
    }

    /// A state of making a new recovery key.
    pub fn recovery(&self, state: RecoveryState) -> Screen {
        let outcome;
        let view = match state {
            RecoveryState::Working { step } => RecoveryView::Working(step),
            RecoveryState::SaveKey { .. } => RecoveryView::SaveKey,
            RecoveryState::Stopped { error } => RecoveryView::Stopped {
                problem: error.advice().into(),
                committed: None,
            },
            RecoveryState::Done { outcome: done } => {
                outcome = RecoveryOutcome {
                    recovery_key: done.recovery_key.0.clone(),
                    opens_backup: done.opens_backup,
                    old_key_opens: done.old_key_opens,
                };
                RecoveryView::Done(&outcome)
            }
            RecoveryState::Cancelled => RecoveryView::Cancelled,
        };
        self.0.recovery(&view)
    }

    /// An interrupted new recovery key waits.
    pub fn recovery_pending(&self, pending: PendingReset) -> Screen {
        self.0.recovery(&RecoveryView::Pending(pending))
    }

    /// What a recovery key opens. `attached`: the session is another SDK's.
    #[uniffi::method(default(attached = false))]
    pub fn key_check(&self, check: KeyCheck, attached: bool) -> Screen {
        let check = keyward::recovery::KeyCheck {
            opens: check.opens,
            does_not_open: check.does_not_open,
            missing: check.missing,
            default: check.is_default,
        };
        self.0.key_check(&CheckView {
            check: &check,
            attached,
        })
    }

    /// The recovery key letter by letter, for a screen reader. It is a secret as the key itself.
    pub fn spoken_key(&self, key: Arc<RecoveryKey>) -> String {
        self.0.spoken_key(&key.0).reveal().to_owned()
    }

    /// A state of a verification. `other`: the name of the other session, if it is known.
    #[uniffi::method(default(other = None))]
    pub fn verification(&self, state: VerificationState, other: Option<String>) -> Screen {
        // Which emoji and numbers they are is the app's to draw.
        const NONE: Emoji = Emoji {
            symbol: "",
            description: "",
            index: 0,
        };
        use verification::VerificationState as Core;
        let state = match state {
            VerificationState::Stopped { error } => {
                let view = VerificationView::Stopped(error.advice().into());
                return self.0.verification(&view, other.as_deref());
            }
            VerificationState::Waiting => Core::Waiting,
            VerificationState::Requested => Core::Requested,
            VerificationState::Ready {
                emoji,
                show_qr,
                scan_qr,
            } => Core::Ready {
                emoji,
                show_qr,
                scan_qr,
            },
            VerificationState::Emoji { .. } => Core::Emoji {
                emoji: [NONE; 7],
                decimals: [0; 3],
            },
            VerificationState::Decimals { .. } => Core::Decimals { decimals: [0; 3] },
            VerificationState::Scanned => Core::Scanned,
            VerificationState::Confirmed => Core::Confirmed,
            VerificationState::Done => Core::Done,
            VerificationState::Cancelled { by_us, cause, .. } => Core::Cancelled { by_us, reason: cause },
        };
        self.0.verification(&VerificationView::At(&state), other.as_deref())
    }

    /// The app shows the QR code of a verification. `emoji`: as in `Ready`.
    #[uniffi::method(default(other = None))]
    pub fn verification_code(&self, emoji: bool, other: Option<String>) -> Screen {
        self.0
            .verification(&VerificationView::ShowingCode { emoji }, other.as_deref())
    }

    /// The app scans the QR code of the other session. `emoji`: as in `Ready`.
    #[uniffi::method(default(other = None))]
    pub fn verification_camera(&self, emoji: bool, other: Option<String>) -> Screen {
        self.0
            .verification(&VerificationView::Scanning { emoji }, other.as_deref())
    }

    /// The name of an emoji of a comparison, for those who cannot see it.
    pub fn emoji_name(&self, index: u8) -> String {
        self.0.emoji_name(index)
    }

    /// Verifying this session with the recovery key or the Security Phrase. What went wrong the last time, if it was tried.
    #[uniffi::method(default(problem = None))]
    pub fn unlock(&self, problem: Option<Advice>) -> Screen {
        self.0.unlock(&UnlockView::Enter(problem.map(Into::into)))
    }

    /// This session is being verified.
    pub fn unlock_working(&self) -> Screen {
        self.0.unlock(&UnlockView::Working)
    }

    /// This session is verified.
    pub fn unlock_done(&self, unlocked: Unlocked) -> Screen {
        self.0.unlock(&UnlockView::Done {
            key_backup: unlocked.key_backup,
        })
    }

    /// The page of sessions, around its list.
    pub fn sessions(&self, list: SessionList, filter: SessionFilter) -> Screen {
        self.0.sessions(&list.into(), filter.into())
    }

    /// One session in the list.
    pub fn session(&self, session: Session, now: SystemTime) -> SessionText {
        self.0.session(&session.into(), milliseconds(now))
    }

    /// How a filter is called.
    pub fn filter(&self, filter: SessionFilter) -> String {
        self.0.filter(filter.into())
    }

    /// Everything known of a session.
    #[uniffi::method(default(history = None))]
    pub fn session_details(
        &self,
        session: Session,
        is_current: bool,
        now: SystemTime,
        history: Option<SessionHistoryEntry>,
    ) -> Screen {
        let history = history.map(LedgerEntry::from);
        self.0
            .session_details(&session.into(), is_current, history.as_ref(), milliseconds(now))
    }

    /// A login that nobody has acknowledged.
    pub fn new_login(&self, login: NewLogin, now: SystemTime) -> String {
        self.0.new_login(&login.into(), milliseconds(now))
    }

    /// Renaming a session. What went wrong the last time, if it was tried.
    #[uniffi::method(default(problem = None))]
    pub fn rename(&self, problem: Option<Advice>) -> Screen {
        self.0.rename(problem.map(Problem::from).as_ref())
    }

    /// Before `count` sessions are signed out: what it means. `on_page`: the homeserver does it on a page of its own.
    #[uniffi::method(default(on_page = false))]
    pub fn sign_out_begin(&self, consequences: SignOutConsequences, count: u64, on_page: bool) -> Screen {
        self.0.sign_out(&SignOutView::Begin {
            consequences: &consequences,
            count,
            on_page,
        })
    }

    /// The server wants an authorisation. `in_browser`: the page of the challenge was opened.
    #[uniffi::method(default(in_browser = false))]
    pub fn sign_out_authorise(&self, challenge: Arc<Challenge>, user_id: String, in_browser: bool) -> Screen {
        let asked = AskedFor::by(&challenge.0, &user_id, in_browser);
        self.0.sign_out(&SignOutView::Authorise(asked))
    }

    /// Sessions are being signed out.
    pub fn sign_out_working(&self) -> Screen {
        self.0.sign_out(&SignOutView::Working)
    }

    /// So many sessions are signed out.
    pub fn sign_out_done(&self, count: u64) -> Screen {
        self.0.sign_out(&SignOutView::Done(count))
    }

    /// The sessions are not signed out.
    pub fn sign_out_stopped(&self, problem: Advice) -> Screen {
        self.0.sign_out(&SignOutView::Stopped(problem.into()))
    }

    /// What an examination found. Its sections are the findings in their order; the last points of each are its remedies.
    pub fn report(&self, report: Arc<Report>) -> Screen {
        self.0.report(&report.0)
    }

    /// What is so and what it means, in two or three sentences. Safe to log.
    pub fn finding(&self, finding: Finding) -> String {
        let secrets: Vec<&str> = finding.secrets.iter().map(String::as_str).collect();
        self.0.finding_about(finding.code, finding.count, &secrets)
    }

    /// How grave a finding is, in a word.
    pub fn severity(&self, severity: Severity) -> String {
        self.0.severity(severity)
    }

    /// What a remedy is, with the sessions that it is done with, and what it means: whole sentences.
    pub fn remedy(&self, remedy: FindingRemedy) -> String {
        self.0.remedy(&remedy.into())
    }

    /// What a remedy is, as something that a person can choose.
    pub fn remedy_title(&self, code: RemedyCode) -> String {
        self.0.remedy_title(code)
    }

    /// What a remedy leads to, as a sentence.
    pub fn consequence(&self, consequence: Consequence) -> String {
        self.0.consequence(consequence.into())
    }
}

fn of(languages: &[String]) -> texts::Texts {
    let languages: Vec<&str> = languages.iter().map(String::as_str).collect();
    texts::Texts::for_languages(&languages)
}

impl From<Advice> for Problem {
    fn from(advice: Advice) -> Self {
        let arguments = advice.arguments.into_iter();
        Self {
            code: advice.code,
            remedy: advice.remedy,
            arguments: arguments
                .map(|argument| (argument.name, argument.value.into()))
                .collect(),
            english: advice.reason,
        }
    }
}

impl From<NewLogin> for keyward::sessions::NewLogin {
    fn from(login: NewLogin) -> Self {
        Self {
            device_id: login.device_id,
            label: login.label,
            first_seen_ts: milliseconds(login.first_seen),
            reported: login.reported,
        }
    }
}

impl From<SessionHistoryEntry> for LedgerEntry {
    fn from(entry: SessionHistoryEntry) -> Self {
        let renames = entry.renames.into_iter();
        Self {
            device_id: entry.device_id,
            name: entry.name,
            first_seen_ts: milliseconds(entry.first_seen),
            last_seen_ts: milliseconds(entry.last_seen),
            removed_ts: entry.removed.map(milliseconds),
            renames: renames
                .map(|rename| Rename {
                    ts: milliseconds(rename.time),
                    from: rename.from,
                    to: rename.to,
                })
                .collect(),
            alert: entry.alert,
            unverified_since_ts: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use keyward::{auth::AuthError, error::ServerError, logout::LogoutError, reset::ResetError as Core};

    use super::*;
    use crate::{ResetError, ResetProgress, ResetStep, login::NoAccount};

    fn texts(language: &str) -> Arc<Texts> {
        Texts::for_languages(vec![language.to_owned()])
    }

    #[test]
    fn an_error_for_apps_says_in_every_language_what_the_core_says() {
        for language in texts::Texts::languages() {
            let (ours, core) = (texts(language), texts::Texts::for_languages(&[language]));
            assert_eq!(
                ours.error(ResetError::from(Core::Auth(AuthError::WrongPassword)).advice()),
                core.error(&AuthError::WrongPassword)
            );
            let refused = ServerError::Refused {
                status: 403,
                code: "M_FORBIDDEN".to_owned(),
            };
            assert_eq!(
                ours.error(ResetError::from(Core::Request(refused.clone().into())).advice()),
                core.error(&refused)
            );
            let unsaved = LogoutError::UnsavedRoomKeys { count: 22 };
            assert_eq!(ours.error(Advice::of(&unsaved)), core.error(&unsaved));
        }
    }

    #[test]
    fn what_goes_wrong_in_this_crate_alone_has_a_text_too() {
        let wrong_length = crate::StoreKey::from_bytes(vec![0; 3]).expect_err("too short").advice();
        for advice in [NoAccount::Closed.advice(), NoAccount::Paused.advice(), wrong_length] {
            assert_eq!(texts("en").error(advice.clone()), advice.reason);
            assert_ne!(texts("pl").error(advice.clone()), advice.reason);
        }
    }

    #[test]
    fn a_state_says_how_far_it_is_and_what_can_be_done() {
        let progress = ResetProgress {
            step: ResetStep::BackUp,
            number: 6,
            steps: 7,
            done: 3,
            total: 20_000,
        };
        let state = ResetState::Working {
            progress: Some(progress),
        };
        let screen = texts("en").reset(state, "@alice:example.org".to_owned(), None, false, false);
        let shown = screen.progress.expect("a progress");
        assert_eq!(shown.label, "Filling the new key storage: 3 of 20\u{a0}000");
        // It is too late to cancel.
        assert!(
            screen.actions.iter().all(|action| !action.enabled),
            "{:?}",
            screen.actions
        );
        let stopped = ResetState::Stopped {
            error: ResetError::from(Core::NotKept),
        };
        let screen = texts("de").reset(stopped, String::new(), None, false, false);
        assert_eq!(screen.actions[0].id, ScreenActionId::Retry);
        assert!(!screen.paragraphs[0].contains("homeserver"), "{screen:?}");
    }

    #[test]
    fn an_apps_own_words_are_checked_when_they_are_given() {
        let own = |fluent: &str| Texts::with_overrides(vec!["en".to_owned()], fluent.to_owned());
        let texts = own("save-key-title = Keep this key").expect("they are in order");
        let state = RecoveryState::SaveKey {
            recovery_key: Arc::new(RecoveryKey(keyward::secret::RecoveryKey::new("EsT1 aaaa"))),
        };
        assert_eq!(texts.recovery(state).title, "Keep this key");
        assert!(matches!(own("nothing = x"), Err(TextsError::Unknown { .. })));
    }
}
