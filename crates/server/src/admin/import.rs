//! An import, as one piece of work of the writer: what is compared is what is changed.

use alleyway_catalogue::server::admin as said;
use std::collections::BTreeMap;
use std::fmt::Display;

use alleyway_catalogue::Lang;
use alleyway_core::documents::LiveValue;
use alleyway_core::id::{CommandId, MemberId, TownId, UnitId};
use alleyway_core::kinds::household::HouseholdView;
use alleyway_core::kinds::unit::{ImportFailed, ImportFault, Post, UnitCommand, UnitView};
use alleyway_core::store::StoreError;
use alleyway_core::sync::lists::Lists;
use alleyway_core::time::{Date, Time};
use alleyway_core::wire::Wire as _;
use alleyway_ledger::{AdminError, ConfirmedImport, HouseholdRow, LedgerError};
use serde::{Deserialize, Serialize};

use super::{BadRow, Failure, Office, Undone};
use crate::disk::Writes;
use crate::import::{
    Current, CurrentAppointment, CurrentBook, CurrentField, CurrentHousehold, CurrentUnit, Files,
    Plan, PlannedBody, Rejected, RowError, Step, parse, plan,
};
use crate::secrets;
use crate::writer::Desk;

/// The request for an import. The files follow the line on the socket, in this order, of these
/// lengths in bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// Only says what would change.
    pub dry_run: bool,
    /// `units.csv`; none says nothing.
    pub units: Option<u64>,
    /// `members.csv`.
    pub members: Option<u64>,
    /// `households.csv`.
    pub households: Option<u64>,
    /// `book.toml`.
    #[serde(default)]
    pub book: Option<u64>,
}

impl ImportRequest {
    /// The request to import these files.
    pub fn of(files: &Files, dry_run: bool) -> Self {
        let length = |file: &Option<Vec<u8>>| file.as_ref().map(|bytes| bytes.len() as u64);
        Self {
            dry_run,
            units: length(&files.units),
            members: length(&files.members),
            households: length(&files.households),
            book: length(&files.book),
        }
    }
}

/// The changes that an import made, or would make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Whether nothing was to be changed.
    pub dry_run: bool,
    /// Rows that changed something.
    pub changed: usize,
    /// Rows that the town has and the files no longer name; they are left as they are.
    pub left: usize,
    /// The change, in Chinese.
    pub summary_zh: String,
    /// The change, in English.
    pub summary_en: String,
}

pub(super) async fn import(
    office: &Office,
    files: Files,
    dry_run: bool,
) -> Result<Imported, Failure> {
    let town = office.town;
    let seed =
        secrets::random().map_err(|error| Failure::with(said::NO_RANDOM, &[("reason", &error)]))?;
    let bytes = [&files.units, &files.members, &files.households, &files.book]
        .into_iter()
        .flatten()
        .map(Vec::len)
        .sum();
    let writes = if dry_run {
        Writes::Nothing
    } else {
        Writes::HandedIn
    };
    office
        .ask_to_write(writes, bytes, move |desk| {
            import_at(desk, town, &files, dry_run, seed)
        })
        .await
}

/// Makes the town what the files say.
///
/// # Errors
/// [`Undone::Refused`] if a row is bad, or the ledger does not admit a command; nothing is changed
/// then.
pub(crate) fn import_at(
    desk: &mut Desk<'_>,
    town: TownId,
    files: &Files,
    dry_run: bool,
    seed: [u8; 32],
) -> Result<Imported, Undone> {
    let (_, plan) = planned(desk, town, files)?;
    if !dry_run && !plan.is_empty() {
        let mut list = desk.ledger.admin_list(seed, desk.now);
        plan.carry_out(|document, body| list.push_named(document, body));
        desk.ledger
            .administer_list(desk.store, list)
            .map_err(|error| error.map(|refusal| not_admitted(&plan, &refusal)))?;
    }
    Ok(Imported {
        dry_run,
        changed: plan.steps.len(),
        left: plan.left.len(),
        summary_zh: plan.summary(Lang::Zh),
        summary_en: plan.summary(Lang::En),
    })
}

/// An import from phones that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EndedImport {
    /// The rows that were to be changed.
    pub(crate) changes: u32,
    /// Why nothing was changed; none if all was.
    pub(crate) fault: Option<ImportFault>,
}

