//! The large town, of the size of Sipai in Guangxi: 472 alleys in 14 villages and communities.

use std::ops::Range;

use alleyway_core::kinds::unit::{Post, UnitKind};
use alleyway_core::time::Time;

use super::build::Builder;
use super::dice::Dice;
use crate::import::Rows;

/// Alleys, as many as the real town has chiefs.
pub(super) const ALLEYS: usize = 472;

/// Names of villages and communities (the last two).
const VILLAGES: &[&str] = &[
    "橙山村",
    "河口村",
    "石龙村",
    "木棉村",
    "古榕村",
    "白云村",
    "那塘村",
    "龙岩村",
    "新寨村",
    "平洲村",
    "月亮湾村",
    "大岭村",
    "圩镇社区",
    "滨江社区",
];
const COMMUNITIES: usize = 2;

/// Department, name, first handler, second handler.
const DEPARTMENTS: &[(&str, &str, &str, &str)] = &[
    ("roads", "镇交通站", "mo", "h01"),
    ("water", "镇水利站", "luo", "h02"),
    ("power", "镇供电所", "h03", "h04"),
    ("housing", "镇规建办", "h05", "h06"),
    ("civil", "镇民政办", "h07", "h08"),
    ("health", "镇卫生院", "h09", "h10"),
    ("education", "镇教育站", "h11", "h12"),
    ("safety", "镇应急办", "h13", "h14"),
];

const ALLEY_FIRST: &[&str] = &[
    "甜橙", "桂花", "石桥", "榕树", "渡口", "蔗园", "木棉", "竹林", "古井", "凤凰", "清泉", "荷塘",
    "向阳", "祠堂", "晒谷", "水车", "砖窑", "油茶", "枇杷", "柚子", "龙眼", "荔枝", "茶亭", "铁匠",
    "豆腐", "米粉", "染布", "糖坊", "打铁", "学堂", "戏台", "码头", "上坡", "下坡", "岩口", "鱼塘",
    "牛栏", "新屋", "老屋", "金桔", "芭蕉", "松树",
];
const ALLEY_LAST: &[&str] = &[
    "巷", "里", "弄", "一巷", "二巷", "东巷", "西巷", "北巷", "南巷", "坡巷",
];

/// The rows, and what stories need to know of them.
pub(super) struct Layout {
    pub(super) rows: Rows,
    pub(super) alleys: Vec<Alley>,
}

/// An alley.
pub(super) struct Alley {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) village: &'static str,
    /// From 0, for the map.
    pub(super) village_place: usize,
    pub(super) chief: String,
    pub(super) branch: String,
    pub(super) secretary: String,
    /// Places in the households' rows.
    pub(super) households: Range<usize>,
}

/// Lays the town out.
pub(super) fn lay_out(dice: &mut Dice, start: Time) -> Layout {
    let mut builder = Builder::new(start);
    offices(&mut builder, dice);
    let mut alleys = Vec::with_capacity(ALLEYS);
    for (place, name) in VILLAGES.iter().enumerate() {
        let number = place + 1;
        let is_community = number + COMMUNITIES > VILLAGES.len();
        village(&mut builder, dice, number, name, is_community);
        let count = ALLEYS / VILLAGES.len() + usize::from(place < ALLEYS % VILLAGES.len());
        for alley_name in alley_names(dice, count) {
            let alley = alley(
                &mut builder,
                dice,
                alleys.len() + 1,
                (place, name),
                alley_name,
                is_community,
            );
            alleys.push(alley);
        }
    }
    Layout {
        rows: builder.rows(),
        alleys,
    }
}

fn offices(builder: &mut Builder, dice: &mut Dice) {
    builder.unit("town", "四排镇", UnitKind::Town, "");
    builder.unit(
        "town-centre",
        "四排镇党群服务中心",
        UnitKind::Centre,
        "town",
    );
    builder.named(dice, "wei", "韦志明", Post::TownDispatcher, "town");
    builder.member(dice, "wei2", Post::TownDispatcher, "town");
    builder.named(dice, "deng", "邓德平", Post::Auditor, "town");
    builder.named(dice, "zhou", "周宏斌", Post::Administrator, "town");
    builder.named(dice, "tang", "唐小燕", Post::CentreClerk, "town-centre");
    builder.member(dice, "can", Post::CanteenClerk, "town-centre");
    for (key, name, first, second) in DEPARTMENTS {
        builder.unit(key, name, UnitKind::Department, "town");
        builder.member(dice, first, Post::DepartmentHandler, key);
        builder.member(dice, second, Post::DepartmentHandler, key);
    }
}

fn village(builder: &mut Builder, dice: &mut Dice, number: usize, name: &str, is_community: bool) {
    let key = format!("v{number:02}");
    let (branch, centre) = (format!("{key}-branch"), format!("{key}-centre"));
    builder.unit(
        &key,
        name,
        if is_community {
            UnitKind::Community
        } else {
            UnitKind::Village
        },
        "town",
    );
    builder.unit(&branch, &format!("{name}党支部"), UnitKind::Branch, &key);
    builder.unit(
        &centre,
        &format!("{name}党群服务中心"),
        UnitKind::Centre,
        &key,
    );
    builder.member(
        dice,
        &format!("s{number:02}"),
        Post::BranchSecretary,
        &branch,
    );
    builder.member(dice, &format!("k{number:02}"), Post::CentreClerk, &centre);
    builder.member(dice, &format!("j{number:02}"), Post::Mediator, &key);
}

/// Names that differ within a village.
fn alley_names(dice: &mut Dice, count: usize) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(count);
    while names.len() < count {
        let name = format!("{}{}", dice.text(ALLEY_FIRST), dice.text(ALLEY_LAST));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn alley(
    builder: &mut Builder,
    dice: &mut Dice,
    number: usize,
    (village_place, village): (usize, &'static str),
    name: String,
    is_community: bool,
) -> Alley {
    let (key, chief) = (format!("a{number:03}"), format!("c{number:03}"));
    let village_key = format!("v{:02}", village_place + 1);
    builder.unit(&key, &name, UnitKind::Alley, &village_key);
    builder.member(dice, &chief, Post::AlleyChief, &key);
    let first = builder.households_so_far();
    builder.households(dice, &key, &name, is_community);
    Alley {
        households: first..builder.households_so_far(),
        branch: format!("{village_key}-branch"),
        secretary: format!("s{:02}", village_place + 1),
        key,
        name,
        village,
        village_place,
        chief,
    }
}

/// The department for a category, and its handlers.
pub(super) fn department(category: &str) -> (&'static str, &'static str, &'static str) {
    let key = match category {
        "road" => "roads",
        "water" | "sanitation" => "water",
        "power" => "power",
        "housing" | "dispute" => "housing",
        "education" => "education",
        "health" => "health",
        "safety" => "safety",
        _ => "civil",
    };
    let found = DEPARTMENTS
        .iter()
        .find(|(department, ..)| *department == key);
    found.map_or(("civil", "h07", "h08"), |(department, _, first, second)| {
        (department, first, second)
    })
}

/// Another department than `than`, for work sent to the wrong one.
pub(super) fn other_department(dice: &mut Dice, than: &str) -> (&'static str, &'static str) {
    let others: Vec<_> = DEPARTMENTS
        .iter()
        .filter(|(key, ..)| *key != than)
        .collect();
    dice.one(&others)
        .map_or(("civil", "h07"), |(key, _, first, _)| (key, first))
}
