//! Folders that earlier releases wrote: each town is opened, migrated, and goes on. Phones' stores
//! of before format 5 are not read (ADR 18 and 23): whoever has one is told so, and enrols anew.
//!
//! `ALLEYWAY_WRITE_FIXTURE=1 cargo test -p alleyway-tests --test all upgrades` writes the fixture of
//! the present release anew: a release does so once, when its format is final.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what goes wrong ends the test"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use alleyway_device::store::DeviceStore;
use alleyway_tests::fixture;
use alleyway_tests::hands::{Stage, play};
use alleyway_tests::process::{Device, Port, Server};
use alleyway_tests::story::{Nobody, Reader};
use serde_json::Value;
use tempfile::TempDir;

/// The format that this release writes.
const PRESENT: u32 = 3;
/// What this release writes: format 3, with ids of rule 2.
const PRESENT_FIXTURE: &str = "format-3-rule-2";
/// Behind the story's end.
const LATER: &str = "2026-05-29T09:30:00+08:00";
/// Less than the least of its devices would be sent anew.
const ANEW_BYTES: u64 = 1_500;
/// Documents in the town of the story, before a town had a book.
const DOCUMENTS: u64 = 17;
/// Its devices that are not stopped, by their folders.
const DEVICES: [&str; 6] = ["lan-2", "lu", "qin-2", "tang", "xie", "zhou"];

fn unpacked(fixture: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fixture::unpack(&fixture::of(fixture).join("hands.zst"), folder.path()).unwrap();
    folder
}

fn serve(data: &Path) -> Server {
    Server::start(
        data,
        &Port::hidden().unwrap(),
        &["demo"],
        &["--clock".to_owned(), LATER.to_owned()],
    )
    .unwrap()
}

fn format_of(folder: &Path) -> String {
    fs::read_to_string(folder.join("FORMAT"))
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .to_owned()
}

/// Every document is there, and the folder is sound.
fn is_sound(server: &Server, documents: u64) {
    let report = server.administer(&["check"]).unwrap();
    assert_eq!(
        (&report["sound"], &report["documents"]),
        (&Value::from(true), &Value::from(documents)),
        "{report}"
    );
}

/// Every device of the story opens its store and is up to date. One that can go on with.
fn devices_go_on(folder: &Path, server: &Server) -> Device {
    // All that is over since is told before.
    server.administer(&["by-time", "confirm"]).unwrap();
    for name in DEVICES {
        let home = folder.join(name);
        let mut store = DeviceStore::open(&home).unwrap();
        store.set("server", server.url().as_bytes()).unwrap();
        drop(store);
        let device = Device::new(&home).unwrap();
        // It has what it had: only what the server tells of what is over since comes, which for one level up
        // may be a case.
        let synced = device.run(Some(LATER), &["sync"]).unwrap().done().unwrap();
        assert_eq!(synced["up_to_date"], Value::from(true), "{name}: {synced}");
        let bytes = synced["bytes_down"].as_u64().unwrap();
        assert!(bytes < ANEW_BYTES, "{name}: {synced}");
        let again = device.run(Some(LATER), &["sync"]).unwrap().done().unwrap();
        assert_eq!(again["received"], Value::from(0), "{name}: {again}");
    }
    Device::new(&folder.join("lan-2")).unwrap()
}

/// Every device of the story is told that its store is an earlier version's, and nothing of it is
/// changed. A new one is up to date.
fn devices_enrol_anew(folder: &Path, server: &Server) -> Device {
    for name in DEVICES {
        let home = folder.join(name);
        let files = || {
            let entries = fs::read_dir(&home).unwrap();
            let paths = entries.map(|entry| entry.unwrap().path());
            let stored = paths.filter(|path| path.extension().is_some_and(|kind| kind != "lock"));
            stored
                .map(|path| (path.clone(), fs::read(path).unwrap()))
                .collect::<BTreeMap<_, _>>()
        };
        let before = files();
        let device = Device::new(&home).unwrap();
        for command in ["cases", "sync"] {
            let answer = device.run(Some(LATER), &[command]).unwrap();
            assert_eq!(answer.failed_with(8).unwrap(), "store_older", "{name}");
        }
        assert_eq!(files(), before, "{name}");
    }
    let lan = Device::new(&folder.join("lan-3")).unwrap();
    let code = server.invite("lan").unwrap();
    lan.run(Some(LATER), &["enrol", server.url(), &code])
        .unwrap()
        .done()
        .unwrap();
    let synced = lan.run(Some(LATER), &["sync"]).unwrap().done().unwrap();
    assert_eq!(synced["up_to_date"], Value::from(true), "{synced}");
    lan
}

