//! The arguments that can be typed.

use std::path::PathBuf;

use alleyway_catalogue::terminal::HELP;
use alleyway_catalogue::{Lang, help};
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

mod administration;
mod naming;
mod steps;

pub use administration::{AdminStep, AppointArgs};
pub use naming::{CaseArg, CasesArgs, CommandArg, DueArg, FieldStep, HouseholdArgs};
pub(crate) use steps::flag_of;
pub use steps::{Given, MendArgs, StepArgs};

/// The command line, with its help in a language.
pub(crate) fn command(lang: Lang) -> clap::Command {
    help::told(Cli::command(), &[HELP], lang)
}

/// Alleyway on a terminal: the alley chief's tool, working without signal.
#[derive(Debug, Parser)]
#[command(name = "alleyway", version)]
pub struct Cli {
    /// The device's folder; `enrol` makes it, readable by you alone 设备目录
    #[arg(
        long,
        value_name = "DIR",
        env = "ALLEYWAY_HOME",
        global = true,
        display_order = 900
    )]
    pub home: Option<PathBuf>,
    /// Print JSON for programs (docs/terminal.md) 输出 JSON
    #[arg(long, global = true, display_order = 900)]
    pub json: bool,
    /// The language: zh or en; else ALLEYWAY_LANG, else LANG, else zh 语言
    #[arg(long, value_name = "LANG", global = true, display_order = 900)]
    pub lang: Option<String>,
    /// The device's clock, for tests and demonstrations 设备时钟
    #[arg(long, value_name = "RFC3339", global = true, display_order = 900)]
    pub now: Option<String>,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// A command of the program.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take this device into a town, with the code you were given 注册设备
    Enrol {
        /// The server, e.g. `https://town.example:8470`, or the link of the QR code 地址或二维码链接
        url: String,
        /// The one-time code; not with a link
        code: Option<String>,
        /// Guard this device's data with a passphrase: from ALLEYWAY_PASSPHRASE, else asked for 设口令
        #[arg(long)]
        passphrase: bool,
    },
    /// Who you are here, your posts, and when the server last answered 我是谁
    Whoami,
    /// The households you look after 住户
    Households,
    /// One household, and what is kept of it 一户
    Household(HouseholdArgs),
    /// The cases you see 事项列表
    Cases(CasesArgs),
    /// One case with all its steps 查看事项
    Show(CaseArg),
    /// Which steps could be taken now, and why the others cannot be 可办的操作
    Steps {
        /// The case; without it, steps that create something
        case: Option<String>,
    },
    /// Lists the steps that the server has not answered yet 未确认
    Pending,
    /// Lists the steps that the server refused, and why 被退回的操作
    Refused,
    /// Change a refused command and send it again 修改后重发
    Mend(Box<MendArgs>),
    /// Send a refused command again as it was 原样重发
    Resend(CommandArg),
    /// Give up a refused command 放弃
    Drop(CommandArg),
    /// Take back a command that was not handed over yet, with what stands on it 撤销
    TakeBack {
        /// Its id, or a beginning of it (see `pending`)
        command: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// A step on a case, or a new case.
    #[command(flatten)]
    Step(StepArgs),
    /// Fields that two people set differently 冲突
    Conflicts(CaseArg),
    /// Send what is pending and fetch what is new 同步
    Sync {
        /// Fetch what has long been over, too, of which only the line is here
        #[arg(long)]
        all: bool,
    },
    /// Hand batches over phone to phone, where there is no signal 手机转交
    Bundle {
        /// The step with bundles
        #[command(subcommand)]
        what: BundleStep,
    },
    /// Lists the proposals of those whose post had ended: take one as your own, or dismiss it 前任建议
    Proposals {
        /// The step with one of them; without it they are listed
        #[command(subcommand)]
        what: Option<TrayStep>,
    },
    /// Lists the steps that stopped devices handed in: take one as your own, or dismiss it 待复核
    Review {
        /// The step with one of them; without it they are listed
        #[command(subcommand)]
        what: Option<TrayStep>,
    },
    /// The town's book: what holds, what is to come, what was proposed 镇规则
    Book {
        /// A step with it; without one its sections are listed
        #[command(subcommand)]
        what: Option<BookStep>,
    },
    /// Cases whose title or number holds a text, ended ones too 查找
    Search {
        /// The text in the title or the number
        text: String,
        /// Ask the server, among all that you may read; it needs signal
        #[arg(long)]
        archive: bool,
        /// Behind the page before: the next that it gave
        #[arg(long, requires = "archive", value_name = "NEXT")]
        after: Option<String>,
    },
    /// How alleys are looked after: those without a chief, terms that end, households 覆盖
    Coverage {
        /// The town, or a village; without it the widest unit that you may read
        #[arg(long)]
        unit: Option<String>,
    },
    /// Cases that are late, of all that you may read, as the server tells it 超期
    Late {
        /// Those that this unit or one below it holds, or was sent; without it all that you may read
        #[arg(long)]
        unit: Option<String>,
        /// Behind the page before: the next that it gave
        #[arg(long, value_name = "NEXT")]
        after: Option<String>,
    },
    /// The figures of cases, of months that are over 数字
    Figures {
        /// The town, or a village; without it the widest unit that you may read
        #[arg(long)]
        unit: Option<String>,
        /// The first month; without it the one before the present one
        #[arg(long, value_name = "YYYY-MM")]
        from: Option<String>,
        /// The last month, at most 23 months later
        #[arg(long, value_name = "YYYY-MM")]
        to: Option<String>,
    },
    /// Administration: what was asked for, who has which post, invitations, devices 管理
    Admin {
        /// A step of an administrator; without one it is listed
        #[command(subcommand)]
        what: Option<AdminStep>,
    },
    /// Who is cleared to read confidential cases, and with which devices 保密授权
    Confidential {
        /// Every post that may be cleared, cleared or not
        #[arg(long)]
        all: bool,
        /// The step; without it they are listed
        #[command(subcommand)]
        what: Option<ConfidentialStep>,
    },
    /// Shows which documents left this device, and the answers to unsent work then 移交记录
    Receipts,
    /// Before you change to another phone: send all, and see whether anything is on this one only 换手机
    Move,
    /// Guard this device's data with a passphrase, change it, or do without 口令
    Passphrase {
        /// The step with the passphrase
        #[arg(value_name = "set|change|remove", hide_possible_values = true)]
        what: PassphraseStep,
    },
    /// Records of this device that cannot be read, and what to do about them 损坏的记录
    Damaged {
        /// Give up those that are left
        #[arg(long)]
        drop: bool,
    },
    /// Take all data of this device away, for good 清除本机数据
    Wipe {
        /// Even though work is unsent, or refused and not dealt with
        #[arg(long)]
        force: bool,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

/// A step with bundles.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum BundleStep {
    /// Write what is not confirmed, and what you carry for others, into a file 导出
    Export {
        /// The file
        file: PathBuf,
        /// Who may read it: a name or a member's id; without it, it can only be carried to the server
        #[arg(long = "for", value_name = "MEMBER")]
        member: Option<String>,
    },
    /// Take a file that somebody handed you 接收
    Import {
        /// The file
        file: PathBuf,
    },
    /// Lists the batches that you carry for others 列表
    List,
}

/// A step with an item of a tray.
#[derive(Debug, Subcommand)]
pub enum TrayStep {
    /// Do it as your own, on what stands now 以自己的名义办理
    Take {
        /// The item's id, or an unambiguous beginning
        item: String,
    },
    /// Say that it is not to be done 不办
    Dismiss {
        /// The item's id, or an unambiguous beginning
        item: String,
        /// With it all others of its author, or of its device
        #[arg(long, value_name = "author|device", hide_possible_values = true)]
        all_of: Option<AllOf>,
    },
}

/// Whose items are dismissed with one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AllOf {
    /// All of its author.
    Author,
    /// All that were typed on its device.
    Device,
}

