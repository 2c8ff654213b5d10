//! The quarantine: nobody changes anything until an administrator has confirmed the devices.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::App;
use super::error::HttpError;

/// Turns away what devices and residents send; residents may still read their page.
pub(super) async fn gate(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let changes = request.method() == Method::POST && request.uri().path().starts_with("/v1/");
    if changes && app.metrics.is_quarantined() {
        return HttpError::Quarantine.into_response();
    }
    next.run(request).await
}
