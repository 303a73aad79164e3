// SPDX-License-Identifier: Apache-2.0

//! How long to wait for a reply, how large it may be, and how often to try: every wait and every reply is limited.

use std::time::Duration;

use backon::ExponentialBuilder;
use http::Method;

/// How often a request is sent before it counts as failed. The caller may repeat the whole step later.
const ATTEMPTS: usize = 3;
/// The pause before the second attempt; it doubles, and differs each time.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause between two attempts. If a server asks for a longer one, the request fails and the person is told.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// For the connection and its TLS handshake.
pub(super) const CONNECT: Duration = Duration::from_secs(20);

const MEBIBYTE: usize = 1 << 20;
/// The size of a reply that says no, in bytes. Its JSON is parsed whole, into many times its size.
pub(super) const REFUSAL: usize = MEBIBYTE / 4;

/// What one attempt may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Until the head of the reply has arrived.
    pub(super) first_byte: Duration,
    /// Between two pieces of the body.
    pub(super) stall: Duration,
    /// For everything together.
    pub(super) whole: Duration,
    /// The size of the body in bytes.
    pub(super) reply: usize,
}

impl Limits {
    const ORDINARY: Self = Self {
        first_byte: Duration::from_secs(60),
        stall: Duration::from_secs(30),
        whole: Duration::from_secs(60),
        reply: 4 * MEBIBYTE,
    };

    /// For replies that grow with the account: they may take an hour on a slow line, as long as data arrive.
    const fn large(reply: usize) -> Self {
        Self {
            whole: Duration::from_secs(60 * 60),
            reply,
            ..Self::ORDINARY
        }
    }

    /// The limits of the endpoint with this method and path.
    pub(super) fn of(method: &Method, path: Option<&&'static str>) -> Self {
        let endpoint = path.map_or("", |path| path.rsplit_once("/client/").map_or(*path, |(_, rest)| rest));
        // After the version: `v3/keys/query`.
        match (method, endpoint.split_once('/').map_or("", |(_, rest)| rest)) {
            // 100 000 room keys have some 90 MB.
            (&Method::GET, "room_keys/keys") => Self::large(512 * MEBIBYTE),
            // 10 000 sessions have some 20 MB.
            (_, "keys/query") => Self::large(128 * MEBIBYTE),
            (_, "devices" | "pushers" | "sync") => Self::large(32 * MEBIBYTE),
            _ => Self::ORDINARY,
        }
    }
}

/// How a request is sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Policy {
    pub(super) attempts: usize,
    pub(super) limits: Limits,
    wait: Duration,
    at_most: Duration,
}

impl Policy {
    pub(super) const ORDINARY: Self = Self {
        attempts: ATTEMPTS,
        limits: Limits::ORDINARY,
        wait: Duration::ZERO,
        at_most: Duration::MAX,
    };
    pub(super) const ONCE: Self = Self {
        attempts: 1,
        ..Self::ORDINARY
    };

    /// For a request that only checks whether there is a homeserver, while a person waits.
    pub(super) const PROBE: Self = Self {
        attempts: 2,
        at_most: Duration::from_secs(15),
        ..Self::ORDINARY
    };

    /// The pauses between the attempts.
    pub(super) fn pauses(&self) -> ExponentialBuilder {
        ExponentialBuilder::default()
            .with_min_delay(FIRST_PAUSE)
            .with_max_delay(LONGEST_PAUSE)
            .with_jitter()
            .with_max_times(self.attempts - 1)
    }

    /// The server may hold the request open for so long.
    pub(super) fn waiting(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    /// With the limits of an endpoint.
    pub(super) fn within(self, limits: Limits) -> Self {
        let limits = Limits {
            first_byte: limits.first_byte + self.wait,
            whole: (limits.whole + self.wait).min(self.at_most),
            ..limits
        };
        Self { limits, ..self }
    }
}

/// The pause before another attempt: what the server asks for, if it does. `None`: no other attempt.
pub(super) fn pause(asked: Option<Duration>, planned: Option<Duration>) -> Option<Duration> {
    let planned = planned?;
    Some(asked.unwrap_or(planned).min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use ruma::api::{
        Metadata,
        client::{
            backup::{add_backup_keys, get_backup_keys},
            device::get_devices,
            discovery::get_supported_versions,
            keys::get_keys,
        },
        path_builder::PathBuilder,
    };

    use super::*;

    fn limits_of<R: Metadata>() -> Vec<usize> {
        R::PATH_BUILDER
            .all_paths()
            .map(|path| Limits::of(&R::METHOD, Some(&path)).reply)
            .collect()
    }

    #[test]
    fn what_grows_with_the_account_may_be_larger_under_every_version_of_its_path() {
        let megabytes = |limits: Vec<usize>| limits.into_iter().map(|limit| limit / MEBIBYTE).collect::<Vec<_>>();
        for (limits, expected) in [
            (limits_of::<get_backup_keys::v3::Request>(), 512),
            (limits_of::<add_backup_keys::v3::Request>(), 4),
            (limits_of::<get_keys::v3::Request>(), 128),
            (limits_of::<get_devices::v3::Request>(), 32),
            (limits_of::<get_supported_versions::Request>(), 4),
        ] {
            let found = megabytes(limits);
            assert!(
                !found.is_empty() && found.iter().all(|limit| *limit == expected),
                "{found:?} {expected}"
            );
        }
    }

    #[test]
    fn a_pause_follows_the_server_within_bounds() {
        let seconds = Duration::from_secs;
        assert_eq!(pause(None, Some(seconds(1))), Some(seconds(1)));
        assert_eq!(pause(Some(seconds(7)), Some(seconds(1))), Some(seconds(7)));
        assert_eq!(pause(Some(Duration::ZERO), Some(seconds(1))), Some(Duration::ZERO));
        assert_eq!(pause(Some(seconds(90)), Some(seconds(1))), Some(LONGEST_PAUSE));
        assert_eq!(pause(Some(seconds(7)), None), None);
    }

    #[test]
    fn a_request_that_is_held_open_has_so_much_more_time() {
        let policy = Policy::ORDINARY
            .waiting(Duration::from_secs(30))
            .within(Limits::ORDINARY);
        assert_eq!(policy.limits.first_byte, Duration::from_secs(90));
        assert_eq!(policy.limits.stall, Limits::ORDINARY.stall);
    }
}
