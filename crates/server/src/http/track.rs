//! `GET /v1/track/{code}`: a resident follows a case. Steps and dates, no names.
//!
//! JSON, or a page where a browser asks for one. The code is a secret: it is not logged, not cached,
//! and not handed on in a referrer.

mod accept;
mod json;
mod page;

use std::sync::Arc;

use alleyway_core::catalogue::Lang;
use alleyway_core::number::TrackingCode;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::App;
use super::error::HttpError;

pub(super) async fn get(
    State(app): State<Arc<App>>,
    code: Result<Path<String>, axum::extract::rejection::PathRejection>,
    asked: HeaderMap,
) -> Result<Response, HttpError> {
    let header = |name| asked.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let wants_page = accept::prefers_page(header(ACCEPT));
    let lang = accept::language(header(ACCEPT_LANGUAGE));
    // A path that is not UTF-8 is no code.
    let Some(code) = code.ok().and_then(|Path(text)| TrackingCode::parse(&text)) else {
        return bad_code(wants_page, lang);
    };
    let tracking = app.writer.ask(0, move |desk| desk.ledger.track(desk.store, code)).await?;
    if wants_page {
        page_response(StatusCode::OK, lang, &page::Content::of(&tracking, lang))
    } else {
        Ok(json_response(json::encode(&tracking, lang)))
    }
}

fn bad_code(wants_page: bool, lang: Lang) -> Result<Response, HttpError> {
    if !wants_page {
        return Err(HttpError::BadCode);
    }
    page_response(StatusCode::NOT_FOUND, lang, &page::Content::bad_code(lang))
}

fn json_response(body: String) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (VARY, "accept, accept-language"),
    ];
    (headers, body).into_response()
}

fn page_response(status: StatusCode, lang: Lang, content: &page::Content) -> Result<Response, HttpError> {
    // The page's own style is let in by a number used once; nothing else is.
    let nonce: [u8; 16] = crate::secrets::random().map_err(|_| HttpError::Internal)?;
    let nonce = crate::secrets::hex(&nonce);
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (CACHE_CONTROL, "no-store".to_owned()),
        (REFERRER_POLICY, "no-referrer".to_owned()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (VARY, "accept, accept-language".to_owned()),
        (CONTENT_SECURITY_POLICY, policy),
    ];
    Ok((status, headers, page::render(lang, &nonce, content)).into_response())
}
