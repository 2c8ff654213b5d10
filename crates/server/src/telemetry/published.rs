//! The ledger's and the store's own counters, as the writer last published them.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use alleyway_ledger::LedgerStats;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use crate::store::StoreStats;

/// Counters after a group.
#[derive(Debug, Clone, Default)]
pub(super) struct Published {
    pub(super) ledger: LedgerStats,
    pub(super) store: StoreStats,
}

/// Reads them when Prometheus asks.
#[derive(Debug)]
pub(super) struct Collected(pub(super) Arc<Mutex<Published>>);

impl Collector for Collected {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let Published { ledger, store } = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        of_commands(&mut encoder, &ledger)?;
        of_syncs(&mut encoder, &ledger)?;
        of_store(&mut encoder, store)
    }
}

/// The decisions on commands, batches and devices.
fn of_commands(to: &mut DescriptorEncoder<'_>, ledger: &LedgerStats) -> Result<(), fmt::Error> {
    counter(
        to,
        "commands_admitted",
        "Commands admitted",
        ledger.admitted,
    )?;
    refusals(to, ledger)?;
    counter(
        to,
        "commands_needing_base",
        "Commands that wait for their base",
        ledger.needed,
    )?;
    counter(
        to,
        "commands_later",
        "Commands told to come later, for something was full",
        ledger.later,
    )?;
    counter(
        to,
        "device_budgets_used_up",
        "Devices that had handed in as much as they may, once a day each",
        ledger.budgets_used_up,
    )?;
    counter(
        to,
        "commands_admitted_as",
        "Documents sent whole because a hash differed",
        ledger.admitted_as,
    )?;
    counter(
        to,
        "batch_forks",
        "Batches with a number that another one has",
        ledger.forks,
    )?;
    counter(
        to,
        "device_forks",
        "Devices whose chain of batches forked: restored phones",
        ledger.forked_chains,
    )?;
    stops(to, ledger)?;
    counter(
        to,
        "steps_by_time",
        "Steps that the server took by time alone",
        ledger.steps_by_time,
    )?;
    gauge(
        to,
        "clock_not_believed",
        "1 while the clock has leapt and nothing turns late",
        u64::from(ledger.clock_not_believed),
    )?;
    gauge(
        to,
        "quarantine",
        "1 until the devices are confirmed after a restore",
        u64::from(ledger.quarantine),
    )?;
    gauge(to, "audit_records", "Records of the audit", ledger.audited)
}

/// The cost of syncs, and the size of the ledger.
fn of_syncs(to: &mut DescriptorEncoder<'_>, ledger: &LedgerStats) -> Result<(), fmt::Error> {
    counter(
        to,
        "challenges",
        "Flights answered with a challenge",
        ledger.challenges,
    )?;
    counter(
        to,
        "digest_mismatches",
        "Syncs whose device held something else than it should; an alarm above 0",
        ledger.comparisons,
    )?;
    counter(
        to,
        "lost_cursors",
        "Syncs of devices that knew another past: after a restore",
        ledger.lost_cursors,
    )?;
    counter(to, "pages", "Pages sent", ledger.pages)?;
    gauge(
        to,
        "loaded_documents",
        "Documents in memory",
        ledger.loaded_documents,
    )?;
    counter(
        to,
        "documents_loaded_at_turn",
        "Documents loaded while a request had its turn",
        ledger.loaded_at_turn,
    )?;
    counter(
        to,
        "long_documents_loaded_at_turn",
        "Long ones among them: all other requests waited",
        ledger.long_loaded_at_turn,
    )?;
    gauge(
        to,
        "ledger_sequence",
        "The ledger's last sequence",
        ledger.sequence,
    )
}

/// The store's work.
fn of_store(to: &mut DescriptorEncoder<'_>, store: StoreStats) -> Result<(), fmt::Error> {
    counter(to, "store_commits", "Transactions committed", store.commits)?;
    counter(to, "store_fsyncs", "Files synced", store.fsyncs)?;
    counter(
        to,
        "store_written_bytes",
        "Bytes handed to the engine",
        store.bytes_written,
    )?;
    gauge(
        to,
        "store_blob_alarms",
        "Files the engine never syncs were found; an alarm above 0",
        store.blob_alarms,
    )
}

fn refusals(encoder: &mut DescriptorEncoder<'_>, ledger: &LedgerStats) -> Result<(), fmt::Error> {
    let help = "Commands refused, by code";
    let mut family =
        encoder.encode_descriptor("commands_refused", help, None, MetricType::Counter)?;
    for (code, count) in &ledger.refused {
        let labels = [("code", code.word().to_owned())];
        ConstCounter::new(*count).encode(family.encode_family(&labels)?)?;
    }
    Ok(())
}

fn stops(encoder: &mut DescriptorEncoder<'_>, ledger: &LedgerStats) -> Result<(), fmt::Error> {
    let help = "Devices that were stopped, by why";
    let mut family =
        encoder.encode_descriptor("devices_stopped", help, None, MetricType::Counter)?;
    for (why, count) in &ledger.stopped {
        ConstCounter::new(*count).encode(family.encode_family(&[("why", *why)])?)?;
    }
    Ok(())
}

fn counter(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    value: u64,
) -> Result<(), fmt::Error> {
    let counter = ConstCounter::new(value);
    counter.encode(encoder.encode_descriptor(name, help, None, counter.metric_type())?)
}

fn gauge(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    value: u64,
) -> Result<(), fmt::Error> {
    let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
    gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)
}
