//! Texts in the user's language, all from the one catalogue of the core.

mod say;

use alleyway_core::catalogue;
pub(super) use alleyway_core::catalogue::Lang;
pub(super) use say::Say;

/// The language asked for, else the environment's, else Chinese. `None` if what was asked for is
/// not known.
pub(super) fn choose(
    asked: Option<&str>,
    environment: impl Fn(&str) -> Option<String>,
) -> Option<Lang> {
    if let Some(asked) = asked {
        return Lang::parse(asked);
    }
    let from = |name: &str| environment(name).and_then(|value| Lang::parse(&value));
    Some(
        from("ALLEYWAY_LANG")
            .or_else(|| from("LANG"))
            .unwrap_or(Lang::Zh),
    )
}

/// A text of the terminal.
pub(super) fn say(lang: Lang, text: Say) -> String {
    fill(lang, text, &[])
}

/// A text with its braces filled in.
pub(super) fn fill(lang: Lang, text: Say, values: &[(&str, &str)]) -> String {
    catalogue::render(
        catalogue::text(lang, text.key()).unwrap_or_else(|| text.key()),
        values,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_of_the_terminal_is_in_the_catalogue_with_the_same_braces() {
        let braces = |text: &str| {
            let mut names: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|part| part.split_once('}'))
                .map(|(name, _)| name.to_owned())
                .collect();
            names.sort();
            names
        };
        for text in Say::ALL {
            let zh = catalogue::text(Lang::Zh, text.key())
                .unwrap_or_else(|| panic!("{} is missing", text.key()));
            let en = catalogue::text(Lang::En, text.key())
                .unwrap_or_else(|| panic!("{} is missing", text.key()));
            assert!(!zh.is_empty() && !en.is_empty(), "{}", text.key());
            assert_eq!(braces(zh), braces(en), "{}", text.key());
        }
    }

    #[test]
    fn the_language_is_the_one_asked_for_then_the_environments_then_chinese() {
        let none = |_: &str| None;
        let english = |name: &str| (name == "LANG").then(|| "en_US.UTF-8".to_owned());
        let both = |name: &str| Some(if name == "LANG" { "en_US" } else { "zh" }.to_owned());
        assert_eq!(choose(None, none), Some(Lang::Zh));
        assert_eq!(choose(None, |_| Some("C.UTF-8".to_owned())), Some(Lang::Zh));
        assert_eq!(choose(None, english), Some(Lang::En));
        assert_eq!(choose(None, both), Some(Lang::Zh));
        assert_eq!(choose(Some("zh"), english), Some(Lang::Zh));
        assert_eq!(choose(Some("de"), none), None);
    }

    #[test]
    fn braces_are_filled_once_and_never_in_what_was_filled_in() {
        let text = fill(Lang::En, Say::NotFound, &[("text", "{text}")]);
        assert!(text.starts_with("Nothing is called “{text}”."), "{text}");
    }
}
