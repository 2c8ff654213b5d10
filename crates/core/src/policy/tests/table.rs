//! The table fits the commands: every one has its row, and what both say agrees.

use std::collections::BTreeSet;

use super::{ask_at, question, reported, resolved};
use crate::command::Body;
use crate::documents::DocumentKind;
use crate::documents::samples::{
    self, Chain, START, accept, close, dispatch, edit, escalate, merge, note, receive, reopen,
    report, rule, send_back, start, unit, verify,
};
use crate::kinds::case::CaseCommand;
use crate::kinds::case::{Close, Finding, Note, Reopen, Report};
use crate::organisation::samples::{
    ADMINISTRATOR, CHIEF, DISPATCHER, HANDLER, NEIGHBOUR, SECRETARY, town,
};
use crate::policy::page::REFUSALS;
use crate::policy::{Authority, judge};
use crate::refusal::RefusalCode;
use crate::text::Text;

#[test]
fn every_command_has_one_row_and_every_row_a_command() {
    let mut used = BTreeSet::new();
    for body in samples::all().into_iter().chain([close("no_funds").into()]) {
        let (kind, step) = (DocumentKind::of(&body).unwrap(), body.row().unwrap());
        let row = kind.told().into_iter().find(|row| row.step == step);
        let row = row.unwrap();
        assert_eq!(row.creates, body.creates(), "{step}");
        let on_admission = ["extend", "close", "merge"].contains(&body.kind());
        assert_eq!(body.takes_effect_on_admission(), on_admission, "{step}");
        used.insert((kind, step));
    }
    let rows_of = |kind: DocumentKind| {
        let rows = kind.told().into_iter();
        rows.map(move |row| (kind, row.step))
    };
    let rows: Vec<_> = DocumentKind::ALL
        .iter()
        .flat_map(|kind| rows_of(*kind))
        .collect();
    assert_eq!(rows.len(), used.len());
    assert_eq!(rows.into_iter().collect::<BTreeSet<_>>(), used);
}

#[test]
fn what_a_row_needs_every_sample_of_its_command_has() {
    let town = town();
    for body in samples::all() {
        let chain = Chain::new(10);
        let question = question(&town, &chain, Authority::Server, &body, START);
        if let Some(lacking) = body.lacks(&question) {
            let elsewhere = matches!(lacking, RefusalCode::UnknownUnit | RefusalCode::BadValue);
            assert!(elsewhere, "{}: {lacking}", body.kind());
        }
    }
}

/// Questions that end in every code of the page.
#[test]
fn every_code_of_the_page_is_given() {
    let sent_back = |chain: Chain| {
        chain
            .then(103, dispatch(unit(9), 20))
            .then(104, send_back())
    };
    let twice = sent_back(sent_back(super::at_town()));
    let ruled = twice.clone().then(103, rule(unit(9)));
    let closed = resolved()
        .then(101, verify(Finding::Fixed))
        .then(101, close("fixed"));
    let own = reported()
        .then(101, accept())
        .then(101, start())
        .then(101, samples::resolve());
    let hidden = Chain::new(10)
        .then(101, samples::confidential(report(unit(7))))
        .then(101, accept());
    let unit_steps: Vec<_> = samples::unit_steps(10)
        .into_iter()
        .map(|(_, body)| body)
        .collect();
    let asked = unit_steps[..6]
        .iter()
        .fold(Chain::new(10), |chain, body| chain.then(108, body.clone()));
    let confirm = unit_steps[6].clone();
    let empty = Chain::new(10);
    let bare = without_category(report(unit(7)));
    let late = START.plus_days(400);
    let given = [
        (
            &reported(),
            CHIEF,
            Body::Unknown(crate::wire::Blob::default()),
            START,
        ),
        (&reported(), CHIEF, report(unit(7)).into(), START),
        (&empty, CHIEF, note().into(), START),
        (&empty, CHIEF, bare, START),
        (
            &closed,
            CHIEF,
            CaseCommand::Reopen(Reopen {
                reason: Text::default(),
            })
            .into(),
            START,
        ),
        (
            &reported(),
            CHIEF,
            CaseCommand::Note(Note {
                text: Text::default(),
            })
            .into(),
            START,
        ),
        (
            &reported(),
            CHIEF,
            CaseCommand::Edit(edit("colour", "red", &[])).into(),
            START,
        ),
        (
            &reported(),
            CHIEF,
            CaseCommand::Edit(edit("point", "here", &[])).into(),
            START,
        ),
        (
            &super::at_town(),
            DISPATCHER,
            dispatch(unit(9), -1).into(),
            START,
        ),
        (&empty, CHIEF, report(unit(99)).into(), START),
        (&reported(), SECRETARY, receive().into(), START),
        (&reported(), HANDLER, note().into(), START),
        (
            &empty,
            NEIGHBOUR,
            samples::confidential(report(unit(8))).into(),
            START,
        ),
        (&reported(), SECRETARY, accept().into(), START),
        (&super::referred(), CHIEF, receive().into(), START),
        (&super::referred(), CHIEF, start().into(), START),
        (&twice, DISPATCHER, start().into(), START),
        (&reported(), DISPATCHER, rule(unit(9)).into(), START),
        (&reported(), CHIEF, start().into(), START),
        (&reported(), CHIEF, escalate(unit(2)).into(), START),
        (
            &super::at_branch(),
            SECRETARY,
            dispatch(unit(11), 9).into(),
            START,
        ),
        (&hidden, CHIEF, escalate(unit(5)).into(), START),
        (&ruled, HANDLER, send_back().into(), START),
        (&own, CHIEF, verify(Finding::Fixed).into(), START),
        (&closed, CHIEF, reopen().into(), late),
        (
            &reported(),
            SECRETARY,
            merge(reported().document.id()).into(),
            START,
        ),
        (&asked, ADMINISTRATOR, confirm, START),
    ];
    let mut town = super::people::peopled();
    town.put_clearance(samples::command(101), true);
    let codes = given
        .map(|(chain, by, body, now)| ask_at(&town, chain, Some(by), &body, now).unwrap_err().code);
    assert_eq!(codes.as_slice(), REFUSALS);
}

fn without_category(body: CaseCommand) -> Body {
    let CaseCommand::Report(report) = body else {
        panic!("a report")
    };
    CaseCommand::Report(Report {
        category: Text::default(),
        ..report
    })
    .into()
}

#[test]
fn no_closure_code_at_all_is_no_closure_as_fixed() {
    let verified = resolved().then(101, verify(Finding::Fixed));
    let body = CaseCommand::Close(Close {
        code: Text::default(),
        text: Text::default(),
    })
    .into();
    let town = town();
    let refusal = judge(&question(
        &town,
        &verified,
        Authority::Member(CHIEF),
        &body,
        START,
    ))
    .unwrap_err();
    assert_eq!(refusal.code, RefusalCode::NeedsReason);
}
