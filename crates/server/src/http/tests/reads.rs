//! Signed reads: what proves that a device asks, and what does not.

use std::sync::Arc;

use alleyway_core::sync::read::{PROOF_HEADER, PROOF_MILLISECONDS_MAX, ReadProof};
use alleyway_core::time::Time;
use alleyway_core::wire::Wire as _;
use alleyway_ledger::CASES_MAX;
use axum::extract::Request;
use axum::http::{HeaderValue, Method};
use serde_json::Value;

use super::super::App;
use super::sync::{NOW, Phone, town};
use super::{limits, refused, request, respond};

const PATH: &str = "/v1/q/figures?from=2026-02";

fn with(proof: &ReadProof, path: &str) -> Request {
    let mut read = request(Method::GET, path, b"");
    let value = HeaderValue::from_str(&hex::encode(proof.to_bytes())).unwrap();
    read.headers_mut().insert(PROOF_HEADER, value);
    read
}

async fn code(app: &Arc<App>, proof: &ReadProof, path: &str) -> (u16, String) {
    refused(app, with(proof, path)).await
}

#[tokio::test]
async fn an_auditor_reads_what_a_chief_does_not() {
    let app = town(limits()).await;
    let auditor = Phone::of(&app, "deng").await;
    let proof = auditor.proves(PATH, NOW, 1);
    let (status, _, body) = respond(&app, with(&proof, PATH)).await;
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (status.as_u16(), &body["months"]),
        (200, &serde_json::json!([]))
    );
    let chief = Phone::of(&app, "xie").await;
    let proof = chief.proves(PATH, NOW, 1);
    assert_eq!(
        code(&app, &proof, PATH).await,
        (403, "out_of_scope".to_owned())
    );
}

#[tokio::test]
async fn a_proof_is_good_once_for_one_address_and_some_minutes() {
    let app = town(limits()).await;
    let auditor = Phone::of(&app, "deng").await;
    let proof = auditor.proves(PATH, NOW, 1);
    let other = "/v1/q/figures?from=2026-01";
    assert_eq!(
        code(&app, &proof, other).await,
        (401, "unknown_device".to_owned())
    );
    assert_eq!(respond(&app, with(&proof, PATH)).await.0, 200);
    assert_eq!(
        code(&app, &proof, PATH).await,
        (409, "read_twice".to_owned())
    );
    let again = auditor.proves(PATH, NOW, 2);
    assert_eq!(respond(&app, with(&again, PATH)).await.0, 200);
    for at in [
        Time(NOW.0 + PROOF_MILLISECONDS_MAX + 60_000),
        NOW.plus_days(-1),
    ] {
        let stale = auditor.proves(PATH, at, 3);
        assert_eq!(
            code(&app, &stale, PATH).await,
            (409, "stale_proof".to_owned())
        );
    }
}

#[tokio::test]
async fn another_devices_proof_and_one_over_a_challenge_of_before_read_nothing() {
    let app = town(limits()).await;
    let mut auditor = Phone::of(&app, "deng").await;
    let chief = Phone::of(&app, "xie").await;
    let own = auditor.proves(PATH, NOW, 1);
    // Somebody else's signature, and somebody else's challenge.
    let signature = chief.proves(PATH, NOW, 1).signature;
    let forged = ReadProof { signature, ..own };
    assert_eq!(
        code(&app, &forged, PATH).await,
        (401, "unknown_device".to_owned())
    );
    let borrowed = auditor.proves_over(chief.proves(PATH, NOW, 1).challenge, PATH, NOW, 1);
    assert_eq!(
        code(&app, &borrowed, PATH).await,
        (409, "void_challenge".to_owned())
    );
    auditor.sync(&app).await;
    assert_eq!(
        code(&app, &own, PATH).await,
        (409, "void_challenge".to_owned())
    );
}

