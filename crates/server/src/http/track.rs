//! `GET /v1/track/{code}`: a resident follows a case. Steps and dates, no names, the resident's own
//! words. `POST`: the resident verifies, reopens, adds a word.
//!
//! JSON, or a page where a browser asks for one. The code is a secret: it is not logged, not cached,
//! and not handed on in a referrer.

mod accept;
mod error;
mod form;
mod json;
mod limit;
mod page;
mod post;
mod step;

use std::sync::Arc;

use alleyway_catalogue::Lang;
use alleyway_core::id::DocumentId;
use alleyway_core::number::TrackingCode;
use alleyway_core::store::StoreError;
use alleyway_ledger::Tracking;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName,
    REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::error::HttpError;
use super::{App, loading};
use crate::disk::Writes;
use crate::secrets;
use crate::writer::{AskError, Desk};

pub(super) use limit::StepLimit;
use post::Turned;

/// How a client wants to be answered.
#[derive(Debug, Clone, Copy)]
struct Client {
    wants_page: bool,
    lang: Lang,
}

impl Client {
    fn of(asked: &HeaderMap) -> Self {
        Self {
            wants_page: accept::prefers_page(header(asked, ACCEPT)),
            lang: accept::language(header(asked, ACCEPT_LANGUAGE)),
        }
    }
}

fn header(headers: &HeaderMap, name: HeaderName) -> &str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// A path that is not UTF-8 is no code.
type CodePath = Result<Path<String>, PathRejection>;

pub(super) async fn get(
    State(app): State<Arc<App>>,
    code: CodePath,
    asked: HeaderMap,
) -> Result<Response, HttpError> {
    let client = Client::of(&asked);
    let Some(code) = code.ok().and_then(|Path(text)| TrackingCode::typed(&text)) else {
        return error_response(client, HttpError::BadCode.into());
    };
    let tracking = tracking(&app, code).await?;
    if matches!(&tracking, Tracking::Found(found) if !found.is_kept) {
        // If there is no room for it, the next one who asks has it kept.
        let keep = move |desk: &mut Desk<'_>| desk.ledger.keep_tracked(desk.store, code);
        let _ = loading::ask_to_write(&app, Writes::Little, 0, page_needs(code), keep).await;
    }
    if client.wants_page {
        page_response(
            StatusCode::OK,
            client.lang,
            &case_content(client.lang, &tracking)?,
        )
    } else {
        Ok(json_response(json::encode(&tracking, client.lang)))
    }
}

/// The page of a code.
async fn tracking(app: &Arc<App>, code: TrackingCode) -> Result<Tracking, AskError> {
    let work = move |desk: &mut Desk<'_>| desk.ledger.track(desk.store, code, desk.now);
    loading::ask_to_write(app, Writes::Nothing, 0, page_needs(code), work).await
}

/// The long documents that the page needs, if they have no record of their own.
fn page_needs(
    code: TrackingCode,
) -> impl FnOnce(&mut Desk<'_>) -> Result<Vec<DocumentId>, StoreError> + Send + 'static {
    move |desk| desk.ledger.resident_needs(desk.store, code, false)
}

pub(super) async fn post(
    State(app): State<Arc<App>>,
    code: CodePath,
    asked: HeaderMap,
    request: Body,
) -> Result<Response, HttpError> {
    let client = Client::of(&asked);
    let code = code.map_or_else(|_| String::new(), |Path(text)| text);
    match post::take(&app, client, &code, &asked, request).await {
        Ok(response) => Ok(response),
        Err(turned) => error_response(client, turned),
    }
}

/// An error; for a browser a page that says it, with the case and what was sent, if they are known.
fn error_response(client: Client, turned: Turned) -> Result<Response, HttpError> {
    let Turned {
        error,
        sent,
        tracking,
    } = turned;
    if !client.wants_page {
        return Err(error);
    }
    let content = match tracking {
        Some(tracking) => case_content(client.lang, &tracking)?,
        None => page::Content::blank(client.lang),
    };
    let content = content.refused(client.lang, &error, sent);
    let (error, _) = error.into_response().into_parts();
    let (mut page, body) = page_response(error.status, client.lang, &content)?.into_parts();
    for (name, value) in &error.headers {
        if !page.headers.contains_key(name) {
            page.headers.insert(name, value.clone());
        }
    }
    page.extensions = error.extensions;
    Ok(Response::from_parts(page, body))
}

fn case_content(lang: Lang, tracking: &Tracking) -> Result<page::Content, HttpError> {
    let token: [u8; 16] = secrets::random().map_err(|_| HttpError::Internal)?;
    Ok(page::Content::of(tracking, lang, hex::encode(token)))
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

fn page_response(
    status: StatusCode,
    lang: Lang,
    content: &page::Content,
) -> Result<Response, HttpError> {
    // The page's own style is let in by a number used once; nothing else is.
    let nonce: [u8; 16] = secrets::random().map_err(|_| HttpError::Internal)?;
    let nonce = hex::encode(nonce);
    let forms = if content.has_forms() {
        "'self'"
    } else {
        "'none'"
    };
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action {forms}; frame-ancestors 'none'"
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
