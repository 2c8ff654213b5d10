//! Signs between words, and words of every screen.

use crate::texts;

texts! {
    "common"

    COLON "：" ": ";
    SEMICOLON "；" "; ";
    COMMA "、" ", ";
    STOP "。" ".";
    NONE "无" "none";
    NEVER "从未" "never";
    YES "是" "yes";
    NO "否" "no";
    UNEXPECTED "意外错误：{reason}" "Unexpected: {reason}";
}
