use super::{ClockKind, DaysOf, Dues, Light, ReadBy, Reason, SetBy, Times, turns};
use crate::documents::samples::{
    START, accept, close, command, confidential, dispatch, escalate, member, recall, receive,
    reopen, reopen_for, report, resolve, resume, rule, send_back, send_back_under, start,
    supervise, unit, verify, wait,
};
use crate::documents::{Document, Execution, Receipt};
use crate::id::CommandId;
use crate::kinds::Body;
use crate::kinds::book::{Rulebook, Section, SectionName, Version};
use crate::kinds::case::{Accept, CaseCommand, Extend, Finding, Origin, Redated, Report};
use crate::organisation::Organisation;
use crate::organisation::samples::town;
use crate::text::Text;
use crate::time::{Date, Time};

/// Steps and the days on which the server received them.
struct Told {
    document: Document,
    next: u16,
}

impl Told {
    fn new() -> Self {
        Self {
            document: Document::new(command(10).document(), 1),
            next: 10,
        }
    }

    fn on(mut self, date: &str, body: CaseCommand) -> Self {
        let noon = Time(i64::from(day(date).0) * Date::MILLISECONDS + 4 * 3_600_000);
        let body = Body::from(body);
        let execution = Execution {
            id: command(self.next),
            document: self.document.id(),
            actor: [1; 16],
            author: member(1),
            // The phone is a year off: nothing is counted from its time.
            at: START.plus_days(-365),
            body: &body,
        };
        self.document
            .execute(&execution, Receipt::new(noon, 365 * 86_400))
            .unwrap();
        self.next += 1;
        self
    }

    fn times(&self) -> Times {
        self.by(&town())
    }

    fn by(&self, organisation: &Organisation) -> Times {
        self.document.case_times(ReadBy::all(organisation)).unwrap()
    }

    /// When the clocks are due that run.
    fn dues(&self) -> Vec<(ClockKind, String)> {
        let written = |due: Option<Date>| due.map_or("-".to_owned(), |due| due.to_string());
        let clocks = self.times().clocks.into_iter();
        clocks
            .map(|clock| (clock.kind, written(clock.due)))
            .collect()
    }

    fn handle(&self) -> String {
        let mut dues = self.dues().into_iter();
        dues.find(|(kind, _)| *kind == ClockKind::Handle).unwrap().1
    }
}

fn day(date: &str) -> Date {
    Date::parse(date).unwrap()
}

fn extended(by: &str) -> CaseCommand {
    CaseCommand::Extend(Extend {
        by: day(by),
        reason: Text::cut("连日大雨"),
        resident_text: Text::cut("雨停了再修"),
    })
}

/// Dispatched by the town on a day, much later than the book says.
fn dispatched(date: &str) -> Told {
    Told::new()
        .on(date, report(unit(7)))
        .on(date, escalate(unit(5)))
        .on(date, receive())
        .on(date, escalate(unit(2)))
        .on(date, receive())
        .on(date, dispatch(unit(9), 400))
}

fn book(section: SectionName, from: &str, json: &str) -> Organisation {
    let (section_read, flaws) = Section::read(section, json);
    assert!(flaws.is_empty(), "{flaws:?}");
    let version = Version {
        adopted: command(900),
        from: day(from),
        section: section_read,
    };
    let mut organisation = town();
    organisation.put_rulebook(Rulebook::of(unit(2), [(section, version)].into_iter()));
    organisation
}

#[test]
fn a_report_is_accepted_and_told_in_time() {
    let reported = Told::new().on("2026-02-12", report(unit(7)));
    let expected = [
        (ClockKind::Accept, "2026-02-13".to_owned()),
        (ClockKind::Inform, "2026-02-27".to_owned()),
    ];
    assert_eq!(reported.dues(), expected);
    assert_eq!(reported.on("2026-02-13", accept()).dues(), []);
}

#[test]
fn whose_turn_it_is_says_how_many_days_there_are_to_accept() {
    let at_the_town = Told::new()
        .on("2026-02-12", report(unit(7)))
        .on("2026-02-12", escalate(unit(2)));
    // The town has two days, of which the Saturday is worked.
    assert_eq!(
        at_the_town.dues()[0],
        (ClockKind::Accept, "2026-02-14".to_owned())
    );
}

