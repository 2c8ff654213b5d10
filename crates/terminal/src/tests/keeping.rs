//! What a device keeps: under a key, under a passphrase, with damage, and until it is wiped.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use alleyway_core::store::Records;
use serde_json::Value;

use super::town::{Phone, Town};
use super::{error_of, type_in};
use alleyway_device::store::DeviceStore;

const SECRET: &str = "五百八十米长的路过不了车";

fn report(phone: &Phone<'_>) -> String {
    phone.reports(SECRET)
}

/// The keys of the rows of a kind.
fn rows(home: &Path, kind: u8) -> Vec<Vec<u8>> {
    DeviceStore::open(home)
        .unwrap()
        .keys(&[kind], &[kind + 1], 100)
        .unwrap()
}

/// The codes of the warnings on an error output.
fn warnings(err: &str) -> Vec<String> {
    let value =
        |line: &str| serde_json::from_str::<Value>(line).unwrap()["warning"]["code"].clone();
    err.lines()
        .map(|line| value(line).as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn nothing_typed_or_received_can_be_read_in_the_folder() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    report(&xie);
    for file in std::fs::read_dir(xie.home()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for text in [SECRET, "橘园路坏了", "橘园巷", "谢桂兰", "http://"] {
            assert!(
                !bytes
                    .windows(text.len())
                    .any(|window| window == text.as_bytes()),
                "{text}"
            );
        }
    }
}

#[test]
fn a_damaged_document_is_named_fetched_again_and_the_same_as_before() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let number = report(&xie);
    xie.json(&["sync"]);
    let before = xie.json(&["show", &number])["heads"].clone();
    let documents = rows(xie.home(), b'd');
    assert!(documents.len() >= 4, "cases, households, directories");
    for key in &documents {
        DeviceStore::open(xie.home()).unwrap().spoil(key);
    }
    let (code, _, err) = xie.line(&["--json", "pending"]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(warnings(&err), vec!["document_damaged"; documents.len()]);
    assert_eq!(
        xie.line(&["--json", "pending"]).2,
        "",
        "named once; then it waits to be fetched"
    );
    assert_eq!(xie.json(&["sync"])["up_to_date"], true);
    assert_eq!(xie.json(&["show", &number])["heads"], before);
    assert_eq!(rows(xie.home(), b'd'), documents);
}

#[test]
fn a_damaged_command_is_named_and_the_others_are_sent() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let number = report(&xie);
    xie.json(&["sync"]);
    for text in ["第一条", "第二条", "第三条"] {
        xie.json(&["note", &number, "--text", text]);
    }
    let outbox = rows(xie.home(), b'o');
    DeviceStore::open(xie.home()).unwrap().spoil(&outbox[1]);
    for _ in 0..2 {
        assert_eq!(
            warnings(&xie.line(&["--json", "pending"]).2),
            ["command_damaged"]
        );
    }
    assert_eq!(xie.json(&["pending"]).as_array().unwrap().len(), 2);
    let (code, out, _) = xie.line(&["--json", "sync"]);
    let sent: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &sent["admitted"]), (0, &Value::from(2)));
    assert!(
        rows(xie.home(), b'o').contains(&outbox[1]),
        "kept until its owner gives it up"
    );
    let (_, _, err) = xie.line(&["--json", "wipe", "--yes"]);
    assert!(
        err.contains("work_waits"),
        "what cannot be read counts as unsent: {err}"
    );
    let (code, out, _) = xie.line(&["--json", "damaged", "--drop"]);
    let dropped: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, &dropped[0]["kind"], &dropped[0]["dropped"]),
        (0, &"command".into(), &true.into())
    );
    assert_eq!(xie.line(&["--json", "pending"]).2, "");
}

#[test]
fn a_damaged_batch_that_was_not_answered_is_sent_anew() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let number = report(&xie);
    town.cut_next_answer(0);
    assert_eq!(xie.error(&["sync"]).0, 5);
    let batches = rows(xie.home(), b'b');
    DeviceStore::open(xie.home())
        .unwrap()
        .spoil(batches.last().unwrap());
    let (code, out, err) = xie.line(&["--json", "sync"]);
    assert_eq!(
        (code, warnings(&err)),
        (0, vec!["batch_damaged".to_owned()])
    );
    let summary: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&summary["admitted"], &summary["up_to_date"]),
        (&Value::from(1), &Value::from(true))
    );
    let (_, out, _) = xie.line(&["--json", "show", &number]);
    let shown: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&shown["version"], &shown["log"].as_array().unwrap().len()),
        (&Value::from(1), &1)
    );
}

#[test]
fn damaged_keys_and_a_damaged_place_in_the_sync_say_what_to_do() {
    for (key, code) in [(b"i", "identity_damaged"), (b"s", "state_damaged")] {
        let mut town = Town::new();
        let xie = town.device("xie", "xie").ready();
        DeviceStore::open(xie.home()).unwrap().spoil(key);
        assert_eq!(xie.error(&["cases"]), (8, code.to_owned()));
        assert_eq!(xie.error(&["wipe", "--yes"]), (8, code.to_owned()));
        assert_eq!(xie.json(&["wipe", "--yes", "--force"])["wiped"], true);
    }
}

