//! The page `docs/policy.md`, made of the table itself, so that it cannot say anything else.

pub(super) mod reading;

use alleyway_catalogue::{Area, Lang, refusal, words};

use super::needs::needed_fields;
use super::row::{From, Row};
use super::rules::{Part, Rules};
use crate::documents::DocumentKind;
use crate::kinds::case::CaseStage;
use crate::refusal::RefusalCode::{
    self, AboutThem, AppointedAlready, BadCoHandler, BadMerge, BadPhone, BadRules, BadValue,
    DateInPast, DoneAlready, ExtendedAlready, IdTaken, NameDiffers, NeedsCategory, NeedsDesk,
    NeedsReason, NeedsText, NoLevelAbove, NoReferral, NoRoomForMore, NobodyCleared, NotBelow,
    NotCleared, NotHolder, NotLater, NotNextLevel, NotPermitted, NotProposed, NotReceiver,
    NotReturnedTwice, NotSupervised, PeopleElsewhere, PostUnfit, Recused, ReferralPending,
    ResolvedByAuthor, ReturnedTwice, Ruled, SecondBook, SecondPerson, SecondTown, ShareUsed,
    TooEarly, TooFar, TooLate, UnknownCode, UnknownCommand, UnknownDocument, UnknownField,
    UnknownUnit, WrongState,
};
use crate::step::{Steps, Takes};

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
    BadPhone,
    NeedsDesk,
    BadRules,
    UnknownCode,
    DateInPast,
    UnknownUnit,
    NoReferral,
    NotPermitted,
    NotCleared,
    NotHolder,
    Recused,
    ExtendedAlready,
    NotReceiver,
    ReferralPending,
    ReturnedTwice,
    NotReturnedTwice,
    NotSupervised,
    WrongState,
    NoLevelAbove,
    NotNextLevel,
    NotBelow,
    BadCoHandler,
    AboutThem,
    NobodyCleared,
    Ruled,
    NotLater,
    TooFar,
    ResolvedByAuthor,
    TooLate,
    BadMerge,
    SecondPerson,
    SecondTown,
    PeopleElsewhere,
    PostUnfit,
    NameDiffers,
    AppointedAlready,
    DoneAlready,
    SecondBook,
    NotProposed,
    TooEarly,
    NoRoomForMore,
    ShareUsed,
];

const HEAD: &str = "\
# Policy: who may do what

Generated from the tables in `crates/core/src/kinds/<kind>/policy.rs`; a test compares. To renew it: \
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
        DocumentKind::Case.told().into_iter().map(Told::case_cells),
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

/// A row of a kind's table, in words.
pub(crate) struct Told {
    /// The name of the row: the step's word, and perhaps what tells it from another row.
    pub(crate) step: &'static str,
    /// Whether it creates the document.
    pub(crate) creates: bool,
    /// Whether it shows at once, offline.
    pub(crate) offline: bool,
    who: String,
    from: String,
    while_pending: String,
    needs: String,
}

/// The table of a kind, in words.
pub(crate) fn told<K: Rules>() -> Vec<Told> {
    let joined = |words: Vec<String>| words.join("; ");
    let row = |row: &Row<K>| {
        let roles = row.who.iter().map(|role| K::words(Part::Role(*role)));
        let needs = row.needs.iter().map(|need| K::words(Part::Need(*need)));
        let fields = fields_of::<K>(row.step);
        let bounds = row.bounds.iter().map(|bound| K::words(Part::Bound(*bound)));
        let room = room_of::<K>(row);
        let (from, while_pending) = match row.from {
            From::Nothing => (String::new(), String::new()),
            From::There => (String::new(), "yes".to_owned()),
            From::When(life) => (
                K::words(Part::Life(life)),
                K::words(Part::WhilePending(life)),
            ),
        };
        Told {
            step: row.step,
            creates: row.from == From::Nothing,
            offline: row.offline,
            who: joined(roles.collect()),
            from,
            while_pending,
            needs: joined(needs.chain(fields).chain(bounds).chain(room).collect()),
        }
    };
    K::ROWS.iter().map(row).collect()
}

/// The room that a row's step needs, if it merely adds.
fn room_of<K: Rules>(row: &Row<K>) -> Option<String> {
    let command = K::Command::blank(row.word())?;
    K::takes_room(&command).then(|| {
        let (all, one) = (K::ROOM.added_max, K::ROOM.by_author_max);
        format!("fewer than {all} entries, and fewer than {one} of the author's")
    })
}

/// The needs of the fields of a row's step.
fn fields_of<K: Rules>(step: &str) -> Vec<String> {
    let (word, _) = step.split_once(", ").unwrap_or((step, ""));
    let steps = <K::Command as Steps>::STEPS;
    let found = steps.iter().find(|described| described.word == word);
    let fields = found.map_or(&[][..], |found| found.fields);
    let edits = fields
        .iter()
        .any(|field| field.spec.takes == Takes::FieldName);
    let edited = edits.then(|| "a field and a value that it takes".to_owned());
    needed_fields(fields)
        .into_iter()
        .map(|(_, needed)| needed.words.to_owned())
        .chain(edited)
        .collect()
}

impl Told {
    fn case_cells(self) -> Vec<String> {
        let offline = if self.offline { "yes" } else { "on admission" };
        vec![
            self.step_cell(),
            self.chinese(),
            self.who,
            self.from,
            self.while_pending,
            self.needs,
            offline.to_owned(),
        ]
    }

    fn other_cells(self, kind: DocumentKind) -> Vec<String> {
        let conditions = [self.from.clone(), self.needs.clone()];
        let conditions: Vec<_> = conditions
            .into_iter()
            .filter(|words| !words.is_empty())
            .collect();
        vec![
            kind.word().to_owned(),
            self.step_cell(),
            self.chinese(),
            self.who,
            conditions.join("; "),
        ]
    }

    /// The command's word, and what the row says beyond it.
    fn step_cell(&self) -> String {
        match self.step.split_once(", ") {
            Some((step, rest)) => format!("`{step}`, {rest}"),
            None => format!("`{}`", self.step),
        }
    }

    fn chinese(&self) -> String {
        let (step, _) = self.step.split_once(", ").unwrap_or((self.step, ""));
        words::KIND.word(Lang::Zh, step).to_owned()
    }
}

fn other_rows() -> impl Iterator<Item = Vec<String>> {
    let others = DocumentKind::ALL
        .iter()
        .copied()
        .filter(|kind| *kind != DocumentKind::Case);
    others.flat_map(|kind| {
        let rows = kind.told().into_iter();
        rows.map(move |row| row.other_cells(kind))
    })
}
