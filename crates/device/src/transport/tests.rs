mod others;
mod tls;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use super::*;

/// Serves `answers` one after another on one connection; returns the requests it read.
fn server(answers: Vec<Vec<u8>>) -> (ServerUrl, JoinHandle<Vec<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = ServerUrl::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let handle = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        answers
            .into_iter()
            .map(|answer| serve(&mut stream, &answer))
            .collect()
    });
    (url, handle)
}

fn serve(stream: &mut std::net::TcpStream, answer: &[u8]) -> Vec<u8> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !request.ends_with(b"BODY") {
        let read = stream.read(&mut buffer).unwrap();
        assert_ne!(read, 0, "the client hung up");
        request.extend_from_slice(&buffer[..read]);
    }
    stream.write_all(answer).unwrap();
    request
}

fn quick() -> Timeouts {
    Timeouts {
        connect: Duration::from_secs(5),
        shake: Duration::from_secs(5),
        answer: Duration::from_millis(300),
        idle: Duration::from_millis(300),
    }
}

fn ok(body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

#[test]
fn two_requests_use_one_connection_and_every_byte_is_counted() {
    let answers = vec![ok("first"), ok("second")];
    let down: usize = answers.iter().map(Vec::len).sum();
    let (url, handle) = server(answers);
    let mut client = Client::new(url, quick()).unwrap();
    assert_eq!(
        client
            .post("/v1/sync", b"BODY".to_vec())
            .unwrap()
            .whole(100)
            .unwrap(),
        b"first"
    );
    assert_eq!(
        client
            .post("/v1/sync", b"BODY".to_vec())
            .unwrap()
            .whole(100)
            .unwrap(),
        b"second"
    );
    let traffic = client.traffic();
    let requests = handle.join().unwrap();
    assert_eq!(
        traffic.up(),
        requests.iter().map(Vec::len).sum::<usize>() as u64
    );
    assert_eq!(traffic.down(), down as u64);
}

#[test]
fn a_connection_that_the_server_closed_meanwhile_is_made_anew() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = ServerUrl::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let (closed, told) = std::sync::mpsc::channel();
    let handle = thread::spawn(move || {
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().unwrap();
            serve(&mut stream, &ok("answer"));
            drop(stream);
            closed.send(()).unwrap();
        }
    });
    let mut client = Client::new(url, quick()).unwrap();
    for _ in 0..2 {
        assert_eq!(
            client
                .post("/v1/sync", b"BODY".to_vec())
                .unwrap()
                .whole(100)
                .unwrap(),
            b"answer"
        );
        told.recv().unwrap();
    }
    handle.join().unwrap();
}

#[test]
fn a_body_cut_off_is_a_broken_connection() {
    let (url, handle) = server(vec![
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n".to_vec(),
    ]);
    let mut client = Client::new(url, quick()).unwrap();
    let mut answer = client.post("/v1/sync", b"BODY".to_vec()).unwrap();
    assert_eq!(answer.chunk().unwrap().as_deref(), Some(&b"hello"[..]));
    handle.join().unwrap();
    assert!(matches!(answer.chunk(), Err(TransportError::Broken(_))));
}

#[test]
fn a_silent_server_and_an_absent_one_are_told_apart() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = ServerUrl::parse(&format!("http://{}", silent.local_addr().unwrap())).unwrap();
    let mut client = Client::new(url.clone(), quick()).unwrap();
    assert_eq!(
        client.post("/v1/sync", b"BODY".to_vec()).unwrap_err(),
        TransportError::TimedOut
    );
    drop(silent);
    let mut client = Client::new(url, quick()).unwrap();
    assert!(matches!(
        client.post("/v1/sync", b"BODY".to_vec()),
        Err(TransportError::NoConnection { .. })
    ));
}

#[test]
fn a_busy_server_says_when_to_come_back() {
    let body = r#"{"code":"busy","text_zh":"忙","text_en":"busy"}"#;
    let answer = format!(
        "HTTP/1.1 503 Unavailable\r\nretry-after: 7\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let (url, handle) = server(vec![answer.into_bytes()]);
    let mut client = Client::new(url, quick()).unwrap();
    match client.post("/v1/sync", b"BODY".to_vec()) {
        Err(TransportError::Refused(error)) => {
            assert_eq!((error.status, error.retry_after), (503, Some(7)));
        }
        other => panic!("{other:?}"),
    }
    handle.join().unwrap();
}

#[test]
fn a_body_longer_than_its_limit_is_not_kept() {
    let (url, handle) = server(vec![ok(&"长".repeat(100))]);
    let mut client = Client::new(url, quick()).unwrap();
    let error = client
        .post("/v1/enrol", b"BODY".to_vec())
        .unwrap()
        .whole(50)
        .unwrap_err();
    assert_eq!(error, TransportError::TooLong { limit: 50 });
    handle.join().unwrap();
}

#[test]
fn a_wait_is_halted_from_another_thread() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = ServerUrl::parse(&format!("http://{}", silent.local_addr().unwrap())).unwrap();
    let halt = Halt::new();
    let mut client = Client::new(url, Timeouts::default())
        .unwrap()
        .halted_by(&Halt::new().joined(&halt));
    let waits = thread::spawn(move || client.post("/v1/sync", b"BODY".to_vec()).map(drop));
    let (_connection, _) = silent.accept().unwrap();
    halt.trip();
    assert_eq!(waits.join().unwrap(), Err(TransportError::Halted));
}

#[test]
fn a_thread_of_an_async_program_may_wait_too() {
    let (url, handle) = server(vec![ok("answer")]);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let answer = runtime.block_on(async {
        let mut client = Client::new(url, quick()).unwrap();
        client
            .post("/v1/sync", b"BODY".to_vec())
            .unwrap()
            .whole(100)
    });
    assert_eq!(answer.unwrap(), b"answer");
    handle.join().unwrap();
}

#[test]
fn an_answer_comes_inflated_in_pieces_and_only_whole() {
    let packed = deflate(&vec![7; 100_000]).unwrap();
    let head =
        |length: usize| format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n").into_bytes();
    let whole = [head(packed.len()), packed.clone()].concat();
    let cut = &packed[..packed.len() - 1];
    let cut = [head(cut.len()), cut.to_vec()].concat();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = ServerUrl::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let handle = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        for answer in [whole, cut] {
            let mut head = [0; 4_096];
            assert_ne!(stream.read(&mut head).unwrap(), 0);
            stream.write_all(&answer).unwrap();
        }
    });
    let mut client = Client::new(url, quick()).unwrap();
    client.send(b"flight").unwrap();
    let mut inflated = Vec::new();
    while let Some(bytes) = client.read().unwrap() {
        assert!(bytes.len() <= 32 * 1024);
        inflated.extend(bytes);
    }
    assert_eq!(inflated, vec![7; 100_000]);
    assert_eq!(client.read(), Ok(None), "until the next flight");
    client.send(b"flight").unwrap();
    let ended = std::iter::repeat_with(|| client.read()).find(|read| !matches!(read, Ok(Some(_))));
    let truncated = TransportError::Broken(InflateError::Truncated.to_string());
    assert_eq!(ended, Some(Err(truncated)));
    assert_eq!(client.spent().round_trips, 2);
    handle.join().unwrap();
}
