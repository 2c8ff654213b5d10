//! The steps that a resident can take on the page: a form for each step, without scripts.
//!
//! No cookie and no log-in stands behind a form: who has the code may, so there is nothing that a
//! foreign page could make a browser send along.

use std::fmt::Write as _;

use alleyway_catalogue::server::resident as said;
use alleyway_catalogue::{Lang, words};
use alleyway_core::kinds::case::Finding;
use alleyway_ledger::ResidentStepKind;

use super::{Sent, escaped};

/// The length that a box takes, in UTF-16 units as browsers count: never more bytes than the server
/// takes.
const TEXT_UNITS_MAX: usize = 500;

/// The forms of a page.
#[derive(Default)]
pub(super) struct Forms {
    may: Vec<ResidentStepKind>,
    /// Sent along with each, so that what is sent twice is done once.
    token: String,
    /// The step that was sent and not done.
    sent: Sent,
}

impl Forms {
    pub(super) fn new(may: &[ResidentStepKind], token: String) -> Self {
        Self {
            may: may.to_vec(),
            token,
            sent: Sent::default(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.may.is_empty()
    }

    pub(super) fn show_again(&mut self, sent: Sent) {
        self.sent = sent;
    }

    pub(super) fn render(&self, lang: Lang, page: &mut String) {
        for kind in &self.may {
            self.form(lang, *kind, page);
        }
        // A step that is no longer possible has no form; what was written for it is not taken away.
        let shown = self.may.iter().any(|kind| kind.word() == self.sent.does);
        if !shown && !self.sent.text.is_empty() {
            let _ = write!(page, "<p class=\"text\">{}</p>", escaped(&self.sent.text));
        }
    }

    /// Writing to a string does not fail.
    fn form(&self, lang: Lang, kind: ResidentStepKind, page: &mut String) {
        let (word, says) = (kind.word(), Says::of(lang, kind));
        let sent = if self.sent.does == word {
            self.sent.clone()
        } else {
            Sent::default()
        };
        let _ = write!(
            page,
            "<form method=\"post\" accept-charset=\"utf-8\"><h2>{}</h2>\
<input type=\"hidden\" name=\"do\" value=\"{word}\"><input type=\"hidden\" name=\"token\" value=\"{}\">",
            says.title,
            escaped(&self.token)
        );
        if kind == ResidentStepKind::Verify {
            findings(lang, &sent.result, page);
        }
        let required = if kind == ResidentStepKind::Verify {
            ""
        } else {
            " required"
        };
        let _ = write!(
            page,
            "<label for=\"{word}\">{}</label>\
<textarea id=\"{word}\" name=\"text\" rows=\"3\" maxlength=\"{TEXT_UNITS_MAX}\"{required}>\n{}</textarea>\
<p><button type=\"submit\">{}</button></p></form>",
            says.label,
            escaped(&sent.text),
            said::SEND.text(lang)
        );
    }
}

fn findings(lang: Lang, chosen: &str, page: &mut String) {
    for finding in Finding::ALL {
        let word = finding.word();
        let checked = if word == chosen { " checked" } else { "" };
        let _ = write!(
            page,
            "<label><input type=\"radio\" name=\"result\" value=\"{word}\" required{checked}> {}</label>",
            words::FINDING.word(lang, word)
        );
    }
}

/// The texts of a form.
struct Says {
    title: &'static str,
    label: &'static str,
}

impl Says {
    fn of(lang: Lang, kind: ResidentStepKind) -> Self {
        let (title, label) = match kind {
            ResidentStepKind::Verify => (said::VERIFY, said::VERIFY_TEXT),
            ResidentStepKind::Reopen => (said::REOPEN, said::REOPEN_TEXT),
            ResidentStepKind::Word => (said::WORD, said::WORD_TEXT),
        };
        Self {
            title: title.text(lang),
            label: label.text(lang),
        }
    }
}
