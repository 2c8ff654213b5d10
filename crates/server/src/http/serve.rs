//! Connections: how many, how long, how they end. Who holds a place, and whose is taken for another:
//! `places.rs`.
//!
//! # What one connection may cost
//! | what | bytes at most |
//! | --- | --- |
//! | hyper's buffers, in and out | 2 × 32 KiB |
//! | a flight, packed and unpacked, parsed | 65 KiB + 64 KiB + 64 KiB of frames, as they are decoded about as much again |
//! | unpacking: the request's window (1 MiB) and zstd's own | 1.2 MiB, only while a flight is unpacked |
//! | a page, plain and packed | 2 × 72 KiB |
//! | packing: a window of 256 KiB and its tables | about 1.6 MiB for 8 connections at once, a third of a MiB for others, only until the last page is packed |
//! | TLS: its session, and its buffers in and out | about 150 KiB |
//! | the kernel's buffers | 256 KiB out, what the system allows in |
//!
//! Unpacking and packing do not overlap, so 3 MiB is a bound, times `connections_max`.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};
use tokio_rustls::server::TlsStream;

use super::error::HttpError;
use super::limits::PLACE_RETRY_SECONDS;
use super::observe::{Holder, Peer};
use super::paced::Paced;
use super::tls::Tls;
use super::{App, router, router_when_full};
use crate::descriptors::turned_away_max;
use crate::places::{Class, Full, Place, Standing};
use crate::telemetry::Limit;

/// hyper's buffers for one connection, each way; a request's head must fit.
const BUFFER_BYTES_MAX: usize = 32 * 1024;
/// The kernel's buffer of what is to be sent on one connection.
const SEND_BUFFER_BYTES: u32 = 128 * 1024;
/// Connections that the kernel holds until they are accepted.
const BACKLOG: u32 = 1_024;
/// A TLS handshake may take so many times as long as a request's head: it is 5 kB both ways together,
/// which a line of 100 bytes a second carries in a minute.
const HANDSHAKE_TIMES: u32 = 6;
/// How long a connection that is turned away may take to ask, and to hear it.
const TURNED_AWAY_TIME: Duration = Duration::from_secs(1);
/// How long to wait when no connection can be accepted, for want of descriptors.
pub(super) const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Opens the listening socket.
///
/// # Errors
/// If the address cannot be had.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_reuseaddr(true)?;
    // Inherited by every accepted connection.
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until `stop` becomes true; then accepts nothing more, lets requests in flight finish for
/// as long as configured, and returns.
pub async fn serve(listener: TcpListener, app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let turned_away = Arc::new(Semaphore::new(turned_away_max(app.limits.connections_max)));
    let router = router(&app);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = told(&mut stop) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        match place_for(&app, peer) {
            Ok(place) => {
                tokio::spawn(connection(
                    stream,
                    peer,
                    app.clone(),
                    router.clone(),
                    stop.clone(),
                    place,
                ));
            }
            Err(error) => {
                if let Ok(place) = turned_away.clone().try_acquire_owned() {
                    tokio::spawn(turn_away(
                        stream,
                        peer,
                        app.clone(),
                        error,
                        stop.clone(),
                        place,
                    ));
                }
            }
        }
    }
    drop(listener);
    app.begin_draining();
    let all_ended = app.places.all_ended(Class::Public);
    if timeout(app.limits.drain_time_max, all_ended).await.is_err() {
        tracing::warn!("connections were still open at the end and are cut");
    }
}

fn place_for(app: &App, peer: SocketAddr) -> Result<Place, HttpError> {
    let address = app.by_client.counted(peer.ip());
    app.places
        .take(Class::Public, address, Instant::now())
        .map_err(|full| match full {
            Full::Class => {
                app.metrics.connections_refused.inc();
                HttpError::Connections
            }
            Full::Address => {
                app.metrics.limited(Limit::AddressConnections);
                HttpError::TooMany {
                    seconds: PLACE_RETRY_SECONDS,
                }
            }
        })
}

/// Serves a connection until it ends, or is ended in favour of another.
async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    app: Arc<App>,
    router: Router,
    stop: watch::Receiver<bool>,
    mut place: Place,
) {
    app.metrics.connections.inc();
    let standing = Some(place.standing());
    tokio::select! {
        () = talk(stream, peer, &app, router, stop, standing) => {}
        () = place.ended() => {
            app.metrics.connections_ended.inc();
            tracing::debug!(%peer, "a silent connection made room for another");
        }
    }
    app.metrics.connections.dec();
    drop(place);
}

/// A connection for which there is no place: it is told so, but whoever asks whether the server is
/// alive is answered.
async fn turn_away(
    stream: TcpStream,
    peer: SocketAddr,
    app: Arc<App>,
    error: HttpError,
    stop: watch::Receiver<bool>,
    place: OwnedSemaphorePermit,
) {
    let router = router_when_full(&app, error);
    let _ = timeout(
        TURNED_AWAY_TIME,
        talk(stream, peer, &app, router, stop, None),
    )
    .await;
    drop(place);
}

/// Serves a connection until it ends; one that holds a place stands somewhere among the others.
async fn talk(
    stream: TcpStream,
    peer: SocketAddr,
    app: &App,
    router: Router,
    mut stop: watch::Receiver<bool>,
    standing: Option<Standing>,
) {
    // Without it the end of a response waits for the acknowledgement of its beginning.
    let _ = stream.set_nodelay(true);
    // Below TLS: what counts is what leaves.
    let stream = Paced::new(stream, app.limits.chunk_time_max);
    match &app.tls {
        None => requests(stream, peer, app, router, stop, standing).await,
        Some(tls) => {
            if let Some(stream) = shake(tls, stream, peer, app, &mut stop).await {
                requests(stream, peer, app, router, stop, standing).await;
            }
        }
    }
}

/// A TLS handshake, if it comes to its end in time and before the server's.
async fn shake<S: AsyncRead + AsyncWrite + Unpin>(
    tls: &Tls,
    stream: S,
    peer: SocketAddr,
    app: &App,
    stop: &mut watch::Receiver<bool>,
) -> Option<TlsStream<S>> {
    let time_max = app.limits.header_time_max * HANDSHAKE_TIMES;
    let shaken = tokio::select! {
        shaken = timeout(time_max, tls.acceptor().accept(stream)) => shaken,
        () = told(stop) => return None,
    };
    let failed = match shaken {
        Ok(Ok(stream)) => return Some(stream),
        Ok(Err(error)) => error.to_string(),
        Err(late) => late.to_string(),
    };
    app.metrics.tls_handshakes_failed.inc();
    tracing::debug!(%peer, error = failed, "a TLS handshake did not come to its end");
    None
}

/// Serves one request after another on a connection.
pub(super) async fn requests(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    peer: SocketAddr,
    app: &App,
    router: Router,
    mut stop: watch::Receiver<bool>,
    standing: Option<Standing>,
) {
    let inner = TowerToHyperService::new(router);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request<Incoming> = request;
        request.extensions_mut().insert(Peer(peer));
        if let Some(standing) = &standing {
            standing.heard(Instant::now());
            request.extensions_mut().insert(Holder(standing.clone()));
        }
        inner.call(request)
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(app.limits.header_time_max)
        .max_buf_size(BUFFER_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let mut serving = std::pin::pin!(serving);
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = told(&mut stop) => {
            serving.as_mut().graceful_shutdown();
            serving.as_mut().await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a connection broke off");
    }
}

/// Returns when the server is to stop.
async fn told(stop: &mut watch::Receiver<bool>) {
    // If nobody is left to say so, it is to stop too.
    let _ = stop.wait_for(|stop| *stop).await;
}
