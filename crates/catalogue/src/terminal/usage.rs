//! A line of the terminal that is not understood.

use crate::texts;

texts! {
    "usage"

    NOT_UNDERSTOOD
        "命令写法不对：{reason}"
        "The command was not understood: {reason}";
    HOME_MISSING
        "请用 --home 目录（或环境变量 ALLEYWAY_HOME）指明设备目录。"
        "Say where the device's folder is: --home DIR, or the environment's ALLEYWAY_HOME.";
    BAD_LANG "语言只能是 zh 或 en。" "The language is zh or en.";
    BAD_NOW
        "时间写法不对，例：2026-03-01T08:00:00+08:00"
        "Not a time; write it like 2026-03-01T08:00:00+08:00";
    BAD_DATE
        "日期“{value}”不对，例：2026-06-30"
        "“{value}” is not a date; write it like 2026-06-30";
    BAD_PLACE
        "地点“{value}”不对，写法：纬度,经度，最多七位小数，例：22.4167,109.3012"
        "“{value}” is not a place; write latitude,longitude with up to seven decimals, like 22.4167,109.3012";
    BAD_STATUS
        "没有状态“{value}”。可用：{known}"
        "There is no state “{value}”. Known: {known}";
    BAD_VALUE
        "{flag} 的值不对，或太长。"
        "{flag} does not take this value, or it is too long.";
    TEXT_TOO_LONG
        "{flag} 太长，最多{limit}字节。"
        "{flag} is too long; at most {limit} bytes.";
    CONTROL_CHARACTER
        "{flag} 含有换行或控制字符 {character}，请删去后再试。"
        "{flag} holds an end of line or control character, {character}; leave it out and try again.";
    TEXT_MISSING
        "这一步要写明内容，请加 --text \"…\"（--text - 从输入读取）。"
        "This step needs a text; add --text \"…\" (--text - reads it from the input).";
    INPUT_UNREADABLE
        "无法读取输入的内容。"
        "The text could not be read from the input.";
    MEND_TAKES_NOT
        "“{kind}”没有 {flag} 这一项，可改：{known}"
        "“{kind}” has no {flag}; it takes: {known}";
    AMBIGUOUS
        "“{text}”不唯一，请写全："
        "“{text}” means more than one; write more of it:";
}
