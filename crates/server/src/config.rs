//! Configuration: one table of keys; flags over environment over file over defaults.
//!
//! Everything is checked at start. An error names the key and where its value came from, so that it
//! can be mended without reading code.

mod keys;
mod layers;
mod reading;
mod tls;

use std::fmt::Display;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::start as said;
use thiserror::Error;

use crate::places::UNPROVEN_TIME;
use crate::said::{Said, because};

pub use keys::{Expected, KEYS, Key, Shown};
pub use layers::{Layers, Source};
pub use tls::TlsFiles;

/// Why a configuration was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// The file could not be read.
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// The file is no TOML.
    Syntax {
        /// The file.
        path: String,
        /// Where and why.
        reason: String,
    },
    /// A key that does not exist.
    UnknownKey {
        /// The key.
        key: String,
        /// Where it stands.
        source_of: Source,
        /// Every key there is.
        known: String,
    },
    /// A value that its key does not take.
    BadValue {
        /// The key.
        key: &'static str,
        /// The value.
        value: String,
        /// Where it stands.
        source_of: Source,
        /// What the key takes.
        expected: Expected,
    },
    /// A certificate without its key, or the other way round.
    HalfTls {
        /// The key that is not set.
        missing: &'static str,
    },
    /// Whoever is between would read everything.
    PlainBeyondLoopback {
        /// The address.
        listen: SocketAddr,
        /// Where it stands.
        source_of: Source,
    },
}

impl ConfigError {
    /// The text, and the values of its places, some of which are texts themselves.
    fn said(&self, lang: Lang) -> Said {
        let text = |name, value: &dyn Display| (name, value.to_string());
        match self {
            Self::Unreadable { path, reason } => (
                said::CONFIG_UNREADABLE,
                vec![text("path", path), because(reason)],
            ),
            Self::Syntax { path, reason } => (
                said::CONFIG_SYNTAX,
                vec![text("path", path), because(reason)],
            ),
            Self::UnknownKey {
                key,
                source_of,
                known,
            } => (
                said::UNKNOWN_KEY,
                vec![
                    text("key", key),
                    ("source", source_of.text(lang)),
                    text("known", known),
                ],
            ),
            Self::BadValue {
                key,
                value,
                source_of,
                expected,
            } => (
                said::BAD_VALUE,
                vec![
                    text("key", key),
                    text("value", value),
                    ("source", source_of.text(lang)),
                    ("expected", expected.text(lang)),
                ],
            ),
            Self::HalfTls { missing } => (said::HALF_TLS, vec![text("missing", missing)]),
            Self::PlainBeyondLoopback { listen, source_of } => (
                said::PLAIN_BEYOND_LOOPBACK,
                vec![text("listen", listen), ("source", source_of.text(lang))],
            ),
        }
    }
}

impl ConfigError {
    /// Why, for people.
    pub fn text(&self, lang: Lang) -> String {
        let (message, values) = self.said(lang);
        message.fill(lang, &values)
    }
}

impl Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// What the HTTP edge grants a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpLimits {
    /// Connections served at once; one more is answered 503 and closed.
    pub connections_max: usize,
    /// How long a TLS handshake or a request's head may take, and a connection may be idle.
    pub header_time_max: Duration,
    /// How long a request's body may take, first byte to last.
    pub body_time_max: Duration,
    /// How long a client may take to accept 16 KiB of an answer.
    pub chunk_time_max: Duration,
    /// How long requests in flight are waited for at the end.
    pub drain_time_max: Duration,
    /// Requests a minute from one address; a minute's worth may come at once.
    pub address_requests_per_minute: u32,
    /// Connections of one address at once.
    pub address_connections_max: usize,
    /// Attempts to enrol a minute from one address.
    pub address_enrolments_per_minute: u32,
    /// Requests a minute of one device.
    pub device_requests_per_minute: u32,
    /// Whether the limits by address hold for loopback addresses too.
    pub limit_loopback: bool,
    /// How long a connection that has proved nothing is silent before another may have its place.
    pub unproven_time: Duration,
}

