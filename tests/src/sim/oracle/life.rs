//! A case's life, written from the table of `domain.md`.

use std::collections::BTreeSet;

use alleyway_core::id::{CommandId, DocumentId, MemberId, UnitId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::CaseStage;
use alleyway_core::kinds::case::clocks::Turn;
use alleyway_core::kinds::case::{Finding, Origin, Report, Return};
use alleyway_core::time::{Date, Time};

use super::organisation::Town;

const REOPENED_WITHIN_DAYS: i64 = 30;
/// The category of complaints about a person.
const ABOUT_A_PERSON: &str = "conduct";

/// Who does something, when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Actor<'a> {
    pub(crate) town: &'a Town,
    pub(crate) member: MemberId,
    pub(crate) at: Time,
    /// When the server received it first.
    pub(crate) received: Time,
}

/// Where a case stands.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "where a case stands is a set of independent facts"
)]
pub(crate) struct Life {
    pub(crate) stage: CaseStage,
    pub(crate) holder: UnitId,
    pub(crate) owner: UnitId,
    pub(crate) reporter: MemberId,
    pub(crate) sent_to: Option<UnitId>,
    pub(crate) units: BTreeSet<UnitId>,
    pub(crate) is_confidential: bool,
    /// Of a complaint about a person: the unit whose person it is.
    pub(crate) about: Option<UnitId>,
    /// The case that it was merged into.
    pub(crate) into: Option<DocumentId>,
    /// Whether others were merged into it.
    has_merged: bool,
    /// The owners of those, and of those that had been merged into them.
    merged_owners: BTreeSet<UnitId>,
    returned: u32,
    ruled: Option<UnitId>,
    resolvers: BTreeSet<MemberId>,
    ended: Option<Time>,
    /// How often it was put off in this round.
    put_off: u32,
    /// By when it is to be handled, and by when whoever it is sent to is to handle it.
    due: Option<Date>,
    due_there: Option<Date>,
    /// No step has moved it, and no other case goes on in it.
    is_as_reported: bool,
    is_supervised: bool,
    /// Who withdrew from handling it.
    withdrew: BTreeSet<MemberId>,
    /// The units that are to do a part.
    parts: BTreeSet<UnitId>,
    /// Who gave the last order that names its unit, and the unit.
    ordered: Option<(MemberId, UnitId)>,
    /// The unit that rules in place of a receiver where nobody is.
    pub(super) ruler_above: Option<UnitId>,
    /// The unit above an owner who resolved it.
    verifier: Option<UnitId>,
    /// What the server has told to be over.
    pub(super) told: BTreeSet<Turn>,
    /// Whether that was told of the days for looking, since the work ended.
    pub(super) is_look_late: bool,
    /// How often it has.
    pub(super) tellings: usize,
    /// The adoptions of calendars that the server said to have moved its dates.
    pub(super) redated: BTreeSet<CommandId>,
    /// Whether a petition began it: its date is put off once, and the level above reviews it.
    is_petition: bool,
    was_reopened: bool,
}

