//! The way to the server: HTTP/1.1 over one connection, every byte of it counted.
//!
//! Counted are the bytes of HTTP, heads included, before TLS encrypts them: a count says what a sync
//! costs, the same with TLS and without. TLS adds a handshake of 2 to 5 kB to each connection, less
//! where a session is resumed, and 22 bytes to each record of up to 16 KiB.
//!
//! Synchronous from outside: a terminal program does one thing at a time, and the replica is fed
//! frame by frame while the connection waits.

mod counted;
mod error;
mod frames;
mod inflate;
mod tls;
mod url;

use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{CONTENT_TYPE, HOST, RETRY_AFTER, USER_AGENT};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::time::timeout;

use counted::Counted;
pub use counted::Traffic;
pub use error::{CertificateFault, ServerError, TransportError};
pub use frames::{FrameError, FrameReader};
pub use inflate::{InflateError, Inflater, deflate};
use tls::Tls;
pub use tls::{ALLOW_HTTP, AUTHORITY, Trust};
pub use url::{ServerUrl, UrlError};

/// An error's body is read up to here, in bytes.
const ERROR_BODY_BYTES_MAX: usize = 16 * 1024;

/// A kept connection that is not free by then is left for a new one.
const READY_WAIT: Duration = Duration::from_secs(1);

/// How long to wait for what.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For the first byte of an answer.
    pub answer: Duration,
    /// For the next byte of an answer.
    pub idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_mins(1),
            idle: Duration::from_secs(30),
        }
    }
}

/// A client of one server. Its connection is made when first needed and kept for all requests.
#[derive(Debug)]
pub struct Client {
    url: ServerUrl,
    timeouts: Timeouts,
    tls: Option<Tls>,
    runtime: Runtime,
    sender: Option<SendRequest<Full<Bytes>>>,
    traffic: Traffic,
}

impl Client {
    /// A client that has not connected yet, and trusts whom the environment says.
    ///
    /// # Errors
    /// As [`Self::trusting`].
    pub fn new(url: ServerUrl, timeouts: Timeouts) -> Result<Self, TransportError> {
        Self::trusting(url, timeouts, &Trust::from_environment())
    }

    /// A client that has not connected yet.
    ///
    /// # Errors
    /// [`TransportError::PlainHttp`] where the address is not encrypted and `trust` does not allow
    /// it; [`TransportError::Authority`]; [`TransportError::Failed`] if the system gives no I/O.
    pub fn trusting(
        url: ServerUrl,
        timeouts: Timeouts,
        trust: &Trust,
    ) -> Result<Self, TransportError> {
        let tls = trust.tls(&url)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| TransportError::Failed(error.to_string()))?;
        Ok(Self {
            url,
            timeouts,
            tls,
            runtime,
            sender: None,
            traffic: Traffic::default(),
        })
    }

    /// Bytes of HTTP so far, over all connections, heads included, before encryption.
    pub fn traffic(&self) -> Traffic {
        self.traffic.clone()
    }

    /// Posts `body`; the answer's body is read by [`Answer::chunk`].
    ///
    /// # Errors
    /// A status other than 200 is [`TransportError::Refused`] with what the server says.
    pub fn post(&mut self, path: &str, body: Vec<u8>) -> Result<Answer<'_>, TransportError> {
        let response = self.runtime.block_on(exchange(
            &Line {
                url: &self.url,
                timeouts: self.timeouts,
                tls: self.tls.as_ref(),
                traffic: &self.traffic,
            },
            &mut self.sender,
            path,
            Bytes::from(body),
        ))?;
        Ok(Answer {
            runtime: &self.runtime,
            idle: self.timeouts.idle,
            body: response.into_body(),
        })
    }
}

/// A body that is being received.
#[derive(Debug)]
pub struct Answer<'a> {
    runtime: &'a Runtime,
    idle: Duration,
    body: Incoming,
}

impl Answer<'_> {
    /// The next bytes of the body; `None` at its proper end.
    ///
    /// # Errors
    /// [`TransportError::Broken`] where the connection ends before the body does.
    pub fn chunk(&mut self) -> Result<Option<Bytes>, TransportError> {
        self.runtime.block_on(next_chunk(&mut self.body, self.idle))
    }

    /// The whole body.
    ///
    /// # Errors
    /// [`TransportError::TooLong`] beyond `limit` bytes.
    pub fn whole(mut self, limit: usize) -> Result<Vec<u8>, TransportError> {
        self.runtime
            .block_on(whole(&mut self.body, self.idle, limit))
    }
}

/// Where and how connections are made.
#[derive(Clone, Copy)]
struct Line<'a> {
    url: &'a ServerUrl,
    timeouts: Timeouts,
    tls: Option<&'a Tls>,
    traffic: &'a Traffic,
}

