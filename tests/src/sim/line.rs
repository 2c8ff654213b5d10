//! The line between a phone and the server.

use alleyway_client::Driver;
use alleyway_core::store::Write;
use alleyway_core::sync::frame::{PROTOCOL_VERSION, ServerFrame, Verdicts};
use alleyway_core::wire::{Wire, put_varint};
use alleyway_replica::{BrokenOff, Effect};

use super::older;
use super::phone::Persisted;
use super::plant::Plant;
use super::violation::{Broken, Checked, IDEMPOTENT, SCOPE, broken, ensure};
use super::world::World;

fn kind(frame: &[u8]) -> &'static str {
    ServerFrame::from_bytes(frame).map_or("unreadable", |frame| match frame {
        ServerFrame::Challenge(_) => "challenge",
        ServerFrame::Verdicts(_) => "verdicts",
        ServerFrame::Fork(_) => "fork",
        ServerFrame::Scope(_) => "scope",
        ServerFrame::Page(_) => "page",
        ServerFrame::Listing(_) => "listing",
        ServerFrame::Welcome(_) => "welcome",
        ServerFrame::Lease(_) => "lease",
        ServerFrame::Carried(_) => "carried",
        ServerFrame::Stopped(_) => "stopped",
        ServerFrame::Wait(_) => "wait",
        ServerFrame::Arrived(_) => "arrived",
    })
}

impl World {
    pub(crate) fn begin_sync(&mut self, index: usize) -> Checked {
        if self.phones[index].connection.is_some() {
            // Somebody is tired of waiting. What was sent is still on its way.
            if !self.rng.one_in(4) {
                return Ok(());
            }
            let name = self.phones[index].name;
            self.tell(|| format!("{name} waits no longer"));
            self.hang_up(index);
        }
        let random = self.random();
        let name = self.phones[index].name;
        self.tell(|| format!("{name} begins to sync"));
        self.start_sync(index, random)
    }

    pub(crate) fn start_sync(&mut self, index: usize, random: [u8; 32]) -> Checked {
        self.connects(index);
        let now = self.now;
        let phone = &mut self.phones[index];
        let now = phone.clock(now);
        phone.driver = Some(Driver::begin(&mut phone.replica, now, random));
        self.drive(index)
    }

    fn hang_up(&mut self, index: usize) {
        let phone = &mut self.phones[index];
        if let Some(connection) = phone.connection.take() {
            self.network.hang_up(connection, index);
        }
        phone.gives_up();
    }

    /// A few frames reach one of the phones that wait for some; or one that waits no longer.
    pub(crate) fn deliver_some(&mut self) -> Checked {
        if self.rng.one_in(8) {
            return self.deliver_too_late();
        }
        let waiting: Vec<usize> = (0..self.phones.len())
            .filter(|index| self.phones[*index].connection.is_some())
            .collect();
        let Some(index) = self.rng.pick(&waiting).copied() else {
            return Ok(());
        };
        for _ in 0..=self.rng.below(4) {
            self.deliver(index)?;
        }
        Ok(())
    }

    /// A frame arrives on a line that its phone gave up. It changes nothing.
    fn deliver_too_late(&mut self) -> Checked {
        let late: Vec<(u64, usize)> = self
            .network
            .given_up
            .iter()
            .map(|(id, phone)| (*id, *phone))
            .collect();
        let Some((connection, index)) = self.rng.pick(&late).copied() else {
            return Ok(());
        };
        let frame = self
            .network
            .answers
            .get_mut(&connection)
            .and_then(|answer| answer.frames.pop_front());
        let (Some(frame), None) = (frame, self.phones[index].connection) else {
            return Ok(());
        };
        let now = self.now;
        let phone = &mut self.phones[index];
        let name = phone.name;
        phone.gives_up();
        let clock = phone.clock(now);
        let taken = phone.at_work(|replica| replica.receive(&frame, clock));
        self.touched.insert(index);
        ensure(taken.is_err(), IDEMPOTENT, || {
            format!("{name} takes a frame, and is not syncing")
        })?;
        self.tell(|| format!("  {name} is sent, too late: {}", kind(&frame)));
        Ok(())
    }

    /// The next frame of its answer reaches a phone, or the answer's end, or the end of the line.
    pub(crate) fn deliver(&mut self, index: usize) -> Checked {
        let Some(connection) = self.phones[index].connection else {
            return Ok(());
        };
        let Some(answer) = self.network.answers.get_mut(&connection) else {
            return self.line_broke(index);
        };
        if let Some(frame) = answer.frames.pop_front() {
            self.take_frame(index, connection, &frame)
        } else if answer.begun && answer.next.is_none() {
            let answer = self.network.answers.remove(&connection).unwrap_or_default();
            let phone = &mut self.phones[index];
            phone.connection = None;
            phone.may = answer.may;
            self.answer_ended(index)
        } else {
            Ok(())
        }
    }

