//! The town's book: what is proposed, what is put into force, and codes that it does not have.

use alleyway_core::command::Body;
use alleyway_core::id::CommandId;
use alleyway_core::kinds::book::{AdoptRules, BookCommand, OpenBook, SectionName};
use alleyway_core::kinds::case::{CaseCommand, Wait};
use alleyway_core::kinds::unit::Post;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::text::Text;
use alleyway_core::time::Date;
use alleyway_ledger::AdminCommand;
use alleyway_replica::Draft;
use alleyway_tests::pure::{Device, Town};

use super::bench::{Bench, dropped, planted, refused, replanted};
use super::documents::refused_to_the_server;

/// Two administrators' phones, which have the town's book.
fn administrators(bench: &mut Bench) -> [Device; 2] {
    let hall = bench.town_hall();
    let town = &mut bench.town;
    ["jin", "su"].map(|key| {
        town.appoint(hall, key, Post::Administrator);
        let mut device = town.device(key);
        town.sync(&mut device);
        device
    })
}

fn propose(town: &mut Town, device: &mut Device, json: &str) -> CommandId {
    let section = SectionName::Measures.word();
    let draft = device.replica.propose_rules(section, json).unwrap();
    town.record(device, draft).command
}

fn adoption(device: &Device, proposal: CommandId, from: Date) -> Draft {
    let adopt = AdoptRules { proposal, from };
    Draft {
        target: Some(device.replica.book().unwrap().id()),
        body: Body::from(BookCommand::Adopt(adopt)),
    }
}

/// The last proposal that was typed and not sent, changed into another step.
fn changed_into(device: &mut Device, body: Body) -> CommandId {
    replanted(device, |command| command.body = body)
}

pub(super) fn a_second_book_is_not_opened() {
    let mut bench = Bench::new();
    let hall = bench.town_hall();
    let open = AdminCommand {
        document: None,
        body: Body::from(BookCommand::Open(OpenBook { town: hall })),
    };
    refused_to_the_server(&mut bench.town, open, &RefusalCode::SecondBook);
}

pub(super) fn a_section_with_a_fault_is_not_proposed() {
    let mut bench = Bench::new();
    let [mut jin, _] = administrators(&mut bench);
    let town = &mut bench.town;
    propose(town, &mut jin, r#"{"alley_max": 30}"#);
    let command = replanted(&mut jin, |command| {
        if let Body::Book(BookCommand::Propose(edit)) = &mut command.body {
            edit.value = Text::cut(r#"{"alley_max": 0}"#);
        }
    });
    refused(town, &mut jin, &[], (command, RefusalCode::BadRules));
    dropped(town, &mut jin, command);
}

pub(super) fn of_two_proposals_neither_is_put_into_force() {
    let mut bench = Bench::new();
    let [mut jin, mut su] = administrators(&mut bench);
    let town = &mut bench.town;
    // Both offline, and of the same section.
    let first = propose(town, &mut jin, r#"{"alley_max": 30}"#);
    propose(town, &mut su, r#"{"alley_max": 25}"#);
    town.sync(&mut su);
    town.sync(&mut jin);
    assert_eq!(jin.replica.book().unwrap().live("measures").len(), 2);
    // The other's phone has not heard of the second one.
    propose(town, &mut su, r#"{"alley_max": 26}"#);
    let tomorrow = Date::of(town.now).plus(1);
    let body = adoption(&su, first, tomorrow).body;
    let command = changed_into(&mut su, body);
    refused(town, &mut su, &[], (command, RefusalCode::NotProposed));
    dropped(town, &mut su, command);
    // A proposal that replaces both settles it.
    let third = propose(town, &mut jin, r#"{"alley_max": 28}"#);
    town.sync(&mut jin);
    town.sync(&mut su);
    let draft = adoption(&su, third, tomorrow);
    town.record(&mut su, draft);
    assert_eq!(town.sync(&mut su).summary.admitted, 1);
    town.sync(&mut jin);
    let book = jin.replica.organisation().rulebook();
    assert_eq!(book.at(tomorrow).measures().alley_max, 28);
    assert_eq!(book.at(tomorrow.plus(-1)).measures().alley_max, 20);
    // The server asks its own rows, and so does one that starts anew.
    assert_eq!(town.ledger.organisation().rulebook(), book);
}

pub(super) fn rules_do_not_begin_today() {
    let mut bench = Bench::new();
    let [mut jin, mut su] = administrators(&mut bench);
    let town = &mut bench.town;
    let proposal = propose(town, &mut jin, r#"{"alley_max": 30}"#);
    town.sync(&mut jin);
    town.sync(&mut su);
    let today = Date::of(town.now);
    let body = adoption(&su, proposal, today).body;
    let draft = adoption(&su, proposal, today.plus(1));
    town.record(&mut su, draft);
    let command = changed_into(&mut su, body);
    refused(town, &mut su, &[], (command, RefusalCode::TooEarly));
    dropped(town, &mut su, command);
}

pub(super) fn a_code_that_the_book_never_had_is_dropped() {
    let mut bench = Bench::new();
    let Bench {
        town,
        xie,
        case,
        aside,
        ..
    } = &mut bench;
    for step in [super::steps::accept(), super::steps::start()] {
        super::bench::types(town, xie, *case, step);
    }
    town.sync(xie);
    let wait = Wait {
        reason: Text::cut("earthquake"),
        resident_text: Text::default(),
    };
    let body = Body::Case(CaseCommand::Wait(wait));
    let command = planted(town, xie, *aside, Some(*case), body);
    refused(town, xie, &[*aside], (command, RefusalCode::UnknownCode));
    super::bench::mended(town, xie, command, &[("reason", "weather")]);
}