/// The units that a step brings a case to.
fn sent_by(step: &CaseCommand) -> Vec<UnitId> {
    match step {
        CaseCommand::Escalate(body) => vec![body.to],
        CaseCommand::Dispatch(body) => body.with.0.iter().copied().chain([body.to]).collect(),
        CaseCommand::Rule(body) => vec![body.to],
        CaseCommand::Resolve(body) => body.verifier.into_iter().collect(),
        CaseCommand::Reopen(body) => body.reviewer.into_iter().collect(),
        CaseCommand::Recuse(body) => body.above.into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The units that a step names, whether it brings the case there or not.
fn told_by(step: &CaseCommand) -> Vec<UnitId> {
    match step {
        CaseCommand::Return(body) => body.ruler.into_iter().collect(),
        CaseCommand::Supervise(body) => body.unit.into_iter().collect(),
        step => sent_by(step),
    }
}

fn must(holds: bool, rule: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(rule) }
}

/// Whether a step moves a case: what is noted, corrected or ordered leaves it where it is.
fn moves(step: &CaseCommand) -> bool {
    !matches!(
        step,
        CaseCommand::Note(_)
            | CaseCommand::Visit(_)
            | CaseCommand::Edit(_)
            | CaseCommand::Extend(_)
            | CaseCommand::Supervise(_)
            | CaseCommand::AnswerSupervision(_)
            | CaseCommand::EndSupervision(_)
            | CaseCommand::PartDone(_)
            | CaseCommand::Recuse(_)
            | CaseCommand::NewCode(_)
            | CaseCommand::VoidCode(_)
            | CaseCommand::Stood(_)
            | CaseCommand::MergedIn(_)
            | CaseCommand::PassedOn(_)
            | CaseCommand::Late(_)
            | CaseCommand::Redated(_)
            | CaseCommand::Vacant(_)
    )
}

/// The resident is told.
fn is_told(text: &str) -> Result<(), &'static str> {
    must(!text.trim().is_empty(), "the resident is to be told")
}

impl Life {
    /// Whether the author may report.
    pub(crate) fn may_begin(by: &Actor<'_>, report: &Report) -> Result<(), &'static str> {
        let taken = report.taken_at.unwrap_or(report.owner);
        if report.about.is_some() || report.category.as_str() == ABOUT_A_PERSON {
            return Self::may_complain(by, report, taken);
        }
        must(
            by.town.acts_for(by.member, taken, by.at),
            "a chief reports for the own alley, a leader for his unit",
        )?;
        let above = |at| by.town.leads(at) && by.town.is_above(at, report.owner);
        must(
            report.taken_at.is_none_or(above),
            "who leads reports for who is below",
        )?;
        let cleared = by.town.of_the_cleared();
        must(
            !report.confidential || cleared.acts_for(by.member, taken, by.at),
            "only the cleared report what is confidential",
        )
    }

    /// Whether the author may take down a complaint about a person.
    fn may_complain(by: &Actor<'_>, report: &Report, taken: UnitId) -> Result<(), &'static str> {
        let about = report.about.ok_or("the unit complained of is named")?;
        let is_whole = report.category.as_str() == ABOUT_A_PERSON && report.confidential;
        must(is_whole, "it is confidential, under its own category")?;
        must(by.town.is_desk(report.owner), "a desk receives it")?;
        let cleared = by.town.of_the_cleared();
        let reads = report.taken_at.is_none();
        let town = if reads { &cleared } else { by.town };
        must(town.acts_for(by.member, taken, by.at), "for the own unit")?;
        must(
            !by.town.belongs_to(taken, about) && !by.town.belongs_to(report.owner, about),
            "not by those complained of",
        )?;
        must(
            by.town.is_read_in(report.owner, by.at),
            "somebody there is cleared",
        )
    }

    /// A report is made.
    pub(crate) fn begin(by: &Actor<'_>, report: &Report) -> Self {
        Self {
            stage: CaseStage::Reported,
            holder: report.owner,
            owner: report.owner,
            reporter: by.member,
            sent_to: None,
            units: [report.owner]
                .into_iter()
                .chain(report.taken_at.filter(|_| report.about.is_none()))
                .collect(),
            is_confidential: report.confidential,
            about: report.about,
            into: None,
            has_merged: false,
            merged_owners: BTreeSet::new(),
            returned: 0,
            ruled: None,
            resolvers: BTreeSet::new(),
            ended: None,
            put_off: 0,
            due: None,
            due_there: None,
            is_as_reported: true,
            is_supervised: false,
            withdrew: BTreeSet::new(),
            parts: BTreeSet::new(),
            ordered: None,
            ruler_above: None,
            verifier: None,
            told: BTreeSet::new(),
            is_look_late: false,
            tellings: 0,
            redated: BTreeSet::new(),
            is_petition: report.origin == Some(Origin::Petition),
            was_reopened: false,
        }
    }

    /// Whether all who read another case read this one too, if it is confidential.
    pub(crate) fn may_be_named_in(&self, other: &Self) -> bool {
        let is_read = other.is_confidential && other.units.is_subset(&self.units);
        self.about == other.about && (!self.is_confidential || is_read)
    }

    pub(crate) fn is_open(&self) -> bool {
        !matches!(
            self.stage,
            CaseStage::Closed | CaseStage::Rejected | CaseStage::Withdrawn | CaseStage::Duplicate
        )
    }

    fn is_in(&self, stages: &[CaseStage]) -> Result<(), &'static str> {
        must(stages.contains(&self.stage), "the state does not allow it")
    }

    /// The unit that is to do something now.
    pub(super) fn whose_turn(&self, town: &Town) -> UnitId {
        if self.stage == CaseStage::Resolved {
            return self.verifier.unwrap_or(self.owner);
        }
        let ruler = town.town().filter(|_| self.returned >= 2);
        self.sent_to.or(ruler).unwrap_or(self.holder)
    }

    /// Whether it was not reopened.
    pub(super) fn is_first_round(&self) -> bool {
        !self.was_reopened
    }

    fn is_free(&self) -> Result<(), &'static str> {
        must(self.sent_to.is_none(), "a referral is pending")?;
        must(
            self.returned < 2 || !self.is_open(),
            "it was returned twice",
        )
    }

