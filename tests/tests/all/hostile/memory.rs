//! Memory: bounded by connections, not by what they send.

use std::io::Write as _;
use std::net::TcpStream;
use std::thread;

use alleyway_tests::forge::{bomb, client, post};

use super::stage::Stage;

/// What a connection may cost (`http/serve.rs`, `docs/protocol.md`), in KiB.
const CONNECTION_KIB_MAX: u64 = 3 * 1024;
const CONNECTIONS: usize = 120;
/// Clients that send bombs meanwhile.
const BOMBERS: usize = 4;
const BOMBS_EACH: usize = 25;

/// The most memory the process ever had, in KiB.
fn peak_kib(stage: &Stage) -> u64 {
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", stage.server.pid())).expect("Linux");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .expect("Linux");
    line.trim()
        .trim_end_matches(" kB")
        .parse()
        .expect("a number")
}

#[test]
fn many_slow_and_oversized_connections_stay_within_the_bound() {
    let mut stage = Stage::new();
    let before = (stage.stored(), peak_kib(&stage));
    let address = stage.server.url().trim_start_matches("http://").to_owned();
    let held: Vec<TcpStream> = (0..CONNECTIONS)
        .map(|index| {
            let mut stream = TcpStream::connect(&address).expect("a server");
            // A third never ends its head, a third its body, a third never reads its answers.
            let sent = match index % 3 {
                0 => format!(
                    "POST /v1/sync HTTP/1.1\r\nhost: a\r\nx: {}",
                    "y".repeat(30_000)
                ),
                1 => {
                    format!(
                        "POST /v1/sync HTTP/1.1\r\nhost: a\r\ncontent-length: 66000\r\n\r\n{}",
                        "z".repeat(65_000)
                    )
                }
                _ => "GET /v1/track/wrong HTTP/1.1\r\nhost: a\r\naccept: text/html\r\n\r\n"
                    .repeat(500),
            };
            // The server may have closed it already.
            let _ = stream
                .set_nonblocking(true)
                .and_then(|()| stream.write_all(sent.as_bytes()));
            stream
        })
        .collect();
    let bomb = bomb(512 * 1024 * 1024).expect("memory");
    let url = stage.server.url().to_owned();
    thread::scope(|scope| {
        for _ in 0..BOMBERS {
            scope.spawn(|| {
                let mut line = client(&url).expect("an address");
                for _ in 0..BOMBS_EACH {
                    let heard = post(&mut line, "/v1/sync", bomb.clone()).expect("an answer");
                    assert_eq!(heard.refusal(), (413, "too_large"));
                }
            });
        }
    });
    stage.goes_on();
    let grown = peak_kib(&stage) - before.1;
    let bound = CONNECTION_KIB_MAX * (CONNECTIONS + BOMBERS + 2) as u64;
    println!(
        "{} connections: the peak grew from {} by {grown} KiB; the bound is {bound} KiB",
        held.len(),
        before.1
    );
    assert!(grown <= bound, "{grown} KiB over {bound} KiB");
    drop(held);
    assert_eq!(stage.sequence(), before.0.0 + 1, "only the good note");
}
