//! Complaints about a person: who takes them down, where they go, and whom no step names.

use super::ask_at;
use crate::command::Body;
use crate::documents::samples::{
    Chain, START, accept, command, complaint, dispatch, dispatch_with, edit, escalate, receive,
    recuse, report, rule, send_back_under, supervise_for, unit,
};
use crate::feeds::{FeedId, audience, is_kept_alike};
use crate::id::MemberId;
use crate::kinds::case::{CaseCommand, Report};
use crate::kinds::unit::{Post, UnitKind};
use crate::organisation::Organisation;
use crate::organisation::samples::{
    AUDITOR, CHIEF, CLERK, DISPATCHER, HANDLER, NEIGHBOUR, SECRETARY, STRANGER, appointment,
    put_unit,
};
use crate::refusal::RefusalCode;

/// The desk's officer.
const OFFICER: MemberId = MemberId([113; 16]);

/// The town with the desk 13 and its officer, and these members cleared.
fn town(cleared: &[u8]) -> Organisation {
    let mut town = crate::organisation::samples::town();
    put_unit(&mut town, 13, UnitKind::Desk, 2);
    town.put_appointment(appointment(113, Post::DeskOfficer, 13));
    for number in cleared {
        town.put_clearance(command((*number).into()), true);
    }
    town
}

/// The town where somebody is cleared wherever a case may go.
fn cleared() -> Organisation {
    town(&[101, 102, 103, 104, 105, 106, 109, 113])
}

fn says(
    town: &Organisation,
    chain: &Chain,
    author: MemberId,
    body: impl Into<Body>,
) -> Option<RefusalCode> {
    let asked = ask_at(town, chain, Some(author), &body.into(), START);
    asked.err().map(|refusal| refusal.code)
}

/// A report that the author takes down where it is taken.
fn reports(about: u8, at: Option<u8>, author: MemberId) -> Option<RefusalCode> {
    let body = complaint(unit(about), unit(13), at.map(unit));
    says(&town(&[113]), &Chain::new(10), author, body)
}

#[test]
fn whoever_is_not_complained_of_takes_it_down_for_the_desk_and_needs_no_clearance() {
    let (own, them) = (None, Some(RefusalCode::AboutThem));
    for (about, at, author, expected) in [
        // The branch 5: its alleys and its centre are its people.
        (5, Some(5), SECRETARY, them.clone()),
        (5, Some(7), CHIEF, them.clone()),
        (5, Some(10), CLERK, them.clone()),
        (5, Some(6), STRANGER, own.clone()),
        (5, Some(9), HANDLER, own.clone()),
        (5, Some(2), DISPATCHER, own.clone()),
        (5, None, OFFICER, own.clone()),
        // The alley 7 alone.
        (7, Some(7), CHIEF, them.clone()),
        (7, Some(8), NEIGHBOUR, own.clone()),
        (7, Some(5), SECRETARY, own.clone()),
        // The village 3, for which nobody acts: all who are in it.
        (3, Some(5), SECRETARY, them.clone()),
        (3, Some(6), STRANGER, own.clone()),
        // The town, and the desk itself.
        (2, Some(2), DISPATCHER, them.clone()),
        (2, None, OFFICER, them.clone()),
        (13, None, OFFICER, them.clone()),
        (13, Some(6), STRANGER, them),
        (99, Some(6), STRANGER, Some(RefusalCode::UnknownUnit)),
        // For another's unit, and by who acts for none.
        (7, Some(5), STRANGER, Some(RefusalCode::NotPermitted)),
        (7, None, STRANGER, Some(RefusalCode::NotPermitted)),
        (7, Some(2), AUDITOR, Some(RefusalCode::NotPermitted)),
    ] {
        assert_eq!(
            reports(about, at, author),
            expected,
            "{about} {at:?} {author:?}"
        );
    }
    let body = complaint(unit(7), unit(13), Some(unit(6)));
    assert_eq!(
        says(&town(&[]), &Chain::new(10), STRANGER, body),
        Some(RefusalCode::NobodyCleared),
        "nobody at the desk would read it"
    );
    let body = complaint(unit(7), unit(13), None);
    assert_eq!(
        says(&town(&[103]), &Chain::new(10), OFFICER, body),
        Some(RefusalCode::NotCleared)
    );
}

