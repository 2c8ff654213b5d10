//! Lists that an administrator's device has compared with the town: who may, what is told, and bodies
//! that are not what they say.

mod asked;

use std::sync::Arc;

use alleyway_core::id::MemberId;
use alleyway_core::limits::LISTS_BYTES_MAX;
use alleyway_core::sync::frame::Stop;
use alleyway_core::sync::lists::{ListFile, Lists, hash_of};
use alleyway_core::sync::read::PROOF_HEADER;
use alleyway_core::wire::Wire as _;
use alleyway_demo::{Size, generate};
use alleyway_ledger::DeviceChange;
use axum::http::{HeaderValue, Method};
use serde_json::{Value, json};

use super::super::App;
use super::sync::{NOW, Phone, town};
use super::{TOWN, limits, request, respond};
use crate::direct::files;

/// The town's own lists, and what is put behind two of them.
fn lists(units: &str, households: &str) -> Lists {
    let made = generate(Size::Small, 1, NOW).unwrap();
    let files = files(&made.lists).unwrap();
    let with = |file: Option<Vec<u8>>, more: &str| {
        let mut bytes = file.unwrap();
        bytes.extend_from_slice(more.as_bytes());
        ListFile::new(bytes).ok()
    };
    Lists {
        units: with(files.units, units),
        members: with(files.members, ""),
        households: with(files.households, households),
        book: None,
    }
}

/// Sends a body under the hash of `said`.
async fn send(app: &Arc<App>, phone: &Phone, drawn: u8, said: &[u8], body: &[u8]) -> (u16, Value) {
    let path = format!("/v1/q/import?hash={}", hex::encode(hash_of(said)));
    let proof = phone.proves(&path, NOW, drawn);
    let mut asked = request(Method::POST, &path, body);
    let value = HeaderValue::from_str(&hex::encode(proof.to_bytes())).unwrap();
    asked.headers_mut().insert(PROOF_HEADER, value);
    let (status, _, body) = respond(app, asked).await;
    (status.as_u16(), serde_json::from_slice(&body).unwrap())
}

async fn compare(app: &Arc<App>, phone: &Phone, drawn: u8, lists: &Lists) -> (u16, Value) {
    let bytes = lists.to_bytes();
    send(app, phone, drawn, &bytes, &bytes).await
}

fn code(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["code"].as_str().unwrap_or_default())
}

/// How many units the town has.
async fn units(app: &Arc<App>) -> usize {
    let count = |desk: &mut crate::writer::Desk<'_>| Ok(desk.ledger.units(desk.store)?.len());
    app.writer.ask(0, count).await.unwrap()
}

#[tokio::test]
async fn an_administrator_is_told_what_lists_would_change_and_nothing_is_changed() {
    let app = town(limits()).await;
    let zhou = Phone::of(&app, "zhou").await;
    let same = compare(&app, &zhou, 1, &lists("", "")).await;
    assert_eq!(
        (same.0, &same.1["changed"], &same.1["left"]),
        (200, &json!(0), &json!(0))
    );
    let before = units(&app).await;
    let more = lists("new-office,新办公室,department,town\n", "");
    for drawn in [2, 3] {
        let (status, told) = compare(&app, &zhou, drawn, &more).await;
        assert_eq!(
            (status, &told["changed"], &told["faults"]),
            (200, &json!(1), &json!([]))
        );
        assert!(told["text_en"].as_str().unwrap().contains("new-office"));
    }
    assert_eq!(units(&app).await, before);
}

#[tokio::test]
async fn bad_rows_are_told_by_file_and_line() {
    let app = town(limits()).await;
    let zhou = Phone::of(&app, "zhou").await;
    let bad = lists("a,甲,villag,town\nb,乙,village,nowhere\n", "");
    let text = String::from_utf8(bad.units.as_ref().unwrap().to_vec()).unwrap();
    let lines = text.lines().count();
    let (status, told) = compare(&app, &zhou, 1, &bad).await;
    assert_eq!((status, &told["changed"]), (200, &json!(0)));
    let rows = told["faults"].as_array().unwrap().iter();
    let rows: Vec<_> = rows
        .map(|row| (&row["file"], &row["line"], &row["code"]))
        .collect();
    let file = json!("units.csv");
    let (first, second) = (json!(lines - 1), json!(lines));
    assert!(
        rows.contains(&(&file, &first, &json!("unknown_kind"))),
        "{told}"
    );
    assert!(
        rows.contains(&(&file, &second, &json!("unknown_parent"))) || rows.len() == 1,
        "{told}"
    );
}

