//! The server's steps by time: whether its clock is believed, and that it is right.

use clap::Subcommand;
use serde::{Deserialize, Serialize};

use super::{Failure, Office};
use crate::by_time::work_off;
use crate::clock::rfc3339;

/// A look at the server's steps by time: a request, and a subcommand of the command line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ByTimeRequest {
    /// Shows the server's clock, and whether steps by time go on.
    Show {},
    /// Says that the clock is right: steps by time go on.
    Confirm {},
}

/// How the steps by time stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByTimeShown {
    /// The server's clock, as RFC 3339 writes it.
    pub now: String,
    /// The time that it was last believed to show.
    pub believed: String,
    /// Nothing turns late until an administrator says that the clock is right.
    pub held: bool,
    /// Behind a confirmation: how many steps the server took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<u64>,
}

pub(super) async fn by_time(
    office: &Office,
    request: ByTimeRequest,
) -> Result<ByTimeShown, Failure> {
    let mut steps = None;
    if request == (ByTimeRequest::Confirm {}) {
        office
            .ask(|desk| {
                desk.ledger.believe_clock(desk.store, desk.now)?;
                Ok(())
            })
            .await?;
        tracing::warn!("an administrator says that the server's clock is right");
        steps = Some(work_off(&office.writer).await?.steps as u64);
    }
    office
        .ask(move |desk| {
            let believed = desk.ledger.clock_believed(desk.store, desk.now)?;
            Ok(ByTimeShown {
                now: rfc3339(desk.now),
                believed: rfc3339(believed),
                held: desk.ledger.is_clock_held(desk.store, desk.now)?,
                steps,
            })
        })
        .await
}
