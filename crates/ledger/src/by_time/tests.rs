use super::*;
use crate::Ledger;
use crate::resident::tests::{Town, setup};
use alleyway_core::command::fields::Edit;
use alleyway_core::documents::samples::START;
use alleyway_core::id::{MemberId, UnitId};
use alleyway_core::kinds::book::{AdoptRules, BookCommand};
use alleyway_core::kinds::case::{Accept, CaseCommand, Escalate, Recall};
use alleyway_core::kinds::unit::{Amend, Appoint, Post, UnitCommand};
use alleyway_core::text::Text;
use alleyway_core::wire::List;

impl Town {
    /// So many days behind the report, a Monday morning: all that is to be done then.
    fn behind(&mut self, days: i64) -> ByTime {
        self.now = START.plus_days(days);
        let mut all = ByTime::default();
        loop {
            let done = self.ledger.go_on_by_time(&self.store, self.now).unwrap();
            self.commit();
            let more = done.more;
            all.said.extend(done.said.clone());
            all = ByTime {
                said: all.said,
                ..done
            };
            if !more {
                return all;
            }
        }
    }

    /// The steps of each day up to one, every day being looked at.
    fn every_day(&mut self, from: i64, until: i64) -> Vec<(i64, usize)> {
        let days = from..=until;
        let steps = days.map(|day| (day, self.behind(day).said.len()));
        steps.filter(|(_, steps)| *steps > 0).collect()
    }

    fn units(&mut self) -> Vec<UnitId> {
        let case = self.case;
        let mut tx = self.ledger.tx(&self.store);
        let units = tx.document(case, |case| case.case_units().unwrap());
        units.unwrap().unwrap().into_iter().collect()
    }

    fn town(&self) -> UnitId {
        self.ledger.organisation().towns().next().unwrap()
    }

    /// The rows in the index of turns.
    fn indexed(&mut self) -> usize {
        let tx = self.ledger.tx(&self.store);
        tx.scan_all(keys::TURNS).unwrap().len()
    }
}

#[test]
fn what_turns_late_is_told_once_and_one_level_higher_each_time() {
    let mut town = Town::new();
    let (branch, whole) = (town.branch, town.town());
    assert_eq!(town.every_day(0, 1), []);
    assert!(!town.units().contains(&branch));
    // Accepted within one working day, told within fifteen days: the case is neither.
    assert_eq!(town.every_day(2, 15), [(2, 1)]);
    assert!(town.units().contains(&branch) && !town.units().contains(&whole));
    assert_eq!(town.every_day(16, 40), [(16, 1)]);
    assert!(town.units().contains(&whole));
    assert_eq!(town.indexed(), 0);
}

#[test]
fn what_is_done_in_time_is_never_told() {
    let mut town = Town::new();
    town.behind(0);
    town.now = START.plus_days(1);
    town.step(CaseCommand::Accept(Accept {}));
    assert_eq!(town.every_day(1, 30), []);
}

#[test]
fn a_server_that_was_started_anew_tells_nothing_again() {
    let mut town = Town::new();
    assert_eq!(town.every_day(0, 3), [(2, 1)]);
    let setup = setup();
    town.ledger = Ledger::open(&town.store, setup).unwrap();
    assert_eq!(town.every_day(3, 10), []);
}

#[test]
fn a_clock_that_leaps_is_not_believed_until_somebody_says_that_it_is_right() {
    let mut town = Town::new();
    town.behind(0);
    let leapt = town.behind(365);
    assert_eq!((leapt.said.len(), leapt.held_since), (0, Some(START)));
    assert!(town.ledger.stats().clock_not_believed);
    // Back within the day, nobody has to say anything.
    assert_eq!(town.behind(1), ByTime::default());
    assert!(!town.ledger.stats().clock_not_believed);
    assert_eq!(town.behind(9).said.len(), 0);
    assert!(town.ledger.is_clock_held(&town.store, town.now).unwrap());
    town.ledger.believe_clock(&town.store, town.now).unwrap();
    town.commit();
    assert_eq!(town.behind(9).said.len(), 1);
}

#[test]
fn a_clock_that_is_set_back_over_a_deadline_takes_nothing_back() {
    let mut town = Town::new();
    assert_eq!(town.every_day(0, 2), [(2, 1)]);
    assert_eq!(town.behind(-30), ByTime::default());
    assert_eq!(town.every_day(2, 3), []);
    assert!(town.units().contains(&town.branch));
}

#[test]
fn a_folder_without_an_index_gets_one() {
    let mut town = Town::new();
    town.behind(0);
    let index = [keys::TURNS, keys::PLACES, keys::BY_TIME];
    assert_eq!(town.rows(&index).len(), 3);
    let mut town = town.without(&index);
    // As if the last commit had been the last look: the clock is not believed.
    let leapt = town.behind(5);
    assert_eq!((leapt.said.len(), leapt.held_since), (0, Some(START)));
    town.ledger.believe_clock(&town.store, town.now).unwrap();
    town.commit();
    assert_eq!(town.behind(5).said.len(), 1);
}