/// How much the writer takes at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriterLimits {
    /// Requests that may wait; one more is answered 503 `busy`.
    pub requests_waiting_max: usize,
    /// Requests committed together.
    pub group_requests_max: usize,
    /// Bytes of requests committed together.
    pub group_bytes_max: usize,
}

/// A checked configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The data folder.
    pub data: PathBuf,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// Where the metrics are read over HTTP, an address of this machine alone; none if only through
    /// the administration's socket.
    pub metrics_listen: Option<SocketAddr>,
    /// How devices and residents reach the server; none if as it listens.
    pub public_url: Option<String>,
    /// What the server shows itself with; none speaks plain HTTP.
    pub tls: Option<TlsFiles>,
    /// The HTTP edge.
    pub http: HttpLimits,
    /// The writer.
    pub writer: WriterLimits,
    /// Documents held in memory (20 to 46 kB each).
    pub loaded_documents_max: usize,
    /// What stays free on the data folder's disk, in bytes: below, nothing is taken in.
    pub disk_reserve_bytes: u64,
    /// A filter as `tracing-subscriber` reads it: `info`, `warn`, `info,alleyway_server=debug`.
    pub log_level: String,
    /// How log lines look.
    pub log_format: LogFormat,
}

impl Config {
    /// Reads every key from the layers and checks it.
    pub fn resolve(layers: &Layers) -> Result<Self, ConfigError> {
        let listen = keys::LISTEN.read(layers, |text| text.parse().ok())?;
        let tls = TlsFiles::resolve(layers)?;
        tls::check_reach(layers, listen, tls.is_some())?;
        Ok(Self {
            data: keys::DATA.read(layers, |text| {
                (!text.is_empty()).then(|| PathBuf::from(text))
            })?,
            listen,
            metrics_listen: keys::METRICS_LISTEN.read(layers, own_address)?,
            tls,
            public_url: Some(keys::PUBLIC_URL.read(layers, valid_url)?)
                .filter(|url| !url.is_empty()),
            http: HttpLimits {
                connections_max: keys::CONNECTIONS_MAX.number(layers)?,
                header_time_max: keys::HEADER_SECONDS_MAX.seconds(layers)?,
                body_time_max: keys::BODY_SECONDS_MAX.seconds(layers)?,
                chunk_time_max: keys::CHUNK_SECONDS_MAX.seconds(layers)?,
                drain_time_max: keys::DRAIN_SECONDS_MAX.seconds(layers)?,
                address_requests_per_minute: keys::ADDRESS_REQUESTS_PER_MINUTE.number(layers)?,
                address_connections_max: keys::ADDRESS_CONNECTIONS_MAX.number(layers)?,
                address_enrolments_per_minute: keys::ADDRESS_ENROLMENTS_PER_MINUTE
                    .number(layers)?,
                device_requests_per_minute: keys::DEVICE_REQUESTS_PER_MINUTE.number(layers)?,
                limit_loopback: keys::LIMIT_LOOPBACK.yes_or_no(layers)?,
                unproven_time: UNPROVEN_TIME,
            },
            writer: WriterLimits {
                requests_waiting_max: keys::REQUESTS_WAITING_MAX.number(layers)?,
                group_requests_max: keys::GROUP_REQUESTS_MAX.number(layers)?,
                group_bytes_max: keys::GROUP_BYTES_MAX.number(layers)?,
            },
            loaded_documents_max: keys::LOADED_DOCUMENTS_MAX.number(layers)?,
            disk_reserve_bytes: keys::DISK_RESERVE_BYTES.number(layers)?,
            log_level: keys::LOG_LEVEL.read(layers, valid_filter)?,
            log_format: keys::LOG_FORMAT.read(layers, |text| match text {
                "json" => Some(LogFormat::Json),
                "text" => Some(LogFormat::Text),
                _ => None,
            })?,
        })
    }

