//! Reading a request's body: bounded in bytes and in time.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::time::{Instant, timeout, timeout_at};

use super::error::HttpError;

/// The bytes that a body which takes longer than its time has to go on by in each further one.
const PROGRESS_BYTES: usize = 1_024;

/// All of `body`, if it is at most `bytes_max` long and arrives within `time_max`.
///
/// Memory follows what has arrived, never what was announced.
pub(super) async fn read(
    body: Body,
    bytes_max: usize,
    time_max: Duration,
) -> Result<Bytes, HttpError> {
    read_patiently(body, bytes_max, time_max, || None::<()>).await
}

/// Takes a body that is not looked at, as [`read`] would, and keeps nothing of it: closing with unread
/// bytes would reset the connection and lose the answer.
pub(super) async fn drain(body: Body, bytes_max: usize, time_max: Duration) {
    let mut body = Limited::new(body, bytes_max);
    let all = async { while let Some(Ok(_)) = body.frame().await {} };
    // Whoever sends more, or for longer, need not hear the answer.
    let _ = timeout(time_max, all).await;
}

/// The same, but that a body may take longer for as long as it goes on, a KiB at least in each
/// further `time_max`: by its length that ends too. `patience` is asked once, when the first is over;
/// what it gives is held until the body is there.
pub(super) async fn read_patiently<P>(
    body: Body,
    bytes_max: usize,
    time_max: Duration,
    patience: impl Fn() -> Option<P>,
) -> Result<Bytes, HttpError> {
    if body.size_hint().lower() > bytes_max as u64 {
        return Err(HttpError::TooLarge);
    }
    let mut body = Limited::new(body, bytes_max);
    let (mut read, mut before) = (Vec::new(), 0);
    let mut deadline = Instant::now() + time_max;
    let mut patient = None;
    loop {
        match timeout_at(deadline, body.frame()).await {
            Ok(None) => return Ok(read.into()),
            Ok(Some(Ok(frame))) => {
                if let Ok(bytes) = frame.into_data() {
                    read.extend_from_slice(&bytes);
                }
            }
            Ok(Some(Err(error))) if error.is::<LengthLimitError>() => {
                return Err(HttpError::TooLarge);
            }
            Ok(Some(Err(_))) => return Err(HttpError::Incomplete),
            Err(_) => {
                let goes_on = read.len() >= before + PROGRESS_BYTES;
                patient = if goes_on {
                    patient.or_else(&patience)
                } else {
                    None
                };
                if patient.is_none() {
                    return Err(HttpError::TooSlow);
                }
                before = read.len();
                deadline += time_max;
            }
        }
    }
}
