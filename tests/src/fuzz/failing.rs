//! An input that broke something: made small, kept, and told how to be seen again.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::{Path, PathBuf};

use super::corpus::name_of;
use super::{Outcome, Target};

/// How often a failing input is tried in a smaller form.
const TRIES_MAX: usize = 600;

/// Runs an input; what broke, if something did.
pub(super) fn tried(target: &Target, input: &[u8]) -> Result<Outcome, String> {
    catch_unwind(AssertUnwindSafe(|| (target.run)(input))).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        text.or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("a panic without words")
            .to_owned()
    })
}

/// Takes pieces away, large ones first, as long as `holds`; at most `tries_max` times.
pub(super) fn smaller(
    input: &[u8],
    tries_max: usize,
    mut holds: impl FnMut(&[u8]) -> bool,
) -> Vec<u8> {
    let mut small = input.to_vec();
    let mut piece = small.len() / 2;
    let mut tries = 0;
    while piece > 0 && tries < tries_max {
        let mut at = 0;
        while at < small.len() && tries < tries_max {
            let mut less = small.clone();
            less.drain(at..(at + piece).min(small.len()));
            tries += 1;
            if holds(&less) {
                small = less;
            } else {
                at += piece;
            }
        }
        piece /= 2;
    }
    small
}

/// The smallest form found of an input that breaks something. Prints nothing meanwhile.
pub(super) fn minimised(target: &Target, input: &[u8]) -> Vec<u8> {
    let usual = take_hook();
    set_hook(Box::new(|_| ()));
    let small = smaller(input, TRIES_MAX, |less| tried(target, less).is_err());
    set_hook(usual);
    small
}

/// Where failing inputs are kept.
pub(super) fn folder() -> PathBuf {
    std::env::temp_dir().join("alleyway-fuzz")
}

/// Keeps an input.
pub(super) fn kept(target: &Target, input: &[u8]) -> std::io::Result<PathBuf> {
    let folder = folder().join(target.name);
    std::fs::create_dir_all(&folder)?;
    let path = folder.join(name_of(input));
    std::fs::write(&path, input)?;
    Ok(path)
}

/// Where a process keeps the input that it is about to run.
pub(super) fn running(target: &Target, process: u32) -> PathBuf {
    folder().join(format!("{}.{process}.running", target.name))
}

/// How to see the input again that a process ended with; none if it did not end in the middle of one.
pub fn ended_with(target: &Target, process: u32) -> Option<String> {
    let path = running(target, process);
    path.exists().then(|| replay_told(target, &path))
}

/// How to see it again in a build like this one, and to keep it for ever.
pub(super) fn replay_told(target: &Target, path: &Path) -> String {
    let (name, path) = (target.name, path.display());
    let build = if cfg!(debug_assertions) {
        ""
    } else {
        "--release "
    };
    format!(
        "replay: cargo run {build}-p alleyway-tests --bin fuzz -- replay {name} {path}\n\
         keep:   cp {path} tests/corpus/{name}/"
    )
}
