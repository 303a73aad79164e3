// SPDX-License-Identifier: Apache-2.0

//! What the flows for an app's own session weigh alone: `cargo xtask bench size` builds this as the library for apps is
//! built. It uses every attached flow and nothing else, so that whatever refers to the Olm machine or its store would show
//! in its size. Not for people.
//!
//! It reads lines: homeserver, user ID, device ID, device key, folder, access token, old Security Key (may be empty),
//! password, and the device IDs to sign out, with commas between them.

use std::{io, path::Path};

use anyhow::{Context as _, Result, bail};
use keyward::{
    account::{Account, HostSession, TokenRequests, UnfinishedReset},
    reset::{Confirmation, HandedOver, ResetOptions, ResetState},
    secret::{RecoveryKey, Secret, StoreKey},
    secret_storage::KeyInput,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let host = HostSession {
        homeserver: line()?,
        user_id: line()?,
        device_id: line()?,
        device_key: line()?,
        master_key: None,
    };
    let (folder, token, old_key) = (line()?, Secret::new(line()?), line()?);
    let (password, to_sign_out) = (Secret::new(line()?), line()?);
    let (account, requests) = Account::attach(&host, Path::new(&folder), &StoreKey::generate()).await?;
    tokio::spawn(answer(requests, token));

    println!("{:?}", account.status().await?);
    let list = account.sessions().await?;
    for session in list.others.iter().chain([&list.current]) {
        println!("{} {:?} {}", session.device_id, session.trust, session.label());
        account.acknowledge_login(&session.device_id).await?;
    }
    println!("{:?}", account.session_history().await?);
    let ids: Vec<String> = to_sign_out
        .split(',')
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
        .collect();
    if !ids.is_empty() {
        println!("{:?}", account.sign_out_consequences(&list, &ids));
        let mut sign_out = account.sign_out(&ids)?;
        if sign_out.begin().await?.is_some() && sign_out.authorise(&password).await?.is_some() {
            sign_out.authorise_in_browser().await?;
        }
        account.rename_session(&host.device_id, "Main").await?;
        account.set_push(&host.device_id, true).await?;
        account.prune_client_information().await?;
    }
    println!("{:?}", account.watch_sessions(None).next().await?.new_logins);

    let mut plan = account.plan_reset().await?;
    if !old_key.is_empty() {
        let key = KeyInput::RecoveryKey(RecoveryKey::new(old_key));
        account.open_old_backup(&mut plan, &key).await?;
    }
    let mut reset = match account.pending_reset().await? {
        Some(_) => account.resume_reset(None).await?,
        None => account.start_reset(&plan, ResetOptions::default()).await?,
    };
    loop {
        match reset.advance().await? {
            ResetState::SaveKey { recovery_key } => {
                println!("{}", recovery_key.reveal());
                reset.confirm_saved(&Confirmation::Acknowledged).await?;
            }
            ResetState::Authorise { challenge } if challenge.answerable_by_password() => {
                reset.authorise(&password).await?;
            }
            ResetState::Authorise { .. } => reset.authorise_in_browser().await?,
            ResetState::HandOver { .. } if line()? == "cancel" => bail!("{:?}", account.cancel_reset().await),
            ResetState::HandOver { .. } => reset.handed_over(HandedOver::Taken).await?,
            ResetState::Done(outcome) => break println!("{:?}", outcome.old_backup),
        }
    }
    drop(reset);
    Ok(account.detach(UnfinishedReset::Keep).await?)
}

async fn answer(mut requests: TokenRequests, token: Secret) {
    while let Some(request) = requests.next().await {
        request.answer(token.clone());
    }
}

fn line() -> Result<String> {
    let mut line = String::new();
    io::stdin().read_line(&mut line).context("there is no more input")?;
    Ok(line.trim_end().to_owned())
}
