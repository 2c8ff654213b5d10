//! The rules that no cell shows: needs, targets, times, what came first, other documents.

use super::{
    ask, ask_at, at_branch, at_town, code, in_progress, question, referred, reported, resolved,
};
use crate::command::Body;
use crate::documents::DocumentKind;
use crate::documents::samples::{
    self, Chain, START, accept, close, command, dispatch, edit, escalate, member, merge, note,
    receipt, receive, report, rule, send_back, start, taken_at, unit, verify, withdraw,
};
use crate::id::DocumentId;
use crate::kinds::case::CaseCommand;
use crate::kinds::case::{
    Close, CoHandlers, Dispatch, Escalate, Finding, Point, Report, Return, Verify,
};
use crate::kinds::directory::PostRow;
use crate::kinds::unit::Post;
use crate::organisation::Organisation;
use crate::organisation::samples::{
    ADMINISTRATOR, AUDITOR, CHIEF, CLERK, DISPATCHER, HANDLER, NEIGHBOUR, SECRETARY, STRANGER,
    appointment, town,
};
use crate::policy::{Authority, Question, Standing, judge};
use crate::refusal::RefusalCode;
use crate::step::Steps as _;
use crate::text::Text;
use crate::time::{Date, Time};

fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text).unwrap()
}

#[test]
fn a_refusal_names_the_step_that_came_first_and_its_author() {
    let refusal = ask(&in_progress(), CHIEF, start()).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::NotHolder);
    assert_eq!(
        (refusal.first, refusal.by),
        (Some(command(18)), Some(member(104)))
    );
    let refusal = ask(&referred(), CHIEF, start()).unwrap_err();
    assert_eq!(
        (refusal.code, refusal.first),
        (RefusalCode::ReferralPending, Some(command(12)))
    );
    let refusal = ask(&referred().then(1, note()), CHIEF, withdraw()).unwrap_err();
    assert_eq!(
        (refusal.code, refusal.first),
        (RefusalCode::WrongState, Some(command(12)))
    );
    let refusal = ask(&reported(), CHIEF, start()).unwrap_err();
    assert_eq!(
        (refusal.code, refusal.first),
        (RefusalCode::WrongState, None),
        "no step came between"
    );
    let refusal = ask(&in_progress(), ADMINISTRATOR, start()).unwrap_err();
    assert_eq!(
        (refusal.code, refusal.first),
        (RefusalCode::NotPermitted, None),
        "nothing for who has no part in it"
    );
}

#[test]
fn a_report_is_for_ones_own_alley_or_the_clerks_branch() {
    let empty = Chain::new(10);
    assert_eq!(code(&empty, CHIEF, report(unit(7))), None);
    assert_eq!(code(&empty, CLERK, taken_at(unit(10), unit(5))), None);
    assert_eq!(
        code(&empty, CLERK, report(unit(5))),
        Some(RefusalCode::NotPermitted),
        "says where it was taken"
    );
    assert_eq!(
        code(&empty, CHIEF, taken_at(unit(10), unit(7))),
        Some(RefusalCode::NotPermitted)
    );
    assert_eq!(
        code(&empty, CLERK, taken_at(unit(11), unit(5))),
        Some(RefusalCode::NotPermitted),
        "of another village"
    );
    for (author, owner) in [
        (CHIEF, 8),
        (CHIEF, 5),
        (CLERK, 7),
        (CLERK, 6),
        (SECRETARY, 7),
        (SECRETARY, 6),
        (AUDITOR, 7),
    ] {
        assert_eq!(
            code(&empty, author, report(unit(owner))),
            Some(RefusalCode::NotPermitted),
            "{author} for {owner}"
        );
    }
    assert_eq!(
        code(&empty, CHIEF, report(unit(99))),
        Some(RefusalCode::UnknownUnit)
    );
}

#[test]
fn a_report_needs_a_category_and_a_place_or_a_text() {
    let CaseCommand::Report(whole) = report(unit(7)) else {
        panic!("a report")
    };
    let judged = |report: Report| code(&Chain::new(10), CHIEF, CaseCommand::Report(report));
    let bare = Report {
        text: text(" "),
        place: text(""),
        point: None,
        ..whole.clone()
    };
    assert_eq!(judged(bare.clone()), Some(RefusalCode::NeedsCategory));
    assert_eq!(
        judged(Report {
            place: text("桥头"),
            ..bare.clone()
        }),
        None
    );
    assert_eq!(
        judged(Report {
            text: text("灯坏了"),
            ..bare.clone()
        }),
        None
    );
    assert_eq!(
        judged(Report {
            point: whole.point,
            ..bare.clone()
        }),
        None
    );
    assert_eq!(
        judged(Report {
            category: text(""),
            ..whole.clone()
        }),
        Some(RefusalCode::NeedsCategory)
    );
    let off = Point {
        latitude_e7: 900_000_001,
        longitude_e7: 0,
    };
    assert_eq!(
        judged(Report {
            point: Some(off),
            ..whole
        }),
        Some(RefusalCode::BadValue)
    );
}