/// A device hands in a note, and the folder is sound with it.
fn works_on(device: &Device, server: &Server) {
    let cases = device
        .run(Some(LATER), &["cases", "--all"])
        .unwrap()
        .done()
        .unwrap();
    let number = cases.as_array().unwrap().first().expect("a case")["number"]
        .as_str()
        .unwrap()
        .to_owned();
    let note = ["note", &number, "--text", "升级以后照样能记。"];
    device.run(Some(LATER), &note).unwrap().done().unwrap();
    let synced = device.run(Some(LATER), &["sync"]).unwrap().done().unwrap();
    assert_eq!(
        (&synced["admitted"], &synced["up_to_date"]),
        (&Value::from(1), &Value::from(true)),
        "{synced}"
    );
    let audit = server.administer(&["audit", "verify"]).unwrap();
    assert_eq!(audit["sound"], Value::from(true), "{audit}");
}

#[test]
fn a_town_of_format_2_is_copied_and_migrated_and_goes_on() {
    let folder = unpacked("format-2");
    let data = folder.path().join("town");
    let before = fs::read(data.join("high-water")).unwrap();
    assert_eq!(format_of(&data), "alleyway 2");
    let mut server = serve(&data);
    assert_eq!(format_of(&data), format!("alleyway {PRESENT}"));
    let copy = data.join("before-format-3");
    assert_eq!(format_of(&copy), "alleyway 2");
    assert_eq!(fs::read(copy.join("high-water")).unwrap(), before);
    is_sound(&server, DOCUMENTS);
    works_on(&devices_enrol_anew(folder.path(), &server), &server);
    // It is migrated once.
    assert_eq!(server.stop().unwrap(), Some(0));
    server.restart().unwrap();
    assert_eq!(
        server.administer(&["check"]).unwrap()["sound"],
        Value::from(true)
    );
    assert_eq!(server.log().matches("was migrated").count(), 1);
}

#[test]
fn the_copy_from_before_the_migration_is_a_whole_folder() {
    let folder = unpacked("format-2");
    let data = folder.path().join("town");
    drop(serve(&data));
    let copy = folder.path().join("again");
    fs::rename(data.join("before-format-3"), &copy).unwrap();
    let server = serve(&copy);
    assert_eq!(
        server.administer(&["check"]).unwrap()["documents"],
        Value::from(DOCUMENTS)
    );
}

/// Its commands have ids of rule 1 (ADR 23), which stay what they are.
#[test]
fn a_town_of_before_ids_covered_contents_opens_as_it_is_and_its_devices_enrol_anew() {
    let folder = unpacked("format-3");
    let data = folder.path().join("town");
    let server = serve(&data);
    assert!(!data.join("before-format-3").exists());
    is_sound(&server, DOCUMENTS);
    works_on(&devices_enrol_anew(folder.path(), &server), &server);
}

#[test]
fn a_town_of_this_release_opens_as_it_is() {
    let fixture = fixture::of(PRESENT_FIXTURE).join("hands.zst");
    if std::env::var_os("ALLEYWAY_WRITE_FIXTURE").is_some() {
        let story = TempDir::new().unwrap();
        let mut nobody = Nobody;
        let mut stage = Stage::new(
            story.path(),
            Port::hidden().unwrap(),
            Reader::Programs,
            "zh",
            &mut nobody,
        );
        play(&mut stage).unwrap_or_else(|error| panic!("{error}"));
        drop(stage);
        fixture::pack(story.path(), &fixture).unwrap();
    }
    let folder = unpacked(PRESENT_FIXTURE);
    let data = folder.path().join("town");
    let server = serve(&data);
    assert!(!data.join("before-format-3").exists());
    // Its book.
    is_sound(&server, DOCUMENTS + 1);
    works_on(&devices_go_on(folder.path(), &server), &server);
}
