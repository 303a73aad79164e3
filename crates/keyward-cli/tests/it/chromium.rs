// SPDX-License-Identifier: Apache-2.0

//! What is done in a browser, in a real one: cookies, redirects, forms, and the page that this program itself shows.

use keyward_testing::{chromium::Chromium, deployment::Deployment, other_client::OtherClient, user::LogsIn};
use serde_json::json;

use crate::{browser::Running, common::App};

#[tokio::test(flavor = "multi_thread")]
async fn a_real_browser_logs_in_approves_and_signs_out() {
    let chromium = Chromium::start().await.unwrap();
    for deployment in [Deployment::oauth().await, Deployment::sso().await] {
        let (user, app) = (deployment.new_user(), App::new());
        let with_sso = user.logs_in == LogsIn::WithSso;
        let (how, approved) = match with_sso {
            true => ("--sso", "Thank you"),
            false => ("--oauth", "Done"),
        };
        let url = deployment.synapse.url();
        let mut login = Running::start(&app, &["login", how, "--homeserver", url]);
        let page = login.page("open");
        chromium
            .go_through(&page, &user.localpart, "You can close this page")
            .await
            .unwrap();
        let run = login.end();
        run.expect_exit(0);
        assert_eq!(run.lines()[0]["user_id"], json!(user.user_id));

        // Something to replace, so that the server asks.
        app.run(&["--json", "reset", "--acknowledge"]);
        let mut reset = Running::start(&app, &["reset", "--acknowledge"]);
        reset.line();
        let page = reset.page("authorise");
        chromium.go_through(&page, &user.localpart, approved).await.unwrap();
        let run = reset.end();
        run.expect_exit(0);
        assert_eq!(run.lines().last().unwrap()["status"], "done");

        if with_sso {
            let other = OtherClient::login(url, &user).await.unwrap().plain().device_id;
            let mut sign_out = Running::start(&app, &["sessions", "sign-out", &other, "--yes"]);
            let page = sign_out.page("authorise");
            chromium.go_through(&page, &user.localpart, approved).await.unwrap();
            let run = sign_out.end();
            run.expect_exit(0);
            assert_eq!(run.lines()[0], json!({"signed_out": [other]}));
        }
    }
}