#[test]
fn the_work_is_due_by_the_first_referral_and_nothing_but_an_extension_moves_it() {
    let sent = dispatched("2026-02-12");
    assert_eq!(sent.handle(), "2026-03-04");
    let bounced = sent
        .on("2026-02-13", send_back())
        .on("2026-02-14", dispatch(unit(12), 400))
        .on("2026-02-24", send_back_under(unit(2)))
        .on("2026-02-25", rule(unit(12)))
        .on("2026-02-26", start());
    assert_eq!(bounced.handle(), "2026-03-04");
    assert_eq!(bounced.times().promised.unwrap().day, day("2026-03-04"));
    let longer = bounced
        .on("2026-02-27", extended("2026-03-20"))
        .on("2026-02-28", extended("2026-03-10"));
    assert_eq!(longer.handle(), "2026-03-20", "never backwards");
    assert_eq!(longer.times().promised.unwrap().day, day("2026-03-20"));
}

#[test]
fn an_order_counts_if_it_is_earlier_and_moves_nothing_for_the_resident() {
    // Sample days count from 2 March 2026.
    let ordered = Told::new()
        .on("2026-03-02", report(unit(7)))
        .on("2026-03-02", escalate(unit(2)))
        .on("2026-03-02", receive())
        .on("2026-03-02", dispatch(unit(9), 3));
    let clock = |told: &Told| {
        let times = told.times();
        let mut clocks = times.clocks.into_iter();
        clocks
            .find(|clock| clock.kind == ClockKind::Handle)
            .unwrap()
    };
    assert_eq!(
        (clock(&ordered).due, clock(&ordered).set_by),
        (Some(day("2026-03-05")), SetBy::Order)
    );
    assert_eq!(ordered.times().promised.unwrap().day, day("2026-03-16"));
    let returned = ordered.on("2026-03-03", send_back());
    assert_eq!(
        (clock(&returned).due, clock(&returned).set_by),
        (Some(day("2026-03-16")), SetBy::Book)
    );
}

#[test]
fn waiting_stops_the_handlers_clock_and_never_the_residents() {
    let waits = dispatched("2026-02-12")
        .on("2026-02-13", receive())
        .on("2026-02-13", start())
        .on("2026-02-14", wait());
    assert_eq!(
        waits.dues(),
        [
            (ClockKind::Handle, "-".to_owned()),
            (ClockKind::Waiting, "2026-03-16".to_owned())
        ]
    );
    assert_eq!(waits.times().promised.unwrap().day, day("2026-03-04"));
    assert_eq!(
        Dues::of(&waits.times()).lit(day("2026-03-01")).reason,
        Reason::InTime,
        "the waiting itself has days left"
    );
    // Two of ten days are gone.
    let goes_on = waits.on("2026-03-02", resume());
    assert_eq!(goes_on.handle(), "2026-03-12");
    assert_eq!(goes_on.times().promised.unwrap().day, day("2026-03-04"));
    // Of thirty days sixteen are gone when it waits again.
    let again = goes_on.on("2026-03-03", wait());
    assert!(
        again
            .dues()
            .contains(&(ClockKind::Waiting, "2026-03-17".to_owned()))
    );
}

#[test]
fn what_is_late_does_not_stop() {
    let late = dispatched("2026-02-12")
        .on("2026-02-13", receive())
        .on("2026-02-13", start())
        .on("2026-03-09", wait());
    assert_eq!(late.handle(), "2026-03-04");
}

#[test]
fn an_extension_while_it_is_verified_changes_no_light() {
    let resolved = dispatched("2026-02-12")
        .on("2026-02-13", receive())
        .on("2026-02-13", start())
        .on("2026-03-02", resolve())
        .on("2026-03-03", extended("2026-04-30"));
    assert_eq!(
        resolved.dues(),
        [(ClockKind::Verify, "2026-03-09".to_owned())]
    );
    assert_eq!(
        resolved.times().promised.unwrap().day,
        day("2026-03-04"),
        "the date stays on the page"
    );
    let not_fixed = resolved.on("2026-03-05", verify(Finding::Not));
    assert_eq!(not_fixed.handle(), "2026-03-04");
}

#[test]
fn an_order_of_a_leader_is_answered_in_three_days() {
    let ordered = dispatched("2026-02-12")
        .on("2026-02-13", receive())
        .on("2026-02-24", supervise());
    assert!(
        ordered
            .dues()
            .contains(&(ClockKind::Supervise, "2026-02-27".to_owned()))
    );
    let lit = Dues::of(&ordered.times()).lit(day("2026-03-05"));
    assert_eq!(
        (lit.light.clone(), lit.is_late()),
        (Light::Supervised, true)
    );
}

