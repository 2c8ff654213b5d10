//! Arguments that name a case, a household or a command of one's own, or say which cases to list.

use clap::{Args, Subcommand};

/// A case.
#[derive(Debug, Args)]
pub struct CaseArg {
    /// Its number, its id, or a beginning of either
    pub case: String,
}

/// A household, and a change of one of its fields.
#[derive(Debug, Args)]
pub struct HouseholdArgs {
    /// Its door, its id, or a beginning of either
    pub household: String,
    /// The change; without one the household is shown
    #[command(subcommand)]
    pub what: Option<FieldStep>,
}

/// A change of a field.
#[derive(Debug, Subcommand)]
pub enum FieldStep {
    /// Set a field 修改
    Edit {
        /// The field: door, contact, phone, may_text or count
        #[arg(long)]
        field: String,
        /// Its value; nothing clears it, - reads it from the input
        #[arg(long, allow_hyphen_values = true)]
        value: String,
    },
    /// Settle a conflict with one of the values 取用
    Pick {
        /// The field
        #[arg(long)]
        field: String,
        /// The value
        #[arg(long, allow_hyphen_values = true)]
        value: String,
    },
    /// Settle a conflict by keeping all values 都保留
    Keep {
        /// The field
        #[arg(long)]
        field: String,
    },
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
