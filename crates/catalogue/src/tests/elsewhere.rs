//! No text that people see stands in the code of another crate: shipping code there has no Chinese
//! character. Comments may have some, and so may tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Files and folders below `crates/` that hold Chinese as data.
const EXCEPT: &[&str] = &[
    "catalogue/",
    // The sign between two texts that are both kept, as it stands in documents.
    "replica/src/conflict.rs",
    // Sample documents that only tests see.
    "core/src/documents/samples.rs",
];

#[test]
fn shipping_code_elsewhere_has_no_chinese_character() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let files = sources(crates);
    assert!(files.len() > 200, "too few files: {}", files.len());
    let of_tests = test_modules(&files);
    let mut found = Vec::new();
    for file in &files {
        let name = file.strip_prefix(crates).unwrap().display().to_string();
        if EXCEPT.iter().any(|except| name.starts_with(except))
            || of_tests.iter().any(|module| file.starts_with(module))
        {
            continue;
        }
        for (line, text) in chinese(&fs::read_to_string(file).unwrap()) {
            found.push(format!("{name}:{line}: {text}"));
        }
    }
    assert!(
        found.is_empty(),
        "texts belong into crates/catalogue:\n{}",
        found.join("\n")
    );
}

#[test]
fn every_exception_is_there() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for except in EXCEPT {
        assert!(crates.join(except).exists(), "{except} is gone");
    }
}

#[test]
fn chinese_is_found_in_code_and_not_in_comments_or_tests() {
    const NONE: [usize; 0] = [];
    let found = |code: &str| -> Vec<usize> {
        let found = chinese(code);
        found.into_iter().map(|(line, _)| line).collect()
    };
    assert_eq!(found("let a = 1;\nlet b = \"路\";"), [2]);
    assert_eq!(found("let a = '路';"), [1]);
    assert_eq!(found("let a = r#\"// \"路\"#;"), [1]);
    assert_eq!(found("let a = \"\\\"// 路\";"), [1]);
    assert_eq!(found("let a = '\"'; // 路\nlet b = '\\''; // 路"), NONE);
    assert_eq!(
        found("/// 路\nlet a = 1; // 路\n/* 路 */ fn f<'a>() {} // 路"),
        NONE
    );
    assert_eq!(
        found("#[cfg(test)]\nmod tests {\n    let a = \"路\";\n}\n"),
        NONE
    );
    assert_eq!(
        found("#[cfg(test)]\nmod tests;\nlet a = \"路\";"),
        [3],
        "behind the test"
    );
    assert_eq!(found("let a = \"：\";"), [1], "its punctuation too");
}

/// Every Rust file of the crates' `src` folders.
fn sources(crates: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut folders: Vec<PathBuf> = entries(crates)
        .into_iter()
        .map(|of_crate| of_crate.join("src"))
        .filter(|folder| folder.is_dir())
        .collect();
    while let Some(folder) = folders.pop() {
        for path in entries(&folder) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.insert(path);
            }
        }
    }
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// The files and folders of modules that are declared for tests alone.
fn test_modules(files: &BTreeSet<PathBuf>) -> Vec<PathBuf> {
    let mut modules = Vec::new();
    for file in files {
        let code = fs::read_to_string(file).unwrap();
        let stem = file.file_stem().unwrap();
        let inside = if ["lib", "main"].iter().any(|root| stem == *root) {
            file.parent().unwrap().to_owned()
        } else {
            file.with_extension("")
        };
        let mut lines = code.lines().map(str::trim).peekable();
        while let Some(line) = lines.next() {
            if line != "#[cfg(test)]" {
                continue;
            }
            let module = lines.peek().and_then(|line| {
                let line = line.split_once("mod ")?.1;
                line.strip_suffix(';')
            });
            if let Some(module) = module {
                modules.push(inside.join(module));
                modules.push(inside.join(format!("{module}.rs")));
            }
        }
    }
    modules
}

/// The lines whose code has a Chinese character, its tests left out.
fn chinese(code: &str) -> Vec<(usize, &str)> {
    let bare = without_comments(code);
    let mut of_tests = false;
    let mut found = Vec::new();
    for (at, (bare, line)) in bare.lines().zip(code.lines()).enumerate() {
        of_tests |= bare == "#[cfg(test)]";
        if !of_tests && bare.chars().any(is_chinese) {
            found.push((at + 1, line));
        }
        // An item ends where a line begins with its last sign, as the code is formatted.
        if bare.starts_with('}') || (!bare.starts_with(char::is_whitespace) && bare.ends_with(';'))
        {
            of_tests = false;
        }
    }
    found
}

/// Ideographs, and the punctuation that stands among them.
fn is_chinese(c: char) -> bool {
    matches!(u32::from(c), 0x2e80..=0x9fff | 0xf900..=0xfaff | 0xff00..=0xffef | 0x2_0000..=0x3_ffff)
}

/// The code with its comments blanked out, its lines kept.
fn without_comments(code: &str) -> String {
    let mut out = String::new();
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let (taken, kept) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), false)
        } else if rest.starts_with("/*") {
            (rest.find("*/").map_or(rest.len(), |at| at + 2), false)
        } else if rest.starts_with("r\"") || rest.starts_with("r#") {
            (raw(rest), true)
        } else if c == '"' {
            (quoted(rest, '"'), true)
        } else if c == '\'' && is_char(rest) {
            (quoted(rest, '\''), true)
        } else {
            (c.len_utf8(), true)
        };
        let (token, after) = rest.split_at(taken);
        if kept {
            out.push_str(token);
        } else {
            out.extend(token.chars().filter(|c| *c == '\n'));
        }
        rest = after;
    }
    out
}

/// The length of a raw string, or of the letter if it begins none.
fn raw(text: &str) -> usize {
    let hashes = text[1..].chars().take_while(|c| *c == '#').count();
    if !text[1 + hashes..].starts_with('"') {
        return 1;
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let body = 2 + hashes;
    text[body..]
        .find(&end)
        .map_or(text.len(), |at| body + at + end.len())
}

/// The length of a string or a character.
fn quoted(text: &str, mark: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == mark => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// True for a character, not a lifetime.
fn is_char(text: &str) -> bool {
    let mut chars = text.chars().skip(1);
    let first = chars.next();
    first == Some('\\') || chars.next() == Some('\'')
}
