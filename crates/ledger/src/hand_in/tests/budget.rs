//! What is beyond a device's budget comes later, and what is exempt does not.

use super::*;
use crate::audit::Audited;
use crate::hand_in::budget::FlightBudgets;
use crate::setup::DeviceBudget;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::sync::frame::KeptWhy;
use alleyway_core::wire::Blob;

const SMALL: DeviceBudget = DeviceBudget {
    commands_per_day: 5,
    documents_per_day: 2,
    bytes_per_day: 1_000_000,
    days: 3,
};

fn later() -> Verdict {
    Verdict::Later(Later {})
}

fn all_stand(said: &[Vec<Verdict>]) -> bool {
    said.iter().flatten().all(Verdict::stands)
}

impl Stage {
    fn granted(budget: DeviceBudget) -> (Self, DocumentId) {
        let mut stage = Self::new();
        stage.ledger.set_device_budget(budget);
        let report = stage.report();
        let case = report.target(&stage.phone.public());
        let batch = stage.batch(vec![report]);
        assert!(all_stand(&stage.flight(&[&batch], NOW)));
        (stage, case)
    }

    fn batch(&mut self, commands: Vec<Command>) -> VerifiedBatch {
        self.sealed += 1;
        let sealed = Batch::seal(TOWN, &self.phone, self.sealed, self.last, [9; 16], commands);
        let batch = sealed.unwrap().verify(TOWN, &self.phone.public()).unwrap();
        self.last = batch.hash();
        batch
    }

    fn notes(&mut self, case: DocumentId, count: usize) -> VerifiedBatch {
        let notes = (0..count).map(|_| self.note(case)).collect();
        self.batch(notes)
    }

    fn reports(&mut self, count: usize) -> VerifiedBatch {
        let reports = (0..count).map(|_| self.report()).collect();
        self.batch(reports)
    }

    /// Hands in batches in one flight, each with what a server said of it before a restore.
    fn says(
        &mut self,
        batches: &[(&VerifiedBatch, Option<&Verdicts>)],
        carried: bool,
        now: Time,
    ) -> Vec<Verdicts> {
        let feeds = BTreeSet::from([alleyway_core::feeds::FeedId::unit(self.alley)]);
        let (mut tx, memory) = self.ledger.handing_in(&self.store);
        memory.budgets.resume(FlightBudgets::default());
        let mut said = Vec::new();
        for (batch, prior) in batches {
            let device = tx.device(DeviceId::of(&self.phone.public())).unwrap();
            let by = HandIn::of_member(&device.unwrap(), &feeds, Receipt::new(now, 0), now);
            let by = if carried { by.through_a_courier() } else { by };
            match hand_in(&mut tx, memory, &by, batch, *prior).unwrap() {
                ServerFrame::Verdicts(verdicts) => said.push(verdicts),
                other => panic!("{other:?}"),
            }
        }
        self.commit();
        said
    }

    fn flight(&mut self, batches: &[&VerifiedBatch], now: Time) -> Vec<Vec<Verdict>> {
        let batches: Vec<_> = batches.iter().map(|batch| (*batch, None)).collect();
        let said = self.says(&batches, false, now);
        said.into_iter()
            .map(|said| said.verdicts.into_vec())
            .collect()
    }

    fn one(&mut self, batch: &VerifiedBatch, now: Time) -> Vec<Verdict> {
        self.flight(&[batch], now).remove(0)
    }

    /// From when on more is taken, as the last flight was told.
    fn waits_until(&mut self) -> Option<Time> {
        let device = DeviceId::of(&self.phone.public());
        let (_, memory) = self.ledger.handing_in(&self.store);
        let flight = memory.budgets.pause();
        let until = flight.waits_until(device);
        memory.budgets.resume(flight);
        until
    }

    fn noted(&mut self) -> (u64, Vec<Time>) {
        let rows = crate::audit::audit_rows(&self.store, 1, usize::MAX).unwrap();
        let used_up = rows.into_iter().filter_map(|(_, row)| match row.what {
            Audited::BudgetUsedUp(of) => Some(of.until),
            _ => None,
        });
        let used_up = used_up.collect();
        (self.ledger.stats().budgets_used_up, used_up)
    }

    fn last_held(&mut self) -> u64 {
        let tx = self.ledger.tx(&self.store);
        let device = tx.device(DeviceId::of(&self.phone.public())).unwrap();
        device.unwrap().last
    }
}

