//! The counters behind `/metrics`.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use alleyway_core::ledger::LedgerStats;
use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use super::published::Published;
use crate::store::StoreStats;

/// A route, as logs and metrics name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// `POST /v1/sync`
    Sync,
    /// `POST /v1/enrol`
    Enrol,
    /// `GET /v1/track/{code}`
    Track,
    /// `GET /healthz`
    Health,
    /// `GET /readyz`
    Ready,
    /// `GET /metrics`
    Metrics,
    /// `POST /demo/clock`
    DemoClock,
    /// Anything else.
    Other,
}

impl Route {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Enrol => "enrol",
            Self::Track => "track",
            Self::Health => "healthz",
            Self::Ready => "readyz",
            Self::Metrics => "metrics",
            Self::DemoClock => "demo_clock",
            Self::Other => "other",
        }
    }
}

/// A limit that refuses, as metrics name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Requests a minute from one address.
    AddressRequests,
    /// Connections of one address.
    AddressConnections,
    /// Attempts to enrol from one address.
    AddressEnrolments,
    /// Requests a minute of one device.
    DeviceRequests,
}

impl Limit {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::AddressRequests => "address_requests",
            Self::AddressConnections => "address_connections",
            Self::AddressEnrolments => "address_enrolments",
            Self::DeviceRequests => "device_requests",
        }
    }
}

type Labels = [(&'static str, String); 2];
type OneLabel = [(&'static str, &'static str); 1];
type NewHistogram = fn() -> Histogram;

/// Everything that is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    request_seconds: Family<OneLabel, Histogram, NewHistogram>,
    /// Connections that are open.
    pub connections: Gauge,
    /// Connections for which there was no place.
    pub connections_refused: Counter,
    limited: Family<OneLabel, Counter>,
    /// TLS handshakes that did not come to an end: broken off, too slow, or no TLS at all.
    pub tls_handshakes_failed: Counter,
    tls_reloads: Family<OneLabel, Counter>,
    /// Requests that wait for the writer.
    pub requests_waiting: Gauge,
    /// Requests for which the queue was full.
    pub writer_refused: Counter,
    /// Bytes of flights received, unpacked.
    pub flight_bytes_in: Counter,
    /// Bytes of responses sent, before packing.
    pub flight_bytes_out: Counter,
    /// Bytes of flights received, packed.
    pub packed_bytes_in: Counter,
    /// Bytes of responses sent, packed.
    pub packed_bytes_out: Counter,
    /// How long each commit took.
    pub commit_seconds: Histogram,
    /// Requests answered after one commit.
    pub group_requests: Histogram,
    /// Records that the background scan has read.
    pub scanned_records: Counter,
    published: std::sync::Arc<Mutex<Published>>,
}

impl Default for Metrics {
    fn default() -> Self {
        let published = std::sync::Arc::new(Mutex::new(Published::default()));
        let mut metrics = Self {
            registry: Registry::with_prefix("alleyway"),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(request_histogram),
            connections: Gauge::default(),
            connections_refused: Counter::default(),
            limited: Family::default(),
            tls_handshakes_failed: Counter::default(),
            tls_reloads: Family::default(),
            requests_waiting: Gauge::default(),
            writer_refused: Counter::default(),
            flight_bytes_in: Counter::default(),
            flight_bytes_out: Counter::default(),
            packed_bytes_in: Counter::default(),
            packed_bytes_out: Counter::default(),
            commit_seconds: Histogram::new(exponential_buckets(0.000_5, 2.0, 14)),
            group_requests: Histogram::new(exponential_buckets(1.0, 2.0, 9)),
            scanned_records: Counter::default(),
            published: published.clone(),
        };
        metrics.register();
        metrics.registry.register_collector(Box::new(super::published::Collected(published)));
        metrics
    }
}

/// From half a millisecond to 8 seconds.
fn request_histogram() -> Histogram {
    Histogram::new(exponential_buckets(0.000_5, 2.0, 15))
}

impl Metrics {
    fn register(&mut self) {
        let to = &mut self.registry;
        to.register("http_requests", "Requests answered, by route and status", self.requests.clone());
        to.register("http_request_seconds", "Until the answer's head was ready", self.request_seconds.clone());
        to.register("connections", "Open connections", self.connections.clone());
        to.register("connections_refused", "Connections beyond the limit", self.connections_refused.clone());
        to.register("limited", "Requests and connections beyond a limit by address or device", self.limited.clone());
        to.register("tls_handshakes_failed", "TLS handshakes without an end", self.tls_handshakes_failed.clone());
        to.register("tls_reloads", "Certificates read again, by result", self.tls_reloads.clone());
        to.register("writer_requests_waiting", "Requests that wait for the writer", self.requests_waiting.clone());
        to.register("writer_requests_refused", "Requests for which the queue was full", self.writer_refused.clone());
        to.register("flight_in_bytes", "Bytes of flights received, unpacked", self.flight_bytes_in.clone());
        to.register("flight_out_bytes", "Bytes of responses, before packing", self.flight_bytes_out.clone());
        to.register("flight_in_packed_bytes", "Bytes of flights received, packed", self.packed_bytes_in.clone());
        to.register("flight_out_packed_bytes", "Bytes of responses, packed", self.packed_bytes_out.clone());
        to.register("commit_seconds", "How long each commit took", self.commit_seconds.clone());
        to.register("scanned_records", "Records the background scan has read", self.scanned_records.clone());
        to.register("group_requests", "Requests answered after one commit", self.group_requests.clone());
    }

    /// Counts a request that was answered.
    pub fn request(&self, route: Route, status: u16, seconds: f64) {
        self.requests.get_or_create(&[("route", route.word().to_owned()), ("status", status.to_string())]).inc();
        self.request_seconds.get_or_create(&[("route", route.word())]).observe(seconds);
    }

    /// Counts what a limit refused.
    pub fn limited(&self, limit: Limit) {
        self.limited.get_or_create(&[("limit", limit.word())]).inc();
    }

    /// Counts a certificate that was read again, and whether it was taken.
    pub fn tls_reloaded(&self, taken: bool) {
        self.tls_reloads.get_or_create(&[("result", if taken { "taken" } else { "refused" })]).inc();
    }

    /// Takes the ledger's and the store's own counters, as they stood after a group.
    pub fn publish(&self, ledger: LedgerStats, store: StoreStats) {
        *self.published.lock().unwrap_or_else(PoisonError::into_inner) = Published { ledger, store };
    }

    /// Whether nobody is answered until an administrator has confirmed the devices, as the writer
    /// last published it.
    pub fn is_quarantined(&self) -> bool {
        self.published.lock().unwrap_or_else(PoisonError::into_inner).ledger.quarantine
    }

    /// The text that Prometheus reads.
    ///
    /// # Errors
    /// None in practice: writing to a string does not fail.
    pub fn encode(&self) -> Result<String, fmt::Error> {
        let mut out = String::new();
        text::encode(&mut out, &self.registry)?;
        Ok(out)
    }
}
