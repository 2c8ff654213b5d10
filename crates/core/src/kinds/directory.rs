//! Directories 名录: rows about units, posts and devices, written by the server.

mod command;
mod execute;
mod view;

pub use command::*;
pub(crate) use execute::plan;
pub use view::DirectoryView;

/// Unit → its row.
const UNITS: &str = "units";
/// Appointment → its row.
const POSTS: &str = "posts";
/// Signing key → the device's row.
const DEVICES: &str = "devices";

/// A key as 64 hexadecimal digits.
fn hex(bytes: &[u8; 32]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Reads 64 hexadecimal digits.
fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(i * 2..i * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}
