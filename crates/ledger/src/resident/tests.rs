mod folder;
mod kept;
mod loading;

use super::*;
use crate::{
    Ledger, LedgerError, ResidentStep, ResidentStepKind, Setup, StoredDocument, Words, device_key,
};
use alleyway_core::command::Body;
use alleyway_core::crypto::{SecretKey, hash};
use alleyway_core::documents::Document;
use alleyway_core::documents::samples::START;
use alleyway_core::id::{DocumentId, MemberId, TownId, UnitId, is_resident};
use alleyway_core::kinds::case::{
    Accept, CaseCommand, CaseStage, Close, Escalate, Finding, NewCode, Note, Origin, Reopen,
    Report, Resolve, Resume, Start, Verify as VerifyStep, Wait, Withdraw,
};
use alleyway_core::kinds::unit::{Appoint, CreateUnit, Post, UnitCommand, UnitKind};
use alleyway_core::limits::RESIDENT_STEPS_PER_DAY_MAX;
use alleyway_core::number::TrackingCode;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::{MemoryStore, Records as _, Store, StoreError};
use alleyway_core::sync::enrol::{Enrol, Enrolled};
use alleyway_core::sync::flight::Flight;
use alleyway_core::sync::frame::PROTOCOL_VERSION;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_demo::{Line, LineError, Phone};
use alleyway_replica::Draft;

const TOWN: TownId = TownId([7; 16]);

pub(crate) fn setup() -> Setup {
    Setup {
        town: TOWN,
        town_name: Text::cut("四排镇"),
        secret: SecretKey::from_bytes(&[1; 32]),
        token_key: [2; 32],
        challenge_key: [3; 32],
        loaded_documents_max: 16,
    }
}

/// A town with one alley, its chief and its branch's secretary, and one case of the chief's.
pub(crate) struct Town {
    pub(crate) store: MemoryStore,
    pub(crate) ledger: Ledger,
    pub(crate) now: Time,
    drawn: u64,
    pub(crate) branch: UnitId,
    pub(crate) case: DocumentId,
    /// The code that was given out last.
    code: TrackingCode,
    chief: Option<Phone>,
    /// Long documents are loaded before the request that needs them has its turn.
    loads_ahead: bool,
}

/// The line to a ledger in this process. Each request's writes are committed before it is answered.
struct Direct<'a> {
    ledger: &'a mut Ledger,
    store: &'a mut MemoryStore,
    loads_ahead: bool,
}

impl Direct<'_> {
    fn commit(&mut self) {
        if let Some(transaction) = self.ledger.take_transaction() {
            self.store.commit(&transaction).unwrap();
        }
    }

    fn answer(&mut self, flight: &[u8], now: Time) -> Result<Vec<u8>, LineError> {
        let flight = Flight::parse(flight)?;
        let key = device_key(self.store, flight.device())?.ok_or("not enrolled")?;
        let flight = flight.verify(TOWN, &key)?.read()?;
        let mut reply = self.ledger.sync(self.store, &flight, now)?;
        let mut answer = vec![PROTOCOL_VERSION];
        loop {
            self.commit();
            answer.extend_from_slice(&reply.frames);
            match reply.next {
                Some(next) => {
                    let loaded = self.loaded(next.needs())?;
                    let store = &*self.store;
                    reply = self
                        .ledger
                        .with_loaded(store, loaded, |ledger| ledger.page(store, &next, now))?;
                }
                None => return Ok(answer),
            }
        }
    }

    fn loaded(&mut self, needs: &[DocumentId]) -> Result<Vec<Document>, StoreError> {
        let needs = if self.loads_ahead { needs } else { &[] };
        let stored = self.ledger.stored(self.store, needs)?;
        stored.into_iter().map(StoredDocument::load).collect()
    }
}

impl Line for Direct<'_> {
    fn enrol(&mut self, requests: Vec<Enrol>, now: Time) -> Result<Vec<Enrolled>, LineError> {
        let mut answers = Vec::new();
        for request in requests {
            answers.push(self.ledger.enrol(self.store, &request.verify()?, now)?);
            self.commit();
        }
        Ok(answers)
    }

    fn sync(&mut self, flights: Vec<Vec<u8>>, now: Time) -> Result<Vec<Vec<u8>>, LineError> {
        flights
            .iter()
            .map(|flight| self.answer(flight, now))
            .collect()
    }
}

impl Town {
    pub(crate) fn new() -> Self {
        Self::with_case_of(None)
    }

