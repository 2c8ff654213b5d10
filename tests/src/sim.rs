//! The simulator: phones, couriers and a server as pure machines in one thread, from one seed.
//!
//! | file | what |
//! | --- | --- |
//! | `world`, `script`, `temper` | a run: its moves as data, and what it is like |
//! | `people`, `typing`, `came`, `courier` | what people do: type, deal with what came back, hand bundles over |
//! | `line`, `network`, `older`, `thin` | what lies between: loss, repetition, cuts, answers too late, old programs, 100 bytes a second |
//! | `phone`, `faults` | phones: crashes, full and failing disks, clocks, old copies |
//! | `server`, `disk`, `service`, `outage`, `office`, `inquiry` | the server: groups, kills, power cuts, a full or failing disk |
//! | `administering` | two administrators' phones give a post, and one ends it |
//! | `book` | two administrators' phones propose and put into force what the town lays down |
//! | `clearances` | who reads confidential cases |
//! | `backups` | backups of the server, and servers restored from them |
//! | `stops`, `hostile` | revocations; those who mean no good |
//! | `oracle`, `calm`, `cost` | what is compared after each step and when all is quiet |
//! | `plant`, `planted` | bugs on purpose, to show that all this can fail |
//! | `shrink`, `violation` | a failing seed, made short and told |
//! | `scene`, `town` | told runs; the town |
//!
//! `SEED=123 cargo test -p alleyway-tests simulation::every` replays one run, byte for byte;
//! `STEPS=3,7` takes only those of its moves.

mod administering;
mod backups;
mod book;
mod by_time;
mod calm;
mod came;
mod clearances;
mod cost;
mod courier;
mod disk;
mod faults;
mod hostile;
mod inquiry;
mod line;
mod loading;
mod network;
mod newcomer;
mod office;
mod older;
mod oracle;
mod outage;
mod people;
mod phone;
mod plant;
mod planted;
mod scene;
mod script;
mod server;
mod service;
mod shrink;
mod slips;
mod stops;
mod temper;
mod thin;
mod town;
mod typing;
mod violation;
mod watch;
mod world;

pub use older::seen_by_an_older_program;

use alleyway_core::crypto::hash;
use alleyway_core::store::Write;
use alleyway_ledger::DeviceBudget;

pub use plant::Plant;
pub use scene::Scene;
pub use shrink::{Shrunk, shrink};
pub use violation::Violation;

/// Steps of a run in the tests and in the soak.
pub const STEPS: u32 = 350;

/// A run.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// From which all chance comes.
    pub seed: u64,
    /// Steps before all becomes quiet.
    pub steps: u32,
    /// A bug to plant.
    pub plant: Plant,
}

impl Plan {
    /// Whether the server grants devices so little that busy people reach it.
    fn grants_little(&self) -> bool {
        self.seed % 4 == 1 && self.plant == Plant::Nothing
    }

    /// What one device may hand in.
    fn budget(&self) -> DeviceBudget {
        if self.grants_little() {
            DeviceBudget {
                commands_per_day: 12,
                documents_per_day: 3,
                bytes_per_day: 4_096,
                days: 2,
            }
        } else {
            DeviceBudget::UNLIMITED
        }
    }
}

