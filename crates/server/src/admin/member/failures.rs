//! The errors that an administrator is told of when a post was not given, ended or cleared.

use std::fmt::Display;

use alleyway_catalogue::server::admin as said;
use alleyway_catalogue::{Lang, refusal, words};
use alleyway_core::kinds::unit::UnitKind;
use alleyway_core::refusal::RefusalCode;
use alleyway_ledger::{AdminError, AppointError};

use super::super::Failure;

/// Nobody has the key or id.
pub(in crate::admin) fn unknown(who: &str) -> Failure {
    Failure::with(said::UNKNOWN_MEMBER, &[("member", &who)])
}

/// Neither an appointment nor a member and a unit were named.
pub(super) fn which() -> Failure {
    Failure::of(said::WHICH_APPOINTMENT)
}

/// The member and the unit are those of several appointments.
pub(super) fn several() -> Failure {
    Failure::coded(
        said::WHICH_APPOINTMENT.name(),
        said::SEVERAL_APPOINTMENTS,
        &[],
    )
}

/// An appointment that was not made or ended.
pub(super) fn failure(error: &AppointError) -> Failure {
    let code = error.code();
    let text = match error {
        AppointError::UnknownUnit => said::UNKNOWN_UNIT,
        AppointError::UnknownAppointment => said::UNKNOWN_APPOINTMENT,
        AppointError::EndsFirst => said::ENDS_FIRST,
        AppointError::BadKey => said::BAD_KEY,
        AppointError::BadName => said::BAD_NAME,
        AppointError::PeopleElsewhere => said::PEOPLE_ELSEWHERE,
        AppointError::PostUnfit { kind } => return post_unfit(code, kind),
        AppointError::AlreadyAppointed { appointment } => {
            let values: [(&str, &dyn Display); 1] = [("appointment", appointment)];
            return Failure::coded(code, said::ALREADY_APPOINTED, &values);
        }
        AppointError::NameDiffers { known } => {
            let values: [(&str, &dyn Display); 1] = [("known", known)];
            return Failure::coded(code, said::NAME_DIFFERS, &values);
        }
        AppointError::NotAdmitted(error) => return not_admitted(code, error),
    };
    Failure::coded(code, text, &[])
}

/// A clearance that was not asked for.
pub(super) fn clear_failure(error: &AppointError) -> Failure {
    let AppointError::NotAdmitted(AdminError {
        refusal: Some(refusal),
        ..
    }) = error
    else {
        return failure(error);
    };
    let text = match refusal.code {
        RefusalCode::WrongState => said::CLEARED_ONCE,
        RefusalCode::BadValue => said::NOT_CLEARABLE,
        _ => return failure(error),
    };
    Failure::coded(error.code(), text, &[])
}

fn post_unfit(code: &str, kind: &UnitKind) -> Failure {
    let called = |lang| words::UNIT.word(lang, kind.word());
    Failure::new(
        code,
        Lang::ALL.map(|lang| said::POST_UNFIT.fill(lang, &[("kind", called(lang))])),
    )
}

fn not_admitted(code: &str, error: &AdminError) -> Failure {
    let rule = |lang| match &error.refusal {
        Some(refused) => refusal(lang, refused.code.word(), None, None),
        None => String::new(),
    };
    let text = |lang| {
        let text = said::NOT_ADMITTED.fill(lang, &[("rule", rule(lang))]);
        text.trim_end().to_owned()
    };
    Failure::new(code, Lang::ALL.map(text))
}
