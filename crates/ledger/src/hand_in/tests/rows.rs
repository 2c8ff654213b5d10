//! The rows that versions of a document lie in.

use super::*;
use crate::check;
use crate::rows::loaded::{history, load, tail, tail_rows};
use crate::rows::records::{TAIL_ROW_BYTES_MAX, TailRecord, TailRow};
use crate::rows::versions::content_at;
use alleyway_core::store::Records as _;
use alleyway_core::wire::Wire as _;

impl Stage {
    fn new_case(&mut self, notes: usize) -> (DocumentId, Vec<Command>) {
        let report = self.report();
        let case = report.target(&self.phone.public());
        let notes = (0..notes).map(|_| self.note(case));
        let commands = [report].into_iter().chain(notes.collect::<Vec<_>>());
        (case, commands.collect())
    }

    /// The rows of a case's tail: with which version each begins, and how many it holds.
    fn tail_rows(&mut self, case: DocumentId) -> Vec<(u64, usize)> {
        let tx = self.ledger.tx(&self.store);
        let head = tx.head(case).unwrap().unwrap();
        let rows = tail_rows(tx.view(), case, head.first_tail).unwrap();
        let count = |(first, row): (u64, TailRow)| (first, row.versions.len());
        rows.into_iter().map(count).collect()
    }

    /// The case is all there: loaded from rows alone, told as commands, and under each command's id.
    fn is_whole(&mut self, case: DocumentId, commands: &[Command]) {
        let tx = self.ledger.tx(&self.store);
        let head = tx.head(case).unwrap().unwrap();
        assert_eq!(head.version, commands.len() as u64);
        assert_eq!(load(tx.view(), case, &head).unwrap().head(), head.head);
        let told = history(tx.view(), case, &head).unwrap();
        for (at, command) in commands.iter().enumerate() {
            assert_eq!(told.entries[at].nonce, command.nonce);
            let version = at as u64 + 1;
            let content = content_at(tx.view(), case, &head, version).unwrap();
            assert_eq!(content, command.content(), "version {version}");
        }
        let first = tail(tx.view(), case, head.first_tail).unwrap();
        assert_eq!(
            first.first().map(|(version, _)| *version),
            Some(head.first_tail)
        );
        let report = check(&self.store, &mut |_| ()).unwrap();
        assert_eq!(report.problem_count, 0, "{:?}", report.problems);
    }
}

#[test]
fn what_one_transaction_writes_of_a_document_is_one_row() {
    let mut stage = Stage::new();
    let (case, mut commands) = stage.new_case(4);
    stage.hand_in(commands.clone());
    assert_eq!(stage.tail_rows(case), [(1, 5)]);
    for _ in 0..2 {
        let more = vec![stage.note(case), stage.note(case)];
        commands.extend(more.clone());
        stage.hand_in(more);
    }
    assert_eq!(stage.tail_rows(case), [(1, 5), (6, 2), (8, 2)]);
    stage.is_whole(case, &commands);
}

#[test]
fn two_cases_in_one_transaction_have_rows_of_their_own() {
    let mut stage = Stage::new();
    let (one, first) = stage.new_case(1);
    let (other, second) = stage.new_case(1);
    let (mut first, mut second) = (first, second);
    stage.hand_in(vec![first[0].clone(), second[0].clone()]);
    let mut turns = Vec::new();
    for _ in 0..3 {
        first.push(stage.note(one));
        second.push(stage.note(other));
    }
    for at in 1..first.len() {
        turns.extend([first[at].clone(), second[at].clone()]);
    }
    stage.hand_in(turns);
    assert_eq!(stage.tail_rows(one), [(1, 1), (2, 4)]);
    assert_eq!(stage.tail_rows(other), [(1, 1), (2, 4)]);
    stage.is_whole(one, &first);
    stage.is_whole(other, &second);
}

/// Through several compactions, in the middle of transactions and between them.
#[test]
fn rows_of_many_versions_are_compacted_whole() {
    let mut stage = Stage::new();
    let (case, mut commands) = stage.new_case(0);
    stage.hand_in(commands.clone());
    for count in [1_usize, 30, 3, 100, 7, 1, 9, 60, 2, 200, 5] {
        let more: Vec<Command> = (0..count).map(|_| stage.note(case)).collect();
        commands.extend(more.clone());
        stage.hand_in(more);
        stage.is_whole(case, &commands);
    }
    let tx = stage.ledger.tx(&stage.store);
    let head = tx.head(case).unwrap().unwrap();
    assert!(head.snapshot_version > 200, "{}", head.snapshot_version);
    let rows = stage.tail_rows(case);
    let kept: usize = rows.iter().map(|(_, count)| count).sum();
    assert!(rows.len() < 20 && kept >= 8, "{rows:?}");
}

#[test]
fn a_row_is_not_longer_than_may_be() {
    let mut stage = Stage::new();
    let (case, commands) = stage.new_case(60);
    stage.hand_in(commands.clone());
    for (first, _) in stage.tail_rows(case) {
        let row = stage.store.get(&keys::tail(case, first)).unwrap().unwrap();
        assert!(row.len() <= TAIL_ROW_BYTES_MAX, "{}", row.len());
    }
    stage.is_whole(case, &commands);
}

/// As a release wrote them that had a row for each version.
#[test]
fn rows_of_one_version_each_are_read_and_go_on() {
    let mut stage = Stage::new();
    let (case, mut commands) = stage.new_case(5);
    stage.hand_in(commands.clone());
    let tx = stage.ledger.tx(&stage.store);
    let versions = tail(tx.view(), case, 1).unwrap();
    let row =
        |(version, record): (u64, TailRecord)| (keys::tail(case, version), Some(record.to_bytes()));
    stage.put_rows(versions.into_iter().map(row));
    let more = vec![stage.note(case), stage.note(case)];
    commands.extend(more.clone());
    stage.hand_in(more);
    let single = (1..=6).map(|version| (version, 1));
    let rows: Vec<_> = single.chain([(7, 2)]).collect();
    assert_eq!(stage.tail_rows(case), rows);
    stage.is_whole(case, &commands);
}