#[test]
fn what_a_step_needs_is_asked_for() {
    let chain = in_progress();
    let empty = |body: CaseCommand| code(&chain, HANDLER, body).unwrap();
    assert_eq!(
        empty(CaseCommand::Note(crate::kinds::case::Note {
            text: text(" \n")
        })),
        RefusalCode::NeedsText
    );
    assert_eq!(
        empty(CaseCommand::Resolve(crate::kinds::case::Resolve {
            text: text(""),
            verifier: None,
            resident_text: text("x"),
        })),
        RefusalCode::NeedsText
    );
    assert_eq!(
        empty(CaseCommand::Wait(crate::kinds::case::Wait {
            reason: text(""),
            resident_text: text("x"),
        })),
        RefusalCode::NeedsReason
    );
    let up = |reason, tried| {
        CaseCommand::Escalate(Escalate {
            to: unit(2),
            reason: text(reason),
            tried: text(tried),
        })
    };
    assert_eq!(empty(up("", "x")), RefusalCode::NeedsReason);
    assert_eq!(empty(up("x", "")), RefusalCode::NeedsText);
    assert_eq!(
        empty(CaseCommand::Return(Return {
            reason: text(""),
            ruler: None,
            resident_text: text("x"),
            code: Text::default(),
        })),
        RefusalCode::NeedsReason
    );
    let closing = |code, words| {
        CaseCommand::Close(Close {
            code: text(code),
            text: text(words),
        })
    };
    assert_eq!(empty(closing("", "x")), RefusalCode::NeedsReason);
    assert_eq!(empty(closing("no_funds", "")), RefusalCode::NeedsText);
    let unknown = CaseCommand::Verify(Verify {
        result: Finding::from_word("perhaps"),
        text: text(""),
        code_of: None,
    });
    assert_eq!(empty(unknown), RefusalCode::BadValue);
    assert_eq!(
        empty(CaseCommand::Edit(edit("colour", "red", &[]))),
        RefusalCode::UnknownField
    );
    assert_eq!(
        empty(CaseCommand::Edit(edit("point", "here", &[]))),
        RefusalCode::BadValue
    );
}

#[test]
fn what_has_been_moved_or_others_go_on_in_is_not_the_reporters_to_take_back() {
    let withdraws = |chain: &Chain| code(chain, CHIEF, samples::withdraw());
    assert_eq!(withdraws(&reported()), None);
    assert_eq!(
        withdraws(&reported().then(101, note())),
        None,
        "a note moves nothing"
    );
    let reopened = at_branch()
        .then(102, samples::reject())
        .then(99, samples::reopen());
    let refusal = super::ask(&reopened, CHIEF, samples::withdraw()).unwrap_err();
    assert_eq!(
        (refusal.code, refusal.by),
        (RefusalCode::WrongState, Some(crate::id::MemberId([99; 16]))),
        "the resident opened it again"
    );
    let merged = reported().then(99, samples::merged_in(unit(6)));
    assert_eq!(withdraws(&merged), Some(RefusalCode::WrongState));
    // Sent up and returned, it is where it was; its reporter, if another than the holder, only reads.
    let by_clerk = Chain::new(10).then(106, samples::taken_at(unit(10), unit(5)));
    let title = || CaseCommand::Edit(edit("title", "x", &[]));
    let clerk = crate::organisation::samples::CLERK;
    assert_eq!(code(&by_clerk, clerk, title()), None);
    let came_back = by_clerk
        .then(102, escalate(unit(2)))
        .then(103, samples::send_back());
    assert_eq!(
        code(&came_back, clerk, title()),
        Some(RefusalCode::NotHolder)
    );
}

