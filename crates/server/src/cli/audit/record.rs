//! A record of the audit on a line, for people.

use alleyway_catalogue::Lang;

use crate::admin::AuditShown;
use crate::cli::admin::{pick, shown_time};

/// Kinds, numbers and reasons as programs read them, and as people do. A number that means something
/// else in one kind has that kind before it.
const WORDS: [(&str, &str, &str); 34] = [
    ("verdicts", "裁决", "verdicts"),
    ("invited", "邀请", "invited"),
    ("enrolled", "设备登记", "enrolled"),
    ("stopped", "设备停用", "stopped"),
    ("reinstated", "设备恢复", "reinstated"),
    ("renamed", "设备改名", "renamed"),
    ("forked", "手机曾从备份恢复", "forked"),
    ("read", "督查查阅", "read"),
    ("quarantine_ended", "隔离结束", "quarantine ended"),
    ("exported", "导出记录", "exported"),
    ("appointed", "任职", "appointed"),
    ("post_ended", "任职终止", "post ended"),
    ("post_amended", "任职变更", "post amended"),
    ("cleared", "申请保密授权", "clearance asked for"),
    ("clearance_confirmed", "确认保密授权", "clearance confirmed"),
    ("clearance_ended", "终止保密授权", "clearance ended"),
    ("device_confirmed", "确认设备", "device confirmed"),
    ("restored", "从备份恢复", "restored from a backup"),
    ("incarnation", "第几代", "incarnation"),
    ("unknown", "新版本的记录", "a record of a newer version"),
    ("batch", "批次", "batch"),
    ("admitted", "采纳", "admitted"),
    ("kept", "待审", "kept"),
    ("waiting", "等待", "waiting"),
    ("quarantine_ended.kept", "继续使用", "go on"),
    ("quarantine_ended.revoked", "停用", "revoked"),
    ("withdrawn", "作废邀请", "invitations withdrawn"),
    ("records", "条数", "records"),
    ("revoked", "停用", "revoked"),
    ("lost", "挂失", "lost"),
    ("frozen", "冻结", "frozen"),
    ("device", "设备", "device"),
    ("by", "经办", "by"),
    ("refused", "退回", "refused"),
];

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
        pick(language, "服务器", "server")
    } else {
        who
    }
}

fn known(word: &str, language: Lang) -> Option<&'static str> {
    WORDS
        .iter()
        .find(|(known, ..)| *known == word)
        .map(|(_, zh, en)| pick(language, zh, en))
}

/// A word of a later version is shown as it is.
fn word_of(word: &str, language: Lang) -> &str {
    known(word, language).unwrap_or(word)
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
