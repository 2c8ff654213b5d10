//! A town written out, and made again from that.

use std::fs;
use std::io::BufRead as _;

use serde_json::Value;

use super::write::{export, export_with};
use super::*;
use crate::backup::tests::{Served, heads};
use crate::instance::Instance;

fn lines(path: &std::path::Path) -> Vec<Value> {
    let file = std::io::BufReader::new(fs::File::open(path).unwrap());
    file.lines()
        .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
        .collect()
}

#[test]
fn a_town_made_from_its_export_has_the_same_heads_under_fresh_keys() {
    let mut served = Served::new();
    let to = served.path("export");
    let made = export(&served.source(), &to).unwrap();
    assert!(matches!(
        export(&served.source(), &to),
        Err(ExportError::NotEmpty(_))
    ));
    let names: std::collections::BTreeSet<_> = to
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(
        names,
        ["documents.jsonl", "manifest.json", "rows.jsonl"]
            .map(Into::into)
            .into()
    );
    let request = ImportRequest {
        from: to.clone(),
        new: served.new_folder("new"),
    };
    let imported = import(&request, &mut |_, _| ()).unwrap();
    assert_eq!(
        (imported.rows, imported.documents, imported.incarnation),
        (made.rows, made.documents, 2)
    );
    served.stop();
    let (old, new) = (served.path("town"), served.path("new"));
    let keys = |folder: &std::path::Path| fs::read(folder.join("keys/slots")).unwrap();
    assert_ne!(keys(&old)[..32], keys(&new)[..32]);
    let (old, new) = (
        Instance::open(&old, 16).unwrap(),
        Instance::open(&new, 16).unwrap(),
    );
    assert_eq!(heads(&old.store), heads(&new.store));
    assert_eq!(old.town, new.town);
    // The audit of the old one says that it was written out, and by so many records.
    let rows = alleyway_ledger::audit_rows(&old.store, 1, 1_000_000).unwrap();
    assert!(
        rows.iter()
            .any(|(_, row)| matches!(row.what, alleyway_ledger::Audited::Exported(_)))
    );
    // What people read: every document with its kind, head and state.
    let documents = lines(&to.join("documents.jsonl"));
    assert_eq!(documents.len() as u64, made.documents);
    let unit = documents
        .iter()
        .find(|line| line["kind"] == "unit")
        .unwrap();
    assert_eq!(
        (&unit["state"]["kind"], unit["head"].as_str().unwrap().len()),
        (&Value::from("unit"), 64)
    );
    let sealed = lines(&to.join("rows.jsonl"))
        .iter()
        .filter(|row| row["slot"].is_u64())
        .count();
    assert!(sealed > 10, "what people wrote is to be sealed again");
}

#[test]
fn an_export_that_fails_half_way_leaves_no_plain_text_and_can_be_made_again() {
    let served = Served::new();
    let to = served.path("export");
    let in_the_way = || fs::create_dir(to.join("documents.jsonl")).unwrap();
    export_with(&served.source(), &to, &in_the_way).unwrap_err();
    fs::remove_dir(to.join("documents.jsonl")).unwrap();
    let left: Vec<_> = to
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(left.is_empty(), "{left:?}");
    export(&served.source(), &to).unwrap();
}

#[test]
fn an_export_that_is_cut_off_or_changed_is_refused_and_nothing_is_made() {
    let served = Served::new();
    let to = served.path("export");
    export(&served.source(), &to).unwrap();
    let request = ImportRequest {
        from: to.clone(),
        new: served.new_folder("new"),
    };
    let refused = |code: &str| {
        let error = import(&request, &mut |_, _| ()).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(!served.path("new").exists());
    };
    for name in ["rows.jsonl", "documents.jsonl"] {
        let whole = fs::read(to.join(name)).unwrap();
        let mut changed = whole.clone();
        changed[20] ^= 1;
        fs::write(to.join(name), &changed).unwrap();
        refused("export_damaged");
        fs::write(to.join(name), &whole[..whole.len() - 2]).unwrap();
        refused("export_damaged");
        fs::write(to.join(name), whole).unwrap();
    }
    let manifest = fs::read_to_string(to.join("manifest.json")).unwrap();
    fs::write(to.join("manifest.json"), &manifest[..50]).unwrap();
    refused("export_damaged");
    fs::write(
        to.join("manifest.json"),
        manifest.replace("\"export\": 1", "\"export\": 2"),
    )
    .unwrap();
    refused("another_format");
    fs::remove_file(to.join("manifest.json")).unwrap();
    refused("no_export");
}
