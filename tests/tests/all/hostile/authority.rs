//! Commands that claim what is not so: that a document is theirs to see, that something was not
//! seen, that an id is free, that a post is in force, that it is another time.

use alleyway_core::command::{Base, Body, Command};
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::{Accept, Finding, Resolve, Start, Verify, Visit};
use alleyway_core::kinds::household::CreateHousehold;
use alleyway_core::kinds::household::HouseholdCommand;
use alleyway_core::number::TrackingCode;
use alleyway_core::sync::enrol::Enrol;
use alleyway_core::sync::frame::{DeviceFrame, Item, ServerFrame, Verdict, Want, Why};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::{List, Wire as _};
use alleyway_tests::forge::{Heard, Peer, client, note, post, report};

use super::batches::codes;
use super::stage::{NOW, Stage};

fn step(step: CaseCommand) -> Body {
    Body::Case(step)
}

fn verify() -> Body {
    step(CaseCommand::Verify(Verify {
        result: Finding::Fixed,
        text: Text::cut("好走了"),
        code_of: None,
    }))
}

/// The versions and documents of pages, and the documents they say to forget.
fn paged(heard: &Heard) -> Vec<DocumentId> {
    let of = |frame: &ServerFrame| match frame {
        ServerFrame::Page(page) => page.items.to_vec(),
        _ => Vec::new(),
    };
    let document = |item: Item| match item {
        Item::Changes(changes) => changes.document,
        Item::Part(part) => part.document,
        Item::Slice(slice) => slice.document,
        Item::Row(filed) => filed.document,
        Item::Forget(document) => document,
    };
    heard.frames.iter().flat_map(of).map(document).collect()
}

/// What is said of a document, whichever it is: every frame but those that no two answers share.
fn said(heard: &Heard, document: DocumentId) -> Vec<Vec<u8>> {
    let zero = |bytes: Vec<u8>| {
        let mut out = bytes;
        for at in 0..out.len().saturating_sub(15) {
            if out[at..at + 16] == document.0 {
                out[at..at + 16].fill(0);
            }
        }
        out
    };
    let about = |frame: &ServerFrame| match frame {
        ServerFrame::Page(page) => Some(page.items.to_bytes()),
        ServerFrame::Verdicts(verdicts) => Some(verdicts.verdicts.to_bytes()),
        ServerFrame::Listing(listing) => Some(listing.to_bytes()),
        ServerFrame::Welcome(welcome) => {
            Some([&welcome.digest[..], &[u8::from(welcome.complete)]].concat())
        }
        _ => None,
    };
    heard.frames.iter().filter_map(about).map(zero).collect()
}

#[test]
fn a_document_out_of_scope_and_one_that_never_was_have_one_answer() {
    let mut stage = Stage::new();
    // The chief of another alley.
    let (mut asks, mut guesses) = (stage.peer("nong"), stage.peer("nong"));
    for peer in [&mut asks, &mut guesses] {
        peer.say(&[]).expect("an answer");
    }
    let before = stage.sequence();
    let nowhere = DocumentId([8; 16]);
    let after = List::new(vec![CommandId([4; 16])]).expect("short");
    let bases = [
        Base::default(),
        Base {
            generation: 1,
            version: 1,
            ..Base::default()
        },
        Base {
            generation: 7,
            ..Base::default()
        },
        Base {
            incarnation: 9,
            version: u64::MAX,
            ..Base::default()
        },
        Base {
            after,
            ..Base::default()
        },
    ];
    let bodies = [
        note("看不到的案子。"),
        step(CaseCommand::Accept(Accept {})),
        verify(),
    ];
    let asked = |peer: &mut Peer, document| {
        let commands: Vec<Command> = bases
            .iter()
            .flat_map(|base| bodies.iter().map(move |body| (base.clone(), body.clone())))
            .map(|(base, body)| Command {
                base,
                ..peer.command(Some(document), body)
            })
            .collect();
        let batch = peer.seal(commands).expect("short");
        let wanted = |why| Want {
            documents: List::new(vec![(document, why)]).expect("short"),
        };
        let frames = [
            peer.frame(&batch),
            DeviceFrame::Want(wanted(Why::Missing)),
            DeviceFrame::Want(wanted(Why::Differs)),
        ];
        said(&peer.say(&frames).expect("an answer"), document)
    };
    let (hidden, unknown) = (asked(&mut asks, stage.case), asked(&mut guesses, nowhere));
    assert!(!hidden.is_empty());
    assert_eq!(hidden, unknown);
    assert_eq!(stage.sequence(), before);
    stage.goes_on();
}