#[test]
fn the_light_is_green_then_yellow_for_a_fifth_then_red() {
    let dues = Dues::of(&dispatched("2026-02-12").on("2026-02-12", receive()).times());
    let light = |date: &str| dues.lit(day(date)).light;
    assert_eq!(light("2026-02-12"), Light::Green);
    assert_eq!(light("2026-03-02"), Light::Green);
    assert_eq!(light("2026-03-03"), Light::Yellow, "two of ten are left");
    assert_eq!(light("2026-03-04"), Light::Yellow);
    assert_eq!(light("2026-03-05"), Light::Red);
    let reason = dues.lit(day("2026-03-05"));
    assert_eq!(reason.clock.unwrap().kind, ClockKind::Handle);
    assert_eq!(
        Dues::default().lit(day("2026-03-05")).reason,
        Reason::NoClock
    );
}

#[test]
fn what_rests_on_a_missing_year_is_provisional_and_never_red() {
    let told = dispatched("2026-12-25").on("2026-12-25", receive());
    let clock = told.times().clocks.remove(0);
    assert_eq!(
        (clock.due, clock.is_provisional),
        (Some(day("2027-01-11")), true)
    );
    let lit = Dues::of(&told.times()).lit(day("2027-02-01"));
    assert_eq!((lit.light, lit.reason), (Light::Yellow, Reason::Near));
}

#[test]
fn a_case_keeps_the_rules_that_were_in_force_when_its_clock_started() {
    let shorter = r#"{"classes": [{"class": "help", "handle": "5wd"}]}"#;
    let organisation = book(SectionName::Deadlines, "2026-02-13", shorter);
    let due = |told: Told| {
        let times = told.by(&organisation);
        let mut clocks = times.clocks.into_iter();
        let handle = clocks
            .find(|clock| clock.kind == ClockKind::Handle)
            .unwrap();
        handle.due.unwrap().to_string()
    };
    assert_eq!(due(dispatched("2026-02-12")), "2026-03-04");
    assert_eq!(due(dispatched("2026-02-13")), "2026-02-27");
}

#[test]
fn who_lacks_the_rules_of_a_day_shows_no_date() {
    let told = dispatched("2026-02-12");
    let organisation = town();
    let known_until = |date: &str| {
        let by = ReadBy {
            organisation: &organisation,
            known_until: Some(day(date)),
        };
        Dues::of(&told.document.case_times(by).unwrap())
    };
    assert_eq!(known_until("2026-02-11").first(), None);
    assert_eq!(
        known_until("2026-02-11").lit(day("2026-05-01")).reason,
        Reason::NoRules
    );
    assert!(known_until("2026-02-12").first().is_some());
}

/// Found by the simulator: a phone without the town's book counted backwards from another system's day by the
/// calendar that ships, and its light turned on another day than the town's.
#[test]
fn when_another_systems_day_is_near_is_not_known_without_the_calendar() {
    let due = Some(day("2026-03-06"));
    let told = Told::new().on(
        "2026-02-26",
        reported_with(|report| report.external_due = due),
    );
    let organisation = town();
    let by = |known_until| ReadBy {
        organisation: &organisation,
        known_until,
    };
    let handle = |known_until| {
        let dues = Dues::of(&told.document.case_times(by(known_until)).unwrap());
        let mut clocks = dues.clocks.iter();
        let clock = clocks.find(|clock| clock.kind == ClockKind::Handle);
        clock.unwrap().clone()
    };
    let all = handle(None);
    assert_eq!((all.due, all.near), (due, Some(day("2026-03-05"))));
    let lacking = handle(Some(day("2026-02-25")));
    assert_eq!((lacking.due, lacking.near), (due, None));
    let reason = |date| lacking.reason(day(date));
    assert_eq!(reason("2026-03-05"), Reason::InTime);
    assert_eq!(reason("2026-03-06"), Reason::Near);
    assert_eq!(reason("2026-03-07"), Reason::Late);
}

#[test]
fn what_is_over_is_not_supervised_and_what_is_opened_again_is() {
    let ordered = dispatched("2026-02-12")
        .on("2026-02-13", receive())
        .on("2026-02-13", supervise());
    assert!(ordered.times().supervised);
    let over = ordered.on("2026-02-24", close("no_money"));
    assert!(!over.times().supervised);
    assert_eq!(Dues::of(&over.times()), Dues::default());
    let again = over.on("2026-02-25", reopen());
    assert!(again.times().supervised);
}

