// SPDX-License-Identifier: Apache-2.0

//! The transitions of a verification as data, from the functions of `state.rs`: for the fakes of Kotlin and Swift
//! (`texts/tests/fakes.rs`), so that they do what the real one does.

use serde_json::{Map, Value, json};

use super::{
    CancelReason, Emoji,
    state::{Call, Method, Methods, Request, Step, VerificationState, fits, step},
};

const CALLS: [Call; 6] = [
    Call::Accept,
    Call::StartEmoji,
    Call::ShowCode,
    Call::Scan,
    Call::Confirm,
    Call::Mismatch,
];

/// Where a verification can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Asked,
    Requested,
    Ready,
    CodeShown,
    EmojiOffered,
    Exchanging,
    Emoji,
    Decimals,
    Scanned,
    Confirmed,
    Agreed,
}

const PLACES: [Place; 11] = [
    Place::Asked,
    Place::Requested,
    Place::Ready,
    Place::CodeShown,
    Place::EmojiOffered,
    Place::Exchanging,
    Place::Emoji,
    Place::Decimals,
    Place::Scanned,
    Place::Confirmed,
    Place::Agreed,
];

impl Place {
    fn parts(self, methods: Methods) -> (Request, Option<Method>) {
        const EMOJI: Emoji = Emoji {
            symbol: "",
            description: "",
            index: 0,
        };
        let comparing = |emoji| Method::Comparing {
            emoji,
            decimals: [0; 3],
        };
        let method = match self {
            Self::Asked => return (Request::Created, None),
            Self::Requested => return (Request::Received, None),
            Self::Ready => None,
            Self::CodeShown => Some(Method::CodeShown),
            Self::EmojiOffered => Some(Method::EmojiOffered),
            Self::Exchanging => Some(Method::Exchanging),
            Self::Emoji => Some(comparing(Some([EMOJI; 7]))),
            Self::Decimals => Some(comparing(None)),
            Self::Scanned => Some(Method::CodeScanned),
            Self::Confirmed => Some(Method::Confirmed),
            Self::Agreed => Some(Method::Done),
        };
        (Request::Ready(methods), method)
    }

    /// Where a call leads that fits. `None`: to an end, because the person says that somebody may be in between.
    fn after(self, call: Call, methods: Methods) -> Option<Self> {
        match call {
            Call::Accept => Some(Self::Ready),
            Call::StartEmoji if matches!(self, Self::Ready | Self::CodeShown) => Some(Self::Exchanging),
            Call::StartEmoji => Some(self),
            Call::ShowCode if methods.show_qr => Some(Self::CodeShown),
            Call::ShowCode => Some(self),
            Call::Scan | Call::Confirm => Some(Self::Confirmed),
            Call::Mismatch => None,
        }
    }

    /// What the other session can do here, and where that leads.
    fn turns(self, methods: Methods) -> Vec<(&'static str, Self)> {
        let starts = methods.emoji.then_some(("StartEmoji", Self::EmojiOffered));
        match self {
            Self::Asked => vec![("Accept", Self::Ready)],
            Self::Ready => starts.into_iter().collect(),
            Self::CodeShown => [("Scan", Self::Scanned)].into_iter().chain(starts).collect(),
            Self::Exchanging => vec![("SendKeys", Self::Emoji), ("SendKeysForNumbers", Self::Decimals)],
            Self::Confirmed => vec![("Confirm", Self::Agreed)],
            Self::Requested | Self::EmojiOffered | Self::Emoji | Self::Decimals | Self::Scanned | Self::Agreed => {
                Vec::new()
            }
        }
    }
}

/// For each choice of the methods that both sides can do (emoji, our code, theirs: a digit each) every place.
pub(crate) fn all() -> impl Iterator<Item = (String, Value)> {
    (0..8).map(|bits| {
        let [emoji, show_qr, scan_qr] = [4, 2, 1].map(|bit| bits & bit != 0);
        let methods = Methods {
            emoji,
            show_qr,
            scan_qr,
        };
        let places = PLACES.iter().map(|place| (format!("{place:?}"), row(*place, methods)));
        (format!("{bits:03b}"), places.collect::<Map<_, _>>().into())
    })
}

fn row(place: Place, methods: Methods) -> Value {
    let (request, method) = place.parts(methods);
    let calls = CALLS
        .into_iter()
        .filter(|call| fits(*call, &request, method.as_ref()))
        .map(|call| {
            let after = place.after(call, methods).map(|after| format!("{after:?}"));
            (format!("{call:?}"), Value::from(after))
        });
    let turns = place.turns(methods).into_iter();
    let turns = turns.map(|(turn, after)| (turn.to_owned(), Value::from(format!("{after:?}"))));
    let (shows, goes_on) = match step(&request, method.as_ref(), false) {
        Step::Show(state) => (Some(name(&state)), None),
        Step::AcceptEmoji => (None, Some(format!("{:?}", Place::Exchanging))),
        Step::LookForSignature => (None, None),
    };
    json!({
        // Nothing new while the signature is looked for, and while something is answered by itself.
        "shows": shows,
        "goes_on": goes_on,
        "calls": calls.collect::<Map<_, _>>(),
        "turns": turns.collect::<Map<_, _>>(),
    })
}

fn name(state: &VerificationState) -> &'static str {
    match state {
        VerificationState::Waiting => "Waiting",
        VerificationState::Requested => "Requested",
        VerificationState::Ready { .. } => "Ready",
        VerificationState::Emoji { .. } => "Emoji",
        VerificationState::Decimals { .. } => "Decimals",
        VerificationState::Scanned => "Scanned",
        VerificationState::Confirmed => "Confirmed",
        VerificationState::Done => "Done",
        VerificationState::Cancelled { .. } => "Cancelled",
    }
}

/// Each reason for which a verification ends, with its English text, and whether another session can have it: else this one
/// ends it.
pub(crate) fn reasons(reasons: &[CancelReason]) -> Value {
    // As the specification names them; any other name is `Other`.
    const CODES: [&str; 13] = [
        "m.user",
        "m.timeout",
        "m.mismatched_sas",
        "m.mismatched_commitment",
        "m.key_mismatch",
        "m.user_mismatch",
        "m.accepted",
        "m.unknown_method",
        "m.unexpected_message",
        "m.invalid_message",
        "m.unknown_transaction",
        "m.qr_code.invalid",
        "another",
    ];
    let of = |reason: &CancelReason| {
        let is_theirs = CODES.iter().any(|code| CancelReason::from_code(code) == *reason);
        let value = json!({ "text": reason.to_string(), "by_other": is_theirs });
        (format!("{reason:?}"), value)
    };
    reasons.iter().map(of).collect::<Map<_, _>>().into()
}
