//! Taking the device's data away.

use crate::texts;

texts! {
    "wipe"

    WAITS
        "还有没处理的：未确认{unsent}条，被退回{refused}条，没有清除。先同步，再处理被退回的。"
        "Not wiped: unsent commands: {unsent}; refused ones not dealt with: {refused}. Sync first, then deal with those."
        terminal
        "同步：alleyway sync，被退回的：alleyway refused。确实要丢掉的话：alleyway wipe --force"
        " To sync: alleyway sync; what was refused: alleyway refused. To lose them all the same: alleyway wipe --force";
    UNREADABLE
        "不知道里面有没有没发送的内容，没有清除。{reason}"
        "Not wiped: nobody knows what is unsent in it. {reason}"
        terminal
        " 确实要清除的话：alleyway wipe --force"
        " To wipe it all the same: alleyway wipe --force";
    ASK
        "将清除本机的全部数据，不能恢复（未确认{unsent}条，被退回{refused}条）。"
        "All data of this device is taken away for good (unsent: {unsent}; refused: {refused})."
        terminal
        "输入 wipe 确认："
        " Type wipe to confirm: ";
    NOT_CONFIRMED
        "没有确认，没有清除。"
        "Not confirmed, not wiped."
        terminal
        "脚本里请加 --yes。"
        " In scripts add --yes.";
    DONE
        "本机数据已清除。重新使用要新的邀请码。"
        "This device's data is gone. To use it again, ask for a new code.";
}
