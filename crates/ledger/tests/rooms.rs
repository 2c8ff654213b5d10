//! The ledger's rooms know only rooms below them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The rooms, from the top to the bottom. A room may name those that stand behind it.
const ROOMS: &[&str] = &[
    "play", "ledger", "answer", "hand_in", "resident", "reads", "town", "devices", "by_time",
    "scopes", "restore", "own", "append", "lists", "codes", "journal", "audit", "check", "export",
    "migrate", "tracked", "listed", "figures", "rows", "error", "setup", "stats",
];

/// The source files below a folder, without those that hold tests.
fn sources(folder: &Path, into: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, into)?;
        } else if path.extension().is_some_and(|of| of == "rs") && !path.ends_with("tests.rs") {
            into.push(path);
        }
    }
    Ok(())
}

/// The code of a file: without comments, and without its tests.
fn code(path: &Path) -> io::Result<String> {
    let text = fs::read_to_string(path)?;
    let shipped = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = shipped
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// What is named behind each `crate::` of a file.
fn named(code: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        let is_part = |c: &char| c.is_alphanumeric() || *c == '_';
        text.trim_start().chars().take_while(is_part).collect()
    };
    let mut named = Vec::new();
    for behind in code.split("crate::").skip(1) {
        match behind.strip_prefix('{') {
            Some(list) => {
                let list = list.split("};").next().unwrap_or_default();
                named.extend(list.split(',').map(word).filter(|name| !name.is_empty()));
            }
            None => named.push(word(behind)),
        }
    }
    named
}

#[test]
fn each_room_knows_only_rooms_below_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&source, &mut files).unwrap();
    let place = |room: &str| ROOMS.iter().position(|known| *known == room);
    let mut wrong = Vec::new();
    for path in files {
        let inside = path.strip_prefix(&source).unwrap();
        let first = inside.components().next().unwrap().as_os_str();
        let room = Path::new(first)
            .file_stem()
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        if room == "lib" {
            continue;
        }
        let Some(own) = place(&room) else {
            wrong.push(format!("{} is in no room that is known", inside.display()));
            continue;
        };
        let code = code(&path).unwrap();
        for name in named(&code) {
            if place(&name).is_none_or(|other| other < own) {
                wrong.push(format!("{} names crate::{name}", inside.display()));
            }
        }
        let is_root = inside.components().count() == 1;
        if is_root && code.contains("super::") {
            wrong.push(format!("{} reaches beside itself", inside.display()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The letters that stand in `text` between `open` and `close`.
fn letters(text: &str, open: &str, close: char) -> Vec<char> {
    let behind = text.match_indices(open);
    let letter = |(at, _): (usize, &str)| {
        let mut rest = text[at + open.len()..].chars();
        let letter = rest.next().filter(char::is_ascii_alphabetic)?;
        (rest.next() == Some(close)).then_some(letter)
    };
    behind.filter_map(letter).collect()
}

#[test]
fn each_row_of_the_store_stands_in_the_table_of_the_architecture_once() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![folder.join("src/rows/keys.rs")];
    sources(&folder.join("src/rows/keys"), &mut files).unwrap();
    let keys = files.iter().map(|file| fs::read_to_string(file).unwrap());
    let keys: String = keys
        .collect::<Vec<_>>()
        .concat()
        .lines()
        .filter(|line| !line.starts_with("//"))
        .collect();
    let used = [letters(&keys, "b'", '\''), letters(&keys, "b\"", '"')].concat();
    let used: BTreeSet<char> = used.into_iter().collect();
    let page = fs::read_to_string(folder.join("../../ARCHITECTURE.md")).unwrap();
    let (_, section) = page.split_once("## The ledger's store").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let rows = section
        .lines()
        .skip_while(|line| !line.starts_with("| key"));
    let rows = rows.skip(2).take_while(|line| line.starts_with('|'));
    let told: Vec<char> = rows
        .filter_map(|row| row.split(" | ").next())
        .flat_map(|key| letters(key, "`", '`'))
        .collect();
    let once: BTreeSet<char> = told.iter().copied().collect();
    assert_eq!(told.len(), once.len(), "twice: {told:?}");
    assert_eq!(once, used);
}

#[test]
fn what_a_file_names_is_found() {
    let code =
        "use crate::{LedgerStats, own};\nuse crate::rows::{Tx, keys};\ncrate::audit::write()";
    assert_eq!(named(code), ["LedgerStats", "own", "rows", "audit"]);
}
