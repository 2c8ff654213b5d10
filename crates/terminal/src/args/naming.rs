//! Arguments that name a case or a command of one's own, or say which cases to list.

use clap::Args;

/// A case.
#[derive(Debug, Args)]
pub struct CaseArg {
    /// Its number, its id, or a beginning of either
    pub case: String,
}

/// A command of one's own.
#[derive(Debug, Args)]
pub struct CommandArg {
    /// Its id, or a beginning of it (see `refused`)
    pub command: String,
}

/// A time in which something is due.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum DueArg {
    /// The day itself.
    Today,
    /// To the end of the week.
    Week,
}

/// Which cases to list.
#[derive(Debug, Default, Args)]
pub struct CasesArgs {
    /// Ended ones too 含已结
    #[arg(long)]
    pub all: bool,
    /// Only those in this state, e.g. in_progress 按状态
    #[arg(long, value_name = "S")]
    pub status: Option<String>,
    /// Only those that are late 已超期
    #[arg(long)]
    pub late: bool,
    /// Only those with something due today or this week 到期
    #[arg(long, value_name = "today|week", hide_possible_values = true)]
    pub due: Option<DueArg>,
    /// Only those whose title or number holds this text 按标题
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Only those that hold this text 查找
    #[arg(long, value_name = "TEXT")]
    pub find: Option<String>,
    /// Only those that changed since you last looked 有变化
    #[arg(long)]
    pub changed: bool,
}
