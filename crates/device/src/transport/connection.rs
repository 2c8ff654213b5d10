//! One connection to the server, kept for all requests: how requests go over it.

use alleyway_core::sync::read::PROOF_HEADER;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{CONTENT_TYPE, HOST, RETRY_AFTER};
use hyper::http::request::Builder;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Timeouts;
use super::counted::{Counted, Traffic};
use super::error::{ServerError, TransportError};
use super::tls::Tls;
use super::url::ServerUrl;

/// An error's body is read up to here, in bytes.
const ERROR_BODY_BYTES_MAX: usize = 16 * 1024;

/// A kept connection that is not free by then is left for a new one.
const READY_WAIT: Duration = Duration::from_secs(1);

/// The way to one server: its connection, made when first needed, and the answer that is received
/// over it.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) url: ServerUrl,
    pub(super) timeouts: Timeouts,
    pub(super) tls: Option<Tls>,
    pub(super) traffic: Traffic,
    /// Free for the next request.
    sender: Option<SendRequest<Full<Bytes>>>,
    /// The body of the last answer, as far as it was not read.
    body: Option<Incoming>,
}

impl Connection {
    /// Not connected yet.
    pub(super) fn new(url: ServerUrl, timeouts: Timeouts, tls: Option<Tls>) -> Self {
        Self {
            url,
            timeouts,
            tls,
            traffic: Traffic::default(),
            sender: None,
            body: None,
        }
    }

    /// Posts `body` and takes the head of the answer.
    pub(super) async fn post(&mut self, path: &str, body: Bytes) -> Result<(), TransportError> {
        self.body = None;
        if let Some(live) = kept(self.sender.take()).await {
            match self.answered(live, path, body.clone()).await {
                // The server closes what is idle: that it did may show only now. A repeated flight
                // does no harm; at worst it is challenged.
                Err(TransportError::Broken(_)) => {}
                other => return other,
            }
        }
        let live = self.connect().await?;
        self.answered(live, path, body).await
    }

    /// Gets `target` and takes the head of the answer. It goes over a connection of its own: what is
    /// sent twice is refused, and one that was kept may prove to be closed.
    pub(super) async fn get(&mut self, target: &str, proof: &str) -> Result<(), TransportError> {
        let request = Request::get(format!("{}{target}", self.url.base()));
        self.once(request, proof, Bytes::new()).await
    }

    /// The same, for an address that `body` follows to.
    pub(super) async fn ask_about(
        &mut self,
        target: &str,
        proof: &str,
        body: Bytes,
    ) -> Result<(), TransportError> {
        let request = Request::post(format!("{}{target}", self.url.base()));
        self.once(request, proof, body).await
    }

    async fn once(
        &mut self,
        request: Builder,
        proof: &str,
        body: Bytes,
    ) -> Result<(), TransportError> {
        (self.body, self.sender) = (None, None);
        let request = request
            .header(HOST, self.url.authority())
            .header(PROOF_HEADER, proof)
            .body(Full::new(body))
            .map_err(|error| TransportError::Failed(error.to_string()))?;
        let live = self.connect().await?;
        self.answered_to(live, request).await
    }

    /// The next bytes of the answer's body; none at its proper end, or where there is no answer.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, TransportError> {
        let Some(body) = &mut self.body else {
            return Ok(None);
        };
        let chunk = next_chunk(body, self.timeouts.idle).await?;
        if chunk.is_none() {
            self.body = None;
        }
        Ok(chunk)
    }

    /// The rest of the answer's body, of `limit` bytes at most.
    pub(super) async fn whole(&mut self, limit: usize) -> Result<Vec<u8>, TransportError> {
        match self.body.take() {
            Some(mut body) => whole(&mut body, self.timeouts.idle, limit).await,
            None => Ok(Vec::new()),
        }
    }

    /// Lets go of the connection: nobody waits for what comes over it.
    pub(super) fn hang_up(&mut self) {
        (self.sender, self.body) = (None, None);
    }

    /// Sends a request and takes the head of its answer; the connection is kept if it was a good one.
    async fn answered(
        &mut self,
        live: SendRequest<Full<Bytes>>,
        path: &str,
        body: Bytes,
    ) -> Result<(), TransportError> {
        let request = request(&self.url, path, body)?;
        self.answered_to(live, request).await
    }

    async fn answered_to(
        &mut self,
        mut live: SendRequest<Full<Bytes>>,
        request: Request<Full<Bytes>>,
    ) -> Result<(), TransportError> {
        let response = timeout(self.timeouts.answer, live.send_request(request))
            .await
            .map_err(|_| TransportError::TimedOut)?
            .map_err(|error| not_answered(&error))?;
        if response.status() != StatusCode::OK {
            return Err(refused(&self.url, response, self.timeouts.idle).await);
        }
        if let Some(kind) = page(&response) {
            return Err(TransportError::NotTheServer {
                to: self.url.authority(),
                reason: format!("200, {kind}"),
            });
        }
        (self.sender, self.body) = (Some(live), Some(response.into_body()));
        Ok(())
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, TransportError> {
        let Self { url, timeouts, .. } = self;
        let none = |reason: String| TransportError::NoConnection {
            to: url.authority(),
            reason,
        };
        let connecting = TcpStream::connect((url.host(), url.port()));
        let stream = timeout(timeouts.connect, connecting)
            .await
            .map_err(|_| none("timed out".to_owned()))?
            .map_err(|error| none(error.to_string()))?;
        // One flight is one write: waiting to fill a packet would only add a round trip's time.
        stream
            .set_nodelay(true)
            .map_err(|error| TransportError::Failed(error.to_string()))?;
        match &self.tls {
            None => speak(stream, &self.traffic).await,
            Some(tls) => {
                let shaken = timeout(timeouts.shake, tls.shake(url, stream)).await;
                let stream = shaken.map_err(|_| none("timed out".to_owned()))??;
                speak(stream, &self.traffic).await
            }
        }
    }
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

/// A request with the heads that HTTP cannot be without: a server that asks nothing of others is told
/// nothing else, and on a quiet day they are most of what a sync sends.
fn request(
    url: &ServerUrl,
    path: &str,
    body: Bytes,
) -> Result<Request<Full<Bytes>>, TransportError> {
    Request::post(format!("{}{path}", url.base()))
        .header(HOST, url.authority())
        .body(Full::new(body))
        .map_err(|error| TransportError::Failed(error.to_string()))
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

/// The media type of an answer that is a page for people: the server's answers to devices are none.
fn page(response: &Response<Incoming>) -> Option<String> {
    let kind = response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    let kind = kind.trim().to_ascii_lowercase();
    let is_text = kind.starts_with("text/") || kind.starts_with("application/xhtml");
    is_text.then(|| kind.chars().filter(|c| !c.is_control()).take(80).collect())
}

/// Why an answer is no good one. Only what the server states as its own errors is the server's; a
/// redirect leads away from it, and is not followed.
async fn refused(url: &ServerUrl, response: Response<Incoming>, idle: Duration) -> TransportError {
    let status = response.status();
    let retry_after = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let others = || TransportError::NotTheServer {
        to: url.authority(),
        reason: status.to_string(),
    };
    if !(status.is_client_error() || status.is_server_error()) {
        return others();
    }
    let mut body = response.into_body();
    match whole(&mut body, idle, ERROR_BODY_BYTES_MAX).await {
        Ok(body) => ServerError::read(status.as_u16(), retry_after, &body)
            .map_or_else(others, TransportError::Refused),
        Err(TransportError::TooLong { .. }) => others(),
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
