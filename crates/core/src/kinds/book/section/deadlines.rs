//! How many days each clock has. The defaults and where they come from: `docs/domain.md`.

use serde_json::Value;

use super::categories::CategoryClass;
use super::flaw::FlawKind;
use super::reading::{Reading, Table};

/// The days that a clock may have at most.
const DAYS_MAX: u16 = 366;
/// The working days that a unit has at most to send a case back, and the days of the calendar: a case that
/// is passed on is nobody's meanwhile.
const SEND_BACK_DAYS_MAX: (u16, u16) = (5, 7);

/// A number of days: working days, or days of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// How many, 1 to 366.
    pub days: u16,
    /// Whether only working days count.
    pub working: bool,
}

impl Term {
    /// So many working days.
    pub const fn working(days: u16) -> Self {
        Self {
            days,
            working: true,
        }
    }

    /// So many days of the calendar.
    pub const fn calendar(days: u16) -> Self {
        Self {
            days,
            working: false,
        }
    }

    /// Reads `10wd` (working days) or `60d` (days of the calendar).
    pub fn parse(text: &str) -> Option<Self> {
        let (days, working) = match text.strip_suffix("wd") {
            Some(days) => (days, true),
            None => (text.strip_suffix('d')?, false),
        };
        if !days.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let days: u16 = days.parse().ok()?;
        (1..=DAYS_MAX)
            .contains(&days)
            .then_some(Self { days, working })
    }
}

impl std::fmt::Display for Term {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = if self.working { "wd" } else { "d" };
        write!(f, "{}{unit}", self.days)
    }
}

/// The clocks that hang on a category's class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassTerms {
    /// The class.
    pub class: CategoryClass,
    /// From the receipt to the acceptance, in an alley.
    pub accept_alley: Term,
    /// The same in a branch.
    pub accept_branch: Term,
    /// The same in the town and its departments.
    pub accept_town: Term,
    /// From a dispatch or an escalation to the end of the work.
    pub handle: Term,
}

/// The clocks of a town.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadlines {
    /// By class; one that a section leaves out is as it ships.
    pub classes: Vec<ClassTerms>,
    /// From the receipt until the resident is told, at the latest.
    pub inform: Term,
    /// From a referral until it can be sent back.
    pub send_back: Term,
    /// From an acceptance to the end of the work, where a petition asked.
    pub petition: Term,
    /// By how much that is extended at most, once.
    pub petition_extension: Term,
    /// From the reopening of a petition until it is answered.
    pub review: Term,
    /// From the end of the work until somebody has looked.
    pub verify: Term,
    /// From a leader's order until it is answered.
    pub supervise: Term,
    /// For how long in all a case waits before the next level is told.
    pub waiting: Term,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            classes: CategoryClass::ALL.iter().map(ClassTerms::shipped).collect(),
            inform: Term::calendar(15),
            send_back: Term::working(2),
            petition: Term::calendar(60),
            petition_extension: Term::calendar(30),
            review: Term::calendar(30),
            verify: Term::working(5),
            supervise: Term::working(3),
            waiting: Term::calendar(30),
        }
    }
}

impl Deadlines {
    /// The clocks of a class; of one that this release does not know, those of a request for help.
    pub fn of(&self, class: &CategoryClass) -> Option<&ClassTerms> {
        let find = |class: &CategoryClass| self.classes.iter().find(|terms| terms.class == *class);
        find(class).or_else(|| find(&CategoryClass::Help))
    }
}

impl ClassTerms {
    /// The clocks that ship.
    fn shipped(class: &CategoryClass) -> Self {
        let handle = match class {
            CategoryClass::Consult | CategoryClass::Safety => 2,
            CategoryClass::Complaint | CategoryClass::AboutPerson => 15,
            CategoryClass::Help | CategoryClass::Suggest | CategoryClass::Unknown(_) => 10,
        };
        Self {
            class: class.clone(),
            accept_alley: Term::working(1),
            accept_branch: Term::working(1),
            accept_town: Term::working(2),
            handle: Term::working(handle),
        }
    }
}

pub(super) fn read(reading: &mut Reading, value: &Value) -> Deadlines {
    let shipped = Deadlines::default();
    let deadlines = reading.table(value, |reading, table| {
        let written = table.list(reading, "classes", |reading, value| {
            let rows = reading.rows(value, CategoryClass::ALL.len(), class_terms);
            reading.no_twins(rows.iter().map(|terms| terms.class.clone()), Some("class"));
            rows
        });
        let classes = shipped.classes.iter().map(|terms| {
            let own = written.iter().find(|own| own.class == terms.class);
            own.unwrap_or(terms).clone()
        });
        let classes = classes.collect();
        let send_back = term_of(reading, table, "return", shipped.send_back, is_soon);
        let mut clock = |key, otherwise| term(reading, table, key, otherwise);
        Some(Deadlines {
            classes,
            inform: clock("inform", shipped.inform),
            send_back,
            petition: clock("petition", shipped.petition),
            petition_extension: clock("petition_extension", shipped.petition_extension),
            review: clock("review", shipped.review),
            verify: clock("verify", shipped.verify),
            supervise: clock("supervise", shipped.supervise),
            waiting: clock("waiting", shipped.waiting),
        })
    });
    deadlines.unwrap_or(shipped)
}

fn class_terms(reading: &mut Reading, row: &mut Table<'_>) -> Option<ClassTerms> {
    let class = row.word(reading, "class", CategoryClass::known);
    let shipped = ClassTerms::shipped(class.as_ref().unwrap_or(&CategoryClass::Help));
    let mut clock = |key, otherwise| term(reading, row, key, otherwise);
    let terms = ClassTerms {
        class: shipped.class,
        accept_alley: clock("accept_alley", shipped.accept_alley),
        accept_branch: clock("accept_branch", shipped.accept_branch),
        accept_town: clock("accept_town", shipped.accept_town),
        handle: clock("handle", shipped.handle),
    };
    class.map(|_| terms)
}

/// Reads a clock; `otherwise` if it is left out, or flawed.
fn term(reading: &mut Reading, row: &mut Table<'_>, key: &'static str, otherwise: Term) -> Term {
    term_of(reading, row, key, otherwise, |_, _| true)
}

/// The same; one that does not fit is told by `fits`, and flawed.
fn term_of(
    reading: &mut Reading,
    row: &mut Table<'_>,
    key: &'static str,
    otherwise: Term,
    fits: impl Fn(&mut Reading, Term) -> bool,
) -> Term {
    let term = row.may(reading, key, |reading, value| {
        let Some(term) = value.as_str().and_then(Term::parse) else {
            reading.flaw(FlawKind::NotTerm);
            return None;
        };
        fits(reading, term).then_some(term)
    });
    term.unwrap_or(otherwise)
}

/// Whether a case is sent back soon enough.
fn is_soon(reading: &mut Reading, term: Term) -> bool {
    let (working, calendar) = SEND_BACK_DAYS_MAX;
    let max = if term.working { working } else { calendar };
    let is_soon = term.days <= max;
    if !is_soon {
        reading.flaw(FlawKind::NotNumber { min: 1, max });
    }
    is_soon
}
