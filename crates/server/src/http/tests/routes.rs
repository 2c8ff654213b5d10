//! Each route, asked rightly and wrongly.

use alleyway_core::crypto::{SecretKey, Signature};
use alleyway_core::id::DeviceId;
use alleyway_core::limits::FLIGHT_BYTES_MAX;
use alleyway_core::number::TrackingCode;
use alleyway_core::sync::enrol::Enrol;
use alleyway_core::sync::flight;
use alleyway_core::sync::frame::{Hello, PROTOCOL_VERSION};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::Wire as _;
use axum::http::Method;
use serde_json::Value;

use super::super::compression::Packer;
use super::{TOWN, app, limits, plain_app, refused, request, respond, writer_limits};

fn packed(plain: &[u8]) -> Vec<u8> {
    Packer::new(Some(plain.len()))
        .unwrap()
        .pack(plain, true)
        .unwrap()
}

pub(super) fn hello(secret: &SecretKey) -> Hello {
    Hello {
        device: DeviceId::of(&secret.public()),
        challenge: None,
        cursor: alleyway_core::sync::frame::Opaque::default(),
        acknowledged: 0,
        budget_bytes: 1,
        clock: Time(0),
        more: false,
    }
}

#[tokio::test]
async fn an_unknown_version_is_told_which_versions_are_spoken() {
    let app = plain_app();
    let (status, _, body) = respond(
        &app,
        request(Method::POST, "/v1/sync", &packed(&[9, 1, 2, 3])),
    )
    .await;
    let error: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (status.as_u16(), error["code"].as_str()),
        (400, Some("unknown_version"))
    );
    assert_eq!(error["versions"], serde_json::json!([PROTOCOL_VERSION]));
}

#[tokio::test]
async fn a_flight_that_is_too_large_is_refused_packed_and_unpacked() {
    let app = plain_app();
    let bomb = packed(&vec![1; FLIGHT_BYTES_MAX + 1]);
    assert_eq!(
        refused(&app, request(Method::POST, "/v1/sync", &bomb)).await,
        (413, "too_large".to_owned())
    );
    let long = vec![0x55; FLIGHT_BYTES_MAX + 5_000];
    assert_eq!(
        refused(&app, request(Method::POST, "/v1/sync", &long)).await,
        (413, "too_large".to_owned())
    );
}

#[tokio::test]
async fn a_device_that_is_not_enrolled_is_told_so() {
    let app = plain_app();
    let secret = SecretKey::from_bytes(&[9; 32]);
    let flight = flight::encode(TOWN, &secret, &hello(&secret), &[]);
    let answer = refused(&app, request(Method::POST, "/v1/sync", &packed(&flight))).await;
    assert_eq!(answer, (401, "unknown_device".to_owned()));
}

#[tokio::test]
async fn enrolment_refuses_what_it_cannot_read_and_codes_it_does_not_know() {
    let app = plain_app();
    let secret = SecretKey::from_bytes(&[9; 32]);
    let code = TrackingCode::from_random([4; 15]);
    let mut enrol = Enrol::new(code, &secret, [0; 32], Text::new("phone").unwrap(), Time(0));
    let sent = request(Method::POST, "/v1/enrol", &enrol.to_bytes());
    assert_eq!(refused(&app, sent).await, (404, "code_unknown".to_owned()));
    enrol.signature = Signature([5; 64]);
    let forged = request(Method::POST, "/v1/enrol", &enrol.to_bytes());
    assert_eq!(
        refused(&app, forged).await,
        (401, "bad_signature".to_owned())
    );
    assert_eq!(
        refused(&app, request(Method::POST, "/v1/enrol", b"hello")).await,
        (400, "malformed".to_owned())
    );
    let long = request(Method::POST, "/v1/enrol", &[0; 4_097]);
    assert_eq!(refused(&app, long).await, (413, "too_large".to_owned()));
}

#[tokio::test]
async fn a_code_that_has_not_arrived_is_valid_and_one_with_a_wrong_letter_is_not() {
    let app = plain_app();
    let code = TrackingCode::from_random([4; 15]).to_string();
    let (status, head, body) = respond(
        &app,
        request(Method::GET, &format!("/v1/track/{code}"), b""),
    )
    .await;
    let answer: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (status.as_u16(), answer["state"].as_str()),
        (200, Some("not_arrived"))
    );
    assert_eq!(head.headers()["cache-control"], "no-store");
    assert_eq!(head.headers()["referrer-policy"], "no-referrer");
    let last = if code.ends_with('7') { '8' } else { '7' };
    let wrong = format!("/v1/track/{}{last}", &code[..code.len() - 1]);
    assert_eq!(
        refused(&app, request(Method::GET, &wrong, b"")).await,
        (404, "bad_code".to_owned())
    );
}

