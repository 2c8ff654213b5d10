use super::{CaseStage, CaseState};
use crate::documents::samples::{
    Chain, START, accept, case_steps, close, code_steps, command, dispatch, escalate, extend,
    member, receive, reject, reopen, report, resolve, rule, send_back, slip, start, unit, verify,
    verify_by_code,
};
use crate::kinds::case::Finding;
use crate::time::Date;

fn day(days: i32) -> Date {
    Date(Date::of(START).0 + days)
}

fn state(chain: &Chain) -> CaseState {
    chain.document.case().unwrap()
}

/// Reported and accepted by the chief (1) of alley 1, received by branch 2.
fn at_the_branch() -> Chain {
    Chain::new(10)
        .then(1, report(unit(1)))
        .then(1, accept())
        .then(1, escalate(unit(2)))
        .then(2, receive())
}

#[test]
fn a_report_is_held_by_its_owner() {
    let case = state(&Chain::new(10).then(1, report(unit(1))));
    assert_eq!(
        (case.stage, case.holder, case.owner, case.reporter),
        (CaseStage::Reported, unit(1), unit(1), member(1))
    );
    assert_eq!(
        (case.units.len(), case.returns, case.referral),
        (1, 0, None)
    );
    assert!(case.number.to_string().starts_with("2047-"));
    assert_eq!(case.code, None);
}

#[test]
fn a_referral_changes_the_holder_only_when_it_is_received() {
    let pending = Chain::new(10)
        .then(1, report(unit(1)))
        .then(1, escalate(unit(2)));
    let case = state(&pending);
    let referral = case.referral.unwrap();
    assert_eq!(
        (referral.id, referral.from, referral.to),
        (command(11), unit(1), unit(2))
    );
    assert_eq!((case.holder, case.stage), (unit(1), CaseStage::Reported));
    assert!(case.units.contains(&unit(2)));
    let case = state(&pending.then(2, receive()));
    assert_eq!(
        (case.holder, case.stage, case.referral),
        (unit(2), CaseStage::Accepted, None)
    );
}

#[test]
fn a_return_leaves_everything_as_before_but_the_count() {
    let before = at_the_branch().then(2, start());
    let pending = before.clone().then(2, dispatch(unit(4), 20));
    assert_eq!(
        (state(&pending).due, state(&pending).due_now()),
        (None, Some(day(20)))
    );
    let case = state(&pending.then(4, send_back()));
    assert_eq!(
        (
            case.holder,
            case.stage.clone(),
            case.due_now(),
            case.returns
        ),
        (unit(2), CaseStage::InProgress, None, 1)
    );
    assert!(case.units.contains(&unit(4)));
}

#[test]
fn after_two_returns_a_ruling_starts_anew() {
    let twice = at_the_branch()
        .then(2, dispatch(unit(4), 20))
        .then(4, send_back())
        .then(2, dispatch(unit(4), 30))
        .then(4, send_back());
    assert!(state(&twice).awaits_ruling());
    let case = state(&twice.then(3, rule(unit(4))));
    assert!(!case.awaits_ruling());
    assert_eq!(
        (case.holder, case.stage, case.ruled),
        (unit(4), CaseStage::Accepted, Some(unit(4)))
    );
}

#[test]
fn a_dispatch_date_counts_from_the_start_and_stays_when_received() {
    let chain = at_the_branch()
        .then(2, dispatch(unit(4), 20))
        .then(3, extend(25));
    assert_eq!(state(&chain).due_pending, Some(day(25)));
    let chain = chain.then(4, receive());
    assert_eq!(
        (state(&chain).due, state(&chain).due_pending),
        (Some(day(25)), None)
    );
    assert_eq!(state(&chain.then(3, extend(40))).due_now(), Some(day(40)));
}

#[test]
fn an_end_drops_the_referral_and_keeps_the_last_holder() {
    let chain = at_the_branch()
        .then(2, dispatch(unit(4), 20))
        .then(3, close("no_funds"));
    let case = state(&chain);
    assert_eq!((case.closed, case.due_now()), (Some(command(15)), None));
    assert_eq!(
        (case.stage, case.holder, case.referral),
        (CaseStage::Closed, unit(2), None)
    );
    let case = state(&chain.then(1, reopen()));
    assert_eq!(
        (case.stage, case.holder, case.closed),
        (CaseStage::Reported, unit(2), None)
    );
}

#[test]
fn a_finding_decides_where_a_case_goes() {
    let resolved = at_the_branch().then(2, start()).then(2, resolve());
    assert!(state(&resolved).resolvers.contains(&member(2)));
    assert_eq!(
        state(&resolved.clone().then(1, verify(Finding::Fixed))).stage,
        CaseStage::Verified
    );
    assert_eq!(
        state(&resolved.clone().then(1, verify(Finding::Partly))).stage,
        CaseStage::InProgress
    );
    let again = resolved.then(1, verify(Finding::Not));
    assert_eq!(state(&again).stage, CaseStage::InProgress);
    assert!(state(&again).resolvers.contains(&member(2)));
}

#[test]
fn the_last_step_that_moved_the_case_is_known() {
    let chain = at_the_branch();
    assert_eq!(
        (state(&chain).moved, state(&chain).moved_by),
        (command(13), member(2))
    );
    let chain = chain.then(2, reject());
    assert_eq!(state(&chain).moved, command(14));
}

#[test]
fn a_merged_case_names_the_other() {
    let chain = case_steps(10)
        .into_iter()
        .fold(Chain::new(10), |chain, (by, body)| chain.then(by, body));
    assert_eq!(state(&chain).merged_into, Some(unit(9)));
    assert!(state(&chain).supervised);
}

/// The steps of a case whose codes are given out, up to a place.
fn with_codes(steps: usize) -> Chain {
    let given = code_steps(10).into_iter().take(steps);
    given.fold(Chain::new(10), |chain, (by, body)| chain.then(by, body))
}

#[test]
fn the_code_that_was_given_out_last_counts_until_the_server_says_that_it_is_void() {
    let code = |steps| {
        let code = state(&with_codes(steps)).code?;
        Some((code.step, code.by, code.mark))
    };
    let first = (command(10), member(1), slip(1).mark());
    let second = (command(16), member(2), slip(2).mark());
    assert_eq!((code(1), code(6)), (Some(first), Some(first)));
    assert_eq!(code(7), Some(second));
    // The first one's step is named: it counts no more, and the second one stays.
    assert_eq!((code(8), code(9)), (Some(second), None));
    let known = with_codes(9).document.given_code(command(10)).unwrap();
    assert_eq!(known.mark, slip(1).mark());
}

#[test]
fn a_code_of_who_resolved_the_case_moves_nothing_forward() {
    let chain = with_codes(4);
    let resolver = chain
        .clone()
        .then(9, verify_by_code(Finding::Fixed, member(1)));
    assert_eq!(state(&resolver).stage, CaseStage::Resolved);
    let said = resolver.document.log().pop().unwrap().details;
    assert_eq!(said["result"], "told_fixed");
    assert_eq!(said["code_of"], member(1).key());
    // That it is not fixed is heard from any code.
    for (result, of, stage) in [
        (Finding::Not, member(1), CaseStage::InProgress),
        (Finding::Partly, member(1), CaseStage::InProgress),
        (Finding::Fixed, member(2), CaseStage::Verified),
        (Finding::Not, member(2), CaseStage::InProgress),
    ] {
        let chain = chain.clone().then(9, verify_by_code(result, of));
        assert_eq!(state(&chain).stage, stage);
    }
}
