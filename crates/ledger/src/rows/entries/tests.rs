use super::*;
use crate::rows::records::ChainTip;
use alleyway_core::id::{CommandId, DeviceId, DocumentId};
use alleyway_core::store::{
    HighWater, JournalWrites, MemoryStore, Records as _, Store as _, Transaction,
};
use alleyway_core::time::Time;

fn entry(number: u64) -> LedgerEntry {
    LedgerEntry {
        document: DocumentId([1; 16]),
        generation: 1,
        version: number,
        head: [u8::try_from(number % 251).unwrap(); 32],
        command: CommandId([2; 16]),
        device: DeviceId([3; 16]),
        received: Time(1_800_000_000_000),
    }
}

fn state(sequence: u64, chain: Hash) -> State {
    let (journal, audit) = (ChainTip::default(), ChainTip::default());
    State {
        incarnation: 1,
        sequence,
        chain,
        next_slot: 0,
        next_device_code: 0,
        counter: 0,
        journal,
        audit,
    }
}

/// A log of so many entries, committed in groups of `group`, opened again before each; and the chain
/// hashes, computed one by one.
fn log(entries: u64, group: u64) -> (MemoryStore, Vec<Hash>) {
    let (mut store, mut chains) = (MemoryStore::default(), vec![[0; 32]]);
    let mut pending = Pending::default();
    while chains.len() as u64 <= entries {
        let done = chains.len() as u64 - 1;
        let mut newest = Newest::open(
            View::new(&store, &pending),
            &state(done, *chains.last().unwrap()),
        )
        .unwrap();
        for sequence in done + 1..=(done + group).min(entries) {
            let chain = *chains.last().unwrap();
            newest.push(&mut pending, sequence, &chain, entry(sequence));
            chains.push(entry(sequence).chain_on(&chain, sequence));
        }
        newest.write(&mut pending);
        let (high_water, journal) = (HighWater::default(), JournalWrites::default());
        store
            .commit(&Transaction {
                writes: pending.take(),
                high_water,
                journal,
            })
            .unwrap();
    }
    (store, chains)
}

#[test]
fn every_chain_hash_is_found_again_however_entries_were_grouped() {
    for group in [1, 5, 16, 17, 100] {
        let (store, chains) = log(70, group);
        for (sequence, chain) in (0..).zip(&chains) {
            let stored = stored_chain_at(View::of_store(&store), sequence).unwrap();
            assert_eq!(
                stored,
                Some(*chain),
                "sequence {sequence} in groups of {group}"
            );
        }
        assert_eq!(stored_chain_at(View::of_store(&store), 71).unwrap(), None);
        // Sequences 1 to 70 are in the blocks 0 to 4.
        assert_eq!(store.scan(b"L", b"M", usize::MAX).unwrap().len(), 5);
    }
}

#[test]
fn a_log_that_does_not_end_where_the_state_says_is_not_opened() {
    let (store, chains) = log(20, 20);
    let open = |sequence, chain| Newest::open(View::of_store(&store), &state(sequence, chain));
    assert!(open(20, chains[20]).is_ok());
    assert!(open(19, chains[19]).is_err(), "one too many");
    assert!(open(21, chains[20]).is_err(), "one too few");
    assert!(open(20, chains[19]).is_err(), "another chain");
    assert!(open(40, chains[20]).is_err(), "no block");
}
