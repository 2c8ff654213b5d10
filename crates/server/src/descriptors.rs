//! Open files: how many this process may have, and how many of them connections may be.
//!
//! Every connection is a descriptor, and so is every file that the ledger, an administrator or a
//! backup needs. The system's soft limit is often 1,024; it is raised to the hard one at the start.
//! Where that is not enough, fewer connections are served, so that no number of them can keep a file
//! from being opened.

use crate::places::ENDING_MAX;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors that are no connection's: the engine's, keys, journal, administrators, a backup; and
/// those of connections that make room for others and are not closed yet.
const OWN_FILES: usize = 96 + ENDING_MAX;
/// Connections beyond the limit that are told so; those beyond are closed without a word.
const TURNED_AWAY_MAX: usize = 256;

/// How many connections beyond `connections_max` are told that there is no place: a quarter of those
/// that are served, at least 4 and at most [`TURNED_AWAY_MAX`].
pub(crate) fn turned_away_max(connections_max: usize) -> usize {
    (connections_max / 4).clamp(4, TURNED_AWAY_MAX)
}

/// Raises the soft limit to the hard one. Returns how many descriptors this process may have; none
/// if there is no limit.
pub(crate) fn raise() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    // If the system refuses, what it grants already is what connections are fitted to.
    let _ = setrlimit(
        Resource::Nofile,
        Rlimit {
            current: limit.maximum,
            ..limit
        },
    );
    getrlimit(Resource::Nofile).current
}

/// How many connections may be served at once if `configured` are wanted and the process may have
/// `descriptors`; none is no limit. At least one.
pub(crate) fn fit(configured: usize, descriptors: Option<u64>) -> usize {
    let Some(descriptors) = descriptors else {
        return configured;
    };
    let left = usize::try_from(descriptors)
        .unwrap_or(usize::MAX)
        .saturating_sub(OWN_FILES);
    if configured.saturating_add(turned_away_max(configured)) <= left {
        return configured;
    }
    let most = left
        - left
            .div_ceil(5)
            .clamp(4.min(left), TURNED_AWAY_MAX.min(left));
    configured.min(most).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_as_many_as_configured_where_there_are_files_for_them_and_fewer_elsewhere() {
        assert_eq!(fit(1_024, None), 1_024);
        assert_eq!(fit(1_024, Some(1_048_576)), 1_024);
        assert_eq!(fit(1_024, Some(1_408)), 1_024);
        assert!(fit(1_024, Some(1_407)) < 1_024);
        assert_eq!(fit(8, Some(256)), 8);
        for descriptors in 0..3_000 {
            for configured in [1, 7, 512, 1_024, 65_536] {
                let served = fit(configured, Some(descriptors));
                assert!((1..=configured).contains(&served));
                let all = served + turned_away_max(served) + OWN_FILES;
                // Below this nothing can be served in good order.
                if descriptors >= 136 {
                    assert!(
                        all as u64 <= descriptors,
                        "{configured} {descriptors}: {served}"
                    );
                }
            }
        }
    }
}
