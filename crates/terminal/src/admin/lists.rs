//! The town's lists compared with the town.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use alleyway_catalogue::Lang;
use alleyway_client::views::administration::{Differences, ListFault};
use alleyway_core::limits::LISTS_BYTES_MAX;
use alleyway_core::sync::lists::{ListFile, Lists};
use alleyway_device::Device;
use alleyway_device::transport::Halt;

use super::super::Shown;
use super::super::context::Context;
use super::super::exit::{Exit, Failure};
use super::super::texts::say;

/// `admin import FOLDER --dry-run`
pub(super) fn differences(
    context: &Context,
    device: &Device,
    folder: &Path,
) -> Result<Shown, Failure> {
    let lists = read(context, folder)?;
    let found = context.done(device.differences(&lists, &Halt::new()))?;
    Shown::new(&found, lines(context, &found))
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
