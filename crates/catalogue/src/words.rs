//! The words of the field: the text for each word that commands and documents hold.

mod case;
mod step;
mod tray;
mod unit;

pub use case::{CATEGORY, CLOSURE, FIELD, FINDING, REFERRAL, REJECT, STAGE, WAIT};
pub use step::{KIND, SAID, TRACK};
pub use tray::{EVICTION, FATE, KEPT, OUTCOME};
pub use unit::{POST, UNIT};
