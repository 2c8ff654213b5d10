//! The plan of a command's writes, made before anything is written: a refused command touches
//! nothing.

use automerge::hydrate::Value as Hydrated;
use automerge::transaction::{Transactable, Transaction};
use automerge::{AutomergeError, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value};

use super::{DocumentKind, Execution};
use crate::id::CommandId;

/// The schema that this program writes.
pub(crate) const SCHEMA: i64 = 1;
/// The map of log entries.
pub(crate) const LOG: &str = "log";

/// A value to put.
#[derive(Debug, Clone)]
pub(crate) enum Scalar {
    /// A text, or an id's key.
    Text(String),
    /// An integer: milliseconds, days, a count.
    Int(i64),
    /// Bytes as they are.
    Bytes(Vec<u8>),
    /// The member of a set.
    True,
}

impl From<Scalar> for ScalarValue {
    fn from(scalar: Scalar) -> Self {
        match scalar {
            Scalar::Text(text) => Self::Str(text.into()),
            Scalar::Int(value) => Self::Int(value),
            Scalar::Bytes(bytes) => Self::Bytes(bytes),
            Scalar::True => Self::Boolean(true),
        }
    }
}

/// One write beside the log entry.
#[derive(Debug, Clone)]
enum PlannedWrite {
    Put(Option<&'static str>, String, Scalar),
    Delete(Option<&'static str>, String),
    Row(&'static str, String, Vec<(&'static str, Option<Scalar>)>),
}

/// A command's log entry and other writes, in order.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    kind: &'static str,
    containers: &'static [&'static str],
    entry: Vec<(&'static str, Scalar)>,
    writes: Vec<PlannedWrite>,
}

impl Plan {
    /// A plan for a command of this kind.
    pub(crate) fn new(kind: &'static str) -> Self {
        Self {
            kind,
            containers: &[],
            entry: Vec::new(),
            writes: Vec::new(),
        }
    }

    /// The containers that the document's first command makes, besides the log.
    pub(crate) fn containers(mut self, containers: &'static [&'static str]) -> Self {
        self.containers = containers;
        self
    }

    /// A field of the log entry.
    pub(crate) fn field(mut self, key: &'static str, value: Scalar) -> Self {
        self.entry.push((key, value));
        self
    }

    /// A text of the log entry; an empty one is left out.
    pub(crate) fn text(self, key: &'static str, text: &str) -> Self {
        if text.is_empty() {
            self
        } else {
            self.field(key, Scalar::Text(text.to_owned()))
        }
    }

    /// An integer of the log entry.
    pub(crate) fn int(self, key: &'static str, value: impl Into<i64>) -> Self {
        self.field(key, Scalar::Int(value.into()))
    }

    /// Puts a value into the root map.
    pub(crate) fn put(mut self, key: &'static str, value: Scalar) -> Self {
        self.writes
            .push(PlannedWrite::Put(None, key.to_owned(), value));
        self
    }

    /// Puts a text into the root map.
    pub(crate) fn put_text(self, key: &'static str, text: impl Into<String>) -> Self {
        self.put(key, Scalar::Text(text.into()))
    }

    /// Removes what is in the root map under the key, if anything is.
    pub(crate) fn remove(mut self, key: &'static str) -> Self {
        self.writes.push(PlannedWrite::Delete(None, key.to_owned()));
        self
    }

    /// Adds a member to a set.
    pub(crate) fn add(mut self, container: &'static str, member: String) -> Self {
        self.writes
            .push(PlannedWrite::Put(Some(container), member, Scalar::True));
        self
    }

    /// Takes a member out of a set, if it is in it.
    pub(crate) fn take(mut self, container: &'static str, member: String) -> Self {
        self.writes
            .push(PlannedWrite::Delete(Some(container), member));
        self
    }

    /// Puts a text into a container.
    pub(crate) fn set(mut self, container: &'static str, key: String, text: String) -> Self {
        self.writes
            .push(PlannedWrite::Put(Some(container), key, Scalar::Text(text)));
        self
    }

    /// Puts the fields of a row, a map in a container; fields of other names are kept.
    pub(crate) fn row(
        mut self,
        container: &'static str,
        key: String,
        fields: Vec<(&'static str, Option<Scalar>)>,
    ) -> Self {
        self.writes.push(PlannedWrite::Row(container, key, fields));
        self
    }

    /// Whether it adds a log entry to a document that is there, and writes nothing else.
    pub(crate) fn only_logs(&self) -> bool {
        self.writes.is_empty() && self.containers.is_empty()
    }

    /// Writes it: containers if the document is empty, the log entry, the rest.
    pub(crate) fn write(
        self,
        tx: &mut Transaction<'_>,
        execution: &Execution<'_>,
    ) -> Result<(), AutomergeError> {
        let log = match object(tx, &ROOT, LOG)? {
            Some(log) => log,
            None => self.found(tx, execution)?,
        };
        let own = [
            ("kind", Scalar::Text(self.kind.to_owned())),
            ("at", Scalar::Int(execution.at.clamped().0)),
            ("by", Scalar::Text(execution.author.key())),
        ];
        tx.batch_create_object(
            &log,
            execution.id.key(),
            &map(own.into_iter().chain(self.entry)),
            false,
        )?;
        for write in self.writes {
            write.apply(tx)?;
        }
        Ok(())
    }

    fn found(
        &self,
        tx: &mut Transaction<'_>,
        execution: &Execution<'_>,
    ) -> Result<ObjId, AutomergeError> {
        let kind = DocumentKind::of(execution.body).map_or("", DocumentKind::word);
        tx.put(ROOT, "kind", kind)?;
        tx.put(ROOT, "schema", SCHEMA)?;
        let log = tx.put_object(ROOT, LOG, ObjType::Map)?;
        for container in self.containers {
            tx.put_object(ROOT, *container, ObjType::Map)?;
        }
        Ok(log)
    }
}

