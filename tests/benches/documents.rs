//! Documents: executing a command, loading, replaying a life, sending a copy along.

use std::hint::black_box;

use alleyway_core::command::Body;
use alleyway_core::command::fields::Edit;
use alleyway_core::crypto::{PublicKey, hash16};
use alleyway_core::documents::{Document, Execution, Mark, Receipt};
use alleyway_core::feeds::audience;
use alleyway_core::id::{CommandId, DocumentId, MemberId, actor};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::{Accept, Note};
use alleyway_core::number::TrackingCode;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::List;
use alleyway_tests::workload::{self, Typed};
use criterion::{BatchSize, Criterion};

const AUTHOR: MemberId = MemberId([3; 16]);
const AT: Time = Time(1_790_000_000_000);
const RECEIPT: Receipt = Receipt {
    received: AT,
    clock_off_seconds: 0,
    mark: Mark::None,
};

/// A command's id. A document's id is that of its first command.
fn id(number: usize) -> CommandId {
    CommandId(hash16("bench", &[&number.to_be_bytes()]))
}

fn execute(document: &mut Document, number: usize, body: &Body) -> Vec<u8> {
    let device = PublicKey([9; 32]);
    let execution = Execution {
        id: id(number),
        document: document.id(),
        actor: actor(&device, document.id()),
        author: AUTHOR,
        at: AT,
        body,
    };
    document
        .execute(&execution, RECEIPT)
        .expect("a fitting command")
        .change
}

fn typed() -> Vec<Typed> {
    workload::cases()
        .iter()
        .map(workload::Case::typed)
        .collect()
}

fn report(case: &Typed) -> Body {
    case.report(
        DocumentId([1; 16]),
        1_000,
        TrackingCode::from_random([5; 15]),
    )
}

fn note(text: &str) -> Body {
    Body::Case(CaseCommand::Note(Note {
        text: Text::cut(text),
    }))
}

/// A report and so many notes.
fn life(notes: usize) -> Vec<Body> {
    let typed = typed();
    let texts = typed
        .iter()
        .flat_map(|case| &case.notes)
        .cycle()
        .take(notes);
    std::iter::once(report(&typed[0]))
        .chain(texts.map(|text| note(text)))
        .collect()
}

fn replayed(bodies: &[Body]) -> Document {
    let mut document = Document::new(id(0).document(), 1);
    for (number, body) in bodies.iter().enumerate() {
        execute(&mut document, number, body);
    }
    document
}

pub(crate) fn benches(criterion: &mut Criterion) {
    executing(criterion);
    let mut group = criterion.benchmark_group("document");
    for notes in [8, 200] {
        let bodies = life(notes);
        let document = replayed(&bodies);
        let (saved, receipts) = (document.save(), document.receipts().to_vec());
        group.bench_function(format!("load, {notes} notes"), |bencher| {
            bencher.iter(|| {
                Document::load(document.id(), 1, &saved, receipts.clone())
                    .expect("a saved document")
            });
        });
        group.bench_function(format!("replay its commands, {notes} notes"), |bencher| {
            bencher.iter(|| replayed(&bodies));
        });
        group.bench_function(format!("copy, {notes} notes"), |bencher| {
            bencher.iter(|| document.fork());
        });
        group.bench_function(format!("audience, {notes} notes"), |bencher| {
            bencher.iter(|| audience(black_box(&document)));
        });
    }
    group.finish();
}

fn executing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("execute");
    let typed = typed();
    let first = report(&typed[0]);
    group.bench_function("report", |bencher| {
        let empty = || Document::new(id(0).document(), 1);
        bencher.iter_batched(
            empty,
            |mut document| (execute(&mut document, 0, &first), document),
            BatchSize::LargeInput,
        );
    });
    let edit = Edit {
        field: Text::cut("place"),
        value: Text::cut("桥头东侧三十米"),
        replaces: List::default(),
        door: None,
    };
    let steps = [
        ("note", note(&typed[1].notes[0])),
        ("edit", Body::Case(CaseCommand::Edit(edit))),
        ("state step", Body::Case(CaseCommand::Accept(Accept {}))),
    ];
    for notes in [8, 200] {
        let document = replayed(&life(notes));
        for (name, body) in &steps {
            group.bench_function(format!("{name}, upon {notes} notes"), |bencher| {
                let next = |mut copy: Document| (execute(&mut copy, notes + 1, body), copy);
                bencher.iter_batched(|| document.fork(), next, BatchSize::LargeInput);
            });
        }
    }
    group.finish();
}
