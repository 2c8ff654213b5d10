//! New certificates without a restart.

use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::Signal;
use tokio::time::{MissedTickBehavior, interval};

use super::ending::{Ending, Endings};
use super::{Tls, files};
use crate::clock::{Clock, rfc3339};
use crate::telemetry::Metrics;

/// How often the files are looked at.
pub const POLL_PERIOD: Duration = Duration::from_secs(5);

/// Looks at the files every `period` and on each SIGHUP, for as long as it is polled. They are read
/// whole, for they are small, and a time of change can be the same twice. What cannot be used
/// changes nothing but a log line and a counter: the certificate that is shown stays.
pub async fn keep_current(tls: Tls, metrics: Arc<Metrics>, period: Duration, mut hangup: Signal) {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // What is broken is told of once, not at every look.
    let mut seen = Ok(tls.opened);
    let mut endings = Endings::default();
    loop {
        let asked = tokio::select! {
            _ = ticks.tick() => false,
            _ = hangup.recv() => true,
        };
        tell_of_end(&mut endings, &tls);
        let files = tls.files.clone();
        let read = tokio::task::spawn_blocking(move || files::read(&files)).await;
        let Ok(read) = read.map(|read| read.map_err(|error| error.to_string())) else {
            return;
        };
        let now = read
            .as_ref()
            .map(files::Content::fingerprint)
            .map_err(Clone::clone);
        if now == seen && !asked {
            continue;
        }
        seen = now;
        let certified = read.and_then(|content| {
            let before = tls.end();
            files::certified(&tls.files, &content, Clock::System.now(), Some(&before))
                .map_err(|e| e.to_string())
        });
        match certified {
            Ok(certified) => {
                tls.change(certified);
                metrics.tls_reloaded(true);
                tracing::info!("the certificate was read again and is shown from now on");
            }
            Err(error) => {
                metrics.tls_reloaded(false);
                tracing::error!(%error, "the new certificate is not taken; the one before is still shown");
            }
        }
    }
}

fn tell_of_end(endings: &mut Endings, tls: &Tls) {
    let until = tls.until();
    match endings.due(until, Clock::System.now()) {
        Some(Ending::Soon) => {
            tracing::warn!(
                until = rfc3339(until),
                "the certificate ends soon; put a renewed one into its file"
            );
        }
        Some(Ending::Over) => {
            tracing::error!(
                until = rfc3339(until),
                "the certificate has ended: no device connects; put a renewed one into its file"
            );
        }
        None => {}
    }
}
