// SPDX-License-Identifier: Apache-2.0

//! Homeservers whose accounts need no password, and the browser of a person there.

use anyhow::Context;
use axum::Json;
use keyward_testing::{browser::Browser, deployment::Deployment};
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Body};

/// One of the deployments that all tests of a run share. It is started when somebody asks for it.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum DeploymentName {
    Oauth,
    Sso,
}

impl DeploymentName {
    pub(super) async fn get(self) -> &'static Deployment {
        match self {
            Self::Oauth => Deployment::oauth().await,
            Self::Sso => Deployment::sso().await,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Visit {
    /// Who logs in where a page asks.
    localpart: String,
    page: String,
    #[serde(default)]
    deny: bool,
    /// The page asks for this code.
    #[serde(default)]
    user_code: Option<String>,
}

pub(super) async fn browser(Body(body): Body<Visit>) -> Answer {
    let browser = Browser::of(&body.localpart);
    let led_to = match body.user_code {
        Some(code) => {
            browser.enter_code(&body.page, &code, !body.deny).await?;
            None
        }
        None if body.deny => browser.deny(&body.page).await.context("the browser")?,
        None => browser.allow(&body.page).await.context("the browser")?,
    };
    Ok(Json(json!({ "led_to": led_to })))
}
