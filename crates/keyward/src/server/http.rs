// SPDX-License-Identifier: Apache-2.0

//! The HTTP clients: strict TLS, and no redirect that could carry a password or a token elsewhere.

use std::sync::{Arc, Mutex, PoisonError};

use reqwest::{Client, ClientBuilder, redirect::Policy};
use rustls::{ClientConfig, crypto::CryptoProvider, pki_types::CertificateDer};
use url::Url;

use super::{discovery::require_secure, limits::CONNECT};

const USER_AGENT: &str = concat!("Keyward/", env!("CARGO_PKG_VERSION"));
/// How many redirects are followed for one well-known file.
const REDIRECTS: usize = 10;

/// For everything that carries a password or a token: follows no redirect.
///
/// A redirect is an error rather than a reply, because a reply without a body passes for success where the
/// specification wants an empty object.
pub(crate) fn session_client(homeserver: &Url) -> Result<Client, HttpClientError> {
    builder(homeserver.scheme() == "http")?
        .redirect(Policy::custom(|attempt| {
            attempt.error("a homeserver's API does not redirect")
        }))
        .build()
        .map_err(Into::into)
}

/// For finding the homeserver: only the well-known file may be behind a redirect.
///
/// Specification: Client-Server API, "Well-known URI": clients follow redirects.
pub(super) fn discovery_client(plain: bool) -> Result<Client, HttpClientError> {
    builder(plain)?
        .redirect(Policy::custom(|attempt| {
            let asked = attempt.previous();
            let well_known = asked
                .first()
                .is_some_and(|url| url.path() == "/.well-known/matrix/client");
            if well_known && asked.len() <= REDIRECTS && require_secure(attempt.url()).is_ok() {
                attempt.follow()
            } else {
                attempt.error("only a well-known file may be elsewhere, and there encrypted")
            }
        }))
        .build()
        .map_err(Into::into)
}

/// Why there is no HTTP client: its parts do not fit together, or the system has no certificate authorities.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpClientError {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error(transparent)]
    Tls(#[from] rustls::Error),
}

/// `plain`: for addresses of this machine, the only ones that [`require_secure`] allows plain HTTP for.
fn builder(plain: bool) -> Result<ClientBuilder, HttpClientError> {
    let builder = match plain {
        // A proxy of the environment is for what goes out; it would see the token here.
        true => Client::builder().no_proxy(),
        false => Client::builder(),
    };
    Ok(builder
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT)
        // In a compressed reply, secrets beside text that somebody else chose could be guessed from the size, and a few
        // bytes could become gigabytes.
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .https_only(!plain)
        .tls_backend_preconfigured(shared_tls()?))
}

/// The TLS configuration of every client in this process. Made once: reading the system's authorities takes longer than
/// a request.
fn shared_tls() -> Result<ClientConfig, rustls::Error> {
    static SHARED: Mutex<Option<ClientConfig>> = Mutex::new(None);
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    match &*shared {
        Some(config) => Ok(config.clone()),
        None => Ok(shared.insert(tls(Vec::new())?).clone()),
    }
}

/// TLS 1.2 and 1.3 as rustls has them, with the cipher suites of BCP 195. `extra` are authorities besides the system's.
///
/// Uses a crypto provider of our own: the process's default provider belongs to the app that embeds us.
fn tls(extra: Vec<CertificateDer<'static>>) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
    let builder = trusting(builder, extra, provider)?;
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

type Trusting = rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert>;

/// The certificate authorities are the operating system's.
#[cfg(not(target_os = "android"))]
fn trusting(
    builder: rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>,
    extra: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Trusting, rustls::Error> {
    let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(extra, provider)?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)))
}

/// The certificate authorities are those that browsers trust.
///
/// Android's own check can be reached only through Java, with code that each app would have to install, and it reports
/// valid certificates as revoked (rustls-platform-verifier#221).
#[cfg(target_os = "android")]
fn trusting(
    builder: rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>,
    extra: Vec<CertificateDer<'static>>,
    _provider: Arc<CryptoProvider>,
) -> Result<Trusting, rustls::Error> {
    let mut roots = mozilla_roots();
    for authority in extra {
        roots.add(authority)?;
    }
    Ok(builder.with_root_certificates(roots))
}

