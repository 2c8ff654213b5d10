//! The layout of the store: one byte for what it is, then what it is of.

mod by_time;
mod listed;

pub(crate) use by_time::*;
pub(crate) use listed::*;

use alleyway_core::feeds::FeedId;
use alleyway_core::id::{CommandId, DeviceId, DocumentId, UnitId};
use alleyway_core::limits::CODE_BYTES_MAX;
use alleyway_core::store::StoreError;
use alleyway_core::text::Text;
use alleyway_core::time::Month;
use alleyway_core::wire::Wire;

/// The ledger's own state.
pub(crate) const STATE: &[u8] = b"m";

fn key(kind: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut key = vec![kind];
    for part in parts {
        key.extend_from_slice(part);
    }
    key
}

/// The end (exclusive) of all keys that begin with `prefix`.
pub(crate) fn end_of(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return end;
        }
    }
    vec![0xff; prefix.len() + 1]
}

/// A block of ledger entries. (In format 2 `l` and a sequence was one entry.)
pub(crate) fn entries(block: u64) -> Vec<u8> {
    key(b'L', &[&block.to_be_bytes()])
}

/// A document's record.
pub(crate) fn head(document: DocumentId) -> Vec<u8> {
    key(b'h', &[&document.0])
}

/// All documents' records.
pub(crate) const HEADS: &[u8] = b"h";

/// Versions of a document, from one on.
pub(crate) fn tail(document: DocumentId, version: u64) -> Vec<u8> {
    key(b't', &[&document.0, &version.to_be_bytes()])
}

/// The version with which a row of versions, or a piece of history, begins.
pub(crate) fn version_of(key: &[u8]) -> Option<u64> {
    key.last_chunk::<8>().map(|v| u64::from_be_bytes(*v))
}

/// A document's snapshot.
pub(crate) fn snapshot(document: DocumentId) -> Vec<u8> {
    key(b's', &[&document.0])
}

/// Commands of a document from one version on, whose changes are compacted into its snapshot.
pub(crate) fn history(document: DocumentId, version: u64) -> Vec<u8> {
    key(b'k', &[&document.0, &version.to_be_bytes()])
}

/// A place in a feed's log.
pub(crate) fn feed(feed: FeedId, sequence: u64) -> Vec<u8> {
    key(b'f', &[&feed.to_bytes(), &sequence.to_be_bytes()])
}

/// A feed's log.
pub(crate) fn feed_log(feed: FeedId) -> Vec<u8> {
    key(b'f', &[&feed.to_bytes()])
}

/// A feed's sum.
pub(crate) fn sum(feed: FeedId) -> Vec<u8> {
    key(b'g', &[&feed.to_bytes()])
}

/// A device.
pub(crate) fn device(device: DeviceId) -> Vec<u8> {
    key(b'd', &[&device.0])
}

/// All devices.
pub(crate) const DEVICES: &[u8] = b"d";

/// A clearance that is in force.
pub(crate) fn clearance(appointment: CommandId) -> Vec<u8> {
    key(b'q', &[&appointment.0])
}

/// The appointment of a clearance's key.
pub(crate) fn clearance_of(key: &[u8]) -> Result<CommandId, StoreError> {
    key.last_chunk::<16>()
        .map(|id| CommandId(*id))
        .ok_or_else(|| StoreError::damaged(key))
}

/// All clearances that are in force.
pub(crate) const CLEARANCES: &[u8] = b"q";

/// A batch's leaves and signature.
pub(crate) fn batch(device: DeviceId, number: u64) -> Vec<u8> {
    key(b'b', &[&device.0, &number.to_be_bytes()])
}

/// The leaves and signatures of a row of batches that are packed.
pub(crate) fn packed_batches(device: DeviceId, row: u64) -> Vec<u8> {
    key(b'B', &[&device.0, &row.to_be_bytes()])
}

/// A refusal.
pub(crate) fn refusal(device: DeviceId, number: u64, command: CommandId) -> Vec<u8> {
    key(b'x', &[&device.0, &number.to_be_bytes(), &command.0])
}

/// All refusals.
pub(crate) const REFUSALS: &[u8] = b"x";

/// The command at the end of a refusal's key, or of that of what was kept.
pub(crate) fn command_of(key: &[u8]) -> Result<CommandId, StoreError> {
    key.last_chunk::<16>()
        .map(|id| CommandId(*id))
        .ok_or_else(|| StoreError::damaged(key))
}

