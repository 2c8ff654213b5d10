//! Who one is, and lists: households, cases.

use alleyway_core::kinds::case::CaseStage;
use alleyway_core::time::Time;
use alleyway_replica::CaseRow;

use super::args::CasesArgs;
use super::context::{Context, Device};
use super::exit::{Exit, Failure};
use super::lookup::unit_name;
use super::table::{Table, shorten};
use super::texts::{say, words};
use super::{Shown, json, lease, parse, stopping};

/// Cells that a title may take in a list.
const TITLE_CELLS: usize = 36;

/// What of a step's details its author wrote.
const WORDS: [&str; 2] = ["reason", "tried"];

/// `whoami`
pub(super) fn whoami(context: &Context) -> Result<Shown, Failure> {
    let device = context.open()?;
    let organisation = device.replica.organisation();
    let status = context.status(&device)?;
    let posts: Vec<(String, String)> = status
        .posts
        .iter()
        .map(|(post, unit)| (post.word().to_owned(), unit_name(organisation, *unit)))
        .collect();
    let named: Vec<String> = posts
        .iter()
        .map(|(post, unit)| format!("{} · {unit}", context.word(words::POST, post)))
        .collect();
    let (told, ended) = (
        stopping::told(context, &device),
        stopping::has_no_post(context, &device.replica),
    );
    let named = match &told {
        _ if !named.is_empty() => named.join(&context.say(say::common::SEMICOLON)),
        Some(_) => context.say(say::common::NONE),
        None if ended => context.say(say::member::NO_POST_NOW),
        None => context.say(say::member::NO_POSTS),
    };
    let mut table = Table::plain();
    table.row(vec![context.say(say::member::NAME), status.name.clone()]);
    table.row(vec![
        context.say(say::member::TOWN),
        status.town_name.clone(),
    ]);
    table.row(vec![context.say(say::member::POSTS), named]);
    table.row(vec![
        context.say(say::member::DEVICE),
        format!("{:04}  {}", status.device_code, status.device),
    ]);
    if told.is_none() {
        table.row(vec![
            context.say(say::lease::READABLE_UNTIL),
            lease::until(context, &device),
        ]);
    }
    let mut lines = table.lines();
    lines.extend(told.or_else(|| ended.then(|| context.say(say::member::NO_POST_HOW))));
    lines.push(last_contact(context, &device));
    let (proposals, review) = (
        device.replica.proposals().len(),
        device.replica.review().len(),
    );
    if proposals + review > 0 {
        let values = [
            ("proposals", proposals.to_string()),
            ("review", review.to_string()),
        ];
        lines.push(
            context.fill(
                say::tray::OPEN_ITEMS,
                &values
                    .each_ref()
                    .map(|(name, value)| (*name, value.as_str())),
            ),
        );
    }
    if status.carried > 0 {
        lines.push(context.fill(
            say::bundle::CARRYING,
            &[("count", &status.carried.to_string())],
        ));
    }
    let value = json::Whoami {
        member: status.member.to_string(),
        name: status.name,
        posts: posts
            .into_iter()
            .map(|(post, unit)| json::Post { post, unit })
            .collect(),
        device: status.device.to_string(),
        carried: status.carried,
        last_contact: status.last_contact.map(parse::show_time_utc),
        proposals,
        review,
        readable_until: lease::until_utc(&device),
    };
    Shown::new(&value, lines)
}

/// When the server last answered: until then what is shown is confirmed.
pub(super) fn last_contact(context: &Context, device: &Device) -> String {
    let when = device
        .replica
        .status(context.now())
        .and_then(|status| status.last_contact);
    let when = when.map_or_else(|| context.say(say::member::NEVER_CONTACT), parse::show_time);
    let colon = context.say(say::common::COLON);
    format!("{}{colon}{when}", context.say(say::member::LAST_CONTACT))
}

/// `households`
pub(super) fn households(context: &Context) -> Result<Shown, Failure> {
    let device = context.open()?;
    stopping::told(context, &device);
    if device.replica.is_locked() {
        return lease::index(context, &device, false);
    }
    let rows = device.replica.households();
    let mut table = Table::new(
        [
            say::household::DOOR,
            say::household::CONTACT,
            say::household::COUNT,
        ]
        .map(|head| context.say(head))
        .to_vec(),
    );
    for row in &rows {
        table.row(vec![
            row.door.clone(),
            row.contact.clone(),
            row.count.to_string(),
        ]);
    }
    let mut lines = if rows.is_empty() {
        vec![stopping::empty(context, &device, say::household::NONE)]
    } else {
        table.lines()
    };
    lines.push(last_contact(context, &device));
    let values: Vec<json::Household> = rows
        .into_iter()
        .map(|row| json::Household {
            document: row.document.to_string(),
            door: row.door,
            contact: row.contact,
            count: row.count,
        })
        .collect();
    Shown::new(&values, lines)
}

