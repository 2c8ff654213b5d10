//! Every metric is in the manual, and every metric of the manual exists.

use std::collections::BTreeSet;

use alleyway_ledger::LedgerStats;

use super::*;
use crate::store::StoreStats;

const MANUAL: &str = include_str!("../../../../docs/operations.md");
const ALARMS: &str = include_str!("../../../../contrib/alarms.yml");

/// All metrics, as they are printed. A family without members is not: each gets one.
fn printed() -> String {
    let metrics = Metrics::default();
    metrics.request(Route::Sync, 200, 0.1);
    metrics.limited(Limit::AddressRequests);
    metrics.tls_reloaded(true);
    metrics.tls_ends(0);
    metrics.error("busy");
    metrics.synced("ledger", 0.1);
    metrics.cache("device_keys", 1, 2);
    metrics.disk_used("ledger", 1);
    metrics.publish(LedgerStats::default(), StoreStats::default());
    metrics.encode().unwrap()
}

/// The names of all metrics, without prefix and suffix.
fn named_by_the_code() -> BTreeSet<String> {
    let text = printed();
    let helped = text
        .lines()
        .filter_map(|line| line.strip_prefix("# HELP alleyway_"));
    helped
        .map(|line| {
            let (name, help) = line.split_once(' ').unwrap();
            assert!(help.len() > 5, "{name} has no help");
            name.to_owned()
        })
        .collect()
}

/// Those of the manual's table.
fn named_by_the_manual() -> BTreeSet<String> {
    let (_, table) = MANUAL
        .split_once("| metric | what it counts | when to look |")
        .unwrap();
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let cells = rows.filter_map(|row| row.split('|').nth(1));
    cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_manual_has_every_metric_and_no_other() {
    let (code, manual) = (named_by_the_code(), named_by_the_manual());
    let missing: Vec<_> = code.difference(&manual).collect();
    assert!(
        missing.is_empty(),
        "not in docs/operations.md, section 7: {missing:?}"
    );
    let unknown: Vec<_> = manual.difference(&code).collect();
    assert!(
        unknown.is_empty(),
        "in docs/operations.md, but not in the code: {unknown:?}"
    );
    assert!(code.len() > 40, "{}", code.len());
}

#[test]
fn alarms_are_about_metrics_that_exist_and_are_explained() {
    // With their suffixes: under another name Prometheus finds nothing, and no alarm ever.
    let text = printed();
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    let series: BTreeSet<&str> = samples
        .filter_map(|line| line.split(['{', ' ']).next())
        .collect();
    let words = ALARMS.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let mut about = 0;
    for word in words.filter(|word| word.starts_with("alleyway_")) {
        assert!(series.contains(word), "{word}");
        about += 1;
    }
    assert!(about > 15, "{about}");
    let mut named = 0;
    for alert in ALARMS
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- alert: "))
    {
        assert!(
            MANUAL.contains(&format!("| {alert} |")),
            "{alert} is not in docs/operations.md, section 8"
        );
        named += 1;
    }
    let explained = MANUAL
        .lines()
        .filter(|line| line.starts_with("| Alleyway"))
        .count();
    assert_eq!(
        named, explained,
        "an alarm of docs/operations.md is not in contrib/alarms.yml"
    );
}

/// What begins at 1 has not grown, to `increase`: the first one would be no alarm.
#[test]
fn what_an_alarm_waits_to_grow_is_there_from_the_start() {
    let fresh = Metrics::default().encode().unwrap();
    let mut waited_for = 0;
    for (_, rest) in ALARMS
        .match_indices("increase(")
        .map(|(at, _)| ALARMS[at..].split_at("increase(".len()))
    {
        let series = rest.split_once('[').unwrap().0;
        assert!(
            fresh.lines().any(|line| line == format!("{series} 0")),
            "{series}"
        );
        waited_for += 1;
    }
    assert!(waited_for > 4, "{waited_for}");
}
