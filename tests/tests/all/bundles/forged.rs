//! Bundles that are not what they say: none is taken, not even in part.

use alleyway_core::batch::Disclosed;
use alleyway_core::bundle::{Bundle, BundleError, Item};
use alleyway_core::crypto::{SealingKey, SealingSecret, SecretKey};
use alleyway_core::id::{DeviceId, MemberId, TownId};
use alleyway_core::limits::{BUNDLE_BYTES_MAX, CARRIED_SEALS_MAX};
use alleyway_core::sync::certificate::Certificate;
use alleyway_core::sync::frame::Closed;
use alleyway_core::wire::{Blob, List};
use alleyway_replica::ImportError;
use alleyway_tests::pure::{Device, SERVER, TOWN, Town};

use super::{export, head, import, two_chiefs};

pub(super) fn server() -> SecretKey {
    SecretKey::from_bytes(&SERVER)
}

/// A bundle that lu can read, and its items, to be tampered with.
fn written(town: &mut Town) -> (Device, Vec<u8>, Vec<Item>) {
    let (mut xie, lu, old) = two_chiefs(town);
    town.note(&mut xie, old, "一");
    town.note(&mut xie, old, "二");
    let member = town.member("lu");
    let file = export(town, &mut xie, Some(member)).unwrap();
    // What nobody is to read can be read by anybody: it is taken apart here.
    let plain = export(town, &mut xie, None).unwrap();
    let anybody = SealingSecret::from_bytes([1; 32]);
    let items = Bundle::open(&plain, TOWN, &server().public(), &anybody)
        .unwrap()
        .items
        .into_vec();
    (lu, file, items)
}

fn refused(town: &Town, lu: &mut Device, items: Vec<Item>) -> ImportError {
    let bundle = Bundle {
        items: List::new(items).unwrap(),
    };
    let file = bundle.seal(TOWN, &[], &[5; 32]).unwrap();
    import(town, lu, &file).unwrap_err()
}

#[test]
fn a_bundle_cut_in_half_or_anywhere_else_changes_nothing() {
    let mut town = Town::new();
    let (mut lu, file, _) = written(&mut town);
    let cuts = (0..40)
        .chain((40..file.len()).step_by(37))
        .chain([file.len() / 2, file.len() - 1]);
    for cut in cuts {
        assert_eq!(
            import(&town, &mut lu, &file[..cut]),
            Err(BundleError::Damaged.into()),
            "{cut}"
        );
    }
    assert!(lu.replica.carried().is_empty());
    assert_eq!(
        import(&town, &mut lu, &file).unwrap().batches,
        1,
        "whole, it is taken"
    );
}

#[test]
fn a_bundle_for_somebody_else_of_another_town_or_version_or_too_large_is_refused() {
    let mut town = Town::new();
    let (mut lu, file, items) = written(&mut town);
    let mut qin = town.device("qin");
    assert_eq!(
        import(&town, &mut qin, &file),
        Err(BundleError::NotForYou.into())
    );
    let elsewhere = Bundle {
        items: List::new(items).unwrap(),
    }
    .seal(TownId([9; 16]), &[], &[5; 32])
    .unwrap();
    assert_eq!(
        import(&town, &mut lu, &elsewhere),
        Err(BundleError::OtherTown.into())
    );
    let mut newer = file;
    newer[8] = 9;
    assert_eq!(
        import(&town, &mut lu, &newer),
        Err(BundleError::UnknownVersion(9).into())
    );
    assert_eq!(
        import(&town, &mut lu, &vec![0; BUNDLE_BYTES_MAX + 1]),
        Err(BundleError::TooLarge.into())
    );
}

#[test]
fn forged_certificates_signatures_and_bodies_are_refused_with_all_that_came_along() {
    let mut town = Town::new();
    let (mut lu, file, items) = written(&mut town);
    let good = items[0].clone();
    let stranger = SecretKey::from_bytes(&[77; 32]);
    let with = |change: &dyn Fn(&mut Item)| {
        let mut forged = good.clone();
        change(&mut forged);
        vec![good.clone(), forged]
    };
    let bad_certificate = with(&|item| item.certificate.member = MemberId([1; 16]));
    assert_eq!(
        refused(&town, &mut lu, bad_certificate),
        BundleError::BadCertificate.into()
    );
    let by_stranger = with(&|item| {
        item.certificate = Certificate::sign(
            TOWN,
            &stranger,
            stranger.public(),
            SealingKey([2; 32]),
            MemberId([1; 16]),
            4000,
        );
    });
    assert_eq!(
        refused(&town, &mut lu, by_stranger),
        BundleError::BadCertificate.into()
    );
    let bad_signature = with(&|item| item.shown.signature.0[9] ^= 1);
    assert_eq!(
        refused(&town, &mut lu, bad_signature),
        BundleError::BadSignature.into()
    );
    let leaf = with(&|item| {
        let shown = &mut item.shown;
        let mut leaves = shown.leaves.clone().into_vec();
        leaves.swap(0, 1);
        *shown = Disclosed {
            leaves: List::new(leaves).unwrap(),
            ..shown.clone()
        };
    });
    assert_eq!(
        refused(&town, &mut lu, leaf),
        BundleError::BadSignature.into()
    );
    let another = with(&|item| item.closed.device = DeviceId([3; 16]));
    assert_eq!(
        refused(&town, &mut lu, another),
        BundleError::BadSignature.into()
    );
    // The good batch of each of them was not taken either.
    assert!(lu.replica.carried().is_empty());
    assert_eq!(import(&town, &mut lu, &file).unwrap().commands, 2);
}

