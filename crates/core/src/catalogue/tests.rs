use std::collections::BTreeSet;

use super::{Lang, TABLES, refusal, render, text, word};
use crate::command::Body;
use crate::kinds::case::Finding;
use crate::kinds::case::{CaseStage, ReferralKind};
use crate::kinds::unit::{Post, UnitKind};
use crate::refusal::RefusalCode;

fn assert_all<'a>(area: &str, words: impl IntoIterator<Item = &'a str>) {
    for word in words {
        let key = format!("{area}.{word}");
        assert!(
            text(Lang::Zh, &key).is_some_and(|text| !text.is_empty()),
            "{key} in Chinese"
        );
        assert!(
            text(Lang::En, &key).is_some_and(|text| !text.is_empty()),
            "{key} in English"
        );
    }
}

#[test]
fn every_word_has_both_texts() {
    assert_all("refusal", RefusalCode::ALL.iter().map(RefusalCode::word));
    assert_all("stage", CaseStage::ALL.iter().map(CaseStage::word));
    assert_all("unit", UnitKind::ALL.iter().map(UnitKind::word));
    assert_all("post", Post::ALL.iter().map(Post::word));
    assert_all("finding", Finding::ALL.iter().map(Finding::word));
    assert_all("referral", ReferralKind::ALL.iter().map(ReferralKind::word));
    assert_all(
        "kept",
        crate::kinds::tray::KeptWhy::ALL
            .iter()
            .map(crate::kinds::tray::KeptWhy::word),
    );
    assert_all(
        "kind",
        crate::documents::samples::all().iter().map(Body::kind),
    );
    let categories =
        "road water power housing sanitation elderly education health subsidy safety dispute other";
    assert_all("category", categories.split(' '));
    for kind in crate::documents::DocumentKind::ALL {
        assert_all("field", crate::documents::field_names(*kind));
    }
}

#[test]
fn no_key_is_there_twice_and_no_text_is_empty() {
    let mut keys = BTreeSet::new();
    for (key, zh, en) in TABLES.iter().copied().flatten() {
        assert!(keys.insert(key), "{key} twice");
        assert!(!zh.is_empty() && !en.is_empty(), "{key} is empty");
    }
}

#[test]
fn both_languages_have_the_same_places() {
    let places = |text: &str| -> BTreeSet<String> {
        text.split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name.to_owned())
            .collect()
    };
    for (key, zh, en) in TABLES.iter().copied().flatten() {
        assert_eq!(places(zh), places(en), "{key}");
    }
}

#[test]
fn a_refusal_names_what_came_first() {
    let zh = refusal(
        Lang::Zh,
        &RefusalCode::WrongState,
        Some("受理"),
        Some("谢巷长"),
    );
    assert!(zh.starts_with("此前 谢巷长 已「受理」。"), "{zh}");
    let en = refusal(Lang::En, &RefusalCode::WrongState, Some("accept"), None);
    assert!(
        en.starts_with("Somebody did “accept” first. The case"),
        "{en}"
    );
    assert!(!refusal(Lang::En, &RefusalCode::WrongState, None, None).contains('{'));
    assert!(!refusal(Lang::Zh, &RefusalCode::from_word("of_tomorrow"), None, None).is_empty());
}

#[test]
fn a_value_is_not_read_as_a_template() {
    assert_eq!(
        render(
            "{by}: {first} {else} {",
            &[("by", "{first}"), ("first", "x")]
        ),
        "{first}: x {else} {"
    );
}

#[test]
fn unknown_words_are_shown_as_they_are() {
    assert_eq!(word(Lang::Zh, "category", "beekeeping"), "beekeeping");
    assert_eq!(word(Lang::Zh, "post", "alley_chief"), "巷长");
}
