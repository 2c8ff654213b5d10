//! The table of `domain.md` (the case's life): kind, who, from which states, and whether a pending
//! referral leaves the step possible.

use super::needs::FIXED;
use super::roles::Role::{
    self, AboveOwnerIfOwnerResolved, AnyUnitInIt, BranchAndAbove, BranchAndAboveAsHolder, BranchOfOwner, Holder,
    LeaderAboveHolder, OneLevelAboveHolder, OwnerChief, Receiver, Reporter, ReporterUntilAccepted, Resident,
    TownDispatcher,
};
use crate::command::CaseCommand;
use crate::documents::CaseStage::{
    self, Accepted, Closed, InProgress, Rejected, Reported, Resolved, Verified, Waiting,
};

/// From where a step goes.
#[derive(Debug, Clone, Copy)]
pub(super) enum From {
    /// From these states.
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
use Pending::{Allowed, Blocked};

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
}

const fn row(step: &'static str, who: &'static [Role], from: From, pending: Pending) -> Row {
    Row { step, who, from, pending }
}

const CLOSE_UNFIXED: &str = "close, cannot be fixed";

/// The rows, in the order of `domain.md`; report creates and has rules of its own.
const TABLE: &[Row] = &[
    row("accept", &[Holder], From::In(&[Reported]), Blocked),
    row("reject", &[BranchAndAboveAsHolder], From::In(&[Reported, Accepted]), Blocked),
    row("start", &[Holder], From::In(&[Accepted]), Blocked),
    row("note", &[AnyUnitInIt, Resident], From::NotEnded, Allowed),
    row("visit", &[AnyUnitInIt], From::NotEnded, Allowed),
    row("edit", &[Holder, ReporterUntilAccepted], From::Open, Allowed),
    row("escalate", &[Holder], From::In(&[Reported, Accepted, InProgress, Waiting]), Blocked),
    row("receive", &[Receiver], From::Referral, Allowed),
    row("return", &[Receiver], From::Referral, Allowed),
    row("rule", &[TownDispatcher], From::TwiceReturned, Allowed),
    row("dispatch", &[BranchAndAboveAsHolder], From::In(&[Accepted, InProgress]), Blocked),
    row("wait", &[Holder], From::In(&[InProgress]), Blocked),
    row("resume", &[Holder], From::In(&[Waiting]), Blocked),
    row("extend", &[OneLevelAboveHolder], From::Open, Allowed),
    row("supervise", &[LeaderAboveHolder], From::Open, Allowed),
    row("resolve", &[Holder], From::In(&[InProgress]), Blocked),
    row("verify", &[Resident, OwnerChief, AboveOwnerIfOwnerResolved], From::In(&[Resolved]), Blocked),
    row("close", &[OwnerChief, BranchOfOwner], From::In(&[Verified]), Allowed),
    row(CLOSE_UNFIXED, &[OneLevelAboveHolder], From::Open, Allowed),
    row("reopen", &[Resident, OwnerChief], From::In(&[Closed, Rejected]), Blocked),
    row("withdraw", &[Reporter], From::In(&[Reported]), Allowed),
    row("merge", &[BranchAndAbove], From::Open, Allowed),
];

/// The row of a step; none for a report.
pub(super) fn row_of(body: &CaseCommand) -> Option<&'static Row> {
    let step = match body {
        CaseCommand::Close(close) if close.code.as_str() != FIXED => CLOSE_UNFIXED,
        other => other.kind(),
    };
    TABLE.iter().find(|row| row.step == step)
}
