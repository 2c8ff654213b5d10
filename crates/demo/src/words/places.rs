//! The names of units and doors, and the holders of posts, as `words/places.toml` has it.

use alleyway_core::kinds::unit::{Post, UnitKind};
use serde::{Deserialize, Deserializer};

/// Names of places, and the two towns.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Places {
    /// The town's name.
    pub(crate) town: String,
    pub(crate) branch: String,
    pub(crate) centre: String,
    pub(crate) door: String,
    pub(crate) annex: String,
    pub(crate) flat: String,
    /// A contact and what it is to the household.
    pub(crate) contact: String,
    pub(crate) small: SmallPlan,
    pub(crate) sipai: SipaiPlan,
}

/// The small town.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SmallPlan {
    pub(crate) units: Vec<UnitPlan>,
    pub(crate) members: Vec<MemberPlan>,
}

/// The large town.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SipaiPlan {
    pub(crate) offices: Vec<UnitPlan>,
    /// Members of the offices.
    pub(crate) members: Vec<MemberPlan>,
    pub(crate) departments: Vec<Department>,
    pub(crate) villages: Vec<String>,
    /// Villages in all but name: their households live in blocks of flats.
    pub(crate) communities: Vec<String>,
    pub(crate) alley_first: Vec<String>,
    pub(crate) alley_last: Vec<String>,
}

/// A unit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnitPlan {
    pub(crate) key: String,
    pub(crate) name: String,
    #[serde(deserialize_with = "unit_kind")]
    pub(crate) kind: UnitKind,
    /// The key of the unit it belongs to; empty for the root.
    #[serde(default)]
    pub(crate) parent: String,
}

/// A member and a post.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MemberPlan {
    pub(crate) key: String,
    /// Drawn if none is given.
    pub(crate) name: Option<String>,
    #[serde(deserialize_with = "post")]
    pub(crate) post: Post,
    pub(crate) unit: String,
}

/// A department of the large town, with its two handlers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Department {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) handlers: [String; 2],
    /// The categories of cases that it handles.
    pub(crate) categories: Vec<String>,
}

impl Department {
    pub(crate) fn handles(&self, category: &str) -> bool {
        self.categories.iter().any(|handled| handled == category)
    }
}

fn unit_kind<'de, D: Deserializer<'de>>(from: D) -> Result<UnitKind, D::Error> {
    let word = String::deserialize(from)?;
    UnitKind::known(&word)
        .ok_or_else(|| serde::de::Error::custom(format!("no kind of unit: {word}")))
}

fn post<'de, D: Deserializer<'de>>(from: D) -> Result<Post, D::Error> {
    let word = String::deserialize(from)?;
    Post::known(&word).ok_or_else(|| serde::de::Error::custom(format!("no post: {word}")))
}
