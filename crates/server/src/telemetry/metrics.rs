//! The counters that metrics are made of.

mod registered;

use std::fmt;
use std::sync::{Mutex, PoisonError};

use alleyway_ledger::LedgerStats;
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
    /// `GET /v1/q/…`
    Read,
    /// `POST /v1/q/import`
    Import,
    /// `GET /v1/openapi.json`
    OpenApi,
    /// `GET /healthz`
    Health,
    /// `GET /readyz`
    Ready,
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
            Self::Read => "q",
            Self::Import => "import",
            Self::OpenApi => "openapi",
            Self::Health => "healthz",
            Self::Ready => "readyz",
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
    /// Flights of one device a minute over a challenge that is void.
    DeviceChallenges,
    /// Answers to one device at once.
    DeviceAnswers,
    /// Bodies that take longer than their time, of one device, one address or of all.
    SlowBodies,
}

impl Limit {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::AddressRequests => "address_requests",
            Self::AddressConnections => "address_connections",
            Self::AddressEnrolments => "address_enrolments",
            Self::DeviceRequests => "device_requests",
            Self::DeviceChallenges => "device_challenges",
            Self::DeviceAnswers => "device_answers",
            Self::SlowBodies => "slow_bodies",
        }
    }
}

type Labels = [(&'static str, String); 2];
type OneLabel = [(&'static str, &'static str); 1];
type NewHistogram = fn() -> Histogram;

/// The code of an error that should not be able to happen.
const INTERNAL: &str = "internal";
/// The results of reading a certificate again.
const RELOADED: [&str; 2] = ["taken", "refused"];

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
    /// Connections without proof that were ended to make room for others.
    pub connections_ended: Counter,
    limited: Family<OneLabel, Counter>,
    /// TLS handshakes that did not come to an end: broken off, too slow, or no TLS at all.
    pub tls_handshakes_failed: Counter,
    tls_reloads: Family<OneLabel, Counter>,
    errors: Family<OneLabel, Counter>,
    /// Requests that wait for the writer.
    pub requests_waiting: Gauge,
    /// How long each request waited for its turn.
    pub writer_wait_seconds: Histogram,
    /// Requests for which the queue was full.
    pub writer_refused: Counter,
    /// Signatures of flights and batches that were checked.
    pub signatures_checked: Counter,
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
    /// Bytes that each commit handed to the engine and the files beside it.
    pub commit_bytes: Histogram,
    fsync_seconds: Family<OneLabel, Histogram, NewHistogram>,
    /// Requests answered after one commit.
    pub group_requests: Histogram,
    /// Records that the background scan has read.
    pub scanned_records: Counter,
    /// When the last verified backup was made, in seconds since 1970; 0 if there was none.
    backup_made: Gauge,
    /// The last sequence in it.
    backup_sequence: Gauge,
    /// Rounds that the background scan has finished.
    pub scans: Counter,
    /// When the last of them ended, in seconds since 1970.
    pub scan_ended: Gauge,
    /// When this process started to serve, in seconds since 1970.
    pub started: Gauge,
    /// When a server of this folder last ended by itself, in seconds since 1970; 0 if none did.
    pub last_failure: Gauge,
    /// The same, if what ended it was a record, a chain or a sum that did not hold.
    pub last_damage: Gauge,
    /// How many documents may be in memory.
    pub loaded_documents_max: Gauge,
    /// The bytes that are free on the data folder's disk.
    pub disk_free_bytes: Gauge,
    /// The bytes that are to stay free on it.
    pub disk_reserve_bytes: Gauge,
    disk_used_bytes: Family<OneLabel, Gauge>,
    tls_ends: Family<OneLabel, Gauge>,
    cache_entries: Family<OneLabel, Gauge>,
    cache_entries_max: Family<OneLabel, Gauge>,
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
            connections_ended: Counter::default(),
            limited: Family::default(),
            tls_handshakes_failed: Counter::default(),
            tls_reloads: Family::default(),
            errors: Family::default(),
            requests_waiting: Gauge::default(),
            writer_wait_seconds: request_histogram(),
            writer_refused: Counter::default(),
            signatures_checked: Counter::default(),
            flight_bytes_in: Counter::default(),
            flight_bytes_out: Counter::default(),
            packed_bytes_in: Counter::default(),
            packed_bytes_out: Counter::default(),
            commit_seconds: Histogram::new(exponential_buckets(0.000_5, 2.0, 14)),
            commit_bytes: Histogram::new(exponential_buckets(1_024.0, 4.0, 9)),
            fsync_seconds: Family::new_with_constructor(fsync_histogram),
            group_requests: Histogram::new(exponential_buckets(1.0, 2.0, 9)),
            scanned_records: Counter::default(),
            backup_made: Gauge::default(),
            backup_sequence: Gauge::default(),
            scans: Counter::default(),
            scan_ended: Gauge::default(),
            started: Gauge::default(),
            last_failure: Gauge::default(),
            last_damage: Gauge::default(),
            loaded_documents_max: Gauge::default(),
            disk_free_bytes: Gauge::default(),
            disk_reserve_bytes: Gauge::default(),
            disk_used_bytes: Family::default(),
            tls_ends: Family::default(),
            cache_entries: Family::default(),
            cache_entries_max: Family::default(),
            published: published.clone(),
        };
        metrics.register();
        metrics.begin_at_zero();
        metrics
            .registry
            .register_collector(Box::new(super::published::Collected(published)));
        metrics
    }
}

