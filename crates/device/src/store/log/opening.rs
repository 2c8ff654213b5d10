//! Opening a log: which of the two slots holds it, and making one.

use alleyway_core::store::StoreError;
use thiserror::Error;

use super::frame::{FrameBuilder, Tip};
use super::header::{FORMAT, Header};
use super::renewal::write;
use super::scan::{Broken, Scanned, scan};
use super::{Left, Log, Medium, Part, Rows, Slot, mark};
use crate::keys::StoreKey;

/// How long a log is at most that was just made: an empty frame, whose second copy is in the next
/// block.
const FOUNDED_BYTES_MAX: usize = 2 * 4_096;
/// The generation of a log that was just made.
const FIRST_GENERATION: u64 = 1;

/// Why a log was not opened. No file was changed.
#[derive(Debug, Error)]
pub enum LogError {
    /// Acknowledged commits cannot be read.
    #[error("{reason}")]
    Damaged {
        /// Where.
        slot: Slot,
        /// The finding.
        reason: String,
    },
    /// A later version of the program wrote it.
    #[error("it has format {found}; this program reads format {FORMAT}")]
    Newer {
        /// Where.
        slot: Slot,
        /// Its format.
        found: u32,
    },
    /// An earlier version of the program wrote it.
    #[error("it was made by an earlier version; this program reads format {FORMAT}")]
    Older(Slot),
    /// It is under another host's key.
    #[error("the key is another one")]
    WrongKey(Slot),
    /// The log is there, and its data key is not.
    #[error("its data key is lost")]
    KeyLost(Slot),
    /// A file could not be read or written.
    #[error(transparent)]
    Medium(#[from] StoreError),
}

/// The content of the files, before the host's key is known.
#[derive(Debug)]
pub enum Look {
    /// No log. What a founding that was cut off has left may be there.
    Nothing,
    /// A log.
    Log(FoundLog),
}

/// A log that was found and is not open.
#[derive(Debug)]
pub struct FoundLog {
    /// With the highest generation first.
    candidates: Vec<Candidate>,
    acknowledged: u64,
}

#[derive(Debug)]
struct Candidate {
    slot: Slot,
    header: Header,
    bytes: Vec<u8>,
}

impl Candidate {
    /// Reads the log. One that is alone is no new one that was not finished: the old one goes only
    /// when the new one is durable.
    fn scan(&self, data: &StoreKey, is_alone: bool, acknowledged: u64) -> Result<Scanned, Broken> {
        let first = self.header.first;
        let acknowledged = if is_alone && !self.may_be_a_founding() {
            acknowledged.max(first)
        } else {
            acknowledged
        };
        scan(&self.bytes, data, first, acknowledged)
    }

    fn may_be_a_founding(&self) -> bool {
        self.header.generation == FIRST_GENERATION && self.bytes.len() <= FOUNDED_BYTES_MAX
    }
}

impl FoundLog {
    /// Where the log is most likely.
    pub fn slot(&self) -> Slot {
        self.candidates
            .first()
            .map_or(Slot::First, |candidate| candidate.slot)
    }
}

impl Look {
    /// Looks into the files.
    ///
    /// # Errors
    /// [`LogError`], but never [`LogError::WrongKey`].
    pub fn into(medium: &impl Medium) -> Result<Self, LogError> {
        let acknowledged = mark::decode(&medium.load(Part::Mark)?);
        let (mut candidates, mut without_key) = (Vec::new(), None);
        for slot in [Slot::First, Slot::Second] {
            let bytes = medium.load(Part::Log(slot))?;
            let seal = medium.load(Part::Seal(slot))?;
            match Header::decode(&seal) {
                Some(header) if header.format > FORMAT => {
                    let found = header.format;
                    return Err(LogError::Newer { slot, found });
                }
                Some(header) if header.format < FORMAT => return Err(LogError::Older(slot)),
                Some(header) => candidates.push(Candidate {
                    slot,
                    header,
                    bytes,
                }),
                None if bytes.iter().chain(&seal).all(|byte| *byte == 0) => {}
                None => without_key = without_key.or(Some(slot)),
            }
        }
        candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.header.generation));
        // A log without its key is one that is being written over, if there is another one.
        match without_key {
            Some(slot) if candidates.iter().all(|other| other.bytes.is_empty()) => {
                Err(LogError::KeyLost(slot))
            }
            _ if !candidates.is_empty() => Ok(Self::Log(FoundLog {
                candidates,
                acknowledged,
            })),
            _ if acknowledged > 0 => Err(LogError::Damaged {
                slot: Slot::First,
                reason: "it is gone, and its mark is not".to_owned(),
            }),
            _ => Ok(Self::Nothing),
        }
    }
}

