//! `export` and `import-export`

use std::path::PathBuf;

use alleyway_catalogue::Lang;
use clap::Args;

use super::admin::{ask, pick, print_json, shown_time, unexpected};
use super::backup::{code, failed, stages};
use super::exit::{BAD_BACKUP, BAD_INPUT, Exit, IO};
use super::restore::{Kept, next_steps};
use crate::admin::{Outcome, Request};
use crate::config::Config;
use crate::export::{ExportError, Exported, ImportRequest, ImportedTown, import};

/// Where an export goes.
#[derive(Debug, Args)]
pub(super) struct ExportOptions {
    /// A new folder, for its owner alone: names, texts and addresses lie in it as plain text.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// Which export, and what was kept beside it.
#[derive(Debug, Args)]
pub(super) struct ImportOptions {
    /// The folder of the export. It is only read.
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    #[command(flatten)]
    kept: Kept,
}

pub(super) fn export(config: &Config, options: &ExportOptions, language: Lang) -> Result<(), Exit> {
    let to = std::path::absolute(&options.to)?;
    let Outcome::Exported(made) = ask(config, Request::Export { to }, options.json, language)?
    else {
        return Err(unexpected());
    };
    // Whoever reads JSON has eyes too.
    eprintln!("{}", warning(language));
    if options.json {
        return print_json(&made);
    }
    let Exported {
        to,
        sequence,
        rows,
        documents,
        ..
    } = made;
    let to = to.display();
    match language {
        Lang::Zh => {
            println!("已导出到 {to}：账目到第 {sequence} 号，{rows} 行，{documents} 份文档");
        }
        Lang::En => println!(
            "exported to {to}: up to sequence {sequence}, {rows} rows, {documents} documents"
        ),
    }
    Ok(())
}

fn warning(language: Lang) -> &'static str {
    pick(
        language,
        "警告：导出是明文，含全镇的姓名、住址和事项，保密事项也在内。只给有权的人，用完即删；本次导出已记入审计。",
        "warning: an export is plain text: every name, address and case of the town, confidential ones too. Keep it to those who may have it, delete it after use. It is in the audit.",
    )
}

pub(super) fn import_export(
    config: &Config,
    options: &ImportOptions,
    language: Lang,
) -> Result<(), Exit> {
    let ImportOptions { from, kept } = options;
    let request = ImportRequest {
        from: from.clone(),
        new: kept.new_folder(config),
    };
    let imported = import(&request, &mut stages(language))
        .map_err(|error| exit(&error, kept.json, language))?;
    if kept.json {
        return print_json(&imported);
    }
    let ImportedTown {
        town_name,
        taken,
        sequence,
        incarnation,
        rows,
        documents,
        ..
    } = &imported;
    let (taken, data) = (shown_time(taken), config.data.display().to_string());
    match language {
        Lang::Zh => println!(
            "“{town_name}”的导出（{taken}，账目到第 {sequence} 号）已写入 {data}：{rows} 行，{documents} 份文档核对无误，第 {incarnation} 任服务器"
        ),
        Lang::En => println!(
            "the export of {town_name} ({taken}, up to sequence {sequence}) is in {data}: {rows} rows, {documents} documents compared, incarnation {incarnation}"
        ),
    }
    print!(
        "{}",
        next_steps(
            imported.quarantine.as_deref(),
            imported.devices,
            &data,
            language
        )
    );
    Ok(())
}

fn exit(error: &ExportError, json: bool, language: Lang) -> Exit {
    let exit = match error {
        ExportError::Copy(error) => code(error),
        ExportError::Io { .. } => IO,
        ExportError::NotEmpty(_) | ExportError::NotThere(_) => BAD_INPUT,
        ExportError::Damaged { .. } | ExportError::Format { .. } => BAD_BACKUP,
    };
    failed(
        exit,
        error.code(),
        &error.text(Lang::Zh),
        &error.text(Lang::En),
        (json, language),
    )
}
