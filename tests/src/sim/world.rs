//! A run: one thing after another, at random.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use alleyway_core::time::Time;
use alleyway_demo::Chance;

use super::backups::Backups;
use super::book::BookTemper;
use super::cost::Spent;
use super::courier::Letter;
use super::hostile::Stranger;
use super::network::Network;
use super::oracle::{Oracle, Reader};
use super::phone::Phone;
use super::plant::Plant;
use super::script::{self, Step};
use super::server::Server;
use super::service::Work;
use super::temper::{Move, Temper};
use super::town::Places;
use super::violation::{Broken, Checked, STANDS, broken};
use super::{Done, Plan, Violation};

/// 2026-03-01T00:00:00Z.
pub(crate) const BEGIN: Time = Time(1_772_323_200_000);
/// Draws of the founding, of the moves and of the end have nothing to do with each other.
const FOUNDING: u64 = 0x0f0a_11d1;
const CALM: u64 = 0x00ca_1300;

/// Everything.
pub(crate) struct World {
    pub(crate) plan: Plan,
    pub(crate) rng: Chance,
    pub(crate) temper: Temper,
    pub(crate) now: Time,
    /// How far the server's clock is behind, in milliseconds.
    pub(crate) lag: i64,
    pub(crate) server: Server,
    pub(crate) backups: Backups,
    pub(crate) phones: Vec<Phone>,
    pub(crate) places: Places,
    pub(crate) network: Network,
    pub(crate) oracle: Oracle,
    /// Bundles that somebody wrote, and that may reach somebody yet.
    pub(crate) letters: Vec<Letter>,
    /// Somebody who has a device, and means no good.
    pub(crate) stranger: Option<Stranger>,
    /// Phones whose state may have changed since they were last looked into.
    pub(crate) touched: BTreeSet<usize>,
    /// What syncs took since this was set back.
    pub(crate) spent: Spent,
    /// Steps that administrators took on the town's book.
    pub(crate) rules_typed: usize,
    /// No more faults.
    pub(crate) calm: bool,
    pub(crate) done: Done,
}

/// The first eight digits of an id.
pub(crate) fn short(id: impl std::fmt::Display) -> String {
    id.to_string().chars().take(8).collect()
}

impl World {
    /// Runs a plan; of its moves only those named, if some are.
    pub(crate) fn run(plan: Plan, only: Option<&[u32]>) -> Result<Done, Box<Violation>> {
        let tell = |broken: Broken, done: &Done| {
            let (story, steps) = (done.story.clone(), done.steps.clone());
            let Plan { seed, plant, .. } = plan;
            let (invariant, what) = (broken.invariant, broken.what);
            Box::new(Violation {
                seed,
                plant,
                invariant,
                what,
                story,
                steps,
                is_whole: only.is_none(),
            })
        };
        let mut world = Self::new(plan).map_err(|e| tell(e, &Done::default()))?;
        let script = script::draw(
            &mut Chance::new(plan.seed ^ CALM),
            &world.temper,
            plan.steps,
            only,
        );
        let outcome = catch_unwind(AssertUnwindSafe(|| world.live(&script)));
        // A machine that panics would take a server or a phone down.
        let outcome = outcome.unwrap_or_else(|panic| Err(broken(STANDS, said(&*panic))));
        match outcome {
            Ok(()) => Ok(world.done),
            Err(error) => Err(tell(error, &world.done)),
        }
    }

    pub(crate) fn new(plan: Plan) -> Result<Self, Broken> {
        let mut rng = Chance::new(plan.seed);
        let mut temper = Temper::draw(&mut rng);
        temper.book = BookTemper::draw(plan.seed, plan.plant);
        plan.plant.tempers(&mut temper);
        let mut server = Server::new(plan.plant, plan.budget(), &mut rng)?;
        let seed = rng.bytes();
        let (list, places) = super::town::found(&server.ledger, seed, BEGIN);
        server.administer_list(list)?;
        let mut world = Self {
            plan,
            rng,
            temper,
            now: BEGIN,
            lag: 0,
            server,
            backups: Backups::default(),
            phones: Vec::new(),
            places,
            network: Network::default(),
            oracle: Oracle::default(),
            letters: Vec::new(),
            stranger: None,
            touched: BTreeSet::new(),
            spent: Spent::default(),
            rules_typed: 0,
            calm: false,
            done: Done::default(),
        };
        world.founded()?;
        Ok(world)
    }