/// The date of the work and its reason, where rules are known until a day.
fn known_until(told: &Told, until: &str) -> (Option<String>, Reason) {
    let organisation = town();
    let by = ReadBy {
        organisation: &organisation,
        known_until: Some(day(until)),
    };
    let times = told.document.case_times(by).unwrap();
    let dues = Dues::of(&times);
    let mut clocks = dues.clocks.iter();
    let handle = clocks.find(|clock| clock.kind == ClockKind::Handle);
    let handle = handle.unwrap();
    assert_eq!(
        times.promised.is_some(),
        handle.due.is_some() || handle.is_stopped
    );
    (
        handle.due.map(|due| due.to_string()),
        handle.reason(day("2026-02-20")),
    )
}

#[test]
fn who_lacks_the_calendar_of_a_day_on_which_the_days_left_are_counted_shows_no_date() {
    let none = (None, Reason::NoRules);
    let waits = dispatched("2026-02-12")
        .on("2026-02-13", receive())
        .on("2026-02-13", start())
        .on("2026-02-14", wait());
    assert_eq!(known_until(&waits, "2026-02-14"), (None, Reason::Stopped));
    let goes_on = waits.on("2026-03-02", resume());
    assert_eq!(known_until(&goes_on, "2026-03-01"), none);
    assert_eq!(
        known_until(&goes_on, "2026-03-02").0.as_deref(),
        Some("2026-03-12")
    );
    // How many days it had left when it stopped was not known either.
    let stopped = dispatched("2026-02-12")
        .on("2026-02-12", receive())
        .on("2026-02-12", start())
        .on("2026-02-14", wait())
        .on("2026-02-15", resume());
    assert_eq!(known_until(&stopped, "2026-02-13"), none);
    assert!(known_until(&stopped, "2026-02-15").0.is_some());
}

#[test]
fn who_lacks_the_calendar_of_a_day_on_which_it_was_sent_on_or_back_shows_no_date() {
    let none = (None, Reason::NoRules);
    let back = dispatched("2026-02-12").on("2026-02-14", send_back());
    assert_eq!(known_until(&back, "2026-02-13"), none);
    let known = known_until(&back, "2026-02-14");
    assert_eq!(known.0.as_deref(), Some("2026-03-04"));
    let again = back.on("2026-02-16", dispatch(unit(12), 400));
    assert_eq!(known_until(&again, "2026-02-15"), none);
    assert!(known_until(&again, "2026-02-16").0.is_some());
    // An extension is a day, and no calendar moves it.
    let extended = dispatched("2026-02-12").on("2026-02-14", extended("2026-04-01"));
    let known = known_until(&extended, "2026-02-13");
    assert_eq!(known.0.as_deref(), Some("2026-04-01"));
}

#[test]
fn who_lacks_the_rules_shows_not_even_the_day_of_another_system_which_may_be_the_later_one() {
    let order = reported_with(|report| report.external_due = Some(day("2026-06-01")));
    let order = Told::new().on("2026-02-12", order);
    let known = known_until(&order, "2026-02-12");
    assert_eq!(known.0.as_deref(), Some("2026-06-01"));
    let sent = order.on("2026-02-13", escalate(unit(5)));
    assert_eq!(known_until(&sent, "2026-02-12"), (None, Reason::NoRules));
    let known = known_until(&sent, "2026-02-13");
    assert!(known.0.is_some_and(|due| due.as_str() < "2026-06-01"));
}

#[test]
fn the_days_of_all_units_sum_to_the_whole() {
    let told = dispatched("2026-02-12")
        .on("2026-02-14", send_back())
        .on("2026-02-16", dispatch(unit(12), 400))
        .on("2026-02-24", send_back_under(unit(2)))
        .on("2026-02-26", rule(unit(12)))
        .on("2026-02-26", start())
        .on("2026-02-27", wait())
        .on("2026-03-01", resume())
        .on("2026-03-03", resolve())
        .on("2026-03-06", verify(Finding::Fixed))
        .on("2026-03-08", close("fixed"));
    let rows = told.times().days(day("2026-12-01"));
    let of = |number, days, waited| DaysOf {
        unit: unit(number),
        days,
        waited,
    };
    assert_eq!(
        rows,
        [
            of(7, 5, 0),
            of(5, 0, 0),
            of(2, 4, 0),
            of(9, 2, 0),
            of(12, 13, 2)
        ]
    );
    assert_eq!(told.times().days_in_all(day("2026-12-01")), 24);
    // The days between its end and its reopening are nobody's.
    let again = told.on("2026-03-18", reopen());
    let today = day("2026-03-20");
    let sum: u32 = again.times().days(today).iter().map(|row| row.days).sum();
    assert_eq!((sum, again.times().days_in_all(today)), (26, 26));
}