#[tokio::test]
async fn what_is_no_proof_or_no_query_is_told_so() {
    let app = town(limits()).await;
    let auditor = Phone::of(&app, "deng").await;
    let none = request(Method::GET, PATH, b"");
    assert_eq!(refused(&app, none).await, (401, "bad_proof".to_owned()));
    for value in ["", "00", "xyz", &"ff".repeat(200)] {
        let mut read = request(Method::GET, PATH, b"");
        let value = HeaderValue::from_str(value).unwrap();
        read.headers_mut().insert(PROOF_HEADER, value);
        assert_eq!(refused(&app, read).await, (401, "bad_proof".to_owned()));
    }
    for (drawn, query) in (0..).zip([
        "",
        "from=2026-13",
        "from=2026-02&from=2026-02",
        "from=2026-02&to=2026-01",
        "from=2026-02&to=2028-02",
        "from=2026-02&unit=town",
        "from=2026-02&by=person",
        "from",
        "from=2026%2D02",
    ]) {
        let path = format!("/v1/q/figures?{query}");
        let proof = auditor.proves(&path, NOW, drawn);
        assert_eq!(
            code(&app, &proof, &path).await,
            (400, "bad_query".to_owned()),
            "{query}"
        );
    }
    let path = "/v1/q/figures?from=2026-02&unit=00000000000000000000000000000000";
    let proof = auditor.proves(path, NOW, 99);
    assert_eq!(
        code(&app, &proof, path).await,
        (403, "out_of_scope".to_owned())
    );
}

#[tokio::test]
async fn who_reads_is_asked_anew_each_time_and_a_stopped_device_reads_nothing() {
    use alleyway_core::sync::frame::Stop;
    use alleyway_ledger::DeviceChange;
    let app = town(limits()).await;
    let auditor = Phone::of(&app, "deng").await;
    let proof = auditor.proves(PATH, NOW, 1);
    assert_eq!(respond(&app, with(&proof, PATH)).await.0, 200);
    let device = auditor.code();
    let stop = move |desk: &mut crate::writer::Desk<'_>| {
        let stop = DeviceChange::Stop(Stop::Lost);
        desk.ledger
            .change_device(desk.store, device, stop, desk.now)
            .unwrap();
        Ok(())
    };
    app.writer.ask(0, stop).await.unwrap();
    let proof = auditor.proves(PATH, NOW, 2);
    assert_eq!(
        code(&app, &proof, PATH).await,
        (403, "reader_stopped".to_owned())
    );
}

#[tokio::test]
async fn coverage_says_of_each_alley_whether_it_has_a_chief_and_how_large_it_is() {
    let app = town(limits()).await;
    let auditor = Phone::of(&app, "deng").await;
    let path = "/v1/q/coverage";
    let (status, _, body) = respond(&app, with(&auditor.proves(path, NOW, 1), path)).await;
    assert_eq!(status, 200);
    let body: Value = serde_json::from_slice(&body).unwrap();
    let alleys = body["alleys"].as_array().unwrap();
    assert!(
        alleys.iter().any(|alley| alley["has_chief"] == true),
        "{body}"
    );
    let households: u64 = alleys
        .iter()
        .filter_map(|alley| alley["households"].as_u64())
        .sum();
    assert!(households > 10, "{body}");
    let chief = Phone::of(&app, "xie").await;
    let refused = code(&app, &chief.proves(path, NOW, 1), path).await;
    assert_eq!(refused, (403, "out_of_scope".to_owned()));
}

#[tokio::test]
async fn a_search_is_answered_with_what_the_reader_is_sent() {
    let app = town(limits()).await;
    let mut chief = Phone::of(&app, "xie").await;
    chief.sync(&app).await;
    let (case, _) = chief.report();
    chief.sync(&app).await;
    let auditor = Phone::of(&app, "deng").await;
    let secretary = Phone::of(&app, "qin").await;
    let path = "/v1/q/search";
    for (reader, is_sent_it) in [(&auditor, true), (&secretary, false)] {
        let (status, _, body) = respond(&app, with(&reader.proves(path, NOW, 1), path)).await;
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(status, 200, "{body}");
        let cases = body["cases"].as_array().unwrap();
        let found = cases.iter().find(|found| found["document"] == case.key());
        let status = found.map(|found| found["status"].as_str().unwrap());
        assert_eq!(status, is_sent_it.then_some("reported"), "{body}");
        assert_eq!(body["next"], Value::Null);
    }
    let none = "/v1/q/search?text=%E8%B7%AF%E8%B7%AF%E8%B7%AF";
    let (_, _, body) = respond(&app, with(&auditor.proves(none, NOW, 2), none)).await;
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body, serde_json::json!({ "cases": [], "next": null }));
    let bad = "/v1/q/search?text=%E8%B7";
    let refused = code(&app, &auditor.proves(bad, NOW, 99), bad).await;
    assert_eq!(refused, (400, "bad_query".to_owned()));
}

