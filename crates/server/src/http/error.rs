//! Every error that leaves over HTTP: a status, a stable code, and a text in both languages.

use alleyway_catalogue::server::http as said;
use alleyway_catalogue::{Lang, Message};
use alleyway_core::sync::enrol::EnrolError;
use alleyway_core::sync::flight::FlightError;
use alleyway_core::sync::frame::PROTOCOL_VERSION;
use axum::http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::writer::AskError;

/// Why a request was not answered as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HttpError {
    /// No such address.
    NotFound,
    /// The address takes another method.
    MethodNotAllowed,
    /// The body is longer than the route takes, packed or unpacked.
    TooLarge,
    /// The body did not arrive in time.
    TooSlow,
    /// The body broke off.
    Incomplete,
    /// The body is not one zstd frame of a window that is taken.
    BadCompression,
    /// The flight was not taken.
    Flight(FlightError),
    /// The request for enrolment cannot be read.
    MalformedEnrol,
    /// No such device is enrolled here, or the flight is not signed by it: nobody learns which.
    UnknownDevice,
    /// The device was not taken in.
    Enrol(EnrolError),
    /// The tracking code's check letter is wrong.
    BadCode,
    /// One of a route's own errors, which the route describes.
    Own(Own),
    /// The demo's clock was asked for something it cannot do.
    BadTime,
    /// Only this machine may.
    NotLocal,
    /// As many requests wait as may.
    Busy,
    /// The server ends.
    Stopping,
    /// The disk has no room for what is handed in.
    DiskFull,
    /// An administrator is to confirm the devices first.
    Quarantine,
    /// As many connections are open as may.
    Connections,
    /// A limit by address or device is reached.
    TooMany {
        /// When to come back.
        seconds: u64,
    },
    /// Something that should not be able to fail did.
    Internal,
}

/// When to come back to a server that is busy.
const BUSY_SECONDS: u64 = 5;
/// When to come back to a server whose disk is full.
const DISK_FULL_SECONDS: u64 = 60;
/// When to come back to a server whose devices are to be confirmed.
const QUARANTINE_SECONDS: u64 = 300;

/// How an error leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    /// The status.
    pub(super) status: StatusCode,
    /// The stable code.
    pub(super) code: &'static str,
    /// The text for people.
    pub(super) text: &'static Message,
}

/// An error that only one route has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Own {
    /// How it leaves.
    pub(super) row: Row,
    /// When to come back, in seconds.
    pub(super) retry_after: Option<u64>,
}

impl Row {
    /// An error whose code is its text's name.
    pub(super) fn new(status: StatusCode, text: &'static Message) -> Self {
        Self {
            status,
            code: text.name(),
            text,
        }
    }
}

