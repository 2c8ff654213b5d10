//! Every step by every post, in the states that matter: the table of `domain.md`, cell by cell.
//!
//! `.` allowed, `N` not permitted, `H` not the holder, `R` not the receiver, `S` wrong state,
//! `P` referral pending, `F` no referral, `2` returned twice, `1` not returned twice, `V` resolved
//! by the author, `U` ruled.

use super::{ask_at, at_town, in_progress, referred, reported, resolved};
use crate::command::CaseCommand;
use crate::command::case::Finding;
use crate::documents::samples::{
    Chain, START, accept, close, dispatch, edit, escalate, extend, merge, note, receive, reject, reopen, resolve,
    resume, rule, send_back, start, supervise, unit, verify, visit, wait, withdraw,
};
use crate::organisation::samples::{
    ADMINISTRATOR, AUDITOR, CHIEF, CLERK, DISPATCHER, HANDLER, NEIGHBOUR, SECRETARY, town,
};
use crate::refusal::RefusalCode;

/// The steps, in the order of the rows below.
fn steps(holder: u8) -> Vec<(&'static str, CaseCommand)> {
    let up = match holder {
        7 => 5,
        _ => 2,
    };
    vec![
        ("accept", accept()),
        ("reject", reject()),
        ("start", start()),
        ("note", note()),
        ("visit", visit()),
        ("edit", CaseCommand::Edit(edit("title", "橙园路", &[]))),
        ("escalate", escalate(unit(up))),
        ("receive", receive()),
        ("return", send_back()),
        ("rule", rule(unit(9))),
        ("dispatch", dispatch(unit(9), 30)),
        ("wait", wait()),
        ("resume", resume()),
        ("extend", extend(60)),
        ("supervise", supervise()),
        ("resolve", resolve()),
        ("verify", verify(Finding::Fixed)),
        ("close", close("fixed")),
        ("unfixed", close("no_funds")),
        ("reopen", reopen()),
        ("withdraw", withdraw()),
        ("merge", merge(unit(77))),
    ]
}

fn cell(code: Option<&RefusalCode>) -> char {
    match code {
        None => '.',
        Some(RefusalCode::NotPermitted) => 'N',
        Some(RefusalCode::NotHolder) => 'H',
        Some(RefusalCode::NotReceiver) => 'R',
        Some(RefusalCode::WrongState) => 'S',
        Some(RefusalCode::ReferralPending) => 'P',
        Some(RefusalCode::NoReferral) => 'F',
        Some(RefusalCode::ReturnedTwice) => '2',
        Some(RefusalCode::NotReturnedTwice) => '1',
        Some(RefusalCode::ResolvedByAuthor) => 'V',
        Some(RefusalCode::Ruled) => 'U',
        Some(_) => '?',
    }
}

/// Columns: chief (reporter, owner), branch secretary, town dispatcher, department handler, the
/// next alley's chief, centre clerk, auditor, administrator, resident (by the server).
fn assert_cells(chain: &Chain, holder: u8, expected: &str) {
    let people = [CHIEF, SECRETARY, DISPATCHER, HANDLER, NEIGHBOUR, CLERK, AUDITOR, ADMINISTRATOR];
    let authors: Vec<_> = people.map(Some).into_iter().chain([None]).collect();
    assert_eq!(chain.document.case().unwrap().holder, unit(holder));
    let mut rows = expected.lines().map(str::trim).filter(|line| !line.is_empty());
    for (name, body) in steps(holder) {
        let found = authors.iter().map(|author| {
            let refused = ask_at(&town(), chain, *author, &body.clone().into(), START).err();
            cell(refused.as_ref().map(|refusal| &refusal.code))
        });
        let found: Vec<String> = found.map(String::from).collect();
        let row = rows.next().unwrap().split_whitespace().collect::<Vec<_>>();
        assert_eq!(row[0], name);
        assert_eq!(row[1..], found, "{name}");
    }
    assert_eq!(rows.next(), None);
}

#[test]
fn a_reported_case_is_the_chiefs() {
    assert_cells(
        &reported(),
        7,
        "
        accept    . H H H H H N N N
        reject    N H H H H H N N N
        start     S H H H H H N N N
        note      . N N N N N N N .
        visit     . N N N N N N N N
        edit      . H H H H H N N N
        escalate  . H H H H H N N N
        receive   F F F F F F N N N
        return    F F F F F F N N N
        rule      N N 1 N N N N N N
        dispatch  N H H H H H N N N
        wait      S H H H H H N N N
        resume    S H H H H H N N N
        extend    N . N N N N N N N
        supervise N . . N N N . N N
        resolve   S H H H H H N N N
        verify    S N N N N N N N S
        close     S S N N N N N N N
        unfixed   N . N N N N N N N
        reopen    S N N N N N N N S
        withdraw  . N N N N N N N N
        merge     N . . N N N N N N
    ",
    );
}

