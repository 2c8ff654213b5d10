//! The description of all reads, OpenAPI 3.1, made of what they are read and refused by.

use alleyway_catalogue::Lang;
use alleyway_core::kinds::case::Figure;
use alleyway_core::kinds::case::clocks::ClockKind;
use alleyway_core::limits::LISTS_BYTES_MAX;
use alleyway_core::sync::read::PROOF_HEADER;
use alleyway_ledger::CASES_MAX;
use serde_json::{Map, Value, json};

use super::super::error::HttpError;
use super::query::Field;
use super::{coverage, devices, error, figures, import, invitation, late, search};

/// The whole description.
pub(super) fn description() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Alleyway: signed reads",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What an enrolled device asks for beside its syncs. docs/protocol.md, section 16, says how a read is signed.",
        },
        "paths": {
            "/v1/q/coverage": { "get": coverage_path() },
            "/v1/q/devices": { "get": devices_path() },
            "/v1/q/figures": { "get": figures_path() },
            "/v1/q/import": { "get": waiting_import_path(), "post": import_path() },
            "/v1/q/invitation": { "get": invitation_path() },
            "/v1/q/late": { "get": late_path() },
            "/v1/q/search": { "get": search_path() },
        },
        "components": {
            "securitySchemes": {
                "proof": {
                    "type": "apiKey",
                    "in": "header",
                    "name": PROOF_HEADER,
                    "description": "A proof for this one address, in hexadecimal digits; good once, for ten minutes.",
                },
            },
            "schemas": schemas(),
        },
        "security": [{ "proof": [] }],
    })
}

fn figures_path() -> Value {
    json!({
        "operationId": "figures",
        "summary": "The figures of cases, of months that are over",
        "parameters": figures::FIELDS.iter().map(|field| parameter(field, "from")).collect::<Vec<_>>(),
        "responses": responses("Figures"),
    })
}

fn coverage_path() -> Value {
    json!({
        "operationId": "coverage",
        "summary": "How alleys are looked after",
        "parameters": coverage::FIELDS.iter().map(|field| parameter(field, "")).collect::<Vec<_>>(),
        "responses": responses("Coverage"),
    })
}

fn devices_path() -> Value {
    json!({
        "operationId": "devices",
        "summary": "The town's devices, for administrators",
        "parameters": devices::FIELDS.iter().map(|field| parameter(field, "")).collect::<Vec<_>>(),
        "responses": responses("Devices"),
    })
}

fn invitation_path() -> Value {
    json!({
        "operationId": "invitation",
        "summary": "An invitation's one-time code, sealed to the device that asked for it",
        "parameters": invitation::FIELDS.iter().map(|field| parameter(field, "asked")).collect::<Vec<_>>(),
        "responses": responses("Invitation"),
    })
}

fn import_path() -> Value {
    let bytes = json!({ "type": "string", "format": "binary", "maxLength": LISTS_BYTES_MAX });
    let of_body = [
        error::bad_lists(),
        HttpError::Incomplete,
        HttpError::TooSlow,
        HttpError::TooLarge,
    ];
    json!({
        "operationId": "import",
        "summary": "The changes that a town's lists would make, for administrators; nothing is changed, and they are kept only if that is said",
        "parameters": import::FIELDS.iter().map(|field| parameter(field, "hash")).collect::<Vec<_>>(),
        "requestBody": {
            "required": true,
            "content": { "application/octet-stream": { "schema": bytes } },
        },
        "responses": responses_with("Differences", of_body),
    })
}

fn waiting_import_path() -> Value {
    json!({
        "operationId": "waiting_import",
        "summary": "The changes that the lists would make now whose import was asked for, for administrators",
        "parameters": import::WAITING_FIELDS.iter().map(|field| parameter(field, "asked")).collect::<Vec<_>>(),
        "responses": responses("Differences"),
    })
}

fn differences_schema() -> Value {
    let text = json!({ "type": "string" });
    let count = json!({ "type": "integer", "minimum": 0 });
    let fault = json!({
        "file": text,
        "line": count,
        "column": { "type": ["string", "null"] },
        "code": text,
        "text_zh": text,
        "text_en": text,
    });
    let needed = ["file", "line", "column", "code", "text_zh", "text_en"];
    let fields = json!({
        "changed": count,
        "left": count,
        "kept": { "type": "boolean", "description": "their import can be asked for, or was" },
        "faults": { "type": "array", "items": object(&fault, &needed) },
        "text_zh": text,
        "text_en": text,
    });
    object(
        &fields,
        &["changed", "left", "kept", "faults", "text_zh", "text_en"],
    )
}

