//! Who verifies: never who resolved, over two posts, after a change of post, after another round.

use super::{ask_at, code, in_progress, question, reported};
use crate::documents::samples::{
    Chain, START, accept, command, escalate, member, receive, resolve, resolve_asking, start, unit,
    verify,
};
use crate::kinds::case::CaseCommand;
use crate::kinds::case::Finding;
use crate::kinds::case::clocks::{self, ClockKind};
use crate::kinds::directory::PostRow;
use crate::kinds::unit::Post;
use crate::organisation::samples::{CHIEF, DISPATCHER, HANDLER, SECRETARY, appointment, town};
use crate::policy::{Authority, judge};
use crate::refusal::RefusalCode;

#[test]
fn who_resolved_a_case_never_verifies_it_in_whatever_post() {
    let mut organisation = town();
    organisation.put_appointment(appointment(101, Post::BranchSecretary, 5));
    let chain = reported()
        .then(101, accept())
        .then(101, start())
        .then(101, resolve());
    let by = |member| {
        ask_at(
            &organisation,
            &chain,
            Some(member),
            &verify(Finding::Fixed).into(),
            START,
        )
    };
    // The chief who became the secretary still may not, though nobody else acts for the alley; the former
    // secretary, who did not, may.
    assert_eq!(by(CHIEF).unwrap_err().code, RefusalCode::ResolvedByAuthor);
    organisation.put_appointment(PostRow {
        appointment: command(120),
        ..appointment(101, Post::AlleyChief, 7)
    });
    let by = |member| {
        ask_at(
            &organisation,
            &chain,
            Some(member),
            &verify(Finding::Fixed).into(),
            START,
        )
    };
    assert_eq!(by(CHIEF).unwrap_err().code, RefusalCode::ResolvedByAuthor);
    assert!(by(SECRETARY).is_ok());
}

#[test]
fn who_resolves_an_own_case_asks_the_next_level_to_verify_and_shows_it_the_case() {
    let chain = reported().then(101, accept()).then(101, start());
    assert_eq!(code(&chain, CHIEF, resolve_asking(unit(5))), None);
    assert_eq!(
        code(&chain, CHIEF, resolve_asking(unit(2))),
        Some(RefusalCode::NotNextLevel)
    );
    let resolved = chain.then(101, resolve_asking(unit(5)));
    assert!(resolved.document.case().unwrap().units.contains(&unit(5)));
    assert_eq!(code(&resolved, SECRETARY, verify(Finding::Fixed)), None);
    assert_eq!(
        code(&in_progress(), HANDLER, resolve_asking(unit(5))),
        Some(RefusalCode::NotNextLevel),
        "the owner verifies"
    );
}

#[test]
fn who_resolved_a_case_in_one_post_does_not_verify_it_in_another() {
    let mut organisation = town();
    let second = PostRow {
        appointment: command(120),
        ..appointment(101, Post::DepartmentHandler, 9)
    };
    organisation.put_appointment(second);
    let judged = |chain: &Chain, member, body: CaseCommand| {
        ask_at(&organisation, chain, Some(member), &body.into(), START)
            .err()
            .map(|refusal| refusal.code)
    };
    let working = in_progress();
    assert_eq!(judged(&working, CHIEF, resolve()), None, "as a handler");
    let resolved = working.then(101, resolve());
    assert_eq!(
        judged(&resolved, CHIEF, verify(Finding::Fixed)),
        Some(RefusalCode::ResolvedByAuthor),
        "as a chief"
    );
    assert_eq!(
        judged(&resolved, SECRETARY, verify(Finding::Fixed)),
        None,
        "the branch, since the chief resolved it"
    );
    assert_eq!(
        judged(&resolved, HANDLER, verify(Finding::Fixed)),
        Some(RefusalCode::NotPermitted)
    );
}