    /// How devices and residents reach a server that listens at `address`.
    pub fn url(&self, address: SocketAddr) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        self.public_url
            .clone()
            .unwrap_or_else(|| format!("{scheme}://{address}"))
    }
}

/// An address that nobody beyond this machine reaches; empty is none.
fn own_address(text: &str) -> Option<Option<SocketAddr>> {
    if text.is_empty() {
        return Some(None);
    }
    let address: SocketAddr = text.parse().ok()?;
    let is_own = address.ip().to_canonical().is_loopback();
    is_own.then_some(Some(address))
}

/// An `http` or `https` address without a trailing slash; empty stays empty.
fn valid_url(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some(String::new());
    }
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))?;
    let plain = !host.is_empty()
        && host
            .chars()
            .all(|c| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '"' | '<' | '>'));
    plain.then(|| text.trim_end_matches('/').to_owned())
}

fn valid_filter(text: &str) -> Option<String> {
    tracing_subscriber::EnvFilter::try_new(text)
        .is_ok()
        .then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alleyway_catalogue::Lang;

    fn layers(
        file: &str,
        environment: &[(&str, &str)],
        flags: &[(&'static str, &str)],
    ) -> Result<Layers, ConfigError> {
        let mut layers = Layers::default();
        layers.add_file_text("alleyway.toml", file)?;
        layers.add_environment(
            environment
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned())),
        )?;
        for (key, value) in flags {
            let key = KEYS.iter().find(|known| known.name == *key).unwrap();
            layers.add_flag(key, (*value).to_owned());
        }
        Ok(layers)
    }

    fn resolve(
        file: &str,
        environment: &[(&str, &str)],
        flags: &[(&'static str, &str)],
    ) -> Result<Config, ConfigError> {
        Config::resolve(&layers(file, environment, flags)?)
    }

    #[test]
    fn flags_win_over_environment_over_file_over_defaults() {
        let file = "listen = \"127.0.0.1:1\"\nconnections_max = 7\nbody_seconds_max = 3";
        let environment = [
            ("ALLEYWAY_SERVER_LISTEN", "127.0.0.1:2"),
            ("ALLEYWAY_SERVER_CONNECTIONS_MAX", "8"),
        ];
        let config = resolve(file, &environment, &[("listen", "127.0.0.1:3")]).unwrap();
        assert_eq!(config.listen.port(), 3);
        assert_eq!(config.http.connections_max, 8);
        assert_eq!(config.http.body_time_max, Duration::from_secs(3));
        assert_eq!(config.loaded_documents_max, 2_000);
        assert_eq!(config.public_url, None);
    }

    #[test]
    fn an_error_names_the_key_the_value_and_where_it_came_from() {
        for (file, environment, flags, parts) in [
            (
                "connections_max = 0",
                &[][..],
                &[][..],
                ["connections_max", "`0`", "alleyway.toml"],
            ),
            (
                "",
                &[("ALLEYWAY_SERVER_LISTEN", "here")][..],
                &[][..],
                ["listen", "`here`", "ALLEYWAY_SERVER_LISTEN"],
            ),
            (
                "",
                &[][..],
                &[("log_format", "xml")][..],
                ["log_format", "`xml`", "--log-format"],
            ),
            (
                "public_url = \"ftp://a\"",
                &[][..],
                &[][..],
                ["public_url", "`ftp://a`", "alleyway.toml"],
            ),
            (
                "body_seconds_max = true",
                &[][..],
                &[][..],
                ["body_seconds_max", "`true`", "alleyway.toml"],
            ),
        ] {
            let error = resolve(file, environment, flags).unwrap_err().to_string();
            for part in parts {
                assert!(error.contains(part), "{part} in {error}");
            }
        }
    }

    #[test]
    fn an_unknown_key_is_named_in_file_and_environment() {
        let error = resolve("listne = \"x\"", &[], &[]).unwrap_err().to_string();
        assert!(
            error.contains("listne") && error.contains("alleyway.toml") && error.contains("listen"),
            "{error}"
        );
        let error = resolve("", &[("ALLEYWAY_SERVER_LISTNE", "x")], &[])
            .unwrap_err()
            .to_string();
        assert!(error.contains("ALLEYWAY_SERVER_LISTNE"), "{error}");
    }

    #[test]
    fn a_file_that_is_no_toml_is_refused_with_its_line() {
        let error = resolve("listen =", &[], &[]).unwrap_err().to_string();
        assert!(
            error.contains("alleyway.toml") && error.contains("line 1"),
            "{error}"
        );
    }

    #[test]
    fn beyond_this_machine_it_takes_tls_or_a_word_that_plain_http_is_meant() {
        for open in ["0.0.0.0:1", "192.168.1.2:1", "[::]:1", "[2001:db8::1]:1"] {
            let flags = [("listen", open)];
            let error = resolve("", &[], &flags).unwrap_err().to_string();
            for part in [
                open,
                "--listen",
                "tls_certificate",
                "tls_key",
                "allow_plain_http = true",
            ] {
                assert!(error.contains(part), "{part} in {error}");
            }
            assert!(
                resolve("allow_plain_http = true", &[], &flags).is_ok(),
                "{open}"
            );
            let config = resolve("tls_certificate = \"c\"\ntls_key = \"k\"", &[], &flags).unwrap();
            assert_eq!(config.url(config.listen), format!("https://{open}"));
        }
        for own in [
            "127.0.0.1:1",
            "127.9.9.9:1",
            "[::1]:1",
            "[::ffff:127.0.0.1]:1",
        ] {
            let config = resolve("", &[], &[("listen", own)]).unwrap();
            assert_eq!(config.url(config.listen), format!("http://{own}"));
        }
    }

    #[test]
    fn metrics_are_read_on_this_machine_alone_and_over_http_only_if_that_is_said() {
        assert_eq!(resolve("", &[], &[]).unwrap().metrics_listen, None);
        for own in ["127.0.0.1:8471", "[::1]:8471", "[::ffff:127.0.0.1]:1"] {
            let config = resolve("", &[], &[("metrics_listen", own)]).unwrap();
            assert_eq!(config.metrics_listen, Some(own.parse().unwrap()));
        }
        let open = "allow_plain_http = true\ntls_certificate = \"c\"\ntls_key = \"k\"";
        for other in ["0.0.0.0:8471", "192.168.1.2:1", "[::]:1", "8471"] {
            let error = resolve(open, &[], &[("metrics_listen", other)]).unwrap_err();
            assert!(error.to_string().contains(other), "{error}");
        }
    }

    #[test]
    fn a_certificate_and_its_key_are_set_together() {
        for (set, missing) in [
            ("tls_key", "tls_certificate"),
            ("tls_certificate", "tls_key"),
        ] {
            let error = resolve("", &[], &[(set, "file.pem")]).unwrap_err();
            assert_eq!(error, ConfigError::HalfTls { missing });
        }
    }

    #[test]
    fn a_village_behind_one_address_is_within_the_limits_by_default() {
        let limits = resolve("", &[], &[]).unwrap().http;
        let (phones, requests_each) = (472, 10);
        assert!(limits.address_connections_max >= phones as usize);
        assert!(limits.address_requests_per_minute >= phones * requests_each);
    }

    #[test]
    fn what_is_printed_is_read_back() {
        let first = layers("group_requests_max = 9", &[], &[("data", "/tmp/a b\"c")]).unwrap();
        let printed = first.print(Lang::En);
        let again = resolve(&printed, &[], &[]).unwrap();
        assert_eq!(Config::resolve(&first).unwrap(), again);
    }
}
