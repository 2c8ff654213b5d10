//! What an administrator does to a town in memory.

mod members;

use std::sync::Arc;

use alleyway_core::id::MemberId;
use alleyway_core::number::TrackingCode;
use alleyway_core::store::{JournalWrites, MemoryStore, Store as _, Transaction};
use alleyway_ledger::Ledger;

use super::*;
use crate::config::WriterLimits;
use crate::direct::testing::{enrolled, synced};
use crate::telemetry::Metrics;
use crate::writer;
use alleyway_catalogue::Lang;

pub(super) fn office(clock: Clock) -> Office {
    office_with(clock, |store| store)
}

/// With what became of the store between its founding and its opening.
fn office_with(clock: Clock, change: impl FnOnce(MemoryStore) -> MemoryStore) -> Office {
    let mut store = MemoryStore::default();
    Ledger::found(&mut store).unwrap();
    let store = change(store);
    let setup = writer::test_setup();
    let town = setup.town;
    let ledger = Ledger::open(&store, setup).unwrap();
    let limits = WriterLimits {
        requests_waiting_max: 4,
        group_requests_max: 4,
        group_bytes_max: 1_000,
    };
    let failed = Box::new(|_, reason: &str| panic!("{reason}"));
    let metrics = Arc::new(Metrics::default());
    let (writer, _) = writer::start(
        ledger,
        Box::new(store),
        clock.clone(),
        limits,
        metrics.clone(),
        failed,
    )
    .unwrap();
    Office {
        writer,
        town,
        data: None,
        url: "http://here".to_owned(),
        clock,
        metrics,
        demo: None,
        edge: None,
        stop: None,
    }
}

fn files(households: &str) -> Files {
    let units =
        "unit,name,kind,parent\ntown,四排镇,town,\nv,橙山村,village,town\na,甜橙巷,alley,v\n";
    let members = "member,name,post,unit,from,until\nxie,谢玉兰,alley_chief,a,2020-01-01,\n";
    let households = format!("alley,door,contact,count\n{households}");
    Files {
        units: Some(units.as_bytes().to_vec()),
        members: Some(members.as_bytes().to_vec()),
        households: Some(households.into_bytes()),
        book: None,
    }
}

async fn ask(office: &Office, request: Request) -> Outcome {
    carry_out(office, request, Files::default(), mpsc::channel(1).0).await
}

async fn ask_to_import(office: &Office, files: Files, dry_run: bool) -> Outcome {
    let request = Request::Import(ImportRequest::of(&files, dry_run));
    carry_out(office, request, files, mpsc::channel(1).0).await
}

async fn import(office: &Office, households: &str) -> Imported {
    match ask_to_import(office, files(households), false).await {
        Outcome::Imported(imported) => imported,
        other => panic!("{other:?}"),
    }
}

/// The chief changes the contact of the alley's first household, on a phone of its own.
async fn chief_writes(office: &Office, contact: &str) {
    let mut phone = Box::pin(enrolled(&office.writer, office.town, "xie", 9)).await;
    let household = phone.replica.households().remove(0).document;
    let draft = phone.replica.edit(household, "contact", contact).unwrap();
    phone.record(draft, office.clock.now()).unwrap();
    Box::pin(synced(&office.writer, office.town, phone)).await;
}

#[tokio::test]
async fn an_import_run_again_changes_just_the_changed_rows() {
    let office = office(Clock::System);
    assert_eq!(import(&office, "a,1号,陆,4\na,2号,韦,3\n").await.changed, 6);
    assert_eq!(import(&office, "a,1号,陆,4\na,2号,韦,3\n").await.changed, 0);
    let changed = import(&office, "a,1号,陆,4\na,2号,韦,5\n").await;
    assert_eq!(changed.changed, 1);
    assert!(
        changed.summary_en.contains("households.csv:3"),
        "{}",
        changed.summary_en
    );
}

#[tokio::test]
async fn an_empty_contact_that_stays_empty_is_no_change() {
    let office = office(Clock::System);
    import(&office, "a,1号,,0\n").await;
    assert_eq!(import(&office, "a,1号,,0\n").await.changed, 0);
}

#[tokio::test]
async fn an_empty_field_that_stays_empty_does_not_clear_what_a_chief_wrote() {
    let office = office(Clock::System);
    import(&office, "a,1号,,0\n").await;
    chief_writes(&office, "陆家二女").await;
    assert_eq!(import(&office, "a,1号,,0\n").await.changed, 0);
    assert_eq!(import(&office, "a,1号,黄,0\n").await.changed, 1);
}

#[tokio::test]
async fn a_row_that_did_not_change_does_not_undo_what_a_chief_wrote() {
    let office = office(Clock::System);
    import(&office, "a,1号,陆,4\n").await;
    chief_writes(&office, "陆家二女").await;
    assert_eq!(import(&office, "a,1号,陆,4\n").await.changed, 0);
    assert_eq!(import(&office, "a,1号,黄,4\n").await.changed, 1);
}

