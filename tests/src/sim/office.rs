//! What the administrators do: the town's units and posts, and taking phones in.

use alleyway_core::id::{CommandId, DocumentId, UnitId};
use alleyway_core::kinds::unit::Post;
use alleyway_core::number::TrackingCode;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_demo::Chance;
use alleyway_ledger::AdminCommand;

use super::oracle::Event;
use super::phone::Phone;
use super::plant::Plant;
use super::server::{Trouble, failed};
use super::service::Work;
use super::town;
use super::violation::Checked;
use super::world::{World, short};

impl World {
    pub(crate) fn administer(&mut self) -> Checked {
        self.serve_group(vec![Work::Administration])
    }

    /// The town changes: a household comes or moves, a post ends or begins, an alley moves.
    pub(crate) fn administration(&mut self, events: &mut Vec<Event>) -> Result<(), Trouble> {
        let alley = self
            .rng
            .pick(&self.places.alleys)
            .copied()
            .unwrap_or(self.places.town);
        let households: Vec<DocumentId> = self
            .oracle
            .papers
            .iter()
            .filter(|(_, paper)| paper.alley.is_some())
            .map(|(id, _)| *id)
            .collect();
        // A clearance can only end where there is one.
        let kinds = if self.oracle.town.cleared().next().is_some() {
            7
        } else {
            6
        };
        let (what, command, event) = match self.rng.below(kinds) {
            0 => (
                "a household comes",
                Some(town::household(alley, "new door")),
                None,
            ),
            1 => {
                let household = self.rng.pick(&households).copied();
                let event = household.map(|document| Event::Moved { document, alley });
                (
                    "a household moves",
                    household.map(|household| town::move_household(household, alley)),
                    event,
                )
            }
            2 | 3 => ("a post ends", self.ending(), None),
            4 => ("a post begins", Some(self.beginning(alley)), None),
            6 => {
                let cleared: Vec<(UnitId, CommandId)> = self
                    .oracle
                    .town
                    .cleared()
                    .map(|held| (held.unit, held.appointment))
                    .collect();
                let ends = self.rng.pick(&cleared).copied();
                let command =
                    ends.map(|(unit, appointment)| town::end_clearance(unit, appointment));
                (
                    "a clearance ends",
                    command,
                    ends.map(|(_, appointment)| Event::ClearanceEnded(appointment)),
                )
            }
            _ => {
                let village = self
                    .rng
                    .pick(&self.places.villages)
                    .copied()
                    .unwrap_or(self.places.town);
                (
                    "an alley moves",
                    Some(town::move_unit(alley, village)),
                    None,
                )
            }
        };
        let Some(command) = command else {
            return Ok(());
        };
        if self.plan.plant == Plant::ClearanceNotEnded
            && matches!(event, Some(Event::ClearanceEnded(_)))
        {
            events.extend(event);
            return Ok(());
        }
        let creates = command.document.is_none();
        let seed = self.rng.bytes();
        let now = self.server_clock();
        let done = self.server.try_to_administer(vec![command], seed, now)?;
        self.done.clearances_ended += u64::from(matches!(event, Some(Event::ClearanceEnded(_))));
        self.tell(|| format!("{what} ({})", short(alley)));
        if let (true, Some(document)) = (creates, done.documents.first()) {
            let (door, contact) = ("new door".to_owned(), "grandmother".to_owned());
            events.push(Event::Household {
                document: *document,
                alley,
                door,
                contact,
                count: 3,
            });
        }
        events.extend(event);
        events.push(Event::Town(town::observe(
            self.server.ledger.organisation(),
        )));
        Ok(())
    }

    /// The administrators carry something out, undisturbed.
    pub(crate) fn carry_out(&mut self, commands: Vec<AdminCommand>) -> Checked {
        self.now.0 += 1;
        let seed = self.rng.bytes();
        self.server.administer(commands, seed, self.now)?;
        self.commit_undisturbed()?;
        let town = town::observe(self.server.ledger.organisation());
        self.oracle.committed(&Event::Town(town))
    }

    fn ending(&mut self) -> Option<AdminCommand> {
        let ends_secretaries = self.rng.one_in(3);
        let organisation = self.server.ledger.organisation();
        let now = self.server_clock();
        // Nobody follows a secretary: what is sent to the branch from then on waits for nobody.
        let ends = |post: &Post| match post {
            Post::AlleyChief => true,
            Post::BranchSecretary => ends_secretaries,
            _ => false,
        };
        let active: Vec<CommandId> = organisation
            .appointments()
            .filter(|row| ends(&row.post) && row.until.is_none_or(|until| now < until))
            .map(|row| row.appointment)
            .collect();
        let ends = *self.rng.pick(&active)?;
        let until = if self.rng.one_in(3) {
            now.plus_days(1)
        } else {
            now
        };
        town::end(organisation, ends, until)
    }

    fn beginning(&mut self, alley: DocumentId) -> AdminCommand {
        let who = self
            .rng
            .pick(&["xie", "lan", "qin"])
            .copied()
            .unwrap_or("xie");
        let until: Option<Time> = self.rng.one_in(4).then(|| self.server_clock().plus_days(2));
        town::appoint(alley, who, Post::AlleyChief, self.server_clock(), until)
    }

    /// After the founding: what there is now.
    pub(crate) fn founded(&mut self) -> Checked {
        let rows = self
            .server
            .ledger
            .households(&self.server.disk)
            .map_err(|e| failed("list households", e))?;
        for row in rows {
            let (document, alley, count) = (row.document, row.view.alley, row.view.count);
            let (door, contact) = (row.view.door, row.view.contact);
            self.oracle.committed(&Event::Household {
                document,
                alley,
                door,
                contact,
                count,
            })?;
        }
        self.oracle.committed(&Event::Town(town::observe(
            self.server.ledger.organisation(),
        )))?;
        self.commit_undisturbed()
    }

    /// Founding and enrolment are never disturbed.
    pub(crate) fn commit_undisturbed(&mut self) -> Checked {
        self.server
            .commit(&mut Chance::new(1))
            .map_err(|trouble| match trouble {
                Trouble::Broken(broken) => broken,
                Trouble::Store(error) => failed("commit", error),
            })
    }

    /// A phone is enrolled; the answer may be lost a few times.
    pub(crate) fn enrol(&mut self, name: &'static str, key: &str) -> Checked {
        let member = town::member(key);
        let code = TrackingCode::from_random(self.rng.bytes());
        self.server.invite(member, &code, self.server_clock())?;
        self.commit_undisturbed()?;
        let signing = self.rng.bytes();
        let mut phone = Phone::new(name, member, signing)?;
        loop {
            self.now.0 += 1_000;
            let sealing = alleyway_replica::SealingPair {
                secret: self.rng.bytes(),
                public: self.rng.bytes(),
            };
            let clock = phone.clock(self.now);
            let request =
                phone
                    .replica
                    .enrol_request(code, Text::cut(name), signing, sealing, clock);
            let Ok((writes, request)) = request else {
                break;
            };
            phone.keep(writes);
            let answer = self.server.enrol(&request, self.server_clock())?;
            self.commit_undisturbed()?;
            if self.rng.one_in(4) {
                phone.crash()?;
                continue;
            }
            let writes = phone.replica.enrolled(&answer, clock);
            phone.keep(writes);
        }
        self.tell(|| format!("{name} is enrolled"));
        self.phones.push(phone);
        Ok(())
    }
}
