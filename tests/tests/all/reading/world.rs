//! A town that lives by dice: people come and go, alleys move, cases go up and down, some of them
//! confidential, and phones that sync now and then.

use std::collections::BTreeSet;

use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, DeviceId, DocumentId, UnitId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::{
    Accept, CoHandlers, Dispatch, Escalate, Note, Receive, Report, Resolve, Return, Rule, Start,
};
use alleyway_core::kinds::household::CreateHousehold;
use alleyway_core::kinds::household::HouseholdCommand;
use alleyway_core::kinds::unit::{
    Amend, Appoint, Clear, ConfirmClearance, ConfirmDevice, CreateUnit, EndClearance, MoveUnit,
    Post, UnitCommand, UnitKind,
};
use alleyway_core::number::TrackingCode;
use alleyway_core::store::{MemoryStore, Records as _};
use alleyway_core::sync::frame::Stop;
use alleyway_core::text::Text;
use alleyway_core::time::{Date, Time};
use alleyway_core::wire::Wire as _;
use alleyway_demo::Chance;
use alleyway_ledger::{AdminCommand, DeviceChange};
use alleyway_replica::{Draft, Recorded, Replica};
use alleyway_tests::pure::{Device, Town};

use super::paper::{Appointed, Case, Paper, Reader, Town as OnPaper, works_for};

const MEMBERS: usize = 9;
const DEVICES_MAX: usize = 14;
const HOUR: i64 = 3_600_000;

/// A phone, and what it was right after it enrolled.
struct Phone {
    device: Device,
    new: MemoryStore,
    id: DeviceId,
    reader: Reader,
}

/// What happened, so that a run in which nothing happens is seen.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Happened {
    pub(super) compared: usize,
    pub(super) confidential: usize,
    pub(super) sent_on: usize,
    pub(super) cleared: usize,
    pub(super) evicted: u64,
}

