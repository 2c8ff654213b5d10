//! Fewer open files than connections that come, with the real server's process.

use std::io::Write as _;
use std::net::TcpStream;

use alleyway_core::time::Time;
use alleyway_tests::forge::Typist;
use alleyway_tests::process::{Port, Server};
use tempfile::TempDir;

const NOW: Time = Time(1_772_323_200_000);
const CLOCK: &str = "2026-03-01T08:00:00+08:00";
/// More than the server may have open files.
const IDLE: usize = 400;

#[test]
fn more_connections_than_files_are_turned_away_and_the_server_goes_on_committing() {
    let folder = TempDir::new().expect("a folder");
    let few = ["sh", "-c", "ulimit -n 256; exec \"$0\" \"$@\""].map(str::to_owned);
    let clock = ["--clock".to_owned(), CLOCK.to_owned()];
    let data = folder.path().join("town");
    let args = ["demo", "--town", "small"];
    let port = Port::hidden().expect("a port");
    let server = Server::start_under(&few, &data, &port, &args, &clock).expect("starts");
    assert!(
        server.log().contains("too few open files"),
        "{}",
        server.log()
    );

    let address = server.url().trim_start_matches("http://").to_owned();
    let idle: Vec<TcpStream> = (0..IDLE)
        .filter_map(|_| {
            let mut stream = TcpStream::connect(&address).ok()?;
            // As far as it is still taken: many are closed at once.
            let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\n");
            Some(stream)
        })
        .collect();
    // Each is a commit, through the socket: there are files left for it.
    for member in ["xie", "lu", "wei"] {
        server.invite(member).expect("a server that lives");
    }
    assert!(
        !server.log().contains("Too many open files"),
        "{}",
        server.log()
    );
    drop(idle);
    let code = server.invite("xie").expect("a server that lives");
    let mut phone = Typist::enrol(server.url(), &code, "xie", NOW, 1).expect("a good code");
    assert!(phone.sync().expect("an answer").summary.up_to_date);
}
