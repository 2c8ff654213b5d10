//! Every step by every author, in every situation that matters: what `domain.md` says, cell by cell,
//! in `cells/*.txt`, written by hand.
//!
//! Columns, in groups:
//!
//! * in the case: `c` chief of the alley (reporter, owner; a clerk's report: neither), `s` branch
//!   secretary, `d` town dispatcher, `h` department handler;
//! * acting elsewhere: `n` the next alley's chief, `o` the other branch's secretary, `k` centre clerk;
//! * acting for no unit: `t` canteen clerk, `m` mediator, `a` auditor, `A` administrator;
//! * in no post: `-` never had one, `e` chief of the alley until now, `b` its chief in a year;
//! * no members: `r` the resident, `S` the server.
//!
//! Cells: `.` allowed, `N` not permitted, `H` not the holder, `R` not the receiver, `S` wrong state,
//! `P` referral pending, `F` no referral, `2` returned twice, `1` not returned twice, `U` ruled,
//! `O` no order stands, `V` resolved by the author, `L` not the next level, `A` no level above, `T` too
//! late.

use super::people::{CANTEEN_CLERK, FORMER_CHIEF, NEXT_CHIEF, OUTSIDER, peopled};
use super::{at_branch, at_town, in_progress, question, referred, reported, resolved};
use crate::command::Body;
use crate::documents::samples::{
    self, Chain, START, accept, answer_supervision, close, dispatch, edit, end_supervision,
    escalate, extend, merge, note, part_done, recall, receive, reject, reopen, report, resolve,
    resume, rule, send_back, start, supervise, supervise_for, taken_at, unit, verify, visit, wait,
    withdraw,
};
use crate::id::MemberId;
use crate::kinds::case::CaseCommand;
use crate::kinds::case::Finding;
use crate::kinds::household::HouseholdCommand;
use crate::kinds::tray::TrayCommand;
use crate::organisation::samples::{
    ADMINISTRATOR, AUDITOR, CHIEF, CLERK, DISPATCHER, HANDLER, MEDIATOR, NEIGHBOUR, SECRETARY,
    STRANGER,
};
use crate::policy::{Authority, judge};
use crate::refusal::RefusalCode;
use crate::time::Time;

/// Sheets of cases by situation, 35 steps each.
const CASES: [&str; 5] = [
    include_str!("cells/life.txt"),
    include_str!("cells/referrals.txt"),
    include_str!("cells/checks.txt"),
    include_str!("cells/ends.txt"),
    include_str!("cells/again.txt"),
];
const OTHERS: &str = include_str!("cells/others.txt");
const OTHER_SHEETS: [&str; 6] = [
    "reports",
    "households",
    "units",
    "directories",
    "trays",
    "books",
];

/// The columns, in their order.
fn authors() -> [Authority; 16] {
    let member = |member: MemberId| Authority::Member(member);
    [
        member(CHIEF),
        member(SECRETARY),
        member(DISPATCHER),
        member(HANDLER),
        member(NEIGHBOUR),
        member(STRANGER),
        member(CLERK),
        member(CANTEEN_CLERK),
        member(MEDIATOR),
        member(AUDITOR),
        member(ADMINISTRATOR),
        member(OUTSIDER),
        member(FORMER_CHIEF),
        member(NEXT_CHIEF),
        Authority::Resident,
        Authority::Server,
    ]
}

fn cell(code: &RefusalCode) -> char {
    match code {
        RefusalCode::NotPermitted => 'N',
        RefusalCode::NotHolder => 'H',
        RefusalCode::NotReceiver => 'R',
        RefusalCode::WrongState => 'S',
        RefusalCode::ReferralPending => 'P',
        RefusalCode::NoReferral => 'F',
        RefusalCode::ReturnedTwice => '2',
        RefusalCode::NotReturnedTwice => '1',
        RefusalCode::NotSupervised => 'O',
        RefusalCode::Recused => 'X',
        RefusalCode::Ruled => 'U',
        RefusalCode::ResolvedByAuthor => 'V',
        RefusalCode::NotNextLevel => 'L',
        RefusalCode::NoLevelAbove => 'A',
        RefusalCode::TooLate => 'T',
        _ => '?',
    }
}

/// A sheet: its title, and its rows, each a name and the cells without their gaps.
type Sheet = (String, Vec<(String, String)>);

fn sheets(text: &str) -> Vec<Sheet> {
    let mut sheets: Vec<Sheet> = Vec::new();
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if let Some(title) = line.strip_prefix("== ") {
            sheets.push((title.to_owned(), Vec::new()));
        } else {
            let mut words: Vec<_> = line.split_whitespace().collect();
            let cells = words.split_off(words.len() - 5).concat();
            sheets.last_mut().unwrap().1.push((words.join(" "), cells));
        }
    }
    sheets
}

/// What policy says of one row: a letter for each author.
fn found(chain: &Chain, body: &Body, now: Time) -> String {
    let town = peopled();
    let judged = authors()
        .into_iter()
        .map(|author| judge(&question(&town, chain, author, body, now)));
    judged
        .map(|judged| judged.map_or_else(|refusal| cell(&refusal.code), |()| '.'))
        .collect()
}

