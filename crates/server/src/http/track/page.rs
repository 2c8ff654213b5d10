//! The answer for people: one page, no script, nothing loaded from anywhere.

mod forms;

use std::fmt::Write as _;

use alleyway_catalogue::server::resident as said;
use alleyway_catalogue::{Lang, words};
use alleyway_core::kinds::book::Contact;
use alleyway_core::time::Date;
use alleyway_ledger::{TrackStep, Tracking};

use super::step::Sent;
use crate::clock::date;
use crate::http::error::HttpError;
use forms::Forms;

/// Readable on the smallest phone, in the dark, and printed.
const STYLE: &str = "body{font:1.05rem/1.6 system-ui,sans-serif;max-width:36rem;margin:0 auto;padding:1rem;\
color:#1a1a1a;background:#fff}h1{font-size:1.3rem}ol{padding-left:1.2rem}li{margin:.6rem 0}time{color:#666}\
p.text{margin:.2rem 0;white-space:pre-line}p.alert{padding:.6rem;border-left:.3rem solid #b00}\
form{margin:1.5rem 0;padding-top:.5rem;border-top:1px solid #999}h2{font-size:1.1rem}label{display:block;margin:.4rem 0}\
textarea{width:100%;box-sizing:border-box;font:inherit}button{font:inherit;padding:.5rem 1.2rem}@media(prefers-color-scheme:dark){body{color:#eee;background:#111}time{color:#aaa}}";

/// The content of a page.
#[derive(Default)]
pub(super) struct Content {
    heading: String,
    /// Why something was not done.
    alert: Option<&'static str>,
    lines: Vec<String>,
    steps: Vec<PageStep>,
    forms: Forms,
    /// Whom one can call.
    contacts: Vec<Contact>,
}

struct PageStep {
    day: String,
    title: String,
    text: String,
}

impl Content {
    /// Of a case, or of one that has not arrived. `token` is drawn for this page.
    pub(super) fn of(tracking: &Tracking, lang: Lang, token: String) -> Self {
        let heading = title(lang).to_owned();
        let nothing = |why: &alleyway_catalogue::Message| Self {
            heading: heading.clone(),
            lines: vec![why.text(lang).to_owned()],
            ..Self::default()
        };
        let case = match tracking {
            Tracking::Found(case) => case,
            Tracking::Ended => return nothing(said::CODE_ENDED),
            Tracking::NotArrived => return nothing(said::NOT_ARRIVED),
        };
        let stage = words::STAGE.word(lang, case.stage.word());
        let mut lines = vec![said::NOW.fill(lang, &[("stage", stage)])];
        lines.extend(case.due.map(|due| {
            let text = if case.is_provisional {
                said::DUE_PROVISIONAL
            } else {
                said::DUE
            };
            text.fill(lang, &[("date", date(due))])
        }));
        let office = case.office.as_ref();
        lines.extend(office.map(|name| said::OFFICE.fill(lang, &[("name", name)])));
        if case.earlier {
            lines.push(said::EARLIER.text(lang).to_owned());
        }
        if case.day_is_full {
            lines.push(said::TOO_MANY_STEPS.text(lang).to_owned());
        }
        Self {
            heading: format!("{heading} {}", case.number),
            alert: None,
            lines,
            steps: case
                .steps
                .iter()
                .map(|step| PageStep::of(step, lang))
                .collect(),
            forms: Forms::new(&case.may, token),
            contacts: case.contacts.clone(),
        }
    }

    /// Of no case.
    pub(super) fn blank(lang: Lang) -> Self {
        Self {
            heading: title(lang).to_owned(),
            ..Self::default()
        }
    }

    /// Says why what was sent was not done, and shows it again, to be mended.
    pub(super) fn refused(mut self, lang: Lang, error: &HttpError, sent: Sent) -> Self {
        self.alert = Some(error.text(lang));
        self.forms.show_again(sent);
        self
    }

    /// Whether there is anything to send.
    pub(super) fn has_forms(&self) -> bool {
        !self.forms.is_empty()
    }
}

fn title(lang: Lang) -> &'static str {
    said::TITLE.text(lang)
}

impl PageStep {
    fn of(step: &TrackStep, lang: Lang) -> Self {
        let mut title = words::TRACK.word(lang, &step.kind).to_owned();
        if step.own {
            title = said::OWN.fill(lang, &[("step", title)]);
        }
        if let Some(result) = &step.result {
            let _ = write!(title, " · {}", words::FINDING.word(lang, result));
        }
        Self {
            day: date(Date::of(step.received)),
            title,
            text: step.text.clone(),
        }
    }
}

/// The page.
pub(super) fn render(lang: Lang, nonce: &str, content: &Content) -> String {
    let language = lang.of("zh-CN", "en");
    let heading = escaped(&content.heading);
    let mut page = format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta name=\"robots\" content=\"noindex\">\
<title>{heading}</title><style nonce=\"{nonce}\">{STYLE}</style></head><body><h1>{heading}</h1>"
    );
    // Writing to a string does not fail.
    if let Some(alert) = content.alert {
        let _ = write!(
            page,
            "<p class=\"alert\" role=\"alert\">{}</p>",
            escaped(alert)
        );
    }
    for line in &content.lines {
        let _ = write!(page, "<p>{}</p>", escaped(line));
    }
    if !content.steps.is_empty() {
        page.push_str("<ol>");
        for step in &content.steps {
            let _ = write!(
                page,
                "<li><time>{}</time> {}",
                step.day,
                escaped(&step.title)
            );
            if !step.text.is_empty() {
                let _ = write!(page, "<p class=\"text\">{}</p>", escaped(&step.text));
            }
            page.push_str("</li>");
        }
        page.push_str("</ol>");
    }
    content.forms.render(lang, &mut page);
    write_contacts(lang, &content.contacts, &mut page);
    page.push_str("</body></html>");
    page
}

