use std::collections::BTreeSet;

use super::{FilledBy, SetError, Takes};
use crate::command::Body;
use crate::documents::{DocumentKind, samples};

/// Every step of every kind.
fn all() -> impl Iterator<Item = (DocumentKind, &'static super::Step)> {
    DocumentKind::ALL
        .iter()
        .flat_map(|kind| kind.steps().iter().map(move |step| (*kind, step)))
}

#[test]
fn every_command_is_described_by_its_own_step() {
    let mut described = BTreeSet::new();
    for body in samples::all() {
        let step = body.step().unwrap();
        assert_eq!(step.word, body.kind());
        described.insert((DocumentKind::of(&body), step.word));
    }
    assert_eq!(described.len(), all().count());
}

#[test]
fn a_field_is_read_back_from_its_text_and_no_other_one_changes() {
    for body in samples::all() {
        let fields = body.step().unwrap().fields;
        for field in fields.iter().filter(|field| field.bytes_max > 0) {
            let value = body.get(field.name).unwrap();
            if value.is_empty() && !field.optional && field.spec.takes != Takes::Text {
                continue;
            }
            let mut again = body.clone();
            let set = again.set(field.name, &value);
            let is_flag_left_out = field.spec.takes == Takes::Flag && value.is_empty();
            assert_eq!(
                set.is_ok(),
                !is_flag_left_out,
                "{} {}",
                body.kind(),
                field.name
            );
            assert_eq!(again, body, "{} {}", body.kind(), field.name);
        }
    }
}

#[test]
fn a_step_is_made_of_its_word_and_its_fields() {
    for body in samples::all() {
        let kind = DocumentKind::of(&body).unwrap();
        let step = body.step().unwrap();
        let mut made = kind.blank(step.word).unwrap();
        for field in step.fields.iter().filter(|field| field.bytes_max > 0) {
            let value = body.get(field.name).unwrap();
            if !value.is_empty() {
                made.set(field.name, &value).unwrap();
            }
        }
        for field in step.fields {
            assert_eq!(made.get(field.name), body.get(field.name), "{}", field.name);
        }
    }
    assert_eq!(DocumentKind::ALL[0].blank("dance"), None);
}

#[test]
fn a_value_that_a_field_does_not_take_changes_nothing() {
    let body: Body = samples::dispatch(samples::unit(9), 20).into();
    for (field, value, error) in [
        ("by", "tomorrow", SetError::BadValue),
        ("to", "the department", SetError::BadValue),
        ("colour", "red", SetError::UnknownField),
    ] {
        let mut tried = body.clone();
        assert_eq!(tried.set(field, value), Err(error));
        assert_eq!(tried, body);
    }
    let mut note: Body = samples::note().into();
    let too_long = "长".repeat(30_000);
    assert_eq!(note.set("text", &too_long), Err(SetError::BadValue));
    let mut verify: Body = samples::verify(crate::kinds::case::Finding::Fixed).into();
    assert_eq!(verify.set("result", "perhaps"), Err(SetError::BadValue));
}

#[test]
fn nobody_types_what_policy_or_a_machine_fills_in() {
    let filled = |by: FilledBy| -> BTreeSet<_> {
        let named = |step: &'static super::Step| {
            let fields = step.fields.iter();
            fields
                .filter(move |field| field.spec.filled_by == by)
                .map(|field| (step.word, field.name))
        };
        all().flat_map(|(_, step)| named(step)).collect()
    };
    let by_policy = [
        ("edit", "door"),
        ("escalate", "to"),
        ("part_done", "unit"),
        ("propose_rules", "door"),
        ("recuse", "above"),
        ("reopen", "reviewer"),
        ("report", "door"),
        ("resolve", "verifier"),
        ("return", "ruler"),
        ("supervise", "unit"),
    ];
    assert_eq!(filled(FilledBy::Policy), BTreeSet::from(by_policy));
    for (step, field) in filled(FilledBy::Author) {
        let (_, step) = all().find(|(_, known)| known.word == step).unwrap();
        let takes = step.typed_field(field).unwrap().spec.takes;
        assert_ne!(takes, Takes::Opaque, "{} {field}", step.word);
    }
}
