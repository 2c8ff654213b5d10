//! A town's lists: its units, members and households, as an operator imports them.

use alleyway_core::kinds::unit::{Post, UnitKind};
use alleyway_core::time::Date;
use csv::Writer;

/// The lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lists {
    /// The tree of units.
    pub units: Vec<Unit>,
    /// Who has which post.
    pub members: Vec<Member>,
    /// The households.
    pub households: Vec<Household>,
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its key, which the other rows use.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: UnitKind,
    /// The key of the unit it belongs to; none for the root.
    pub parent: Option<String>,
}

/// A member and a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The member's key.
    pub key: String,
    /// The member's name.
    pub name: String,
    /// The post.
    pub post: Post,
    /// The key of the unit that the post is in.
    pub unit: String,
    /// The first day.
    pub from: Date,
}

/// A household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Household {
    /// The key of its alley.
    pub alley: String,
    /// Its door.
    pub door: String,
    /// The person it named, as far as it named one.
    pub person: Option<String>,
    /// The person it named and what that is to the household; may be empty.
    pub contact: String,
    /// How many people live in it.
    pub count: u16,
}

/// The three files of an import (`docs/import.md`), each with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// `units.csv`
    pub units: Vec<u8>,
    /// `members.csv`
    pub members: Vec<u8>,
    /// `households.csv`
    pub households: Vec<u8>,
}

impl Lists {
    /// The lists as the files that `alleyway-server import` reads.
    ///
    /// # Errors
    /// If a row cannot be written.
    pub fn files(&self) -> Result<Files, csv::Error> {
        let units = self.units.iter().map(|unit| {
            let parent = unit.parent.clone().unwrap_or_default();
            [
                unit.key.clone(),
                unit.name.clone(),
                unit.kind.word().to_owned(),
                parent,
            ]
        });
        let members = self.members.iter().map(|member| {
            let (post, from) = (member.post.word().to_owned(), member.from.to_string());
            [
                member.key.clone(),
                member.name.clone(),
                post,
                member.unit.clone(),
                from,
                String::new(),
            ]
        });
        let households = self.households.iter().map(|home| {
            [
                home.alley.clone(),
                home.door.clone(),
                home.contact.clone(),
                home.count.to_string(),
            ]
        });
        Ok(Files {
            units: file(["unit", "name", "kind", "parent"], units)?,
            members: file(["member", "name", "post", "unit", "from", "until"], members)?,
            households: file(["alley", "door", "contact", "count"], households)?,
        })
    }
}

fn file<const COLUMNS: usize>(
    columns: [&str; COLUMNS],
    rows: impl Iterator<Item = [String; COLUMNS]>,
) -> Result<Vec<u8>, csv::Error> {
    let mut writer = Writer::from_writer(Vec::new());
    writer.write_record(columns)?;
    for row in rows {
        writer.write_record(row)?;
    }
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}
