//! Administration by phones in a run: where there are clearances, a second administrator comes too. One
//! asks that somebody be appointed, the other confirms it, and the first ends the post, undisturbed:
//! what is disturbed in a batch is any batch's.

use super::oracle::Event;
use super::server::failed;
use super::town;
use super::violation::{AUTHORITY, Broken, Checked, ensure};
use super::world::World;
use alleyway_core::id::{CommandId, UnitId};
use alleyway_core::kinds::unit::{Appoint, ConfirmAsked, EndPost, Post, UnitCommand};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_replica::Draft;

impl World {
    /// Two administrators, of whom the first has this phone, give somebody a post and take it away.
    pub(super) fn administer_by_phones(&mut self, first: usize) -> Checked {
        let appoint = town::appoint(
            self.places.town,
            "eva",
            Post::Administrator,
            Time::EARLIEST,
            None,
        );
        self.carry_out(vec![appoint])?;
        self.enrol("eva", "eva")?;
        let second = self.phones.len() - 1;
        for phone in [first, second] {
            self.sync_calmly(phone)?;
        }
        let unit = self.rng.pick(&self.places.alleys).copied();
        let unit = unit.unwrap_or(self.places.town);
        let asking = Appoint {
            member: town::member("nong"),
            key: Text::cut("nong"),
            name: Text::cut("nong"),
            post: Post::AlleyChief,
            from: self.now,
            until: None,
        };
        let asked = self.administers(first, unit, UnitCommand::AskAppointment(asking))?;
        self.holds_the_post(asked, false)?;
        self.sync_calmly(second)?;
        let confirm = UnitCommand::ConfirmAsked(ConfirmAsked { asked });
        self.administers(second, unit, confirm)?;
        self.holds_the_post(asked, true)?;
        self.sync_calmly(first)?;
        let end = EndPost {
            appointment: asked,
            until: None,
        };
        self.administers(first, unit, UnitCommand::EndPost(end))?;
        self.holds_the_post(asked, false)?;
        self.phones.pop();
        Ok(())
    }

    /// An administrator's phone records a step and hands it in.
    fn administers(
        &mut self,
        phone: usize,
        unit: UnitId,
        command: UnitCommand,
    ) -> Result<CommandId, Broken> {
        let draft = Draft {
            target: Some(unit),
            body: command.into(),
        };
        let (random, now) = (self.random(), self.now);
        let recorded = self.phones[phone].replica.record(draft, now, random);
        let (writes, recorded) = recorded.map_err(|error| failed("administer", error))?;
        self.phones[phone].keep(writes);
        let notebook = &mut self.phones[phone].disk.notebook;
        notebook.typed.insert(recorded.command);
        self.sync_calmly(phone)?;
        let town = town::observe(self.server.ledger.organisation());
        self.oracle.committed(&Event::Town(town))?;
        Ok(recorded.command)
    }

    fn holds_the_post(&self, appointment: CommandId, holds: bool) -> Checked {
        let now = self.now;
        let post = self.server.ledger.organisation().appointment(appointment);
        let is_held =
            post.is_some_and(|row| row.from <= now && row.until.is_none_or(|until| now < until));
        ensure(is_held == holds, AUTHORITY, || {
            format!("the post {appointment} is held: {is_held}")
        })
    }
}
