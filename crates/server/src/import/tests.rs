//! Import, from bytes to commands.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on panics"
)]

use alleyway_catalogue::Lang;
use std::collections::BTreeMap;

use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, DocumentId, TownId};
use alleyway_core::kinds::household::HouseholdCommand;
use alleyway_core::kinds::unit::{Post, UnitCommand, UnitKind};
use alleyway_core::time::Time;

mod book;
mod typed;

use super::*;
use crate::clock::parse_rfc3339;

const UNITS: &str = "unit,name,kind,parent\n\
    sipai,四排镇,town,\n\
    chengshan,橙山村,village,sipai\n\
    tiancheng,甜橙巷,alley,chengshan\n\
    chengshan-branch,橙山村党支部,branch,chengshan\n\
    roads,交通站,department,sipai\n";
const MEMBERS: &str = "member,name,post,unit,from,until\n\
    xie,谢玉兰,alley_chief,tiancheng,2024-03-01,\n\
    qin,覃建国,branch_secretary,chengshan-branch,,2026-12-31\n";
const HOUSEHOLDS: &str = "alley,door,contact,count\n\
    tiancheng,甜橙巷1号,韦秀英,4\n\
    tiancheng,甜橙巷2号,,0\n";

fn files(units: &str, members: &str, households: &str) -> Files {
    let bytes = |text: &str| Some(text.as_bytes().to_vec());
    Files {
        units: bytes(units),
        members: bytes(members),
        households: bytes(households),
        book: None,
    }
}

fn good() -> Files {
    files(UNITS, MEMBERS, HOUSEHOLDS)
}

fn empty() -> Current {
    Current::empty(TownId([7; 16]))
}

fn id_of(step: usize) -> DocumentId {
    let mut id = [0; 16];
    id[8..].copy_from_slice(&(step as u64).to_be_bytes());
    DocumentId(id)
}

/// The changes of a plan, whose steps create documents with the ids of [`id_of`].
fn bodies(plan: &Plan) -> Vec<Body> {
    let mut bodies = Vec::new();
    plan.carry_out(|_, body| {
        bodies.push(body);
        CommandId(id_of(bodies.len() - 1).0)
    });
    bodies
}

/// Carries a plan out on what the town has, as a ledger would.
fn carry_out(current: &mut Current, plan: &Plan) {
    let taken = current.units.len() + current.households.len() + current.appointments.len() + 1_000;
    let id_of = |step: usize| id_of(taken + step);
    let mut at = 0;
    plan.carry_out(|document, body| {
        let id = id_of(at);
        at += 1;
        let document = document.unwrap_or(id);
        apply(current, CommandId(id.0), document, body);
        CommandId(id.0)
    });
}

fn apply(current: &mut Current, id: CommandId, document: DocumentId, body: Body) {
    match body {
        Body::Unit(UnitCommand::Create(unit)) => {
            let parent = unit.parent.map(|parent| key_of(&current.units, parent));
            let made = CurrentUnit {
                id: document,
                name: unit.name.to_string(),
                kind: unit.kind,
                parent,
            };
            current.units.insert(unit.key.to_string(), made);
        }
        Body::Unit(UnitCommand::Rename(rename)) => {
            let key = key_of(&current.units, document);
            current.units.get_mut(&key).unwrap().name = rename.name.to_string();
        }
        Body::Unit(UnitCommand::Move(to)) => {
            let (key, parent) = (
                key_of(&current.units, document),
                key_of(&current.units, to.parent),
            );
            current.units.get_mut(&key).unwrap().parent = Some(parent);
        }
        Body::Unit(UnitCommand::Appoint(appoint)) => {
            current.appointments.push(CurrentAppointment {
                id,
                member: appoint.key.to_string(),
                post: appoint.post,
                unit: key_of(&current.units, document),
                name: appoint.name.to_string(),
                from: appoint.from,
                until: appoint.until,
                ends: vec![appoint.until],
            });
        }
        Body::Unit(UnitCommand::Amend(amend)) => {
            let one = current
                .appointments
                .iter_mut()
                .find(|one| one.id == amend.appointment)
                .unwrap();
            (one.name, one.from, one.until) = (amend.name.to_string(), amend.from, amend.until);
            one.ends.push(amend.until);
        }
        Body::Household(command) => apply_to_household(current, id, document, command),
        other => panic!("an import does not {}", other.kind()),
    }
}

