//! A record of the audit on a line, for people.

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::AUDIT;
use alleyway_catalogue::server::cli::SERVER;

use crate::admin::AuditShown;
use crate::cli::admin::shown_time;

/// The number, the time in the town's zone, what was done, about whom, by whom.
pub(super) fn told(row: &AuditShown, language: Lang) -> String {
    let word = |word| word_of(word, language);
    let mut parts = vec![
        row.sequence.to_string(),
        shown_time(&row.at),
        word(&row.kind).to_owned(),
    ];
    let device = row.device.as_ref().or(row.device_id.as_ref());
    parts.extend(device.map(|device| format!("{} {}", word("device"), named(device, language))));
    let member = row.member_name.as_ref().or(row.member.as_ref());
    parts.extend(member.map(|member| named(member, language).to_owned()));
    parts.extend(row.unit_name.as_ref().or(row.unit.as_ref()).cloned());
    parts.extend(row.appointment.clone());
    let author = row.author_name.as_ref().or(row.author.as_ref());
    parts.extend(author.map(|author| format!("{} {}", word("by"), named(author, language))));
    // The server's own member has one device.
    let with = row
        .author_code
        .as_ref()
        .or(row.author_device.as_ref())
        .filter(|code| *code != crate::admin::SERVER);
    parts.extend(with.map(|device| format!("{} {device}", word("device"))));
    parts.extend(row.why.as_ref().map(|why| word(why).to_owned()));
    for (name, count) in &row.numbers {
        let of_kind = format!("{}.{name}", row.kind);
        let told = known(&of_kind, language).unwrap_or_else(|| word(name));
        parts.push(format!("{told} {count}"));
    }
    parts.extend(
        row.refused
            .iter()
            .map(|(code, count)| format!("{} {code} {count}", word("refused"))),
    );
    parts.extend(row.documents.iter().cloned());
    parts.join("  ")
}

/// The server is named as people name it.
fn named(who: &str, language: Lang) -> &str {
    if who == crate::admin::SERVER {
        SERVER.text(language)
    } else {
        who
    }
}

fn known(word: &str, language: Lang) -> Option<&'static str> {
    AUDIT.get(language, word)
}

/// A word of a later version is shown as it is.
fn word_of(word: &str, language: Lang) -> &str {
    AUDIT.word(language, word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alleyway_ledger::Audited;
    use std::collections::BTreeMap;

    #[test]
    fn every_kind_has_its_words() {
        for kind in Audited::KINDS {
            assert!(
                known(kind, Lang::Zh).is_some_and(|zh| !zh.is_ascii()),
                "{kind}"
            );
            assert!(known(kind, Lang::En).is_some(), "{kind}");
        }
    }

    #[test]
    fn a_record_is_told_in_the_language_and_the_towns_time() {
        let numbers = |names: &[&str]| {
            names
                .iter()
                .map(|name| ((*name).to_owned(), 2))
                .collect::<BTreeMap<_, _>>()
        };
        let verdicts = AuditShown {
            sequence: 7,
            at: "2026-03-01T00:05:09Z".to_owned(),
            kind: "verdicts".to_owned(),
            device: Some(crate::admin::SERVER.to_owned()),
            numbers: numbers(&["batch", "kept"]),
            refused: numbers(&["not_holder"]),
            ..AuditShown::default()
        };
        assert_eq!(
            told(&verdicts, Lang::Zh),
            "7  2026-03-01 08:05  裁决  设备 服务器  批次 2  待审 2  退回 not_holder 2"
        );
        assert_eq!(
            told(&verdicts, Lang::En),
            "7  2026-03-01 08:05  verdicts  device server  batch 2  kept 2  refused not_holder 2"
        );
        let ended = AuditShown {
            kind: "quarantine_ended".to_owned(),
            numbers: numbers(&["kept"]),
            ..verdicts
        };
        assert!(told(&ended, Lang::Zh).contains("继续使用 2"));
    }
}