    /// As [`Town::new`], with where the case came from.
    fn with_case_of(origin: Option<Origin>) -> Self {
        let mut store = MemoryStore::default();
        Ledger::found(&mut store).unwrap();
        let ledger = Ledger::open(&store, setup()).unwrap();
        let nowhere = DocumentId([0; 16]);
        let mut town = Self {
            store,
            ledger,
            now: START,
            drawn: 0,
            branch: nowhere,
            case: nowhere,
            code: TrackingCode::from_random([0; 15]),
            chief: None,
            loads_ahead: true,
        };
        let alley = town.build();
        town.chief = Some(town.phone("chief"));
        town.case = town.report(alley, origin);
        town
    }

    fn build(&mut self) -> UnitId {
        let units = [
            ("town", UnitKind::Town, None),
            ("village", UnitKind::Village, Some(0)),
            ("branch", UnitKind::Branch, Some(1)),
            ("alley", UnitKind::Alley, Some(1)),
        ];
        let seed = self.seed();
        let mut list = self.ledger.admin_list(seed, self.now);
        let mut ids: Vec<UnitId> = Vec::new();
        for (key, kind, parent) in units {
            let create = CreateUnit {
                key: Text::cut(key),
                name: Text::cut(key),
                kind,
                parent: parent.map(|at: usize| ids[at]),
            };
            ids.push(list.push(None, UnitCommand::Create(create)));
        }
        for (key, post, unit) in [
            ("chief", Post::AlleyChief, ids[3]),
            ("secretary", Post::BranchSecretary, ids[2]),
        ] {
            let (member, from) = (MemberId::derive(TOWN, key), Time::EARLIEST);
            let appoint = Appoint {
                member,
                key: Text::cut(key),
                name: Text::cut(key),
                post,
                from,
                until: None,
            };
            list.push(Some(unit), UnitCommand::Appoint(appoint));
        }
        self.ledger.administer_list(&self.store, list).unwrap();
        self.commit();
        self.branch = ids[2];
        ids[3]
    }

    fn report(&mut self, alley: UnitId, origin: Option<Origin>) -> DocumentId {
        let device_code = self.chief.as_ref().and_then(Phone::device_code).unwrap();
        let report = Report {
            owner: alley,
            device_code,
            tracking: TrackingCode::from_random([0; 15]),
            category: Text::cut("road"),
            title: Text::cut("路"),
            text: Text::cut("路坏了"),
            place: Text::default(),
            point: None,
            contact: Text::default(),
            household: None,
            taken_at: None,
            confidential: false,
            door: None,
            slip: None,
            origin,
            external_system: Text::default(),
            external_number: Text::default(),
            external_due: None,
            phone: Text::default(),
            may_text: false,
            about: None,
        };
        self.chiefs(None, CaseCommand::Report(report))
    }

    /// A phone of a member.
    fn phone(&mut self, member: &str) -> Phone {
        let (seed, now) = (self.seed(), self.now);
        let code = TrackingCode::from_random(alleyway_core::crypto::first(&seed));
        self.ledger
            .invite(&self.store, MemberId::derive(TOWN, member), &code, now)
            .unwrap();
        Phone::enrolled(&mut self.line(), code, seed, now).unwrap()
    }

