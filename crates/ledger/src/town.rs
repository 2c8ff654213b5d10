//! The town: its units, posts and clearances, and the directories that tell members of them.

pub(crate) mod administer;
pub(crate) mod clearances;
pub(crate) mod directories;
pub(crate) mod following;
pub(crate) mod members;