async fn exchange(
    line: &Line<'_>,
    sender: &mut Option<SendRequest<Full<Bytes>>>,
    path: &str,
    body: Bytes,
) -> Result<Response<Incoming>, TransportError> {
    let Line { url, timeouts, .. } = *line;
    if let Some(live) = kept(sender.take()).await {
        match answered(live, request(url, path, body.clone())?, timeouts, sender).await {
            // The server closes what is idle, and nobody reads here between two requests: that it
            // did shows only now. A repeated flight does no harm; at worst it is challenged.
            Err(TransportError::Broken(_)) => {}
            other => return other,
        }
    }
    let live = connect(line).await?;
    answered(live, request(url, path, body)?, timeouts, sender).await
}

/// Sends a request and takes the head of its answer; the connection is kept if it was a good one.
async fn answered(
    mut live: SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
    timeouts: Timeouts,
    sender: &mut Option<SendRequest<Full<Bytes>>>,
) -> Result<Response<Incoming>, TransportError> {
    let response = timeout(timeouts.answer, live.send_request(request))
        .await
        .map_err(|_| TransportError::TimedOut)?
        .map_err(|error| not_answered(&error))?;
    if response.status() != StatusCode::OK {
        return Err(refused(response, timeouts.idle).await);
    }
    *sender = Some(live);
    Ok(response)
}

/// Why no head of an answer came. A port that wants TLS answers plain HTTP with an alert of TLS.
fn not_answered(error: &hyper::Error) -> TransportError {
    let kind = if error.is_parse() {
        TransportError::NotHttp
    } else {
        TransportError::Broken
    };
    kind(error.to_string())
}

/// The connection of the request before, if the server has not closed it since.
async fn kept(sender: Option<SendRequest<Full<Bytes>>>) -> Option<SendRequest<Full<Bytes>>> {
    let mut sender = sender?;
    let ready = timeout(READY_WAIT, sender.ready()).await;
    matches!(ready, Ok(Ok(()))).then_some(sender)
}

fn request(
    url: &ServerUrl,
    path: &str,
    body: Bytes,
) -> Result<Request<Full<Bytes>>, TransportError> {
    Request::post(format!("{}{path}", url.base()))
        .header(HOST, url.authority())
        .header(CONTENT_TYPE, "application/octet-stream")
        .header(USER_AGENT, concat!("alleyway/", env!("CARGO_PKG_VERSION")))
        .body(Full::new(body))
        .map_err(|error| TransportError::Failed(error.to_string()))
}

async fn connect(line: &Line<'_>) -> Result<SendRequest<Full<Bytes>>, TransportError> {
    let Line {
        url,
        timeouts,
        tls,
        traffic,
    } = *line;
    let none = |reason: String| TransportError::NoConnection {
        to: url.authority(),
        reason,
    };
    let stream = timeout(
        timeouts.connect,
        TcpStream::connect((url.host(), url.port())),
    )
    .await
    .map_err(|_| none("timed out".to_owned()))?
    .map_err(|error| none(error.to_string()))?;
    // One flight is one write: waiting to fill a packet would only add a round trip's time.
    stream
        .set_nodelay(true)
        .map_err(|error| TransportError::Failed(error.to_string()))?;
    match tls {
        None => speak(stream, traffic).await,
        Some(tls) => {
            let shaken = timeout(timeouts.connect, tls.shake(url, stream)).await;
            speak(shaken.map_err(|_| none("timed out".to_owned()))??, traffic).await
        }
    }
}

/// HTTP on a stream. The count is of what goes through it, not of what TLS makes of that.
async fn speak<S>(stream: S, traffic: &Traffic) -> Result<SendRequest<Full<Bytes>>, TransportError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (sender, connection) = handshake(TokioIo::new(Counted::new(stream, traffic.clone())))
        .await
        .map_err(|error| TransportError::Broken(error.to_string()))?;
    // What goes wrong on the connection is told by the request that waits for it.
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}

async fn refused(response: Response<Incoming>, idle: Duration) -> TransportError {
    let status = response.status().as_u16();
    let retry_after = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let mut body = response.into_body();
    match whole(&mut body, idle, ERROR_BODY_BYTES_MAX).await {
        Ok(body) => TransportError::Refused(ServerError::read(status, retry_after, &body)),
        Err(error) => error,
    }
}

async fn next_chunk(body: &mut Incoming, idle: Duration) -> Result<Option<Bytes>, TransportError> {
    loop {
        match timeout(idle, body.frame())
            .await
            .map_err(|_| TransportError::TimedOut)?
        {
            None => return Ok(None),
            Some(Err(error)) => return Err(TransportError::Broken(error.to_string())),
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}

async fn whole(
    body: &mut Incoming,
    idle: Duration,
    limit: usize,
) -> Result<Vec<u8>, TransportError> {
    let mut all = Vec::new();
    while let Some(chunk) = next_chunk(body, idle).await? {
        if all.len() + chunk.len() > limit {
            return Err(TransportError::TooLong { limit });
        }
        all.extend_from_slice(&chunk);
    }
    Ok(all)
}

#[cfg(test)]
mod tests;
