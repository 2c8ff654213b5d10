//! A resident's hand over HTTP, on a case that a chief reported.

mod town;

use axum::http::Method;
use serde_json::Value;

use super::{refused, request, respond};
use town::{PHONE, Stand, Town, code};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn post(media: &str, body: &str) -> axum::extract::Request {
    post_to(&code().to_string(), media, body)
}

fn post_to(code: &str, media: &str, body: &str) -> axum::extract::Request {
    let mut request = request(Method::POST, &format!("/v1/track/{code}"), body.as_bytes());
    request
        .headers_mut()
        .insert("content-type", media.parse().unwrap());
    request
}

/// As a browser sends the page's form.
fn form(body: &str) -> axum::extract::Request {
    let mut request = post(FORM, body);
    request
        .headers_mut()
        .insert("accept", BROWSER.parse().unwrap());
    request
        .headers_mut()
        .insert("accept-language", "en".parse().unwrap());
    request
}

fn page() -> axum::extract::Request {
    let mut request = request(Method::GET, &format!("/v1/track/{}", code()), b"");
    request
        .headers_mut()
        .insert("accept", BROWSER.parse().unwrap());
    request
        .headers_mut()
        .insert("accept-language", "en".parse().unwrap());
    request
}

async fn answered(town: &Town, body: &str) -> Value {
    let (status, _, body) = respond(&town.app, post(JSON, body)).await;
    assert_eq!(status.as_u16(), 200, "{}", String::from_utf8_lossy(&body));
    serde_json::from_slice(&body).unwrap()
}

