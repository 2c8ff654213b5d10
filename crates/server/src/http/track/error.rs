//! Why a resident's step was not carried out.

use alleyway_catalogue::{Lang, refusals};
use alleyway_core::refusal::RefusalCode;
use alleyway_ledger::ResidentError;
use axum::http::StatusCode;

use super::page::not_arrived;
use crate::http::error::{HttpError, Row};

/// When to come back after a day's steps, in seconds: the day is counted from each step.
const DAY_IS_FULL_SECONDS: u64 = 3_600;

/// Why a resident's step was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::http) enum StepError {
    /// It is neither JSON nor a form.
    UnsupportedType,
    /// It cannot be read, or a field in it is unknown, there twice, or no text.
    Malformed,
    /// Its token is none.
    BadToken,
    /// There is no such step.
    UnknownStep,
    /// More was written than is taken.
    TooLong,
    /// The ledger did not take it.
    Resident(ResidentError),
}

impl From<StepError> for HttpError {
    fn from(error: StepError) -> Self {
        Self::Step(error)
    }
}

impl StepError {
    pub(in crate::http) fn row(&self) -> Row {
        match self {
            Self::UnsupportedType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_type",
                "只接收 JSON 或网页表单。",
                "Only application/json and application/x-www-form-urlencoded are taken.",
            ),
            Self::Malformed => (
                StatusCode::BAD_REQUEST,
                "malformed",
                "请求无法读取：应为一个 JSON 对象或一份表单，只有 do、result、text、token 四个字段，各至多一次，都是文字。",
                "The request cannot be read: send one JSON object or one form with no other fields than do, result, text and token, each at most once and a text.",
            ),
            Self::BadToken => (
                StatusCode::BAD_REQUEST,
                "malformed",
                "字段 token 不对：应为 32 位十六进制数字，也可以不填。",
                "The field token is not valid: 32 hexadecimal digits, or nothing.",
            ),
            Self::UnknownStep => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "unknown_step",
                "没有这一步，可以做的有：verify、reopen、word。",
                "There is no such step; there are verify, reopen and word.",
            ),
            Self::TooLong => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "text_too_long",
                "写得太长，一次最多约五百字。请缩短后再提交。",
                "The text is too long: about 500 Chinese characters at once. Shorten it and send it again.",
            ),
            Self::Resident(ResidentError::NotArrived) => (
                StatusCode::CONFLICT,
                "not_arrived",
                not_arrived(Lang::Zh),
                not_arrived(Lang::En),
            ),
            Self::Resident(ResidentError::TooManySteps) => (
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_steps",
                "今天提交的次数已满，请明天再来；急事请直接找巷长。",
                "You have sent as much as one day takes; come back tomorrow, or ask the alley chief.",
            ),
            Self::Resident(ResidentError::Refused(refusal)) => refusal_row(&refusal.code),
        }
    }

    /// When to come back, in seconds.
    pub(in crate::http) fn retry_after(&self) -> Option<u64> {
        (*self == Self::Resident(ResidentError::TooManySteps)).then_some(DAY_IS_FULL_SECONDS)
    }
}

/// Which rule, and what to do. Whose step came first is not for the resident.
fn refusal_row(code: &RefusalCode) -> Row {
    let status = match code {
        RefusalCode::NeedsText | RefusalCode::NeedsReason | RefusalCode::BadValue => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        _ => StatusCode::CONFLICT,
    };
    let word = RefusalCode::ALL
        .iter()
        .find(|known| *known == code)
        .map_or("refused", RefusalCode::word);
    let text = |lang| {
        refusals::RULE
            .get(lang, word)
            .unwrap_or(refusals::UNKNOWN.text(lang))
    };
    (status, word, text(Lang::Zh), text(Lang::En))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_names_the_fields() {
        for (error, fields) in [
            (StepError::Malformed, &["do", "result", "text", "token"][..]),
            (StepError::BadToken, &["token"]),
        ] {
            let (status, code, zh, en) = error.row();
            assert_eq!((status, code), (StatusCode::BAD_REQUEST, "malformed"));
            assert!(
                fields
                    .iter()
                    .all(|field| zh.contains(field) && en.contains(field)),
                "{zh} {en}"
            );
        }
    }
}
