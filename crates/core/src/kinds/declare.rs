//! The macros that make all of the list of kinds.

#[macro_use]
mod kind;
#[macro_use]
mod body;

/// Makes [`DocumentKind`](super::DocumentKind) and [`Body`](super::Body) of a list of kinds, their
/// encoding, and the methods that pass a question on to the kind. A released number is never used
/// again.
macro_rules! kinds {
    ($($list:tt)*) => {
        document_kind! { $($list)* }
        body! { $($list)* }
    };
}
