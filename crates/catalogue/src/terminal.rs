//! What only the terminal program says.

pub mod hint;
pub mod usage;
