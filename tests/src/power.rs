//! Power cuts on the real stores, made from recordings of real programs' writes.
//!
//! `strace` records what a program does to its folder, life after life, kills and starts between
//! them: every write with its bytes, every change of a length or a name, every sync, and every answer
//! that begins to leave. A model of the disk plays the recording: what was synced (`fsync`,
//! `fdatasync`; `sync_file_range` is no sync) is there for good. At random moments the power goes: of
//! what was written since its last sync any subset of operations and sectors is on the disk, and any
//! of the lengths and names. The folder made of that is opened:
//!
//! * a server's: a new device must get from it all that had been acknowledged; or it is not opened,
//!   and says how to restore;
//! * a phone's store: it opens, with every commit that had returned, whole, and at most the one behind.
//!
//! That a recording lacks nothing is checked: all of it together makes the folder as it is.
//!
//! | file | what |
//! | --- | --- |
//! | `trace` | strace's lines → events |
//! | `tape` | a folder, and what happened to it |
//! | `disk` | what is written, what is synced |
//! | `image` | what a power cut leaves |
//! | `trial` | a folder is tried, and kept if it fails |
//! | `server` | a server's lives, what devices were told when; a new device compares |
//! | `store` | a phone's store's lives, and what it must hold |

mod disk;
mod image;
mod server;
mod store;
mod tape;
mod trace;
mod trial;

use alleyway_demo::Chance;

use tempfile::TempDir;
use thiserror::Error;

use crate::process::ProcessError;
use disk::{Disk, Trust};
use image::Image;
pub use server::ServerRecording;
pub use store::{Life, StoreRecording};
use tape::Tape;
use trial::{Outcome, TrialError};

/// What is to be done with a recording.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// From which all chance comes.
    pub seed: u64,
    /// Power cuts.
    pub images: u32,
    /// One image in so many is opened by the server's own program too; none for a phone's store.
    pub by_program_one_in: Option<u32>,
    /// What the disk does with a sync.
    pub disk: Lies,
}

/// How much a disk may be believed: to see that the test can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lies {
    /// What was synced is there.
    None,
    /// Syncs of sled's file do nothing.
    AboutTheLedger,
    /// No sync does anything.
    AboutEverything,
}

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Power cuts.
    pub images: u64,
    /// Folders that opened with everything.
    pub whole: u64,
    /// Folders that were not opened, with a text that says how to restore.
    pub refused: u64,
    /// Folders of servers that were opened by the program too.
    pub by_program: u64,
    /// Operations that were under way when the power went: neither synced nor surely lost.
    pub open_operations: u64,
}

impl Tally {
    /// Adds another's.
    pub fn add(&mut self, other: &Self) {
        self.images += other.images;
        self.whole += other.whole;
        self.refused += other.refused;
        self.by_program += other.by_program;
        self.open_operations += other.open_operations;
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} power cuts with {} operations open; {} folders opened whole, {} refused with how to restore",
            self.images, self.open_operations, self.whole, self.refused
        )?;
        if self.by_program > 0 {
            write!(
                f,
                "; {} opened by the server's program too",
                self.by_program
            )?;
        }
        f.write_str("; nothing that was acknowledged is missing")
    }
}

/// Why a run ended.
#[derive(Debug, Error)]
pub enum PowerError {
    /// strace is not there, or may not watch.
    #[error("strace cannot be had: {0}")]
    NoStrace(String),
    /// A program did not do what it was asked.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The phone's store, while it was recorded.
    #[error("the store: {0}")]
    Store(String),
    /// The recording says something that the model does not know, or lacks something.
    #[error("the recording: {0}")]
    Recording(String),
    /// A promise was not kept.
    #[error(
        "{what}\nseed {seed}, power cut {image}; the same plan again: soak power --from {seed}{kept}"
    )]
    Broken {
        /// The seed.
        seed: u64,
        /// Which power cut, from 1.
        image: u32,
        /// What was seen.
        what: String,
        /// Where the folder is kept.
        kept: String,
    },
}

/// What was recorded, and how a folder is tried that a power cut makes of it.
trait Recorded {
    /// What happened to the folder.
    fn tape(&self) -> &Tape;

    /// Opens the image when so many answers had left; with the program itself if that is asked.
    fn tried(&self, image: &Image, answers: u64, by_program: bool) -> Result<Outcome, TrialError>;
}

/// Cuts the power again and again. `told` hears of each cut what became of it.
fn cut(
    recording: &impl Recorded,
    plan: Plan,
    told: &mut dyn FnMut(&Tally),
) -> Result<Tally, PowerError> {
    let mut rng = Chance::new(plan.seed);
    let tape = recording.tape();
    let moments = tape.moments(plan.images, &mut rng)?;
    let mut disk = Disk::of(&tape.base, Trust::of(plan.disk));
    let (mut tally, mut answers, mut played) = (Tally::default(), 0, 0);
    for (number, moment) in (1_u32..).zip(moments) {
        let until = played.max(moment + 1);
        for event in &tape.events[played..until] {
            answers += u64::from(disk.play(event).map_err(PowerError::Recording)?);
        }
        played = until;
        let image = Image::draw(&disk, &mut rng, plan.disk == Lies::None);
        let by_program = plan
            .by_program_one_in
            .is_some_and(|often| number.is_multiple_of(often));
        let (open_operations, by_program_count) = (image.open_operations, u64::from(by_program));
        let mut one = Tally {
            images: 1,
            open_operations,
            by_program: by_program_count,
            ..Tally::default()
        };
        match recording.tried(&image, answers, by_program) {
            Ok(Outcome::Whole) => one.whole = 1,
            Ok(Outcome::Refused) => one.refused = 1,
            Err(TrialError::Process(error)) => return Err(error.into()),
            Err(TrialError::Broken { what, kept }) => {
                return Err(PowerError::Broken {
                    seed: plan.seed,
                    image: number,
                    what,
                    kept,
                });
            }
        }
        told(&one);
        tally.add(&one);
    }
    Ok(tally)
}

fn temporary() -> Result<TempDir, PowerError> {
    Ok(TempDir::new().map_err(ProcessError::system("a temporary folder"))?)
}