fn apply_to_household(
    current: &mut Current,
    id: CommandId,
    document: DocumentId,
    command: HouseholdCommand,
) {
    let field = |value: String| CurrentField {
        values: vec![(id, value.clone())],
        imported: Some(value),
    };
    match command {
        HouseholdCommand::Create(household) => {
            current.households.push(CurrentHousehold {
                document,
                alley: key_of(&current.units, household.alley),
                door: field(household.door.to_string()),
                contact: field(household.contact.to_string()),
                phone: field(household.phone.to_string()),
                may_text: CurrentField {
                    values: household
                        .may_text
                        .then(|| (id, "true".to_owned()))
                        .into_iter()
                        .collect(),
                    imported: Some(if household.may_text { "true" } else { "" }.to_owned()),
                },
                count: field(household.count.to_string()),
            });
        }
        HouseholdCommand::Move(to) => {
            let alley = key_of(&current.units, to.alley);
            current
                .households
                .iter_mut()
                .find(|one| one.document == document)
                .unwrap()
                .alley = alley;
        }
        HouseholdCommand::Edit(edit) => {
            let one = current
                .households
                .iter_mut()
                .find(|one| one.document == document)
                .unwrap();
            let changed = match edit.field.as_str() {
                "contact" => &mut one.contact,
                "phone" => &mut one.phone,
                "may_text" => &mut one.may_text,
                _ => &mut one.count,
            };
            assert_eq!(changed.ids(), edit.replaces.to_vec());
            *changed = field(edit.value.to_string());
        }
    }
}

fn key_of(units: &BTreeMap<String, CurrentUnit>, id: DocumentId) -> String {
    units
        .iter()
        .find(|(_, unit)| unit.id == id)
        .map(|(key, _)| key.clone())
        .unwrap()
}

fn imported(files: &Files) -> Current {
    let mut current = empty();
    let rows = parse(files, &current).unwrap();
    let plan = plan(&current, &rows);
    carry_out(&mut current, &plan);
    current
}

fn replan(current: &Current, files: &Files) -> Plan {
    plan(current, &parse(files, current).unwrap())
}

fn whats(plan: &Plan) -> Vec<(File, u64, What)> {
    plan.steps
        .iter()
        .map(|step| (step.change.file, step.change.line, step.change.what.clone()))
        .collect()
}

fn codes(files: &Files, current: &Current) -> Vec<(File, u64, &'static str)> {
    let rejected = parse(files, current).unwrap_err();
    rejected
        .errors
        .iter()
        .map(|error| (error.file, error.line, error.code))
        .collect()
}

#[test]
fn a_first_import_creates_everything_parents_first() {
    let current = imported(&good());
    assert_eq!(current.units.len(), 5);
    assert_eq!(
        current.units["tiancheng"].parent.as_deref(),
        Some("chengshan")
    );
    assert_eq!(current.appointments.len(), 2);
    assert_eq!(current.appointments[0].post, Post::AlleyChief);
    assert_eq!(current.households.len(), 2);
}