#[test]
fn who_resolved_does_not_verify_whatever_the_verification_says_it_has_seen() {
    let mut stage = Stage::new();
    let (mut peer, mut second, mut other) = (stage.peer("lu"), stage.peer("lu"), stage.peer("xie"));
    let here = peer
        .say(&[])
        .expect("an answer")
        .welcome()
        .expect("a whole answer")
        .incarnation;
    let resolved = [
        CaseCommand::Accept(Accept {}),
        CaseCommand::Start(Start {}),
        CaseCommand::Resolve(Resolve {
            text: Text::cut("铺好了"),
            verifier: None,
            resident_text: Text::cut("路铺好了。"),
        }),
    ];
    let commands: Vec<Command> = resolved
        .map(|body| peer.command(Some(stage.case), step(body)))
        .into();
    let last = commands.last().expect("three").id(&peer.key());
    assert_eq!(
        codes(&peer.hand_in(commands).expect("an answer"), 1),
        ["admitted"; 3]
    );
    let before = stage.sequence();
    let at = |version| Base {
        incarnation: here,
        generation: 1,
        version,
        after: List::default(),
    };
    let bases = [
        at(0),
        at(1),
        at(4),
        Base {
            incarnation: 0,
            ..at(1)
        },
        Base {
            after: List::new(vec![last]).expect("short"),
            ..at(1)
        },
    ];
    // From the phone that resolved it, and from another of the same person.
    for (peer, number) in [(&mut peer, 2), (&mut second, 1)] {
        let commands: Vec<Command> = bases
            .iter()
            .map(|base| Command {
                base: base.clone(),
                ..peer.command(Some(stage.case), verify())
            })
            .collect();
        let count = commands.len();
        assert_eq!(
            codes(&peer.hand_in(commands).expect("an answer"), number),
            vec!["resolved_by_author"; count]
        );
    }
    assert_eq!(stage.sequence(), before);
    // Another chief of the alley does.
    let verification = other.command(Some(stage.case), verify());
    assert_eq!(
        codes(&other.hand_in(vec![verification]).expect("an answer"), 1),
        ["admitted"]
    );
    stage.goes_on();
}

#[test]
fn an_id_is_made_of_its_devices_key_and_is_nobody_elses() {
    let mut stage = Stage::new();
    let (mut first, mut second) = (stage.peer("lu"), stage.peer("lu"));
    let unit = stage.good.unit().expect("a chief");
    // The same nonce under another key makes another id, and another document.
    let (one, other) = (
        first.command(
            None,
            report(unit, first.enrolled.device_code, "桥栏杆松了", 1),
        ),
        second.command(
            None,
            report(unit, second.enrolled.device_code, "桥栏杆松了", 2),
        ),
    );
    assert_eq!(one.nonce, other.nonce);
    assert_ne!(one.id(&first.key()), other.id(&second.key()));
    let (of_one, of_other) = (first.created_by(&one), second.created_by(&other));
    assert_ne!(of_one, of_other);
    assert_eq!(
        codes(&first.hand_in(vec![one.clone()]).expect("an answer"), 1),
        ["admitted"]
    );
    assert_eq!(
        codes(&second.hand_in(vec![other]).expect("an answer"), 1),
        ["admitted"]
    );
    let before = stage.sequence();
    // A creation does not name its document; another's least of all.
    let household = |alley| {
        let create = CreateHousehold {
            alley,
            door: Text::cut("9号"),
            contact: Text::cut("谢家"),
            count: 3,
            phone: Text::default(),
            may_text: false,
        };
        Body::Household(HouseholdCommand::Create(create))
    };
    let named = [
        second.command(
            Some(of_one),
            report(unit, second.enrolled.device_code, "别人的号", 3),
        ),
        second.command(
            Some(of_other),
            report(unit, second.enrolled.device_code, "自己的号", 4),
        ),
        second.command(Some(of_one), household(unit)),
    ];
    assert_eq!(
        codes(&second.hand_in(named.into()).expect("an answer"), 2),
        ["unknown_command"; 3]
    );
    // The own command again, as if more had been seen: it has its verdict, and what stands stays.
    let stood = first
        .say(&[])
        .expect("an answer")
        .welcome()
        .expect("a whole answer")
        .digest;
    let again = Command {
        base: Base {
            version: 1,
            ..one.base.clone()
        },
        ..one.clone()
    };
    let heard = first.hand_in(vec![again]).expect("an answer");
    assert!(heard.verdicts(2)[0].is_final());
    assert_eq!(heard.welcome().expect("a whole answer").digest, stood);
    assert_eq!(stage.sequence(), before);
    stage.goes_on();
    let title = &stage
        .good
        .replica
        .cases()
        .into_iter()
        .find(|line| line.document == of_one)
        .expect("a case")
        .row
        .title;
    assert_eq!(title.as_str(), "桥栏杆松了");
}