/// The town as it is, and on paper.
pub(super) struct World {
    town: Town,
    paper: OnPaper,
    phones: Vec<Phone>,
    dice: Chance,
    names: usize,
    pub(super) happened: Happened,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut world = Self {
            town: Town::new(),
            paper: OnPaper::default(),
            phones: Vec::new(),
            dice: Chance::new(seed),
            names: 0,
            happened: Happened::default(),
        };
        world.takes_over();
        let town = world.units_of(&UnitKind::Town)[0];
        let first = world.units_of(&UnitKind::Village)[0];
        world.makes_unit(UnitKind::Alley, first);
        world.makes_unit(UnitKind::Centre, first);
        let second = world.makes_unit(UnitKind::Village, town);
        world.makes_unit(UnitKind::Branch, second);
        world.makes_unit(UnitKind::Alley, second);
        world.makes_unit(UnitKind::Department, town);
        for post in [Post::Administrator, Post::Administrator, Post::Auditor] {
            world.appoints(town, post);
        }
        for kind in [
            UnitKind::Branch,
            UnitKind::Alley,
            UnitKind::Department,
            UnitKind::Centre,
        ] {
            for unit in world.units_of(&kind) {
                world.appoints(unit, works_for(&kind).unwrap());
            }
        }
        for _ in 0..6 {
            world.enrols();
        }
        for _ in 0..12 {
            world.somebody_is_to_be_cleared();
            world.a_clearance_is_confirmed();
        }
        world
    }

    /// A post; mostly one of somebody who has a phone.
    fn some_post(&mut self) -> usize {
        let has_phone = |post: &Appointed| {
            self.phones
                .iter()
                .any(|phone| phone.reader.member == post.member)
        };
        let with: Vec<_> = (0..self.paper.posts.len())
            .filter(|at| has_phone(&self.paper.posts[*at]))
            .collect();
        if with.is_empty() || self.dice.below(4) == 0 {
            return self.dice.below(self.paper.posts.len());
        }
        with[self.dice.below(with.len())]
    }

    /// What `Town::new` made.
    fn takes_over(&mut self) {
        let units = self.town.ledger.units(&self.town.store).unwrap();
        for unit in units {
            self.paper
                .units
                .insert(unit.id, (unit.kind.clone(), unit.parent));
            self.paper.documents.insert(unit.id, Paper::Unit(unit.id));
            for made in unit.appointments {
                self.paper.posts.push(Appointed {
                    id: made.id,
                    unit: unit.id,
                    post: made.post,
                    member: made.member,
                    from: made.from,
                    until: made.until,
                    asked: None,
                    cleared: false,
                });
            }
        }
        self.lists_directories();
    }

    /// The directories that there are, and the town's book, which is read as the town's directory is;
    /// by the rows in which the server finds them.
    fn lists_directories(&mut self) {
        if let Some(row) = self.town.store.get(b"R").unwrap() {
            let (book, town) = row.split_at(16);
            let town = DocumentId(town.try_into().unwrap());
            self.paper
                .documents
                .insert(DocumentId(book.try_into().unwrap()), Paper::Directory(town));
        }
        for (key, value) in self.town.store.scan(b"v", b"w", usize::MAX).unwrap() {
            let of = DocumentId(key[1..].try_into().unwrap());
            self.paper.documents.insert(
                DocumentId::from_bytes(&value).unwrap(),
                Paper::Directory(of),
            );
        }
    }

    fn units_of(&self, kind: &UnitKind) -> Vec<UnitId> {
        self.paper
            .units
            .iter()
            .filter(|(_, (known, _))| known == kind)
            .map(|(id, _)| *id)
            .collect()
    }

    fn administer(&mut self, document: Option<DocumentId>, body: Body) -> DocumentId {
        let done = self.town.administer(vec![AdminCommand { document, body }]);
        self.lists_directories();
        done[0]
    }

    fn makes_unit(&mut self, kind: UnitKind, parent: UnitId) -> UnitId {
        self.names += 1;
        let name = format!("unit-{}", self.names);
        let create = CreateUnit {
            name: Text::cut(&name),
            key: Text::cut(&name),
            kind: kind.clone(),
            parent: Some(parent),
        };
        let unit = self.administer(None, Body::Unit(UnitCommand::Create(create)));
        self.paper.units.insert(unit, (kind, Some(parent)));
        self.paper.documents.insert(unit, Paper::Unit(unit));
        unit
    }

    fn name(&mut self) -> String {
        format!("member-{}", self.dice.below(MEMBERS))
    }

    fn appoints(&mut self, unit: UnitId, post: Post) {
        let key = self.name();
        let member = self.town.member(&key);
        let from = match self.dice.below(4) {
            0 => Time(self.town.now.0 + 20 * HOUR),
            _ => Time::EARLIEST,
        };
        let (key, name) = (Text::cut(&key), Text::cut(&key));
        let appoint = Appoint {
            member,
            key,
            name,
            post: post.clone(),
            from,
            until: None,
        };
        let before: BTreeSet<CommandId> = self.appointments_of(unit);
        self.administer(Some(unit), Body::Unit(UnitCommand::Appoint(appoint)));
        let id = *self
            .appointments_of(unit)
            .difference(&before)
            .next()
            .unwrap();
        self.paper.posts.push(Appointed {
            id,
            unit,
            post,
            member,
            from,
            until: None,
            asked: None,
            cleared: false,
        });
    }

    fn appointments_of(&mut self, unit: UnitId) -> BTreeSet<CommandId> {
        let units = self.town.ledger.units(&self.town.store).unwrap();
        units
            .into_iter()
            .filter(|view| view.id == unit)
            .flat_map(|view| view.appointments)
            .map(|made| made.id)
            .collect()
    }

    /// A device of somebody who has a post.
    fn enrols(&mut self) {
        let key = self.name();
        let member = self.town.member(&key);
        if self.phones.len() >= DEVICES_MAX
            || !self.paper.posts.iter().any(|post| post.member == member)
        {
            return;
        }
        let device = self.town.device(&key);
        let id = device.replica.status(self.town.now).unwrap().device;
        let reader = Reader {
            member,
            confirmed: BTreeSet::new(),
            stopped: false,
        };
        self.lists_directories();
        self.phones.push(Phone {
            new: device.store.clone(),
            device,
            id,
            reader,
        });
    }

    /// Two things happen; then what the server would send a device, and what a device holds after a
    /// sync, is compared with the paper. Whoever types something is compared too.
    pub(super) fn lives(&mut self) {
        for _ in 0..2 {
            self.happens();
        }
        self.town.now = Time(self.town.now.0 + self.dice.between(0, 9 * HOUR));
        if !self.phones.is_empty() {
            let syncing = self.dice.below(self.phones.len());
            self.syncs(syncing);
            let asked = self.dice.below(self.phones.len());
            self.compares(asked);
        }
    }

    fn happens(&mut self) {
        match self.dice.below(22) {
            0 => self.somebody_is_appointed(),
            1 => self.a_post_changes(),
            2 => self.an_alley_moves(),
            3 => self.enrols(),
            4 => self.a_device_is_stopped(),
            5 | 6 => self.somebody_is_to_be_cleared(),
            7 | 8 => self.a_clearance_is_confirmed(),
            9 => self.a_clearance_ends(),
            10 => self.a_device_is_confirmed(),
            11 => self.a_household_moves_in(),
            12..=14 => self.somebody_reports(),
            _ => self.a_case_goes_on(),
        }
    }

    /// Every device, as a new one and as it is.
    pub(super) fn compares_all(&mut self) {
        for phone in 0..self.phones.len() {
            self.compares(phone);
            self.syncs(phone);
        }
    }

    /// What the server sends a device that has nothing yet.
    fn compares(&mut self, phone: usize) {
        let store = self.phones[phone].new.clone();
        let mut new = Device {
            replica: Replica::open(&store).unwrap(),
            store,
            wiped: false,
        };
        self.town.sync(&mut new);
        self.is_as_on_paper(phone, &held(&new), "is sent");
    }

    fn syncs(&mut self, phone: usize) {
        let summary = self.town.sync(&mut self.phones[phone].device).summary;
        assert_eq!((summary.kept, summary.forked), (0, false));
        assert!(
            summary.up_to_date || self.phones[phone].reader.stopped,
            "{summary:?}"
        );
        self.happened.evicted += summary.forgotten;
        self.is_as_on_paper(phone, &held(&self.phones[phone].device), "holds");
    }

    fn is_as_on_paper(&mut self, phone: usize, held: &BTreeSet<DocumentId>, how: &str) {
        let reader = &self.phones[phone].reader;
        let expected = self.paper.read_by(reader, self.town.now);
        let of = |ids: Vec<&DocumentId>| {
            ids.into_iter()
                .map(|id| format!("{:?}", self.paper.documents.get(id)))
                .collect::<Vec<_>>()
                .join("\n")
        };
        let (more, less) = (
            held.difference(&expected).collect(),
            expected.difference(held).collect(),
        );
        let posts: Vec<_> = self.paper.posts_of(reader.member, self.town.now).collect();
        assert!(
            *held == expected,
            "{reader:?} {posts:?} {how}\nmore:\n{}\nless:\n{}",
            of(more),
            of(less)
        );
        self.happened.compared += 1;
    }

    fn somebody_is_appointed(&mut self) {
        let units: Vec<_> = self.paper.units.keys().copied().collect();
        let unit = units[self.dice.below(units.len())];
        let post = match (works_for(self.paper.kind(unit)), self.dice.below(4)) {
            (Some(usual), 1..) => usual,
            (_, 0) => Post::Mediator,
            (None, _) => Post::Administrator,
        };
        let post = if *self.paper.kind(unit) == UnitKind::Town && self.dice.below(2) == 0 {
            Post::Auditor
        } else {
            post
        };
        self.appoints(unit, post);
    }

    fn a_post_changes(&mut self) {
        let at = self.dice.below(self.paper.posts.len());
        let until = match self.dice.below(4) {
            0 => None,
            1 => Some(Time(self.town.now.0 + 12 * HOUR)),
            _ => Some(self.town.now),
        };
        let post = &mut self.paper.posts[at];
        post.ends(until, self.town.now);
        let amend = Amend {
            appointment: post.id,
            name: Text::cut("amended"),
            from: post.from,
            until,
        };
        let unit = post.unit;
        self.administer(Some(unit), Body::Unit(UnitCommand::Amend(amend)));
    }

    fn an_alley_moves(&mut self) {
        let (alleys, villages) = (
            self.units_of(&UnitKind::Alley),
            self.units_of(&UnitKind::Village),
        );
        let (alley, parent) = (
            alleys[self.dice.below(alleys.len())],
            villages[self.dice.below(villages.len())],
        );
        self.administer(
            Some(alley),
            Body::Unit(UnitCommand::Move(MoveUnit { parent })),
        );
        self.paper
            .units
            .insert(alley, (UnitKind::Alley, Some(parent)));
    }

    fn a_device_is_stopped(&mut self) {
        if self.phones.len() < 8 || self.dice.below(2) == 0 {
            return;
        }
        let phone = self.dice.below(self.phones.len());
        let phone = &mut self.phones[phone];
        if !phone.reader.stopped {
            phone.reader.stopped = true;
            let now = self.town.now;
            let code = phone.device.replica.status(now).unwrap().device_code;
            let stop = DeviceChange::Stop(Stop::Revoked);
            self.town
                .ledger
                .change_device(&self.town.store, code, stop, now)
                .unwrap();
            self.town.commit();
        }
    }

    fn a_household_moves_in(&mut self) {
        let alleys = self.units_of(&UnitKind::Alley);
        let alley = alleys[self.dice.below(alleys.len())];
        let create = CreateHousehold {
            alley,
            door: Text::cut("12"),
            contact: Text::cut(""),
            count: 2,
            phone: Text::default(),
            may_text: false,
        };
        let household = self.administer(None, Body::Household(HouseholdCommand::Create(create)));
        self.paper
            .documents
            .insert(household, Paper::Household(alley));
    }

    /// A phone whose member has a post of which this is so.
    fn phone_of(&mut self, is: impl Fn(&OnPaper, &Appointed) -> bool) -> Option<usize> {
        let now = self.town.now;
        let fit = |phone: &Phone| {
            !phone.reader.stopped
                && self
                    .paper
                    .posts_of(phone.reader.member, now)
                    .any(|post| is(&self.paper, post))
        };
        let fitting: Vec<_> = (0..self.phones.len())
            .filter(|at| fit(&self.phones[*at]))
            .collect();
        if fitting.is_empty() {
            None
        } else {
            Some(fitting[self.dice.below(fitting.len())])
        }
    }

    /// Types something on a phone that has just synced, and syncs. None if it was refused.
    fn does(&mut self, phone: usize, target: Option<DocumentId>, body: Body) -> Option<Recorded> {
        self.syncs(phone);
        self.town.now = Time(self.town.now.0 + 60_000);
        let (random, now) = (self.town.random(), self.town.now);
        let device = &mut self.phones[phone].device;
        let (writes, recorded) = device
            .replica
            .record(Draft { target, body }, now, random)
            .ok()?;
        device.persist(writes);
        let summary = self.town.sync(device).summary;
        assert_eq!((summary.sent, summary.kept), (1, 0));
        (summary.admitted == 1).then_some(recorded)
    }

    fn somebody_is_to_be_cleared(&mut self) {
        let at = self.some_post();
        let (appointment, unit, post) = {
            let post = &self.paper.posts[at];
            (post.id, post.unit, post.post.clone())
        };
        if self.paper.posts[at].asked.is_some()
            || matches!(post, Post::Auditor | Post::Administrator)
        {
            return;
        }
        let body = Body::Unit(UnitCommand::Clear(Clear { appointment }));
        let by = self.phone_of(|_, post| {
            post.post == Post::Administrator || (post.cleared && post.unit == unit)
        });
        self.paper.posts[at].asked = if let Some(phone) = by {
            let by = self.phones[phone].reader.member;
            self.does(phone, Some(unit), body)
                .map(|recorded| (recorded.command, by))
        } else {
            self.administer(Some(unit), body);
            let views = self.town.ledger.units(&self.town.store).unwrap();
            let made = views
                .iter()
                .flat_map(|view| &view.appointments)
                .find(|made| made.id == appointment);
            made.and_then(|made| made.clearance)
                .map(|clearance| (clearance.clear, clearance.by))
        };
    }

    fn a_clearance_is_confirmed(&mut self) {
        let asked =
            |at: &usize| self.paper.posts[*at].asked.is_some() && !self.paper.posts[*at].cleared;
        let waiting: Vec<usize> = (0..self.paper.posts.len()).filter(asked).collect();
        let Some(at) = waiting.get(self.dice.below(waiting.len().max(1))).copied() else {
            return;
        };
        let Appointed {
            id,
            unit,
            member,
            asked,
            ..
        } = self.paper.posts[at].clone();
        let (clear, first) = asked.unwrap();
        let by = self.phone_of(|_, post| {
            post.post == Post::Administrator || (post.cleared && post.unit == unit)
        });
        let Some(phone) = by else { return };
        let second = self.phones[phone].reader.member;
        let body = Body::Unit(UnitCommand::ConfirmClearance(ConfirmClearance {
            appointment: id,
            clear,
        }));
        if self.does(phone, Some(unit), body).is_some() {
            assert!(
                second != first && second != member,
                "two persons, and neither for himself"
            );
            self.paper.posts[at].cleared = true;
            self.happened.cleared += 1;
            for phone in self
                .phones
                .iter_mut()
                .filter(|phone| phone.reader.member == member && !phone.reader.stopped)
            {
                phone.reader.confirmed.insert(unit);
            }
        }
    }

    fn a_clearance_ends(&mut self) {
        let at = self.dice.below(self.paper.posts.len());
        if self.paper.posts[at].asked.is_none() || self.dice.below(2) == 0 {
            return;
        }
        let Appointed { id, unit, .. } = self.paper.posts[at].clone();
        self.administer(
            Some(unit),
            Body::Unit(UnitCommand::EndClearance(EndClearance { appointment: id })),
        );
        let post = &mut self.paper.posts[at];
        (post.asked, post.cleared) = (None, false);
    }

    fn a_device_is_confirmed(&mut self) {
        let at = self.dice.below(self.phones.len().max(1));
        let Some(member) = self.phones.get(at).map(|phone| phone.reader.member) else {
            return;
        };
        let device = self.phones[at].id;
        let units: Vec<_> = self
            .paper
            .posts_of(member, self.town.now)
            .filter(|post| post.cleared)
            .map(|post| post.unit)
            .collect();
        let Some(unit) = units.get(self.dice.below(units.len().max(1))).copied() else {
            return;
        };
        let by = self.phone_of(|_, post| {
            post.post == Post::Administrator || (post.cleared && post.unit == unit)
        });
        let Some(phone) = by else { return };
        let second = self.phones[phone].reader.member;
        let body = Body::Unit(UnitCommand::ConfirmDevice(ConfirmDevice { device }));
        if self.does(phone, Some(unit), body).is_some() {
            assert!(second != member, "never by the member whose device it is");
            // A device that is stopped is sent nothing, confirmed or not.
            if !self.phones[at].reader.stopped {
                self.phones[at].reader.confirmed.insert(unit);
            }
        }
    }

    fn somebody_reports(&mut self) {
        let kind = if self.dice.below(4) == 0 {
            UnitKind::Centre
        } else {
            UnitKind::Alley
        };
        let works =
            |paper: &OnPaper, post: &Appointed| *paper.kind(post.unit) == kind && paper.works(post);
        let Some(phone) = self.phone_of(works) else {
            return;
        };
        let (member, now) = (self.phones[phone].reader.member, self.town.now);
        let unit = self
            .paper
            .posts_of(member, now)
            .find(|post| works(&self.paper, post))
            .unwrap()
            .unit;
        let (owner, taken_at) = match kind {
            UnitKind::Centre => {
                let village = self.paper.village(unit);
                let of = |known: &&UnitId| self.paper.village(**known) == village;
                (
                    self.units_of(&UnitKind::Branch)
                        .iter()
                        .find(of)
                        .copied()
                        .unwrap(),
                    Some(unit),
                )
            }
            _ => (unit, None),
        };
        let cleared = self
            .paper
            .posts_of(member, now)
            .any(|post| post.cleared && post.unit == unit);
        let confidential =
            self.dice.below(if cleared { 4 } else { 8 }) < if cleared { 3 } else { 1 };
        let report = Report {
            owner,
            device_code: self.phones[phone]
                .device
                .replica
                .status(now)
                .unwrap()
                .device_code,
            tracking: TrackingCode::from_random(self.dice.bytes()),
            category: Text::cut("road"),
            title: Text::cut("a title"),
            text: Text::cut("a text"),
            place: Text::default(),
            point: None,
            contact: Text::default(),
            household: None,
            taken_at,
            confidential,
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
        if let Some(recorded) = self.does(phone, None, Body::Case(CaseCommand::Report(report))) {
            assert!(
                !confidential || self.paper.takes_confidential(owner, self.town.now),
                "somebody sees it"
            );
            self.happened.confidential += usize::from(confidential);
            let concerned = taken_at.into_iter().chain([owner]).collect();
            let case = Case {
                confidential,
                holder: owner,
                asked: None,
                concerned,
            };
            self.paper
                .documents
                .insert(recorded.document, Paper::Case(case));
        }
    }

    fn a_case_goes_on(&mut self) {
        let cases: Vec<(DocumentId, Case)> = self
            .paper
            .documents
            .iter()
            .filter_map(|(id, paper)| match paper {
                Paper::Case(case) => Some((*id, case.clone())),
                _ => None,
            })
            .collect();
        let Some((id, case)) = cases.get(self.dice.below(cases.len().max(1))).cloned() else {
            return;
        };
        let unit = case.asked.unwrap_or(case.holder);
        let Some(phone) = self.phone_of(|paper, post| post.unit == unit && paper.works(post))
        else {
            return;
        };
        let others: Vec<_> = self.paper.units.keys().copied().collect();
        let to = others[self.dice.below(others.len())];
        let up = self.above(case.holder).unwrap_or(to);
        let text = || Text::cut("a text");
        let by = Date(Date::of(self.town.now).0 + 400);
        let (body, to) = match (case.asked.is_some(), self.dice.below(12)) {
            (true, 0..9) => (CaseCommand::Receive(Receive {}), None),
            (true, _) => (
                CaseCommand::Return(Return {
                    reason: Text::cut("a reason"),
                    ruler: None,
                    resident_text: text(),
                    code: Text::default(),
                }),
                None,
            ),
            (_, 0..2) => (CaseCommand::Accept(Accept {}), None),
            (_, 2) => (CaseCommand::Start(Start {}), None),
            (_, 3..6) => (
                CaseCommand::Escalate(Escalate {
                    to: up,
                    reason: Text::cut("why"),
                    tried: text(),
                }),
                Some(up),
            ),
            (_, 6..10) => (
                CaseCommand::Dispatch(Dispatch {
                    to,
                    by,
                    resident_text: text(),
                    with: CoHandlers::default(),
                }),
                Some(to),
            ),
            (_, 10) => (CaseCommand::Rule(Rule { to, reason: text() }), Some(to)),
            _ if self.dice.below(2) == 0 => (CaseCommand::Note(Note { text: text() }), None),
            _ => (
                CaseCommand::Resolve(Resolve {
                    text: text(),
                    verifier: Some(up),
                    resident_text: text(),
                }),
                Some(up),
            ),
        };
        if self
            .does(phone, Some(id), Body::Case(body.clone()))
            .is_some()
        {
            self.has_gone_on(id, &body, to);
        }
    }

    fn has_gone_on(&mut self, id: DocumentId, body: &CaseCommand, to: Option<UnitId>) {
        let now = self.town.now;
        let Some(Paper::Case(case)) = self.paper.documents.get(&id) else {
            return;
        };
        let mut case = case.clone();
        if let Some(to) = to {
            assert!(
                !case.confidential || self.paper.takes_confidential(to, now),
                "somebody sees it there"
            );
            case.concerned.insert(to);
            self.happened.sent_on += 1;
        }
        match body {
            CaseCommand::Escalate(_) | CaseCommand::Dispatch(_) => case.asked = to,
            CaseCommand::Receive(_) => case.holder = case.asked.take().unwrap(),
            CaseCommand::Return(_) => case.asked = None,
            CaseCommand::Rule(_) => case.holder = to.unwrap(),
            _ => {}
        }
        self.paper.documents.insert(id, Paper::Case(case));
    }

    /// The office above a unit.
    fn above(&self, unit: UnitId) -> Option<UnitId> {
        let town = self.units_of(&UnitKind::Town).first().copied();
        match self.paper.kind(unit) {
            UnitKind::Alley | UnitKind::Centre => {
                let village = self.paper.village(unit);
                self.units_of(&UnitKind::Branch)
                    .into_iter()
                    .find(|branch| self.paper.village(*branch) == village)
            }
            UnitKind::Branch | UnitKind::Department => town,
            _ => None,
        }
    }
}

/// The documents in a phone's store.
fn held(device: &Device) -> BTreeSet<DocumentId> {
    let rows = device.store.scan(b"d", b"e", usize::MAX).unwrap();
    rows.iter()
        .map(|(key, _)| DocumentId(key[1..17].try_into().unwrap()))
        .collect()
}
