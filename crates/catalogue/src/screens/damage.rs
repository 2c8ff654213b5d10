//! Records of the device that cannot be read.

use crate::texts;

texts! {
    "damage"

    DOCUMENT
        "记录 {name} 已损坏，下次同步会重新取回"
        "The document {name} is damaged on this device; the next sync fetches it"
        terminal
        "：alleyway sync"
        ": alleyway sync";
    DOCUMENTS
        "有{count}件记录已损坏，下次同步会重新取回"
        "Damaged documents on this device: {count}. The next sync fetches them"
        terminal
        "：alleyway sync"
        ": alleyway sync";
    RESTORED
        "第{name}号操作的记录已损坏，已从发送过的一批中恢复。请同步"
        "The record of your command {name} was damaged and has been put back from the batch it was sent in. Sync"
        terminal
        "：alleyway sync"
        ": alleyway sync";
    COMMAND
        "第{name}号操作的记录已损坏，读不出来。发送过的话服务器上有：先同步，再查看事项；没有的话请重新填写。"
        "The record of your command {name} is damaged and cannot be read. If it was sent, the server has it: sync, and look at the case; if it is not there, type it again."
        terminal
        "然后用 alleyway damaged --drop 去掉这条提示。"
        " Then alleyway damaged --drop ends this warning.";
    BATCH
        "第{name}批的记录已损坏，其中没有确认的会重新发送。请同步"
        "The record of batch {name} is damaged; what in it is unconfirmed is sent anew. Sync"
        terminal
        "：alleyway sync；然后用 alleyway damaged --drop 去掉这条提示。"
        ": alleyway sync. Then alleyway damaged --drop ends this warning.";
    REBUILT
        "设备数据文件有损坏，已把能读的放进新文件；读不出的有{count}条，原文件留在 {path}。请同步并核对未确认的操作"
        "The device's data file was damaged. What could be read is in a new file; records that could not: {count}. The old file is kept: {path}. Sync, and compare what is unconfirmed"
        terminal
        "：alleyway sync，alleyway pending"
        ": alleyway sync, alleyway pending";
    NOTHING "没有损坏的记录。" "No record is damaged.";
    COUNT
        "损坏的记录：{count}条，处理办法见上面的提示。"
        "Damaged records: {count}. What to do stands in the warnings.";
    DROPPED
        "已放弃{count}条损坏的记录。"
        "Damaged records given up: {count}.";
}
