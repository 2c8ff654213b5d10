//! Reading a file of the log: what was committed, where it ends, and what is wrong with it.
//!
//! Frames are read one behind the other; each must carry the next sequence and the chain so far. A
//! frame of which one copy is damaged is known by the other. Only the last frame can be one that
//! was never acknowledged, as the next one is begun when it is durable. It is dropped, as if it had
//! never been begun, if it is not whole, sectors of it did not arrive (they are zeros, or behind
//! the end of the file), and the mark does not say that it was acknowledged. Anything else is
//! damage, and is never passed over in silence.

use super::frame::{HEAD_BYTES, Head, MAGIC, Tip, open_value};
use super::rows::{Change, Rows, Value};
use crate::keys::StoreKey;

/// A disk writes these whole or not at all, in bytes.
const SECTOR_BYTES: usize = 512;

/// The content of a file of the log.
#[derive(Debug)]
pub(super) struct Scanned {
    pub(super) rows: Rows,
    pub(super) tip: Tip,
    /// Nothing is lost, but the file is not what was written: it is to be written anew.
    pub(super) is_damaged: bool,
}

/// Why a file of the log was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Broken {
    /// Its first frame never arrived whole: this is no log yet.
    Unfinished,
    /// A commit that was acknowledged cannot be read. The reason is for people.
    Damaged(String),
}

/// Reads a file under its data key. `first` is the sequence of its first frame, `acknowledged` the
/// highest one that the mark tells of; 0 if it tells nothing.
pub(super) fn scan(
    bytes: &[u8],
    key: &StoreKey,
    first: u64,
    acknowledged: u64,
) -> Result<Scanned, Broken> {
    let file = LogFile { bytes, key };
    let mut scanned = Scanned {
        rows: Rows::default(),
        tip: Tip::before(first),
        is_damaged: false,
    };
    let mut last: Option<FoundFrame> = None;
    while let Some(found) = file.find(last.as_ref().map_or(&scanned.tip, |last| &last.tip))? {
        if let Some(done) = last.replace(found) {
            scanned.apply(done);
        }
    }
    let Some(last) = last else {
        return Err(if acknowledged >= first {
            Broken::Damaged("its first commit cannot be read".to_owned())
        } else {
            Broken::Unfinished
        });
    };
    let is_dropped = last.tip.sequence > acknowledged && file.is_torn(&last);
    if is_dropped && last.tip.sequence == first {
        return Err(Broken::Unfinished);
    }
    if !is_dropped {
        scanned.apply(last);
        scanned.is_damaged |= !file.ends_at(&scanned.tip);
    }
    if scanned.tip.sequence < acknowledged {
        return Err(Broken::Damaged("it ends before its last commit".to_owned()));
    }
    Ok(scanned)
}

impl Scanned {
    fn apply(&mut self, found: FoundFrame) {
        self.rows.apply(found.changes);
        self.tip = found.tip;
        self.is_damaged |= !found.is_whole;
    }
}

/// A frame that was found.
struct FoundFrame {
    start: u64,
    changes: Vec<Change>,
    /// Behind it.
    tip: Tip,
    /// Both copies are there, and the same.
    is_whole: bool,
}

struct LogFile<'a> {
    bytes: &'a [u8],
    key: &'a StoreKey,
}

impl<'a> LogFile<'a> {
    fn slice(&self, at: u64, length: u64) -> Option<&'a [u8]> {
        let end = usize::try_from(at.checked_add(length)?).ok()?;
        self.bytes.get(usize::try_from(at).ok()?..end)
    }

    fn from(&self, at: u64) -> &'a [u8] {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        self.bytes.get(at..).unwrap_or_default()
    }

    /// The frame behind `tip`; none if nothing that can be read is there.
    fn find(&self, tip: &Tip) -> Result<Option<FoundFrame>, Broken> {
        if let Some(head) = Head::decode(self.from(tip.end), self.key)
            && let Some(found) = self.frame(&head, tip, tip.end)
        {
            return Ok(Some(found));
        }
        let later = self.from(tip.end.saturating_add(1));
        let mut rest = later;
        while let Some(at) = rest.windows(MAGIC.len()).position(|some| some == MAGIC) {
            let (_, behind) = rest.split_at(at);
            let place = tip.end + 1 + (later.len() - behind.len()) as u64;
            if let Some(head) = Head::decode(behind, self.key) {
                if let Some(found) = self.frame(&head, tip, place) {
                    return Ok(Some(found));
                }
                if head.sequence > tip.sequence + 1 {
                    let lost = tip.sequence + 1;
                    let reason = format!("commit {lost} cannot be read, and later ones are there");
                    return Err(Broken::Damaged(reason));
                }
            }
            rest = behind.get(1..).unwrap_or_default();
        }
        Ok(None)
    }

    /// The frame behind `tip` of which a copy lies at `at`; none if that copy is not one of it.
    fn frame(&self, head: &Head, tip: &Tip, at: u64) -> Option<FoundFrame> {
        let second = tip.end.checked_add(head.second())?;
        let fits = head.sequence == tip.sequence + 1 && head.before == tip.chain;
        if !fits || (at != tip.end && at != second) {
            return None;
        }
        let (changes, behind) = head.open(self.from(at), tip.end, self.key)?;
        let copy = |at| self.slice(at, head.copy_bytes());
        let is_whole = copy(tip.end).is_some() && copy(tip.end) == copy(second);
        Some(FoundFrame {
            start: tip.end,
            changes,
            tip: behind,
            is_whole,
        })
    }

    /// True if the last frame is as a power cut leaves one that was being written.
    fn is_torn(&self, last: &FoundFrame) -> bool {
        // A file that was longer once may still be, with zeros.
        self.from(last.tip.end).iter().all(|byte| *byte == 0)
            && !(last.is_whole && self.opens(&last.changes))
            && ((self.bytes.len() as u64) < last.tip.end || self.lacks_a_sector(last.start))
    }

    fn opens(&self, changes: &[Change]) -> bool {
        changes.iter().all(|change| match &change.value {
            Some(Value::Sealed(sealed)) => self
                .slice(sealed.at, u64::from(sealed.length))
                .and_then(|bytes| open_value(self.key, &change.name, sealed, bytes))
                .is_some(),
            Some(Value::Lost) | None => true,
        })
    }

    /// True if nothing lies behind the last frame but what a power cut left of the next one.
    fn ends_at(&self, tip: &Tip) -> bool {
        let behind = self.from(tip.end);
        let is_cut_short = || {
            let head = Head::decode(behind, self.key);
            head.is_some_and(|head| head.frame_bytes() > behind.len() as u64)
        };
        behind.len() < HEAD_BYTES || is_cut_short() || self.lacks_a_sector(tip.end)
    }

    /// True if all bytes of a sector behind `start` are zeros.
    fn lacks_a_sector(&self, start: u64) -> bool {
        let mut rest = self.from(start);
        let mut at = start;
        while !rest.is_empty() {
            let within = usize::try_from(at % SECTOR_BYTES as u64).unwrap_or_default();
            let (sector, behind) = rest.split_at((SECTOR_BYTES - within).min(rest.len()));
            if sector.iter().all(|byte| *byte == 0) {
                return true;
            }
            at += sector.len() as u64;
            rest = behind;
        }
        false
    }
}
