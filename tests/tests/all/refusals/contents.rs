//! What a step lacks in itself.

use alleyway_core::command::Body;
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::{Escalate, Note, Report};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::text::Text;
use alleyway_core::wire::Blob;

use super::bench::{Bench, dropped, mended, planted, refused, told};
use super::steps::{edit, escalate, report};

/// A step of the chief's is refused; mended in this field, it stands.
fn lacks(step: CaseCommand, code: RefusalCode, mend: (&str, &str)) {
    let mut bench = Bench::new();
    let Bench {
        town,
        xie,
        case,
        aside,
        ..
    } = &mut bench;
    let command = planted(town, xie, *aside, Some(*case), Body::Case(step));
    refused(town, xie, &[*case, *aside], (command, code));
    mended(town, xie, command, &[mend]);
}

pub(super) fn a_note_without_a_text_is_given_one() {
    lacks(
        CaseCommand::Note(Note {
            text: Text::cut(" "),
        }),
        RefusalCode::NeedsText,
        ("text", "看过了。"),
    );
}

pub(super) fn an_escalation_without_a_reason_is_given_one() {
    let CaseCommand::Escalate(good) = escalate(Bench::new().branch()) else {
        panic!("it is one")
    };
    let step = CaseCommand::Escalate(Escalate {
        reason: Text::default(),
        ..good
    });
    lacks(step, RefusalCode::NeedsReason, ("reason", "没有钱"));
}

pub(super) fn an_edit_of_no_field_is_mended() {
    lacks(
        edit("colour", "红"),
        RefusalCode::UnknownField,
        ("field", "title"),
    );
}

pub(super) fn an_edit_to_no_value_is_mended() {
    lacks(
        edit("category", " "),
        RefusalCode::BadValue,
        ("value", "water"),
    );
}

pub(super) fn an_edit_to_no_telephone_number_is_mended() {
    lacks(
        edit("phone", "老四家"),
        RefusalCode::BadPhone,
        ("value", "13812341234"),
    );
}

pub(super) fn a_report_without_a_category_is_mended_with_all_that_was_typed_on_it() {
    let mut bench = Bench::new();
    let Bench {
        town, xie, aside, ..
    } = &mut bench;
    let code = xie.replica.status(town.now).unwrap().device_code;
    let bad = Report {
        category: Text::default(),
        ..report(town.alley, code)
    };
    let command = planted(
        town,
        xie,
        *aside,
        None,
        Body::Case(CaseCommand::Report(bad)),
    );
    let document = command.document();
    let followers: Vec<_> = (0..3)
        .map(|_| town.note(xie, document, "先拦起来了。").command)
        .collect();
    town.note(xie, *aside, "路灯也看了。");
    let summary = town.sync(xie).summary;
    assert_eq!(
        (summary.admitted, summary.refused, summary.up_to_date),
        (1, 4, true)
    );
    let told_why: Vec<_> = xie
        .replica
        .refused()
        .into_iter()
        .map(|row| (row.command, row.refusal.unwrap().code))
        .collect();
    let mut expected = vec![(command, RefusalCode::NeedsCategory)];
    expected.extend(
        followers
            .into_iter()
            .map(|follower| (follower, RefusalCode::DocumentRefused)),
    );
    assert_eq!(told_why, expected);
    told(&RefusalCode::NeedsCategory);
    mended(town, xie, command, &[("category", "road")]);
    let logs: Vec<_> = xie
        .replica
        .cases()
        .iter()
        .map(|row| xie.replica.case(row.document).unwrap().log.len())
        .collect();
    assert!(
        logs.contains(&4),
        "the report with its three notes: {logs:?}"
    );
}

pub(super) fn a_step_of_a_later_version_is_dropped() {
    let mut bench = Bench::new();
    let Bench {
        town,
        xie,
        case,
        aside,
        ..
    } = &mut bench;
    let body = Body::Unknown(Blob::new(vec![1, 0xf9, 1, 0]).unwrap());
    let command = planted(town, xie, *aside, Some(*case), body);
    refused(
        town,
        xie,
        &[*case, *aside],
        (command, RefusalCode::UnknownCommand),
    );
    dropped(town, xie, command);
}
