//! The table of `domain.md` (the case's life), and the same for the other kinds of documents: the
//! command, who, from which states, whether a pending referral leaves it possible, what it needs.

use Need::{Category, Date, Field, Finding, Fixed, KnownAlley, KnownOwner, Reason, Text};
use Pending::{Allowed, Blocked};

use super::bounds::Bound;
use super::needs::{Need, closes_as_fixed};
use super::roles::Role::{
    self, AboveOwnerIfOwnerResolved, Administrator, AnyUnitInIt, BranchAndAbove,
    BranchAndAboveAsHolder, BranchOfOwner, ChiefOfAlley, ChiefOfHousehold, ClerkForBranch, Holder,
    LeaderAboveHolder, OneLevelAboveHolder, OwnerChief, ReaderOfConfidential, Receiver, Reporter,
    ReporterUntilAccepted, Resident, ResidentByForm, Server, TownDispatcher, UnitOfTray,
};
use crate::command::Body;
use crate::documents::DocumentKind;
use crate::kinds::case::CaseCommand;
use crate::kinds::case::CaseStage::{
    self, Accepted, Closed, InProgress, Rejected, Reported, Resolved, Verified, Waiting,
};

/// From where a step goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// From nothing: it creates the document.
    Nothing,
    /// From a document that is there.
    There,
    /// From these states of a case.
    In(&'static [CaseStage]),
    /// From every state but closed and the ends.
    Open,
    /// From every state but the ends.
    NotEnded,
    /// While a referral is pending.
    Referral,
    /// After a second return.
    TwiceReturned,
}

/// What happens to a step while a referral is pending, or a ruling awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pending {
    /// It is possible all the same.
    Allowed,
    /// It waits for the receiver.
    Blocked,
}

/// A row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// The step; a closure without "fixed" has a row of its own.
    pub(super) step: &'static str,
    /// Who may do it: any of these.
    pub(super) who: &'static [Role],
    /// From which states.
    pub(super) from: From,
    /// While a referral is pending.
    pub(super) pending: Pending,
    /// What its body must have.
    pub(super) needs: &'static [Need],
    /// What it must keep to on what stands.
    pub(super) bounds: &'static [Bound],
    /// Whether it shows at once, offline; else its effect waits for admission.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for the page docs/policy.md, which a test makes")
    )]
    pub(super) offline: bool,
}

const fn row(step: &'static str, who: &'static [Role], from: From, pending: Pending) -> Row {
    Row {
        step,
        who,
        from,
        pending,
        needs: &[],
        bounds: &[],
        offline: true,
    }
}

impl Row {
    const fn needs(self, needs: &'static [Need]) -> Self {
        Self { needs, ..self }
    }

    const fn bounds(self, bounds: &'static [Bound]) -> Self {
        Self { bounds, ..self }
    }

    const fn on_admission(self) -> Self {
        Self {
            offline: false,
            ..self
        }
    }
}

/// The row of a closure with another code than that of a case that was fixed.
pub(super) const CLOSE_UNFIXED: &str = "close, cannot be fixed";

/// Cases, in the order of `domain.md`.
const CASES: &[Row] = &[
    row(
        "report",
        &[ChiefOfAlley, ClerkForBranch, ResidentByForm],
        From::Nothing,
        Allowed,
    )
    .needs(&[Category, KnownOwner])
    .bounds(&[Bound::ByCleared, Bound::SeenThere]),
    row("accept", &[Holder], From::In(&[Reported]), Blocked),
    row(
        "reject",
        &[BranchAndAboveAsHolder],
        From::In(&[Reported, Accepted]),
        Blocked,
    )
    .needs(&[Reason("a coded reason"), Text("a text for the resident")]),
    row("start", &[Holder], From::In(&[Accepted]), Blocked),
    row("note", &[AnyUnitInIt, Resident], From::NotEnded, Allowed).needs(&[Text("a text")]),
    row("visit", &[AnyUnitInIt], From::NotEnded, Allowed).needs(&[Text("a text")]),
    row(
        "edit",
        &[Holder, ReporterUntilAccepted],
        From::Open,
        Allowed,
    )
    .needs(&[Field]),
    row(
        "escalate",
        &[Holder],
        From::In(&[Reported, Accepted, InProgress, Waiting]),
        Blocked,
    )
    .needs(&[Reason("why"), Text("what was tried")])
    .bounds(&[Bound::ToNextLevel, Bound::SeenThere]),
    row("receive", &[Receiver], From::Referral, Allowed),
    row("return", &[Receiver], From::Referral, Allowed)
        .needs(&[Reason("a reason")])
        .bounds(&[Bound::NotRuled, Bound::RulerNamed]),
    row("rule", &[TownDispatcher], From::TwiceReturned, Allowed)
        .needs(&[Reason("a reason")])
        .bounds(&[Bound::ToUnitOfTown, Bound::SeenThere]),
    row(
        "dispatch",
        &[BranchAndAboveAsHolder],
        From::In(&[Accepted, InProgress]),
        Blocked,
    )
    .needs(&[Date("by when")])
    .bounds(&[Bound::ToUnitBelow, Bound::SeenThere]),
    row("wait", &[Holder], From::In(&[InProgress]), Blocked).needs(&[Reason("a coded reason")]),
    row("resume", &[Holder], From::In(&[Waiting]), Blocked),
    row("extend", &[OneLevelAboveHolder], From::Open, Allowed)
        .needs(&[Reason("a reason"), Date("the new date")])
        .on_admission(),
    row("supervise", &[LeaderAboveHolder], From::Open, Allowed).needs(&[Text("the order")]),
    row("resolve", &[Holder], From::In(&[InProgress]), Blocked)
        .needs(&[Text("a text")])
        .bounds(&[Bound::VerifierAbove, Bound::SeenThere]),
    row(
        "verify",
        &[Resident, OwnerChief, AboveOwnerIfOwnerResolved],
        From::In(&[Resolved]),
        Blocked,
    )
    .needs(&[Finding])
    .bounds(&[Bound::NotByResolver]),
    row(
        "close",
        &[OwnerChief, BranchOfOwner],
        From::In(&[Verified]),
        Allowed,
    )
    .needs(&[Fixed])
    .on_admission(),
    row(CLOSE_UNFIXED, &[OneLevelAboveHolder], From::Open, Allowed)
        .needs(&[Reason("a closure code"), Text("a text for the resident")])
        .on_admission(),
    row(
        "reopen",
        &[Resident, OwnerChief],
        From::In(&[Closed, Rejected]),
        Blocked,
    )
    .needs(&[Reason("a reason")])
    .bounds(&[Bound::InTime]),
    row("withdraw", &[Reporter], From::In(&[Reported]), Allowed),
    row("merge", &[BranchAndAbove], From::Open, Allowed)
        .bounds(&[Bound::IntoAnother])
        .on_admission(),
    row("stood", &[Server], From::There, Allowed),
];

