// SPDX-License-Identifier: Apache-2.0

//! What the person sees of a verification, decided from the state of matrix-sdk's request and method.

use crate::verification::CancelReason;

/// Where a verification is, and what it waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, and plain arrays are easier to match"
)]
pub enum VerificationState {
    /// For the other session: to accept the request, or, after the emoji were chosen, for its keys.
    Waiting,
    /// The other session asks. [`accept`](super::Verification::accept) or [`cancel`](super::Verification::cancel).
    Requested,
    /// Both sides are there: choose a method.
    Ready {
        /// [`start_emoji`](super::Verification::start_emoji) is possible.
        emoji: bool,
        /// The other side can scan: show [`qr_code`](super::Verification::qr_code).
        show_qr: bool,
        /// The other side can show a code: [`scan`](super::Verification::scan).
        scan_qr: bool,
    },
    /// Compare, then [`confirm`](super::Verification::confirm) or [`mismatch`](super::Verification::mismatch). The
    /// sessions give up after a minute without an answer.
    Emoji {
        /// The seven emoji, in order.
        emoji: [Emoji; 7],
        /// The same as three numbers.
        decimals: [u16; 3],
    },
    /// As [`VerificationState::Emoji`], for a client that shows numbers only.
    Decimals {
        /// The three numbers, in order.
        decimals: [u16; 3],
    },
    /// The other side scanned our code. [`confirm`](super::Verification::confirm) if it says so.
    Scanned,
    /// Confirmed here; the other side is to confirm.
    Confirmed,
    /// Both sessions are signed by the account's identity, as the server shows it.
    Done,
    /// Ended without a result.
    Cancelled {
        /// Whether this session cancelled.
        by_us: bool,
        /// Why, and what to do next.
        reason: CancelReason,
    },
}

impl VerificationState {
    /// Whether nothing more happens.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Done | Self::Cancelled { .. })
    }
}

/// One of seven emoji to compare.
///
/// Specification: Client-Server API, "SAS method: emoji".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Emoji {
    /// The emoji.
    pub symbol: &'static str,
    /// Its English name, for screens and readers without emoji.
    pub description: &'static str,
    /// Its number in the specification's table, from 0 to 63: [`Texts::emoji_name`](crate::texts::Texts::emoji_name).
    pub index: u8,
}

/// Which methods both sides can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Methods {
    pub(super) emoji: bool,
    pub(super) show_qr: bool,
    pub(super) scan_qr: bool,
}

/// Where the request is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// Sent, not answered.
    Created,
    /// Received, not answered.
    Received,
    /// Answered; a method may run.
    Ready(Methods),
    Done,
    Cancelled {
        by_us: bool,
        reason: CancelReason,
    },
}

/// Where the method is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, and plain arrays are easier to match"
)]
pub(super) enum Method {
    /// The other side started with emoji.
    EmojiOffered,
    /// Keys are exchanged.
    Exchanging,
    Comparing {
        emoji: Option<[Emoji; 7]>,
        decimals: [u16; 3],
    },
    /// Our code can be scanned.
    CodeShown,
    /// Our code was scanned.
    CodeScanned,
    Confirmed,
    Done,
    Cancelled {
        by_us: bool,
        reason: CancelReason,
    },
}

/// What a person decides in a verification, apart from cancelling it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Accept,
    StartEmoji,
    ShowCode,
    Scan,
    Confirm,
    Mismatch,
}

/// Whether the call belongs where the verification is.
pub(super) fn fits(call: Call, request: &Request, method: Option<&Method>) -> bool {
    match (call, request, method) {
        (Call::Accept, request, _) => *request == Request::Received,
        // Either side has started already.
        (Call::StartEmoji, _, Some(Method::EmojiOffered | Method::Exchanging | Method::Comparing { .. })) => true,
        (Call::StartEmoji, Request::Ready(methods), None | Some(Method::CodeShown)) => methods.emoji,
        (Call::ShowCode, _, Some(Method::CodeShown)) => true,
        (Call::ShowCode, Request::Ready(_), None) => true,
        (Call::Scan, Request::Ready(_), None | Some(Method::CodeShown)) => true,
        (Call::Confirm, _, Some(Method::Comparing { .. } | Method::CodeScanned)) => true,
        (Call::Mismatch, _, Some(Method::Comparing { .. })) => true,
        _ => false,
    }
}