    fn line(&mut self) -> Direct<'_> {
        Direct {
            ledger: &mut self.ledger,
            store: &mut self.store,
            loads_ahead: self.loads_ahead,
        }
    }

    /// A member's command on what the server has, which stands.
    fn types(
        &mut self,
        phone: &mut Phone,
        target: Option<DocumentId>,
        body: CaseCommand,
    ) -> DocumentId {
        let (body, now) = (Body::Case(body), self.now);
        phone.sync(&mut self.line(), now).unwrap();
        let recorded = phone.record(Draft { target, body }, now).unwrap();
        let summary = phone.sync(&mut self.line(), now).unwrap();
        assert_eq!((summary.admitted, summary.refused), (1, 0));
        self.code = recorded.code.unwrap_or(self.code);
        recorded.document
    }

    fn chiefs(&mut self, target: Option<DocumentId>, body: CaseCommand) -> DocumentId {
        let mut chief = self.chief.take().unwrap();
        let document = self.types(&mut chief, target, body);
        self.chief = Some(chief);
        document
    }

    /// A step of the chief's.
    pub(crate) fn step(&mut self, body: CaseCommand) {
        self.chiefs(Some(self.case), body);
    }

    /// The chief accepts, does the work and says so; the branch gives the resident a code.
    fn resolved() -> Self {
        let mut town = Self::resolved_by_the_giver();
        town.gives_out("secretary");
        town
    }

    /// A member gives out another code.
    fn gives_out(&mut self, member: &str) {
        let mut phone = self.phone(member);
        let step = CaseCommand::NewCode(NewCode { slip: None });
        self.types(&mut phone, Some(self.case), step);
    }

    /// The chief, who gave out the code, accepts, does the work and says so.
    fn resolved_by_the_giver() -> Self {
        let mut town = Self::new();
        town.works();
        town
    }

    fn works(&mut self) {
        self.step(CaseCommand::Accept(Accept {}));
        self.step(CaseCommand::Start(Start {}));
        self.step(CaseCommand::Resolve(Resolve {
            text: Text::cut("修好了"),
            verifier: None,
            resident_text: Text::cut("已修好，请核实。"),
        }));
    }

    /// The name of the unit that holds the case.
    fn office(&mut self) -> String {
        let case = self.case;
        let mut tx = self.ledger.tx(&self.store);
        let holder = tx.document(case, |case| case.case().unwrap().holder);
        let unit = tx.organisation().unit(holder.unwrap().unwrap());
        unit.unwrap().name.to_string()
    }

    pub(crate) fn closed() -> Self {
        Self::closed_of(None)
    }

    fn closed_of(origin: Option<Origin>) -> Self {
        let mut town = Self::with_case_of(origin);
        town.works();
        town.gives_out("secretary");
        town.send(verify(Finding::Fixed, "")).unwrap();
        town.step(CaseCommand::Close(Close {
            code: Text::cut("fixed"),
            text: Text::cut("谢谢您"),
        }));
        town
    }

    pub(crate) fn seed(&mut self) -> [u8; 32] {
        self.drawn += 1;
        hash("seed", &[&self.drawn.to_be_bytes()])
    }

    pub(crate) fn commit(&mut self) {
        if let Some(transaction) = self.ledger.take_transaction() {
            self.store.commit(&transaction).unwrap();
        }
    }

    fn send_with(
        &mut self,
        token: [u8; 16],
        step: ResidentStep,
    ) -> Result<ResidentDone, ResidentError> {
        let request = ResidentRequest {
            code: self.code,
            token,
            step,
        };
        let seed = self.seed();
        let done = self
            .ledger
            .resident(&self.store, &request, seed, self.now)
            .map_err(|error| error.refusal().unwrap());
        if done.is_err() {
            assert!(
                self.ledger.take_transaction().is_none(),
                "what is refused leaves nothing behind"
            );
        }
        self.commit();
        done
    }

    fn send(&mut self, step: ResidentStep) -> Result<ResidentDone, ResidentError> {
        let token = alleyway_core::crypto::first(&self.seed());
        self.send_with(token, step)
    }

    fn refused(&mut self, step: ResidentStep) -> RefusalCode {
        match self.send(step) {
            Err(ResidentError::Refused(refusal)) => refusal.code,
            other => panic!("{other:?}"),
        }
    }

    fn tracking(&mut self, code: TrackingCode) -> Tracking {
        self.ledger.track(&self.store, code, self.now).unwrap()
    }

    fn page(&mut self) -> Tracked {
        match self.tracking(self.code) {
            Tracking::Found(tracked) => tracked,
            other => panic!("{other:?}"),
        }
    }

    fn last_shown(&mut self) -> TrackStep {
        self.page().steps.pop().unwrap()
    }
}

fn words(text: &str) -> Words {
    Words::new(text).unwrap()
}
fn word(text: &str) -> ResidentStep {
    ResidentStep::Word { text: words(text) }
}
fn verify(result: Finding, text: &str) -> ResidentStep {
    ResidentStep::Verify {
        result,
        text: words(text),
    }
}
fn reopen(reason: &str) -> ResidentStep {
    ResidentStep::Reopen {
        reason: words(reason),
    }
}

use ResidentStepKind::{Reopen as MayReopen, Verify as MayVerify, Word as MayWord};

