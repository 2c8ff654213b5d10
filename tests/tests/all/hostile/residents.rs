//! `POST /v1/track/{code}` with anything but a resident's step: a code, two texts, nothing written.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use alleyway_core::id::DocumentId;
use alleyway_core::number::TrackingCode;
use alleyway_tests::process::{Response, get};
use serde_json::Value;

use super::stage::Stage;

/// The most words of a resident that are taken at once, in Chinese characters.
const CHARACTERS_MAX: usize = 500;

/// Posts to a code's page as its own client does.
fn post(stage: &Stage, code: &str, kind: &str, body: &[u8]) -> Response {
    let host = stage.server.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&host).expect("a server");
    let length = body.len();
    let head = format!(
        "POST /v1/track/{code} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n"
    );
    // A body that is too long may be answered before it has been read.
    drop(stream.write_all(&[head.as_bytes(), body].concat()));
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .expect("a status");
    Response {
        status,
        head: head.to_ascii_lowercase(),
        body: body.to_owned(),
    }
}

/// Status and code; an error has both texts, and they say something.
fn told(answer: &Response) -> (u16, String) {
    let json = answer.json().expect("an answer that a program reads");
    if answer.status != 200 {
        let text = |lang: &str| json[lang].as_str().map(str::to_owned).unwrap_or_default();
        let (zh, en) = (text("text_zh"), text("text_en"));
        assert!(!zh.is_empty() && !en.is_empty() && zh != en, "{json}");
    }
    (
        answer.status,
        json["code"].as_str().unwrap_or_default().to_owned(),
    )
}

/// The tracking code of the good phone's first case.
fn tracking(stage: &Stage) -> String {
    tracking_of(stage, stage.case)
}

fn tracking_of(stage: &Stage, case: DocumentId) -> String {
    let replica = &stage.good.replica;
    let given = replica.case(case).expect("a case").state.code;
    let code = replica.own_code(&given.expect("a report gives one out").mark);
    code.expect("this phone's").to_string()
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// What a page sends, and the answer that it is to get.
type Junk<'a> = (&'a str, Vec<u8>, (u16, &'a str));

fn each_is_refused(stage: &Stage, code: &str, junk: &[Junk<'_>]) {
    for (kind, body, expected) in junk {
        let (status, code) = told(&post(stage, code, kind, body));
        assert_eq!(
            (status, code.as_str()),
            *expected,
            "{}",
            String::from_utf8_lossy(body)
        );
    }
}

#[test]
fn what_is_no_step_is_refused_with_a_code_and_writes_nothing() {
    let stage = Stage::new();
    let code = tracking(&stage);
    let before = stage.stored();
    let json = |text: &str| text.as_bytes().to_vec();
    let long = json(&format!(
        r#"{{"do":"word","text":"{}"}}"#,
        "坑".repeat(CHARACTERS_MAX + 1)
    ));
    let junk: Vec<Junk<'_>> = vec![
        (JSON, Vec::new(), (400, "malformed")),
        (JSON, json("{"), (400, "malformed")),
        (JSON, json(r#"["word","","x",""]"#), (400, "malformed")),
        (JSON, json("null"), (400, "malformed")),
        (JSON, vec![0xff; 200], (400, "malformed")),
        (
            JSON,
            json(r#"{"do":"word","text":"x","owner":"me"}"#),
            (400, "malformed"),
        ),
        (
            JSON,
            json(r#"{"do":"word","do":"verify"}"#),
            (400, "malformed"),
        ),
        (
            JSON,
            json(r#"{"do":["word"],"text":"x"}"#),
            (400, "malformed"),
        ),
    ];
    // As many as are let through at once; the rest as from another morning.
    each_is_refused(&stage, &code, &junk);
    assert_eq!(stage.stored(), before);
    let mut stage = stage;
    stage.goes_on();
    // Another case: a code is let through ten times at once.
    let other = stage
        .good
        .report("路灯不亮", "第二盏。", "巷口", "")
        .expect("a chief reports");
    stage.good.sync().expect("a server that answers");
    let code = tracking_of(&stage, other);
    let before = stage.stored();
    let junk: Vec<Junk<'_>> = vec![
        (
            JSON,
            json(r#"{"do":"close","text":"x"}"#),
            (422, "unknown_step"),
        ),
        (JSON, long, (422, "text_too_long")),
        (
            JSON,
            json(r#"{"do":"word","text":"  "}"#),
            (422, "needs_text"),
        ),
        (
            JSON,
            json(r#"{"do":"verify","result":"fixed"}"#),
            (409, "wrong_state"),
        ),
        (
            JSON,
            json(r#"{"do":"reopen","text":"又坏了"}"#),
            (409, "wrong_state"),
        ),
        (FORM, json("do=word&text=%"), (400, "malformed")),
        (
            "text/plain",
            json("do=word&text=x"),
            (415, "unsupported_type"),
        ),
        (
            JSON,
            json(r#"{"do":"word","text":"x","token":"zz"}"#),
            (400, "malformed"),
        ),
    ];
    each_is_refused(&stage, &code, &junk);
    assert_eq!(
        told(&post(&stage, &code, JSON, &vec![b' '; 1 << 20])),
        (413, "too_large".to_owned())
    );
    assert_eq!(stage.stored(), before);
    stage.goes_on();
}

#[test]
fn codes_that_are_none_and_codes_that_lead_nowhere_are_told_by_their_check_digit_alone() {
    let mut stage = Stage::new();
    let before = stage.stored();
    let word = br#"{"do":"word","text":"x"}"#;
    for code in [
        "0000-0000-0000-0001",
        "x",
        "%00%ff",
        "..%2f..%2fetc%2fpasswd",
        &"9".repeat(3_000),
    ] {
        assert_eq!(
            told(&post(&stage, code, JSON, word)),
            (404, "bad_code".to_owned()),
            "{code}"
        );
    }
    let nowhere = TrackingCode::from_random([3; 15]).to_string();
    assert_eq!(
        told(&post(&stage, &nowhere, JSON, word)),
        (409, "not_arrived".to_owned())
    );
    let page = get(&format!("{}/v1/track/{nowhere}", stage.server.url())).expect("an answer");
    assert_eq!(
        (page.status, page.json().expect("json")["state"].clone()),
        (200, Value::from("not_arrived"))
    );
    assert_eq!(stage.stored(), before);
    stage.goes_on();
}

#[test]
fn a_flood_at_one_code_is_told_to_come_back_and_the_others_are_served() {
    let mut stage = Stage::new();
    let nowhere = TrackingCode::from_random([4; 15]).to_string();
    let before = stage.stored();
    let word = br#"{"do":"word","text":"x"}"#;
    let answers: Vec<Response> = (0..60)
        .map(|_| post(&stage, &nowhere, JSON, word))
        .collect();
    let turned_away: Vec<&Response> = answers
        .iter()
        .filter(|answer| answer.status == 429)
        .collect();
    assert!(!turned_away.is_empty(), "sixty steps at once");
    for answer in turned_away {
        assert_eq!(told(answer).1, "too_many_requests");
        assert!(answer.head.contains("retry-after: "), "{}", answer.head);
    }
    assert_eq!(stage.stored(), before);
    let code = tracking(&stage);
    assert_eq!(told(&post(&stage, &code, JSON, word)).0, 200);
    stage.goes_on();
    let log = stage.good.replica.case(stage.case).expect("a case").log;
    assert!(
        log.iter().any(|row| row.entry.text == "x"),
        "the resident's word is in the case"
    );
}
