//! Trays 待处理: what was handed in and not carried out, and what became of it.

mod command;
mod execute;
mod view;

pub use command::*;
pub(crate) use execute::plan;
pub use view::{Settled, TrayEntry, TrayView};

/// Item → the command that put it.
const ITEMS: &str = "items";
/// The items of which nothing has become yet.
const OPEN: &str = "open";
/// Item → the command that settled it.
const SETTLED: &str = "settled";
