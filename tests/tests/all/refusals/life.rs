//! What the case's state and its people do not allow.

use std::collections::BTreeMap;

use alleyway_core::command::Body;
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::case::{CaseCommand, Origin, Report};
use alleyway_core::refusal::RefusalCode;
use alleyway_replica::{Draft, MendError, RecordError};
use alleyway_tests::pure::Device;

use super::bench::{Bench, days_pass, dropped, mended, planted, refused, types};
use super::steps::{
    accept, answer_supervision, date, end_supervision, extend, merge, reject, reopen, resolve,
    start, supervise, verify,
};

pub(super) fn a_step_that_no_post_allows_is_dropped() {
    let mut bench = Bench::new();
    let Bench {
        town,
        xie,
        case,
        aside,
        ..
    } = &mut bench;
    let body = Body::Case(extend(date(town.now, 9)));
    let command = planted(town, xie, *aside, Some(*case), body);
    refused(
        town,
        xie,
        &[*case, *aside],
        (command, RefusalCode::NotPermitted),
    );
    dropped(town, xie, command);
}

/// The case is the alley's, and the branch, which sent it back, reads it.
fn sent_back(bench: &mut Bench, case: DocumentId) {
    let to = bench.branch();
    let Bench { town, xie, qin, .. } = bench;
    types(town, xie, case, accept());
    types(town, xie, case, super::steps::escalate(to));
    town.sync(xie);
    town.sync(qin);
    types(town, qin, case, super::steps::send_back());
    assert_eq!(town.sync(qin).summary.admitted, 1);
}

pub(super) fn a_second_extension_by_the_level_above_is_dropped() {
    let mut bench = Bench::new();
    let case = bench.case;
    sent_back(&mut bench, case);
    let Bench { town, qin, .. } = &mut bench;
    types(town, qin, case, extend(date(town.now, 9)));
    assert_eq!(town.sync(qin).summary.admitted, 1);
    let again = Body::Case(extend(date(town.now, 20)));
    let command = planted(town, qin, case, Some(case), again);
    let code = RefusalCode::ExtendedAlready;
    refused(town, qin, &[case], (command, code));
    dropped(town, qin, command);
}

pub(super) fn an_extension_to_an_earlier_day_is_mended() {
    let mut bench = Bench::new();
    let (case, alley) = (bench.case, bench.town.alley);
    bench.escalated();
    bench.received();
    let Bench { town, xie, qin, .. } = &mut bench;
    let by = date(town.now, 20);
    types(town, qin, case, super::steps::dispatch(alley, by));
    town.sync(qin);
    town.sync(xie);
    types(town, xie, case, super::steps::receive());
    town.sync(xie);
    town.sync(qin);
    let earlier = Body::Case(extend(date(town.now, 10)));
    let command = planted(town, qin, case, Some(case), earlier);
    refused(town, qin, &[case], (command, RefusalCode::NotLater));
    let later = date(town.now, 21).0.to_string();
    mended(town, qin, command, &[("by", &later)]);
}

pub(super) fn a_petition_that_is_put_off_too_far_is_mended() {
    let mut bench = Bench::new();
    let Bench { town, xie, .. } = &mut bench;
    let code = xie.replica.status(town.now).unwrap().device_code;
    let petition = Report {
        origin: Some(Origin::Petition),
        ..super::steps::report(town.alley, code)
    };
    let draft = Draft {
        target: None,
        body: Body::Case(CaseCommand::Report(petition)),
    };
    let case = town.record(xie, draft).document;
    sent_back(&mut bench, case);
    let Bench { town, qin, .. } = &mut bench;
    let too_far = Body::Case(extend(date(town.now, 91)));
    let command = planted(town, qin, case, Some(case), too_far);
    refused(town, qin, &[case], (command, RefusalCode::TooFar));
    let last = date(town.now, 90).0.to_string();
    mended(town, qin, command, &[("by", &last)]);
}

pub(super) fn who_no_longer_holds_the_case_hears_who_received_it() {
    let mut bench = Bench::new();
    let (case, aside) = (bench.case, bench.aside);
    // Typed while the alley held it, without signal.
    let command = types(&mut bench.town, &mut bench.lu, case, accept());
    let to = bench.branch();
    let Bench {
        town, xie, qin, lu, ..
    } = &mut bench;
    types(town, xie, case, super::steps::escalate(to));
    town.sync(xie);
    town.sync(qin);
    let received = types(town, qin, case, super::steps::receive());
    town.sync(qin);
    let refusal = refused(town, lu, &[case, aside], (command, RefusalCode::NotHolder));
    assert_eq!(
        (refusal.first, refusal.by),
        (Some(received), Some(town.member("qin")))
    );
    dropped(town, lu, command);
}

pub(super) fn who_withdrew_on_another_phone_hears_so() {
    let mut bench = Bench::new();
    let (case, aside) = (bench.case, bench.aside);
    let Bench { town, xie, lu, .. } = &mut bench;
    let mut other = town.device("xie");
    town.sync(&mut other);
    let command = types(town, &mut other, case, accept());
    types(town, xie, case, super::steps::recuse());
    assert_eq!(town.sync(xie).summary.admitted, 1);
    refused(
        town,
        &mut other,
        &[case, aside],
        (command, RefusalCode::Recused),
    );
    dropped(town, &mut other, command);
    // The alley's other chief goes on.
    town.sync(lu);
    types(town, lu, case, accept());
    assert_eq!(town.sync(lu).summary.admitted, 1);
}

