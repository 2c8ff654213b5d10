//! Units of the tree and the posts in them: the truth for posts.

mod command;
mod execute;
mod view;
mod widened;

pub use command::*;
pub(crate) use execute::plan;
pub use view::{Appointment, Clearance, NotedDevice, UnitView};

/// Appointment → the command whose log entry has its present name and dates.
const APPOINTMENTS: &str = "appointments";
/// Appointment → the first person's command that clears it; made when it is needed.
const CLEARING: &str = "clearing";
/// Appointment → the second person's command; made when it is needed.
const CLEARED: &str = "cleared";
/// Device → the command that noted it, for devices of those who are cleared; made when it is needed.
const DEVICES: &str = "devices";
/// Device → the second person's command; made when it is needed.
const CONFIRMED: &str = "confirmed";