#[test]
fn its_class_its_unit_and_its_desk_are_said_together_or_not_at_all() {
    let CaseCommand::Report(whole) = complaint(unit(7), unit(13), Some(unit(6))) else {
        panic!("a report")
    };
    let said = |report: Report| {
        says(
            &town(&[113]),
            &Chain::new(10),
            STRANGER,
            CaseCommand::Report(report),
        )
    };
    assert_eq!(said(whole.clone()), None);
    let (category, about) = (whole.category.clone(), whole.about);
    let road = || crate::text::Text::cut("road");
    for lacking in [
        Report {
            category: road(),
            ..whole.clone()
        },
        Report {
            about: None,
            ..whole.clone()
        },
        Report {
            owner: unit(6),
            taken_at: None,
            ..whole.clone()
        },
        Report {
            confidential: false,
            ..whole.clone()
        },
    ] {
        assert_eq!(said(lacking), Some(RefusalCode::NeedsDesk));
    }
    let CaseCommand::Report(usual) = report(unit(6)) else {
        panic!("a report")
    };
    assert_eq!(said(usual.clone()), None);
    assert_eq!(
        said(Report {
            category,
            ..usual.clone()
        }),
        Some(RefusalCode::NeedsDesk)
    );
    assert_eq!(
        said(Report { about, ..usual }),
        Some(RefusalCode::NeedsDesk)
    );
    // What others have read does not become one, and what they have not stays one.
    let edits = |chain: &Chain, author, value: &str| {
        let body = CaseCommand::Edit(edit("category", value, &[]));
        says(&cleared(), chain, author, body)
    };
    let usual = Chain::new(10).then(101, report(unit(7)));
    assert_eq!(edits(&usual, CHIEF, "water"), None);
    assert_eq!(
        edits(&usual, CHIEF, "conduct"),
        Some(RefusalCode::NeedsDesk)
    );
    let apart = Chain::new(10).then(109, CaseCommand::Report(whole));
    assert_eq!(edits(&apart, OFFICER, "road"), Some(RefusalCode::NeedsDesk));
    assert_eq!(edits(&apart, OFFICER, "conduct"), None);
}

/// A complaint about a unit that the town holds.
fn at_town(about: u8) -> Chain {
    Chain::new(10)
        .then(109, complaint(unit(about), unit(13), Some(unit(6))))
        .then(113, accept())
        .then(113, escalate(unit(2)))
        .then(103, receive())
}

#[test]
fn no_step_names_the_unit_complained_of_nor_one_within_it() {
    let cleared = cleared();
    let them = Some(RefusalCode::AboutThem);
    let asked = |about, author, body: CaseCommand| says(&cleared, &at_town(about), author, body);
    for (about, named, expected) in [
        (5, 5, them.clone()),
        (5, 7, them.clone()),
        (5, 8, them.clone()),
        (5, 10, them.clone()),
        (5, 6, None),
        (5, 9, None),
        (7, 7, them.clone()),
        (7, 5, None),
        (7, 8, None),
        (9, 9, them.clone()),
    ] {
        let sent = asked(about, DISPATCHER, dispatch(unit(named), 9));
        assert_eq!(sent, expected, "{about} sent to {named}");
        let part = dispatch_with(unit(12), 9, &[unit(named)]);
        // Nobody is cleared in department 12, which is asked behind this.
        let otherwise = expected.clone().or(Some(RefusalCode::NobodyCleared));
        let with = asked(about, DISPATCHER, part);
        assert_eq!(with, otherwise, "{about} with {named}");
    }
    let twice = |about| {
        let sent = |chain: Chain| {
            chain
                .then(103, dispatch(unit(6), 20))
                .then(109, send_back_under(unit(2)))
        };
        sent(sent(at_town(about)))
    };
    let rules = |about, to| says(&cleared, &twice(about), DISPATCHER, rule(unit(to)));
    assert_eq!((rules(5, 5), rules(5, 7)), (them.clone(), them.clone()));
    assert_eq!((rules(5, 9), rules(7, 5)), (None, None));
    // A unit that came to lie within the one complained of is not told either: by no step that names
    // the level above.
    let mut moved = cleared.clone();
    let at_alley = at_town(6)
        .then(103, dispatch(unit(8), 9))
        .then(105, receive());
    put_unit(&mut moved, 8, UnitKind::Alley, 4);
    let up = says(&moved, &at_alley, NEIGHBOUR, escalate(unit(6)));
    assert_eq!(up, them);
    assert_eq!(says(&moved, &at_alley, NEIGHBOUR, recuse(unit(6))), them);
    let ordered = says(&moved, &at_alley, STRANGER, supervise_for(unit(6)));
    assert_eq!(ordered, them);
}

#[test]
fn the_desk_alone_is_sent_it_and_nothing_else_goes_on_in_it() {
    let chain = |about| Chain::new(10).then(109, complaint(unit(about), unit(13), Some(unit(6))));
    let document = chain(7).document;
    assert_eq!(audience(&document), [FeedId::confidential(unit(13))].into());
    let case = document.case().unwrap();
    assert_eq!((case.about, case.owner), (Some(unit(7)), unit(13)));
    // A release of tomorrow that named them all the same would not show it to them.
    let named = at_town(7).then(103, dispatch(unit(7), 9)).document;
    let feeds = [
        FeedId::confidential(unit(2)),
        FeedId::confidential(unit(13)),
    ];
    assert_eq!(audience(&named), feeds.into());
    let usual = Chain::new(20).then(101, report(unit(13))).document;
    let (seven, five) = (chain(7).document, chain(5).document);
    assert!(is_kept_alike(&document, &seven) && is_kept_alike(&usual, &usual));
    assert!(!is_kept_alike(&seven, &five) && !is_kept_alike(&seven, &usual));
    // An ordinary matter is the desk's own, as a branch's is.
    assert_eq!(
        says(&town(&[]), &Chain::new(10), OFFICER, report(unit(13))),
        None
    );
}
