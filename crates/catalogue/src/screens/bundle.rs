//! Batches in files, from phone to phone.

use crate::texts;

texts! {
    "bundle"

    WRITTEN
        "已写入 {file}：{batches}批，{name}能看到其中{commands}步，{bytes}字节。用任何办法交给对方。"
        "Written to {file}: {batches} batches, of which {name} will see {commands} steps, {bytes} bytes. Hand the file over by any means."
        terminal
        "对方运行：alleyway bundle import"
        " There: alleyway bundle import";
    WRITTEN_UNREAD
        "已写入 {file}：{batches}批，{bytes}字节。带文件的人看不到内容，只能代交服务器。"
        "Written to {file}: {batches} batches, {bytes} bytes. Whoever takes it cannot read it, only hand it in."
        terminal
        "那里运行：alleyway bundle import，有信号时 alleyway sync"
        " There: alleyway bundle import, and alleyway sync when there is signal";
    LEFT_OUT
        "有{count}批放不下。这些交上去以后再导出一次。"
        "Batches for which there was no room: {count}. Export again once these are handed in.";
    TAKEN
        "已接收：新的{batches}批，看得到{commands}步，看不到的{withheld}步，已有的{known}批。服务器确认之前都标“未确认”；有信号时会代交"
        "Taken: {batches} new batches, {commands} steps that you can see, {withheld} that you cannot, {known} batches known already. Until the server confirms them they are marked; they are handed in when there is signal"
        terminal
        "：alleyway sync"
        ": alleyway sync";
    LEFT
        "有{count}批没有接收：同一台手机的批次，本机带着的已到上限。请先同步，交给服务器，再接收一次"
        "Batches that were not taken, for as much of their phone is carried here as may be: {count}. Hand in first, then take the file again"
        terminal
        "：alleyway sync"
        ": alleyway sync";
    DIFFERING
        "有{count}批与先前收到的同号批次不同，保留了先前的。请告诉管理员。"
        "Batches that differ from earlier ones of the same number: {count}. The earlier ones are kept. Tell the administrator.";
    CARRYING
        "为别人带着{count}批，有信号时代交"
        "Carried for others: {count} batches, handed in at the next sync"
        terminal
        "：alleyway bundle list"
        ". See: alleyway bundle list";
    NOTHING_CARRIED "没有为别人带着的批次。" "Nothing is carried for others.";
    AUTHOR "作者" "Author";
    BATCH "批次" "Batch";
    SHOWN "看得到" "Shown";
    WITHHELD "看不到" "Withheld";
    WAITING "等待中" "Waiting";
    NOTHING
        "没有要交的：自己的都已有答复，也没有为别人带着的。"
        "Nothing to hand over: all of your own is answered, and nothing is carried for others.";
    NO_DEVICE
        "本机不知道{name}有登记过的设备。请同步后再试；不写收件人的话，对方只能代交服务器。"
        "This device knows no device of {name}. Sync and try again; without a recipient the bundle can only be carried to the server."
        terminal
        "不写收件人：不加 --for"
        " Without a recipient: leave out --for";
    LOCKED
        "很久没有联系服务器，本机内容现在读不了，不能给别人看。请同步；不写收件人的话，别人只能代交服务器。"
        "This device has not heard the server for too long and can show nobody anything. Sync; without a recipient the bundle can only be carried to the server."
        terminal
        "不写收件人：不加 --for"
        " Without a recipient: leave out --for";
    TOO_LARGE
        "文件太大，不是可以接收的转交文件（最多{limit}字节）。请对方重新导出。"
        "The file is too large for a bundle (at most {limit} bytes). Have it exported anew.";
    DAMAGED
        "文件不是转交文件，或不完整、已损坏，什么都没有接收。请重新拷贝，或请对方重新导出。"
        "The file is no bundle, or is cut off or damaged; nothing was taken. Copy it again, or have it exported anew.";
    UNKNOWN_VERSION
        "文件是更新版本的程序写的，什么都没有接收。请更新本程序。"
        "The bundle was written by a newer program; nothing was taken. Update this program.";
    OTHER_TOWN
        "文件是别的镇街的，什么都没有接收。请交给那里的人。"
        "The bundle is another town's; nothing was taken. Hand it to somebody there.";
    NOT_FOR_YOU
        "文件不是给本人的，打不开。请交给收件人，或请对方写上你的名字重新导出"
        "The bundle is for somebody else and cannot be opened here. Pass it on, or have it exported for you"
        terminal
        "：--for 你的名字"
        ", with --for and your name";
    BAD_CERTIFICATE
        "文件里有不是本镇服务器签发的设备证书，什么都没有接收。不要使用这个文件，请告诉管理员。"
        "A device's certificate in the bundle is not from your town's server; nothing was taken. Do not use the file, and tell the administrator.";
    BAD_SIGNATURE
        "文件里有与签名不符的内容，什么都没有接收。不要使用这个文件，请告诉管理员。"
        "Something in the bundle is not what its author signed; nothing was taken. Do not use the file, and tell the administrator.";
    FULL
        "为别人带着的已经到上限，什么都没有接收。请先同步，交给服务器"
        "This device carries as much as it can for others; nothing was taken. Hand it in first"
        terminal
        "：alleyway sync"
        ": alleyway sync";
    UNREADABLE
        "读不了文件 {file}：{reason}"
        "The file {file} cannot be read: {reason}";
    UNWRITABLE
        "写不了文件 {file}：{reason}。请换一个目录。"
        "The file {file} cannot be written: {reason}. Take another folder.";
}
