//! The steps that time alone asks of the ledger, taken in the background: a little at a time, paced, so that a
//! backlog behind an outage keeps nobody waiting.

use std::time::Duration;

use alleyway_core::time::Time;
use tokio::time::sleep;

use crate::disk::Writes;
use crate::writer::{AskError, Writer};

/// Between two looks, while nothing is to be done: what turns late does so at midnight.
const LOOK_PAUSE: Duration = Duration::from_mins(1);
/// Between two goes, while there is more: each takes a few milliseconds of the writer's.
const GO_PAUSE: Duration = Duration::from_millis(50);

/// Looks at once, and then now and then, whether something is to be done, until the writer ends.
pub(crate) async fn watch(writer: Writer) {
    let mut was_held = false;
    let mut is_first = true;
    loop {
        if !std::mem::replace(&mut is_first, false) {
            sleep(LOOK_PAUSE).await;
        }
        let done = match work_off(&writer).await {
            Ok(done) => done,
            Err(AskError::DiskFull | AskError::Busy) => continue,
            Err(AskError::Stopped) => return,
        };
        let is_held = done.held_since.is_some();
        if is_held && !was_held {
            tracing::warn!(
                "the server's clock is more than a day beyond what it last showed: nothing turns late until an administrator says that it is right; see `by-time show`, then `by-time confirm`"
            );
        }
        was_held = is_held;
        if done.steps > 0 {
            tracing::info!(steps = done.steps, "the server told what is over");
        }
    }
}

/// The work of all goes until nothing is left.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WorkedOff {
    /// The steps that the server took.
    pub(crate) steps: usize,
    /// The last time that was believed, while the clock is not.
    pub(crate) held_since: Option<Time>,
}

/// Does all that is to be done now.
pub(crate) async fn work_off(writer: &Writer) -> Result<WorkedOff, AskError> {
    let mut steps = 0_usize;
    loop {
        let done = writer
            .ask_patiently_to_write(Writes::Little, 0, |desk| {
                desk.ledger.go_on_by_time(desk.store, desk.now)
            })
            .await?;
        steps = steps.saturating_add(done.said.len());
        if !done.more {
            return Ok(WorkedOff {
                steps,
                held_since: done.held_since,
            });
        }
        sleep(GO_PAUSE).await;
    }
}
