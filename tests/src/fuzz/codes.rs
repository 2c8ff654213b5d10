//! What people type: numbers, codes, ids, addresses, times.

use alleyway_core::id::{CommandId, DocumentId, TownId};
use alleyway_core::number::{CaseNumber, TrackingCode};
use alleyway_core::time::Time;
use alleyway_device::transport::ServerUrl;
use alleyway_replica::Replica;
use alleyway_server::clock::{parse_rfc3339, rfc3339};

use super::bench::bench;
use super::{Outcome, Target};

/// A text.
pub(super) const CODES: Target = Target {
    name: "codes",
    about: "a text as number, code, id, address, time: what is read is written so that it is read the same",
    run,
    seeds,
    shape: None,
    mutations: 2_000,
};

thread_local! {
    /// A phone that is looked at and never changed.
    static PHONE: Replica = bench().phone().0;
}

fn run(input: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(input);
    let text = text.as_ref();
    let mut read = Vec::new();
    if let Some(number) = CaseNumber::parse(text) {
        assert_eq!(CaseNumber::parse(&number.to_string()), Some(number));
        read.push("a number");
    }
    if let Some(code) = TrackingCode::parse(text) {
        assert_eq!(TrackingCode::parse(&code.to_string()), Some(code));
        assert_eq!(code.text().as_str(), code.to_string());
        read.push("a code");
    }
    if let Some(id) = DocumentId::parse(text) {
        assert_eq!(DocumentId::parse(&id.key()), Some(id));
        read.push("a document");
    }
    if let Some(id) = CommandId::parse(text) {
        assert_eq!(CommandId::parse(&id.key()), Some(id));
        read.push("a command");
    }
    if let Some(id) = TownId::parse(text) {
        assert_eq!(TownId::parse(&id.key()), Some(id));
    }
    if let Some(time) = parse_rfc3339(text) {
        assert_eq!(
            parse_rfc3339(&rfc3339(time)).map(Time::seconds),
            Some(time.seconds())
        );
        read.push("a time");
    }
    if let Ok(url) = ServerUrl::parse(text) {
        drop(format!("{url:?}"));
        read.push("an address");
    }
    // What screens look for is what somebody typed.
    let found = PHONE.with(|replica| {
        [
            replica.find_case(text).is_ok(),
            replica.find_household(text).is_ok(),
            replica.find_command(text).is_ok(),
            replica.find_item(text).is_ok(),
        ]
    });
    let what = format!("{} {found:?}", read.join(", "));
    if read.is_empty() && !found.contains(&true) {
        Outcome::Refused(what)
    } else {
        Outcome::Taken(what)
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let case = bench().case;
    let texts = [
        CaseNumber::of(1_000, case).to_string(),
        CaseNumber {
            device_code: u32::MAX,
            digits: 99_999,
        }
        .to_string(),
        TrackingCode::from_random([7; 15]).to_string(),
        "o-il 0000 0000 0000".to_owned(),
        case.key(),
        "https://alleyway.example:8443/".to_owned(),
        "http://[::1]:80".to_owned(),
        "2026-03-01T08:00:00+08:00".to_owned(),
        "-9999-01-01T00:00:00Z".to_owned(),
        "1号".to_owned(),
        "甜橙路".to_owned(),
    ];
    texts.into_iter().map(String::into_bytes).collect()
}