#[test]
fn one_ledger_is_one_town_and_a_county_above_is_a_name() {
    let county = UNITS.replace("四排镇,town,", "四排镇,town,xian")
        + "xian,鹿寨县,county,\nju,县交通局,department,xian\n";
    let people = MEMBERS.to_owned()
        + "deng,邓科,auditor,xian,,\nhe,何办,department_handler,ju,,\nluo,罗审,auditor,sipai,,\n";
    let second = county.clone() + "pingshan,平山镇,town,xian\n";
    assert_eq!(
        codes(&files(&second, &people, HOUSEHOLDS), &empty()),
        [
            (File::Units, 9, "second_town"),
            (File::Members, 4, "people_elsewhere"),
            (File::Members, 5, "people_elsewhere"),
        ]
    );
    let current = imported(&files(&county, MEMBERS, HOUSEHOLDS));
    assert_eq!(
        codes(&files(&second, MEMBERS, HOUSEHOLDS), &current),
        [(File::Units, 9, "second_town")]
    );
    // One that an earlier release let in stays, and changes can be imported beside it.
    let mut two = current.clone();
    let other = CurrentUnit {
        id: DocumentId([9; 16]),
        name: "平山镇".to_owned(),
        kind: UnitKind::Town,
        parent: Some("xian".to_owned()),
    };
    two.units.insert("pingshan".to_owned(), other);
    assert!(
        replan(&two, &files(&second, MEMBERS, HOUSEHOLDS))
            .steps
            .is_empty()
    );
}

#[test]
fn units_may_stand_before_their_parents() {
    let units = "kind,parent,unit,name\nalley,v,a,甲巷\nvillage,t,v,乙村\ntown,,t,丙镇\n";
    let plan = replan(
        &empty(),
        &Files {
            units: Some(units.into()),
            ..Files::default()
        },
    );
    let order: Vec<&str> = plan
        .steps
        .iter()
        .map(|step| step.change.key.as_str())
        .collect();
    assert_eq!(order, ["t", "v", "a"]);
    let parents: Vec<Option<DocumentId>> = bodies(&plan)
        .into_iter()
        .map(|body| match body {
            Body::Unit(UnitCommand::Create(unit)) => unit.parent,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(parents, [None, Some(id_of(0)), Some(id_of(1))]);
}

#[test]
fn a_byte_order_mark_and_carriage_returns_change_nothing() {
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let files = files(&windows(UNITS), &windows(MEMBERS), &windows(HOUSEHOLDS));
    assert_eq!(
        parse(&files, &empty()).unwrap(),
        parse(&good(), &empty()).unwrap()
    );
}

#[test]
fn lines_are_counted_past_empty_and_quoted_lines() {
    let rows =
        "unit,name,kind,parent\r\n\r\nt,\"四排\r\n镇\",town,\r\n,,,\r\n\r\nv,橙山村,hamlet,t\r\n";
    let files = Files {
        units: Some(rows.into()),
        ..Files::default()
    };
    assert_eq!(
        codes(&files, &empty()),
        [
            (File::Units, 3, "control_character"),
            (File::Units, 7, "unknown_kind")
        ]
    );
}

#[test]
fn a_wrong_header_names_what_is_missing_and_what_is_unknown() {
    let files = files(
        "unit,名称,kind,parent\nt,四排镇,town,\n",
        MEMBERS,
        HOUSEHOLDS,
    );
    let rejected = parse(&files, &empty()).unwrap_err();
    let told: Vec<String> = rejected.errors.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].starts_with("units.csv:1: ") && told[0].contains("\"名称\""),
        "{told:?}"
    );
    assert!(
        told[1].contains("“name”") && told[1].contains("[missing_column]"),
        "{told:?}"
    );
}

#[test]
fn an_empty_file_lacks_its_columns() {
    assert_eq!(
        codes(
            &Files {
                units: Some(Vec::new()),
                ..Files::default()
            },
            &empty()
        )
        .len(),
        4
    );
}

#[test]
fn three_bad_rows_are_three_errors_with_their_lines() {
    let units = UNITS.replace("tiancheng,甜橙巷,alley", "tiancheng,甜橙巷,lane");
    let members = MEMBERS.replace("2024-03-01", "2024-13-01");
    let households = HOUSEHOLDS.replace("韦秀英,4", "韦秀英,一百");
    assert_eq!(
        codes(&files(&units, &members, &households), &empty()),
        [
            (File::Units, 4, "unknown_kind"),
            (File::Members, 2, "bad_date"),
            (File::Households, 2, "bad_count")
        ]
    );
}