/// `cases`
pub(super) fn cases(context: &Context, args: &CasesArgs) -> Result<Shown, Failure> {
    let status = args
        .status
        .as_deref()
        .map(|word| known_stage(context, word))
        .transpose()?;
    let mut device = context.open()?;
    let told = stopping::told(context, &device);
    if device.replica.is_locked() {
        return lease::index(context, &device, true);
    }
    let now = device.replica.server_time(context.now());
    let rows: Vec<CaseRow> = device
        .replica
        .cases()
        .into_iter()
        // Who asks for a state means that state, whether it is an end or not.
        .filter(|row| args.all || status.is_some() || row.state.stage.is_open())
        .filter(|row| {
            status
                .as_ref()
                .is_none_or(|status| row.state.stage == *status)
        })
        .filter(|row| !args.late || is_late(row, now))
        .filter(|row| !args.changed || row.changed)
        .filter(|row| {
            args.find
                .as_deref()
                .is_none_or(|text| holds(&device, row, text))
        })
        .collect();
    context.keep_unreadable(&mut device)?;
    let mut lines = case_lines(context, &device, &rows, now);
    lines.extend(told.filter(|_| !rows.is_empty()));
    let organisation = device.replica.organisation();
    let values: Vec<json::Case> = rows
        .iter()
        .map(|row| json::Case {
            document: row.document.to_string(),
            number: row.number.to_string(),
            title: row.title.clone(),
            category: row.category.clone(),
            status: row.state.stage.word().to_owned(),
            holder: unit_name(organisation, row.state.holder),
            pending: row.pending,
            carried: row.carried,
            refused: row.refused,
            conflicts: row.conflicts,
            confidential: row.state.confidential,
        })
        .collect();
    Shown::new(&values, lines)
}

fn known_stage(context: &Context, word: &str) -> Result<CaseStage, Failure> {
    // People type what they read: the text of a state is taken as well as its word.
    let named = |stage: &&CaseStage| {
        stage.word() == word || context.word(words::STAGE, stage.word()) == word
    };
    CaseStage::ALL.iter().find(named).cloned().ok_or_else(|| {
        let known: Vec<&str> = CaseStage::ALL.iter().map(CaseStage::word).collect();
        let known = known.join(" ");
        context.failure(
            Exit::Usage,
            "bad_status",
            say::usage::BAD_STATUS,
            &[("value", word), ("known", &known)],
        )
    })
}

/// Whether a text occurs in a case's number, fields or steps. Capitals do not count.
fn holds(device: &Device, row: &CaseRow, text: &str) -> bool {
    let text = text.to_lowercase();
    let has = |place: &str| place.to_lowercase().contains(&text);
    if has(&row.number.to_string()) {
        return true;
    }
    device.replica.case(row.document).is_some_and(|case| {
        case.fields.values().flatten().any(|live| has(&live.value))
            || case.log.iter().any(|row| {
                has(&row.entry.text)
                    || WORDS
                        .iter()
                        .any(|name| row.entry.details.get(*name).is_some_and(|words| has(words)))
            })
    })
}

fn is_late(row: &CaseRow, now: Time) -> bool {
    row.state.stage.is_open() && row.state.due_now().is_some_and(|due| due.is_over(now))
}

fn case_lines(context: &Context, device: &Device, rows: &[CaseRow], now: Time) -> Vec<String> {
    let mut lines = Vec::new();
    if rows.is_empty() {
        lines.push(stopping::empty(context, device, say::case::NONE));
    } else {
        let heads = [
            say::case::NUMBER,
            say::case::TITLE,
            say::case::CATEGORY,
            say::case::STATUS,
            say::case::HOLDER,
            say::case::DUE,
            say::case::MARKS,
        ];
        let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
        for row in rows {
            table.row(vec![
                row.number.to_string(),
                shorten(&row.title, TITLE_CELLS),
                context.word(words::CATEGORY, &row.category),
                context.word(words::STAGE, row.state.stage.word()),
                unit_name(device.replica.organisation(), row.state.holder),
                row.state
                    .due_now()
                    .map(parse::show_date)
                    .unwrap_or_default(),
                marks(context, row, now),
            ]);
        }
        lines.extend(table.lines());
        lines.push(context.fill(say::case::COUNT, &[("count", &rows.len().to_string())]));
    }
    lines.push(last_contact(context, device));
    lines
}

/// What of a case wants to be seen.
fn marks(context: &Context, row: &CaseRow, now: Time) -> String {
    let counted = |count: usize, text| {
        (count > 0).then(|| context.fill(text, &[("count", &count.to_string())]))
    };
    [
        is_late(row, now).then(|| context.say(say::case::LATE)),
        row.state
            .confidential
            .then(|| context.say(say::case::CONFIDENTIAL_MARK)),
        row.state
            .supervised
            .then(|| context.say(say::case::SUPERVISED_MARK)),
        counted(row.pending, say::case::PENDING_MARK),
        counted(row.carried, say::case::CARRIED_MARK),
        counted(row.refused, say::case::REFUSED_MARK),
        counted(row.conflicts, say::case::CONFLICT_MARK),
        row.changed.then(|| context.say(say::case::CHANGED_MARK)),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<String>>()
    .join(" ")
}