#[test]
fn a_key_that_is_exposed_missing_or_anothers_is_said_to_be_so() {
    let mut town = Town::new();
    let (xie, wei) = (
        town.device("xie", "xie").ready(),
        town.device("wei", "wei").ready(),
    );
    let key = xie.home().join("device.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (code, _, err) = xie.line(&["--json", "cases"]);
    assert_eq!((code, error_of(&err).0.as_str()), (8, "key_exposed"));
    assert!(err.contains("chmod 600"), "{err}");
    std::fs::copy(wei.home().join("device.key"), &key).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(xie.error(&["cases"]), (8, "wrong_key".to_owned()));
    std::fs::write(&key, "alleyway store key 1\nkey 00\n").unwrap();
    assert_eq!(xie.error(&["cases"]), (8, "key_damaged".to_owned()));
    std::fs::remove_file(&key).unwrap();
    assert_eq!(xie.error(&["cases"]), (8, "key_missing".to_owned()));
}

#[test]
fn a_passphrase_is_set_changed_and_removed() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let run = |line: &[&str], environment: &[(&str, &str)]| {
        let now = ["--json", "--now", "2026-03-01T09:00:00+08:00"];
        let (code, _, err) = type_in(xie.home(), &[&now[..], line].concat(), environment);
        (
            code,
            if err.is_empty() {
                String::new()
            } else {
                error_of(&err).0
            },
        )
    };
    let done = (0, String::new());
    let (first, second) = (
        ("ALLEYWAY_PASSPHRASE", "the first one"),
        ("ALLEYWAY_NEW_PASSPHRASE", "the second one"),
    );
    assert_eq!(
        run(&["passphrase", "change"], &[first, second]),
        (3, "passphrase_none".to_owned())
    );
    assert_eq!(
        run(&["passphrase", "set"], &[]),
        (2, "passphrase_needed".to_owned())
    );
    assert_eq!(
        run(&["passphrase", "set"], &[("ALLEYWAY_PASSPHRASE", "short")]),
        (2, "passphrase_short".to_owned())
    );
    assert_eq!(run(&["passphrase", "set"], &[first]), done);
    assert_eq!(run(&["cases"], &[]), (2, "passphrase_needed".to_owned()));
    assert_eq!(
        run(&["cases"], &[("ALLEYWAY_PASSPHRASE", "a guess at it")]),
        (3, "wrong_passphrase".to_owned())
    );
    assert_eq!(run(&["cases"], &[first]), done);
    assert_eq!(
        run(&["passphrase", "set"], &[first]),
        (3, "passphrase_there".to_owned())
    );
    assert_eq!(run(&["passphrase", "change"], &[first, second]), done);
    assert_eq!(
        run(&["cases"], &[first]),
        (3, "wrong_passphrase".to_owned())
    );
    assert_eq!(
        run(
            &["passphrase", "remove"],
            &[("ALLEYWAY_PASSPHRASE", second.1)]
        ),
        done
    );
    assert_eq!(run(&["cases"], &[]), done);
}

#[test]
fn a_device_enrolled_with_a_passphrase_never_had_its_key_in_the_clear() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie");
    let line = [&["--json"], xie.enrol_line().as_slice(), &["--passphrase"]].concat();
    assert_eq!(type_in(xie.home(), &line, &[]).0, 2);
    assert!(
        !alleyway_device::keys::file::exists(xie.home()),
        "no key before there is a passphrase"
    );
    let environment = [("ALLEYWAY_PASSPHRASE", "the first one")];
    let (code, _, err) = type_in(xie.home(), &line, &environment);
    assert_eq!(code, 0, "{err}");
    assert!(alleyway_device::keys::file::is_wrapped(xie.home()).unwrap());
    assert_eq!(type_in(xie.home(), &["sync"], &environment).0, 0);
    assert_eq!(xie.error(&["cases"]), (2, "passphrase_needed".to_owned()));
}

#[test]
fn a_device_is_not_wiped_while_work_waits_unless_forced() {
    let mut town = Town::new();
    let a = town.device("xie", "a").ready();
    let number = report(&a);
    a.json(&["accept", &number]);
    let (code, _, err) = a.line(&["--json", "--lang", "en", "wipe", "--yes"]);
    assert_eq!((code, error_of(&err).0.as_str()), (3, "work_waits"));
    assert!(err.contains("unsent commands: 2"), "{err}");
    let (_, _, err) = a.line(&[
        "--json",
        "--lang",
        "en",
        "enrol",
        "http://127.0.0.1:1",
        "0000-0000-0000-0000",
    ]);
    assert!(
        err.contains("unsent: 2") && err.contains("alleyway wipe"),
        "{err}"
    );
    a.json(&["sync"]);
    let b = town.device("xie", "b").ready();
    a.json(&["start", &number]);
    b.json(&["start", &number]);
    a.json(&["sync"]);
    b.json(&["sync"]);
    let (_, _, err) = b.line(&["--json", "--lang", "en", "wipe", "--yes"]);
    assert!(err.contains("refused ones not dealt with: 1"), "{err}");
    assert_eq!(b.json(&["wipe", "--yes", "--force"])["refused"], 1);
    assert_eq!(b.error(&["cases"]), (9, "not_enrolled".to_owned()));
    assert_eq!(a.error(&["wipe"]), (2, "not_confirmed".to_owned()));
    assert_eq!(a.json(&["wipe", "--yes"])["wiped"], true);
    assert_eq!(std::fs::read_dir(a.home()).unwrap().count(), 0);
    assert_eq!(a.error(&["wipe", "--yes"]), (9, "not_enrolled".to_owned()));
}

#[test]
fn a_store_in_use_is_not_wiped_even_by_force() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let held = DeviceStore::open(xie.home()).unwrap();
    assert_eq!(
        xie.error(&["wipe", "--yes", "--force"]),
        (7, "store_locked".to_owned())
    );
    drop(held);
    assert_eq!(xie.json(&["whoami"])["name"], "谢桂兰");
}

#[test]
fn a_wipe_cut_off_behind_the_key_is_run_again_by_force() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    alleyway_device::keys::file::destroy(xie.home()).unwrap();
    assert_eq!(xie.error(&["wipe", "--yes"]), (8, "key_missing".to_owned()));
    assert_eq!(xie.json(&["wipe", "--yes", "--force"])["wiped"], true);
}