impl PlannedWrite {
    fn apply(self, tx: &mut Transaction<'_>) -> Result<(), AutomergeError> {
        match self {
            Self::Put(container, key, value) => {
                let object = parent(tx, container)?;
                tx.put(&object, key, value)
            }
            Self::Delete(container, key) => {
                let object = parent(tx, container)?;
                delete(tx, &object, &key)
            }
            Self::Row(container, key, fields) => {
                let container = parent(tx, Some(container))?;
                let row = match object(tx, &container, &key)? {
                    Some(row) => row,
                    None => tx.put_object(&container, key, ObjType::Map)?,
                };
                for (field, value) in fields {
                    match value {
                        Some(value) => tx.put(&row, field, value)?,
                        None => delete(tx, &row, field)?,
                    }
                }
                Ok(())
            }
        }
    }
}

/// A map that the engine writes as a whole, its keys in their order: two splices of the document's
/// columns, where fields that are put one by one take a splice each.
#[expect(
    clippy::disallowed_types,
    reason = "the engine takes no other map, and sorts its keys before it writes"
)]
fn map(fields: impl Iterator<Item = (&'static str, Scalar)>) -> Hydrated {
    let fields: std::collections::HashMap<&str, Hydrated> = fields
        .map(|(key, value)| (key, Hydrated::from(ScalarValue::from(value))))
        .collect();
    Hydrated::from(fields)
}

fn delete(tx: &mut Transaction<'_>, object: &ObjId, key: &str) -> Result<(), AutomergeError> {
    if tx.get(object, key)?.is_some() {
        tx.delete(object, key)
    } else {
        Ok(())
    }
}

/// The container; one that a later schema's first command no longer makes is made when needed.
fn parent(
    tx: &mut Transaction<'_>,
    container: Option<&'static str>,
) -> Result<ObjId, AutomergeError> {
    let Some(container) = container else {
        return Ok(ROOT);
    };
    match object(tx, &ROOT, container)? {
        Some(object) => Ok(object),
        None => tx.put_object(ROOT, container, ObjType::Map),
    }
}

fn object(
    tx: &Transaction<'_>,
    parent: &ObjId,
    key: &str,
) -> Result<Option<ObjId>, AutomergeError> {
    Ok(match tx.get(parent, key)? {
        Some((Value::Object(_), object)) => Some(object),
        _ => None,
    })
}

/// The ids, as one text of the log entry.
pub(crate) fn joined(ids: &[CommandId]) -> String {
    ids.iter().map(|id| id.key()).collect::<Vec<_>>().join(" ")
}