#[test]
fn bytes_that_are_not_utf_8_are_told_by_line() {
    let mut households = HOUSEHOLDS.as_bytes().to_vec();
    households.extend(b"tiancheng,\xcc\xf0\xb3\xc8,,3\n");
    let files = Files {
        households: Some(households),
        ..good()
    };
    assert_eq!(codes(&files, &empty()), [(File::Households, 4, "not_utf8")]);
}

#[test]
fn relations_that_do_not_hold_are_told() {
    let units = "unit,name,kind,parent\nt,镇,town,\nt,镇,town,\nu,镇,town,\nv,村,village,w\nw,村,village,v\n\
        b,支部,branch,t\na,巷,alley,nowhere\nd,站,department,\n";
    let members = "member,name,post,unit,from,until\n\
        x,谢,alley_chief,t,,\nx,解,auditor,t,,\ny,陆,auditor,gone,,\n\
        z,韦,auditor,t,2024-01-01,\nz,韦,auditor,t,2025-01-01,\nz,韦,auditor,t,2025-01-01,2024-01-01\n";
    let households = "alley,door,contact,count\nt,1号,,1\na,1号,,1\na,1号,,100\n";
    let found = codes(&files(units, members, households), &empty());
    let of = |file: File| {
        found
            .iter()
            .filter(|one| one.0 == file)
            .map(|one| (one.1, one.2))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        of(File::Units),
        [
            (3, "duplicate"),
            (4, "second_root"),
            (5, "cycle"),
            (6, "cycle"),
            (7, "parent_kind"),
            (8, "unknown_parent"),
            (9, "needs_parent")
        ]
    );
    assert_eq!(
        of(File::Members),
        [
            (2, "post_unfit"),
            (3, "name_differs"),
            (4, "unknown_unit"),
            (6, "overlap"),
            (7, "until_not_after_from")
        ]
    );
    assert_eq!(
        of(File::Households),
        [(2, "not_an_alley"), (4, "bad_count")]
    );
}

#[test]
fn an_empty_town_needs_units() {
    let files = Files {
        members: Some(MEMBERS.into()),
        ..Files::default()
    };
    assert_eq!(codes(&files, &empty()), [(File::Units, 1, "needs_units")]);
}

#[test]
fn errors_beyond_the_bound_are_counted() {
    let rows = "tiancheng,,,x\n".repeat(ERRORS_SHOWN_MAX);
    let files = Files {
        households: Some(format!("{HOUSEHOLDS}{rows}").into()),
        ..good()
    };
    let rejected = parse(&files, &empty()).unwrap_err();
    assert_eq!(
        (rejected.errors.len(), rejected.more),
        (ERRORS_SHOWN_MAX, ERRORS_SHOWN_MAX)
    );
}

#[test]
fn the_same_files_again_plan_nothing() {
    let plan = replan(&imported(&good()), &good());
    assert!(plan.is_empty() && plan.left.is_empty(), "{plan:?}");
    assert_eq!(plan.summary(Lang::En), "Nothing to change.\n");
}

#[test]
fn changed_rows_change_just_those() {
    let mut current = imported(&good());
    let units = UNITS.replace("橙山村党支部", "橙山村党总支");
    let members = MEMBERS
        .replace("2026-12-31", "2027-06-30")
        .replace("谢玉兰", "谢玉兰兰");
    let households = HOUSEHOLDS.replace("韦秀英,4", "韦秀英（儿媳）,5");
    let changed = files(&units, &members, &households);
    let plan = replan(&current, &changed);
    assert_eq!(
        whats(&plan),
        [
            (
                File::Units,
                5,
                What::UnitRenamed {
                    from: "橙山村党支部".into(),
                    to: "橙山村党总支".into()
                }
            ),
            (File::Members, 2, What::AppointmentAmended),
            (File::Members, 3, What::AppointmentAmended),
            (File::Households, 2, What::ContactChanged),
            (
                File::Households,
                2,
                What::CountChanged {
                    from: "4".into(),
                    to: "5".into()
                }
            ),
        ]
    );
    carry_out(&mut current, &plan);
    assert!(replan(&current, &changed).is_empty());
}

