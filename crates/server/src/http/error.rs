//! Every error that leaves over HTTP: a status, a stable code, and a text in both languages.

use alleyway_catalogue::Lang;
use alleyway_core::sync::enrol::EnrolError;
use alleyway_core::sync::flight::FlightError;
use alleyway_core::sync::frame::PROTOCOL_VERSION;
use axum::http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::track::StepError;
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
    /// A resident's step was not carried out.
    Step(StepError),
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

/// Status, code, Chinese, English.
pub(super) type Row = (StatusCode, &'static str, &'static str, &'static str);

impl HttpError {
    fn row(&self) -> Row {
        match self {
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "not_found",
                "没有这个地址。",
                "There is no such address.",
            ),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "这个地址不支持该方法。",
                "The address takes another method.",
            ),
            Self::TooLarge => TOO_LARGE,
            Self::TooSlow => (
                StatusCode::REQUEST_TIMEOUT,
                "too_slow",
                "请求传得太慢，请在信号好的地方再试。",
                "The request arrived too slowly; try again with a better signal.",
            ),
            Self::Incomplete => (
                StatusCode::BAD_REQUEST,
                "incomplete",
                "请求中断了，请再试。",
                "The request broke off; try again.",
            ),
            Self::BadCompression => (
                StatusCode::BAD_REQUEST,
                "bad_compression",
                "请求无法解压。",
                "The body is not one zstd frame with a window of at most 1 MiB.",
            ),
            Self::Flight(error) => flight_row(error),
            Self::MalformedEnrol => (
                StatusCode::BAD_REQUEST,
                "malformed",
                "请求无法读取。",
                "The request cannot be read.",
            ),
            Self::UnknownDevice => (
                StatusCode::UNAUTHORIZED,
                "unknown_device",
                "这台设备没有登记，或者签名不对；请向管理员要邀请码重新登记。",
                "This device is not enrolled here, or the signature is wrong; ask the administrator for a code and enrol it.",
            ),
            Self::Enrol(error) => enrol_row(*error),
            Self::BadCode => (
                StatusCode::NOT_FOUND,
                "bad_code",
                "查询码不对，请核对每个字符。",
                "The code is not valid; compare every character.",
            ),
            Self::Step(error) => error.row(),
            Self::BadTime => (
                StatusCode::BAD_REQUEST,
                "bad_time",
                "时间不对，例：{\"now\":\"2026-03-01T08:00:00+08:00\"}",
                "Not a time; for example {\"now\":\"2026-03-01T08:00:00+08:00\"}",
            ),
            Self::NotLocal => (
                StatusCode::FORBIDDEN,
                "not_local",
                "只能在本机上操作。",
                "Only this machine may do that.",
            ),
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "服务器正忙，请稍后再试。",
                "The server is busy; try again in a moment.",
            ),
            Self::Stopping => (
                StatusCode::SERVICE_UNAVAILABLE,
                "stopping",
                "服务器正在重启，请稍后再试。",
                "The server is stopping; try again in a moment.",
            ),
            Self::DiskFull => (
                StatusCode::INSUFFICIENT_STORAGE,
                "disk_full",
                "服务器存储空间不足，暂时不能接收；记录的内容仍在本机上，管理员腾出空间后会自动恢复，请稍后再试。",
                "The server's disk is nearly full and takes nothing in for now; what you recorded is safe on your device. It goes on by itself once its administrator has made room; try again later.",
            ),
            Self::Quarantine => (
                StatusCode::SERVICE_UNAVAILABLE,
                "quarantine",
                "服务器刚从备份恢复，管理员确认设备之后才能继续；记录的内容仍在本机上，请稍后再试。",
                "The server was restored and waits until its administrator has confirmed the devices; what you recorded is safe on your device. Try again later.",
            ),
            Self::Connections => (
                StatusCode::SERVICE_UNAVAILABLE,
                "too_many_connections",
                "连接太多，请稍后再试。",
                "Too many connections; try again in a moment.",
            ),
            Self::TooMany { .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_requests",
                "请求太频繁，请稍后再试。",
                "Too many requests in a short time; try again in a moment.",
            ),
            Self::Internal => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "服务器出错了。",
                "The server failed.",
            ),
        }
    }

    /// The text for people.
    pub(super) fn text(&self, lang: Lang) -> &'static str {
        let (_, _, zh, en) = self.row();
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// The body.
    pub(super) fn json(&self) -> String {
        let (_, code, text_zh, text_en) = self.row();
        let mut body = json!({ "code": code, "text_zh": text_zh, "text_en": text_en });
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
            Self::Step(error) => error.retry_after(),
            Self::Busy | Self::Stopping | Self::Connections => Some(BUSY_SECONDS),
            Self::Quarantine => Some(QUARANTINE_SECONDS),
            Self::DiskFull => Some(DISK_FULL_SECONDS),
            _ => None,
        }
    }
}

const TOO_LARGE: Row = (
    StatusCode::PAYLOAD_TOO_LARGE,
    "too_large",
    "请求太大。",
    "The request is too large.",
);
const BAD_SIGNATURE: Row = (
    StatusCode::UNAUTHORIZED,
    "bad_signature",
    "签名不对。",
    "The signature is wrong.",
);

fn flight_row(error: &FlightError) -> Row {
    match error {
        FlightError::TooLarge => TOO_LARGE,
        FlightError::UnknownVersion(_) => (
            StatusCode::BAD_REQUEST,
            "unknown_version",
            "协议版本不同，请更新程序。",
            "Another version of the protocol is spoken here; update the program.",
        ),
        FlightError::Malformed(_) => (
            StatusCode::BAD_REQUEST,
            "malformed",
            "请求无法读取。",
            "The flight cannot be read.",
        ),
        FlightError::BadSignature => HttpError::UnknownDevice.row(),
        FlightError::BadBatchSignature => (
            StatusCode::BAD_REQUEST,
            "bad_batch_signature",
            "批次的签名不对。",
            "A batch's signature is wrong.",
        ),
    }
}

fn enrol_row(error: EnrolError) -> Row {
    match error {
        EnrolError::CodeUnknown => (
            StatusCode::NOT_FOUND,
            "code_unknown",
            "没有这个邀请码，请核对。",
            "No invitation has this code; compare every character.",
        ),
        EnrolError::CodeUsed => (
            StatusCode::CONFLICT,
            "code_used",
            "这个邀请码已被另一台设备使用，请再要一个。",
            "Another device used this code; ask for a new one.",
        ),
        EnrolError::CodeExpired => (
            StatusCode::GONE,
            "code_expired",
            "邀请码已过期，请再要一个。",
            "The code has expired; ask for a new one.",
        ),
        EnrolError::DeviceTaken => (
            StatusCode::CONFLICT,
            "device_taken",
            "这台设备已登记给别人，请换一台设备。",
            "This device is enrolled for another member; use another device.",
        ),
        EnrolError::DeviceStopped => (
            StatusCode::FORBIDDEN,
            "device_stopped",
            "这台设备已被停用；请清除设备数据（wipe），再用新的邀请码登记。",
            "This device was stopped; wipe it, then enrol it with a new code.",
        ),
        EnrolError::BadSignature => BAD_SIGNATURE,
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let (status, code, ..) = self.row();
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
