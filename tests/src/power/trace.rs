//! strace's lines → events.
//!
//! Every string is in hexadecimal (`-xx`), so that no byte of it can be taken for anything else, and
//! every descriptor has its path (`-y`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The calls that strace watches: every one by which a file, a length or a name changes, the syncs,
/// and those by which an answer leaves.
pub(super) const CALLS: &str = "trace=openat,open,creat,write,writev,pwrite64,pwritev,pwritev2,ftruncate,truncate,\
     fallocate,fsync,fdatasync,sync_file_range,sync,syncfs,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,\
     rmdir,link,linkat,symlink,symlinkat,lseek,copy_file_range,sendfile,splice,sendto,sendmsg,io_uring_setup";

/// Something that happened, with paths inside the data folder; of a file that has no name any more,
/// as [`nameless`] has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// A file was opened in a way that changes something: made if it was not there, or emptied.
    Opened {
        /// The file.
        path: PathBuf,
        /// Its length is 0 now.
        emptied: bool,
    },
    /// Bytes were written at a place.
    Wrote {
        /// The file.
        path: PathBuf,
        /// Where.
        offset: u64,
        /// What.
        bytes: Vec<u8>,
    },
    /// A file's length was set.
    Cut {
        /// The file.
        path: PathBuf,
        /// To what.
        length: u64,
    },
    /// A sync was begun, the how-manieth: what is written by now is part of it.
    SyncBegun {
        /// The file or folder.
        path: PathBuf,
        /// Its number.
        number: u64,
    },
    /// That sync has ended well.
    SyncEnded {
        /// Its number.
        number: u64,
    },
    /// A name was changed.
    Renamed {
        /// From.
        from: PathBuf,
        /// To; what was there is gone.
        to: PathBuf,
    },
    /// A name was taken away.
    Removed(PathBuf),
    /// A folder was made.
    Folder(PathBuf),
    /// An answer begins to leave.
    Answer,
}

/// One call, begun and ended.
struct Call<'a> {
    name: &'a str,
    arguments: Vec<&'a str>,
    result: i64,
    /// What stands behind the result: the path of a new descriptor.
    rest: &'a str,
}

/// Reads a trace of one process's life. Errors are in words.
pub(super) struct Parser<'a> {
    folder: &'a Path,
    answer: &'a [u8],
    /// Calls begun and not ended, by thread.
    begun: BTreeMap<&'a str, (String, Option<u64>)>,
    /// Where the next `write` to a descriptor goes.
    places: BTreeMap<u32, u64>,
    syncs: u64,
    events: Vec<Event>,
}

/// A file that was under this name, and is under none now, while a program still has it open.
pub(super) fn nameless(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(" (deleted)");
    name.into()
}

/// The events of a trace, with the numbers of its syncs above `syncs`. An answer begins with `answer`.
pub(super) fn parse(
    trace: &str,
    folder: &Path,
    answer: &[u8],
    syncs: u64,
) -> Result<(Vec<Event>, u64), String> {
    let (begun, places) = Default::default();
    let mut parser = Parser {
        folder,
        answer,
        begun,
        places,
        syncs,
        events: Vec::new(),
    };
    for line in trace.lines() {
        parser
            .line(line)
            .map_err(|what| format!("{what}: {}", line.chars().take(300).collect::<String>()))?;
    }
    for (begun, sync) in parser.begun.values() {
        // Killed in the middle of it. A sync that has not ended is none; of a write nobody knows.
        if sync.is_none() && begun.contains(&hex_of(folder)) {
            let name = begun.split('(').next().unwrap_or_default();
            return Err(format!("the process ended in the middle of {name}"));
        }
    }
    Ok((parser.events, parser.syncs))
}

fn hex_of(path: &Path) -> String {
    use std::fmt::Write as _;
    path.as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(String::new(), |mut out, byte| {
            let _ = write!(out, "\\x{byte:02x}");
            out
        })
}

impl<'a> Parser<'a> {
    fn line(&mut self, line: &'a str) -> Result<(), String> {
        let (thread, rest) = line.split_once(' ').ok_or("no thread")?;
        let rest = rest.trim_start();
        if rest.starts_with("+++") || rest.starts_with("---") {
            return Ok(());
        }
        if let Some(begun) = rest.strip_suffix(" <unfinished ...>") {
            let sync = self.begins(begun)?;
            self.begun.insert(thread, (begun.to_owned(), sync));
            return Ok(());
        }
        if let Some(resumed) = rest.strip_prefix("<... ") {
            let (_, end) = resumed.split_once(" resumed>").ok_or("not understood")?;
            let (begun, sync) = self
                .begun
                .remove(thread)
                .ok_or("the end of a call that was not begun")?;
            let whole = format!("{begun}{end}");
            return self.ends(&call(&whole)?, sync);
        }
        let sync = self.begins(rest)?;
        self.ends(&call(rest)?, sync)
    }

