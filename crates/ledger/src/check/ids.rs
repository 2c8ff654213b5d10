//! Ids: what lies in trays and what is noted as refused has ids of its own. A command that stands and
//! says something else under one of them is a second one with that id.

use std::collections::BTreeMap;

use super::CheckReport;
use super::problem::Problem;
use crate::rows::loaded::load;
use crate::rows::outcomes::{KeptRecord, RefusalRecord};
use crate::rows::records::HeadRecord;
use crate::rows::versions::{content_at, noted};
use crate::rows::{View, keys, read};
use alleyway_core::command::Content;
use alleyway_core::documents::Head;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::kinds::View as _;
use alleyway_core::kinds::tray::TrayView;
use alleyway_core::store::{Records, StoreError};

/// Rows read in one step.
const ROWS_AT_ONCE: usize = 64;

/// The content of a command that a row notes, and the row.
#[derive(Debug)]
struct NotedContent {
    content: Content,
    row: Vec<u8>,
}

/// The place up to which the notes have been read.
#[derive(Debug)]
pub(super) struct Ids {
    from: Vec<u8>,
    /// The kinds of rows that are still to be read, the next one last.
    left: Vec<&'static [u8]>,
    pub(super) noted: NotedIds,
    pub(super) trays: LoadedTrays,
}

/// A tray that was loaded for its items: with the head that it had, it need not be loaded again.
#[derive(Debug)]
pub(super) struct LoadedTray {
    pub(super) head: Head,
    pub(super) commands: Vec<CommandId>,
}

/// The trays that were loaded.
pub(super) type LoadedTrays = BTreeMap<DocumentId, LoadedTray>;

/// The ids of which something is noted, and the key under which rows note it.
#[derive(Debug, Default)]
pub(super) struct NotedIds {
    by_id: BTreeMap<CommandId, NotedContent>,
    key: Option<[u8; 32]>,
}

impl Ids {
    pub(super) fn new(key: Option<[u8; 32]>) -> Self {
        let mut left = vec![keys::HEADS];
        if key.is_some() {
            left = vec![keys::REFUSALS, keys::KEPT, keys::HEADS];
        }
        let by_id = BTreeMap::new();
        Self {
            from: keys::HEADS.to_vec(),
            left,
            noted: NotedIds { by_id, key },
            trays: LoadedTrays::new(),
        }
    }

    /// Reads some rows. Whether those were the last.
    pub(super) fn step(
        &mut self,
        records: &dyn Records,
        report: &mut CheckReport,
    ) -> Result<bool, StoreError> {
        let Some(kind) = self.left.last() else {
            return Ok(true);
        };
        let rows = records.scan(&self.from, &keys::end_of(kind), ROWS_AT_ONCE)?;
        let Some((last, _)) = rows.last() else {
            self.left.pop();
            self.from = self
                .left
                .last()
                .map(|kind| kind.to_vec())
                .unwrap_or_default();
            return Ok(false);
        };
        let (kind, mut next) = (*kind, last.clone());
        next.push(0);
        for (key, value) in &rows {
            let is_long = self.row(records, kind, key, value, report)?;
            if is_long {
                // A tray takes as long to load as several documents.
                next.clone_from(key);
                next.push(0);
                break;
            }
        }
        self.from = next;
        Ok(false)
    }

    /// Reads a row. Whether that took long.
    fn row(
        &mut self,
        records: &dyn Records,
        kind: &[u8],
        key: &[u8],
        value: &[u8],
        report: &mut CheckReport,
    ) -> Result<bool, StoreError> {
        if kind == keys::HEADS {
            let head: HeadRecord = read(key, value)?;
            let holds_items = head.kind == TrayView::KIND;
            if holds_items {
                self.tray(records, key, &head, report)?;
            }
            return Ok(holds_items);
        }
        let content = if kind == keys::KEPT {
            read::<KeptRecord>(key, value)?.content
        } else {
            let record: RefusalRecord = read(key, value)?;
            record.content.filter(|_| record.has_its_id())
        };
        if let Some(content) = content {
            self.noted
                .note(keys::command_of(key)?, content, key, report);
        }
        Ok(false)
    }

    fn tray(
        &mut self,
        records: &dyn Records,
        key: &[u8],
        head: &HeadRecord,
        report: &mut CheckReport,
    ) -> Result<(), StoreError> {
        let id = DocumentId(key.last_chunk().copied().unwrap_or_default());
        // One that is damaged is named with the documents.
        let items = match load(View::of_store(records), id, head) {
            Ok(tray) => {
                let (head, commands) = (tray.head(), tray.commands().to_vec());
                self.trays.insert(id, LoadedTray { head, commands });
                tray.tray_items_ever()
            }
            Err(StoreError::Damaged(_)) => return Ok(()),
            Err(other) => return Err(other),
        };
        for command in items
            .iter()
            .filter_map(|item| Some((item.id()?, item.command()?)))
        {
            let content = self.noted.as_rows_note(command.1.content());
            self.noted.note(command.0, content, key, report);
        }
        Ok(())
    }
}

impl NotedIds {
    fn as_rows_note(&self, content: Content) -> Content {
        self.key.map_or(content, |key| noted(&key, content))
    }

    fn note(&mut self, id: CommandId, content: Content, row: &[u8], report: &mut CheckReport) {
        let noted = self.by_id.entry(id).or_insert_with(|| NotedContent {
            content,
            row: row.to_vec(),
        });
        if noted.content != content {
            report.problem(Problem::IdTwiceKept { id });
        }
    }

    /// Compares the commands that made a document with what is noted under their ids.
    pub(super) fn compare(
        &self,
        records: &dyn Records,
        document: DocumentId,
        commands: &[CommandId],
        head: &HeadRecord,
        report: &mut CheckReport,
    ) -> Result<(), StoreError> {
        let view = View::of_store(records);
        for (version, id) in (1..).zip(commands) {
            let Some(known) = self.by_id.get(id) else {
                continue;
            };
            let content = self.as_rows_note(content_at(view, document, head, version)?);
            // What its device has acknowledged is not noted any more.
            if content != known.content && view.get_bytes(&known.row)?.is_some() {
                report.problem(Problem::IdTwice { id: *id, document });
            }
        }
        Ok(())
    }
}
