//! A phone that gives one nonce to two commands: they have two ids, and each gets the verdict that it
//! deserves. And what lies under an id and says something else is not taken for what is handed in.

use super::*;
use crate::rows::outcomes::{KeptRecord, RefusalRecord};
use crate::rows::records::TailRecord;
use crate::rows::versions::noted;
use alleyway_core::kinds::case::{Accept, Withdraw};
use alleyway_core::kinds::unit::Amend;
use alleyway_core::refusal::{Refusal, RefusalCode};
use alleyway_core::store::{Records as _, Transaction, Write};
use alleyway_core::sync::frame::{AdmittedAt, KeptWhy};
use alleyway_core::wire::{List, Wire};

/// What a second command under an id is answered.
fn id_taken() -> Verdict {
    Verdict::Refused(Refusal::from(RefusalCode::IdTaken))
}

fn withdraw() -> Body {
    let text = Text::cut("nobody allowed it");
    Body::from(CaseCommand::Withdraw(Withdraw { text }))
}

/// The version that a command made.
fn version(said: &Verdict) -> Option<u64> {
    said.stood(Receipt::new(NOW, 0)).map(|(at, _)| at.version)
}

/// Another command with the nonce of this one.
fn another(command: &Command) -> Command {
    Command {
        body: withdraw(),
        ..command.clone()
    }
}

impl Stage {
    fn seal(&mut self, commands: Vec<Command>) -> VerifiedBatch {
        self.sealed += 1;
        let sealed = Batch::seal(TOWN, &self.phone, self.sealed, self.last, [9; 16], commands);
        let batch = sealed.unwrap().verify(TOWN, &self.phone.public()).unwrap();
        self.last = batch.hash();
        batch
    }

    /// Hands in a batch, itself or through a courier, with what the server is said to have said of it.
    fn say(&mut self, batch: &VerifiedBatch, carried: bool, said: Option<&Verdicts>) -> Verdicts {
        let feeds = BTreeSet::from([alleyway_core::feeds::FeedId::unit(self.alley)]);
        let (mut tx, memory) = self.ledger.handing_in(&self.store);
        let device = tx.device(DeviceId::of(&self.phone.public())).unwrap();
        let by = HandIn::of_member(&device.unwrap(), &feeds, Receipt::new(NOW, 0), NOW);
        let by = if carried { by.through_a_courier() } else { by };
        let frame = hand_in(&mut tx, memory, &by, batch, said).unwrap();
        self.commit();
        match frame {
            ServerFrame::Verdicts(said) => said,
            other => panic!("{other:?}"),
        }
    }

    fn hears(&mut self, batch: &VerifiedBatch) -> Vec<Verdict> {
        self.say(batch, false, None).verdicts.into_vec()
    }

    /// A case that stands.
    fn case(&mut self) -> DocumentId {
        let report = self.report();
        let case = report.target(&self.phone.public());
        assert!(self.hand_in(vec![report])[0].stands());
        case
    }

    /// The kinds of steps in a case's log.
    fn steps(&mut self, case: DocumentId) -> Vec<String> {
        let mut tx = self.ledger.tx(&self.store);
        let log = tx
            .document(case, Document::log)
            .unwrap()
            .unwrap_or_default();
        log.into_iter().map(|entry| entry.kind).collect()
    }

    pub(super) fn put_rows(&mut self, rows: impl Iterator<Item = (Vec<u8>, Option<Vec<u8>>)>) {
        let writes = rows.map(|(key, value)| Write {
            key,
            value,
            slot: None,
        });
        let transaction = Transaction {
            writes: writes.collect(),
            ..Transaction::default()
        };
        self.store.commit(&transaction).unwrap();
    }

    /// The chief's post ends.
    fn dismiss(&mut self) {
        let organisation = self.ledger.organisation();
        let post = organisation.appointments_in(self.alley).next().unwrap();
        let amend = Amend {
            appointment: post.appointment,
            name: post.name.clone(),
            from: post.from,
            until: Some(NOW),
        };
        let command = AdminCommand {
            document: Some(self.alley),
            body: Body::from(UnitCommand::Amend(amend)),
        };
        self.ledger
            .administer(&self.store, vec![command], [5; 32], NOW)
            .unwrap();
        self.commit();
    }

    /// The server goes on from an older copy of its store.
    fn restore(&mut self, backup: &MemoryStore) {
        self.store = backup.clone();
        self.ledger = Ledger::open(&self.store, setup()).unwrap();
        self.ledger.begin_incarnation(&self.store, NOW).unwrap();
        self.commit();
    }
}