/// The steps of a case, in the order of the rows.
fn steps(chain: &Chain) -> Vec<(&'static str, CaseCommand)> {
    let up = if chain.document.case().unwrap().holder == unit(7) {
        5
    } else {
        2
    };
    let holder = chain.document.case().unwrap().holder;
    let above = if holder == unit(7) { unit(5) } else { unit(2) };
    let recuse = |above| match samples::recuse(above) {
        CaseCommand::Recuse(step) if holder == unit(2) => {
            CaseCommand::Recuse(crate::kinds::case::Recuse {
                above: None,
                ..step
            })
        }
        step => step,
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
        ("dispatch", dispatch(unit(9), 90)),
        ("wait", wait()),
        ("resume", resume()),
        ("extend", extend(90)),
        ("supervise", supervise()),
        ("resolve", resolve()),
        ("verify", verify(Finding::Fixed)),
        ("close", close("fixed")),
        ("unfixed", close("no_funds")),
        ("reopen", reopen()),
        ("withdraw", withdraw()),
        ("merge", merge(unit(77))),
        ("stood", samples::stood()),
        ("merged_in", samples::merged_in(unit(6))),
        ("passed_on", samples::passed_on()),
        ("new_code", samples::new_code()),
        ("void_code", samples::void_code()),
        ("late", samples::late(Some(unit(5)))),
        ("redated", samples::redated()),
        ("vacant", samples::vacant(unit(2))),
        ("recall", recall()),
        ("answer", answer_supervision()),
        ("end", end_supervision()),
        ("part_done", part_done(unit(5))),
        ("recuse", recuse(above)),
    ]
}

/// The case of a sheet's title, and when it is asked.
fn situation(title: &str) -> (Chain, Time) {
    let sent_back = |chain: Chain| {
        chain
            .then(103, dispatch(unit(9), 20))
            .then(104, send_back())
    };
    let by_clerk = || Chain::new(10).then(106, taken_at(unit(10), unit(5)));
    let ruled = || sent_back(sent_back(at_town())).then(103, rule(unit(9)));
    let closed = || {
        resolved()
            .then(101, verify(Finding::Fixed))
            .then(101, close("fixed"))
    };
    let chain = match title {
        "reported by the chief" => reported(),
        "reported by a clerk" => by_clerk(),
        "accepted by the branch" => at_branch(),
        "in progress at the department" => in_progress(),
        "waiting at the department" => in_progress().then(104, wait()),
        "escalated, not received" => referred(),
        "escalated, and nobody acts for the receiver" => {
            referred().then(9, samples::vacant(unit(2)))
        }
        "dispatched, not received" => at_town().then(103, dispatch(unit(9), 20)),
        "returned once" => sent_back(at_town()),
        "returned twice" => sent_back(sent_back(at_town())),
        "ruled" => ruled(),
        "ruled, and sent to the ruled unit again" => ruled()
            .then(104, escalate(unit(2)))
            .then(103, receive())
            .then(103, dispatch(unit(9), 20)),
        "resolved by the department" => resolved(),
        "resolved by the chief" => reported()
            .then(101, accept())
            .then(101, start())
            .then(101, resolve()),
        "resolved by the branch, its owner" => by_clerk()
            .then(102, accept())
            .then(102, start())
            .then(102, resolve()),
        "verified" => resolved().then(101, verify(Finding::Fixed)),
        "closed" | "closed more than 30 days ago" => closed(),
        "closed as not to be fixed, while referred" => referred().then(102, close("no_funds")),
        "rejected by the branch" => at_branch().then(102, reject()),
        "withdrawn" => reported().then(101, withdraw()),
        "merged" => reported().then(102, merge(unit(77))),
        "received by the department, the branch does a part" => at_town()
            .then(103, samples::dispatch_with(unit(9), 20, &[unit(5)]))
            .then(104, receive()),
        "received by the department, whose handler withdrew" => at_town()
            .then(103, dispatch(unit(9), 20))
            .then(104, receive())
            .then(104, samples::recuse(unit(2))),
        "reopened by the resident" => closed().then(99, reopen()),
        "ordered by the town, in progress at the department" => {
            in_progress().then(103, supervise_for(unit(2)))
        }
        other => panic!("no such situation: {other}"),
    };
    let now = if title == "closed more than 30 days ago" {
        Time(
            samples::receipt(chain.document.version())
                .received
                .plus_days(30)
                .0
                + 1,
        )
    } else {
        START
    };
    (chain, now)
}

#[test]
fn every_step_of_a_case_is_as_the_domain_has_it() {
    let mut asked = 0;
    for (title, rows) in CASES.into_iter().flat_map(sheets) {
        let (chain, now) = situation(&title);
        let steps = steps(&chain);
        let names: Vec<_> = rows.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            steps.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
            "{title}"
        );
        for ((name, expected), (_, body)) in rows.iter().zip(steps) {
            assert_eq!(
                expected,
                &found(&chain, &body.into(), now),
                "{title}: {name}"
            );
            asked += expected.len();
        }
    }
    assert_eq!(asked, 26 * 35 * 16, "every sheet was read");
}

