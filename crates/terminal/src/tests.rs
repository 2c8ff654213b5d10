mod book;
mod confidential;
mod handlers;
mod keeping;
mod lease;
mod offers;
mod resident;
mod slips;
mod stopped;
mod story;
mod taking_back;
mod town;

use std::path::Path;

use serde_json::Value;

use super::*;

/// One line typed in a world without environment; exit code, output, error output.
pub(super) fn type_line(home: &Path, line: &[&str]) -> (u8, String, String) {
    type_in(home, line, &[])
}

/// One line typed in an environment.
pub(super) fn type_in(
    home: &Path,
    line: &[&str],
    environment: &[(&str, &str)],
) -> (u8, String, String) {
    let variable = |name: &str| {
        environment
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, text)| (*text).to_owned())
    };
    let home = home.to_str().unwrap();
    let args = ["alleyway", "--home", home]
        .into_iter()
        .chain(line.iter().copied())
        .map(OsString::from);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(args, &variable, &mut out, &mut err);
    (
        code,
        String::from_utf8(out).unwrap(),
        String::from_utf8(err).unwrap(),
    )
}

fn error_of(text: &str) -> (String, String) {
    let value: Value = serde_json::from_str(text).unwrap();
    let word = |name: &str| value["error"][name].as_str().unwrap().to_owned();
    (word("code"), word("text"))
}

#[test]
fn a_line_that_is_not_understood_is_a_usage_error_in_both_forms() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, err) = type_line(folder.path(), &["fly"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("fly"));
    let (code, _, err) = type_line(
        folder.path(),
        &["--json", "verify", "2047", "--result", "maybe"],
    );
    assert_eq!(code, 2);
    assert_eq!(error_of(&err).0, "usage");
}

#[test]
fn a_usage_error_is_told_in_the_language_that_was_asked_for() {
    let home = tempfile::tempdir().unwrap();
    for (lang, begins) in [
        ("en", "The command was not understood"),
        ("zh", "命令写法不对"),
    ] {
        let (_, _, err) = type_line(home.path(), &["--json", "--lang", lang, "fly"]);
        assert!(error_of(&err).1.starts_with(begins), "{err}");
    }
}

#[test]
fn help_and_version_are_no_errors() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, _) = type_line(folder.path(), &["--help"]);
    assert_eq!(code, 0);
    assert!(out.contains("第一天") && out.contains("上报"));
    let (_, out, _) = type_line(folder.path(), &["--lang", "en", "--help"]);
    assert!(out.contains("A first day"));
    assert_eq!(type_line(folder.path(), &["--version"]).0, 0);
}

#[test]
fn what_is_common_to_all_commands_is_checked_first() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, err) = type_line(folder.path(), &["--lang", "de", "cases"]);
    assert_eq!((code, err.contains("zh")), (2, true));
    let (code, _, err) = type_line(
        folder.path(),
        &["--lang", "en", "--now", "tomorrow", "cases"],
    );
    assert_eq!((code, err.contains("Not a time")), (2, true));
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = ["alleyway", "cases"].map(OsString::from);
    assert_eq!(run(args, &|_| None, &mut out, &mut err), 2);
    assert!(String::from_utf8(err).unwrap().contains("--home"));
}

#[test]
fn a_device_that_is_not_enrolled_says_so_and_makes_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("xie");
    for line in [
        &["cases"][..],
        &["sync"],
        &["whoami"],
        &["accept", "2047"],
        &["refused"],
    ] {
        let (code, _, err) = type_line(&home, &[&["--json"], line].concat());
        assert_eq!(code, 9, "{line:?}");
        assert_eq!(error_of(&err).0, "not_enrolled");
    }
    assert!(!home.exists());
}

#[test]
fn a_store_in_use_and_a_damaged_one_have_exit_codes_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let store = alleyway_device::store::DeviceStore::open(folder.path()).unwrap();
    let (code, _, err) = type_line(folder.path(), &["--json", "cases"]);
    assert_eq!((code, error_of(&err).0.as_str()), (7, "store_locked"));
    drop(store);
    std::fs::write(
        folder.path().join(alleyway_device::store::FILE_NAMES[0]),
        "junk".repeat(5_000),
    )
    .unwrap();
    let (code, _, err) = type_line(folder.path(), &["--json", "cases"]);
    assert_eq!((code, error_of(&err).0.as_str()), (8, "store_damaged"));
}

#[test]
fn enrolment_checks_address_and_code_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("xie");
    let (code, _, err) = type_line(
        &home,
        &["--json", "enrol", "town.example", "0000-0000-0000-0000"],
    );
    assert_eq!((code, error_of(&err).0.as_str()), (2, "usage"));
    let (code, _, err) = type_line(&home, &["--json", "enrol", "http://127.0.0.1:1", "wrong"]);
    assert_eq!((code, error_of(&err).0.as_str()), (2, "bad_code"));
    assert!(!home.exists());
}

#[test]
fn enrolment_without_network_says_so_and_keeps_the_keys_for_the_next_try() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("xie");
    let code = alleyway_core::number::TrackingCode::from_random([7; 15]).to_string();
    let (exit, _, err) = type_line(&home, &["--json", "enrol", "http://127.0.0.1:1", &code]);
    assert_eq!((exit, error_of(&err).0.as_str()), (5, "no_network"));
    assert!(home.join(alleyway_device::store::FILE_NAMES[0]).exists());
}