    /// What counts from the moment a call is made: a sync covers what was written by then, and an
    /// answer may be read as soon as it leaves. Returns the number of a sync.
    fn begins(&mut self, text: &str) -> Result<Option<u64>, String> {
        let (name, arguments) = text.split_once('(').ok_or("no call")?;
        match name {
            "fsync" | "fdatasync" => {
                let Some(path) = self.file(arguments)? else {
                    return Ok(None);
                };
                self.syncs += 1;
                self.events.push(Event::SyncBegun {
                    path,
                    number: self.syncs,
                });
                Ok(Some(self.syncs))
            }
            "write" | "writev" | "sendto" | "sendmsg" => {
                if self.file(arguments)?.is_none() && strings(arguments)?.starts_with(self.answer) {
                    self.events.push(Event::Answer);
                }
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    fn ends(&mut self, call: &Call<'_>, sync: Option<u64>) -> Result<(), String> {
        if call.result < 0 {
            return Ok(());
        }
        let argument = |at: usize| {
            call.arguments
                .get(at)
                .copied()
                .ok_or("an argument is missing")
        };
        match call.name {
            "openat" => self.opened(argument(2)?, call.rest),
            "write" | "writev" | "pwrite64" => self.wrote(call),
            "ftruncate" => {
                let length = number(argument(1)?)?;
                if let Some(path) = self.file(argument(0)?)? {
                    self.events.push(Event::Cut { path, length });
                }
                Ok(())
            }
            "fsync" | "fdatasync" => {
                self.events
                    .extend(sync.map(|number| Event::SyncEnded { number }));
                Ok(())
            }
            "rename" => {
                if let (Some(from), Some(to)) =
                    (self.named(argument(0)?)?, self.named(argument(1)?)?)
                {
                    self.events.push(Event::Renamed { from, to });
                }
                Ok(())
            }
            "unlink" => {
                self.events
                    .extend(self.named(argument(0)?)?.map(Event::Removed));
                Ok(())
            }
            "mkdir" => {
                self.events
                    .extend(self.named(argument(0)?)?.map(Event::Folder));
                Ok(())
            }
            "lseek" => self.sought(argument(0)?, call.result),
            // What no power cut respects, and what does not touch the folder.
            "sync_file_range" | "sendto" | "sendmsg" => Ok(()),
            other
                if call
                    .arguments
                    .iter()
                    .any(|argument| argument.contains(&hex_of(self.folder))) =>
            {
                Err(format!("{other} is not known to the model"))
            }
            _ => Ok(()),
        }
    }

    fn opened(&mut self, flags: &str, descriptor: &str) -> Result<(), String> {
        let Some(path) = self.file(descriptor)? else {
            return Ok(());
        };
        let has = |flag: &str| flags.split('|').any(|set| set == flag);
        if has("O_APPEND") {
            return Err("O_APPEND is not known to the model".to_owned());
        }
        self.places.insert(descriptor_number(descriptor)?, 0);
        if has("O_CREAT") || has("O_TRUNC") {
            let emptied = has("O_TRUNC");
            self.events.push(Event::Opened { path, emptied });
        }
        Ok(())
    }

    fn wrote(&mut self, call: &Call<'_>) -> Result<(), String> {
        let descriptor = call.arguments.first().copied().ok_or("no descriptor")?;
        let Some(path) = self.file(descriptor)? else {
            return Ok(());
        };
        let count = usize::try_from(call.result).map_err(|_| "a length")?;
        let mut bytes = strings(&call.arguments[1..].join(", "))?;
        if bytes.len() < count {
            return Err("strace has cut the bytes short".to_owned());
        }
        bytes.truncate(count);
        let offset = if call.name == "pwrite64" {
            number(call.arguments.last().copied().ok_or("no offset")?)?
        } else {
            self.advance(descriptor, count as u64)?
        };
        self.events.push(Event::Wrote {
            path,
            offset,
            bytes,
        });
        Ok(())
    }

    /// Where the next bytes go, which then are behind.
    fn advance(&mut self, descriptor: &str, by: u64) -> Result<u64, String> {
        let place = self
            .places
            .entry(descriptor_number(descriptor)?)
            .or_default();
        let before = *place;
        *place += by;
        Ok(before)
    }

    fn sought(&mut self, descriptor: &str, to: i64) -> Result<(), String> {
        if self.file(descriptor)?.is_some() {
            let to = u64::try_from(to).map_err(|_| "a place")?;
            self.places.insert(descriptor_number(descriptor)?, to);
        }
        Ok(())
    }

    /// The path of `7<\x2f…>…`, if it is inside the folder.
    fn file(&self, descriptor: &str) -> Result<Option<PathBuf>, String> {
        let Some((_, rest)) = descriptor.split_once('<') else {
            return Ok(None);
        };
        let Some((path, behind)) = rest.split_once('>') else {
            return Ok(None);
        };
        let path = self.inside(path)?;
        Ok(if behind.starts_with("(deleted)") {
            path.as_deref().map(nameless)
        } else {
            path
        })
    }

    /// The path of `"\x2f…"`, if it is inside the folder.
    fn named(&self, argument: &str) -> Result<Option<PathBuf>, String> {
        self.inside(argument.trim_matches('"'))
    }

    fn inside(&self, hex: &str) -> Result<Option<PathBuf>, String> {
        let Ok(path) = String::from_utf8(unhex(hex)?) else {
            return Ok(None);
        };
        Ok(Path::new(&path)
            .strip_prefix(self.folder)
            .ok()
            .map(Path::to_owned))
    }
}

/// Reads `name(arguments) = result rest`.
fn call(text: &str) -> Result<Call<'_>, String> {
    let (name, rest) = text.split_once('(').ok_or("no call")?;
    let (arguments, result) = rest.rsplit_once(") ").ok_or("no end")?;
    let result = result.trim_start().strip_prefix("= ").ok_or("no result")?;
    // `3<\x2f…>`, `-1 ENOENT (…)`, or `?` of a process that ended.
    let end = result
        .find(|c: char| c != '-' && !c.is_ascii_digit())
        .unwrap_or(result.len());
    let value = result[..end].parse().unwrap_or(-1);
    Ok(Call {
        name,
        arguments: arguments.split(", ").collect(),
        result: value,
        rest: result,
    })
}

fn descriptor_number(descriptor: &str) -> Result<u32, String> {
    let number = descriptor.split('<').next().unwrap_or_default();
    number.parse().map_err(|_| "no descriptor".to_owned())
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{text} is no number"))
}

/// The strings of some arguments, one behind the other.
fn strings(arguments: &str) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    for string in arguments.split('"').skip(1).step_by(2) {
        out.extend(unhex(string)?);
    }
    Ok(out)
}

fn unhex(text: &str) -> Result<Vec<u8>, String> {
    let digit = |digit: u8| {
        char::from(digit)
            .to_digit(16)
            .and_then(|value| u8::try_from(value).ok())
    };
    let byte = |bytes: &[u8]| match bytes {
        [b'\\', b'x', high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    let bytes: Option<Vec<u8>> = text.as_bytes().chunks(4).map(byte).collect();
    bytes.ok_or_else(|| "a string is not in hexadecimal".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> String {
        hex_of(Path::new(text))
    }

    #[test]
    fn calls_of_two_threads_that_overlap_are_put_together() {
        let file = hex("/town/db");
        let trace = format!(
            "1 pwrite64(7<{file}>, \"{}\", 2, 512 <unfinished ...>\n\
             2 fdatasync(7<{file}> <unfinished ...>\n\
             1 <... pwrite64 resumed>)          = 2\n\
             2 <... fdatasync resumed>)         = 0\n\
             2 sendto(9<{}>, \"{}\", 15, 0, NULL, 0) = 15\n\
             1 rename(\"{}\", \"{}\") = 0\n\
             1 unlink(\"{}\") = -1 ENOENT (No such file or directory)\n\
             1 +++ exited with 0 +++\n",
            hex("ab"),
            hex("socket:[1]"),
            hex("HTTP/1.1 200 OK"),
            hex("/town/a"),
            hex("/town/b"),
            hex("/town/c"),
        );
        let (events, syncs) = parse(&trace, Path::new("/town"), b"HTTP/1.1 ", 4).unwrap();
        let path = PathBuf::from("db");
        assert_eq!(
            events,
            [
                Event::SyncBegun {
                    path: path.clone(),
                    number: 5
                },
                Event::Wrote {
                    path,
                    offset: 512,
                    bytes: b"ab".to_vec()
                },
                Event::SyncEnded { number: 5 },
                Event::Answer,
                Event::Renamed {
                    from: "a".into(),
                    to: "b".into()
                },
            ]
        );
        assert_eq!(syncs, 5);
    }

    #[test]
    fn writes_without_a_place_follow_one_another_from_where_the_file_was_opened() {
        let file = hex("/town/new");
        let trace = format!(
            "1 openat(AT_FDCWD<{}>, \"{file}\", O_RDWR|O_CREAT|O_EXCL, 0600) = 3<{file}>\n\
             1 write(3<{file}>, \"{}\", 2) = 2\n1 write(3<{file}>, \"{}\", 1) = 1\n",
            hex("/"),
            hex("ab"),
            hex("c"),
        );
        let (events, _) = parse(&trace, Path::new("/town"), b"HTTP/1.1 ", 0).unwrap();
        let offsets: Vec<u64> = events
            .iter()
            .filter_map(|event| match event {
                Event::Wrote { offset, .. } => Some(*offset),
                _ => None,
            })
            .collect();
        assert_eq!(offsets, [0, 2]);
    }

    #[test]
    fn a_call_that_the_model_does_not_know_ends_the_reading() {
        let trace = format!("1 fallocate(3<{}>, 0, 0, 4096) = 0\n", hex("/town/db"));
        assert!(parse(&trace, Path::new("/town"), b"HTTP/1.1 ", 0).is_err());
    }
}
