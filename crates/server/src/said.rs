//! Errors whose texts stand in the catalogue.

use std::path::Path;

use alleyway_catalogue::Message;

/// A text, and the values of its places.
pub(crate) type Said = (&'static Message, Vec<(&'static str, String)>);

/// The value of the place `path`.
pub(crate) fn at(path: &Path) -> (&'static str, String) {
    named("path", path)
}

/// The value of the place `folder`.
pub(crate) fn within(folder: &Path) -> (&'static str, String) {
    named("folder", folder)
}

/// The value of a place that is a path.
pub(crate) fn named(place: &'static str, path: &Path) -> (&'static str, String) {
    (place, path.display().to_string())
}

/// The value of the place `reason`.
pub(crate) fn because(reason: &dyn std::fmt::Display) -> (&'static str, String) {
    ("reason", reason.to_string())
}

/// Gives an error that has `said` its texts: in a language, and in English where errors are shown to
/// those who run the server.
macro_rules! told {
    ($error:ty) => {
        impl $error {
            /// Why, for people.
            pub(crate) fn text(&self, lang: alleyway_catalogue::Lang) -> String {
                let (message, values) = self.said(lang);
                message.fill(lang, &values)
            }
        }

        impl std::fmt::Display for $error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.text(alleyway_catalogue::Lang::En))
            }
        }
    };
}

pub(crate) use told;
