//! A run: one thing after another, at random.

use alleyway_core::id::CommandId;
use alleyway_core::replica::{Effect, Recorded};
use alleyway_core::sync::frame::{ServerFrame, Verdict};
use alleyway_core::time::Time;
use alleyway_core::wire::Wire;

use super::network::Network;
use super::oracle::Oracle;
use super::phone::{Persisted, Phone};
use super::plant::Plant;
use super::rng::Rng;
use super::server::Server;
use super::temper::{Move, Temper};
use super::town::Places;
use super::typing::{self, Desk};
use super::violation::{Broken, Checked, IDEMPOTENT, NOTHING_LOST, broken, ensure};
use super::{Done, Plan, Violation};

/// Thoughts of one who wants to type.
const THOUGHTS: usize = 6;
const DAY: i64 = 86_400_000;
const YEAR: i64 = 365 * DAY;
/// 2026-03-01T00:00:00Z.
const BEGIN: Time = Time(1_772_323_200_000);

/// Everything.
pub(crate) struct World {
    pub(crate) plan: Plan,
    pub(crate) rng: Rng,
    pub(crate) temper: Temper,
    pub(crate) now: Time,
    pub(crate) server: Server,
    pub(crate) phones: Vec<Phone>,
    pub(crate) places: Places,
    pub(crate) network: Network,
    pub(crate) oracle: Oracle,
    /// No more faults.
    pub(crate) calm: bool,
    pub(crate) done: Done,
}

/// The first eight digits of an id.
pub(crate) fn short(id: impl std::fmt::Display) -> String {
    id.to_string().chars().take(8).collect()
}

impl World {
    pub(crate) fn run(plan: Plan) -> Result<Done, Box<Violation>> {
        let tell = |broken: Broken, story: Vec<String>| {
            Box::new(Violation { seed: plan.seed, invariant: broken.invariant, what: broken.what, story })
        };
        let mut world = Self::new(plan).map_err(|e| tell(e, Vec::new()))?;
        match world.live() {
            Ok(()) => Ok(world.done),
            Err(error) => Err(tell(error, world.done.story)),
        }
    }

    pub(crate) fn new(plan: Plan) -> Result<Self, Broken> {
        let mut rng = Rng::new(plan.seed);
        let temper = Temper::draw(&mut rng);
        let mut server = Server::new(plan.plant, &mut rng)?;
        let seed = rng.bytes();
        let (commands, places) = super::town::found(&server.ledger, &seed, BEGIN);
        server.administer(commands, seed, BEGIN)?;
        let mut world = Self {
            plan,
            rng,
            temper,
            now: BEGIN,
            server,
            phones: Vec::new(),
            places,
            network: Network::default(),
            oracle: Oracle::default(),
            calm: false,
            done: Done::default(),
        };
        world.founded()?;
        Ok(world)
    }

    fn live(&mut self) -> Checked {
        let second = if self.rng.one_in(2) { ("xie's other phone", "xie") } else { ("lan", "lan") };
        for (name, key) in [("xie", "xie"), second, ("qin", "qin"), ("wei", "wei")] {
            self.enrol(name, key)?;
        }
        for _ in 0..self.plan.steps {
            self.step()?;
        }
        self.quiesce()
    }

    pub(crate) fn tell(&mut self, what: impl FnOnce() -> String) {
        let seconds = (self.now.0 - BEGIN.0) / 1_000;
        let (days, clock) = (seconds / 86_400, seconds % 86_400);
        let (hours, minutes, seconds) = (clock / 3_600, clock / 60 % 60, clock % 60);
        self.done.story.push(format!("day {days} {hours:02}:{minutes:02}:{seconds:02}  {}", what()));
    }

    pub(crate) fn random(&mut self) -> [u8; 32] {
        if self.plan.plant == Plant::RepeatsRandomness { [9; 32] } else { self.rng.bytes() }
    }

    /// A phone is killed at one write in so many; at none when all is calm.
    fn crash_chance(&self) -> Option<usize> {
        (!self.calm).then_some(self.temper.writes_per_crash)
    }

    fn step(&mut self) -> Checked {
        self.now.0 += self.rng.between(1, 120_000);
        let phone = self.rng.below(self.phones.len());
        let temper = self.temper;
        self.tick(phone)?;
        match temper.choose(&mut self.rng) {
            Move::Type => self.type_something(phone),
            Move::Deal => self.deal(phone),
            Move::Sync => self.begin_sync(phone),
            Move::Deliver => self.deliver_some(),
            Move::Serve => self.serve(),
            Move::Lose => {
                self.lose();
                Ok(())
            }
            Move::Crash => self.crash(phone),
            Move::Look => self.look(phone),
            Move::Administer => self.administer(),
            Move::Clock => {
                self.phones[phone].ahead = self.rng.between(-YEAR, YEAR);
                let (name, days) = (self.phones[phone].name, self.phones[phone].ahead / DAY);
                self.tell(|| format!("the clock of {name} is {days} days ahead now"));
                Ok(())
            }
            Move::Copy => self.copy_or_restore(phone),
            Move::Days => {
                let most = if self.rng.one_in(5) { 40 * DAY } else { DAY };
                self.now.0 += self.rng.between(0, most);
                Ok(())
            }
        }
    }