    fn live(&mut self, script: &[Step]) -> Checked {
        self.rng = Chance::new(self.plan.seed ^ FOUNDING);
        let second = if self.rng.one_in(2) {
            ("xie's other phone", "xie")
        } else {
            ("lan", "lan")
        };
        for (name, key) in [("xie", "xie"), second, ("qin", "qin"), ("wei", "wei")] {
            self.enrol(name, key)?;
        }
        // Now and then the auditor, who sits at the desk for complaints too.
        let rng = &mut Chance::new(self.plan.seed.rotate_left(11));
        if self.plan.plant == Plant::Nothing && rng.one_in(3) {
            self.enrol("mo at the desk", "mo")?;
        }
        self.age_some();
        self.thin_one();
        self.clear_some()?;
        self.open_book()?;
        self.enrol_stranger()?;
        if self.rng.one_in(2) {
            self.calm = true;
            for index in 0..self.phones.len() {
                self.sync_calmly(index)?;
            }
            self.calm = false;
        }
        for step in script {
            self.rng = Chance::new(step.draw);
            self.done.steps.push(step.number);
            self.step(step.what)?;
        }
        self.rng = Chance::new(self.plan.seed.rotate_left(17) ^ CALM);
        self.quiesce()
    }

    pub(crate) fn tell(&mut self, what: impl FnOnce() -> String) {
        let seconds = (self.now.0 - BEGIN.0) / 1_000;
        let (days, clock) = (seconds / 86_400, seconds % 86_400);
        let (hours, minutes, seconds) = (clock / 3_600, clock / 60 % 60, clock % 60);
        self.done.story.push(format!(
            "day {days} {hours:02}:{minutes:02}:{seconds:02}  {}",
            what()
        ));
    }

    pub(crate) fn random(&mut self) -> [u8; 32] {
        self.rng.bytes()
    }

    /// A phone's member, looking at it.
    pub(crate) fn reader(&self, phone: usize) -> Reader {
        Reader {
            member: self.phones[phone].member,
            phone: Some(phone),
        }
    }

    /// The server's clock.
    pub(crate) fn server_clock(&self) -> Time {
        Time(self.now.0 - self.lag)
    }

    fn step(&mut self, what: Move) -> Checked {
        self.now.0 += self.rng.between(1, 120_000);
        let phone = self.rng.below(self.phones.len());
        if self.phones[phone].is_wiped {
            return self.serve();
        }
        self.tick(phone)?;
        match what {
            Move::Type => self.type_something(phone)?,
            Move::Deal => self.deal(phone)?,
            Move::Sync => self.begin_sync(phone)?,
            Move::Deliver => self.deliver_some()?,
            Move::Serve => self.serve()?,
            Move::Lose => self.lose(),
            Move::Crash => self.crash(phone)?,
            Move::Look => self.look(phone)?,
            Move::Administer => self.administer()?,
            Move::Clock => self.set_clock(phone)?,
            Move::Copy => self.copy_or_restore(phone)?,
            Move::Days => self.days(),
            Move::Write => self.write_letter(phone)?,
            Move::Read => self.read_letter(phone)?,
            Move::Stop => self.stop_or_thaw(phone)?,
            Move::Hostile => self.attack()?,
            Move::Disk => self.disk_fault(phone),
            Move::Backup => self.back_up()?,
            Move::Restore => self.restore_server()?,
            Move::ByTime => self.serve_group(vec![Work::ByTime])?,
        }
        self.check_touched()
    }

    /// Looks into the phones that something was done to.
    pub(crate) fn check_touched(&mut self) -> Checked {
        for index in std::mem::take(&mut self.touched) {
            self.check_notebook(index)?;
            self.check_dates(index)?;
        }
        Ok(())
    }

    /// Whatever a phone has heard of the town's book, no date that it shows is a wrong one. What a restored
    /// server has lost of the book a phone may still have, until it has heard.
    fn check_dates(&mut self, index: usize) -> Checked {
        let phone = &self.phones[index];
        if phone.is_wiped || self.oracle.server_restored().is_some() {
            return Ok(());
        }
        let (name, seen) = (phone.name, self.oracle.dates(&phone.replica));
        let seen =
            seen.map_err(|error| broken(error.invariant, format!("{name}: {}", error.what)))?;
        self.done.dated += seen.dated;
        self.done.undated += seen.undated;
        Ok(())
    }

    pub(crate) fn check_notebook(&mut self, index: usize) -> Checked {
        let phone = &mut self.phones[index];
        let name = phone.name;
        let named = |error: Broken| broken(error.invariant, format!("{name}: {}", error.what));
        if phone.is_wiped {
            return phone.disk.notebook.check_wiped(&self.oracle).map_err(named);
        }
        phone
            .disk
            .notebook
            .check(&self.oracle, &phone.replica)
            .map_err(named)
    }
}

/// What a panic said.
fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default()
}