const HOUSEHOLDS: &[Row] = &[
    row(
        "create_household",
        &[ChiefOfHousehold, Server],
        From::Nothing,
        Allowed,
    )
    .needs(&[KnownAlley, Text("a door")]),
    row("edit", &[ChiefOfHousehold, Server], From::There, Allowed).needs(&[Field]),
    row("move_household", &[Server], From::There, Allowed).needs(&[KnownAlley]),
];

const UNITS: &[Row] = &[
    row("create_unit", &[Server], From::Nothing, Allowed).needs(&[Text("a name")]),
    row("rename_unit", &[Server], From::There, Allowed).needs(&[Text("a name")]),
    row("move_unit", &[Server], From::There, Allowed),
    row("appoint", &[Server], From::There, Allowed).needs(&[Text("a name")]),
    row("amend_appointment", &[Server], From::There, Allowed).needs(&[Text("a name")]),
    row(
        "clear",
        &[Server, Administrator, ReaderOfConfidential],
        From::There,
        Allowed,
    )
    .bounds(&[Bound::Clearable, Bound::NotForOneself]),
    row(
        "confirm_clearance",
        &[Administrator, ReaderOfConfidential],
        From::There,
        Allowed,
    )
    .bounds(&[Bound::NotForOneself, Bound::BySecondPerson]),
    row(
        "end_clearance",
        &[Server, Administrator, ReaderOfConfidential],
        From::There,
        Allowed,
    )
    .bounds(&[Bound::Begun]),
    row("note_device", &[Server], From::There, Allowed),
    row(
        "confirm_device",
        &[Administrator, ReaderOfConfidential],
        From::There,
        Allowed,
    )
    .bounds(&[Bound::NotForOneself, Bound::Noted]),
];

const DIRECTORIES: &[Row] = &[
    row("open_directory", &[Server], From::Nothing, Allowed),
    row("update_directory", &[Server], From::There, Allowed),
    row("retire_devices", &[Server], From::There, Allowed),
    row("clearances", &[Server], From::There, Allowed),
];

const TRAYS: &[Row] = &[
    row("open_tray", &[Server], From::Nothing, Allowed),
    row("put_item", &[Server], From::There, Allowed),
    row("settle_item", &[UnitOfTray], From::There, Allowed),
];

/// The rows of a kind of document.
pub(super) fn rows_of(kind: DocumentKind) -> &'static [Row] {
    match kind {
        DocumentKind::Case => CASES,
        DocumentKind::Household => HOUSEHOLDS,
        DocumentKind::Unit => UNITS,
        DocumentKind::Directory => DIRECTORIES,
        DocumentKind::Tray => TRAYS,
    }
}

/// The row of a command; none for one of a later version.
pub(super) fn row_of(body: &Body) -> Option<&'static Row> {
    let step = match body {
        Body::Case(CaseCommand::Close(_)) if !closes_as_fixed(body) => CLOSE_UNFIXED,
        other => other.kind(),
    };
    rows_of(DocumentKind::of(body)?)
        .iter()
        .find(|row| row.step == step)
}
