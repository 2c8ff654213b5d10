//! A town in which steps are refused, and what is looked at each time.

use std::collections::BTreeMap;

use alleyway_catalogue::{Lang, refusal};
use alleyway_core::command::{Base, Body, Command};
use alleyway_core::id::{CommandId, DocumentId, UnitId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::unit::{Amend, UnitCommand, UnitKind};
use alleyway_core::refusal::{Refusal, RefusalCode};
use alleyway_core::store::{Records as _, Write};
use alleyway_core::time::Time;
use alleyway_core::wire::{Reader, Wire as _};
use alleyway_ledger::AdminCommand;
use alleyway_replica::{Draft, Replica};
use alleyway_tests::pure::{Device, Town};

/// A day, in milliseconds.
const DAY: i64 = 86_400_000;

/// A chief, another, their branch's secretary; two cases of the chief that all three have.
pub(super) struct Bench {
    pub(super) town: Town,
    pub(super) xie: Device,
    pub(super) lu: Device,
    pub(super) qin: Device,
    /// The case that steps are refused on.
    pub(super) case: DocumentId,
    /// Another case.
    pub(super) aside: DocumentId,
}

impl Bench {
    pub(super) fn new() -> Self {
        let mut town = Town::new();
        let (mut xie, mut lu, mut qin) =
            (town.device("xie"), town.device("lu"), town.device("qin"));
        town.sync(&mut xie);
        let case = town
            .report(&mut xie, "甜橙路坏了", "去果园的路全是坑。", "村口", "")
            .document;
        let aside = town
            .report(&mut xie, "路灯不亮", "第二盏。", "巷口", "")
            .document;
        for device in [&mut xie, &mut lu, &mut qin] {
            assert!(town.sync(device).summary.up_to_date);
        }
        Self {
            town,
            xie,
            lu,
            qin,
            case,
            aside,
        }
    }

    pub(super) fn branch(&self) -> UnitId {
        unit_of(&self.town, &UnitKind::Branch)
    }

    pub(super) fn town_hall(&self) -> UnitId {
        unit_of(&self.town, &UnitKind::Town)
    }

    /// The chief escalates the case to the branch, and everybody hears.
    pub(super) fn escalated(&mut self) -> CommandId {
        let to = self.branch();
        let command = types(
            &mut self.town,
            &mut self.xie,
            self.case,
            super::steps::escalate(to),
        );
        self.all_sync();
        command
    }

    /// The branch receives what was escalated, and everybody hears.
    pub(super) fn received(&mut self) -> CommandId {
        let command = types(
            &mut self.town,
            &mut self.qin,
            self.case,
            super::steps::receive(),
        );
        self.all_sync();
        command
    }

    pub(super) fn all_sync(&mut self) {
        for _ in 0..2 {
            for device in [&mut self.xie, &mut self.lu, &mut self.qin] {
                assert!(self.town.sync(device).summary.up_to_date);
            }
        }
    }
}

pub(super) fn unit_of(town: &Town, kind: &UnitKind) -> UnitId {
    town.ledger
        .organisation()
        .units()
        .find(|row| row.kind == *kind)
        .unwrap()
        .unit
}

pub(super) fn days_pass(town: &mut Town, days: i64) {
    town.now = Time(town.now.0 + days * DAY);
}

/// A member's post ends now.
pub(super) fn end_post(town: &mut Town, key: &str) {
    let (member, until) = (town.member(key), Some(town.now));
    let mut posts = town.ledger.organisation().posts_of(member, town.now);
    let row = posts.next().unwrap().clone();
    drop(posts);
    let amend = Amend {
        appointment: row.appointment,
        name: row.name,
        from: row.from,
        until,
    };
    town.administer(vec![AdminCommand {
        document: Some(row.unit),
        body: Body::Unit(UnitCommand::Amend(amend)),
    }]);
}

/// Types a case's step that the device allows.
pub(super) fn types(
    town: &mut Town,
    device: &mut Device,
    case: DocumentId,
    step: CaseCommand,
) -> CommandId {
    town.record(
        device,
        Draft {
            target: Some(case),
            body: Body::Case(step),
        },
    )
    .command
}

/// What a program of another version, without this one's checks, would have typed: a note beside
/// which it is put is typed first, and changed where it lies.
pub(super) fn planted(
    town: &mut Town,
    device: &mut Device,
    beside: DocumentId,
    target: Option<DocumentId>,
    body: Body,
) -> CommandId {
    town.note(device, beside, "x");
    replanted(device, |command| {
        command.base = Base {
            generation: u32::from(target.is_some()),
            ..Base::default()
        };
        (command.document, command.body) = (target, body);
    })
}

/// Changes the last command that was typed and not sent. Returns the id that it has then.
pub(super) fn replanted(device: &mut Device, change: impl FnOnce(&mut Command)) -> CommandId {
    let rows = device.store.scan(b"o", b"p", usize::MAX).unwrap();
    let (key, value) = rows.into_iter().next_back().unwrap();
    let mut row = Reader::new(&value);
    let mut command = Command::decode(&mut row).unwrap();
    let fate = row.take(row.remaining()).unwrap();
    change(&mut command);
    let id = command.id(&device.secret().public());
    let value = Some([command.to_bytes(), fate.to_vec()].concat());
    device.persist(vec![Write {
        key,
        value,
        slot: None,
    }]);
    device.replica = Replica::open(&device.store).unwrap();
    assert!(device.replica.pending().iter().any(|row| row.command == id));
    id
}

/// Syncs a device of which exactly one command is to be refused, under this code, and looks at all
/// that has to be so then: the texts, that it is there to be dealt with, and that nothing waits for
/// it, neither what was typed before nor what was typed later, on this document or on others.
pub(super) fn refused(
    town: &mut Town,
    device: &mut Device,
    later_on: &[DocumentId],
    (command, code): (CommandId, RefusalCode),
) -> Refusal {
    for document in later_on {
        town.note(device, *document, "后来又看了一次。");
    }
    let others = device.replica.pending().len() - 1;
    let summary = town.sync(device).summary;
    assert_eq!(
        (summary.admitted, summary.refused, summary.up_to_date),
        (others as u64, 1, true),
        "{summary:?}"
    );
    assert!(
        device.replica.pending().is_empty(),
        "{:?}",
        device.replica.pending()
    );
    for document in later_on {
        let log = device.replica.case(*document).unwrap().log;
        assert!(
            log.iter().any(|row| row.entry.text == "后来又看了一次。"),
            "{log:?}"
        );
    }
    visible(device, command, &code)
}

/// The refusal of the one command that is refused, after a restart too.
pub(super) fn visible(device: &mut Device, command: CommandId, code: &RefusalCode) -> Refusal {
    device.replica = Replica::open(&device.store).unwrap();
    let rows = device.replica.refused();
    let refusals: Vec<_> = rows
        .iter()
        .map(|row| (row.command, row.refusal.as_ref().map(|why| &why.code)))
        .collect();
    assert_eq!(refusals, [(command, Some(code))]);
    told(code);
    rows[0].refusal.clone().unwrap()
}

/// Both texts are there, say a rule, and say what to do.
pub(super) fn told(code: &RefusalCode) {
    let [zh, en] = [Lang::Zh, Lang::En].map(|lang| refusal(lang, code.word(), None, None));
    assert_ne!(zh, en);
    super::texts::say_what_to_do(code, &zh, &en);
}

/// Mends the refused command, and it stands.
pub(super) fn mended(
    town: &mut Town,
    device: &mut Device,
    command: CommandId,
    fields: &[(&str, &str)],
) {
    let fields: BTreeMap<String, String> = fields
        .iter()
        .map(|(field, value)| ((*field).to_owned(), (*value).to_owned()))
        .collect();
    let random = town.random();
    let (writes, _) = device
        .replica
        .mend(command, &fields, town.now, random)
        .unwrap();
    device.persist(writes);
    assert!(device.replica.refused().is_empty());
    let again = device.replica.pending().len() as u64;
    let summary = town.sync(device).summary;
    assert_eq!(
        (summary.admitted, summary.refused, summary.up_to_date),
        (again, 0, true),
        "{summary:?}"
    );
    nothing_is_left(device);
}

/// Drops the refused command.
pub(super) fn dropped(town: &mut Town, device: &mut Device, command: CommandId) {
    let writes = device.replica.drop_refused(command).unwrap();
    device.persist(writes);
    nothing_is_left(device);
    let summary = town.sync(device).summary;
    assert_eq!((summary.sent, summary.up_to_date), (0, true));
}

fn nothing_is_left(device: &mut Device) {
    device.replica = Replica::open(&device.store).unwrap();
    assert!(device.replica.refused().is_empty() && device.replica.pending().is_empty());
}
