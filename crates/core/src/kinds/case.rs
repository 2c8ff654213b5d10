//! Cases 事项.

mod command;
mod execute;
mod view;

pub use command::*;
pub(crate) use execute::plan;
pub use view::{CaseStage, CaseState, Referral, ReferralKind};

/// The units that are or were in the case: holder, receiver of a referral, owner.
const UNITS: &str = "units";
/// The people who resolved it.
const RESOLVERS: &str = "resolvers";

#[cfg(test)]
mod tests;