/// What to do now.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, and plain arrays are easier to match"
)]
pub(super) enum Step {
    /// Let the person see this.
    Show(VerificationState),
    /// Accept the other side's start with emoji: the person has accepted the request already.
    AcceptEmoji,
    /// Both sides agreed. Look whether the signature is on the server.
    LookForSignature,
}

/// `cancelled_here`: the person cancelled here, or said that the emoji differ.
pub(super) fn step(request: &Request, method: Option<&Method>, cancelled_here: bool) -> Step {
    let cancelled = |by_us: bool, reason: CancelReason| {
        let reason = match reason {
            // If there are two verifications at once, the crypto machine cancels by itself, in the person's name.
            CancelReason::User if by_us && !cancelled_here => CancelReason::AnotherVerification,
            reason => reason,
        };
        Step::Show(VerificationState::Cancelled { by_us, reason })
    };
    match (request, method) {
        // The method ends after the request, so the method decides.
        (_, Some(Method::Done)) => Step::LookForSignature,
        (_, Some(&Method::Cancelled { by_us, reason })) | (&Request::Cancelled { by_us, reason }, _) => {
            cancelled(by_us, reason)
        }
        (Request::Done, None) => cancelled(false, CancelReason::AcceptedElsewhere),
        (Request::Created, None) => Step::Show(VerificationState::Waiting),
        (Request::Received, None) => Step::Show(VerificationState::Requested),
        (Request::Ready(methods), None | Some(Method::CodeShown)) => Step::Show(VerificationState::Ready {
            emoji: methods.emoji,
            show_qr: methods.show_qr,
            scan_qr: methods.scan_qr,
        }),
        (_, Some(Method::EmojiOffered)) => Step::AcceptEmoji,
        (_, Some(Method::Exchanging | Method::CodeShown)) => Step::Show(VerificationState::Waiting),
        (_, Some(&Method::Comparing { emoji, decimals })) => Step::Show(match emoji {
            Some(emoji) => VerificationState::Emoji { emoji, decimals },
            None => VerificationState::Decimals { decimals },
        }),
        (_, Some(Method::CodeScanned)) => Step::Show(VerificationState::Scanned),
        (_, Some(Method::Confirmed)) => Step::Show(VerificationState::Confirmed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOG: Emoji = Emoji {
        symbol: "🐶",
        description: "Dog",
        index: 0,
    };

    #[test]
    fn what_people_see_follows_from_request_and_method() {
        let methods = Methods {
            emoji: true,
            show_qr: false,
            scan_qr: true,
        };
        let ready = VerificationState::Ready {
            emoji: true,
            show_qr: false,
            scan_qr: true,
        };
        let cancelled = |by_us, reason| Step::Show(VerificationState::Cancelled { by_us, reason });
        let comparing = |emoji| Method::Comparing {
            emoji,
            decimals: [1, 2, 3],
        };
        let request_cancelled = |by_us, reason| Request::Cancelled { by_us, reason };
        let running = Request::Ready(methods);
        use {CancelReason as R, VerificationState as S};
        let table: Vec<(Request, Option<Method>, bool, Step)> = vec![
            (Request::Created, None, false, Step::Show(S::Waiting)),
            (Request::Received, None, false, Step::Show(S::Requested)),
            (running.clone(), None, false, Step::Show(ready.clone())),
            // Showing a code does not take the other methods away.
            (running.clone(), Some(Method::CodeShown), false, Step::Show(ready)),
            (running.clone(), Some(Method::EmojiOffered), false, Step::AcceptEmoji),
            (running.clone(), Some(Method::Exchanging), false, Step::Show(S::Waiting)),
            (
                running.clone(),
                Some(comparing(Some([DOG; 7]))),
                false,
                Step::Show(S::Emoji {
                    emoji: [DOG; 7],
                    decimals: [1, 2, 3],
                }),
            ),
            (
                running.clone(),
                Some(comparing(None)),
                false,
                Step::Show(S::Decimals { decimals: [1, 2, 3] }),
            ),
            (
                running.clone(),
                Some(Method::CodeScanned),
                false,
                Step::Show(S::Scanned),
            ),
            (
                running.clone(),
                Some(Method::Confirmed),
                false,
                Step::Show(S::Confirmed),
            ),
            // The method decides what "done" is, not the request.
            (Request::Done, Some(Method::Confirmed), false, Step::Show(S::Confirmed)),
            (running.clone(), Some(Method::Done), false, Step::LookForSignature),
            (Request::Done, Some(Method::Done), false, Step::LookForSignature),
            (Request::Done, None, false, cancelled(false, R::AcceptedElsewhere)),
            // A mismatch found by the method is seen even where the request goes on.
            (
                running.clone(),
                Some(Method::Cancelled {
                    by_us: true,
                    reason: R::KeyMismatch,
                }),
                false,
                cancelled(true, R::KeyMismatch),
            ),
            (request_cancelled(true, R::User), None, true, cancelled(true, R::User)),
            (
                request_cancelled(true, R::User),
                None,
                false,
                cancelled(true, R::AnotherVerification),
            ),
            (
                request_cancelled(false, R::User),
                Some(Method::Confirmed),
                false,
                cancelled(false, R::User),
            ),
            (
                request_cancelled(true, R::TimedOut),
                Some(comparing(None)),
                false,
                cancelled(true, R::TimedOut),
            ),
        ];
        for (request, method, cancelled_here, expected) in table {
            assert_eq!(
                step(&request, method.as_ref(), cancelled_here),
                expected,
                "{request:?} {method:?} {cancelled_here}"
            );
        }
    }

    #[test]
    fn what_a_person_can_decide_follows_from_request_and_method() {
        let ready = |emoji| {
            Request::Ready(Methods {
                emoji,
                ..Methods::default()
            })
        };
        let comparing = Method::Comparing {
            emoji: None,
            decimals: [1, 2, 3],
        };
        use {Call as C, Method as M};
        let table: Vec<(Request, Option<Method>, &[Call])> = vec![
            (Request::Created, None, &[]),
            (Request::Received, None, &[C::Accept]),
            (ready(true), None, &[C::StartEmoji, C::ShowCode, C::Scan]),
            (ready(false), None, &[C::ShowCode, C::Scan]),
            (ready(true), Some(M::CodeShown), &[C::StartEmoji, C::ShowCode, C::Scan]),
            (ready(false), Some(M::CodeShown), &[C::ShowCode, C::Scan]),
            (ready(true), Some(M::EmojiOffered), &[C::StartEmoji]),
            (ready(true), Some(M::Exchanging), &[C::StartEmoji]),
            (ready(true), Some(comparing), &[C::StartEmoji, C::Confirm, C::Mismatch]),
            (ready(true), Some(M::CodeScanned), &[C::Confirm]),
            (ready(true), Some(M::Confirmed), &[]),
            (ready(true), Some(M::Done), &[]),
            (Request::Done, None, &[]),
        ];
        for (request, method, expected) in table {
            for call in [C::Accept, C::StartEmoji, C::ShowCode, C::Scan, C::Confirm, C::Mismatch] {
                assert_eq!(
                    fits(call, &request, method.as_ref()),
                    expected.contains(&call),
                    "{call:?} {request:?} {method:?}"
                );
            }
        }
    }
}
