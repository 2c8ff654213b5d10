//! Wants of the system that pass: no descriptor, no memory, no room for a moment.
//!
//! Who meets one waits and tries again, for as long as a person would call a moment. Other errors
//! are not retried: a disk that refuses says so once, and asking again would hide it.

use std::io;
use std::time::Duration;

use rustix::io::Errno;

/// How often, and how far apart, is tried again: ten seconds in all.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// Whether an error may be gone in a moment by itself.
pub(crate) fn is_passing(error: &io::Error) -> bool {
    matches!(
        Errno::from_io_error(error),
        Some(
            Errno::MFILE
                | Errno::NFILE
                | Errno::NOMEM
                | Errno::NOBUFS
                | Errno::AGAIN
                | Errno::INTR
                | Errno::NOSPC
                | Errno::DQUOT
        )
    )
}

/// Does `work`, again and again while what it meets may pass. It must be able to begin anew behind
/// any of its errors.
///
/// # Errors
/// The error that does not pass, or has not passed in ten seconds.
pub(crate) fn until_passed<T>(what: &str, work: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    tried(what, TRIES, PAUSE, work)
}

fn tried<T>(
    what: &str,
    tries: u32,
    pause: Duration,
    mut work: impl FnMut() -> io::Result<T>,
) -> io::Result<T> {
    for tried in 0..tries {
        match work() {
            Err(error) if is_passing(&error) => {
                if tried == 0 {
                    tracing::warn!(what, %error, "the system refuses for the moment; it is tried again");
                }
                std::thread::sleep(pause);
            }
            done => return done,
        }
    }
    work()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(errors: &[Errno]) -> (io::Result<()>, usize) {
        let (mut left, mut asked) = (errors.iter(), 0);
        let done = tried("a test", 3, Duration::ZERO, || {
            asked += 1;
            left.next().map_or(Ok(()), |error| Err((*error).into()))
        });
        (done, asked)
    }

    #[test]
    fn what_passes_is_tried_again_and_what_does_not_is_not() {
        for passing in [Errno::MFILE, Errno::NFILE, Errno::NOMEM, Errno::NOSPC] {
            let (done, asked) = work(&[passing; 3]);
            assert!(done.is_ok() && asked == 4, "{passing}");
            assert!(work(&[passing; 4]).0.is_err(), "not for ever");
        }
        for lasting in [Errno::IO, Errno::ROFS, Errno::ACCESS, Errno::FBIG] {
            let (done, asked) = work(&[lasting]);
            assert!(done.is_err() && asked == 1, "{lasting}");
        }
    }
}
