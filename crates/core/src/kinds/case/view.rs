//! Where a case stands: what policy and feeds read, without a look at the log's other entries.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    ANSWER, CO_HANDLERS, DONE, ORDER, Origin, RECUSED, REFERRAL, RESOLVERS, SLIP, UNITS, VACANT,
};
use crate::documents::{Document, DocumentKind, LiveValue};
use crate::id::{CommandId, DocumentId, MemberId, UnitId};
use crate::kinds::View;
use crate::number::CaseNumber;
use crate::slip::SlipMark;
use crate::time::Date;
use crate::word_enum;

word_enum!(
    /// The state of a case.
    CaseStage {
        /// 已上报
        Reported = "reported",
        /// 已受理
        Accepted = "accepted",
        /// 处置中
        InProgress = "in_progress",
        /// 已挂起
        Waiting = "waiting",
        /// 已办结
        Resolved = "resolved",
        /// 已核查
        Verified = "verified",
        /// 已结案
        Closed = "closed",
        /// 不予受理
        Rejected = "rejected",
        /// 已撤回
        Withdrawn = "withdrawn",
        /// 已并案
        Duplicate = "duplicate",
    }
);

impl CaseStage {
    /// Every state but closed and the ends. A state of a later version is not open: no step of
    /// this version is allowed from it.
    pub fn is_open(&self) -> bool {
        !matches!(
            self,
            Self::Closed | Self::Rejected | Self::Withdrawn | Self::Duplicate | Self::Unknown(_)
        )
    }
}

word_enum!(
    /// Which way a case was sent.
    ReferralKind {
        /// 提级
        Escalate = "escalate",
        /// 派单
        Dispatch = "dispatch",
    }
);

/// An escalation or a dispatch that its receiver has not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// The command that made it.
    pub id: CommandId,
    /// Which way.
    pub kind: ReferralKind,
    /// The holder that sent it.
    pub from: UnitId,
    /// Its receiver.
    pub to: UnitId,
}

/// An order to handle a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The step that gave it.
    pub step: CommandId,
    /// Who gave it.
    pub by: MemberId,
    /// The unit in whose name it was given.
    pub unit: UnitId,
}

/// A code that was given out, as documents know it: who has the slip's secret tells the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenCode {
    /// The step that gave it out.
    pub step: CommandId,
    /// Who gave it out.
    pub by: MemberId,
    /// The slip's mark.
    pub mark: SlipMark,
}

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "where a case stands is a set of independent facts"
)]
pub struct CaseState {
    /// Its state.
    pub stage: CaseStage,
    /// The unit responsible now; in a closed or ended case the last one.
    pub holder: UnitId,
    /// The unit it came from: an alley, or for a clerk's report the branch.
    pub owner: UnitId,
    /// Who reported it.
    pub reporter: MemberId,
    /// The pending referral.
    pub referral: Option<Referral>,
    /// How often it was returned since it was last received, ruled or reopened.
    pub returns: u32,
    /// The unit that may rule although a referral is pending: the server said that nobody acts for its
    /// receiver.
    pub ruler_above: Option<UnitId>,
    /// The unit that was ruled to handle it, and may not return it.
    pub ruled: Option<UnitId>,
    /// By when it is to be handled.
    pub due: Option<Date>,
    /// The date of a pending dispatch; it becomes `due` when the case is received.
    pub due_pending: Option<Date>,
    /// Whether a leader ordered it to be handled, and has not ended that.
    pub supervised: bool,
    /// The last order to handle it; none for orders of before they named their unit.
    pub order: Option<Order>,
    /// The holder's answer to that order.
    pub answer: Option<CommandId>,
    /// The units that were asked to do a part, and whether each has.
    pub co_handlers: BTreeMap<UnitId, bool>,
    /// The people who withdrew from handling it, for they have an interest in it.
    pub recused: BTreeSet<MemberId>,
    /// The people who ever resolved it.
    pub resolvers: BTreeSet<MemberId>,
    /// The command that closed or ended it.
    pub closed: Option<CommandId>,
    /// Every unit that is or was holder, receiver of a referral, or owner, and the owners of cases that
    /// were merged into it.
    pub units: BTreeSet<UnitId>,
    /// Whether only those who were cleared read it.
    pub confidential: bool,
    /// Of a complaint about a person: the unit that person acts for, which never reads it.
    pub about: Option<UnitId>,
    /// Its number.
    pub number: CaseNumber,
    /// Whether other cases were merged into it: then their residents have a word in it too.
    pub has_merged: bool,
    /// The slip with the code that the resident follows it with.
    pub code: Option<GivenCode>,
    /// The case it was merged into.
    pub merged_into: Option<DocumentId>,
    /// The last command that moved its state, holder or referral.
    pub moved: CommandId,
    /// Who gave that command.
    pub moved_by: MemberId,
    /// Whether it stands as it was first reported: no step has moved it, and no other case goes on in
    /// it. Until then its reporter may correct it, and take it back.
    pub is_untouched: bool,
}

