//! `POST /v1/track/{code}`: a resident verifies, reopens, adds a word.

use std::sync::Arc;

use alleyway_core::number::TrackingCode;
use alleyway_ledger::{LedgerError, ResidentRequest, ResidentStep, Tracking};
use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, REFERRER_POLICY, VARY};
use axum::response::{IntoResponse as _, Response};

use super::error::StepError;
use super::limit::STEP_SECONDS;
use super::step::{MediaType, Sent};
use super::{Client, header, json};
use crate::disk::Writes;
use crate::http::error::HttpError;
use crate::http::{App, body, loading};
use crate::secrets;
use crate::writer::Desk;

/// A resident's step, in bytes: the longest text that the page takes, each byte escaped.
const STEP_BYTES_MAX: usize = 8 * 1024;

/// The step that was not done, as far as it was understood.
pub(super) struct Turned {
    pub(super) error: HttpError,
    pub(super) sent: Sent,
    pub(super) tracking: Option<Tracking>,
}

impl<E: Into<HttpError>> From<E> for Turned {
    fn from(error: E) -> Self {
        Self {
            error: error.into(),
            sent: Sent::default(),
            tracking: None,
        }
    }
}

/// Takes the step. A browser is sent on to the page, so that loading it anew sends nothing twice.
pub(super) async fn take(
    app: &Arc<App>,
    client: Client,
    code: &str,
    headers: &HeaderMap,
    request: Body,
) -> Result<Response, Turned> {
    let parsed = TrackingCode::typed(code);
    // Before anything is read or asked, and for a code that leads nowhere as for one that does.
    let counted = parsed.map_or_else(|| code.as_bytes().to_vec(), |code| code.index().to_vec());
    if !app.resident_steps.take(&counted) {
        return Err(HttpError::TooMany {
            seconds: STEP_SECONDS,
        }
        .into());
    }
    let code = parsed.ok_or(HttpError::BadCode)?;
    let media =
        MediaType::parse(header(headers, CONTENT_TYPE)).ok_or(StepError::UnsupportedType)?;
    let bytes = body::read(request, STEP_BYTES_MAX, app.limits.body_time_max).await?;
    let sent = Sent::read(media, &bytes)?;
    match understood(&sent) {
        Ok((token, step)) => {
            let tracking = carry_out(
                app,
                ResidentRequest { code, token, step },
                sent,
                bytes.len(),
            )
            .await?;
            Ok(if client.wants_page {
                see_page(code)
            } else {
                super::json_response(json::encode(&tracking, client.lang))
            })
        }
        Err(error) => {
            let tracking = super::tracking(app, code).await;
            Err(Turned {
                error,
                sent,
                tracking: tracking.ok(),
            })
        }
    }
}

fn understood(sent: &Sent) -> Result<([u8; 16], ResidentStep), HttpError> {
    let token = match sent.token()? {
        Some(token) => token,
        None => secrets::random().map_err(|_| HttpError::Internal)?,
    };
    Ok((token, sent.step()?))
}

/// Asks the writer for the step and for the case as it stands then.
async fn carry_out(
    app: &Arc<App>,
    request: ResidentRequest,
    sent: Sent,
    bytes: usize,
) -> Result<Tracking, Turned> {
    let turned = |error, tracking| Turned {
        error,
        sent,
        tracking,
    };
    let Ok(seed) = secrets::random() else {
        return Err(turned(HttpError::Internal, None));
    };
    let code = request.code;
    let needs = move |desk: &mut Desk<'_>| desk.ledger.resident_needs(desk.store, code, true);
    let work = move |desk: &mut Desk<'_>| {
        let done = desk.ledger.resident(desk.store, &request, seed, desk.now);
        let refused = done.err().map(LedgerError::refusal).transpose()?;
        let tracking = desk.ledger.track(desk.store, request.code, desk.now)?;
        Ok((refused, tracking))
    };
    match loading::ask_to_write(app, Writes::HandedIn, bytes, needs, work).await {
        Ok((None, tracking)) => Ok(tracking),
        Ok((Some(error), tracking)) => {
            Err(turned(StepError::Resident(error).into(), Some(tracking)))
        }
        Err(error) => Err(turned(error.into(), None)),
    }
}

/// To the page of this code, wherever a proxy has put it.
fn see_page(code: TrackingCode) -> Response {
    let headers = [
        (LOCATION, code.to_string()),
        (CACHE_CONTROL, "no-store".to_owned()),
        (REFERRER_POLICY, "no-referrer".to_owned()),
        (VARY, "accept, accept-language".to_owned()),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}
