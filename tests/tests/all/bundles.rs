//! Batches that go from phone to phone in a file.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on panics"
)]

#[path = "bundles/courier.rs"]
mod courier;
#[path = "bundles/exchange.rs"]
mod exchange;
#[path = "bundles/flood.rs"]
mod flood;
#[path = "bundles/forged.rs"]
mod forged;
#[path = "bundles/kept.rs"]
mod kept;
#[path = "bundles/processes.rs"]
mod processes;
#[path = "bundles/unjudged.rs"]
mod unjudged;
#[path = "bundles/wire.rs"]
mod wire;

use alleyway_core::id::{DocumentId, MemberId};
use alleyway_core::store::MemoryStore;
use alleyway_replica::{
    CaseDetail, EntryState, ExportError, ImportError, Imported, Recorded, Replica,
};
use alleyway_tests::pure::{Device, Town};

/// Writes a bundle for a member, or for nobody.
pub(crate) fn export(
    town: &mut Town,
    from: &mut Device,
    to: Option<MemberId>,
) -> Result<Vec<u8>, ExportError> {
    let random = town.random();
    let sealed = from.replica.seal_typed(random);
    from.persist(sealed);
    let exported = from.replica.export(to, town.now, random)?;
    Ok(exported.file)
}

/// Takes a bundle.
pub(crate) fn import(town: &Town, to: &mut Device, file: &[u8]) -> Result<Imported, ImportError> {
    let (writes, imported) = to.replica.import(file, town.now)?;
    to.persist(writes);
    Ok(imported)
}

/// What one phone has, handed to another.
pub(crate) fn hand_over(town: &mut Town, from: &mut Device, to: &mut Device) -> Imported {
    let member = to.replica.status(town.now).expect("enrolled").member;
    let file = export(town, from, Some(member)).expect("something to hand over");
    import(town, to, &file).expect("a bundle for this phone")
}

/// A phone with this store.
pub(crate) fn restored(store: MemoryStore) -> Device {
    Device {
        replica: Replica::open(&store).expect("a store"),
        store,
        wiped: false,
    }
}

/// The head that a phone shows, with what is not confirmed.
fn head(device: &Device, case: DocumentId) -> Option<[u8; 32]> {
    device.replica.working(case).map(|working| working.head())
}

/// A case as a phone shows it.
fn case(device: &Device, id: DocumentId) -> CaseDetail {
    device.replica.case(id).expect("a case")
}

/// Whether a command stands, as a phone shows it; none if it does not show it.
pub(crate) fn state(device: &Device, of: &Recorded) -> Option<EntryState> {
    let log = device.replica.case(of.document)?.log;
    log.into_iter()
        .find(|row| row.entry.command == of.command)
        .map(|row| row.state)
}

/// A confirmed case on two chiefs' phones.
pub(crate) fn two_chiefs(town: &mut Town) -> (Device, Device, DocumentId) {
    let (mut xie, mut lu) = (town.device("xie"), town.device("lu"));
    town.sync(&mut xie);
    let case = town
        .report(&mut xie, "甜橙路坏了", "去果园的路全是坑。", "村口", "")
        .document;
    town.sync(&mut xie);
    town.sync(&mut lu);
    assert!(town.sync(&mut lu).summary.up_to_date);
    (xie, lu, case)
}
