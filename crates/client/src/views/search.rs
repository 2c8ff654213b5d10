//! Searching cases: a text occurs where `show` would show it, as people read and type it.

use std::collections::BTreeMap;

use alleyway_catalogue::words;
use alleyway_core::text::fold::Sought;
use alleyway_replica::{CaseDetail, CaseLine};

use super::came::came_by;
use super::case::Code;
use crate::screen::Screen;

/// A text that is searched for among all cases.
pub(super) struct Search {
    sought: Sought,
    /// Doors by the households' ids, which cases hold.
    doors: BTreeMap<String, String>,
}

impl Screen<'_> {
    pub(super) fn search(&self, text: &str) -> Search {
        let rows = self.replica.households().into_iter();
        Search {
            sought: Sought::new(text),
            doors: rows
                .map(|line| (line.document.key(), line.row.door.to_string()))
                .collect(),
        }
    }

    /// Whether the text occurs in a case: in its number, its fields, where it stands, its steps. The
    /// case is opened unless its line has the text.
    pub(super) fn holds(&self, line: &CaseLine, search: &Search) -> bool {
        let has = |text: &str| search.sought.is_in(text);
        let row = &line.row;
        if has(&row.title) || has(&row.number.to_string()) || has(&self.unit(row.holder)) {
            return true;
        }
        self.replica.case(line.document).is_some_and(|case| {
            let mut came = came_by(&case).into_iter();
            if came.any(|(_, value)| has(&value)) {
                return true;
            }
            self.fields_hold(&case, search, has) || self.state_holds(&case, has) || {
                let mut log = self.log(&case).into_iter();
                log.any(|entry| {
                    has(&entry.author)
                        || has(&entry.text)
                        || entry.said.iter().any(|said| has(said))
                })
            }
        })
    }

    /// A value as documents hold it, and as people read it: a category's word, a household's door.
    fn fields_hold(&self, case: &CaseDetail, search: &Search, has: impl Fn(&str) -> bool) -> bool {
        case.fields.iter().any(|(field, values)| {
            values.iter().any(|live| match field.as_str() {
                "category" => has(&live.value) || has(&self.code_word("category", &live.value)),
                "household" if !live.door.is_empty() => has(&live.door),
                "household" => search.doors.get(&live.value).is_some_and(|door| has(door)),
                _ => has(&live.value),
            })
        })
    }

    /// Its state and its units, when it is due, what the resident follows it with.
    fn state_holds(&self, case: &CaseDetail, has: impl Fn(&str) -> bool) -> bool {
        let state = &case.state;
        let referral = state.referral.as_ref();
        let sent = referral.map(|referral| [referral.from, referral.to]);
        let stands = [state.holder, state.owner].into_iter();
        let mut units = stands.chain(sent.into_iter().flatten());
        has(words::STAGE.word(self.lang, state.stage.word()))
            || units.any(|unit| has(&self.unit(unit)))
            || state.due_now().is_some_and(|due| has(&due.to_string()))
            || case
                .line
                .row
                .dues
                .clocks
                .iter()
                .any(|clock| clock.due.is_some_and(|due| has(&due.to_string())))
            || matches!(self.code(case), Code::Own(code) if has(&code.to_string()))
    }
}