pub(super) fn an_answer_to_an_order_that_was_ended_is_dropped() {
    let mut bench = Bench::new();
    let (case, aside) = (bench.case, bench.aside);
    bench.escalated();
    let Bench { town, xie, qin, .. } = &mut bench;
    types(town, qin, case, super::steps::send_back());
    let order = types(town, qin, case, supervise());
    assert_eq!(town.sync(qin).summary.admitted, 2);
    town.sync(xie);
    // The order names the branch in whose name it was given, though nobody typed that.
    let state = xie.replica.case(case).unwrap().state;
    let order_known = state.order.map(|order| (order.step, order.by));
    assert_eq!(order_known, Some((order, town.member("qin"))));
    types(town, xie, case, answer_supervision());
    assert_eq!(town.sync(xie).summary.admitted, 1);
    // The order ends while the chief has no signal and answers once more.
    let command = types(town, xie, case, answer_supervision());
    town.sync(qin);
    types(town, qin, case, end_supervision());
    assert_eq!(town.sync(qin).summary.admitted, 1);
    refused(
        town,
        xie,
        &[case, aside],
        (command, RefusalCode::NotSupervised),
    );
    dropped(town, xie, command);
    assert!(!xie.replica.case(case).unwrap().state.supervised);
}

pub(super) fn the_second_of_two_equal_steps_hears_of_the_first() {
    let mut bench = Bench::new();
    let Bench {
        town,
        xie,
        lu,
        case,
        aside,
        ..
    } = &mut bench;
    let command = types(town, xie, *case, accept());
    let first = types(town, lu, *case, accept());
    town.sync(lu);
    let refusal = refused(
        town,
        xie,
        &[*case, *aside],
        (command, RefusalCode::WrongState),
    );
    assert_eq!(
        (refusal.first, refusal.by),
        (Some(first), Some(town.member("lu")))
    );
    // Sent again as it is, the phone says so itself, and it stays.
    let random = town.random();
    let again = xie
        .replica
        .mend(command, &BTreeMap::new(), town.now, random);
    let Err(MendError::Record(RecordError::Refused(said))) = again else {
        panic!("{again:?}")
    };
    assert_eq!(said, refusal);
    dropped(town, xie, command);
}

pub(super) fn a_reopening_that_was_under_way_too_long_is_dropped() {
    let mut bench = Bench::new();
    let (case, aside) = (bench.case, bench.aside);
    bench.escalated();
    bench.received();
    types(&mut bench.town, &mut bench.qin, case, reject());
    bench.all_sync();
    let Bench { town, xie, .. } = &mut bench;
    days_pass(town, 29);
    town.sync(xie);
    let command = types(town, xie, case, reopen());
    days_pass(town, 3);
    refused(town, xie, &[aside], (command, RefusalCode::TooLate));
    dropped(town, xie, command);
}

pub(super) fn who_resolved_leaves_the_verification_to_another() {
    let mut bench = Bench::new();
    let (case, aside) = (bench.case, bench.aside);
    for step in [accept(), start(), resolve()] {
        types(&mut bench.town, &mut bench.xie, case, step);
    }
    bench.all_sync();
    let Bench { town, xie, lu, .. } = &mut bench;
    // The phone itself says so before anything is typed.
    let draft = Draft {
        target: Some(case),
        body: Body::Case(verify()),
    };
    let random = town.random();
    let Err(RecordError::Refused(said)) = xie.replica.record(draft, town.now, random) else {
        panic!("it may not")
    };
    assert_eq!(said.code, RefusalCode::ResolvedByAuthor);
    // A program that claims not to have seen its own resolution does not get past the server.
    let command = planted(town, xie, aside, Some(case), Body::Case(verify()));
    refused(
        town,
        xie,
        &[case, aside],
        (command, RefusalCode::ResolvedByAuthor),
    );
    dropped(town, xie, command);
    town.sync(lu);
    types(town, lu, case, verify());
    assert_eq!(town.sync(lu).summary.admitted, 1);
}

pub(super) fn a_merge_into_a_case_that_ended_is_mended_to_another() {
    let mut bench = Bench::new();
    let (case, aside) = (bench.case, bench.aside);
    let branch = bench.branch();
    let third = bench
        .town
        .report(&mut bench.xie, "又是甜橙路", "坑更大了。", "村口", "")
        .document;
    for document in [case, aside, third] {
        types(
            &mut bench.town,
            &mut bench.xie,
            document,
            super::steps::escalate(branch),
        );
    }
    bench.all_sync();
    let Bench { town, qin, .. } = &mut bench;
    let command = types(town, qin, third, merge(aside));
    // A second phone of hers ends the other case.
    let mut other = town.device("qin");
    town.sync(&mut other);
    types(town, &mut other, aside, super::steps::receive());
    types(town, &mut other, aside, reject());
    assert_eq!(town.sync(&mut other).summary.admitted, 2);
    refused(town, qin, &[case, third], (command, RefusalCode::BadMerge));
    // The phone has heard that it ended, and says so at once.
    let draft = Draft {
        target: Some(third),
        body: Body::Case(merge(aside)),
    };
    let random = town.random();
    assert_eq!(
        qin.replica.record(draft, town.now, random).unwrap_err(),
        RecordError::Refused(RefusalCode::BadMerge.into())
    );
    let why = |device: &Device, now| {
        let offers = device.replica.offers(Some(case), now);
        let merges = offers.into_iter().find(|offer| offer.row == "merge");
        merges.unwrap().refusal.map(|refusal| refusal.code)
    };
    assert_eq!(why(qin, town.now), None);
    mended(town, qin, command, &[("into", &case.to_string())]);
    // No other case is left that this one could be merged into.
    assert_eq!(why(qin, town.now), Some(RefusalCode::BadMerge));
}
