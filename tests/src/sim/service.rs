//! What the server does in a run: requests in groups, administration, enrolment, being killed.

use alleyway_core::command::unit::Post;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::ledger::{AdminCommand, Continuation};
use alleyway_core::number::TrackingCode;
use alleyway_core::text::Text;
use alleyway_core::time::Time;

use super::network::{Answer, Request};
use super::oracle::{Answered, Event};
use super::phone::Phone;
use super::plant::Plant;
use super::server::Part;
use super::town;
use super::violation::{Broken, Checked};
use super::world::{World, short};

/// What a group holds.
enum Work {
    Flight(Request),
    Page(u64, Box<Continuation>),
    Administration,
}

/// A part of an answer, and where it goes.
struct Said {
    connection: u64,
    /// It begins the answer.
    first: bool,
    part: Part,
}

impl World {
    /// The server takes some of what waits as one group, and commits it, unless it is killed.
    pub(crate) fn serve(&mut self) -> Checked {
        let count = 1 + self.rng.below(4);
        let group: Vec<Work> = (0..count).filter_map(|_| self.next_work()).collect();
        self.serve_group(group)
    }

    /// The server goes on with one connection, and nothing else.
    pub(crate) fn serve_only(&mut self, connection: u64) -> Checked {
        let request = self.network.requests.iter().position(|request| request.connection == connection);
        let begun = self.network.answers.get(&connection).is_some_and(|answer| answer.begun);
        let work = match request {
            Some(at) if !begun => Some(Work::Flight(self.network.requests.swap_remove(at))),
            _ => self
                .network
                .answers
                .get_mut(&connection)
                .and_then(|a| a.next.take())
                .map(|n| Work::Page(connection, Box::new(n))),
        };
        self.serve_group(work.into_iter().collect())
    }

    pub(crate) fn administer(&mut self) -> Checked {
        self.serve_group(vec![Work::Administration])
    }

    fn next_work(&mut self) -> Option<Work> {
        let streams: Vec<u64> =
            self.network.answers.iter().filter(|(_, answer)| answer.next.is_some()).map(|(id, _)| *id).collect();
        let waiting = self.network.requests.len() + streams.len();
        let which = self.rng.below(waiting.max(1));
        if which < self.network.requests.len() {
            // Now and then the same bytes arrive again, later.
            let request = self.network.requests[which].clone();
            if !self.rng.one_in(8) {
                self.network.requests.swap_remove(which);
            }
            return Some(Work::Flight(request));
        }
        let connection = streams.get(which - self.network.requests.len())?;
        let answer = self.network.answers.get_mut(connection)?;
        Some(Work::Page(*connection, Box::new(answer.next.take()?)))
    }

    fn serve_group(&mut self, group: Vec<Work>) -> Checked {
        let mut parts = Vec::new();
        let mut events = Vec::new();
        for work in group {
            self.now.0 += 1;
            match work {
                Work::Flight(request) => {
                    let part = self.answer(&request, &mut events)?;
                    parts.push(Said { connection: request.connection, first: true, part });
                }
                Work::Page(connection, next) => {
                    self.done.continued += 1;
                    let part = self.server.page(&next, self.now)?;
                    parts.push(Said { connection, first: false, part });
                }
                Work::Administration => self.administration(&mut events)?,
            }
        }
        if !self.calm && self.rng.one_in(self.temper.groups_per_kill) {
            self.tell(|| "the server is killed before it commits".to_owned());
            self.server.restart(&mut self.rng)?;
            self.network.reset();
            if self.plan.plant == Plant::AnswersBeforeCommit {
                self.release(parts, true);
            }
            return Ok(());
        }
        self.server.commit(&mut self.rng)?;
        for event in &events {
            self.oracle.committed(event)?;
        }
        if !self.calm && self.rng.one_in(self.temper.groups_per_kill) {
            self.tell(|| "the server is killed after it committed".to_owned());
            self.server.restart(&mut self.rng)?;
            self.network.reset();
            return Ok(());
        }
        self.release(parts, false);
        Ok(())
    }

    fn release(&mut self, parts: Vec<Said>, dead: bool) {
        for Said { connection, first, part } in parts {
            if dead {
                self.network.answers.insert(connection, Answer::default());
            }
            // Of a flight that arrived twice, its device hears the first answer.
            if let Some(answer) = self.network.answers.get_mut(&connection).filter(|answer| !(first && answer.begun)) {
                answer.begun = true;
                answer.frames.extend(part.frames);
                answer.next = part.next;
                answer.verdicts.extend(part.verdicts);
            }
        }
    }