    fn take_frame(&mut self, index: usize, connection: u64, frame: &[u8]) -> Checked {
        self.spent.answer_bytes += frame.len();
        self.done.trace("frame", frame);
        if !self.carries(index, frame.len()) {
            return self.breaks(index, BrokenOff::Answer);
        }
        self.count_pieces(frame);
        if !self.calm
            && self
                .rng
                .one_in(self.plan.plant.frames_per_cut(self.temper.frames_per_cut))
        {
            return self.cut(index, frame);
        }
        let frame = self
            .plan
            .plant
            .on_frame(frame, &self.server, &self.phones[index]);
        if let Ok(ServerFrame::Verdicts(said)) = ServerFrame::from_bytes(&frame) {
            self.hold_to(index, connection, &said)?;
        }
        let frame = if self.phones[index].is_older {
            older::seen_by_an_older_program(frame)
        } else {
            frame
        };
        let (name, kind) = (self.phones[index].name, kind(&frame));
        match kind {
            "welcome" => self.phones[index].watch.hear(self.now),
            // A new term, whether this answer comes to its end or not; when it began, the next welcome says.
            "lease" => self.phones[index].watch.forget(),
            _ => {}
        }
        self.done.story.push(format!("  {name} hears: {kind}"));
        // Now and then something between repeats what it passed on.
        let times = if !self.calm && self.rng.one_in(40) {
            2
        } else {
            1
        };
        let mut bytes = Vec::new();
        put_varint(&mut bytes, frame.len() as u64);
        bytes.extend_from_slice(&frame);
        for _ in 0..times {
            let phone = &mut self.phones[index];
            match &mut phone.driver {
                Some(driver) if phone.connection == Some(connection) => driver.answer(&bytes),
                // The first of the two was its last.
                _ => return Ok(()),
            }
            self.drive(index)?;
        }
        Ok(())
    }

    /// The line breaks in the middle of a frame.
    fn cut(&mut self, index: usize, frame: &[u8]) -> Checked {
        let part = &frame[..self.rng.below(frame.len())];
        let now = self.now;
        let phone = &mut self.phones[index];
        let name = phone.name;
        let clock = phone.clock(now);
        let taken = phone.at_work(|replica| replica.receive(part, clock));
        ensure(taken.is_err(), IDEMPOTENT, || {
            format!("{name} takes a piece of a frame")
        })?;
        self.touched.insert(index);
        self.tell(|| format!("the line of {name} is cut in the middle of a frame"));
        self.hang_up(index);
        Ok(())
    }

    /// What a phone was told must hold for ever.
    fn hold_to(&mut self, index: usize, connection: u64, said: &Verdicts) -> Checked {
        let key = self.phones[index].key;
        let Some(answer) = self.network.answers.get(&connection) else {
            return Ok(());
        };
        let about = answer
            .verdicts
            .iter()
            .find(|(_, verdicts)| verdicts.batch == said.batch);
        for (command, verdict) in about
            .into_iter()
            .flat_map(|(commands, _)| commands.iter().zip(said.verdicts.iter()))
        {
            if let Some((at, receipt)) = verdict.stood(said.receipt) {
                self.oracle
                    .promised(command.id(&key), at, receipt.received)?;
            }
        }
        Ok(())
    }

    /// The line broke. Whether the phone's program notices in time to end the sync, or just begins
    /// another one later, must make no difference.
    fn line_broke(&mut self, index: usize) -> Checked {
        let name = self.phones[index].name;
        self.tell(|| format!("the line of {name} broke"));
        self.phones[index].connection = None;
        match self.rng.below(4) {
            0 | 1 => Ok(()),
            2 => {
                self.phones[index].gives_up();
                Ok(())
            }
            _ => self.answer_ended(index),
        }
    }

    /// A phone's program takes the answer that it hears to be at its end.
    fn answer_ended(&mut self, index: usize) -> Checked {
        let random = self.random();
        let now = self.now;
        let phone = &mut self.phones[index];
        let (name, now) = (phone.name, phone.clock(now));
        if let Some(driver) = &mut phone.driver {
            driver
                .response_ended(&mut phone.replica, now, random)
                .map_err(|error| broken(IDEMPOTENT, format!("{name} ends an answer: {error}")))?;
        }
        self.drive(index)
    }

