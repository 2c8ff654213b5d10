//! A resident's step as it is sent: JSON or a form, the same fields in both.

use alleyway_core::kinds::case::Finding;
use alleyway_core::text::typed::{self, UnfitText};
use alleyway_ledger::{ResidentStep, Words};
use serde::Deserialize;

use super::error::StepError;
use super::form;

/// The media types that are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaType {
    Json,
    Form,
}

impl MediaType {
    /// Reads a `Content-Type`; its parameters are not looked at.
    pub(super) fn parse(header: &str) -> Option<Self> {
        let essence = header.split(';').next().unwrap_or_default().trim();
        if essence.eq_ignore_ascii_case("application/json") {
            Some(Self::Json)
        } else if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            Some(Self::Form)
        } else {
            None
        }
    }
}

/// The form that was sent. Nothing in it is checked yet, so that a page can show it again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Sent {
    /// `verify`, `reopen` or `word`.
    #[serde(rename = "do")]
    pub(super) does: String,
    /// The finding of a verification.
    pub(super) result: String,
    /// The resident's text.
    pub(super) text: String,
    /// 32 hexadecimal digits, drawn once for what is sent.
    pub(super) token: String,
}

impl Sent {
    /// Reads a body.
    pub(super) fn read(media: MediaType, body: &[u8]) -> Result<Self, StepError> {
        let sent = match media {
            // A list would be read by the fields' order.
            MediaType::Json => body
                .trim_ascii_start()
                .starts_with(b"{")
                .then(|| serde_json::from_slice(body).ok())
                .flatten(),
            MediaType::Form => Self::of_form(body),
        };
        sent.ok_or(StepError::Malformed)
    }

    /// A field that is there twice, or is none, is not guessed at.
    fn of_form(body: &[u8]) -> Option<Self> {
        let mut sent = Self::default();
        let mut seen = Vec::new();
        for (name, value) in form::pairs(body)? {
            let field = match name.as_str() {
                "do" => &mut sent.does,
                "result" => &mut sent.result,
                "text" => &mut sent.text,
                "token" => &mut sent.token,
                _ => return None,
            };
            *field = value;
            if seen.contains(&name) {
                return None;
            }
            seen.push(name);
        }
        Some(sent)
    }

    /// The token; none if none was sent.
    pub(super) fn token(&self) -> Result<Option<[u8; 16]>, StepError> {
        if self.token.is_empty() {
            return Ok(None);
        }
        let plain =
            self.token.len() == 32 && self.token.bytes().all(|digit| digit.is_ascii_hexdigit());
        let token = plain
            .then(|| u128::from_str_radix(&self.token, 16).ok())
            .flatten();
        token
            .map(|token| Some(token.to_be_bytes()))
            .ok_or(StepError::BadToken)
    }

    /// The step.
    pub(super) fn step(&self) -> Result<ResidentStep, StepError> {
        let words = || -> Result<Words, StepError> {
            typed::prose(&self.text).map_err(|error| match error {
                UnfitText::TooLong { .. } => StepError::TooLong,
                UnfitText::Control(_) => StepError::ControlCharacter,
            })
        };
        match self.does.as_str() {
            "verify" => Ok(ResidentStep::Verify {
                result: Finding::from_word(&self.result),
                text: words()?,
            }),
            "reopen" => Ok(ResidentStep::Reopen { reason: words()? }),
            "word" => Ok(ResidentStep::Word { text: words()? }),
            _ => Err(StepError::UnknownStep),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(does: &str, text: &str) -> Sent {
        Sent {
            does: does.to_owned(),
            text: text.to_owned(),
            ..Sent::default()
        }
    }

    #[test]
    fn json_and_a_form_say_the_same() {
        let json = r#"{"do":"verify","result":"partly","text":"还差一段","token":"000102030405060708090a0b0c0d0e0f"}"#;
        let form = "do=verify&result=partly&text=%E8%BF%98%E5%B7%AE%E4%B8%80%E6%AE%B5&token=000102030405060708090A0B0C0D0E0F";
        let json = Sent::read(MediaType::Json, json.as_bytes()).unwrap();
        let form = Sent::read(MediaType::Form, form.as_bytes()).unwrap();
        assert_eq!(json.step().unwrap(), form.step().unwrap());
        assert_eq!(json.token().unwrap(), form.token().unwrap());
        assert_eq!(json.token().unwrap().unwrap()[15], 15);
    }

    #[test]
    fn fields_that_are_unknown_or_there_twice_are_not_guessed_at() {
        for body in [
            r#"{"do":"word","to":"x"}"#,
            r#"{"do":"word","do":"verify"}"#,
            r#"{"do":1}"#,
            "[]x",
            "",
        ] {
            assert_eq!(
                Sent::read(MediaType::Json, body.as_bytes()),
                Err(StepError::Malformed),
                "{body}"
            );
        }
        for body in ["do=word&to=x", "do=word&do=verify", "do=%"] {
            assert_eq!(
                Sent::read(MediaType::Form, body.as_bytes()),
                Err(StepError::Malformed),
                "{body}"
            );
        }
    }

    #[test]
    fn a_token_is_thirty_two_digits_or_absent() {
        assert_eq!(sent("word", "").token(), Ok(None));
        for token in [
            "1",
            "+00102030405060708090a0b0c0d0e0f",
            "g00102030405060708090a0b0c0d0e0f",
        ] {
            let sent = Sent {
                token: token.to_owned(),
                ..Sent::default()
            };
            assert_eq!(sent.token(), Err(StepError::BadToken), "{token}");
        }
    }

    #[test]
    fn words_are_bounded_and_of_plain_characters() {
        assert_eq!(
            sent("word", "a\r\nb").step().unwrap(),
            ResidentStep::Word {
                text: Words::new("a\nb").unwrap()
            }
        );
        assert_eq!(
            sent("word", &"路".repeat(501)).step(),
            Err(StepError::TooLong)
        );
        assert!(sent("word", &"路".repeat(500)).step().is_ok());
        assert_eq!(
            sent("word", "\u{202e}路\u{feff} ").step().unwrap(),
            ResidentStep::Word {
                text: Words::new("路").unwrap()
            }
        );
        assert_eq!(
            sent("word", "路\u{7}").step(),
            Err(StepError::ControlCharacter)
        );
        assert_eq!(sent("close", "").step(), Err(StepError::UnknownStep));
    }

    #[test]
    fn media_types_are_told_apart_whatever_their_parameters() {
        assert_eq!(
            MediaType::parse("Application/JSON; charset=utf-8"),
            Some(MediaType::Json)
        );
        assert_eq!(
            MediaType::parse("application/x-www-form-urlencoded"),
            Some(MediaType::Form)
        );
        for other in [
            "",
            "text/plain",
            "multipart/form-data; boundary=x",
            "application/jsonx",
        ] {
            assert_eq!(MediaType::parse(other), None, "{other}");
        }
    }
}
