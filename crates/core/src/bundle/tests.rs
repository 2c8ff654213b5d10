use super::*;
use crate::batch::Batch;
use crate::command::{Base, Body, Command, Nonce};
use crate::crypto::SecretKey;
use crate::id::{DeviceId, DocumentId, MemberId};
use crate::kinds::case::CaseCommand;
use crate::kinds::case::Note;
use crate::text::Text;
use crate::time::Time;

const TOWN: TownId = TownId([1; 16]);

fn server() -> SecretKey {
    SecretKey::from_bytes(&[3; 32])
}

fn reader() -> SealingSecret {
    SealingSecret::from_bytes([4; 32])
}

fn item(number: u64) -> Item {
    let device = SecretKey::from_bytes(&[9; 32]);
    let certificate = Certificate::sign(
        TOWN,
        &server(),
        device.public(),
        SealingKey([8; 32]),
        MemberId([2; 16]),
        1000,
    );
    let body = |text| {
        Body::Case(CaseCommand::Note(Note {
            text: Text::cut(text),
        }))
    };
    let note = |number: u64, text| Command {
        nonce: Nonce::Drawn(number.to_be_bytes()),
        document: Some(DocumentId([5; 16])),
        base: Base::default(),
        at: Time(1_700_000_000_000),
        body: body(text),
    };
    let batch = Batch::seal(
        TOWN,
        &device,
        number,
        [0; 32],
        [6; 16],
        vec![note(1, "看见了"), note(2, "不给看")],
    );
    let batch = batch.unwrap();
    let town = SealingSecret::from_bytes([7; 32]).public();
    let packed = batch.pack(&device.public());
    let closed = Closed::seal(
        &town,
        [5; 32],
        DeviceId::of(&device.public()),
        number,
        &packed,
    )
    .unwrap();
    Item {
        certificate,
        shown: Disclosed::of(&batch, |command| {
            command.nonce == Nonce::Drawn(1_u64.to_be_bytes())
        }),
        closed,
    }
}

fn bundle() -> Bundle {
    Bundle {
        items: List::new(vec![item(1), item(2)]).unwrap(),
    }
}

fn open(file: &[u8]) -> Result<Bundle, BundleError> {
    Bundle::open(file, TOWN, &server().public(), &reader())
}

fn sealed(bundle: &Bundle) -> Vec<u8> {
    bundle.seal(TOWN, &[reader().public()], &[11; 32]).unwrap()
}

/// With its checksum made right again.
fn summed(mut file: Vec<u8>) -> Vec<u8> {
    file.truncate(file.len() - CHECKSUM_BYTES);
    let sum = checksum(&file);
    file.extend_from_slice(&sum);
    file
}

#[test]
fn each_of_several_readers_opens_a_bundle_and_nobody_else() {
    let other = SealingSecret::from_bytes([12; 32]);
    let file = bundle()
        .seal(TOWN, &[other.public(), reader().public()], &[11; 32])
        .unwrap();
    assert_eq!(open(&file), Ok(bundle()));
    assert_eq!(
        Bundle::open(&file, TOWN, &server().public(), &other),
        Ok(bundle())
    );
    let stranger = SealingSecret::from_bytes([13; 32]);
    assert_eq!(
        Bundle::open(&file, TOWN, &server().public(), &stranger),
        Err(BundleError::NotForYou)
    );
    assert!(file.len() < bundle().to_bytes().len() + BUNDLE_OVERHEAD_BYTES);
}

#[test]
fn no_text_stands_in_a_sealed_bundle() {
    let file = sealed(&bundle());
    assert!(!file.windows(9).any(|bytes| bytes == "看见了".as_bytes()));
}

#[test]
fn a_bundle_without_readers_is_read_by_every_carrier() {
    let file = bundle().seal(TOWN, &[], &[11; 32]).unwrap();
    assert_eq!(open(&file), Ok(bundle()));
}

#[test]
fn a_bundle_cut_off_at_any_length_is_damaged() {
    let file = sealed(&bundle());
    for length in 0..file.len() {
        assert_eq!(open(&file[..length]), Err(BundleError::Damaged), "{length}");
    }
    assert_eq!(open(&[file, vec![0]].concat()), Err(BundleError::Damaged));
}

