//! As much HTTP as a test needs: one request, one connection.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use super::ProcessError;

/// How long an answer may take.
const ANSWER_TIME_MAX: Duration = Duration::from_mins(1);

/// An answer.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The head's lines, without the first.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Response {
    /// The body as JSON.
    ///
    /// # Errors
    /// If it is none.
    pub fn json(&self) -> Result<Value, ProcessError> {
        serde_json::from_str(&self.body)
            .map_err(|error| ProcessError::Answer(format!("{error}: {}", self.body)))
    }
}

/// `GET url`
///
/// # Errors
/// If there is no answer.
pub fn get(url: &str) -> Result<Response, ProcessError> {
    get_as(url, "*/*", "zh-CN")
}

/// `GET url` as a client that prefers this kind of answer in this language.
///
/// # Errors
/// If there is no answer.
pub fn get_as(url: &str, accept: &str, language: &str) -> Result<Response, ProcessError> {
    exchange(
        "GET",
        url,
        &format!("accept: {accept}\r\naccept-language: {language}\r\n"),
        &[],
    )
}

/// `POST url` with a body.
///
/// # Errors
/// If there is no answer.
pub fn post(url: &str, body: &[u8]) -> Result<Response, ProcessError> {
    exchange(
        "POST",
        url,
        &format!("content-length: {}\r\n", body.len()),
        body,
    )
}

fn exchange(method: &str, url: &str, head: &str, body: &[u8]) -> Result<Response, ProcessError> {
    let rest = url.strip_prefix("http://").unwrap_or(url);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let failed = || ProcessError::system(format!("{method} {url}"));
    let mut stream = TcpStream::connect(host).map_err(failed())?;
    stream
        .set_read_timeout(Some(ANSWER_TIME_MAX))
        .map_err(failed())?;
    let request =
        format!("{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{head}\r\n");
    stream
        .write_all(request.as_bytes())
        .and_then(|()| stream.write_all(body))
        .map_err(failed())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(failed())?;
    parse(&String::from_utf8_lossy(&answer))
        .ok_or_else(|| ProcessError::Answer(format!("the answer to {method} {url}")))
}

fn parse(answer: &str) -> Option<Response> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let (first, head) = head.split_once("\r\n").unwrap_or((head, ""));
    let status = first.split(' ').nth(1)?.parse().ok()?;
    Some(Response {
        status,
        head: head.to_ascii_lowercase(),
        body: body.to_owned(),
    })
}
