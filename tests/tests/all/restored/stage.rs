//! Three phones, a case, and a server that can go back to an older copy.

use alleyway_core::command::Body;
use alleyway_core::crypto::Signature;
use alleyway_core::documents::Receipt;
use alleyway_core::id::{CommandId, DeviceId, DocumentId, UnitId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::{Accept, Escalate, Note, Receive, Start, Withdraw};
use alleyway_core::kinds::unit::{Amend, UnitCommand, UnitKind};
use alleyway_core::store::MemoryStore;
use alleyway_core::sync::frame::{DeviceFrame, Hello, ServerFrame, Verdicts, next_frame};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::{Reader, Wire};
use alleyway_ledger::{AdminCommand, batches_held};
use alleyway_replica::{Draft, Effect, EntryState, Recorded};
use alleyway_tests::pure::{Device, Town};

/// A chief, a second chief of the same alley, and the secretary of the branch above.
pub(super) struct Stage {
    pub(super) town: Town,
    pub(super) xie: Device,
    pub(super) lu: Device,
    pub(super) qin: Device,
    pub(super) branch: UnitId,
}

pub(super) fn step(target: DocumentId, body: CaseCommand) -> Draft {
    Draft {
        target: Some(target),
        body: Body::Case(body),
    }
}

pub(super) fn accept() -> CaseCommand {
    CaseCommand::Accept(Accept {})
}

pub(super) fn start() -> CaseCommand {
    CaseCommand::Start(Start {})
}

pub(super) fn receive() -> CaseCommand {
    CaseCommand::Receive(Receive {})
}

pub(super) fn note(text: &str) -> CaseCommand {
    CaseCommand::Note(Note {
        text: Text::cut(text),
    })
}

pub(super) fn withdraw() -> CaseCommand {
    CaseCommand::Withdraw(Withdraw {
        text: Text::cut("by mistake"),
    })
}

pub(super) fn escalate(to: UnitId) -> CaseCommand {
    CaseCommand::Escalate(Escalate {
        to,
        reason: Text::cut("no money"),
        tried: Text::cut("gravel"),
    })
}

impl Stage {
    /// Three phones that are up to date.
    pub(super) fn new() -> Self {
        let mut town = Town::new();
        let (mut xie, mut lu, mut qin) =
            (town.device("xie"), town.device("lu"), town.device("qin"));
        for device in [&mut xie, &mut lu, &mut qin] {
            town.sync(device);
        }
        let branch = town
            .ledger
            .organisation()
            .units()
            .find(|row| row.kind == UnitKind::Branch)
            .unwrap()
            .unit;
        Self {
            town,
            xie,
            lu,
            qin,
            branch,
        }
    }

    /// Twice, so that what waited for another phone has come too.
    pub(super) fn all_sync(&mut self) {
        for _ in 0..2 {
            for device in [&mut self.xie, &mut self.lu, &mut self.qin] {
                self.town.sync(device);
            }
        }
    }

    pub(super) fn reports(&mut self) -> DocumentId {
        self.town
            .report(&mut self.xie, "the orange road", "broken", "", "")
            .document
    }

    /// What the case is on the server, as a phone that never had it is sent it.
    pub(super) fn seen_anew(&mut self, case: DocumentId) -> Vec<Entry> {
        let mut device = self.town.device("lu");
        assert!(self.town.sync(&mut device).summary.up_to_date);
        entries(&device, case)
    }

    /// A verified backup is made. Up to where it holds each device's batches.
    pub(super) fn is_backed_up(&mut self) -> Vec<(DeviceId, u64)> {
        let held = batches_held(&self.town.store).unwrap();
        self.town.ledger.cover(&self.town.store, &held).unwrap();
        self.town.commit();
        held
    }

    /// All phones hold the case as the server does.
    pub(super) fn assert_same(&mut self, case: DocumentId) {
        let anew = self.seen_anew(case);
        for device in [&self.xie, &self.lu, &self.qin] {
            let held = entries(device, case);
            assert!(held == anew || held.is_empty(), "{held:?} {anew:?}");
            assert!(device.replica.pending().is_empty());
        }
        assert_eq!(entries(&self.lu, case), anew);
    }
}

/// A step of a case's log: its command, its kind, and its receipt.
pub(super) type Entry = (CommandId, String, Option<Receipt>);

pub(super) fn entries(device: &Device, case: DocumentId) -> Vec<Entry> {
    let log = device
        .replica
        .case(case)
        .map(|detail| detail.log)
        .unwrap_or_default();
    let admitted = log
        .into_iter()
        .filter(|row| row.state == EntryState::Admitted);
    admitted
        .map(|row| (row.entry.command, row.entry.kind, row.entry.received))
        .collect()
}

/// The same steps, in whatever order: what only adds to a case is taken as it comes.
pub(super) fn in_any_order(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_by_key(|(command, ..)| *command);
    entries
}

pub(super) fn kinds(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|(_, kind, _)| kind.as_str()).collect()
}

pub(super) fn types(
    town: &mut Town,
    device: &mut Device,
    case: DocumentId,
    body: CaseCommand,
) -> Recorded {
    town.record(device, step(case, body))
}

/// The server goes back to an older copy, with the journal that lies apart; the next incarnation
/// begins.
pub(super) fn restore(town: &mut Town, backup: &MemoryStore) -> u32 {
    let restored = backup.clone().with_journal_of(&town.store);
    town.restore(restored);
    town.now = Time(town.now.0 + 3_600_000);
    let incarnation = town
        .ledger
        .begin_incarnation(&town.store, town.now)
        .unwrap();
    town.commit();
    incarnation
}

