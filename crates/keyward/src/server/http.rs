// SPDX-License-Identifier: Apache-2.0

//! The HTTP clients: strict TLS, and no redirect that could carry a password or a token elsewhere.

use std::sync::Arc;

use reqwest::{Client, ClientBuilder, redirect::Policy};
use rustls::{ClientConfig, crypto::CryptoProvider, pki_types::CertificateDer};
use url::Url;

use super::{
    discovery::require_secure,
    limits::CONNECT,
    network::{self, Way},
};

const USER_AGENT: &str = concat!("Keyward/", env!("CARGO_PKG_VERSION"));
/// How many redirects are followed for one well-known file.
const REDIRECTS: usize = 10;

/// For everything that carries a password or a token: follows no redirect.
///
/// A redirect is an error rather than a reply, because a reply without a body passes for success where the
/// specification wants an empty object.
pub(crate) fn session_client(homeserver: &Url) -> Result<Client, HttpClientError> {
    builder(homeserver.scheme() == "http", &mut network::present())?
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
    builder(plain, &mut network::present())?
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
fn builder(plain: bool, way: &mut Way) -> Result<ClientBuilder, HttpClientError> {
    let builder = match (way.proxy.clone(), plain) {
        // It is for HTTPS: the server of a plain homeserver's accounts may be elsewhere.
        (Some(proxy), _) => Client::builder().proxy(proxy),
        // A proxy of the environment is for what goes out; it would see the token here.
        (None, true) => Client::builder().no_proxy(),
        (None, false) => Client::builder(),
    };
    let builder = match way.user_agent.clone() {
        Some(own) => builder.user_agent(own),
        None => builder.user_agent(USER_AGENT),
    };
    Ok(builder
        .connect_timeout(CONNECT)
        // In a compressed reply, secrets beside text that somebody else chose could be guessed from the size, and a few
        // bytes could become gigabytes.
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .https_only(!plain)
        .tls_backend_preconfigured(way.tls()?))
}

/// TLS 1.2 and 1.3 as rustls has them, with the cipher suites of BCP 195. `extra` are authorities besides the system's.
///
/// Uses a crypto provider of our own: the process's default provider belongs to the app that embeds us.
pub(super) fn tls(extra: Vec<CertificateDer<'static>>) -> Result<ClientConfig, rustls::Error> {
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

    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, SanType};
    use rustls::{ServerConfig, pki_types::PrivateKeyDer};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream},
        sync::mpsc,
    };
    use tokio_rustls::TlsAcceptor;

    use super::{
        super::{
            answer::Failure,
            network::{Network, Proxy, ProxyLogin},
        },
        *,
    };
    use crate::{
        error::{RequestError, ServerError},
        secret::Password,
    };

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
        let network = Network {
            authorities: vec![trusted.der().to_vec()],
            ..Network::default()
        };
        let client = builder(false, &mut network.way().expect("a way"))
            .expect("a builder")
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

    /// A proxy that lets whoever says `login` (HTTP's "Basic") through to `target`, whatever is asked for. What it was asked
    /// comes out of the channel.
    async fn proxy_to(target: SocketAddr, login: &'static str) -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (heard, hears) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    match near.read_u8().await {
                        Ok(byte) => head.push(byte),
                        Err(_) => break,
                    }
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let is_known = head.lines().any(|line| {
                    line.split_once(": ").is_some_and(|(name, value)| {
                        name.eq_ignore_ascii_case("proxy-authorization") && value.strip_prefix("Basic ") == Some(login)
                    })
                });
                let _ = heard.send(head);
                if !is_known {
                    let _ = near
                        .write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
                        .await;
                    continue;
                }
                let mut far = TcpStream::connect(target).await.expect("the target");
                let _ = near.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
                tokio::spawn(async move { tokio::io::copy_bidirectional(&mut near, &mut far).await });
            }
        });
        (address, hears)
    }

    #[tokio::test]
    async fn what_goes_out_goes_through_the_proxy_encrypted_and_what_stays_here_does_not() {
        let authority = Authority::new("known");
        let name = |params: &mut CertificateParams| {
            let name = "matrix.example.org".try_into().expect("a name");
            params.subject_alt_names.push(SanType::DnsName(name));
        };
        let server = authority.serve(rustls::ALL_VERSIONS, name).await;
        // base64 of "me:secret".
        let (address, mut hears) = proxy_to(server, "bWU6c2VjcmV0").await;
        let network = |login: Option<ProxyLogin>| Network {
            proxy: Some(Proxy {
                address: format!("http://{address}"),
                login,
            }),
            authorities: vec![authority.der().to_vec()],
            user_agent: Some("My app/1.0".to_owned()),
        };
        let login = ProxyLogin {
            user: "me".to_owned(),
            password: Password::new("secret"),
        };
        let ask = async |network: Network, plain: bool, url: &str| {
            let client = builder(plain, &mut network.way().expect("a way")).expect("a builder");
            let reply = client.build().expect("a client").get(url).send().await;
            reply.map(|reply| reply.status().as_u16())
        };

        // No name is looked up here: the proxy does. Also where the homeserver is on this machine, and its accounts are elsewhere.
        let out = "https://matrix.example.org/secret/path";
        let reply = ask(network(Some(login.clone())), false, out).await;
        assert_eq!(reply.expect("a reply"), 200);
        let heard = hears.recv().await.expect("a request");
        assert!(heard.starts_with("CONNECT matrix.example.org:443 "), "{heard}");
        assert!(!heard.contains("path"), "{heard}");
        let reply = ask(network(Some(login.clone())), true, out).await;
        assert_eq!(reply.expect("a reply"), 200);
        hears.recv().await.expect("a request");

        ask(network(None), false, out)
            .await
            .expect_err("the proxy knows nobody");
        assert!(hears.recv().await.is_some_and(|heard| heard.starts_with("CONNECT ")));

        // The proxy is not asked: its own machine would answer.
        let here = format!("https://localhost:{}/", server.port());
        let reply = ask(network(Some(login.clone())), false, &here).await;
        assert_eq!(reply.expect("a reply"), 200);
        let plain = ask(network(Some(login)), true, "http://127.0.0.1:9/").await;
        assert!(plain.is_err_and(|error| error.is_connect()));
        assert!(hears.try_recv().is_err());
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
