//! What only the terminal program says.

pub mod frame;
mod help;
pub mod hint;
pub mod usage;

pub use help::HELP;
