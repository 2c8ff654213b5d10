//! Appointments: units that exist, posts that fit, one name a person, no post twice at a time.

use std::collections::BTreeMap;

use super::{SeenKeys, Suspects, Tree};
use crate::import::current::Current;
use crate::import::fault::{Fault, Faults};
use crate::import::row::{File, MemberRow};

pub(super) fn check(
    rows: &[MemberRow],
    current: &Current,
    tree: &Tree<'_>,
    suspects: &Suspects,
    faults: &mut Faults,
) {
    let known = current.appointments.iter().map(|made| made.member.as_str());
    let mut keys = SeenKeys::of(known);
    let mut names: BTreeMap<&str, &MemberRow> = BTreeMap::new();
    let mut terms: BTreeMap<(&str, &str, &str), Vec<&MemberRow>> = BTreeMap::new();
    for row in rows {
        match tree.kind(&row.unit) {
            None if suspects.holds(&row.unit) => {}
            None => faults.add(
                File::Members,
                row.line,
                Some("unit"),
                &Fault::UnknownUnit(row.unit.to_string()),
            ),
            Some(kind) if !tree.has_people(&row.unit, kind) => faults.add(
                File::Members,
                row.line,
                Some("unit"),
                &Fault::PeopleElsewhere(kind.clone()),
            ),
            Some(kind) if row.post.fits(kind) => {}
            Some(kind) => {
                let fault = Fault::PostUnfit {
                    post: row.post.clone(),
                    kind: kind.clone(),
                };
                faults.add(File::Members, row.line, Some("post"), &fault);
            }
        }
        if let Some(other) = keys.looks_like(&row.key) {
            let fault = Fault::KeyLooksLike(other.to_owned());
            faults.add(File::Members, row.line, Some("member"), &fault);
        }
        let named = *names.entry(&row.key).or_insert(row);
        if named.name != row.name {
            faults.add(
                File::Members,
                row.line,
                Some("name"),
                &Fault::NameDiffers { first: named.line },
            );
        }
        terms
            .entry((&row.key, row.post.word(), &row.unit))
            .or_default()
            .push(row);
    }
    for same in terms.values_mut() {
        overlaps(same, faults);
    }
}

fn overlaps(same: &mut [&MemberRow], faults: &mut Faults) {
    same.sort_by_key(|row| (row.from, row.line));
    for pair in same.windows(2) {
        let [earlier, later] = pair else { continue };
        let (first, line) = (earlier.line.min(later.line), earlier.line.max(later.line));
        if earlier.from == later.from {
            faults.add(File::Members, line, None, &Fault::Duplicate { first });
        } else if earlier.until.is_none_or(|until| until > later.from) {
            faults.add(File::Members, line, Some("from"), &Fault::Overlap { first });
        }
    }
}
