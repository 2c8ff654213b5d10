//! How reports come: by which way, under which category, with whose order.

use alleyway_core::kinds::book::CategoryClass;
use alleyway_core::kinds::case::Origin;
use alleyway_core::limits::{CODE_BYTES_MAX, NAME_BYTES_MAX};
use alleyway_core::text::Text;
use alleyway_core::time::{Date, Time};
use alleyway_demo::Chance;
use alleyway_replica::Replica;

/// How a report came, and what it is about.
#[derive(Default)]
pub(super) struct Came {
    pub(super) category: Text<CODE_BYTES_MAX>,
    pub(super) origin: Option<Origin>,
    pub(super) system: Text<NAME_BYTES_MAX>,
    pub(super) number: Text<NAME_BYTES_MAX>,
    pub(super) due: Option<Date>,
}

impl Came {
    /// Draws of a report's own random bytes: one of the categories that can be chosen today, and now and
    /// then an origin. An order of another system is to be answered by a day, which may be over.
    pub(super) fn draw(bytes: &[u8; 15], phone: &Replica, now: Time) -> Self {
        let mut rng = Chance::new(u64::from_be_bytes(*bytes.last_chunk().unwrap_or(&[0; 8])));
        let today = Date::of(phone.server_time(now));
        let rules = phone.organisation().rulebook().at(today).categories();
        let is_chosen = |class: &CategoryClass| *class != CategoryClass::AboutPerson;
        let chosen: Vec<_> = rules.iter().filter(|row| is_chosen(&row.class)).collect();
        let category = rng.pick(&chosen).map(|row| row.code.clone());
        let mut came = Self {
            category: category.unwrap_or_default(),
            ..Self::default()
        };
        came.origin = match rng.below(8) {
            0 => Some(Origin::Phone),
            1 => Some(Origin::Petition),
            2 => Some(Origin::Patrol),
            3 => Some(Origin::Hotline),
            _ => None,
        };
        if came.origin == Some(Origin::Hotline) {
            came.system = Text::cut("12345");
            came.number = Text::cut(&format!("GX-{}", rng.below(1_000)));
            let ahead = i32::try_from(rng.below(20)).unwrap_or(0) - 1;
            came.due = Some(today.plus(ahead)).filter(|_| !rng.one_in(4));
        }
        came
    }
}
