//! A server that was restored from a backup is sent what it lost, with what it said of it; and what
//! is kept for that.

use super::outbox::{Fate, Outbox, Outgoing, Sealed};
use super::{Replica, rows};
use alleyway_core::batch::Batch;
use alleyway_core::command::Command;
use alleyway_core::limits::{ANSWERED_BATCHES_MAX, ANSWERED_BYTES_MAX, BATCH_COMMANDS_MAX};
use alleyway_core::store::Write;
use alleyway_core::sync::frame::{Verdict, Verdicts, Welcome};
use alleyway_core::wire::List;

/// Places of a batch.
pub(super) type GivenUp = List<u32, BATCH_COMMANDS_MAX>;

impl Replica {
    /// What the server lacks is sent again: batches that it names as missing, and those behind the
    /// last one it holds. A server that was restored from a backup since is sent all that is kept and
    /// not covered: the last batch that it holds may have come before this device knew of the restore,
    /// or by a courier without its proof. Their commands are pending again, but for those that were
    /// refused or kept: their authors have been told.
    pub(super) fn send_again(&mut self, welcome: &Welcome) -> Vec<Write> {
        let is_restored = welcome.incarnation > self.state.incarnation;
        let known = if is_restored {
            welcome.covered
        } else {
            welcome.held
        };
        let lost = self
            .outbox
            .batches
            .range(known.saturating_add(1)..)
            .map(|(number, _)| *number);
        let again: Vec<u64> = welcome.missing.iter().copied().chain(lost).collect();
        let mut writes = Vec::new();
        for number in again {
            let named = welcome.missing.contains(&number);
            let goes_again = |sealed: &Sealed| sealed.answered || named || is_restored;
            let Some(sealed) = self
                .outbox
                .batches
                .get_mut(&number)
                .filter(|sealed| goes_again(sealed))
            else {
                continue;
            };
            let was_answered = std::mem::replace(&mut sealed.answered, false);
            writes.push(self.outbox.write_batch(number));
            if was_answered || is_restored {
                writes.extend(self.make_pending(number));
            }
        }
        if let Some(session) = self.session.as_mut().filter(|_| !writes.is_empty()) {
            // What waits may have waited for it.
            let open = self
                .outbox
                .batches
                .iter()
                .filter(|(_, sealed)| !sealed.answered);
            open.for_each(|(number, _)| {
                session.sent.remove(number);
            });
        }
        super::paging::latest_of_each(writes)
    }

    /// The commands of a batch that the server carried out are pending again.
    fn make_pending(&mut self, number: u64) -> Vec<Write> {
        let mut writes = Vec::new();
        for counter in self.outbox.in_batch(number).into_values() {
            if let Some(fate) = self
                .outbox
                .fate_mut(counter)
                .filter(|fate| matches!(fate, Fate::Admitted(_)))
            {
                *fate = Fate::PENDING;
                writes.push(self.outbox.write(counter));
            }
        }
        for (place, command) in (0_u32..).zip(self.readable_commands(number)) {
            let counter = command.counter;
            let is_there = self.outbox.commands.contains_key(&counter)
                || self.outbox.locked.contains_key(&counter);
            if is_there || self.outbox.is_dealt_with(number, place) {
                continue;
            }
            self.outbox.commands.insert(
                counter,
                Outgoing {
                    command,
                    sealed: Some((number, place)),
                    fate: Fate::PENDING,
                },
            );
            writes.push(self.outbox.write(counter));
        }
        writes
    }

    /// Commands of a batch that lay in a tray by the server's word are this device's own again, at the
    /// places that `is_wanted` says, for the server has them no more. Whether the batch can be read.
    pub(super) fn take_back(&mut self, number: u64, is_wanted: impl Fn(u32) -> bool) -> bool {
        let count = self
            .outbox
            .batches
            .get(&number)
            .map_or(0, |sealed| sealed.count);
        let here = self.outbox.in_batch(number);
        let was_kept =
            |place: u32| matches!(self.outbox.said(number, place), Some(Verdict::Kept(_)));
        let places: Vec<u32> = (0..count)
            .filter(|place| !here.contains_key(place) && was_kept(*place) && is_wanted(*place))
            .collect();
        if places.is_empty() {
            return true;
        }
        let commands = self.readable_commands(number);
        for (place, command) in (0_u32..)
            .zip(commands.iter())
            .filter(|(place, _)| places.contains(place))
        {
            let outgoing = Outgoing {
                command: command.clone(),
                sealed: Some((number, place)),
                fate: Fate::PENDING,
            };
            self.outbox.commands.insert(command.counter, outgoing);
        }
        !commands.is_empty()
    }

