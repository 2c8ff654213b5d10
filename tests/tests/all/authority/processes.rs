//! Over real processes: what an administrator does while the server runs.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use alleyway_tests::process::{Binaries, Device, Server, copy_folder, post};
use serde_json::Value;
use tempfile::TempDir;

/// The clock of the demo town.
const CLOCK: &str = "2026-03-01T08:00:00+08:00";
/// The audit is not sound.
const DAMAGE_FOUND: i32 = 1;
/// The folder is damaged.
const BAD_FOLDER: i32 = 76;
/// Nothing was changed.
const BAD_INPUT: i32 = 65;

/// A server with its administrator, and a folder for phones.
struct Stage {
    server: Server,
    phones: TempDir,
}

/// What the server's program answered.
struct Told {
    exit: i32,
    value: Value,
    said: String,
}

fn administer(data: &Path, args: &[&str]) -> Told {
    let output = Command::new(Binaries::find().expect("built").server)
        .args(args)
        .args(["--json", "--lang", "en", "--data"])
        .arg(data)
        .output()
        .expect("the program");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    let told = if output.stdout.is_empty() {
        &output.stderr
    } else {
        &output.stdout
    };
    let value = serde_json::from_slice(told).unwrap_or(Value::Null);
    Told {
        exit: output.status.code().unwrap_or(-1),
        value,
        said,
    }
}

fn done(data: &Path, args: &[&str]) -> Value {
    let told = administer(data, args);
    assert_eq!(told.exit, 0, "{args:?}: {}", told.said);
    told.value
}

impl Stage {
    fn new() -> Self {
        let (server, _) = Server::demo(CLOCK).expect("a demo");
        Self {
            server,
            phones: TempDir::new().expect("a folder"),
        }
    }

    fn done(&self, args: &[&str]) -> Value {
        done(self.server.data(), args)
    }

    fn chief(&self) -> String {
        let members = self.done(&["member", "list"]);
        let rows = members.as_array().expect("rows");
        let is_chief = |row: &&Value| {
            row["posts"].as_array().is_some_and(|posts| {
                posts
                    .iter()
                    .any(|post| post["post"] == "alley_chief" && post["active"] == true)
            })
        };
        rows.iter().find(is_chief).expect("a chief")["key"]
            .as_str()
            .expect("a key")
            .to_owned()
    }

    /// A member's new phone, and its code.
    fn phone(&self, member: &str, name: &str, flags: &[&str]) -> (Device, String) {
        let invited = self.done(&[&["invite", member], flags].concat());
        let code = invited["code"].as_str().expect("a code");
        let device = Device::new(&self.phones.path().join(name)).expect("built");
        let link = format!("alleyway:enrol?url={}&code={code}", self.server.url());
        let enrolled = device
            .run(Some(CLOCK), &["enrol", &link])
            .expect("run")
            .done()
            .expect("enrolled");
        assert_eq!(enrolled["moved"].is_null(), flags.is_empty());
        device
            .run(Some(CLOCK), &["sync"])
            .expect("run")
            .done()
            .expect("synced");
        let whole = self.done(&["device", "list", "--member", member]);
        let newest = whole
            .as_array()
            .and_then(|rows| rows.last().cloned())
            .expect("a device");
        (device, newest["code"].as_str().expect("a code").to_owned())
    }
}

fn report(device: &Device) {
    let line = [
        "report",
        "--category",
        "road",
        "--title",
        "路坏了",
        "--text",
        "过不了车",
    ];
    device
        .run(Some(CLOCK), &line)
        .expect("run")
        .done()
        .expect("recorded");
}

fn sync(device: &Device) -> Result<Value, (i32, String)> {
    let answer = device.run(Some(CLOCK), &["sync"]).expect("run");
    let code = answer
        .value
        .pointer("/error/code")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    if answer.exit == 0 {
        Ok(answer.value)
    } else {
        Err((answer.exit, code))
    }
}