fn devices_schema() -> Value {
    let text = json!({ "type": "string" });
    let id = json!({ "type": "string", "pattern": "^[0-9a-f]{32}$" });
    let maybe = json!({ "type": ["string", "null"] });
    let stopped =
        json!({ "type": ["string", "null"], "enum": ["revoked", "lost", "frozen", null] });
    let device = json!({
        "id": id,
        "code": { "type": "integer", "minimum": 0 },
        "name": text,
        "member": id,
        "member_name": text,
        "enrolled": text,
        "last_received": maybe,
        "stopped": stopped,
    });
    let needed = [
        "id",
        "code",
        "name",
        "member",
        "member_name",
        "enrolled",
        "last_received",
        "stopped",
    ];
    let device = object(&device, &needed);
    let fields = json!({ "devices": { "type": "array", "items": device } });
    object(&fields, &["devices"])
}

fn invitation_schema() -> Value {
    let text = json!({ "type": "string" });
    let fields = json!({
        "sealed": { "type": "string", "pattern": "^([0-9a-f]{2})+$", "description": "the code, sealed as docs/protocol.md, section 16, says" },
        "member": { "type": "string", "pattern": "^[0-9a-f]{32}$" },
        "name": text,
        "valid_until": text,
    });
    object(&fields, &["sealed", "member", "name", "valid_until"])
}

fn search_path() -> Value {
    json!({
        "operationId": "search",
        "summary": "Cases by their titles and numbers",
        "parameters": search::FIELDS.iter().map(|field| parameter(field, "")).collect::<Vec<_>>(),
        "responses": responses("Cases"),
    })
}

fn late_path() -> Value {
    json!({
        "operationId": "late",
        "summary": "Cases that are late, those that have been for longest first",
        "parameters": late::FIELDS.iter().map(|field| parameter(field, "")).collect::<Vec<_>>(),
        "responses": responses("LateCases"),
    })
}

