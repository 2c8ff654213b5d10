//! Who reads the metrics, and who does not.

use tokio::sync::watch;

use super::super::{listen, serve_metrics};
use super::connections::{rest, running, send};
use super::{limits, plain_app, refused, request, writer_limits};
use axum::http::Method;
use tokio::net::TcpStream;

const ASK: &str = "GET /metrics HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn the_port_of_devices_and_residents_has_no_metrics() {
    let app = plain_app();
    let asked = request(Method::GET, "/metrics", b"");
    assert_eq!(refused(&app, asked).await, (404, "not_found".to_owned()));
    let server = running(limits(), writer_limits());
    let mut stream = server.connect().await;
    send(&mut stream, ASK).await;
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert!(!answer.contains("alleyway_"), "{answer}");
}

#[tokio::test]
async fn the_listener_of_the_metrics_has_them_and_nothing_else() {
    let app = plain_app();
    let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let (_stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(serve_metrics(listener, app.clone(), stopped));
    let mut stream = TcpStream::connect(address).await.unwrap();
    send(&mut stream, ASK).await;
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("alleyway_ledger_sequence 0\n"), "{answer}");
    for other in ["/healthz", "/readyz", "/v1/track/wrong", "/v1/sync"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        send(&mut stream, &ASK.replace("/metrics", other)).await;
        let answer = rest(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{other}: {answer}");
    }
    // Whoever looks is no device and no resident.
    assert_eq!(app.metrics.connections.get(), 0);
    serving.abort();
}
