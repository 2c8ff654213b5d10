//! Bundles: what is not confirmed goes from phone to phone in a file, and on to the server.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use alleyway_core::bundle::BundleError;
use alleyway_core::limits::BUNDLE_BYTES_MAX;
use alleyway_files::{Draft, folder_of, sync_folder};
use alleyway_replica::{ExportError, Exported, ImportError};

use super::args::BundleStep;
use super::context::{Context, Device};
use super::exit::{Exit, Failure};
use super::table::Table;
use super::texts::say;
use super::{Shown, json, lookup};

/// `bundle`
pub(super) fn bundle(context: &Context, what: &BundleStep) -> Result<Shown, Failure> {
    match what {
        BundleStep::Export { file, member } => export(context, file, member.as_deref()),
        BundleStep::Import { file } => import(context, file),
        BundleStep::List => list(context),
    }
}

/// `bundle export FILE [--for MEMBER]`
fn export(context: &Context, file: &Path, member: Option<&str>) -> Result<Shown, Failure> {
    let mut device = context.open()?;
    let to = member
        .map(|text| lookup::member(context, device.replica.organisation(), text))
        .transpose()?;
    let name = |device: &Device| {
        let name = to.and_then(|to| device.replica.organisation().name(to).map(str::to_owned));
        name.or_else(|| to.map(|to| to.to_string()))
            .unwrap_or_default()
    };
    let exported = device.replica.export(to, context.now(), context.random()?);
    let exported = exported.map_err(|error| export_failure(context, &error, &name(&device)))?;
    // What was sealed for it is durable before the first copy of it can leave this device.
    context.commit(&mut device.store, &exported.writes)?;
    let shown = file.display().to_string();
    write(file, &exported.file).map_err(|error| {
        let values = [("file", shown.as_str()), ("reason", &error.to_string())];
        context.failure(
            Exit::Usage,
            "file_unwritable",
            say::bundle::UNWRITABLE,
            &values,
        )
    })?;
    let value = json::BundleExported {
        file: shown,
        member: to.map(|to| to.to_string()),
        bytes: exported.file.len(),
        batches: exported.batches,
        commands: exported.commands,
        left_out: exported.left_out,
    };
    Shown::new(
        &value,
        exported_lines(context, &value, &exported, &name(&device)),
    )
}

fn exported_lines(
    context: &Context,
    value: &json::BundleExported,
    exported: &Exported,
    name: &str,
) -> Vec<String> {
    let counts = [
        exported.batches,
        exported.commands,
        value.bytes,
        exported.left_out,
    ]
    .map(|count| count.to_string());
    let [batches, commands, bytes, left_out] = counts.each_ref().map(String::as_str);
    let file = value.file.as_str();
    let mut lines = vec![if value.member.is_some() {
        let values = [
            ("file", file),
            ("batches", batches),
            ("commands", commands),
            ("bytes", bytes),
            ("name", name),
        ];
        context.fill(say::bundle::WRITTEN, &values)
    } else {
        context.fill(
            say::bundle::WRITTEN_UNREAD,
            &[("file", file), ("batches", batches), ("bytes", bytes)],
        )
    }];
    if exported.left_out > 0 {
        lines.push(context.fill(say::bundle::LEFT_OUT, &[("count", left_out)]));
    }
    lines
}

