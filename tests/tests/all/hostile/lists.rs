//! Lists of another shape, imported by the real program into a running town.

use std::path::Path;
use std::process::{Command, Output};

use alleyway_tests::process::Binaries;

use super::stage::Stage;

const UNITS: &str = "unit,name,kind,parent\n";
const MEMBERS: &str = "member,name,post,unit,from,until\n";
const HOUSEHOLDS: &str = "alley,door,contact,count\n";

/// A file, what is in it, and its bad rows: line and code.
type Case = (&'static str, Vec<u8>, Vec<(u32, &'static str)>);

/// Imports files by name and content.
fn import(data: &Path, files: &[(&str, &[u8])], flags: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).expect("a temporary folder");
    }
    let binaries = Binaries::find().expect("built");
    Command::new(binaries.server)
        .args(["import", "--data"])
        .args([data, folder.path()])
        .args(flags)
        .output()
        .expect("the program")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_list_of_another_shape_changes_nothing_and_each_bad_row_is_named() {
    let mut stage = Stage::new();
    let before = stage.stored();
    let with = |head: &str, rows: &str| format!("{head}{rows}").into_bytes();
    let cases: Vec<Case> = vec![
        (
            "units.csv",
            b"name,kind\n".to_vec(),
            vec![(1, "missing_column")],
        ),
        (
            "units.csv",
            b"unit,name,kind,parent,colour\n".to_vec(),
            vec![(1, "unknown_column")],
        ),
        (
            "units.csv",
            b"\xff\xfe\x00u".to_vec(),
            vec![(1, "not_utf8")],
        ),
        (
            "units.csv",
            with(UNITS, "a,甲,alley\nb,乙,alley,chengshan,x,y\n"),
            vec![(2, "field_count"), (3, "field_count")],
        ),
        (
            "units.csv",
            with(UNITS, "a,甲,castle,chengshan\nb,,alley,chengshan\n"),
            vec![(2, "unknown_kind"), (3, "empty")],
        ),
        (
            "units.csv",
            with(UNITS, "a,甲,alley,nowhere\n"),
            vec![(2, "unknown_parent")],
        ),
        (
            "members.csv",
            with(
                MEMBERS,
                "li,李,king,tiancheng,,\nli,李,alley_chief,nowhere,,\n",
            ),
            vec![(2, "unknown_post"), (3, "unknown_unit")],
        ),
        (
            "members.csv",
            with(MEMBERS, "li,李,alley_chief,tiancheng,2026-02-30,\n"),
            vec![(2, "bad_date")],
        ),
        (
            "households.csv",
            with(HOUSEHOLDS, "tiancheng,1号,李,many\ntiancheng,2号,李,-1\n"),
            vec![(2, "bad_count"), (3, "bad_count")],
        ),
        (
            "households.csv",
            with(
                HOUSEHOLDS,
                "tiancheng,9号,\"李\",3\ntiancheng,\"10\u{7}号\",李,3\n",
            ),
            vec![(3, "control_character")],
        ),
    ];
    for (name, content, faults) in &cases {
        for flags in [&[][..], &["--dry-run"]] {
            let output = import(&stage.data(), &[(name, content)], flags);
            let said = said(&output);
            assert_eq!(output.status.code(), Some(65), "{name}: {said}");
            for (line, code) in faults {
                let named = said.lines().any(|told| {
                    told.starts_with(&format!("{name}:{line}:"))
                        && told.contains(&format!("[{code}]"))
                });
                assert!(named, "{name}:{line} {code} in\n{said}");
            }
            assert!(
                said.contains("[bad_rows]") || said.contains("[rejected]"),
                "a stable code of the whole: {said}"
            );
            assert_eq!(stage.stored(), before, "{said}");
        }
    }
    stage.goes_on();
}

#[test]
fn one_bad_row_among_good_ones_keeps_all_of_them_out() {
    let mut stage = Stage::new();
    let before = stage.stored();
    let good = format!("{HOUSEHOLDS}tiancheng,801号,李,3\n");
    let bad = format!("{MEMBERS}li,李,king,tiancheng,,\n");
    let files: [(&str, &[u8]); 2] = [
        ("households.csv", good.as_bytes()),
        ("members.csv", bad.as_bytes()),
    ];
    let output = import(&stage.data(), &files, &[]);
    assert_eq!(output.status.code(), Some(65), "{}", said(&output));
    assert_eq!(stage.stored(), before);
    // Without the bad file the good one is taken; a dry run says so and does nothing.
    let dry = import(&stage.data(), &files[..1], &["--dry-run"]);
    assert_eq!(
        (dry.status.code(), stage.stored()),
        (Some(0), before),
        "{}",
        said(&dry)
    );
    let done = import(&stage.data(), &files[..1], &[]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    assert!(stage.sequence() > before.0);
    stage.goes_on();
}

#[test]
fn a_folder_without_lists_is_told_so() {
    let mut stage = Stage::new();
    let before = stage.stored();
    let empty = import(&stage.data(), &[], &[]);
    assert_eq!(empty.status.code(), Some(65));
    assert!(said(&empty).contains("units.csv"), "{}", said(&empty));
    let binaries = Binaries::find().expect("built");
    let nowhere = Command::new(binaries.server)
        .args(["import", "/nowhere/at/all", "--data"])
        .arg(stage.data())
        .output()
        .expect("the program");
    assert_eq!(nowhere.status.code(), Some(65), "{}", said(&nowhere));
    assert_eq!(stage.stored(), before);
    stage.goes_on();
}
