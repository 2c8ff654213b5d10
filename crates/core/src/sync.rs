//! The sync's language: flights of frames, cursors, challenges, enrolment.

pub mod certificate;
pub mod challenge;
pub mod cursor;
pub mod enrol;
pub mod flight;
pub mod frame;
pub mod history;
pub mod lists;
pub mod pieces;
pub mod read;
pub mod shown;
