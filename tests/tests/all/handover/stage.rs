//! An alley with a chief, a successor, and what they do.

use alleyway_core::command::Body;
use alleyway_core::documents::Mark;
use alleyway_core::id::{CommandId, DocumentId, UnitId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::{Accept, Escalate, Note, Receive, Report, Start};
use alleyway_core::kinds::household::CreateHousehold;
use alleyway_core::kinds::household::HouseholdCommand;
use alleyway_core::kinds::unit::{Amend, Appoint, MoveUnit, Post, UnitCommand, UnitKind};
use alleyway_core::number::TrackingCode;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_ledger::AdminCommand;
use alleyway_replica::{Became, Draft, EntryState, Recorded};
use alleyway_tests::pure::{Device, Town};

/// The chief who leaves, and the one who comes.
pub(super) const LEAVES: &str = "xie";
pub(super) const COMES: &str = "pan";

/// A case step.
pub(super) fn step(target: DocumentId, body: CaseCommand) -> Draft {
    Draft {
        target: Some(target),
        body: Body::Case(body),
    }
}

pub(super) fn note(text: &str) -> CaseCommand {
    CaseCommand::Note(Note {
        text: Text::cut(text),
    })
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

pub(super) fn escalate(to: UnitId) -> CaseCommand {
    CaseCommand::Escalate(Escalate {
        to,
        reason: Text::cut("no money"),
        tried: Text::cut("gravel"),
    })
}

pub(super) fn create_household(alley: UnitId, door: &str) -> Draft {
    let (door, contact) = (Text::cut(door), Text::cut("grandmother"));
    let create = CreateHousehold {
        alley,
        door,
        contact,
        count: 3,
        phone: Text::default(),
        may_text: false,
    };
    Draft {
        target: None,
        body: Body::Household(HouseholdCommand::Create(create)),
    }
}

/// The unit of a kind; there is one of each.
pub(super) fn unit_of(town: &Town, kind: &UnitKind) -> UnitId {
    town.ledger
        .organisation()
        .units()
        .find(|row| row.kind == *kind)
        .unwrap()
        .unit
}

/// The chief's post in the alley ends, and the successor's begins.
pub(super) fn replace_chief(town: &mut Town) {
    ends(town, LEAVES, town.alley);
    let begins = appoint(town, COMES, Post::AlleyChief);
    town.administer(vec![begins]);
}

pub(super) fn appoint(town: &Town, key: &str, post: Post) -> AdminCommand {
    let (member, now) = (town.member(key), town.now);
    let (key, name) = (Text::cut(key), Text::cut(key));
    let appoint = Appoint {
        member,
        key,
        name,
        post,
        from: now,
        until: None,
    };
    AdminCommand {
        document: Some(town.alley),
        body: Body::Unit(UnitCommand::Appoint(appoint)),
    }
}

/// A member's post in a unit ends now.
pub(super) fn ends(town: &mut Town, key: &str, unit: UnitId) {
    let (member, until) = (town.member(key), Some(town.now));
    let row = town
        .ledger
        .organisation()
        .posts_of(member, town.now)
        .find(|row| row.unit == unit)
        .unwrap()
        .clone();
    let amend = Amend {
        appointment: row.appointment,
        name: row.name,
        from: row.from,
        until,
    };
    town.administer(vec![AdminCommand {
        document: Some(unit),
        body: Body::Unit(UnitCommand::Amend(amend)),
    }]);
}

/// A unit goes under another.
pub(super) fn move_unit(town: &mut Town, unit: UnitId, parent: UnitId) {
    let body = Body::Unit(UnitCommand::Move(MoveUnit { parent }));
    town.administer(vec![AdminCommand {
        document: Some(unit),
        body,
    }]);
}

pub(super) fn days_pass(town: &mut Town, days: i64) {
    town.now = Time(town.now.0 + days * 86_400_000);
}

/// The alley's chief and secretary with their phones, and a case that both have.
pub(super) struct Alley {
    pub(super) town: Town,
    pub(super) old: Device,
    pub(super) secretary: Device,
    pub(super) case: Recorded,
    pub(super) branch: UnitId,
}

impl Alley {
    pub(super) fn new() -> Self {
        let mut town = Town::new();
        town.households(1);
        let (mut old, mut secretary) = (town.device(LEAVES), town.device("qin"));
        town.sync(&mut old);
        let case = town.report(&mut old, "the orange road", "broken", "", "");
        town.sync(&mut old);
        town.sync(&mut secretary);
        let branch = unit_of(&town, &UnitKind::Branch);
        Self {
            town,
            old,
            secretary,
            case,
            branch,
        }
    }

    /// A successor's phone, up to date.
    pub(super) fn successor(&mut self) -> Device {
        let mut device = self.town.device(COMES);
        self.town.sync(&mut device);
        device
    }

    pub(super) fn types(&mut self, draft: Draft) -> Recorded {
        self.town.record(&mut self.old, draft)
    }

    /// A report of the old phone that has another text than the one before.
    pub(super) fn reports(&mut self, text: &str) -> Recorded {
        self.town
            .report(&mut self.old, "another matter", text, "", "")
    }

    pub(super) fn household(&self) -> DocumentId {
        self.old.replica.households()[0].document
    }
}

/// What became of each command that the receipts of a phone name, in their order.
pub(super) fn became(device: &Device) -> Vec<(CommandId, &'static str)> {
    let rows = device.replica.receipts();
    rows.iter()
        .flat_map(|receipt| &receipt.handed_in)
        .map(|row| (row.command, row.became.word()))
        .collect()
}

/// What a phone's receipts say of a command.
pub(super) fn receipt_of(device: &Device, command: CommandId) -> Option<Became> {
    let rows = device.replica.receipts();
    rows.into_iter()
        .flat_map(|receipt| receipt.handed_in)
        .find(|row| row.command == command)
        .map(|row| row.became)
}

/// The texts of a case's log that are marked as handed in after a post ended.
pub(super) fn marked(device: &Device, case: DocumentId) -> Vec<String> {
    let log = device
        .replica
        .case(case)
        .map(|detail| detail.log)
        .unwrap_or_default();
    log.into_iter()
        .filter(|row| row.state == EntryState::Admitted)
        .filter(|row| {
            row.entry
                .received
                .is_some_and(|receipt| receipt.mark == Mark::AfterPost)
        })
        .map(|row| row.entry.text)
        .collect()
}

/// A report of an alley, as a device of this code would make it.
pub(super) fn report(owner: UnitId, device_code: u32, seed: u8) -> Draft {
    let report = Report {
        owner,
        device_code,
        tracking: TrackingCode::from_random([seed; 15]),
        category: Text::cut("road"),
        title: Text::cut("a new matter"),
        text: Text::cut("a wall fell"),
        place: Text::default(),
        point: None,
        contact: Text::default(),
        household: None,
        taken_at: None,
        confidential: false,
        door: None,
        slip: None,
        origin: None,
        external_system: Text::default(),
        external_number: Text::default(),
        external_due: None,
        phone: Text::default(),
        may_text: false,
        about: None,
    };
    Draft {
        target: None,
        body: Body::Case(CaseCommand::Report(report)),
    }
}