impl<M: Medium> Log<M> {
    /// Makes an empty log. The host's key must be kept before.
    ///
    /// # Errors
    /// What the medium says; [`StoreError::Failed`] if there is no randomness.
    pub fn found(mut medium: M, host: StoreKey) -> Result<Self, StoreError> {
        // What a founding left that was cut off.
        for slot in [Slot::First, Slot::Second] {
            for part in [Part::Seal(slot), Part::Log(slot)] {
                let length = medium.load(part)?.len();
                discard(&mut medium, part, length as u64)?;
            }
        }
        let data = StoreKey::random().map_err(super::failed)?;
        let (slot, generation, first) = (Slot::First, FIRST_GENERATION, 1);
        let header = Header::new(&host, &data, generation, first).map_err(super::failed)?;
        let frame = FrameBuilder::new(&data).finish(&Tip::before(first))?;
        write(&mut medium, slot, &header.encode(), &frame)?;
        let mut log = Self {
            medium,
            slot,
            left: Left::default(),
            generation,
            host,
            data,
            rows: Rows::default(),
            tip: frame.tip,
            failed: None,
        };
        log.acknowledge();
        Ok(log)
    }

    /// Opens the log that was found. If it is damaged, and nothing of what was acknowledged is
    /// lost by that but single values, it is written anew, and the damaged one set aside: then the
    /// number of values that cannot be read is returned too.
    ///
    /// # Errors
    /// [`LogError`].
    pub fn open(
        medium: M,
        found: FoundLog,
        host: StoreKey,
    ) -> Result<(Self, Option<usize>), LogError> {
        let FoundLog {
            candidates,
            acknowledged,
        } = found;
        let is_alone = candidates.len() == 1;
        let mut unfinished = None;
        for candidate in &candidates {
            let slot = candidate.slot;
            let data = candidate.header.open(&host);
            let data = data.ok_or(LogError::WrongKey(slot))?;
            match candidate.scan(&data, is_alone, acknowledged) {
                Ok(scanned) => {
                    let log = Self {
                        medium,
                        slot,
                        left: Left::default(),
                        generation: candidate.header.generation,
                        host,
                        data,
                        rows: scanned.rows,
                        tip: scanned.tip,
                        failed: None,
                    };
                    return Ok(log.settled(candidate, scanned.is_damaged)?);
                }
                Err(Broken::Damaged(reason)) => return Err(LogError::Damaged { slot, reason }),
                Err(Broken::Unfinished) => unfinished = unfinished.or(Some(candidate)),
            }
        }
        match unfinished {
            Some(candidate) if !candidate.may_be_a_founding() => Err(LogError::Damaged {
                slot: candidate.slot,
                reason: "its first commit cannot be read".to_owned(),
            }),
            _ => Ok((Self::found(medium, host)?, None)),
        }
    }

    /// Makes durable what was found, and takes away what a power cut left beside it.
    fn settled(
        mut self,
        found: &Candidate,
        is_damaged: bool,
    ) -> Result<(Self, Option<usize>), StoreError> {
        let is_damaged = is_damaged || !found.header.is_whole;
        let part = Part::Log(self.slot);
        if !is_damaged && found.bytes.len() as u64 > self.tip.end {
            self.medium.cut(part, self.tip.end)?;
        }
        // What a program wrote that was killed may not have reached the disk.
        self.medium.sync(part)?;
        let length = |part| Ok::<u64, StoreError>(self.medium.load(part)?.len() as u64);
        self.left = Left {
            seal: length(Part::Seal(self.slot.other()))?,
            log: length(Part::Log(self.slot.other()))?,
        };
        self.discard_former()?;
        self.acknowledge();
        let unreadable = is_damaged.then(|| self.mend()).transpose()?;
        Ok((self, unreadable))
    }
}

/// Zeros written at once, in bytes.
const ZEROS_BYTES: usize = 64 * 1024;

/// Writes zeros over a file, durably, and empties it.
pub(super) fn discard(medium: &mut impl Medium, part: Part, length: u64) -> Result<(), StoreError> {
    if length == 0 {
        return Ok(());
    }
    let zeros = vec![0; ZEROS_BYTES];
    let mut at = 0;
    while at < length {
        let step = usize::try_from(length - at).map_or(ZEROS_BYTES, |left| left.min(ZEROS_BYTES));
        medium.write(part, at, zeros.get(..step).unwrap_or_default())?;
        at += step as u64;
    }
    medium.sync(part)?;
    medium.cut(part, 0)
}