#[tokio::test]
async fn a_dry_run_and_a_bad_row_change_nothing() {
    let office = office(Clock::System);
    let dry = ask_to_import(&office, files("a,1号,陆,4\n"), true).await;
    assert!(
        matches!(
            dry,
            Outcome::Imported(Imported {
                changed: 5,
                dry_run: true,
                ..
            })
        ),
        "{dry:?}"
    );
    let bad = ask_to_import(&office, files("a,1号,陆,4\nb,2号,韦,3\n"), false).await;
    let Outcome::Failed(failure) = bad else {
        panic!("{bad:?}")
    };
    assert_eq!((failure.code.as_str(), failure.rows.len()), ("bad_rows", 1));
    let row = &failure.rows[0];
    assert_eq!(
        (row.file.as_str(), row.line, row.code.as_str()),
        ("households.csv", 3, "unknown_unit")
    );
    let sequence = office
        .writer
        .ask(0, |desk| Ok(desk.ledger.stats().sequence))
        .await;
    assert_eq!(sequence, Ok(0));
}

#[tokio::test]
async fn members_are_invited_by_key_or_id_and_nobody_else_is() {
    let office = office(Clock::System);
    import(&office, "").await;
    let id = MemberId::derive(office.town, "xie").to_string();
    for member in ["xie", id.as_str()] {
        let invited = ask(
            &office,
            Request::Invite(InviteRequest {
                member: member.to_owned(),
                replaces: None,
            }),
        )
        .await;
        let Outcome::Invited(invited) = invited else {
            panic!("{invited:?}")
        };
        assert!(TrackingCode::parse(&invited.code).is_some());
        assert_eq!(invited.url, "http://here");
        assert_eq!(
            invited.link,
            format!("alleyway:enrol?url=http://here&code={}", invited.code)
        );
    }
    let nobody = ask(
        &office,
        Request::Invite(InviteRequest {
            member: "nobody".to_owned(),
            replaces: None,
        }),
    )
    .await;
    assert!(matches!(nobody, Outcome::Failed(failure) if failure.code == "unknown_member"));
}

#[tokio::test]
async fn nobody_is_invited_to_an_address_of_every_interface() {
    let office = Office {
        url: "https://0.0.0.0:8470".to_owned(),
        ..office(Clock::System)
    };
    import(&office, "").await;
    let refused = ask(
        &office,
        Request::Invite(InviteRequest {
            member: "xie".to_owned(),
            replaces: None,
        }),
    )
    .await;
    let Outcome::Failed(failure) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(failure.code, "no_public_url");
    assert!(failure.text_en.contains("--public-url") && failure.text_zh.contains("--public-url"));
}

#[tokio::test]
async fn nobody_is_invited_during_a_quarantine_for_its_end_would_withdraw_it() {
    // The security journal holds what nobody can read.
    let mut other = MemoryStore::default();
    let journal = JournalWrites {
        entries: vec![vec![0xff]],
        ..JournalWrites::default()
    };
    other
        .commit(&Transaction {
            journal,
            ..Transaction::default()
        })
        .unwrap();
    let office = office_with(Clock::System, |store| store.with_journal_of(&other));
    let refused = ask(
        &office,
        Request::Invite(InviteRequest {
            member: "xie".to_owned(),
            replaces: None,
        }),
    )
    .await;
    let Outcome::Failed(failure) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(failure.code, "quarantine");
    let none = QuarantineRequest::Confirm {
        devices: Vec::new(),
        all: true,
        none: false,
    };
    assert!(matches!(
        ask(&office, Request::Quarantine(none)).await,
        Outcome::Quarantine(_)
    ));
    let unknown = ask(
        &office,
        Request::Invite(InviteRequest {
            member: "xie".to_owned(),
            replaces: None,
        }),
    )
    .await;
    assert!(matches!(unknown, Outcome::Failed(failure) if failure.code == "unknown_member"));
}

#[tokio::test]
async fn a_sound_town_is_found_sound() {
    let office = office(Clock::System);
    import(&office, "a,1号,陆,4\n").await;
    let Outcome::Checked(checked) = ask(&office, Request::Check {}).await else {
        panic!()
    };
    assert!(checked.sound, "{checked:?}");
    assert!(checked.documents >= 4 && checked.entries >= 5);
    assert!(checked.told(Lang::Zh).ends_with("完好\n"));
}

/// Requests that the writer has taken.
fn asked_of_the_writer(office: &Office) -> u64 {
    let text = office.metrics.encode().unwrap();
    let mut lines = text.lines();
    let line = lines.find_map(|line| line.strip_prefix("alleyway_writer_wait_seconds_count "));
    line.unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_check_asks_the_writer_twice_however_much_there_is() {
    let office = office(Clock::System);
    let rows: Vec<String> = (1..=300).map(|door| format!("a,{door}号,陆,4\n")).collect();
    import(&office, &rows.concat()).await;
    let before = asked_of_the_writer(&office);
    let Outcome::Checked(checked) = ask(&office, Request::Check {}).await else {
        panic!()
    };
    assert!(checked.sound && checked.documents > 300, "{checked:?}");
    assert_eq!(asked_of_the_writer(&office) - before, 2);
}

#[tokio::test]
async fn only_a_demos_clock_is_set_and_only_a_running_server_is_stopped() {
    let now = "2026-03-01T00:00:00Z".to_owned();
    let system = ask(&office(Clock::System), Request::Clock { now: now.clone() }).await;
    assert!(matches!(system, Outcome::Failed(failure) if failure.code == "not_a_demo"));
    let demo = ask(&office(Clock::demo(0)), Request::Clock { now: now.clone() }).await;
    assert!(matches!(demo, Outcome::Clock(set) if set == now));
    let stopped = ask(&office(Clock::System), Request::Stop {}).await;
    assert!(matches!(stopped, Outcome::Failed(failure) if failure.code == "not_running"));
}
