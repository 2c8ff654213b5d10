//! The answer for people: one page, no script, nothing loaded from anywhere.

use std::fmt::Write as _;

use alleyway_core::catalogue::{self, Lang};
use alleyway_core::ledger::{TrackStep, Tracking};
use alleyway_core::time::Date;

use crate::clock::date;

/// Readable on the smallest phone, in the dark, and printed.
const STYLE: &str = "body{font:1.05rem/1.6 system-ui,sans-serif;max-width:36rem;margin:0 auto;padding:1rem;\
color:#1a1a1a;background:#fff}h1{font-size:1.3rem}ol{padding-left:1.2rem}li{margin:.6rem 0}time{color:#666}\
p.text{margin:.2rem 0;white-space:pre-line}@media(prefers-color-scheme:dark){body{color:#eee;background:#111}time{color:#aaa}}";

/// What a page says.
pub(super) struct Content {
    heading: String,
    lines: Vec<String>,
    steps: Vec<Step>,
}

struct Step {
    day: String,
    title: String,
    text: String,
}

fn pick(lang: Lang, zh: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// What a resident is told of a code whose case has not arrived.
pub(super) fn not_arrived(lang: Lang) -> &'static str {
    pick(
        lang,
        "查询码有效，但事项还没有送达。巷长的手机有信号后就能查到，请过几天再看。",
        "The code is valid, but the request has not arrived yet. It will once the chief's phone has a signal; look again in a few days.",
    )
}

impl Content {
    /// Of a case, or of one that has not arrived.
    pub(super) fn of(tracking: &Tracking, lang: Lang) -> Self {
        let Tracking::Found(case) = tracking else {
            return Self {
                heading: title(lang).to_owned(),
                lines: vec![not_arrived(lang).to_owned()],
                steps: Vec::new(),
            };
        };
        let stage = catalogue::word(lang, "stage", case.stage.word());
        let mut lines = vec![format!("{}{stage}", pick(lang, "目前：", "Now: "))];
        lines.extend(case.due.map(|due| format!("{}{}", pick(lang, "期限：", "Due: "), date(due))));
        let heading = format!("{} {}", title(lang), case.number);
        Self { heading, lines, steps: case.steps.iter().map(|step| Step::of(step, lang)).collect() }
    }

    /// Of a code whose check letter is wrong.
    pub(super) fn bad_code(lang: Lang) -> Self {
        let line = pick(lang, "查询码不对，请核对每个字符。", "The code is not valid; compare every character.");
        Self { heading: title(lang).to_owned(), lines: vec![line.to_owned()], steps: Vec::new() }
    }
}

fn title(lang: Lang) -> &'static str {
    pick(lang, "诉求办理进度", "Your request")
}

impl Step {
    fn of(step: &TrackStep, lang: Lang) -> Self {
        let mut title = catalogue::word(lang, "track", &step.kind).to_owned();
        if let Some(result) = &step.result {
            let _ = write!(title, " · {}", catalogue::word(lang, "finding", result));
        }
        Self { day: date(Date::of(step.received)), title, text: step.text.clone() }
    }
}

/// The page.
pub(super) fn render(lang: Lang, nonce: &str, content: &Content) -> String {
    let language = pick(lang, "zh-CN", "en");
    let heading = escaped(&content.heading);
    let mut page = format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta name=\"robots\" content=\"noindex\">\
<title>{heading}</title><style nonce=\"{nonce}\">{STYLE}</style></head><body><h1>{heading}</h1>"
    );
    // Writing to a string does not fail.
    for line in &content.lines {
        let _ = write!(page, "<p>{}</p>", escaped(line));
    }
    if !content.steps.is_empty() {
        page.push_str("<ol>");
        for step in &content.steps {
            let _ = write!(page, "<li><time>{}</time> {}", step.day, escaped(&step.title));
            if !step.text.is_empty() {
                let _ = write!(page, "<p class=\"text\">{}</p>", escaped(&step.text));
            }
            page.push_str("</li>");
        }
        page.push_str("</ol>");
    }
    page.push_str("</body></html>");
    page
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use alleyway_core::documents::CaseStage;
    use alleyway_core::ledger::Tracked;
    use alleyway_core::time::Time;

    fn tracking() -> Tracking {
        let step = |kind: &str, text: &str, result: Option<&str>| TrackStep {
            kind: kind.to_owned(),
            received: Time(1_772_323_200_000),
            text: text.to_owned(),
            result: result.map(str::to_owned),
            by: None,
        };
        let steps =
            vec![step("report", "", None), step("verify", "", Some("fixed")), step("close", "<b>路修好了</b>", None)];
        Tracking::Found(Tracked { number: "2047-51938-6".to_owned(), stage: CaseStage::Closed, due: None, steps })
    }

    #[test]
    fn a_page_tells_every_step_with_its_day_and_its_text_escaped() {
        let page = render(Lang::Zh, "0", &Content::of(&tracking(), Lang::Zh));
        for part in ["2047-51938-6", "已结案", "2026-03-01", "您的诉求已登记", "&lt;b&gt;路修好了&lt;/b&gt;"]
        {
            assert!(page.contains(part), "{part} in {page}");
        }
        let english = render(Lang::En, "0", &Content::of(&tracking(), Lang::En));
        assert!(english.contains("Now: closed"), "{english}");
    }

    #[test]
    fn programs_get_the_same_steps() {
        let answer: serde_json::Value =
            serde_json::from_str(&super::super::json::encode(&tracking(), Lang::En)).unwrap();
        assert_eq!(answer["state"], "closed");
        assert_eq!(answer["steps"][1]["result"], "fixed");
        assert_eq!(answer["steps"][2]["at"], "2026-03-01T00:00:00Z");
    }
}