impl CaseState {
    /// The date that counts now: a pending dispatch's, else the holder's.
    pub fn due_now(&self) -> Option<Date> {
        self.due_pending.or(self.due)
    }

    /// Whether it was returned twice, so that only a ruling takes it on.
    pub fn awaits_ruling(&self) -> bool {
        self.returns >= 2 && self.referral.is_none()
    }
}

impl View for CaseState {
    const KIND: DocumentKind = DocumentKind::Case;

    fn of(document: &Document) -> Option<Self> {
        document.case()
    }
}

impl Document {
    /// Where the case stands; none if the document is no case, or empty. The cost does not grow
    /// with the log.
    pub fn case(&self) -> Option<CaseState> {
        self.standing(|| self.read_case()).cloned()
    }

    fn read_case(&self) -> Option<CaseState> {
        if self.kind() != Some(DocumentKind::Case) {
            return None;
        }
        let root = self.root();
        let first = self.first_entry()?;
        let holder = root.id("holder", UnitId::parse)?;
        let moved = root.id("moved", CommandId::parse)?;
        let closed = root.id("closed", CommandId::parse);
        let referral = root.id(REFERRAL, CommandId::parse);
        Some(CaseState {
            stage: CaseStage::from_word(&root.text("state")?),
            holder,
            owner: first.id("owner", UnitId::parse)?,
            reporter: first.id("by", MemberId::parse)?,
            referral: referral.and_then(|id| self.referral(id, holder)),
            ruler_above: referral.and_then(|id| self.ruler_above(id)),
            returns: root.small("returns").unwrap_or_default(),
            ruled: root.id("ruled", UnitId::parse),
            due: root.small("due").map(Date),
            due_pending: root.small("due_pending").map(Date),
            supervised: root.has("supervised"),
            order: root
                .id(ORDER, CommandId::parse)
                .and_then(|step| self.order(step)),
            recused: root
                .map(RECUSED)
                .map(|set| set.ids(MemberId::parse))
                .unwrap_or_default()
                .into_iter()
                .collect(),
            co_handlers: self.co_handlers(),
            answer: root.id(ANSWER, CommandId::parse),
            resolvers: root
                .map(RESOLVERS)
                .map(|set| set.ids(MemberId::parse))
                .unwrap_or_default()
                .into_iter()
                .collect(),
            closed,
            units: self.read_units().unwrap_or_default(),
            confidential: root.has("confidential"),
            about: first.id("about", UnitId::parse),
            number: CaseNumber::of(first.small("device_code").unwrap_or_default(), self.id()),
            has_merged: root.has("merged"),
            code: root
                .id(SLIP, CommandId::parse)
                .and_then(|step| self.given_code(step)),
            merged_into: closed
                .and_then(|id| self.entry(id))
                .and_then(|entry| entry.id("into", DocumentId::parse)),
            is_untouched: self.commands().first() == Some(&moved) && !root.has("merged"),
            moved,
            moved_by: self.author_of(moved).unwrap_or(MemberId([0; 16])),
        })
    }

    /// The units of [`CaseState::units`] alone; none if the document is no case, or empty. Feeds ask
    /// for them after every command; [`Document::case`] looks up twenty values more.
    pub fn case_units(&self) -> Option<BTreeSet<UnitId>> {
        if self.kind() != Some(DocumentKind::Case) {
            return None;
        }
        if let Some(case) = self.known_standing::<CaseState>() {
            return Some(case.units.clone());
        }
        self.read_units()
    }