/// Whom one can call, each with a number that a phone dials.
fn write_contacts(lang: Lang, contacts: &[Contact], page: &mut String) {
    if contacts.is_empty() {
        return;
    }
    let _ = write!(page, "<h2>{}</h2><ul>", said::CONTACTS.text(lang));
    for contact in contacts {
        let (name, phone) = (escaped(&contact.name), escaped(&contact.phone));
        let _ = write!(
            page,
            "<li>{name} <a href=\"tel:{phone}\">{phone}</a> {}</li>",
            escaped(&contact.hours)
        );
    }
    page.push_str("</ul>");
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
    use super::super::error::StepError;
    use super::*;
    use alleyway_core::kinds::case::CaseStage;
    use alleyway_core::text::Text;
    use alleyway_core::time::Time;
    use alleyway_ledger::{ResidentStepKind, Tracked};

    fn tracking() -> Tracking {
        let step = |kind: &str, text: &str, result: Option<&str>| TrackStep {
            kind: kind.to_owned(),
            received: Time(1_772_323_200_000),
            own: kind == "verify",
            text: text.to_owned(),
            result: result.map(str::to_owned),
            by: None,
        };
        let steps = vec![
            step("report", "", None),
            step("verify", "", Some("fixed")),
            step("close", "<b>路修好了</b>", None),
        ];
        Tracking::Found(Tracked {
            number: "2047-51938-6".to_owned(),
            stage: CaseStage::Closed,
            due: None,
            office: Some("镇<交通站>".to_owned()),
            contacts: vec![Contact {
                name: Text::cut("便民<热线>"),
                phone: Text::cut("0772-12345"),
                hours: Text::cut("8:00–18:00"),
            }],
            is_provisional: false,
            steps,
            earlier: false,
            may: vec![ResidentStepKind::Reopen, ResidentStepKind::Word],
            day_is_full: false,
            is_kept: true,
        })
    }

    fn content(lang: Lang) -> Content {
        Content::of(&tracking(), lang, "0f".repeat(16))
    }

    #[test]
    fn a_page_tells_every_step_with_its_day_and_its_text_escaped() {
        let page = render(Lang::Zh, "0", &content(Lang::Zh));
        for part in [
            "2047-51938-6",
            "已结案",
            "2026-03-01",
            "您的诉求已登记",
            "承办单位：镇&lt;交通站&gt;",
            "便民&lt;热线&gt; <a href=\"tel:0772-12345\">0772-12345</a> 8:00–18:00",
            "&lt;b&gt;路修好了&lt;/b&gt;",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
        let english = render(Lang::En, "0", &content(Lang::En));
        for part in ["Now: closed", "Handled by: "] {
            assert!(english.contains(part), "{part} in {english}");
        }
    }

    #[test]
    fn programs_get_the_same_steps() {
        let answer: serde_json::Value =
            serde_json::from_str(&super::super::json::encode(&tracking(), Lang::En)).unwrap();
        assert_eq!(answer["state"], "closed");
        assert_eq!(answer["office"], "镇<交通站>");
        assert_eq!(answer["contacts"][0]["phone"], "0772-12345");
        assert_eq!(answer["steps"][1]["result"], "fixed");
        assert_eq!(
            (&answer["steps"][1]["own"], &answer["steps"][0]["own"]),
            (&true.into(), &false.into())
        );
        assert_eq!(answer["may"], serde_json::json!(["reopen", "word"]));
        assert_eq!(answer["steps"][2]["at"], "2026-03-01T00:00:00Z");
    }

    #[test]
    fn a_page_offers_the_steps_that_are_possible_and_no_others() {
        let page = render(Lang::En, "0", &content(Lang::En));
        for part in [
            "value=\"reopen\"",
            "value=\"word\"",
            "method=\"post\"",
            &"0f".repeat(16),
            "(you)",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
        assert!(!page.contains("value=\"verify\"") && content(Lang::En).has_forms());
        let nothing = Content::of(&Tracking::NotArrived, Lang::Zh, String::new());
        assert!(!nothing.has_forms() && !render(Lang::Zh, "0", &nothing).contains("<form"));
    }

    #[test]
    fn what_was_not_done_is_said_and_shown_again_to_be_mended() {
        let sent = Sent {
            does: "reopen".to_owned(),
            text: "</textarea>又塌了".to_owned(),
            ..Sent::default()
        };
        let error = HttpError::from(StepError::TooLong);
        let page = render(
            Lang::Zh,
            "0",
            &content(Lang::Zh).refused(Lang::Zh, &error, sent),
        );
        for part in [
            error.text(Lang::Zh),
            "&lt;/textarea&gt;又塌了</textarea>",
            "role=\"alert\"",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }

    #[test]
    fn a_day_that_is_full_is_said_instead() {
        let Tracking::Found(case) = tracking() else {
            unreachable!()
        };
        let full = Tracking::Found(Tracked {
            may: Vec::new(),
            day_is_full: true,
            ..case
        });
        let page = render(Lang::En, "0", &Content::of(&full, Lang::En, String::new()));
        assert!(
            page.contains("come back tomorrow") && !page.contains("<form"),
            "{page}"
        );
    }
}
