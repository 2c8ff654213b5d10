//! The fields by name, and their values' canonical texts.

use crate::documents::{DocumentKind, LiveValue};
use crate::id::DocumentId;
use crate::kinds::case::Point;
use crate::limits::{CODE_BYTES_MAX, PHONE_BYTES_MAX};
use crate::refusal::RefusalCode;
use crate::text::phone;

/// The values that a field takes.
pub(crate) enum Content {
    /// A text of at most so many bytes.
    Text(usize),
    /// A code of the named list, which may not be empty.
    Code(&'static str),
    /// Latitude and longitude.
    Point,
    /// A document's id.
    Document,
    /// A count.
    Count,
    /// A telephone number.
    Phone,
    /// Yes or no: [`YES`] or [`NO`].
    Flag,
}

/// A field of which the answer is yes.
pub const YES: &str = "true";
/// A field of which the answer is no.
pub const NO: &str = "false";

/// The fields of a kind of document, by name.
pub(crate) type Fields = &'static [(&'static str, Content)];

/// The names of a kind's fields, in the order in which screens show them.
pub fn field_names(kind: DocumentKind) -> Vec<&'static str> {
    kind.fields().iter().map(|(name, _)| *name).collect()
}

/// Whether a field is a text in people's own words, so that two values can stand side by side.
pub fn takes_text(kind: DocumentKind, field: &str) -> bool {
    kind.fields()
        .iter()
        .any(|(name, content)| *name == field && matches!(content, Content::Text(_)))
}

/// Whether a field's value is another document's id.
pub(crate) fn names_document(kind: DocumentKind, field: &str) -> bool {
    kind.fields()
        .iter()
        .any(|(name, content)| *name == field && matches!(content, Content::Document))
}

/// The list of which a field's value is a code; none for a field of another sort.
pub fn code_list(kind: DocumentKind, field: &str) -> Option<&'static str> {
    let (_, content) = kind.fields().iter().find(|(name, _)| *name == field)?;
    match content {
        Content::Code(list) => Some(list),
        _ => None,
    }
}

/// The bytes that the value of a field may have, if it is a text or a code.
pub fn text_bytes_max(kind: DocumentKind, field: &str) -> Option<usize> {
    let (_, content) = kind.fields().iter().find(|(name, _)| *name == field)?;
    match content {
        Content::Text(bytes_max) => Some(*bytes_max),
        Content::Code(_) => Some(CODE_BYTES_MAX),
        Content::Phone => Some(PHONE_BYTES_MAX),
        Content::Point | Content::Document | Content::Count | Content::Flag => None,
    }
}

/// The canonical text of a field's value: what executors write and compare.
///
/// # Errors
/// [`RefusalCode::UnknownField`], [`RefusalCode::BadValue`], [`RefusalCode::BadPhone`].
pub fn parse_field(kind: DocumentKind, field: &str, value: &str) -> Result<String, RefusalCode> {
    let (_, content) = kind
        .fields()
        .iter()
        .find(|(name, _)| *name == field)
        .ok_or(RefusalCode::UnknownField)?;
    let parsed = match content {
        Content::Text(bytes_max) => (value.len() <= *bytes_max).then(|| value.to_owned()),
        Content::Code(_) => {
            (!value.trim().is_empty() && value.len() <= CODE_BYTES_MAX).then(|| value.to_owned())
        }
        _ if value.is_empty() => Some(String::new()),
        Content::Point => Point::parse(value).map(|point| point.to_string()),
        Content::Document => DocumentId::parse(value).map(DocumentId::key),
        Content::Count => value.parse::<u16>().ok().map(|count| count.to_string()),
        Content::Phone => Some(parse_phone(value)?),
        Content::Flag => [YES, NO].contains(&value).then(|| value.to_owned()),
    };
    parsed.ok_or(RefusalCode::BadValue)
}

/// The form of a telephone number that was typed; of none nothing.
///
/// # Errors
/// [`RefusalCode::BadPhone`].
pub(crate) fn parse_phone(typed: &str) -> Result<String, RefusalCode> {
    if typed.is_empty() {
        return Ok(String::new());
    }
    let is_short = typed.len() <= PHONE_BYTES_MAX;
    let number = phone::canonical(typed).filter(|_| is_short);
    number.ok_or(RefusalCode::BadPhone)
}

/// Whether a field's value is a telephone number, which lists do not show whole.
pub fn is_phone(kind: DocumentKind, field: &str) -> bool {
    kind.fields()
        .iter()
        .any(|(name, content)| *name == field && matches!(content, Content::Phone))
}

