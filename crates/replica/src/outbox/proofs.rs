//! Verdicts as the server signed them: kept as proof, for a server that is restored from a backup.

use super::{BatchPlace, Outbox, Outgoing};
use crate::rows;
use alleyway_core::limits::BATCH_COMMANDS_MAX;
use alleyway_core::store::Write;
use alleyway_core::sync::frame::{Verdict, Verdicts};
use alleyway_core::wire::List;

/// Places of a batch.
pub(super) type Places = List<u32, BATCH_COMMANDS_MAX>;

impl Outbox {
    /// Keeps verdicts as proof, unless those that are kept say more.
    pub(super) fn keep_proof(&mut self, verdicts: &Verdicts) -> Option<Write> {
        let says_more = |kept: &Verdicts| {
            let final_at =
                |said: &Verdicts, place| said.verdicts.get(place).is_some_and(Verdict::is_final);
            (0..kept.verdicts.len())
                .any(|place| final_at(kept, place) && !final_at(verdicts, place))
        };
        if self.proofs.get(&verdicts.batch).is_some_and(says_more) {
            return None;
        }
        self.proofs.insert(verdicts.batch, verdicts.clone());
        Some(rows::put(
            rows::numbered(rows::VERDICTS, verdicts.batch),
            verdicts,
        ))
    }

    /// The verdicts on a batch, if any of them was final.
    pub(crate) fn proof(&self, number: u64) -> Option<&Verdicts> {
        self.proofs
            .get(&number)
            .filter(|said| said.verdicts.iter().any(Verdict::is_final))
    }

    /// The server's last verdict on the command at a place of a batch.
    pub(super) fn verdict_at(&self, number: u64, place: u32) -> Option<&Verdict> {
        usize::try_from(place)
            .ok()
            .and_then(|place| self.proofs.get(&number)?.verdicts.get(place))
    }

    /// Whether the author of a command has been told that it was not carried out.
    pub(super) fn is_dealt_with(&self, number: u64, place: u32) -> bool {
        matches!(
            self.verdict_at(number, place),
            Some(Verdict::Refused(_) | Verdict::Kept(_))
        ) || self.is_given_up(number, place)
    }

    /// Whether the command at a place of a batch was refused or replaced here.
    pub(super) fn is_given_up(&self, number: u64, place: u32) -> bool {
        self.given_up
            .get(&number)
            .is_some_and(|places| places.contains(&place))
    }

    /// Notes that a command was taken out and is typed again in another's place. One that lies in a
    /// batch without a verdict does not come back with it.
    pub(crate) fn note_replaced(&mut self, old: &Outgoing) -> Option<Write> {
        let place = old.sealed.filter(|_| old.fate.is_pending())?;
        Some(self.note_given_up(place))
    }

    /// Notes that the command at a place of a batch was refused or replaced here: a server that is
    /// restored from a backup is sent the batch again, and the command is not pending again by that.
    pub(super) fn note_given_up(&mut self, (number, place): BatchPlace) -> Write {
        let places = self.given_up.entry(number).or_default();
        places.insert(place);
        let row: Places = List::new(places.iter().copied().collect()).unwrap_or_default();
        rows::put(rows::numbered(rows::GIVEN_UP, number), &row)
    }
}
