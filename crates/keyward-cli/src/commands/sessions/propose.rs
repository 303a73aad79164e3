// SPDX-License-Identifier: Apache-2.0

//! `keyward sessions propose`

use clap::Args;
use keyward::{
    account::Account,
    identity::KnowsIdentity,
    sessions::{Policy, Proposal, SessionList},
};
use serde_json::json;

use super::{list::in_a_command, now, snapshot, words};
use crate::{context::Context, language::say, output::Failure, session::with_session};

const EXAMPLES: &str = "\
Nothing is signed out: what is proposed, you look at and sign out yourself.
Without a rule: 90 days without activity, 30 days without being verified.

Examples:
  keyward sessions propose
  keyward sessions propose --inactive-days 180
  keyward --json sessions propose --unverified-days 7 | jq -r '.proposals[].device_id'";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Those that were not active for more than so many days.
    #[arg(long, value_name = "DAYS")]
    inactive_days: Option<u32>,

    /// Those that this session has not seen verified for more than so many days. Only if this session is verified itself.
    #[arg(long, value_name = "DAYS")]
    unverified_days: Option<u32>,
}

impl From<Arguments> for Policy {
    fn from(arguments: Arguments) -> Self {
        let policy = Self {
            inactive_days: arguments.inactive_days,
            unverified_days: arguments.unverified_days,
        };
        match policy == Self::default() {
            true => Self {
                inactive_days: Some(90),
                unverified_days: Some(30),
            },
            false => policy,
        }
    }
}

pub(super) async fn run(context: &Context, arguments: Arguments) -> Result<(), Failure> {
    with_session!(context.session().await?, account => Box::pin(propose(context, &account, arguments.into())).await)
}

async fn propose<K: KnowsIdentity>(context: &Context, account: &Account<K>, policy: Policy) -> Result<(), Failure> {
    let list = snapshot(context, account).await?.list;
    let proposals = policy.propose(&list, &account.session_history().await?, now());
    context.result(&json!({ "proposals": proposals }), || text(&list, &proposals, now()))
}

fn text(list: &SessionList, proposals: &[Proposal], now: u64) -> String {
    if proposals.is_empty() {
        return say!("propose-none");
    }
    let mut text = format!("{}\n", say!("propose-title"));
    let mut ids = String::new();
    for proposal in proposals {
        let Some(session) = list
            .others
            .iter()
            .find(|session| session.device_id == proposal.device_id)
        else {
            continue;
        };
        let inactive = proposal
            .inactive_days
            .map(|days| say!("propose-inactive", count = days));
        let unverified = proposal
            .unverified_days
            .map(|days| say!("propose-unverified", count = days));
        let why: Vec<String> = inactive.into_iter().chain(unverified).collect();
        text.push_str(&format!("  {}\n    {}\n", words::summary(session, now), why.join(", ")));
        ids.push_str(&format!(" {}", in_a_command(&proposal.device_id)));
    }
    text.push_str(&say!(
        "propose-command",
        count = proposals.len() as u64,
        command = format!("keyward sessions sign-out{ids}")
    ));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::sessions::words::samples::{NOW, snapshot};

    #[test]
    fn each_proposal_says_why_and_how_it_is_signed_out() {
        let list = snapshot().list;
        let policy = Policy {
            inactive_days: Some(90),
            unverified_days: None,
        };
        let said = text(&list, &policy.propose(&list, &[], NOW), NOW);
        assert!(said.contains("Old laptop (OLDLAPTOPX)"), "{said}");
        assert!(said.contains("not active for 200 days"), "{said}");
        assert!(
            said.ends_with("Look at it first, then: keyward sessions sign-out OLDLAPTOPX"),
            "{said}"
        );
        assert_eq!(text(&list, &[], NOW), "No session is proposed.");
    }

    #[test]
    fn without_a_rule_there_are_two() {
        let policy = |inactive_days, unverified_days| {
            Policy::from(Arguments {
                inactive_days,
                unverified_days,
            })
        };
        assert_eq!(policy(None, None), policy(Some(90), Some(30)));
        assert_eq!(policy(Some(7), None).unverified_days, None);
    }
}
