//! A server's address.

use std::net::IpAddr;

use hyper::http::uri::Authority;
use thiserror::Error;

/// Why an address was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UrlError {
    /// It begins with neither `https://` nor `http://`.
    #[error("the address must begin with https:// or http://")]
    Scheme,
    /// Host or port is missing or malformed.
    #[error("the address needs a host, and a port between 1 and 65535 if any")]
    Authority,
    /// The path holds what an address must not: a query, a fragment, blanks.
    #[error("the address must not hold a query, a fragment or blanks")]
    Path,
}

/// An address of the form `https://host[:port][/base]`, or with `http`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerUrl {
    secure: bool,
    host: String,
    port: u16,
    base: String,
}

impl ServerUrl {
    /// Reads an address. The port is 443 if none is given, or 80 with `http`.
    ///
    /// # Errors
    /// See [`UrlError`].
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        let (secure, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(UrlError::Scheme),
        };
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        if path
            .chars()
            .any(|c| !c.is_ascii_graphic() || matches!(c, '?' | '#'))
        {
            return Err(UrlError::Path);
        }
        let default = if secure { 443 } else { 80 };
        let (host, port) = split_port(authority, default).ok_or(UrlError::Authority)?;
        if host.is_empty()
            || host
                .chars()
                .any(|c| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':')))
        {
            return Err(UrlError::Authority);
        }
        Ok(Self {
            secure,
            host,
            port,
            base: path.trim_end_matches('/').to_owned(),
        })
    }

    /// Whether connections begin with TLS.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether what is sent can be read on its way: plain HTTP that leaves this machine.
    pub fn is_exposed(&self) -> bool {
        let own = match self.host.parse::<IpAddr>() {
            Ok(address) => address.to_canonical().is_loopback(),
            Err(_) => self.host.eq_ignore_ascii_case("localhost"),
        };
        !self.secure && !own
    }

    /// The host's name or address, without the brackets of IPv6.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The part before `/v1/…` in a path; empty, or begins with a slash and does not end with one.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Host and port as the `Host` head has them.
    pub fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

impl std::fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority(), self.base)
    }
}

/// Host, without the brackets of IPv6, and port.
fn split_port(authority: &str, default: u16) -> Option<(String, u16)> {
    let authority: Authority = authority.parse().ok()?;
    let host = authority.host();
    // What is left besides the host is a port; somebody's name in front of it is refused.
    let port = match authority.as_str().strip_prefix(host)? {
        "" => default,
        _ => authority.port_u16().filter(|port| *port != 0)?,
    };
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    Some((bare.unwrap_or(host).to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_written_back() {
        for (text, back) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://town.example/", "http://town.example:80"),
            (
                " http://town.example/alley/ ",
                "http://town.example:80/alley",
            ),
            ("http://[::1]:9000", "http://[::1]:9000"),
            ("https://town.example", "https://town.example:443"),
            ("https://10.0.0.1:8470/a", "https://10.0.0.1:8470/a"),
        ] {
            assert_eq!(ServerUrl::parse(text).unwrap().to_string(), back);
        }
    }

    #[test]
    fn plain_http_is_exposed_once_it_leaves_this_machine() {
        for (text, exposed) in [
            ("http://127.0.0.1:1", false),
            ("http://127.8.8.8", false),
            ("http://[::1]:1", false),
            ("http://Localhost", false),
            ("http://localhost.example", true),
            ("http://192.168.1.1", true),
            ("http://town.example", true),
            ("https://town.example", false),
        ] {
            assert_eq!(
                ServerUrl::parse(text).unwrap().is_exposed(),
                exposed,
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for (text, error) in [
            ("127.0.0.1:8080", UrlError::Scheme),
            ("ftp://town.example", UrlError::Scheme),
            ("https://", UrlError::Authority),
            ("http://", UrlError::Authority),
            ("http://host:0", UrlError::Authority),
            ("http://host:99999", UrlError::Authority),
            ("http://host:", UrlError::Authority),
            ("http://host:8x", UrlError::Authority),
            ("http://[::1", UrlError::Authority),
            ("http://[::1]8080", UrlError::Authority),
            ("http://[::1]:8080:1", UrlError::Authority),
            ("http://ho%73t", UrlError::Authority),
            ("http://host?a", UrlError::Authority),
            ("http://a:b:c", UrlError::Authority),
            ("http://me@host", UrlError::Authority),
            ("http://host/a?b", UrlError::Path),
            ("http://host/a b", UrlError::Path),
        ] {
            assert_eq!(ServerUrl::parse(text), Err(error), "{text}");
        }
    }
}
