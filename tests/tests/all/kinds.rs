//! Nothing outside a kind's folder names a kind of document: whoever wants to know something asks,
//! and the kind answers. A new kind is then found everywhere without a search.
//!
//! Read as text, as a reviewer would: a `match` or a comparison needs the variant's name, and a helper
//! like `is_case` the folder's.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::fs;
use std::path::{Path, PathBuf};

/// The workspace's folder of crates.
const CRATES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates");
/// Where kinds are declared, beside their folders.
const KINDS: &str = "core/src/kinds";
/// Test code, which says what it means.
const TESTS: &[&str] = &[
    "/tests/",
    "/tests.rs",
    "/samples.rs",
    "/golden.rs",
    "core/src/policy/page",
];

/// A kind, as it is declared: `1 => case: Case(CaseCommand),`.
struct Declared {
    folder: String,
    variant: String,
    command: String,
}

fn declared() -> Vec<Declared> {
    let source = fs::read_to_string(Path::new(CRATES).join(KINDS).with_extension("rs")).unwrap();
    let parse = |line: &str| {
        let (number, rest) = line.trim().split_once(" => ")?;
        number.parse::<u8>().ok()?;
        let (folder, rest) = rest.split_once(": ")?;
        let (variant, rest) = rest.split_once('(')?;
        let (command, _) = rest.split_once(')')?;
        let [folder, variant, command] = [folder, variant, command].map(str::to_owned);
        Some(Declared {
            folder,
            variant,
            command,
        })
    };
    source.lines().filter_map(parse).collect()
}

/// The shipping sources of all crates, without those of the kinds: their paths and texts.
fn sources() -> Vec<(String, String)> {
    sources_of(|name| !name.starts_with(KINDS) && is_shipped(name))
}

/// The sources of all crates whose paths are `wanted`: their paths and texts, without tests in them.
pub(super) fn sources_of(wanted: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let mut folders: Vec<PathBuf> = vec![CRATES.into()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(CRATES).unwrap();
            let name = name.to_str().unwrap().to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") && wanted(&name) {
                let text = fs::read_to_string(path).unwrap();
                let shipped = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
                sources.push((name, shipped.to_owned()));
            }
        }
    }
    sources
}

fn is_shipped(name: &str) -> bool {
    name.contains("/src/") && !TESTS.iter().any(|tests| name.contains(tests))
}

/// The lines that have one of the words, each as `file:line: word`.
fn naming(sources: &[(String, String)], words: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, text) in sources {
        for (number, line) in (1..).zip(text.lines()) {
            let code = line.split("//").next().unwrap();
            let named = words.iter().filter(|word| has_word(code, word));
            found.extend(named.map(|word| format!("{name}:{number}: {word}")));
        }
    }
    found
}

/// Whether the code has the word, not as a part of a longer one.
fn has_word(code: &str, word: &str) -> bool {
    let is_of_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !before.is_some_and(is_of_word) && !after.is_some_and(is_of_word)
    })
}

#[test]
fn nothing_outside_a_kinds_folder_names_a_kind() {
    let kinds = declared();
    assert!(kinds.len() >= 5, "the declaration of kinds was not found");
    let mut words = Vec::new();
    for kind in &kinds {
        let Declared {
            folder, variant, ..
        } = kind;
        words.extend([
            format!("DocumentKind::{variant}"),
            format!("Body::{variant}"),
        ]);
        words.extend([format!("is_{folder}"), format!("is_a_{folder}")]);
    }
    let found = naming(&sources(), &words);
    assert!(
        found.is_empty(),
        "ask the kind instead:\n{}",
        found.join("\n")
    );
}

#[test]
fn the_core_tells_no_command_of_one_kind_from_others() {
    let commands: Vec<String> = declared().into_iter().map(|kind| kind.command).collect();
    let core: Vec<_> = sources()
        .into_iter()
        .filter(|(name, _)| name.starts_with("core/"))
        .collect();
    let found = naming(&core, &commands);
    assert!(
        found.is_empty(),
        "ask the kind instead:\n{}",
        found.join("\n")
    );
}

#[test]
fn names_are_found_in_code_and_not_in_comments_or_longer_names() {
    let words = ["Body::Case".to_owned(), "is_case".to_owned()];
    let source = |text: &str| vec![("a.rs".to_owned(), text.to_owned())];
    let found = |text: &str| naming(&source(text), &words).len();
    assert_eq!(found("matches!(body, Body::Case(_)) && is_case"), 2);
    assert_eq!(
        found("// Body::Case\nBody::CaseLater; this_is_case; is_cased()"),
        0
    );
}
