// SPDX-License-Identifier: Apache-2.0

//! Whether the account wants a key backup (MSC4287), and the form that clients wrote before it was specified.

use futures_util::{future::try_join_all, try_join};
use serde_json::{Value, json};

use crate::{account::Handle, error::RequestError};

const STABLE: &str = "m.key_backup";
const UNSTABLE: &str = "m.org.matrix.custom.backup_disabled";

/// What the account's data say of a key backup: whether it is wanted; `None` where they say nothing.
pub(crate) async fn is_wanted(account: &Handle) -> Result<Option<bool>, RequestError> {
    let contents = try_join_all([STABLE, UNSTABLE].map(|name| account.fetch(name))).await?;
    Ok(read(contents[0].as_ref(), contents[1].as_ref()))
}

fn read(stable: Option<&Value>, unstable: Option<&Value>) -> Option<bool> {
    let enabled = stable.and_then(|content| content.get("enabled")?.as_bool());
    let disabled = || unstable.and_then(|content| content.get("disabled")?.as_bool());
    enabled.or_else(|| disabled().map(|disabled| !disabled))
}

/// Writes whether the account wants a key backup, in both forms.
pub(crate) async fn say_whether_wanted(account: &Handle, wanted: bool) -> Result<(), RequestError> {
    let (stable, unstable) = (json!({"enabled": wanted}), json!({"disabled": !wanted}));
    try_join!(account.put(STABLE, &stable), account.put(UNSTABLE, &unstable))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stable_form_counts_for_more() {
        let (on, off) = (json!({"enabled": true}), json!({"enabled": false}));
        let (was_on, was_off) = (json!({"disabled": false}), json!({"disabled": true}));
        for (stable, unstable, expected) in [
            (None, None, None),
            (Some(&on), Some(&was_off), Some(true)),
            (Some(&off), Some(&was_on), Some(false)),
            (None, Some(&was_off), Some(false)),
            (None, Some(&was_on), Some(true)),
            (Some(&json!({"enabled": "yes"})), Some(&was_off), Some(false)),
        ] {
            assert_eq!(read(stable, unstable), expected, "{stable:?} {unstable:?}");
        }
    }
}
