mod elsewhere;

use std::collections::BTreeSet;

use alleyway_core::documents::{DocumentKind, field_names};
use alleyway_core::kinds::book::{CategoryClass, CodeList, Rulebook, SectionName};
use alleyway_core::kinds::case::clocks::{ClockKind, Light, SetBy};
use alleyway_core::kinds::case::{CaseStage, Finding, Origin, ReferralKind};
use alleyway_core::kinds::tray::KeptWhy;
use alleyway_core::kinds::unit::{Post, UnitKind};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::step::Takes;
use alleyway_core::time::Date;

use super::{Area, FOR_APPS, FOR_PROGRAMS, Lang, refusal, refusals, words};

fn assert_all<'a>(area: Area, words: impl IntoIterator<Item = &'a str>) {
    for word in words {
        assert!(
            area.get(Lang::Zh, word).is_some(),
            "{}.{word} has no text",
            area.name()
        );
    }
}

#[test]
fn every_word_of_the_core_has_both_texts() {
    assert_all(
        refusals::RULE,
        RefusalCode::ALL.iter().map(RefusalCode::word),
    );
    assert_all(words::STAGE, CaseStage::ALL.iter().map(CaseStage::word));
    assert_all(words::CLOCK, ClockKind::ALL.iter().map(ClockKind::word));
    assert_all(words::LIGHT, Light::ALL.iter().map(Light::word));
    assert_all(words::SET_BY, SetBy::ALL.iter().map(SetBy::word));
    assert_all(words::UNIT, UnitKind::ALL.iter().map(UnitKind::word));
    assert_all(words::POST, Post::ALL.iter().map(Post::word));
    assert_all(words::ORIGIN, Origin::ALL.iter().map(Origin::word));
    assert_all(words::FINDING, Finding::ALL.iter().map(Finding::word));
    assert_all(
        words::REFERRAL,
        ReferralKind::ALL.iter().map(ReferralKind::word),
    );
    assert_all(words::KEPT, KeptWhy::ALL.iter().map(KeptWhy::word));
    assert_all(
        words::SECTION,
        SectionName::ALL.iter().map(|name| name.word()),
    );
    assert_all(
        words::CLASS,
        CategoryClass::ALL.iter().map(CategoryClass::word),
    );
    for kind in DocumentKind::ALL {
        let (fields, sections) = (field_names(*kind), words::SECTION);
        let of_book = |field: &&str| sections.get(Lang::Zh, field).is_some();
        assert_all(
            words::FIELD,
            fields.into_iter().filter(|field| !of_book(field)),
        );
        assert_all(words::KIND, kind.steps().iter().map(|step| step.word));
    }
}

#[test]
fn what_ships_in_the_towns_book_has_its_words_here() {
    let book = Rulebook::default();
    let shipped = book.at(Date(0));
    let areas = [
        ("category", words::CATEGORY),
        ("reject", words::REJECT),
        ("wait", words::WAIT),
        ("return", words::RETURN),
        ("closure", words::CLOSURE),
        ("merge", words::MERGE),
    ];
    assert_eq!(areas.len(), CodeList::ALL.len() + 1);
    for (list, area) in areas {
        let rows = shipped.choices(list);
        assert!(!rows.is_empty(), "{list}");
        assert_all(area, rows.iter().map(|row| row.code.as_str()));
    }
}

#[test]
fn every_list_that_a_field_declares_has_texts_for_its_words() {
    let kinds = DocumentKind::ALL.iter();
    let steps = kinds.flat_map(|kind| kind.steps().iter());
    let mut choices = BTreeSet::new();
    for field in steps.flat_map(|step| step.fields.iter()) {
        let (list, words) = match field.spec.takes {
            Takes::Choice(choices) => (choices.list, choices.words),
            Takes::Code(list) => (list, &[][..]),
            _ => continue,
        };
        let area = FOR_APPS.iter().find(|area| area.name() == list);
        assert_all(
            *area.unwrap_or_else(|| panic!("no list {list}")),
            words.iter().copied(),
        );
        choices.insert(list);
    }
    assert!(choices.len() >= 6, "{choices:?}");
}

#[test]
fn no_key_is_there_twice() {
    let mut keys = BTreeSet::new();
    for message in FOR_APPS.iter().chain(FOR_PROGRAMS).flat_map(Area::messages) {
        assert!(keys.insert(message.key()), "{} twice", message.key());
    }
}

#[test]
fn a_refusal_names_what_came_first() {
    let zh = refusal(Lang::Zh, "wrong_state", Some("受理"), Some("谢巷长"));
    assert!(zh.starts_with("此前 谢巷长 已「受理」。"), "{zh}");
    let en = refusal(Lang::En, "wrong_state", Some("accept"), None);
    assert!(
        en.starts_with("Somebody did “accept” first. The case"),
        "{en}"
    );
    assert!(!refusal(Lang::En, "wrong_state", None, None).contains('{'));
    assert!(!refusal(Lang::Zh, "of_tomorrow", None, None).is_empty());
}

#[test]
fn unknown_words_are_shown_as_they_are() {
    assert_eq!(words::CATEGORY.word(Lang::Zh, "beekeeping"), "beekeeping");
    assert_eq!(words::POST.word(Lang::Zh, "alley_chief"), "巷长");
}

#[test]
fn an_app_shows_no_command_to_type() {
    for message in FOR_APPS.iter().flat_map(Area::messages) {
        for lang in Lang::ALL {
            let text = message.text(lang);
            let typed = ["alleyway ", "alleyway-server", " --", "ALLEYWAY_"];
            assert!(
                !typed.iter().any(|typed| text.contains(typed)),
                "{}: {text}",
                message.key()
            );
        }
    }
}

#[test]
fn a_terminal_adds_what_to_type() {
    use crate::screens::bundle::CARRYING;
    let values = [("count", "2")];
    assert_eq!(
        CARRYING.at_terminal(Lang::En, &values),
        CARRYING.fill(Lang::En, &values) + ". See: alleyway bundle list"
    );
}
