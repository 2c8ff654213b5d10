//! Bundles: somebody writes one, and somebody carries it.

use alleyway_core::id::MemberId;

use super::phone::Persisted;
use super::violation::{Checked, IDEMPOTENT, ensure};
use super::world::World;

/// Letters that are remembered.
const LETTERS_MAX: usize = 6;

/// A bundle in somebody's pocket.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    from: usize,
    bytes: Vec<u8>,
}

impl World {
    /// A phone writes a bundle, for one of the others or for nobody.
    pub(crate) fn write_letter(&mut self, index: usize) -> Checked {
        let others: Vec<MemberId> = self.phones.iter().map(|phone| phone.member).collect();
        let to = if self.rng.one_in(4) {
            None
        } else {
            self.rng.pick(&others).copied()
        };
        let random = self.random();
        let now = self.now;
        let writes = self.phones[index].replica.seal_typed(random);
        let kept = if writes.is_empty() {
            Persisted::Kept
        } else {
            self.persist(index, writes)?
        };
        let phone = &mut self.phones[index];
        let clock = phone.clock(now);
        let name = phone.name;
        let exported = match phone.replica.export(to, clock, random) {
            Ok(exported) => exported,
            Err(why) => {
                self.tell(|| format!("{name} writes no bundle: {why} ({kept:?})"));
                return Ok(());
            }
        };
        let (batches, commands) = (exported.batches, exported.commands);
        self.tell(|| format!("{name} writes a bundle of {batches} batches, {commands} commands to be read ({kept:?})"));
        if kept == Persisted::Kept {
            self.letters.push(Letter {
                from: index,
                bytes: exported.file,
            });
            if self.letters.len() > LETTERS_MAX {
                self.letters.remove(0);
            }
        }
        Ok(())
    }

    /// A bundle reaches a phone. It may reach another one too, or the same again.
    pub(crate) fn read_letter(&mut self, index: usize) -> Checked {
        let Some(letter) = self.rng.pick(&self.letters).cloned() else {
            return Ok(());
        };
        let now = self.now;
        let phone = &mut self.phones[index];
        let name = phone.name;
        let before = phone.replica.carried();
        let clock = phone.clock(now);
        let Ok((writes, imported)) = phone.replica.import(&letter.bytes, clock) else {
            return ensure(phone.replica.carried() == before, IDEMPOTENT, || {
                format!("{name} did not take a bundle, and carries something else now")
            });
        };
        let kept = if writes.is_empty() {
            Persisted::Kept
        } else {
            self.persist(index, writes)?
        };
        self.done.bundles += 1;
        let (from, batches) = (self.phones[letter.from].name, imported.batches);
        self.tell(|| {
            format!("{name} takes a bundle of {from}: {batches} batches are new ({kept:?})")
        });
        Ok(())
    }
}
