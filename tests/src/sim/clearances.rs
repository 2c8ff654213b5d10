//! Confidential cases in a run: in every other one the administrators clear some of the posts when it
//! begins. The server asks, and an administrator's phone confirms. Phones that are there then are
//! confirmed with it; those that are taken in later, and the stranger's device, are not.

use super::server::failed;
use super::town;
use super::violation::Checked;
use super::world::World;
use alleyway_core::id::{CommandId, UnitId};
use alleyway_core::kinds::unit::Post;
use alleyway_core::time::Time;
use alleyway_demo::Chance;
use alleyway_replica::ClearanceStep;

impl World {
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
        // She has nothing to do with cases.
        self.phones.pop();
        let cleared = self.oracle.town.cleared().count();
        self.tell(|| format!("{cleared} posts are cleared for confidential cases"));
        Ok(())
    }
}
