//! The town: what an administrator or an import asks the server to do with units, posts and
//! households, and what it sees of them.
//!
//! | file | what |
//! | --- | --- |
//! | `administration` | lists of commands, all or none |
//! | `appointments` | one post given, ended or cleared |
//! | `directories` | what changed is put into the directories |
//! | `listing`, `members` | units, households, and who has which posts and devices |

mod administration;
mod appointments;
mod directories;
mod listing;
mod members;

pub use administration::Administered;
pub(crate) use administration::administer;
pub use appointments::AppointError;
pub(crate) use appointments::{appoint, clear_appointment, end_appointment};
pub use listing::{BookRow, HouseholdRow};
pub(crate) use listing::{book, households, units};
pub use members::MemberRow;
pub(crate) use members::{ends_of_appointments, members, unit_of_key};
