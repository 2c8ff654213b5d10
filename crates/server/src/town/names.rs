//! Names of people: invented, of characters that are common in Guangxi.

use std::collections::BTreeSet;

use super::dice::Dice;
use crate::import::Name;

/// Surnames, common ones several times.
pub(super) const SURNAMES: &[&str] = &[
    "韦", "韦", "韦", "韦", "黄", "黄", "黄", "覃", "覃", "覃", "莫", "莫", "罗", "罗", "陆", "陆",
    "谢", "梁", "梁", "蓝", "农", "何", "潘", "唐", "邓", "周", "李", "李", "陈", "陈", "廖", "廖",
    "蒙", "欧", "石", "吴", "刘", "龙", "杨", "张", "王", "苏", "卢", "甘", "玉", "班", "岑", "闭",
    "凌", "兰", "林", "曾", "谭", "赖", "钟", "熊", "全", "秦", "蒋", "贾", "温", "侯",
];
const FIRST: &[&str] = &[
    "秀", "玉", "桂", "国", "建", "志", "永", "美", "春", "凤", "荣", "文", "海", "光", "少", "金",
    "彩", "丽", "世", "振", "庆", "兴", "德", "月", "素", "小", "家", "宏", "正", "锦", "爱", "雪",
    "东", "福", "炳", "汉", "启", "耀", "素", "慧", "瑞", "仕",
];
const SECOND: &[&str] = &[
    "英", "兰", "芳", "珍", "梅", "莲", "强", "军", "平", "华", "明", "生", "林", "辉", "才", "贵",
    "娟", "霞", "香", "琼", "忠", "勇", "斌", "松", "良", "成", "伟", "新", "发", "娇", "群", "燕",
    "萍", "安", "祥", "耀", "机", "培", "壮", "柳", "山", "峰",
];

/// A person's name.
pub(super) fn person(dice: &mut Dice) -> String {
    let first = if dice.chance(12) {
        ""
    } else {
        dice.text(FIRST)
    };
    format!("{}{}{}", dice.text(SURNAMES), first, dice.text(SECOND))
}

/// A person's name that nobody in `taken` has.
pub(super) fn unique(dice: &mut Dice, taken: &mut BTreeSet<String>) -> Name {
    loop {
        let name = person(dice);
        if taken.insert(name.clone()) {
            return Name::cut(&name);
        }
    }
}

/// A household's contact: mostly a name, sometimes with who that is, sometimes none.
pub(super) fn contact(dice: &mut Dice) -> Name {
    let name = person(dice);
    let text = match dice.between(0, 19) {
        0 => String::new(),
        1..=4 => format!(
            "{name}（{}）",
            dice.text(&[
                "儿子",
                "女儿",
                "儿媳",
                "侄子",
                "邻居代",
                "孙女",
                "女婿",
                "弟弟",
                "在广东务工",
                "独居"
            ])
        ),
        _ => name,
    };
    Name::cut(&text)
}
