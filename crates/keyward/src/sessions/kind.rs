// SPDX-License-Identifier: Apache-2.0

//! What kind of device a session runs on, derived from what its client says.
//!
//! Servers send no user agents any more (MSC3852 is closed), so the words in names decide. A name that is a user agent
//! is read by the same rules. If nothing fits, the kind is unknown.

use crate::sessions::client_info::ClientInformation;

/// What a session runs on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DeviceKind {
    /// A program on a computer.
    Desktop,
    /// An app on a phone or tablet.
    Mobile,
    /// A page in a browser.
    Web,
    /// Not known.
    #[default]
    Unknown,
}

/// Words that indicate a kind, the more specific ones first: `Chrome Mobile` runs on a phone, Electron has Chrome's
/// name in its user agent, and a browser names the system that it runs on.
const WORDS: [(DeviceKind, &[&str]); 4] = [
    (
        DeviceKind::Mobile,
        &[
            "android", "ios", "ipad", "ipados", "iphone", "ipod", "mobile", "phone", "tablet",
        ],
    ),
    (DeviceKind::Desktop, &["desktop", "electron"]),
    (
        DeviceKind::Web,
        &[
            "browser", "brave", "chrome", "chromium", "edg", "edge", "firefox", "msie", "opera", "opr", "safari",
            "trident", "vivaldi", "web",
        ],
    ),
    (
        DeviceKind::Desktop,
        &[
            "debian",
            "fedora",
            "fractal",
            "iamb",
            "linux",
            "mac",
            "macos",
            "nheko",
            "quaternion",
            "thunderbird",
            "ubuntu",
            "weechat",
            "windows",
            "x11",
        ],
    ),
];

impl DeviceKind {
    /// From what the client says about itself, else from the session's public name. A client with a URL is a web page.
    pub(super) fn of(client: Option<&ClientInformation>, name: Option<&str>) -> Self {
        if client
            .and_then(|client| client.url.as_deref())
            .is_some_and(|url| !url.trim().is_empty())
        {
            return Self::Web;
        }
        [client.and_then(|client| client.name.as_deref()), name]
            .into_iter()
            .flatten()
            .map(Self::of_text)
            .find(|kind| *kind != Self::Unknown)
            .unwrap_or_default()
    }

    /// From a name or a user agent.
    fn of_text(text: &str) -> Self {
        let lower = text.to_lowercase();
        let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
        WORDS
            .iter()
            .find(|(_, telling)| words.iter().any(|word| telling.contains(word)))
            .map_or(Self::Unknown, |(kind, _)| *kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_user_agents_tell_the_kind() {
        for (text, expected) in [
            // Names that clients give their sessions.
            ("app.element.io: Firefox on Ubuntu", DeviceKind::Web),
            ("Element Desktop: Linux", DeviceKind::Desktop),
            ("Element X Android", DeviceKind::Mobile),
            ("Element iOS", DeviceKind::Mobile),
            ("FluffyChat web", DeviceKind::Web),
            ("FluffyChat linux", DeviceKind::Desktop),
            ("Cinny Web", DeviceKind::Web),
            ("nheko", DeviceKind::Desktop),
            ("Anna's phone", DeviceKind::Mobile),
            // User agents.
            (
                "Element dbg/1.5.0-dev (Xiaomi; Mi 9T; Android 11; RKQ1.200826.002; Flavour GooglePlay; MatrixAndroidSdk2 1.5.2)",
                DeviceKind::Mobile,
            ),
            (
                "Element/1.8.21 (iPhone XS Max; iOS 15.2; Scale/3.00)",
                DeviceKind::Mobile,
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 8_4_1 like Mac OS X) AppleWebKit/600.1.4 Version/8.0 Mobile/12H321 Safari/600.1.4",
                DeviceKind::Mobile,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 ElementNightly/2022091301 Chrome/104.0 Electron/20.1.1 Safari/537.36",
                DeviceKind::Desktop,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/104.0 Safari/537.36",
                DeviceKind::Web,
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Firefox/102.0",
                DeviceKind::Web,
            ),
            // Words inside of words tell nothing.
            ("Macaroni webhook", DeviceKind::Unknown),
            ("Kiosk in the kitchen", DeviceKind::Unknown),
            ("AbcDefGhi", DeviceKind::Unknown),
            ("", DeviceKind::Unknown),
        ] {
            assert_eq!(DeviceKind::of_text(text), expected, "{text}");
        }
    }

    #[test]
    fn the_client_tells_before_the_name() {
        let client = |name: Option<&str>, url: Option<&str>| ClientInformation {
            name: name.map(str::to_owned),
            version: None,
            url: url.map(str::to_owned),
        };
        for (client, name, expected) in [
            (None, None, DeviceKind::Unknown),
            (None, Some("Element iOS"), DeviceKind::Mobile),
            (
                Some(client(Some("Element"), Some("app.element.io"))),
                Some("my phone"),
                DeviceKind::Web,
            ),
            (Some(client(Some("Element"), Some(" "))), None, DeviceKind::Unknown),
            (
                Some(client(Some("Element Desktop"), None)),
                Some("my phone"),
                DeviceKind::Desktop,
            ),
            (Some(client(Some("Element"), None)), Some("Android"), DeviceKind::Mobile),
        ] {
            assert_eq!(DeviceKind::of(client.as_ref(), name), expected, "{client:?} {name:?}");
        }
    }
}