#[test]
fn what_was_typed_before_a_post_ended_is_taken_and_marked_or_proposed_and_later_refused() {
    let mut stage = Stage::new();
    let mut peer = stage.peer("lu");
    let heard = peer.say(&[]).expect("an answer");
    assert!(
        paged(&heard).contains(&stage.case),
        "the phone knows its alley"
    );
    let visit = step(CaseCommand::Visit(Visit {
        text: Text::cut("去看过。"),
    }));
    let bodies = [
        note("看过了。"),
        visit,
        step(CaseCommand::Accept(Accept {})),
        verify(),
    ];
    let typed: Vec<Command> = bodies
        .into_iter()
        .map(|body| peer.command(Some(stage.case), body))
        .collect();
    let kept = typed[2].id(&peer.key());
    stage
        .server
        .administer(&["member", "end", "--member", "lu", "--unit", "tiancheng"])
        .expect("a post");
    let before = stage.sequence();
    let batch = peer.seal(typed).expect("short");
    let frame = peer.frame(&batch);
    // Again it has the same answer, and changes nothing.
    for _ in 0..2 {
        let heard = peer.say(std::slice::from_ref(&frame)).expect("an answer");
        assert_eq!(
            codes(&heard, 1),
            ["after_post", "after_post", "post_ended", "wrong_state"]
        );
        // Two entries, and the tray with its item.
        assert_eq!(stage.sequence(), before + 4);
    }
    let stored = stage.sequence();
    assert!(
        peer.say(&[]).expect("an answer").welcome().is_some(),
        "it shows the cursor of its new scope"
    );
    // Now the phone has been told: what it types on is refused plainly, and nothing of it is put anywhere.
    let late = [note("晚了。"), step(CaseCommand::Accept(Accept {}))]
        .map(|body| peer.command(Some(stage.case), body));
    assert_eq!(
        codes(&peer.hand_in(late.into()).expect("an answer"), 2),
        ["unknown_document"; 2]
    );
    assert_eq!(stage.sequence(), stored);
    // The other chief sees the notes with their mark, and the proposal.
    stage.goes_on();
    let proposals = stage.good.replica.proposals();
    assert_eq!(
        proposals.iter().map(|row| row.item).collect::<Vec<_>>(),
        [kept]
    );
    let log = stage.good.replica.case(stage.case).expect("a case").log;
    let marked = |row: &&alleyway_replica::LogRow| {
        row.entry
            .received
            .is_some_and(|receipt| receipt.mark == alleyway_core::documents::Mark::AfterPost)
    };
    assert_eq!(
        log.iter()
            .filter(marked)
            .map(|row| row.entry.text.as_str())
            .collect::<Vec<_>>(),
        ["看过了。", "去看过。"]
    );
}

