//! What only the terminal program says.

pub mod usage;
