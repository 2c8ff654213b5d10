//! The case's life: the table of `domain.md`, row by row, as data.

use DuringReferral::{Allowed, Blocked};

use super::CaseNeed;
use super::bounds::CaseBound;
use super::life::{CaseLife, DuringReferral, Stages};
use super::roles::CaseRole::{
    self, AboveOwnerInstead, AboveReceiver, AnyUnitInIt, BranchAndAbove, BranchAndAboveAsHolder,
    BranchOfOwner, ChiefOfAlley, ClerkForBranch, CoHandler, ForDesk, Holder, LeaderAboveHolder,
    LeaderForBelow, OneLevelAboveHolder, OwnerChief, Receiver, Reporter, ReporterUntilMoved,
    Resident, ResidentByForm, Server, TownDispatcher, WhoExtends, WhoOrdered,
};
use crate::kinds::case::Case;
use crate::kinds::case::CaseStage::{
    Accepted, Closed, Duplicate, InProgress, Rejected, Reported, Resolved, Verified, Waiting,
};
use crate::policy::row::{From, Row};

/// The row of a closure with another code than that of a case that was fixed.
pub(super) const CLOSE_UNFIXED: &str = "close, cannot be fixed";

/// A row of a step that goes from some states of a case.
const fn step(
    step: &'static str,
    who: &'static [CaseRole],
    stages: Stages,
    pending: DuringReferral,
) -> Row<Case> {
    Row::new(step, who, From::When(CaseLife { stages, pending }))
}

/// Cases, in the order of `domain.md`.
pub(super) const ROWS: &[Row<Case>] = &[
    Row::new(
        "report",
        &[
            ChiefOfAlley,
            ClerkForBranch,
            LeaderForBelow,
            ForDesk,
            ResidentByForm,
        ],
        From::Nothing,
    )
    .needs(&[
        CaseNeed::Category,
        CaseNeed::KnownOwner,
        CaseNeed::KnownOrigin,
        CaseNeed::WholeOrder,
        CaseNeed::Phone,
        CaseNeed::Desk,
    ])
    .bounds(&[
        CaseBound::NotAbout,
        CaseBound::ByCleared,
        CaseBound::SeenThere,
    ]),
    step("accept", &[Holder], Stages::In(&[Reported]), Blocked),
    step(
        "reject",
        &[BranchAndAboveAsHolder],
        Stages::In(&[Reported, Accepted]),
        Blocked,
    ),
    step("start", &[Holder], Stages::In(&[Accepted]), Blocked),
    step(
        "note",
        &[AnyUnitInIt, Resident],
        Stages::NotEndedButMerged,
        Allowed,
    ),
    step("visit", &[AnyUnitInIt], Stages::NotEndedButMerged, Allowed),
    step("edit", &[Holder, ReporterUntilMoved], Stages::Open, Allowed).needs(&[CaseNeed::Desk]),
    step(
        "escalate",
        &[Holder],
        Stages::In(&[Reported, Accepted, InProgress, Waiting]),
        Blocked,
    )
    .bounds(&[
        CaseBound::ToNextLevel,
        CaseBound::NotAbout,
        CaseBound::SeenThere,
    ]),
    step("receive", &[Receiver], Stages::Referral, Allowed),
    step("return", &[Receiver], Stages::Referral, Allowed).bounds(&[
        CaseBound::NotRuled,
        CaseBound::RulerNamed,
        CaseBound::NotAbout,
    ]),
    step(
        "rule",
        &[TownDispatcher, AboveReceiver],
        Stages::ToRule,
        Allowed,
    )
    .bounds(&[
        CaseBound::ToUnitOfTown,
        CaseBound::NotAbout,
        CaseBound::SeenThere,
    ]),
    step(
        "dispatch",
        &[BranchAndAboveAsHolder],
        Stages::In(&[Accepted, InProgress]),
        Blocked,
    )
    .bounds(&[
        CaseBound::ToUnitBelow,
        CaseBound::BesideIt,
        CaseBound::NotAbout,
        CaseBound::SeenThere,
    ]),
    step("wait", &[Holder], Stages::In(&[InProgress]), Blocked),
    step("resume", &[Holder], Stages::In(&[Waiting]), Blocked),
    step("extend", &[WhoExtends], Stages::Open, Allowed)
        .bounds(&[CaseBound::Later, CaseBound::WithinTerm])
        .on_admission(),
    step("recuse", &[Holder], Stages::Open, Allowed).bounds(&[
        CaseBound::NamesAbove,
        CaseBound::NotAbout,
        CaseBound::SeenThere,
    ]),
    step("recall", &[Holder], Stages::Referral, Allowed),
    step("part_done", &[CoHandler], Stages::Open, Allowed).bounds(&[CaseBound::OwnPart]),
    step("supervise", &[LeaderAboveHolder], Stages::Open, Allowed)
        .bounds(&[CaseBound::InOwnName, CaseBound::NotAbout]),
    step("answer_supervision", &[Holder], Stages::Supervised, Allowed),
    step(
        "end_supervision",
        &[WhoOrdered],
        Stages::Supervised,
        Allowed,
    ),
    step("resolve", &[Holder], Stages::In(&[InProgress]), Blocked).bounds(&[
        CaseBound::VerifierAbove,
        CaseBound::NotAbout,
        CaseBound::SeenThere,
    ]),
    step(
        "verify",
        &[Resident, OwnerChief, AboveOwnerInstead],
        Stages::ToVerify,
        Blocked,
    )
    .bounds(&[CaseBound::NotByResolver]),
    step(
        "close",
        &[OwnerChief, BranchOfOwner],
        Stages::In(&[Verified]),
        Allowed,
    )
    .needs(&[CaseNeed::Fixed])
    .on_admission(),
    step(CLOSE_UNFIXED, &[OneLevelAboveHolder], Stages::Open, Allowed)
        .needs(&[CaseNeed::Code, CaseNeed::TextForResident])
        .on_admission(),
    step(
        "reopen",
        &[Resident, OwnerChief],
        Stages::In(&[Closed, Rejected]),
        Blocked,
    )
    .bounds(&[
        CaseBound::InTime,
        CaseBound::ReviewerAbove,
        CaseBound::NotAbout,
        CaseBound::SeenThere,
    ]),
    step("withdraw", &[Reporter], Stages::Untouched, Allowed),
    step("merge", &[BranchAndAbove], Stages::Open, Allowed)
        .bounds(&[CaseBound::IntoAnother])
        .on_admission(),
    Row::new("stood", &[Server], From::There),
    Row::new("merged_in", &[Server], From::There),
    Row::new("passed_on", &[Server], From::There),
    step(
        "new_code",
        &[OwnerChief, BranchOfOwner],
        Stages::In(&[
            Reported, Accepted, InProgress, Waiting, Resolved, Verified, Closed, Rejected,
            Duplicate,
        ]),
        Allowed,
    ),
    Row::new("void_code", &[Server], From::There),
    Row::new("late", &[Server], From::There),
    Row::new("redated", &[Server], From::There),
    step("vacant", &[Server], Stages::Referral, Allowed),
];
