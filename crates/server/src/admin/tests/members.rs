//! Posts given, ended and cleared, and devices looked for, one at a time.

use alleyway_core::store::Store as _;
use alleyway_core::sync::frame::Stop;
use alleyway_core::time::Time;
use alleyway_ledger::DeviceChange;

use super::*;
use crate::direct::testing::{found_alley, phone};
use crate::writer::Desk;

fn appoint(unit: &str, post: &str, key: &str, name: Option<&str>, from: Option<&str>) -> Request {
    let text = |text: &str| text.to_owned();
    Request::Member(MemberRequest::Appoint(Appointment {
        unit: text(unit),
        post: text(post),
        key: text(key),
        name: name.map(text),
        from: from.map(text),
        until: None,
    }))
}

fn end(member: &str, unit: &str) -> Request {
    let (member, unit) = (Some(member.to_owned()), Some(unit.to_owned()));
    let which = Which {
        member,
        unit,
        ..Which::default()
    };
    Request::Member(MemberRequest::End { which, at: None })
}

fn clear(member: &str, unit: &str) -> Request {
    let (member, unit) = (Some(member.to_owned()), Some(unit.to_owned()));
    Request::Member(MemberRequest::Clear(Which {
        member,
        unit,
        ..Which::default()
    }))
}

async fn failure(office: &Office, request: Request) -> Failure {
    match ask(office, request).await {
        Outcome::Failed(failure) => failure,
        other => panic!("{other:?}"),
    }
}

