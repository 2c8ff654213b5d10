//! Flights that are the device's, with batches that no good device makes.

use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Body, Command};
use alleyway_core::crypto::Signature;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::limits::{BATCH_COMMANDS_MAX, REFUSALS_UNACKNOWLEDGED_MAX};
use alleyway_core::sync::frame::{Item, ServerFrame, Stop, Verdict};
use alleyway_core::time::Time;
use alleyway_core::wire::{Blob, List};
use alleyway_tests::forge::{Heard, Peer, note, report};

use super::stage::Stage;

/// The codes of verdicts: `admitted`, `need`, `later`, or that of the refusal.
pub(super) fn codes(heard: &Heard, batch: u64) -> Vec<String> {
    let word = |verdict: &Verdict| match verdict {
        Verdict::Admitted(_) => "admitted".to_owned(),
        Verdict::Refused(refusal) => refusal.code.word().to_owned(),
        Verdict::Need(_) => "need".to_owned(),
        Verdict::Later(_) => "later".to_owned(),
        Verdict::Kept(kept) => kept.why.to_string(),
        Verdict::AfterPost(_) => "after_post".to_owned(),
        Verdict::Stands(_) => "stands".to_owned(),
    };
    heard.verdicts(batch).iter().map(word).collect()
}

fn unknown(payload: &[u8]) -> Body {
    Body::Unknown(Blob::new(payload.to_vec()).expect("short"))
}

#[test]
fn a_batch_that_the_device_did_not_sign_is_refused_with_its_flight() {
    let mut stage = Stage::new();
    let mut peer = stage.peer("lu");
    let other = stage.peer("lan");
    // The first contact writes that it was there.
    for _ in 0..2 {
        peer.say(&[]).expect("an answer");
    }
    let before = stage.stored();
    let command = peer.command(Some(stage.case), note("看过了。"));
    let good = peer.seal_as(1, vec![command.clone()]).expect("short");
    let unsigned = Batch {
        signature: Signature([0; 64]),
        ..good.clone()
    };
    let foreign = other.seal_as(1, vec![command]).expect("short");
    let renumbered = Batch {
        number: 2,
        ..good.clone()
    };
    for bad in [unsigned, foreign, renumbered] {
        // A challenge is used up by what is sent over it, good or bad.
        peer.say(&[]).expect("a challenge");
        let heard = peer
            .say(&[peer.frame(&good), peer.frame(&bad)])
            .expect("an answer");
        assert_eq!(heard.refusal(), (400, "bad_batch_signature"));
    }
    assert_eq!(
        stage.stored(),
        before,
        "the good batch beside it was not taken either"
    );
    peer.say(&[]).expect("a challenge");
    let heard = peer.say(&[peer.frame(&good)]).expect("an answer");
    assert_eq!(codes(&heard, 1), ["admitted"]);
    stage.goes_on();
}

#[test]
fn a_gap_in_the_numbers_is_asked_for_and_blocks_nothing() {
    let mut stage = Stage::new();
    let mut peer = stage.peer("lu");
    let unit = stage.good.unit().expect("a chief");
    let reported = peer.command(
        None,
        report(unit, peer.enrolled.device_code, "桥栏杆松了", 1),
    );
    let document = peer.created_by(&reported);
    let first = peer.seal(vec![reported]).expect("short");
    let waits = peer.command(Some(document), note("先拦起来了。"));
    let stands = peer.command(Some(stage.case), note("看过了。"));
    let second = peer.seal(vec![waits, stands]).expect("short");

    let heard = peer.say(&[peer.frame(&second)]).expect("an answer");
    assert_eq!(codes(&heard, 2), ["need", "admitted"]);
    let welcome = heard.welcome().expect("a whole answer");
    assert_eq!((welcome.held, welcome.missing.to_vec()), (2, vec![1]));
    let again = peer.say(&[peer.frame(&second)]).expect("an answer");
    assert_eq!(codes(&again, 2), ["need", "admitted"]);

    let heard = peer.say(&[peer.frame(&first)]).expect("an answer");
    assert_eq!(codes(&heard, 1), ["admitted"]);
    let welcome = heard.welcome().expect("a whole answer");
    assert_eq!((welcome.held, welcome.missing.to_vec()), (2, Vec::new()));
    let heard = peer.say(&[peer.frame(&second)]).expect("an answer");
    assert_eq!(codes(&heard, 2), ["admitted", "admitted"]);

    // A gap wider than is noted: not final, and nothing of it is kept.
    let before = stage.stored();
    let command = peer.command(Some(stage.case), note("又来。"));
    for number in [1_000, u64::MAX] {
        let far = peer.seal_as(number, vec![command.clone()]).expect("short");
        let heard = peer.say(&[peer.frame(&far)]).expect("an answer");
        assert_eq!(codes(&heard, number), ["later"]);
    }
    assert_eq!(stage.stored(), before);
    let heard = peer.hand_in(vec![command]).expect("an answer");
    assert_eq!(codes(&heard, 3), ["admitted"]);
    stage.goes_on();
}

