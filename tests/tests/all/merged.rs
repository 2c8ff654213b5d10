//! A case that was merged goes on in another: both sides say so, and nobody who follows the one that
//! ended is left behind.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what goes wrong ends the test"
)]

use alleyway_catalogue::Lang;
use alleyway_client::screen::Screen;
use alleyway_client::views::case::Opened;
use alleyway_core::command::Body;
use alleyway_core::documents::LogEntry;
use alleyway_core::id::{DocumentId, UnitId};
use alleyway_core::kinds::case::{
    Accept, CaseCommand, CaseStage, Escalate, Finding, Merge, NewCode, Receive, Resolve, Start,
    Verify,
};
use alleyway_core::kinds::unit::{Appoint, CreateUnit, Post, UnitCommand, UnitKind};
use alleyway_core::number::TrackingCode;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_ledger::{
    AdminCommand, ResidentError, ResidentRequest, ResidentStep, ResidentStepKind, Tracked,
    Tracking, Words,
};
use alleyway_replica::Draft;
use alleyway_tests::pure::{Device, Town};

/// A village with alleys, a chief and a case of each, and a branch that holds the cases.
struct Village {
    town: Town,
    qin: Option<Device>,
    chiefs: Vec<Device>,
    cases: Vec<DocumentId>,
    drawn: u8,
}

/// What the resident of each case said.
const SAID: [&str; 3] = ["桥塌了", "桥上有洞", "过不了桥"];
const CONTACT: &str = "139 0000 0000";

impl Village {
    fn new(alleys: usize) -> Self {
        let mut town = Town::new();
        let qin = Some(town.device("qin"));
        let mut village = Self {
            qin,
            town,
            chiefs: Vec::new(),
            cases: Vec::new(),
            drawn: 0,
        };
        for alley in 0..alleys {
            let chief = village.alley(alley);
            let mut chief = village.town.device(&chief);
            village.town.sync(&mut chief);
            let said = SAID[alley % SAID.len()];
            let report = village.town.report(&mut chief, said, said, "村口", CONTACT);
            village.cases.push(report.document);
            let escalate = CaseCommand::Escalate(Escalate {
                // The next level up is filled in.
                to: village.town.alley,
                reason: Text::cut("要钱"),
                tried: Text::cut("拦了路"),
            });
            village.takes(&mut chief, alley, escalate);
            village.chiefs.push(chief);
        }
        village.branch(&[CaseCommand::Receive(Receive {})], 0..alleys);
        village
    }

    /// Another alley of the village with a chief, from whom the next report comes. Returns his key.
    fn alley(&mut self, number: usize) -> String {
        let rows: Vec<(UnitId, UnitKind)> = self
            .town
            .ledger
            .organisation()
            .units()
            .map(|row| (row.unit, row.kind.clone()))
            .collect();
        let village = rows.iter().find(|(_, kind)| *kind == UnitKind::Village);
        let (key, name) = (format!("alley{number}"), format!("{number}号巷"));
        let create = AdminCommand {
            document: None,
            body: Body::Unit(UnitCommand::Create(CreateUnit {
                key: Text::cut(&key),
                name: Text::cut(&name),
                kind: UnitKind::Alley,
                parent: village.map(|(unit, _)| *unit),
            })),
        };
        self.town.alley = self.town.administer(vec![create])[0];
        let chief = format!("chief{number}");
        let appoint = AdminCommand {
            document: Some(self.town.alley),
            body: Body::Unit(UnitCommand::Appoint(Appoint {
                member: self.town.member(&chief),
                key: Text::cut(&chief),
                name: Text::cut(&chief),
                post: Post::AlleyChief,
                from: Time::EARLIEST,
                until: None,
            })),
        };
        self.town.administer(vec![appoint]);
        chief
    }

    /// A step on a case, which stands.
    fn takes(&mut self, device: &mut Device, case: usize, step: CaseCommand) {
        let draft = Draft {
            target: Some(self.cases[case]),
            body: Body::Case(step),
        };
        self.town.record(device, draft);
        let summary = self.town.sync(device).summary;
        assert_eq!(summary.refused, 0, "{summary:?}");
    }