async fn posts(office: &Office, request: Request) -> Vec<PostShown> {
    match ask(office, request).await {
        Outcome::Members(members) => members
            .into_iter()
            .flat_map(|member| member.posts)
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_list_that_did_not_change_reinstates_nobody_who_was_dismissed() {
    let office = office(Clock::System);
    import(&office, "").await;
    assert!(
        posts(&office, end("xie", "a"))
            .await
            .iter()
            .all(|post| !post.active && post.until.is_some())
    );
    let again = import(&office, "").await;
    assert_eq!(again.changed, 0);
    assert!(
        again
            .summary_en
            .contains("xie alley_chief a: was ended since"),
        "{}",
        again.summary_en
    );
    let shown = Request::Member(MemberRequest::Show {
        member: "xie".to_owned(),
    });
    assert!(posts(&office, shown).await.iter().all(|post| !post.active));
    // Whoever is to have the post again is given it.
    assert_eq!(
        posts(&office, appoint("a", "alley_chief", "xie", None, None))
            .await
            .len(),
        2
    );
    assert_eq!(import(&office, "").await.changed, 0);
}

#[tokio::test]
async fn keys_are_found_as_they_are_read_and_one_that_would_change_is_refused() {
    let office = office(Clock::System);
    import(&office, "").await;
    for who in ["ＸＩＥ", " xie\u{200f}", "Xie"] {
        let show = Request::Member(MemberRequest::Show {
            member: who.to_owned(),
        });
        assert_eq!(posts(&office, show).await.len(), 1, "{who:?}");
    }
    let known = appoint("Ａ", "alley_chief", "ｘｉｅ", Some("谢玉兰\u{200f}"), None);
    assert_eq!(failure(&office, known).await.code, "already_appointed");
    let marked = appoint("a", "alley_chief", "lan\u{200b}", Some("蓝小妹"), None);
    let marked = failure(&office, marked).await;
    assert_eq!(marked.code, "bad_key");
    assert!(marked.text_en.contains("U+200B"), "{marked:?}");
    let control = appoint("a", "alley_chief", "lan", Some("蓝\u{7}小妹"), None);
    let control = failure(&office, control).await;
    assert_eq!(control.code, "bad_name");
    assert!(control.text_en.contains("U+0007"), "{control:?}");
}

#[tokio::test]
async fn an_appointment_that_an_import_would_refuse_is_refused_and_says_what_to_do() {
    let office = office(Clock::System);
    import(&office, "").await;
    for (request, code, part) in [
        (
            appoint("v", "alley_chief", "lan", Some("蓝小妹"), None),
            "post_unfit",
            "village",
        ),
        (
            appoint("a", "alley_chief", "xie", None, None),
            "already_appointed",
            "member end",
        ),
        (
            appoint(
                "a",
                "alley_chief",
                "xie",
                None,
                Some("2019-01-01T00:00:00Z"),
            ),
            "already_appointed",
            "other times",
        ),
        (
            appoint("a", "alley_chief", "", Some("蓝小妹"), None),
            "bad_key",
            "--key",
        ),
        (
            appoint("a", "alley_chief", "lan", Some(" "), None),
            "bad_name",
            "--name",
        ),
        (
            appoint("a", "alley_chief", "lan", None, None),
            "bad_name",
            "--name",
        ),
        (
            appoint("town", "auditor", "xie", Some("谢玉梅"), None),
            "name_differs",
            "谢玉兰",
        ),
        (
            appoint("nowhere", "auditor", "xie", None, None),
            "unknown_unit",
            "units.csv",
        ),
    ] {
        let failure = failure(&office, request).await;
        assert_eq!(failure.code, code);
        assert!(
            failure.text_en.contains(part) && !failure.text_zh.is_ascii(),
            "{failure:?}"
        );
    }
    let listed = Request::Member(MemberRequest::List {});
    assert_eq!(posts(&office, listed).await.len(), 1);
    // The same person may have another post, and another person the same one.
    assert_eq!(
        posts(
            &office,
            appoint("town", "auditor", "xie", Some("谢玉兰"), None)
        )
        .await
        .len(),
        2
    );
    assert_eq!(
        posts(
            &office,
            appoint("a", "alley_chief", "lan", Some("蓝小妹"), None)
        )
        .await
        .len(),
        1
    );
}

#[tokio::test]
async fn a_clearance_is_asked_for_by_member_and_unit_once_and_not_for_an_auditor() {
    let office = office(Clock::System);
    import(&office, "").await;
    posts(
        &office,
        appoint("town", "auditor", "lan", Some("蓝小妹"), None),
    )
    .await;
    assert_eq!(posts(&office, clear("xie", "a")).await.len(), 1);
    let twice = failure(&office, clear("xie", "a")).await;
    assert_eq!(twice.code, "wrong_state");
    assert!(
        twice.text_en.contains("asked for once") && twice.text_zh.contains("confidential confirm"),
        "{twice:?}"
    );
    let auditor = failure(&office, clear("lan", "town")).await;
    assert_eq!(auditor.code, "bad_value");
    assert!(
        auditor.text_en.contains("Auditors") && auditor.text_zh.contains("督查员"),
        "{auditor:?}"
    );
    assert_eq!(
        failure(&office, clear("xie", "v")).await.code,
        "unknown_appointment"
    );
}

#[tokio::test]
async fn devices_of_nobody_are_no_empty_list() {
    let office = office(Clock::System);
    import(&office, "").await;
    let list = |member: &str| {
        Request::Device(DeviceRequest::List {
            member: Some(member.to_owned()),
        })
    };
    assert_eq!(failure(&office, list("zzz")).await.code, "unknown_member");
    assert!(
        matches!(ask(&office, list("xie")).await, Outcome::Devices(devices) if devices.is_empty())
    );
}

#[tokio::test]
async fn the_audit_names_the_server_where_it_acted_itself() {
    let office = office(Clock::System);
    import(&office, "").await;
    let list = AuditRequest::List {
        last: 10,
        before: None,
        since: None,
        kind: None,
        device: None,
        export: false,
    };
    let Outcome::Audit(rows) = ask(&office, Request::Audit(list)).await else {
        panic!()
    };
    let named = |row: &AuditShown| {
        row.device.as_deref() == Some(SERVER) || row.author_name.as_deref() == Some(SERVER)
    };
    assert!(rows.iter().any(named), "{rows:?}");
}

/// The store of a town with the devices 1000 and 1001, the first of them lost, without its journal.
fn restored(mut store: MemoryStore) -> MemoryStore {
    const NOW: Time = Time(1_800_000_000_000);
    let setup = writer::test_setup();
    let (town, mut ledger) = (setup.town, Ledger::open(&store, setup).unwrap());
    let mut desk = Desk {
        ledger: &mut ledger,
        store: &store,
        now: NOW,
    };
    found_alley(&mut desk, town, "xie");
    for seed in [8, 9] {
        phone(&mut desk, town, "xie", seed);
    }
    ledger
        .change_device(&store, 1000, DeviceChange::Stop(Stop::Lost), NOW)
        .unwrap();
    store.commit(&ledger.take_transaction().unwrap()).unwrap();
    store.with_journal_of(&MemoryStore::default())
}

#[tokio::test]
async fn a_device_that_was_lost_before_a_quarantine_is_not_confirmed() {
    let office = office_with(Clock::System, restored);
    let confirm = |devices: &[u32]| {
        Request::Quarantine(QuarantineRequest::Confirm {
            devices: devices.to_vec(),
            all: false,
            none: false,
        })
    };
    let lost = failure(&office, confirm(&[1001, 1000])).await;
    assert_eq!(lost.code, "already_stopped");
    assert!(
        lost.text_en.contains("1000")
            && lost.text_en.contains("lost")
            && lost.text_zh.contains("1000"),
        "{lost:?}"
    );
    assert_eq!(
        failure(&office, confirm(&[1001, 4242])).await.code,
        "unknown_device"
    );
    let done = ask(&office, confirm(&[1001])).await;
    assert!(
        matches!(
            done,
            Outcome::Quarantine(QuarantineShown {
                confirmed: Some((1, 0, 0)),
                ..
            })
        ),
        "{done:?}"
    );
}
