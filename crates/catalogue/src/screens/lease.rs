//! How long a device shows its content without the server.

use crate::texts;

texts! {
    "lease"

    READABLE_UNTIL "可阅读至" "Readable until";
    OVER
        "已到期，请同步"
        "over; sync to read again"
        terminal
        "：alleyway sync"
        ": alleyway sync";
    ENDS_SOON
        "注意：{ends} 之前若不与服务器联系，本机内容将无法阅读。"
        "Careful: unless the server is reached before {ends}, nothing on this device can be read any more."
        terminal
        "有信号时请运行：alleyway sync"
        " When there is signal: alleyway sync";
    ENDED
        "已有14天未与服务器联系，本机内容已锁。仍可上报、记录、走访、办理，可按编号或门牌查找，也可发送；要重新阅读，请同步"
        "The server has not been reached for 14 days: what is on this device is locked. You can still report, note, visit, record steps, find by number or door, and send. To read again, sync"
        terminal
        "：alleyway sync"
        ": alleyway sync";
    CLOCK_WRONG
        "本机时钟不对：与上次联系服务器的时间（{contact}）不符。请把时钟调准；在此之前所记录的，时间不对。"
        "This device's clock is wrong: it does not fit the last contact with the server ({contact}). Set it right; until then, what you record bears a wrong time.";
    NEEDS_READING
        "本机内容已锁，这一步要先看到内容。有信号时请先同步"
        "What is on this device is locked, and this needs it read. Sync first, when there is signal"
        terminal
        "：alleyway sync"
        ": alleyway sync";
    UNREADABLE
        "已记录，下次联系服务器前不可阅读"
        "recorded, unreadable until the next contact";
}
