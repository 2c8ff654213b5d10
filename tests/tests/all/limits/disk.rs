//! A disk that is nearly full, and one that refuses a commit: with the real server's process.

use std::path::Path;
use std::process::{Child, Stdio};

use alleyway_core::time::Time;
use alleyway_tests::forge::Typist;
use alleyway_tests::process::{Binaries, Port, Server, cramped, get};
use serde_json::Value;
use tempfile::TempDir;

const CLOCK: &str = "2026-03-01T08:00:00+08:00";
const NOW: Time = Time(1_772_323_200_000);
/// What no disk has free.
const RESERVE: &str = "1125899906842624";
/// The store failed.
const STORE_FAILED: i32 = 70;
/// Commands typed between two syncs while the disk fills up.
const NOTES: usize = 200;

/// A demo town on its folder, and a chief's phone with a case.
fn town(folder: &TempDir) -> (Server, Typist, alleyway_core::id::DocumentId) {
    let clock = ["--clock".to_owned(), CLOCK.to_owned()];
    let args = ["demo", "--town", "small"];
    let port = Port::hidden().expect("a port");
    let server =
        Server::start(&folder.path().join("town"), &port, &args, &clock).expect("a server");
    let code = server.invite("xie").expect("a member");
    let mut phone = Typist::enrol(server.url(), &code, "xie", NOW, 1).expect("a good code");
    phone.sync().expect("a server that answers");
    let case = phone
        .report("甜橙路坏了", "去果园的路全是坑。", "村口", "")
        .expect("a chief reports");
    phone.sync().expect("a server that answers");
    (server, phone, case)
}

fn metrics(server: &Server) -> String {
    server.metrics().expect("a server that runs")
}

fn metric(text: &str, name: &str) -> Option<f64> {
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
}

#[test]
fn a_server_below_its_reserve_says_so_and_lives_and_takes_everything_once_there_is_room() {
    let folder = TempDir::new().expect("a folder");
    let (mut server, mut phone, case) = town(&folder);
    server.stop().expect("stops");
    let data = server.data().to_owned();
    let short = Server::start(
        &data,
        server.port(),
        &["demo", "--disk-reserve-bytes", RESERVE],
        &[],
    )
    .expect("starts all the same");
    phone
        .note(case, "又下雨了，坑更深。")
        .expect("a chief notes");
    let refused = phone.sync().expect_err("no room").to_string();
    assert!(
        refused.contains("disk_full") || refused.contains("507"),
        "{refused}"
    );
    for route in ["healthz", "readyz"] {
        assert_eq!(
            get(&format!("{}/{route}", short.url()))
                .expect("alive")
                .status,
            200,
            "{route}"
        );
    }
    let text = metrics(&short);
    assert!(
        metric(&text, "alleyway_http_errors_total{code=\"disk_full\"}")
            .is_some_and(|count| count > 0.0),
        "{text}"
    );
    assert!(
        metric(&text, "alleyway_disk_free_bytes") < metric(&text, "alleyway_disk_reserve_bytes"),
        "{text}"
    );
    assert!(short.log().contains("nearly full"), "{}", short.log());
    drop(short);
    server.restart().expect("with room");
    let report = phone.sync().expect("room");
    assert_eq!(
        (report.summary.admitted, report.summary.up_to_date),
        (1, true),
        "{report:?}"
    );
}

/// A server whose files may grow no further than so many blocks of 512 bytes, as on a full disk.
struct Cramped(Child);

impl Cramped {
    fn serve(data: &Path, listen: &str, blocks: u64, log: &Path) -> Self {
        let server = Binaries::find().expect("built").server;
        let child = cramped(&server, blocks)
            .args(["demo", "--log-format", "text", "--listen", listen, "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(log).expect("a folder"))
            .spawn()
            .expect("a shell");
        Self(child)
    }
}

impl Drop for Cramped {
    fn drop(&mut self) {
        // It has ended, or the test failed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_commit_that_the_disk_refuses_ends_the_server_which_says_why_and_has_what_it_acknowledged() {
    let folder = TempDir::new().expect("a folder");
    let (mut server, mut phone, case) = town(&folder);
    assert_eq!(server.stop().expect("stops"), Some(0));
    let data = server.data().to_owned();
    // A little room behind the largest file: sled grows in segments.
    let largest = std::fs::metadata(data.join("ledger/db"))
        .expect("there")
        .len();
    let log = folder.path().join("cramped.log");
    let mut cramped = Cramped::serve(
        &data,
        &server.port().address(),
        largest.div_ceil(512) + 2_048,
        &log,
    );
    let mut typed = 0;
    let mut admitted = 0;
    let status = loop {
        for _ in 0..NOTES {
            typed += 1;
            phone
                .note(
                    case,
                    &format!("第 {typed} 次下雨。{}", "坑更深了，要垫碎石。".repeat(100)),
                )
                .expect("a chief notes");
        }
        // Until it serves, and once it has ended, there is nobody.
        if let Ok(report) = phone.sync() {
            admitted += report.summary.admitted;
        }
        if let Some(status) = cramped.0.try_wait().expect("a child") {
            break status;
        }
    };
    let said = std::fs::read_to_string(&log).expect("there");
    assert_eq!(status.code(), Some(STORE_FAILED), "{said}");
    for part in ["the store failed", "start again", "restore"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(!said.contains("panicked"), "{said}");
    println!("{admitted} of {typed} commands were acknowledged before the disk refused");
    let failure: Value =
        serde_json::from_slice(&std::fs::read(data.join("last-failure")).expect("written down"))
            .expect("JSON");
    assert!(!failure["reason"].as_str().expect("a reason").is_empty());

    server.restart().expect("it starts again");
    assert!(metric(&metrics(&server), "alleyway_last_failure_seconds").is_some_and(|at| at > 1e9));
    let report = phone.sync().expect("room");
    assert_eq!(
        (report.summary.up_to_date, report.summary.refused),
        (true, 0),
        "{report:?}"
    );
    let mut other = {
        let code = server.invite("lu").expect("a member");
        Typist::enrol(server.url(), &code, "lu", NOW, 1).expect("a good code")
    };
    other.sync().expect("a server that answers");
    let entries = other.replica.case(case).expect("a case").log.len();
    assert_eq!(entries, typed + 1, "each once, on a new phone");
}
