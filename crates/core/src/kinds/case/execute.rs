//! The writes of each step. Frozen once released: `golden/executors.txt` pins the hashes.

mod handlers;

use super::{CaseStage, REFERRAL, RESIDENT_TEXT, RESOLVERS, SLIP, TOLD_FIXED, UNITS, VACANT};
use crate::documents::fields::{self, GONE, LIVE, YES};
use crate::documents::plan::{Plan, Scalar};
use crate::documents::{Document, DocumentKind, Execution};
use crate::id::{CommandId, MemberId, UnitId};
use crate::kinds::case::CaseCommand;
use crate::kinds::case::{
    Finding, Late, MergedIn, Origin, PassedOn, Report, Stood, Verify, VoidCode,
};
use crate::number::TrackingCode;
use crate::refusal::RefusalCode;
use crate::slip::Slip;
use crate::step::FieldType as _;
use crate::time::Date;

/// The plan of a step. It assumes what policy has asked; what it needs itself, it checks.
pub(crate) fn plan(
    document: &Document,
    execution: &Execution<'_>,
    body: &CaseCommand,
) -> Result<Plan, RefusalCode> {
    let step = Step {
        document,
        execution,
        plan: Plan::new(body.kind()),
    };
    let step = match body {
        CaseCommand::Report(report) => step.report(report),
        CaseCommand::Accept(_) => step.moves_to(&CaseStage::Accepted),
        CaseCommand::Reject(body) => step
            .text("reason", &body.reason)
            .text("text", &body.text)
            .ends(&CaseStage::Rejected),
        CaseCommand::Start(_) => step.moves_to(&CaseStage::InProgress),
        CaseCommand::Note(body) => step.text("text", &body.text),
        CaseCommand::Visit(body) => step.text("text", &body.text),
        CaseCommand::Edit(edit) => {
            return fields::plan(document, DocumentKind::Case, execution, edit);
        }
        CaseCommand::Escalate(body) => step
            .text("reason", &body.reason)
            .text("tried", &body.tried)
            .refers(body.to),
        CaseCommand::Receive(_) => step.receive()?,
        CaseCommand::Return(body) => step
            .text("reason", &body.reason)
            .text("code", &body.code)
            .tells(&body.resident_text)
            .returns(body.ruler)?,
        CaseCommand::Rule(body) => step.text("reason", &body.reason).rule(body.to),
        CaseCommand::Dispatch(body) => step
            .due(body.by)
            .tells(&body.resident_text)
            .refers(body.to)
            .dates("due_pending", body.by)
            .asks(&body.with),
        CaseCommand::Wait(body) => step
            .text("reason", &body.reason)
            .tells(&body.resident_text)
            .moves_to(&CaseStage::Waiting),
        CaseCommand::Resume(body) => step
            .text("text", &body.text)
            .moves_to(&CaseStage::InProgress),
        CaseCommand::Extend(body) => step
            .due(body.by)
            .text("reason", &body.reason)
            .tells(&body.resident_text)
            .extend(body.by),
        CaseCommand::Supervise(body) => step.text("text", &body.text).supervise(body.unit),
        CaseCommand::PartDone(body) => step.text("text", &body.text).part_done(body.unit),
        CaseCommand::Recuse(body) => step.text("reason", &body.reason).recuse(body.above),
        CaseCommand::Recall(body) => step.text("reason", &body.reason).recall()?,
        CaseCommand::AnswerSupervision(body) => step.text("text", &body.text).answers(),
        CaseCommand::EndSupervision(body) => step.text("text", &body.text).ends_supervision(),
        CaseCommand::Resolve(body) => step
            .text("text", &body.text)
            .tells(&body.resident_text)
            .resolve(body.verifier),
        CaseCommand::Verify(body) => step.text("text", &body.text).verify(body)?,
        CaseCommand::Close(body) => step
            .text("code", &body.code)
            .text("text", &body.text)
            .ends(&CaseStage::Closed),
        CaseCommand::Reopen(body) => step.text("reason", &body.reason).reopen(body.reviewer),
        CaseCommand::Withdraw(body) => step.text("text", &body.text).ends(&CaseStage::Withdrawn),
        CaseCommand::Merge(body) => step
            .text("into", &body.into.key())
            .text("code", &body.code)
            .ends(&CaseStage::Duplicate),
        CaseCommand::Stood(body) => step.stood(body),
        CaseCommand::MergedIn(body) => step.merged_in(body),
        CaseCommand::PassedOn(body) => step.passed_on(body),
        CaseCommand::NewCode(body) => step.gives_out(body.slip.as_ref()),
        CaseCommand::VoidCode(body) => step.void_code(body),
        CaseCommand::Late(body) => step.late(body),
        CaseCommand::Redated(_) => step,
        CaseCommand::Vacant(body) => step.vacant(body.to)?,
    };
    Ok(step.plan)
}

