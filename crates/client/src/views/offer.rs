//! Which steps could be taken now, and why the others cannot be.

use alleyway_catalogue::words;
use alleyway_core::documents::shown_value;
use alleyway_core::id::DocumentId;
use alleyway_core::policy;
use alleyway_core::step::Takes;
use alleyway_core::text::Text;
use alleyway_core::time::Date;
use serde::Serialize;

use crate::drafts::{self, REPORT};
use crate::screen::Screen;

/// A step that a screen can show without knowing it: greyed, with its reason, if it is refused
/// already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// The step's word.
    pub step: &'static str,
    /// The name of its row in the table of policy; a step that differs by what it says has several.
    pub row: &'static str,
    /// The label of the step.
    pub label: String,
    /// The fields that its author fills in, in order.
    pub fields: Vec<OfferedField>,
    /// The code of the refusal that it would get, whatever is filled in; none if that decides.
    pub code: Option<String>,
    /// The same in words.
    pub reason: Option<String>,
}

/// The field of a category, and the list of them.
const CATEGORY: &str = "category";

/// A field to be filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfferedField {
    /// Its name.
    pub name: &'static str,
    /// The label that people read.
    pub label: String,
    /// The step is refused without it.
    pub needed: bool,
    /// The bytes that its value may have at most.
    pub bytes_max: usize,
    /// The word for what it takes, so that a screen can offer the right input: `text`, `code`,
    /// `choice`, `unit`, `units`, `household`, `case`, `date`, `time`, `member`, `appointment`, `device`,
    /// `proposal`, `point`, `flag`, `count`, `field_name`, `field_value`.
    pub takes: &'static str,
    /// The words that it takes, of a choice; of a code those that the town's book has today. Else empty.
    pub words: Vec<OfferedWord>,
    /// Texts to begin with that the town's book has today, of a text for the resident. Else empty.
    pub templates: Vec<OfferedText>,
    /// The id of the unit that usually handles the case's category, as the town's book has it today, of the
    /// unit that work is sent to. Else none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usual: Option<String>,
}

/// A text to begin with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfferedText {
    /// By which people choose it.
    pub title: String,
    /// The text.
    pub text: String,
}

/// A word that a field takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfferedWord {
    /// The word.
    pub word: String,
    /// The label that people read.
    pub label: String,
    /// The rest that the town's book has today for a category. None of any other word.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub category: Option<OfferedCategory>,
}

/// The things that a screen shows with a category.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct OfferedCategory {
    /// The name of its icon; empty for none.
    pub icon: String,
    /// Phrases to begin with.
    pub phrases: Vec<String>,
    /// The line that is shown above all else: whom to call first. Empty for nothing.
    pub emergency: String,
}

