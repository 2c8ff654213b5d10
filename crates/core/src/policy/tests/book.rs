//! The town's book: who proposes, who puts into force, and which codes are known.

use super::{at_town, in_progress, question};
use crate::command::Body;
use crate::documents::samples::{
    Chain, START, adopt, book_steps, coded, command, dispatch, merge, propose, send_back, unit,
    wait,
};
use crate::id::MemberId;
use crate::kinds::book::{BookCommand, OpenBook, SectionName};
use crate::kinds::unit::Post;
use crate::organisation::Organisation;
use crate::organisation::samples::{ADMINISTRATOR, DISPATCHER, HANDLER, appointment, town};
use crate::policy::{Authority, judge};
use crate::refusal::{Refusal, RefusalCode};
use crate::time::{Date, Time};

/// The second administrator.
const SECOND: MemberId = MemberId([120; 16]);

fn administered() -> Organisation {
    let mut town = town();
    town.put_appointment(appointment(120, Post::Administrator, 2));
    town
}

/// A book, numbered from 10, in which the administrator proposed 30 households an alley.
fn proposed() -> Chain {
    let (open, propose) = {
        let mut steps = book_steps(10).into_iter();
        (steps.next().unwrap(), steps.next().unwrap())
    };
    Chain::new(10).then(open.0, open.1).then(108, propose.1)
}

fn judged(
    town: &Organisation,
    chain: &Chain,
    by: Authority,
    body: impl Into<Body>,
    now: Time,
) -> Result<(), Refusal> {
    judge(&question(town, chain, by, &body.into(), now))
}

fn code_of(result: Result<(), Refusal>) -> Option<RefusalCode> {
    result.err().map(|refusal| refusal.code)
}

fn tomorrow() -> Date {
    Date::of(START).plus(1)
}

#[test]
fn a_second_person_puts_into_force_what_one_proposed_from_tomorrow_at_the_earliest() {
    let (town, chain) = (administered(), proposed());
    let asked = |by, from| {
        let body = adopt(command(11), from);
        code_of(judged(&town, &chain, Authority::Member(by), body, START))
    };
    assert_eq!(asked(SECOND, tomorrow()), None);
    assert_eq!(
        asked(ADMINISTRATOR, tomorrow()),
        Some(RefusalCode::SecondPerson)
    );
    assert_eq!(asked(SECOND, Date::of(START)), Some(RefusalCode::TooEarly));
    assert_eq!(
        asked(SECOND, tomorrow().plus(-9)),
        Some(RefusalCode::DateInPast)
    );
    // What was typed for tomorrow and is heard a week later comes too late.
    let body = adopt(command(11), tomorrow());
    let late = START.plus_days(7);
    let refused = judged(&town, &chain, Authority::Member(SECOND), body, late);
    assert_eq!(code_of(refused), Some(RefusalCode::DateInPast));
}

