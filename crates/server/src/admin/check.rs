//! Everything that is stored, checked: every record, the chain, every document and feed.

use alleyway_core::ledger;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::{Failure, Office, Progress};
use alleyway_core::catalogue::Lang;

/// What a check found.
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
    /// What is wrong, as far as it is named.
    pub problems: Vec<String>,
    /// How much is wrong in all.
    pub problem_count: u64,
}

/// Progress is told each time so many more are done.
const PROGRESS_STEP: u64 = 50_000;

/// The writer answers nobody else meanwhile, so that everything is of one moment: about a second
/// for each million records.
pub(super) async fn check(office: &Office, progress: mpsc::Sender<Progress>) -> Result<Checked, Failure> {
    let checked = office
        .writer
        .ask_patiently(0, move |desk| {
            let mut stages = Stages { progress, told: 0 };
            let mut checked = Checked::default();
            let records = desk.store.verify_all(&mut |done| stages.tell("records", done))?;
            checked.records = records.rows;
            checked.erased = records.erased;
            checked.damaged = records.damaged_count;
            checked.complete = records.complete;
            checked.problems = records.damaged.iter().map(|key| format!("record {key} is damaged")).collect();
            if !records.complete {
                checked.problems.push("records are missing, or older than the last commit".to_owned());
            }
            stages.told = 0;
            let report = ledger::check(desk.store, &mut |done| stages.tell("entries", done))?;
            checked.entries = report.entries;
            checked.documents = report.documents;
            checked.places = report.places;
            checked.problem_count = records.damaged_count + u64::from(!records.complete) + report.problem_count;
            checked.problems.extend(report.problems);
            checked.sound = checked.problem_count == 0;
            Ok(checked)
        })
        .await?;
    Ok(checked)
}

struct Stages {
    progress: mpsc::Sender<Progress>,
    told: u64,
}

impl Stages {
    fn tell(&mut self, what: &str, done: u64) {
        if done >= self.told.saturating_add(PROGRESS_STEP) {
            self.told = done;
            // Whoever does not keep up misses some.
            let _ = self.progress.try_send(Progress { what: what.to_owned(), done });
        }
    }
}

impl Checked {
    /// The report, for people; ends with a line feed.
    pub fn told(&self, language: Lang) -> String {
        let Self { records, erased, damaged, entries, documents, places, problem_count, .. } = self;
        let mut out = match language {
            Lang::Zh => format!(
                "记录 {records} 条（已擦除 {erased}，损坏 {damaged}），账目 {entries} 条，文档 {documents} 份，分发位置 {places} 处\n"
            ),
            Lang::En => format!(
                "{records} records ({erased} erased, {damaged} damaged), {entries} ledger entries, {documents} documents, {places} places in feeds\n"
            ),
        };
        for problem in &self.problems {
            out.push_str("  ");
            out.push_str(problem);
            out.push('\n');
        }
        let verdict = match (language, self.sound) {
            (Lang::Zh, true) => "完好\n".to_owned(),
            (Lang::En, true) => "sound\n".to_owned(),
            (Lang::Zh, false) => format!("发现 {problem_count} 处问题：请停止服务器并从备份恢复数据文件夹\n"),
            (Lang::En, false) => {
                format!("{problem_count} problems: stop the server and restore the data folder from a backup\n")
            }
        };
        out + &verdict
    }
}
