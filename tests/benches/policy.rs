//! What it costs to ask who may do what: once a command on the phone, once on the server.

use std::hint::black_box;

use alleyway_core::command::Body;
use alleyway_core::feeds::{audience, subscriptions};
use alleyway_core::id::CommandId;
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::{Accept, Note};
use alleyway_core::policy::{Authority, Question, Standing, judge};
use alleyway_core::text::Text;
use alleyway_tests::pure::Town;
use criterion::Criterion;

pub(crate) fn benches(criterion: &mut Criterion) {
    let mut town = Town::new();
    let mut device = town.device("xie");
    town.sync(&mut device);
    let case = town
        .report(
            &mut device,
            "橘园路坏了",
            "580米长的路过不了车",
            "橘园路",
            "",
        )
        .document;
    town.sync(&mut device);
    let document = device.replica.working(case).expect("reported");
    let member = device.replica.status(town.now).expect("enrolled").member;
    let organisation = town.ledger.organisation();
    let note = Body::Case(CaseCommand::Note(Note {
        text: Text::cut("又去看了一次"),
    }));
    let accept = Body::Case(CaseCommand::Accept(Accept {}));
    let mut group = criterion.benchmark_group("policy");
    for (name, body) in [
        ("judge a note", &note),
        ("judge a step that moves the case", &accept),
    ] {
        let question = Question {
            organisation,
            author: Authority::Member(member),
            now: town.now,
            standing: Standing::InForce,
            command: CommandId([9; 16]),
            document: Some(&document),
            body,
        };
        assert!(judge(&question).is_ok(), "what is refused is another price");
        group.bench_function(name, |bencher| bencher.iter(|| judge(black_box(&question))));
    }
    group.bench_function("audience of a case", |bencher| {
        bencher.iter(|| audience(black_box(&document)));
    });
    group.bench_function("feeds of a member", |bencher| {
        bencher.iter(|| subscriptions(black_box(organisation), member, town.now));
    });
    group.finish();
}
