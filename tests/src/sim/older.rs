//! A program that is older than what others do: it knows neither the newest steps nor the newest kind
//! of documents, the town's book.
//!
//! It reads a step that it does not know as any program reads one that a later release added: the number
//! of the step is changed, on the line, to one that no release knows. Where it reads a document that it
//! is sent, it does not know the book's kind.

use super::violation::{Checked, SCOPE, ensure};
use super::world::World;
use alleyway_core::command::Body;
use alleyway_core::documents::DocumentKind;
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::older;
use alleyway_core::sync::frame::{Entry, Item, Page, Part, Replayed, ServerFrame, Whole};
use alleyway_core::wire::{Blob, List, Wire};
use alleyway_demo::Chance;

/// The number of a kind that no release knows.
const UNKNOWN_KIND: u8 = 120;

/// Whether the older program does not know the command.
pub(crate) fn is_new(body: &Body) -> bool {
    matches!(
        body,
        // The town's book, every step of it.
        Body::Book(_)
            | Body::Case(
                CaseCommand::Supervise(_)
                    | CaseCommand::Recall(_)
                    | CaseCommand::Recuse(_)
                    | CaseCommand::PartDone(_)
                    | CaseCommand::AnswerSupervision(_)
                    | CaseCommand::EndSupervision(_)
                    | CaseCommand::Extend(_)
                    | CaseCommand::Merge(_)
                    | CaseCommand::MergedIn(_)
                    | CaseCommand::PassedOn(_)
                    | CaseCommand::Visit(_)
                    | CaseCommand::Late(_)
                    | CaseCommand::Redated(_)
                    | CaseCommand::Vacant(_)
            )
    )
}

/// As the older program reads it.
fn read(body: Body) -> Body {
    if !is_new(&body) {
        return body;
    }
    let bytes = body.to_bytes();
    let mut from = alleyway_core::wire::Reader::new(&bytes);
    let payload = from
        .varint()
        .ok()
        .and_then(|length| from.take(usize::try_from(length).ok()?).ok());
    let mut payload = payload.unwrap_or_default().to_vec();
    // First the kind of document, then the kind of command.
    if let Some(kind) = payload.get_mut(1) {
        *kind = UNKNOWN_KIND;
    }
    Body::Unknown(Blob::new(payload).unwrap_or_default())
}

/// A server's frame as the older program reads it.
pub fn seen_by_an_older_program(frame: Vec<u8>) -> Vec<u8> {
    match ServerFrame::from_bytes(&frame) {
        Ok(ServerFrame::Page(page)) => ServerFrame::Page(read_page(page)).to_bytes(),
        _ => frame,
    }
}

fn read_page(page: Page) -> Page {
    let items = List::into_vec(page.items)
        .into_iter()
        .map(|item| match item {
            Item::Changes(mut changes) => {
                let entries =
                    List::into_vec(changes.entries)
                        .into_iter()
                        .map(|entry| match entry {
                            Entry::Other(mut other) => {
                                other.body = read(other.body);
                                Entry::Other(other)
                            }
                            own @ Entry::Own(_) => own,
                        });
                changes.entries = List::new(entries.collect()).unwrap_or_default();
                Item::Changes(changes)
            }
            Item::Part(part) if part.count == 1 => Item::Part(read_part(part)),
            other => other,
        });
    let items = List::new(items.collect()).unwrap_or_default();
    Page { items, ..page }
}

/// A document that is sent as its commands.
fn read_part(part: Part) -> Part {
    let Ok(Whole::Replayed(replayed)) = Whole::from_bytes(&part.bytes) else {
        return part;
    };
    let mut replayed: Replayed = replayed;
    for past in &mut replayed.history.entries {
        past.body = read(std::mem::replace(
            &mut past.body,
            Body::Unknown(Blob::default()),
        ));
    }
    let bytes = Whole::Replayed(replayed).to_bytes();
    Part {
        bytes: Blob::new(bytes).unwrap_or_default(),
        ..part
    }
}

/// The older program at work: the kind that it does not know is none to it.
pub(crate) fn as_older<T>(work: impl FnOnce() -> T) -> T {
    older::without(DocumentKind::Book, work)
}

impl World {
    /// An older program that is up to date holds the book as the others do, and can read nothing in it.
    pub(crate) fn check_older(&mut self, index: usize) -> Checked {
        let phone = &self.phones[index];
        if !phone.is_older {
            return Ok(());
        }
        // What came in pieces is whole only here: it is the older program that is asked.
        let read = as_older(|| phone.replica.book());
        ensure(read.is_none(), SCOPE, || {
            format!("{}, older than the book, reads it", phone.name)
        })?;
        self.done.books_unread += 1;
        Ok(())
    }

    /// In some runs, some of the programs are older.
    pub(crate) fn age_some(&mut self) {
        let mut rng = Chance::new(self.plan.seed.rotate_left(40));
        for phone in &mut self.phones {
            phone.is_older = rng.one_in(self.temper.phones_per_older_one);
        }
    }
}
