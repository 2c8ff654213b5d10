//! The steps of a case in their order, and what each does to its clocks.

mod following;

use std::collections::BTreeSet;

use super::running::Running;
use super::{ClockKind, ReadBy, Span, Times, Turn};
use crate::calendar::WorkCalendar;
use crate::documents::Document;
use crate::documents::node::Node;
use crate::id::{CommandId, UnitId};
use crate::kinds::book::{ClassTerms, Deadlines, Term};
use crate::kinds::case::{Finding, TOLD_FIXED};
use crate::time::Date;

/// The origin of a case that a petition began.
const PETITION: &str = "petition";

/// The times of a case, as they were if the calendar of a day had moved them behind its last step; none
/// if its report cannot be read.
pub(super) fn times(document: &Document, by: ReadBy<'_>, redated: Option<Date>) -> Option<Times> {
    let mut fold = Fold::begin(document, by)?;
    for (command, receipt) in document.commands().iter().zip(document.receipts()) {
        let Some(entry) = document.entry(*command) else {
            continue;
        };
        let day = Date::of(receipt.received);
        fold.step(&entry, *command, day);
        fold.follow(*command, day);
    }
    if let Some(day) = redated {
        fold.redate(day);
    }
    Some(fold.end())
}

/// Where a case stands, as far as its clocks hang on it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "where a case stands is a set of independent facts"
)]
struct Fold<'a> {
    by: ReadBy<'a>,
    owner: UnitId,
    holder: UnitId,
    /// The receiver of a pending referral.
    receiver: Option<UnitId>,
    /// The town that is to rule.
    ruler: Option<UnitId>,
    /// Who is asked to verify.
    verifier: Option<UnitId>,
    phase: Phase,
    /// Whether the handler waits, whoever is asked meanwhile.
    waits: bool,
    category: String,
    is_petition: bool,
    external: Option<Date>,
    clocks: Vec<Running>,
    /// The clocks of the work, while somebody verifies it.
    done: Vec<Running>,
    /// Whether the clock of the handler was started in this round.
    was_sent: bool,
    supervised: bool,
    spans: Vec<Span>,
    /// The days on which it was open.
    rounds: Vec<(Date, Option<Date>)>,
    told: BTreeSet<Turn>,
    tellings: u32,
}

/// How far a case is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Somebody has it to handle.
    Open,
    /// The work is done.
    Resolved,
    /// It is over.
    Ended,
}

impl<'a> Fold<'a> {
    fn begin(document: &Document, by: ReadBy<'a>) -> Option<Self> {
        let report = document.first_entry()?;
        let owner = report.id("owner", UnitId::parse)?;
        Some(Self {
            by,
            owner,
            holder: owner,
            receiver: None,
            ruler: None,
            verifier: None,
            phase: Phase::Open,
            waits: false,
            category: report.text_or_empty("category"),
            is_petition: report.text("origin").as_deref() == Some(PETITION),
            external: report.small("external_due").map(Date),
            clocks: Vec::new(),
            done: Vec::new(),
            was_sent: false,
            supervised: false,
            spans: Vec::new(),
            rounds: Vec::new(),
            told: BTreeSet::new(),
            tellings: 0,
        })
    }

    /// Carries a step out. Steps of later releases do nothing to clocks.
    fn step(&mut self, entry: &Node<'_>, command: CommandId, day: Date) {
        match entry.text_or_empty("kind").as_str() {
            "report" => self.report(command, day),
            "accept" => self.taken_on(command, day),
            "reject" | "close" | "withdraw" | "merge" => self.finish(),
            "escalate" | "dispatch" => self.refer(entry, command, day),
            "receive" => self.receive(command, day),
            "return" | "recall" => self.take_back(entry, day),
            "rule" => self.rule(entry, command, day),
            "wait" => self.waits = true,
            "resume" => self.waits = false,
            "extend" => self.extend(entry, command, day),
            "supervise" => self.supervise(command, day),
            "answer_supervision" => self.stop_clock(&ClockKind::Supervise),
            "end_supervision" => {
                self.supervised = false;
                self.stop_clock(&ClockKind::Supervise);
            }
            "resolve" => self.resolve(entry, command, day),
            "verify" => self.verify(entry),
            "reopen" => self.reopen(entry, command, day),
            "edit" if entry.text_or_empty("field") == "category" => {
                self.category = entry.text_or_empty("value");
            }
            "late" => self.tell(entry),
            "redated" => self.redate(day),
            _ => {}
        }
    }