#[test]
fn a_word_is_a_note_in_the_residents_name_and_stands_on_the_page() {
    let mut town = Town::new();
    let done = town.send(word("雨天\n车也进不去")).unwrap();
    let mut tx = town.ledger.tx(&town.store);
    let logged = tx.document(town.case, |case| case.log_entry(done.command));
    let entry = logged.unwrap().unwrap().unwrap();
    assert_eq!(
        (entry.kind.as_str(), entry.text.as_str()),
        ("note", "雨天\n车也进不去")
    );
    assert!(is_resident(TOWN, town.case, entry.author));
    assert_eq!(entry.received.unwrap().received, town.now);
    let shown = town.last_shown();
    assert!(shown.own && !done.repeated);
    assert_eq!(
        (shown.kind.as_str(), shown.text.as_str()),
        ("note", "雨天\n车也进不去")
    );
}

#[test]
fn what_the_offices_write_among_themselves_is_not_on_the_page() {
    let mut town = Town::new();
    town.step(CaseCommand::Accept(Accept {}));
    town.step(CaseCommand::Note(Note {
        text: Text::cut("内部记录"),
    }));
    town.step(CaseCommand::Start(Start {}));
    town.step(CaseCommand::Resolve(Resolve {
        text: Text::cut("修好了"),
        verifier: Some(town.branch),
        resident_text: Text::cut("您反映的路修好了。"),
    }));
    let mut secretary = town.phone("secretary");
    let told = VerifyStep {
        result: Finding::Not,
        text: Text::cut("转述的话"),
        code_of: None,
    };
    town.types(&mut secretary, Some(town.case), CaseCommand::Verify(told));
    let page = town.page();
    assert_eq!(page.steps.last().unwrap().result.as_deref(), Some("not"));
    let for_the_resident = |step: &TrackStep| match step.kind.as_str() {
        "resolve" => step.text == "您反映的路修好了。",
        _ => step.text.is_empty(),
    };
    let mut steps = page.steps.iter();
    assert!(
        steps.all(|step| !step.own && step.kind != "note" && for_the_resident(step)),
        "{page:?}"
    );
    // The office is named while the case is open; its people are not.
    assert_eq!(page.office.as_deref(), Some(town.office().as_str()));
}

#[test]
fn a_finding_decides_where_the_case_goes() {
    for (result, stage) in [
        (Finding::Fixed, CaseStage::Verified),
        (Finding::Partly, CaseStage::InProgress),
        (Finding::Not, CaseStage::InProgress),
    ] {
        let mut town = Town::resolved();
        town.send(verify(result.clone(), "看过了")).unwrap();
        let shown = town.last_shown();
        assert_eq!(town.page().stage, stage);
        assert_eq!(
            (shown.result.as_deref(), shown.text.as_str()),
            (Some(result.word()), "看过了")
        );
    }
}

#[test]
fn a_code_of_who_resolved_the_case_says_so_and_moves_nothing() {
    let mut town = Town::resolved_by_the_giver();
    town.send(verify(Finding::Fixed, "很好")).unwrap();
    let shown = town.last_shown();
    assert_eq!(shown.result.as_deref(), Some("told_fixed"));
    assert_eq!(town.page().stage, CaseStage::Resolved);
    // The branch gives a code out: with that one it counts.
    town.gives_out("secretary");
    town.send(verify(Finding::Fixed, "很好")).unwrap();
    assert_eq!(town.page().stage, CaseStage::Verified);
    let mut town = Town::resolved_by_the_giver();
    town.send(verify(Finding::Not, "还漏")).unwrap();
    assert_eq!(town.page().stage, CaseStage::InProgress);
}

#[test]
fn a_code_ends_with_the_next_one_and_says_so() {
    let mut town = Town::resolved_by_the_giver();
    let first = town.code;
    town.gives_out("secretary");
    assert!(matches!(town.tracking(first), Tracking::Ended));
    let shown = town.page().steps.pop().unwrap();
    assert_eq!((shown.kind.as_str(), shown.own), ("new_code", false));
    let second = std::mem::replace(&mut town.code, first);
    assert_eq!(town.send(word("在吗")), Err(ResidentError::CodeEnded));
    town.chiefs(
        Some(town.case),
        CaseCommand::NewCode(NewCode { slip: None }),
    );
    town.send(word("在")).unwrap();
    // As after a restart.
    town.ledger = Ledger::open(&town.store, setup()).unwrap();
    for ended in [first, second] {
        assert!(matches!(town.tracking(ended), Tracking::Ended));
    }
}

