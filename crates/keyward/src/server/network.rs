// SPDX-License-Identifier: Apache-2.0

//! How this process reaches servers: a proxy, certificate authorities of one's own, the name that servers are told.
//!
//! For the whole process, as an app has one way to the network: whatever connects afterwards goes it, homeservers and OAuth
//! servers alike.

use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::{NoProxy, header::HeaderValue};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use url::Url;
use zeroize::Zeroizing;

use super::http;
use crate::{
    error::{FlowError, Remedy},
    secret::Password,
};

/// What no proxy is asked for: it would answer for its own machine.
const THIS_MACHINE: &str = "localhost,127.0.0.0/8,::1";

/// How servers are reached, where that is not as usual. [`Network::apply`] makes it so.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Everything goes through it but what stays on this machine. It sees the names of servers, and nothing of what is said.
    /// `None`: what the environment says (`HTTPS_PROXY`, and `NO_PROXY`, which counts only then).
    pub proxy: Option<Proxy>,
    /// Certificate authorities that are trusted besides the system's: each one certificate in DER, or a file of nothing but
    /// certificates in PEM. Each counts as an authority for every name, a server's own certificate as well.
    pub authorities: Vec<Vec<u8>>,
    /// What servers are told, and may show to people beside a session. `None`: `Keyward/` and the version.
    pub user_agent: Option<String>,
}

/// An HTTP proxy.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// `http://proxy.example.org:8080`, or `https://…`, without a name and a password.
    pub address: String,
    /// For a proxy that asks.
    pub login: Option<ProxyLogin>,
}

/// Who is known to a proxy (HTTP's "Basic").
#[derive(Clone, Debug)]
pub struct ProxyLogin {
    /// The name, without a colon.
    pub user: String,
    /// Goes to the proxy with each connection, in clear where its address begins with `http://`.
    pub password: Password,
}

/// Why the network cannot be used so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// The address of the proxy is none, or of a kind that is not known here.
    #[error(
        "That is no address of a proxy. Use http:// or https:// and its name; a name and a password are given beside it."
    )]
    Proxy,
    /// What should be certificate authorities is none.
    #[error("That is no certificate of an authority. Use a file in PEM or DER.")]
    Authority,
    /// The text cannot be sent as a header.
    #[error("That cannot be sent as a user agent. Use a short text of ASCII letters.")]
    UserAgent,
}

impl FlowError for NetworkError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::Proxy => ("network.proxy", Remedy::AskAgain),
            Self::Authority => ("network.authority", Remedy::AskAgain),
            Self::UserAgent => ("network.user_agent", Remedy::AskAgain),
        }
    }
}

impl Network {
    /// Servers are reached so from now on. This comes first when an app starts: an account that is open keeps its connection to the
    /// homeserver, and renews its tokens in the new way.
    ///
    /// # Errors
    /// [`NetworkError`]: nothing is changed then.
    pub fn apply(&self) -> Result<(), NetworkError> {
        let way = self.way()?;
        *present() = way;
        Ok(())
    }

    pub(super) fn way(&self) -> Result<Way, NetworkError> {
        let mut way = Way::USUAL;
        way.proxy = self.proxy.as_ref().map(Proxy::understood).transpose()?;
        for authority in &self.authorities {
            way.authorities.extend(certificates(authority)?);
        }
        let user_agent = self.user_agent.as_deref().map(HeaderValue::from_str).transpose();
        way.user_agent = user_agent.map_err(|_| NetworkError::UserAgent)?;
        if way.user_agent.as_ref().is_some_and(HeaderValue::is_empty) {
            return Err(NetworkError::UserAgent);
        }
        Ok(way)
    }
}

impl Proxy {
    fn understood(&self) -> Result<reqwest::Proxy, NetworkError> {
        let url = Url::parse(&self.address).map_err(|_| NetworkError::Proxy)?;
        // A password in an address would be shown with it.
        let is_plain = url.username().is_empty() && url.password().is_none();
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !is_plain {
            return Err(NetworkError::Proxy);
        }
        let proxy = reqwest::Proxy::https(url).map_err(|_| NetworkError::Proxy)?;
        let proxy = proxy.no_proxy(NoProxy::from_string(THIS_MACHINE));
        Ok(match &self.login {
            Some(login) => proxy.custom_http_auth(login.header()?),
            None => proxy,
        })
    }
}

impl ProxyLogin {
    /// Not by the address: what looks like an escape there (`%20`) would be taken for one.
    fn header(&self) -> Result<HeaderValue, NetworkError> {
        // The name ends at the first colon.
        if self.user.contains(':') {
            return Err(NetworkError::Proxy);
        }
        let login = Zeroizing::new(format!("{}:{}", self.user, self.password.reveal()));
        let text = Zeroizing::new(format!("Basic {}", *Zeroizing::new(STANDARD.encode(login.as_bytes()))));
        let mut header = HeaderValue::from_str(&text).map_err(|_| NetworkError::Proxy)?;
        header.set_sensitive(true);
        Ok(header)
    }
}

/// At least one. It is read, and not believed, here.
fn certificates(file: &[u8]) -> Result<Vec<CertificateDer<'static>>, NetworkError> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let begins = file.windows(BEGIN.len()).filter(|text| *text == BEGIN).count();
    let found = match begins {
        0 => vec![CertificateDer::from(file.to_vec())],
        _ => CertificateDer::pem_slice_iter(file)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| NetworkError::Authority)?,
    };
    // What is something else, or begins in the middle of a line, would be left out without a word.
    if begins > 0 && found.len() != begins {
        return Err(NetworkError::Authority);
    }
    let mut roots = RootCertStore::empty();
    for certificate in &found {
        roots.add(certificate.clone()).map_err(|_| NetworkError::Authority)?;
    }
    Ok(found)
}