impl HttpError {
    fn row(&self) -> Row {
        let (status, text) = match self {
            Self::NotFound => (StatusCode::NOT_FOUND, said::NOT_FOUND),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, said::METHOD_NOT_ALLOWED),
            Self::TooLarge | Self::Flight(FlightError::TooLarge) => {
                (StatusCode::PAYLOAD_TOO_LARGE, said::TOO_LARGE)
            }
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, said::TOO_SLOW),
            Self::Incomplete => (StatusCode::BAD_REQUEST, said::INCOMPLETE),
            Self::BadCompression => (StatusCode::BAD_REQUEST, said::BAD_COMPRESSION),
            Self::Flight(FlightError::UnknownVersion(_)) => {
                (StatusCode::BAD_REQUEST, said::UNKNOWN_VERSION)
            }
            Self::MalformedEnrol | Self::Flight(FlightError::Malformed(_)) => {
                (StatusCode::BAD_REQUEST, said::MALFORMED)
            }
            Self::Flight(FlightError::BadBatchSignature) => {
                (StatusCode::BAD_REQUEST, said::BAD_BATCH_SIGNATURE)
            }
            Self::UnknownDevice | Self::Flight(FlightError::BadSignature) => {
                (StatusCode::UNAUTHORIZED, said::UNKNOWN_DEVICE)
            }
            Self::Enrol(error) => enrol_row(*error),
            Self::BadCode => (StatusCode::NOT_FOUND, said::BAD_CODE),
            Self::Own(own) => return own.row,
            Self::BadTime => (StatusCode::BAD_REQUEST, said::BAD_TIME),
            Self::NotLocal => (StatusCode::FORBIDDEN, said::NOT_LOCAL),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, said::BUSY),
            Self::Stopping => (StatusCode::SERVICE_UNAVAILABLE, said::STOPPING),
            Self::DiskFull => (StatusCode::INSUFFICIENT_STORAGE, said::DISK_FULL),
            Self::Quarantine => (StatusCode::SERVICE_UNAVAILABLE, said::QUARANTINE),
            Self::Connections => (StatusCode::SERVICE_UNAVAILABLE, said::TOO_MANY_CONNECTIONS),
            Self::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, said::TOO_MANY_REQUESTS),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, said::INTERNAL),
        };
        Row::new(status, text)
    }

    /// The status and the stable code.
    pub(super) fn told(&self) -> (u16, &'static str) {
        let Row { status, code, .. } = self.row();
        (status.as_u16(), code)
    }

    /// The text for people.
    pub(super) fn text(&self, lang: Lang) -> &'static str {
        self.row().text.text(lang)
    }

    /// The body.
    pub(super) fn json(&self) -> String {
        let Row { code, text, .. } = self.row();
        let [zh, en] = Lang::ALL.map(|lang| text.text(lang));
        let mut body = json!({ "code": code, "text_zh": zh, "text_en": en });
        if let (Self::Flight(FlightError::UnknownVersion(_)), Some(fields)) =
            (self, body.as_object_mut())
        {
            fields.insert("versions".to_owned(), json!([PROTOCOL_VERSION]));
        }
        body.to_string()
    }

    /// Whether what the client still sends is not worth reading.
    fn closes(&self) -> bool {
        matches!(
            self,
            Self::TooLarge | Self::TooSlow | Self::Incomplete | Self::Connections | Self::Stopping
        ) || matches!(self, Self::TooMany { .. })
    }

    /// When to come back, in seconds.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooMany { seconds } => Some(*seconds),
            Self::Own(own) => own.retry_after,
            Self::Busy | Self::Stopping | Self::Connections => Some(BUSY_SECONDS),
            Self::Quarantine => Some(QUARANTINE_SECONDS),
            Self::DiskFull => Some(DISK_FULL_SECONDS),
            _ => None,
        }
    }
}

fn enrol_row(error: EnrolError) -> (StatusCode, &'static Message) {
    match error {
        EnrolError::CodeUnknown => (StatusCode::NOT_FOUND, said::CODE_UNKNOWN),
        EnrolError::CodeUsed => (StatusCode::CONFLICT, said::CODE_USED),
        EnrolError::CodeExpired => (StatusCode::GONE, said::CODE_EXPIRED),
        EnrolError::DeviceTaken => (StatusCode::CONFLICT, said::DEVICE_TAKEN),
        EnrolError::DeviceStopped => (StatusCode::FORBIDDEN, said::DEVICE_STOPPED),
        EnrolError::BadSignature => (StatusCode::UNAUTHORIZED, said::BAD_SIGNATURE),
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let Row { status, code, .. } = self.row();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after() {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.closes() {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        let mut response = (status, headers, self.json()).into_response();
        response.extensions_mut().insert(ErrorCode(code));
        response
    }
}

/// The code of an error that was answered, for the log.
#[derive(Debug, Clone, Copy)]
pub(super) struct ErrorCode(pub(super) &'static str);

impl From<AskError> for HttpError {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Busy => Self::Busy,
            AskError::Stopped => Self::Stopping,
            AskError::DiskFull => Self::DiskFull,
        }
    }
}

impl From<FlightError> for HttpError {
    fn from(error: FlightError) -> Self {
        Self::Flight(error)
    }
}