/// Carries out the import that two administrators want, if there is one: all of it, in one transaction with
/// the step that says so, or nothing but the step that says why not.
///
/// # Errors
/// Whatever the store says.
pub(crate) fn carry_out_confirmed(
    desk: &mut Desk<'_>,
    town: TownId,
    seeds: [[u8; 32]; 2],
) -> Result<Option<EndedImport>, StoreError> {
    let Some(import) = desk.ledger.confirmed_import(desk.store)? else {
        return Ok(None);
    };
    let [seed, seed_of_fault] = seeds;
    let fault = import_confirmed(desk, town, &import, seed)?;
    if let Some(why) = &fault {
        let body = ImportFailed {
            asked: import.asked,
            why: why.clone(),
        };
        let mut list = desk.ledger.admin_list(seed_of_fault, desk.now);
        list.push(Some(import.unit), UnitCommand::ImportFailed(body));
        match desk.ledger.administer_list(desk.store, list) {
            Ok(_) => {}
            // A document that is full takes no step.
            Err(LedgerError::Refused(_)) => desk.ledger.forget_lists(desk.store, import.asked)?,
            Err(LedgerError::Store(error)) => return Err(error),
        }
    }
    Ok(Some(EndedImport {
        changes: import.changes,
        fault,
    }))
}

/// Why a confirmed import was not carried out; none if it was.
fn import_confirmed(
    desk: &mut Desk<'_>,
    town: TownId,
    import: &ConfirmedImport,
    seed: [u8; 32],
) -> Result<Option<ImportFault>, StoreError> {
    let organisation = desk.ledger.organisation();
    let administers = |member: &MemberId| {
        let mut posts = organisation.posts_of(*member, desk.now);
        posts.any(|held| held.post == Post::Administrator)
    };
    if !import.wanted_by.iter().all(administers) {
        return Ok(Some(ImportFault::PostEnded));
    }
    let lists = import.lists.as_ref();
    let lists = lists.and_then(|bytes| Lists::from_bytes(bytes).ok());
    let Some(lists) = lists else {
        return Ok(Some(ImportFault::Gone));
    };
    let plan = match planned(desk, town, &Files::from(lists)) {
        Ok((_, plan)) => plan,
        Err(LedgerError::Refused(_)) => return Ok(Some(ImportFault::Unfit)),
        Err(LedgerError::Store(error)) => return Err(error),
    };
    if u32::try_from(plan.steps.len()) != Ok(import.changes) {
        return Ok(Some(ImportFault::Differs));
    }
    let organisation = desk.ledger.organisation();
    let given = |step: &Step| {
        let PlannedBody::Ready(body) = &step.body else {
            return None;
        };
        match UnitCommand::of(body)? {
            UnitCommand::Appoint(post) => Some(post.member),
            UnitCommand::Amend(post) => {
                let made = organisation.appointment(post.appointment);
                made.map(|made| made.member)
            }
            _ => None,
        }
    };
    let is_for_one = |member: MemberId| import.wanted_by.contains(&member);
    if plan.steps.iter().filter_map(given).any(is_for_one) {
        return Ok(Some(ImportFault::ForOneself));
    }
    let mut list = desk.ledger.admin_list(seed, desk.now);
    plan.carry_out(|document, body| list.push_named(document, body));
    let asked = import.asked;
    list.push(
        Some(import.unit),
        UnitCommand::Imported(alleyway_core::kinds::unit::Imported { asked }),
    );
    match desk.ledger.administer_list(desk.store, list) {
        Ok(_) => Ok(None),
        Err(LedgerError::Refused(_)) => Ok(Some(ImportFault::Unfit)),
        Err(LedgerError::Store(error)) => Err(error),
    }
}

/// The changes of an import, as they are told to administrators.
pub(crate) struct ToldChanges {
    /// Rows that would change something.
    pub(crate) changed: usize,
    /// Rows that the town has and the files no longer name.
    pub(crate) left: usize,
    /// The changes, in Chinese.
    pub(crate) text_zh: String,
    /// The changes, in English.
    pub(crate) text_en: String,
}

/// The changes that an import of the files would make now, without what administrators do not read.
///
/// # Errors
/// [`Undone::Refused`] with every row that is bad.
pub(crate) fn told_to_administrators(
    desk: &mut Desk<'_>,
    town: TownId,
    files: &Files,
) -> Result<ToldChanges, Undone> {
    let (now, plan) = planned(desk, town, files)?;
    let (changed, left) = (plan.steps.len(), plan.left.len());
    let plan = plan.without_households();
    Ok(ToldChanges {
        changed,
        left,
        text_zh: plan.details(&now, Lang::Zh),
        text_en: plan.details(&now, Lang::En),
    })
}

