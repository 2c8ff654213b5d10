//! The clocks of a case: why its light has its colour, whose days they were.

use crate::texts;

texts! {
    "clock"

    CLOCKS "时限" "Clocks";
    DAYS "用时" "Days";
    DAYS_OF "{unit} {days}天" "{unit} {days}";
    DAYS_WAITED "{unit} {days}天（其中挂起{waited}天）" "{unit} {days} ({waited} of them waiting)";
    DAYS_IN_ALL "共{days}天" "{days} in all";
    LATE "{clock}已超期，期限是{day}" "{clock} is late: it was due on {day}";
    NEAR "{clock}将到期，期限{day}" "{clock} is due soon, on {day}";
    IN_TIME "{clock}在期限内，期限{day}" "{clock} is in time, due on {day}";
    STOPPED "{clock}已暂停计时：事项挂起" "{clock} stands still: the case waits";
    NO_RULES
        "{clock}的期限不明：本机还没有那时的镇规则"
        "{clock} has no date here: this device lacks the town's rules of that day"
        terminal
        "，请先运行：alleyway sync"
        "; run: alleyway sync";
    NO_CLOCK "没有正在计时的" "no clock runs";
    PROVISIONAL
        "暂定：那一年的放假安排还没有公布"
        "provisional: that year's days off are not published yet";
    SUPERVISED "督办" "supervised";
}
