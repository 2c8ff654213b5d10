//! What the server does in a run: requests in groups, commits, being killed, starting again.

use alleyway_core::id::DeviceId;
use alleyway_core::sync::frame::Stop;
use alleyway_ledger::Continuation;

use super::disk::CUTS;
use super::loading::{Begun, Waiting};
use super::network::{Answer, May, Request};
use super::oracle::{Answered, Event};
use super::server::{Part, Trouble, failed};
use super::violation::Checked;
use super::world::{World, short};

/// What a group holds.
pub(crate) enum Work {
    Flight(Request),
    /// A flight for which documents were loaded.
    Loaded(Box<Waiting>),
    Page(u64, Box<Continuation>),
    Administration,
    /// The steps that time alone asks of it.
    ByTime,
    Stop(usize, Stop),
    Thaw,
    /// A verified backup holds the batches of these devices up to these numbers.
    Cover(Vec<(DeviceId, u64)>),
    /// Bytes that nobody signed.
    Forged(Vec<u8>),
    /// A flight of the stranger.
    Strangers(Vec<u8>),
    /// The stranger's second device brings what the first one sealed.
    StrangersCourier,
}

/// A part of an answer, and where it goes.
struct Said {
    connection: u64,
    /// It begins the answer.
    first: bool,
    part: Part,
}

/// What a group has done so far, none of it committed.
#[derive(Default)]
struct Group {
    /// How many things were done in it.
    work: usize,
    said: Vec<Said>,
    events: Vec<Event>,
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
        let waiting = self.network.waiting.iter();
        let waits = { waiting }.position(|waiting| waiting.request.connection == connection);
        if let Some(at) = waits {
            let waiting = self.network.waiting.swap_remove(at);
            return self.serve_group(vec![Work::Loaded(Box::new(waiting))]);
        }
        let request = self
            .network
            .requests
            .iter()
            .position(|request| request.connection == connection);
        let begun = self
            .network
            .answers
            .get(&connection)
            .is_some_and(|answer| answer.begun);
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

