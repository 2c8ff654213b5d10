//! The steps that time alone asks of the server: now and then it looks, and is killed like at anything else.

use super::oracle::Event;
use super::server::Trouble;
use super::service::Work;
use super::violation::Checked;
use super::world::World;

impl World {
    /// The server says all that it has to say now. Of a clock that leapt an administrator says, now and
    /// then, that it is right.
    pub(super) fn goes_by_time(&mut self, events: &mut Vec<Event>) -> Result<(), Trouble> {
        let now = self.server_clock();
        loop {
            let done = self.server.go_on_by_time(now)?;
            for (document, step) in done.said {
                self.done.by_time += 1;
                self.done.vacancies += u64::from(step.kind() == "vacant");
                self.done.redated += u64::from(step.kind() == "redated");
                self.tell(|| format!("  the server says {} by itself: {step:?}", step.kind()));
                events.push(Event::Said {
                    document,
                    step: Box::new(step),
                    at: now,
                });
            }
            if done.held_since.is_some() {
                self.done.leaps += 1;
                if !self.calm && self.rng.one_in(2) {
                    self.tell(|| "the server's clock is not believed".to_owned());
                    return Ok(());
                }
                self.server.believe_clock(now)?;
            } else if !done.more {
                return Ok(());
            }
        }
    }

    /// At the end nothing is left to be said by time.
    pub(super) fn says_all_by_time(&mut self) -> Checked {
        self.serve_group(vec![Work::ByTime])?;
        self.oracle.check_all_told(self.server_clock())
    }
}
