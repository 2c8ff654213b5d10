//! Every document: loaded, compared with its head, and looked up in its feeds' logs.

use std::collections::BTreeSet;

use super::CheckReport;
use super::ids::{LoadedTrays, NotedIds};
use super::problem::Problem;
use crate::rows::keys;
use crate::rows::loaded::load;
use crate::rows::records::{FeedEntry, HeadRecord, Place};
use crate::rows::{View, read};
use crate::tracked::{self, TrackedRecord};
use crate::{figures, listed};
use alleyway_core::documents::Document;
use alleyway_core::feeds::FeedId;
use alleyway_core::id::{DocumentId, MemberId, TownId};
use alleyway_core::kinds::case::CaseTally;
use alleyway_core::organisation::Organisation;
use alleyway_core::store::{Records, StoreError};

/// Documents loaded in one step, each about a millisecond.
const DOCUMENTS_AT_ONCE: usize = 8;

/// The place up to which the documents have been looked at.
#[derive(Debug)]
pub(super) struct Documents {
    from: Vec<u8>,
    /// The feeds that documents are in.
    pub(super) feeds: BTreeSet<FeedId>,
    noted: NotedIds,
    trays: LoadedTrays,
    town: Option<TownId>,
    /// By whose rules the dates are that residents see.
    organisation: Organisation,
}

impl Documents {
    pub(super) fn new(
        noted: NotedIds,
        trays: LoadedTrays,
        town: Option<TownId>,
        organisation: Organisation,
    ) -> Self {
        Self {
            town,
            organisation,
            from: keys::HEADS.to_vec(),
            feeds: BTreeSet::new(),
            noted,
            trays,
        }
    }

    /// Looks at some documents. Whether those were the last.
    pub(super) fn step(
        &mut self,
        records: &dyn Records,
        report: &mut CheckReport,
    ) -> Result<bool, StoreError> {
        let rows = records.scan(&self.from, &keys::end_of(keys::HEADS), DOCUMENTS_AT_ONCE)?;
        let Some((last, _)) = rows.last() else {
            return Ok(true);
        };
        self.from.clone_from(last);
        self.from.push(0);
        for (key, value) in &rows {
            self.document(records, key, value, report)?;
        }
        Ok(false)
    }

    fn document(
        &mut self,
        records: &dyn Records,
        key: &[u8],
        value: &[u8],
        report: &mut CheckReport,
    ) -> Result<(), StoreError> {
        let view = View::of_store(records);
        let head: HeadRecord = read(key, value)?;
        let id = DocumentId(key.last_chunk().copied().unwrap_or_default());
        let compared = self.compare(records, id, &head, report);
        match compared {
            Ok(()) => {}
            Err(StoreError::Damaged(record)) => {
                report.problem(Problem::DocumentDamaged {
                    document: id,
                    record,
                });
            }
            Err(other) => return Err(other),
        }
        for place in head.placed.iter() {
            self.feeds.insert(place.feed);
            let entry: Option<FeedEntry> = view.get(&keys::feed(place.feed, place.sequence))?;
            if entry
                != Some(FeedEntry {
                    document: id,
                    leaves: false,
                })
            {
                report.problem(Problem::DocumentUnplaced { document: id });
            }
            report.places += 1;
        }
        report.documents += 1;
        Ok(())
    }

    /// Loads a document, which compares it with its head, and looks at what is said of it elsewhere. A
    /// tray that was loaded for its items, and has not changed since, is not loaded again.
    fn compare(
        &self,
        records: &dyn Records,
        id: DocumentId,
        head: &HeadRecord,
        report: &mut CheckReport,
    ) -> Result<(), StoreError> {
        if let Some(tray) = self.trays.get(&id).filter(|tray| tray.head == head.head) {
            return self
                .noted
                .compare(records, id, &tray.commands, head, report);
        }
        let view = View::of_store(records);
        let document = load(view, id, head)?;
        self.compare_tracked(view, &document, report)?;
        self.compare_figures(view, &document, report)?;
        compare_row(view, &document, report)?;
        self.compare_late(view, &document, report)?;
        self.noted
            .compare(records, id, document.commands(), head, report)
    }

    /// Compares what a case's resident sees with the case.
    fn compare_tracked(
        &self,
        view: View<'_>,
        document: &Document,
        report: &mut CheckReport,
    ) -> Result<(), StoreError> {
        let Some(town) = self.town else {
            return Ok(());
        };
        let Some(kept) = tracked::kept(view, document.id())? else {
            return Ok(());
        };
        let resident = MemberId::resident_of(town, document.id());
        if TrackedRecord::of(document, resident, &self.organisation) != Some(kept) {
            report.problem(Problem::TrackedOther {
                case: document.id(),
            });
        }
        Ok(())
    }

    /// Compares a case's part in the figures with what the case's log comes to.
    fn compare_figures(
        &self,
        view: View<'_>,
        document: &Document,
        report: &mut CheckReport,
    ) -> Result<(), StoreError> {
        let Some(town) = self.town else {
            return Ok(());
        };
        let kept = figures::kept(view, document.id())?;
        if kept.is_none() && !figures::is_whole(view)? {
            return Ok(());
        }
        let resident = MemberId::resident_of(town, document.id());
        let counted = CaseTally::of(document, resident);
        if counted != kept.map(|kept| kept.tally) {
            report.problem(Problem::FiguresOther {
                case: document.id(),
            });
        }
        Ok(())
    }

    /// Compares what the index of late cases says of a document with the document.
    fn compare_late(
        &self,
        view: View<'_>,
        document: &Document,
        report: &mut CheckReport,
    ) -> Result<(), StoreError> {
        let Some(place) = Place::settled(view, document.id())? else {
            return Ok(());
        };
        let state = document.turn_state(&self.organisation);
        if place.late != state.and_then(|state| state.late) {
            report.problem(Problem::LateOther {
                document: document.id(),
            });
        }
        Ok(())
    }
}

/// Compares a document's row for lists with the document.
fn compare_row(
    view: View<'_>,
    document: &Document,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    let kept = listed::kept(view, document.id())?;
    if kept.is_none() && !listed::is_whole(view)? {
        return Ok(());
    }
    if kept.as_deref() != document.row_alone().as_deref() {
        report.problem(Problem::ListedOther {
            document: document.id(),
        });
    }
    Ok(())
}
