//! What referrals do not allow.

use alleyway_core::command::Body;
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::unit::Post;
use alleyway_core::refusal::RefusalCode;
use alleyway_replica::{Draft, RecordError};

use super::bench::{Bench, days_pass, dropped, end_post, mended, planted, refused, types};
use super::steps::{accept, date, dispatch, escalate, recall, receive, rule, send_back};

pub(super) fn a_step_under_a_pending_referral_waits_for_its_answer() {
    let mut bench = Bench::new();
    let (case, aside, branch) = (bench.case, bench.aside, bench.branch());
    let Bench { town, xie, lu, .. } = &mut bench;
    let command = types(town, lu, case, accept());
    let first = types(town, xie, case, escalate(branch));
    town.sync(xie);
    let refusal = refused(
        town,
        lu,
        &[case, aside],
        (command, RefusalCode::ReferralPending),
    );
    assert_eq!(refusal.first, Some(first));
    // Once it was returned, it fits again as it is.
    let Bench { town, qin, lu, .. } = &mut bench;
    town.sync(qin);
    types(town, qin, case, send_back());
    town.sync(qin);
    town.sync(lu);
    mended(town, lu, command, &[]);
}

pub(super) fn a_second_answer_to_a_referral_hears_of_the_first() {
    let mut bench = Bench::new();
    let case = bench.case;
    bench.escalated();
    let Bench { town, qin, .. } = &mut bench;
    let mut other = town.device("qin");
    town.sync(&mut other);
    let command = types(town, &mut other, case, receive());
    let first = types(town, qin, case, receive());
    town.sync(qin);
    let refusal = refused(
        town,
        &mut other,
        &[case],
        (command, RefusalCode::NoReferral),
    );
    assert_eq!(refusal.first, Some(first));
    dropped(town, &mut other, command);
}

#[test]
fn a_recall_that_crosses_a_receive_hears_of_it_and_the_other_way_round() {
    let mut bench = Bench::new();
    let case = bench.case;
    bench.escalated();
    let Bench { town, xie, qin, .. } = &mut bench;
    // Both typed without signal: what reaches the server first stands.
    let late = types(town, xie, case, recall());
    let received = types(town, qin, case, receive());
    assert_eq!(town.sync(qin).summary.admitted, 1);
    let refusal = refused(town, xie, &[case], (late, RefusalCode::NoReferral));
    assert_eq!(
        (refusal.first, refusal.by),
        (Some(received), Some(town.member("qin")))
    );
    dropped(town, xie, late);

    let mut bench = Bench::new();
    let case = bench.case;
    bench.escalated();
    let Bench { town, xie, qin, .. } = &mut bench;
    let late = types(town, qin, case, receive());
    let recalled = types(town, xie, case, recall());
    assert_eq!(town.sync(xie).summary.admitted, 1);
    let refusal = refused(town, qin, &[case], (late, RefusalCode::NoReferral));
    assert_eq!(
        (refusal.first, refusal.by),
        (Some(recalled), Some(town.member("xie")))
    );
    dropped(town, qin, late);
    // Everything is as before it was sent, and who was sent it still reads it.
    town.sync(xie);
    town.sync(qin);
    for device in [&*xie, &*qin] {
        let state = device.replica.case(case).unwrap().state;
        assert_eq!((state.holder, state.referral), (town.alley, None));
    }
    types(town, xie, case, accept());
    assert_eq!(town.sync(xie).summary.admitted, 1);
}

#[test]
fn a_case_that_is_sent_where_nobody_acts_says_so_and_is_taken_back() {
    let mut bench = Bench::new();
    let (case, hall, branch) = (bench.case, bench.town_hall(), bench.branch());
    bench.escalated();
    bench.received();
    let Bench { town, qin, .. } = &mut bench;
    let draft = Draft {
        target: Some(case),
        body: Body::Case(escalate(hall)),
    };
    let sent = town.record(qin, draft.clone());
    assert_eq!(sent.unattended, None, "the dispatcher is there");
    types(town, qin, case, recall());
    town.sync(qin);
    end_post(town, "wei");
    town.sync(qin);
    let sent = town.record(qin, draft);
    assert_eq!(sent.unattended, Some(hall));
    types(town, qin, case, recall());
    assert_eq!(town.sync(qin).summary.admitted, 2);
    let state = qin.replica.case(case).unwrap().state;
    assert_eq!((state.holder, state.referral), (branch, None));
}

