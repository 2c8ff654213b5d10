//! The page `docs/policy.md`, made of the table itself, so that it cannot say anything else.

mod reading;

use alleyway_catalogue::{Area, Lang, refusal, words};

use super::needs::Need;
use super::roles::Role;
use super::table::{CLOSE_UNFIXED, From, Pending, Row, rows_of};
use crate::documents::DocumentKind;
use crate::kinds::case::CaseStage;
use crate::refusal::RefusalCode::{
    self, BadMerge, BadValue, DateInPast, IdTaken, NeedsCategory, NeedsReason, NeedsText,
    NoReferral, NobodyCleared, NotBelow, NotCleared, NotHolder, NotNextLevel, NotPermitted,
    NotReceiver, NotReturnedTwice, ReferralPending, ResolvedByAuthor, ReturnedTwice, Ruled,
    SecondPerson, TooLate, UnknownCommand, UnknownDocument, UnknownField, UnknownUnit, WrongState,
};

/// The codes that policy gives, in the order in which it asks.
pub(super) const REFUSALS: &[RefusalCode] = &[
    UnknownCommand,
    IdTaken,
    UnknownDocument,
    NeedsCategory,
    NeedsReason,
    NeedsText,
    UnknownField,
    BadValue,
    DateInPast,
    UnknownUnit,
    NoReferral,
    NotPermitted,
    NotCleared,
    NotHolder,
    NotReceiver,
    ReferralPending,
    ReturnedTwice,
    NotReturnedTwice,
    WrongState,
    NotNextLevel,
    NotBelow,
    NobodyCleared,
    Ruled,
    ResolvedByAuthor,
    TooLate,
    BadMerge,
    SecondPerson,
];

const HEAD: &str = "\
# Policy: who may do what

Generated from `crates/core/src/policy/table.rs` and the modules beside it; a test compares. To renew it: \
`ALLEYWAY_BLESS=1 cargo test -p alleyway-core --lib policy::`.

The same function answers on a device, before it records a command, and on the server, in the step that appends it. \
It asks in this order: does the command have what it needs; may its author; does what stands allow it; does it keep \
to its bounds. The first that fails names the refusal. Nobody may do what no row allows.

An author is a member, by the posts that are in force at that moment; the resident, for whom the server acts; or the \
server itself, for imports and administration, which has no part in a case.
";

const CASES: &str = "
## The case's life

States: {states}. Open: every state but `closed` and the ends (`rejected`, `withdrawn`, `duplicate`).

**Holder**: the unit responsible now. **Owner**: the alley that the case came from; for a clerk's report the branch. \
**Referral**: an escalation or a dispatch that its receiver has not answered. \"The holder\", \"the owner's chief\" \
and every other unit below mean a member who acts for it (see Posts). Several in one cell: any of them.

What is not possible while a referral is pending is not possible either after a second return, until the town \
dispatcher rules. \"On admission\": it can be typed offline, and shows no effect until the server admits it.

In a **confidential** case a post counts only if it is cleared for the confidential feed of its unit: without a \
clearance nobody of the unit does a step in it, and an auditor or an administrator never does.
";

const OTHERS: &str = "
## Other documents

Nobody but these; no post of the town's level stands in for a chief. A clearance is in force once a second person has \
confirmed it. The devices that its member has at that moment are then sent the confidential feed; one that is enrolled \
later is noted in the unit's document, where those who read the feed see it, and waits for a second person. \
A device is confirmed for one unit at a time. A clearance is for the dates that its post has: given more time, or \
given back, the post has to be cleared anew; a shorter time or another name changes nothing.
";

const REFUSED: &str = "
## Refusals

The codes that policy gives, in the order in which it asks, and what the author reads. Where another step came first, \
its name and its author go before the text; somebody who acts for no unit is told `not_permitted` and nothing else of \
where a case stands.
";

/// The page, in Markdown.
pub(super) fn page() -> String {
    let states: Vec<_> = CaseStage::ALL
        .iter()
        .map(|stage| in_both(words::STAGE, stage.word()))
        .collect();
    let mut page = HEAD.to_owned();
    page += &CASES.replace("{states}", &states.join(", "));
    page += &table(
        &[
            "command",
            "中文",
            "who",
            "from",
            "while a referral is pending",
            "needs",
            "offline",
        ],
        rows_of(DocumentKind::Case).iter().map(case_cells),
    );
    page += OTHERS;
    page += &table(
        &["document", "command", "中文", "who", "needs"],
        other_rows(),
    );
    page += &reading::sections();
    page += REFUSED;
    page += &table(
        &["code", "中文", "English"],
        REFUSALS.iter().map(|code| {
            let text = |lang| refusal(lang, code.word(), None, None);
            vec![format!("`{code}`"), text(Lang::Zh), text(Lang::En)]
        }),
    );
    page
}

/// A word as the code has it and in Chinese.
fn in_both(area: Area, of: &str) -> String {
    format!("`{of}` {}", area.word(Lang::Zh, of))
}

/// A table; a blank line goes before it.
fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<_> = head.iter().map(|&cell| cell.to_owned()).collect();
    let rule: Vec<_> = head.iter().map(|_| "---".to_owned()).collect();
    let mut out = format!("\n{}{}", line(&head), line(&rule));
    for row in rows {
        out += &line(&row);
    }
    out
}

fn case_cells(row: &Row) -> Vec<String> {
    let pending = match (row.from, row.pending) {
        (From::Nothing | From::Referral, _) => "",
        (_, Pending::Allowed) => "yes",
        (_, Pending::Blocked) => "no",
    };
    let offline = if row.offline { "yes" } else { "on admission" };
    vec![
        step(row),
        chinese(row),
        who(row),
        from(row),
        pending.to_owned(),
        needs(row),
        offline.to_owned(),
    ]
}

fn other_rows() -> impl Iterator<Item = Vec<String>> {
    [
        DocumentKind::Household,
        DocumentKind::Unit,
        DocumentKind::Directory,
        DocumentKind::Tray,
    ]
    .into_iter()
    .flat_map(|kind| {
        rows_of(kind).iter().map(move |row| {
            vec![
                kind.word().to_owned(),
                step(row),
                chinese(row),
                who(row),
                needs(row),
            ]
        })
    })
}

/// The command's word, and what the row says beyond it.
fn step(row: &Row) -> String {
    match row.step.split_once(", ") {
        Some((step, rest)) => format!("`{step}`, {rest}"),
        None => format!("`{}`", row.step),
    }
}

fn chinese(row: &Row) -> String {
    let step = if row.step == CLOSE_UNFIXED {
        "close"
    } else {
        row.step
    };
    words::KIND.word(Lang::Zh, step).to_owned()
}

fn who(row: &Row) -> String {
    let who: Vec<_> = row.who.iter().map(|role: &Role| role.words()).collect();
    who.join("; ")
}

fn from(row: &Row) -> String {
    match row.from {
        From::Nothing | From::There => String::new(),
        From::In(stages) => stages
            .iter()
            .map(|stage| format!("`{stage}`"))
            .collect::<Vec<_>>()
            .join(", "),
        From::Open => "any open".to_owned(),
        From::NotEnded => "any but the ends".to_owned(),
        From::Referral => "referral pending".to_owned(),
        From::TwiceReturned => "twice returned".to_owned(),
    }
}

fn needs(row: &Row) -> String {
    let needs = row.needs.iter().map(|need: &Need| need.words().to_owned());
    let all: Vec<_> = needs
        .chain(row.bounds.iter().map(|bound| bound.words()))
        .collect();
    all.join("; ")
}
