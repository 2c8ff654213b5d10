//! The import that two administrators want, carried out in the background: at once when the second one has
//! confirmed it, and at the start if the server ended in between.

use std::time::Duration;

use alleyway_core::id::TownId;
use tokio::time::{sleep, timeout};

use crate::admin::carry_out_confirmed;
use crate::disk::Writes;
use crate::secrets;
use crate::writer::{AskError, Writer};

/// Between two looks whether the disk has room again, or a quarantine has ended.
const LOOK_PAUSE: Duration = Duration::from_mins(1);

/// Carries imports out until the writer ends.
pub(crate) async fn watch(writer: Writer, town: TownId) {
    loop {
        match carry_out(&writer, town).await {
            Ok(()) | Err(AskError::DiskFull | AskError::Busy) => {
                // Whichever comes first.
                let _ = timeout(LOOK_PAUSE, writer.import_confirmed()).await;
            }
            Err(AskError::Stopped) => return,
        }
    }
}

/// Carries out the import that is to be.
///
/// # Errors
/// [`AskError`].
pub(crate) async fn carry_out(writer: &Writer, town: TownId) -> Result<(), AskError> {
    let (Ok(seed), Ok(of_fault)) = (secrets::random(), secrets::random()) else {
        sleep(LOOK_PAUSE).await;
        return Err(AskError::Busy);
    };
    let ended = writer
        .ask_patiently_to_write(Writes::HandedIn, 0, move |desk| {
            // Nobody is answered, and nothing is done, before an administrator has looked.
            if desk.ledger.quarantine().is_some() {
                return Ok(None);
            }
            carry_out_confirmed(desk, town, [seed, of_fault])
        })
        .await?;
    if let Some(ended) = ended {
        let why = ended.fault.as_ref().map(|fault| fault.word().to_owned());
        tracing::info!(
            changes = ended.changes,
            why,
            "an import from phones has ended"
        );
    }
    Ok(())
}