#[test]
fn a_code_is_nowhere_in_the_store_and_not_in_what_readers_are_sent() {
    let mut town = Town::new();
    let code = town.code.to_string();
    let plain = code.replace('-', "");
    let rows = town.store.scan(&[], &[255], usize::MAX).unwrap();
    let holds = |bytes: &[u8], text: &str| {
        bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    for (key, value) in &rows {
        for text in [&code, &plain] {
            assert!(!holds(value, text) && !holds(key, text), "{key:?}");
        }
    }
    // What every reader is sent is the document and the commands on it: neither says the code.
    let mut tx = town.ledger.tx(&town.store);
    let log = tx.document(town.case, |case| {
        format!("{:?} {:?}", case.log(), case.case())
    });
    let log = log.unwrap().unwrap();
    assert!(!log.contains(&code) && log.contains("slip"), "{log}");
}

#[test]
fn a_code_of_before_has_ended() {
    let mut town = Town::new();
    let plain = TrackingCode::from_random([4; 15]);
    assert!(matches!(town.tracking(plain), Tracking::NotArrived));
    let row = crate::rows::keys::plain_code(plain.index());
    town.store
        .commit(&alleyway_core::store::Transaction {
            writes: vec![alleyway_core::store::Write {
                key: row,
                value: Some(town.case.0.to_vec()),
                slot: None,
            }],
            ..Default::default()
        })
        .unwrap();
    town.ledger = Ledger::open(&town.store, setup()).unwrap();
    assert!(matches!(town.tracking(plain), Tracking::Ended));
}

#[test]
fn a_closed_case_is_reopened_with_the_residents_reason() {
    let mut town = Town::closed();
    town.send(reopen("又塌了")).unwrap();
    let shown = town.last_shown();
    assert_eq!(town.page().stage, CaseStage::Reported);
    assert_eq!(
        (shown.kind.as_str(), shown.text.as_str(), shown.own),
        ("reopen", "又塌了", true)
    );
}

#[test]
fn a_petition_that_is_reopened_goes_to_the_level_above_whoever_reopens_it() {
    let mut by_resident = Town::closed_of(Some(Origin::Petition));
    assert_eq!(by_resident.office(), "alley");
    by_resident.send(reopen("不服答复")).unwrap();
    assert_eq!(by_resident.office(), "branch");
    assert_eq!(by_resident.page().stage, CaseStage::Reported);
    let by_chief = || {
        CaseCommand::Reopen(Reopen {
            reason: Text::cut("不服答复"),
            reviewer: None,
        })
    };
    let mut petition = Town::closed_of(Some(Origin::Petition));
    petition.step(by_chief());
    assert_eq!(petition.office(), "branch");
    let mut other = Town::closed();
    other.step(by_chief());
    assert_eq!(other.office(), "alley");
}

#[test]
fn what_the_rules_forbid_is_refused_and_leaves_nothing_behind() {
    let mut reported = Town::new();
    assert_eq!(
        reported.refused(verify(Finding::Fixed, "")),
        RefusalCode::WrongState
    );
    assert_eq!(reported.refused(reopen("为什么")), RefusalCode::WrongState);
    assert_eq!(reported.refused(word(" \n")), RefusalCode::NeedsText);
    let mut resolved = Town::resolved();
    assert_eq!(
        resolved.refused(verify(Finding::from_word("splendid"), "")),
        RefusalCode::BadValue
    );
    let mut closed = Town::closed();
    assert_eq!(closed.refused(reopen(" ")), RefusalCode::NeedsReason);
    closed.now = closed.now.plus_days(31);
    assert_eq!(closed.refused(reopen("又塌了")), RefusalCode::TooLate);
    let mut referred = Town::new();
    let up = Escalate {
        to: referred.branch,
        reason: Text::cut("没钱"),
        tried: Text::cut("填过"),
    };
    referred.step(CaseCommand::Escalate(up));
    assert_eq!(
        referred.refused(verify(Finding::Fixed, "")),
        RefusalCode::ReferralPending
    );
    let mut withdrawn = Town::new();
    withdrawn.step(CaseCommand::Withdraw(Withdraw {
        text: Text::cut("报错了"),
    }));
    assert_eq!(withdrawn.refused(word("没报错")), RefusalCode::WrongState);
}

#[test]
fn the_same_step_sent_again_is_answered_again_and_done_once() {
    let mut town = Town::new();
    let first = town.send_with([9; 16], word("车进不去")).unwrap();
    let sequence = town.ledger.stats().sequence;
    // As after a restart: what was sent is remembered in the store.
    town.ledger = Ledger::open(&town.store, setup()).unwrap();
    let again = town.send_with([9; 16], word("车进不去")).unwrap();
    assert_eq!(
        again,
        ResidentDone {
            repeated: true,
            ..first
        }
    );
    assert_eq!(town.ledger.stats().sequence, sequence);
    // Whoever went back and wrote something else meant something else.
    let other = town.send_with([9; 16], word("人也过不去")).unwrap();
    assert!(!other.repeated && other.command != first.command);
}

#[test]
fn a_verification_sent_again_stands_though_the_case_has_moved_on() {
    let mut town = Town::resolved();
    let first = town.send_with([9; 16], verify(Finding::Fixed, "")).unwrap();
    assert_eq!(
        town.send_with([9; 16], verify(Finding::Fixed, ""))
            .unwrap()
            .command,
        first.command
    );
    assert_eq!(
        town.refused(verify(Finding::Fixed, "")),
        RefusalCode::WrongState
    );
}

#[test]
fn a_day_takes_so_many_steps_and_the_next_day_as_many_again() {
    let mut town = Town::new();
    for number in 0..RESIDENT_STEPS_PER_DAY_MAX {
        assert!(!town.page().day_is_full);
        town.send_with([1; 16], word(&format!("第{number}句")))
            .unwrap();
    }
    assert_eq!(
        town.send(word("还有一句")),
        Err(ResidentError::TooManySteps)
    );
    let page = town.page();
    assert!(page.day_is_full && page.may.is_empty());
    assert!(town.send_with([1; 16], word("第0句")).unwrap().repeated);
    // Nobody else's steps count.
    town.now = town.now.plus_days(1);
    for _ in 0..RESIDENT_STEPS_PER_DAY_MAX {
        town.step(CaseCommand::Note(Note {
            text: Text::cut("记"),
        }));
    }
    town.send(word("还有一句")).unwrap();
    assert!(!town.page().day_is_full);
}

#[test]
fn a_code_whose_case_has_not_arrived_is_told_so() {
    let mut town = Town::new();
    let request = ResidentRequest {
        code: TrackingCode::from_random([8; 15]),
        token: [1; 16],
        step: word("在吗"),
    };
    let answer = town.ledger.resident(&town.store, &request, [0; 32], START);
    assert_eq!(answer, Err(LedgerError::Refused(ResidentError::NotArrived)));
    assert!(town.ledger.take_transaction().is_none());
}

#[test]
fn a_page_offers_what_the_rules_allow_now() {
    assert_eq!(Town::new().page().may, [MayWord]);
    assert_eq!(Town::resolved().page().may, [MayVerify, MayWord]);
    let mut closed = Town::closed();
    assert_eq!(closed.page().may, [MayReopen, MayWord]);
    closed.now = closed.now.plus_days(31);
    assert_eq!(closed.page().may, [MayWord]);
    let mut withdrawn = Town::new();
    withdrawn.step(CaseCommand::Withdraw(Withdraw {
        text: Text::cut("报错了"),
    }));
    assert_eq!(withdrawn.page().may, []);
}

#[test]
fn two_cases_have_two_residents() {
    let mut town = Town::new();
    let other = DocumentId([1; 16]);
    assert_ne!(
        MemberId::resident_of(TOWN, town.case),
        MemberId::resident_of(TOWN, other)
    );
    let resident = MemberId::resident_of(TOWN, town.case);
    assert!(
        !is_resident(TOWN, other, resident) && !is_resident(TownId([8; 16]), town.case, resident)
    );
    let report = town.page().steps.remove(0);
    assert!(!report.own && report.text.is_empty());
}

#[test]
fn a_case_of_many_steps_shows_the_newest_and_says_that_there_are_more() {
    let mut town = Town::new();
    assert!(!town.page().earlier);
    town.step(CaseCommand::Accept(Accept {}));
    town.step(CaseCommand::Start(Start {}));
    for _ in 0..60 {
        town.step(CaseCommand::Wait(Wait {
            reason: Text::cut("weather"),
            resident_text: Text::default(),
        }));
        town.step(CaseCommand::Resume(Resume {
            text: Text::default(),
        }));
    }
    let page = town.page();
    assert_eq!((page.steps.len(), page.earlier), (100, true));
    assert_eq!(page.steps.last().unwrap().kind, "resume");
    // However much the offices note among themselves, the steps stay there.
    for _ in 0..200 {
        town.step(CaseCommand::Note(Note {
            text: Text::cut("x"),
        }));
    }
    assert_eq!(town.page(), page);
    town.is_kept_as_the_case_says();
}
