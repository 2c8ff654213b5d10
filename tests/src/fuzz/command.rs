//! Commands of each kind of document, decoded and executed one after the other.

use std::collections::BTreeSet;

use alleyway_core::command::Body;
use alleyway_core::crypto::{first, hash};
use alleyway_core::documents::{Document, Execution, Receipt};
use alleyway_core::feeds::audience;
use alleyway_core::id::{CommandId, DocumentId, actor};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::directory::DirectoryCommand;
use alleyway_core::kinds::household::HouseholdCommand;
use alleyway_core::kinds::tray::TrayCommand;
use alleyway_core::kinds::unit::UnitCommand;
use alleyway_core::limits::COMMAND_BYTES_MAX;
use alleyway_core::wire::Wire;

use super::bench::bench;
use super::{Outcome, Target, grow};

/// The number of the command that creates its document, of every kind (`docs/protocol.md`).
const CREATES: u8 = 0x09;
/// Commands of one input that are executed.
const EXECUTED_MAX: usize = 12;

macro_rules! target {
    ($name:ident, $text:literal, $command:ident, $kind:ident, $mutations:literal) => {
        /// The commands of one kind of document.
        pub(super) const $name: Target = Target {
            name: $text,
            about: "commands, one behind the other: encoded to the same bytes, executed the same everywhere, saved and loaded",
            run: |input| run::<$command>(input, Body::$kind),
            seeds: seeds::<$command>,
            shape: Some(grow::some::<$command>),
            mutations: $mutations,
        };
    };
}

target!(CASE, "command-case", CaseCommand, Case, 500);
target!(UNIT, "command-unit", UnitCommand, Unit, 250);
target!(
    HOUSEHOLD,
    "command-household",
    HouseholdCommand,
    Household,
    250
);
target!(
    DIRECTORY,
    "command-directory",
    DirectoryCommand,
    Directory,
    200
);
target!(TRAY, "command-tray", TrayCommand, Tray, 200);

/// Each command alone, and each behind the one that creates the document.
fn seeds<T: Wire>() -> Vec<Vec<u8>> {
    let grown = grow::by_number(grow::one::<T>, 1);
    // The first number of every kind creates its document.
    let creating = grown
        .iter()
        .find(|command| command.first() == Some(&CREATES))
        .expect("a command that creates");
    let behind = grown
        .iter()
        .map(|command| [creating.clone(), command.clone()].concat());
    let whole = [creating.clone(), grown.concat()].concat();
    behind.chain([creating.clone(), whole]).collect()
}

fn run<T: Wire>(input: &[u8], body: fn(T) -> Body) -> Outcome {
    let commands = match grow::all_of::<T>(input) {
        Ok(commands) => commands,
        Err(error) => return Outcome::refused(error),
    };
    let bodies: Vec<Body> = commands.into_iter().take(EXECUTED_MAX).map(body).collect();
    for body in &bodies {
        let bytes = body.to_bytes();
        if bytes.len() <= COMMAND_BYTES_MAX {
            assert_eq!(
                Body::from_bytes(&bytes).as_ref(),
                Ok(body),
                "decoded to something else"
            );
        }
    }
    let mut document = Life::new();
    let mut went = BTreeSet::new();
    for (number, body) in (1..).zip(&bodies) {
        went.insert(document.live(number, body));
    }
    document.is_sound();
    let went = went.into_iter().collect::<Vec<_>>().join(", ");
    if document.here.version() == 0 {
        Outcome::Refused(went)
    } else {
        Outcome::Taken(went)
    }
}

/// The id of the so many-th command: a document does not ask what an id is made of.
fn id(number: u64) -> CommandId {
    CommandId(first(&hash("fuzz command", &[&number.to_be_bytes()])))
}

/// A document on two machines.
struct Life {
    here: Document,
    there: Document,
}

impl Life {
    fn new() -> Self {
        let id = id(1).document();
        Self {
            here: Document::new(id, 1),
            there: Document::new(id, 1),
        }
    }

    /// Executes a command on both; the word of what became of it.
    fn live(&mut self, number: u64, body: &Body) -> String {
        let (bench, document) = (bench(), self.here.id());
        let key = bench.peer.secret.public();
        let execution = Execution {
            id: id(number),
            document,
            actor: actor(&key, document),
            author: bench.peer.enrolled.member,
            at: bench.now,
            body,
        };
        let receipt = Receipt::new(bench.now, 0);
        let before = (self.here.head(), self.here.version());
        let here = self.here.execute(&execution, receipt);
        assert_eq!(
            here,
            self.there.execute(&execution, receipt),
            "executed differently"
        );
        if here.is_err() {
            assert_eq!(
                (self.here.head(), self.here.version()),
                before,
                "refused, and changed all the same"
            );
        }
        let told = here.map_or_else(|refused| format!("{refused:?}"), |_| "done".to_owned());
        format!("{} {told}", body.kind())
    }

    /// All that is read of it, and what is saved of it, and what its changes make.
    fn is_sound(&self) {
        let document = &self.here;
        if document.version() == 0 {
            return;
        }
        let shown = shown(document);
        let receipts = document.receipts().to_vec();
        let loaded =
            Document::load(document.id(), 1, &document.save(), receipts).expect("what was saved");
        assert_eq!(
            (loaded.head(), loaded.version()),
            (document.head(), document.version())
        );
        assert_eq!(
            self::shown(&loaded),
            shown,
            "loaded, it shows something else"
        );
    }
}

fn shown(document: &Document) -> String {
    let id = DocumentId([3; 16]);
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        document.case(),
        document.case_units(),
        document.case_fields(),
        document.unit(),
        document.household(),
        document.household_alley(),
        document.directory(),
        document.tray(),
        document.tray_open_count(),
        document.log(),
        audience(document),
        document.log_entry(CommandId(id.0)),
    )
}
