//! Over real processes: a town is backed up while it is served, lost, and restored; and written out
//! and made again.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on panics"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use alleyway_tests::process::{Binaries, Device, Port, Server, cramped};
use serde_json::Value;
use tempfile::TempDir;

/// The clock of the demo town and of its phones.
const CLOCK: &str = "2026-03-01T08:00:00+08:00";
/// Nothing was changed.
const BAD_INPUT: i32 = 65;
/// The system refused.
const IO: i32 = 74;
/// The backup is damaged.
const BAD_BACKUP: i32 = 76;

/// A server, and folders beside it.
struct Stage {
    server: Server,
    folders: TempDir,
}

/// What the server's program answered.
struct Told {
    exit: i32,
    value: Value,
    said: String,
}

fn administer(data: &Path, args: &[&str]) -> Told {
    told_by(
        Command::new(Binaries::find().expect("built").server),
        data,
        args,
    )
}

fn told_by(mut program: Command, data: &Path, args: &[&str]) -> Told {
    let output = program
        .args(args)
        .args(["--json", "--lang", "en", "--data"])
        .arg(data)
        .output()
        .expect("the program");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    let last = output
        .stderr
        .trim_ascii_end()
        .rsplit(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let told = if output.stdout.is_empty() {
        last
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

fn refused(data: &Path, args: &[&str], exit: i32, code: &str) {
    let told = administer(data, args);
    assert_eq!(
        (told.exit, told.value["error"]["code"].as_str()),
        (exit, Some(code)),
        "{args:?}: {}",
        told.said
    );
}

impl Stage {
    fn new() -> Self {
        let (server, _) = Server::demo(CLOCK).expect("a demo");
        Self {
            server,
            folders: TempDir::new().expect("a folder"),
        }
    }

    fn data(&self) -> &Path {
        self.server.data()
    }

    fn path(&self, name: &str) -> String {
        self.folders.path().join(name).display().to_string()
    }

    fn backup(&self) -> Value {
        done(
            self.data(),
            &[
                "backup",
                "--to",
                &self.path("backup"),
                "--keys",
                &self.path("keys"),
            ],
        )
    }

    fn chief(&self) -> String {
        let members = done(self.data(), &["member", "list"]);
        let is_chief = |row: &&Value| {
            row["posts"].as_array().is_some_and(|posts| {
                posts
                    .iter()
                    .any(|post| post["post"] == "alley_chief" && post["active"] == true)
            })
        };
        let found = members
            .as_array()
            .expect("rows")
            .iter()
            .find(is_chief)
            .expect("a chief");
        found["key"].as_str().expect("a key").to_owned()
    }

    /// A member's new phone, and its code.
    fn phone(&self, member: &str, name: &str) -> (Device, String) {
        let code = self.server.invite(member).expect("a code");
        let device = Device::new(&self.folders.path().join(name)).expect("built");
        let link = format!("alleyway:enrol?url={}&code={code}", self.server.url());
        device
            .run(Some(CLOCK), &["enrol", &link])
            .expect("run")
            .done()
            .expect("enrolled");
        synced(&device);
        let rows = done(self.data(), &["device", "list", "--member", member]);
        let newest = rows
            .as_array()
            .and_then(|rows| rows.last().cloned())
            .expect("a device");
        (device, newest["code"].as_str().expect("a code").to_owned())
    }

    /// What is kept beside the backups, and nothing else is left of the server.
    fn is_lost(&mut self) -> (PathBuf, Port) {
        let kept = self.folders.path().join("kept");
        fs::create_dir_all(kept.join("secrets")).expect("a folder");
        self.server.kill().expect("killed");
        let data = self.data().to_owned();
        for name in [
            "secrets/signing.key",
            "secrets/token.key",
            "security/journal",
        ] {
            let to = kept.join(name.strip_prefix("security/").unwrap_or(name));
            fs::copy(data.join(name), to).expect("there");
        }
        fs::remove_dir_all(&data).expect("destroyed");
        (kept, self.server.port().clone())
    }
}

/// Records something, without a connection.
fn report(device: &Device, title: &str) {
    let line = [
        "report",
        "--category",
        "road",
        "--title",
        title,
        "--text",
        "过不了车",
    ];
    device
        .run(Some(CLOCK), &line)
        .expect("run")
        .done()
        .expect("recorded");
}

fn synced(device: &Device) -> Value {
    device
        .run(Some(CLOCK), &["sync"])
        .expect("run")
        .done()
        .expect("synced")
}

/// Each case that a phone has: its number, its heads, and when the server received each entry.
fn known(device: &Device) -> Vec<(String, Value, Vec<Value>)> {
    let cases = device
        .run(Some(CLOCK), &["cases"])
        .expect("run")
        .done()
        .expect("cases");
    let mut known: Vec<_> = cases
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| {
            let number = row["number"].as_str().expect("a number").to_owned();
            let shown = device
                .run(Some(CLOCK), &["show", &number])
                .expect("run")
                .done()
                .expect("shown");
            let log = shown["log"].as_array().expect("a log").iter();
            let received = log.map(|entry| entry["received_at"].clone()).collect();
            (number, shown["heads"].clone(), received)
        })
        .collect();
    known.sort_by(|a, b| a.0.cmp(&b.0));
    known
}

/// A restore onto a disk without room ends with a reason, and leaves no folder that looks whole.
fn no_room_is_said(stage: &Stage, line: &[&str]) {
    let told = told_by(
        cramped(&Binaries::find().expect("built").server, 256),
        &stage.folders.path().join("cramped"),
        line,
    );
    assert_eq!(told.exit, IO, "{}", told.said);
    assert!(
        told.said.contains("has room") && !told.said.contains("panicked"),
        "{}",
        told.said
    );
    assert!(!stage.folders.path().join("cramped/FORMAT").exists());
}

#[test]
fn a_town_that_is_lost_comes_back_from_its_backup_and_its_phones_with_its_old_times() {
    let mut stage = Stage::new();
    let chief = stage.chief();
    let phones: Vec<Device> = ["first", "second", "third"]
        .map(|name| stage.phone(&chief, name).0)
        .into();
    let (revoked, code) = stage.phone(&chief, "revoked");
    report(&phones[0], "在备份里");
    for phone in &phones {
        synced(phone);
    }

    // The second notes of each device what the first covers; before the third nothing happens.
    let first = stage.backup();
    assert_eq!(first["new_chunks"], first["chunks"]);
    assert!(stage.backup()["new_chunks"].as_u64().expect("a number") <= 3);
    let second = stage.backup();
    assert_eq!(
        (&second["new_chunks"], &second["new_bytes"]),
        (&Value::from(0), &Value::from(0)),
        "{second}"
    );
    let metrics = stage.server.metrics().expect("metrics");
    let sequence = format!("alleyway_backup_sequence {}", second["sequence"]);
    assert!(metrics.contains(&sequence), "{sequence}");

    // What the backup lacks: a device that is stopped, and what two phones hand in.
    done(stage.data(), &["device", "revoke", &code]);
    report(&phones[1], "备份之后");
    report(&phones[0], "也在备份之后");
    for phone in phones.iter().chain(&phones) {
        synced(phone);
    }
    let before = known(&phones[2]);
    assert!(before.len() >= 3);
    assert!(
        before
            .iter()
            .flat_map(|(_, _, received)| received)
            .all(Value::is_string),
        "{before:?}"
    );

    let (kept, port) = stage.is_lost();
    let new = stage.folders.path().join("restored");
    let (from, keys) = (stage.path("backup"), stage.path("keys"));
    let (secrets, journal) = (
        kept.join("secrets").display().to_string(),
        kept.join("journal").display().to_string(),
    );
    let line = [
        "restore",
        "--from",
        &from,
        "--keys",
        &keys,
        "--secrets",
        &secrets,
        "--journal",
        &journal,
    ];
    no_room_is_said(&stage, &line);
    let restored = done(&new, &line);
    assert_eq!(
        (&restored["incarnation"], &restored["quarantine"]),
        (&Value::from(2), &Value::Null)
    );
    assert_eq!(restored["backup"], second["name"]);
    refused(&new, &line, BAD_INPUT, "not_empty");

    let server = Server::start(&new, &port, &["serve"], &[]).expect("ready again");
    // What `systemctl reload` sends ends nobody, without TLS either.
    let told = Command::new("kill")
        .args(["-HUP", &server.pid().to_string()])
        .status()
        .expect("run");
    assert!(told.success());
    for _ in 0..2 {
        for phone in &phones {
            synced(phone);
        }
    }
    for phone in &phones {
        assert_eq!(known(phone), before, "all is there, with its old times");
    }
    let answer = revoked.run(Some(CLOCK), &["sync"]).expect("run");
    assert_eq!(answer.failed_with(10).expect("stays out"), "device_revoked");
    let checked = done(server.data(), &["check"]);
    assert_eq!(checked["sound"], true, "{checked}");
    // A new phone, which has nothing of its own, is sent the same.
    let code = server.invite(&chief).expect("a code");
    let folder = TempDir::new().expect("a folder");
    let fresh = Device::new(&folder.path().join("fresh")).expect("built");
    let link = format!("alleyway:enrol?url={}&code={code}", server.url());
    fresh
        .run(Some(CLOCK), &["enrol", &link])
        .expect("run")
        .done()
        .expect("enrolled");
    synced(&fresh);
    assert_eq!(known(&fresh), before, "the server has the old times too");
}

#[test]
fn a_backup_made_under_load_is_whole_and_a_bad_one_is_refused_by_name() {
    let stage = Stage::new();
    let (phone, _) = stage.phone(&stage.chief(), "busy");
    let writing = std::thread::spawn(move || {
        for at in 0..4 {
            report(&phone, &format!("第{at}件"));
            synced(&phone);
        }
    });
    let made: Vec<Value> = (0..3).map(|_| stage.backup()).collect();
    writing.join().expect("handed in");
    let (from, keys) = (stage.path("backup"), stage.path("keys"));
    for backup in &made {
        let name = backup["name"].as_str().expect("a name");
        let checked = done(
            stage.data(),
            &["check", "--backup", &from, "--name", name, "--keys", &keys],
        );
        assert_eq!(
            (&checked["opened"], &checked["sequence"]),
            (&Value::from(true), &backup["sequence"])
        );
    }

    refused(
        stage.data(),
        &["backup", "--to", &from, "--keys", &from],
        BAD_INPUT,
        "not_apart",
    );
    let check = ["check", "--backup", &from, "--keys", &keys];
    let name = made[2]["name"].as_str().expect("a name");
    let manifest = Path::new(&from).join(format!("manifests/{name}.manifest"));
    let whole = fs::read(&manifest).expect("there");
    fs::write(&manifest, &whole[..whole.len() - 10]).expect("a folder");
    refused(stage.data(), &check, BAD_BACKUP, "manifest_damaged");
    fs::write(&manifest, &whole).expect("a folder");
    refused(
        stage.data(),
        &["check", "--backup", &from, "--keys", &from],
        BAD_BACKUP,
        "keys_missing",
    );
    let line = whole.split(|byte| *byte == b'\n').next().expect("a line");
    let named: Value = serde_json::from_slice(line).expect("JSON");
    let chunk = named["chunks"][0]["blake3"].as_str().expect("a chunk");
    let chunk = Path::new(&from)
        .join("chunks")
        .join(&chunk[..2])
        .join(chunk);
    let mut bytes = fs::read(&chunk).expect("there");
    bytes[100] ^= 4;
    fs::write(&chunk, bytes).expect("a folder");
    refused(stage.data(), &check, BAD_BACKUP, "chunk_damaged");
    fs::remove_file(chunk).expect("there");
    refused(stage.data(), &check, BAD_BACKUP, "chunk_missing");
}

#[test]
fn a_town_written_out_and_made_again_has_the_same_cases() {
    let mut stage = Stage::new();
    let (phone, _) = stage.phone(&stage.chief(), "phone");
    report(&phone, "写出去");
    synced(&phone);
    let before = known(&phone);
    let to = stage.path("export");
    let made = done(stage.data(), &["export", "--to", &to]);
    let audited = done(stage.data(), &["audit", "list", "--kind", "exported"]);
    assert_eq!(audited.as_array().map(Vec::len), Some(1));
    refused(
        stage.data(),
        &["export", "--to", &to],
        BAD_INPUT,
        "not_empty",
    );

    let (kept, port) = stage.is_lost();
    let new = stage.folders.path().join("new");
    let (secrets, journal) = (
        kept.join("secrets").display().to_string(),
        kept.join("journal").display().to_string(),
    );
    let line = [
        "import-export",
        "--from",
        &to,
        "--secrets",
        &secrets,
        "--journal",
        &journal,
    ];
    let imported = done(&new, &line);
    assert_eq!(
        (&imported["rows"], &imported["incarnation"]),
        (&made["rows"], &Value::from(2))
    );
    let server = Server::start(&new, &port, &["serve"], &[]).expect("ready again");
    synced(&phone);
    assert_eq!(known(&phone), before);
    assert_eq!(done(server.data(), &["check"])["sound"], true);
}