#[test]
fn a_referred_case_waits_for_its_receiver() {
    assert_cells(
        &referred(),
        7,
        "
        accept    P H H H H H N N N
        reject    N H H H H H N N N
        start     P H H H H H N N N
        note      . . N N N N N N .
        visit     . . N N N N N N N
        edit      . H H H H H N N N
        escalate  P H H H H H N N N
        receive   R . R R R R N N N
        return    R . R R R R N N N
        rule      N N 1 N N N N N N
        dispatch  N H H H H H N N N
        wait      P H H H H H N N N
        resume    P H H H H H N N N
        extend    N . N N N N N N N
        supervise N . . N N N . N N
        resolve   P H H H H H N N N
        verify    P N N N N N N N P
        close     S S N N N N N N N
        unfixed   N . N N N N N N N
        reopen    P N N N N N N N P
        withdraw  S N N N N N N N N
        merge     N . . N N N N N N
    ",
    );
}

#[test]
fn work_in_progress_is_the_departments() {
    assert_cells(
        &in_progress(),
        9,
        "
        accept    H H H S H H N N N
        reject    H H H N H H N N N
        start     H H H S H H N N N
        note      . . . . N N N N .
        visit     . . . . N N N N N
        edit      H H H . H H N N N
        escalate  H H H . H H N N N
        receive   F F F F F F N N N
        return    F F F F F F N N N
        rule      N N 1 N N N N N N
        dispatch  H H H N H H N N N
        wait      H H H . H H N N N
        resume    H H H S H H N N N
        extend    N N . N N N N N N
        supervise N N . N N N . N N
        resolve   H H H . H H N N N
        verify    S N N N N N N N S
        close     S S N N N N N N N
        unfixed   N N . N N N N N N
        reopen    S N N N N N N N S
        withdraw  S N N N N N N N N
        merge     N . . N N N N N N
    ",
    );
}

#[test]
fn a_resolved_case_is_verified_by_the_owners_chief() {
    assert_cells(
        &resolved(),
        9,
        "
        accept    H H H S H H N N N
        reject    H H H N H H N N N
        start     H H H S H H N N N
        note      . . . . N N N N .
        visit     . . . . N N N N N
        edit      H H H . H H N N N
        escalate  H H H S H H N N N
        receive   F F F F F F N N N
        return    F F F F F F N N N
        rule      N N 1 N N N N N N
        dispatch  H H H N H H N N N
        wait      H H H S H H N N N
        resume    H H H S H H N N N
        extend    N N . N N N N N N
        supervise N N . N N N . N N
        resolve   H H H S H H N N N
        verify    . N N N N N N N .
        close     S S N N N N N N N
        unfixed   N N . N N N N N N
        reopen    S N N N N N N N S
        withdraw  S N N N N N N N N
        merge     N . . N N N N N N
    ",
    );
}

#[test]
fn what_the_chief_resolved_the_branch_verifies() {
    let chain = reported().then(101, accept()).then(101, start()).then(101, resolve());
    assert_cells(
        &chain,
        7,
        "
        accept    S H H H H H N N N
        reject    N H H H H H N N N
        start     S H H H H H N N N
        note      . N N N N N N N .
        visit     . N N N N N N N N
        edit      . H H H H H N N N
        escalate  S H H H H H N N N
        receive   F F F F F F N N N
        return    F F F F F F N N N
        rule      N N 1 N N N N N N
        dispatch  N H H H H H N N N
        wait      S H H H H H N N N
        resume    S H H H H H N N N
        extend    N . N N N N N N N
        supervise N . . N N N . N N
        resolve   S H H H H H N N N
        verify    V . N N N N N N .
        close     S S N N N N N N N
        unfixed   N . N N N N N N N
        reopen    S N N N N N N N S
        withdraw  S N N N N N N N N
        merge     N . . N N N N N N
    ",
    );
}

#[test]
fn a_verified_case_is_closed_by_the_owners_chief_or_the_branch() {
    assert_cells(
        &resolved().then(101, verify(Finding::Fixed)),
        9,
        "
        accept    H H H S H H N N N
        reject    H H H N H H N N N
        start     H H H S H H N N N
        note      . . . . N N N N .
        visit     . . . . N N N N N
        edit      H H H . H H N N N
        escalate  H H H S H H N N N
        receive   F F F F F F N N N
        return    F F F F F F N N N
        rule      N N 1 N N N N N N
        dispatch  H H H N H H N N N
        wait      H H H S H H N N N
        resume    H H H S H H N N N
        extend    N N . N N N N N N
        supervise N N . N N N . N N
        resolve   H H H S H H N N N
        verify    S N N N N N N N S
        close     . . N N N N N N N
        unfixed   N N . N N N N N N
        reopen    S N N N N N N N S
        withdraw  S N N N N N N N N
        merge     N . . N N N N N N
    ",
    );
}

