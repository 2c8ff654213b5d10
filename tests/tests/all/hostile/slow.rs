//! Clients that take their time, break off, or come in crowds.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use super::stage::Stage;

/// A connection that gives up by itself only after the test has failed.
fn connect(stage: &Stage) -> TcpStream {
    let stream =
        TcpStream::connect(stage.server.url().trim_start_matches("http://")).expect("a server");
    stream
        .set_read_timeout(Some(Duration::from_mins(1)))
        .expect("a socket");
    stream
}

/// All that the server says until it closes the connection.
fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => {}
        // What was still on its way when the server closed resets the connection.
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{error}"),
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn slow_heads_and_bodies_are_given_up_with_a_code() {
    let mut stage = Stage::with(&["--header-seconds-max", "1", "--body-seconds-max", "1"]);
    let before = stage.stored();
    for head in [
        "",
        "POST /v1/sync HT",
        "POST /v1/sync HTTP/1.1\r\nhost: a\r\nx-slow: ",
    ] {
        let mut stream = connect(&stage);
        stream.write_all(head.as_bytes()).expect("a server");
        let answer = rest(&mut stream);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
            "{head:?}: {answer}"
        );
    }
    for route in ["/v1/sync", "/v1/enrol"] {
        let mut stream = connect(&stage);
        write!(
            stream,
            "POST {route} HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\nabc"
        )
        .expect("a server");
        let answer = rest(&mut stream);
        assert!(
            answer.starts_with("HTTP/1.1 408") && answer.contains("\"too_slow\""),
            "{answer}"
        );
    }
    // Byte by byte is not fast enough either, however steadily it comes.
    let mut stream = connect(&stage);
    stream
        .write_all(b"POST /v1/sync HTTP/1.1\r\nhost: a\r\ncontent-length: 60000\r\n\r\n")
        .expect("a server");
    while stream.write_all(b"a").is_ok() {
        std::thread::sleep(Duration::from_millis(20));
        stream.set_nonblocking(true).expect("a socket");
        let mut byte = [0];
        let heard = stream.read(&mut byte);
        stream.set_nonblocking(false).expect("a socket");
        if !matches!(&heard, Err(error) if error.kind() == std::io::ErrorKind::WouldBlock) {
            assert!(heard.is_err() || &byte == b"H", "{heard:?}");
            break;
        }
    }
    assert_eq!(stage.stored(), before);
    stage.goes_on();
}

#[test]
fn a_request_that_breaks_off_leaves_nothing() {
    let mut stage = Stage::new();
    let before = stage.stored();
    let body = zstd::bulk::compress(&[1; 300], 3).expect("memory");
    let head = format!(
        "POST /v1/sync HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n",
        body.len() + 10
    );
    let whole = [head.as_bytes(), &body].concat();
    for cut in [0, 5, head.len() - 2, head.len(), whole.len() - 3] {
        let mut stream = connect(&stage);
        stream.write_all(&whole[..cut]).expect("a server");
        stream.shutdown(Shutdown::Write).expect("a socket");
        let answer = rest(&mut stream);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 400"),
            "{cut}: {answer}"
        );
    }
    for nonsense in [
        "\r\n\r\n\r\n",
        "GET\r\n\r\n",
        "SYNC /v1/sync HTTP/9.9\r\n\r\n",
        "\u{0}\u{1}\u{2}\r\n\r\n",
    ] {
        let mut stream = connect(&stage);
        stream.write_all(nonsense.as_bytes()).expect("a server");
        stream.shutdown(Shutdown::Write).expect("a socket");
        let answer = rest(&mut stream);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 400"),
            "{nonsense:?}: {answer}"
        );
    }
    assert_eq!(stage.stored(), before);
    stage.goes_on();
}

#[test]
fn one_connection_more_than_there_are_places_is_told_so() {
    let mut stage = Stage::with(&["--connections-max", "4"]);
    let before = stage.stored();
    // The good device's own connection may hold the fourth place.
    let held: Vec<TcpStream> = (0..4)
        .map(|_| {
            let mut stream = connect(&stage);
            stream
                .write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n")
                .expect("a server");
            stream
        })
        .collect();
    let mut late = connect(&stage);
    late.write_all(b"GET /readyz HTTP/1.1\r\nhost: a\r\n\r\n")
        .expect("a server");
    let answer = rest(&mut late);
    assert!(
        answer.starts_with("HTTP/1.1 503") && answer.contains("\"too_many_connections\""),
        "{answer}"
    );
    drop(held);
    // Their places are free once the server has seen them go.
    while stage
        .metric_if_served("alleyway_connections")
        .is_none_or(|open| open > 2)
    {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(stage.stored(), before);
    stage.goes_on();
}