/// A device's refusals up to a batch (exclusive).
pub(crate) fn refusals(device: DeviceId, number: u64) -> Vec<u8> {
    key(b'x', &[&device.0, &number.to_be_bytes()])
}

/// A document that a refused command would have created.
pub(crate) fn refused_creation(device: DeviceId, document: DocumentId) -> Vec<u8> {
    key(b'z', &[&device.0, &document.0])
}

/// The hash of a batch that was put into a tray because it stands beside its device's chain, by the
/// number that it has, while that one is to come.
pub(crate) fn beside_chain(device: DeviceId, number: u64) -> Vec<u8> {
    key(b'F', &[&device.0, &number.to_be_bytes()])
}

/// A document in which a command of the device stands again by the server's verdict from before a restore, though no
/// scope of the device that is known since the restore shows it.
pub(crate) fn stands_by_prior_verdict(device: DeviceId, document: DocumentId) -> Vec<u8> {
    key(b'e', &[&device.0, &document.0])
}

/// An invitation, by the index of its code.
pub(crate) fn invitation(index: [u8; 16]) -> Vec<u8> {
    key(b'c', &[&index])
}

/// All invitations.
pub(crate) const INVITATIONS: &[u8] = b"c";

/// An invitation that a command asked for.
pub(crate) fn asked_invitation(asked: CommandId) -> Vec<u8> {
    key(b'I', &[&asked.0])
}

/// The state of the lists that are kept for an import.
pub(crate) const KEPT_LISTS: &[u8] = b"V";

/// Their bytes.
pub(crate) const LISTS: &[u8] = b"O";

/// The appointment that an invitation is for, by the index of its code.
pub(crate) fn invitation_post(index: [u8; 16]) -> Vec<u8> {
    key(b'H', &[&index])
}

/// That a command asks that a frozen device go on, and waits for a second one.
pub(crate) fn asked_thaw(asked: CommandId) -> Vec<u8> {
    key(b'A', &[&asked.0])
}

/// All askings that frozen devices go on.
pub(crate) const ASKED_THAWS: &[u8] = b"A";

/// The case of a code that documents held in plain, as an earlier release wrote it.
pub(crate) fn plain_code(index: [u8; 16]) -> Vec<u8> {
    key(b'y', &[&index])
}

/// A tracking code, by its index.
pub(crate) fn code(index: [u8; 16]) -> Vec<u8> {
    key(b'Y', &[&index])
}

/// The index of the code that leads to a case.
pub(crate) fn code_of(case: DocumentId) -> Vec<u8> {
    key(b'W', &[&case.0])
}

/// A unit, for the organisation.
pub(crate) fn unit(unit: UnitId) -> Vec<u8> {
    key(b'u', &[&unit.0])
}

/// All units.
pub(crate) const UNITS: &[u8] = b"u";

/// An appointment, for the organisation.
pub(crate) fn appointment(appointment: CommandId) -> Vec<u8> {
    key(b'a', &[&appointment.0])
}

/// All appointments.
pub(crate) const APPOINTMENTS: &[u8] = b"a";

/// The directory document of a village or town.
pub(crate) fn directory(of: UnitId) -> Vec<u8> {
    key(b'v', &[&of.0])
}

/// The town's book: its document, and the town.
pub(crate) const BOOK: &[u8] = b"R";

/// A section of the town's book that a command put into force.
pub(crate) fn rules(adopted: CommandId) -> Vec<u8> {
    key(b'R', &[&adopted.0])
}

/// All directory documents.
pub(crate) const DIRECTORIES: &[u8] = b"v";

/// A device's scope of one version; version 0 is the newest.
pub(crate) fn scope(device: DeviceId, version: u32) -> Vec<u8> {
    key(b'p', &[&device.0, &version.to_be_bytes()])
}

/// The tray of a unit that items are put into; its confidential one.
pub(crate) fn tray(unit: UnitId, confidential: bool) -> Vec<u8> {
    key(b'r', &[&unit.0, &[u8::from(confidential)]])
}

/// That a command lies in a tray, or lay there.
pub(crate) fn kept(command: CommandId) -> Vec<u8> {
    key(b'i', &[&command.0])
}

/// All that was put into trays.
pub(crate) const KEPT: &[u8] = b"i";