#[test]
fn a_batch_whose_seal_was_swapped_is_dropped_by_the_server_and_its_author_loses_nothing() {
    let mut town = Town::new();
    let (mut xie, mut lu, old) = two_chiefs(&mut town);
    town.note(&mut xie, old, "一");
    let plain = export(&mut town, &mut xie, None).unwrap();
    let anybody = SealingSecret::from_bytes([1; 32]);
    let mut items = Bundle::open(&plain, TOWN, &server().public(), &anybody)
        .unwrap()
        .items
        .into_vec();
    items[0].closed.sealed = Blob::new(vec![7; 500]).unwrap();
    let file = Bundle {
        items: List::new(items).unwrap(),
    }
    .seal(TOWN, &[], &[5; 32])
    .unwrap();
    import(&town, &mut lu, &file).unwrap();
    let summary = town.sync(&mut lu).summary;
    assert_eq!(
        (summary.carried, summary.unreadable, summary.up_to_date),
        (0, 1, true)
    );
    assert!(lu.replica.carried().is_empty());
    assert_eq!(town.sync(&mut xie).summary.admitted, 1);
    assert_eq!(head(&xie, old), {
        town.sync(&mut lu);
        head(&lu, old)
    });
}

#[test]
fn a_copy_with_another_seal_does_not_keep_the_good_one_from_the_server() {
    let mut town = Town::new();
    let (mut xie, mut lu, old) = two_chiefs(&mut town);
    town.note(&mut xie, old, "一");
    let good = export(&mut town, &mut xie, None).unwrap();
    let anybody = SealingSecret::from_bytes([1; 32]);
    let items = Bundle::open(&good, TOWN, &server().public(), &anybody)
        .unwrap()
        .items
        .into_vec();
    let spoiled = |byte| {
        let mut items = items.clone();
        items[0].closed.sealed = Blob::new(vec![byte; 500]).unwrap();
        Bundle {
            items: List::new(items).unwrap(),
        }
        .seal(TOWN, &[], &[5; 32])
        .unwrap()
    };
    let taken = import(&town, &mut lu, &spoiled(7)).unwrap();
    assert_eq!((taken.batches, taken.known), (1, 0));
    let taken = import(&town, &mut lu, &good).unwrap();
    assert_eq!(
        (taken.batches, taken.known),
        (0, 0),
        "kept beside the first"
    );
    let again = export(&mut town, &mut xie, None).unwrap();
    assert_eq!(
        import(&town, &mut lu, &again).unwrap().known,
        1,
        "its device seals it the same way each time"
    );
    assert_eq!(lu.replica.carried().len(), 1, "of one batch");
    // Both go on to a third phone.
    let mut wei = town.device("wei");
    let passed = export(&mut town, &mut lu, None).unwrap();
    import(&town, &mut wei, &passed).unwrap();
    let summary = town.sync(&mut wei).summary;
    assert_eq!(
        (
            summary.carried,
            summary.unreadable,
            wei.replica.carried().len()
        ),
        (1, 0, 0)
    );
    assert_eq!(town.sync(&mut xie).summary.admitted, 1);
    // No more copies are kept than a few.
    for byte in 10..30 {
        import(&town, &mut lu, &spoiled(byte)).unwrap();
    }
    let passed = export(&mut town, &mut lu, None).unwrap();
    let passed = Bundle::open(&passed, TOWN, &server().public(), &anybody).unwrap();
    assert_eq!(passed.items.len(), CARRIED_SEALS_MAX);
}

#[test]
fn what_nobody_signed_takes_up_no_room_whoevers_certificate_it_shows() {
    let mut town = Town::new();
    let (mut xie, mut lu, old) = two_chiefs(&mut town);
    town.note(&mut xie, old, "一");
    let plain = export(&mut town, &mut xie, None).unwrap();
    let anybody = SealingSecret::from_bytes([1; 32]);
    let good = Bundle::open(&plain, TOWN, &server().public(), &anybody)
        .unwrap()
        .items[0]
        .clone();
    let junk = |number| {
        let closed = Closed {
            number,
            sealed: Blob::new(vec![0; 100]).unwrap(),
            ..good.closed.clone()
        };
        Item {
            shown: Disclosed {
                number,
                ..good.shown.clone()
            },
            closed,
            ..good.clone()
        }
    };
    let made_up: Vec<Item> = (100..200).map(junk).collect();
    assert_eq!(
        refused(&town, &mut lu, made_up),
        BundleError::BadSignature.into()
    );
    let mut leafless = good.clone();
    leafless.shown.leaves = List::default();
    assert_eq!(
        refused(&town, &mut lu, vec![leafless]),
        BundleError::BadSignature.into()
    );
    assert!(lu.replica.carried().is_empty());
    assert_eq!(import(&town, &mut lu, &plain).unwrap().batches, 1);
}
