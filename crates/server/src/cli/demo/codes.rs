//! Enrolment codes for everybody in a demo.

use std::collections::BTreeMap;
use std::path::Path;

use alleyway_core::store::StoreError;
use alleyway_core::time::Time;
use alleyway_demo::Operator as _;
use serde::Serialize;

use super::DemoError;
use crate::direct::Folder;
use crate::instance::{Instance, InstanceError};
use crate::secrets::{SecretsError, replace_private};

/// A member and a new code.
#[derive(Debug, Serialize)]
struct CodeRow {
    member: String,
    name: String,
    post: String,
    unit: String,
    code: String,
}

/// Invites every member who has a post at `now`, and writes the codes, one row a member, to a file
/// of mode 0600. The codes are good before the file is there.
///
/// # Errors
/// If the ledger or the file cannot be written.
pub(super) fn write_codes(
    instance: &mut Instance,
    path: &Path,
    now: Time,
) -> Result<usize, DemoError> {
    let mut rows = members(instance, now).map_err(InstanceError::from)?;
    let keys: Vec<&str> = rows.keys().map(String::as_str).collect();
    let codes = Folder(instance)
        .invite(&keys, now)
        .map_err(DemoError::Made)?;
    for (row, code) in rows.values_mut().zip(codes) {
        row.code = code.to_string();
    }
    let rows: Vec<CodeRow> = rows.into_values().collect();
    let failed = |error| DemoError::Codes(path.to_owned(), error);
    let text = serde_json::to_string_pretty(&rows).map_err(|error| failed(error.into()))?;
    replace_private(path, text.as_bytes()).map_err(|error| match error {
        SecretsError::Io { error, .. } => failed(error),
        other => DemoError::File(other),
    })?;
    Ok(rows.len())
}

/// Members who have a post, by key, still without codes.
fn members(instance: &mut Instance, now: Time) -> Result<BTreeMap<String, CodeRow>, StoreError> {
    let mut rows = BTreeMap::new();
    for unit in instance.ledger.units(&*instance.store)? {
        let in_force =
            |from: Time, until: Option<Time>| from <= now && until.is_none_or(|end| now < end);
        for post in unit.appointments {
            if in_force(post.from, post.until) {
                let row = CodeRow {
                    member: post.key.clone(),
                    name: post.name,
                    post: post.post.word().to_owned(),
                    unit: unit.name.clone(),
                    code: String::new(),
                };
                rows.entry(post.key).or_insert(row);
            }
        }
    }
    Ok(rows)
}