#[test]
fn two_commands_with_one_nonce_are_two_commands() {
    let mut stage = Stage::new();
    let case = stage.case();
    let first = stage.note(case);
    let later = Command {
        at: Time(NOW.0 + 1),
        ..first.clone()
    };
    let batch = stage.seal(vec![first.clone(), later, another(&first)]);
    let said = stage.hears(&batch);
    let places: Vec<u64> = said.iter().filter_map(version).collect();
    assert_eq!(places, [2, 3, 4]);
    assert_eq!(stage.hears(&batch), said);
    assert_eq!(stage.steps(case), ["report", "note", "note", "withdraw"]);
    // Nor is a report's id a note's, or a note's a report's.
    let report = stage.report();
    let note = Command {
        nonce: report.nonce,
        ..stage.note(case)
    };
    let said = stage.hand_in(vec![report, note]);
    assert!(said[0].stands(), "{said:?}");
    assert!(
        matches!(&said[1], Verdict::Refused(_)),
        "the case is withdrawn: {said:?}"
    );
}

#[test]
fn what_a_command_had_seen_is_no_part_of_its_id() {
    let mut stage = Stage::new();
    let case = stage.case();
    let first = stage.note(case);
    let seen = Command {
        base: Base {
            version: 1,
            ..first.base.clone()
        },
        ..first.clone()
    };
    let said = stage.hand_in(vec![first]);
    assert_eq!(stage.hand_in(vec![seen]), said);
    assert_eq!(stage.steps(case), ["report", "note"]);
}

#[test]
fn two_commands_with_one_nonce_lie_in_a_tray_each() {
    let mut stage = Stage::new();
    let case = stage.case();
    stage.revoke();
    let first = stage.note(case);
    let said = stage.hand_in(vec![first.clone(), another(&first)]);
    assert!(
        said.iter().all(|said| matches!(said, Verdict::Kept(_))),
        "{said:?}"
    );
    assert_eq!(stage.kept(&first).2, 2);
    let said = stage.hand_in(vec![first.clone()]);
    assert!(matches!(said[0], Verdict::Kept(_)), "{said:?}");
    assert_eq!(stage.kept(&first).2, 2);
}

/// As if a device had found two commands with one hash: what the ledger has under the id says
/// something else than what is handed in.
#[test]
fn another_command_under_the_id_of_one_that_stands_is_not_taken_for_it() {
    let mut stage = Stage::new();
    let case = stage.case();
    let first = stage.note(case);
    assert!(stage.hand_in(vec![first.clone()])[0].stands());
    let key = keys::tail(case, 2);
    let stored = stage.store.get(&key).unwrap().unwrap();
    let mut row = TailRecord::from_bytes(&stored).unwrap();
    row.command.body = withdraw();
    stage.put_rows([(key.clone(), Some(row.to_bytes()))].into_iter());
    for _ in 0..2 {
        assert_eq!(stage.hand_in(vec![first.clone()]), [id_taken()]);
    }
    stage.put_rows([(key, Some(stored))].into_iter());
    let said = stage.hand_in(vec![first]);
    assert!(said[0].stands(), "{said:?}");
    assert_eq!(stage.steps(case), ["report", "note"]);
}

#[test]
fn another_command_under_the_id_of_one_in_a_tray_is_not_taken_for_it() {
    let mut stage = Stage::new();
    let case = stage.case();
    stage.revoke();
    let first = stage.note(case);
    assert!(matches!(
        stage.hand_in(vec![first.clone()])[0],
        Verdict::Kept(_)
    ));
    let key = keys::kept(first.id(&stage.phone.public()));
    let mut row = KeptRecord::from_bytes(&stage.store.get(&key).unwrap().unwrap()).unwrap();
    assert_eq!(row.content, Some(noted(&[2; 32], first.content())));
    row.content = Some([9; 16]);
    stage.put_rows([(key.clone(), Some(row.to_bytes()))].into_iter());
    assert_eq!(stage.hand_in(vec![first.clone()]), [id_taken()]);
    // An older version did not note it: what it says is in the tray.
    row.content = None;
    stage.put_rows([(key, Some(row.to_bytes()))].into_iter());
    let said = stage.hand_in(vec![first.clone()]);
    assert!(matches!(said[0], Verdict::Kept(_)), "{said:?}");
    assert_eq!(stage.kept(&first).2, 1);
}

