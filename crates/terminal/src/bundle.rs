//! Bundles: what is not confirmed goes from phone to phone in a file, and on to the server.

use std::fs::File;
use std::io::{Read, Write as _};
use std::path::Path;

use alleyway_client::views::bundle::Exported;
use alleyway_core::limits::BUNDLE_BYTES_MAX;
use alleyway_files::{Draft, folder_of, sync_folder};
use serde::Serialize;

use super::Shown;
use super::args::BundleStep;
use super::context::Context;
use super::exit::{Exit, Failure};
use super::table::Table;
use super::texts::say;

/// `bundle`
pub(super) fn bundle(context: &Context, what: &BundleStep) -> Result<Shown, Failure> {
    match what {
        BundleStep::Export { file, member } => export(context, file, member.as_deref()),
        BundleStep::Import { file } => import(context, file),
        BundleStep::List => list(context),
    }
}

/// `bundle export`, for programs.
#[derive(Debug, Serialize)]
struct Written<'a> {
    file: &'a str,
    #[serde(flatten)]
    about: &'a Exported,
}

/// `bundle export FILE [--for MEMBER]`
fn export(context: &Context, file: &Path, member: Option<&str>) -> Result<Shown, Failure> {
    let device = context.open()?;
    let bundle = context.done(device.export(member))?;
    let shown = file.display().to_string();
    write(file, &bundle.file).map_err(|error| {
        let values = [("file", shown.as_str()), ("reason", &error.to_string())];
        context.failure(
            Exit::Usage,
            "file_unwritable",
            say::bundle::UNWRITABLE,
            &values,
        )
    })?;
    let about = &bundle.about;
    let lines = exported_lines(context, &shown, about);
    let file = shown.as_str();
    Shown::new(&Written { file, about }, lines)
}

fn exported_lines(context: &Context, file: &str, about: &Exported) -> Vec<String> {
    let counts = [about.batches, about.commands, about.bytes, about.left_out];
    let counts = counts.map(|count| count.to_string());
    let [batches, commands, bytes, left_out] = counts.each_ref().map(String::as_str);
    let values = [
        ("file", file),
        ("batches", batches),
        ("commands", commands),
        ("bytes", bytes),
        ("name", &about.name),
    ];
    let text = if about.member.is_some() {
        say::bundle::WRITTEN
    } else {
        say::bundle::WRITTEN_UNREAD
    };
    let mut lines = vec![context.fill(text, &values)];
    if about.left_out > 0 {
        lines.push(context.fill(say::bundle::LEFT_OUT, &[("count", left_out)]));
    }
    lines
}

/// Puts a file that only its owner can read, whole or not at all.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut name = path
        .file_name()
        .ok_or(std::io::ErrorKind::InvalidFilename)?
        .to_os_string();
    name.push(format!(".{}.part", std::process::id()));
    Draft::fill_as(path, &path.with_file_name(name), |file| {
        file.write_all(bytes)
    })?
    .rename()?;
    sync_folder(&folder_of(path))
}

/// `bundle import FILE`
fn import(context: &Context, file: &Path) -> Result<Shown, Failure> {
    let device = context.open()?;
    let shown = file.display().to_string();
    let bytes = read(file).map_err(|error| {
        let values = [("file", shown.as_str()), ("reason", &error.to_string())];
        context.failure(
            Exit::Usage,
            "file_unreadable",
            say::bundle::UNREADABLE,
            &values,
        )
    })?;
    let taken = context.done(device.import(&bytes))?;
    let counts = [taken.batches, taken.commands, taken.withheld, taken.known];
    let counts = counts.map(|count| count.to_string());
    let [batches, commands, withheld, known] = counts.each_ref().map(String::as_str);
    let values = [
        ("batches", batches),
        ("commands", commands),
        ("withheld", withheld),
        ("known", known),
    ];
    let mut lines = vec![context.fill(say::bundle::TAKEN, &values)];
    if taken.left > 0 {
        let count = taken.left.to_string();
        lines.push(context.fill(say::bundle::LEFT, &[("count", &count)]));
    }
    if taken.differing > 0 {
        let count = taken.differing.to_string();
        lines.push(context.fill(say::bundle::DIFFERING, &[("count", &count)]));
    }
    Shown::new(&taken, lines)
}

/// A file's bytes, not many more than a bundle may have.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(BUNDLE_BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// `bundle list`
fn list(context: &Context) -> Result<Shown, Failure> {
    let device = context.open()?;
    let rows = context.done(device.carried())?;
    if rows.is_empty() {
        return Shown::new(&rows, vec![context.say(say::bundle::NOTHING_CARRIED)]);
    }
    let heads = [
        say::bundle::AUTHOR,
        say::bundle::BATCH,
        say::bundle::SHOWN,
        say::bundle::WAITING,
        say::bundle::WITHHELD,
    ];
    let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
    for row in &rows {
        table.row(vec![
            row.name.clone(),
            row.batch.to_string(),
            row.commands.to_string(),
            row.waiting.to_string(),
            row.withheld.to_string(),
        ]);
    }
    let mut lines = table.lines();
    lines.push(context.say(say::hint::BUNDLE));
    Shown::new(&rows, lines)
}
