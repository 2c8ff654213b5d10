//! The many batches of one phone, and the few of others, on the phone that carries them.

use alleyway_core::batch::{Batch, Disclosed};
use alleyway_core::bundle::{Bundle, Item};
use alleyway_core::command::{Base, Body, Command, Nonce};
use alleyway_core::crypto::{SealingKey, SealingSecret, SecretKey};
use alleyway_core::id::MemberId;
use alleyway_core::kinds::case::{CaseCommand, Note};
use alleyway_core::limits::{CARRIED_BATCHES_BY_DEVICE_MAX, CARRIED_BATCHES_MAX};
use alleyway_core::sync::certificate::Certificate;
use alleyway_core::sync::frame::Closed;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::{Blob, List};
use alleyway_replica::ImportError;
use alleyway_tests::pure::{TOWN, Town};

use super::forged::server;
use super::{export, import, two_chiefs};

/// A phone that the town certified, and that the server has forgotten.
struct Phone {
    secret: SecretKey,
    certificate: Certificate,
}

impl Phone {
    fn new(seed: u8) -> Self {
        let secret = SecretKey::from_bytes(&[seed; 32]);
        let (sealing, member) = (SealingKey([2; 32]), MemberId([1; 16]));
        let certificate =
            Certificate::sign(TOWN, &server(), secret.public(), sealing, member, 4000);
        Self {
            secret,
            certificate,
        }
    }

    /// A batch, of which nothing is shown.
    fn item(&self, number: u64) -> Item {
        let command = Command {
            nonce: Nonce::Drawn(number.to_be_bytes()),
            document: None,
            base: Base::default(),
            at: Time(0),
            body: Body::Case(CaseCommand::Note(Note {
                text: Text::cut("x"),
            })),
        };
        let batch = Batch::seal(TOWN, &self.secret, number, [0; 32], [0; 16], vec![command]);
        Item {
            certificate: self.certificate,
            shown: Disclosed::of(&batch.unwrap(), |_| false),
            closed: Closed {
                device: self.certificate.id(),
                number,
                sealed: Blob::new(vec![7; 60]).unwrap(),
            },
        }
    }

    fn items(&self, count: usize) -> impl Iterator<Item = Item> {
        (1..=count as u64).map(|number| self.item(number))
    }
}

fn bundle(items: impl Iterator<Item = Item>) -> Vec<u8> {
    let items = List::new(items.collect()).unwrap();
    Bundle { items }.seal(TOWN, &[], &[5; 32]).unwrap()
}

#[test]
fn a_phone_that_carries_as_much_as_it_may_takes_nothing_more_until_it_has_handed_in() {
    let mut town = Town::new();
    let (_, mut lu, _) = two_chiefs(&mut town);
    let phones = CARRIED_BATCHES_MAX / CARRIED_BATCHES_BY_DEVICE_MAX;
    let phones: Vec<Phone> = (70..).take(phones).map(Phone::new).collect();
    let all = phones
        .iter()
        .flat_map(|phone| phone.items(CARRIED_BATCHES_BY_DEVICE_MAX));
    let mut all: Vec<Item> = all.collect();
    let last = all.pop();
    let taken = import(&town, &mut lu, &bundle(all.into_iter())).unwrap();
    assert_eq!((taken.batches, taken.left), (CARRIED_BATCHES_MAX - 1, 0));
    let more = || bundle(last.iter().cloned().chain(Phone::new(99).items(1)));
    assert_eq!(
        import(&town, &mut lu, &more()),
        Err(ImportError::TooMuchCarried)
    );
    assert_eq!(
        lu.replica.carried().len(),
        CARRIED_BATCHES_MAX - 1,
        "not even the one that would fit"
    );
    // The devices are none that the server knows.
    let summary = town.sync(&mut lu).summary;
    let unreadable = CARRIED_BATCHES_MAX as u64 - 1;
    assert_eq!((summary.unreadable, summary.up_to_date), (unreadable, true));
    assert!(import(&town, &mut lu, &more()).is_ok());
}

#[test]
fn the_many_batches_of_one_phone_keep_out_those_of_no_other() {
    let mut town = Town::new();
    let (_, mut lu, _) = two_chiefs(&mut town);
    let mut phones = [Phone::new(78), Phone::new(79)];
    // The many come first wherever batches are looked at in the order of their devices.
    phones.sort_by_key(|phone| phone.certificate.id());
    let [many, few] = &phones;
    let max = CARRIED_BATCHES_BY_DEVICE_MAX;
    let mixed = || bundle(many.items(CARRIED_BATCHES_MAX - 2).chain(few.items(2)));
    let taken = import(&town, &mut lu, &mixed()).unwrap();
    assert_eq!(
        (taken.batches, taken.left),
        (max + 2, CARRIED_BATCHES_MAX - 2 - max)
    );
    // The oldest are taken: what comes later stands on them.
    let carried = lu.replica.carried();
    let of_many = carried
        .iter()
        .filter(|row| row.device == many.certificate.id());
    assert!(of_many.map(|row| row.number).eq(1..=max as u64));
    // The same file again brings nothing, and no other phone waits for the many.
    let again = import(&town, &mut lu, &mixed()).unwrap();
    assert_eq!((again.batches, again.known), (0, max + 2));
    let third = Phone::new(80);
    assert_eq!(
        import(&town, &mut lu, &bundle(third.items(1)))
            .unwrap()
            .batches,
        1
    );
    // Handed on, one of each phone goes in turn.
    let file = export(&mut town, &mut lu, None).unwrap();
    let anybody = SealingSecret::from_bytes([1; 32]);
    let items = Bundle::open(&file, TOWN, &server().public(), &anybody)
        .unwrap()
        .items;
    let of_few = |item: &Item| item.certificate.id() == few.certificate.id();
    let places: Vec<usize> = (0..items.len())
        .filter(|place| of_few(&items[*place]))
        .collect();
    assert!(places.iter().all(|place| *place < 5), "{places:?}");
    assert_eq!((places.len(), items.len()), (2, max + 3));
    // Once they are handed in, more of the many are taken.
    town.sync(&mut lu);
    let taken = import(&town, &mut lu, &mixed()).unwrap();
    assert_eq!(taken.batches, max + 2);
}