    /// The branch takes these steps on these cases.
    fn branch(&mut self, steps: &[CaseCommand], cases: impl IntoIterator<Item = usize>) {
        let mut qin = self.qin.take().unwrap();
        self.town.sync(&mut qin);
        for case in cases {
            for step in steps {
                self.takes(&mut qin, case, step.clone());
            }
        }
        self.qin = Some(qin);
    }

    fn merge(&mut self, case: usize, into: usize) {
        let into = self.cases[into];
        self.branch(
            &[CaseCommand::Merge(Merge {
                into,
                code: Text::default(),
            })],
            [case],
        );
    }

    /// The branch does the work and says so.
    fn resolve(&mut self, case: usize) {
        let resolve = CaseCommand::Resolve(Resolve {
            text: Text::cut("桥修好了"),
            verifier: None,
            resident_text: Text::cut("桥已修好，请您看看。"),
        });
        self.branch(&[CaseCommand::Start(Start {}), resolve], [case]);
    }

    /// A chief notes something on a case, whatever he knows of it, and syncs.
    fn notes(&mut self, chief: usize, case: usize, text: &str) {
        let mut device = self.chiefs.remove(chief);
        self.town.note(&mut device, self.cases[case], text);
        let summary = self.town.sync(&mut device).summary;
        assert_eq!((summary.admitted, summary.refused), (1, 0), "{summary:?}");
        self.chiefs.insert(chief, device);
    }

    /// A case's log as a chief reads it, up to date.
    fn log(&mut self, chief: usize, case: usize) -> Vec<LogEntry> {
        let mut device = self.chiefs.remove(chief);
        self.town.sync(&mut device);
        let detail = device.replica.case(self.cases[case]);
        self.chiefs.insert(chief, device);
        let rows = detail.unwrap().log;
        rows.into_iter().map(|row| row.entry).collect()
    }

    fn number(&self, case: usize) -> String {
        let case = self
            .qin
            .as_ref()
            .unwrap()
            .replica
            .case(self.cases[case])
            .unwrap();
        case.state.number.to_string()
    }

    fn code(&self, case: usize) -> TrackingCode {
        let detail = self.chiefs[case].replica.case(self.cases[case]).unwrap();
        let given = detail.state.code.unwrap();
        self.chiefs[case].replica.own_code(&given.mark).unwrap()
    }

    fn page(&mut self, case: usize) -> Tracked {
        let (code, now) = (self.code(case), self.town.now);
        let page = self.town.ledger.track(&self.town.store, code, now);
        match page.unwrap() {
            Tracking::Found(page) => page,
            other => panic!("{other:?}"),
        }
    }

    /// A resident's step by the code of a case.
    fn resident(&mut self, case: usize, step: ResidentStep) -> Result<(), ResidentError> {
        self.resident_with(self.code(case), step)
    }

    fn resident_with(
        &mut self,
        code: TrackingCode,
        step: ResidentStep,
    ) -> Result<(), ResidentError> {
        self.drawn += 1;
        let request = ResidentRequest {
            code,
            token: [self.drawn; 16],
            step,
        };
        let (seed, now) = (self.town.random(), self.town.now);
        let done = self
            .town
            .ledger
            .resident(&self.town.store, &request, seed, now);
        self.town.commit();
        done.map(drop).map_err(|error| error.refusal().unwrap())
    }
}

/// Gives out another code for a case.
fn gives_out(town: &mut Town, device: &mut Device, case: DocumentId) -> TrackingCode {
    town.sync(device);
    let draft = Draft {
        target: Some(case),
        body: Body::Case(CaseCommand::NewCode(NewCode { slip: None })),
    };
    let recorded = town.record(device, draft);
    let summary = town.sync(device).summary;
    assert_eq!(summary.refused, 0, "{summary:?}");
    recorded.code.unwrap()
}

/// A case as a phone shows its log: of each step the word, the author, the mark and what was found.
fn shown(town: &Town, device: &Device, case: DocumentId) -> Vec<(String, String, bool, String)> {
    let screen = Screen {
        replica: &device.replica,
        now: town.now,
        lang: Lang::En,
    };
    let Opened::Detail(detail) = screen.case(case).unwrap() else {
        panic!("the lease runs")
    };
    let entries = detail.log.into_iter();
    entries
        .map(|entry| {
            let by_code = entry.mark == Some("by_code");
            (entry.kind, entry.author, by_code, entry.said.join(" "))
        })
        .collect()
}

