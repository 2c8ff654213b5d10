//! The figures of cases.

use crate::texts;

texts! {
    "figures"

    HEAD "{unit} {month}" "{unit}, {month}";
    FIGURE "项目" "Figure";
    OF "范围" "Of";
    AMOUNT "数量" "Amount";
    MEDIAN "中位数（小时）" "Half within (hours)";
    NINTH "九成以内（小时）" "Nine in ten within (hours)";
    ALL "全部" "all";
    HIDDEN "不显示" "hidden";
    NONE "这段时间没有可看的数字。" "There are no figures of that time.";
    NOTE
        "少于 {floor} 的不显示，能推算出它的也不显示；当月结束后才有。只供了解情况，不得用于对个人考核。"
        "What counts fewer than {floor} is hidden, and what would tell it; a month is told when it is over. For information: not for judging any person by.";
}
