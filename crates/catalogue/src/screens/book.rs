//! The town's book.

use crate::texts;

texts! {
    "book"

    SECTION "内容" "Section";
    SINCE "起始日" "Since";
    COMING "将生效" "From";
    PROPOSALS "待生效的提案" "Proposed";
    AS_SHIPPED "随程序提供" "as it ships";
    CONFLICT
        "（{count} 份提案不一致，请另提一份来确定）"
        " ({count} proposals differ; a new one settles them)";
    PROPOSED "{proposal}（{by}）" "{proposal} by {by}";
    NO_FAULT "没有错。" "No fault was found.";
    NO_BOOK
        "本镇还没有镇规则，或还没有同步到本机。"
        "The town has no book yet, or it has not come to this device; sync first.";
    PROPOSAL_NOT_FOUND
        "没有叫“{text}”的待生效提案。"
        "No proposal that could be put into force is called “{text}”."
        terminal
        "用 alleyway book 查看。"
        " `alleyway book` lists them.";
    UNKNOWN_SECTION
        "镇规则里没有“{value}”这一节。有：{known}"
        "The town's book has no section “{value}”. It has: {known}";
    BAD_SECTION
        "“{section}”有错，没有提出。每一处："
        "The section “{section}” has faults and was not proposed. Each with its place:";
}