    /// The phone is taken up: its program notes the clock, and ends the lease if it is over.
    fn tick(&mut self, index: usize) -> Checked {
        let (chance, random) = (self.crash_chance(), self.random());
        let phone = &mut self.phones[index];
        let writes = phone.replica.tick(phone.clock(self.now), random);
        if writes.is_empty() {
            return Ok(());
        }
        phone.persist(writes, chance, self.plan.plant, &mut self.rng)?;
        if phone.replica.is_locked() {
            let name = phone.name;
            self.done.leases_ended += 1;
            self.tell(|| format!("the lease of {name} has ended"));
        }
        self.check_notebook(index)
    }

    /// Somebody thinks of this and that, until the phone takes something: what it refuses itself was
    /// never typed.
    fn type_something(&mut self, index: usize) -> Checked {
        let (chance, random) = (self.crash_chance(), self.random());
        let clock = self.phones[index].clock(self.now);
        let cases = self.phones[index].replica.cases();
        for _ in 0..THOUGHTS {
            let (phone, cases) = (&self.phones[index].replica, cases.as_slice());
            let desk = Desk { phone, cases, places: &self.places, now: self.now, temper: self.temper };
            let Some(draft) = typing::draft(&mut self.rng, &desk) else { continue };
            let kind = draft.body.kind();
            let phone = &mut self.phones[index];
            let Ok((writes, recorded)) = phone.replica.record(draft, clock, random) else { continue };
            let Recorded { command, document, .. } = recorded;
            let known = phone.disk.notebook.typed.contains(&command) || self.oracle.admitted.contains_key(&command);
            ensure(!known, IDEMPOTENT, || format!("two commands have the id {command}"))?;
            let kept = phone.persist(writes, chance, self.plan.plant, &mut self.rng)?;
            if kept != Persisted::CrashedBefore || self.plan.plant == Plant::SavedBeforeDurable {
                phone.disk.notebook.typed.insert(command);
                self.done.typed += 1;
            }
            let name = phone.name;
            self.tell(|| format!("{name} types {kind} {} on {} ({kept:?})", short(command), short(document)));
            return self.check_notebook(index);
        }
        Ok(())
    }

    /// A refused command is mended, sent again, or dropped.
    fn deal(&mut self, index: usize) -> Checked {
        let random = self.random();
        let chance = self.crash_chance();
        let phone = &mut self.phones[index];
        let refused = phone.replica.refused();
        if refused.is_empty() || self.rng.one_in(3) {
            return self.deal_with_tray(index);
        }
        let Some(row) = self.rng.pick(&refused).cloned() else { return Ok(()) };
        let before = phone.replica.pending();
        let (what, writes) = if self.rng.one_in(3) {
            ("drops", phone.replica.drop_refused(row.command).ok())
        } else {
            let fields = if self.rng.one_in(2) {
                [("text".to_owned(), "mended".to_owned())].into()
            } else {
                std::collections::BTreeMap::new()
            };
            let clock = phone.clock(self.now);
            let outcome = phone.replica.mend(row.command, &fields, clock, random);
            ("mends", outcome.ok().map(|(writes, _)| writes))
        };
        let Some(writes) = writes else {
            ensure(phone.replica.refused() == refused && phone.replica.pending() == before, NOTHING_LOST, || {
                format!("{} could not be mended, and something changed", row.command)
            })?;
            return Ok(());
        };
        let ids = |rows: Vec<alleyway_core::replica::OutboxRow>| rows.into_iter().map(|row| row.command);
        let left: Vec<CommandId> = ids(phone.replica.refused()).collect();
        let gone: Vec<CommandId> = ids(refused).filter(|id| !left.contains(id)).collect();
        let old: Vec<CommandId> = ids(before).collect();
        let new: Vec<CommandId> = ids(phone.replica.pending()).filter(|id| !old.contains(id)).collect();
        let expected = if what == "drops" { 0 } else { gone.len() };
        ensure(!gone.is_empty() && new.len() == expected, NOTHING_LOST, || {
            format!("{what} {}: {} commands went, {} came", row.command, gone.len(), new.len())
        })?;
        let kept = phone.persist(writes, chance, self.plan.plant, &mut self.rng)?;
        if kept != Persisted::CrashedBefore {
            phone.disk.notebook.dealt.extend(gone.iter().copied());
            self.done.typed += new.len() as u64;
            phone.disk.notebook.typed.extend(new);
        }
        let name = phone.name;
        self.tell(|| format!("{name} {what} {} {} ({kept:?})", row.kind, short(row.command)));
        self.check_notebook(index)
    }