#[test]
fn a_closed_case_takes_notes_and_a_reopening() {
    let chain = resolved().then(101, verify(Finding::Fixed)).then(101, close("fixed"));
    assert_cells(
        &chain,
        9,
        "
        accept    H H H S H H N N N
        reject    H H H N H H N N N
        start     H H H S H H N N N
        note      . . . . N N N N .
        visit     . . . . N N N N N
        edit      H H H S H H N N N
        escalate  H H H S H H N N N
        receive   F F F F F F N N N
        return    F F F F F F N N N
        rule      N N 1 N N N N N N
        dispatch  H H H N H H N N N
        wait      H H H S H H N N N
        resume    H H H S H H N N N
        extend    N N S N N N N N N
        supervise N N S N N N S N N
        resolve   H H H S H H N N N
        verify    S N N N N N N N S
        close     S S N N N N N N N
        unfixed   N N S N N N N N N
        reopen    . N N N N N N N .
        withdraw  S N N N N N N N N
        merge     N S S N N N N N N
    ",
    );
}

#[test]
fn a_rejected_case_takes_a_reopening_only() {
    let chain = super::at_branch().then(102, reject());
    assert_cells(
        &chain,
        5,
        "
        accept    H S H H H H N N N
        reject    H S H H H H N N N
        start     H S H H H H N N N
        note      S S N N N N N N S
        visit     S S N N N N N N N
        edit      H S H H H H N N N
        escalate  H S H H H H N N N
        receive   F F F F F F N N N
        return    F F F F F F N N N
        rule      N N 1 N N N N N N
        dispatch  H S H H H H N N N
        wait      H S H H H H N N N
        resume    H S H H H H N N N
        extend    N N S N N N N N N
        supervise N N S N N N S N N
        resolve   H S H H H H N N N
        verify    S N N N N N N N S
        close     S S N N N N N N N
        unfixed   N N S N N N N N N
        reopen    . N N N N N N N .
        withdraw  S N N N N N N N N
        merge     N S S N N N N N N
    ",
    );
}

#[test]
fn nothing_follows_a_withdrawal_or_a_merger() {
    for ended in [reported().then(101, withdraw()), reported().then(102, merge(unit(77)))] {
        assert_cells(
            &ended,
            7,
            "
            accept    S H H H H H N N N
            reject    N H H H H H N N N
            start     S H H H H H N N N
            note      S N N N N N N N S
            visit     S N N N N N N N N
            edit      S H H H H H N N N
            escalate  S H H H H H N N N
            receive   F F F F F F N N N
            return    F F F F F F N N N
            rule      N N 1 N N N N N N
            dispatch  N H H H H H N N N
            wait      S H H H H H N N N
            resume    S H H H H H N N N
            extend    N S N N N N N N N
            supervise N S S N N N S N N
            resolve   S H H H H H N N N
            verify    S N N N N N N N S
            close     S S N N N N N N N
            unfixed   N S N N N N N N N
            reopen    S N N N N N N N S
            withdraw  S N N N N N N N N
            merge     N S S N N N N N N
        ",
        );
    }
}

fn returned_twice() -> Chain {
    let once = at_town().then(103, dispatch(unit(9), 20)).then(104, send_back());
    once.then(103, dispatch(unit(9), 20)).then(104, send_back())
}

#[test]
fn a_twice_returned_case_waits_for_a_ruling() {
    assert_cells(
        &returned_twice(),
        2,
        "
        accept    H H 2 H H H N N N
        reject    H H 2 H H H N N N
        start     H H 2 H H H N N N
        note      . . . . N N N N .
        visit     . . . . N N N N N
        edit      H H . H H H N N N
        escalate  H H 2 H H H N N N
        receive   2 2 2 2 2 2 N N N
        return    2 2 2 2 2 2 N N N
        rule      N N . N N N N N N
        dispatch  H H 2 H H H N N N
        wait      H H 2 H H H N N N
        resume    H H 2 H H H N N N
        extend    N N N N N N N N N
        supervise N N N N N N . N N
        resolve   H H 2 H H H N N N
        verify    2 N N N N N N N 2
        close     S S N N N N N N N
        unfixed   N N N N N N N N N
        reopen    2 N N N N N N N 2
        withdraw  S N N N N N N N N
        merge     N . . N N N N N N
    ",
    );
}

#[test]
fn the_ruled_unit_may_not_return_the_case() {
    assert_cells(
        &returned_twice().then(103, rule(unit(9))),
        9,
        "
        accept    H H H S H H N N N
        reject    H H H N H H N N N
        start     H H H . H H N N N
        note      . . . . N N N N .
        visit     . . . . N N N N N
        edit      H H H . H H N N N
        escalate  H H H . H H N N N
        receive   F F F F F F N N N
        return    F F F U F F N N N
        rule      N N 1 N N N N N N
        dispatch  H H H N H H N N N
        wait      H H H S H H N N N
        resume    H H H S H H N N N
        extend    N N . N N N N N N
        supervise N N . N N N . N N
        resolve   H H H S H H N N N
        verify    S N N N N N N N S
        close     S S N N N N N N N
        unfixed   N N . N N N N N N
        reopen    S N N N N N N N S
        withdraw  S N N N N N N N N
        merge     N . . N N N N N N
    ",
    );
}
