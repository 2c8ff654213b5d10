//! The texts of the terminal program alone.

pub mod frame;
mod help;
pub mod hint;
pub mod usage;

pub use help::HELP;
