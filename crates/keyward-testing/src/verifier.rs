// SPDX-License-Identifier: Apache-2.0

//! The person at the other client during a verification, one step at a time: for tests that are not in one process
//! with it.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::{Context as _, Result, anyhow, bail};
use matrix_sdk::{
    encryption::verification::{
        AcceptSettings, QrVerification, QrVerificationData, SasVerification, Verification, VerificationRequest,
        VerificationRequestState,
    },
    ruma::events::key::verification::ShortAuthenticationString,
};
use tokio::{
    sync::{Mutex as AsyncMutex, watch},
    task::JoinHandle,
    time::{Instant, timeout},
};

use crate::other_client::{OtherClient, VERIFICATION_METHODS};

/// How long a step waits for the other side.
const STEP_LIMIT: Duration = Duration::from_secs(60);
/// How long one sync in the background waits for news, and thereby at most a step that needs a sync of its own.
const SYNC_WAIT: Duration = Duration::from_millis(500);
/// How long the syncs go on after a step has begun. Clients of the test service are kept until it ends, and one that is done
/// would cost every other test a part of the server.
const AWAKE: Duration = Duration::from_secs(120);

/// What the other client shows to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Symbol and description of each emoji; none where only numbers were agreed on.
    pub emoji: Vec<(&'static str, &'static str)>,
    /// The numbers for the same.
    pub decimals: [u16; 3],
}

/// An [`OtherClient`] that synchronises in the background, and its present verification. Each step returns when it is
/// reached, and fails when the verification is cancelled or a minute has passed.
#[derive(Debug)]
pub struct Verifier {
    client: Arc<OtherClient>,
    flow: Mutex<Flow>,
    /// Held during each sync: two at once would be given the same messages.
    syncing: Arc<AsyncMutex<()>>,
    /// Changes after each sync in the background; the error is the one that ended them.
    syncs: watch::Receiver<Result<(), String>>,
    /// When a step has last begun.
    used: watch::Sender<Instant>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default, Clone)]
struct Flow {
    request: Option<VerificationRequest>,
    sas: Option<SasVerification>,
    qr: Option<QrVerification>,
}

impl Verifier {
    /// Begins to synchronise, until this is dropped or a sync fails; with rests, while no step is taken. Must be called inside
    /// a Tokio runtime.
    pub fn start(client: Arc<OtherClient>) -> Self {
        let (sender, syncs) = watch::channel(Ok(()));
        let (used, mut uses) = watch::channel(Instant::now());
        let syncing = Arc::new(AsyncMutex::new(()));
        let task = tokio::spawn({
            let (client, syncing) = (client.clone(), syncing.clone());
            async move {
                loop {
                    if uses.borrow_and_update().elapsed() > AWAKE && uses.changed().await.is_err() {
                        return;
                    }
                    let synced = {
                        let _only_one = syncing.lock().await;
                        client.sync_for(SYNC_WAIT).await
                    };
                    let failed = synced.is_err();
                    let told = sender.send(synced.map_err(|error| format!("{error:#}")));
                    if failed || told.is_err() {
                        return;
                    }
                }
            }
        });
        Self {
            client,
            flow: Mutex::default(),
            syncing,
            syncs,
            used,
            task,
        }
    }

    /// Whether the syncs in the background have ended because one failed.
    pub fn has_ended(&self) -> bool {
        self.task.is_finished()
    }

