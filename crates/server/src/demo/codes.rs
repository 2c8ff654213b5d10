//! Enrolment codes for everybody in a demo.

use std::collections::BTreeMap;
use std::path::Path;

use alleyway_core::id::MemberId;
use alleyway_core::organisation::is_active;
use alleyway_core::sync::enrol::InvitationCode;
use alleyway_core::time::Time;
use serde::Serialize;

use super::DemoError;
use super::make::commit;
use crate::admin::{self};
use crate::instance::{Instance, InstanceError};
use crate::secrets::{self, SecretsError, replace_private};
use crate::writer::Desk;

/// A member and a new code.
#[derive(Debug, Serialize)]
struct Row {
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
pub fn write_codes(instance: &mut Instance, path: &Path, now: Time) -> Result<usize, DemoError> {
    let town = instance.town;
    let mut desk = Desk {
        ledger: &mut instance.ledger,
        store: &*instance.store,
        now,
    };
    let current = admin::current_town(&mut desk, town).map_err(InstanceError::from)?;
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    for post in &current.appointments {
        let id = MemberId::derive(town, &post.member);
        let active = desk
            .ledger
            .organisation()
            .appointments_of(id)
            .any(|row| row.appointment == post.id && is_active(row, now));
        if !active || rows.contains_key(post.member.as_str()) {
            continue;
        }
        let code = InvitationCode::from_random(secrets::random()?);
        let invited = desk
            .ledger
            .invite(desk.store, id, &code, now)
            .map_err(InstanceError::from)?;
        if invited.is_err() {
            continue;
        }
        let unit = current
            .units
            .get(&post.unit)
            .map_or_else(|| post.unit.clone(), |unit| unit.name.clone());
        let (member, name, post_word) = (
            post.member.clone(),
            post.name.clone(),
            post.post.word().to_owned(),
        );
        rows.insert(
            &post.member,
            Row {
                member,
                name,
                post: post_word,
                unit,
                code: code.to_string(),
            },
        );
    }
    commit(instance).map_err(InstanceError::from)?;
    let rows: Vec<Row> = rows.into_values().collect();
    let failed = |error| DemoError::Codes(path.display().to_string(), error);
    let text = serde_json::to_string_pretty(&rows).map_err(|error| failed(error.into()))?;
    replace_private(path, text.as_bytes()).map_err(|error| match error {
        SecretsError::Io { error, .. } => failed(error),
        other => DemoError::File(other),
    })?;
    Ok(rows.len())
}
