//! Configuration: one table of keys; flags over environment over file over defaults.
//!
//! Everything is checked at start. An error names the key and where its value came from, so that it
//! can be mended without reading code.

mod error;
mod keys;
mod layers;
mod reading;
mod tls;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use alleyway_ledger::DeviceBudget;

use crate::places::UNPROVEN_TIME;

pub use error::ConfigError;
pub use keys::{Expected, KEYS, Key, Shown};
pub use layers::{Layers, Source};
pub use tls::TlsFiles;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// The limits of the HTTP edge.
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
    /// The certificate that the server shows, and its key; none speaks plain HTTP.
    pub tls: Option<TlsFiles>,
    /// The HTTP edge.
    pub http: HttpLimits,
    /// The writer.
    pub writer: WriterLimits,
    /// The amounts that each device may hand in.
    pub device_budget: DeviceBudget,
    /// Documents held in memory (20 to 46 kB each).
    pub loaded_documents_max: usize,
    /// The room that stays free on the data folder's disk, in bytes: below, nothing is taken in.
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
            metrics_listen: keys::METRICS_LISTEN.read(layers, own_address)?.parse().ok(),
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
            device_budget: DeviceBudget {
                commands_per_day: keys::DEVICE_COMMANDS_PER_DAY.number(layers)?,
                documents_per_day: keys::DEVICE_DOCUMENTS_PER_DAY.number(layers)?,
                bytes_per_day: keys::DEVICE_BYTES_PER_DAY.number(layers)?,
                days: keys::DEVICE_BUDGET_DAYS.number(layers)?,
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

/// An address that nobody beyond this machine reaches; empty stays empty, and is none.
fn own_address(text: &str) -> Option<String> {
    let is_own = |address: SocketAddr| address.ip().to_canonical().is_loopback();
    let is_fit = text.is_empty() || text.parse().is_ok_and(is_own);
    is_fit.then(|| text.to_owned())
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
mod tests;