    /// The owners of the cases that were merged into this one, newest first. The cost grows with the log.
    pub(super) fn merged_owners(&self) -> Vec<UnitId> {
        let entries = self.commands().iter().rev();
        let merged = entries.filter_map(|command| {
            let entry = self.entry(*command)?;
            (entry.text("kind")? == "merged_in").then(|| entry.text_or_empty("owners"))
        });
        let parse = |owners: String| -> Vec<UnitId> {
            owners.split(' ').filter_map(UnitId::parse).collect()
        };
        merged.flat_map(parse).collect()
    }

    /// The cases that were merged into this one, and those that steps were passed on from, newest first.
    /// The cost grows with the log of a case that others were merged into; else there is none.
    pub fn merged_from(&self) -> Vec<DocumentId> {
        if !self.root().has("merged") {
            return Vec::new();
        }
        let entries = self.commands().iter().rev();
        let from = entries.filter_map(|command| {
            let entry = self.entry(*command)?;
            let kind = entry.text("kind")?;
            let is_of_another = kind == "merged_in" || kind == "passed_on";
            is_of_another.then(|| entry.id("from", DocumentId::parse))?
        });
        from.collect()
    }

    fn read_units(&self) -> Option<BTreeSet<UnitId>> {
        Some(
            self.root()
                .map(UNITS)?
                .ids(UnitId::parse)
                .into_iter()
                .collect(),
        )
    }

    /// Whether the document is a case that only those who were cleared read.
    pub fn case_is_confidential(&self) -> bool {
        self.kind() == Some(DocumentKind::Case) && self.root().has("confidential")
    }

    /// How often its date was put off in this round: since the report, or since it was reopened. The
    /// cost grows with the log.
    pub(super) fn extensions(&self) -> usize {
        let newest_first = self.commands().iter().rev();
        let steps = newest_first.filter_map(|command| self.step_of(*command));
        let in_round = steps.take_while(|step| step != "reopen");
        in_round.filter(|step| step == "extend").count()
    }

    /// Whether it is a petition, by its report.
    pub(super) fn is_petition(&self) -> bool {
        let first = self.first_entry();
        let origin = first.and_then(|entry| entry.text("origin"));
        origin.as_deref() == Some(Origin::Petition.word())
    }

    /// Of a complaint about a person: the unit that person acts for.
    pub(crate) fn case_is_about(&self) -> Option<UnitId> {
        self.first_entry()?.id("about", UnitId::parse)
    }

    /// The code that a step of the case gave out; none if it gave out none.
    pub fn given_code(&self, step: CommandId) -> Option<GivenCode> {
        let entry = self.entry(step)?;
        Some(GivenCode {
            step,
            by: entry.id("by", MemberId::parse)?,
            mark: entry.id(SLIP, SlipMark::parse)?,
        })
    }

    /// The units that were asked to do a part, and whether each has.
    pub(super) fn co_handlers(&self) -> BTreeMap<UnitId, bool> {
        let Some(asked) = self.root().map(CO_HANDLERS) else {
            return BTreeMap::new();
        };
        let units = asked.ids(UnitId::parse).into_iter();
        units
            .map(|unit| {
                let is_done = asked.text(&unit.key()).as_deref() == Some(DONE);
                (unit, is_done)
            })
            .collect()
    }

    fn order(&self, step: CommandId) -> Option<Order> {
        let entry = self.entry(step)?;
        Some(Order {
            step,
            by: entry.id("by", MemberId::parse)?,
            unit: entry.id("unit", UnitId::parse)?,
        })
    }

    fn referral(&self, id: CommandId, from: UnitId) -> Option<Referral> {
        let entry = self.entry(id)?;
        let kind = ReferralKind::from_word(&entry.text("kind")?);
        Some(Referral {
            id,
            kind,
            from,
            to: entry.id("to", UnitId::parse)?,
        })
    }

    /// The unit above the receiver of a referral, if the server said that nobody acts for that.
    fn ruler_above(&self, referral: CommandId) -> Option<UnitId> {
        let said = self.root().id(VACANT, CommandId::parse)?;
        let entry = self.entry(said)?;
        let is_of_this = entry.id(REFERRAL, CommandId::parse) == Some(referral);
        entry.id("to", UnitId::parse).filter(|_| is_of_this)
    }

    /// The live values of a case's fields, in version order; two different ones are a conflict.
    /// Empty if the document is no case.
    pub fn case_fields(&self) -> BTreeMap<String, Vec<LiveValue>> {
        if self.kind() == Some(DocumentKind::Case) {
            self.fields()
        } else {
            BTreeMap::new()
        }
    }
}