#[test]
fn a_servers_clock_that_was_set_back_takes_no_days_from_anybody() {
    let told = Told::new()
        .on("2026-03-10", report(unit(7)))
        .on("2026-03-20", escalate(unit(5)))
        .on("2026-03-11", receive())
        .on("2026-03-22", start());
    let today = day("2026-03-25");
    let sum: u32 = told.times().days(today).iter().map(|row| row.days).sum();
    assert_eq!((sum, told.times().days_in_all(today)), (15, 15));
}

#[test]
fn times_are_read_of_a_case_alone() {
    let empty = Document::new(CommandId([3; 16]).document(), 1);
    assert!(empty.case_times(ReadBy::all(&town())).is_none());
}

/// Reported by the chief on a day, and handled by nobody.
fn left(date: &str) -> Told {
    Told::new().on(date, report(unit(7)))
}

fn morning(date: &str) -> Time {
    Time(i64::from(day(date).0) * Date::MILLISECONDS)
}

#[test]
fn what_is_over_is_told_together_and_names_one_unit_more_each_time() {
    let (town, told) = (town(), left("2026-03-02"));
    let late = |told: &Told, date: &str| turns::late(&told.document, &town, morning(date));
    assert_eq!(late(&told, "2026-03-03"), None, "the last day is not over");
    let first = late(&told, "2026-03-04").unwrap();
    assert_eq!((first.turns.len(), first.to), (1, Some(unit(5))));
    let both = late(&told, "2026-04-30").unwrap();
    assert_eq!((both.turns.len(), both.to), (2, Some(unit(5))));
    let told = told.on("2026-03-04", CaseCommand::Late(first));
    assert_eq!(late(&told, "2026-03-17"), None, "nothing twice");
    let second = late(&told, "2026-03-18").unwrap();
    assert_eq!(second.to, Some(unit(2)));
    let told = told.on("2026-03-18", CaseCommand::Late(second));
    assert_eq!(late(&told, "2027-01-01"), None);
    let state = turns::turn_state(&told.document, &town).unwrap();
    assert_eq!(state.next_turn, None);
}

#[test]
fn a_case_is_late_from_the_servers_word_until_what_was_due_is_done() {
    let (town, told) = (town(), left("2026-03-02"));
    let late = |told: &Told| {
        let state = turns::turn_state(&told.document, &town).unwrap();
        state.late.map(|turn| (turn.kind, turn.due.to_string()))
    };
    assert_eq!(late(&told), None);
    let first = turns::late(&told.document, &town, morning("2026-03-30")).unwrap();
    let told = told.on("2026-03-30", CaseCommand::Late(first));
    let accept = (ClockKind::Accept, "2026-03-03".to_owned());
    assert_eq!(late(&told), Some(accept));
    let told = told.on("2026-03-31", CaseCommand::Accept(Accept {}));
    assert_eq!(late(&told), None);
}

#[test]
fn a_confidential_case_is_shown_upward_only_where_somebody_is_cleared() {
    let told = Told::new().on("2026-03-02", confidential(report(unit(7))));
    let mut town = town();
    let to = |town: &Organisation| {
        turns::late(&told.document, town, morning("2026-03-04"))
            .unwrap()
            .to
    };
    assert_eq!(to(&town), None);
    town.put_clearance(command(102), true);
    assert_eq!(to(&town), Some(unit(5)));
}

#[test]
fn a_new_calendar_moves_what_is_not_over_and_says_so() {
    let told = dispatched("2026-12-25").on("2026-12-25", receive());
    let paper = r#"{"national": [{"year": 2027, "paper": "国办发明电〔2026〕9号",
        "off": ["2027-01-01", "2027-01-04"], "work": []}]}"#;
    let organisation = book(SectionName::Calendar, "2026-12-28", paper);
    let redated = |told: &Told, date: &str| {
        turns::redated(&told.document, &organisation, morning(date)).is_some()
    };
    assert!(!redated(&told, "2026-12-27"), "the paper is not in force");
    assert!(redated(&told, "2026-12-29"));
    let told = told.on("2026-12-29", CaseCommand::Redated(Redated {}));
    assert!(!redated(&told, "2026-12-30"));
    let clock = told.by(&organisation).clocks.remove(0);
    assert_eq!(
        (clock.due, clock.is_provisional),
        (Some(day("2027-01-12")), false)
    );
    assert_eq!(
        told.by(&organisation).promised.unwrap().day,
        day("2027-01-12")
    );
}

