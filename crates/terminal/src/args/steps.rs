//! The arguments of commands.

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

/// A new case.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The household that asks 住户
    #[arg(long, value_name = "H")]
    pub household: Option<String>,
    /// road, water, power, housing, sanitation, elderly, education, health, subsidy, safety, dispute, other
    #[arg(long, value_name = "C")]
    pub category: String,
    /// A line that names the matter 标题
    #[arg(long, value_name = "T")]
    pub title: String,
    /// What the resident said; - reads it from the input 内容
    #[arg(long, value_name = "X")]
    pub text: Option<String>,
    /// Where: latitude and longitude in degrees, e.g. 22.4167,109.3012 地点
    #[arg(long, value_name = "LAT,LNG", allow_hyphen_values = true)]
    pub place: Option<String>,
    /// Only for those who are cleared for the unit's confidential cases 保密
    #[arg(long)]
    pub confidential: bool,
}

/// A case and a text.
#[derive(Debug, Args)]
pub struct TextArgs {
    /// Its number, its id, or a beginning of either
    pub case: String,
    /// The text; - reads it from the input 内容
    #[arg(long, value_name = "X")]
    pub text: Option<String>,
}

/// A case and a reason.
#[derive(Debug, Args)]
pub struct ReasonArgs {
    /// Its number, its id, or a beginning of either
    pub case: String,
    /// Why 原因
    #[arg(long, value_name = "R")]
    pub reason: String,
}

/// A case and a field.
#[derive(Debug, Args)]
pub struct FieldArg {
    /// Its number, its id, or a beginning of either
    pub case: String,
    /// title, text, place, contact
    #[arg(long, value_name = "F")]
    pub field: String,
}

/// A case, a field, a value.
#[derive(Debug, Args)]
pub struct FieldArgs {
    /// Its number, its id, or a beginning of either
    pub case: String,
    /// The field's name (`show` lists them) 字段
    #[arg(long, value_name = "F")]
    pub field: String,
    /// Its value; empty clears it 值
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    pub value: String,
}

/// A rejection.
#[derive(Debug, Args)]
pub struct RejectArgs {
    /// Its number, its id, or a beginning of either
    pub case: String,
    /// Why, as a code, e.g. not_responsible, no_basis 原因代码
    #[arg(long, value_name = "R")]
    pub reason: String,
    /// Why, for the resident to read; - reads it from the input 给群众的说明
    #[arg(long, value_name = "X")]
    pub text: String,
}

/// An end.
#[derive(Debug, Args)]
pub struct CloseArgs {
    /// Its number, its id, or a beginning of either
    pub case: String,
    /// fixed, or a code for what cannot be fixed 结案代码
    #[arg(long, value_name = "CODE", default_value = "fixed")]
    pub code: String,
    /// For the resident to read; - reads it from the input 给群众的说明
    #[arg(long, value_name = "X")]
    pub text: Option<String>,
}

/// To the next level.
#[derive(Debug, Args)]
pub struct EscalateArgs {
    /// Its number, its id, or a beginning of either
    pub case: String,
    /// Why it has to go up 原因
    #[arg(long, value_name = "R")]
    pub reason: String,
    /// What was tried 已尝试
    #[arg(long, value_name = "T")]
    pub tried: String,
}

/// To a department or a unit below.
#[derive(Debug, Args)]
pub struct DispatchArgs {
    /// Its number, its id, or a beginning of either
    pub case: String,
    /// To whom: the unit's name, its id, or a beginning of either 承办单位
    #[arg(long, value_name = "UNIT")]
    pub to: String,
    /// By when 期限
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub by: String,
}

/// A later date.
#[derive(Debug, Args)]
pub struct ExtendArgs {
    /// Its number, its id, or a beginning of either
    pub case: String,
    /// The new date 新期限
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub by: String,
    /// Why 原因
    #[arg(long, value_name = "R")]
    pub reason: String,
}

/// Who handles it.
#[derive(Debug, Args)]
pub struct RuleArgs {
    /// Its number, its id, or a beginning of either
    pub case: String,
    /// Who: the unit's name, its id, or a beginning of either 承办单位
    #[arg(long, value_name = "UNIT")]
    pub to: String,
    /// Why 理由
    #[arg(long, value_name = "R")]
    pub reason: String,
}

/// What was found.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Its number, its id, or a beginning of either
    pub case: String,
    /// fixed, partly or not 核查结果
    #[arg(long, value_name = "RESULT", value_parser = ["fixed", "partly", "not"])]
    pub result: String,
}

/// The same matter.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// Its number, its id, or a beginning of either
    pub case: String,
    /// The case that goes on 并入
    #[arg(long, value_name = "CASE")]
    pub into: String,
}
