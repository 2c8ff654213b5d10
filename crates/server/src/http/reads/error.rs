//! The errors that only reads have.

use alleyway_catalogue::Message;
use alleyway_catalogue::server::reads as said;
use axum::http::StatusCode;

use super::super::error::{HttpError, Own, Row};

fn own(status: StatusCode, text: &'static Message) -> HttpError {
    HttpError::Own(Own {
        row: Row::new(status, text),
        retry_after: None,
    })
}

/// Every error of reads, for their description.
pub(super) fn all() -> Vec<HttpError> {
    vec![
        bad_proof(),
        bad_query(),
        stopped(),
        out_of_scope(),
        of_one_person(),
        stale(),
        void_challenge(),
        read_twice(),
        not_confirmed(),
        code_used(),
        code_expired(),
        code_shown(),
        import_waits(),
    ]
}

/// There is no proof, or none that can be read.
pub(super) fn bad_proof() -> HttpError {
    own(StatusCode::UNAUTHORIZED, said::BAD_PROOF)
}

/// A field of the query is unknown, there twice, or not as it is to be.
pub(super) fn bad_query() -> HttpError {
    own(StatusCode::BAD_REQUEST, said::BAD_QUERY)
}

/// The body is not what its hash says, or no lists.
pub(super) fn bad_lists() -> HttpError {
    own(StatusCode::BAD_REQUEST, said::BAD_LISTS)
}

/// The device is stopped.
pub(super) fn stopped() -> HttpError {
    own(StatusCode::FORBIDDEN, said::READER_STOPPED)
}

/// The member's posts do not let it be read now, or there is no such unit.
pub(super) fn out_of_scope() -> HttpError {
    own(StatusCode::FORBIDDEN, said::OUT_OF_SCOPE)
}

/// It would be the figures of one person.
pub(super) fn of_one_person() -> HttpError {
    own(StatusCode::FORBIDDEN, said::OF_ONE_PERSON)
}

/// The proof's time is too far from the server's.
pub(super) fn stale() -> HttpError {
    own(StatusCode::CONFLICT, said::STALE_PROOF)
}

/// The challenge is not the device's newest one: a sync brings one that is good.
pub(super) fn void_challenge() -> HttpError {
    own(StatusCode::CONFLICT, said::VOID_CHALLENGE)
}

/// The proof was taken before.
pub(super) fn read_twice() -> HttpError {
    own(StatusCode::CONFLICT, said::READ_TWICE)
}

/// Nobody has confirmed the invitation yet.
pub(super) fn not_confirmed() -> HttpError {
    own(StatusCode::CONFLICT, said::NOT_CONFIRMED)
}

/// The invitation's code was used.
pub(super) fn code_used() -> HttpError {
    own(StatusCode::CONFLICT, said::CODE_WAS_USED)
}

/// The invitation's code is too old, or was withdrawn.
pub(super) fn code_expired() -> HttpError {
    own(StatusCode::CONFLICT, said::CODE_IS_OVER)
}

/// The invitation's code was shown before.
pub(super) fn code_shown() -> HttpError {
    own(StatusCode::CONFLICT, said::CODE_SHOWN)
}

/// An import that was asked for has not ended.
pub(super) fn import_waits() -> HttpError {
    own(StatusCode::CONFLICT, said::IMPORT_WAITS)
}
