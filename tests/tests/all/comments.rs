//! A comment says something of what it stands at: it has a subject, and no question's word in its
//! place. "What …" says that there is something to know, and not what; "Whether …" is for what is true
//! or false.
//!
//! Read as text, as a reviewer would.

use std::path::Path;

use super::kinds::sources_of;

/// The workspace's folder of crates.
const CRATES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates");

/// The shipping sources of all crates: their paths and texts.
fn sources() -> Vec<(String, String)> {
    sources_of(|name| {
        let is_test = name.contains("/tests/") || name.ends_with("/tests.rs");
        name.contains("/src/") && !is_test
    })
}

/// A doc comment: the line it begins on, its first words, and the head of what it stands at; of a
/// comment on a module, nothing.
struct Comment<'a> {
    line: usize,
    text: &'a str,
    item: String,
}

/// The doc comments of a source.
fn comments(source: &str) -> Vec<Comment<'_>> {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let text_of = |line: &'static str, at: usize| {
        let text = lines.get(at).and_then(|text| text.strip_prefix(line))?;
        (!text.starts_with('/')).then(|| text.trim_start())
    };
    let mut comments = Vec::new();
    for mark in ["//!", "///"] {
        let mut at = 0;
        while at < lines.len() {
            let Some(text) = text_of(mark, at) else {
                at += 1;
                continue;
            };
            let line = at + 1;
            while text_of(mark, at).is_some() {
                at += 1;
            }
            let item = if mark == "//!" {
                String::new()
            } else {
                head(lines.get(at..).unwrap_or_default())
            };
            comments.push(Comment { line, text, item });
        }
    }
    comments
}

/// The head of an item, without its attributes and its body.
fn head(lines: &[&str]) -> String {
    let is_attribute = |line: &&&str| line.starts_with("#[") || line.starts_with("$(#[");
    let mut head = String::new();
    for line in lines.iter().skip_while(is_attribute).take(24) {
        head.push_str(line);
        head.push(' ');
        if line.ends_with(['{', ';', '}']) || (line.ends_with(',') && !head.contains("fn ")) {
            break;
        }
    }
    head
}

/// Whether a comment opens with a question's word where nothing is asked.
fn is_no_statement(comment: &Comment<'_>) -> bool {
    let is_boolean = ["bool", "Bool", "flag()", "Result<"];
    match comment.text.split(' ').next() {
        Some("What" | "What.") => true,
        Some("Whether") => !is_boolean.iter().any(|word| comment.item.contains(word)),
        _ => false,
    }
}

#[test]
fn no_comment_opens_with_a_question_s_word_where_nothing_is_asked() {
    let mut found = Vec::new();
    for (name, text) in sources() {
        let wrong = comments(&text).into_iter().filter(is_no_statement);
        found.extend(wrong.map(|of| format!("{name}:{}: {}", of.line, of.text)));
    }
    assert!(found.is_empty(), "{}:\n{}", found.len(), found.join("\n"));
    assert!(Path::new(CRATES).is_dir());
}

#[test]
fn a_question_s_word_is_found_and_a_boolean_is_not() {
    let source = "//! What is here.\n\n/// What it is.\npub kind: Kind,\n/// Whether it is.\n\
                  #[must_use]\npub fn is(\n    &self,\n) -> bool {\n/// Whether it stands.\n\
                  pub enum State {\n/// A state. What it is.\npub fn state();\n";
    let comments = comments(source);
    let wrong: Vec<usize> = comments
        .iter()
        .filter(|comment| is_no_statement(comment))
        .map(|comment| comment.line)
        .collect();
    assert_eq!(wrong, [1, 3, 10]);
}