/// Ends a member's post at a unit now.
pub(super) fn ends(town: &mut Town, key: &str, unit: UnitId) {
    let until = Some(town.now);
    amends(town, key, unit, |amend| amend.until = until);
}

/// Has a member's post at a unit begin tomorrow.
pub(super) fn begins_tomorrow(town: &mut Town, key: &str, unit: UnitId) {
    let from = town.now.plus_days(1);
    amends(town, key, unit, |amend| amend.from = from);
}

fn amends(town: &mut Town, key: &str, unit: UnitId, change: impl FnOnce(&mut Amend)) {
    let member = town.member(key);
    let row = town
        .ledger
        .organisation()
        .posts_of(member, town.now)
        .find(|row| row.unit == unit)
        .unwrap()
        .clone();
    let mut amend = Amend {
        appointment: row.appointment,
        name: row.name,
        from: row.from,
        until: row.until,
    };
    change(&mut amend);
    town.administer(vec![AdminCommand {
        document: Some(unit),
        body: Body::Unit(UnitCommand::Amend(amend)),
    }]);
}

/// The flight that a device sends next, and what it persists before.
pub(super) fn flight_of(town: &mut Town, device: &mut Device) -> Vec<u8> {
    let random = town.random();
    let effects = device.replica.begin_sync(town.now, random);
    carry_out(device, effects).unwrap()
}

/// Writes are kept; the flight, if there is one.
pub(super) fn carry_out(device: &mut Device, effects: Vec<Effect>) -> Option<Vec<u8>> {
    let mut flight = None;
    for effect in effects {
        match effect {
            Effect::Persist(writes) | Effect::PersistAnew(writes) => device.persist(writes),
            Effect::Send(bytes) => flight = Some(bytes),
            Effect::Wipe | Effect::Done(_) => {}
        }
    }
    flight
}

/// The frames of an answer.
pub(super) fn heard(answer: &[u8]) -> Vec<ServerFrame> {
    let (mut from, mut heard) = (Reader::new(&answer[1..]), Vec::new());
    while let Some(frame) = next_frame(&mut from).unwrap() {
        heard.push(ServerFrame::from_bytes(frame).unwrap());
    }
    heard
}

/// The device takes an answer's frames.
pub(super) fn take(town: &Town, device: &mut Device, answer: &[u8]) {
    let mut from = Reader::new(&answer[1..]);
    while let Some(frame) = next_frame(&mut from).unwrap() {
        let effects = device.replica.receive(frame, town.now).unwrap();
        carry_out(device, effects);
    }
}

/// The device goes through a sync until the server has given verdicts on so many batches in one answer.
/// Of that answer it hears nothing, and the line is still there.
pub(super) fn verdicts_unheard(
    town: &mut Town,
    device: &mut Device,
    batches: usize,
) -> Vec<Verdicts> {
    let mut flight = flight_of(town, device);
    for _ in 0..4 {
        let answer = town.answer(&flight);
        let frames = heard(&answer).into_iter();
        let said: Vec<Verdicts> = frames
            .filter_map(|frame| match frame {
                ServerFrame::Verdicts(verdicts) => Some(verdicts),
                _ => None,
            })
            .collect();
        if said.len() >= batches {
            return said;
        }
        take(town, device, &answer);
        let random = town.random();
        let effects = device.replica.response_ended(town.now, random);
        flight = carry_out(device, effects).unwrap();
    }
    panic!("{batches} batches are handed in");
}

/// Of an answer the device hears these verdicts, and then the line breaks.
pub(super) fn hears_only(town: &Town, device: &mut Device, said: Verdicts) {
    let effects = device
        .replica
        .receive(&ServerFrame::Verdicts(said).to_bytes(), town.now)
        .unwrap();
    carry_out(device, effects);
    device.replica.sync_failed();
}

/// The verdicts that the server signed so far, as a device keeps them.
pub(super) fn verdicts_of(device: &Device) -> Vec<Verdicts> {
    use alleyway_core::store::Records;
    let rows = device.store.scan(b"v", b"w", usize::MAX).unwrap();
    rows.iter()
        .map(|(_, value)| Verdicts::from_bytes(value).unwrap())
        .collect()
}

/// The sealed batches that a device keeps.
pub(super) fn batches_kept(device: &Device) -> Vec<u64> {
    use alleyway_core::store::Records;
    let keys = device.store.keys(b"b", b"c", usize::MAX).unwrap();
    keys.iter()
        .map(|key| u64::from_be_bytes(key[1..].try_into().unwrap()))
        .collect()
}

/// What a flight begins with.
pub(super) fn hello_of(flight: &[u8]) -> Hello {
    let mut from = Reader::new(&flight[1..]);
    <(Hello, Signature)>::from_bytes(next_frame(&mut from).unwrap().unwrap())
        .unwrap()
        .0
}

/// A flight's frames behind its hello.
pub(super) fn frames_of(flight: &[u8]) -> Vec<DeviceFrame> {
    let mut from = Reader::new(&flight[1..]);
    next_frame(&mut from).unwrap();
    let mut frames = Vec::new();
    while let Some(frame) = next_frame(&mut from).unwrap() {
        frames.push(DeviceFrame::from_bytes(frame).unwrap());
    }
    frames
}

pub(super) fn id_of(device: &Device) -> DeviceId {
    DeviceId::of(&device.secret().public())
}