#[test]
fn what_is_over_stays_whatever_the_calendar_becomes() {
    let told = left("2026-03-02");
    let off = r#"{"town": [{"year": 2026, "paper": "洪水", "off": ["2026-03-03"], "work": []}]}"#;
    let organisation = book(SectionName::Calendar, "2026-03-04", off);
    let at = |date: &str| turns::redated(&told.document, &organisation, morning(date));
    assert_eq!(at("2026-03-04"), None);
}

fn reported_with(change: impl FnOnce(&mut Report)) -> CaseCommand {
    let CaseCommand::Report(mut reported) = report(unit(7)) else {
        panic!("a report");
    };
    change(&mut reported);
    CaseCommand::Report(reported)
}

#[test]
fn what_another_system_asks_for_counts_if_it_is_earlier_even_before_the_report() {
    let external = |due: &str| {
        let due = Some(day(due));
        Told::new()
            .on(
                "2026-03-02",
                reported_with(|report| report.external_due = due),
            )
            .on("2026-03-02", escalate(unit(2)))
            .on("2026-03-02", receive())
    };
    let handle = |told: &Told| {
        let mut clocks = told.times().clocks.into_iter();
        let clock = clocks.find(|clock| clock.kind == ClockKind::Handle);
        clock.map(|clock| (clock.due.unwrap().to_string(), clock.set_by))
    };
    let early = external("2026-03-06");
    assert_eq!(
        handle(&early),
        Some(("2026-03-06".to_owned(), SetBy::External))
    );
    assert_eq!(early.times().promised.unwrap().day, day("2026-03-06"));
    let late = external("2026-04-30");
    assert_eq!(handle(&late), Some(("2026-03-16".to_owned(), SetBy::Book)));
    // Written down when its day is over already: late from the start, and nothing is lost.
    let over = external("2026-02-27");
    assert_eq!(
        Dues::of(&over.times()).lit(day("2026-03-02")).light,
        Light::Red
    );
    // Waiting stops the town's own clock, not the other system's.
    let waits = external("2026-03-06")
        .on("2026-03-02", start())
        .on("2026-03-03", wait());
    assert_eq!(handle(&waits).unwrap().0, "2026-03-06");
}

#[test]
fn a_petition_has_sixty_days_from_its_acceptance_and_its_review_thirty() {
    let petition = reported_with(|report| report.origin = Some(Origin::Petition));
    let accepted = Told::new()
        .on("2026-02-27", petition)
        .on("2026-03-01", accept())
        .on("2026-03-01", start());
    assert_eq!(
        accepted.dues(),
        [(ClockKind::Petition, "2026-04-30".to_owned())]
    );
    let extended = accepted.on("2026-04-20", extended("2026-05-30"));
    assert_eq!(
        extended.dues(),
        [(ClockKind::Petition, "2026-05-30".to_owned())]
    );
    let reviewed = extended
        .on("2026-05-20", resolve())
        .on("2026-05-21", verify(Finding::Fixed))
        .on("2026-05-22", close("fixed"))
        .on("2026-06-01", reopen_for(Some(unit(5))));
    assert!(
        reviewed
            .dues()
            .contains(&(ClockKind::Review, "2026-07-01".to_owned()))
    );
    let days = reviewed.times().days(day("2026-06-04"));
    assert_eq!(
        days.last().unwrap().unit,
        unit(5),
        "its days are the reviewer's"
    );
}

#[test]
fn a_case_that_is_taken_back_before_it_is_received_is_where_it_was() {
    let recalled = dispatched("2026-02-12").on("2026-02-14", recall());
    assert_eq!(
        recalled.dues(),
        [(ClockKind::Handle, "2026-03-04".to_owned())]
    );
    let rows = recalled.times().days(day("2026-02-15"));
    assert_eq!(rows.last().unwrap().unit, unit(9));
    assert_eq!(rows.iter().find(|row| row.unit == unit(2)).unwrap().days, 1);
}
