//! The fields of queries. What a read takes is declared once: it is read by it, and described by it.

use super::super::error::HttpError;
use super::error;

/// A field of a query.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    /// Its name.
    pub(super) name: &'static str,
    /// The form of its value, as a regular expression of JSON Schema.
    pub(super) pattern: &'static str,
    /// Its meaning, in English.
    pub(super) meaning: &'static str,
}

/// The values of the fields, in the order in which they are declared.
///
/// # Errors
/// A field that is not declared, or is there twice.
pub(super) fn values<const N: usize>(
    query: &str,
    fields: [Field; N],
) -> Result<[Option<&str>; N], HttpError> {
    let mut values = [None; N];
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').ok_or_else(error::bad_query)?;
        let mut places = fields.iter().zip(values.iter_mut());
        let place = places.find(|(field, _)| field.name == name);
        let (_, place) = place.ok_or_else(error::bad_query)?;
        if place.replace(value).is_some() {
            return Err(error::bad_query());
        }
    }
    Ok(values)
}

/// A value that is there is read, or is none that can be.
///
/// # Errors
/// The value is not as it is to be.
pub(super) fn read<T>(
    value: Option<&str>,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, HttpError> {
    match value {
        None => Ok(None),
        Some(text) => parse(text).map(Some).ok_or_else(error::bad_query),
    }
}
