//! Reading a request's body: bounded in bytes and in time.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::time::timeout;

use super::error::HttpError;

/// All of `body`, if it is at most `bytes_max` long and arrives within `time_max`.
///
/// Memory follows what has arrived, never what was announced.
pub(super) async fn read(
    body: Body,
    bytes_max: usize,
    time_max: Duration,
) -> Result<Bytes, HttpError> {
    if body.size_hint().lower() > bytes_max as u64 {
        return Err(HttpError::TooLarge);
    }
    let collected = timeout(time_max, Limited::new(body, bytes_max).collect()).await;
    match collected {
        Err(_) => Err(HttpError::TooSlow),
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(HttpError::TooLarge),
        Ok(Err(_)) => Err(HttpError::Incomplete),
    }
}
