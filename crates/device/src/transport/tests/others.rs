//! Small servers that are not the town's: log-in pages, redirects, proxies, answers that are cut.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use alleyway_client::fault::{Fault, Kind, Problem};

use super::super::{Client, ServerUrl, Transport as _, deflate};
use super::quick;

const LOGIN: &str = "<html><form action=/login>Room number</form></html>";

fn answer(status: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\n{head}connection: close\r\n");
    let length = format!("content-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), length.as_bytes(), body].concat()
}

/// What a device is told of a flight that was answered so.
fn told(answer: Vec<u8>) -> Result<Vec<u8>, Fault> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = ServerUrl::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let handle = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        assert_ne!(stream.read(&mut [0; 4096]).unwrap(), 0);
        stream.write_all(&answer).unwrap();
    });
    let mut client = Client::new(url, quick()).unwrap();
    let mut read = || {
        client.send(b"flight")?;
        let mut all = Vec::new();
        while let Some(bytes) = client.read()? {
            all.extend(bytes);
        }
        Ok(all)
    };
    let read = read().map_err(|error: super::TransportError| error.into());
    handle.join().unwrap();
    read
}

#[test]
fn what_somebody_else_answers_is_told_as_such_and_to_be_tried_again() {
    let html = "content-type: text/html; charset=utf-8\r\n";
    let portal = "location: http://portal.example/login\r\n";
    let page = LOGIN.as_bytes();
    for (what, answer) in [
        ("a log-in page", answer("200 OK", html, page)),
        ("one without its type", answer("200 OK", "", page)),
        ("an empty one", answer("200 OK", "", b"")),
        ("a redirect", answer("302 Found", portal, b"")),
        (
            "one that keeps the method",
            answer("307 Temporary Redirect", portal, b""),
        ),
        (
            "one without a place",
            answer("301 Moved Permanently", html, page),
        ),
        ("nothing", answer("204 No Content", "", b"")),
        ("a page that forbids", answer("403 Forbidden", html, page)),
        ("another host's", answer("404 Not Found", html, page)),
        (
            "a proxy's log-in",
            answer("407 Proxy Authentication Required", html, page),
        ),
        (
            "a network's log-in",
            answer("511 Network Authentication Required", html, page),
        ),
        (
            "a proxy without its server",
            answer("502 Bad Gateway", html, page),
        ),
        (
            "one that waits in vain",
            answer("504 Gateway Timeout", "", b""),
        ),
        (
            "one that is busy",
            answer("503 Service Unavailable", html, page),
        ),
        (
            "a long page",
            answer("500 Internal Server Error", html, &vec![b'x'; 40_000]),
        ),
        (
            "somebody else's JSON",
            answer(
                "401 Unauthorized",
                "content-type: application/json\r\n",
                br#"{"code":"login"}"#,
            ),
        ),
    ] {
        let fault = told(answer).expect_err(what);
        assert_eq!(
            (fault.problem, fault.kind(), fault.code.as_str()),
            (Problem::NotTheServer, Kind::Offline, "not_the_server"),
            "{what}: {fault}"
        );
    }
}

#[test]
fn an_answer_that_is_cut_off_is_a_broken_line_whatever_said_how_long_it_is() {
    let packed = deflate(&vec![7; 100_000]).unwrap();
    let cut = &packed[..packed.len() / 2];
    let announced = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n",
        packed.len()
    );
    let chunked = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n",
        cut.len()
    );
    let to_its_end = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_owned();
    for head in [announced, chunked, to_its_end] {
        let fault = told([head.as_bytes(), cut].concat()).expect_err(&head);
        assert_eq!(
            (fault.problem, fault.kind()),
            (Problem::Broken, Kind::Offline),
            "{head}"
        );
    }
}

#[test]
fn what_the_server_itself_refuses_is_still_told_in_its_words() {
    let body = r#"{"code":"unknown_device","text_zh":"没有这台设备","text_en":"no such device"}"#;
    let head = "content-type: application/json\r\n";
    let fault = told(answer("401 Unauthorized", head, body.as_bytes())).unwrap_err();
    assert_eq!(
        (fault.problem, fault.kind(), fault.code.as_str()),
        (Problem::ServerRefuses, Kind::Refused, "unknown_device")
    );
}
