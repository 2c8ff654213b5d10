//! Texts of the terminal program about the device's store: its key, its damage, its end.

/// Key, Chinese, English. What stands in braces is filled in.
pub(super) const TEXTS: &[(&str, &str, &str)] = &[
    (
        "terminal.store_wrong_key",
        "密钥与设备数据不符：{path}。请把原来的密钥文件放回同一目录。",
        "The key does not fit the device's data: {path}. Put the key file that belongs to it back beside it.",
    ),
    (
        "terminal.store_key_missing",
        "没有密钥文件 {key}，设备数据无法读取：{path}。请从备份放回密钥文件；找不到的话，用新邀请码在新目录重新登记。",
        "The device's data cannot be read without its key file: {path}, missing {key}. Put the key file back; if it is gone, enrol anew in another folder with a new code.",
    ),
    (
        "terminal.key_exposed",
        "别人也能读密钥文件。请运行：chmod 600 {path}",
        "Others can read the key file. Run: chmod 600 {path}",
    ),
    (
        "terminal.key_damaged",
        "密钥文件已损坏：{path}（{reason}）。请从备份放回。",
        "The key file is damaged: {path} ({reason}). Put it back from a copy.",
    ),
    (
        "terminal.key_newer",
        "密钥文件是更新版本的程序写的：{path}。请更新本程序。",
        "The key file was written by a newer program: {path}. Update this program.",
    ),
    (
        "terminal.identity_damaged",
        "设备的身份记录已损坏：{path}。请保留目录，向管理员要新邀请码，用新目录登记；没有发送的内容要重新填写。",
        "The record of this device's identity is damaged: {path}. Keep the folder, ask the administrator for a code and enrol in another one; what was unsent has to be typed again.",
    ),
    (
        "terminal.state_damaged",
        "设备的同步记录已损坏：{path}。继续使用会把编号用两次，所以停下。请保留目录，向管理员要新邀请码，用新目录登记；没有发送的内容要重新填写。",
        "The record of where this device stands is damaged: {path}. Going on would give numbers twice. Keep the folder, ask the administrator for a code and enrol in another one; what was unsent has to be typed again.",
    ),
    (
        "terminal.warn_document",
        "记录 {name} 已损坏，下次同步会重新取回：alleyway sync",
        "The document {name} is damaged on this device; the next sync fetches it: alleyway sync",
    ),
    (
        "terminal.warn_documents",
        "有{count}件记录已损坏，下次同步会重新取回：alleyway sync",
        "Damaged documents on this device: {count}. The next sync fetches them: alleyway sync",
    ),
    (
        "terminal.warn_restored",
        "第{name}号操作的记录已损坏，已从发送过的一批中恢复。请同步：alleyway sync",
        "The record of your command {name} was damaged and has been put back from the batch it was sent in. Sync: alleyway sync",
    ),
    (
        "terminal.warn_command",
        "第{name}号操作的记录已损坏，读不出来。发送过的话服务器上有：先同步，再查看事项；没有的话请重新填写。然后用 alleyway damaged --drop 去掉这条提示。",
        "The record of your command {name} is damaged and cannot be read. If it was sent, the server has it: sync, and look at the case; if it is not there, type it again. Then alleyway damaged --drop ends this warning.",
    ),
    (
        "terminal.warn_batch",
        "第{name}批的记录已损坏，其中没有确认的会重新发送。请同步：alleyway sync；然后用 alleyway damaged --drop 去掉这条提示。",
        "The record of batch {name} is damaged; what in it is unconfirmed is sent anew. Sync: alleyway sync. Then alleyway damaged --drop ends this warning.",
    ),
    (
        "terminal.warn_rebuilt",
        "设备数据文件有损坏，已把能读的放进新文件；读不出的有{count}条，原文件留在 {path}。请同步并核对未确认的操作：alleyway sync，alleyway pending",
        "The device's data file was damaged. What could be read is in a new file; records that could not: {count}. The old file is kept: {path}. Sync, and compare what is unconfirmed: alleyway sync, alleyway pending",
    ),
    (
        "terminal.nothing_damaged",
        "没有损坏的记录。",
        "No record is damaged.",
    ),
    (
        "terminal.damaged_count",
        "损坏的记录：{count}条，处理办法见上面的提示。",
        "Damaged records: {count}. What to do stands in the warnings.",
    ),
    (
        "terminal.damaged_dropped",
        "已放弃{count}条损坏的记录。",
        "Damaged records given up: {count}.",
    ),
    ("terminal.passphrase_ask", "口令：", "Passphrase: "),
    (
        "terminal.passphrase_new",
        "新口令（至少8个字）：",
        "New passphrase (8 characters or more): ",
    ),
    ("terminal.passphrase_again", "再输一次：", "Once more: "),
    (
        "terminal.passphrase_needed",
        "需要口令。请在终端上输入，或放在环境变量 ALLEYWAY_PASSPHRASE 里。",
        "A passphrase is needed. Type it on a terminal, or put it into the environment's ALLEYWAY_PASSPHRASE.",
    ),
    (
        "terminal.new_passphrase_needed",
        "需要新口令。请在终端上输入，或放在环境变量 ALLEYWAY_NEW_PASSPHRASE 里。",
        "A new passphrase is needed. Type it on a terminal, or put it into the environment's ALLEYWAY_NEW_PASSPHRASE.",
    ),
    (
        "terminal.passphrase_wrong",
        "口令不对，请再试一次。",
        "The passphrase is wrong; try again.",
    ),
    (
        "terminal.passphrase_differs",
        "两次输入的口令不同，没有改动。请再做一次。",
        "The two passphrases differ; nothing was changed. Do it again.",
    ),
    (
        "terminal.passphrase_short",
        "口令太短，至少8个字。",
        "The passphrase is too short; take 8 characters or more.",
    ),
    (
        "terminal.passphrase_unfit",
        "口令太长或含有控制字符，最多1024字节。",
        "The passphrase is too long or holds control characters; at most 1,024 bytes.",
    ),
    (
        "terminal.passphrase_set",
        "口令已设。忘了口令，本机数据就读不出来；已确认的都在服务器上。",
        "The passphrase is set. Without it nobody reads this device's data; what was confirmed is on the server.",
    ),
    (
        "terminal.passphrase_removed",
        "口令已去掉，本机数据只由密钥文件保护。",
        "The passphrase is removed; the key file alone guards this device's data.",
    ),
    (
        "terminal.passphrase_there",
        "已经设了口令。更换：alleyway passphrase change",
        "There is a passphrase already. Change it: alleyway passphrase change",
    ),
    (
        "terminal.passphrase_none",
        "还没有设口令。设置：alleyway passphrase set",
        "There is no passphrase. Set one: alleyway passphrase set",
    ),
    (
        "terminal.wipe_waits",
        "还有没处理的：未确认{unsent}条，被退回{refused}条，没有清除。先同步：alleyway sync，再处理被退回的：alleyway refused。确实要丢掉的话：alleyway wipe --force",
        "Not wiped: unsent commands: {unsent}; refused ones not dealt with: {refused}. First alleyway sync, then alleyway refused. To lose them all the same: alleyway wipe --force",
    ),
    (
        "terminal.wipe_unreadable",
        "不知道里面有没有没发送的内容，没有清除。{reason} 确实要清除的话：alleyway wipe --force",
        "Not wiped: nobody knows what is unsent in it. {reason} To wipe it all the same: alleyway wipe --force",
    ),
    (
        "terminal.wipe_ask",
        "将清除本机的全部数据，不能恢复（未确认{unsent}条，被退回{refused}条）。输入 wipe 确认：",
        "All data of this device is taken away for good (unsent: {unsent}; refused: {refused}). Type wipe to confirm: ",
    ),
    (
        "terminal.wipe_not_confirmed",
        "没有确认，没有清除。脚本里请加 --yes。",
        "Not confirmed, not wiped. In scripts add --yes.",
    ),
    (
        "terminal.wiped",
        "本机数据已清除。重新使用要新的邀请码。",
        "This device's data is gone. To use it again, ask for a new code.",
    ),
];
