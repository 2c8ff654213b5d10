//! What people do with their phones: they type, deal with what came back, and look.

use std::collections::BTreeMap;

use alleyway_core::id::CommandId;
use alleyway_replica::{Draft, Effect, OutboxRow, Recorded};

use super::phone::Persisted;
use super::plant::Plant;
use super::typing::{self, Desk};
use super::violation::{Broken, Checked, IDEMPOTENT, NOTHING_LOST, ensure};
use super::world::{World, short};

/// Thoughts of one who wants to type.
const THOUGHTS: usize = 6;

fn ids(rows: Vec<OutboxRow>) -> Vec<CommandId> {
    rows.into_iter().map(|row| row.command).collect()
}

impl World {
    /// The phone is taken up: its program notes the clock, and ends the lease if it is over.
    pub(crate) fn tick(&mut self, index: usize) -> Checked {
        let random = self.random();
        let now = self.now;
        let phone = &mut self.phones[index];
        let (writes, ended) = match phone.replica.tick(phone.clock(now), random) {
            Some(Effect::Persist(writes)) => (writes, false),
            Some(Effect::PersistAnew(writes)) => (writes, true),
            _ => return self.watch_lease(index),
        };
        let kept = self.persist(index, writes)?;
        if kept == Persisted::Kept {
            self.watch_lease(index)?;
        }
        if ended && kept.is_there() {
            let name = self.phones[index].name;
            self.done.leases_ended += 1;
            self.tell(|| format!("the lease of {name} has ended"));
        }
        Ok(())
    }

