//! The story on a terminal.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use alleyway_core::time::{Date, Time};
use alleyway_server::clock::rfc3339;

use super::Audience;

/// Shows the story as it would look to somebody who stood behind each person.
#[derive(Debug, Clone)]
pub struct Screen {
    /// A pause before every step and every line.
    pub pace: Duration,
    /// Whether headings and commands stand out.
    pub colour: bool,
    /// Set when whoever watches has had enough.
    pub stop: Arc<AtomicBool>,
}

impl Screen {
    fn show(&self, style: &str, line: &str) {
        let mut out = std::io::stdout().lock();
        // A screen that is gone does not stop the story.
        let _ = if self.colour {
            writeln!(out, "\u{1b}[{style}m{line}\u{1b}[0m")
        } else {
            writeln!(out, "{line}")
        };
        let _ = out.flush();
    }

    fn pause(&self) {
        std::thread::sleep(self.pace);
    }
}

impl Audience for Screen {
    fn wants_more(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }

    fn step(&mut self, at: Time, title: &str) {
        self.pause();
        let local = rfc3339(Time(at.0.saturating_add(Date::OFFSET_MILLISECONDS))).replace('T', " ");
        let minute: String = local.chars().take("2026-03-02 08:00".len()).collect();
        self.show("0", "");
        self.show("1", &format!("── {minute} ── {title}"));
    }

    fn types(&mut self, program: &str, args: &[&str]) {
        self.pause();
        let args: Vec<String> = args.iter().map(|arg| quoted(arg)).collect();
        self.show("36", &format!("$ {program} {}", args.join(" ")));
    }

    fn said(&mut self, text: &str) {
        for line in text.lines() {
            self.show("0", format!("  {line}").trim_end());
        }
    }
}

/// An argument as it is typed into a shell.
fn quoted(arg: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_.,:/".contains(c);
    if !arg.is_empty() && arg.chars().all(plain) {
        arg.to_owned()
    } else {
        format!("'{}'", arg.replace('\'', r"'\''"))
    }
}
