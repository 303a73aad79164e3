// SPDX-License-Identifier: Apache-2.0

//! The person at the other client during a verification. A call returns when its step is reached, or after a minute.

use anyhow::Context;
use axum::{
    Json,
    extract::{Path, State},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Body, Kept, accounts, nothing};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// Of `ask`: whom; all sessions if missing.
    #[serde(default)]
    device_id: Option<String>,
    /// Of `scan_qr`: the bytes of the code in base64.
    #[serde(default)]
    code: Option<String>,
    /// Of `emoji`: agree on numbers instead.
    #[serde(default)]
    only_decimals: bool,
}

pub(super) async fn step(
    State(service): Kept,
    Path((kind, id, step)): Path<(String, String, String)>,
    Body(body): Body<Step>,
) -> Answer {
    let session = accounts::session(&service, Path((kind, id)))?;
    let verifier = session.verifier()?;
    let reply = match step.as_str() {
        "ask" => json!({ "flow_id": verifier.ask(body.device_id.as_deref()).await? }),
        "asked" => json!({ "flow_id": verifier.asked().await? }),
        "accept" => json!({ "flow_id": verifier.accept().await? }),
        "emoji" => {
            let comparison = verifier.comparison(body.only_decimals).await?;
            json!({ "emoji": comparison.emoji, "decimals": comparison.decimals })
        }
        "show_qr" => json!({ "code": STANDARD.encode(verifier.show_qr().await?) }),
        "scan_qr" => {
            let code = STANDARD.decode(body.code.context("no code to scan")?)?;
            verifier.scan_qr(&code).await?;
            return Ok(nothing());
        }
        "cancelled" => {
            let (code, by_us) = verifier.cancelled().await?;
            json!({ "code": code, "by_other_client": by_us })
        }
        step => {
            match step {
                "ready" => verifier.ready().await?,
                "start" => verifier.start_emoji().await?,
                "scanned" => verifier.scanned().await?,
                "confirm" => verifier.confirm().await?,
                "mismatch" => verifier.mismatch().await?,
                "cancel" => verifier.cancel().await?,
                "done" => verifier.done().await?,
                _ => return Err(anyhow::anyhow!("a verification has no step {step}").into()),
            }
            return Ok(nothing());
        }
    };
    Ok(Json(reply))
}
