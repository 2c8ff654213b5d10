//! A phone that gives one id to two commands: wherever the first one is, the second is not taken
//! for it.

use super::*;
use crate::rows::ids::{IDS_PER_ROW_MAX, noted};
use crate::rows::outcomes::RefusalRecord;
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

/// Another command with the id of this one.
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

    fn remove_rows(&mut self, kind: &[u8]) {
        let rows = self.store.scan(kind, &keys::end_of(kind), usize::MAX);
        self.put_rows(rows.unwrap().into_iter().map(|(key, _)| (key, None)));
    }

    fn put_rows(&mut self, rows: impl Iterator<Item = (Vec<u8>, Option<Vec<u8>>)>) {
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
fn a_second_command_under_the_id_of_one_that_stands_is_not_admitted() {
    let mut stage = Stage::new();
    let case = stage.case();
    let first = stage.note(case);
    let (one, two) = (
        stage.seal(vec![first.clone()]),
        stage.seal(vec![another(&first)]),
    );
    assert!(stage.hears(&one)[0].stands());
    for _ in 0..2 {
        assert_eq!(stage.hears(&two), [id_taken()]);
        assert!(stage.hears(&one)[0].stands());
    }
    assert_eq!(stage.steps(case), ["report", "note"]);
    // Once typed at another time it is another command, too.
    let later = Command {
        at: Time(NOW.0 + 1),
        ..first.clone()
    };
    assert_eq!(stage.hand_in(vec![later]), [id_taken()]);
    // What was seen is no part of it.
    let seen = Command {
        base: Base {
            version: 1,
            ..first.base.clone()
        },
        ..first
    };
    assert!(stage.hand_in(vec![seen])[0].stands());
}

#[test]
fn of_two_commands_of_one_batch_with_one_id_one_has_it() {
    let mut stage = Stage::new();
    let case = stage.case();
    let first = stage.note(case);
    let batch = stage.seal(vec![first.clone(), another(&first), first.clone()]);
    for _ in 0..2 {
        let said = stage.hears(&batch);
        assert!(said[0].stands() && said[2].stands(), "{said:?}");
        assert_eq!(said[1], id_taken());
    }
    assert_eq!(stage.steps(case), ["report", "note"]);
}

#[test]
fn an_id_is_not_used_again_on_another_document() {
    let mut stage = Stage::new();
    let (one, other) = (stage.case(), stage.case());
    let first = stage.note(one);
    let moved = Command {
        document: Some(other),
        ..first.clone()
    };
    let said = stage.hand_in(vec![first.clone(), moved.clone()]);
    assert!(said[0].stands(), "{said:?}");
    assert_eq!(said[1], id_taken());
    assert_eq!(stage.hand_in(vec![moved]), [id_taken()]);
    assert_eq!(stage.steps(other), ["report"]);
    assert!(stage.hand_in(vec![first])[0].stands());
}

#[test]
fn two_reports_of_one_id_are_one_case() {
    let mut stage = Stage::new();
    let report = stage.report();
    let case = report.target(&stage.phone.public());
    let other = Command {
        body: stage.report().body,
        at: Time(NOW.0 - 1),
        ..report.clone()
    };
    assert!(stage.hand_in(vec![report.clone()])[0].stands());
    assert_eq!(stage.hand_in(vec![other]), [id_taken()]);
    // Nor is a report's id a note's, or a note's a report's.
    let note = Command {
        counter: report.counter,
        ..stage.note(case)
    };
    assert_eq!(stage.hand_in(vec![note]), [id_taken()]);
    let note = stage.note(case);
    let report_again = Command {
        counter: note.counter,
        ..report.clone()
    };
    let said = stage.hand_in(vec![note, report_again, report]);
    assert_eq!(said[1], id_taken());
    assert!(said[0].stands() && said[2].stands(), "{said:?}");
    assert_eq!(stage.steps(case), ["report", "note"]);
}

#[test]
fn a_second_command_under_the_id_of_one_in_a_tray_does_not_lie_there() {
    let mut stage = Stage::new();
    let case = stage.case();
    stage.revoke();
    let first = stage.note(case);
    let said = stage.hand_in(vec![first.clone(), another(&first)]);
    assert!(matches!(said[0], Verdict::Kept(_)), "{said:?}");
    assert_eq!(said[1], id_taken());
    assert_eq!(stage.hand_in(vec![another(&first)]), [id_taken()]);
    assert_eq!(stage.kept(&first).2, 1);
    // As an older version noted it: what it says is in the tray.
    let key = keys::kept(first.id(&stage.phone.public()));
    let mut row = KeptRecord::from_bytes(&stage.store.get(&key).unwrap().unwrap()).unwrap();
    assert_eq!(row.content.take(), Some(noted(&[2; 32], first.content())));
    stage.put_rows([(key, Some(row.to_bytes()))].into_iter());
    assert_eq!(stage.hand_in(vec![another(&first)]), [id_taken()]);
    let said = stage.hand_in(vec![first.clone()]);
    assert!(matches!(said[0], Verdict::Kept(_)), "{said:?}");
    assert_eq!(stage.kept(&first).2, 1);
}

#[test]
fn a_second_command_under_the_id_of_a_refused_one_is_not_judged() {
    let mut stage = Stage::new();
    let case = stage.case();
    let accept = stage.type_on(Some(case), CaseCommand::Accept(Accept {}));
    let again = stage.type_on(Some(case), CaseCommand::Accept(Accept {}));
    assert!(stage.hand_in(vec![accept])[0].stands());
    let note = Command {
        counter: again.counter,
        ..stage.note(case)
    };
    let batch = stage.seal(vec![again.clone(), note.clone()]);
    let said = stage.hears(&batch);
    let wrong = |verdict: &Verdict| match verdict {
        Verdict::Refused(refusal) => refusal.code == RefusalCode::WrongState,
        _ => false,
    };
    assert!(wrong(&said[0]), "{said:?}");
    assert_eq!(said[1], id_taken());
    assert_eq!(stage.hears(&batch), said);
    // Nor in another batch, while the refusal is noted.
    assert_eq!(stage.hand_in(vec![note.clone()]), [id_taken()]);
    assert_eq!(stage.hand_in(vec![note]), [id_taken()]);
    assert!(wrong(&stage.hand_in(vec![again])[0]));
    assert_eq!(stage.steps(case), ["report", "accept"]);
}

#[test]
fn a_refusal_and_an_item_that_an_older_version_noted_are_read() {
    let refusal = Refusal::from(RefusalCode::WrongState);
    let old = (None::<DocumentId>, refusal.clone()).to_bytes();
    let record = RefusalRecord::from_bytes(&old).unwrap();
    assert_eq!((record.content, &record.refusal), (None, &refusal));
    assert_eq!(record.to_bytes(), old);
}

#[test]
fn what_a_courier_brings_beside_the_chain_is_not_another_command_of_an_id() {
    let mut stage = Stage::new();
    let case = stage.case();
    let first = stage.note(case);
    let (number, last) = (stage.sealed, stage.last);
    let one = stage.seal(vec![first.clone()]);
    (stage.sealed, stage.last) = (number, last);
    let copy = stage.seal(vec![another(&first)]);
    assert!(stage.say(&one, false, None).verdicts[0].stands());
    assert_eq!(stage.say(&copy, true, None).verdicts[0], id_taken());
    assert_eq!(stage.steps(case), ["report", "note"]);
    // The other way round: the courier was there first.
    stage.last = one.hash();
    let second = stage.note(case);
    let copy = stage.seal(vec![second.clone()]);
    assert!(stage.say(&copy, true, None).verdicts[0].stands());
    assert_eq!(stage.hand_in(vec![another(&second)]), [id_taken()]);
    assert_eq!(stage.steps(case), ["report", "note", "note"]);
}

#[test]
fn what_stood_before_ids_were_noted_is_compared_with_the_documents_own_history() {
    let mut stage = Stage::new();
    let case = stage.case();
    let notes: Vec<Command> = (0..600).map(|_| stage.note(case)).collect();
    for notes in notes.chunks(200) {
        assert!(stage.hand_in(notes.to_vec()).iter().all(Verdict::stands));
    }
    stage.remove_rows(b"I");
    let (old, new) = (notes[3].clone(), notes[599].clone());
    for first in [&old, &new] {
        assert_eq!(stage.hand_in(vec![another(first)]), [id_taken()]);
        assert!(stage.hand_in(vec![first.clone()])[0].stands());
    }
    let head = stage.ledger.tx(&stage.store).head(case).unwrap().unwrap();
    assert!(
        head.first_tail > 5,
        "the older one is in a piece of history"
    );
}

#[test]
fn a_counter_is_given_out_so_often_and_no_more() {
    let mut stage = Stage::new();
    let case = stage.case();
    let note = stage.note(case);
    let with = |drawn: usize| Command {
        nonce: u32::try_from(drawn).unwrap().to_be_bytes(),
        ..note.clone()
    };
    // The report is among them.
    let most = IDS_PER_ROW_MAX - 1;
    let said = stage.hand_in((0..most).map(with).collect());
    assert!(said.iter().all(Verdict::stands));
    assert_eq!(stage.hand_in(vec![with(most)]), [id_taken()]);
    assert!(stage.hand_in(vec![with(7)])[0].stands());
    let next = Command {
        counter: note.counter + 16,
        ..note
    };
    assert!(stage.hand_in(vec![next])[0].stands());
}

/// A word that the server gave before a restore for a second command under the id of a note: that it
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
            if word_first {
                let said = stage.say(&two, false, Some(&word));
                let why = KeptWhy::BeforeRestore;
                assert_eq!(said.verdicts[0], Verdict::Kept(Kept { why }));
                // Its id is that of what lies in the tray now.
                let said = stage.say(&one, false, Some(&of_note));
                assert_eq!(said.verdicts[0], id_taken());
                assert_eq!(stage.steps(case), ["report", "stood"]);
            } else {
                let said = stage.say(&one, false, Some(&of_note));
                assert!(said.verdicts[0].stands(), "{said:?}");
                let said = stage.say(&two, false, Some(&word));
                assert_eq!(said.verdicts[0], id_taken());
                assert_eq!(stage.steps(case), ["report", "note"]);
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

#[test]
fn a_second_command_under_an_id_of_the_servers_own_is_refused() {
    let mut stage = Stage::new();
    let case = stage.case();
    let alley = stage.alley;
    let (store, ledger) = (&stage.store, &mut stage.ledger);
    let mut tx = ledger.tx(store);
    let unit = |name: &str| {
        Body::from(UnitCommand::Create(CreateUnit {
            key: Text::cut(name),
            name: Text::cut(name),
            kind: UnitKind::Alley,
            parent: Some(alley),
        }))
    };
    let note = |text: &str| {
        let text = Text::cut(text);
        Body::from(CaseCommand::Note(Note { text }))
    };
    let server = crate::own::Own::server(&tx, [7; 32], NOW);
    let resident = crate::own::Own::resident(&tx, case, [8; 32], NOW);
    for (own, document, first, second) in [
        (server, None, unit("one"), unit("other")),
        (resident, Some(case), note("one"), note("other")),
    ] {
        let body = first;
        let first = own.command(&mut tx, AdminCommand { document, body });
        let said = own.hand_in(&mut tx, vec![first.clone()]).unwrap();
        assert!(said[0].stands(), "{said:?}");
        let body = second;
        let second = Command { body, ..first };
        assert_eq!(own.hand_in(&mut tx, vec![second]).unwrap(), [id_taken()]);
    }
}
