//! Everything that is stored, checked: every record, the chain, every document and feed.

use std::sync::atomic::{AtomicU32, Ordering};

use std::fmt::Display;

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::cli as said;
use alleyway_core::store::StoreError;
use alleyway_ledger::{CheckReport, Checking};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::{Failure, Office, Progress};
use crate::disk::Writes;
use crate::problems::ProblemShown;
use crate::progress::Teller;
use crate::scrub;
use crate::store::{Verified, VerifyReport};
use crate::writer::{Desk, Slice};

/// The findings of a check.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Whether nothing is wrong.
    pub sound: bool,
    /// Records read.
    pub records: u64,
    /// Records whose key was destroyed: erased, as they should be.
    pub erased: u64,
    /// Records that are damaged.
    pub damaged: u64,
    /// Whether the records are exactly those that the last commit left.
    pub complete: bool,
    /// Ledger entries whose chain was followed.
    pub entries: u64,
    /// Documents compared with their heads.
    pub documents: u64,
    /// Places in feed logs.
    pub places: u64,
    /// The problems, as far as they are named.
    pub problems: Vec<ProblemShown>,
    /// How much is wrong in all.
    pub problem_count: u64,
}

/// The number of the next check: the background scan has its own.
static NEXT: AtomicU32 = AtomicU32::new(scrub::CHECK + 1);

/// Goes piece by piece, some milliseconds of the writer's each, so that others are answered between
/// two of them. The writer has the pieces itself: to be asked for each of thousands would take longer
/// than they do. What was written meanwhile is accounted for.
pub(super) async fn check(
    office: &Office,
    progress: mpsc::Sender<Progress>,
) -> Result<Checked, Failure> {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let progress = Teller::new(progress);
    let (teller, mut read) = (progress.clone(), 0);
    let records = office
        .writer
        .ask_patiently_in_slices(move |desk| {
            Ok(match desk.store.verify_some(number)? {
                Verified::Some(records) => {
                    teller.count("records", read, records - read);
                    read = records;
                    Slice::More
                }
                Verified::All(report) => Slice::Done(report),
            })
        })
        .await?;
    let (mut checking, mut followed): (Option<Checking>, u64) = (None, 0);
    let report = office
        .writer
        .ask_patiently_in_slices(move |desk| {
            let checking = checking.get_or_insert_with(|| desk.ledger.checking());
            let report = checking.step(desk.store)?;
            progress.count("entries", followed, checking.done() - followed);
            followed = checking.done();
            Ok(report.map_or(Slice::More, Slice::Done))
        })
        .await?;
    make_rows(office, &report).await;
    Ok(told(&records, &report))
}

/// Makes the rows for lists anew that are not what their documents say. Where that cannot be done now, the
/// next check finds them again.
async fn make_rows(office: &Office, report: &CheckReport) {
    let rows: Vec<_> = report.rows_to_make().collect();
    if rows.is_empty() {
        return;
    }
    let make = move |desk: &mut Desk<'_>| -> Result<(), StoreError> {
        for document in &rows {
            desk.ledger.make_row_anew(desk.store, *document)?;
        }
        Ok(())
    };
    let made = office
        .writer
        .ask_patiently_to_write(Writes::Little, 0, make);
    if let Err(error) = made.await {
        tracing::warn!(?error, "rows for lists were not made anew");
    }
}

fn told(records: &VerifyReport, report: &CheckReport) -> Checked {
    let damaged = records.damaged.iter().map(ProblemShown::from);
    let incomplete = (!records.complete).then(ProblemShown::incomplete);
    let found = report.problems.iter().map(ProblemShown::from);
    let problem_count = records.damaged_count + u64::from(!records.complete) + report.problem_count;
    Checked {
        sound: problem_count == 0,
        records: records.rows,
        erased: records.erased,
        damaged: records.damaged_count,
        complete: records.complete,
        entries: report.entries,
        documents: report.documents,
        places: report.places,
        problems: damaged.chain(incomplete).chain(found).collect(),
        problem_count,
    }
}

impl Checked {
    /// The report, for people; ends with a line feed.
    pub fn told(&self, language: Lang) -> String {
        let Self {
            records,
            erased,
            damaged,
            entries,
            documents,
            places,
            problem_count,
            ..
        } = self;
        let counts: [(&str, &dyn Display); 6] = [
            ("records", records),
            ("erased", erased),
            ("damaged", damaged),
            ("entries", entries),
            ("documents", documents),
            ("places", places),
        ];
        let mut out = said::CHECKED.fill(language, &counts) + "\n";
        for problem in &self.problems {
            out.push_str("  ");
            out.push_str(problem.text(language));
            out.push('\n');
        }
        let verdict = if self.sound {
            said::SOUND.text(language).to_owned()
        } else {
            said::FOLDER_UNSOUND.fill(language, &[("count", problem_count)])
        };
        out + &verdict + "\n"
    }
}