#[test]
fn an_order_is_given_and_ended_in_the_name_of_ones_own_unit() {
    use crate::organisation::samples::{AUDITOR, SECRETARY};
    use samples::{end_supervision, supervise_for};
    let at_alley = || reported().then(101, samples::accept());
    for (who, unit_number, refused) in [
        (SECRETARY, 5, None),
        (SECRETARY, 2, Some(RefusalCode::BadValue)),
        (DISPATCHER, 2, None),
        (DISPATCHER, 5, Some(RefusalCode::BadValue)),
        (AUDITOR, 2, None),
        (AUDITOR, 5, Some(RefusalCode::BadValue)),
    ] {
        let order = supervise_for(unit(unit_number));
        assert_eq!(
            code(&at_alley(), who, order),
            refused,
            "{who} for {unit_number}"
        );
    }
    let by_branch = at_alley().then(102, supervise_for(unit(5)));
    let ends = |chain: &Chain, who| code(chain, who, end_supervision());
    assert_eq!(ends(&by_branch, SECRETARY), None);
    for another in [CHIEF, DISPATCHER, AUDITOR] {
        assert_eq!(ends(&by_branch, another), Some(RefusalCode::NotPermitted));
    }
    // An order of before they named their unit: whoever could give one ends it.
    let of_before = at_alley().then(102, samples::supervise());
    assert_eq!(
        (ends(&of_before, DISPATCHER), ends(&of_before, AUDITOR)),
        (None, None)
    );
    // A later order counts, and begins unanswered.
    let again = by_branch
        .then(101, samples::answer_supervision())
        .then(103, supervise_for(unit(2)));
    let case = again.document.case().unwrap();
    assert_eq!((case.supervised, case.answer), (true, None));
    assert_eq!(ends(&again, SECRETARY), Some(RefusalCode::NotPermitted));
    let ended = again.then(103, end_supervision()).document.case().unwrap();
    assert_eq!((ended.supervised, ended.order), (false, None));
}

#[test]
fn an_order_of_another_system_is_whole_and_not_due_before_the_report() {
    let order = |days| samples::ordered_elsewhere(unit(2), unit(7), days);
    let judged = |field: &str, value: &str| {
        let mut body = order(9);
        body.set(field, value).unwrap();
        code(&Chain::new(10), DISPATCHER, body)
    };
    let by = |days| code(&Chain::new(10), DISPATCHER, order(days));
    assert_eq!((by(9), by(0)), (None, None));
    assert_eq!(by(-1), Some(RefusalCode::DateInPast));
    assert_eq!(judged("external_number", ""), Some(RefusalCode::BadValue));
    assert_eq!(judged("external_system", " "), Some(RefusalCode::BadValue));
    assert_eq!(judged("origin", "petition"), None);
    let CaseCommand::Report(report) = order(9) else {
        panic!("a report")
    };
    let unknown = crate::kinds::case::Report {
        origin: Some(crate::kinds::case::Origin::from_word("telepathy")),
        ..report
    };
    assert_eq!(
        code(&Chain::new(10), DISPATCHER, CaseCommand::Report(unknown)),
        Some(RefusalCode::BadValue)
    );
    // What it said is in its entry, for clocks and for whoever answers there.
    let chain = Chain::new(10).then(103, order(9));
    let said = chain.document.log().remove(0).details;
    assert_eq!(said["origin"], "12345");
    assert_eq!(said["external_due"], (Date::of(START).0 + 9).to_string());
    let case = chain.document.case().unwrap();
    assert_eq!(
        case.units,
        [unit(2), unit(7)].into(),
        "who took it reads it"
    );
}

#[test]
fn a_telephone_number_can_be_dialled_and_is_mended_and_cleared_by_who_may_edit() {
    let said = |phone| code(&Chain::new(10), CHIEF, samples::called(unit(7), phone));
    for good in ["", "12345", "138 1234-1234", "+86 (138) 1234 1234"] {
        assert_eq!(said(good), None, "{good}");
    }
    for bad in ["1234", "1234567890123456", "call me", "138x12341234", " "] {
        assert_eq!(said(bad), Some(RefusalCode::BadPhone), "{bad}");
    }
    let chain = Chain::new(10).then(101, samples::called(unit(7), "138 1234-1234"));
    let edits = |author, field: &str, value: &str| {
        let body = CaseCommand::Edit(edit(field, value, &[]));
        code(&chain, author, body)
    };
    assert_eq!(edits(CHIEF, "phone", "0771-1234567"), None);
    assert_eq!(edits(CHIEF, "phone", ""), None);
    assert_eq!(edits(CHIEF, "phone", "1234"), Some(RefusalCode::BadPhone));
    assert_eq!(edits(CHIEF, "may_text", "false"), None);
    assert_eq!(
        edits(CHIEF, "may_text", "perhaps"),
        Some(RefusalCode::BadValue)
    );
    let not_mine = Some(RefusalCode::NotHolder);
    assert_eq!(edits(SECRETARY, "phone", "0771-1234567"), not_mine);
    // However it was typed, it is kept in one form.
    let kept = |chain: &Chain| chain.document.live("phone").pop().unwrap().value;
    assert_eq!(kept(&chain), "13812341234");
    let body = CaseCommand::Edit(edit("phone", "0771-1234567", &[]));
    assert_eq!(kept(&chain.then(101, body)), "07711234567");
}

