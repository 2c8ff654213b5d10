//! A disk in memory that can be cut off from its power.

use std::cell::RefCell;
use std::rc::Rc;

use alleyway_core::store::StoreError;

use super::super::{Medium, Part, Slot};

const SECTOR_BYTES: usize = 512;

#[derive(Debug, Clone)]
enum Done {
    Wrote(usize, Vec<u8>),
    Cut(usize),
}

#[derive(Debug, Clone, Default)]
struct Content {
    durable: Vec<u8>,
    open: Vec<Done>,
}

impl Content {
    fn seen(&self) -> Vec<u8> {
        let mut bytes = self.durable.clone();
        self.open.iter().for_each(|done| apply(&mut bytes, done));
        bytes
    }
}

fn apply(bytes: &mut Vec<u8>, done: &Done) {
    match done {
        Done::Wrote(at, written) => {
            let end = at + written.len();
            bytes.resize(bytes.len().max(end), 0);
            bytes[*at..end].copy_from_slice(written);
        }
        Done::Cut(length) => bytes.resize(*length, 0),
    }
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) writes: usize,
    pub(super) bytes: usize,
    pub(super) syncs: usize,
}

#[derive(Debug, Default)]
struct State {
    files: [Content; 5],
    kept: Option<Vec<u8>>,
    counts: Counts,
    /// Operations that are still done before all fail.
    left: Option<usize>,
    is_full: bool,
    /// The bytes that fit on it, if they are counted; and those that are kept.
    room: Option<usize>,
    reserved: usize,
    refused: Option<Part>,
    has_refused: bool,
}

/// The disk; a clone is the same one.
#[derive(Debug, Clone, Default)]
pub(super) struct Disk(Rc<RefCell<State>>);

const PARTS: [Part; 5] = [
    Part::Log(Slot::First),
    Part::Log(Slot::Second),
    Part::Seal(Slot::First),
    Part::Seal(Slot::Second),
    Part::Mark,
];

fn at(part: Part) -> usize {
    PARTS.iter().position(|some| *some == part).unwrap()
}

impl Disk {
    pub(super) fn bytes(&self, part: Part) -> Vec<u8> {
        self.0.borrow().files[at(part)].seen()
    }

    pub(super) fn kept(&self) -> Option<Vec<u8>> {
        self.0.borrow().kept.clone()
    }

    pub(super) fn counts(&self) -> Counts {
        self.0.borrow().counts
    }

    /// Damages a file.
    pub(super) fn change(&self, part: Part, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = self.bytes(part);
        change(&mut bytes);
        self.0.borrow_mut().files[at(part)] = Content {
            durable: bytes,
            open: Vec::new(),
        };
    }

    /// Another disk with the same files.
    pub(super) fn copy(&self) -> Self {
        let files = PARTS.map(|part| Content {
            durable: self.bytes(part),
            open: Vec::new(),
        });
        let state = State {
            files,
            ..State::default()
        };
        Self(Rc::new(RefCell::new(state)))
    }

    /// After so many operations, every one fails.
    pub(super) fn fail_after(&self, left: usize, is_full: bool) {
        let mut state = self.0.borrow_mut();
        (state.left, state.is_full) = (Some(left), is_full);
    }

    /// So many bytes fit on it.
    pub(super) fn hold(&self, room: usize) {
        self.0.borrow_mut().room = Some(room);
    }

    /// The bytes that the files take.
    pub(super) fn taken(&self) -> usize {
        let state = self.0.borrow();
        state.files.iter().map(|content| content.seen().len()).sum()
    }

    pub(super) fn reserved(&self) -> usize {
        self.0.borrow().reserved
    }

    /// Every write to one file fails.
    pub(super) fn refuse(&self, part: Part) {
        let mut state = self.0.borrow_mut();
        (state.refused, state.has_refused) = (Some(part), false);
    }

    pub(super) fn has_refused(&self) -> bool {
        self.0.borrow().has_refused
    }

    pub(super) fn repair(&self) {
        let mut state = self.0.borrow_mut();
        (state.left, state.refused) = (None, None);
    }

