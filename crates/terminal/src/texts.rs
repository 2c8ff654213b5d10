//! The catalogue as the terminal uses it, and the choice of the language.

pub(super) use alleyway_catalogue::{Area, Lang, Message, words};

/// The texts of the screens, and those that only a terminal has.
pub(super) mod say {
    pub(crate) use alleyway_catalogue::screens::*;
    pub(crate) use alleyway_catalogue::terminal::{hint, usage};
}

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