    /// An item of a tray is taken, or dismissed.
    fn deal_with_tray(&mut self, index: usize) -> Checked {
        let (random, chance) = (self.random(), self.crash_chance());
        let phone = &mut self.phones[index];
        let items = phone.replica.proposals();
        let Some(row) = self.rng.pick(&items) else { return Ok(()) };
        let before = phone.replica.pending();
        let clock = phone.clock(self.now);
        let (what, writes) = if self.rng.one_in(4) {
            ("dismisses", phone.replica.dismiss(row.item, clock, random).ok())
        } else {
            ("takes", phone.replica.take(row.item, clock, random).ok().map(|(writes, _)| writes))
        };
        let Some(writes) = writes else {
            return ensure(
                phone.replica.pending() == before && phone.replica.proposals() == items,
                NOTHING_LOST,
                || format!("{} could not be taken, and something changed", row.item),
            );
        };
        let old: Vec<CommandId> = before.into_iter().map(|row| row.command).collect();
        let pending = phone.replica.pending().into_iter().map(|row| row.command);
        let new: Vec<CommandId> = pending.filter(|id| !old.contains(id)).collect();
        let kept = phone.persist(writes, chance, self.plan.plant, &mut self.rng)?;
        if kept != Persisted::CrashedBefore {
            self.done.typed += new.len() as u64;
            phone.disk.notebook.typed.extend(new);
        }
        let (name, kind, item) = (phone.name, row.kind, short(row.item));
        self.tell(|| format!("{name} {what} {kind} {item} ({kept:?})"));
        self.check_notebook(index)
    }

    fn begin_sync(&mut self, index: usize) -> Checked {
        if self.phones[index].connection.is_some() {
            return Ok(());
        }
        let random = self.random();
        let phone = &mut self.phones[index];
        let effects = phone.replica.begin_sync(phone.clock(self.now), random);
        let name = phone.name;
        self.tell(|| format!("{name} begins to sync"));
        self.perform(index, effects)
    }

    /// A few frames reach one of the phones that wait for some.
    fn deliver_some(&mut self) -> Checked {
        let waiting: Vec<usize> =
            (0..self.phones.len()).filter(|index| self.phones[*index].connection.is_some()).collect();
        let Some(index) = self.rng.pick(&waiting).copied() else { return Ok(()) };
        for _ in 0..=self.rng.below(4) {
            self.deliver(index)?;
        }
        Ok(())
    }

    /// The next frame of its answer reaches a phone, or the answer's end, or the end of the line.
    pub(crate) fn deliver(&mut self, index: usize) -> Checked {
        let Some(connection) = self.phones[index].connection else { return Ok(()) };
        let Some(answer) = self.network.answers.get_mut(&connection) else { return self.line_broke(index) };
        if let Some(frame) = answer.frames.pop_front() {
            self.take_frame(index, connection, &frame)
        } else if answer.begun && answer.next.is_none() {
            self.network.answers.remove(&connection);
            let random = self.random();
            let phone = &mut self.phones[index];
            phone.connection = None;
            let effects = phone.replica.response_ended(phone.clock(self.now), random);
            self.perform(index, effects)
        } else {
            Ok(())
        }
    }

    fn take_frame(&mut self, index: usize, connection: u64, frame: &[u8]) -> Checked {
        if let Ok(ServerFrame::Verdicts(said)) = ServerFrame::from_bytes(frame) {
            self.hold_to(index, connection, &said)?;
        }
        let kind = ServerFrame::from_bytes(frame).map_or("unreadable", |frame| match frame {
            ServerFrame::Challenge(_) => "challenge",
            ServerFrame::Verdicts(_) => "verdicts",
            ServerFrame::Fork(_) => "fork",
            ServerFrame::Scope(_) => "scope",
            ServerFrame::Page(_) => "page",
            ServerFrame::Listing(_) => "listing",
            ServerFrame::Welcome(_) => "welcome",
            ServerFrame::Lease(_) => "lease",
            ServerFrame::Carried(_) => "carried",
            ServerFrame::Stopped(_) => "stopped",
        });
        let name = self.phones[index].name;
        self.done.story.push(format!("  {name} hears: {kind}"));
        let phone = &mut self.phones[index];
        let effects = phone
            .replica
            .receive(frame, phone.clock(self.now))
            .map_err(|e| broken(IDEMPOTENT, format!("{} does not take a frame: {e}", phone.name)))?;
        self.perform(index, effects)
    }