    /// Whether the table allows the step; `merged_into_is_open` is about the other case of a merge.
    pub(crate) fn allows(
        &self,
        by: &Actor<'_>,
        step: &CaseCommand,
        merged_into_is_open: bool,
    ) -> Result<(), &'static str> {
        if let Some(about) = self.about {
            let told = told_by(step).into_iter();
            let mut theirs = told.filter(|unit| by.town.belongs_to(*unit, about));
            must(theirs.next().is_none(), "it names those complained of")?;
        }
        if self.is_confidential {
            self.who(
                &Actor {
                    town: &by.town.of_the_cleared(),
                    ..*by
                },
                step,
            )?;
            let to = sent_by(step);
            must(
                to.into_iter().all(|to| by.town.is_read_in(to, by.at)),
                "nobody is cleared where it goes",
            )?;
        } else {
            self.who(by, step)?;
        }
        self.when(by, step, merged_into_is_open)
    }

    fn who(&self, by: &Actor<'_>, step: &CaseCommand) -> Result<(), &'static str> {
        let acts = |unit: UnitId| by.town.acts_for(by.member, unit, by.at);
        let above = |unit: UnitId| by.town.level_above(unit).is_some_and(acts);
        let holder = self.is_handled_by(by, acts(self.holder) || above(self.holder));
        let reporter = by.member == self.reporter && by.town.acts_somewhere(by.member, by.at);
        let may = match step {
            // Only the server says what stood before a restore, what was merged into a case, and which
            // code is void.
            CaseCommand::Report(_)
            | CaseCommand::Stood(_)
            | CaseCommand::MergedIn(_)
            | CaseCommand::PassedOn(_)
            | CaseCommand::VoidCode(_)
            | CaseCommand::Late(_)
            | CaseCommand::Redated(_)
            | CaseCommand::Vacant(_) => false,
            CaseCommand::Accept(_)
            | CaseCommand::Start(_)
            | CaseCommand::Escalate(_)
            | CaseCommand::Wait(_)
            | CaseCommand::Resume(_)
            | CaseCommand::Recall(_)
            | CaseCommand::Recuse(_)
            | CaseCommand::AnswerSupervision(_)
            | CaseCommand::Resolve(_) => holder,
            CaseCommand::Reject(_) | CaseCommand::Dispatch(_) => {
                holder && by.town.leads(self.holder)
            }
            CaseCommand::Note(_) | CaseCommand::Visit(_) => {
                self.units.iter().any(|unit| acts(*unit))
            }
            CaseCommand::Edit(_) => holder || (reporter && self.is_as_reported),
            CaseCommand::Receive(_) | CaseCommand::Return(_) => self.sent_to.is_some_and(acts),
            CaseCommand::Rule(_) => {
                self.ruler_above.is_some_and(acts) || by.town.town().is_some_and(acts)
            }
            CaseCommand::NewCode(_) => {
                acts(self.owner) || by.town.branch_of(self.owner).is_some_and(acts)
            }
            CaseCommand::Close(body) if body.code.as_str() == "fixed" => {
                acts(self.owner) || by.town.branch_of(self.owner).is_some_and(acts)
            }
            CaseCommand::Extend(_) if self.put_off > 0 && self.is_petition => false,
            CaseCommand::Extend(_) if self.put_off > 0 => {
                by.town.level_above(self.holder).is_some_and(above)
            }
            CaseCommand::Extend(_) | CaseCommand::Close(_) => above(self.holder),
            CaseCommand::PartDone(body) => self.parts.contains(&body.unit) && acts(body.unit),
            CaseCommand::Supervise(_) => self.is_led_by(by),
            CaseCommand::EndSupervision(_) => match self.ordered {
                None => self.is_led_by(by),
                Some((member, unit)) => {
                    let own = by.member == member && self.is_led_by(by);
                    own || acts(unit) || by.town.audits(by.member, unit, by.at)
                }
            },
            CaseCommand::Verify(_) => {
                let own = self
                    .resolvers
                    .iter()
                    .any(|member| by.town.ever_acted(*member, self.owner));
                let is_empty = !by.town.is_attended(self.owner, by.at);
                acts(self.owner) || above(self.owner) && (own || is_empty || self.is_look_late)
            }
            CaseCommand::Reopen(_) => acts(self.owner),
            CaseCommand::Withdraw(_) => reporter,
            CaseCommand::Merge(_) => {
                by.town.acts_above(by.member, self.holder, by.at)
                    || by.town.acts_above(by.member, self.owner, by.at)
                    || self
                        .units
                        .iter()
                        .any(|unit| by.town.leads(*unit) && acts(*unit))
            }
        };
        must(may, "the author may not")
    }

    /// Whether the actor, who acts for the holder or for the level above it, handles the case: that level
    /// only where everybody who acts for the holder has withdrawn.
    fn is_handled_by(&self, by: &Actor<'_>, acts: bool) -> bool {
        let stays = |member: &MemberId| !self.withdrew.contains(member);
        let nobody_left =
            !self.withdrew.is_empty() && !by.town.acting(self.holder, by.at).iter().any(stays);
        let own = by.town.acts_for(by.member, self.holder, by.at);
        acts && stays(&by.member) && (own || nobody_left)
    }

    /// Whether the actor is above the holder, or audits.
    fn is_led_by(&self, by: &Actor<'_>) -> bool {
        by.town.is_auditor(by.member, by.at) || by.town.acts_above(by.member, self.holder, by.at)
    }

    fn when(
        &self,
        by: &Actor<'_>,
        step: &CaseCommand,
        merged_into_is_open: bool,
    ) -> Result<(), &'static str> {
        use CaseStage::{
            Accepted, Closed, Duplicate, InProgress, Rejected, Reported, Verified, Waiting,
        };
        let open = || must(self.is_open(), "the case is not open");
        let in_time = |by_date: Date| must(!by_date.is_over(by.at), "the date has passed");
        match step {
            CaseCommand::Report(_) => Err("a case is reported once"),
            CaseCommand::Accept(_) => self.is_free().and_then(|()| self.is_in(&[Reported])),
            CaseCommand::Reject(_) => self
                .is_free()
                .and_then(|()| self.is_in(&[Reported, Accepted])),
            CaseCommand::Start(_) => self.is_free().and_then(|()| self.is_in(&[Accepted])),
            CaseCommand::Note(_) | CaseCommand::Visit(_) => must(
                self.is_open() || matches!(self.stage, Closed | Duplicate),
                "the case has ended",
            ),
            CaseCommand::Edit(_) | CaseCommand::Receive(_) | CaseCommand::PartDone(_) => open(),
            CaseCommand::Recuse(_)
            | CaseCommand::Supervise(_)
            | CaseCommand::AnswerSupervision(_)
            | CaseCommand::EndSupervision(_) => self.when_ordered(by, step),
            CaseCommand::Escalate(_)
            | CaseCommand::Return(_)
            | CaseCommand::Rule(_)
            | CaseCommand::Recall(_)
            | CaseCommand::Dispatch(_) => self.when_sent(by, step),
            CaseCommand::Wait(_) => self.is_free().and_then(|()| self.is_in(&[InProgress])),
            CaseCommand::Resume(_) => self.is_free().and_then(|()| self.is_in(&[Waiting])),
            CaseCommand::Extend(body) => {
                is_told(&body.resident_text)?;
                let counts = self.due_there.or(self.due);
                must(counts.is_none_or(|due| body.by > due), "not put off")?;
                open().and_then(|()| in_time(body.by))
            }
            CaseCommand::Resolve(body) => {
                is_told(&body.resident_text)?;
                self.is_free()?;
                self.is_in(&[InProgress])?;
                let above = by
                    .town
                    .level_above(self.owner)
                    .filter(|_| self.holder == self.owner);
                must(
                    body.verifier.is_none() || body.verifier == above,
                    "only the owner asks the level above",
                )
            }
            CaseCommand::Verify(_) => self.is_to_verify(by),
            CaseCommand::Close(body) => {
                if body.code.as_str() == "fixed" {
                    self.is_in(&[Verified])
                } else {
                    open()
                }
            }
            CaseCommand::Reopen(body) => {
                self.is_in(&[Closed, Rejected])?;
                let above = by
                    .town
                    .level_above(self.holder)
                    .filter(|_| self.is_petition);
                must(
                    body.reviewer.is_none() || body.reviewer == above,
                    "only a petition is reviewed, by the level above",
                )?;
                let ended = self.ended.unwrap_or_default();
                must(
                    by.at <= ended.plus_days(REOPENED_WITHIN_DAYS),
                    "too late to reopen",
                )
            }
            CaseCommand::Withdraw(_) => must(
                self.is_as_reported,
                "a step has moved it since it was reported",
            ),
            CaseCommand::Merge(_) => {
                open().and_then(|()| must(merged_into_is_open, "the other case is not open"))
            }
            CaseCommand::NewCode(_) => must(
                self.stage != CaseStage::Withdrawn,
                "nobody follows it any more",
            ),
            CaseCommand::Stood(_)
            | CaseCommand::MergedIn(_)
            | CaseCommand::PassedOn(_)
            | CaseCommand::VoidCode(_)
            | CaseCommand::Late(_)
            | CaseCommand::Redated(_)
            | CaseCommand::Vacant(_) => Ok(()),
        }
    }

    /// As [`Life::when`], of the steps that send the case on or take it back.
    fn when_sent(&self, by: &Actor<'_>, step: &CaseCommand) -> Result<(), &'static str> {
        use CaseStage::{Accepted, InProgress, Reported, Waiting};
        let open = || must(self.is_open(), "the case is not open");
        let in_time = |by_date: Date| must(!by_date.is_over(by.at), "the date has passed");
        match step {
            CaseCommand::Escalate(body) => {
                self.is_free()?;
                self.is_in(&[Reported, Accepted, InProgress, Waiting])?;
                let above = by.town.level_above(self.holder);
                must(above == Some(body.to), "not the next level")
            }
            CaseCommand::Return(body) => self.is_sent_back(by, body),
            CaseCommand::Rule(body) => {
                let is_town = by
                    .town
                    .town()
                    .is_some_and(|town| by.town.acts_for(by.member, town, by.at));
                match self.ruler_above {
                    Some(_) if is_town => {}
                    Some(above) => must(
                        body.to == above || by.town.may_send(above, body.to),
                        "neither the own unit nor one below",
                    )?,
                    None => must(
                        self.returned >= 2 && self.sent_to.is_none(),
                        "not returned twice",
                    )?,
                }
                must(by.town.is_worked_by(body.to), "nobody acts for the unit")?;
                open()
            }
            CaseCommand::Dispatch(body) => {
                self.is_free()?;
                self.is_in(&[Accepted, InProgress])?;
                must(
                    by.town.may_send(self.holder, body.to),
                    "neither below nor a department",
                )?;
                let mut named = BTreeSet::from([self.holder, body.to]);
                for unit in body.with.0.iter() {
                    must(named.insert(*unit), "a part for the holder, or named twice")?;
                    must(
                        by.town.may_send(self.holder, *unit),
                        "a part neither below nor a department",
                    )?;
                }
                in_time(body.by)
            }
            CaseCommand::Recall(_) => must(self.sent_to.is_some(), "nothing was sent on"),
            _ => Ok(()),
        }
    }

    /// As [`Life::when`], of the steps about who handles the case, and orders to.
    fn when_ordered(&self, by: &Actor<'_>, step: &CaseCommand) -> Result<(), &'static str> {
        let open = || must(self.is_open(), "the case is not open");
        match step {
            CaseCommand::Recuse(body) => {
                let above = by.town.level_above(self.holder);
                must(body.above == above, "names the level above")?;
                open()
            }
            CaseCommand::Supervise(body) => {
                let may = |unit| {
                    let leads = by.town.is_above(unit, self.holder)
                        && by.town.acts_for(by.member, unit, by.at);
                    leads || by.town.audits(by.member, unit, by.at)
                };
                must(body.unit.is_none_or(may), "in another unit's name")?;
                open()
            }
            CaseCommand::AnswerSupervision(_) | CaseCommand::EndSupervision(_) => {
                open()?;
                must(self.is_supervised, "no order stands")
            }
            _ => Ok(()),
        }
    }

    fn is_to_verify(&self, by: &Actor<'_>) -> Result<(), &'static str> {
        must(
            !self.resolvers.contains(&by.member),
            "who resolved it does not verify it",
        )?;
        self.is_free()?;
        let stages = [CaseStage::Resolved, CaseStage::Verified];
        self.is_in(if self.has_merged {
            &stages
        } else {
            &[CaseStage::Resolved]
        })
    }

    fn is_sent_back(&self, by: &Actor<'_>, body: &Return) -> Result<(), &'static str> {
        must(
            self.ruled.is_none() || self.ruled != self.sent_to,
            "ruled, and may not return it",
        )?;
        let is_first = self.returned == 0 && body.ruler.is_none();
        let names = is_first || body.ruler == by.town.town();
        must(names, "the second one names who rules")
    }

    /// Carries the step out.
    pub(crate) fn take(&mut self, by: &Actor<'_>, step: &CaseCommand) {
        self.is_as_reported &= !moves(step);
        if let CaseCommand::Resolve(_) | CaseCommand::Verify(_) | CaseCommand::Reopen(_) = step {
            self.is_look_late = false;
        }
        match step {
            CaseCommand::Accept(_) => self.stage = CaseStage::Accepted,
            CaseCommand::Start(_) | CaseCommand::Resume(_) => self.stage = CaseStage::InProgress,
            CaseCommand::Wait(_) => self.stage = CaseStage::Waiting,
            CaseCommand::Escalate(body) => self.send(body.to),
            CaseCommand::Dispatch(body) => {
                self.send(body.to);
                self.due_there = Some(body.by);
                self.parts = body.with.0.iter().copied().collect();
                self.units.extend(&self.parts);
            }
            CaseCommand::Receive(_) => {
                self.due = self.due_there.take().or(self.due);
                if let Some(to) = self.sent_to {
                    self.comes_back();
                    self.give(to);
                }
            }
            CaseCommand::Recall(_) => {
                self.comes_back();
                self.parts.clear();
            }
            CaseCommand::Recuse(_) | CaseCommand::Supervise(_) | CaseCommand::EndSupervision(_) => {
                self.take_order(by, step);
            }
            CaseCommand::Return(_) => {
                self.comes_back();
                self.parts.clear();
                self.returned += 1;
                if self.returned >= 2 {
                    self.units.extend(by.town.town());
                }
            }
            CaseCommand::Rule(body) => {
                self.give(body.to);
                self.comes_back();
                self.ruled = Some(body.to);
                self.parts.clear();
            }
            CaseCommand::Resolve(body) => {
                self.stage = CaseStage::Resolved;
                self.verifier = body.verifier;
                self.units.extend(body.verifier);
                self.resolvers.insert(by.member);
            }
            CaseCommand::Verify(body) => {
                self.stage = if body.result == Finding::Fixed {
                    CaseStage::Verified
                } else {
                    CaseStage::InProgress
                };
            }
            CaseCommand::Reject(_) => self.end(CaseStage::Rejected, by.received),
            CaseCommand::Close(_) => self.end(CaseStage::Closed, by.received),
            CaseCommand::Withdraw(_) => self.end(CaseStage::Withdrawn, by.received),
            CaseCommand::Merge(merge) => {
                self.end(CaseStage::Duplicate, by.received);
                self.into = Some(merge.into);
            }
            CaseCommand::Reopen(body) => {
                self.was_reopened = true;
                self.holder = body.reviewer.unwrap_or(self.holder);
                self.units.extend(body.reviewer);
                self.stage = CaseStage::Reported;
                self.parts.clear();
                self.returned = 0;
                self.ruled = None;
                (self.due, self.put_off) = (None, 0);
            }
            CaseCommand::Extend(body) => {
                self.put_off += 1;
                let counts = if self.due_there.is_some() {
                    &mut self.due_there
                } else {
                    &mut self.due
                };
                *counts = Some(body.by);
            }
            CaseCommand::Report(_)
            | CaseCommand::Note(_)
            | CaseCommand::Visit(_)
            | CaseCommand::Edit(_)
            | CaseCommand::AnswerSupervision(_)
            | CaseCommand::PartDone(_)
            | CaseCommand::NewCode(_)
            | CaseCommand::VoidCode(_)
            | CaseCommand::Stood(_)
            | CaseCommand::MergedIn(_)
            | CaseCommand::PassedOn(_)
            | CaseCommand::Late(_)
            | CaseCommand::Redated(_)
            | CaseCommand::Vacant(_) => {}
        }
    }

    /// Carries out a step about who handles the case, or an order to.
    fn take_order(&mut self, by: &Actor<'_>, step: &CaseCommand) {
        match step {
            CaseCommand::Recuse(body) => {
                self.withdrew.insert(by.member);
                self.units.extend(body.above);
            }
            CaseCommand::Supervise(body) => {
                self.is_supervised = true;
                self.ordered = body.unit.map(|unit| (by.member, unit)).or(self.ordered);
            }
            CaseCommand::EndSupervision(_) => {
                self.is_supervised = false;
                self.ordered = None;
            }
            _ => {}
        }
    }

    /// Another case goes on in this one: those it came from are concerned by this one too.
    pub(crate) fn takes_in(&mut self, other: &Self) {
        self.has_merged = true;
        self.is_as_reported = false;
        self.merged_owners.insert(other.owner);
        self.merged_owners.extend(&other.merged_owners);
        self.units.extend(&self.merged_owners);
    }

    fn send(&mut self, to: UnitId) {
        self.sent_to = Some(to);
        self.units.insert(to);
    }

    fn give(&mut self, to: UnitId) {
        self.stage = CaseStage::Accepted;
        self.holder = to;
        self.units.insert(to);
        self.returned = 0;
    }

    /// No referral is pending any more.
    fn comes_back(&mut self) {
        (self.sent_to, self.ruler_above, self.due_there) = (None, None, None);
    }

    fn end(&mut self, stage: CaseStage, received: Time) {
        self.stage = stage;
        self.comes_back();
        self.ended = Some(received);
    }
}
