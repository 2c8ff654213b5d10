//! The words of the field: the text for each word that commands and documents hold.

mod book;
mod case;
mod clock;
mod figure;
mod step;
mod tray;
mod unit;

pub use book::{CLASS, FLAW, SECTION};
pub use case::{
    CATEGORY, CLOSURE, FIELD, FINDING, MERGE, ORIGIN, REFERRAL, REJECT, RETURN, STAGE, WAIT,
};
pub use clock::{CLOCK, LIGHT, SET_BY};
pub use figure::{FIGURE, VERIFIED_BY};
pub use step::{KIND, SAID, TRACK};
pub use tray::{EVICTION, FATE, KEPT, OUTCOME};
pub use unit::{IMPORT_FAULT, POST, STOP, UNIT};
