//! The door that a case is about: written down when it was reported, and read by whoever handles the
//! case, wherever the household has gone.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what goes wrong ends the test"
)]

use std::collections::BTreeMap;

use alleyway_catalogue::Lang;
use alleyway_client::screen::Screen;
use alleyway_client::views::case::{Detail, Opened};
use alleyway_client::views::list::{CaseQuery, Listing};
use alleyway_core::command::Body;
use alleyway_core::id::{DocumentId, UnitId};
use alleyway_core::kinds::case::{CaseCommand, Escalate, Report};
use alleyway_core::kinds::household::{HouseholdCommand, MoveHousehold};
use alleyway_core::kinds::unit::{CreateUnit, UnitCommand, UnitKind};
use alleyway_core::number::TrackingCode;
use alleyway_core::text::Text;
use alleyway_ledger::AdminCommand;
use alleyway_replica::Draft;
use alleyway_tests::pure::{Device, Town};

/// An alley of two households with its chief, and the branch's secretary, who reads no household.
struct Alley {
    town: Town,
    chief: Device,
    secretary: Device,
    branch: UnitId,
    /// The code of the case that was reported last.
    code: Option<TrackingCode>,
}

impl Alley {
    fn new() -> Self {
        let mut town = Town::new();
        town.households(2);
        let (mut chief, mut secretary) = (town.device("xie"), town.device("qin"));
        town.sync(&mut chief);
        town.sync(&mut secretary);
        let branch = branch_of(&town);
        Self {
            town,
            chief,
            secretary,
            branch,
            code: None,
        }
    }

    fn household(&self, door: &str) -> DocumentId {
        let mut lines = self.chief.replica.households().into_iter();
        let line = lines.find(|line| line.row.door.as_str() == door);
        line.unwrap().document
    }

    /// A case of a household, which the branch is to receive.
    fn reports(&mut self, door: &str) -> DocumentId {
        let household = self.household(door);
        let Body::Case(CaseCommand::Report(report)) =
            report(self.town.alley, &self.chief, self.town.now)
        else {
            panic!("a report");
        };
        let report = Report {
            household: Some(household),
            ..report
        };
        let draft = Draft {
            target: None,
            body: CaseCommand::Report(report).into(),
        };
        let recorded = self.town.record(&mut self.chief, draft);
        self.code = recorded.code;
        let case = recorded.document;
        let escalate = CaseCommand::Escalate(Escalate {
            to: self.branch,
            reason: Text::cut("no money"),
            tried: Text::cut("a bucket"),
        });
        self.types(case, escalate);
        self.syncs();
        case
    }

    fn types(&mut self, case: DocumentId, step: CaseCommand) {
        let draft = Draft {
            target: Some(case),
            body: step.into(),
        };
        self.town.record(&mut self.chief, draft);
    }

    fn syncs(&mut self) {
        self.town.sync(&mut self.chief);
        self.town.sync(&mut self.secretary);
        self.town.sync(&mut self.chief);
    }

    fn administers(&mut self, document: Option<DocumentId>, body: Body) -> DocumentId {
        let command = AdminCommand { document, body };
        let documents = self.town.administer(vec![command]);
        self.syncs();
        documents.first().copied().unwrap_or(DocumentId([0; 16]))
    }

    /// The household goes to another alley, which the chief does not look after.
    fn moves_out(&mut self, household: DocumentId) {
        let organisation = self.town.ledger.organisation();
        let parent = organisation.unit(self.town.alley).unwrap().parent;
        let create = CreateUnit {
            key: Text::cut("miyou"),
            name: Text::cut("蜜柚巷"),
            kind: UnitKind::Alley,
            parent,
        };
        let alley = self.administers(None, UnitCommand::Create(create).into());
        let moved = HouseholdCommand::Move(MoveHousehold { alley });
        self.administers(Some(household), moved.into());
        let known = self.chief.replica.households();
        assert!(known.iter().all(|row| row.document != household));
    }

    fn screen<'a>(&self, device: &'a Device) -> Screen<'a> {
        Screen {
            replica: &device.replica,
            now: self.town.now,
            lang: Lang::Zh,
        }
    }

    fn detail(&self, device: &Device, case: DocumentId) -> Detail {
        match self.screen(device).case(case).unwrap() {
            Opened::Detail(detail) => *detail,
            Opened::Index(_) => panic!("the lease runs"),
        }
    }

    /// The door as the chief and the secretary are shown it, for people and for programs.
    fn doors(&self, case: DocumentId) -> Vec<Option<String>> {
        let mut doors = Vec::new();
        for device in [&self.chief, &self.secretary] {
            let detail = self.detail(device, case);
            let mut shown = detail.shown.into_iter();
            doors.push(
                shown
                    .find(|(name, _)| name == "household")
                    .map(|(_, door)| door),
            );
            doors.push(detail.fields.get("door").cloned());
        }
        doors
    }

    fn finds(&self, device: &Device, text: &str) -> usize {
        let query = CaseQuery {
            text: Some(text.to_owned()),
            ..CaseQuery::default()
        };
        match self.screen(device).cases(&query) {
            Listing::Rows(rows) => rows.len(),
            Listing::Index(_) => panic!("the lease runs"),
        }
    }
}