#[test]
fn devices_are_stopped_while_the_server_runs_and_the_audit_holds() {
    let mut stage = Stage::new();
    let chief = stage.chief();
    // Revoked: what is unsent goes to a tray, the next sync says so, and so does the one after.
    let (revoked, code) = stage.phone(&chief, "revoked", &[]);
    report(&revoked);
    assert_eq!(
        stage.done(&["device", "revoke", &code])[0]["stopped"],
        "revoked"
    );
    assert_eq!(sync(&revoked), Err((10, "device_revoked".to_owned())));
    assert_eq!(sync(&revoked), Err((10, "device_revoked".to_owned())));
    assert_eq!(stage.done(&["device", "show", &code])[0]["kept"], 1);
    assert_eq!(
        revoked
            .run(Some(CLOCK), &["cases"])
            .expect("run")
            .done()
            .expect("none"),
        Value::Array(Vec::new())
    );
    let again = administer(stage.server.data(), &["device", "revoke", &code]);
    assert_eq!(
        (again.exit, &again.value["error"]["code"]),
        (BAD_INPUT, &Value::from("already_stopped"))
    );

    // Lost: the same, and then nothing is left of it.
    let (lost, code) = stage.phone(&chief, "lost", &[]);
    report(&lost);
    stage.done(&["device", "lost", &code]);
    assert_eq!(sync(&lost), Err((11, "wiped".to_owned())));
    assert_eq!(stage.done(&["device", "show", &code])[0]["kept"], 1);
    assert_eq!(sync(&lost), Err((9, "not_enrolled".to_owned())));

    // Two phones from one backup: the second repetition freezes, the administrator thaws.
    let (first, code) = stage.phone(&chief, "first", &[]);
    let second = Device::new(&stage.phones.path().join("second")).expect("built");
    copy_folder(first.home(), second.home()).expect("a folder");
    report(&first);
    sync(&first).expect("synced");
    report(&second);
    sync(&second).expect("sealed again");
    report(&first);
    assert_eq!(sync(&first), Err((10, "device_frozen".to_owned())));
    assert_eq!(
        stage.done(&["device", "thaw", &code])[0]["stopped"],
        Value::Null
    );
    assert_eq!(sync(&first).expect("goes on")["up_to_date"], true);

    // Moved: the old phone says that it is safe, the new one what the server has of it.
    let moving = first
        .run(Some(CLOCK), &["move"])
        .expect("run")
        .done()
        .expect("told");
    assert_eq!(
        (&moving["safe"], &moving["unsent"]),
        (&Value::from(true), &Value::from(0))
    );
    let (_new, _) = stage.phone(&chief, "new", &["--replaces", &code]);
    assert_eq!(
        stage.done(&["device", "show", &code])[0]["stopped"],
        "revoked"
    );
    assert_eq!(sync(&first), Err((10, "device_revoked".to_owned())));

    // All of it is in the audit, whose chain holds, and whose end can be noted.
    let rows = stage.done(&["audit", "list", "--kind", "stopped"]);
    let why: Vec<&str> = rows
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["why"].as_str())
        .collect();
    assert_eq!(why, ["revoked", "lost", "frozen", "revoked"]);
    let verified = stage.done(&["audit", "verify"]);
    assert_eq!(verified["sound"], true);
    let head = verified["head"].as_str().expect("a head").to_owned();
    assert_eq!(
        stage.done(&["audit", "verify", "--expect", &head])["sound"],
        true
    );

    // A bit flipped in one record: the folder does not open, or its audit is not sound. (sled forgets
    // what stands behind a damaged record; which of the two it is depends on where it lies.)
    let chain = rows[0]["chain"].as_str().expect("a hash").to_owned();
    assert_eq!(stage.server.stop().expect("stops"), Some(0));
    assert!(
        flip(&stage.server.data().join("ledger/db"), &chain) > 0,
        "the record is in the file"
    );
    let told = administer(stage.server.data(), &["audit", "verify"]);
    assert!(
        [DAMAGE_FOUND, BAD_FOLDER].contains(&told.exit),
        "{}: {}",
        told.exit,
        told.said
    );
    assert!(
        told.exit == BAD_FOLDER || told.value["sound"] == false,
        "{}",
        told.said
    );
}

/// Flips a bit in each copy of a record, found by its hash. Returns how many there were.
fn flip(file: &Path, chain: &str) -> usize {
    let byte = |at: usize| u8::from_str_radix(&chain[2 * at..2 * at + 2], 16).expect("hex");
    let hash: Vec<u8> = (0..32).map(byte).collect();
    let mut bytes = fs::read(file).expect("there");
    let places: Vec<usize> = bytes
        .windows(32)
        .enumerate()
        .filter(|(_, window)| *window == hash)
        .map(|(at, _)| at)
        .collect();
    for place in &places {
        bytes[*place] ^= 0x10;
    }
    fs::write(file, bytes).expect("a folder");
    places.len()
}

/// A server that is not ready: it says where it listens, and no more is awaited.
struct Unready(Child, String);

impl Unready {
    fn serve(data: &Path) -> Self {
        let mut child = Command::new(Binaries::find().expect("built").server)
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--log-level",
                "error",
                "--data",
            ])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped"))
            .read_line(&mut line)
            .expect("a line");
        let url = line
            .trim()
            .strip_prefix("listening on ")
            .expect("an address")
            .to_owned();
        Self(child, url)
    }
}

impl Drop for Unready {
    fn drop(&mut self) {
        // It ends with the test, however that ends.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn without_its_security_journal_a_server_answers_nobody_until_the_devices_are_confirmed() {
    let mut stage = Stage::new();
    let chief = stage.chief();
    let (kept, code) = stage.phone(&chief, "kept", &[]);
    let (other, other_code) = stage.phone(&chief, "other", &[]);
    assert_eq!(stage.server.stop().expect("stops"), Some(0));
    let data = stage.server.data().to_owned();
    // The journal stays where it was: an older ledger learns from it. Without it, nobody is trusted.
    fs::remove_file(data.join("security/journal")).expect("there");
    assert_eq!(done(&data, &["quarantine", "show"])["why"], "missing");
    let refused = administer(&data, &["device", "revoke", &code]);
    assert_eq!(refused.value["error"]["code"], "quarantine");

    let unready = Unready::serve(&data);
    for route in ["/v1/sync", "/v1/enrol", "/v1/track/ABCD-EFGH-JKLM-NPQR"] {
        let answer = post(&format!("{}{route}", unready.1), b"x").expect("an answer");
        assert!(
            answer.body.contains("\"quarantine\""),
            "{route}: {}",
            answer.body
        );
    }
    let confirmed = done(&data, &["quarantine", "confirm", "--device", &code]);
    assert_eq!(confirmed["confirmed"][0], 1);
    assert_eq!(done(&data, &["quarantine", "show"])["why"], Value::Null);
    drop(unready);

    let again = Server::start(&data, stage.server.port(), &["serve"], &[]).expect("ready again");
    assert_eq!(sync(&kept).expect("goes on")["up_to_date"], true);
    assert_eq!(sync(&other), Err((10, "device_revoked".to_owned())));
    assert_eq!(
        done(again.data(), &["device", "show", &other_code])[0]["stopped"],
        "revoked"
    );
}
