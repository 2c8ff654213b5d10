//! The names by which people call cases, households, units, members and commands.

use std::collections::BTreeSet;

use alleyway_catalogue::{screens, words};
use alleyway_core::id::{CommandId, DocumentId, MemberId, UnitId};
use alleyway_core::text::fold::{self, Named};
use alleyway_replica::{FindError, OutboxRow};

use crate::fault::{Candidate, Fault, Problem};
use crate::screen::{Screen, stop_word};

/// Candidates and known names that a fault lists.
const CANDIDATES_MAX: usize = 10;
/// Characters of an id that may stand for it.
const ID_BEGINNING_MIN: usize = 4;

impl Screen<'_> {
    /// Refuses a case of which only the row is here.
    ///
    /// # Errors
    /// [`Problem::CaseFiled`].
    pub fn is_here(&self, case: DocumentId) -> Result<(), Fault> {
        if self.replica.is_filed(case) {
            return Err(Fault::plain(Problem::CaseFiled));
        }
        Ok(())
    }

    /// The case that `text` means: a number, an id, or an unambiguous beginning of either.
    ///
    /// # Errors
    /// [`Problem::CaseNotFound`], [`Problem::CaseGone`] or [`Problem::StoppedHere`],
    /// [`Problem::Ambiguous`].
    pub fn case_named(&self, text: &str) -> Result<DocumentId, Fault> {
        self.replica.find_case(text).map_err(|error| match error {
            FindError::NotFound(_) => self.case_gone(text),
            FindError::Ambiguous { candidates, .. } => {
                let lines = self.replica.cases();
                let rows = || lines.iter().map(|line| &line.row);
                let title = |number: &str| {
                    let row = rows().find(|row| row.number.to_string() == number);
                    row.map(|row| row.title.to_string()).unwrap_or_default()
                };
                let candidates = candidates.into_iter().map(|number| Candidate {
                    about: Some(title(&number)),
                    name: number,
                    id: None,
                });
                ambiguous(text, candidates)
            }
        })
    }

    /// A case that is not on the device: on one that is stopped, and on one whose member's posts
    /// have ended, that is no wonder, and no sync brings it.
    fn case_gone(&self, text: &str) -> Fault {
        match self.replica.stopped() {
            Some(why) => Fault::new(
                Problem::StoppedHere,
                vec![("why", stop_word(why).to_owned())],
            ),
            None if self.has_no_post() => Fault::plain(Problem::CaseGone),
            None => not_found(Problem::CaseNotFound, text),
        }
    }

    /// The household that `text` means: a door, an id, or an unambiguous beginning.
    ///
    /// # Errors
    /// [`Problem::HouseholdNotFound`], [`Problem::Ambiguous`].
    pub fn household_named(&self, text: &str) -> Result<DocumentId, Fault> {
        let found = self.replica.find_household(text);
        found.map_err(|error| match error {
            FindError::NotFound(_) => not_found(Problem::HouseholdNotFound, text),
            // Two alleys may have a door of one name: the id tells them apart.
            FindError::Ambiguous { candidates, .. } => {
                let lines = self.replica.households().into_iter();
                let lines = lines.map(|line| (line.document, line.row.door.to_string()));
                let lines = lines.filter(|(_, door)| candidates.contains(door));
                let candidates = lines.map(|(document, door)| Candidate {
                    name: door,
                    about: None,
                    id: Some(document.to_string()),
                });
                ambiguous(text, candidates)
            }
        })
    }

    /// The command of one's own that `text` means: an id, or an unambiguous beginning.
    ///
    /// # Errors
    /// [`Problem::CommandNotFound`], [`Problem::Ambiguous`].
    pub fn command_named(&self, text: &str) -> Result<CommandId, Fault> {
        let found = self.replica.find_command(text);
        found.map_err(|error| found_by_id(Problem::CommandNotFound, text, error))
    }

    /// The refused command that `text` means.
    ///
    /// # Errors
    /// As [`Screen::command_named`]; [`Problem::NotRefused`].
    pub fn refused_named(&self, text: &str) -> Result<OutboxRow, Fault> {
        let command = self.command_named(text)?;
        let mut rows = self.replica.refused().into_iter();
        rows.find(|row| row.command == command)
            .ok_or_else(|| Fault::plain(Problem::NotRefused))
    }

    /// The open item of a tray that `text` means: an id, or an unambiguous beginning.
    ///
    /// # Errors
    /// [`Problem::ItemNotFound`], [`Problem::Ambiguous`].
    pub fn item_named(&self, text: &str) -> Result<CommandId, Fault> {
        let found = self.replica.find_item(text);
        found.map_err(|error| found_by_id(Problem::ItemNotFound, text, error))
    }

    /// The unit that `text` means: its name, its id, or an unambiguous beginning of either. A name
    /// that is given in full is meant, whatever else begins with it.
    ///
    /// # Errors
    /// [`Problem::UnitNotFound`], [`Problem::Ambiguous`].
    pub fn unit_named(&self, text: &str) -> Result<UnitId, Fault> {
        let organisation = self.replica.organisation();
        let units = || {
            organisation
                .units()
                .map(|row| (row.unit, row.name.as_str()))
        };
        let found = named(text, units().collect(), |unit: UnitId| unit.key());
        match found.as_slice() {
            [only] => Ok(*only),
            [] => {
                let known = units().map(|(_, name)| name).take(CANDIDATES_MAX);
                let known = known.collect::<Vec<_>>().join(self.comma());
                Err(not_found_but(Problem::UnitNotFound, text, known))
            }
            several => Err(ambiguous(
                text,
                several.iter().map(|unit| Candidate {
                    name: self.unit_path(*unit),
                    about: None,
                    id: Some(unit.to_string()),
                }),
            )),
        }
    }

    /// The member that `text` means: a name, an id, or an unambiguous beginning of either. A name
    /// that is given in full is meant, whatever else begins with it.
    ///
    /// # Errors
    /// [`Problem::MemberNotFound`], [`Problem::Ambiguous`].
    pub fn member_named(&self, text: &str) -> Result<MemberId, Fault> {
        let organisation = self.replica.organisation();
        let members: BTreeSet<MemberId> = organisation
            .appointments()
            .map(|post| post.member)
            .collect();
        let name = |member: MemberId| organisation.name(member).unwrap_or_default();
        let all = members.iter().map(|member| (*member, name(*member)));
        let found = named(text, all.collect(), |member: MemberId| member.key());
        match found.as_slice() {
            [only] => Ok(*only),
            [] => {
                let known: BTreeSet<&str> = members.iter().map(|member| name(*member)).collect();
                let known: Vec<&str> = known.into_iter().take(CANDIDATES_MAX).collect();
                let known = known.join(self.comma());
                Err(not_found_but(Problem::MemberNotFound, text, known))
            }
            several => Err(ambiguous(
                text,
                several.iter().map(|member| Candidate {
                    name: name(*member).to_owned(),
                    about: Some(self.first_post(*member)),
                    id: Some(member.to_string()),
                }),
            )),
        }
    }

    fn comma(&self) -> &'static str {
        screens::common::COMMA.text(self.lang)
    }

    fn first_post(&self, member: MemberId) -> String {
        let mut posts = self.replica.organisation().appointments_of(member);
        posts.next().map_or_else(String::new, |row| {
            let post = words::POST.word(self.lang, row.post.word());
            format!("{post} · {}", self.unit(row.unit))
        })
    }
}

