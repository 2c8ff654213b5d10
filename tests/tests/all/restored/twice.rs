//! A dismissed member's phone gives one id to two commands: a note, which is admitted, and a second one
//! that nobody would allow. No word of the server's brings the second in, behind a restore either.

use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Body, Command, Nonce};
use alleyway_core::crypto::{Hash, SecretKey};
use alleyway_core::id::{DeviceId, DocumentId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::store::Records as _;
use alleyway_core::sync::challenge::Challenge;
use alleyway_core::sync::flight;
use alleyway_core::sync::frame::{DeviceFrame, Hello, Opaque, ServerFrame, Stop, Verdicts};
use alleyway_core::wire::{Blob, List};
use alleyway_tests::pure::{Device, TOWN, Town};

use super::stage::{Stage, ends, entries, heard, kinds, note, restore, withdraw};

/// A program of its own on a chief's phone: it has the key, and follows no rules.
struct Hostile {
    secret: SecretKey,
    challenge: Option<Challenge>,
    number: u64,
    last: Hash,
}

impl Hostile {
    fn on(device: &Device) -> Self {
        let rows = device.store.scan(b"b", b"c", usize::MAX).unwrap();
        let (key, row) = rows.last().unwrap();
        Self {
            secret: device.secret(),
            challenge: None,
            number: u64::from_be_bytes(key[1..].try_into().unwrap()),
            last: row[..32].try_into().unwrap(),
        }
    }

    fn id(&self) -> DeviceId {
        DeviceId::of(&self.secret.public())
    }

    fn command(town: &Town, case: DocumentId, body: CaseCommand) -> Command {
        Command {
            nonce: Nonce::Drawn(1_000_u64.to_be_bytes()),
            document: Some(case),
            base: Base {
                generation: 1,
                ..Base::default()
            },
            at: town.now,
            body: Body::Case(body),
        }
    }

    fn seal(&mut self, command: Command) -> Batch {
        self.number += 1;
        let (number, commands) = (self.number, vec![command]);
        let batch = Batch::seal(TOWN, &self.secret, number, self.last, [9; 16], commands).unwrap();
        self.last = batch.hash(TOWN, self.id());
        batch
    }

    /// Hands a batch in, with what the server said of it before, and returns the server's word.
    fn hands_in(&mut self, town: &mut Town, batch: &Batch, said: Option<&Verdicts>) -> Verdicts {
        let packed = Blob::new(batch.pack(&self.secret.public())).unwrap();
        let mut frames = vec![DeviceFrame::Batch(packed)];
        frames.extend(said.map(|said| DeviceFrame::Stood(said.clone())));
        for _ in 0..3 {
            let hello = Hello {
                device: self.id(),
                challenge: self.challenge,
                cursor: Opaque::default(),
                acknowledged: 0,
                budget_bytes: 1 << 20,
                clock: town.now,
                more: true,
            };
            let flight = flight::encode(TOWN, &self.secret, &hello, &frames);
            for frame in heard(&town.answer(&flight)) {
                match frame {
                    ServerFrame::Challenge(challenge) => self.challenge = Some(challenge),
                    ServerFrame::Welcome(welcome) => self.challenge = Some(welcome.challenge),
                    ServerFrame::Verdicts(said) => return said,
                    _ => {}
                }
            }
        }
        panic!("the batch is judged");
    }
}

/// A word as a server gave it that looked at the nonce alone: the second one is said to stand where the
/// first does.
fn as_it_was_given(of_first: &Verdicts, second: &Batch, device: DeviceId) -> Verdicts {
    let mut word = Verdicts {
        batch: second.number,
        verdicts: List::new(of_first.verdicts.to_vec()).unwrap(),
        ..of_first.clone()
    };
    let message = word.message(device, &second.hash(TOWN, device));
    let server = SecretKey::from_bytes(&alleyway_tests::pure::SERVER);
    word.signature = server.sign(Verdicts::DOMAIN, &message);
    word
}

#[test]
fn a_second_command_with_one_nonce_is_brought_in_by_no_word_of_the_server() {
    for second_first in [false, true] {
        for is_revoked in [false, true] {
            let mut stage = Stage::new();
            let case = stage.reports();
            stage.all_sync();
            let backup = stage.town.store.clone();
            let mut phone = Hostile::on(&stage.xie);
            let first = Hostile::command(&stage.town, case, note("harmless"));
            let second = Command {
                body: Body::Case(withdraw()),
                ..first.clone()
            };
            let (first, second) = (phone.seal(first), phone.seal(second));
            let of_first = phone.hands_in(&mut stage.town, &first, None);
            assert!(of_first.verdicts[0].stands(), "{of_first:?}");

            restore(&mut stage.town, &backup);
            let alley = stage.town.alley;
            ends(&mut stage.town, "xie", alley);
            if is_revoked {
                stage.town.stop(&stage.xie, Stop::Revoked);
            }
            let forged = as_it_was_given(&of_first, &second, phone.id());
            let words = if second_first {
                [(&second, &forged), (&first, &of_first)]
            } else {
                [(&first, &of_first), (&second, &forged)]
            };
            for (batch, word) in words {
                phone.hands_in(&mut stage.town, batch, Some(word));
            }
            stage.town.sync(&mut stage.lu);
            let log = entries(&stage.lu, case);
            assert!(!kinds(&log).contains(&"withdraw"), "{log:?}");
            assert_eq!(kinds(&log).contains(&"note"), !second_first);
            let checking = stage.town.ledger.checking();
            let report = checking.run(&stage.town.store, &mut |_| ()).unwrap();
            assert!(report.problems.is_empty(), "{:?}", report.problems);
        }
    }
}
