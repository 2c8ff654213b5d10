//! The table fits the commands: every one has its row, and what both say agrees.

use std::collections::BTreeSet;

use super::{ask_at, question, reported, resolved};
use crate::command::Body;
use crate::documents::DocumentKind;
use crate::documents::samples::{
    self, Chain, START, accept, close, dispatch, edit, escalate, merge, note, receive, reopen,
    report, rule, send_back, start, unit, verify,
};
use crate::id::MemberId;
use crate::kinds::book::{BookCommand, SectionName};
use crate::kinds::case::CaseCommand;
use crate::kinds::case::{Close, Finding, Note, Origin, Reopen, Report, Wait};
use crate::kinds::unit::{CreateUnit, UnitCommand, UnitKind};
use crate::organisation::Organisation;
use crate::organisation::samples::{
    ADMINISTRATOR, CHIEF, DISPATCHER, HANDLER, NEIGHBOUR, SECRETARY, town,
};
use crate::policy::page::REFUSALS;
use crate::policy::{Authority, judge};
use crate::refusal::RefusalCode;
use crate::text::Text;
use crate::time::{Date, Time};

#[test]
fn every_command_has_one_row_and_every_row_a_command() {
    let mut used = BTreeSet::new();
    for body in samples::all().into_iter().chain([close("no_funds").into()]) {
        let (kind, step) = (DocumentKind::of(&body).unwrap(), body.row().unwrap());
        let row = kind.told().into_iter().find(|row| row.step == step);
        let row = row.unwrap();
        assert_eq!(row.creates, body.creates(), "{step}");
        let on_admission = ["extend", "close", "merge", "adopt_rules"].contains(&body.kind());
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
            // The samples' units are others in this town.
            let elsewhere = matches!(
                lacking,
                RefusalCode::UnknownUnit | RefusalCode::BadValue | RefusalCode::NeedsDesk
            );
            assert!(elsewhere, "{}: {lacking}", body.kind());
        }
    }
}

/// A document, who asks, for what, and when.
type Asked = (Chain, MemberId, Body, Time);

fn asked(chain: Chain, by: MemberId, body: impl Into<Body>) -> Asked {
    (chain, by, body.into(), START)
}

fn twice_returned() -> Chain {
    let sent_back = |chain: Chain| {
        chain
            .then(103, dispatch(unit(9), 20))
            .then(104, send_back())
    };
    sent_back(sent_back(super::at_town()))
}

fn closed() -> Chain {
    resolved()
        .then(101, verify(Finding::Fixed))
        .then(101, close("fixed"))
}

/// Commands that lack something themselves.
fn lacking() -> Vec<Asked> {
    let empty = || Chain::new(10);
    let reason = Text::default();
    let text = Text::default();
    let book = samples::book_steps(10)[..2]
        .iter()
        .fold(Chain::new(10), |chain, (by, body)| {
            chain.then(*by, body.clone())
        });
    let flawed = samples::propose(SectionName::Measures, "{", &[]);
    let unknown = CaseCommand::Wait(Wait {
        reason: Text::cut("flood"),
        resident_text: Text::default(),
    });
    vec![
        asked(
            reported(),
            CHIEF,
            Body::Unknown(crate::wire::Blob::default()),
        ),
        asked(reported(), CHIEF, report(unit(7))),
        asked(empty(), CHIEF, note()),
        asked(empty(), CHIEF, without_category(report(unit(7)))),
        asked(
            closed(),
            CHIEF,
            CaseCommand::Reopen(Reopen {
                reason,
                reviewer: None,
            }),
        ),
        asked(reported(), CHIEF, CaseCommand::Note(Note { text })),
        asked(
            reported(),
            CHIEF,
            CaseCommand::Edit(edit("colour", "red", &[])),
        ),
        asked(
            reported(),
            CHIEF,
            CaseCommand::Edit(edit("point", "here", &[])),
        ),
        asked(
            reported(),
            CHIEF,
            CaseCommand::Edit(edit("phone", "here", &[])),
        ),
        asked(
            reported(),
            CHIEF,
            CaseCommand::Edit(edit("category", "conduct", &[])),
        ),
        asked(book, ADMINISTRATOR, flawed),
        asked(super::in_progress(), HANDLER, unknown),
        asked(super::at_town(), DISPATCHER, dispatch(unit(9), -1)),
        asked(empty(), CHIEF, report(unit(99))),
    ]
}

/// Commands of authors who have no part in it, and at a time when they do not fit.
fn out_of_turn() -> Vec<Asked> {
    let confidential = samples::confidential(report(unit(8)));
    vec![
        asked(reported(), SECRETARY, receive()),
        asked(reported(), HANDLER, note()),
        asked(Chain::new(10), NEIGHBOUR, confidential),
        asked(reported(), SECRETARY, accept()),
        asked(
            super::in_progress().then(104, samples::recuse(unit(2))),
            HANDLER,
            accept(),
        ),
        asked(
            reported().then(102, samples::extend(10)),
            SECRETARY,
            samples::extend(20),
        ),
        asked(super::referred(), CHIEF, receive()),
        asked(super::referred(), CHIEF, start()),
        asked(twice_returned(), DISPATCHER, start()),
        asked(reported(), DISPATCHER, rule(unit(9))),
        asked(reported(), CHIEF, samples::answer_supervision()),
        asked(reported(), CHIEF, start()),
    ]
}