    fn calendar(&self, day: Date) -> &'a WorkCalendar {
        self.by.book().calendar_at(day)
    }

    /// The calendar of a day; none if the rules of the day are not known here.
    fn known_calendar(&self, day: Date) -> Option<&'a WorkCalendar> {
        self.by.knows(day).then(|| self.calendar(day))
    }

    fn has(&self, kind: &ClockKind) -> bool {
        self.clocks.iter().any(|clock| clock.kind == *kind)
    }

    fn stop_clock(&mut self, kind: &ClockKind) {
        self.clocks.retain(|clock| clock.kind != *kind);
    }

    /// Starts a clock, if it does not run already. `term` reads its days in the rules of its day.
    fn start(
        &mut self,
        kind: ClockKind,
        command: CommandId,
        day: Date,
        term: impl Fn(&Deadlines) -> Option<Term>,
    ) {
        if self.has(&kind) {
            return;
        }
        let mut clock = Running::new(kind, command, day);
        self.count(&mut clock, term);
        self.clocks.push(clock);
    }

    fn count(&self, clock: &mut Running, term: impl Fn(&Deadlines) -> Option<Term>) {
        let rules = self.by.book().at(clock.start);
        match term(&rules.deadlines()).filter(|_| self.by.knows(clock.start)) {
            Some(term) => clock.count(term, self.calendar(clock.calendar_of())),
            None => clock.unknown(),
        }
    }

    fn terms<'b>(&self, deadlines: &'b Deadlines, day: Date) -> Option<&'b ClassTerms> {
        deadlines.of(&self.by.book().at(day).class_of(&self.category))
    }

    fn report(&mut self, command: CommandId, day: Date) {
        self.begin_round(command, day);
        if self.external.is_some() {
            let mut clock = Running::new(ClockKind::Handle, command, day);
            clock.wanted_by(self.external);
            self.clocks.push(clock);
        }
    }

    fn begin_round(&mut self, command: CommandId, day: Date) {
        // How many days it has hangs on whose turn it is, which is seen behind the step.
        if !self.has(&ClockKind::Accept) {
            self.clocks
                .push(Running::new(ClockKind::Accept, command, day));
        }
        self.start(ClockKind::Inform, command, day, |days| Some(days.inform));
    }

    /// Who takes the case on has told the resident so: the page shows the step.
    fn taken_on(&mut self, command: CommandId, day: Date) {
        self.stop_clock(&ClockKind::Accept);
        self.stop_clock(&ClockKind::Inform);
        if self.is_petition && !self.was_sent {
            self.was_sent = true;
            self.start(ClockKind::Petition, command, day, |days| {
                Some(days.petition)
            });
        }
    }

    fn refer(&mut self, entry: &Node<'_>, command: CommandId, day: Date) {
        self.receiver = entry.id("to", UnitId::parse);
        self.start(ClockKind::Return, command, day, |days| Some(days.send_back));
        if !self.is_petition {
            self.sent(command, day);
        }
        let calendar = self.known_calendar(day);
        let order = entry.small("due").map(Date);
        if let Some(clock) = self.handling() {
            clock.order(order, calendar);
        }
    }

    /// The case was sent to somebody who handles it: once in a round, so that nobody gains time by
    /// sending it back and forth.
    fn sent(&mut self, command: CommandId, day: Date) {
        if self.was_sent {
            return;
        }
        self.was_sent = true;
        self.stop_clock(&ClockKind::Handle);
        let mut clock = Running::new(ClockKind::Handle, command, day);
        self.count(&mut clock, |days| Some(self.terms(days, day)?.handle));
        clock.wanted_by(self.external);
        self.clocks.push(clock);
    }

    /// The clock of the work.
    fn handling(&mut self) -> Option<&mut Running> {
        let mut clocks = self.clocks.iter_mut();
        clocks.find(|clock| is_of_work(&clock.kind))
    }

    fn receive(&mut self, command: CommandId, day: Date) {
        self.holder = self.receiver.take().unwrap_or(self.holder);
        self.waits = false;
        self.stop_clock(&ClockKind::Return);
        self.taken_on(command, day);
    }

    /// The case is where it was before; the date of the dispatch that was sent back binds nobody.
    fn take_back(&mut self, entry: &Node<'_>, day: Date) {
        self.receiver = None;
        self.ruler = entry.id("ruler", UnitId::parse);
        self.stop_clock(&ClockKind::Return);
        let calendar = self.known_calendar(day);
        if let Some(clock) = self.handling() {
            clock.order(None, calendar);
        }
    }

    fn rule(&mut self, entry: &Node<'_>, command: CommandId, day: Date) {
        self.receiver = None;
        self.ruler = None;
        self.waits = false;
        self.holder = entry.id("to", UnitId::parse).unwrap_or(self.holder);
        self.stop_clock(&ClockKind::Return);
        self.taken_on(command, day);
    }

    /// While the work is being verified it is written down, and changes no light.
    fn extend(&mut self, entry: &Node<'_>, command: CommandId, day: Date) {
        let by = entry.small("due").map(Date);
        let Some(by) = by.filter(|_| self.phase == Phase::Open) else {
            return;
        };
        let calendar = self.known_calendar(day);
        if self.handling().is_none() {
            self.clocks
                .push(Running::new(ClockKind::Handle, command, day));
        }
        if let Some(clock) = self.handling() {
            clock.extend(by, calendar);
        }
    }

    fn supervise(&mut self, command: CommandId, day: Date) {
        self.supervised = true;
        self.start(ClockKind::Supervise, command, day, |days| {
            Some(days.supervise)
        });
    }

    fn resolve(&mut self, entry: &Node<'_>, command: CommandId, day: Date) {
        self.phase = Phase::Resolved;
        self.verifier = entry.id("verifier", UnitId::parse);
        let (done, others) = std::mem::take(&mut self.clocks)
            .into_iter()
            .partition(|clock| is_of_work(&clock.kind));
        (self.done, self.clocks) = (done, others);
        self.start(ClockKind::Verify, command, day, |days| Some(days.verify));
    }

    /// Not fixed, the clock of the work goes on where it was: the time until somebody looked was the
    /// resident's too.
    fn verify(&mut self, entry: &Node<'_>) {
        let result = entry.text_or_empty("result");
        if result == TOLD_FIXED {
            return;
        }
        self.stop_clock(&ClockKind::Verify);
        if Finding::from_word(&result) != Finding::Fixed {
            self.phase = Phase::Open;
            self.verifier = None;
            self.clocks.append(&mut self.done);
        }
    }

    fn finish(&mut self) {
        self.phase = Phase::Ended;
        self.waits = false;
        (self.receiver, self.ruler, self.verifier) = (None, None, None);
        self.clocks.clear();
        self.done.clear();
    }

    /// A new round with the last holder, or with who reviews it, who was sent it by that.
    fn reopen(&mut self, entry: &Node<'_>, command: CommandId, day: Date) {
        self.finish();
        self.holder = entry.id("reviewer", UnitId::parse).unwrap_or(self.holder);
        self.phase = Phase::Open;
        self.was_sent = false;
        self.begin_round(command, day);
        if self.is_petition {
            self.was_sent = true;
            self.start(ClockKind::Review, command, day, |days| Some(days.review));
        } else if self.holder != self.owner {
            self.sent(command, day);
        }
    }

    fn tell(&mut self, entry: &Node<'_>) {
        self.tellings = self.tellings.saturating_add(1);
        let turns = entry.text_or_empty("turns");
        self.told.extend(turns.split(' ').filter_map(Turn::parse));
    }

    fn redate(&mut self, day: Date) {
        let calendar = self.calendar(day);
        let known = self.by.knows(day);
        for clock in self.clocks.iter_mut().chain(&mut self.done) {
            if known {
                clock.move_with(day, calendar);
            } else {
                clock.unknown();
            }
        }
    }

    /// The unit that is to do the next thing.
    fn responsible(&self) -> UnitId {
        let asked = match self.phase {
            Phase::Resolved => self.verifier.or(Some(self.owner)),
            Phase::Open | Phase::Ended => self.receiver.or(self.ruler),
        };
        asked.unwrap_or(self.holder)
    }

    /// Whether the handler waits now: not while somebody else is asked.
    fn is_waiting(&self) -> bool {
        let is_asked = self.receiver.is_some() || self.ruler.is_some();
        self.waits && self.phase == Phase::Open && !is_asked
    }
}

/// Whether a clock measures the work, and so is what the resident waits for.
fn is_of_work(kind: &ClockKind) -> bool {
    matches!(
        kind,
        ClockKind::Handle | ClockKind::Petition | ClockKind::Review
    )
}