    /// What a phone was told must hold for ever.
    fn hold_to(&mut self, index: usize, connection: u64, said: &alleyway_core::sync::frame::Verdicts) -> Checked {
        let key = self.phones[index].key;
        let Some(answer) = self.network.answers.get(&connection) else { return Ok(()) };
        let about = answer.verdicts.iter().find(|(_, verdicts)| verdicts == said);
        for (command, verdict) in
            about.into_iter().flat_map(|(commands, said)| commands.iter().zip(said.verdicts.iter()))
        {
            if let Verdict::Admitted(at) | Verdict::AfterPost(at) = verdict {
                self.oracle.promised(command.id(&key), *at)?;
            }
        }
        Ok(())
    }

    /// The line broke. Whether the phone's program notices in time to end the sync, or just begins
    /// another one later, must make no difference.
    fn line_broke(&mut self, index: usize) -> Checked {
        let name = self.phones[index].name;
        self.tell(|| format!("the line of {name} broke"));
        self.phones[index].connection = None;
        if self.rng.one_in(2) {
            return Ok(());
        }
        let random = self.random();
        let phone = &mut self.phones[index];
        let effects = phone.replica.response_ended(phone.clock(self.now), random);
        self.perform(index, effects)
    }

    /// Carries effects out, strictly in order, unless the phone is killed between two.
    pub(crate) fn perform(&mut self, index: usize, mut effects: Vec<Effect>) -> Checked {
        if self.plan.plant == Plant::SendsBeforeSeal {
            effects.sort_by_key(|effect| matches!(effect, Effect::Persist(_)));
        }
        for effect in effects {
            match effect {
                Effect::Persist(writes) => {
                    let chance = self.crash_chance();
                    let phone = &mut self.phones[index];
                    let kept = phone.persist(writes, chance, self.plan.plant, &mut self.rng)?;
                    if kept != Persisted::Kept {
                        let name = phone.name;
                        self.tell(|| format!("{name} crashes during a sync ({kept:?})"));
                        break;
                    }
                }
                Effect::Send(bytes) => {
                    let connection = self.network.send(index, bytes);
                    self.phones[index].connection = Some(connection);
                }
                Effect::Wipe => {
                    let name = self.phones[index].name;
                    return Err(broken(NOTHING_LOST, format!("{name} is wiped, and nobody lost it")));
                }
                Effect::Done(summary) => {
                    let name = self.phones[index].name;
                    self.phones[index].connection = None;
                    self.tell(|| format!("{name} has synced: {summary:?}"));
                    self.phones[index].summary = Some(summary);
                }
            }
        }
        self.check_notebook(index)
    }

    pub(crate) fn check_notebook(&self, index: usize) -> Checked {
        let phone = &self.phones[index];
        phone
            .disk
            .notebook
            .check(&self.oracle, &phone.replica)
            .map_err(|error| broken(error.invariant, format!("{}: {}", phone.name, error.what)))
    }

    /// A request or an answer is lost.
    fn lose(&mut self) {
        if self.rng.one_in(2) && !self.network.requests.is_empty() {
            let lost = self.rng.below(self.network.requests.len());
            let request = self.network.requests.swap_remove(lost);
            self.network.answers.remove(&request.connection);
            let name = self.phones[request.phone].name;
            self.tell(|| format!("a request of {name} is lost"));
        } else {
            let open: Vec<u64> = self.network.answers.keys().copied().collect();
            if let Some(connection) = self.rng.pick(&open) {
                self.network.answers.remove(connection);
            }
        }
    }

    fn crash(&mut self, index: usize) -> Checked {
        let name = self.phones[index].name;
        self.tell(|| format!("{name} crashes"));
        self.phones[index].crash()?;
        self.check_notebook(index)
    }

    fn look(&mut self, index: usize) -> Checked {
        let chance = self.crash_chance();
        let phone = &mut self.phones[index];
        let cases = phone.replica.cases();
        if let Some(case) = self.rng.pick(&cases) {
            let writes = phone.replica.look_at(case.document);
            phone.persist(writes, chance, self.plan.plant, &mut self.rng)?;
        }
        Ok(())
    }

    fn copy_or_restore(&mut self, index: usize) -> Checked {
        let phone = &mut self.phones[index];
        let name = phone.name;
        if let Some(copy) = phone.copy.take() {
            phone.disk = copy;
            phone.crash()?;
            self.oracle.restored.insert(index);
            self.done.restored += 1;
            self.tell(|| format!("{name} is restored from its old copy"));
            return self.check_notebook(index);
        }
        phone.copy = Some(phone.disk.clone());
        self.tell(|| format!("{name} is copied"));
        Ok(())
    }
}