/// The value to show where there is room for one: the last set of those that stand.
pub fn shown_value(values: &[LiveValue]) -> &str {
    values.last().map_or("", |live| &live.value)
}

/// Whether a field's live values differ.
pub fn is_conflict(values: &[LiveValue]) -> bool {
    let first = values.first();
    values
        .iter()
        .any(|live| first.is_some_and(|first| first.value != live.value))
}

impl Point {
    /// Reads `lat,lng` in decimal degrees, exactly, to seven places: no floating point.
    pub fn parse(text: &str) -> Option<Self> {
        let (latitude, longitude) = text.split_once(',')?;
        let point = Self {
            latitude_e7: degrees_e7(latitude)?,
            longitude_e7: degrees_e7(longitude)?,
        };
        point.is_valid().then_some(point)
    }

    /// Whether it lies on the globe.
    pub fn is_valid(self) -> bool {
        self.latitude_e7.unsigned_abs() <= 900_000_000
            && self.longitude_e7.unsigned_abs() <= 1_800_000_000
    }
}

impl std::fmt::Display for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{},{}",
            decimal(self.latitude_e7),
            decimal(self.longitude_e7)
        )
    }
}

fn degrees_e7(text: &str) -> Option<i32> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || whole.len() > 3 || fraction.len() > 7 {
        return None;
    }
    let whole: i32 = whole.parse().ok()?;
    let fraction: i32 = format!("{fraction:0<7}").parse().ok()?;
    whole
        .checked_mul(10_000_000)?
        .checked_add(fraction)?
        .checked_mul(sign)
}

fn decimal(e7: i32) -> String {
    let sign = if e7 < 0 { "-" } else { "" };
    let (whole, fraction) = (
        e7.unsigned_abs() / 10_000_000,
        e7.unsigned_abs() % 10_000_000,
    );
    let fraction = format!("{fraction:07}");
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        fraction => format!("{sign}{whole}.{fraction}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_point_is_read_back_exactly(latitude_e7 in -900_000_000..=900_000_000_i32, longitude_e7 in -1_800_000_000..=1_800_000_000_i32) {
            let point = Point { latitude_e7, longitude_e7 };
            prop_assert_eq!(Point::parse(&point.to_string()), Some(point));
        }
    }

    #[test]
    fn a_point_that_is_not_on_the_globe_or_not_decimal_is_not_taken() {
        for text in [
            "91,0",
            "0,180.0000001",
            "1",
            "1,2,3",
            "1e1,2",
            "+1,2",
            "1.,2",
            ".5,2",
            "1.12345678,2",
            "ab,c",
            "",
        ] {
            assert_eq!(Point::parse(text), None, "{text}");
        }
        assert_eq!(
            Point::parse("23.5 , -109.1").map(|p| p.to_string()),
            Some("23.5,-109.1".to_owned())
        );
        assert_eq!(
            Point::parse("-0.5,0").map(|p| p.to_string()),
            Some("-0.5,0".to_owned())
        );
    }

    #[test]
    fn values_take_their_canonical_form_or_are_refused() {
        let case = |field: &str, value: &str| parse_field(DocumentKind::Case, field, value);
        assert_eq!(case("colour", "red"), Err(RefusalCode::UnknownField));
        assert_eq!(case("category", " "), Err(RefusalCode::BadValue));
        assert_eq!(case("point", ""), Ok(String::new()));
        assert_eq!(case("household", "none"), Err(RefusalCode::BadValue));
        assert_eq!(case("title", &"长".repeat(81)), Err(RefusalCode::BadValue));
        assert_eq!(case("phone", "138 1234-1234"), Ok("13812341234".into()));
        assert_eq!(case("phone", ""), Ok(String::new()));
        assert_eq!(case("phone", "1234"), Err(RefusalCode::BadPhone));
        let long = format!("138{}12341234", " ".repeat(60));
        assert_eq!(case("phone", &long), Err(RefusalCode::BadPhone));
        assert_eq!(case("may_text", "true"), Ok("true".to_owned()));
        assert_eq!(case("may_text", "false"), Ok("false".to_owned()));
        assert_eq!(case("may_text", ""), Ok(String::new()));
        assert_eq!(case("may_text", "maybe"), Err(RefusalCode::BadValue));
        let household = |field, value| parse_field(DocumentKind::Household, field, value);
        assert_eq!(household("count", "007"), Ok("7".to_owned()));
        assert_eq!(household("count", "70000"), Err(RefusalCode::BadValue));
        assert_eq!(household("title", "x"), Err(RefusalCode::UnknownField));
    }
}
