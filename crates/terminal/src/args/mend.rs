//! What of a refused command can be changed: the same flags that made it.

use clap::Args;

/// A refused command, and what to change in it. What is not named stays as it was.
#[derive(Debug, Default, Args)]
pub struct MendArgs {
    /// Its id, or a beginning of it (see `refused`)
    pub command: String,
    /// Another text; - reads it from the input
    #[arg(long, value_name = "X")]
    pub text: Option<String>,
    /// Another reason
    #[arg(long, value_name = "R")]
    pub reason: Option<String>,
    /// What was tried
    #[arg(long, value_name = "T")]
    pub tried: Option<String>,
    /// Another unit
    #[arg(long, value_name = "UNIT")]
    pub to: Option<String>,
    /// Another date
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub by: Option<String>,
    /// Another result: fixed, partly or not
    #[arg(long, value_name = "RESULT", value_parser = ["fixed", "partly", "not"])]
    pub result: Option<String>,
    /// Another code
    #[arg(long, value_name = "CODE")]
    pub code: Option<String>,
    /// Another case to merge into
    #[arg(long, value_name = "CASE")]
    pub into: Option<String>,
    /// Another field
    #[arg(long, value_name = "F")]
    pub field: Option<String>,
    /// Another value
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    pub value: Option<String>,
    /// Another household
    #[arg(long, value_name = "H")]
    pub household: Option<String>,
    /// Another category
    #[arg(long, value_name = "C")]
    pub category: Option<String>,
    /// Another title
    #[arg(long, value_name = "T")]
    pub title: Option<String>,
    /// Whether only those who are cleared read it
    #[arg(long, value_name = "BOOL", value_parser = ["true", "false"])]
    pub confidential: Option<String>,
    /// Another place
    #[arg(long, value_name = "LAT,LNG", allow_hyphen_values = true)]
    pub place: Option<String>,
}

impl MendArgs {
    /// The fields that are to change, with what was typed.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("text", &self.text),
            ("reason", &self.reason),
            ("tried", &self.tried),
            ("confidential", &self.confidential),
            ("result", &self.result),
            ("code", &self.code),
            ("field", &self.field),
            ("value", &self.value),
            ("category", &self.category),
            ("title", &self.title),
            ("to", &self.to),
            ("by", &self.by),
            ("into", &self.into),
            ("household", &self.household),
            ("point", &self.place),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }

    /// The flag of a field; none if no line changes the field.
    pub fn flag(field: &str) -> Option<&str> {
        match field {
            "point" => Some("place"),
            // Texts of a report that no line sets.
            "" | "place" | "contact" => None,
            field => Some(field),
        }
    }
}
