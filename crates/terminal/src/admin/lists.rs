//! The town's lists: compared with the town, asked to be imported, and what became of that.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use alleyway_catalogue::Lang;
use alleyway_client::views::administration::{Differences, EndedImport, ListFault};
use alleyway_core::limits::LISTS_BYTES_MAX;
use alleyway_core::sync::lists::{ListFile, Lists};
use alleyway_device::Device;
use alleyway_device::transport::Halt;

use super::super::Shown;
use super::super::context::Context;
use super::super::exit::{Exit, Failure};
use super::super::texts::{say, words};

/// `admin import FOLDER`
pub(super) fn import(
    context: &Context,
    device: &Device,
    folder: &Path,
    dry_run: bool,
) -> Result<Shown, Failure> {
    let lists = read(context, folder)?;
    if dry_run {
        let found = context.done(device.differences(&lists, &Halt::new()))?;
        return Shown::new(&found, lines(context, &found));
    }
    let asked = context.done(device.ask_import(&lists, &Halt::new()))?;
    let mut told = lines(context, &asked.differences);
    told.push(context.say(match asked.recorded {
        Some(_) => say::administration::IMPORT_ASKED,
        None => say::administration::IMPORT_NOT_ASKED,
    }));
    if asked.recorded.is_some() {
        told.push(context.say(say::hint::SEND));
    }
    Shown::new(&asked, told)
}

/// `admin imports`
pub(super) fn imports(context: &Context, device: &Device) -> Result<Shown, Failure> {
    let administration = context.done(device.administration())?;
    let mut asked = administration.asked.into_iter();
    let waiting = asked.find(|item| item.changes.is_some());
    let ended = administration.ended_import;
    let mut told = Vec::new();
    let differences = match &waiting {
        None => None,
        Some(item) => {
            let (id, changes) = (
                item.asked.to_string(),
                item.changes.unwrap_or_default().to_string(),
            );
            let values = [
                ("asked", id.as_str()),
                ("by", &item.asked_by),
                ("rows", &changes),
            ];
            told.push(context.fill(say::administration::IMPORT_WAITS, &values));
            let found = context.done(device.waiting_import(&Halt::new()))?;
            told.extend(lines(context, &found));
            if found.faults.is_empty() && found.changed.to_string() != changes {
                told.push(context.say(say::administration::IMPORT_DIFFERS));
            }
            told.push(context.fill(say::hint::CONFIRM_IMPORT, &[("asked", &id)]));
            Some(found)
        }
    };
    if let Some(ended) = &ended {
        told.push(how_it_ended(context, ended));
    }
    if told.is_empty() {
        told.push(context.say(say::administration::NO_IMPORT));
    }
    let value = serde_json::json!({
        "waiting": waiting,
        "differences": differences,
        "ended": ended,
    });
    Shown::new(&value, told)
}

fn how_it_ended(context: &Context, ended: &EndedImport) -> String {
    let rows = ended.changes.to_string();
    let mut values = vec![
        ("by", ended.asked_by.as_str()),
        ("rows", &rows),
        ("at", &ended.at),
    ];
    match &ended.fault {
        None => context.fill(say::administration::IMPORT_DONE, &values),
        Some(fault) => {
            let why = context.word(words::IMPORT_FAULT, fault);
            values.push(("why", &why));
            context.fill(say::administration::IMPORT_FAILED, &values)
        }
    }
}

fn lines(context: &Context, found: &Differences) -> Vec<String> {
    let (told, fault): (_, fn(&ListFault) -> &str) = match context.lang {
        Lang::Zh => (&found.text_zh, |fault| &fault.text_zh),
        Lang::En => (&found.text_en, |fault| &fault.text_en),
    };
    let mut lines: Vec<String> = told.lines().map(str::to_owned).collect();
    lines.extend(found.faults.iter().map(|row| {
        let column = row.column.as_ref();
        let column = column.map_or_else(String::new, |column| format!(" {column}"));
        format!("{}:{}:{column} {}", row.file, row.line, fault(row))
    }));
    lines
}

/// The files of a folder; those that are not there are none.
fn read(context: &Context, folder: &Path) -> Result<Lists, Failure> {
    let file = |name: &str| read_file(context, &folder.join(name));
    let lists = Lists {
        units: file("units.csv")?,
        members: file("members.csv")?,
        households: file("households.csv")?,
        book: file("book.toml")?,
    };
    if lists == Lists::default() {
        let folder = folder.display().to_string();
        let values = [("folder", folder.as_str())];
        let text = say::administration::NO_LISTS;
        return Err(context.failure(Exit::Usage, "no_lists", text, &values));
    }
    Ok(lists)
}

fn read_file(context: &Context, path: &Path) -> Result<Option<ListFile>, Failure> {
    let shown = path.display().to_string();
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| {
        file.take(LISTS_BYTES_MAX as u64 + 1)
            .read_to_end(&mut bytes)
    });
    match read {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let values = [("file", shown.as_str()), ("reason", &error.to_string())];
            let text = say::bundle::UNREADABLE;
            return Err(context.failure(Exit::Usage, "file_unreadable", text, &values));
        }
    }
    let file = ListFile::new(bytes);
    let file = file.map_err(|_| context.too_long(&shown, LISTS_BYTES_MAX))?;
    Ok(Some(file))
}
