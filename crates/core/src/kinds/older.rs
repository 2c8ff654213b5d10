//! A program of an earlier release, for simulators: there is a kind of documents that it does not know.

use std::cell::Cell;

use super::DocumentKind;

thread_local! {
    static UNKNOWN: Cell<Option<DocumentKind>> = const { Cell::new(None) };
}

/// Does something as a program that does not know this kind: it reads a document of the kind as one that
/// only a later release knows.
pub fn without<T>(kind: DocumentKind, work: impl FnOnce() -> T) -> T {
    let before = UNKNOWN.replace(Some(kind));
    let done = work();
    UNKNOWN.set(before);
    done
}

/// Whether the program that is at work knows the kind.
pub(super) fn knows(kind: DocumentKind) -> bool {
    UNKNOWN.get() != Some(kind)
}