#[tokio::test]
async fn a_browser_gets_a_page_without_scripts_in_its_language() {
    let app = plain_app();
    let code = TrackingCode::from_random([4; 15]);
    for (language, word) in [
        ("zh-CN,zh;q=0.9,en;q=0.8", "lang=\"zh-CN\""),
        ("en-GB", "lang=\"en\""),
    ] {
        let mut asked = request(Method::GET, &format!("/v1/track/{code}"), b"");
        asked.headers_mut().insert(
            "accept",
            "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
                .parse()
                .unwrap(),
        );
        asked
            .headers_mut()
            .insert("accept-language", language.parse().unwrap());
        let (status, head, body) = respond(&app, asked).await;
        let page = String::from_utf8(body).unwrap();
        assert_eq!(status.as_u16(), 200);
        assert!(page.contains(word) && !page.contains("<script"), "{page}");
        let policy = head.headers()["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"),
            "{policy}"
        );
    }
}

#[tokio::test]
async fn other_addresses_and_methods_are_refused() {
    let app = plain_app();
    assert_eq!(
        refused(&app, request(Method::GET, "/", b"")).await,
        (404, "not_found".to_owned())
    );
    assert_eq!(
        refused(&app, request(Method::GET, "/v1/sync", b"")).await,
        (405, "method_not_allowed".to_owned())
    );
    assert_eq!(
        refused(&app, request(Method::POST, "/demo/clock", b"{}")).await,
        (404, "not_found".to_owned())
    );
}

#[tokio::test]
async fn health_and_readiness_differ_once_the_server_ends() {
    let app = plain_app();
    for path in ["/healthz", "/readyz"] {
        assert_eq!(respond(&app, request(Method::GET, path, b"")).await.0, 200);
    }
    app.begin_draining();
    assert_eq!(
        respond(&app, request(Method::GET, "/healthz", b"")).await.0,
        200
    );
    assert_eq!(
        refused(&app, request(Method::GET, "/readyz", b"")).await,
        (503, "stopping".to_owned())
    );
}

#[tokio::test]
async fn metrics_count_requests_by_route_and_status_and_never_name_a_code() {
    let app = plain_app();
    let code = TrackingCode::from_random([4; 15]).to_string();
    respond(
        &app,
        request(Method::GET, &format!("/v1/track/{code}"), b""),
    )
    .await;
    respond(&app, request(Method::GET, "/v1/track/wrong", b"")).await;
    let text = app.metrics_text().unwrap();
    assert!(
        text.contains("alleyway_http_requests_total{route=\"track\",status=\"200\"} 1"),
        "{text}"
    );
    assert!(
        text.contains("alleyway_http_requests_total{route=\"track\",status=\"404\"} 1"),
        "{text}"
    );
    for name in [
        "alleyway_commands_admitted_total",
        "alleyway_store_fsyncs_total",
        "alleyway_loaded_documents",
    ] {
        assert!(text.contains(name), "{name}");
    }
    assert!(!text.contains(&code) && text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn a_demos_clock_is_set_from_this_machine_alone() {
    let app = app(limits(), writer_limits(), true);
    let body = b"{\"now\":\"2026-03-01T08:00:00+08:00\"}";
    let (status, _, answer) = respond(&app, request(Method::POST, "/demo/clock", body)).await;
    assert_eq!(status, 200);
    assert!(
        String::from_utf8(answer)
            .unwrap()
            .contains("2026-03-01T00:0")
    );
    let junk = request(Method::POST, "/demo/clock", b"{\"now\":\"soon\"}");
    assert_eq!(refused(&app, junk).await, (400, "bad_time".to_owned()));
    let mut far = request(Method::POST, "/demo/clock", body);
    far.extensions_mut()
        .insert(super::Peer(std::net::SocketAddr::from(([10, 0, 0, 1], 9))));
    assert_eq!(refused(&app, far).await, (403, "not_local".to_owned()));
}