#[test]
fn the_last_command_of_a_day_is_taken_and_the_next_one_comes_the_day_after() {
    let (mut stage, case) = Stage::granted(SMALL);
    let four = stage.notes(case, 4);
    assert!(all_stand(&stage.flight(&[&four], NOW)));
    assert_eq!(
        stage.noted(),
        (0, vec![]),
        "all five are used up, and nobody was refused"
    );
    let next = stage.notes(case, 1);
    assert_eq!(stage.one(&next, NOW), [later()]);
    assert_eq!(stage.last_held(), 2, "nothing of it is noted");
    let until = stage.waits_until().unwrap();
    assert!(until > NOW && until.0 - NOW.0 <= 86_400_000);
    // Said again, and noted once.
    assert_eq!(stage.one(&next, NOW), [later()]);
    assert_eq!(stage.one(&next, Time(until.0 - 1)), [later()]);
    assert_eq!(stage.noted(), (1, vec![until]));
    // What was answered is answered again.
    assert!(all_stand(&stage.flight(&[&four], NOW)));
    assert!(stage.one(&next, until)[0].stands());
    assert_eq!(stage.waits_until(), None);
}

#[test]
fn the_rest_of_a_flight_goes_through_and_is_made_good_first() {
    let (mut stage, case) = Stage::granted(SMALL);
    let batches = [3, 4, 3].map(|count| stage.notes(case, count));
    let flight: Vec<&VerifiedBatch> = batches.iter().collect();
    assert!(all_stand(&stage.flight(&flight, NOW)));
    // Eleven were taken, six more than a day's.
    let next = stage.notes(case, 1);
    assert_eq!(stage.one(&next, NOW), [later()]);
    let until = stage.waits_until().unwrap();
    let the_day_before = Time(until.0 - 1);
    assert_eq!(stage.one(&next, the_day_before), [later()]);
    assert!(until.0 - NOW.0 > 86_400_000, "two days on");
    assert!(stage.one(&next, until)[0].stands());
}

#[test]
fn behind_what_waits_nothing_is_judged_before_it() {
    let (mut stage, case) = Stage::granted(SMALL);
    let report = stage.reports(1);
    assert!(all_stand(&stage.flight(&[&report], NOW)));
    // Both documents are used up: what creates none still goes.
    let note = stage.notes(case, 1);
    assert!(stage.one(&note, NOW)[0].stands());
    let (report, note) = (stage.reports(1), stage.notes(case, 1));
    let said = stage.flight(&[&report, &note], NOW);
    assert_eq!(said, [[later()], [later()]]);
    let until = stage.waits_until().unwrap();
    assert!(all_stand(&stage.flight(&[&report, &note], until)));
}

#[test]
fn bytes_count_as_commands_are_encoded() {
    let (mut stage, case) = Stage::granted(SMALL);
    let note = stage.note(case);
    let bytes = alleyway_core::wire::Wire::to_bytes(&note).len() as u64;
    let taken = |bytes_per_day| {
        let (mut stage, case) = Stage::granted(DeviceBudget {
            commands_per_day: 1_000,
            documents_per_day: 9,
            bytes_per_day,
            days: 1,
        });
        // Whatever the report took is made good by then.
        let days_later = NOW.plus_days(9);
        let is_taken = |_: &i32| {
            let batch = stage.notes(case, 1);
            stage.one(&batch, days_later)[0].stands()
        };
        (0..9).take_while(is_taken).count()
    };
    assert_eq!(taken(3 * bytes), 3);
    assert_eq!(taken(3 * bytes + 1), 4);
}

#[test]
fn what_is_left_survives_a_restart_and_days_that_were_not_used_add_up() {
    let (mut stage, case) = Stage::granted(SMALL);
    let four = stage.notes(case, 4);
    assert!(all_stand(&stage.flight(&[&four], NOW)));
    stage.ledger = Ledger::open(&stage.store, setup()).unwrap();
    stage.ledger.set_device_budget(SMALL);
    let next = stage.notes(case, 1);
    assert_eq!(stage.one(&next, NOW), [later()]);
    // Three days' amounts at most, however long it was silent: fifteen, and one a flight.
    let months_later = NOW.plus_days(100);
    assert!(stage.one(&next, months_later)[0].stands());
    let mut taken = 1;
    loop {
        let note = stage.notes(case, 1);
        if stage.one(&note, months_later) == [later()] {
            break;
        }
        taken += 1;
    }
    assert_eq!(taken, 15);
}

