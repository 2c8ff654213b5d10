//! Who one is, and the list of cases.

use alleyway_client::dates::show_time;
use alleyway_client::views::list::{Case, CaseQuery, DueIn, Listing};
use alleyway_client::views::member::Whoami;
use alleyway_core::kinds::case::CaseStage;
use alleyway_core::text::fold;

use super::args::{CasesArgs, DueArg};
use super::context::Context;
use super::exit::{Exit, Failure};
use super::table::{Table, shorten};
use super::texts::{say, words};
use super::{Shown, lease, stopping};

/// Cells that a title may take in a list.
pub(super) const TITLE_CELLS: usize = 36;

/// `whoami`
pub(super) fn whoami(context: &Context) -> Result<Shown, Failure> {
    let device = context.open()?;
    let me = context.done(device.whoami())?;
    let named = me.posts.iter();
    let named: Vec<String> = named
        .map(|held| {
            let post = context.word(words::POST, &held.post);
            format!("{post} · {}", held.unit)
        })
        .collect();
    let told = stopping::told(context, &me);
    let named = match &told {
        _ if !named.is_empty() => named.join(&context.say(say::common::SEMICOLON)),
        Some(_) => context.say(say::common::NONE),
        None if me.has_no_post => context.say(say::member::NO_POST_NOW),
        None => context.say(say::member::NO_POSTS),
    };
    let mut table = Table::plain();
    table.row(vec![context.say(say::member::NAME), me.name.clone()]);
    table.row(vec![context.say(say::member::TOWN), me.town.clone()]);
    table.row(vec![context.say(say::member::POSTS), named]);
    let device = format!("{:04}  {}", me.device_code, me.device);
    table.row(vec![context.say(say::member::DEVICE), device]);
    if told.is_none() {
        table.row(vec![
            context.say(say::lease::READABLE_UNTIL),
            lease::until(context, &me),
        ]);
    }
    let mut lines = table.lines();
    let ended = me
        .has_no_post
        .then(|| context.say(say::member::NO_POST_HOW));
    lines.extend(told.or(ended));
    lines.push(last_contact(context, &me));
    if me.proposals + me.review > 0 {
        let (proposals, review) = (me.proposals.to_string(), me.review.to_string());
        let values = [("proposals", &*proposals), ("review", &*review)];
        lines.push(context.fill(say::tray::OPEN_ITEMS, &values));
    }
    if me.carried > 0 {
        let count = me.carried.to_string();
        lines.push(context.fill(say::bundle::CARRYING, &[("count", &count)]));
    }
    Shown::new(&me, lines)
}

/// When the server last answered: until then what is shown is confirmed.
pub(super) fn last_contact(context: &Context, me: &Whoami) -> String {
    let when = me
        .last_contact
        .map_or_else(|| context.say(say::member::NEVER_CONTACT), show_time);
    let colon = context.say(say::common::COLON);
    format!("{}{colon}{when}", context.say(say::member::LAST_CONTACT))
}

/// `cases`
pub(super) fn cases(context: &Context, args: &CasesArgs) -> Result<Shown, Failure> {
    let stage = args.status.as_deref();
    let query = CaseQuery {
        all: args.all,
        stage: stage.map(|word| known_stage(context, word)).transpose()?,
        late: args.late,
        due: args.due.map(|due| match due {
            DueArg::Today => DueIn::Today,
            DueArg::Week => DueIn::Week,
        }),
        changed: args.changed,
        title: args.title.clone(),
        text: args.find.clone(),
    };
    let device = context.open()?;
    let me = context.done(device.whoami())?;
    let told = stopping::told(context, &me);
    let rows = match context.done(device.cases(&query))? {
        Listing::Rows(rows) => rows,
        Listing::Index(rows) => {
            let (head, nothing) = (say::case::NUMBER, say::case::NONE);
            return lease::index(context, &me, &rows, head, nothing);
        }
    };
    let mut lines = case_lines(context, &me, &rows);
    lines.extend(told.filter(|_| !rows.is_empty()));
    Shown::new(&rows, lines)
}

fn known_stage(context: &Context, word: &str) -> Result<CaseStage, Failure> {
    // People type what they read: the text of a state is taken as well as its word.
    let named = |stage: &&CaseStage| {
        let names = [stage.word(), &context.word(words::STAGE, stage.word())];
        names.into_iter().any(|name| fold::same(name, word))
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

fn case_lines(context: &Context, me: &Whoami, rows: &[Case]) -> Vec<String> {
    let mut lines = Vec::new();
    if rows.is_empty() {
        lines.push(stopping::empty(context, me, say::case::NONE));
    } else {
        let heads = [
            say::case::NUMBER,
            say::case::TITLE,
            say::case::CATEGORY,
            say::case::STATUS,
            say::case::HOLDER,
            say::case::LIGHT,
            say::case::DUE,
            say::case::MARKS,
        ];
        let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
        for row in rows {
            table.row(vec![
                row.number.to_string(),
                shorten(&row.title, TITLE_CELLS),
                row.category_name.clone(),
                context.word(words::STAGE, &row.status),
                row.holder.clone(),
                light_word(context, row),
                due_day(row),
                marks(context, row),
            ]);
        }
        lines.extend(table.lines());
        let count = rows.len().to_string();
        lines.push(context.fill(say::case::COUNT, &[("count", &count)]));
    }
    lines.push(last_contact(context, me));
    lines
}

fn light_word(context: &Context, row: &Case) -> String {
    let light = row.light.as_ref();
    light.map_or_else(String::new, |light| {
        context.word(words::LIGHT, &light.light)
    })
}

fn due_day(row: &Case) -> String {
    let due = row.light.as_ref().and_then(|light| light.due);
    due.map(|due| due.to_string()).unwrap_or_default()
}

/// The marks of a case that its reader is to see.
fn marks(context: &Context, row: &Case) -> String {
    let counted = |count: usize, text| {
        (count > 0).then(|| context.fill(text, &[("count", &count.to_string())]))
    };
    let marked = |is_so: bool, text| is_so.then(|| context.say(text));
    [
        marked(
            row.light.as_ref().is_some_and(|light| light.provisional),
            say::case::PROVISIONAL_MARK,
        ),
        marked(row.confidential, say::case::CONFIDENTIAL_MARK),
        counted(row.pending, say::case::PENDING_MARK),
        counted(row.carried, say::case::CARRIED_MARK),
        counted(row.refused, say::case::REFUSED_MARK),
        counted(row.conflicts, say::case::CONFLICT_MARK),
        marked(row.changed, say::case::CHANGED_MARK),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<String>>()
    .join(" ")
}
