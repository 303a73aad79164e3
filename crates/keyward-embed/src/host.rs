// SPDX-License-Identifier: Apache-2.0

//! The app's client, as Keyward asks it for tokens and hears of its synchronisations.

use std::sync::Arc;

use futures_util::{FutureExt as _, StreamExt as _, future::BoxFuture};
use keyward::{account::Host, error::ServerError, secret::Secret};
use matrix_sdk::{
    Client, RefreshTokenError,
    authentication::oauth::{
        OAuthError,
        error::{BasicErrorResponseType, RequestTokenError},
    },
    ruma::api::error::ErrorKind,
};
use matrix_sdk_base::crypto::OlmMachine;
use tokio::sync::{broadcast::error::RecvError, watch};

pub(crate) struct App {
    client: Client,
    synchronisations: watch::Receiver<u64>,
}

impl App {
    pub(crate) fn of(client: &Client, machine: &OlmMachine) -> Arc<Self> {
        let (count, synchronisations) = watch::channel(0);
        // Every synchronisation updates the rooms, if only with nothing. Keys of devices are asked for after it.
        let mut rooms = client.subscribe_to_all_room_updates();
        let mut devices = Box::pin(machine.store().devices_stream());
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    // The account is gone, and the app's client with it.
                    () = count.closed() => return,
                    updates = rooms.recv() => match updates {
                        Ok(_) | Err(RecvError::Lagged(_)) => {}
                        Err(RecvError::Closed) => return,
                    },
                    Some(_) = devices.next() => {}
                }
                count.send_modify(|count| *count += 1);
            }
        });
        Arc::new(Self {
            client: client.clone(),
            synchronisations,
        })
    }
}

impl Host for App {
    fn access_token(&self) -> Option<Secret> {
        self.client.access_token().map(Secret::new)
    }

    fn refresh<'a>(&'a self, _: &'a Secret) -> BoxFuture<'a, Result<Option<Secret>, ServerError>> {
        let client = self.client.clone();
        // In a task of its own: a new token that nobody takes in any more would be lost, and the old one is over.
        let refreshed = tokio::spawn(async move { client.refresh_access_token().await });
        async {
            match refreshed.await {
                Ok(Ok(())) => Ok(self.access_token()),
                Ok(Err(error)) if is_refusal(&error) => Ok(None),
                Ok(Err(error)) => {
                    tracing::warn!(%error, "the app's client has no new token");
                    Err(ServerError::Unreachable)
                }
                Err(_) => Err(ServerError::Unreachable),
            }
        }
        .boxed()
    }

    fn synchronisations(&self) -> watch::Receiver<u64> {
        self.synchronisations.clone()
    }
}

/// Whether the session is over. Everything else may be tried again.
fn is_refusal(error: &RefreshTokenError) -> bool {
    match error {
        RefreshTokenError::RefreshTokenRequired => true,
        RefreshTokenError::MatrixAuth(error) => matches!(
            error.client_api_error_kind(),
            Some(ErrorKind::UnknownToken(_) | ErrorKind::Forbidden | ErrorKind::MissingToken)
        ),
        RefreshTokenError::OAuth(error) => matches!(
            &**error,
            OAuthError::RefreshToken(RequestTokenError::ServerResponse(refused))
                if *refused.error() == BasicErrorResponseType::InvalidGrant
        ),
    }
}