fn kinds(log: &[LogEntry]) -> Vec<&str> {
    log.iter().map(|entry| entry.kind.as_str()).collect()
}

fn verify(result: Finding) -> ResidentStep {
    ResidentStep::Verify {
        result,
        text: Words::cut("看过了"),
    }
}

#[test]
fn both_sides_of_a_merge_say_so_and_the_other_alley_reads_and_notes() {
    let mut village = Village::new(2);
    village.merge(1, 0);
    // Its chief, who was away, did not know.
    village.notes(1, 1, "还有人受伤");
    let log = village.log(0, 0);
    let merged = log.iter().find(|entry| entry.kind == "merged_in").unwrap();
    assert_eq!(merged.text, SAID[1]);
    assert_eq!(merged.details["number"], village.number(1));
    assert_eq!(merged.details["title"], SAID[1]);
    let told = format!("{merged:?}");
    assert!(!told.contains(CONTACT), "{told}");
    let passed = log.last().unwrap();
    assert_eq!(
        (passed.kind.as_str(), passed.text.as_str()),
        ("passed_on", "还有人受伤")
    );
    assert_eq!(
        passed.details["member"],
        village.town.member("chief1").key()
    );
    // The second chief reads the other case under its number, and adds to it.
    assert_eq!(village.log(1, 0), log);
    let own = village.log(1, 1);
    assert!(kinds(&own).ends_with(&["merge", "note"]), "{own:?}");
    village.notes(1, 0, "桥边要拦起来");
    assert_eq!(village.log(0, 0).last().unwrap().text, "桥边要拦起来");
    // He is concerned, and does nothing else there.
    let draft = Draft {
        target: Some(village.cases[0]),
        body: Body::Case(CaseCommand::Accept(Accept {})),
    };
    let (now, random) = (village.town.now, village.town.random());
    assert!(
        village.chiefs[1]
            .replica
            .record(draft, now, random)
            .is_err()
    );
}

#[test]
fn one_merge_after_another_is_followed_to_its_end() {
    let mut village = Village::new(3);
    village.merge(0, 1);
    village.merge(1, 2);
    village.notes(0, 0, "最早报的");
    let log = village.log(0, 2);
    let merged = log.iter().find(|entry| entry.kind == "merged_in").unwrap();
    assert_eq!(merged.details["number"], village.number(1));
    assert_eq!(log.last().unwrap().text, "最早报的");
    // Nothing more is said on the case in between.
    let between = village.log(1, 1);
    assert!(
        kinds(&between).ends_with(&["merged_in", "merge"]),
        "{between:?}"
    );
}

#[test]
fn the_second_residents_code_goes_on_with_the_other_case() {
    let mut village = Village::new(2);
    village.merge(1, 0);
    village.resolve(0);
    let page = village.page(1);
    let shown: Vec<&str> = page.steps.iter().map(|step| step.kind.as_str()).collect();
    assert_eq!(
        shown,
        ["report", "escalate", "receive", "merge", "start", "resolve"]
    );
    assert_eq!(page.number, village.number(0));
    assert_eq!(page.stage, CaseStage::Resolved);
    assert!(page.may.contains(&ResidentStepKind::Verify));
    let word = ResidentStep::Word {
        text: Words::cut("谢谢"),
    };
    village.resident(1, word).unwrap();
    village.resident(1, verify(Finding::Fixed)).unwrap();
    let page = village.page(1);
    assert_eq!(page.stage, CaseStage::Verified);
    let own: Vec<(&str, &str)> = page
        .steps
        .iter()
        .filter(|step| step.own)
        .map(|step| (step.kind.as_str(), step.text.as_str()))
        .collect();
    assert_eq!(own[0], ("note", "谢谢"));
    assert_eq!(own[1].0, "verify");
    let log = village.log(0, 0);
    assert!(kinds(&log).ends_with(&["passed_on", "verify"]), "{log:?}");
    // The first resident sees that somebody did, not what he wrote.
    let first = village.page(0);
    let last = first.steps.last().unwrap();
    assert_eq!((last.kind.as_str(), last.own), ("verify", false));
    assert_eq!(last.text, "");
}

