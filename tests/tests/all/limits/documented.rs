//! The manual's tables of limits say what the code says.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use alleyway_server::config::KEYS;

const MANUAL: &str = include_str!("../../../../docs/operations.md");
const CORE: &str = include_str!("../../../../crates/core/src/limits.rs");

/// The rows of the table that begins with this head, each as its cells.
fn table(head: &str) -> Vec<Vec<&'static str>> {
    let (_, rest) = MANUAL
        .split_once(head)
        .unwrap_or_else(|| panic!("docs/operations.md has no table `{head}`"));
    let rows = rest
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect()
}

/// The number constants of a source file, by name, as they are written.
fn constants(source: &str) -> BTreeMap<&str, &str> {
    let lines = source.lines().filter_map(|line| {
        let (_, rest) = line.trim().strip_suffix(';')?.split_once("const ")?;
        let (name, rest) = rest.split_once(": ")?;
        let (kind, value) = rest.split_once(" = ")?;
        ["usize", "u64", "u32", "u16", "i64"]
            .contains(&kind)
            .then_some((name, value))
    });
    lines.collect()
}

/// What products, sums and differences of numbers, and of constants of the core, come to.
fn value(text: &str) -> u64 {
    if let Some((from, less)) = text.rsplit_once(" - ") {
        return value(from) - value(less);
    }
    text.split('+')
        .map(|sum| sum.split('*').map(str::trim).map(number).product::<u64>())
        .sum()
}

fn number(text: &str) -> u64 {
    let digits = text.replace('_', "");
    digits.parse().unwrap_or_else(|_| {
        value(
            constants(CORE)
                .get(text)
                .unwrap_or_else(|| panic!("`{text}`")),
        )
    })
}

/// `1,024` as it is printed.
fn printed(text: &str) -> u64 {
    text.replace(',', "")
        .parse()
        .unwrap_or_else(|_| panic!("`{text}` in docs/operations.md"))
}

#[test]
fn every_limit_of_the_core_is_in_the_manual_with_its_value() {
    let mut code = constants(CORE);
    assert!(code.len() > 50, "{}", code.len());
    for row in table("| limit | value | unit | beyond it | code |") {
        assert_eq!(row.len(), 5, "{row:?}");
        let name = row[0].trim_matches('`');
        let written = code
            .remove(name)
            .unwrap_or_else(|| panic!("{name} is in docs/operations.md, but not in limits.rs"));
        assert_eq!(printed(row[1]), value(written), "{name}");
    }
    assert!(
        code.is_empty(),
        "not in docs/operations.md, section 9: {code:?}"
    );
}

/// The rows behind a heading that name a limit and its file, each with the value.
fn rows_behind(heading: &str) -> BTreeMap<(String, String), &'static str> {
    let (_, rest) = MANUAL
        .split_once(heading)
        .unwrap_or_else(|| panic!("docs/operations.md has no `{heading}`"));
    let lines = rest
        .lines()
        .skip_while(|line| !line.starts_with("| `"))
        .take_while(|line| line.starts_with('|'));
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let mut words = cells[0].split('`').skip(1).step_by(2).map(str::to_owned);
        (
            (words.next().expect("a name"), words.next().expect("a file")),
            cells[1],
        )
    };
    lines.map(row).collect()
}

/// The sources below a folder, without tests.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_stem()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if name == "tests" || (name == "limits" && folder.ends_with("core/src")) {
            continue;
        }
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// Crates whose limits stand in one table: those of the first by their path in it, those of the
/// others behind the crate's name.
const TABLES: [(&str, &[&str]); 3] = [
    ("Of the server's edge and its store:", &["server"]),
    (
        "Elsewhere in the core (`crates/core/src/`), in `crates/ledger/src/` and in \
         `crates/replica/src/`:",
        &["core", "ledger", "replica"],
    ),
    (
        "Of a phone's program (`crates/device/src/`), in `crates/client/src/` and in \
         `crates/terminal/src/`:",
        &["device", "client", "terminal"],
    ),
];

/// The number constants of crates, by name and file as the manual calls it, as they are written.
fn bounds(crates: &[&str]) -> BTreeMap<(String, String), String> {
    let mut found = BTreeMap::new();
    for (at, krate) in crates.iter().enumerate() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
        let root = root.join(krate).join("src");
        let mut files = Vec::new();
        sources(&root, &mut files);
        assert!(files.len() > 15, "{krate}: {}", files.len());
        for path in files {
            let file = path.strip_prefix(&root).expect("below");
            let file = file.to_str().expect("a name");
            let file = if at == 0 {
                file.to_owned()
            } else {
                format!("{krate}/{file}")
            };
            let source = std::fs::read_to_string(&path).expect("a source");
            for (name, written) in constants(&source) {
                found.insert((name.to_owned(), file.clone()), written.to_owned());
            }
        }
    }
    found
}

#[test]
fn the_limits_beside_the_code_are_in_the_manual_with_their_values() {
    for (heading, crates) in TABLES {
        let told = rows_behind(heading).into_iter();
        let told: BTreeMap<_, _> = told.map(|(row, value)| (row, printed(value))).collect();
        let bounds = bounds(crates);
        for (row, told) in &told {
            let written = bounds
                .get(row)
                .unwrap_or_else(|| panic!("{row:?} is in docs/operations.md, but not in the code"));
            assert_eq!(*told, value(written), "{row:?}");
        }
        let bounds = bounds
            .into_keys()
            .filter(|(name, _)| name.ends_with("_MAX"));
        let bounds = bounds.filter(|(name, _)| !NOT_OF_OPERATORS.contains(&name.as_str()));
        let untold: Vec<_> = bounds.filter(|row| !told.contains_key(row)).collect();
        assert!(
            untold.is_empty(),
            "not in docs/operations.md, section 9: {untold:?}"
        );
    }
}

/// Bounds of values that an operator gives, which the configuration's table has; and those of the
/// types of fields, which are made of bounds in the first table.
const NOT_OF_OPERATORS: [&str; 2] = ["DISK_RESERVE_BYTES_MAX", "BYTES_MAX"];

#[test]
fn every_key_of_the_configuration_is_in_the_manual_with_its_default() {
    let rows = table("| key | default | meaning |");
    let named: Vec<&str> = rows.iter().map(|row| row[0].trim_matches('`')).collect();
    let keys: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
    assert_eq!(named, keys);
    for (key, row) in KEYS.iter().zip(&rows) {
        let default = if key.default.is_empty() {
            "–".to_owned()
        } else {
            format!("`{}`", key.default)
        };
        assert_eq!(row[1], default, "{}", key.name);
        assert!(
            row[2].starts_with(key.about(alleyway_catalogue::Lang::En)),
            "{}: {}",
            key.name,
            row[2]
        );
    }
}
