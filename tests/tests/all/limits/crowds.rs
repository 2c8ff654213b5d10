//! More than has a place: documents in memory, connections.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use alleyway_core::time::Time;
use alleyway_tests::forge::Typist;
use alleyway_tests::process::{Port, Server};
use tempfile::TempDir;

const CLOCK: &str = "2026-03-01T08:00:00+08:00";
const NOW: Time = Time(1_772_323_200_000);
/// The smallest cache that is taken.
const LOADED_MAX: u64 = 16;
/// Documents that are served through it.
const DOCUMENTS: usize = 120;
const CONNECTIONS: usize = 4;

fn start(folder: &TempDir, flags: &[&str]) -> Server {
    let clock = ["--clock".to_owned(), CLOCK.to_owned()];
    let args = [&["demo", "--town", "small"], flags].concat();
    let port = Port::hidden().expect("a port");
    Server::start(&folder.path().join("town"), &port, &args, &clock).expect("a server")
}

fn phone(server: &Server, member: &str) -> Typist {
    let code = server.invite(member).expect("a member");
    Typist::enrol(server.url(), &code, member, NOW, 1).expect("a good code")
}

fn metric(server: &Server, name: &str) -> u64 {
    let text = server.metrics().expect("a server that runs");
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value
        .unwrap_or_else(|| panic!("no {name} in\n{text}"))
        .parse()
        .expect("a number")
}

#[test]
fn many_documents_go_through_a_small_cache_which_never_holds_more_than_it_may() {
    let folder = TempDir::new().expect("a folder");
    let server = start(
        &folder,
        &["--loaded-documents-max", &LOADED_MAX.to_string()],
    );
    let mut xie = phone(&server, "xie");
    xie.sync().expect("a server that answers");
    let loaded = || metric(&server, "alleyway_loaded_documents");
    let mut cases = Vec::new();
    for at in 0..DOCUMENTS {
        cases.push(
            xie.report(&format!("第 {at} 条路坏了"), "全是坑。", "村口", "")
                .expect("a chief reports"),
        );
    }
    xie.sync().expect("a server that answers");
    assert!(loaded() <= LOADED_MAX, "{}", loaded());
    for case in &cases {
        xie.note(*case, "还没修。").expect("a chief notes");
    }
    let noted = xie.sync().expect("a server that answers").summary;
    assert_eq!(
        (noted.admitted, noted.up_to_date),
        (DOCUMENTS as u64, true),
        "{noted:?}"
    );
    assert!(loaded() <= LOADED_MAX, "{}", loaded());
    let mut lu = phone(&server, "lu");
    assert!(lu.sync().expect("a server that answers").summary.up_to_date);
    assert!(cases.iter().all(|case| {
        lu.replica
            .case(*case)
            .is_some_and(|case| case.log.len() == 2)
    }));
    assert!(loaded() <= LOADED_MAX, "{}", loaded());
    assert_eq!(metric(&server, "alleyway_loaded_documents_max"), LOADED_MAX);
}

#[test]
fn when_all_places_are_taken_the_next_is_told_so_and_served_once_one_is_free() {
    let folder = TempDir::new().expect("a folder");
    let server = start(
        &folder,
        &[
            "--connections-max",
            &CONNECTIONS.to_string(),
            "--header-seconds-max",
            "600",
        ],
    );
    let mut xie = phone(&server, "xie");
    xie.sync().expect("a server that answers");
    xie.report("路坏了", "全是坑。", "村口", "")
        .expect("a chief reports");
    let address = server.url().trim_start_matches("http://");
    // As many as there are places, those of the phone and of those who asked before ended.
    let mut held = Vec::new();
    let told = loop {
        let mut stream = TcpStream::connect(address).expect("a listener");
        stream.set_nonblocking(true).expect("a socket");
        held.push(stream.try_clone().expect("a socket"));
        assert!(held.len() < 1_000, "nobody is turned away");
        if held.len() > CONNECTIONS {
            stream.set_nonblocking(false).expect("a socket");
            stream
                .write_all(b"GET /readyz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
                .expect("a request");
            let mut answer = String::new();
            stream
                .read_to_string(&mut answer)
                .expect("an answer and the end");
            // Served, if it came so late that one which has said nothing made room.
            if !answer.starts_with("HTTP/1.1 200") {
                break answer;
            }
        }
    };
    assert!(
        told.starts_with("HTTP/1.1 503") && told.contains("too_many_connections"),
        "{told}"
    );
    assert!(
        told.to_ascii_lowercase().contains("retry-after: 5"),
        "{told}"
    );
    drop(held);
    let summary = loop {
        // Until the server has seen that they left.
        if let Ok(report) = xie.sync() {
            break report.summary;
        }
    };
    assert_eq!(
        (summary.admitted, summary.up_to_date),
        (1, true),
        "{summary:?}"
    );
    assert!(metric(&server, "alleyway_connections_refused_total") >= 1);
}
