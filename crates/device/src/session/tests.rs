//! A sync behind the lease's end, as far as the device's own files go: nobody answers.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use alleyway_core::crypto::{SealingKey, SealingSecret, SecretBytes, SecretKey};
use alleyway_core::id::{MemberId, TownId};
use alleyway_core::limits::LEASE_DAYS;
use alleyway_core::number::TrackingCode;
use alleyway_core::store::Records;
use alleyway_core::sync::certificate::Certificate;
use alleyway_core::sync::challenge::Challenge;
use alleyway_core::sync::enrol::Enrolled;
use alleyway_core::sync::frame::Lease;
use alleyway_core::text::Text;
use alleyway_core::wire::Wire;

use super::*;
use crate::store::DeviceStore;
use crate::transport::{Client, ServerUrl, Timeouts};

const TOWN: TownId = TownId([1; 16]);
const MEMBER: MemberId = MemberId([2; 16]);
const START: Time = Time(1_800_000_000_000);
/// The server's half of the key under which documents rest.
const HALF: [u8; 32] = [6; 32];
/// The files with the store's keys: the host's, and under it the data key.
const KEYS: [&str; 3] = ["device.key", "device.1.seal", "device.2.seal"];

/// A device that was taken in at [`START`], with its store.
fn enrolled(home: &Path) -> (DeviceStore, Replica) {
    let mut store = DeviceStore::open(home).unwrap();
    let mut replica = Replica::open(&store).unwrap();
    let code = TrackingCode::from_random([7; 15]);
    let sealing = SealingSecret::from_bytes([4; 32]).public();
    let asked = replica.enrol_request(
        code,
        Text::cut("phone"),
        [3; 32],
        alleyway_replica::SealingPair::of([4; 32]),
        START,
    );
    store.commit(&asked.unwrap().0).unwrap();
    let server = SecretKey::from_bytes(&[5; 32]);
    let device = SecretKey::from_bytes(&[3; 32]).public();
    let answer = Enrolled {
        town: TOWN,
        town_name: Text::cut("town"),
        server: server.public(),
        member: MEMBER,
        name: Text::cut("member"),
        device_code: 1_000,
        challenge: Challenge::from_bytes(&[0; 24]).unwrap(),
        clock: START,
        certificate: Certificate::sign(TOWN, &server, device, SealingKey(sealing.0), MEMBER, 1_000),
        town_sealing: SealingSecret::from_bytes([8; 32]).public(),
        lease: Lease {
            half: SecretBytes::new(HALF),
        },
        moved: None,
    };
    store.commit(&replica.enrolled(&answer, START)).unwrap();
    (store, replica)
}

/// The files of a folder, those with keys or the others.
fn files(home: &Path, keys: bool) -> Vec<(std::ffi::OsString, Vec<u8>)> {
    fs::read_dir(home)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| KEYS.iter().any(|name| entry.file_name() == *name) == keys)
        .map(|entry| (entry.file_name(), fs::read(entry.path()).unwrap()))
        .collect()
}

/// Whether the half can be read in a store.
fn holds_half(store: &DeviceStore) -> bool {
    let rows = store.scan(&[], &[0xff], usize::MAX).unwrap();
    rows.iter()
        .any(|(_, value)| value.windows(HALF.len()).any(|part| part == HALF))
}

/// Whether what was copied of a store can still be read with the keys that are left in `home`.
fn opens(copy: &[(std::ffi::OsString, Vec<u8>)], home: &Path) -> bool {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in copy.iter().chain(&files(home, true)) {
        fs::write(folder.path().join(name), bytes).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(folder.path().join(name), mode).unwrap();
    }
    DeviceStore::open(folder.path()).is_ok_and(|store| holds_half(&store))
}

#[test]
fn a_sync_begun_behind_the_leases_end_leaves_no_key_of_documents_in_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, mut replica) = enrolled(folder.path());
    assert!(holds_half(&store));
    drop(store);
    let copy = files(folder.path(), false);
    assert!(opens(&copy, folder.path()), "until the lease has ended");
    store = DeviceStore::open(folder.path()).unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let server = ServerUrl::parse(&format!("http://{}", nobody.unwrap())).unwrap();
    let mut client = Client::new(server, Timeouts::default()).unwrap();
    let ended = sync(
        &mut Alone {
            replica: &mut replica,
            store: &mut store,
        },
        &mut client,
        &mut Surroundings {
            now: &|| START.plus_days(LEASE_DAYS),
            random: &mut || Ok([9; 32]),
            progress: &mut |_| (),
        },
    );
    assert!(matches!(ended, Err(SyncError::Transport(_))), "{ended:?}");
    assert!(replica.is_locked());
    assert!(!holds_half(&store));
    drop(store);
    assert!(!opens(&copy, folder.path()));
}
