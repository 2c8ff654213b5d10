//! The preferences of a client (RFC 9110, 12.5).

use alleyway_catalogue::Lang;

/// The weight of the first entry that `matches`, in thousandths; none if there is none.
fn weight(header: &str, matches: impl Fn(&str) -> bool) -> Option<u16> {
    header.split(',').find_map(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        if !matches(parts.next().unwrap_or_default()) {
            return None;
        }
        let q = parts.find_map(|part| part.strip_prefix("q="));
        Some(q.map_or(1_000, thousandths))
    })
}

/// `0.8` as 800; what is no weight counts nothing.
fn thousandths(q: &str) -> u16 {
    let (whole, part) = q.split_once('.').unwrap_or((q, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match whole {
        "1" => 1_000,
        "0" if part.len() <= 3 && digits(part) => format!("{part:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

/// Whether a page is preferred to JSON. A client that does not say gets JSON.
pub(super) fn prefers_page(accept: &str) -> bool {
    let page = weight(accept, |kind| kind.eq_ignore_ascii_case("text/html")).unwrap_or(0);
    let json = weight(accept, |kind| kind.eq_ignore_ascii_case("application/json")).unwrap_or(0);
    page > json
}

/// Chinese, unless English is preferred.
pub(super) fn language(accept_language: &str) -> Lang {
    let of = |prefix: &str| {
        weight(accept_language, |tag| {
            tag.split('-')
                .next()
                .is_some_and(|main| main.eq_ignore_ascii_case(prefix))
        })
        .unwrap_or(0)
    };
    if of("en") > of("zh") {
        Lang::En
    } else {
        Lang::Zh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_for_those_who_prefer_them() {
        for (accept, page) in [
            ("", false),
            ("*/*", false),
            ("application/json", false),
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                true,
            ),
            ("application/json;q=0.5, text/html;q=0.4", false),
            ("application/json;q=0.5, text/html;q=0.75", true),
            ("text/html;q=nonsense", false),
            ("text/html;q=0.1234", false),
        ] {
            assert_eq!(prefers_page(accept), page, "{accept}");
        }
    }

    #[test]
    fn chinese_unless_english_is_preferred() {
        for (accept, lang) in [
            ("", Lang::Zh),
            ("zh-CN,zh;q=0.9,en;q=0.8", Lang::Zh),
            ("en-US,en;q=0.9", Lang::En),
            ("en;q=0.3, zh;q=0.7", Lang::Zh),
            ("fr", Lang::Zh),
        ] {
            assert_eq!(language(accept), lang, "{accept}");
        }
    }
}
