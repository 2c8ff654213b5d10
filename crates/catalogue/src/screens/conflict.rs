//! Fields that two people set differently.

use crate::texts;

texts! {
    "conflict"

    NONE "没有冲突。" "No conflicts.";
    CARD
        "“{field}”有{count}个不同的值，请选定一个："
        "“{field}” has {count} different values; pick one:";
    NO_SUCH_VALUE
        "“{field}”现有的值里没有“{value}”。现有：{values}"
        "No value of “{field}” is “{value}”. These stand: {values}";
}
