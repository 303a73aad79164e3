// SPDX-License-Identifier: Apache-2.0

//! Which of the ways to log in that a homeserver offers is taken.

use keyward::login::{BrowserMethod, LoginError, LoginMethod, SsoProvider};

use super::How;
use crate::{
    context::Context,
    language::{name, say},
    output::Failure,
    secrets::PASSWORD,
};

/// A way to log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Password,
    Browser(BrowserMethod),
    DeviceCode,
}

impl Method {
    /// What people choose from.
    fn label(&self, offered: &[LoginMethod]) -> String {
        match self {
            Self::Password => say!("login-by-password"),
            Self::Browser(BrowserMethod::OAuth { .. }) => say!("login-by-browser"),
            Self::DeviceCode => say!("login-by-code"),
            Self::Browser(BrowserMethod::Sso { provider }) => {
                let named = providers(offered)
                    .iter()
                    .find(|known| Some(&known.id) == provider.as_ref());
                match named {
                    Some(named) => say!("login-by-provider", provider = name(&named.name)),
                    None => say!("login-by-sso"),
                }
            }
        }
    }
}

fn providers(offered: &[LoginMethod]) -> &[SsoProvider] {
    let providers = offered.iter().find_map(|method| match method {
        LoginMethod::Sso { providers } => Some(providers.as_slice()),
        _ => None,
    });
    providers.unwrap_or_default()
}

/// All that can be done here, the best first.
fn possible(offered: &[LoginMethod]) -> Vec<Method> {
    let mut found = Vec::new();
    for method in offered {
        match method {
            LoginMethod::OAuth {
                browser, device_code, ..
            } => {
                let in_browser = Method::Browser(BrowserMethod::OAuth { create_account: false });
                found.extend(browser.then_some(in_browser));
                found.extend(device_code.then_some(Method::DeviceCode));
            }
            LoginMethod::Password => found.push(Method::Password),
            LoginMethod::Sso { providers } if providers.is_empty() => {
                found.push(Method::Browser(BrowserMethod::Sso { provider: None }));
            }
            LoginMethod::Sso { providers } => found.extend(providers.iter().map(|provider| {
                let provider = Some(provider.id.clone());
                Method::Browser(BrowserMethod::Sso { provider })
            })),
        }
    }
    found
}

/// What the options want; `None` if they leave it open.
fn wanted(how: &How) -> Option<Method> {
    match how {
        How { password: true, .. } => Some(Method::Password),
        How { oauth: true, .. } => Some(Method::Browser(BrowserMethod::OAuth { create_account: false })),
        How { device_code: true, .. } => Some(Method::DeviceCode),
        How {
            sso: Some(provider), ..
        } => Some(Method::Browser(BrowserMethod::Sso {
            provider: provider.clone(),
        })),
        _ => None,
    }
}

/// Whether a homeserver offers what somebody wants. SSO without a provider leaves the choice to the homeserver's page.
fn is_possible(wanted: &Method, possible: &[Method]) -> bool {
    let is_sso = |method: &Method| matches!(method, Method::Browser(BrowserMethod::Sso { .. }));
    match wanted {
        Method::Browser(BrowserMethod::Sso { provider: None }) => possible.iter().any(is_sso),
        wanted => possible.contains(wanted),
    }
}

/// Takes the way that the options name, else asks where there is a choice and somebody to ask. `has_user`: a user name is
/// given, which only a login with the password needs.
pub(super) async fn choose(
    context: &Context,
    offered: &[LoginMethod],
    how: &How,
    has_user: bool,
) -> Result<Method, Failure> {
    let mut possible = possible(offered);
    if let Some(wanted) = wanted(how) {
        return match is_possible(&wanted, &possible) {
            true => Ok(wanted),
            false if wanted == Method::Password => Err(LoginError::PasswordNotOffered.into()),
            false => Err(LoginError::NotOffered.into()),
        };
    }
    let has_password = has_user || context.secrets.get(PASSWORD)?.is_some();
    if has_password && possible.contains(&Method::Password) {
        return Ok(Method::Password);
    }
    // A browser on this machine is the better way where there is one: nothing has to be typed there.
    if context.terminal.is_interactive() && !context.terminal.has_browser() {
        possible.sort_by_key(|method| *method != Method::DeviceCode);
    }
    match possible.as_slice() {
        [] => Err(Failure::from(LoginError::NotOffered).advise(say!("login-none-known"))),
        [only] => Ok(only.clone()),
        [best, ..] if !context.terminal.is_interactive() => Ok(best.clone()),
        several => {
            let labels: Vec<String> = several.iter().map(|method| method.label(offered)).collect();
            let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
            let chosen = context.terminal.choose(&say!("login-how"), &labels).await?;
            Ok(several[chosen].clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sso(provider: Option<&str>) -> Method {
        Method::Browser(BrowserMethod::Sso {
            provider: provider.map(str::to_owned),
        })
    }

    const OAUTH: Method = Method::Browser(BrowserMethod::OAuth { create_account: false });

    #[test]
    fn the_best_way_comes_first_and_each_provider_is_one() {
        let provider = |id: &str| SsoProvider {
            id: id.to_owned(),
            name: format!("The {id}"),
            brand: None,
        };
        let oauth = |browser, device_code| LoginMethod::OAuth {
            browser,
            device_code,
            create_account: false,
        };
        let several = LoginMethod::Sso {
            providers: vec![provider("a"), provider("b")],
        };
        for (offered, expected) in [
            (vec![], vec![]),
            (
                vec![oauth(true, true), LoginMethod::Password],
                vec![OAUTH, Method::DeviceCode, Method::Password],
            ),
            (vec![oauth(false, true)], vec![Method::DeviceCode]),
            (
                vec![LoginMethod::Password, several.clone()],
                vec![Method::Password, sso(Some("a")), sso(Some("b"))],
            ),
            (vec![LoginMethod::Sso { providers: vec![] }], vec![sso(None)]),
        ] {
            assert_eq!(possible(&offered), expected, "{offered:?}");
        }
        let offered = [several];
        assert_eq!(
            sso(Some("b")).label(&offered),
            "In a browser on this device, through The b"
        );
        let possible = possible(&offered);
        assert!(is_possible(&sso(None), &possible) && is_possible(&sso(Some("a")), &possible));
        assert!(!is_possible(&sso(Some("c")), &possible) && !is_possible(&OAUTH, &possible));
    }

    #[test]
    fn options_name_one_way() {
        for (how, expected) in [
            (How::default(), None),
            (
                How {
                    password: true,
                    ..How::default()
                },
                Some(Method::Password),
            ),
            (
                How {
                    oauth: true,
                    ..How::default()
                },
                Some(OAUTH),
            ),
            (
                How {
                    device_code: true,
                    ..How::default()
                },
                Some(Method::DeviceCode),
            ),
            (
                How {
                    sso: Some(None),
                    ..How::default()
                },
                Some(sso(None)),
            ),
            (
                How {
                    sso: Some(Some("a".to_owned())),
                    ..How::default()
                },
                Some(sso(Some("a"))),
            ),
        ] {
            assert_eq!(wanted(&how), expected, "{how:?}");
        }
    }
}
