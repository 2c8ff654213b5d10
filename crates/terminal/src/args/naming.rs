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

/// Which cases to list.
#[derive(Debug, Default, Args)]
pub struct CasesArgs {
    /// Ended ones too 含已结
    #[arg(long)]
    pub all: bool,
    /// Only those in this state, e.g. in_progress 按状态
    #[arg(long, value_name = "S")]
    pub status: Option<String>,
    /// Only those whose due date is over 已超期
    #[arg(long)]
    pub late: bool,
    /// Only those that hold this text 查找
    #[arg(long, value_name = "TEXT")]
    pub find: Option<String>,
    /// Only those that changed since you last looked 有变化
    #[arg(long)]
    pub changed: bool,
}
