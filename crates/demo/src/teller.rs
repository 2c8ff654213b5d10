//! The texts of one case.

use alleyway_core::kinds::case::Point;

use crate::chance::Chance;
use crate::phrase::Phrases;
use crate::story::Act;
use crate::town::Alley;
use crate::words::{Matter, Words};

/// Near Sipai, in units of 10⁻⁷ degrees.
const CENTRE: Point = Point {
    latitude_e7: 244_700_000,
    longitude_e7: 1_098_700_000,
};

/// Villages in a row on the map.
const VILLAGES_IN_A_ROW: usize = 4;

/// Tells a case's texts: knows what it is about, and the names that come up.
pub(crate) struct Teller<'a> {
    words: &'a Words,
    matter: &'a Matter,
    phrases: Phrases<'a>,
    village_place: usize,
}

impl<'a> Teller<'a> {
    /// A teller of a case in an alley, about a matter that is drawn. `person` is whom the household
    /// named. None if there is no matter.
    pub(crate) fn new(
        words: &'a Words,
        chance: &mut Chance,
        alley: &Alley,
        person: Option<&str>,
    ) -> Option<Self> {
        let matter = chance
            .pick(&words.matters)
            .and_then(|group| chance.pick(group))?;
        let person = person.map_or_else(|| words.names.person(chance), str::to_owned);
        let known = vec![
            ("alley", alley.name.clone()),
            ("village", alley.village.clone()),
            ("contact", person),
        ];
        Some(Self {
            words,
            matter,
            phrases: Phrases {
                names: &words.names,
                slots: &words.slots,
                known,
            },
            village_place: alley.village_place,
        })
    }

    pub(crate) fn category(&self) -> &'a str {
        &self.matter.category
    }

    pub(crate) fn say(&self, chance: &mut Chance, templates: &[impl AsRef<str>]) -> String {
        self.phrases.one(chance, templates)
    }

    /// The report.
    pub(crate) fn report(&self, chance: &mut Chance) -> Act {
        let place = if chance.percent(75) {
            self.say(chance, &self.words.process.place)
        } else {
            String::new()
        };
        Act::Report {
            category: self.matter.category.clone(),
            title: self.say(chance, &self.matter.titles),
            text: self.request(chance),
            place,
            point: chance.percent(60).then(|| self.point(chance)),
            contact: if chance.percent(30) {
                self.words.names.person(chance)
            } else {
                String::new()
            },
        }
    }

    /// The words of the resident, in one of several shapes.
    fn request(&self, chance: &mut Chance) -> String {
        let wrong = self.say(chance, &self.matter.wrong);
        let more = self.say(chance, &self.matter.wrong);
        let effect = self.say(chance, &self.matter.effect);
        let wish = self.say(chance, &self.matter.wish);
        let opening = self.say(chance, &["{opening}"]);
        let closing = self.say(chance, &["{closing}"]);
        let shapes = &self.words.process.request;
        let mut shape = chance.text(shapes);
        if more == wrong && shape.contains("{more}") {
            shape = shapes.last().map_or(shape, String::as_str);
        }
        let with = [
            ("wrong", wrong.as_str()),
            ("more", &more),
            ("effect", &effect),
            ("wish", &wish),
            ("opening", &opening),
            ("closing", &closing),
        ];
        self.phrases.fill(chance, shape, &with) + &self.remarks(chance)
    }

    fn point(&self, chance: &mut Chance) -> Point {
        // The villages lie on a grid of about three kilometres.
        let place = |number| i32::try_from(number).unwrap_or_default();
        let column = place(self.village_place % VILLAGES_IN_A_ROW);
        let row = place(self.village_place / VILLAGES_IN_A_ROW);
        let mut scatter = || i32::try_from(chance.within(-60_000..=60_000)).unwrap_or_default();
        Point {
            latitude_e7: CENTRE.latitude_e7 + row * 270_000 + scatter(),
            longitude_e7: CENTRE.longitude_e7 + column * 300_000 + scatter(),
        }
    }

    /// Further remarks.
    fn remarks(&self, chance: &mut Chance) -> String {
        (0..chance.within(0..=3))
            .map(|_| self.say(chance, &["{remark}"]))
            .collect()
    }

    /// A text with, perhaps, something else that was seen or said.
    pub(crate) fn tell(&self, chance: &mut Chance, templates: &[String]) -> String {
        self.say(chance, templates) + &self.perhaps_remark(chance)
    }

    fn perhaps_remark(&self, chance: &mut Chance) -> String {
        if chance.percent(50) {
            self.say(chance, &["{remark}"])
        } else {
            String::new()
        }
    }

    pub(crate) fn note(&self, chance: &mut Chance) -> Act {
        let process = &self.words.process;
        let text = match chance.within(0..=5) {
            0 | 1 => self.say(chance, &process.note),
            2 => self.say(chance, &process.note) + &self.say(chance, &self.matter.progress),
            _ => self.say(chance, &self.matter.progress),
        };
        Act::Note(text + &self.remarks(chance))
    }

    pub(crate) fn visit(&self, chance: &mut Chance) -> Act {
        let process = &self.words.process;
        let seen = self.say(chance, &self.matter.seen);
        let text = match chance.within(0..=3) {
            0 => seen + &self.say(chance, &process.after_visit),
            1 => self.say(chance, &process.before_visit) + &seen,
            _ => seen,
        };
        Act::Visit(text + &self.remarks(chance))
    }

    pub(crate) fn escalate(&self, chance: &mut Chance, to: &str) -> Act {
        let process = &self.words.process;
        let reason = self.say(chance, &process.escalate);
        let mut tried = self.say(chance, &self.matter.tried);
        if chance.percent(40) {
            let second = self.say(chance, &self.matter.tried);
            let with = [("first", tried.as_str()), ("second", &second)];
            tried = self.phrases.fill(chance, &process.tried_twice, &with);
        }
        Act::Escalate {
            to: to.to_owned(),
            reason,
            tried: tried + &self.say(chance, &process.after_tried),
        }
    }

    pub(crate) fn resolve(&self, chance: &mut Chance) -> Act {
        let mut text = self.say(chance, &self.matter.done);
        if chance.percent(35) {
            text += &self.say(chance, &self.words.process.after_resolve);
        }
        Act::Resolve {
            text: text + &self.perhaps_remark(chance),
            told: self.say(chance, &self.words.process.told_of_work),
        }
    }
}