#[test]
fn what_a_courier_brings_counts_for_its_author() {
    let (mut stage, case) = Stage::granted(SMALL);
    let four = stage.notes(case, 4);
    let said = stage.says(&[(&four, None)], true, NOW);
    assert!(said[0].verdicts.iter().all(Verdict::stands), "{said:?}");
    let next = stage.notes(case, 1);
    assert_eq!(stage.one(&next, NOW), [later()]);
    let said = stage.says(&[(&next, None)], true, NOW);
    assert_eq!(said[0].verdicts.to_vec(), [later()]);
}

#[test]
fn what_a_courier_brings_of_an_answer_that_its_author_knows_waits_for_no_budget() {
    let (mut stage, case) = Stage::granted(SMALL);
    let mut unknown = stage.note(case);
    unknown.body = Body::Unknown(Blob::new(vec![0xff, 0x01]).unwrap());
    let refused = stage.batch(vec![unknown]);
    let code = |said: &[Verdict]| match said {
        [Verdict::Refused(refusal)] => refusal.code.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(code(&stage.one(&refused, NOW)), RefusalCode::UnknownCommand);
    let rest = stage.notes(case, 4);
    assert!(all_stand(&stage.flight(&[&rest], NOW)));
    // The phone says that it knows, and the refusal is forgotten.
    let id = DeviceId::of(&stage.phone.public());
    let mut tx = stage.ledger.tx(&stage.store);
    let mut device = tx.device(id).unwrap().unwrap();
    acknowledge(&mut tx, &mut device, 2).unwrap();
    stage.commit();
    let next = stage.notes(case, 1);
    assert_eq!(
        stage.one(&next, NOW),
        [later()],
        "nothing is left of the budget"
    );
    let again = stage.says(&[(&refused, None)], true, NOW).remove(0);
    assert_eq!(code(&again.verdicts), RefusalCode::AlreadyAnswered);
}

#[test]
fn the_last_hand_in_of_a_stopped_device_is_not_delayed() {
    let (mut stage, case) = Stage::granted(SMALL);
    let four = stage.notes(case, 4);
    assert!(all_stand(&stage.flight(&[&four], NOW)));
    let text = |number: usize| Text::cut(&number.to_string());
    let rest: Vec<Command> = (0..20)
        .map(|number| {
            let text = text(number);
            stage.type_on(Some(case), CaseCommand::Note(Note { text }))
        })
        .collect();
    let rest = stage.batch(rest);
    assert_eq!(stage.one(&rest, NOW), vec![later(); 20]);
    stage.revoke();
    let why = KeptWhy::DeviceRevoked;
    assert_eq!(stage.one(&rest, NOW), vec![Verdict::Kept(Kept { why }); 20]);
}

#[test]
fn what_is_given_back_behind_a_restore_is_not_delayed_and_not_counted() {
    let one_a_day = DeviceBudget {
        commands_per_day: 1,
        ..SMALL
    };
    let (mut stage, case) = Stage::granted(one_a_day);
    let backup = stage.store.clone();
    stage.ledger.set_device_budget(DeviceBudget::UNLIMITED);
    let four = stage.notes(case, 4);
    let three = stage.notes(case, 3);
    let of_four = stage.says(&[(&four, None)], false, NOW).remove(0);
    let tomorrow = NOW.plus_days(1);
    let of_three = stage.says(&[(&three, None)], false, tomorrow).remove(0);
    stage.store = backup;
    stage.ledger = Ledger::open(&stage.store, setup()).unwrap();
    stage.ledger.set_device_budget(one_a_day);
    stage.ledger.begin_incarnation(&stage.store, NOW).unwrap();
    stage.commit();
    // Used up before anything is given back: the backup knows of the report.
    let said = stage.says(&[(&four, Some(&of_four))], false, NOW);
    assert!(said[0].verdicts.iter().all(Verdict::stands), "{said:?}");
    let said = stage.says(&[(&three, Some(&of_three))], false, NOW);
    assert!(said[0].verdicts.iter().all(Verdict::stands), "{said:?}");
    let next = stage.notes(case, 1);
    assert_eq!(stage.one(&next, NOW), [later()]);
    // It took nothing of the next day's.
    assert!(stage.one(&next, tomorrow)[0].stands());
}
