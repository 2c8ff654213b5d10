//! The real programs over a line of 1,000 bytes a second that breaks after each 6 kB: a backlog gets
//! up over it, and down to another phone, and little of it more than once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what goes wrong ends the test"
)]

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use alleyway_tests::process::{Device, Port, Server};
use serde_json::Value;
use tempfile::TempDir;

/// How many bytes a second go each way.
const RATE: usize = 1_000;
/// What a connection carries each way before it breaks, in bytes.
const CONNECTION_BYTES: usize = 6_000;
/// Between two looks at what there is to carry, while the line is slow.
const TICK: Duration = Duration::from_millis(50);
/// Syncs that break off before one comes to its end.
const SYNCS_MAX: usize = 30;

/// What stands between phones and the server.
#[derive(Default)]
struct Proxy {
    /// From now on it is slow, and breaks.
    is_thin: AtomicBool,
    up: AtomicUsize,
    down: AtomicUsize,
}

impl Proxy {
    /// Listens in front of a server; returns its own address.
    fn before(server: &str) -> (Arc<Self>, String) {
        let proxy = Arc::new(Self::default());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let to = server.trim_start_matches("http://").to_owned();
        let shared = Arc::clone(&proxy);
        std::thread::spawn(move || {
            for phone in listener.incoming().flatten() {
                let server = TcpStream::connect(&to).unwrap();
                let both = [
                    (
                        phone.try_clone().unwrap(),
                        server.try_clone().unwrap(),
                        true,
                    ),
                    (server, phone, false),
                ];
                for (from, to, is_up) in both {
                    let proxy = Arc::clone(&shared);
                    std::thread::spawn(move || proxy.carry(from, to, is_up));
                }
            }
        });
        (proxy, url)
    }

    fn carry(&self, mut from: TcpStream, mut to: TcpStream, is_up: bool) {
        let counted = if is_up { &self.up } else { &self.down };
        let (mut carried, mut bytes) = (0, vec![0; 16 * 1024]);
        loop {
            let is_thin = self.is_thin.load(Ordering::Relaxed);
            let most = if is_thin { RATE / 20 } else { bytes.len() };
            let read = match from.read(&mut bytes[..most]) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            counted.fetch_add(read, Ordering::Relaxed);
            carried += read;
            if is_thin {
                std::thread::sleep(TICK);
            }
            if is_thin && carried > CONNECTION_BYTES || to.write_all(&bytes[..read]).is_err() {
                break;
            }
        }
        let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
    }
}

fn phone(folder: &Path, name: &str, server: &Server, url: &str) -> Device {
    let device = Device::new(&folder.join(name)).unwrap();
    let code = server.invite(name).unwrap();
    run(&device, &["enrol", url, &code]);
    run(&device, &["sync"]);
    device
}

fn run(device: &Device, args: &[&str]) -> Value {
    device.run(None, args).unwrap().done().unwrap()
}

/// Syncs until it comes to its end. Returns how often it broke off before.
fn sync(device: &Device) -> usize {
    (0..SYNCS_MAX)
        .find(|_| device.run(None, &["sync"]).unwrap().exit == 0)
        .expect("everything gets through in the end")
}

/// A text of so many Chinese characters that does not pack.
fn text(characters: u32, seed: u32) -> String {
    let mut state = seed;
    let mut draw = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 16
    };
    (0..characters)
        .filter_map(|_| char::from_u32(0x4e00 + draw() % 0x5000))
        .collect()
}

#[test]
fn a_backlog_gets_over_a_line_of_a_thousand_bytes_a_second_that_breaks() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("town");
    let args = ["demo", "--town", "small", "--body-seconds-max", "3"];
    let server = Server::start(&data, &Port::hidden().unwrap(), &args, &[]).unwrap();
    let (proxy, url) = Proxy::before(server.url());
    let xie = phone(folder.path(), "xie", &server, &url);
    let lu = phone(folder.path(), "lu", &server, &url);

    let (told, noted) = (text(1_600, 1), text(1_600, 2));
    let report = [
        "report",
        "--category",
        "road",
        "--title",
        "路",
        "--text",
        &told,
    ];
    let number = run(&xie, &report)["number"].as_str().unwrap().to_owned();
    run(&xie, &["note", &number, "--text", &noted]);
    let content = told.len() + noted.len();

    proxy.is_thin.store(true, Ordering::Relaxed);
    let before = proxy.up.load(Ordering::Relaxed);
    let broken = sync(&xie);
    let up = proxy.up.load(Ordering::Relaxed) - before;
    println!("up: {broken} broken off, {up} bytes for {content} of text");
    assert!(broken > 0, "it is more than a connection carries");
    assert!(up < 4 * content, "{up}");
    assert_eq!(run(&xie, &["pending"]).as_array().map(Vec::len), Some(0));

    let before = proxy.down.load(Ordering::Relaxed);
    let broken = sync(&lu);
    let down = proxy.down.load(Ordering::Relaxed) - before;
    println!("down: {broken} broken off, {down} bytes");
    assert!(down < 4 * content, "{down}");
    let shown = run(&lu, &["show", &number]).to_string();
    assert!(shown.contains(&told) && shown.contains(&noted));
}
