//! The socket: requests of this machine's administrator to a running server.

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::{admin as said, start};
use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;
use tokio::io::{
    AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader,
};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::{Failure, ImportRequest, Line, Office, Outcome, Request, carry_out};
use crate::import::{FILE_BYTES_MAX, Files};
use crate::places::{Class, Places, Proof, Standing};
use crate::said::{Said, at, because, told};

/// The socket's name in the data folder.
pub const SOCKET_NAME: &str = "admin.sock";
/// A request's line, in bytes: the codes of ten thousand devices.
const LINE_BYTES_MAX: u64 = 64 * 1024;
/// How long a request and its files may take to arrive.
const REQUEST_TIME_MAX: Duration = Duration::from_mins(1);
/// Progress lines that may wait for the client; more are dropped.
const PROGRESS_WAITING_MAX: usize = 16;
/// How long to wait when no connection can be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Why the socket could not be opened.
#[derive(Debug, Error)]
pub struct SocketError {
    path: PathBuf,
    error: io::Error,
}

impl SocketError {
    /// The text, and the values of its places.
    pub(crate) fn said(&self, _: Lang) -> Said {
        (start::SOCKET, vec![at(&self.path), because(&self.error)])
    }
}

told!(SocketError);

/// Opens the socket of a data folder whose lock this process holds; an old one is removed.
///
/// # Errors
/// If the path is too long for a socket, or the folder cannot be written.
pub fn listen(folder: &Path) -> Result<UnixListener, SocketError> {
    let path = folder.join(SOCKET_NAME);
    let failed = |error| SocketError {
        path: path.clone(),
        error,
    };
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let listener = UnixListener::bind(&path).map_err(failed)?;
    // Nobody else can reach it in between: the folder is its owner's alone.
    std::fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(failed)?;
    Ok(listener)
}

/// Serves requests until the task is dropped.
pub async fn serve(listener: UnixListener, office: Office, places: Places) {
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "an administrator's connection was not accepted");
                sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let mut place = places.wait(Class::Admin).await;
        let office = office.clone();
        tokio::spawn(async move {
            tokio::select! {
                answered = answer(stream, &office, place.standing()) => {
                    if let Err(error) = answered {
                        tracing::debug!(%error, "an administrator's connection broke off");
                    }
                }
                () = place.ended() => {
                    tracing::debug!("a silent administrator's connection made room for another");
                }
            }
        });
    }
}

async fn answer(stream: UnixStream, office: &Office, standing: Standing) -> io::Result<()> {
    let (input, mut output) = stream.into_split();
    let (request, files) =
        match timeout(REQUEST_TIME_MAX, read_request(BufReader::new(input))).await {
            Ok(Ok(read)) => read,
            Ok(Err(error)) if error.kind() == io::ErrorKind::InvalidData => {
                let failure = Failure::with(said::BAD_REQUEST, &[("reason", &error)]);
                return output
                    .write_all(&encoded(&Line::Done(Outcome::Failed(failure)))?)
                    .await;
            }
            Ok(Err(error)) => return Err(error),
            Err(_) => return Err(io::ErrorKind::TimedOut.into()),
        };
    standing.proven(Proof::Request);
    let (sender, mut progress) = mpsc::channel(PROGRESS_WAITING_MAX);
    let mut working = std::pin::pin!(carry_out(office, request, files, sender));
    let outcome = loop {
        tokio::select! {
            // What the work still had to say is not worth waiting for once it is done.
            outcome = working.as_mut() => break outcome,
            Some(progress) = progress.recv() => {
                // A client that has gone away does not undo what it asked for.
                let _ = output.write_all(&encoded(&Line::Progress(progress))?).await;
            }
        }
    };
    output.write_all(&encoded(&Line::Done(outcome))?).await?;
    output.shutdown().await
}

fn encoded(line: &Line) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Reads a request's line, and the files behind it.
async fn read_request(mut input: impl AsyncBufRead + Unpin) -> io::Result<(Request, Files)> {
    let mut line = Vec::new();
    (&mut input)
        .take(LINE_BYTES_MAX)
        .read_until(b'\n', &mut line)
        .await?;
    let request = serde_json::from_slice(&line)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    let files = match &request {
        Request::Import(ImportRequest {
            units,
            members,
            households,
            book,
            ..
        }) => Files {
            units: read_file(&mut input, *units).await?,
            members: read_file(&mut input, *members).await?,
            households: read_file(&mut input, *households).await?,
            book: read_file(&mut input, *book).await?,
        },
        _ => Files::default(),
    };
    Ok((request, files))
}

async fn read_file(
    input: &mut (impl AsyncBufRead + Unpin),
    length: Option<u64>,
) -> io::Result<Option<Vec<u8>>> {
    let Some(length) = length else {
        return Ok(None);
    };
    if length > FILE_BYTES_MAX {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "a file is longer than 64 MiB",
        ));
    }
    let mut bytes = Vec::new();
    // Memory follows what arrives.
    if input.take(length).read_to_end(&mut bytes).await? as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::Bounds;

    #[tokio::test]
    async fn requests_that_make_no_sense_are_refused_before_anything_is_read() {
        for junk in [
            "",
            "{}",
            "null",
            "{\"invite\":{}}",
            "{\"invite\":{\"member\":1}}",
            "{\"stop\":{\"now\":true}}",
            "{\"import\":{\"dry_run\":true,\"units\":99999999999,\"members\":null,\"households\":null}}",
        ] {
            let error = read_request(junk.as_bytes()).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{junk}");
        }
    }

    #[tokio::test]
    async fn silent_connections_make_room_for_an_administrator() {
        let folder = tempfile::tempdir().unwrap();
        let listener = listen(folder.path()).unwrap();
        let places = Places::new(Bounds {
            public_max: 1,
            address_max: 1,
            unproven_time: Duration::ZERO,
        });
        let office = super::super::tests::office(crate::clock::Clock::demo(0));
        let serving = tokio::spawn(serve(listener, office, places.clone()));
        let path = folder.path().join(SOCKET_NAME);
        let mut silent = Vec::new();
        for _ in 0..20 {
            silent.push(UnixStream::connect(&path).await.unwrap());
        }
        let mut asking = UnixStream::connect(&path).await.unwrap();
        asking
            .write_all(b"{\"clock\":{\"now\":\"2026-03-01T08:00:00+08:00\"}}\n")
            .await
            .unwrap();
        let mut answer = String::new();
        asking.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("{\"done\":{\"clock\":"), "{answer}");
        // Those that came first were ended, in favour of the later ones.
        let mut nothing = Vec::new();
        silent[0].read_to_end(&mut nothing).await.unwrap();
        serving.abort();
    }

    #[tokio::test]
    async fn files_are_read_by_their_lengths() {
        let line =
            "{\"import\":{\"dry_run\":true,\"units\":3,\"members\":null,\"households\":2}}\nabcde";
        let (request, files) = read_request(line.as_bytes()).await.unwrap();
        assert!(matches!(request, Request::Import(request) if request.dry_run));
        assert_eq!(files.units.as_deref(), Some(b"abc".as_slice()));
        assert_eq!(files.members, None);
        assert_eq!(files.households.as_deref(), Some(b"de".as_slice()));
        let short = &line[..line.len() - 1];
        assert_eq!(
            read_request(short.as_bytes()).await.unwrap_err().kind(),
            io::ErrorKind::UnexpectedEof
        );
    }
}
