//! The outcome of a sync.

use crate::texts;

texts! {
    "sync"

    SENT
        "发送{sent}条，确认{admitted}条，退回{refused}条"
        "sent {sent}, admitted {admitted}, refused {refused}";
    RECEIVED
        "收到{received}条更新，移出{forgotten}件"
        "changes received: {received}; documents gone from your scope: {forgotten}";
    COST
        "流量：上行{up}字节，下行{down}字节，往返{trips}次"
        "bytes up: {up}, down: {down}; round trips: {trips}";
    PROGRESS "已接收{kilobytes} KB…" "{kilobytes} KB received…";
    UP_TO_DATE "已与服务器一致。" "Up to date.";
    MORE
        "还有没传完的，请再同步"
        "There is more; sync again"
        terminal
        "：alleyway sync"
        ": alleyway sync";
    LATER
        "这台设备今天交的已到限额，其余的都还在本机，{time}起再收。"
        "This device has handed in as much as it may for now. The rest is kept here; the server takes it from {time} on.";
    REFUSED
        "有{count}条被退回"
        "{count} refused"
        terminal
        "，请看：alleyway refused"
        "; see: alleyway refused";
    KEPT
        "有{count}条未执行，已转交有关人员处理"
        "{count} were not carried out, and lie in a tray for somebody to look at"
        terminal
        "，请看：alleyway receipts"
        "; see: alleyway receipts";
    CARRIED
        "代交完成：{count}批"
        "Handed in for others: {count} batches";
    UNREADABLE
        "服务器读不了{count}批代交的内容，已经放弃。请作者自己同步。"
        "Batches carried for others that the server could not read: {count}. They were given up; their authors have to sync.";
    VOID_CODE
        "事项{number}的查询码{code}已作废，请收回写有它的纸条"
        "Case {number}: the code {code} is void. Take the slip with it back";
    FORKED
        "设备曾从备份恢复：未发送的已用新编号发出，管理员会得到通知。"
        "This device was restored from a backup: what was unsent went out under new numbers; the administrator is told.";
    GOES_ON "正在同步，请等它结束。" "A sync goes on; wait until it has ended.";
    HALTED
        "同步已停止。已收到的都保存了，下次会接着传。"
        "The sync was stopped. What arrived is kept, and the next one goes on from there.";
}
