//! Households 户: a door, a contact, a count.

mod execute;
mod view;

pub(super) use execute::plan;
pub use view::HouseholdView;
