//! Units of the tree and the posts in them: the truth for posts.

mod execute;
mod view;

pub(super) use execute::plan;
pub use view::{Appointment, UnitView};

/// Appointment → the command whose log entry has its present name and dates.
const APPOINTMENTS: &str = "appointments";