#[test]
fn a_row_for_a_later_term_is_another_appointment() {
    let mut current = imported(&good());
    let ended = MEMBERS.replace("2024-03-01,", "2024-03-01,2025-03-01");
    let plan = replan(&current, &files(UNITS, &ended, HOUSEHOLDS));
    carry_out(&mut current, &plan);
    let again = format!("{ended}xie,谢玉兰,alley_chief,tiancheng,2026-01-01,\n");
    let plan = replan(&current, &files(UNITS, &again, HOUSEHOLDS));
    assert_eq!(whats(&plan), [(File::Members, 4, What::Appointed)]);
}

#[test]
fn an_unchanged_row_reinstates_nobody_whose_post_was_ended() {
    let end = |current: &mut Current, at: usize, until: Time| {
        current.appointments[at].until = Some(until);
        current.appointments[at].ends.push(Some(until));
    };
    let mut current = imported(&good());
    let now = parse_rfc3339("2026-05-04T10:30:00+08:00").unwrap();
    end(&mut current, 0, now);
    end(&mut current, 1, now);
    let plan = replan(&current, &good());
    assert!(plan.is_empty(), "{plan:?}");
    let ended: Vec<&str> = plan.ended.iter().map(|ended| ended.key.as_str()).collect();
    assert_eq!(
        ended,
        [
            "xie alley_chief tiancheng",
            "qin branch_secretary chengshan-branch"
        ]
    );
    assert!(plan.summary(Lang::En).contains("stays ended"));

    // Another name is taken over, without the post.
    let renamed = MEMBERS.replace("谢玉兰", "谢玉兰兰");
    let plan = replan(&current, &files(UNITS, &renamed, HOUSEHOLDS));
    carry_out(&mut current, &plan);
    assert_eq!(
        (
            current.appointments[0].name.as_str(),
            current.appointments[0].until
        ),
        ("谢玉兰兰", Some(now))
    );
    // An end that the list never had is a new one; so is an earlier one.
    for until in ["2027-06-30", "2026-01-01"] {
        let plan = replan(
            &current,
            &files(UNITS, &renamed.replace("2026-12-31", until), HOUSEHOLDS),
        );
        assert_eq!(
            whats(&plan),
            [(File::Members, 3, What::AppointmentAmended)],
            "{until}"
        );
    }
    // A row that begins later is another appointment.
    let again = renamed.replace("2024-03-01", "2026-06-01");
    let plan = replan(&current, &files(UNITS, &again, HOUSEHOLDS));
    assert_eq!(whats(&plan), [(File::Members, 2, What::Appointed)]);
}

#[test]
fn what_left_the_files_is_told_and_stays() {
    let current = imported(&good());
    let units = UNITS.replace("roads,交通站,department,sipai\n", "");
    let members = MEMBERS.lines().take(2).collect::<Vec<_>>().join("\n");
    let plan = replan(
        &current,
        &Files {
            units: Some(units.into()),
            members: Some(members.into()),
            ..Files::default()
        },
    );
    assert!(plan.is_empty());
    let left: Vec<(File, &str)> = plan
        .left
        .iter()
        .map(|left| (left.file, left.key.as_str()))
        .collect();
    assert_eq!(
        left,
        [
            (File::Units, "roads"),
            (File::Members, "qin branch_secretary chengshan-branch")
        ]
    );
    assert!(plan.summary(Lang::Zh).contains("保持原样"));
}

#[test]
fn a_household_that_changed_its_alley_is_moved_into_a_new_one() {
    let mut current = imported(&good());
    let units = format!("{UNITS}guihua,桂花巷,alley,chengshan\n");
    let households = HOUSEHOLDS.replace("tiancheng,甜橙巷1号", "guihua,甜橙巷1号");
    let changed = files(&units, MEMBERS, &households);
    let plan = replan(&current, &changed);
    let moved = What::HouseholdMoved {
        from: "tiancheng".into(),
        to: "guihua".into(),
    };
    assert_eq!(
        whats(&plan),
        [
            (File::Units, 7, What::UnitCreated),
            (File::Households, 2, moved)
        ]
    );
    carry_out(&mut current, &plan);
    assert_eq!(current.households[0].alley, "guihua");
    assert!(replan(&current, &changed).is_empty());
}

