//! A server, and a good device that shows that it goes on.

use std::path::PathBuf;

use alleyway_core::id::DocumentId;
use alleyway_core::time::Time;
use alleyway_tests::forge::{Peer, Typist};
use alleyway_tests::process::{Port, Server, get};
use tempfile::TempDir;

/// The server's clock, and the devices'.
pub(crate) const CLOCK: &str = "2026-03-01T08:00:00+08:00";
pub(crate) const NOW: Time = Time(1_772_323_200_000);

/// A small town with one case, and what is needed to see whether anything changed.
pub(crate) struct Stage {
    pub(crate) server: Server,
    /// A chief's device.
    pub(crate) good: Typist,
    /// The case that it reported.
    pub(crate) case: DocumentId,
    peers: u8,
    _folder: TempDir,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// With more flags for the server.
    pub(crate) fn with(flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let args = [&["demo", "--town", "small"], flags].concat();
        let clock = ["--clock".to_owned(), CLOCK.to_owned()];
        let port = Port::hidden().expect("a port");
        let server =
            Server::start(&folder.path().join("town"), &port, &args, &clock).expect("a server");
        let code = server.invite("xie").expect("a member");
        let mut good = Typist::enrol(server.url(), &code, "good", NOW, 1).expect("a good code");
        good.sync().expect("a server that answers");
        let case = good
            .report("甜橙路坏了", "去果园的路全是坑。", "村口", "")
            .expect("a chief reports");
        let reported = good.sync().expect("a server that answers");
        assert_eq!(
            (reported.summary.admitted, reported.summary.up_to_date),
            (1, true)
        );
        Self {
            server,
            good,
            case,
            peers: 0,
            _folder: folder,
        }
    }

    /// A made-up device of a member, which has said nothing yet.
    pub(crate) fn peer(&mut self, member: &str) -> Peer {
        self.peers += 1;
        let code = self.server.invite(member).expect("a member");
        Peer::enrol(self.server.url(), &code, self.peers, NOW).expect("a good code")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.server.data().to_owned()
    }

    /// A counter of the server; 0 for one that has not been counted yet.
    pub(crate) fn metric(&self, name: &str) -> u64 {
        let text = self.server.metrics().expect("a server that runs");
        let value = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.map_or(0, |value| value.parse().expect("a number"))
    }

    /// A gauge of the server; none while it serves nobody.
    pub(crate) fn metric_if_served(&self, name: &str) -> Option<u64> {
        let text = self.server.metrics().ok()?;
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
    }

    /// How much the ledger holds.
    pub(crate) fn sequence(&self) -> u64 {
        self.metric("alleyway_ledger_sequence")
    }

    /// All that is stored: how far the ledger reaches, and how often anything was written.
    pub(crate) fn stored(&self) -> (u64, u64) {
        (self.sequence(), self.metric("alleyway_store_commits_total"))
    }

    /// A good device hands in a note, and has everything.
    pub(crate) fn goes_on(&mut self) {
        self.good
            .note(self.case, "又下雨了，坑更深。")
            .expect("a chief notes");
        let report = self.good.sync().expect("a server that answers");
        assert_eq!(
            (report.summary.admitted, report.summary.up_to_date),
            (1, true),
            "{report:?}"
        );
        assert_eq!(
            get(&format!("{}/healthz", self.server.url()))
                .expect("alive")
                .status,
            200
        );
        let log = self.server.log();
        assert!(!log.contains("panicked"), "{log}");
    }
}