#[test]
fn two_batches_with_one_number_are_a_fork() {
    let mut stage = Stage::new();
    let mut peer = stage.peer("lu");
    let one = peer.command(Some(stage.case), note("一"));
    let heard = peer.hand_in(vec![one.clone()]).expect("an answer");
    assert_eq!(codes(&heard, 1), ["admitted"]);
    let before = stage.stored();
    let two = peer.command(Some(stage.case), note("二"));
    let restored = peer.seal_as(1, vec![two.clone()]).expect("short");
    let forks = |peer: &mut Peer, batch: &Batch| {
        let heard = peer.say(&[peer.frame(batch)]).expect("an answer");
        let forks: Vec<_> = heard
            .frames
            .iter()
            .filter(|frame| matches!(frame, ServerFrame::Fork(_)))
            .collect();
        let [ServerFrame::Fork(fork)] = forks[..] else {
            panic!("{heard:?}")
        };
        assert_eq!((fork.last, fork.hash), (peer.number, peer.last_hash));
        assert_eq!(codes(&heard, batch.number), [""; 0]);
        heard
    };
    for _ in 0..2 {
        forks(&mut peer, &restored);
    }
    assert_eq!(
        stage.stored(),
        (before.0, before.1 + 1),
        "that it forked was noted, once"
    );
    assert_eq!(stage.metric("alleyway_batch_forks_total"), 2);
    // Under the next number the same command is taken.
    let heard = peer.hand_in(vec![two]).expect("an answer");
    assert_eq!(codes(&heard, 2), ["admitted"]);
    // A batch that stands on another one than is held here is a fork too: the second of this
    // device, which does not go on before an administrator has looked.
    let three = peer.command(Some(stage.case), note("三"));
    let (town, secret) = (peer.enrolled.town, &peer.secret);
    let elsewhere =
        Batch::seal(town, secret, 3, [3; 32], [9; 16], vec![three.clone()]).expect("short");
    let none = peer.seal_as(0, vec![three.clone()]).expect("short");
    for bad in [&elsewhere, &none] {
        let heard = forks(&mut peer, bad);
        let frozen = |frame: &ServerFrame| matches!(frame, ServerFrame::Stopped(stopped) if stopped.why == Stop::Frozen);
        assert!(heard.frames.iter().any(frozen), "{heard:?}");
    }
    let heard = peer.hand_in(vec![three]).expect("an answer");
    assert_eq!(codes(&heard, 3), ["device_frozen"]);
    stage.goes_on();
}