    fn next_work(&mut self) -> Option<Work> {
        let streams: Vec<u64> = self
            .network
            .answers
            .iter()
            .filter(|(_, answer)| answer.next.is_some())
            .map(|(id, _)| *id)
            .collect();
        let waiting = self.network.requests.len() + streams.len();
        let which = self
            .rng
            .below((waiting + self.network.waiting.len()).max(1));
        if let Some(at) = which.checked_sub(waiting) {
            let is_there = at < self.network.waiting.len();
            return is_there.then(|| Work::Loaded(Box::new(self.network.waiting.swap_remove(at))));
        }
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

    pub(crate) fn serve_group(&mut self, group: Vec<Work>) -> Checked {
        if !self.is_up()? {
            self.put_back(group);
            return Ok(());
        }
        let mut done = Group::default();
        let mut group = group.into_iter();
        for work in group.by_ref() {
            self.now.0 += 1;
            done.work += 1;
            match self.handle(work, &mut done) {
                Ok(false) => {}
                // What a courier brought is looked into when it is committed: nothing comes behind.
                Ok(true) => break,
                Err(trouble) => return self.outage(trouble),
            }
        }
        self.put_back(group.collect());
        self.commit(done)
    }

    /// Whether a courier's work was in it.
    fn handle(&mut self, work: Work, group: &mut Group) -> Result<bool, Trouble> {
        match work {
            Work::Flight(request) => {
                if let Some(begun) = self.begins_flight(&request)? {
                    return self.answer(&request, begun, group);
                }
            }
            Work::Loaded(waiting) => {
                let Waiting { request, begun } = *waiting;
                self.comes_with_loaded(&begun)?;
                return self.answer(&request, begun, group);
            }
            Work::Page(connection, next) => {
                if let Some(part) = self.next_part(connection, next)? {
                    self.done.continued += 1;
                    group.said.push(Said {
                        connection,
                        first: false,
                        part,
                    });
                }
            }
            Work::Administration => self.administration(&mut group.events)?,
            Work::ByTime => self.goes_by_time(&mut group.events)?,
            Work::Stop(phone, why) => self.stop(phone, why, &mut group.events)?,
            Work::Thaw => self.thaw()?,
            Work::Cover(held) => self.server.cover(&held)?,
            Work::Forged(bytes) => self.meet_forged(&bytes)?,
            Work::Strangers(bytes) => self.meet_stranger(&bytes, &mut group.events)?,
            Work::StrangersCourier => self.meet_strangers_courier(&mut group.events)?,
        }
        Ok(false)
    }

    fn commit(&mut self, group: Group) -> Checked {
        let is_killed =
            |world: &mut Self| !world.calm && world.rng.one_in(world.temper.groups_per_kill);
        let killed = is_killed(self);
        let cut = if killed {
            self.rng.below(CUTS + 1)
        } else {
            CUTS
        };
        let lax = self.plan.plant == super::Plant::AnswersBeforeSync;
        let committed = if let Some(transaction) = self.server.take_transaction(&mut self.rng) {
            self.spent.server_writes += transaction.writes.len();
            self.done.trace_writes("commit", &transaction.writes);
            self.server.disk.commit_up_to(&transaction, cut, lax)
        } else {
            self.server.disk.commit_nothing();
            Ok(())
        };
        if let Err(error) = committed {
            return self.outage(Trouble::Store(error));
        }
        if killed {
            let power = self.rng.one_in(2);
            self.tell(|| {
                if power {
                    "the power fails".to_owned()
                } else {
                    "the server is killed".to_owned()
                }
            });
            self.server.end(power, &mut self.rng);
            if self.server.disk.holds_the_last() {
                self.believe(&group)?;
            }
            return self.after_the_end();
        }
        let before = self.may(&group);
        self.believe(&group)?;
        let mut may = self.may(&group);
        for (after, before) in may.iter_mut().zip(before) {
            after.documents.extend(before.documents);
        }
        self.server.check_memory()?;
        if is_killed(self) {
            self.tell(|| "the server is killed after it committed".to_owned());
            let power = self.rng.one_in(2);
            self.server.end(power, &mut self.rng);
            return self.after_the_end();
        }
        self.release(group.said, may);
        Ok(())
    }

    /// The oracle takes what is committed now.
    fn believe(&mut self, group: &Group) -> Checked {
        for event in &group.events {
            self.oracle.committed(event)?;
        }
        let Some(last) = group
            .said
            .last()
            .filter(|said| !said.part.brought.is_empty())
        else {
            return Ok(());
        };
        let now = self.server_clock();
        let mut answered = self.own(last, now);
        // The copy reads with the same disk: if it cannot be read now, nothing is known.
        let faulty = self.server.disk.hold_faults();
        let inquired = self.inquire(&last.part, now);
        self.server.disk.release_faults(faulty);
        match inquired {
            Ok(others) => answered.extend(others),
            Err(Trouble::Broken(broken)) => return Err(broken),
            Err(Trouble::Store(error)) => return Err(failed("be asked", error)),
        }
        self.oracle.committed(&Event::Answered(answered))
    }

    /// What a part says of its own device's batches.
    fn own(&self, said: &Said, now: alleyway_core::time::Time) -> Vec<Answered> {
        let index = said.part.phone.unwrap_or_default();
        let (key, member) = (self.phones[index].key, self.phones[index].member);
        let about = said.part.verdicts.iter().map(|(commands, said)| Answered {
            phone: Some(index),
            key,
            member,
            at: now,
            received: said.receipt.received,
            is_carried: false,
            verdicts: commands
                .iter()
                .cloned()
                .zip(said.verdicts.iter().cloned())
                .collect(),
        });
        about.collect()
    }

    /// What the member of each answer that ends here can see, as far as the oracle knows.
    fn may(&self, group: &Group) -> Vec<May> {
        let at = self.server_clock();
        let events = (group.work == 1).then(|| self.oracle.events());
        let of = |said: &Said| match said
            .part
            .phone
            .or_else(|| self.network.phone_of(said.connection))
        {
            Some(phone) if said.part.is_complete => May {
                documents: self.oracle.seen_by(self.reader(phone), at),
                at,
                events,
            },
            _ => May::default(),
        };
        group.said.iter().map(of).collect()
    }

    fn release(&mut self, said: Vec<Said>, may: Vec<May>) {
        for (
            Said {
                connection,
                first,
                part,
            },
            may,
        ) in said.into_iter().zip(may)
        {
            // Of a flight that arrived twice, its device hears the first answer.
            if let Some(answer) = self
                .network
                .answers
                .get_mut(&connection)
                .filter(|answer| !(first && answer.begun))
            {
                answer.begun = true;
                answer.frames.extend(part.frames);
                answer.next = part.next;
                answer.verdicts.extend(part.verdicts);
                answer.may = part.is_complete.then_some(may);
            }
        }
    }

    /// Answers a flight; whether it is a courier's.
    fn answer(
        &mut self,
        request: &Request,
        begun: Begun,
        group: &mut Group,
    ) -> Result<bool, Trouble> {
        let part = self.heard(request, begun, &mut group.events)?;
        let brought = !part.brought.is_empty();
        group.said.push(Said {
            connection: request.connection,
            first: true,
            part,
        });
        Ok(brought)
    }

    fn heard(
        &mut self,
        request: &Request,
        begun: Begun,
        events: &mut Vec<Event>,
    ) -> Result<Part, Trouble> {
        let before = self.server.counted().comparisons;
        let now = self.server_clock();
        let mut part = self.server.finish(begun, now)?;
        self.tell_comparison(request.phone, before);
        part.phone = Some(request.phone);
        let phone = &self.phones[request.phone];
        let (name, key) = (phone.name, phone.key);
        let verdicts = part.verdicts.clone();
        for (commands, said) in &verdicts {
            for (command, verdict) in commands.iter().zip(said.verdicts.iter()) {
                if let Some(stranger) = &mut self.stranger {
                    stranger.overhears(command);
                }
                let (id, kind) = (command.id(&key), command.body.kind());
                let verdict = format!("{verdict:?}").chars().take(60).collect::<String>();
                self.tell(|| {
                    format!(
                        "  the server judges {kind} {} of {name}: {verdict}",
                        short(id)
                    )
                });
            }
        }
        if part.brought.is_empty() {
            let said = Said {
                connection: request.connection,
                first: true,
                part,
            };
            events.push(Event::Answered(self.own(&said, now)));
            return Ok(said.part);
        }
        let batches = part.brought.len();
        self.tell(|| format!("  {name} hands in {batches} batches for others"));
        Ok(part)
    }

    fn put_back(&mut self, group: Vec<Work>) {
        for work in group {
            match work {
                Work::Flight(request) => self.network.requests.push(request),
                Work::Loaded(waiting) => self.network.waiting.push(*waiting),
                Work::Page(connection, next) => {
                    let answer: Option<&mut Answer> = self.network.answers.get_mut(&connection);
                    if let Some(answer) = answer {
                        answer.next = Some(*next);
                    }
                }
                Work::Administration
                | Work::ByTime
                | Work::Stop(..)
                | Work::Thaw
                | Work::Cover(_)
                | Work::Forged(_)
                | Work::Strangers(_)
                | Work::StrangersCourier => {}
            }
        }
    }
}