/// The town as it is, and the steps that make it what the files say.
///
/// # Errors
/// [`Undone::Refused`] with every row that is bad.
fn planned(desk: &mut Desk<'_>, town: TownId, files: &Files) -> Result<(Current, Plan), Undone> {
    let now = current(desk, town)?;
    let rows = parse(files, &now).map_err(Failure::from)?;
    let plan = plan(&now, &rows);
    Ok((now, plan))
}

/// The town's units, people and households.
///
/// # Errors
/// Whatever the store says.
fn current(desk: &mut Desk<'_>, town: TownId) -> Result<Current, StoreError> {
    let units = desk.ledger.units(desk.store)?;
    let keys: BTreeMap<UnitId, String> = units
        .iter()
        .map(|unit| (unit.id, unit.key.clone()))
        .collect();
    let ends = desk.ledger.ends_of_appointments(desk.store)?;
    let mut now = Current::empty(town);
    for unit in units {
        now.appointments.extend(appointments(&unit, &ends));
        let parent = unit.parent.and_then(|parent| keys.get(&parent).cloned());
        now.units.insert(
            unit.key,
            CurrentUnit {
                id: unit.id,
                name: unit.name,
                kind: unit.kind,
                parent,
            },
        );
    }
    for HouseholdRow {
        document,
        view,
        imported,
    } in desk.ledger.households(desk.store)?
    {
        let Some(alley) = keys.get(&view.alley).cloned() else {
            continue;
        };
        let field = |name: &str| field(&view, &imported, name);
        now.households.push(CurrentHousehold {
            document,
            alley,
            door: field("door"),
            contact: field("contact"),
            phone: field("phone"),
            may_text: field("may_text"),
            count: field("count"),
        });
    }
    now.today = Date::of(desk.now);
    now.book = desk.ledger.book(desk.store)?.map(|book| CurrentBook {
        document: book.document,
        rulebook: book.rulebook,
        proposals: book.proposals,
    });
    Ok(now)
}

fn appointments(
    unit: &UnitView,
    ends: &BTreeMap<CommandId, Vec<Option<Time>>>,
) -> impl Iterator<Item = CurrentAppointment> {
    unit.appointments.iter().map(|post| CurrentAppointment {
        id: post.id,
        member: post.key.clone(),
        post: post.post.clone(),
        unit: unit.key.clone(),
        name: post.name.clone(),
        from: post.from,
        until: post.until,
        ends: ends.get(&post.id).cloned().unwrap_or_default(),
    })
}

fn field(view: &HouseholdView, imported: &BTreeMap<String, String>, name: &str) -> CurrentField {
    let live: &[LiveValue] = view.fields.get(name).map_or(&[], Vec::as_slice);
    CurrentField {
        values: live
            .iter()
            .map(|value| (value.command, value.value.clone()))
            .collect(),
        imported: imported.get(name).cloned(),
    }
}

impl From<Rejected> for Failure {
    fn from(rejected: Rejected) -> Self {
        let faults = rejected.faults();
        let values: [(&str, &dyn Display); 2] = [("rows", &rejected.rows), ("faults", &faults)];
        let mut failure = Self::with(said::BAD_ROWS, &values);
        failure.rows = rejected.errors.into_iter().map(bad_row).collect();
        failure
    }
}

fn bad_row(error: RowError) -> BadRow {
    BadRow {
        file: error.file.to_string(),
        line: error.line,
        column: error.column.map(str::to_owned),
        code: error.code.to_owned(),
        text_zh: error.zh,
        text_en: error.en,
    }
}

/// The ledger refused what the rows ask for: its own rules, or a limit.
fn not_admitted(plan: &Plan, error: &AdminError) -> Failure {
    let code = error
        .refusal
        .as_ref()
        .map_or("base_missing", |refusal| refusal.code.word());
    let row = plan.steps.get(error.index).map(|step| BadRow {
        file: step.change.file.to_string(),
        line: step.change.line,
        column: None,
        code: code.to_owned(),
        text_zh: step.change.key.clone(),
        text_en: step.change.key.clone(),
    });
    let mut failure = Failure::coded("not_admitted", said::ROW_NOT_ADMITTED, &[("code", &code)]);
    failure.rows.extend(row);
    failure
}
