//! A proxy that proves reads: requests go on to the town's server as they came, but for the proof.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use alleyway_core::sync::read::PROOF_HEADER;
use alleyway_core::time::Time;
use alleyway_core::wire::Wire as _;
use alleyway_device::store::DeviceStore;
use alleyway_replica::Replica;
use alleyway_server::clock::parse_rfc3339;

use super::town::{LATER, ReadTown};
use crate::process::ProcessError;

/// The value of the header in place of which the proof is put. Any other goes on as it is.
pub const PROVE: &str = "prove";
/// Bytes of a request's head and body at most.
const REQUEST_BYTES_MAX: usize = 1 << 20;
/// How long a request or an answer may take.
const TIME_MAX: Duration = Duration::from_mins(1);
/// What an administrator reads; the rest is the auditor's.
const ADMINISTRATORS: [&str; 2] = ["/v1/q/devices", "/v1/q/invitation"];

/// The proxy; it serves as long as the program runs.
pub struct Proxy {
    url: String,
}

/// Who proves, and where to.
struct Desk {
    server: String,
    auditor: Mutex<Replica>,
    administrator: Mutex<Replica>,
    now: Time,
    drawn: AtomicU64,
}

impl Proxy {
    /// Serves a town's reads at a free port of this machine.
    ///
    /// # Errors
    /// A device's store cannot be opened, or the system refuses.
    pub fn start(town: &ReadTown) -> Result<Self, ProcessError> {
        let of = |member: &str| {
            let failed = |error: String| ProcessError::Answer(format!("{member}: {error}"));
            let device = town.device(member)?;
            let store = DeviceStore::open(device.home()).map_err(|e| failed(e.to_string()))?;
            Replica::open(&store).map_err(|e| failed(e.to_string()))
        };
        let server = town.server().url().trim_start_matches("http://").to_owned();
        let now = parse_rfc3339(LATER).ok_or_else(|| ProcessError::Answer(LATER.to_owned()))?;
        let desk = Desk {
            server,
            auditor: Mutex::new(of("deng")?),
            administrator: Mutex::new(of("zhou")?),
            now,
            drawn: AtomicU64::new(0),
        };
        let desk = Arc::new(desk);
        let listener =
            TcpListener::bind("127.0.0.1:0").map_err(ProcessError::system("a free port"))?;
        let address = listener
            .local_addr()
            .map_err(ProcessError::system("the port's address"))?;
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let desk = Arc::clone(&desk);
                // A client that goes away ends its own connection and no other.
                thread::spawn(move || desk.serve(stream));
            }
        });
        Ok(Self {
            url: format!("http://{address}"),
        })
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Desk {
    /// Passes one request on, and the answer back as it is; then the connection ends.
    fn serve(&self, mut client: TcpStream) -> std::io::Result<()> {
        client.set_read_timeout(Some(TIME_MAX))?;
        let Some((head, body)) = request(&mut client)? else {
            return Ok(());
        };
        let mut server = TcpStream::connect(&self.server)?;
        server.set_read_timeout(Some(TIME_MAX))?;
        server.write_all(&self.proved(&head))?;
        server.write_all(&body)?;
        std::io::copy(&mut server, &mut client)?;
        Ok(())
    }

    /// A request's head with the proof in its place, and without what would keep the connection.
    fn proved(&self, head: &[u8]) -> Vec<u8> {
        let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let first = lines.next().unwrap_or_default();
        let mut proved = first.to_vec();
        for line in lines.filter(|line| !line.is_empty()) {
            let mut parts = line.splitn(2, |byte| *byte == b':').map(<[u8]>::trim_ascii);
            let (name, value) = (parts.next().unwrap_or_default(), parts.next());
            if name.eq_ignore_ascii_case(b"connection") {
                continue;
            }
            proved.extend_from_slice(b"\r\n");
            let is_asked = name.eq_ignore_ascii_case(PROOF_HEADER.as_bytes())
                && value == Some(PROVE.as_bytes());
            match self.proof(first).filter(|_| is_asked) {
                Some(proof) => {
                    proved.extend_from_slice(format!("{PROOF_HEADER}: {proof}").as_bytes());
                }
                None => proved.extend_from_slice(line),
            }
        }
        proved.extend_from_slice(b"\r\nconnection: close\r\n\r\n");
        proved
    }

    /// The proof that the device asks for what a request's first line names.
    fn proof(&self, first: &[u8]) -> Option<String> {
        let target = std::str::from_utf8(first).ok()?.split(' ').nth(1)?;
        let path = target.split('?').next()?;
        let reader = if ADMINISTRATORS.contains(&path) {
            &self.administrator
        } else {
            &self.auditor
        };
        let drawn = self.drawn.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
        let proof = reader.prove_read(target, drawn, self.now)?;
        let mut digits = String::new();
        for byte in proof.to_bytes() {
            // Writing to a string does not fail.
            let _ = write!(digits, "{byte:02x}");
        }
        Some(digits)
    }
}

/// A request's head, up to the blank line, and its body; none if the client went away before.
fn request(client: &mut TcpStream) -> std::io::Result<Option<(Vec<u8>, Vec<u8>)>> {
    let mut head = Vec::new();
    let mut body = Vec::new();
    let mut length = None;
    let mut chunk = [0; 4_096];
    loop {
        if length.is_none()
            && let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n")
        {
            body = head.split_off(end + 4);
            length = Some(body_length(&head));
        }
        if length.is_some_and(|length| body.len() >= length) {
            return Ok(Some((head, body)));
        }
        let read = client.read(&mut chunk)?;
        if read == 0 || head.len() + body.len() > REQUEST_BYTES_MAX {
            return Ok(None);
        }
        let into = if length.is_none() {
            &mut head
        } else {
            &mut body
        };
        into.extend_from_slice(&chunk[..read]);
    }
}

/// The bytes of a request's body, as its head says.
fn body_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let mut lines = head.lines();
    let length = lines.find_map(|line| line.strip_prefix("content-length:"));
    length
        .and_then(|length| length.trim().parse().ok())
        .unwrap_or(0)
}
