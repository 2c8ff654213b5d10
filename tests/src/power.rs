//! Power cuts on the real store, made from a recording of a real server's writes.
//!
//! `strace` records what a server does to its data folder while devices work, with a stop and a kill
//! and the starts after them: every write with its bytes, every change of a length or a name, every
//! sync, and every answer that begins to leave. A model of the disk plays the recording: what was
//! synced (`fsync`, `fdatasync`; `sync_file_range` is no sync) is there for good. At random moments
//! the power goes: of what was written since its last sync any subset of operations and sectors is on
//! the disk, and any of the lengths and names. The folder made of that is opened, and a new device
//! must get from it all that had been acknowledged; or the store is not opened, and says how to
//! restore.
//!
//! That the recording lacks nothing is checked: all of it together makes the folder as it is.
//!
//! | file | what |
//! | --- | --- |
//! | `trace` | strace's lines → events |
//! | `recording` | a server's life under strace, and what devices were told when |
//! | `disk` | what is written, what is synced |
//! | `image` | what a power cut leaves |
//! | `trial` | a folder is opened and compared |

mod disk;
mod image;
mod recording;
mod trace;
mod trial;

use thiserror::Error;

use crate::process::ProcessError;
use crate::sim::rng::Rng;
use disk::{Disk, Trust};
use image::Image;
pub use recording::Recording;
use trial::Outcome;

/// What is to be done with a recording.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// From which all chance comes.
    pub seed: u64,
    /// Power cuts.
    pub images: u32,
    /// One image in so many is opened by the server's own program too.
    pub by_program_one_in: u32,
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
    /// Folders that were opened by the server's own program too.
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
            "{} power cuts with {} operations open; {} folders opened whole, {} refused with how to restore; {} opened \
             by the server's program too; 0 acknowledged commands missing",
            self.images, self.open_operations, self.whole, self.refused, self.by_program
        )
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
    /// The recording says something that the model does not know, or lacks something.
    #[error("the recording: {0}")]
    Recording(String),
    /// A promise was not kept.
    #[error("{what}\nseed {seed}, power cut {image}; the same plan again: soak power --from {seed}{kept}")]
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

/// Cuts the power again and again in a recording. `told` hears of each what became of it.
///
/// # Errors
/// The first folder in which something acknowledged is missing, or that is refused without a word on
/// how to restore.
pub fn run(recording: &Recording, plan: Plan, told: &mut dyn FnMut(&Tally)) -> Result<Tally, PowerError> {
    let mut rng = Rng::new(plan.seed);
    let trust = Trust::of(plan.disk);
    let moments = recording.moments(plan.images, &mut rng)?;
    let mut disk = Disk::of(&recording.base, trust);
    let (mut tally, mut answers, mut played) = (Tally::default(), 0, 0);
    for (number, moment) in (1_u32..).zip(moments) {
        let until = played.max(moment + 1);
        for event in &recording.events[played..until] {
            answers += u64::from(disk.play(event).map_err(PowerError::Recording)?);
        }
        played = until;
        let image = Image::draw(&disk, &mut rng, plan.disk == Lies::None);
        let by_program = number.is_multiple_of(plan.by_program_one_in);
        let (open_operations, by_program_count) = (image.open_operations, u64::from(by_program));
        let mut one = Tally { images: 1, open_operations, by_program: by_program_count, ..Tally::default() };
        match trial::open(&image, recording, answers, by_program) {
            Ok(Outcome::Whole) => one.whole = 1,
            Ok(Outcome::Refused) => one.refused = 1,
            Err(trial::TrialError::Process(error)) => return Err(error.into()),
            Err(trial::TrialError::Broken { what, kept }) => {
                return Err(PowerError::Broken { seed: plan.seed, image: number, what, kept });
            }
        }
        told(&one);
        tally.add(&one);
    }
    Ok(tally)
}