    /// One sync that begins after this call.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn sync(&self) -> Result<()> {
        self.wake();
        let _only_one = self.syncing.lock().await;
        self.client.sync_once().await
    }

    /// Asks a session of the same user, or all of them, to verify each other. Returns the id of the flow.
    ///
    /// # Errors
    /// When the server refuses or has no such session with encryption.
    pub async fn ask(&self, device_id: Option<&str>) -> Result<String> {
        self.wake();
        let request = match device_id {
            Some(device_id) => Box::pin(self.client.ask_to_verify(device_id)).await?,
            None => Box::pin(self.client.ask_all_to_verify()).await?,
        };
        Ok(self.begin(request))
    }

    /// Waits for a session that asks. Returns the id of the flow.
    ///
    /// # Errors
    /// When none asks.
    pub async fn asked(&self) -> Result<String> {
        self.wake();
        let mut syncs = self.syncs.clone();
        let search = async {
            loop {
                syncs.mark_unchanged();
                if let Some(request) = self.client.verification_request().await {
                    return Ok::<_, anyhow::Error>(request);
                }
                next(&mut syncs).await?;
            }
        };
        let request = timeout(STEP_LIMIT, search).await.context("nobody asks")??;
        Ok(self.begin(request))
    }

    /// [`Verifier::asked`], and accepts it with all methods.
    ///
    /// # Errors
    /// When none asks, or the server refuses.
    pub async fn accept(&self) -> Result<String> {
        let flow_id = self.asked().await?;
        let methods = VERIFICATION_METHODS.to_vec();
        self.request()?.accept_with_methods(methods).await?;
        Ok(flow_id)
    }

    /// Waits until both sides have accepted.
    ///
    /// # Errors
    /// When it does not come to that.
    pub async fn ready(&self) -> Result<()> {
        let request = self.request()?;
        self.wait_for("the other side does not accept", || match request.state() {
            VerificationRequestState::Ready { .. } | VerificationRequestState::Transitioned { .. } => Some(()),
            _ => None,
        })
        .await
    }

    /// Waits until both sides have accepted, and starts comparing emoji.
    ///
    /// # Errors
    /// When emoji are not possible, or the server refuses.
    pub async fn start_emoji(&self) -> Result<()> {
        self.ready().await?;
        let sas = self.request()?.start_sas().await?;
        self.flow().sas = Some(sas.context("the other side cannot compare emoji")?);
        Ok(())
    }

    /// What is to be compared, as soon as there is something. If the other side starts, this waits for it and accepts,
    /// with numbers instead of emoji if `only_decimals`.
    ///
    /// # Errors
    /// When nobody starts, or the server refuses.
    pub async fn comparison(&self, only_decimals: bool) -> Result<Comparison> {
        let request = self.request()?;
        let present = self.flow().sas.clone();
        let sas = match present {
            Some(sas) => sas,
            None => {
                let started = || match request.state() {
                    VerificationRequestState::Transitioned {
                        verification: Verification::SasV1(sas),
                    } => Some(sas),
                    _ => None,
                };
                let sas = self.wait_for("the other side does not start", started).await?;
                if only_decimals {
                    let numbers = vec![ShortAuthenticationString::Decimal];
                    sas.accept_with_settings(AcceptSettings::with_allowed_methods(numbers))
                        .await?;
                } else {
                    sas.accept().await?;
                }
                self.flow().sas = Some(sas.clone());
                sas
            }
        };
        self.wait_for("there is nothing to compare", || {
            let (one, two, three) = sas.decimals()?;
            let emoji = sas.emoji().filter(|_| sas.supports_emoji());
            let emoji = emoji.map_or_else(Vec::new, |emoji| {
                emoji.iter().map(|emoji| (emoji.symbol, emoji.description)).collect()
            });
            Some(Comparison {
                emoji,
                decimals: [one, two, three],
            })
        })
        .await
    }

    /// Waits until both sides have accepted, and returns the bytes of a QR code to be scanned by the other side.
    ///
    /// # Errors
    /// When the other side cannot scan.
    pub async fn show_qr(&self) -> Result<Vec<u8>> {
        self.ready().await?;
        let qr = self.request()?.generate_qr_code().await?;
        let qr = qr.context("the other side cannot scan, or an identity is missing")?;
        let code = qr.to_bytes()?;
        self.flow().qr = Some(qr);
        Ok(code)
    }

    /// Waits until the other side says that it has scanned our code.
    ///
    /// # Errors
    /// When no code is shown, or it does not come to that.
    pub async fn scanned(&self) -> Result<()> {
        let qr = self.flow().qr.clone().context("no code is shown")?;
        self.wait_for("nobody scans", || qr.has_been_scanned().then_some(()))
            .await
    }

    /// Waits until both sides have accepted, and scans the other side's QR code.
    ///
    /// # Errors
    /// When it is none, or not the one of this verification.
    pub async fn scan_qr(&self, code: &[u8]) -> Result<()> {
        self.ready().await?;
        let data = QrVerificationData::from_bytes(code)?;
        let qr = self.request()?.scan_qr_code(data).await?;
        self.flow().qr = Some(qr.context("this verification does not allow to scan")?);
        Ok(())
    }

    /// Says that the emoji are the same, or that the other side has scanned our code.
    ///
    /// # Errors
    /// When the server refuses, or there is nothing to confirm.
    pub async fn confirm(&self) -> Result<()> {
        self.wake();
        let Flow { sas, qr, .. } = self.flow().clone();
        match (sas, qr) {
            (Some(sas), _) => Box::pin(sas.confirm()).await?,
            (None, Some(qr)) => Box::pin(qr.confirm()).await?,
            (None, None) => bail!("there is nothing to confirm"),
        }
        Ok(())
    }

    /// Says that the emoji differ.
    ///
    /// # Errors
    /// When the server refuses, or there are none.
    pub async fn mismatch(&self) -> Result<()> {
        self.wake();
        let sas = self.flow().sas.clone().context("there is nothing to compare")?;
        Ok(sas.mismatch().await?)
    }

    /// Declines or cancels.
    ///
    /// # Errors
    /// When the server refuses, or there is no verification.
    pub async fn cancel(&self) -> Result<()> {
        Ok(self.request()?.cancel().await?)
    }

    /// Waits until both sides are done, and what became due with it (signatures, private keys) is sent.
    ///
    /// # Errors
    /// When it does not come to that.
    pub async fn done(&self) -> Result<()> {
        let Flow { sas, qr, .. } = self.flow().clone();
        let is_done = || sas.as_ref().is_some_and(|sas| sas.is_done()) || qr.as_ref().is_some_and(|qr| qr.is_done());
        self.wait_for("the other side does not finish", || is_done().then_some(()))
            .await?;
        self.sync().await
    }

    /// Waits until the verification is cancelled. Returns the code of the reason, and whether it was by this side.
    ///
    /// # Errors
    /// When it does not come to that.
    pub async fn cancelled(&self) -> Result<(String, bool)> {
        let request = self.request()?;
        let info = self.wait("nobody cancels", || Ok(request.cancel_info())).await?;
        Ok((info.cancel_code().to_string(), info.cancelled_by_us()))
    }

    fn begin(&self, request: VerificationRequest) -> String {
        let flow_id = request.flow_id().to_owned();
        *self.flow() = Flow {
            request: Some(request),
            ..Flow::default()
        };
        flow_id
    }

    fn wake(&self) {
        self.used.send_replace(Instant::now());
    }

    fn request(&self) -> Result<VerificationRequest> {
        self.wake();
        self.flow().request.clone().context("no verification was asked for")
    }

    fn flow(&self) -> std::sync::MutexGuard<'_, Flow> {
        self.flow.lock().expect("nobody panics while holding it")
    }

    /// Waits until `look` sees something, or the verification is cancelled.
    async fn wait_for<T>(&self, otherwise: &'static str, mut look: impl FnMut() -> Option<T>) -> Result<T> {
        let request = self.request()?;
        self.wait(otherwise, || match (look(), request.cancel_info()) {
            (None, Some(info)) => Err(anyhow!("the verification is cancelled: {}", info.cancel_code())),
            (seen, _) => Ok(seen),
        })
        .await
    }

    async fn wait<T>(&self, otherwise: &'static str, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
        let mut syncs = self.syncs.clone();
        let search = async {
            loop {
                syncs.mark_unchanged();
                if let Some(seen) = look()? {
                    return Ok(seen);
                }
                next(&mut syncs).await?;
            }
        };
        timeout(STEP_LIMIT, search).await.context(otherwise)?
    }
}

impl Drop for Verifier {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Waits for the next sync in the background.
async fn next(syncs: &mut watch::Receiver<Result<(), String>>) -> Result<()> {
    let ended = syncs.borrow().clone().err();
    if ended.is_none() && syncs.changed().await.is_ok() {
        return Ok(());
    }
    bail!(
        "the other client does not synchronise any more: {}",
        ended.unwrap_or_default()
    )
}