#[test]
fn only_a_proposal_that_stands_alone_is_put_into_force() {
    let town = administered();
    let asked = |chain: &Chain, proposal| {
        let body = adopt(command(proposal), tomorrow());
        judged(&town, chain, Authority::Member(SECOND), body, START).err()
    };
    let chain = proposed();
    let refused = asked(&chain, 10).unwrap();
    assert_eq!(refused.code, RefusalCode::NotProposed, "no proposal");
    // Two administrators change one section at once: both stand, and neither is put into force.
    let other = propose(SectionName::Measures, r#"{"alley_max": 25}"#, &[]);
    let both = chain.clone().then(120, other);
    let refused = asked(&both, 11).unwrap();
    assert_eq!(
        (refused.code, refused.first),
        (RefusalCode::NotProposed, Some(command(12)))
    );
    let conflict = both.document.live("measures");
    assert_eq!(conflict.len(), 2);
    // Somebody settles it.
    let third = propose(
        SectionName::Measures,
        r#"{"alley_max": 28}"#,
        &[command(11), command(12)],
    );
    let settled = both.then(108, third);
    assert!(asked(&settled, 11).is_some());
    assert_eq!(asked(&settled, 13), None);
    // Nobody does so twice.
    let done = settled.then(120, adopt(command(13), tomorrow()));
    let refused = asked(&done, 13).unwrap();
    assert_eq!(refused.first, Some(command(14)));
    // Another section does not stand in the way.
    let contacts = propose(SectionName::Contacts, "[]", &[]);
    assert_eq!(asked(&done.then(108, contacts), 15), None);
}

#[test]
fn a_section_with_a_flaw_is_not_proposed() {
    let (town, chain) = (administered(), proposed());
    let asked = |section, json| {
        let body = propose(section, json, &[]);
        code_of(judged(
            &town,
            &chain,
            Authority::Member(ADMINISTRATOR),
            body,
            START,
        ))
    };
    let list = SectionName::Codes;
    assert_eq!(asked(list, r#"{"closure":[{"code":"fixed"}]}"#), None);
    let lacks_fixed = r#"{"closure":[{"code":"no_funds"}]}"#;
    assert_eq!(asked(list, lacks_fixed), Some(RefusalCode::BadRules));
    let mut unknown = propose(list, "{}", &[]);
    if let BookCommand::Propose(edit) = &mut unknown {
        edit.field = crate::text::Text::cut("weather_report");
    }
    let refused = judged(
        &town,
        &chain,
        Authority::Member(ADMINISTRATOR),
        unknown,
        START,
    );
    assert_eq!(code_of(refused), Some(RefusalCode::UnknownField));
}

#[test]
fn a_town_has_one_book() {
    let mut town = administered();
    let open = |town: &Organisation, of| {
        let body = BookCommand::Open(OpenBook { town: unit(of) });
        code_of(judged(
            town,
            &Chain::new(10),
            Authority::Server,
            body,
            START,
        ))
    };
    assert_eq!(open(&town, 2), None);
    assert_eq!(open(&town, 3), Some(RefusalCode::UnknownUnit), "a village");
    town.put_rulebook(proposed().document.rulebook().unwrap());
    assert_eq!(open(&town, 2), Some(RefusalCode::SecondBook));
}

#[test]
fn a_code_that_was_ever_in_force_is_known_and_one_that_never_was_is_refused() {
    let mut town = administered();
    let asked = |town: &Organisation, body: crate::kinds::case::CaseCommand| {
        let by = Authority::Member(HANDLER);
        code_of(judged(town, &in_progress(), by, body, START))
    };
    let waits = |town: &Organisation, code: &str| {
        let mut body = wait();
        if let crate::kinds::case::CaseCommand::Wait(wait) = &mut body {
            wait.reason = crate::text::Text::cut(code);
        }
        asked(town, body)
    };
    assert_eq!(waits(&town, "weather"), None);
    assert_eq!(waits(&town, "flood"), Some(RefusalCode::UnknownCode));
    // The town adds a code, and drops it again.
    let with = r#"{"wait":[{"code":"flood","zh":"洪水","en":"flood"}]}"#;
    let chain = proposed()
        .then(108, propose(SectionName::Codes, with, &[]))
        .then(120, adopt(command(12), tomorrow()))
        .then(108, propose(SectionName::Codes, "{}", &[command(12)]))
        .then(120, adopt(command(14), tomorrow().plus(1)));
    town.put_rulebook(chain.document.rulebook().unwrap());
    assert_eq!(waits(&town, "flood"), None);
    assert_eq!(waits(&town, "weather"), None, "what ships stays known");
    assert_eq!(waits(&town, "drought"), Some(RefusalCode::UnknownCode));
    // Steps of before the lists had no code, and need none.
    let sent = at_town().then(103, dispatch(unit(9), 30));
    for (said, refused) in [
        ("", None),
        ("not_ours", None),
        ("rude", Some(RefusalCode::UnknownCode)),
    ] {
        let by = Authority::Member(HANDLER);
        assert_eq!(
            code_of(judged(&town, &sent, by, coded(send_back(), said), START)),
            refused
        );
    }
    let merged_as = |said| coded(merge(unit(11)), said);
    let by = Authority::Member(DISPATCHER);
    let merged = |said| code_of(judged(&town, &at_town(), by, merged_as(said), START));
    assert_eq!(merged("same_matter"), merged(""));
    assert_eq!(merged("alike"), Some(RefusalCode::UnknownCode));
    let book = town.rulebook();
    assert_eq!(book.names_of("wait", "flood"), Some(("洪水", "flood")));
    let codes = |day: Date| {
        let rows = book.at(day).choices("wait").into_iter();
        rows.map(|row| row.code.to_string()).collect::<Vec<_>>()
    };
    assert!(!codes(Date::of(START)).contains(&"flood".to_owned()));
    assert_eq!(codes(tomorrow()), ["flood"]);
    assert!(!codes(tomorrow().plus(1)).contains(&"flood".to_owned()));
}

#[test]
fn of_two_versions_from_one_day_the_one_admitted_last_holds() {
    let chain = proposed()
        .then(120, adopt(command(11), tomorrow()))
        .then(
            108,
            propose(
                SectionName::Measures,
                r#"{"alley_max": 25}"#,
                &[command(11)],
            ),
        )
        .then(120, adopt(command(13), tomorrow()));
    let book = chain.document.rulebook().unwrap();
    assert_eq!(book.at(Date::of(START)).measures().alley_max, 20);
    assert_eq!(book.at(tomorrow()).measures().alley_max, 25);
}