#[test]
fn a_dispatch_asks_other_units_than_the_holder_and_the_handler_each_once() {
    use samples::{dispatch_with, part_done};
    let sent = |with: &[u8]| {
        let with: Vec<_> = with.iter().map(|number| unit(*number)).collect();
        code(&at_town(), DISPATCHER, dispatch_with(unit(9), 9, &with))
    };
    assert_eq!(sent(&[5, 12, 7, 8, 10]), None);
    for bad in [&[2][..], &[9], &[5, 5]] {
        assert_eq!(sent(bad), Some(RefusalCode::BadCoHandler), "{bad:?}");
    }
    assert_eq!(
        sent(&[3]),
        Some(RefusalCode::NotBelow),
        "a village is a place"
    );
    assert_eq!(sent(&[99]), Some(RefusalCode::UnknownUnit));
    let six = "05".repeat(16) + &" 06".repeat(5);
    assert!(dispatch(unit(9), 9).set("with", &six).is_err());
    // Who does a part reads, notes, and says when it is done; only the handler resolves.
    let at_work = at_town()
        .then(103, dispatch_with(unit(9), 9, &[unit(5)]))
        .then(104, receive())
        .then(104, start());
    assert_eq!(code(&at_work, SECRETARY, note()), None);
    assert_eq!(code(&at_work, SECRETARY, part_done(unit(5))), None);
    assert_eq!(
        code(&at_work, SECRETARY, samples::resolve()),
        Some(RefusalCode::NotHolder)
    );
    assert_eq!(
        code(&at_work, SECRETARY, part_done(unit(9))),
        Some(RefusalCode::NotPermitted),
        "another's part"
    );
    assert_eq!(
        code(&at_work, HANDLER, part_done(unit(5))),
        Some(RefusalCode::NotPermitted)
    );
    let done = at_work.then(102, part_done(unit(5)));
    let parts = |chain: &Chain| chain.document.case().unwrap().co_handlers;
    assert_eq!(parts(&done), [(unit(5), true)].into());
    // Another dispatch asks anew; who was asked before goes on reading.
    let again = done
        .then(104, escalate(unit(2)))
        .then(103, receive())
        .then(103, dispatch_with(unit(9), 20, &[unit(12)]));
    assert_eq!(parts(&again), [(unit(12), false)].into());
    assert!(again.document.case().unwrap().units.contains(&unit(5)));
    assert_eq!(parts(&again.then(103, samples::recall())), [].into());
}

#[test]
fn who_withdrew_handles_it_no_more_and_a_colleague_or_the_level_above_does() {
    use samples::recuse;
    let withdrew = reported().then(101, recuse(unit(5)));
    let judged = |town: &crate::organisation::Organisation, who, body: CaseCommand| {
        let asked = super::ask_at(town, &withdrew, Some(who), &body.into(), START);
        asked.err().map(|refusal| refusal.code)
    };
    let alone = crate::organisation::samples::town();
    assert_eq!(
        judged(&alone, CHIEF, samples::accept()),
        Some(RefusalCode::Recused)
    );
    assert_eq!(
        judged(&alone, CHIEF, note()),
        None,
        "he may still say what he knows"
    );
    assert_eq!(judged(&alone, SECRETARY, samples::accept()), None);
    assert_eq!(
        judged(&alone, DISPATCHER, samples::accept()),
        Some(RefusalCode::NotHolder)
    );
    // With a colleague in the post the level above stays out.
    let mut two = alone.clone();
    two.put_appointment(crate::organisation::samples::appointment(
        130,
        crate::kinds::unit::Post::AlleyChief,
        7,
    ));
    let colleague = crate::documents::samples::member(130);
    assert_eq!(judged(&two, colleague, samples::accept()), None);
    assert_eq!(
        judged(&two, SECRETARY, samples::accept()),
        Some(RefusalCode::NotHolder)
    );
    // It is the person who withdrew, wherever the case goes; and the step names the level above.
    let another = reported().then(101, samples::accept());
    assert_eq!(
        code(&another, CHIEF, recuse(unit(2))),
        Some(RefusalCode::NotNextLevel)
    );
    assert!(withdrew.document.case().unwrap().units.contains(&unit(5)));
}