fn export_failure(context: &Context, error: &ExportError, name: &str) -> Failure {
    let name = [("name", name)];
    match error {
        ExportError::NotEnrolled => context.failure(
            Exit::NotEnrolled,
            "not_enrolled",
            say::enrol::NOT_ENROLLED,
            &[],
        ),
        ExportError::NoDevice => {
            context.failure(Exit::NotFound, "no_device", say::bundle::NO_DEVICE, &name)
        }
        ExportError::Locked => {
            context.failure(Exit::NotAllowed, "locked", say::bundle::LOCKED, &[])
        }
        ExportError::Nothing => context.failure(
            Exit::NotFound,
            "nothing_to_export",
            say::bundle::NOTHING,
            &[],
        ),
        ExportError::Failed(error) => context.unexpected(error),
    }
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
    let mut device = context.open()?;
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
    let taken = device.replica.import(&bytes, context.now());
    let (writes, imported) = taken.map_err(|error| import_failure(context, &error))?;
    context.commit(&mut device.store, &writes)?;
    let value = json::BundleImported {
        batches: imported.batches,
        commands: imported.commands,
        withheld: imported.withheld,
        known: imported.known,
        differing: imported.differing,
    };
    let text = |count: usize| count.to_string();
    let mut lines = vec![context.fill(
        say::bundle::TAKEN,
        &[
            ("batches", &text(value.batches)),
            ("commands", &text(value.commands)),
            ("withheld", &text(value.withheld)),
            ("known", &text(value.known)),
        ],
    )];
    if value.differing > 0 {
        lines.push(context.fill(say::bundle::DIFFERING, &[("count", &text(value.differing))]));
    }
    Shown::new(&value, lines)
}

/// A file's bytes, not many more than a bundle may have.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(BUNDLE_BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn import_failure(context: &Context, error: &ImportError) -> Failure {
    let ImportError::Bundle(error) = error else {
        return match error {
            ImportError::TooMuchCarried => {
                context.failure(Exit::NotAllowed, "too_much_carried", say::bundle::FULL, &[])
            }
            ImportError::Stopped => context.failure(
                Exit::Stopped,
                "device_stopped",
                say::stopped::NOTHING_RECORDED,
                &[],
            ),
            _ => context.failure(
                Exit::NotEnrolled,
                "not_enrolled",
                say::enrol::NOT_ENROLLED,
                &[],
            ),
        };
    };
    let text = match error {
        BundleError::TooLarge => say::bundle::TOO_LARGE,
        BundleError::Damaged => say::bundle::DAMAGED,
        BundleError::UnknownVersion(_) => say::bundle::UNKNOWN_VERSION,
        BundleError::OtherTown => say::bundle::OTHER_TOWN,
        BundleError::NotForYou => say::bundle::NOT_FOR_YOU,
        BundleError::BadCertificate => say::bundle::BAD_CERTIFICATE,
        BundleError::BadSignature => say::bundle::BAD_SIGNATURE,
    };
    context.failure(
        Exit::NotAllowed,
        error.code(),
        text,
        &[("limit", &BUNDLE_BYTES_MAX.to_string())],
    )
}

/// `bundle list`
fn list(context: &Context) -> Result<Shown, Failure> {
    let device = context.open()?;
    let organisation = device.replica.organisation();
    let values: Vec<json::CarriedBatch> = device
        .replica
        .carried()
        .into_iter()
        .map(|row| json::CarriedBatch {
            device: row.device.to_string(),
            member: row.member.to_string(),
            name: organisation
                .name(row.member)
                .map_or_else(|| row.member.to_string(), str::to_owned),
            batch: row.number,
            commands: row.commands,
            waiting: row.waiting,
            withheld: row.withheld,
            bytes: row.bytes,
        })
        .collect();
    if values.is_empty() {
        return Shown::new(&values, vec![context.say(say::bundle::NOTHING_CARRIED)]);
    }
    let heads = [
        say::bundle::AUTHOR,
        say::bundle::BATCH,
        say::bundle::SHOWN,
        say::bundle::WAITING,
        say::bundle::WITHHELD,
    ];
    let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
    for value in &values {
        let (batch, commands, waiting, withheld) =
            (value.batch, value.commands, value.waiting, value.withheld);
        let numbers = [
            batch.to_string(),
            commands.to_string(),
            waiting.to_string(),
            withheld.to_string(),
        ];
        table.row([vec![value.name.clone()], numbers.to_vec()].concat());
    }
    let mut lines = table.lines();
    lines.push(context.say(say::hint::BUNDLE));
    Shown::new(&values, lines)
}