#[test]
fn a_base_that_the_server_does_not_know_is_waited_for() {
    let mut stage = Stage::new();
    let mut peer = stage.peer("lu");
    let before = stage.sequence();
    let here = heard_incarnation(&peer.say(&[]).expect("an answer"));
    let good = Base {
        incarnation: here,
        generation: 1,
        version: 1,
        after: List::default(),
    };
    let after = List::new(vec![CommandId([4; 16])]).expect("short");
    let bases = [
        Base {
            version: 1_000,
            ..good.clone()
        },
        Base {
            version: u64::MAX,
            ..good.clone()
        },
        Base {
            incarnation: here + 1,
            ..good.clone()
        },
        Base {
            incarnation: u32::MAX,
            version: u64::MAX,
            ..good.clone()
        },
        Base {
            after,
            ..good.clone()
        },
    ];
    let commands: Vec<Command> = bases
        .into_iter()
        .map(|base| Command {
            base,
            ..peer.command(Some(stage.case), note("基于没有的内容。"))
        })
        .collect();
    let count = commands.len();
    let heard = peer.hand_in(commands).expect("an answer");
    assert_eq!(codes(&heard, 1), vec!["need"; count]);
    assert_eq!(stage.sequence(), before);
    assert_eq!(
        stage.metric("alleyway_commands_needing_base_total"),
        count as u64
    );
    // Another generation, and documents that are not there, are final.
    let stale = Base {
        generation: 7,
        ..good.clone()
    };
    let stale = Command {
        base: stale,
        ..peer.command(Some(stage.case), note("旧的一代。"))
    };
    let nowhere = peer.command(Some(DocumentId([8; 16])), note("没有这份。"));
    let known = Command {
        base: good,
        ..peer.command(Some(stage.case), note("看到了第一版。"))
    };
    let heard = peer
        .hand_in(vec![stale, nowhere, known])
        .expect("an answer");
    assert_eq!(
        codes(&heard, 2),
        ["stale_generation", "unknown_document", "admitted"]
    );
    stage.goes_on();
}

fn heard_incarnation(heard: &Heard) -> u32 {
    heard.welcome().expect("a whole answer").incarnation
}

#[test]
fn commands_of_another_version_are_refused_and_the_others_of_the_batch_stand() {
    let mut stage = Stage::new();
    let mut peer = stage.peer("lu");
    let before = stage.sequence();
    let mut commands: Vec<Command> = Vec::new();
    for payload in [
        &[][..],
        &[200, 1, 2, 3],
        &[1],
        &[1, 0xff, 0x7f, 0],
        &[7; 5_000],
    ] {
        commands.push(peer.command(Some(stage.case), unknown(payload)));
        commands.push(peer.command(None, unknown(payload)));
    }
    commands.push(peer.command(None, note("笔记不能新建文件。")));
    let unit = stage.good.unit().expect("a chief");
    commands.push(peer.command(
        Some(stage.case),
        report(unit, peer.enrolled.device_code, "不能重复新建", 2),
    ));
    let refused = commands.len();
    commands.push(peer.command(Some(stage.case), note("这条可以。")));
    let heard = peer.hand_in(commands).expect("an answer");
    let mut expected = vec!["unknown_command"; refused];
    expected.push("admitted");
    assert_eq!(codes(&heard, 1), expected);
    assert_eq!(stage.sequence(), before + 1);
    stage.goes_on();
}

#[test]
fn what_the_rules_forbid_is_refused_whoever_signs_it() {
    let mut stage = Stage::new();
    let mut peer = stage.peer("nong");
    let unit = stage.good.unit().expect("a chief");
    let before = stage.sequence();
    let foreign_alley = peer.command(
        None,
        report(unit, peer.enrolled.device_code, "别人的巷子", 3),
    );
    let foreign_number = peer.command(
        None,
        report(unit, stage.good.device_code(), "别人的号码", 4),
    );
    let unseen = peer.command(Some(stage.case), note("看不到的案子。"));
    let heard = peer
        .hand_in(vec![foreign_alley, foreign_number, unseen])
        .expect("an answer");
    let told = codes(&heard, 1);
    assert!(
        told.iter()
            .all(|code| !matches!(code.as_str(), "admitted" | "need" | "later")),
        "{told:?}"
    );
    // Out of scope and unknown cannot be told apart.
    assert_eq!(told[2], "unknown_document");
    assert_eq!(stage.sequence(), before);
    stage.goes_on();
}

#[test]
fn impossible_times_are_taken_as_claims_and_reach_everybody() {
    let mut stage = Stage::new();
    let mut peer = stage.peer("lu");
    let times = [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX];
    for clock in times {
        peer.hello.clock = Time(clock);
        let commands = times
            .iter()
            .map(|at| Command {
                at: Time(*at),
                ..peer.command(Some(stage.case), note("时钟坏了。"))
            })
            .collect();
        let number = peer.number + 1;
        let heard = peer.hand_in(commands).expect("an answer");
        assert_eq!(codes(&heard, number), vec!["admitted"; times.len()]);
    }
    stage.goes_on();
    // A device that has nothing yet is sent all of it, too.
    let code = stage.server.invite("lu").expect("a member");
    let mut fresh = alleyway_tests::forge::Typist::enrol(
        stage.server.url(),
        &code,
        "fresh",
        super::stage::NOW,
        1,
    )
    .expect("a code");
    assert!(fresh.sync().expect("an answer").summary.up_to_date);
}