    /// Carries a sync's effects out as its driver hands them out, until it waits for the line, or the
    /// phone is killed between two.
    fn drive(&mut self, index: usize) -> Checked {
        self.touched.insert(index);
        let name = self.phones[index].name;
        // The planted bug: what was to be kept first is kept last.
        let mut put_off = Vec::new();
        while let Some(effect) = self.next_effect(index)? {
            match effect {
                Effect::Persist(writes) | Effect::PersistAnew(writes)
                    if self.plan.plant == Plant::SendsBeforeSeal =>
                {
                    put_off.push(writes);
                    self.kept(index);
                }
                Effect::Persist(writes) | Effect::PersistAnew(writes) => {
                    if !self.keeps(index, writes)? {
                        return Ok(());
                    }
                }
                Effect::Send(bytes) => {
                    self.spent.flight_bytes += bytes.len();
                    self.done.trace("flight", &bytes);
                    if !self.carries_flight(index, bytes.len()) {
                        return self.breaks(index, BrokenOff::Flight);
                    }
                    let connection = self.network.send(index, bytes);
                    let phone = &mut self.phones[index];
                    phone.connection = Some(connection);
                    // What an answer before this one showed is not what this one will.
                    phone.may = None;
                    if let Some(driver) = &mut phone.driver {
                        driver.answer(&[PROTOCOL_VERSION]);
                    }
                }
                Effect::Wipe => self.wipe(index)?,
                Effect::Done(summary) => {
                    let phone = &mut self.phones[index];
                    (phone.connection, phone.driver) = (None, None);
                    self.tell(|| format!("{name} has synced: {summary:?}"));
                    let complete = summary.up_to_date;
                    self.phones[index].summary = Some(summary);
                    self.phones[index].watch.keep();
                    if complete {
                        self.check_older(index)?;
                        self.check_held(index)?;
                    }
                }
            }
        }
        for writes in put_off {
            if !self.keeps(index, writes)? {
                return Ok(());
            }
        }
        Ok(())
    }

    fn next_effect(&mut self, index: usize) -> Result<Option<Effect>, Broken> {
        let now = self.now;
        let phone = &mut self.phones[index];
        let (name, now) = (phone.name, phone.clock(now));
        let Some(driver) = &mut phone.driver else {
            return Ok(None);
        };
        let next = if phone.is_older {
            older::as_older(|| driver.next(&mut phone.replica, now))
        } else {
            driver.next(&mut phone.replica, now)
        };
        next.map_err(|error| broken(IDEMPOTENT, format!("{name} cannot go on: {error}")))
    }

    /// Whether the phone is still up behind a write.
    fn keeps(&mut self, index: usize, writes: Vec<Write>) -> Result<bool, Broken> {
        let kept = self.persist(index, writes)?;
        if kept != Persisted::Kept {
            let name = self.phones[index].name;
            self.tell(|| format!("{name} crashes during a sync ({kept:?})"));
            return Ok(false);
        }
        self.kept(index);
        Ok(true)
    }

    fn kept(&mut self, index: usize) {
        if let Some(driver) = &mut self.phones[index].driver {
            driver.persisted();
        }
    }

    /// A phone that is up to date holds no case and no household but those that its member could see
    /// when the answer ended; and if nothing has happened since, it shows just what the oracle has.
    fn check_held(&mut self, index: usize) -> Checked {
        let phone = &mut self.phones[index];
        let Some(may) = phone.may.take() else {
            return Ok(());
        };
        let more = phone
            .documents()
            .into_iter()
            .find(|id| self.oracle.papers.contains_key(id) && !may.documents.contains(id));
        ensure(more.is_none(), SCOPE, || {
            format!("{} holds {more:?}, which has left it", phone.name)
        })?;
        let is_idle = phone.replica.pending().is_empty() && phone.replica.carried().is_empty();
        if !is_idle || may.events != Some(self.oracle.events()) || self.oracle.is_stopped(index) {
            return Ok(());
        }
        self.done.compared += 1;
        let name = phone.name;
        let named = |error: Broken| {
            broken(
                error.invariant,
                format!("{name}, up to date: {}", error.what),
            )
        };
        let phone = &self.phones[index];
        self.oracle
            .quiet(&phone.replica, self.reader(index), may.at)
            .map_err(named)?;
        // An older program knows no book.
        if phone.is_older {
            return Ok(());
        }
        self.oracle
            .quiet_rules(&phone.replica, may.at)
            .map_err(named)
    }

    /// A request or an answer is lost.
    pub(crate) fn lose(&mut self) {
        if self.rng.one_in(2) && !self.network.requests.is_empty() {
            let lost = self.rng.below(self.network.requests.len());
            let request = self.network.requests.swap_remove(lost);
            self.network.answers.remove(&request.connection);
            let name = self.phones[request.phone].name;
            self.tell(|| format!("a request of {name} is lost"));
        } else {
            let open: Vec<u64> = self.network.answers.keys().copied().collect();
            if let Some(connection) = self.rng.pick(&open) {
                self.network.answers.remove(connection);
            }
        }
    }
}
