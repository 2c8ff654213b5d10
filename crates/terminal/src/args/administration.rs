//! The arguments of administration.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// A step of an administrator.
#[derive(Debug, Subcommand)]
pub enum AdminStep {
    /// Ask that somebody be given a post; another administrator confirms it 提出任职
    Appoint(AppointArgs),
    /// End a post; one person suffices 免职
    End {
        /// The appointment's id, who holds it, or an unambiguous beginning
        post: String,
        /// Until which day; at once without it
        #[arg(long, value_name = "YYYY-MM-DD")]
        until: Option<String>,
    },
    /// Ask that somebody with a post be invited to enrol a device 提出邀请
    Invite {
        /// The appointment's id, who holds it, or an unambiguous beginning
        post: String,
        /// The device that the new one takes the place of
        #[arg(long, value_name = "DEVICE")]
        replaces: Option<String>,
    },
    /// Show the code of an invitation that was asked for here and is confirmed 显示邀请码
    Code {
        /// The id of what was asked for, or an unambiguous beginning
        asked: String,
    },
    /// Stop somebody's device; one person suffices 停用设备
    Stop {
        /// Whose
        member: String,
        /// Which; not needed if there is only one
        #[arg(long)]
        device: Option<String>,
        /// It was lost: what is on it is wiped too
        #[arg(long)]
        lost: bool,
    },
    /// Ask that a frozen device go on; another administrator confirms it 提出恢复设备
    Thaw {
        /// Whose
        member: String,
        /// The device's id
        device: String,
    },
    /// Confirm what another administrator asked for 确认
    Confirm {
        /// The id of what was asked for, or an unambiguous beginning
        asked: String,
    },
    /// Withdraw what was asked for, or an invitation; one person suffices 撤回
    Withdraw {
        /// The id of what was asked for, or an unambiguous beginning
        asked: String,
    },
    /// The town's devices: whose, and which are stopped 设备
    Devices,
    /// Ask that the town's lists be imported; another administrator confirms it 提出导入名单
    Import {
        /// The folder with units.csv, members.csv, households.csv, book.toml, or some of them
        folder: PathBuf,
        /// Only says what would change, and asks for nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// The import that was asked for, and what it would change now; or how the last one ended 待确认的导入
    Imports,
}

/// A post to be asked for.
#[derive(Debug, Args)]
pub struct AppointArgs {
    /// The unit
    #[arg(long)]
    pub unit: String,
    /// The post: alley_chief, branch_secretary, …
    #[arg(long)]
    pub post: String,
    /// The person's key in the town's lists, or a new one
    #[arg(long)]
    pub key: String,
    /// The person's name; not needed for somebody who is known
    #[arg(long)]
    pub name: Option<String>,
    /// From which day; from now on without it
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: Option<String>,
    /// Until which day; open without it
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub until: Option<String>,
}
