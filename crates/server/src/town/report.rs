//! The texts of one case.

use alleyway_core::kinds::case::Point;

use super::dice::Dice;
use super::names;
use super::phrase::Phrases;
use super::sipai::Alley;
use super::story::Act;
use super::words::{MATTERS, Matter, common, process};

/// Near Sipai, in units of 10⁻⁷ degrees.
const CENTRE: Point = Point {
    latitude_e7: 244_700_000,
    longitude_e7: 1_098_700_000,
};

/// Who tells a case's texts: what it is about, and the names that come up.
pub(super) struct Teller {
    matter: &'static Matter,
    phrases: Phrases,
    village_place: usize,
}

impl Teller {
    pub(super) fn new(dice: &mut Dice, alley: &Alley, contact: &str) -> Self {
        let matters = dice.one(MATTERS).copied().unwrap_or_default();
        let matter = dice.one(matters).unwrap_or(&NOTHING);
        let contact = contact.split('（').next().unwrap_or_default();
        let contact = if contact.is_empty() {
            names::person(dice)
        } else {
            contact.to_owned()
        };
        let known = vec![
            ("alley", alley.name.clone()),
            ("village", alley.village.to_owned()),
            ("contact", contact),
        ];
        Self {
            matter,
            phrases: Phrases {
                slots: common::slot,
                known,
            },
            village_place: alley.village_place,
        }
    }

    pub(super) fn category(&self) -> &'static str {
        self.matter.category
    }

    pub(super) fn say(&self, dice: &mut Dice, templates: &[&str]) -> String {
        self.phrases.one(dice, templates)
    }

    /// The report.
    pub(super) fn report(&self, dice: &mut Dice) -> Act {
        let place = if dice.chance(75) {
            self.say(
                dice,
                &[
                    "{landmark}",
                    "{alley}{landmark}",
                    "{alley}",
                    "{village}{landmark}",
                ],
            )
        } else {
            String::new()
        };
        Act::Report {
            category: self.matter.category,
            title: self.say(dice, self.matter.titles),
            text: self.request(dice),
            place,
            point: dice.chance(60).then(|| self.point(dice)),
            contact: if dice.chance(30) {
                names::person(dice)
            } else {
                String::new()
            },
        }
    }

    /// What the resident said, in one of several shapes.
    fn request(&self, dice: &mut Dice) -> String {
        let wrong = self.say(dice, self.matter.wrong);
        let more = self.say(dice, self.matter.wrong);
        let effect = self.say(dice, self.matter.effect);
        let wish = self.say(dice, self.matter.wish);
        let opening = self.say(dice, &["{opening}"]);
        let closing = self.say(dice, &["{closing}"]);
        let text = match dice.between(0, 6) {
            0 => format!("{opening}{wrong}。{effect}，{wish}。{closing}"),
            1 => format!("{opening}{wrong}，{effect}。{closing}"),
            2 if more != wrong => format!("{opening}{wrong}；{more}。{effect}。{wish}。"),
            3 => format!("{opening}“{wrong}，{effect}。”{wish}。{closing}"),
            4 => format!("{wrong}，{effect}。{opening}{wish}。"),
            5 => format!("{wrong}。{closing}"),
            _ => format!("{opening}{effect}，因为{wrong}。{wish}。{closing}"),
        };
        text + &self.remarks(dice)
    }

    fn point(&self, dice: &mut Dice) -> Point {
        // The villages lie on a grid of about three kilometres.
        let column = i32::try_from(self.village_place % 4).unwrap_or_default();
        let row = i32::try_from(self.village_place / 4).unwrap_or_default();
        let mut scatter = || i32::try_from(dice.between(-60_000, 60_000)).unwrap_or_default();
        Point {
            latitude_e7: CENTRE.latitude_e7 + row * 270_000 + scatter(),
            longitude_e7: CENTRE.longitude_e7 + column * 300_000 + scatter(),
        }
    }

    /// What else was seen and said.
    fn remarks(&self, dice: &mut Dice) -> String {
        (0..dice.between(0, 3))
            .map(|_| self.say(dice, &["{remark}"]))
            .collect()
    }

    /// A text with, perhaps, something else that was seen or said.
    pub(super) fn tell(&self, dice: &mut Dice, templates: &[&str]) -> String {
        self.say(dice, templates) + &self.perhaps_remark(dice)
    }

    fn perhaps_remark(&self, dice: &mut Dice) -> String {
        if dice.chance(50) {
            self.say(dice, &["{remark}"])
        } else {
            String::new()
        }
    }

    pub(super) fn note(&self, dice: &mut Dice) -> Act {
        let text = match dice.between(0, 5) {
            0 | 1 => self.say(dice, process::NOTE),
            2 => self.say(dice, process::NOTE) + &self.say(dice, self.matter.progress),
            _ => self.say(dice, self.matter.progress),
        };
        Act::Note(text + &self.remarks(dice))
    }

    pub(super) fn visit(&self, dice: &mut Dice) -> Act {
        let seen = self.say(dice, self.matter.seen);
        let text = match dice.between(0, 3) {
            0 => format!(
                "{seen}{}",
                self.say(
                    dice,
                    &[
                        "{who}说：“{安静多了|心里有底了|麻烦你们跑}。”",
                        "{contact}在家，{倒了茶|要留吃饭|正在分拣{crop}}。",
                        "拍照{2-9}张。"
                    ]
                )
            ),
            1 => format!(
                "{}{seen}",
                self.say(
                    dice,
                    &[
                        "今天和{who}一起去的。",
                        "{person}领路。",
                        "第{二|三}次走访。",
                        "{weather}，路滑，走到{landmark}。",
                        "约好{contact}，{8-18}点到。"
                    ]
                )
            ),
            _ => seen,
        };
        Act::Visit(text + &self.remarks(dice))
    }

    pub(super) fn escalate(&self, dice: &mut Dice, to: &str) -> Act {
        let reason = self.say(dice, process::ESCALATE);
        let tried = self.say(dice, self.matter.tried);
        let tried = if dice.chance(40) {
            format!("{tried}；{}", self.say(dice, self.matter.tried))
        } else {
            tried
        };
        let tried = tried + &self.say(dice, &["", "。{remark}"]);
        Act::Escalate {
            to: to.to_owned(),
            reason,
            tried,
        }
    }

    pub(super) fn resolve(&self, dice: &mut Dice) -> Act {
        let mut text = self.say(dice, self.matter.done);
        if dice.chance(35) {
            text += &self.say(
                dice,
                &[
                    "用时{2-40}天，花费{money}。",
                    "{firm}施工，质保{一|两}年。",
                    "请巷长约{contact}核查。",
                    "剩余材料存{landmark}。",
                    "参加的有{office}和{3-16}名群众。",
                ],
            );
        }
        Act::Resolve {
            text: text + &self.perhaps_remark(dice),
        }
    }
}

/// For an empty list of matters, which there is not.
static NOTHING: Matter = Matter {
    category: "other",
    titles: &[],
    wrong: &[],
    effect: &[],
    wish: &[],
    seen: &[],
    tried: &[],
    progress: &[],
    done: &[],
};