#[test]
fn where_the_level_above_withdraws_too_the_one_above_that_decides() {
    use samples::recuse;
    let close = || samples::close("no_funds");
    let first = reported().then(101, recuse(unit(5)));
    // In place of the chief the secretary decides: his own withdrawal names the town.
    assert_eq!(
        code(&first, SECRETARY, recuse(unit(5))),
        Some(RefusalCode::NotNextLevel)
    );
    assert_eq!(code(&first, SECRETARY, recuse(unit(2))), None);
    assert_eq!(code(&first, SECRETARY, close()), None);
    let both = first.then(102, recuse(unit(2)));
    assert!(both.document.case().unwrap().units.contains(&unit(2)));
    for (who, step) in [
        (CHIEF, samples::accept()),
        (SECRETARY, samples::accept()),
        (SECRETARY, close()),
    ] {
        assert_eq!(code(&both, who, step), Some(RefusalCode::Recused));
    }
    for step in [samples::accept(), close()] {
        assert_eq!(code(&both, DISPATCHER, step), None);
    }
}

#[test]
fn a_date_is_put_off_once_by_the_level_above_and_then_by_the_one_above_that() {
    let extend = samples::extend;
    let at_alley = reported().then(101, samples::accept());
    assert_eq!(code(&at_alley, SECRETARY, extend(10)), None);
    for other in [CHIEF, DISPATCHER, HANDLER] {
        let refused = code(&at_alley, other, extend(10));
        assert_eq!(refused, Some(RefusalCode::NotPermitted), "{other:?}");
    }
    let once = at_alley.then(102, extend(10));
    assert_eq!(
        code(&once, SECRETARY, extend(20)),
        Some(RefusalCode::ExtendedAlready)
    );
    assert_eq!(
        code(&once, CHIEF, extend(20)),
        Some(RefusalCode::NotPermitted)
    );
    assert_eq!(code(&once, DISPATCHER, extend(11)), None);
    for not_later in [5, 10] {
        let refused = code(&once, DISPATCHER, extend(not_later));
        assert_eq!(refused, Some(RefusalCode::NotLater), "{not_later}");
    }
    let twice = once.then(103, extend(20));
    assert_eq!(code(&twice, DISPATCHER, extend(30)), None);
    assert_eq!(
        code(&twice, SECRETARY, extend(30)),
        Some(RefusalCode::ExtendedAlready)
    );
    // Two levels above a department is the county, whose people are not here.
    let at_department = in_progress();
    assert_eq!(code(&at_department, DISPATCHER, extend(90)), None);
    let once = at_department.then(103, extend(90));
    assert_eq!(
        code(&once, DISPATCHER, extend(99)),
        Some(RefusalCode::ExtendedAlready)
    );
    // Reopened, a new round begins.
    let again = once
        .then(104, samples::resolve())
        .then(101, samples::verify(crate::kinds::case::Finding::Fixed))
        .then(101, samples::close("fixed"))
        .then(101, samples::reopen());
    assert_eq!(code(&again, DISPATCHER, extend(9)), None);
}

fn petition() -> CaseCommand {
    let CaseCommand::Report(report) = samples::report(unit(7)) else {
        panic!("a report")
    };
    CaseCommand::Report(Report {
        origin: Some(crate::kinds::case::Origin::Petition),
        ..report
    })
}

#[test]
fn a_petition_is_put_off_once_and_by_thirty_days_at_most() {
    let extend = samples::extend;
    let accepted = Chain::new(10)
        .then(101, petition())
        .then(101, samples::accept());
    // The acceptance was received on the second day: 60 days from then, and 30.
    assert_eq!(code(&accepted, SECRETARY, extend(92)), None);
    assert_eq!(
        code(&accepted, SECRETARY, extend(93)),
        Some(RefusalCode::TooFar)
    );
    let usual = reported().then(101, samples::accept());
    assert_eq!(code(&usual, SECRETARY, extend(93)), None);
    let once = accepted.then(102, extend(70));
    assert_eq!(
        code(&once, SECRETARY, extend(80)),
        Some(RefusalCode::ExtendedAlready)
    );
    assert_eq!(
        code(&once, DISPATCHER, extend(80)),
        Some(RefusalCode::NotPermitted)
    );
}

