// SPDX-License-Identifier: Apache-2.0

//! Our own time for a list of 10 000 sessions, from what server and crypto store gave to what is shown: the budget is
//! 50 ms. `cargo bench -p keyward --bench sessions`

use std::{collections::BTreeMap, hint::black_box, time::Duration};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use keyward::{
    facts::IdentityStatus,
    sessions::{Filter, INACTIVE_AFTER_MS, RawDevice, RawKeys, RawList, SessionList},
};

const SESSIONS: u64 = 10_000;
const NOW: u64 = 20 * INACTIVE_AFTER_MS;

/// Of everything something: names, keys, client information, settings, pushers, missing time stamps.
fn raw() -> RawList {
    let id = |index: u64| format!("DEVICE{index:05}");
    let device = |index: u64| RawDevice {
        device_id: id(index),
        unlisted: false,
        name: (!index.is_multiple_of(5)).then(|| format!("app.element.io: Firefox on Ubuntu {}", index % 97)),
        // Scattered, and each time stamp twice.
        last_seen_ts: (!index.is_multiple_of(7))
            .then(|| NOW - (index / 2 * 7919 % SESSIONS) * INACTIVE_AFTER_MS / 5_000),
        last_seen_ip: Some("192.0.2.1".to_owned()),
        keys: (!index.is_multiple_of(3)).then(|| RawKeys {
            ed25519: "jxHzr7AAfL0Lp1ooJ2SBjqKbcYOGdwGTmkyOz4vJ0dU".to_owned(),
            signed: index.is_multiple_of(2),
            dehydrated: false,
        }),
    };
    let mut account_data = BTreeMap::new();
    for index in 0..SESSIONS {
        if !index.is_multiple_of(4) {
            account_data.insert(
                format!("io.element.matrix_client_information.{}", id(index)),
                r#"{"name":"Element","version":"1.12.0","url":"app.element.io"}"#.to_owned(),
            );
        } else {
            account_data.insert(
                format!("org.matrix.msc3890.local_notification_settings.{}", id(index)),
                r#"{"is_silenced":true}"#.to_owned(),
            );
        }
    }
    RawList {
        own_device_id: id(SESSIONS / 2),
        identity: IdentityStatus::Ours,
        devices: (0..SESSIONS).map(device).collect(),
        account_data,
        pushers: (0..SESSIONS)
            .step_by(2)
            .map(|index| (id(index), index.is_multiple_of(3)))
            .collect(),
    }
}

fn list(c: &mut Criterion) {
    let raw = raw();
    c.bench_function("10 000 sessions: join, sort, count, each filter", |bench| {
        bench.iter_batched(
            || raw.clone(),
            |raw| {
                let list = SessionList::new(raw, NOW).expect("this session is among them");
                let shown: usize = [
                    Filter::All,
                    Filter::Verified,
                    Filter::Unverified,
                    Filter::Inactive,
                    Filter::Unverifiable,
                ]
                .into_iter()
                .map(|filter| list.others_shown(filter).map(black_box).count())
                .sum();
                // The list is given back, so that taking it down is not measured.
                (black_box(shown), list)
            },
            BatchSize::LargeInput,
        );
    });
}

criterion_group! {
    name = sessions;
    config = Criterion::default().measurement_time(Duration::from_secs(5));
    targets = list
}
criterion_main!(sessions);