/// A plan in the making.
struct Step<'a> {
    document: &'a Document,
    execution: &'a Execution<'a>,
    plan: Plan,
}

impl Step<'_> {
    fn with(self, change: impl FnOnce(Plan) -> Plan) -> Self {
        Self {
            plan: change(self.plan),
            ..self
        }
    }

    fn text(self, key: &'static str, text: &str) -> Self {
        self.with(|plan| plan.text(key, text))
    }

    /// A text for the resident.
    fn tells(self, text: &str) -> Self {
        self.text(RESIDENT_TEXT, text)
    }

    fn due(self, by: Date) -> Self {
        self.with(|plan| plan.int("due", by.0))
    }

    /// The step moves the case: later refusals name it.
    fn moved(self) -> Self {
        let id = self.execution.id.key();
        self.with(|plan| plan.put_text("moved", id))
    }

    fn moves_to(self, stage: &CaseStage) -> Self {
        self.with(|plan| plan.put_text("state", stage.word()))
            .moved()
    }

    fn held_by(self, unit: UnitId) -> Self {
        self.with(|plan| plan.put_text("holder", unit.key()).add(UNITS, unit.key()))
    }

    fn dates(self, key: &'static str, by: Date) -> Self {
        self.with(|plan| plan.put(key, Scalar::Int(by.0.into())))
    }

    fn drops_referral(self) -> Self {
        self.with(|plan| plan.remove(REFERRAL).remove("due_pending"))
    }

    fn report(self, report: &Report) -> Self {
        let point = report
            .point
            .map(|point| point.to_string())
            .unwrap_or_default();
        let household = report.household.map(UnitId::key).unwrap_or_default();
        let taken_at = report.taken_at.map(UnitId::key).unwrap_or_default();
        let door = report.door.clone().unwrap_or_default();
        let about = report.about.map(UnitId::key).unwrap_or_default();
        let is_plain = report.tracking != TrackingCode::blank();
        let tracking = is_plain.then(|| report.tracking.to_string());
        let tracking = tracking.unwrap_or_default();
        self.with(|plan| {
            let plan = plan
                .containers(&[LIVE, GONE, UNITS, RESOLVERS])
                .text("owner", &report.owner.key())
                .int("device_code", report.device_code)
                .text("tracking", &tracking)
                .text("category", &report.category)
                .text("title", &report.title)
                .text("text", &report.text)
                .text("place", &report.place)
                .text("point", &point)
                .text("contact", &report.contact)
                .text("household", &household)
                .text(fields::DOOR, &door)
                .text("taken_at", &taken_at);
            let origin = report.origin.as_ref().map_or("", Origin::word);
            let plan = plan
                .text("origin", origin)
                .text("external_system", &report.external_system)
                .text("external_number", &report.external_number);
            let plan = match report.external_due {
                Some(due) => plan.int("external_due", due.0),
                None => plan,
            };
            let phone = fields::parse_phone(&report.phone).unwrap_or_default();
            let plan = plan
                .text("phone", &phone)
                .text("may_text", if report.may_text { YES } else { "" })
                .text("about", &about);
            let plan = if report.confidential {
                plan.put("confidential", Scalar::True)
            } else {
                plan
            };
            // Who takes a complaint about a person down for a desk hands it over.
            if taken_at.is_empty() || report.about.is_some() {
                plan
            } else {
                plan.add(UNITS, taken_at)
            }
        })
        .moves_to(&CaseStage::Reported)
        .held_by(report.owner)
        .gives_out(report.slip.as_ref())
    }

    /// Gives a code out: the document keeps what tells the slip from others.
    fn gives_out(self, slip: Option<&Slip>) -> Self {
        let id = self.execution.id.key();
        match slip {
            None => self,
            Some(slip) => self
                .text(SLIP, &slip.mark().to_string())
                .with(|plan| plan.put_text(SLIP, id)),
        }
    }

    /// The code of a step ends, if it is the one that counts.
    fn void_code(self, body: &VoidCode) -> Self {
        let counts = self.document.root().id(SLIP, CommandId::parse) == Some(body.command);
        let step = self.text("command", &body.command.key());
        if counts {
            step.with(|plan| plan.remove(SLIP))
        } else {
            step
        }
    }

    /// Closed, or an end: a pending referral is dropped, the holder stays as the last one.
    fn ends(self, stage: &CaseStage) -> Self {
        let id = self.execution.id.key();
        self.moves_to(stage)
            .drops_referral()
            .with(|plan| plan.put_text("closed", id))
    }

    fn refers(self, to: UnitId) -> Self {
        let id = self.execution.id.key();
        self.text("to", &to.key())
            .moved()
            .with(|plan| plan.put_text(REFERRAL, id).add(UNITS, to.key()))
    }

    fn receive(self) -> Result<Self, RefusalCode> {
        let case = self.document.case().ok_or(RefusalCode::UnknownDocument)?;
        let referral = case.referral.ok_or(RefusalCode::NoReferral)?;
        let step = self
            .moves_to(&CaseStage::Accepted)
            .held_by(referral.to)
            .drops_referral();
        let step = match case.due_pending {
            Some(due) => step.dates("due", due),
            None => step,
        };
        Ok(step.with(|plan| plan.remove("returns")))
    }

    /// The second return brings the case to the town that rules.
    fn returns(self, ruler: Option<UnitId>) -> Result<Self, RefusalCode> {
        let case = self.document.case().ok_or(RefusalCode::UnknownDocument)?;
        case.referral.ok_or(RefusalCode::NoReferral)?;
        let returns = i64::from(case.returns.saturating_add(1));
        let step = self
            .moved()
            .drops_referral()
            .asks_nobody()
            .with(|plan| plan.put("returns", Scalar::Int(returns)));
        Ok(match ruler.filter(|_| returns >= 2) {
            None => step,
            Some(ruler) => step
                .text("ruler", &ruler.key())
                .with(|plan| plan.add(UNITS, ruler.key())),
        })
    }

    fn rule(self, to: UnitId) -> Self {
        self.text("to", &to.key())
            .moves_to(&CaseStage::Accepted)
            .held_by(to)
            .drops_referral()
            .asks_nobody()
            .with(|plan| plan.put_text("ruled", to.key()).remove("returns"))
    }

    /// While a dispatch is pending, its date is the one that counts.
    fn extend(self, by: Date) -> Self {
        let pending = self.document.root().has("due_pending");
        self.dates(if pending { "due_pending" } else { "due" }, by)
    }

    /// Everything is as before the case was sent on; who was sent it goes on reading it.
    fn recall(self) -> Result<Self, RefusalCode> {
        let case = self.document.case().ok_or(RefusalCode::UnknownDocument)?;
        case.referral.ok_or(RefusalCode::NoReferral)?;
        Ok(self.moved().drops_referral().asks_nobody())
    }

    fn resolve(self, verifier: Option<UnitId>) -> Self {
        let author = self.execution.author.key();
        let step = self
            .moves_to(&CaseStage::Resolved)
            .with(|plan| plan.add(RESOLVERS, author));
        match verifier {
            None => step,
            Some(verifier) => step
                .text("verifier", &verifier.key())
                .with(|plan| plan.add(UNITS, verifier.key())),
        }
    }

    /// A resident's word with a code of somebody who ever resolved the case proves nothing good of the
    /// work: it is written down, and moves nothing.
    fn verify(self, body: &Verify) -> Result<Self, RefusalCode> {
        let stage = match body.result {
            Finding::Fixed => CaseStage::Verified,
            Finding::Partly | Finding::Not => CaseStage::InProgress,
            Finding::Unknown(_) => return Err(RefusalCode::BadValue),
        };
        let code_of = body.code_of.map(MemberId::key).unwrap_or_default();
        let case = self.document.case().ok_or(RefusalCode::UnknownDocument)?;
        let is_a_resolvers = body.code_of.is_some_and(|of| case.resolvers.contains(&of));
        let step = self.text("code_of", &code_of);
        Ok(if is_a_resolvers && body.result == Finding::Fixed {
            step.text("result", TOLD_FIXED)
        } else {
            step.text("result", body.result.word()).moves_to(&stage)
        })
    }

    /// The log alone: nothing of the case changes.
    fn stood(self, body: &Stood) -> Self {
        self.text("step", &body.step)
            .text("member", &body.member.key())
            .text("command", &body.command.key())
            .with(|plan| plan.int("received", body.received.0))
    }

    /// The units that the other case came from are in this one, and it is known that there is such a case.
    fn merged_in(self, body: &MergedIn) -> Self {
        let owners: Vec<String> = body.owners.iter().map(|owner| owner.key()).collect();
        self.text("from", &body.from.key())
            .text("number", &body.number)
            .text("title", &body.title)
            .text("text", &body.text)
            .text("owners", &owners.join(" "))
            .with(|plan| {
                let plan = plan.put("merged", Scalar::True);
                owners
                    .into_iter()
                    .fold(plan, |plan, owner| plan.add(UNITS, owner))
            })
    }

    /// The log alone: nothing of the case changes.
    fn passed_on(self, body: &PassedOn) -> Self {
        self.text("from", &body.from.key())
            .text("number", &body.number)
            .text("step", &body.step)
            .text("member", &body.member.key())
            .text("command", &body.command.key())
            .text("text", &body.text)
    }

    /// The unit that is told reads the case from now on.
    fn late(self, body: &Late) -> Self {
        let turns: Vec<String> = body.turns.iter().map(ToString::to_string).collect();
        let step = self.text("turns", &turns.join(" "));
        match body.to {
            None => step,
            Some(to) => step
                .text("to", &to.key())
                .with(|plan| plan.add(UNITS, to.key())),
        }
    }

    /// The pending referral found nobody: the unit above its receiver reads the case, and may rule.
    fn vacant(self, to: UnitId) -> Result<Self, RefusalCode> {
        let case = self.document.case().ok_or(RefusalCode::UnknownDocument)?;
        let referral = case.referral.ok_or(RefusalCode::NoReferral)?;
        let id = self.execution.id.key();
        Ok(self
            .text("unit", &referral.to.key())
            .text("to", &to.key())
            .text(REFERRAL, &referral.id.key())
            .with(|plan| plan.put_text(VACANT, id).add(UNITS, to.key())))
    }

    /// A new round with the last holder, or with the unit that reviews it: what the first round left
    /// pending does not bind it.
    fn reopen(self, reviewer: Option<UnitId>) -> Self {
        let step = self
            .moves_to(&CaseStage::Reported)
            .asks_nobody()
            .with(|plan| {
                plan.remove("closed")
                    .remove("due")
                    .remove("returns")
                    .remove("ruled")
            });
        match reviewer {
            None => step,
            Some(reviewer) => step.text("reviewer", &reviewer.key()).held_by(reviewer),
        }
    }
}