#[test]
fn a_page_of_long_texts_fits_the_frames_of_every_device() {
    let mut stage = Stage::new();
    let mut peer = stage.peer("lu");
    let long = "坑".repeat(1_990);
    for _ in 0..8 {
        let commands = (0..8)
            .map(|_| peer.command(Some(stage.case), note(&long)))
            .collect();
        let number = peer.number + 1;
        assert_eq!(
            codes(&peer.hand_in(commands).expect("an answer"), number),
            ["admitted"; 8]
        );
    }
    stage.goes_on();
    let heard = peer.say(&[]).expect("an answer");
    assert!(
        heard.welcome().is_some_and(|welcome| welcome.complete),
        "{heard:?}"
    );
}

#[test]
fn a_hash_that_differs_brings_the_servers_document_and_is_counted() {
    let mut stage = Stage::new();
    let mut peer = stage.peer("lu");
    let case = stage.case;
    let command = peer.command(Some(case), note("看过了。"));
    assert_eq!(
        codes(&peer.hand_in(vec![command]).expect("an answer"), 1),
        ["admitted"]
    );
    let counter = "alleyway_commands_admitted_as_total";
    let before = (stage.sequence(), stage.metric(counter));
    let mut meddled = 0;
    // The first answer says that the command gave another hash on the server than it gives here.
    let meddle = |frame: &mut ServerFrame| {
        let ServerFrame::Page(page) = frame else {
            return;
        };
        let mut items = page.items.clone().into_vec();
        for item in &mut items {
            if let Item::Changes(changes) = item
                && meddled == 0
            {
                meddled += 1;
                changes.check = changes.check.map(|byte| !byte);
            }
        }
        page.items = List::new(items).expect("as many as before");
    };
    let (summary, round_trips) = stage
        .good
        .sync_meddled(meddle)
        .expect("a server that answers");
    assert_eq!(
        (meddled, round_trips, summary.up_to_date),
        (1, 2, true),
        "{summary:?}"
    );
    assert_eq!(
        (stage.sequence(), stage.metric(counter)),
        (before.0, before.1 + 1)
    );
    // From then on it goes on from the server's document.
    stage.goes_on();
}

#[test]
fn a_flood_of_refused_commands_is_put_off_until_its_device_has_heard() {
    let mut stage = Stage::with(&["--device-commands-per-day", "1000000"]);
    let mut peer = stage.peer("lu");
    let before = stage.sequence();
    let (mut frames, mut hashes) = (Vec::new(), vec![[0; 32]]);
    for _ in 0..22 {
        let commands = (0..BATCH_COMMANDS_MAX)
            .map(|_| peer.command(Some(DocumentId([8; 16])), unknown(&[])))
            .collect();
        let batch = peer.seal(commands).expect("as many as may be");
        hashes.push(peer.last_hash);
        frames.push(peer.frame(&batch));
    }
    // More than one flight takes. None of them is acknowledged.
    let (first, second) = frames.split_at(11);
    let heard = peer.say(first).expect("an answer");
    let more = peer.say(second).expect("an answer");
    assert_eq!(codes(&heard, 1)[0], "unknown_document");
    let said = |batch| codes(if batch <= 11 { &heard } else { &more }, batch);
    let put_off = (1..=22)
        .find(|batch| said(*batch)[0] == "later")
        .expect("a bound");
    assert!(
        usize::try_from(put_off).expect("few") * BATCH_COMMANDS_MAX
            <= REFUSALS_UNACKNOWLEDGED_MAX + 2 * BATCH_COMMANDS_MAX
    );
    assert_eq!(stage.sequence(), before);
    stage.goes_on();
    // The device says what it has heard, and is heard again.
    (peer.number, peer.hello.acknowledged) = (put_off - 1, put_off - 1);
    peer.last_hash = hashes[usize::try_from(peer.number).expect("few")];
    let command = peer.command(Some(stage.case), note("看过了。"));
    let heard = peer.hand_in(vec![command]).expect("an answer");
    assert_eq!(codes(&heard, put_off), ["admitted"]);
    stage.goes_on();
}