#[test]
fn a_date_is_today_or_later() {
    let by = |days| {
        CaseCommand::Dispatch(Dispatch {
            to: unit(9),
            by: Date(Date::of(START).0 + days),
            resident_text: text(""),
            with: CoHandlers::default(),
        })
    };
    assert_eq!(
        code(&at_town(), DISPATCHER, by(-1)),
        Some(RefusalCode::DateInPast)
    );
    assert_eq!(code(&at_town(), DISPATCHER, by(0)), None);
    assert_eq!(
        code(&in_progress(), DISPATCHER, samples::extend(-1)),
        Some(RefusalCode::DateInPast)
    );
}

#[test]
fn a_case_goes_up_one_level_at_a_time() {
    assert_eq!(code(&reported(), CHIEF, escalate(unit(5))), None);
    assert_eq!(
        code(&reported(), CHIEF, escalate(unit(2))),
        Some(RefusalCode::NotNextLevel)
    );
    assert_eq!(
        code(&reported(), CHIEF, escalate(unit(6))),
        Some(RefusalCode::NotNextLevel)
    );
    assert_eq!(
        code(&reported(), CHIEF, escalate(unit(99))),
        Some(RefusalCode::UnknownUnit)
    );
    assert_eq!(code(&in_progress(), HANDLER, escalate(unit(2))), None);
    assert_eq!(
        code(&at_town(), DISPATCHER, escalate(unit(1))),
        Some(RefusalCode::NoLevelAbove),
        "a county's people are not here"
    );
}

#[test]
fn work_goes_to_a_unit_below_or_to_a_department() {
    for (to, expected) in [
        (7, None),
        (9, None),
        (2, Some(RefusalCode::NotBelow)),
        (5, Some(RefusalCode::NotBelow)),
        (11, Some(RefusalCode::NotBelow)),
        (3, Some(RefusalCode::NotBelow)),
        (99, Some(RefusalCode::UnknownUnit)),
    ] {
        assert_eq!(
            code(&at_branch(), SECRETARY, dispatch(unit(to), 9)),
            expected,
            "to {to}"
        );
    }
    assert_eq!(code(&at_town(), DISPATCHER, dispatch(unit(11), 9)), None);
}

#[test]
fn a_ruling_names_a_unit_that_somebody_acts_for() {
    let sent_back = |chain: Chain| {
        chain
            .then(103, dispatch(unit(9), 20))
            .then(104, send_back())
    };
    let chain = sent_back(sent_back(at_town()));
    for (to, expected) in [
        (9, None),
        (12, None),
        (2, None),
        (7, None),
        (3, Some(RefusalCode::NotBelow)),
        (99, Some(RefusalCode::UnknownUnit)),
    ] {
        assert_eq!(
            code(&chain, DISPATCHER, rule(unit(to))),
            expected,
            "to {to}"
        );
    }
}

#[test]
fn a_ruled_unit_that_is_sent_the_case_again_may_not_return_it() {
    let sent_back = |chain: Chain| {
        chain
            .then(103, dispatch(unit(9), 20))
            .then(104, send_back())
    };
    let ruled = sent_back(sent_back(at_town())).then(103, rule(unit(9)));
    let again = ruled
        .then(104, escalate(unit(2)))
        .then(103, receive())
        .then(103, dispatch(unit(9), 20));
    assert_eq!(code(&again, HANDLER, send_back()), Some(RefusalCode::Ruled));
    assert_eq!(code(&again, HANDLER, receive()), None);
}

#[test]
fn a_case_is_reopened_within_thirty_days_of_its_receipt() {
    let chain = resolved()
        .then(101, verify(Finding::Fixed))
        .then(101, close("fixed"));
    let ended = receipt(chain.document.version()).received;
    let reopening = |now: Time| {
        ask_at(&town(), &chain, Some(CHIEF), &samples::reopen().into(), now)
            .err()
            .map(|refusal| refusal.code)
    };
    assert_eq!(reopening(ended.plus_days(30)), None);
    assert_eq!(
        reopening(Time(ended.plus_days(30).0 + 1)),
        Some(RefusalCode::TooLate)
    );
}