    /// The commands of a batch, in their places; none of one that cannot be read now.
    fn readable_commands(&self, number: u64) -> Vec<Command> {
        let key = self
            .enrolled_row()
            .map(|(identity, _)| identity.secret().public());
        let packed = self.outbox.batches.get(&number).and_then(Sealed::packed);
        let batch = key
            .zip(packed)
            .and_then(|(key, packed)| Batch::unpack(packed, &key).ok());
        batch
            .map(|batch| batch.commands.into_vec())
            .unwrap_or_default()
    }

    /// The server's incarnation that the documents here are of. What is typed says so: a version of
    /// before the restore is another one than the same number after it.
    pub(super) fn documents_of(&self) -> u32 {
        self.compared.unwrap_or(self.state.incarnation)
    }

    /// Notes of which incarnation the documents are until they have been compared.
    pub(super) fn note_compared(&mut self, welcome: &Welcome) -> Option<Write> {
        let is_compared = welcome.complete && self.wanted.is_empty();
        let of = self.documents_of();
        let compared = (!is_compared && of < welcome.incarnation).then_some(of);
        if self.compared == compared {
            return None;
        }
        self.compared = compared;
        Some(match compared {
            Some(of) => rows::put(rows::COMPARED.to_vec(), &of),
            None => rows::remove(rows::COMPARED.to_vec()),
        })
    }

    /// Drops answered batches that a verified backup of the server covers; and the oldest, if a
    /// server never says so. The newest stays in any case: a server that was restored from a backup
    /// of long ago learns from it how far this device had come.
    pub(super) fn drop_covered(&mut self, covered: u64) -> Vec<Write> {
        let answered = self
            .outbox
            .batches
            .iter()
            .filter(|(_, sealed)| sealed.answered);
        let (mut count, mut bytes, mut gone) = (0_usize, 0_usize, Vec::new());
        for (number, sealed) in answered.rev() {
            count += 1;
            bytes = bytes.saturating_add(sealed.frame_bytes());
            let too_many = count > ANSWERED_BATCHES_MAX || bytes > ANSWERED_BYTES_MAX;
            if count > 1 && (*number <= covered || too_many) {
                gone.push(*number);
            }
        }
        gone.into_iter()
            .flat_map(|number| self.outbox.drop_batch(number))
            .collect()
    }
}

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

    /// What the server said of a batch, if any of it was final.
    pub(super) fn proof(&self, number: u64) -> Option<&Verdicts> {
        self.proofs
            .get(&number)
            .filter(|said| said.verdicts.iter().any(Verdict::is_final))
    }

    /// What the server said last of the command at a place of a batch.
    fn said(&self, number: u64, place: u32) -> Option<&Verdict> {
        usize::try_from(place)
            .ok()
            .and_then(|place| self.proofs.get(&number)?.verdicts.get(place))
    }

    /// Whether the author of a command has been told that it was not carried out.
    fn is_dealt_with(&self, number: u64, place: u32) -> bool {
        matches!(
            self.said(number, place),
            Some(Verdict::Refused(_) | Verdict::Kept(_))
        ) || self.is_given_up(number, place)
    }

    /// Whether the command at a place of a batch was refused here.
    pub(super) fn is_given_up(&self, number: u64, place: u32) -> bool {
        self.given_up
            .get(&number)
            .is_some_and(|places| places.contains(&place))
    }

    /// Notes that the command at a place of a batch was refused here: a server that is restored from a
    /// backup is sent the batch again, and the command is not pending again by that.
    pub(super) fn give_up(&mut self, (number, place): (u64, u32)) -> Write {
        let places = self.given_up.entry(number).or_default();
        places.insert(place);
        let row: GivenUp = List::new(places.iter().copied().collect()).unwrap_or_default();
        rows::put(rows::numbered(rows::GIVEN_UP, number), &row)
    }

    /// Drops a batch, and what was said of it.
    pub(super) fn drop_batch(&mut self, number: u64) -> Vec<Write> {
        self.batches.remove(&number);
        self.proofs.remove(&number);
        let mut writes = vec![
            self.write_batch(number),
            rows::remove(rows::numbered(rows::VERDICTS, number)),
        ];
        if self.given_up.remove(&number).is_some() {
            writes.push(rows::remove(rows::numbered(rows::GIVEN_UP, number)));
        }
        writes
    }
}