#[test]
fn a_new_calendar_moves_what_is_not_over() {
    let mut town = Town::new();
    town.behind(0);
    let book = town.ledger.book(&town.store).unwrap().unwrap().document;
    let seed = town.seed();
    let mut list = town.ledger.admin_list(seed, town.now);
    let off = r#"{"town":[{"year":2026,"paper":"a flood","off":["2026-03-03"],"work":[]}]}"#;
    let proposed = list.push_named(
        Some(book),
        BookCommand::Propose(Edit {
            field: Text::cut("calendar"),
            value: Text::cut(off),
            replaces: List::default(),
            door: None,
        })
        .into(),
    );
    let adopt = AdoptRules {
        proposal: proposed,
        from: Date::of(START).plus(1),
    };
    list.push(Some(book), BookCommand::Adopt(adopt));
    town.ledger.administer_list(&town.store, list).unwrap();
    town.commit();
    // On the Tuesday the date moves to the Wednesday, and on the Thursday it is late.
    assert_eq!(town.every_day(1, 9), [(1, 1), (3, 1)]);
}

impl Town {
    /// The secretary's post ends, on a day behind the report.
    fn secretary_goes(&mut self, day: i64) {
        let organisation = self.ledger.organisation();
        let post = organisation.appointments_in(self.branch).next();
        let post = post.cloned().unwrap();
        let amend = Amend {
            appointment: post.appointment,
            name: post.name,
            from: post.from,
            until: Some(START.plus_days(day)),
        };
        let seed = self.seed();
        let mut list = self.ledger.admin_list(seed, self.now);
        list.push(Some(self.branch), UnitCommand::Amend(amend));
        self.ledger.administer_list(&self.store, list).unwrap();
        self.commit();
    }

    /// Somebody is in the town's own post.
    fn gets_a_dispatcher(&mut self) {
        let (town, seed) = (self.town(), self.seed());
        let appoint = Appoint {
            member: MemberId([7; 16]),
            key: Text::cut("wei"),
            name: Text::cut("wei"),
            post: Post::TownDispatcher,
            from: Time::EARLIEST,
            until: None,
        };
        let mut list = self.ledger.admin_list(seed, self.now);
        list.push(Some(town), UnitCommand::Appoint(appoint));
        self.ledger.administer_list(&self.store, list).unwrap();
        self.commit();
    }

    fn ruler(&mut self) -> Option<UnitId> {
        let case = self.case;
        let mut tx = self.ledger.tx(&self.store);
        let ruler = tx.document(case, |case| case.case().unwrap().ruler_above);
        ruler.unwrap().unwrap()
    }

    /// How many documents wait for somebody.
    fn waiting(&mut self) -> usize {
        let tx = self.ledger.tx(&self.store);
        tx.scan_all(keys::WAITING).unwrap().len()
    }
}

fn escalate(to: UnitId) -> CaseCommand {
    CaseCommand::Escalate(Escalate {
        reason: Text::cut("no_funds"),
        tried: Text::cut("找过人"),
        to,
    })
}

#[test]
fn where_a_post_ends_with_a_referral_pending_the_level_above_may_rule() {
    let mut town = Town::new();
    town.gets_a_dispatcher();
    town.behind(0);
    town.step(escalate(town.branch));
    assert_eq!((town.behind(0).said.len(), town.waiting()), (0, 1));
    // It ends on its day, and nobody does anything then.
    town.secretary_goes(1);
    assert_eq!(town.behind(0).said.len(), 0);
    let said = town.behind(1).said;
    let kinds: Vec<_> = said.iter().map(|(_, step)| step.kind()).collect();
    assert_eq!(kinds, ["vacant"]);
    let whole = town.town();
    assert!(town.units().contains(&whole));
    assert_eq!((town.ruler(), town.waiting()), (Some(whole), 0));
    assert!(
        !town
            .behind(1)
            .said
            .iter()
            .any(|(_, step)| step.kind() == "vacant")
    );
    // Sent back and sent again, it waits anew.
    town.step(CaseCommand::Recall(Recall {
        reason: Text::cut("空岗"),
    }));
    assert_eq!(town.ruler(), None);
    town.step(escalate(town.branch));
    let said = town.behind(1).said;
    assert!(
        said.iter().any(|(_, step)| step.kind() == "vacant"),
        "{said:?}"
    );
}

#[test]
fn who_comes_back_into_a_post_in_time_is_waited_for() {
    let mut town = Town::new();
    town.behind(0);
    town.step(escalate(town.branch));
    town.secretary_goes(1);
    town.secretary_goes(9);
    assert_eq!(town.behind(1).said.len(), 0);
    assert_eq!((town.ruler(), town.waiting()), (None, 1));
}

#[test]
fn where_nobody_is_on_any_level_nobody_is_named() {
    let mut town = Town::new();
    town.behind(0);
    town.step(escalate(town.branch));
    town.secretary_goes(1);
    let said = town.behind(1).said;
    assert!(
        said.iter().all(|(_, step)| step.kind() != "vacant"),
        "{said:?}"
    );
    assert_eq!((town.ruler(), town.waiting()), (None, 0));
}

#[test]
fn an_index_by_an_older_national_calendar_is_made_anew() {
    let mut town = Town::new();
    town.behind(0);
    let case = town.case;
    let mut tx = town.ledger.tx(&town.store);
    let record: ByTimeRecord = tx.get(keys::BY_TIME).unwrap().unwrap();
    // As an older program left it, which had no last day for the case.
    let older = ByTimeRecord {
        national_until: NATIONAL_YEARS.1 - 1,
        ..record
    };
    tx.put(keys::BY_TIME.to_vec(), &older);
    turns::put(&mut tx, case, &Place::default()).unwrap();
    town.commit();
    assert_eq!(town.indexed(), 0);
    town.behind(0);
    assert_eq!(town.indexed(), 1);
}

mod late;