/// What a run did, so that a run that did nothing is seen to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// Commands typed.
    pub typed: u64,
    /// Rounds behind which somebody was told to hand in the rest later.
    pub delayed: u64,
    /// Commands admitted.
    pub admitted: u64,
    /// Commands refused by the server.
    pub refused: u64,
    /// Commands that the server put into a tray.
    pub kept: u64,
    /// Crashes of phones.
    pub phone_crashes: u64,
    /// Crashes of the server.
    pub server_crashes: u64,
    /// Times the server stopped because of its disk.
    pub server_stops: u64,
    /// Phones restored from an old copy.
    pub restored: u64,
    /// Servers restored from a backup.
    pub servers_restored: u64,
    /// Commands that stood before such a restore, and stand again.
    pub stood_again: u64,
    /// Confidential cases, and what lay in trays about them.
    pub confidential: u64,
    /// Complaints about a person that a desk received.
    pub complaints: u64,
    /// Those that went on from the desk.
    pub complaints_sent_on: u64,
    /// Clearances that ended.
    pub clearances_ended: u64,
    /// Leases that ended: nothing could be read until the next contact.
    pub leases_ended: u64,
    /// Steps of the server by time alone.
    pub by_time: u64,
    /// Of them those that found nobody to answer.
    pub vacancies: u64,
    /// Of them those that said that a calendar moved a case's dates.
    pub redated: u64,
    /// Sections of the town's book that were proposed.
    pub proposed: u64,
    /// Those that were put into force.
    pub adopted: u64,
    /// Of them calendars.
    pub calendars: u64,
    /// Runs in which a section had three versions or more.
    pub third_versions: u64,
    /// Runs in which the book changed, and the server was restored.
    pub books_restored: u64,
    /// Dates on phones that were compared with those by the book.
    pub dated: u64,
    /// Dates that a phone did not show, for it lacked the rules.
    pub undated: u64,
    /// Cases that came by an order of another system, by petition, by telephone or on patrol.
    pub origins: u64,
    /// Cases under another category than the most usual one.
    pub categories: u64,
    /// Times that it did not believe its clock.
    pub leaps: u64,
    /// Phones' clocks that fell to 1970.
    pub clocks_fallen: u64,
    /// Parts of answers after their first.
    pub continued: u64,
    /// Long documents that were loaded before their request had its turn.
    pub loaded_ahead: u64,
    /// Those that somebody else had in memory by then.
    pub overtaken: u64,
    /// Bundles that were taken.
    pub bundles: u64,
    /// Commands that a courier handed in, and that got their verdict so.
    pub carried: u64,
    /// Devices revoked or reported lost.
    pub stopped: u64,
    /// Flights of those who mean no good.
    pub hostile: u64,
    /// Commands with a final verdict whose nonce another command of the same device has.
    pub nonces_twice: u64,
    /// Phones' persists that failed for want of room.
    pub full: u64,
    /// Documents that an older program could not follow, and fetched whole.
    pub fallen_back: u64,
    /// Times that an older program was up to date with a town's book that it cannot read.
    pub books_unread: u64,
    /// Times that a line of 100 bytes a second broke.
    pub lines_broken: u64,
    /// Pieces, up, and slices, down, of what is too long for a line.
    pub pieces: u64,
    /// Documents of which a new phone had only the rows.
    pub filed: u64,
    /// Phones that were up to date, and compared with the oracle in the middle of the run.
    pub compared: u64,
    /// A hash of everything that was sent and written, in order.
    pub bytes: [u8; 32],
    /// The moves that were made, by their place in the seed's list.
    pub steps: Vec<u32>,
    /// The steps that were taken, told: the same seed gives the same story.
    pub story: Vec<String>,
}

impl Done {
    /// Adds what another run did; not its story.
    pub fn add(&mut self, other: &Self) {
        self.typed += other.typed;
        self.admitted += other.admitted;
        self.refused += other.refused;
        self.kept += other.kept;
        self.phone_crashes += other.phone_crashes;
        self.server_crashes += other.server_crashes;
        self.server_stops += other.server_stops;
        self.restored += other.restored;
        self.servers_restored += other.servers_restored;
        self.stood_again += other.stood_again;
        self.confidential += other.confidential;
        self.complaints += other.complaints;
        self.complaints_sent_on += other.complaints_sent_on;
        self.clearances_ended += other.clearances_ended;
        self.leases_ended += other.leases_ended;
        self.clocks_fallen += other.clocks_fallen;
        self.by_time += other.by_time;
        self.leaps += other.leaps;
        self.vacancies += other.vacancies;
        self.redated += other.redated;
        self.proposed += other.proposed;
        self.adopted += other.adopted;
        self.calendars += other.calendars;
        self.third_versions += other.third_versions;
        self.books_restored += other.books_restored;
        self.dated += other.dated;
        self.undated += other.undated;
        self.origins += other.origins;
        self.categories += other.categories;
        self.delayed += other.delayed;
        self.continued += other.continued;
        self.loaded_ahead += other.loaded_ahead;
        self.overtaken += other.overtaken;
        self.bundles += other.bundles;
        self.carried += other.carried;
        self.stopped += other.stopped;
        self.hostile += other.hostile;
        self.nonces_twice += other.nonces_twice;
        self.full += other.full;
        self.fallen_back += other.fallen_back;
        self.books_unread += other.books_unread;
        self.lines_broken += other.lines_broken;
        self.pieces += other.pieces;
        self.filed += other.filed;
        self.compared += other.compared;
    }

    /// Takes note of bytes that were sent.
    fn trace(&mut self, what: &str, bytes: &[u8]) {
        self.bytes = hash(what, &[&self.bytes, bytes]);
    }

    /// Takes note of what was written.
    fn trace_writes(&mut self, what: &str, writes: &[Write]) {
        for write in writes {
            self.trace(what, &write.key);
            self.trace(what, write.value.as_deref().unwrap_or_default());
        }
    }
}

/// Runs one seed.
///
/// # Errors
/// The first promise that was not kept.
pub fn run(plan: Plan) -> Result<Done, Box<Violation>> {
    world::World::run(plan, None)
}

/// Runs one seed, of its moves only those at `steps`, which are in order.
///
/// # Errors
/// The first promise that was not kept.
pub fn run_steps(plan: Plan, steps: &[u32]) -> Result<Done, Box<Violation>> {
    world::World::run(plan, Some(steps))
}
