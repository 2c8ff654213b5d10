//! A running server's metrics, through its administration's socket.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;

use alleyway_server::admin::{Line, Outcome, Request, SOCKET_NAME};

use super::ProcessError;

/// The metrics of the server that runs on this data folder, as OpenMetrics text.
///
/// # Errors
/// If none runs there, or it does not tell them.
pub fn metrics(data: &Path) -> Result<String, ProcessError> {
    let not_understood = |error: serde_json::Error| ProcessError::Answer(error.to_string());
    let mut request = serde_json::to_vec(&Request::Metrics {}).map_err(not_understood)?;
    request.push(b'\n');
    let talk = || {
        let mut stream = UnixStream::connect(data.join(SOCKET_NAME))?;
        stream.write_all(&request)?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        Ok(line)
    };
    let line = talk().map_err(ProcessError::system("the administration's socket"))?;
    match serde_json::from_str(&line).map_err(not_understood)? {
        Line::Done(Outcome::Metrics(text)) => Ok(text),
        other => Err(ProcessError::Answer(format!("{other:?}"))),
    }
}