/// A step with the town's book.
#[derive(Debug, Subcommand)]
pub enum BookStep {
    /// A section as it holds today, or as a proposal has it, as JSON 查看
    Show {
        /// The section
        section: String,
        /// Show this proposal instead of what holds
        #[arg(long)]
        proposal: Option<String>,
    },
    /// Say every fault of a section that you wrote, and propose nothing 检查
    Check {
        /// The section
        section: String,
        /// The file with the JSON; - reads it from the input
        file: String,
    },
    /// Propose a section, written out whole; another administrator puts it into force 提出
    Propose {
        /// The section
        section: String,
        /// The file with the JSON; - reads it from the input
        file: String,
    },
    /// Put into force what another proposed, from a day 生效
    Adopt {
        /// The proposal's id, or an unambiguous beginning
        proposal: String,
        /// The first day on which it holds
        #[arg(long, value_name = "YYYY-MM-DD")]
        from: String,
    },
}

/// A step with a clearance for confidential cases.
#[derive(Debug, Subcommand)]
pub enum ConfidentialStep {
    /// Ask for somebody's clearance; a second person confirms it 申请授权
    Clear {
        /// The appointment's id, or an unambiguous beginning
        appointment: String,
    },
    /// Confirm what another asked for 确认授权
    Confirm {
        /// The appointment's id, or an unambiguous beginning
        appointment: String,
    },
    /// End a clearance; one person suffices 终止授权
    End {
        /// The appointment's id, or an unambiguous beginning
        appointment: String,
    },
    /// Confirm a device that somebody enrolled who is cleared 确认新设备
    ConfirmDevice {
        /// The device's id, or an unambiguous beginning
        device: String,
    },
}

/// A step with the passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PassphraseStep {
    /// From now on a passphrase is needed.
    Set,
    /// Another one.
    Change,
    /// None is needed any more.
    Remove,
}

#[cfg(test)]
mod tests;