#[test]
fn a_successor_verifies_what_the_former_chief_resolved_and_the_former_chief_in_no_post() {
    let resolved = reported()
        .then(101, accept())
        .then(101, start())
        .then(101, resolve());
    let mut organisation = town();
    let former = PostRow {
        until: Some(START),
        ..appointment(101, Post::AlleyChief, 7)
    };
    organisation.put_appointment(former);
    let again = PostRow {
        appointment: command(120),
        ..appointment(101, Post::BranchSecretary, 5)
    };
    organisation.put_appointment(again);
    organisation.put_appointment(appointment(115, Post::AlleyChief, 7));
    let judged = |member| {
        ask_at(
            &organisation,
            &resolved,
            Some(member),
            &verify(Finding::Fixed).into(),
            START,
        )
        .err()
        .map(|refusal| refusal.code)
    };
    assert_eq!(judged(member(115)), None, "did not resolve it");
    assert_eq!(
        judged(CHIEF),
        Some(RefusalCode::ResolvedByAuthor),
        "now the secretary"
    );
}

#[test]
fn who_resolved_an_earlier_round_does_not_verify_a_later_one() {
    let chain = reported()
        .then(101, accept())
        .then(101, start())
        .then(101, resolve());
    let sent_on = chain
        .then(102, verify(Finding::Not))
        .then(101, escalate(unit(5)))
        .then(102, receive());
    let resolved = sent_on.then(102, start()).then(102, resolve());
    assert_eq!(
        code(&resolved, CHIEF, verify(Finding::Fixed)),
        Some(RefusalCode::ResolvedByAuthor)
    );
    assert_eq!(
        code(&resolved, SECRETARY, verify(Finding::Fixed)),
        Some(RefusalCode::ResolvedByAuthor)
    );
    let town = town();
    let body = verify(Finding::Fixed).into();
    assert_eq!(
        judge(&question(
            &town,
            &resolved,
            Authority::Resident,
            &body,
            START
        )),
        Ok(()),
        "the resident may"
    );
}

#[test]
fn where_nobody_has_looked_in_time_the_level_above_asks_the_resident_and_silence_closes_nothing() {
    let organisation = town();
    let resolved = in_progress().then(104, resolve());
    let looks = || verify(Finding::Fixed);
    assert_eq!(
        code(&resolved, SECRETARY, looks()),
        Some(RefusalCode::NotPermitted)
    );
    let later = START.plus_days(60);
    let late = |chain: &Chain| clocks::late(&chain.document, &organisation, later);
    let told = late(&resolved).unwrap();
    let kinds: Vec<_> = told.turns.iter().map(|turn| turn.kind.clone()).collect();
    assert!(kinds.contains(&ClockKind::Verify), "{kinds:?}");
    let told = resolved.clone().then(0, CaseCommand::Late(told));
    assert_eq!(code(&told, SECRETARY, looks()), None);
    assert_eq!(
        code(&told, HANDLER, looks()),
        Some(RefusalCode::NotPermitted)
    );
    assert_eq!(
        code(&told, DISPATCHER, looks()),
        Some(RefusalCode::NotPermitted)
    );
    // Not done, and done again: the days for looking begin anew.
    let again = told.then(102, verify(Finding::Not)).then(104, resolve());
    assert_eq!(
        code(&again, SECRETARY, looks()),
        Some(RefusalCode::NotPermitted)
    );
}

#[test]
fn where_the_alley_has_no_chief_the_level_above_looks() {
    let mut organisation = town();
    let resolved = in_progress().then(104, resolve());
    let chiefs: Vec<PostRow> = organisation.appointments_in(unit(7)).cloned().collect();
    for chief in chiefs {
        organisation.put_appointment(PostRow {
            until: Some(START),
            ..chief
        });
    }
    let body = verify(Finding::Fixed).into();
    let looks = |member| ask_at(&organisation, &resolved, Some(member), &body, START);
    assert_eq!(looks(SECRETARY), Ok(()));
    assert_eq!(looks(HANDLER).unwrap_err().code, RefusalCode::NotPermitted);
}