    /// Somebody thinks of this and that, until the phone takes something: what it refuses itself was
    /// never typed.
    pub(crate) fn type_something(&mut self, index: usize) -> Checked {
        if self.phones[index].administers {
            return self.type_rules(index);
        }
        let random = self.random();
        let cases = self.phones[index].replica.cases();
        for _ in 0..THOUGHTS {
            let (phone, cases) = (&self.phones[index].replica, cases.as_slice());
            let desk = Desk {
                phone,
                cases,
                places: &self.places,
                now: self.now,
                temper: self.temper,
            };
            let Some(draft) = typing::draft(&mut self.rng, &desk) else {
                continue;
            };
            if self.phones[index].is_older && super::older::is_new(&draft.body) {
                continue;
            }
            if self.records(index, draft, random)? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The phone takes a step, unless it refuses it.
    pub(super) fn records(
        &mut self,
        index: usize,
        draft: Draft,
        random: [u8; 32],
    ) -> Result<bool, Broken> {
        let kind = draft.body.kind();
        let phone = &mut self.phones[index];
        let clock = phone.clock(self.now);
        let Ok((writes, recorded)) = phone.replica.record(draft, clock, random) else {
            return Ok(false);
        };
        let Recorded {
            command, document, ..
        } = recorded;
        let known = phone.disk.notebook.typed.contains(&command)
            || self.oracle.admitted.contains_key(&command);
        ensure(!known, IDEMPOTENT, || {
            format!("two commands have the id {command}")
        })?;
        let kept = self.persist(index, writes)?;
        if kept.is_there() || self.plan.plant == Plant::SavedBeforeDurable {
            self.phones[index].disk.notebook.typed.insert(command);
            self.done.typed += 1;
        }
        let name = self.phones[index].name;
        self.tell(|| {
            format!(
                "{name} types {kind} {} on {} ({kept:?})",
                short(command),
                short(document)
            )
        });
        Ok(true)
    }

    /// A refused command is mended, sent again, or dropped.
    pub(crate) fn deal(&mut self, index: usize) -> Checked {
        let random = self.random();
        let now = self.now;
        let phone = &mut self.phones[index];
        let refused = phone.replica.refused();
        if refused.is_empty() || self.rng.one_in(3) {
            return self.deal_with_tray(index);
        }
        let Some(row) = self.rng.pick(&refused).cloned() else {
            return Ok(());
        };
        let before = phone.replica.pending();
        let (what, writes) = if self.rng.one_in(3) {
            ("drops", phone.replica.drop_refused(row.command).ok())
        } else {
            let fields = if self.rng.one_in(2) {
                [("text".to_owned(), "mended".to_owned())].into()
            } else {
                BTreeMap::new()
            };
            let clock = phone.clock(now);
            let outcome = phone.replica.mend(row.command, &fields, clock, random);
            ("mends", outcome.ok().map(|(writes, _)| writes))
        };
        let Some(writes) = writes else {
            return ensure(
                phone.replica.refused() == refused && phone.replica.pending() == before,
                NOTHING_LOST,
                || format!("{} could not be mended, and something changed", row.command),
            );
        };
        // With a report goes what was typed on its case, also what waits for its verdict.
        let old = [ids(refused), ids(before)].concat();
        let left = [ids(phone.replica.refused()), ids(phone.replica.pending())].concat();
        let gone: Vec<CommandId> = old
            .iter()
            .filter(|id| !left.contains(id))
            .copied()
            .collect();
        let new: Vec<CommandId> = left.into_iter().filter(|id| !old.contains(id)).collect();
        let expected = if what == "drops" { 0 } else { gone.len() };
        ensure(
            !gone.is_empty() && new.len() == expected,
            NOTHING_LOST,
            || {
                format!(
                    "{what} {}: {} commands went, {} came",
                    row.command,
                    gone.len(),
                    new.len()
                )
            },
        )?;
        let kept = self.persist(index, writes)?;
        if kept.is_there() {
            self.done.typed += new.len() as u64;
            let notebook = &mut self.phones[index].disk.notebook;
            notebook.dealt.extend(gone);
            notebook.typed.extend(new);
        }
        let name = self.phones[index].name;
        self.tell(|| {
            format!(
                "{name} {what} {} {} ({kept:?})",
                row.kind,
                short(row.command)
            )
        });
        Ok(())
    }

    /// An item of a tray is taken, or dismissed.
    fn deal_with_tray(&mut self, index: usize) -> Checked {
        let random = self.random();
        let now = self.now;
        let phone = &mut self.phones[index];
        let items = phone.replica.proposals();
        let Some(row) = self.rng.pick(&items) else {
            return Ok(());
        };
        let before = phone.replica.pending();
        let clock = phone.clock(now);
        let (what, writes) = if self.rng.one_in(4) {
            (
                "dismisses",
                phone.replica.dismiss(row.item, clock, random).ok(),
            )
        } else {
            (
                "takes",
                phone
                    .replica
                    .take(row.item, clock, random)
                    .ok()
                    .map(|(writes, _)| writes),
            )
        };
        let Some(writes) = writes else {
            return ensure(
                phone.replica.pending() == before && phone.replica.proposals() == items,
                NOTHING_LOST,
                || format!("{} could not be taken, and something changed", row.item),
            );
        };
        let old = ids(before);
        let new: Vec<CommandId> = ids(phone.replica.pending())
            .into_iter()
            .filter(|id| !old.contains(id))
            .collect();
        let kept = self.persist(index, writes)?;
        if kept.is_there() {
            self.done.typed += new.len() as u64;
            self.phones[index].disk.notebook.typed.extend(new);
        }
        let (name, kind, item) = (self.phones[index].name, row.kind, short(row.item));
        self.tell(|| format!("{name} {what} {kind} {item} ({kept:?})"));
        Ok(())
    }

    /// A case is looked at.
    pub(crate) fn look(&mut self, index: usize) -> Checked {
        let phone = &mut self.phones[index];
        let cases = phone.replica.cases();
        if let Some(case) = self.rng.pick(&cases) {
            let mut writes = phone.replica.look_at(case.document);
            writes.extend(phone.replica.fetch(case.document));
            self.persist(index, writes)?;
        }
        Ok(())
    }
}
