//! The passphrase that guards the device.

use crate::texts;

texts! {
    "passphrase"

    ASK "口令：" "Passphrase: ";
    NEW "新口令（至少8个字）：" "New passphrase (8 characters or more): ";
    AGAIN "再输一次：" "Once more: ";
    NEEDED
        "需要口令。"
        "A passphrase is needed."
        terminal
        "请在终端上输入，或放在环境变量 ALLEYWAY_PASSPHRASE 里。"
        " Type it on a terminal, or put it into the environment's ALLEYWAY_PASSPHRASE.";
    NEW_NEEDED
        "需要新口令。"
        "A new passphrase is needed."
        terminal
        "请在终端上输入，或放在环境变量 ALLEYWAY_NEW_PASSPHRASE 里。"
        " Type it on a terminal, or put it into the environment's ALLEYWAY_NEW_PASSPHRASE.";
    WRONG "口令不对，请再试一次。" "The passphrase is wrong; try again.";
    DIFFERS
        "两次输入的口令不同，没有改动。请再做一次。"
        "The two passphrases differ; nothing was changed. Do it again.";
    SHORT
        "口令太短，至少8个字。"
        "The passphrase is too short; take 8 characters or more.";
    UNFIT
        "口令太长或含有控制字符，最多1024字节。"
        "The passphrase is too long or holds control characters; at most 1,024 bytes.";
    SET
        "口令已设。忘了口令，本机数据就读不出来；已确认的都在服务器上。"
        "The passphrase is set. Without it nobody reads this device's data; what was confirmed is on the server.";
    REMOVED
        "口令已去掉，本机数据只由密钥文件保护。"
        "The passphrase is removed; the key file alone guards this device's data.";
    THERE
        "已经设了口令。"
        "There is a passphrase already."
        terminal
        "更换：alleyway passphrase change"
        " Change it: alleyway passphrase change";
    NONE
        "还没有设口令。"
        "There is no passphrase."
        terminal
        "设置：alleyway passphrase set"
        " Set one: alleyway passphrase set";
}
