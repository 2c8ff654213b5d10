//! Taking the device's data away.

use crate::texts;

texts! {
    "wipe"

    WAITS
        "还有没处理的：未确认{unsent}条，被退回{refused}条，没有清除。先同步：alleyway sync，再处理被退回的：alleyway refused。确实要丢掉的话：alleyway wipe --force"
        "Not wiped: unsent commands: {unsent}; refused ones not dealt with: {refused}. First alleyway sync, then alleyway refused. To lose them all the same: alleyway wipe --force";
    UNREADABLE
        "不知道里面有没有没发送的内容，没有清除。{reason} 确实要清除的话：alleyway wipe --force"
        "Not wiped: nobody knows what is unsent in it. {reason} To wipe it all the same: alleyway wipe --force";
    ASK
        "将清除本机的全部数据，不能恢复（未确认{unsent}条，被退回{refused}条）。输入 wipe 确认："
        "All data of this device is taken away for good (unsent: {unsent}; refused: {refused}). Type wipe to confirm: ";
    NOT_CONFIRMED
        "没有确认，没有清除。脚本里请加 --yes。"
        "Not confirmed, not wiped. In scripts add --yes.";
    DONE
        "本机数据已清除。重新使用要新的邀请码。"
        "This device's data is gone. To use it again, ask for a new code.";
}