#[cfg(any(target_os = "android", test))]
fn mozilla_roots() -> rustls::RootCertStore {
    let mut roots = rustls::RootCertStore::empty();
    let (added, ignored) = roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    tracing::debug!(added, ignored, "certificate authorities");
    roots
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
    use rustls::{ServerConfig, pki_types::PrivateKeyDer};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };
    use tokio_rustls::TlsAcceptor;

    use super::{super::answer::Failure, *};
    use crate::error::{RequestError, ServerError};

    #[test]
    fn a_client_can_be_made_with_the_roots_that_android_uses() {
        let roots = mozilla_roots();
        assert!(roots.len() > 100, "{}", roots.len());
    }

    #[tokio::test]
    async fn plain_http_is_not_even_tried_where_the_address_is_not_plain() {
        let secure = Url::parse("https://matrix.example.org").expect("a URL");
        for client in [session_client(&secure), discovery_client(false)] {
            let refused = client
                .expect("a client")
                .get("http://127.0.0.1:9")
                .send()
                .await
                .expect_err("plain HTTP");
            assert!(refused.is_builder(), "{refused:?}");
        }
    }

    /// A certificate authority of the test's own.
    struct Authority(CertifiedIssuer<'static, KeyPair>);

    impl Authority {
        fn new(name: &str) -> Self {
            let mut params = CertificateParams::new(Vec::new()).expect("parameters");
            params.distinguished_name.push(DnType::CommonName, name);
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            let key = KeyPair::generate().expect("a key");
            Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
        }

        fn der(&self) -> CertificateDer<'static> {
            self.0.der().clone()
        }

        /// A server for `localhost`, with what `change` makes of its certificate. It answers every request with 200.
        async fn serve(
            &self,
            versions: &[&'static rustls::SupportedProtocolVersion],
            change: impl FnOnce(&mut CertificateParams),
        ) -> SocketAddr {
            let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
            change(&mut params);
            let key = KeyPair::generate().expect("a key");
            let certificate = params.signed_by(&key, &self.0).expect("a certificate");
            let private = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let config = ServerConfig::builder_with_provider(provider)
                .with_protocol_versions(versions)
                .expect("versions")
                .with_no_client_auth()
                .with_single_cert(vec![certificate.der().clone()], private)
                .expect("a server");
            let acceptor = TlsAcceptor::from(Arc::new(config));
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let Ok(mut stream) = acceptor.accept(stream).await else {
                        continue;
                    };
                    let mut request = [0; 1024];
                    let _ = stream.read(&mut request).await;
                    let _ = stream
                        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                        .await;
                    let _ = stream.shutdown().await;
                }
            });
            address
        }
    }

    async fn ask(address: SocketAddr, host: &str, trusted: &Authority) -> Result<u16, String> {
        let client = builder(false)
            .expect("a builder")
            .tls_backend_preconfigured(tls(vec![trusted.der()]).expect("a configuration"))
            .resolve(host, address)
            .build()
            .expect("a client");
        match client.get(format!("https://{host}:{}/", address.port())).send().await {
            Ok(reply) => Ok(reply.status().as_u16()),
            Err(error) => {
                let why = format!("{error:?}");
                assert_eq!(
                    RequestError::from(Failure::from(error)),
                    ServerError::Certificate.into()
                );
                Err(why)
            }
        }
    }

    #[tokio::test]
    async fn a_certificate_counts_only_from_a_known_authority_for_this_host_and_in_time() {
        let (known, unknown) = (Authority::new("known"), Authority::new("unknown"));
        let all = rustls::ALL_VERSIONS;
        let good = known.serve(all, |_| ()).await;
        assert_eq!(ask(good, "localhost", &known).await, Ok(200));
        assert!(
            ask(good, "elsewhere.localhost", &known)
                .await
                .is_err_and(|why| why.contains("NotValidForName"))
        );

        let foreign = unknown.serve(all, |_| ()).await;
        assert!(
            ask(foreign, "localhost", &known)
                .await
                .is_err_and(|why| why.contains("UnknownIssuer"))
        );

        let expired = known
            .serve(all, |params| params.not_after = rcgen::date_time_ymd(2020, 1, 1))
            .await;
        assert!(
            ask(expired, "localhost", &known)
                .await
                .is_err_and(|why| why.contains("Expired"))
        );

        let future = known
            .serve(all, |params| params.not_before = rcgen::date_time_ymd(4000, 1, 1))
            .await;
        assert!(
            ask(future, "localhost", &known)
                .await
                .is_err_and(|why| why.contains("NotValidYet"))
        );
    }

    #[tokio::test]
    async fn both_present_versions_of_tls_are_spoken() {
        let known = Authority::new("known");
        for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
            let server = known.serve(&[version], |_| ()).await;
            assert_eq!(ask(server, "localhost", &known).await, Ok(200), "{version:?}");
        }
    }
}
