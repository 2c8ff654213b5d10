//! The administrator's end: through the socket if a server runs, otherwise on the folder itself.

use std::io;
use std::sync::Arc;

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::start as said;
use thiserror::Error;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::sync::mpsc;

use super::socket::SOCKET_NAME;
use super::{Line, Office, Outcome, Progress, Request, carry_out};
use crate::clock::Clock;
use crate::config::Config;
use crate::import::Files;
use crate::instance::{Instance, InstanceError};
use crate::said::{Said, because, told};
use crate::telemetry::Metrics;
use crate::writer::{self, OnFailure};

/// Why a request could not even be made.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The folder did not open.
    Instance(#[from] InstanceError),
    /// The running server broke off.
    Socket(#[from] io::Error),
}

impl ClientError {
    /// The text, and the values of its places.
    pub(crate) fn said(&self, lang: Lang) -> Said {
        match self {
            Self::Instance(error) => error.said(lang),
            Self::Socket(error) => (said::NO_ANSWER, vec![because(error)]),
        }
    }
}

told!(ClientError);

/// Has a request carried out; `files` are those of an import.
///
/// # Errors
/// If neither a server answers nor the folder opens.
pub async fn run(
    config: &Config,
    request: Request,
    files: Files,
    progress: impl FnMut(Progress),
) -> Result<Outcome, ClientError> {
    match UnixStream::connect(config.data.join(SOCKET_NAME)).await {
        Ok(stream) => Ok(over_socket(stream, request, files, progress).await?),
        // No server, or one that was killed and left its socket: the folder's lock decides.
        Err(_) => on_folder(config, request, files, progress).await,
    }
}

async fn over_socket(
    stream: UnixStream,
    request: Request,
    files: Files,
    mut progress: impl FnMut(Progress),
) -> io::Result<Outcome> {
    let (input, mut output) = stream.into_split();
    let mut line = serde_json::to_vec(&request)?;
    line.push(b'\n');
    output.write_all(&line).await?;
    let files = [files.units, files.members, files.households, files.book];
    for file in files.into_iter().flatten() {
        output.write_all(&file).await?;
    }
    output.flush().await?;
    let mut lines = BufReader::new(input).lines();
    while let Some(line) = lines.next_line().await? {
        match serde_json::from_str(&line)? {
            Line::Progress(made) => progress(made),
            Line::Done(outcome) => return Ok(outcome),
        }
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}

/// Nothing is logged here: whoever typed the command reads the reason.
fn tell_and_exit() -> OnFailure {
    Box::new(|_, reason| {
        eprintln!("alleyway-server: {reason}");
        std::process::exit(writer::EXIT_STORE_FAILED);
    })
}

/// Opens the folder for as long as the request takes, with a writer as a server has it.
async fn on_folder(
    config: &Config,
    request: Request,
    files: Files,
    mut progress: impl FnMut(Progress),
) -> Result<Outcome, ClientError> {
    let Instance {
        town,
        ledger,
        store,
        ..
    } = Instance::open(&config.data, config.loaded_documents_max)?;
    let clock = Clock::System;
    let metrics = Arc::new(Metrics::default());
    let (writer, thread) = writer::start(
        ledger,
        store,
        clock.clone(),
        config.writer.clone(),
        metrics.clone(),
        tell_and_exit(),
    )?;
    let url = config.url(config.listen);
    let office = Office {
        writer: writer.clone(),
        town,
        data: Some(config.data.clone()),
        url,
        clock,
        metrics,
        demo: None,
        edge: None,
        stop: None,
    };
    let (sender, mut made) = mpsc::channel(16);
    let working = carry_out(&office, request, files, sender);
    let mut working = std::pin::pin!(working);
    let outcome = loop {
        tokio::select! {
            outcome = working.as_mut() => break outcome,
            Some(made) = made.recv() => progress(made),
        }
    };
    writer.stop().await;
    // A panic of the thread has ended the process already.
    let _ = thread.join();
    Ok(outcome)
}
