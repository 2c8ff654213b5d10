//! Households 户: a door, a contact, a count.

mod command;
mod execute;
mod view;

pub use command::*;
pub(crate) use execute::plan;
pub use view::HouseholdView;
