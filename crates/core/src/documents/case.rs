//! Cases 事项.

mod execute;
mod state;

pub(super) use execute::plan;
pub use state::{CaseStage, CaseState, Referral, ReferralKind};

/// The units that are or were in the case: holder, receiver of a referral, owner.
const UNITS: &str = "units";
/// The people who resolved it.
const RESOLVERS: &str = "resolvers";

#[cfg(test)]
mod tests;