    fn answer(&mut self, request: &Request, events: &mut Vec<Event>) -> Result<Part, Broken> {
        let before = self.server.counted().comparisons;
        let part = self.server.sync(&request.bytes, self.now)?;
        let phone = &self.phones[request.phone];
        let name = phone.name;
        if self.server.counted().comparisons > before {
            self.done.story.push(format!("  the server compares with {name}"));
        }
        let (key, member, at) = (phone.key, phone.member, self.now);
        let verdicts = part.verdicts.clone();
        for (commands, said) in &verdicts {
            for (command, verdict) in commands.iter().zip(said.verdicts.iter()) {
                let (id, kind) = (command.id(&key), command.body.kind());
                let verdict = format!("{verdict:?}").chars().take(60).collect::<String>();
                self.tell(|| format!("  the server judges {kind} {} of {name}: {verdict}", short(id)));
            }
        }
        events.push(Event::Answered(Answered { phone: request.phone, key, member, at, verdicts }));
        Ok(part)
    }

    /// The town changes: a household comes or moves, a post ends or begins, an alley moves.
    fn administration(&mut self, events: &mut Vec<Event>) -> Checked {
        let alley = self.rng.pick(&self.places.alleys).copied().unwrap_or(self.places.town);
        let households: Vec<DocumentId> =
            self.oracle.papers.iter().filter(|(_, paper)| paper.alley.is_some()).map(|(id, _)| *id).collect();
        let (what, command, event) = match self.rng.below(6) {
            0 => ("a household comes", Some(town::household(alley, "new door")), None),
            1 => {
                let household = self.rng.pick(&households).copied();
                let event = household.map(|document| Event::Moved { document, alley });
                ("a household moves", household.map(|household| town::move_household(household, alley)), event)
            }
            2 | 3 => ("a post ends", self.ending(), None),
            4 => ("a post begins", Some(self.beginning(alley)), None),
            _ => {
                let village = self.rng.pick(&self.places.villages).copied().unwrap_or(self.places.town);
                ("an alley moves", Some(town::move_unit(alley, village)), None)
            }
        };
        let Some(command) = command else { return Ok(()) };
        let creates = command.document.is_none();
        let seed = self.rng.bytes();
        let done = self.server.administer(vec![command], seed, self.now)?;
        self.tell(|| format!("{what} ({})", short(alley)));
        if let (true, Some(document)) = (creates, done.documents.first()) {
            let (door, contact) = ("new door".to_owned(), "grandmother".to_owned());
            events.push(Event::Household { document: *document, alley, door, contact, count: 3 });
        }
        events.extend(event);
        events.push(Event::Town(town::observe(self.server.ledger.organisation())));
        Ok(())
    }

    fn ending(&mut self) -> Option<AdminCommand> {
        let organisation = self.server.ledger.organisation();
        let now = self.now;
        let active: Vec<CommandId> = organisation
            .appointments()
            .filter(|row| row.post == Post::AlleyChief && row.until.is_none_or(|until| now < until))
            .map(|row| row.appointment)
            .collect();
        let ends = *self.rng.pick(&active)?;
        let until = if self.rng.one_in(3) { now.plus_days(1) } else { now };
        town::end(organisation, ends, until)
    }

    fn beginning(&mut self, alley: DocumentId) -> AdminCommand {
        let who = self.rng.pick(&["xie", "lan", "qin"]).copied().unwrap_or("xie");
        let until: Option<Time> = self.rng.one_in(4).then(|| self.now.plus_days(2));
        town::appoint(alley, who, Post::AlleyChief, self.now, until)
    }

    /// After the founding: what there is now.
    pub(crate) fn founded(&mut self) -> Checked {
        let rows = self.server.ledger.households(&self.server.store.clone());
        for row in rows.unwrap_or_default() {
            let (document, alley, count) = (row.document, row.view.alley, row.view.count);
            let (door, contact) = (row.view.door, row.view.contact);
            self.oracle.committed(&Event::Household { document, alley, door, contact, count })?;
        }
        self.oracle.committed(&Event::Town(town::observe(self.server.ledger.organisation())))?;
        // Founding and its first commit are never disturbed.
        self.server.commit(&mut super::rng::Rng::new(1))
    }

    /// A phone is enrolled; the answer may be lost a few times.
    pub(crate) fn enrol(&mut self, name: &'static str, key: &str) -> Checked {
        let member = town::member(key);
        let code = TrackingCode::from_random(self.rng.bytes());
        self.server.invite(member, &code, self.now)?;
        self.server.commit(&mut super::rng::Rng::new(1))?;
        let signing = self.rng.bytes();
        let mut phone = Phone::new(name, member, &signing)?;
        loop {
            self.now.0 += 1_000;
            let sealing = (self.rng.bytes(), self.rng.bytes());
            let clock = phone.clock(self.now);
            let request = phone.replica.enrol_request(code, Text::cut(name), signing, sealing, clock);
            let Ok((writes, request)) = request else { break };
            phone.keep(writes);
            let answer = self.server.enrol(&request, self.now)?;
            self.server.commit(&mut super::rng::Rng::new(1))?;
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
