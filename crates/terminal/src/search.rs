//! Titles and numbers of cases, searched on the device or in the archive of the server.

use alleyway_client::views::archive::{Archive, ArchiveQuery};
use alleyway_device::transport::Halt;

use super::Shown;
use super::args::CasesArgs;
use super::context::Context;
use super::exit::Failure;
use super::look::{self, TITLE_CELLS};
use super::table::{Table, shorten};
use super::texts::{say, words};

/// `search TEXT`
pub(super) fn on_the_device(context: &Context, text: &str) -> Result<Shown, Failure> {
    let args = CasesArgs {
        all: true,
        title: Some(text.to_owned()),
        ..CasesArgs::default()
    };
    look::cases(context, &args)
}

/// `search TEXT --archive`
pub(super) fn in_the_archive(
    context: &Context,
    text: &str,
    after: Option<&str>,
) -> Result<Shown, Failure> {
    let device = context.open()?;
    let query = ArchiveQuery {
        text: text.to_owned(),
        after: after.map(str::to_owned),
    };
    let archive = context.done(device.archive(&query, &Halt::new()))?;
    let mut lines = Vec::new();
    if archive.cases.is_empty() && archive.next.is_none() {
        lines.push(context.say(say::archive::NONE));
    }
    if !archive.cases.is_empty() {
        let category = |code: &str| context.done(device.figure_category(code));
        lines.extend(table(context, &archive, category)?);
    }
    if let Some(next) = &archive.next {
        lines.push(context.fill(say::archive::MORE, &[("next", next)]));
    }
    Shown::new(&archive, lines)
}

fn table(
    context: &Context,
    archive: &Archive,
    category: impl Fn(&str) -> Result<String, Failure>,
) -> Result<Vec<String>, Failure> {
    let heads = [
        say::case::NUMBER,
        say::case::TITLE,
        say::case::CATEGORY,
        say::case::STATUS,
        say::case::HOLDER,
        say::archive::MOVED,
        say::case::MARKS,
    ];
    let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
    for case in &archive.cases {
        let mark = if case.confidential {
            context.say(say::case::CONFIDENTIAL_MARK)
        } else {
            String::new()
        };
        table.row(vec![
            case.number.clone(),
            shorten(&case.title, TITLE_CELLS),
            category(&case.category)?,
            context.word(words::STAGE, &case.status),
            case.holder.clone(),
            case.moved.clone().unwrap_or_default(),
            mark,
        ]);
    }
    Ok(table.lines())
}
