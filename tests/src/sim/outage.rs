//! The server's process ends, and is started again.

use super::server::Trouble;
use super::violation::{Broken, Checked, DURABLE, broken};
use super::world::World;

impl World {
    /// Whether the server runs. If not, somebody may start it.
    pub(crate) fn is_up(&mut self) -> Result<bool, Broken> {
        if self.server.is_up {
            return Ok(true);
        }
        if !self.calm && self.rng.one_in(2) {
            return Ok(false);
        }
        // Sometimes it is started before there is room, and stops again.
        if self.calm || self.rng.one_in(2) {
            self.server.disk.mend();
        } else {
            self.server.disk.forget_the_fault();
        }
        self.tell(|| "the server is started".to_owned());
        self.after_the_end()?;
        Ok(self.server.is_up)
    }

    /// Its store failed: the process ends and answers nobody.
    pub(crate) fn outage(&mut self, trouble: Trouble) -> Checked {
        let error = match trouble {
            Trouble::Broken(broken) => return Err(broken),
            Trouble::Store(error) => error,
        };
        if !self.server.disk.met_a_fault() {
            return Err(broken(
                DURABLE,
                format!("the store fails, and nothing is wrong with the disk: {error}"),
            ));
        }
        self.tell(|| format!("the server stops: {error}"));
        self.done.server_stops += 1;
        self.server.end(false, &mut self.rng);
        self.network.reset();
        Ok(())
    }

    /// The process is gone, and its lines with it. It is started at once.
    pub(crate) fn after_the_end(&mut self) -> Checked {
        self.network.reset();
        if let Err(trouble) = self.server.start(&mut self.rng) {
            return self.outage(trouble);
        }
        self.observe_start()
    }
}
