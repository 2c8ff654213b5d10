//! Every metric is in the manual, and every metric of the manual exists.

use std::collections::BTreeSet;

use alleyway_core::ledger::LedgerStats;

use super::*;
use crate::store::StoreStats;

const MANUAL: &str = include_str!("../../../../docs/operations.md");
const ALARMS: &str = include_str!("../../../../contrib/alarms.yml");

/// The names of all metrics, without prefix and suffix. A family without members is not printed: each
/// gets one.
fn named_by_the_code() -> BTreeSet<String> {
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
    let text = metrics.encode().unwrap();
    let helped = text.lines().filter_map(|line| line.strip_prefix("# HELP alleyway_"));
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
    let (_, table) = MANUAL.split_once("| metric | what it counts | when to look |").unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let cells = rows.filter_map(|row| row.split('|').nth(1));
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

#[test]
fn the_manual_has_every_metric_and_no_other() {
    let (code, manual) = (named_by_the_code(), named_by_the_manual());
    let missing: Vec<_> = code.difference(&manual).collect();
    assert!(missing.is_empty(), "not in docs/operations.md, section 7: {missing:?}");
    let unknown: Vec<_> = manual.difference(&code).collect();
    assert!(unknown.is_empty(), "in docs/operations.md, but not in the code: {unknown:?}");
    assert!(code.len() > 40, "{}", code.len());
}

#[test]
fn alarms_are_about_metrics_that_exist_and_are_explained() {
    let code = named_by_the_code();
    let words = ALARMS.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let mut about = 0;
    for word in words.filter_map(|word| word.strip_prefix("alleyway_")) {
        let name = ["_total", "_bucket"].iter().find_map(|suffix| word.strip_suffix(suffix)).unwrap_or(word);
        assert!(code.contains(name), "{word}");
        about += 1;
    }
    assert!(about > 15, "{about}");
    let mut named = 0;
    for alert in ALARMS.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")) {
        assert!(MANUAL.contains(&format!("| {alert} |")), "{alert} is not in docs/operations.md, section 8");
        named += 1;
    }
    let explained = MANUAL.lines().filter(|line| line.starts_with("| Alleyway")).count();
    assert_eq!(named, explained, "an alarm of docs/operations.md is not in contrib/alarms.yml");
}