/// The newest steps of a case's resident, so that none is carried out twice.
pub(crate) fn resident(case: DocumentId) -> Vec<u8> {
    key(b'w', &[&case.0])
}

/// The part of a case that its resident sees.
pub(crate) fn tracked(case: DocumentId) -> Vec<u8> {
    key(b'T', &[&case.0])
}

/// The parts of all cases that their residents see.
pub(crate) const TRACKED: &[u8] = b"T";

/// How far the cases are counted.
pub(crate) const FIGURES_STATE: &[u8] = b"K";

/// A case's part in the figures.
pub(crate) fn part(case: DocumentId) -> Vec<u8> {
    key(b'Q', &[&case.0])
}

/// All parts of cases.
pub(crate) const PARTS: &[u8] = b"Q";

/// The figures of a month, of the cases that came from a place, of a category.
pub(crate) fn figures(month: Month, place: UnitId, category: &str) -> Vec<u8> {
    let month = month.number().to_be_bytes();
    key(b'M', &[&month, &place.0, category.as_bytes()])
}

/// All figures.
pub(crate) const FIGURES: &[u8] = b"M";

/// Where the row of a key stands among the figures.
pub(crate) fn figures_of(key: &[u8]) -> Result<(Month, UnitId, Text<CODE_BYTES_MAX>), StoreError> {
    let parts = || {
        let (month, rest) = key.get(1..)?.split_first_chunk::<2>()?;
        let (place, category) = rest.split_first_chunk::<16>()?;
        let category = std::str::from_utf8(category).ok()?;
        Some((
            Month::of_number(u16::from_be_bytes(*month))?,
            DocumentId(*place),
            Text::new(category).ok()?,
        ))
    };
    parts().ok_or_else(|| StoreError::damaged(key))
}

/// The print of a month's figures.
pub(crate) fn print(month: Month) -> Vec<u8> {
    key(b'P', &[&month.number().to_be_bytes()])
}

/// All prints.
pub(crate) const PRINTS: &[u8] = b"P";

/// The month of a print's key.
pub(crate) fn print_of(key: &[u8]) -> Result<Month, StoreError> {
    let number = key
        .last_chunk::<2>()
        .map(|month| u16::from_be_bytes(*month));
    let month = number.and_then(Month::of_number);
    month.ok_or_else(|| StoreError::damaged(key))
}

/// How a post stood when the security journal last spoke of it, in a restored ledger.
pub(crate) fn ended(appointment: CommandId) -> Vec<u8> {
    key(b'E', &[&appointment.0])
}

/// When the newest incarnation began, if it did with a restore.
pub(crate) const RESTORED: &[u8] = b"n";

/// The sequence at which an incarnation began, on the past of this ledger.
pub(crate) fn began(incarnation: u32) -> Vec<u8> {
    key(b'N', &[&incarnation.to_be_bytes()])
}

/// All incarnations that began with a restore, on the past of this ledger.
pub(crate) const BEGAN: &[u8] = b"N";

/// That some command of a batch that is held waits.
pub(crate) fn open_batch(device: DeviceId, number: u64) -> Vec<u8> {
    key(b'o', &[&device.0, &number.to_be_bytes()])
}

/// All such batches of a device.
pub(crate) fn open_batches(device: DeviceId) -> Vec<u8> {
    key(b'o', &[&device.0])
}

/// The device and the number of such a batch's key.
pub(crate) fn open_batch_of(key: &[u8]) -> Result<(DeviceId, u64), StoreError> {
    let damaged = || StoreError::damaged(key);
    let (device, number) = key
        .get(1..)
        .and_then(|of| of.split_first_chunk::<16>())
        .ok_or_else(damaged)?;
    Ok((
        DeviceId(*device),
        u64::from_be_bytes(number.try_into().map_err(|_| damaged())?),
    ))
}

/// The key of the amounts that a device may still hand in.
pub(crate) fn budget(device: DeviceId) -> Vec<u8> {
    key(b'G', &[&device.0])
}

/// The document at the end of a key.
pub(crate) fn document_of(key: &[u8]) -> Result<DocumentId, StoreError> {
    key.last_chunk::<16>()
        .map(|id| DocumentId(*id))
        .ok_or_else(|| StoreError::damaged(key))
}

/// A record of the audit.
pub(crate) fn audit(sequence: u64) -> Vec<u8> {
    key(b'j', &[&sequence.to_be_bytes()])
}