#[tokio::test]
async fn a_resident_verifies_and_adds_a_word_by_json() {
    let town = Town::new(Stand::Resolved).await;
    let said = answered(&town, r#"{"do":"word","text":"雨天还是积水"}"#).await;
    assert_eq!(
        (&said["state"], &said["may"]),
        (&"resolved".into(), &serde_json::json!(["verify", "word"]))
    );
    let verified = answered(&town, r#"{"do":"verify","result":"fixed","text":"谢谢"}"#).await;
    assert_eq!(verified["state"], "verified");
    let steps = verified["steps"].as_array().unwrap();
    let own: Vec<_> = steps.iter().filter(|step| step["own"] == true).collect();
    assert_eq!(
        (own[0]["kind"].as_str(), own[0]["text"].as_str()),
        (Some("note"), Some("雨天还是积水"))
    );
    assert_eq!(
        (own[1]["kind"].as_str(), own[1]["result"].as_str()),
        (Some("verify"), Some("fixed"))
    );
    assert_eq!(
        (own.len(), &verified["may"]),
        (2, &serde_json::json!(["word"]))
    );
}

#[tokio::test]
async fn a_form_is_answered_with_the_way_to_the_page_which_shows_it() {
    let town = Town::new(Stand::Resolved).await;
    let (_, head, body) = respond(&town.app, page()).await;
    let before = String::from_utf8(body).unwrap();
    assert!(
        before.contains("value=\"partly\"")
            && !before.contains("value=\"reopen\"")
            && !before.contains("<script")
    );
    let policy = head.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self'"), "{policy}");
    let (status, head, body) = respond(
        &town.app,
        form("do=verify&result=partly&text=the+end+is+missing"),
    )
    .await;
    assert_eq!((status.as_u16(), body.len()), (303, 0));
    assert_eq!(head.headers()["location"], code().to_string());
    assert_eq!(
        (
            &head.headers()["cache-control"],
            &head.headers()["referrer-policy"]
        ),
        (
            &"no-store".parse().unwrap(),
            &"no-referrer".parse().unwrap()
        )
    );
    let after = String::from_utf8(respond(&town.app, page()).await.2).unwrap();
    assert!(
        after.contains("Now: in progress") && after.contains("the end is missing"),
        "{after}"
    );
    assert!(!after.contains("value=\"partly\""), "{after}");
}

#[tokio::test]
async fn no_page_shows_a_telephone_number_nor_a_part_of_it() {
    for stand in [Stand::Reported, Stand::Resolved, Stand::Closed] {
        let town = Town::new(stand).await;
        let json = request(Method::GET, &format!("/v1/track/{}", code()), b"");
        for asked in [page(), json] {
            let body = respond(&town.app, asked).await.2;
            let body = String::from_utf8(body).unwrap();
            // The page itself is there.
            assert!(
                body.contains("ecorded") || body.contains("report"),
                "{body}"
            );
            for part in [PHONE, &PHONE[..7], &PHONE[7..]] {
                assert!(!body.contains(part), "{part} in {body}");
            }
        }
    }
}

#[tokio::test]
async fn a_closed_case_is_reopened() {
    let town = Town::new(Stand::Closed).await;
    assert_eq!(
        answered(&town, r#"{"do":"reopen","text":"又塌了"}"#).await["state"],
        "reported"
    );
}

#[tokio::test]
async fn the_same_post_twice_is_one_step() {
    let town = Town::new(Stand::Reported).await;
    let body = r#"{"do":"word","text":"在吗","token":"00112233445566778899aabbccddeeff"}"#;
    let first = answered(&town, body).await;
    assert_eq!(answered(&town, body).await, first);
    // Without a token nobody can tell whether it is meant twice.
    let twice = r#"{"do":"word","text":"在吗"}"#;
    answered(&town, twice).await;
    let last = answered(&town, twice).await;
    assert_eq!(
        last["steps"].as_array().unwrap().len(),
        first["steps"].as_array().unwrap().len() + 2
    );
}

#[tokio::test]
async fn what_the_rules_forbid_is_a_conflict_and_what_is_missing_cannot_be_processed() {
    let town = Town::new(Stand::Resolved).await;
    for (body, status, expected) in [
        (r#"{"do":"reopen","text":"x"}"#, 409, "wrong_state"),
        (r#"{"do":"word","text":"  "}"#, 422, "needs_text"),
        (r#"{"do":"reopen"}"#, 422, "needs_reason"),
        (r#"{"do":"verify","result":"splendid"}"#, 422, "bad_value"),
        (r#"{"do":"verify"}"#, 422, "bad_value"),
        (r#"{"do":"close"}"#, 422, "unknown_step"),
        (r#"{"text":"x"}"#, 422, "unknown_step"),
        (r#"{"do":"word","text":"x","to":"y"}"#, 400, "malformed"),
        (r#"{"do":"word","text":"x","token":"1"}"#, 400, "malformed"),
    ] {
        assert_eq!(
            refused(&town.app, post(JSON, body)).await,
            (status, expected.to_owned()),
            "{body}"
        );
    }
    assert_eq!(town.sequence().await, town.began);
}

#[tokio::test]
async fn bodies_that_are_too_long_or_of_another_type_are_refused() {
    let town = Town::new(Stand::Reported).await;
    let long = format!(r#"{{"do":"word","text":"{}"}}"#, "路".repeat(501));
    assert_eq!(
        refused(&town.app, post(JSON, &long)).await,
        (422, "text_too_long".to_owned())
    );
    let longer = "x".repeat(8 * 1024 + 1);
    assert_eq!(
        refused(&town.app, post(JSON, &longer)).await,
        (413, "too_large".to_owned())
    );
    for media in ["text/plain", "multipart/form-data; boundary=x"] {
        let sent = post(media, r#"{"do":"word","text":"x"}"#);
        assert_eq!(
            refused(&town.app, sent).await,
            (415, "unsupported_type".to_owned()),
            "{media}"
        );
    }
    let untold = request(Method::POST, &format!("/v1/track/{}", code()), b"{}");
    assert_eq!(
        refused(&town.app, untold).await,
        (415, "unsupported_type".to_owned())
    );
}

#[tokio::test]
async fn the_longest_text_of_the_page_fits() {
    let town = Town::new(Stand::Reported).await;
    let (status, ..) = respond(
        &town.app,
        form(&format!("do=word&text={}", "%E8%B7%AF".repeat(500))),
    )
    .await;
    assert_eq!(status.as_u16(), 303);
}

#[tokio::test]
async fn a_browser_is_told_on_a_page_that_keeps_what_was_written() {
    let town = Town::new(Stand::Resolved).await;
    let (status, head, body) = respond(&town.app, form("do=verify&text=kept+words")).await;
    let page = String::from_utf8(body).unwrap();
    assert_eq!(
        (status.as_u16(), &head.headers()["content-type"]),
        (422, &"text/html; charset=utf-8".parse().unwrap())
    );
    assert!(
        page.contains("role=\"alert\"") && page.contains(">\nkept words</textarea>"),
        "{page}"
    );
    // A step that is not possible has no form on the page; its words are there all the same.
    let (status, _, body) = respond(&town.app, form("do=reopen&text=kept+words")).await;
    assert!(String::from_utf8(body).unwrap().contains(">kept words</p>"));
    assert_eq!(status.as_u16(), 409);
}

#[tokio::test]
async fn codes_that_lead_nowhere_get_their_own_answers() {
    let town = Town::new(Stand::Reported).await;
    let other = alleyway_core::number::TrackingCode::from_random([9; 15]).to_string();
    let body = r#"{"do":"word","text":"x"}"#;
    assert_eq!(
        refused(&town.app, post_to(&other, JSON, body)).await,
        (409, "not_arrived".to_owned())
    );
    let mistyped = format!(
        "{}{}",
        &other[..18],
        if other.ends_with('7') { '8' } else { '7' }
    );
    assert_eq!(
        refused(&town.app, post_to(&mistyped, JSON, body)).await,
        (404, "bad_code".to_owned())
    );
    assert_eq!(
        refused(&town.app, post_to("%ff", JSON, body)).await,
        (404, "bad_code".to_owned())
    );
}

#[tokio::test]
async fn haste_is_slowed_down_whether_the_code_leads_somewhere_or_not() {
    let unknown = alleyway_core::number::TrackingCode::from_random([9; 15]).to_string();
    for (code, answer) in [(unknown.as_str(), "not_arrived"), ("nonsense", "bad_code")] {
        // A server each: two codes can share a place in the table.
        let town = Town::new(Stand::Reported).await;
        let mut answers = Vec::new();
        // Ten at once; however slow the machine, not two more in every six seconds.
        for _ in 0..40 {
            answers.push(
                refused(
                    &town.app,
                    post_to(code, JSON, r#"{"do":"word","text":"x"}"#),
                )
                .await
                .1,
            );
        }
        assert!(
            answers.iter().take(10).all(|code| code == answer),
            "{answers:?}"
        );
        assert!(
            answers.iter().any(|code| code == "too_many_requests"),
            "{answers:?}"
        );
        let (status, head, _) = respond(&town.app, post_to(code, JSON, "{}")).await;
        assert_eq!(
            (status.as_u16(), &head.headers()["retry-after"]),
            (429, &"6".parse().unwrap())
        );
    }
}

#[tokio::test]
async fn a_day_takes_ten_steps() {
    let town = Town::new(Stand::Spoken).await;
    assert_eq!(
        refused(&town.app, post(JSON, r#"{"do":"word","text":"x"}"#)).await,
        (429, "too_many_steps".to_owned())
    );
    let page = String::from_utf8(respond(&town.app, page()).await.2).unwrap();
    assert!(
        page.contains("come back tomorrow") && !page.contains("<form"),
        "{page}"
    );
}