#[test]
fn another_command_under_the_id_of_a_refused_one_is_not_judged() {
    let mut stage = Stage::new();
    let case = stage.case();
    let accept = stage.type_on(Some(case), CaseCommand::Accept(Accept {}));
    let again = stage.type_on(Some(case), CaseCommand::Accept(Accept {}));
    assert!(stage.hand_in(vec![accept])[0].stands());
    let batch = stage.seal(vec![again.clone()]);
    let said = stage.hears(&batch);
    let wrong = |verdict: &Verdict| match verdict {
        Verdict::Refused(refusal) => refusal.code == RefusalCode::WrongState,
        _ => false,
    };
    assert!(wrong(&said[0]), "{said:?}");
    let device = DeviceId::of(&stage.phone.public());
    let key = keys::refusal(
        device,
        batch.batch().number,
        again.id(&stage.phone.public()),
    );
    let mut row = RefusalRecord::from_bytes(&stage.store.get(&key).unwrap().unwrap()).unwrap();
    assert_eq!(row.content, Some(noted(&[2; 32], again.content())));
    row.content = Some([9; 16]);
    stage.put_rows([(key, Some(row.to_bytes()))].into_iter());
    assert_eq!(stage.hears(&batch), [id_taken()]);
    // Nor in another batch, while the refusal is noted.
    assert_eq!(stage.hand_in(vec![again]), [id_taken()]);
}

#[test]
fn what_comes_again_is_known_from_the_tail_and_from_older_history() {
    let mut stage = Stage::new();
    let case = stage.case();
    let notes: Vec<Command> = (0..600).map(|_| stage.note(case)).collect();
    for notes in notes.chunks(200) {
        assert!(stage.hand_in(notes.to_vec()).iter().all(Verdict::stands));
    }
    let (old, new) = (notes[3].clone(), notes[599].clone());
    let said = stage.hand_in(vec![old, new]);
    let places: Vec<u64> = said.iter().filter_map(version).collect();
    assert_eq!(places, [5, 601]);
    let head = stage.ledger.tx(&stage.store).head(case).unwrap().unwrap();
    assert!(
        head.first_tail > 5,
        "the older one is in a piece of history"
    );
}

/// A word that a server gave before a restore for a second command with the nonce of a note: that it
/// stands where the note does. No server gives it any more.
fn false_word(batch: &VerifiedBatch, of_note: &Verdicts, phone: &SecretKey) -> Verdicts {
    let mut word = Verdicts {
        batch: batch.batch().number,
        ..of_note.clone()
    };
    let message = word.message(DeviceId::of(&phone.public()), &batch.hash());
    word.signature = SecretKey::from_bytes(&[1; 32]).sign(Verdicts::DOMAIN, &message);
    word
}

#[test]
fn behind_a_restore_only_what_makes_the_same_head_stands_for_the_stopped_and_the_dismissed() {
    for is_stopped in [true, false] {
        for word_first in [true, false] {
            let mut stage = Stage::new();
            let case = stage.case();
            let backup = stage.store.clone();
            let note = stage.note(case);
            let (one, two) = (
                stage.seal(vec![note.clone()]),
                stage.seal(vec![another(&note)]),
            );
            let of_note = stage.say(&one, false, None);
            let word = false_word(&two, &of_note, &stage.phone);
            stage.restore(&backup);
            stage.dismiss();
            if is_stopped {
                stage.revoke();
            }
            let why = KeptWhy::BeforeRestore;
            let kept = Verdict::Kept(Kept { why });
            if word_first {
                let said = stage.say(&two, false, Some(&word));
                assert_eq!(said.verdicts[0], kept);
                // The case's log says that, so that the note has something else before it now.
                let said = stage.say(&one, false, Some(&of_note));
                assert_eq!(said.verdicts[0], kept);
                assert_eq!(stage.steps(case), ["report", "stood", "stood"]);
            } else {
                let said = stage.say(&one, false, Some(&of_note));
                assert!(said.verdicts[0].stands(), "{said:?}");
                let said = stage.say(&two, false, Some(&word));
                assert_eq!(said.verdicts[0], kept);
                assert_eq!(stage.steps(case), ["report", "note", "stood"]);
            }
        }
    }
}

#[test]
fn behind_a_restore_what_has_other_steps_before_it_needs_a_post_in_force() {
    for dismissed in [true, false] {
        let mut stage = Stage::new();
        let case = stage.case();
        let backup = stage.store.clone();
        let (one, two) = (stage.note(case), stage.note(case));
        let (one, two) = (stage.seal(vec![one]), stage.seal(vec![two]));
        stage.say(&one, false, None);
        let of_two = stage.say(&two, false, None);
        stage.restore(&backup);
        let of_one = AdmittedAt {
            version: 2,
            check: [0; 4],
        };
        if dismissed {
            stage.dismiss();
        }
        // The first one never comes back, and something else stands in its place.
        let mut word = Verdicts {
            verdicts: List::new(vec![Verdict::Admitted(of_one)]).unwrap(),
            ..of_two
        };
        let message = word.message(DeviceId::of(&stage.phone.public()), &two.hash());
        word.signature = SecretKey::from_bytes(&[1; 32]).sign(Verdicts::DOMAIN, &message);
        let said = stage.say(&two, false, Some(&word)).verdicts[0].clone();
        assert_eq!(said.stands(), !dismissed, "{said:?}");
        assert_eq!(matches!(said, Verdict::Kept(_)), dismissed);
    }
}