    /// The disk that a power cut leaves now.
    pub(super) fn after_a_power_cut(&self, dice: &mut impl FnMut(usize) -> usize) -> Self {
        let copy = self.copy();
        for (content, left) in self
            .0
            .borrow()
            .files
            .iter()
            .zip(&mut copy.0.borrow_mut().files)
        {
            left.durable.clone_from(&content.durable);
            let fate = dice(4);
            for done in &content.open {
                let torn = |bytes: &mut Vec<u8>, dice: &mut dyn FnMut(usize) -> usize| match done {
                    Done::Wrote(place, written) => {
                        let (mut place, mut rest) = (*place, written.as_slice());
                        while !rest.is_empty() {
                            let to_the_next = SECTOR_BYTES - place % SECTOR_BYTES;
                            let (sector, behind) = rest.split_at(to_the_next.min(rest.len()));
                            if dice(2) == 0 {
                                apply(bytes, &Done::Wrote(place, sector.to_vec()));
                            }
                            place += sector.len();
                            rest = behind;
                        }
                        if dice(2) == 0 && bytes.len() < place {
                            bytes.resize(place, 0);
                        }
                    }
                    Done::Cut(_) if dice(2) == 0 => apply(bytes, done),
                    Done::Cut(_) => {}
                };
                match fate {
                    0 => apply(&mut left.durable, done),
                    1 => {}
                    _ => torn(&mut left.durable, dice),
                }
            }
        }
        copy
    }
}

impl State {
    /// Whether so many bytes more fit on it.
    fn fits(&self, more: usize) -> Result<(), StoreError> {
        let files = self.files.iter().map(|content| content.seen().len());
        let taken = files.sum::<usize>() + self.reserved + more;
        match self.room {
            Some(room) if taken > room => Err(StoreError::Full("no room".to_owned())),
            _ => Ok(()),
        }
    }

    fn step(&mut self, part: Part) -> Result<(), StoreError> {
        if self.refused == Some(part) {
            self.has_refused = true;
            return Err(StoreError::Full("refused".to_owned()));
        }
        match &mut self.left {
            Some(0) if self.is_full => Err(StoreError::Full("no room".to_owned())),
            Some(0) => Err(StoreError::Failed("no power".to_owned())),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl Medium for Disk {
    fn load(&self, part: Part) -> Result<Vec<u8>, StoreError> {
        Ok(self.bytes(part))
    }

    fn read(&self, part: Part, from: u64, length: usize) -> Result<Vec<u8>, StoreError> {
        let bytes = self.bytes(part);
        let from = usize::try_from(from).unwrap().min(bytes.len());
        Ok(bytes[from..(from + length).min(bytes.len())].to_vec())
    }

    fn write(&mut self, part: Part, place: u64, bytes: &[u8]) -> Result<(), StoreError> {
        let mut state = self.0.borrow_mut();
        let end = usize::try_from(place).unwrap() + bytes.len();
        state.fits(end.saturating_sub(state.files[at(part)].seen().len()))?;
        let done = state.step(part);
        let torn = state.left == Some(0) && done.is_err();
        // A write that fails may have been begun.
        let written = if torn { bytes.len() / 2 } else { bytes.len() };
        if done.is_ok() || torn {
            let place = usize::try_from(place).unwrap();
            let written = bytes[..written].to_vec();
            state.files[at(part)].open.push(Done::Wrote(place, written));
        }
        if part != Part::Mark || done.is_ok() {
            state.counts.bytes += bytes.len();
        }
        state.counts.writes += 1;
        done
    }

    fn cut(&mut self, part: Part, length: u64) -> Result<(), StoreError> {
        let mut state = self.0.borrow_mut();
        // The length can be set where there is no room.
        if !state.is_full && state.refused != Some(part) {
            state.step(part)?;
        }
        let length = usize::try_from(length).unwrap();
        state.files[at(part)].open.push(Done::Cut(length));
        Ok(())
    }

    fn sync(&mut self, part: Part) -> Result<(), StoreError> {
        let mut state = self.0.borrow_mut();
        if state.refused != Some(part) {
            state.step(part)?;
        }
        state.counts.syncs += 1;
        let content = &mut state.files[at(part)];
        content.durable = content.seen();
        content.open.clear();
        Ok(())
    }

    fn reserve(&mut self, bytes: u64) -> Result<(), StoreError> {
        let mut state = self.0.borrow_mut();
        let bytes = usize::try_from(bytes).unwrap();
        state.fits(bytes.saturating_sub(state.reserved))?;
        state.reserved = bytes;
        Ok(())
    }

    fn release(&mut self) -> Result<bool, StoreError> {
        Ok(std::mem::take(&mut self.0.borrow_mut().reserved) > 0)
    }

    fn set_aside(&mut self, slot: Slot) -> Result<(), StoreError> {
        let mut state = self.0.borrow_mut();
        state.step(Part::Log(slot))?;
        state.files[at(Part::Seal(slot))] = Content::default();
        let content = std::mem::take(&mut state.files[at(Part::Log(slot))]);
        state.kept = Some(content.seen());
        Ok(())
    }

    fn discard_kept(&mut self) -> Result<(), StoreError> {
        self.0.borrow_mut().kept = None;
        Ok(())
    }
}