/// Those whose name fits `text` best, or whose id begins so.
fn named<T: Copy>(text: &str, all: Vec<(T, &str)>, key: impl Fn(T) -> String) -> Vec<T> {
    let typed = Named::new(text);
    let fitting = all.into_iter().filter_map(|(id, name)| {
        let by_id = typed.fits_id(&key(id), ID_BEGINNING_MIN);
        let fit = by_id.into_iter().chain(typed.fits(name)).min()?;
        Some((fit, id))
    });
    fold::best(fitting)
}

/// A fault of what is found by its id alone.
pub(crate) fn found_by_id(problem: Problem, text: &str, error: FindError) -> Fault {
    match error {
        FindError::NotFound(_) => not_found(problem, text),
        FindError::Ambiguous { candidates, .. } => {
            let candidates = candidates.into_iter().map(|id| Candidate {
                name: id,
                ..Candidate::default()
            });
            ambiguous(text, candidates)
        }
    }
}

fn not_found(problem: Problem, text: &str) -> Fault {
    Fault::new(problem, vec![("text", text.to_owned())])
}

fn not_found_but(problem: Problem, text: &str, known: String) -> Fault {
    Fault::new(
        problem,
        vec![("text", text.trim().to_owned()), ("known", known)],
    )
}

fn ambiguous(text: &str, candidates: impl Iterator<Item = Candidate>) -> Fault {
    Fault {
        candidates: candidates.take(CANDIDATES_MAX).collect(),
        ..not_found(Problem::Ambiguous, text)
    }
}
