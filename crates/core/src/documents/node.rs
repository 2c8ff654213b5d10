//! Reading maps of a document, tolerant of what is missing or of another type.

use automerge::{Automerge, ObjId, ROOT, ReadDoc, ScalarValue, Value};

use crate::time::Time;

/// A map in a document.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    doc: &'a Automerge,
    object: ObjId,
}

impl<'a> Node<'a> {
    /// The root map.
    pub(crate) fn root(doc: &'a Automerge) -> Self {
        Self { doc, object: ROOT }
    }

    fn get(&self, key: &str) -> Option<(Value<'a>, ObjId)> {
        self.doc.get(&self.object, key).ok().flatten()
    }

    /// Whether anything is under the key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The map under the key.
    pub(crate) fn map(&self, key: &str) -> Option<Node<'a>> {
        match self.get(key)? {
            (Value::Object(_), object) => Some(Node {
                doc: self.doc,
                object,
            }),
            _ => None,
        }
    }

    /// The map under the key of a map under another; what most readers want of containers.
    pub(crate) fn entry(&self, container: &str, key: &str) -> Option<Node<'a>> {
        self.map(container)?.map(key)
    }

    /// The text under the key.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        self.get(key)?.0.as_str().map(str::to_owned)
    }

    /// The text under the key; empty if there is none.
    pub(crate) fn text_or_empty(&self, key: &str) -> String {
        self.text(key).unwrap_or_default()
    }

    /// The bytes under the key.
    pub(crate) fn bytes(&self, key: &str) -> Option<Vec<u8>> {
        self.get(key)?.0.as_bytes().map(<[u8]>::to_vec)
    }

    /// The integer under the key.
    pub(crate) fn int(&self, key: &str) -> Option<i64> {
        match self.get(key)?.0 {
            Value::Scalar(scalar) => match scalar.as_ref() {
                ScalarValue::Int(value) | ScalarValue::Timestamp(value) => Some(*value),
                ScalarValue::Uint(value) => i64::try_from(*value).ok(),
                _ => None,
            },
            Value::Object(_) => None,
        }
    }

    /// The integer under the key, if it is in the type's range.
    pub(crate) fn small<T: TryFrom<i64>>(&self, key: &str) -> Option<T> {
        self.int(key).and_then(|value| T::try_from(value).ok())
    }

    /// The time under the key.
    pub(crate) fn time(&self, key: &str) -> Option<Time> {
        self.int(key).map(Time)
    }

    /// The id under the key, read by one of the id types' `parse`.
    pub(crate) fn id<T>(&self, key: &str, parse: fn(&str) -> Option<T>) -> Option<T> {
        parse(&self.text(key)?)
    }

    /// The keys, in their order.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.doc.keys(&self.object).collect()
    }

    /// The keys that are ids, in their order; others are skipped.
    pub(crate) fn ids<T>(&self, parse: fn(&str) -> Option<T>) -> Vec<T> {
        self.doc
            .keys(&self.object)
            .filter_map(|key| parse(&key))
            .collect()
    }

    /// The maps in this one, with their keys and the counters of the operations that made them.
    pub(crate) fn children(&self) -> Vec<(u64, String, Node<'a>)> {
        let mut children = Vec::new();
        for item in self.doc.map_range(&self.object, ..) {
            let object = item.id();
            if let (automerge::ValueRef::Object(_), ObjId::Id(counter, ..)) = (&item.value, &object)
            {
                children.push((
                    *counter,
                    item.key.to_string(),
                    Node {
                        doc: self.doc,
                        object,
                    },
                ));
            }
        }
        children
    }

    /// The scalars in this map, as texts.
    pub(crate) fn scalars(&self) -> Vec<(String, String)> {
        let mut scalars = Vec::new();
        for item in self.doc.map_range(&self.object, ..) {
            if let automerge::ValueRef::Scalar(value) = &item.value {
                let text = match ScalarValue::from(value.clone()) {
                    ScalarValue::Str(text) => text.to_string(),
                    other => other.to_string(),
                };
                scalars.push((item.key.to_string(), text));
            }
        }
        scalars
    }

    /// The hash of the change that made this map; none for the root.
    pub(crate) fn made_by(&self) -> Option<[u8; 32]> {
        self.doc.hash_for_opid(&self.object).map(|hash| hash.0)
    }

    /// The engine's name of this map.
    pub(crate) fn object(&self) -> &ObjId {
        &self.object
    }
}
