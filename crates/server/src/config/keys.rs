//! The table of keys.

use std::path::PathBuf;
use std::time::Duration;

use super::{ConfigError, Layers};

/// One key: as written in the file; `ALLEYWAY_SERVER_` and capitals in the environment; a flag with hyphens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The name.
    pub name: &'static str,
    /// The value if none is given.
    pub default: &'static str,
    /// What it takes, to end the sentence "must be …".
    pub expected: &'static str,
    /// What it means.
    pub about: &'static str,
}

macro_rules! keys {
    ($($constant:ident: $name:literal = $default:literal, $expected:literal, $about:literal;)*) => {
        $(
            #[doc = $about]
            pub(super) const $constant: Key =
                Key { name: $name, default: $default, expected: $expected, about: $about };
        )*
        /// Every key.
        pub const KEYS: &[Key] = &[$($constant),*];
    };
}

keys! {
    DATA: "data" = "alleyway-data", "a folder", "The data folder.";
    LISTEN: "listen" = "127.0.0.1:8470", "an address with a port, such as 127.0.0.1:8470", "The address to listen on; beyond this machine only with TLS.";
    PUBLIC_URL: "public_url" = "", "empty or an http or https address", "How devices and residents reach the server; the listen address if empty.";
    TLS_CERTIFICATE: "tls_certificate" = "", "empty or a PEM file, and `tls_key` with it", "The certificate and those that vouch for it (PEM); read again when it changes and on SIGHUP.";
    TLS_KEY: "tls_key" = "", "empty or a PEM file, and `tls_certificate` with it", "The certificate's private key (PEM).";
    ALLOW_PLAIN_HTTP: "allow_plain_http" = "false", "true or false", "Listens beyond this machine without TLS: only behind a proxy that speaks TLS.";
    ADDRESS_REQUESTS_PER_MINUTE: "address_requests_per_minute" = "6000", "a whole number from 1 to 10000000", "Requests a minute from one address. Behind a proxy or one NAT address: of all clients together.";
    ADDRESS_CONNECTIONS_MAX: "address_connections_max" = "512", "a whole number from 1 to 65536", "Connections of one address at once. Behind a proxy or one NAT address: of all clients together.";
    ADDRESS_ENROLMENTS_PER_MINUTE: "address_enrolments_per_minute" = "30", "a whole number from 1 to 10000000", "Attempts to enrol a minute from one address.";
    DEVICE_REQUESTS_PER_MINUTE: "device_requests_per_minute" = "1200", "a whole number from 1 to 10000000", "Requests a minute of one enrolled device, wherever it is.";
    LIMIT_LOOPBACK: "limit_loopback" = "false", "true or false", "Whether the limits by address hold for this machine's own address too, as for a proxy on it.";
    CONNECTIONS_MAX: "connections_max" = "1024", "a whole number from 1 to 65536", "Connections served at once.";
    HEADER_SECONDS_MAX: "header_seconds_max" = "10", "a whole number from 1 to 3600", "Seconds a TLS handshake or a request's head may take, and a connection may be idle.";
    BODY_SECONDS_MAX: "body_seconds_max" = "30", "a whole number from 1 to 3600", "Seconds a request's body may take.";
    CHUNK_SECONDS_MAX: "chunk_seconds_max" = "30", "a whole number from 1 to 3600", "Seconds a client may take to accept 16 KiB of an answer.";
    DRAIN_SECONDS_MAX: "drain_seconds_max" = "20", "a whole number from 1 to 3600", "Seconds that requests in flight are waited for when the server stops.";
    REQUESTS_WAITING_MAX: "requests_waiting_max" = "1024", "a whole number from 1 to 65536", "Requests that may wait for the writer.";
    GROUP_REQUESTS_MAX: "group_requests_max" = "256", "a whole number from 1 to 4096", "Requests committed together.";
    GROUP_BYTES_MAX: "group_bytes_max" = "4194304", "a whole number from 1 to 67108864", "Bytes of requests committed together.";
    LOADED_DOCUMENTS_MAX: "loaded_documents_max" = "2000", "a whole number from 16 to 1000000", "Documents held in memory, 20 to 46 kB each.";
    DISK_RESERVE_BYTES: "disk_reserve_bytes" = "268435456", "a whole number from 0 to 1125899906842624", "Bytes that stay free on the data folder's disk: below, nothing is taken in (507 `disk_full`); 0 for no reserve.";
    LOG_LEVEL: "log_level" = "info", "a level (error, warn, info, debug, trace) or a filter", "What is logged.";
    LOG_FORMAT: "log_format" = "json", "json or text", "How log lines look.";
}

/// The largest reserve that is taken: a pebibyte.
pub(super) const DISK_RESERVE_BYTES_MAX: u64 = 1 << 50;

impl Key {
    /// The key's value, as `parse` reads it.
    pub(super) fn read<T>(
        self,
        layers: &Layers,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, ConfigError> {
        let (value, source_of) = layers.value(self);
        parse(&value).ok_or(ConfigError::BadValue {
            key: self.name,
            value,
            source_of,
            expected: self.expected,
        })
    }

    /// A whole number within bounds.
    pub(super) fn number(
        self,
        layers: &Layers,
        least: usize,
        most: usize,
    ) -> Result<usize, ConfigError> {
        self.read(layers, |text| {
            text.parse().ok().filter(|n| (least..=most).contains(n))
        })
    }

    /// How many a minute.
    pub(super) fn per_minute(self, layers: &Layers) -> Result<u32, ConfigError> {
        self.read(layers, |text| {
            text.parse().ok().filter(|n| (1..=10_000_000).contains(n))
        })
    }

    /// Yes or no.
    pub(super) fn flag(self, layers: &Layers) -> Result<bool, ConfigError> {
        self.read(layers, |text| text.parse().ok())
    }

    /// A file, if one is named.
    pub(super) fn file(self, layers: &Layers) -> Result<Option<PathBuf>, ConfigError> {
        self.read(layers, |text| {
            Some((!text.is_empty()).then(|| PathBuf::from(text)))
        })
    }

    /// From a second to an hour.
    pub(super) fn seconds(self, layers: &Layers) -> Result<Duration, ConfigError> {
        self.read(layers, |text| {
            text.parse()
                .ok()
                .filter(|n| (1..=3_600).contains(n))
                .map(Duration::from_secs)
        })
    }
}