#[test]
fn a_not_by_either_resident_sends_it_back() {
    for (first, second) in [(0, 1), (1, 0)] {
        let mut village = Village::new(2);
        village.merge(1, 0);
        village.resolve(0);
        village.resident(first, verify(Finding::Fixed)).unwrap();
        assert_eq!(village.page(second).stage, CaseStage::Verified);
        village.resident(second, verify(Finding::Not)).unwrap();
        assert_eq!(village.page(first).stage, CaseStage::InProgress);
    }
    // Of a case that is one resident's alone, what he found is all that there is to say.
    let mut village = Village::new(1);
    village.resolve(0);
    village.resident(0, verify(Finding::Fixed)).unwrap();
    assert!(matches!(
        village.resident(0, verify(Finding::Not)),
        Err(ResidentError::Refused(_))
    ));
}

#[test]
fn the_owners_chief_may_find_that_it_was_not_fixed_after_a_resident_did() {
    let mut village = Village::new(2);
    village.merge(1, 0);
    village.resolve(0);
    village.resident(1, verify(Finding::Fixed)).unwrap();
    let mut chief = village.chiefs.remove(0);
    village.town.sync(&mut chief);
    let step = CaseCommand::Verify(Verify {
        result: Finding::Partly,
        text: Text::cut("一边还松"),
        code_of: None,
    });
    village.takes(&mut chief, 0, step);
    village.chiefs.insert(0, chief);
    assert_eq!(village.page(0).stage, CaseStage::InProgress);
}

#[test]
fn a_second_code_that_came_from_who_resolved_the_case_is_marked_and_moves_nothing() {
    let mut village = Village::new(2);
    let first = village.code(1);
    village.merge(1, 0);
    // The branch, which will do the work, gives the second household another code.
    let mut qin = village.qin.take().unwrap();
    let second = gives_out(&mut village.town, &mut qin, village.cases[1]);
    village.qin = Some(qin);
    assert_eq!(
        village.resident_with(first, verify(Finding::Fixed)),
        Err(ResidentError::CodeEnded)
    );
    village.resolve(0);
    village
        .resident_with(second, verify(Finding::Fixed))
        .unwrap();
    assert_eq!(village.page(0).stage, CaseStage::Resolved);
    village.log(0, 0);
    let log = shown(&village.town, &village.chiefs[0], village.cases[0]);
    let (kind, author, by_code, said) = log.last().unwrap();
    assert_eq!((kind.as_str(), author.as_str()), ("verify", "the resident"));
    assert!(*by_code && said.contains("who resolved it"), "{said}");
    // One that the second chief, who has not resolved it, gives out counts.
    let mut chief = village.chiefs.remove(1);
    let third = gives_out(&mut village.town, &mut chief, village.cases[1]);
    village.chiefs.insert(1, chief);
    village
        .resident_with(third, verify(Finding::Fixed))
        .unwrap();
    assert_eq!(village.page(0).stage, CaseStage::Verified);
    // And one by whom it was resolved still says that it is not so.
    let mut qin = village.qin.take().unwrap();
    let fourth = gives_out(&mut village.town, &mut qin, village.cases[1]);
    village.qin = Some(qin);
    village.resident_with(fourth, verify(Finding::Not)).unwrap();
    assert_eq!(village.page(0).stage, CaseStage::InProgress);
    // That the other household got codes is nothing to the first one's page.
    let page = village.page(0);
    assert!(
        page.steps.iter().all(|step| step.kind != "new_code"),
        "{page:?}"
    );
}

#[test]
fn what_a_second_resident_writes_is_shown_as_a_residents_by_code() {
    let mut village = Village::new(3);
    village.merge(2, 1);
    village.merge(1, 0);
    let word = ResidentStep::Word {
        text: Words::cut("谢谢"),
    };
    village.resident(2, word).unwrap();
    village.resolve(0);
    village.resident(1, verify(Finding::Fixed)).unwrap();
    village.log(0, 0);
    let log = shown(&village.town, &village.chiefs[0], village.cases[0]);
    let passed = log.iter().find(|(kind, ..)| kind == "passed_on").unwrap();
    assert!(passed.3.contains("the resident"), "{passed:?}");
    let (kind, author, by_code, _) = log.last().unwrap();
    assert_eq!(
        (kind.as_str(), author.as_str(), *by_code),
        ("verify", "the resident", true)
    );
}
