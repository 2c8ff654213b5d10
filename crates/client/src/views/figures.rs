//! The figures of cases, as the server tells them.

use serde::{Deserialize, Serialize};

use crate::screen::Screen;

/// Figures of months that are over, of a village or of the town.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// The village, the community, or the town.
    pub unit: FiguresUnit,
    /// Other units that are spoken of.
    pub places: Vec<FiguresUnit>,
    /// The months, in order; of one in which nothing was counted there is nothing.
    pub months: Vec<MonthFigures>,
}

/// A unit that figures are of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiguresUnit {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// The figures of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthFigures {
    /// `YYYY-MM`.
    pub month: String,
    /// Amounts below it are hidden.
    pub floor: u16,
    /// The amounts.
    pub amounts: Vec<FigureAmount>,
    /// How long it took.
    pub times: Vec<FigureTime>,
}

/// An amount. Without a place it is of the whole unit, without class and category of all cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureAmount {
    /// The figure's word.
    pub figure: String,
    /// Its code: of closing, rejecting or waiting, or who verified.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// The village, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The class of category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The amount; null is hidden.
    pub amount: Option<u64>,
}

/// How long something took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureTime {
    /// The figure's word.
    pub figure: String,
    /// The village, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The class of category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Half took so many hours or less.
    pub median_hours: u64,
    /// Nine in ten took so many hours or less.
    pub ninth_hours: u64,
}

/// Which figures are asked for, as people say it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FiguresQuery {
    /// The unit: a name, an id, or an unambiguous beginning; none for the widest that one may read.
    pub unit: Option<String>,
    /// The first month, `YYYY-MM`; none for the one before the present one.
    pub from: Option<String>,
    /// The last month; none for the first one.
    pub to: Option<String>,
}

impl Screen<'_> {
    /// The name by which people call a figure's code.
    pub fn figure_code(&self, figure: &str, code: &str) -> String {
        let list = match figure {
            "closed" => "closure",
            "rejected" => "reject",
            "verified" => "verified_by",
            _ => "wait",
        };
        self.code_word(list, code)
    }
}