/// Administrators read no households: not by an empty list, which would name every door.
#[tokio::test]
async fn what_stands_in_households_is_not_told() {
    let app = town(limits()).await;
    let zhou = Phone::of(&app, "zhou").await;
    let whole = lists("", "");
    let text = String::from_utf8(whole.households.as_ref().unwrap().to_vec()).unwrap();
    let head = text.lines().next().unwrap();
    let door = text.lines().nth(1).unwrap().split(',').nth(1).unwrap();
    let empty = Lists {
        households: ListFile::new(format!("{head}\n").into_bytes()).ok(),
        ..Lists::default()
    };
    let (status, told) = compare(&app, &zhou, 1, &empty).await;
    assert_eq!(status, 200);
    assert!(told["left"].as_u64().unwrap() > 10, "{told}");
    assert!(!told.to_string().contains(door), "{told}");
    // A count that is another one: which it was is not told.
    let row = text.lines().nth(1).unwrap();
    let (rest, count) = row.rsplit_once(',').unwrap();
    let changed = Lists {
        households: ListFile::new(text.replace(row, &format!("{rest},98")).into_bytes()).ok(),
        ..Lists::default()
    };
    let (_, told) = compare(&app, &zhou, 2, &changed).await;
    let text = told["text_en"].as_str().unwrap();
    assert_eq!(told["changed"], 1);
    assert!(
        text.contains("… → 98") && !text.contains(&format!(": {count} →")),
        "{text}"
    );
}

#[tokio::test]
async fn nobody_else_compares_lists() {
    let app = town(limits()).await;
    let same = lists("", "");
    for member in ["deng", "xie"] {
        let phone = Phone::of(&app, member).await;
        let told = compare(&app, &phone, 1, &same).await;
        assert_eq!(code(&told), (403, "out_of_scope"), "{member}");
    }
    let zhou = Phone::of(&app, "zhou").await;
    let device = zhou.code();
    let stop = move |desk: &mut crate::writer::Desk<'_>| {
        let lost = DeviceChange::Stop(Stop::Lost);
        let stopped = desk
            .ledger
            .change_device(desk.store, device, lost, desk.now);
        stopped.unwrap();
        Ok(())
    };
    app.writer.ask(0, stop).await.unwrap();
    let told = compare(&app, &zhou, 1, &same).await;
    assert_eq!(code(&told), (403, "reader_stopped"));
}

/// The post of who asks is asked about at each comparison.
#[tokio::test]
async fn who_is_no_administrator_any_more_is_told_nothing() {
    let app = town(limits()).await;
    let zhou = Phone::of(&app, "zhou").await;
    let end = |desk: &mut crate::writer::Desk<'_>| {
        let post = {
            let organisation = desk.ledger.organisation();
            let mut posts = organisation.appointments_of(MemberId::derive(TOWN, "zhou"));
            posts.next().unwrap().appointment
        };
        let (store, now) = (desk.store, desk.now);
        let ended = desk.ledger.end_appointment(store, post, now, [9; 32], now);
        ended.unwrap();
        Ok(())
    };
    app.writer.ask(0, end).await.unwrap();
    let told = compare(&app, &zhou, 1, &lists("", "")).await;
    assert_eq!(code(&told), (403, "out_of_scope"));
}

#[tokio::test]
async fn a_body_that_is_not_what_its_hash_says_is_not_read() {
    let app = town(limits()).await;
    let zhou = Phone::of(&app, "zhou").await;
    let (said, other) = (lists("", "").to_bytes(), lists("x,y,z,w\n", "").to_bytes());
    let cut = said.split_last().unwrap().1;
    let bodies: [(&[u8], &[u8]); 6] = [
        (&said, &other),
        (&said, cut),
        (&said, b""),
        // What its hash says, and no lists.
        (cut, cut),
        (b"", b""),
        (
            &[1, 0xff, 0xff, 0xff, 0xff, 0x0f],
            &[1, 0xff, 0xff, 0xff, 0xff, 0x0f],
        ),
    ];
    for (drawn, (said, body)) in (1..).zip(bodies) {
        let told = send(&app, &zhou, drawn, said, body).await;
        assert_eq!(code(&told), (400, "bad_lists"), "{drawn}");
    }
    let long = vec![0; LISTS_BYTES_MAX + 1];
    let told = send(&app, &zhou, 20, &long, &long).await;
    assert_eq!(code(&told), (413, "too_large"));
    for (drawn, query) in (30..).zip(["", "hash=", "hash=00", "hash=zz&dry=1", "dry=1"]) {
        let path = format!("/v1/q/import?{query}");
        let proof = zhou.proves(&path, NOW, drawn);
        let mut asked = request(Method::POST, &path, &said);
        let value = HeaderValue::from_str(&hex::encode(proof.to_bytes())).unwrap();
        asked.headers_mut().insert(PROOF_HEADER, value);
        let (status, _, body) = respond(&app, asked).await;
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            (status.as_u16(), &body["code"]),
            (400, &json!("bad_query")),
            "{query}"
        );
    }
    // Nothing of that keeps good lists out.
    assert_eq!(compare(&app, &zhou, 40, &lists("", "")).await.0, 200);
}

/// Two at once are compared one behind the other.
#[tokio::test]
async fn comparisons_that_come_together_are_all_answered() {
    let app = town(limits()).await;
    let zhou = Phone::of(&app, "zhou").await;
    let same = lists("", "");
    let (one, other) = tokio::join!(
        compare(&app, &zhou, 1, &same),
        compare(&app, &zhou, 2, &same)
    );
    assert_eq!((one.0, other.0), (200, 200));
}
