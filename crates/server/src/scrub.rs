//! Scrubbing: in the background every record is read now and then, and none may be missing.
//!
//! A start compares only the ledger's tail with its high water, so that it costs the same for ten
//! documents and for a hundred thousand; the first round begins right behind it. A damaged record
//! that nobody asks for would otherwise be found when the backups that still hold it are gone. What
//! the scan finds ends the server, as any damage does.

use std::sync::Arc;
use std::time::{Duration, Instant};

use alleyway_core::store::StoreError;
use tokio::time::sleep;

use crate::clock::Clock;
use crate::store::{Verified, VerifyReport};
use crate::telemetry::Metrics;
use crate::writer::{AskError, Writer};

/// A step reads a few hundred records, and is followed by a pause so many times as long as it took,
/// however slow the machine or the disk is: the scan takes a fiftieth of the writer, and no more right
/// behind the last answer than at any other time.
const PAUSE_TIMES: u32 = 49;
/// The shortest pause: steps that took no time to speak of.
const PAUSE_MIN: Duration = Duration::from_millis(50);
/// The longest: a step that waited for the disk says little of the next one.
const PAUSE_MAX: Duration = Duration::from_secs(5);
/// The number of this check of the store; those that people ask for have others.
pub(crate) const CHECK: u32 = 0;
/// Between two rounds.
const ROUND_PAUSE: Duration = Duration::from_hours(6);

/// Scrubs, round after round, until the writer ends.
pub async fn scrub(writer: Writer, metrics: Arc<Metrics>) {
    loop {
        if round(&writer, &metrics, pause_after).await.is_err() {
            return;
        }
        metrics.scans.inc();
        metrics.scan_ended.set(Clock::System.now().seconds());
        tracing::info!("the background scan has read every record");
        sleep(ROUND_PAUSE).await;
    }
}

/// The pause behind a step that took so long.
fn pause_after(step: Duration) -> Duration {
    step.saturating_mul(PAUSE_TIMES).clamp(PAUSE_MIN, PAUSE_MAX)
}

/// Reads every record once.
async fn round(
    writer: &Writer,
    metrics: &Metrics,
    pause: fn(Duration) -> Duration,
) -> Result<u64, AskError> {
    loop {
        let (verified, took) = writer
            .ask_patiently(0, move |desk| {
                let begun = Instant::now();
                match desk.store.verify_some(CHECK)? {
                    Verified::All(report) if !report.is_sound() => Err(unsound(&report)),
                    verified => Ok((verified, begun.elapsed())),
                }
            })
            .await?;
        if let Verified::All(report) = verified {
            metrics.scanned_records.inc_by(report.rows);
            return Ok(report.rows);
        }
        sleep(pause(took)).await;
    }
}

fn unsound(report: &VerifyReport) -> StoreError {
    match report.damaged.first() {
        Some(first) => StoreError::Damaged(first.record().to_owned()),
        None => StoreError::TailMissing("records are not those of the last commit".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::WriterLimits;
    use crate::store::{OpenOptions, SledStore};
    use crate::writer;
    use alleyway_core::id::TownId;
    use alleyway_core::store::{Store as _, Transaction, Write};
    use alleyway_ledger::Ledger;

    #[test]
    fn a_step_takes_a_fiftieth_of_the_time_at_most_and_never_waits_for_long() {
        for milliseconds in [2, 20, 90] {
            let step = Duration::from_millis(milliseconds);
            let pause = pause_after(step);
            assert!(
                pause >= step * PAUSE_TIMES && pause <= PAUSE_MAX,
                "{pause:?}"
            );
        }
        assert_eq!(pause_after(Duration::ZERO), PAUSE_MIN);
        assert_eq!(pause_after(Duration::from_mins(1)), PAUSE_MAX);
    }

    #[tokio::test]
    async fn a_round_reads_every_record_and_comes_to_an_end() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = SledStore::create(
            &folder.path().join("town"),
            TownId([1; 16]),
            OpenOptions::default(),
        )
        .unwrap();
        Ledger::found(&mut store).unwrap();
        let writes: Vec<Write> = (0..1_000_u32)
            .map(|at| Write {
                key: [b"zz".as_slice(), &at.to_be_bytes()].concat(),
                value: Some(vec![1]),
                slot: None,
            })
            .collect();
        store
            .commit(&Transaction {
                writes,
                ..Transaction::default()
            })
            .unwrap();
        let ledger = Ledger::open(&store, writer::test_setup()).unwrap();
        let limits = WriterLimits {
            requests_waiting_max: 4,
            group_requests_max: 4,
            group_bytes_max: 1,
        };
        let metrics = Arc::new(Metrics::default());
        let failed = Box::new(|_, reason: &str| panic!("{reason}"));
        let (writer, _) = writer::start(
            ledger,
            Box::new(store),
            Clock::System,
            limits,
            metrics.clone(),
            failed,
        )
        .unwrap();
        let read = round(&writer, &metrics, |_| Duration::ZERO).await.unwrap();
        assert!(read >= 1_001, "{read}");
        assert_eq!(metrics.scanned_records.get(), read);
    }
}