/// From a tenth of a millisecond to 13 seconds.
fn fsync_histogram() -> Histogram {
    Histogram::new(exponential_buckets(0.000_1, 2.0, 18))
}

/// From half a millisecond to 8 seconds.
fn request_histogram() -> Histogram {
    Histogram::new(exponential_buckets(0.000_5, 2.0, 15))
}

fn count(entries: usize) -> i64 {
    i64::try_from(entries).unwrap_or(i64::MAX)
}

fn bytes_of(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

impl Metrics {
    /// Begins the counts that alarms ask about at the start: to Prometheus, a count that begins at
    /// 1 has not grown.
    fn begin_at_zero(&self) {
        drop(self.errors.get_or_create(&[("code", INTERNAL)]));
        for result in RELOADED {
            drop(self.tls_reloads.get_or_create(&[("result", result)]));
        }
    }

    /// Notes the last verified backup: when it was made, in seconds since 1970, and how far it goes.
    pub fn backed_up(&self, seconds: i64, sequence: u64) {
        self.backup_made.set(seconds);
        self.backup_sequence
            .set(i64::try_from(sequence).unwrap_or(i64::MAX));
    }

    /// Counts a request that was answered.
    pub fn request(&self, route: Route, status: u16, seconds: f64) {
        self.requests
            .get_or_create(&[
                ("route", route.word().to_owned()),
                ("status", status.to_string()),
            ])
            .inc();
        self.request_seconds
            .get_or_create(&[("route", route.word())])
            .observe(seconds);
    }

    /// Counts an error that was answered.
    pub fn error(&self, code: &'static str) {
        self.errors.get_or_create(&[("code", code)]).inc();
    }

    /// Notes how long a file took to be synced.
    pub fn synced(&self, file: &'static str, seconds: f64) {
        self.fsync_seconds
            .get_or_create(&[("file", file)])
            .observe(seconds);
    }

    /// Notes how many entries a bounded table has, of how many at most.
    pub fn cache(&self, cache: &'static str, entries: usize, entries_max: usize) {
        self.cache_entries
            .get_or_create(&[("cache", cache)])
            .set(count(entries));
        self.cache_entries_max
            .get_or_create(&[("cache", cache)])
            .set(count(entries_max));
    }

    /// Notes what a part of the data folder takes up.
    pub fn disk_used(&self, part: &'static str, bytes: u64) {
        self.disk_used_bytes
            .get_or_create(&[("part", part)])
            .set(bytes_of(bytes));
    }

    /// Notes what is free on the disk, of which so much is to stay.
    pub fn disk(&self, free_bytes: Option<u64>, reserve_bytes: u64) {
        if let Some(free) = free_bytes {
            self.disk_free_bytes.set(bytes_of(free));
        }
        self.disk_reserve_bytes.set(bytes_of(reserve_bytes));
    }

    /// Notes when the certificate that is shown ends, in seconds since 1970.
    pub fn tls_ends(&self, seconds: i64) {
        self.tls_ends
            .get_or_create(&[("certificate", "shown")])
            .set(seconds);
    }

    /// Counts what a limit refused.
    pub fn limited(&self, limit: Limit) {
        self.limited.get_or_create(&[("limit", limit.word())]).inc();
    }

    /// Counts a certificate that was read again, and whether it was taken.
    pub fn tls_reloaded(&self, taken: bool) {
        let [yes, no] = RELOADED;
        self.tls_reloads
            .get_or_create(&[("result", if taken { yes } else { no })])
            .inc();
    }

    /// Takes the ledger's and the store's own counters, as they stood after a group.
    pub fn publish(&self, ledger: LedgerStats, store: StoreStats) {
        *self
            .published
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Published { ledger, store };
    }

    /// Whether nobody is answered until an administrator has confirmed the devices, as the writer
    /// last published it.
    pub fn is_quarantined(&self) -> bool {
        self.published
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .ledger
            .quarantine
    }

    /// Whether steps by time wait until an administrator says that the clock is right, as the writer
    /// last published it.
    pub fn is_clock_held(&self) -> bool {
        self.published
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .ledger
            .clock_not_believed
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
