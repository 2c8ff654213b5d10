//! Confidential cases in a run: in every other one the administrators clear some of the posts when it
//! begins. The server asks, and an administrator's phone confirms. Phones that are there then are
//! confirmed with it; those that are taken in later, and the stranger's device, are not.

use super::oracle::{Event, Held};
use super::server::failed;
use super::town;
use super::violation::{AUTHORITY, Checked, ensure};
use super::world::World;
use alleyway_core::id::{CommandId, UnitId};
use alleyway_core::kinds::unit::Post;
use alleyway_core::time::Time;
use alleyway_demo::Chance;
use alleyway_replica::ClearanceStep;

impl World {
    /// The oracle learns of the ends that the journal knew and the ledger did not: they were carried out
    /// when the server started.
    pub(crate) fn observe_start(&mut self) -> Checked {
        self.observe_stops()?;
        if !self.server.is_up {
            return Ok(());
        }
        let organisation = self.server.ledger.organisation();
        let town = town::observe(organisation);
        let cleared = self.oracle.town.cleared().map(|held| held.appointment);
        let ended: Vec<CommandId> = cleared
            .filter(|appointment| !organisation.is_cleared(*appointment))
            .collect();
        for appointment in ended {
            self.oracle.committed(&Event::ClearanceEnded(appointment))?;
        }
        self.oracle.committed(&Event::Town(town))
    }

    /// A restore revives no post and no clearance that had ended before it, as long as the security
    /// journal is there.
    pub(super) fn check_ended(&self, before: &[Held], now: Time) -> Checked {
        let organisation = self.server.ledger.organisation();
        for held in before {
            let Some(row) = organisation.appointment(held.appointment) else {
                continue;
            };
            let had_ended = held.until.is_some_and(|until| until <= now);
            // The last word before the end, which nobody was told, may have given it some more time.
            let goes_on = row.until.is_none();
            ensure(!had_ended || !goes_on, AUTHORITY, || {
                format!("the post {} is revived by a restore", held.appointment)
            })?;
            let is_cleared = organisation.is_cleared(held.appointment);
            ensure(held.cleared || !is_cleared, AUTHORITY, || {
                format!(
                    "the clearance of {} is revived by a restore",
                    held.appointment
                )
            })?;
        }
        Ok(())
    }

    /// Two persons clear some of the posts, or nobody thinks of it.
    pub(crate) fn clear_some(&mut self) -> Checked {
        let mut rng = Chance::new(self.plan.seed.rotate_left(23));
        if rng.one_in(2) || !self.temper.clears {
            return Ok(());
        }
        // The other draws of the run stay as they are.
        let usual = std::mem::replace(&mut self.rng, rng);
        self.calm = true;
        let done = self.clear();
        self.calm = false;
        self.rng = usual;
        done
    }

    fn clear(&mut self) -> Checked {
        self.oracle.confirmed = (0..self.phones.len()).collect();
        let appoint = town::appoint(
            self.places.town,
            "ada",
            Post::Administrator,
            Time::EARLIEST,
            None,
        );
        self.carry_out(vec![appoint])?;
        let posts: Vec<(UnitId, CommandId)> = self
            .server
            .ledger
            .organisation()
            .appointments()
            .filter(|row| !matches!(row.post, Post::Auditor | Post::Administrator))
            .map(|row| (row.unit, row.appointment))
            .collect();
        let chosen: Vec<_> = posts.into_iter().filter(|_| !self.rng.one_in(3)).collect();
        self.carry_out(
            chosen
                .iter()
                .map(|(unit, appointment)| town::clear(*unit, *appointment))
                .collect(),
        )?;
        self.enrol("ada", "ada")?;
        let ada = self.phones.len() - 1;
        self.sync_calmly(ada)?;
        for (_, appointment) in chosen {
            let (random, now) = (self.random(), self.now);
            let phone = &mut self.phones[ada];
            let step =
                phone
                    .replica
                    .clearance_step(ClearanceStep::Confirm, &appointment.to_string(), now);
            let step = step.map_err(|e| failed("be asked to clear somebody", e))?;
            let (writes, recorded) = phone
                .replica
                .record(step, now, random)
                .map_err(|e| failed("be asked to clear somebody", e))?;
            phone.keep(writes);
            phone.disk.notebook.typed.insert(recorded.command);
        }
        self.sync_calmly(ada)?;
        self.administer_by_phones(ada)?;
        // She has nothing to do with cases.
        self.phones.pop();
        let cleared = self.oracle.town.cleared().count();
        self.tell(|| format!("{cleared} posts are cleared for confidential cases"));
        Ok(())
    }
}
