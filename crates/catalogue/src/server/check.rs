//! The faults that a check names.

use crate::texts;

texts! {
    "check"

    STATE_MISSING "账本自身的状态缺失" "the ledger's state is missing";
    CHAIN_END
        "链的末尾与账本状态不符"
        "the chain does not end where the ledger's state says";
    CHAIN_BREAKS
        "链在第 {at} 条断开"
        "the chain breaks at entry {at}";
    ENTRIES_FEW
        "第 {from} 条到第 {to} 条之间有账目缺失"
        "ledger entries between {from} and {to} are missing";
    ENTRIES_MISSING
        "从第 {from} 条起的账目缺失"
        "the ledger entries from {from} on are missing";
    ENTRIES_DAMAGED
        "从第 {from} 条起的账目损坏（{record}）"
        "the ledger entries from {from} on are damaged ({record})";
    RECORD_STOPS
        "记录 {record} 损坏，它之后的没有检查"
        "the record {record} is damaged; those behind it were not looked at";
    DOCUMENT_DAMAGED
        "文档 {document} 损坏（{record}）"
        "document {document} is damaged ({record})";
    DOCUMENT_UNPLACED
        "分发记录里缺少文档 {document}"
        "document {document} is missing in a feed's log";
    FEED_SUM
        "一处分发的总和与文档不符：记录 {places} 处，文档 {documents} 份，另有 {strays} 处指向不存在的文档"
        "a feed's sum is not that of its documents: its log has {places} places for {documents} documents, and {strays} that are none";
    TRACKED_OTHER
        "群众在进度页上看到的与事项 {case} 不一致"
        "what the resident sees of case {case} is not what the case says";
    FIGURES_OTHER
        "事项 {case} 计入数字的部分与它的记录不符"
        "what case {case} adds to the figures is not what its log comes to";
    LISTED_OTHER
        "列表里文档 {document} 的摘要与文档不符；运行中的服务器会重做这份摘要"
        "what lists show of document {document} is not what the document says; a server that runs makes it anew";
    LATE_OTHER
        "超期清单里文档 {document} 的记录与文档不符；运行中的服务器会重做"
        "what the list of late cases says of document {document} is not what the document says; a server that runs makes it anew";
    FIGURES_SUM
        "{rows} 行数字与各事项之和不符"
        "{rows} rows of figures are not the sums of what the cases add";
    ID_TWICE_KEPT
        "两条不同的操作用了同一个编号 {id}，都没有生效"
        "the id {id} is that of two commands, and neither of them stands";
    ID_TWICE
        "两条不同的操作用了同一个编号 {id}：一条在文档 {document} 里生效，另一条待审或被退回"
        "the id {id} is that of two commands: one stands in document {document}, and another lies in a tray or was refused";

    DAMAGED "记录 {record} 损坏" "record {record} is damaged";
    PART_ALONE
        "记录 {record} 的第 {part} 段不属于任何记录"
        "part {part} of record {record} belongs to nothing";
    FOREIGN
        "记录 {record} 不是这个存储的"
        "record {record} is not of this store";
    UNREADABLE
        "账本文件读不下去：{reason}"
        "the ledger's file cannot be read on: {reason}";
    INCOMPLETE
        "有记录缺失，或比最后一次提交旧"
        "records are missing, or older than the last commit";
    AND_MORE "{first}；另有 {count} 处" "{first}; and {count} more";

    END_MISSING "账本没有末尾" "the ledger has no end";
    END_DAMAGED "账本的末尾损坏" "the ledger's end is damaged";
    END_BEHIND
        "账本止于第 {sequence} 条（第 {commit} 次提交），而已确认到第 {acknowledged} 条（第 {acknowledged_commit} 次提交）"
        "the ledger ends at sequence {sequence} (commit {commit}), acknowledged was {acknowledged} (commit {acknowledged_commit})";
    END_OTHER_HISTORY
        "账本和已确认到哪里的标记不属于同一段历史"
        "the ledger and its high water are of different histories";

    TAIL_MISSING
        "缺少已确认过的记录（{what}）；请从备份恢复数据文件夹"
        "acknowledged records are missing ({what}); restore the data folder from a backup";
    STORE_FULL "磁盘已满：{reason}" "the disk is full: {reason}";
    STORE_FAILED "存储失败：{reason}" "the store failed: {reason}";

    AUDIT_CHAIN_BREAKS
        "审计链在第 {record} 条断开"
        "the chain breaks at record {record}";
    AUDIT_MISSING
        "缺少第 {record} 条审计记录"
        "record {record} is missing";
    AUDIT_DAMAGED
        "第 {record} 条审计记录损坏（{key}）"
        "record {record} is damaged ({key})";
    AUDIT_BEYOND_END
        "在账本状态写明的末尾之后还有审计记录"
        "there are records beyond the end that the ledger's state names";
    AUDIT_NOT_NOTED
        "第 {record} 条审计记录不是当初记下的那一条"
        "record {record} is not the one that was noted";
}
