//! Thousands of days of phones without signal, from one number each.

#![expect(clippy::panic, reason = "a promise that was not kept ends the test")]

use std::sync::atomic::{AtomicU64, Ordering};

use alleyway_tests::sim::{Done, Plan, Plant, Scene, Violation, run, run_steps, shrink};

const SEEDS: u64 = 300;
const STEPS: u32 = 350;
const THREADS: usize = 2;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn plan(seed: u64) -> Plan {
    Plan {
        seed,
        steps: STEPS,
        plant: Plant::Nothing,
    }
}

/// One run again, told: `SEED`, and perhaps `PLANT` and `STEPS`, as a violation names them.
fn replay(seed: u64) {
    let plant = std::env::var("PLANT")
        .ok()
        .and_then(|name| Plant::named(&name))
        .unwrap_or_default();
    let plan = Plan {
        plant,
        ..plan(seed)
    };
    let steps: Option<Vec<u32>> = std::env::var("STEPS").ok().map(|steps| {
        steps
            .split(',')
            .filter_map(|step| step.parse().ok())
            .collect()
    });
    match steps.map_or_else(|| run(plan), |steps| run_steps(plan, &steps)) {
        Ok(done) => println!("{}\nseed {seed} keeps every promise", done.story.join("\n")),
        Err(violation) => panic!("{violation}"),
    }
}

/// Takes one seed after the other.
fn run_seeds(next: &AtomicU64, last: u64) -> Result<Done, u64> {
    let mut sum = Done::default();
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed > last {
            return Ok(sum);
        }
        match run(plan(seed)) {
            Ok(done) => sum.add(&done),
            Err(_) => return Err(seed),
        }
    }
}