#[test]
fn an_unchanged_row_does_not_undo_what_a_chief_wrote() {
    let mut current = imported(&good());
    current.households[0].contact.values = vec![(CommandId([9; 16]), "韦秀英的女儿".into())];
    current.households[0].door.values = vec![(CommandId([8; 16]), "甜橙巷1号之一".into())];
    assert!(replan(&current, &good()).is_empty());
    let plan = replan(
        &current,
        &files(UNITS, MEMBERS, &HOUSEHOLDS.replace("韦秀英", "韦秀兰")),
    );
    assert_eq!(whats(&plan), [(File::Households, 2, What::ContactChanged)]);
}

#[test]
fn a_conflict_is_ended_by_a_changed_row_that_replaces_all_its_values() {
    let mut current = imported(&good());
    let ids = [CommandId([1; 16]), CommandId([2; 16])];
    current.households[0].count.values = vec![(ids[0], "3".into()), (ids[1], "6".into())];
    let plan = replan(
        &current,
        &files(UNITS, MEMBERS, &HOUSEHOLDS.replace("韦秀英,4", "韦秀英,6")),
    );
    let bodies = bodies(&plan);
    let [Body::Household(HouseholdCommand::Edit(edit))] = bodies.as_slice() else {
        panic!("{bodies:?}")
    };
    assert_eq!(edit.replaces.to_vec(), ids);
}

#[test]
fn a_units_kind_never_changes() {
    let current = imported(&good());
    assert_eq!(current.units["roads"].kind, UnitKind::Department);
    let units = UNITS.replace("交通站,department", "交通站,centre");
    assert_eq!(
        codes(&files(&units, MEMBERS, HOUSEHOLDS), &current),
        [(File::Units, 6, "kind_changed")]
    );
}

#[test]
fn a_folder_without_the_files_is_told() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(
        read_folder(folder.path()),
        Err(ReadFolderError::NoFiles(_))
    ));
    assert!(matches!(
        read_folder(&folder.path().join("no")),
        Err(ReadFolderError::NoFolder(_))
    ));
    std::fs::write(folder.path().join("units.csv"), UNITS).unwrap();
    assert_eq!(
        read_folder(folder.path()).unwrap().units.as_deref(),
        Some(UNITS.as_bytes())
    );
}

#[test]
fn a_household_s_number_is_imported_where_the_list_has_one_and_else_stays() {
    let with = |phone: &str, may: &str| {
        let rows = format!(
            "alley,door,contact,phone,may_text,count\ntiancheng,甜橙巷1号,韦秀英,{phone},{may},4\n"
        );
        files(UNITS, MEMBERS, &rows)
    };
    let current = imported(&with("138 1234-1234", "是"));
    let household = &current.households[0];
    assert_eq!(household.phone.shown(), "13812341234");
    assert_eq!(household.may_text.shown(), "true");
    // Without the columns nothing is said of them, and what stays the same is no change.
    let without = "alley,door,contact,count\ntiancheng,甜橙巷1号,韦秀英,4\n";
    assert_eq!(
        whats(&replan(&current, &files(UNITS, MEMBERS, without))),
        []
    );
    assert_eq!(whats(&replan(&current, &with("13812341234", "yes"))), []);
    let changed = replan(&current, &with("", "no"));
    let expected = [What::PhoneChanged, What::MayTextChanged];
    assert_eq!(
        whats(&changed),
        expected.map(|what| (File::Households, 2, what))
    );
    // Nobody has set it: that is a no.
    let unset = imported(&with("", ""));
    assert_eq!(whats(&replan(&unset, &with("", "否"))), []);
    let faults = [("1234", "", "bad_phone"), ("", "也许", "bad_answer")];
    for (phone, may, code) in faults {
        assert_eq!(
            codes(&with(phone, may), &empty()),
            [(File::Households, 2, code)]
        );
    }
}