#[test]
fn a_bundle_of_which_any_byte_is_another_is_not_taken() {
    let file = sealed(&bundle());
    for at in 0..file.len() {
        let mut spoiled = file.clone();
        spoiled[at] ^= 1;
        assert!(open(&spoiled).is_err(), "{at}");
        // Nor if whoever changed it has made the checksum right.
        if at < file.len() - CHECKSUM_BYTES {
            assert!(open(&summed(spoiled)).is_err(), "{at} with its checksum");
        }
    }
}

#[test]
fn another_version_and_another_town_are_named() {
    let mut file = sealed(&bundle());
    file[8] = 1;
    assert_eq!(open(&file), Err(BundleError::UnknownVersion(1)));
    let other = bundle()
        .seal(TownId([2; 16]), &[reader().public()], &[11; 32])
        .unwrap();
    assert_eq!(open(&other), Err(BundleError::OtherTown));
}

#[test]
fn a_certificate_that_the_server_did_not_sign_is_not_taken() {
    let mut forged = item(1);
    forged.certificate.member = MemberId([3; 16]);
    let file = sealed(&Bundle {
        items: List::new(vec![item(2), forged]).unwrap(),
    });
    assert_eq!(open(&file), Err(BundleError::BadCertificate));
}

#[test]
fn a_batch_that_its_device_did_not_sign_is_not_taken() {
    let with = |change: fn(&mut Item)| {
        let mut forged = item(1);
        change(&mut forged);
        open(&sealed(&Bundle {
            items: List::new(vec![forged]).unwrap(),
        }))
    };
    let shown = |change: fn(&mut Disclosed)| {
        let mut forged = item(1);
        change(&mut forged.shown);
        open(&sealed(&Bundle {
            items: List::new(vec![forged]).unwrap(),
        }))
    };
    assert!(with(|_| {}).is_ok());
    assert_eq!(
        shown(|shown| shown.signature.0[3] ^= 1),
        Err(BundleError::BadSignature)
    );
    assert_eq!(
        shown(|shown| shown.previous = [1; 32]),
        Err(BundleError::BadSignature)
    );
    assert_eq!(
        with(|item| item.closed.number = 2),
        Err(BundleError::BadSignature)
    );
    assert_eq!(
        with(|item| item.closed.device = DeviceId([1; 16])),
        Err(BundleError::BadSignature)
    );
    // A withheld command is put in the place of the one that was shown.
    let swapped = shown(|shown| {
        let mut visible = shown.visible.clone().into_vec();
        visible[0].command.body = Body::Case(CaseCommand::Note(Note {
            text: Text::cut("不给看"),
        }));
        shown.visible = List::new(visible).unwrap();
    });
    assert_eq!(swapped, Err(BundleError::BadSignature));
}

#[test]
fn a_bundle_beyond_its_limits_is_neither_written_nor_read() {
    assert_eq!(
        open(&vec![0; BUNDLE_BYTES_MAX + 1]),
        Err(BundleError::TooLarge)
    );
    let mut large = item(1);
    large.closed.sealed = Blob::new(vec![0; CLOSED_BYTES_MAX + 1]).unwrap();
    assert_eq!(
        open(&sealed(&Bundle {
            items: List::new(vec![large.clone()]).unwrap()
        })),
        Err(BundleError::TooLarge)
    );
    let many = Bundle {
        items: List::new(vec![large; 80]).unwrap(),
    };
    assert_eq!(
        many.seal(TOWN, &[reader().public()], &[11; 32]),
        Err(BundleError::TooLarge)
    );
    let readers = vec![reader().public(); BUNDLE_READERS_MAX + 1];
    assert_eq!(
        bundle().seal(TOWN, &readers, &[11; 32]),
        Err(BundleError::TooLarge)
    );
}

#[test]
fn a_batch_of_which_nothing_is_shown_is_its_devices_all_the_same() {
    let unread = |change: fn(&mut Item)| {
        let mut item = item(1);
        item.shown.withhold(|_| false);
        change(&mut item);
        open(&sealed(&Bundle {
            items: List::new(vec![item]).unwrap(),
        }))
    };
    assert!(unread(|_| {}).is_ok());
    assert_eq!(
        unread(|item| item.shown.leaves = List::default()),
        Err(BundleError::BadSignature)
    );
    assert_eq!(
        unread(|item| item.shown.signature.0[3] ^= 1),
        Err(BundleError::BadSignature)
    );
    // The signature of one batch is not another's.
    let renumbered = unread(|item| (item.closed.number, item.shown.number) = (2, 2));
    assert_eq!(renumbered, Err(BundleError::BadSignature));
}