/// What has been understood of a [`Network`].
pub(super) struct Way {
    pub(super) proxy: Option<reqwest::Proxy>,
    pub(super) authorities: Vec<CertificateDer<'static>>,
    pub(super) user_agent: Option<HeaderValue>,
    /// Made once: reading the system's authorities takes longer than a request.
    tls: Option<ClientConfig>,
}

static PRESENT: Mutex<Way> = Mutex::new(Way::USUAL);

/// The way of this process.
pub(super) fn present() -> MutexGuard<'static, Way> {
    PRESENT.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Way {
    pub(super) const USUAL: Self = Self {
        proxy: None,
        authorities: Vec::new(),
        user_agent: None,
        tls: None,
    };

    /// The TLS configuration of every client that goes this way.
    pub(super) fn tls(&mut self) -> Result<ClientConfig, rustls::Error> {
        match &self.tls {
            Some(config) => Ok(config.clone()),
            None => Ok(self.tls.insert(http::tls(self.authorities.clone())?).clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rcgen::{CertificateParams, KeyPair};

    use super::*;

    fn certificate() -> rcgen::Certificate {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
        params.self_signed(&key).expect("a certificate")
    }

    fn pem(certificate: &rcgen::Certificate) -> String {
        let text = STANDARD.encode(certificate.der());
        format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
    }

    #[test]
    fn authorities_are_read_in_both_forms() {
        let (one, other) = (certificate(), certificate());
        let both = format!("{}\n{}", pem(&one), pem(&other));
        let network = Network {
            authorities: vec![one.der().to_vec(), both.into_bytes()],
            ..Network::default()
        };
        let expected = [&one, &one, &other].map(|certificate| certificate.der().clone());
        assert_eq!(network.way().map(|way| way.authorities), Ok(expected.to_vec()));
    }

    #[test]
    fn what_is_no_authority_is_refused_whole() {
        let good = certificate();
        let cut = &good.der()[..good.der().len() - 1];
        let empty_pem = b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n".as_slice();
        let with_rubbish = [pem(&good).as_bytes(), empty_pem].concat();
        let key = [
            pem(&good).as_bytes(),
            b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ]
        .concat();
        let indented = format!("{} {}", pem(&good), pem(&good)).into_bytes();
        let other = pem(&good).replace("CERTIFICATE", "TRUSTED CERTIFICATE").into_bytes();
        for bad in [
            b"".as_slice(),
            b"no certificate",
            cut,
            empty_pem,
            &with_rubbish,
            &key,
            &indented,
            &other,
        ] {
            let network = Network {
                authorities: vec![good.der().to_vec(), bad.to_vec()],
                ..Network::default()
            };
            assert_eq!(network.way().err(), Some(NetworkError::Authority), "{bad:?}");
        }
    }

    #[test]
    fn a_proxy_has_an_address_without_a_password() {
        let of = |address: &str| {
            let proxy = Proxy {
                address: address.to_owned(),
                login: None,
            };
            proxy.understood().err()
        };
        for good in [
            "http://localhost:8080",
            "https://proxy.example.org",
            "http://[::1]:3128/",
        ] {
            assert_eq!(of(good), None, "{good}");
        }
        for bad in [
            "",
            "proxy",
            "proxy:8080",
            "ftp://proxy",
            "socks5://proxy",
            "http://me:secret@proxy",
            "http://me@proxy",
        ] {
            assert_eq!(of(bad), Some(NetworkError::Proxy), "{bad}");
        }
    }

    #[test]
    fn a_proxy_s_login_is_told_as_it_was_given() {
        let login = |user: &str, password: &str| ProxyLogin {
            user: user.to_owned(),
            password: Password::new(password),
        };
        let header = login("me", "50%ab:c@d/").header().expect("a header");
        assert!(header.is_sensitive());
        let told = header.to_str().expect("ASCII").strip_prefix("Basic ").expect("Basic");
        assert_eq!(STANDARD.decode(told).expect("base64"), b"me:50%ab:c@d/");
        assert_eq!(login("m:e", "secret").header().err(), Some(NetworkError::Proxy));
    }

    #[test]
    fn nothing_of_a_password_is_shown() {
        let login = ProxyLogin {
            user: "me".to_owned(),
            password: Password::new("correct horse"),
        };
        let proxy = Proxy {
            address: "http://proxy.example.org".to_owned(),
            login: Some(login),
        };
        let network = Network {
            proxy: Some(proxy),
            ..Network::default()
        };
        assert!(!format!("{network:?}").contains("horse"));
    }

    #[test]
    fn what_is_not_understood_changes_nothing() {
        let network = |user_agent: &str| Network {
            user_agent: Some(user_agent.to_owned()),
            ..Network::default()
        };
        let usual = present().user_agent.clone();
        for bad in ["", "two\nlines", "back\0"] {
            assert_eq!(network(bad).apply(), Err(NetworkError::UserAgent), "{bad:?}");
        }
        assert_eq!(present().user_agent, usual);
    }

    proptest! {
        #[test]
        fn no_file_ends_the_app(file: Vec<u8>) {
            let _ = certificates(&file);
        }
    }
}
