use super::*;
use crate::documents::samples::{Chain, START, case_steps, household_steps, unit, unit_steps};
use crate::kinds::case::clocks::{ClockItem, ClockKind, Dues};
use crate::kinds::case::{CaseRow, CaseStage};
use crate::kinds::household::HouseholdRow;
use crate::kinds::unit::UnitKind;
use crate::limits::PHONE_BYTES_MAX;
use crate::number::CaseNumber;
use crate::organisation::Organisation;
use crate::organisation::samples::{put_unit, town};
use crate::text::Text;
use crate::time::{Date, Time};
use crate::wire::List;

/// The longest text that fits into `MAX` bytes, of characters of three bytes.
fn longest<const MAX: usize>() -> Text<MAX> {
    Text::cut(&"路".repeat(MAX))
}

/// A clock of this kind, with the last days that records know.
fn clock(kind: &ClockKind) -> ClockItem {
    let last = Date::parse("2199-12-31").unwrap();
    ClockItem {
        kind: kind.clone(),
        start: last,
        due: Some(last),
        near: Some(last),
        is_provisional: true,
        is_stopped: true,
    }
}

#[test]
fn the_longest_rows_fit() {
    let case = CaseRow {
        number: CaseNumber {
            device_code: u32::MAX,
            digits: 99_999,
        },
        title: longest(),
        category: longest(),
        stage: CaseStage::InProgress,
        holder: unit(1),
        sent_to: Some(unit(2)),
        returns: u32::MAX,
        confidential: true,
        conflicts: 7,
        moved: Some(Time::LATEST),
        dues: Dues {
            clocks: List::new(ClockKind::ALL.iter().map(clock).collect()).unwrap(),
            supervised: true,
        },
        known_until: Some(Date(i32::MIN)),
    };
    assert_eq!(CaseRow::read(&case.kept().unwrap()), Some(case));
    let household = HouseholdRow {
        alley: unit(1),
        door: longest(),
        contact: longest(),
        phone: Text::cut(&"8".repeat(PHONE_BYTES_MAX)),
        count: u16::MAX,
    };
    assert_eq!(
        HouseholdRow::read(&household.kept().unwrap()),
        Some(household)
    );
}

#[test]
fn a_row_says_after_every_step_what_the_document_says() {
    let organisation = town();
    let rules = ReadBy::all(&organisation);
    let mut case = Chain::new(1);
    for (by, step) in case_steps(1) {
        case.try_then(by, &step).unwrap();
        let (document, kept) = (&case.document, case.document.list_row(rules).unwrap());
        let (row, state) = (CaseRow::read(&kept).unwrap(), document.case().unwrap());
        assert_eq!(row.number, state.number);
        assert_eq!((&row.stage, row.holder), (&state.stage, state.holder));
        let sent_to = state.referral.as_ref().map(|referral| referral.to);
        assert_eq!(row.sent_to, sent_to);
        let times = document.case_times(rules).unwrap();
        assert_eq!(row.dues, Dues::of(&times));
        let alone = CaseRow::read(&document.row_alone().unwrap()).unwrap();
        let without = CaseRow {
            dues: Dues::default(),
            known_until: None,
            ..row.clone()
        };
        assert_eq!(alone, without);
        assert_eq!(row.awaits_ruling(), state.awaits_ruling());
        let is_supervised = state.supervised && state.stage.is_open();
        assert_eq!(
            (row.dues.supervised, row.confidential),
            (is_supervised, state.confidential)
        );
        let moved = document.version_of(state.moved).unwrap();
        assert_eq!(row.moved, Some(document.receipt(moved).unwrap().received));
        assert_eq!(
            row.title.as_str(),
            document.live("title").pop().unwrap().value
        );
    }
    let mut household = Chain::new(1);
    for (by, step) in household_steps(1) {
        household.try_then(by, &step).unwrap();
        let row = HouseholdRow::read(&household.document.list_row(rules).unwrap()).unwrap();
        let view = household.document.household().unwrap();
        assert_eq!((row.alley, row.count), (view.alley, view.count));
        assert_eq!(
            (row.door.as_str(), row.contact.as_str()),
            (&*view.door, &*view.contact)
        );
    }
}

#[test]
fn what_is_in_no_list_has_no_row() {
    let organisation = town();
    let rules = ReadBy::all(&organisation);
    let mut unit = Chain::new(1);
    assert_eq!(unit.document.list_row(rules), None, "an empty document");
    let (by, step) = unit_steps(1).into_iter().next().unwrap();
    unit.try_then(by, &step).unwrap();
    assert_eq!(unit.document.list_row(rules), None);
    assert_eq!(CaseRow::of(&unit.document, rules), None);
}

#[test]
fn a_row_of_another_form_or_kind_is_not_read() {
    let organisation = town();
    let rules = ReadBy::all(&organisation);
    let mut household = Chain::new(1);
    let (by, step) = household_steps(1).into_iter().next().unwrap();
    household.try_then(by, &step).unwrap();
    let kept = household.document.list_row(rules).unwrap();
    assert!(HouseholdRow::read(&kept).is_some());
    assert_eq!(CaseRow::read(&kept), None);
    let mut later = kept.to_vec();
    later[0] += 1;
    assert_eq!(HouseholdRow::read(&later), None);
    assert!((0..kept.len()).all(|length| HouseholdRow::read(&kept[..length]).is_none()));
}

#[test]
fn a_row_holds_for_other_days_only_if_every_rule_and_unit_was_known() {
    let case = |steps: usize| {
        let mut case = Chain::new(1);
        for (by, step) in case_steps(1).into_iter().take(steps) {
            case.try_then(by, &step).unwrap();
        }
        case.document
    };
    let (reported, escalated) = (case(1), case(5));
    let row = |document: &Document, organisation: &Organisation, day| {
        let known_until = Some(day);
        let by = ReadBy {
            organisation,
            known_until,
        };
        CaseRow::of(document, by).unwrap()
    };
    let [early, late] = [-1, 400].map(|days| Date::of(START).plus(days));
    let mut organisation = town();
    let lacking = row(&reported, &organisation, late);
    assert!(!lacking.holds(late), "its alley may be known by now");
    put_unit(&mut organisation, 1, UnitKind::Alley, 3);
    let lacking = row(&escalated, &organisation, early);
    assert!(lacking.dues.clocks.iter().any(|clock| clock.due.is_none()));
    assert!(lacking.holds(early) && !lacking.holds(late));
    assert!(row(&reported, &organisation, late).holds(early));
    let knowing = row(&escalated, &organisation, late);
    assert!(knowing.dues.clocks.iter().all(|clock| clock.due.is_some()));
    assert!(knowing.holds(early) && knowing.holds(late));
}
