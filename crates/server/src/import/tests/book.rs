//! `book.toml`.

use alleyway_core::kinds::book::{BookCommand, Rulebook, Section, SectionName, Version};
use alleyway_core::time::Date;

use super::*;

const BOOK: &str = r#"
from = 2026-08-01

[[categories]]
code = "road"
class = "help"

[[categories]]
code = "well"
zh = "水井"
en = "well"
class = "safety"

[calendar]
local = [{ year = 2027, paper = "桂政办", off = [2027-04-09], work = [2027-04-10] }]
"#;

fn today() -> Date {
    Date::parse("2026-07-01").unwrap()
}

/// The town of [`good`], with what it has laid down.
fn with_book(rules: &[(SectionName, &str)]) -> Current {
    let mut current = imported(&good());
    current.today = today();
    let version = |(at, (name, json)): (usize, &(SectionName, &str))| {
        let version = Version {
            adopted: CommandId(id_of(at).0),
            from: today(),
            section: Section::read(*name, json).0,
        };
        (*name, version)
    };
    let versions = rules.iter().enumerate().map(version);
    let proposals = rules.iter().enumerate();
    current.book = Some(CurrentBook {
        document: id_of(9_999),
        rulebook: Rulebook::of(id_of(1), versions),
        proposals: proposals
            .map(|(at, (name, _))| (*name, CommandId(id_of(at).0)))
            .collect(),
    });
    current
}

fn of(book: &str) -> Files {
    Files {
        book: Some(book.as_bytes().to_vec()),
        ..Files::default()
    }
}

fn steps(plan: &Plan) -> Vec<(String, What)> {
    let steps = plan.steps.iter();
    steps
        .map(|step| (step.change.key.clone(), step.change.what.clone()))
        .collect()
}

#[test]
fn what_a_town_lays_down_is_proposed_and_put_into_force() {
    let mut current = imported(&good());
    current.today = today();
    let plan = replan(&current, &of(BOOK));
    let from = Date::parse("2026-08-01").unwrap();
    let adopted = || What::RulesAdopted { from };
    assert_eq!(
        steps(&plan),
        [
            (String::new(), What::BookOpened),
            ("calendar".to_owned(), What::RulesProposed),
            ("calendar".to_owned(), adopted()),
            ("categories".to_owned(), What::RulesProposed),
            ("categories".to_owned(), adopted()),
        ]
    );
    let bodies = bodies(&plan);
    let [
        Body::Book(BookCommand::Open(open)),
        Body::Book(BookCommand::Propose(edit)),
        adopt,
        ..,
    ] = bodies.as_slice()
    else {
        panic!("{bodies:?}");
    };
    assert_eq!(open.town, current.units["sipai"].id);
    let (section, flaws) = Section::read(SectionName::Calendar, &edit.value);
    assert_eq!(flaws, []);
    let Section::Calendar(layers) = section else {
        panic!("{section:?}");
    };
    assert_eq!(layers.local[0].off.len(), 1);
    let Body::Book(BookCommand::Adopt(adopt)) = adopt else {
        panic!("{adopt:?}");
    };
    assert_eq!(adopt.proposal, CommandId(id_of(1).0), "the step before");
    assert!(plan.summary(Lang::En).contains("book.toml:14: calendar"));
}

#[test]
fn a_section_that_stands_so_changes_nothing_and_a_changed_one_replaces_it() {
    let current = with_book(&[(SectionName::Measures, r#"{"alley_max":30}"#)]);
    let unchanged = replan(&current, &of("[measures]\nalley_max = 30\n"));
    assert!(unchanged.is_empty());
    // As it ships: nothing is laid down for it.
    let shipped = replan(&current, &of("[deadlines]\nverify = \"5wd\"\n"));
    assert!(shipped.is_empty());
    let changed = replan(&current, &of("[measures]\nalley_max = 25\n"));
    let from = today().plus(1);
    let found = steps(&changed);
    assert_eq!(found.len(), 2);
    assert_eq!(
        found[1].1,
        What::RulesAdopted { from },
        "today's do not change"
    );
    let bodies = bodies(&changed);
    let Body::Book(BookCommand::Propose(edit)) = &bodies[0] else {
        panic!("{bodies:?}");
    };
    assert_eq!(edit.replaces.to_vec(), [CommandId(id_of(0).0)]);
}

#[test]
fn every_fault_of_a_book_is_told_with_its_line() {
    let current = with_book(&[]);
    let codes = |book: &str| {
        let rejected = parse(&of(book), &current).unwrap_err();
        let errors = rejected.errors.iter();
        errors
            .map(|error| (error.line, error.code))
            .collect::<Vec<_>>()
    };
    assert_eq!(codes("from = \n"), [(1, "not_toml")]);
    assert_eq!(codes("from = 2026-06-30\n"), [(1, "day_over")]);
    assert_eq!(codes("from = \"soon\"\n"), [(1, "bad_date")]);
    assert_eq!(codes("\n[weather]\nx = 1\n"), [(2, "unknown_section")]);
    let bad = r#"[[categories]]
code = "road"
class = "help"

[[categories]]
code = "road"
class = "late"

[deadlines]
verify = "0wd"
colour = "red"
classes = [{ class = "help", handle = "-1wd" }]

[codes]
closure = [{ code = "no_funds" }]

[measures]
alley_min = 30
alley_max = 20
"#;
    let said = "bad_section";
    assert_eq!(
        codes(bad),
        [
            (6, said),
            (7, said),
            (10, said),
            (11, said),
            (12, said),
            (15, said),
            (18, said)
        ]
    );
    let not_utf8 = Files {
        book: Some(vec![0xff, 0xfe, 0x00]),
        ..Files::default()
    };
    assert!(parse(&not_utf8, &current).is_err());
}

#[test]
fn a_calendar_with_a_gap_a_day_twice_or_a_day_of_two_minds_is_told_with_its_line_and_why() {
    let current = with_book(&[]);
    let bad = r#"[calendar]
national = [{ year = 2029, paper = "国办发明电" }]
local = [
  { year = 2027, paper = "桂政办", off = [2027-04-09, 2027-04-09] },
  { year = 2028, paper = "桂政办", off = [2028-04-08], work = [2028-04-08] },
]
town = [
  { year = 2027, paper = "镇政", off = [
      2027-05-01,
      2026-05-01,
      "2027-02-30",
  ] },
  { year = 2027, paper = "镇政" },
]
"#;
    let rejected = parse(&of(bad), &current).unwrap_err();
    let said: Vec<(u64, &str, &str)> = rejected
        .errors
        .iter()
        .map(|error| (error.line, error.code, error.en.as_str()))
        .collect();
    let section = "bad_section";
    assert_eq!(
        said,
        [
            (
                2,
                section,
                "days off, national: does not follow on the years that are known"
            ),
            (4, section, "days off, local[1].off[2]: is there twice"),
            (
                5,
                section,
                "days off, local[2]: has a day both off and worked"
            ),
            (10, section, "days off, town[1].off[2]: is not in that year"),
            (
                11,
                section,
                "days off, town[1].off[3]: should be a day, as 2027-01-01"
            ),
            (13, section, "days off, town[2].year: is there twice"),
        ]
    );
    // The December before belongs to a year's paper, and years that follow on each other are taken.
    let good = r#"[calendar]
national = [
  { year = 2027, paper = "国办发明电", off = [2026-12-31] },
  { year = 2028, paper = "国办发明电" },
]
"#;
    assert_eq!(parse(&of(good), &current).map(|_| ()), Ok(()));
}