/// So many days pass, and the server says what is over: twice a day, for a clock that is a day further is not
/// believed.
async fn days_pass(app: &Arc<App>, days: i64) {
    let going = move |desk: &mut crate::writer::Desk<'_>| {
        for half in 1..=2 * days {
            let now = Time(desk.now.0 + half * 12 * 3_600_000);
            while desk.ledger.go_on_by_time(desk.store, now)?.more {}
        }
        Ok(())
    };
    app.writer.ask(0, going).await.unwrap();
    app.clock.set(NOW.plus_days(days));
}

#[tokio::test]
async fn what_is_late_is_told_to_who_is_sent_it_page_by_page() {
    let app = town(limits()).await;
    let mut chief = Phone::of(&app, "xie").await;
    chief.sync(&app).await;
    let (secretary, other) = (Phone::of(&app, "qin").await, Phone::of(&app, "lan").await);
    let mut reported: Vec<String> = (0..=CASES_MAX).map(|_| chief.report().0.key()).collect();
    chief.sync(&app).await;
    chief.sync(&app).await;
    let ask = async |reader: &Phone, path: &str, drawn: u8| -> Value {
        let proof = reader.proves(path, NOW.plus_days(2), drawn);
        let (status, _, body) = respond(&app, with(&proof, path)).await;
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(status, 200, "{body}");
        body
    };
    let path = "/v1/q/late";
    let proof = secretary.proves(path, NOW, 1);
    let (_, _, body) = respond(&app, with(&proof, path)).await;
    let none = serde_json::json!({ "cases": [], "next": null });
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), none);
    // Reported on a Sunday: to be accepted on Monday, and late on Tuesday, when the branch reads of it.
    days_pass(&app, 2).await;
    assert_eq!(ask(&other, path, 2).await, none);
    let first = ask(&secretary, path, 2).await;
    let next = first["next"].as_str().unwrap();
    let second = ask(&secretary, &format!("{path}?after={next}"), 3).await;
    assert_eq!(second["next"], Value::Null);
    let pages = [&first, &second].map(|page| page["cases"].as_array().unwrap());
    assert_eq!(pages.map(Vec::len), [CASES_MAX, 1]);
    let mut told: Vec<String> = Vec::new();
    for late in pages.into_iter().flatten() {
        let said = ["clock", "due", "status"].map(|key| late[key].as_str().unwrap());
        assert_eq!(said, ["accept", "2026-03-02", "reported"]);
        assert_eq!(late["sent_to"], Value::Null);
        told.push(late["document"].as_str().unwrap().to_owned());
    }
    told.sort();
    reported.sort();
    assert_eq!(told, reported);
    for (drawn, query) in (10..).zip(["after=", "after=00", "unit=xie", "by=due"]) {
        let path = format!("{path}?{query}");
        let proof = secretary.proves(&path, NOW.plus_days(2), drawn);
        let refused = code(&app, &proof, &path).await;
        assert_eq!(refused, (400, "bad_query".to_owned()), "{query}");
    }
    let path = "/v1/q/late?unit=00000000000000000000000000000000";
    let proof = secretary.proves(path, NOW.plus_days(2), 99);
    assert_eq!(
        code(&app, &proof, path).await,
        (403, "out_of_scope".to_owned())
    );
}

#[tokio::test]
async fn the_description_is_there_for_everybody() {
    let app = town(limits()).await;
    let (status, _, body) = respond(&app, request(Method::GET, "/v1/openapi.json", b"")).await;
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (status.as_u16(), &body["openapi"]),
        (200, &Value::from("3.1.0"))
    );
}
