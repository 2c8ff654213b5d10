//! Backups and exports of the town, while the server goes on.

use std::path::PathBuf;

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::admin as said;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::{JoinError, spawn_blocking};

use super::{Failure, Office, Progress};
use crate::backup::{self, BackedUp, BackupError, BackupRequest, LastBackup, Source};
use crate::export::{self, ExportError, Exported};
use crate::progress::Teller;

pub(super) async fn backup(
    office: &Office,
    request: BackupRequest,
    progress: mpsc::Sender<Progress>,
) -> Result<BackedUp, Failure> {
    if request.keep == 0 {
        return Err(Failure::of(said::BAD_KEEP));
    }
    let source = source(office, progress)?;
    let done = spawn_blocking(move || backup::take(&source, &request)).await;
    let made = done
        .map_err(broke_off)?
        .map_err(|error| of_backup(&error))?;
    let last = LastBackup {
        name: made.name.clone(),
        taken: made.taken.clone(),
        sequence: made.sequence,
    };
    office.metrics.backed_up(last.seconds(), last.sequence);
    Ok(made)
}

pub(super) async fn export(
    office: &Office,
    to: PathBuf,
    progress: mpsc::Sender<Progress>,
) -> Result<Exported, Failure> {
    let source = source(office, progress)?;
    let done = spawn_blocking(move || export::export(&source, &to)).await;
    done.map_err(broke_off)?.map_err(|error| of_export(&error))
}

fn source(office: &Office, progress: mpsc::Sender<Progress>) -> Result<Source, Failure> {
    let in_memory = || of_backup(&BackupError::NoFiles);
    Ok(Source {
        writer: office.writer.clone(),
        town: office.town,
        data: office.data.clone().ok_or_else(in_memory)?,
        runtime: Handle::current(),
        progress: Teller::new(progress),
    })
}

fn broke_off(_: JoinError) -> Failure {
    Failure::of(said::BROKE_OFF)
}

fn of_backup(error: &BackupError) -> Failure {
    match error {
        BackupError::Ask(error) => (*error).into(),
        error => Failure::new(error.code(), Lang::ALL.map(|lang| error.text(lang))),
    }
}

fn of_export(error: &ExportError) -> Failure {
    match error {
        ExportError::Copy(error) => of_backup(error),
        error => Failure::new(error.code(), Lang::ALL.map(|lang| error.text(lang))),
    }
}