#[test]
fn times_at_the_ends_of_64_bits_enrol_and_sync_like_any_other() {
    let mut stage = Stage::new();
    let mut line = client(stage.server.url()).expect("an address");
    for (seed, clock) in [(200, i64::MIN), (201, -1), (202, 0), (203, i64::MAX)] {
        let code =
            TrackingCode::parse(&stage.server.invite("lu").expect("a member")).expect("a code");
        let secret = alleyway_core::crypto::SecretKey::from_bytes(&[seed; 32]);
        let request = Enrol::new(code, &secret, [seed; 32], Text::cut("phone"), Time(clock));
        assert_eq!(
            post(&mut line, "/v1/enrol", request.to_bytes())
                .expect("an answer")
                .status,
            200,
            "{clock}"
        );
    }
    let mut peer = stage.peer("qin");
    for clock in [i64::MIN, i64::MAX] {
        peer.hello.clock = Time(clock);
        peer.hello.acknowledged = u64::MAX;
        peer.hello.budget_bytes = u64::MAX;
        let heard = peer.say(&[]).expect("an answer");
        // The server's own clock, which goes on from where it was set.
        let clock = heard.welcome().expect("a whole answer").clock;
        assert!(NOW <= clock && clock < NOW.plus_days(1), "{clock:?}");
    }
    // An acknowledgement of everything that ever comes acknowledges nothing that has not come.
    let command = peer.command(Some(stage.case), note("看不到。"));
    assert_eq!(
        codes(&peer.hand_in(vec![command]).expect("an answer"), 1),
        ["unknown_document"]
    );
    for (from, until) in [
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
        ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"),
    ] {
        let line = [
            "member",
            "appoint",
            "--unit",
            "tiancheng",
            "--post",
            "alley_chief",
            "--key",
            "ji",
            "--name",
            "季",
        ];
        // Taken or turned down, the town goes on.
        drop(
            stage
                .server
                .administer(&[&line[..], &["--from", from, "--until", until]].concat()),
        );
        stage.goes_on();
    }
}

#[test]
fn another_devices_cursor_brings_nothing_that_is_not_ones_own() {
    let mut stage = Stage::new();
    let (mut inside, mut outside) = (stage.peer("lu"), stage.peer("nong"));
    inside.say(&[]).expect("an answer");
    outside.say(&[]).expect("an answer");
    let (of_inside, of_outside) = (inside.hello.cursor.clone(), outside.hello.cursor.clone());
    assert!(!of_inside.is_empty() && !of_outside.is_empty());
    let before = stage.stored();
    outside.hello.cursor = of_inside;
    inside.hello.cursor = of_outside;
    for peer in [&mut inside, &mut outside] {
        let heard = peer.say(&[]).expect("an answer");
        assert!(
            heard.welcome().expect("a whole answer").compare,
            "it is to say what it holds"
        );
        assert_eq!(paged(&heard), [DocumentId([0; 16]); 0]);
    }
    assert_eq!(stage.stored(), before);
    // Made of nothing, it is asked for all that is its own, and no more.
    outside.hello.cursor = alleyway_core::sync::frame::Opaque::default();
    assert!(!paged(&outside.say(&[]).expect("an answer")).contains(&stage.case));
    stage.goes_on();
}

#[test]
fn the_own_id_on_another_document_harms_nobody() {
    let mut stage = Stage::new();
    let mut peer = stage.peer("lu");
    let unit = stage.good.unit().expect("a chief");
    let reported = peer.command(
        None,
        report(unit, peer.enrolled.device_code, "桥栏杆松了", 1),
    );
    let document = peer.created_by(&reported);
    let noted = peer.command(Some(stage.case), note("看过了。"));
    assert_eq!(
        codes(
            &peer
                .hand_in(vec![reported, noted.clone()])
                .expect("an answer"),
            1
        ),
        ["admitted"; 2]
    );
    let texts = |stage: &Stage, case| -> Vec<String> {
        let log = stage.good.replica.case(case).expect("a case").log;
        log.into_iter().map(|row| row.entry.text).collect()
    };
    stage.goes_on();
    let stood = texts(&stage, stage.case);
    let twin = Command {
        document: Some(document),
        body: note("同一个编号。"),
        ..noted
    };
    assert!(
        peer.hand_in(vec![twin])
            .expect("an answer")
            .verdicts(2)
            .iter()
            .all(Verdict::is_final)
    );
    stage.good.sync().expect("a server that answers");
    assert_eq!(
        texts(&stage, stage.case),
        stood,
        "what stands under the id is as it was"
    );
    stage.goes_on();
    // Whoever has nothing yet is sent both documents, and the ledger is sound.
    let code = stage.server.invite("xie").expect("a member");
    let mut fresh =
        alleyway_tests::forge::Typist::enrol(stage.server.url(), &code, "fresh", NOW, 1)
            .expect("a code");
    assert!(fresh.sync().expect("an answer").summary.up_to_date);
    stage.server.administer(&["check"]).expect("a sound folder");
}