#[test]
fn every_situation_of_the_sheets_is_the_one_it_says() {
    for (title, stage, holder, units) in [
        ("reported by a clerk", "reported", 5, &[5, 10][..]),
        ("accepted by the branch", "accepted", 5, &[5, 7]),
        ("waiting at the department", "waiting", 9, &[2, 5, 7, 9]),
        ("dispatched, not received", "accepted", 2, &[2, 5, 7, 9]),
        ("returned twice", "accepted", 2, &[2, 5, 7, 9]),
        (
            "escalated, and nobody acts for the receiver",
            "accepted",
            7,
            &[2, 5, 7],
        ),
        (
            "ruled, and sent to the ruled unit again",
            "accepted",
            2,
            &[2, 5, 7, 9],
        ),
        ("resolved by the chief", "resolved", 7, &[7]),
        (
            "closed as not to be fixed, while referred",
            "closed",
            7,
            &[5, 7],
        ),
        ("merged", "duplicate", 7, &[7]),
        ("reopened by the resident", "reported", 9, &[2, 5, 7, 9]),
    ] {
        let case = situation(title).0.document.case().unwrap();
        assert_eq!(
            (case.stage.word(), case.holder),
            (stage, unit(holder)),
            "{title}"
        );
        assert_eq!(
            case.units,
            units.iter().map(|number| unit(*number)).collect(),
            "{title}"
        );
    }
}

/// The bodies of a sheet of [`OTHERS`], each with the document it is for.
fn others(title: &str) -> Vec<(String, Chain, Body)> {
    let row = |name: &str, body: CaseCommand| (name.to_owned(), Chain::new(10), body.into());
    let in_turn = |steps: Vec<(u8, Body)>| {
        let mut chain = Chain::new(10);
        let mut rows = Vec::new();
        for (_, body) in steps {
            rows.push((body.kind().to_owned(), chain.clone(), body.clone()));
            chain = chain.then(9, body);
        }
        rows.dedup_by(|(next, ..), (one, ..)| next == one);
        rows
    };
    match title {
        "reports" => vec![
            row("alley", report(unit(7))),
            row("next alley", report(unit(8))),
            row("branch", report(unit(5))),
            row("branch, by the centre", taken_at(unit(10), unit(5))),
            row("alley, by the centre", taken_at(unit(10), unit(7))),
            row("other branch, by the centre", taken_at(unit(10), unit(6))),
            row("town", report(unit(2))),
            row("department", report(unit(9))),
            row("centre", report(unit(10))),
            row("alley, by the branch", taken_at(unit(5), unit(7))),
            row("alley, by the town", taken_at(unit(2), unit(7))),
            row("branch, by the town", taken_at(unit(2), unit(5))),
            row(
                "alley elsewhere, by the branch",
                taken_at(unit(5), unit(11)),
            ),
            row("department, by the town", taken_at(unit(2), unit(9))),
            row(
                "order of another system, by the town",
                samples::ordered_elsewhere(unit(2), unit(7), 9),
            ),
        ],
        "households" => in_turn(
            samples::household_steps(10)
                .into_iter()
                .map(|(by, body)| (by, moved(body)))
                .collect(),
        ),
        "units" => in_turn(samples::unit_steps(10)),
        "directories" => in_turn(samples::directory_steps(10)),
        "trays" => in_turn(
            samples::tray_steps(10)
                .into_iter()
                .map(|(by, body)| (by, moved(body)))
                .collect(),
        ),
        "books" => in_turn(samples::book_steps(10)),
        other => panic!("no such sheet: {other}"),
    }
}

/// The samples' household and tray, in alley 7; the household is moved to alley 8.
fn moved(mut body: Body) -> Body {
    match &mut body {
        Body::Household(HouseholdCommand::Create(create)) => create.alley = unit(7),
        Body::Household(HouseholdCommand::Move(to)) => to.alley = unit(8),
        Body::Tray(TrayCommand::Open(open)) => open.unit = unit(7),
        _ => {}
    }
    body
}

#[test]
fn every_command_that_creates_a_case_or_changes_another_document_is_as_the_domain_has_it() {
    let sheets = sheets(OTHERS);
    assert_eq!(
        sheets
            .iter()
            .map(|(title, _)| title.as_str())
            .collect::<Vec<_>>(),
        OTHER_SHEETS
    );
    for (title, rows) in sheets {
        let bodies = others(&title);
        assert_eq!(rows.len(), bodies.len(), "{title}");
        for ((name, expected), (made, chain, body)) in rows.iter().zip(bodies) {
            assert_eq!(name, &made, "{title}");
            assert_eq!(expected, &found(&chain, &body, START), "{title}: {name}");
        }
    }
}