pub(super) fn an_answer_by_another_than_the_receiver_is_dropped() {
    let mut bench = Bench::new();
    let (case, aside) = (bench.case, bench.aside);
    let first = bench.escalated();
    let Bench { town, xie, .. } = &mut bench;
    let command = planted(town, xie, aside, Some(case), Body::Case(receive()));
    let refusal = refused(
        town,
        xie,
        &[case, aside],
        (command, RefusalCode::NotReceiver),
    );
    assert_eq!(refusal.first, Some(first));
    dropped(town, xie, command);
}

pub(super) fn after_two_returns_everybody_waits_for_the_ruling() {
    let mut bench = Bench::new();
    let (case, aside, branch) = (bench.case, bench.aside, bench.branch());
    bench.escalated();
    types(&mut bench.town, &mut bench.qin, case, send_back());
    bench.all_sync();
    let Bench {
        town, xie, lu, qin, ..
    } = &mut bench;
    let command = types(town, lu, case, accept());
    types(town, xie, case, escalate(branch));
    town.sync(xie);
    town.sync(qin);
    let second = types(town, qin, case, send_back());
    assert_eq!(town.sync(qin).summary.admitted, 1);
    let refusal = refused(
        town,
        lu,
        &[case, aside],
        (command, RefusalCode::ReturnedTwice),
    );
    assert_eq!(refusal.first, Some(second));
    dropped(town, lu, command);
}

pub(super) fn a_unit_that_was_ruled_to_handle_it_does_not_return_it() {
    let mut bench = Bench::new();
    let (case, hall) = (bench.case, bench.town_hall());
    bench.escalated();
    bench.received();
    let Bench { town, qin, .. } = &mut bench;
    let (mut wei, mut other) = (town.device("wei"), town.device("wei"));
    for _ in 0..2 {
        types(town, qin, case, escalate(hall));
        town.sync(qin);
        for device in [&mut wei, &mut other] {
            town.sync(device);
        }
        types(town, &mut wei, case, send_back());
        assert_eq!(town.sync(&mut wei).summary.admitted, 1);
        town.sync(qin);
    }
    // The other phone has not heard of the second return.
    let command = types(town, &mut other, case, send_back());
    types(town, &mut wei, case, rule(hall));
    assert_eq!(town.sync(&mut wei).summary.admitted, 1);
    refused(town, &mut other, &[case], (command, RefusalCode::Ruled));
    dropped(town, &mut other, command);
}

#[test]
fn a_case_that_the_branch_returned_twice_reaches_the_dispatcher_who_rules() {
    let mut bench = Bench::new();
    let (case, branch) = (bench.case, bench.branch());
    for _ in 0..2 {
        bench.escalated();
        types(&mut bench.town, &mut bench.qin, case, send_back());
        bench.all_sync();
    }
    let Bench { town, xie, .. } = &mut bench;
    let mut wei = town.device("wei");
    town.sync(&mut wei);
    assert!(
        wei.replica.case(case).is_some(),
        "only the dispatcher can take it on, and does not see it"
    );
    types(town, &mut wei, case, rule(branch));
    assert_eq!(town.sync(&mut wei).summary.admitted, 1);
    assert!(town.sync(xie).summary.up_to_date);
}

pub(super) fn a_ruling_without_two_returns_is_dropped() {
    let mut bench = Bench::new();
    let (case, branch, hall) = (bench.case, bench.branch(), bench.town_hall());
    bench.escalated();
    bench.received();
    let Bench { town, qin, .. } = &mut bench;
    types(town, qin, case, escalate(hall));
    town.sync(qin);
    let mut wei = town.device("wei");
    town.sync(&mut wei);
    let command = planted(town, &mut wei, case, Some(case), Body::Case(rule(branch)));
    refused(
        town,
        &mut wei,
        &[case],
        (command, RefusalCode::NotReturnedTwice),
    );
    dropped(town, &mut wei, command);
}

