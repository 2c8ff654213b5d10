//! A case's story: who did what, when.

use alleyway_core::kinds::case::{Finding, Point};
use alleyway_core::time::{Date, Time};

/// A case from its report to its end, or to the present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseStory {
    /// The member who reports it.
    pub reporter: String,
    /// The alley it comes from, by key.
    pub alley: String,
    /// The household that asked, by its place in the town's rows.
    pub household: Option<usize>,
    /// The steps, the report first, each later than the one before.
    pub steps: Vec<StoryStep>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryStep {
    /// The member who makes it.
    pub actor: String,
    /// When.
    pub at: Time,
    /// What.
    pub act: Act,
}

/// What a step does. Units are given by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// 上报
    Report {
        /// A category of `domain.md`.
        category: &'static str,
        /// A line.
        title: String,
        /// What the resident said.
        text: String,
        /// Where, in words; may be empty.
        place: String,
        /// Where, on the map.
        point: Option<Point>,
        /// Whom to ask; may be empty.
        contact: String,
    },
    /// 受理
    Accept,
    /// 不予受理
    Reject {
        /// A code.
        reason: &'static str,
        /// For the resident.
        text: String,
    },
    /// 处置
    Start,
    /// 记录
    Note(String),
    /// 走访
    Visit(String),
    /// 提级
    Escalate {
        /// The unit of the next level.
        to: String,
        /// Why.
        reason: String,
        /// What was tried.
        tried: String,
    },
    /// 接收
    Receive,
    /// 退回
    Return {
        /// Why.
        reason: String,
    },
    /// 裁定
    Rule {
        /// Who handles it.
        to: String,
        /// Why.
        reason: String,
    },
    /// 派单
    Dispatch {
        /// To whom.
        to: String,
        /// By when.
        by: Date,
    },
    /// 挂起
    Wait {
        /// A code.
        reason: &'static str,
    },
    /// 恢复
    Resume,
    /// 延期
    Extend {
        /// The new date.
        by: Date,
        /// Why.
        reason: String,
    },
    /// 督办
    Supervise {
        /// The order.
        text: String,
    },
    /// 办结
    Resolve {
        /// What was done.
        text: String,
    },
    /// 核查
    Verify {
        /// What was found.
        result: Finding,
        /// What the resident said.
        text: String,
    },
    /// 结案
    Close {
        /// `fixed`, or why it cannot be fixed.
        code: &'static str,
        /// For the resident.
        text: String,
    },
    /// 重办
    Reopen {
        /// Why.
        reason: String,
    },
    /// 撤回
    Withdraw {
        /// Why.
        text: String,
    },
}