fn branch_of(town: &Town) -> UnitId {
    let mut units = town.ledger.organisation().units();
    let branch = units.find(|row| row.kind == UnitKind::Branch);
    branch.map(|row| row.unit).unwrap()
}

fn report(owner: UnitId, device: &Device, now: alleyway_core::time::Time) -> Body {
    let code = device.replica.status(now).unwrap().device_code;
    let typed = alleyway_tests::workload::Typed::plain("the roof leaks", "it drips", "", "");
    typed.report(owner, code, TrackingCode::from_random([0; 15]))
}

fn read_by_both(door: &str) -> Vec<Option<String>> {
    vec![Some(door.to_owned()); 4]
}

#[test]
fn a_case_keeps_its_door_wherever_the_household_goes() {
    let mut alley = Alley::new();
    let household = alley.household("2号");
    let case = alley.reports("2号");
    assert_eq!(alley.doors(case), read_by_both("2号"));
    // Another number on the house: the case was reported from door 2.
    let (door, mut chief) = (
        "12号",
        std::mem::replace(&mut alley.chief, alley.town.device("lu")),
    );
    alley.town.edit(&mut chief, household, "door", door);
    alley.chief = chief;
    alley.syncs();
    assert_eq!(alley.doors(case), read_by_both("2号"));
    alley.moves_out(household);
    assert_eq!(alley.doors(case), read_by_both("2号"));
    for device in [&alley.chief, &alley.secretary] {
        assert_eq!(alley.finds(device, "2 号"), 1);
        assert_eq!(alley.finds(device, "12号"), 0);
    }
}

#[test]
fn another_household_brings_its_own_door() {
    let mut alley = Alley::new();
    let case = alley.reports("1号");
    let other = alley.household("2号");
    let draft = alley.chief.replica.edit(case, "household", &other.key());
    alley.town.record(&mut alley.chief, draft.unwrap());
    alley.syncs();
    alley.moves_out(other);
    assert_eq!(alley.doors(case), read_by_both("2号"));
    // The log says it too, and not by an id.
    let log = alley.detail(&alley.secretary, case).log;
    let edit = log.iter().find(|entry| entry.kind == "edit").unwrap();
    assert!(edit.text.contains("2号"), "{}", edit.text);
    // Without a household there is no door.
    let draft = alley.chief.replica.edit(case, "household", "");
    alley.town.record(&mut alley.chief, draft.unwrap());
    alley.syncs();
    assert_eq!(alley.doors(case), vec![None; 4]);
}

#[test]
fn who_does_not_know_the_household_keeps_its_door_in_an_edit() {
    let mut alley = Alley::new();
    let household = alley.household("2号");
    let case = alley.reports("2号");
    alley.moves_out(household);
    // The chief picks the value that stands: his phone has the household no more.
    let draft = alley
        .chief
        .replica
        .edit(case, "household", &household.key());
    alley.town.record(&mut alley.chief, draft.unwrap());
    alley.syncs();
    assert_eq!(alley.doors(case), read_by_both("2号"));
}

#[test]
fn a_mended_report_has_the_door_of_the_household_that_it_names() {
    let mut alley = Alley::new();
    let (first, second) = (alley.household("1号"), alley.household("2号"));
    // The code of another device: the server refuses it.
    let Body::Case(CaseCommand::Report(report)) =
        report(alley.town.alley, &alley.secretary, alley.town.now)
    else {
        panic!("a report");
    };
    let wrong = Report {
        household: Some(first),
        ..report
    };
    let draft = Draft {
        target: None,
        body: CaseCommand::Report(wrong).into(),
    };
    for (household, door) in [(None, "1号"), (Some(second), "2号")] {
        let recorded = alley.town.record(&mut alley.chief, draft.clone());
        alley.syncs();
        let fields = household.map(|household| ("household".to_owned(), household.key()));
        let fields: BTreeMap<String, String> = fields.into_iter().collect();
        let (now, random) = (alley.town.now, alley.town.random());
        let mended = alley
            .chief
            .replica
            .mend(recorded.command, &fields, now, random);
        let (writes, mended) = mended.unwrap();
        alley.chief.persist(writes);
        alley.syncs();
        let detail = alley.detail(&alley.chief, mended.document);
        assert_eq!(detail.fields["door"], door);
    }
}

#[test]
fn the_resident_s_page_says_no_door() {
    let mut alley = Alley::new();
    alley.reports("2号");
    let Some(code) = alley.code else {
        panic!("a report gives a code out");
    };
    let now = alley.town.now;
    let page = alley.town.ledger.track(&alley.town.store, code, now);
    let page = format!("{:?}", page.unwrap());
    assert!(page.contains("report") && !page.contains("2号"), "{page}");
}