/// The chief's program lets an escalation go anywhere; sent again, it goes where policy says.
fn escalated_to(bench: &mut Bench, to: DocumentId, code: RefusalCode) {
    let (case, aside) = (bench.case, bench.aside);
    let Bench { town, xie, .. } = bench;
    let command = planted(town, xie, aside, Some(case), Body::Case(escalate(to)));
    refused(town, xie, &[case, aside], (command, code));
    mended(town, xie, command, &[]);
}

pub(super) fn an_escalation_past_a_level_is_mended_to_the_next() {
    let mut bench = Bench::new();
    let hall = bench.town_hall();
    escalated_to(&mut bench, hall, RefusalCode::NotNextLevel);
}

/// The county is a name: its people are not here, and the town's phone says so before it is typed.
pub(super) fn a_case_does_not_go_up_from_the_town() {
    let mut bench = Bench::new();
    let (case, hall) = (bench.case, bench.town_hall());
    bench.escalated();
    bench.received();
    types(&mut bench.town, &mut bench.qin, case, escalate(hall));
    bench.all_sync();
    let town = &mut bench.town;
    let mut wei = town.device("wei");
    town.sync(&mut wei);
    types(town, &mut wei, case, receive());
    town.sync(&mut wei);
    let offers = wei.replica.offers(Some(case), town.now);
    let offer = offers.iter().find(|offer| offer.row == "escalate").unwrap();
    let why = offer.refusal.as_ref().map(|refusal| &refusal.code);
    assert_eq!(why, Some(&RefusalCode::NoLevelAbove));
    let draft = Draft {
        target: Some(case),
        body: Body::Case(escalate(hall)),
    };
    let random = town.random();
    assert_eq!(
        wei.replica.record(draft, town.now, random).unwrap_err(),
        RecordError::Refused(RefusalCode::NoLevelAbove.into())
    );
    let body = Body::Case(escalate(hall));
    let command = planted(town, &mut wei, case, Some(case), body);
    refused(
        town,
        &mut wei,
        &[case],
        (command, RefusalCode::NoLevelAbove),
    );
    dropped(town, &mut wei, command);
}

pub(super) fn an_escalation_to_nowhere_is_mended() {
    escalated_to(
        &mut Bench::new(),
        DocumentId([8; 16]),
        RefusalCode::UnknownUnit,
    );
}

pub(super) fn a_dispatch_upward_is_mended_to_a_unit_below() {
    let mut bench = Bench::new();
    let (case, hall) = (bench.case, bench.town_hall());
    bench.escalated();
    bench.received();
    let Bench { town, qin, .. } = &mut bench;
    let by = date(town.now, 20);
    let command = planted(town, qin, case, Some(case), Body::Case(dispatch(hall, by)));
    refused(town, qin, &[case], (command, RefusalCode::NotBelow));
    let alley = town.alley.to_string();
    mended(town, qin, command, &[("to", &alley)]);
}

pub(super) fn a_dispatch_that_asks_its_own_sender_for_a_part_is_mended() {
    let mut bench = Bench::new();
    let (case, branch, alley) = (bench.case, bench.branch(), bench.town.alley);
    bench.escalated();
    bench.received();
    let Bench { town, qin, .. } = &mut bench;
    let mut body = Body::Case(dispatch(alley, date(town.now, 20)));
    body.set("with", &branch.key()).unwrap();
    let command = planted(town, qin, case, Some(case), body);
    refused(town, qin, &[case], (command, RefusalCode::BadCoHandler));
    mended(town, qin, command, &[("with", "")]);
}

pub(super) fn a_dispatch_whose_date_passed_on_the_way_is_given_another() {
    let mut bench = Bench::new();
    let case = bench.case;
    bench.escalated();
    bench.received();
    // Somebody is there to receive it.
    let alley = bench.town.alley;
    bench.town.appoint(alley, "pan", Post::AlleyChief);
    let Bench { town, qin, .. } = &mut bench;
    let by = date(town.now, 1);
    let command = types(town, qin, case, dispatch(alley, by));
    days_pass(town, 3);
    refused(town, qin, &[case], (command, RefusalCode::DateInPast));
    let by = date(town.now, 20).0.to_string();
    mended(town, qin, command, &[("by", &by)]);
}
