//! How alleys are looked after, as the server tells it.

use serde::{Deserialize, Serialize};

/// The alleys of a village or of the town.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// The village or the town, by id.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// The households that an alley has at least, by the town's book.
    pub alley_min: u16,
    /// The households that an alley has at most.
    pub alley_max: u16,
    /// Every alley in it.
    pub alleys: Vec<AlleyCovered>,
}

/// An alley.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlleyCovered {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it has a chief now.
    pub has_chief: bool,
    /// The last day of the chief's term, `YYYY-MM-DD`, if it ends within sixty days.
    pub ends: Option<String>,
    /// Its households.
    pub households: u64,
}
