//! Codes of the town's closed lists: what people call them, and which can be chosen.

use alleyway_catalogue::{Area, FOR_APPS, Lang};
use alleyway_core::kinds::DocumentKind;
use alleyway_core::kinds::book::CodeRow;
use alleyway_core::step::Takes;
use alleyway_core::text::fold;
use alleyway_core::text::typed;
use alleyway_core::time::Date;

use crate::fault::{Fault, Problem};
use crate::screen::Screen;

impl Screen<'_> {
    /// By which people call a code of a list: as the town's book has it, or as it ships. One that
    /// nobody ever named is shown as it is.
    pub fn code_word(&self, list: &str, code: &str) -> String {
        let book = self.replica.organisation().rulebook();
        match book.names_of(list, code) {
            Some(names) => self.in_language(names).to_owned(),
            None => vocabulary(list)
                .map_or(code, |area| area.word(self.lang, code))
                .to_owned(),
        }
    }

    /// A field of a step as people read it: of a code by which they call it.
    pub(crate) fn step_code(&self, step: &str, field: &str, text: &str) -> String {
        match list_of(step, field) {
            Some(list) => self.code_word(list, text),
            None => text.to_owned(),
        }
    }

    /// The codes of a list that can be chosen today, each with what people call it. Of a list that
    /// the town's book does not have, those that ship.
    pub(crate) fn code_choices(&self, list: &str) -> Vec<(String, String)> {
        let today = Date::of(self.now);
        let rows = self
            .replica
            .organisation()
            .rulebook()
            .at(today)
            .choices(list);
        let named = |row: CodeRow| {
            let code = row.code.to_string();
            let word = if row.zh.is_empty() {
                self.code_word(list, &code)
            } else {
                self.in_language((&row.zh, &row.en)).to_owned()
            };
            (code, word)
        };
        rows.into_iter().map(named).collect()
    }

    /// The code that somebody typed: the code itself, or what people call it. While the lease has
    /// ended the book cannot be read, and the server says what it thinks of the code.
    ///
    /// # Errors
    /// [`Problem::UnknownCode`], with those that can be chosen.
    pub(crate) fn code_named(&self, list: &str, text: &str) -> Result<String, Fault> {
        let book = self.replica.organisation().rulebook();
        if typed::is_nothing(text) || self.replica.is_locked() || book.has_code(list, text) {
            return Ok(text.to_owned());
        }
        let choices = self.code_choices(list);
        let meant =
            |(code, word): &&(String, String)| fold::same(code, text) || fold::same(word, text);
        if let Some((code, _)) = choices.iter().find(meant) {
            return Ok(code.clone());
        }
        let known: Vec<_> = choices.iter().map(|(code, _)| code.as_str()).collect();
        let values = vec![("value", text.to_owned()), ("known", known.join(" "))];
        Err(Fault::new(Problem::UnknownCode, values))
    }

    fn in_language<'n>(&self, (zh, en): (&'n str, &'n str)) -> &'n str {
        match self.lang {
            Lang::En if !en.is_empty() => en,
            Lang::En | Lang::Zh => zh,
        }
    }
}

/// The texts that ship for the words of a list.
fn vocabulary(list: &str) -> Option<Area> {
    let mut areas = FOR_APPS.iter().copied();
    areas.find(|area| area.name() == list)
}

/// The list of the town's book that the codes of a step's field are of; none if it has no codes.
fn list_of(step: &str, field: &str) -> Option<&'static str> {
    let mut steps = DocumentKind::ALL
        .iter()
        .filter_map(|kind| kind.blank(step)?.step());
    match steps.find_map(|step| step.typed_field(field))?.spec.takes {
        Takes::Code(list) => Some(list),
        _ => None,
    }
}
