//! The small town: two villages, six alleys.

use alleyway_core::kinds::unit::{Post, UnitKind};
use alleyway_core::time::Time;

use super::build::Builder;
use super::dice::Dice;
use crate::import::Rows;

/// Unit, name, kind, parent.
const UNITS: &[(&str, &str, UnitKind, &str)] = &[
    ("town", "四排镇", UnitKind::Town, ""),
    ("chengshan", "橙山村", UnitKind::Village, "town"),
    (
        "chengshan-branch",
        "橙山村党支部",
        UnitKind::Branch,
        "chengshan",
    ),
    (
        "chengshan-centre",
        "橙山村党群服务中心",
        UnitKind::Centre,
        "chengshan",
    ),
    ("hekou", "河口村", UnitKind::Village, "town"),
    ("hekou-branch", "河口村党支部", UnitKind::Branch, "hekou"),
    ("roads", "镇交通站", UnitKind::Department, "town"),
    ("water", "镇水利站", UnitKind::Department, "town"),
];

/// Alley, name, village.
const ALLEYS: &[(&str, &str, &str)] = &[
    ("tiancheng", "甜橙巷", "chengshan"),
    ("guihua", "桂花巷", "chengshan"),
    ("shiqiao", "石桥巷", "chengshan"),
    ("rongshu", "榕树巷", "hekou"),
    ("dukou", "渡口巷", "hekou"),
    ("zheyuan", "蔗园巷", "hekou"),
];

/// Member, name, post, unit.
const MEMBERS: &[(&str, &str, Post, &str)] = &[
    ("xie", "谢玉兰", Post::AlleyChief, "tiancheng"),
    ("lu", "陆海生", Post::AlleyChief, "tiancheng"),
    ("lan", "蓝彩英", Post::AlleyChief, "guihua"),
    ("huang", "黄建平", Post::AlleyChief, "shiqiao"),
    ("nong", "农秀芳", Post::AlleyChief, "rongshu"),
    ("he", "何永才", Post::AlleyChief, "dukou"),
    ("pan", "潘桂珍", Post::AlleyChief, "zheyuan"),
    ("qin", "覃国忠", Post::BranchSecretary, "chengshan-branch"),
    ("liang", "梁美霞", Post::BranchSecretary, "hekou-branch"),
    ("wei", "韦志明", Post::TownDispatcher, "town"),
    ("mo", "莫荣辉", Post::DepartmentHandler, "roads"),
    ("luo", "罗文军", Post::DepartmentHandler, "water"),
    ("tang", "唐小燕", Post::CentreClerk, "chengshan-centre"),
    ("deng", "邓德平", Post::Auditor, "town"),
    ("zhou", "周宏斌", Post::Administrator, "town"),
];

/// The town's rows.
pub(super) fn rows(dice: &mut Dice, start: Time) -> Rows {
    let mut builder = Builder::new(start);
    for (key, name, kind, parent) in UNITS {
        builder.unit(key, name, kind.clone(), parent);
    }
    for (key, name, village) in ALLEYS {
        builder.unit(key, name, UnitKind::Alley, village);
        builder.households(dice, key, name, false);
    }
    for (key, name, post, unit) in MEMBERS {
        builder.named(dice, key, name, post.clone(), unit);
    }
    builder.rows()
}