/// The fields of a late case beside those of the case.
fn late_fields() -> [(&'static str, Value); 3] {
    let kinds: Vec<&str> = ClockKind::ALL.iter().map(ClockKind::word).collect();
    let clock = json!({ "type": "string", "enum": kinds, "description": "of what is over and not done, what was to be done first" });
    let due = json!({ "type": "string", "description": "its last day" });
    let to = json!({ "type": ["string", "null"], "description": "the unit that was sent it, and has not answered" });
    [("clock", clock), ("due", due), ("sent_to", to)]
}

/// A page of cases: `more` beside what is told of each.
fn cases_schema(max: usize, more: &[(&'static str, Value)]) -> Value {
    let text = json!({ "type": "string" });
    let mut case = json!({
        "document": text,
        "number": text,
        "title": text,
        "category": text,
        "status": text,
        "holder": text,
        "confidential": { "type": "boolean" },
        "moved": { "type": ["string", "null"], "description": "the day on which the server received the step that last moved it" },
    });
    let mut needed = vec![
        "document",
        "number",
        "title",
        "category",
        "status",
        "holder",
        "confidential",
        "moved",
    ];
    for (name, schema) in more {
        if let Some(case) = case.as_object_mut() {
            case.insert((*name).to_owned(), schema.clone());
        }
        needed.push(name);
    }
    let fields = json!({
        "cases": { "type": "array", "maxItems": max, "items": object(&case, &needed) },
        "next": { "type": ["string", "null"], "description": "where the next page begins; null if this was the last" },
    });
    object(&fields, &["cases", "next"])
}

/// The alleys of a unit.
fn coverage_schema() -> Value {
    let text = json!({ "type": "string" });
    let count = json!({ "type": "integer", "minimum": 0 });
    let alley = json!({
        "id": text,
        "name": text,
        "has_chief": { "type": "boolean" },
        "ends": { "type": ["string", "null"], "description": "the last day of the term, if it ends within sixty days" },
        "households": count,
    });
    let alley = object(&alley, &["id", "name", "has_chief", "ends", "households"]);
    let fields = json!({
        "unit": text,
        "name": text,
        "alley_min": count,
        "alley_max": count,
        "alleys": { "type": "array", "items": alley },
    });
    object(
        &fields,
        &["unit", "name", "alley_min", "alley_max", "alleys"],
    )
}

fn parameter(field: &Field, needed: &str) -> Value {
    json!({
        "name": field.name,
        "in": "query",
        "required": field.name == needed,
        "description": field.meaning,
        "schema": { "type": "string", "pattern": field.pattern },
    })
}

/// The good answer, and every error by its status.
fn responses(schema: &str) -> Value {
    responses_with(schema, [])
}

/// The same, and errors that this one alone has.
fn responses_with<const N: usize>(schema: &str, own: [HttpError; N]) -> Value {
    let mut responses = Map::new();
    let content = |schema: &str| {
        let name = format!("#/components/schemas/{schema}");
        json!({ "application/json": { "schema": { "$ref": name } } })
    };
    responses.insert(
        "200".to_owned(),
        json!({ "description": "What was asked for", "content": content(schema) }),
    );
    let shared = [
        HttpError::UnknownDevice,
        HttpError::MethodNotAllowed,
        HttpError::TooMany { seconds: 1 },
        HttpError::Busy,
        HttpError::Stopping,
        HttpError::Quarantine,
        HttpError::DiskFull,
        HttpError::Connections,
    ];
    for error in error::all().into_iter().chain(own).chain(shared) {
        let (status, code) = error.told();
        let line = format!("`{code}`: {}", error.text(Lang::En));
        let known = responses
            .entry(status.to_string())
            .or_insert_with(|| json!({ "description": "", "content": content("Error") }));
        if let Some(Value::String(description)) = known.get_mut("description") {
            if !description.is_empty() {
                description.push('\n');
            }
            description.push_str(&line);
        }
    }
    Value::Object(responses)
}

fn schemas() -> Value {
    let text = json!({ "type": "string" });
    let id = json!({ "type": "string", "pattern": "^[0-9a-f]{32}$" });
    let count = json!({ "type": "integer", "minimum": 0 });
    let words: Vec<&str> = Figure::ALL.iter().map(|figure| figure.word()).collect();
    let figure = json!({ "type": "string", "enum": words });
    let hidden =
        json!({ "type": ["integer", "null"], "minimum": 0, "description": "null is hidden" });
    let of = json!({ "place": id, "class": text, "category": text });
    let with = |more: Value| {
        let mut fields = of.clone();
        if let (Some(fields), Value::Object(more)) = (fields.as_object_mut(), more) {
            fields.extend(more);
        }
        fields
    };
    let amount = with(json!({ "figure": figure, "code": text, "amount": hidden }));
    let time = with(json!({ "figure": figure, "median_hours": count, "ninth_hours": count }));
    let month = json!({
        "month": text,
        "floor": count,
        "amounts": { "type": "array", "items": object(&amount, &["figure", "amount"]) },
        "times": {
            "type": "array",
            "items": object(&time, &["figure", "median_hours", "ninth_hours"]),
        },
    });
    let unit = object(&json!({ "id": id, "name": text }), &["id", "name"]);
    let months = object(&month, &["month", "floor", "amounts", "times"]);
    let figures = json!({
        "unit": unit,
        "places": { "type": "array", "items": unit },
        "months": { "type": "array", "maxItems": figures::MONTHS_MAX, "items": months },
    });
    let error = json!({ "code": text, "text_zh": text, "text_en": text });
    json!({
        "Cases": cases_schema(CASES_MAX, &[]),
        "LateCases": cases_schema(CASES_MAX, &late_fields()),
        "Coverage": coverage_schema(),
        "Devices": devices_schema(),
        "Differences": differences_schema(),
        "Invitation": invitation_schema(),
        "Figures": object(&figures, &["unit", "places", "months"]),
        "Error": object(&error, &["code", "text_zh", "text_en"]),
    })
}

fn object(properties: &Value, required: &[&str]) -> Value {
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `ALLEYWAY_BLESS=1` writes the page anew.
    #[test]
    fn the_page_says_what_the_code_says() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
        let made = serde_json::to_string_pretty(&description()).unwrap() + "\n";
        if std::env::var_os("ALLEYWAY_BLESS").is_some() {
            std::fs::write(page, &made).unwrap();
        }
        let written = std::fs::read_to_string(page).unwrap();
        assert!(written == made, "write it anew: ALLEYWAY_BLESS=1");
    }
}
