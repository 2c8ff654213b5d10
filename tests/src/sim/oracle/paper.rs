//! A document as the oracle has it: the admitted commands in order, and what they amount to.

use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, DocumentId, UnitId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::household::HouseholdCommand;
use alleyway_core::sync::frame::Check;

use super::book::Book;
use super::life::{Actor, Life};
use super::register::Registers;

/// A case, a household, or the town's book.
#[derive(Debug, Clone)]
pub(crate) struct Paper {
    /// Admitted commands in order; none for a command of the server.
    pub(crate) commands: Vec<Option<CommandId>>,
    /// The check of the last verdict.
    pub(crate) check: Option<Check>,
    /// A case's.
    pub(crate) life: Option<Life>,
    /// A household's.
    pub(crate) alley: Option<UnitId>,
    /// The town's book.
    pub(crate) book: Option<Book>,
    pub(crate) registers: Registers,
}

impl Paper {
    pub(crate) fn version(&self) -> u64 {
        self.commands.len() as u64
    }

    pub(crate) fn household(id: DocumentId, alley: UnitId, values: [&str; 3]) -> Self {
        let first = CommandId(id.0);
        let mut registers = Registers::default();
        for (field, value) in ["door", "contact", "count"].into_iter().zip(values) {
            registers.begin(field, first, value);
        }
        Self {
            commands: vec![None],
            check: None,
            life: None,
            alley: Some(alley),
            book: None,
            registers,
        }
    }

    /// The town's book, as the server opens it.
    pub(crate) fn book() -> Self {
        Self {
            commands: vec![None],
            check: None,
            life: None,
            alley: None,
            book: Some(Book::default()),
            registers: Registers::default(),
        }
    }

    /// A member reports.
    pub(crate) fn report(by: &Actor<'_>, id: CommandId, body: &Body) -> Result<Self, &'static str> {
        if let Body::Case(CaseCommand::Report(report)) = body {
            Life::may_begin(by, report)?;
        }
        Self::reported(by, id, body)
    }

    /// A case as it is reported, whoever may.
    pub(crate) fn reported(
        by: &Actor<'_>,
        id: CommandId,
        body: &Body,
    ) -> Result<Self, &'static str> {
        let Body::Case(CaseCommand::Report(report)) = body else {
            return Err("people create nothing but cases");
        };
        let mut registers = Registers::default();
        let values: [(&str, &str); 5] = [
            ("title", &report.title),
            ("text", &report.text),
            ("category", &report.category),
            ("place", &report.place),
            ("contact", &report.contact),
        ];
        for (field, value) in values {
            registers.begin(field, id, value);
        }
        let life = Some(Life::begin(by, report));
        Ok(Self {
            commands: vec![Some(id)],
            check: None,
            life,
            alley: None,
            book: None,
            registers,
        })
    }

    /// A member's command, if the table allows it.
    pub(crate) fn take(
        &mut self,
        by: &Actor<'_>,
        id: CommandId,
        body: &Body,
        merged_into_is_open: bool,
    ) -> Result<(), &'static str> {
        if self.commands.contains(&Some(id)) {
            return Err("it is there already");
        }
        match (body, &self.life) {
            (Body::Case(step), Some(life)) => life.allows(by, step, merged_into_is_open)?,
            (Body::Household(HouseholdCommand::Edit(_)), None) => {
                if !self
                    .alley
                    .is_some_and(|alley| by.town.acts_for(by.member, alley, by.at))
                {
                    return Err("a household belongs to its alley's chief");
                }
            }
            (Body::Book(step), None) => {
                let book = self.book.as_ref().ok_or("it is no book")?;
                book.allows(by, step)?;
            }
            _ => return Err("nobody but the server does that"),
        }
        self.put(by, id, body);
        Ok(())
    }

    /// Carries a member's command out.
    pub(crate) fn put(&mut self, by: &Actor<'_>, id: CommandId, body: &Body) {
        match (body, &mut self.life) {
            (Body::Case(step), Some(life)) => {
                life.take(by, step);
                if let CaseCommand::Edit(edit) = step {
                    self.registers.edit(id, edit);
                }
            }
            (Body::Household(HouseholdCommand::Edit(edit)), None) => self.registers.edit(id, edit),
            (Body::Book(step), None) => {
                if let Some(book) = &mut self.book {
                    book.take(by.member, id, step);
                }
            }
            _ => {}
        }
        self.commands.push(Some(id));
    }

    /// The server wrote something into the log that changes nothing.
    pub(crate) fn noted_by_the_server(&mut self) {
        self.commands.push(None);
        // The server's verdicts on its own commands are not seen.
        self.check = None;
    }

    pub(crate) fn move_to(&mut self, alley: UnitId) {
        self.alley = Some(alley);
        self.noted_by_the_server();
    }
}