#[test]
fn a_reporter_edits_and_withdraws_until_it_is_accepted() {
    let by_clerk = Chain::new(10).then(106, taken_at(unit(10), unit(5)));
    assert!(
        by_clerk.document.case().unwrap().units.contains(&unit(10)),
        "the centre follows it"
    );
    let retitle = || CaseCommand::Edit(edit("title", "x", &[]));
    assert_eq!(code(&by_clerk, CLERK, retitle()), None);
    assert_eq!(code(&by_clerk, CLERK, withdraw()), None);
    assert_eq!(
        code(&by_clerk, CLERK, accept()),
        Some(RefusalCode::NotHolder)
    );
    let accepted = by_clerk.then(102, accept());
    assert_eq!(
        code(&accepted, CLERK, retitle()),
        Some(RefusalCode::NotHolder)
    );
    assert_eq!(
        code(&accepted, CLERK, withdraw()),
        Some(RefusalCode::WrongState)
    );
}

#[test]
fn an_administrator_does_only_what_another_post_allows() {
    let mut organisation = town();
    let chief = PostRow {
        appointment: command(120),
        ..appointment(108, Post::AlleyChief, 7)
    };
    for body in [accept(), note(), escalate(unit(5))] {
        let body = body.into();
        let by = |organisation: &Organisation| {
            ask_at(organisation, &reported(), Some(ADMINISTRATOR), &body, START)
        };
        organisation.put_appointment(PostRow {
            until: Some(START),
            ..chief.clone()
        });
        assert_eq!(
            by(&organisation).unwrap_err().code,
            RefusalCode::NotPermitted
        );
        organisation.put_appointment(chief.clone());
        assert_eq!(by(&organisation), Ok(()), "acts as a chief");
    }
}

#[test]
fn posts_that_ended_count_where_the_question_says_so() {
    let mut organisation = town();
    let ended = PostRow {
        until: Some(START),
        ..appointment(101, Post::AlleyChief, 7)
    };
    organisation.put_appointment(ended);
    let chain = reported();
    for body in [accept(), note(), withdraw(), escalate(unit(5))] {
        let body = body.into();
        let now = question(
            &organisation,
            &chain,
            Authority::Member(CHIEF),
            &body,
            START,
        );
        assert_eq!(judge(&now).unwrap_err().code, RefusalCode::NotPermitted);
        assert_eq!(
            judge(&Question {
                standing: Standing::Ended,
                ..now
            }),
            Ok(())
        );
        let before = Question {
            standing: Standing::Ended,
            now: Time(START.0 - 1),
            ..now
        };
        assert_eq!(
            judge(&before).unwrap_err().code,
            RefusalCode::NotPermitted,
            "not yet begun"
        );
    }
}

#[test]
fn a_post_that_ended_grants_nothing() {
    let mut organisation = town();
    let ended = PostRow {
        until: Some(START),
        ..appointment(101, Post::AlleyChief, 7)
    };
    organisation.put_appointment(ended);
    for body in [accept(), note(), withdraw()] {
        let refusal =
            ask_at(&organisation, &reported(), Some(CHIEF), &body.into(), START).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::NotPermitted);
    }
}

#[test]
fn a_case_is_not_merged_into_itself_nor_by_a_stranger() {
    let itself: DocumentId = command(10).document();
    assert_eq!(
        code(&reported(), SECRETARY, merge(itself)),
        Some(RefusalCode::BadMerge)
    );
    assert_eq!(
        code(&reported(), STRANGER, merge(unit(77))),
        Some(RefusalCode::NotPermitted)
    );
}

#[test]
fn households_are_the_chiefs_and_the_servers() {
    let create = samples::household_steps(10).swap_remove(0).1;
    let Body::Household(crate::kinds::household::HouseholdCommand::Create(mut create)) = create
    else {
        panic!("a household")
    };
    create.alley = unit(7);
    let create = Body::Household(crate::kinds::household::HouseholdCommand::Create(create));
    let empty = Chain::new(10);
    let judged = |chain: &Chain, author, body: &Body| {
        ask_at(&town(), chain, author, body, START)
            .err()
            .map(|refusal| refusal.code)
    };
    assert_eq!(judged(&empty, Some(CHIEF), &create), None);
    assert_eq!(judged(&empty, None, &create), None);
    assert_eq!(
        judged(&empty, Some(NEIGHBOUR), &create),
        Some(RefusalCode::NotPermitted)
    );
    assert_eq!(
        judged(&empty, Some(SECRETARY), &create),
        Some(RefusalCode::NotPermitted)
    );
    let there = Chain::new(10).then(101, create);
    let [_, change, moved] = samples::household_steps(10).try_into().unwrap();
    assert_eq!(judged(&there, Some(CHIEF), &change.1), None);
    assert_eq!(
        judged(&there, Some(NEIGHBOUR), &change.1),
        Some(RefusalCode::NotPermitted)
    );
    assert_eq!(
        judged(&there, None, &moved.1),
        Some(RefusalCode::BadValue),
        "unit 5 is no alley"
    );
}

