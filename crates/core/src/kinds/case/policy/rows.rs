//! The case's life: the table of `domain.md`, row by row, as data.

use Pending::{Allowed, Blocked};

use super::Need;
use super::bounds::Bound;
use super::life::{Life, Pending, Stages};
use super::roles::Role::{
    self, AboveOwnerIfOwnerResolved, AnyUnitInIt, BranchAndAbove, BranchAndAboveAsHolder,
    BranchOfOwner, ChiefOfAlley, ClerkForBranch, Holder, LeaderAboveHolder, OneLevelAboveHolder,
    OwnerChief, Receiver, Reporter, ReporterUntilAccepted, Resident, ResidentByForm, Server,
    TownDispatcher,
};
use crate::kinds::case::Case;
use crate::kinds::case::CaseStage::{
    Accepted, Closed, InProgress, Rejected, Reported, Resolved, Verified, Waiting,
};
use crate::policy::row::{From, Row};

/// The row of a closure with another code than that of a case that was fixed.
pub(super) const CLOSE_UNFIXED: &str = "close, cannot be fixed";

/// A row of a step that goes from some states of a case.
const fn step(
    step: &'static str,
    who: &'static [Role],
    stages: Stages,
    pending: Pending,
) -> Row<Case> {
    Row::new(step, who, From::When(Life { stages, pending }))
}

/// Cases, in the order of `domain.md`.
pub(super) const ROWS: &[Row<Case>] = &[
    Row::new(
        "report",
        &[ChiefOfAlley, ClerkForBranch, ResidentByForm],
        From::Nothing,
    )
    .needs(&[Need::Category, Need::KnownOwner])
    .bounds(&[Bound::ByCleared, Bound::SeenThere]),
    step("accept", &[Holder], Stages::In(&[Reported]), Blocked),
    step(
        "reject",
        &[BranchAndAboveAsHolder],
        Stages::In(&[Reported, Accepted]),
        Blocked,
    ),
    step("start", &[Holder], Stages::In(&[Accepted]), Blocked),
    step("note", &[AnyUnitInIt, Resident], Stages::NotEnded, Allowed),
    step("visit", &[AnyUnitInIt], Stages::NotEnded, Allowed),
    step(
        "edit",
        &[Holder, ReporterUntilAccepted],
        Stages::Open,
        Allowed,
    ),
    step(
        "escalate",
        &[Holder],
        Stages::In(&[Reported, Accepted, InProgress, Waiting]),
        Blocked,
    )
    .bounds(&[Bound::ToNextLevel, Bound::SeenThere]),
    step("receive", &[Receiver], Stages::Referral, Allowed),
    step("return", &[Receiver], Stages::Referral, Allowed)
        .bounds(&[Bound::NotRuled, Bound::RulerNamed]),
    step("rule", &[TownDispatcher], Stages::TwiceReturned, Allowed)
        .bounds(&[Bound::ToUnitOfTown, Bound::SeenThere]),
    step(
        "dispatch",
        &[BranchAndAboveAsHolder],
        Stages::In(&[Accepted, InProgress]),
        Blocked,
    )
    .bounds(&[Bound::ToUnitBelow, Bound::SeenThere]),
    step("wait", &[Holder], Stages::In(&[InProgress]), Blocked),
    step("resume", &[Holder], Stages::In(&[Waiting]), Blocked),
    step("extend", &[OneLevelAboveHolder], Stages::Open, Allowed).on_admission(),
    step("supervise", &[LeaderAboveHolder], Stages::Open, Allowed),
    step("resolve", &[Holder], Stages::In(&[InProgress]), Blocked)
        .bounds(&[Bound::VerifierAbove, Bound::SeenThere]),
    step(
        "verify",
        &[Resident, OwnerChief, AboveOwnerIfOwnerResolved],
        Stages::In(&[Resolved]),
        Blocked,
    )
    .bounds(&[Bound::NotByResolver]),
    step(
        "close",
        &[OwnerChief, BranchOfOwner],
        Stages::In(&[Verified]),
        Allowed,
    )
    .needs(&[Need::Fixed])
    .on_admission(),
    step(CLOSE_UNFIXED, &[OneLevelAboveHolder], Stages::Open, Allowed)
        .needs(&[Need::Code, Need::TextForResident])
        .on_admission(),
    step(
        "reopen",
        &[Resident, OwnerChief],
        Stages::In(&[Closed, Rejected]),
        Blocked,
    )
    .bounds(&[Bound::InTime]),
    step("withdraw", &[Reporter], Stages::In(&[Reported]), Allowed),
    step("merge", &[BranchAndAbove], Stages::Open, Allowed)
        .bounds(&[Bound::IntoAnother])
        .on_admission(),
    Row::new("stood", &[Server], From::There),
];
