//! Why a resident's step was not carried out.

use alleyway_catalogue::refusals;
use alleyway_catalogue::server::resident as said;
use alleyway_core::refusal::RefusalCode;
use alleyway_ledger::ResidentError;
use axum::http::StatusCode;

use crate::http::error::{HttpError, Own, Row};

/// When to come back after a day's steps, in seconds: the day is counted from each step.
const DAY_IS_FULL_SECONDS: u64 = 3_600;

/// Why a resident's step was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StepError {
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
    /// The text holds a control character.
    ControlCharacter,
    /// The ledger did not take it.
    Resident(ResidentError),
}

impl From<StepError> for HttpError {
    fn from(error: StepError) -> Self {
        Self::Own(Own {
            row: error.row(),
            retry_after: error.retry_after(),
        })
    }
}

impl StepError {
    fn row(&self) -> Row {
        let (status, text) = match self {
            Self::UnsupportedType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, said::UNSUPPORTED_TYPE),
            Self::Malformed => (StatusCode::BAD_REQUEST, said::MALFORMED),
            Self::BadToken => {
                return Row {
                    status: StatusCode::BAD_REQUEST,
                    code: said::MALFORMED.name(),
                    text: said::BAD_TOKEN,
                };
            }
            Self::UnknownStep => (StatusCode::UNPROCESSABLE_ENTITY, said::UNKNOWN_STEP),
            Self::TooLong => (StatusCode::UNPROCESSABLE_ENTITY, said::TEXT_TOO_LONG),
            Self::ControlCharacter => (StatusCode::UNPROCESSABLE_ENTITY, said::CONTROL_CHARACTER),
            Self::Resident(ResidentError::NotArrived) => (StatusCode::CONFLICT, said::NOT_ARRIVED),
            Self::Resident(ResidentError::CodeEnded) => (StatusCode::GONE, said::CODE_ENDED),
            Self::Resident(ResidentError::TooManySteps) => {
                (StatusCode::TOO_MANY_REQUESTS, said::TOO_MANY_STEPS)
            }
            Self::Resident(ResidentError::Refused(refusal)) => return refusal_row(&refusal.code),
        };
        Row::new(status, text)
    }

    /// When to come back, in seconds.
    fn retry_after(&self) -> Option<u64> {
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
    match refusals::RULE.message(code.word()) {
        Some(text) => Row::new(status, text),
        None => Row {
            status,
            code: "refused",
            text: refusals::UNKNOWN,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alleyway_catalogue::Lang;

    #[test]
    fn what_cannot_be_read_names_the_fields() {
        for (error, fields) in [
            (StepError::Malformed, &["do", "result", "text", "token"][..]),
            (StepError::BadToken, &["token"]),
        ] {
            let row = error.row();
            let [zh, en] = Lang::ALL.map(|lang| row.text.text(lang));
            assert_eq!(
                (row.status, row.code),
                (StatusCode::BAD_REQUEST, "malformed")
            );
            assert!(
                fields
                    .iter()
                    .all(|field| zh.contains(field) && en.contains(field)),
                "{zh} {en}"
            );
        }
    }
}