#[test]
fn units_and_directories_are_the_servers_alone() {
    // What follows the unit itself are its clearances: others' affair too.
    for steps in [
        samples::unit_steps(10)[..5].to_vec(),
        samples::directory_steps(10),
    ] {
        let mut chain = Chain::new(10);
        for (_, body) in steps {
            assert_eq!(ask_at(&town(), &chain, None, &body, START), Ok(()));
            for author in [DISPATCHER, ADMINISTRATOR, CHIEF] {
                let refusal = ask_at(&town(), &chain, Some(author), &body, START).unwrap_err();
                assert_eq!(refusal.code, RefusalCode::NotPermitted);
            }
            chain = chain.then(9, body);
        }
    }
}

#[test]
fn a_command_for_another_kind_of_document_or_of_another_version_is_not_known() {
    let directory = Chain::new(10).then(9, samples::directory_steps(10).swap_remove(0).1);
    assert_eq!(directory.document.kind(), Some(DocumentKind::Directory));
    assert_eq!(
        code(&directory, CHIEF, note()),
        Some(RefusalCode::UnknownCommand)
    );
    assert_eq!(
        code(&Chain::new(10), CHIEF, note()),
        Some(RefusalCode::UnknownDocument)
    );
    assert_eq!(
        code(&reported(), CHIEF, report(unit(7))),
        Some(RefusalCode::IdTaken)
    );
    let unknown = Body::Unknown(crate::wire::Blob::default());
    let refusal = ask_at(&town(), &reported(), Some(CHIEF), &unknown, START).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::UnknownCommand);
}

#[test]
fn a_petition_that_is_reopened_is_held_by_the_level_above_and_nothing_else_is() {
    let closed = |report: CaseCommand| {
        Chain::new(10)
            .then(101, report)
            .then(101, samples::accept())
            .then(101, samples::start())
            .then(101, samples::resolve())
            .then(101, verify(Finding::Fixed))
            .then(101, samples::close("fixed"))
    };
    let petition = closed(petition());
    let reopened = samples::reopen_for;
    assert_eq!(code(&petition, CHIEF, reopened(Some(unit(5)))), None);
    assert_eq!(code(&petition, CHIEF, reopened(None)), None);
    assert_eq!(
        code(&petition, CHIEF, reopened(Some(unit(2)))),
        Some(RefusalCode::NotNextLevel)
    );
    let other = closed(report(unit(7)));
    assert_eq!(
        code(&other, CHIEF, reopened(Some(unit(5)))),
        Some(RefusalCode::NotNextLevel)
    );
    let reviewed = petition.then(101, reopened(Some(unit(5))));
    let case = reviewed.document.case().unwrap();
    assert_eq!(
        (case.holder, case.stage),
        (unit(5), crate::kinds::case::CaseStage::Reported)
    );
    assert!(case.units.contains(&unit(5)));
    assert_eq!(code(&reviewed, SECRETARY, samples::accept()), None);
    assert_eq!(
        code(&reviewed, CHIEF, samples::accept()),
        Some(RefusalCode::NotHolder)
    );
}

#[test]
fn a_review_that_nobody_could_take_up_stays_with_the_last_holder() {
    use crate::kinds::Stands;
    let petition = Chain::new(10)
        .then(101, petition())
        .then(101, samples::reject());
    let reviewer = |organisation: &Organisation| {
        let mut body = Body::from(samples::reopen());
        let stands = Stands {
            organisation,
            now: START,
            posts: &[],
            document: Some(&petition.document),
            name_of: &|_| None,
        };
        body.complete(&stands).unwrap();
        body.get("reviewer").filter(|unit| !unit.is_empty())
    };
    assert_eq!(reviewer(&town()), Some(unit(5).key()));
    let mut empty = Organisation::default();
    for row in town().units() {
        empty.put_unit(row.clone());
    }
    assert_eq!(reviewer(&empty), None);
}