/// Commands that pass a bound.
fn out_of_bounds() -> Vec<Asked> {
    let own = reported()
        .then(101, accept())
        .then(101, start())
        .then(101, samples::resolve());
    let hidden = Chain::new(10)
        .then(101, samples::confidential(report(unit(7))))
        .then(101, accept());
    let complaint = Chain::new(10).then(101, samples::complaint(unit(5), unit(7), None));
    let ruled = twice_returned().then(103, rule(unit(9)));
    let petition = Chain::new(10).then(101, petition()).then(101, accept());
    let unit_steps: Vec<_> = samples::unit_steps(10)
        .into_iter()
        .map(|(_, body)| body)
        .collect();
    let begun = unit_steps[..6]
        .iter()
        .fold(Chain::new(10), |chain, body| chain.then(108, body.clone()));
    let late = START.plus_days(400);
    let into_itself = merge(reported().document.id());
    vec![
        asked(super::at_town(), DISPATCHER, escalate(unit(1))),
        asked(reported(), CHIEF, escalate(unit(2))),
        asked(super::at_branch(), SECRETARY, dispatch(unit(11), 9)),
        asked(
            super::at_branch(),
            SECRETARY,
            samples::dispatch_with(unit(7), 9, &[unit(5)]),
        ),
        asked(complaint, CHIEF, escalate(unit(5))),
        asked(hidden, CHIEF, escalate(unit(5))),
        asked(ruled, HANDLER, send_back()),
        asked(super::in_progress(), DISPATCHER, samples::extend(1)),
        asked(petition, SECRETARY, samples::extend(93)),
        asked(own, CHIEF, verify(Finding::Fixed)),
        (closed(), CHIEF, reopen().into(), late),
        asked(reported(), SECRETARY, into_itself),
        asked(begun, ADMINISTRATOR, unit_steps[6].clone()),
    ]
}

/// What the server itself is refused: another town, and a post above the town.
fn to_the_server(town: &mut Organisation) -> [RefusalCode; 2] {
    let steps = samples::unit_steps(10);
    let of_kind = |kind: UnitKind| match &steps[0].1 {
        Body::Unit(UnitCommand::Create(create)) => {
            let create = CreateUnit {
                kind,
                ..create.clone()
            };
            Body::Unit(UnitCommand::Create(create))
        }
        _ => panic!("a unit is created"),
    };
    let county = Chain::new(97).then(108, of_kind(UnitKind::County));
    town.put_unit(county.document.unit().unwrap().row());
    let second = of_kind(UnitKind::Town);
    [(Chain::new(96), &second), (county, &steps[3].1)]
        .map(|(chain, body)| ask_at(town, &chain, None, body, START).unwrap_err().code)
}

/// A post that the unit has not, a key under another name, a post that somebody has, one that is over.
fn of_people(town: &Organisation) -> [RefusalCode; 4] {
    let steps: Vec<_> = samples::unit_steps(10)
        .into_iter()
        .map(|(_, body)| body)
        .collect();
    let unit = steps[..5]
        .iter()
        .fold(Chain::new(10), |chain, body| chain.then(9, body.clone()));
    let asked = |fields: &[(&str, &str)]| {
        let mut body = steps[10].clone();
        for (field, value) in fields {
            body.set(field, value).unwrap();
        }
        body
    };
    let chief = [
        ("member", samples::member(1).key()),
        ("key", "M-0001".to_owned()),
        ("name", "谢国强".to_owned()),
    ];
    let chief = chief
        .each_ref()
        .map(|(field, value)| (*field, value.as_str()));
    let mut over = steps[19].clone();
    over.set("appointment", &samples::command(13).key())
        .unwrap();
    let ended = unit.clone().then(9, over.clone());
    let neighbour = CHIEF.key();
    let asked = [
        (&unit, asked(&[("post", "centre_clerk")])),
        (&unit, asked(&[("member", &neighbour)])),
        (&unit, asked(&chief)),
        (&ended, over),
    ];
    asked.map(|(chain, body)| {
        let judged = ask_at(town, chain, Some(ADMINISTRATOR), &body, START);
        judged.unwrap_err().code
    })
}

/// A second book; a proposal that is none; rules from today on.
fn of_the_book(town: &Organisation) -> [RefusalCode; 3] {
    let steps: Vec<_> = samples::book_steps(10)
        .into_iter()
        .map(|(_, body)| body)
        .collect();
    let book = steps[..2]
        .iter()
        .fold(Chain::new(10), |chain, body| chain.then(110, body.clone()));
    let mut with_book = town.clone();
    with_book.put_rulebook(book.document.rulebook().unwrap());
    let today = Date::of(START);
    let [of_none, of_today] = [
        samples::adopt(samples::command(10), today.plus(1)),
        samples::adopt(samples::command(11), today),
    ];
    let by_server = ask_at(&with_book, &Chain::new(96), None, &steps[0], START);
    let by_member =
        |body: BookCommand| ask_at(&with_book, &book, Some(ADMINISTRATOR), &body.into(), START);
    [by_server, by_member(of_none), by_member(of_today)].map(|judged| judged.unwrap_err().code)
}

/// Questions that end in every code of the page.
#[test]
fn every_code_of_the_page_is_given() {
    let mut town = super::people::peopled();
    town.put_clearance(samples::command(101), true);
    let own = to_the_server(&mut town.clone());
    let given = [lacking(), out_of_turn(), out_of_bounds()].concat();
    let codes: Vec<_> = given
        .iter()
        .map(|(chain, by, body, now)| ask_at(&town, chain, Some(*by), body, *now))
        .map(|judged| judged.unwrap_err().code)
        .chain(own)
        .chain(of_people(&town))
        .chain(of_the_book(&town))
        .chain(super::room::refusals_of_long_cases())
        .collect();
    assert_eq!(codes.as_slice(), REFUSALS);
}

fn petition() -> CaseCommand {
    let CaseCommand::Report(report) = report(unit(7)) else {
        panic!("a report")
    };
    CaseCommand::Report(Report {
        origin: Some(Origin::Petition),
        ..report
    })
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
