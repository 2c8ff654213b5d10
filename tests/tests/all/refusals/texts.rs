//! What a refusal's text has to say: the rule, and what to do.

use alleyway_core::refusal::RefusalCode;

/// Words of doing that a Chinese text has one of: please, first, mend, and the like.
const TO_DO_ZH: &[&str] = &["请", "先", "补上", "改"];
/// Words of doing, one of which begins one of an English text's sentences, or a part of one.
const TO_DO_EN: &[&str] = &[
    "add", "ask", "call", "check", "choose", "correct", "edit", "escalate", "give", "go", "let",
    "look", "mend", "pick", "propose", "report", "send", "sync", "update", "wait", "write",
];

/// Fails unless both texts do. The rule is what comes before.
pub(super) fn say_what_to_do(code: &RefusalCode, zh: &str, en: &str) {
    let doing = TO_DO_ZH.iter().filter_map(|word| zh.find(word)).min();
    assert!(
        doing.is_some_and(|at| at > 0),
        "{code} says a rule, and what to do: {zh}"
    );
    let parts: Vec<&str> = en.split(['.', ',', ';', ':']).map(str::trim).collect();
    let first_word = |part: &&str| part.split(' ').next().unwrap_or_default().to_lowercase();
    let doing = parts
        .iter()
        .position(|part| TO_DO_EN.contains(&first_word(part).as_str()));
    assert!(
        doing.is_some_and(|at| at > 0),
        "{code} says a rule, and what to do: {en}"
    );
}
