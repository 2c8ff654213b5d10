//! The background scan: every record is read now and then, and reading verifies it.
//!
//! A damaged record that nobody asks for would otherwise be found when the backups that still hold
//! it are gone. What the scan finds ends the server, as any damage does.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use crate::telemetry::Metrics;
use crate::writer::{AskError, Writer};

/// Records read at a time: about a millisecond of the writer's.
const STEP_RECORDS: usize = 256;
/// Between two steps: 256 records a second are a million in 65 minutes.
const STEP_PAUSE: Duration = Duration::from_secs(1);
/// Between two rounds.
const ROUND_PAUSE: Duration = Duration::from_hours(6);
/// No key is greater.
const KEYS_END: [u8; 64] = [0xff; 64];

/// Scans, round after round, until the writer ends.
pub async fn patrol(writer: Writer, metrics: Arc<Metrics>) {
    loop {
        // A start has just checked everything.
        sleep(ROUND_PAUSE).await;
        if round(&writer, &metrics, STEP_PAUSE).await.is_err() {
            return;
        }
        tracing::info!("the background scan has read every record");
    }
}

/// Reads every record once.
async fn round(writer: &Writer, metrics: &Metrics, pause: Duration) -> Result<u64, AskError> {
    let mut records = 0;
    let mut next = Some(Vec::new());
    while let Some(from) = next {
        let (count, last) = writer
            .ask_patiently(0, move |desk| {
                let rows = desk.store.scan(&from, &KEYS_END, STEP_RECORDS)?;
                Ok((rows.len() as u64, rows.into_iter().next_back().map(|(key, _)| key)))
            })
            .await?;
        records += count;
        metrics.scanned_records.inc_by(count);
        // The least key after the last one.
        next = last.map(|mut key| {
            key.push(0);
            key
        });
        sleep(pause).await;
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::config::WriterLimits;
    use crate::writer;
    use alleyway_core::ledger::Ledger;
    use alleyway_core::store::{MemoryStore, Store as _, Transaction, Write};

    #[tokio::test]
    async fn a_round_reads_every_record_once() {
        let mut store = MemoryStore::default();
        Ledger::found(&mut store).unwrap();
        let writes: Vec<Write> = (0..1_000_u32)
            .map(|at| Write { key: [b"zz".as_slice(), &at.to_be_bytes()].concat(), value: Some(vec![1]), slot: None })
            .collect();
        store.commit(&Transaction { writes, ..Transaction::default() }).unwrap();
        let ledger = Ledger::open(&store, writer::test_setup()).unwrap();
        let limits = WriterLimits { requests_waiting_max: 4, group_requests_max: 4, group_bytes_max: 1 };
        let metrics = Arc::new(Metrics::default());
        let failed = Box::new(|reason: &str| panic!("{reason}"));
        let (writer, _) =
            writer::start(ledger, Box::new(store), Clock::System, limits, metrics.clone(), failed).unwrap();
        assert_eq!(round(&writer, &metrics, Duration::ZERO).await, Ok(1_001));
        assert_eq!(metrics.scanned_records.get(), 1_001);
    }
}