impl Screen<'_> {
    /// Every step on a document, or, without one, every step that creates one; in the order of the
    /// table of policy. Empty while nothing can be read.
    pub fn offers(&self, document: Option<DocumentId>) -> Vec<Offer> {
        let offers = self.replica.offers(document, self.now).into_iter();
        offers.map(|offer| self.offer(document, &offer)).collect()
    }

    fn offer(&self, document: Option<DocumentId>, offer: &policy::Offer) -> Offer {
        let refusal = offer.refusal.as_ref();
        let document = document.unwrap_or(DocumentId([0; 16]));
        Offer {
            step: offer.step.word,
            row: offer.row,
            label: words::KIND.word(self.lang, offer.step.word).to_owned(),
            fields: offer
                .fields
                .iter()
                .copied()
                .chain((offer.step.word == REPORT).then(drafts::for_unit_below))
                .map(|field| self.offered(document, offer.step.word, &field))
                .collect(),
            code: refusal.map(|refusal| refusal.code.to_string()),
            reason: refusal.map(|refusal| self.reason(document, refusal)),
        }
    }

    fn offered(
        &self,
        document: DocumentId,
        step: &str,
        offered: &policy::OfferedField,
    ) -> OfferedField {
        let field = offered.field;
        let takes = field.spec.takes;
        OfferedField {
            name: field.name,
            label: self.said_label(field.name).to_owned(),
            needed: offered.needed,
            bytes_max: field.bytes_max,
            takes: takes_word(takes),
            words: self.offered_words(takes),
            templates: if field.spec.for_resident {
                self.templates(step)
            } else {
                Vec::new()
            },
            usual: (takes == Takes::Unit)
                .then(|| self.usual_unit(document))
                .flatten(),
        }
    }

    /// The unit that usually handles a case's category.
    fn usual_unit(&self, case: DocumentId) -> Option<String> {
        let fields = self.replica.working(case)?.fields();
        let category = shown_value(fields.get(CATEGORY)?);
        let book = self.replica.organisation().rulebook();
        let rows = book.at(Date::of(self.now)).categories();
        let row = rows.into_iter().find(|row| row.code.as_str() == category)?;
        let unit = Some(row.unit).filter(|unit| !unit.is_empty())?;
        self.unit_named(&unit).ok().map(DocumentId::key)
    }

    /// The categories that can be chosen today, each with what the town's book has for it beside its name.
    fn offered_categories(&self) -> Vec<OfferedWord> {
        let rules = self.replica.organisation().rulebook();
        let rules = rules.at(Date::of(self.now));
        let (rows, texts) = (rules.categories(), rules.texts());
        let shown = |(word, label): (String, String)| {
            let code = Text::cut(&word);
            let row = rows.iter().find(|row| row.code == code);
            let phrases = texts.phrases.get(&code).into_iter().flatten();
            let emergency = texts.emergencies.get(&code);
            let category = OfferedCategory {
                icon: row.map_or_else(String::new, |row| row.icon.to_string()),
                phrases: phrases.map(ToString::to_string).collect(),
                emergency: emergency.map_or_else(String::new, ToString::to_string),
            };
            OfferedWord {
                word,
                label,
                category: Some(category),
            }
        };
        self.code_choices(CATEGORY).into_iter().map(shown).collect()
    }

    /// The texts that the town's book has today for what residents are told with a step.
    fn templates(&self, step: &str) -> Vec<OfferedText> {
        let book = self.replica.organisation().rulebook();
        let texts = book.at(Date::of(self.now)).texts();
        let of_step = texts.templates.into_iter().filter(|row| *row.step == *step);
        let shown = of_step.map(|row| OfferedText {
            title: row.title.to_string(),
            text: row.text.to_string(),
        });
        shown.collect()
    }

    fn offered_words(&self, takes: Takes) -> Vec<OfferedWord> {
        match takes {
            Takes::Choice(choices) => {
                let shown = |word: &&'static str| OfferedWord {
                    word: (*word).to_owned(),
                    label: self.code_word(choices.list, word),
                    category: None,
                };
                choices.words.iter().map(shown).collect()
            }
            Takes::Code(CATEGORY) => self.offered_categories(),
            Takes::Code(list) => {
                let choices = self.code_choices(list).into_iter();
                choices
                    .map(|(word, label)| OfferedWord {
                        word,
                        label,
                        category: None,
                    })
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}

fn takes_word(takes: Takes) -> &'static str {
    match takes {
        Takes::Text => "text",
        Takes::Code(_) => "code",
        Takes::Choice(_) => "choice",
        Takes::Unit => "unit",
        Takes::Units => "units",
        Takes::Household => "household",
        Takes::Case => "case",
        Takes::Date => "date",
        Takes::Time => "time",
        Takes::Member => "member",
        Takes::Appointment => "appointment",
        Takes::Device => "device",
        Takes::Proposal => "proposal",
        Takes::Asked => "asked",
        Takes::Point => "point",
        Takes::Flag => "flag",
        Takes::Count => "count",
        Takes::FieldName => "field_name",
        Takes::FieldValue => "field_value",
        Takes::Opaque => "opaque",
    }
}
