//! Real connections: slow, half-open, too many, and the end.

mod places;

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::super::{App, listen, serve};
use super::{app, limits, writer_limits};
use crate::config::{HttpLimits, WriterLimits};

pub(super) struct Running {
    pub(super) app: Arc<App>,
    pub(super) address: std::net::SocketAddr,
    pub(super) stop: watch::Sender<bool>,
    pub(super) serving: JoinHandle<()>,
}

pub(super) fn running(limits: HttpLimits, writer_limits: WriterLimits) -> Running {
    running_as(app(limits, writer_limits, false))
}

pub(super) fn running_as(app: Arc<App>) -> Running {
    let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(serve(listener, app.clone(), stopped));
    Running {
        app,
        address,
        stop,
        serving,
    }
}

impl Running {
    pub(super) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }
}

pub(super) async fn send(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).await.unwrap();
}

pub(super) async fn rest(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let short = HttpLimits {
        body_time_max: Duration::from_millis(50),
        ..limits()
    };
    let server = running(short, writer_limits());
    let mut stream = server.connect().await;
    send(
        &mut stream,
        "POST /v1/sync HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nabc",
    )
    .await;
    let answer = rest(&mut stream).await;
    assert!(
        answer.starts_with("HTTP/1.1 408") && answer.contains("too_slow"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_head_that_does_not_end_and_a_connection_that_says_nothing_are_closed() {
    let short = HttpLimits {
        header_time_max: Duration::from_millis(50),
        ..limits()
    };
    let server = running(short, writer_limits());
    for said in ["", "GET /healthz HTTP/1.1\r\nhost: a\r\nx-slow: "] {
        let mut stream = server.connect().await;
        send(&mut stream, said).await;
        // Reading ends only because the server closes.
        let answer = rest(&mut stream).await;
        assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

#[tokio::test]
async fn a_body_announced_longer_than_the_route_takes_is_not_awaited() {
    let server = running(limits(), writer_limits());
    let mut stream = server.connect().await;
    send(
        &mut stream,
        "POST /v1/sync HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999999\r\n\r\n",
    )
    .await;
    let answer = rest(&mut stream).await;
    assert!(
        answer.starts_with("HTTP/1.1 413") && answer.contains("too_large"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_head_larger_than_its_buffer_is_refused() {
    let server = running(limits(), writer_limits());
    let mut stream = server.connect().await;
    send(
        &mut stream,
        &format!(
            "GET /healthz HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n",
            "y".repeat(60_000)
        ),
    )
    .await;
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn one_connection_too_many_is_told_so_and_that_the_server_lives() {
    let one = HttpLimits {
        connections_max: 1,
        ..limits()
    };
    let server = running(one, writer_limits());
    let mut first = server.connect().await;
    send(&mut first, "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let mut begin = [0; 12];
    first.read_exact(&mut begin).await.unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200");
    let mut second = server.connect().await;
    send(
        &mut second,
        "POST /v1/sync HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc",
    )
    .await;
    let answer = rest(&mut second).await;
    assert!(
        answer.starts_with("HTTP/1.1 503") && answer.contains("too_many_connections"),
        "{answer}"
    );
    assert!(
        answer.contains("retry-after: 5") && answer.contains("connection: close"),
        "{answer}"
    );
    let mut third = server.connect().await;
    send(&mut third, "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let answer = rest(&mut third).await;
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("alive\n"),
        "{answer}"
    );
}

#[tokio::test]
async fn when_as_many_requests_wait_as_may_the_next_is_told_to_come_back() {
    let few = WriterLimits {
        requests_waiting_max: 1,
        ..writer_limits()
    };
    let server = running(limits(), few);
    let (working, worked) = tokio::sync::oneshot::channel();
    let (release, released) = mpsc::channel::<()>();
    let writer = server.app.writer.clone();
    let held = tokio::spawn(async move {
        writer
            .ask(0, move |_| {
                let _ = working.send(());
                let _ = released.recv();
                Ok(())
            })
            .await
    });
    worked.await.unwrap();
    let mut waiting = server.connect().await;
    send(
        &mut waiting,
        "GET /readyz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
    )
    .await;
    while server.app.writer.waiting() == 0 {
        tokio::task::yield_now().await;
    }
    let mut refused = server.connect().await;
    send(
        &mut refused,
        "GET /readyz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
    )
    .await;
    let answer = rest(&mut refused).await;
    assert!(
        answer.starts_with("HTTP/1.1 503") && answer.contains("busy"),
        "{answer}"
    );
    assert!(
        answer.to_ascii_lowercase().contains("retry-after:"),
        "{answer}"
    );
    release.send(()).unwrap();
    held.await.unwrap().unwrap();
    assert!(rest(&mut waiting).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_server_that_ends_answers_what_is_in_flight() {
    let server = running(limits(), writer_limits());
    let (working, worked) = tokio::sync::oneshot::channel();
    let (release, released) = mpsc::channel::<()>();
    let writer = server.app.writer.clone();
    let held = tokio::spawn(async move {
        writer
            .ask(0, move |_| {
                let _ = working.send(());
                let _ = released.recv();
                Ok(())
            })
            .await
    });
    worked.await.unwrap();
    let mut idle = server.connect().await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET /readyz HTTP/1.1\r\nhost: a\r\n\r\n").await;
    while server.app.writer.waiting() == 0 {
        tokio::task::yield_now().await;
    }
    server.stop.send_replace(true);
    // An idle connection is closed at once; the other waits for its answer.
    assert_eq!(rest(&mut idle).await, "");
    release.send(()).unwrap();
    held.await.unwrap().unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 200"));
    server.serving.await.unwrap();
    assert!(server.app.is_draining());
    assert!(TcpStream::connect(server.address).await.is_err());
}