#[test]
fn every_seed_keeps_every_promise() {
    if let Some(seed) = number("SEED") {
        return replay(seed);
    }
    let seeds = number("ALLEYWAY_SEEDS").unwrap_or(SEEDS);
    let next = AtomicU64::new(1);
    let outcomes: Vec<Result<Done, u64>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| scope.spawn(|| run_seeds(&next, seeds)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let mut sum = Done::default();
    for outcome in outcomes {
        match outcome {
            Ok(done) => sum.add(&done),
            // The shortest run that shows it.
            Err(seed) => panic!("{}", shrink(plan(seed)).unwrap()),
        }
    }
    println!("{sum:?}");
    // Runs in which nothing happens keep every promise too.
    assert!(
        sum.typed > 20 * seeds
            && sum.admitted > 10 * seeds
            && sum.refused > 5 * seeds
            && sum.kept > seeds
    );
    assert!(
        sum.phone_crashes > 5 * seeds && sum.server_crashes > seeds && sum.server_stops > seeds / 8
    );
    assert!(sum.compared > 5 * seeds, "{sum:?}");
    assert!(sum.loaded_ahead > seeds / 8, "{sum:?}");
    assert!(sum.filed > seeds / 4, "{sum:?}");
    assert!(
        sum.servers_restored > seeds / 4 && sum.stood_again > seeds / 8,
        "{sum:?}"
    );
    assert!(
        sum.confidential > seeds / 2 && sum.clearances_ended > seeds / 4,
        "{sum:?}"
    );
    assert!(
        sum.complaints > seeds / 8 && sum.complaints_sent_on > seeds / 60,
        "{sum:?}"
    );
    // The town's book: proposed and put into force, over several versions and behind restores; dates that
    // calendars move, and dates that phones do not show for want of rules.
    assert!(
        sum.proposed > seeds && sum.adopted > seeds / 2 && sum.calendars > seeds / 4,
        "{sum:?}"
    );
    assert!(
        sum.third_versions > seeds / 20 && sum.books_restored > seeds / 20,
        "{sum:?}"
    );
    assert!(
        sum.redated > seeds / 20 && sum.dated > 50 * seeds && sum.undated > seeds,
        "{sum:?}"
    );
    assert!(sum.origins > seeds && sum.categories > seeds, "{sum:?}");
    assert!(
        sum.clocks_fallen > seeds / 4
            && sum.leases_ended > seeds / 4
            && sum.by_time > seeds / 2
            && sum.vacancies > seeds / 150
            && sum.leaps > seeds / 20
            && sum.bundles > seeds / 4
            && sum.carried > seeds
            && sum.hostile > seeds
            && sum.nonces_twice > seeds / 10
    );
    assert!(
        sum.restored > seeds / 8
            && sum.stopped > seeds / 8
            && sum.fallen_back > seeds / 20
            && sum.books_unread > seeds
            && sum.full > seeds / 4
    );
    assert!(
        sum.lines_broken > seeds / 2 && sum.pieces > 4 * seeds,
        "{sum:?}"
    );
}

/// Runs seeds until one breaks the invariant that the bug is about: that it breaks another one, or that
/// a machine just fails, is not enough. The bug is planted in what drives the machines, or in what
/// passes between them and their stores and lines; no assertion was made for it.
fn is_found_within(plant: Plant, most: u64, invariant: &str) {
    let broken = |seed| {
        run(Plan {
            plant,
            ..plan(seed)
        })
        .err()
        .filter(|found| found.invariant.starts_with(invariant))
    };
    let found = (1..=most).find_map(broken);
    let found =
        found.unwrap_or_else(|| panic!("{plant:?} does not break {invariant} within {most} seeds"));
    println!(
        "{plant:?}: seed {}, {}: {}",
        found.seed, found.invariant, found.what
    );
}

#[test]
fn answers_that_leave_before_what_was_written_is_synced_are_found() {
    is_found_within(Plant::AnswersBeforeSync, 10, "1");
}

#[test]
fn a_store_that_loses_transactions_is_found() {
    is_found_within(Plant::LosesTransactions, 40, "1");
}

#[test]
fn a_cursor_that_is_kept_without_its_page_is_found() {
    is_found_within(Plant::CursorBeforePage, 60, "2");
}

#[test]
fn a_command_that_was_said_to_be_saved_too_soon_is_found() {
    is_found_within(Plant::SavedBeforeDurable, 20, "5");
}

#[test]
fn a_batch_that_leaves_before_its_seal_is_durable_is_found() {
    is_found_within(Plant::SendsBeforeSeal, 40, "6");
}

#[test]
fn sums_of_feeds_that_are_not_kept_up_are_found() {
    is_found_within(Plant::DigestNotUpdated, 4, "everybody");
}

#[test]
fn a_feed_log_that_a_document_does_not_move_in_is_found() {
    is_found_within(Plant::FeedLogNotMoved, 4, "everybody");
}

#[test]
fn a_chain_of_batches_that_breaks_at_a_refusal_is_found() {
    is_found_within(Plant::ChainBrokenAtRefusal, 20, "everybody");
}

#[test]
fn verdicts_of_a_batch_that_change_places_are_found() {
    is_found_within(Plant::VerdictsSwapped, 6, "4");
}

#[test]
fn a_verdict_that_speaks_of_two_commands_with_one_id_is_found() {
    is_found_within(Plant::BodyNotInId, 40, "a signed verdict");
}

#[test]
fn a_clearance_that_does_not_end_is_found() {
    is_found_within(Plant::ClearanceNotEnded, 160, "7");
}

#[test]
fn a_phone_that_keeps_what_left_its_scope_is_found() {
    is_found_within(Plant::ForgetsEviction, 12, "7");
}

#[test]
fn pages_that_are_skipped_are_found() {
    is_found_within(Plant::SkipsPages, 6, "2");
}

#[test]
fn an_item_of_a_tray_that_is_not_noted_is_found() {
    is_found_within(Plant::TrayForgotten, 60, "6");
}

#[test]
fn a_feed_that_was_cut_off_and_is_not_resumed_is_found() {
    is_found_within(Plant::BackfillNotResumed, 80, "2");
}

#[test]
fn a_revocation_that_a_restore_forgets_is_found() {
    is_found_within(Plant::RevocationForgotten, 60, "4");
}

#[test]
fn a_restored_server_that_begins_no_incarnation_is_found() {
    is_found_within(Plant::IncarnationNotBegun, 60, "1");
}

#[test]
fn a_backup_that_is_said_to_cover_what_it_does_not_is_found() {
    is_found_within(Plant::CoversTooMuch, 120, "1");
}

#[test]
fn a_restored_server_that_does_not_believe_its_own_word_is_found() {
    is_found_within(Plant::WordNotBelieved, 60, "9");
}

#[test]
fn a_forgotten_line_is_noticed() {
    is_found_within(Plant::LineForgotten, 20, "everybody");
}

#[test]
fn the_same_seed_is_the_same_run_byte_for_byte() {
    for seed in [3, 17] {
        let (one, other) = (run(plan(seed)).unwrap(), run(plan(seed)).unwrap());
        assert_eq!(one, other);
        assert_ne!(one.bytes, [0; 32]);
    }
}

#[test]
fn a_failing_seed_becomes_a_short_story_that_can_be_played_again() {
    let plan = Plan {
        plant: Plant::SavedBeforeDurable,
        ..plan(1)
    };
    let whole = (1..=10)
        .find_map(|seed| run(Plan { seed, ..plan }).err())
        .unwrap();
    let plan = Plan {
        seed: whole.seed,
        ..plan
    };
    let shrunk = shrink(plan).unwrap();
    assert_eq!(shrunk.violation.invariant, whole.invariant);
    assert!(shrunk.violation.steps.len() <= 12, "{shrunk}");
    let again = run_steps(plan, &shrunk.violation.steps).unwrap_err();
    assert_eq!(again.to_string(), shrunk.violation.to_string());
    let steps: Vec<String> = again.steps.iter().map(u32::to_string).collect();
    assert!(
        again
            .to_string()
            .contains(&format!("STEPS={}", steps.join(","))),
        "{again}"
    );
}

const XIE: usize = 0;
const LAN: usize = 1;
const QIN: usize = 2;

/// Found by the simulator: the row of such a command stayed in the outbox for ever, and showed the
/// case to somebody who may not see it any more.
#[test]
fn a_command_admitted_just_before_the_post_ended_leaves_nothing_behind()
-> Result<(), Box<Violation>> {
    let mut scene = Scene::new()?;
    scene.reports(XIE, 0)?;
    assert_eq!(
        scene.sync_cut_after(XIE, 1)?,
        1,
        "the verdict, and nothing else"
    );
    scene.post_ends(XIE, 0)?;
    scene.ends_well()
}

/// Found by the simulator: the phone evicted before its cursor knew, and the server believed that
/// it still held what it was to be given back.
#[test]
fn a_post_that_ends_and_begins_again_leaves_no_hole_wherever_the_line_breaks()
-> Result<(), Box<Violation>> {
    for frames in 0..5 {
        let mut scene = Scene::new()?;
        let case = scene.reports(XIE, 0)?;
        scene.notes(XIE, case, "a villager told")?;
        scene.sync(XIE)?;
        scene.sync(LAN)?;
        scene.post_ends(LAN, 0)?;
        scene.sync_cut_after(LAN, frames)?;
        scene.post_begins(LAN, 0)?;
        scene.notes(XIE, case, "another one")?;
        scene.sync(XIE)?;
        scene.ends_well()?;
    }
    Ok(())
}

/// Cases of so many notes that an answer has several pages.
fn long_cases(scene: &mut Scene, cases: usize) -> Result<(), Box<Violation>> {
    for _ in 0..cases {
        let case = scene.reports(XIE, 0)?;
        for note in 0..5 {
            scene.notes(XIE, case, &"说明".repeat(900 + note))?;
        }
        scene.sync(XIE)?;
    }
    Ok(())
}

/// The feeds change while an answer is under way: the phone must learn of it in the same answer.
#[test]
fn a_post_that_begins_or_ends_in_the_middle_of_an_answer_needs_no_comparison()
-> Result<(), Box<Violation>> {
    for frames in 1..3 {
        for ends in [true, false] {
            let mut scene = Scene::new()?;
            long_cases(&mut scene, 3)?;
            scene.begins(LAN)?;
            assert_eq!(
                scene.hears(LAN, frames)?,
                frames,
                "the answer has several pages"
            );
            if ends {
                scene.post_ends(LAN, 0)?;
            } else {
                scene.post_begins(LAN, 1)?;
            }
            scene.hears(LAN, 1_000)?;
            scene.ends_well()?;
        }
    }
    Ok(())
}

/// Feeds that are gained, lost and gained again while they are being sent.
#[test]
fn a_feed_that_is_lost_while_it_is_sent_and_comes_back_is_whole() -> Result<(), Box<Violation>> {
    for (first, second) in [(1, 1), (2, 1), (3, 2)] {
        let mut scene = Scene::new()?;
        long_cases(&mut scene, 3)?;
        scene.post_begins(QIN, 0)?;
        scene.sync_cut_after(QIN, first)?;
        scene.post_ends(QIN, 0)?;
        scene.post_begins(QIN, 2)?;
        scene.sync_cut_after(QIN, second)?;
        scene.post_begins(QIN, 0)?;
        scene.ends_well()?;
    }
    Ok(())
}

/// Found by the simulator: of the restored phone's batches the last looked like one behind a gap.
/// It was taken, and the phone was told that another device uses its identity.
#[test]
fn a_restored_phone_that_sealed_more_than_it_had_lost_goes_on() -> Result<(), Box<Violation>> {
    for lost in 0..3 {
        for sealed in 1..5 {
            let mut scene = Scene::new()?;
            let case = scene.reports(XIE, 0)?;
            scene.sync(XIE)?;
            scene.is_copied(XIE);
            for _ in 0..lost {
                scene.notes(XIE, case, "in the life that is lost")?;
                scene.sync(XIE)?;
            }
            scene.is_restored(XIE)?;
            for _ in 0..sealed {
                scene.notes(XIE, case, "in the life that goes on")?;
                scene.sends_in_vain(XIE)?;
            }
            scene.ends_well()?;
        }
    }
    Ok(())
}

/// Found by the simulator: what was admitted just before the device was revoked stayed on it for
/// ever, waiting for a page that does not come.
#[test]
fn a_command_admitted_just_before_the_device_was_revoked_leaves_nothing_on_it()
-> Result<(), Box<Violation>> {
    let mut scene = Scene::new()?;
    scene.reports(LAN, 0)?;
    scene.begins(LAN)?;
    scene.is_revoked(LAN)?;
    scene.ends_well()
}
