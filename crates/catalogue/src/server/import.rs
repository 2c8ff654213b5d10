//! An import of a town's lists: what is wrong with a row or a folder, and what was changed.

use crate::texts;

texts! {
    "import"

    NOT_UTF8
        "不是 UTF-8 编码，请另存为“CSV UTF-8”"
        "not UTF-8; save the file as \"CSV UTF-8\"";
    MISSING_COLUMN
        "表头缺少“{name}”列"
        "the header lacks the column \"{name}\"";
    UNKNOWN_COLUMN
        "表头有未知的列“{name}”"
        "the header has an unknown column \"{name}\"";
    REPEATED_COLUMN
        "表头的“{name}”列重复"
        "the header has the column \"{name}\" twice";
    FIELD_COUNT
        "本行有 {found} 个字段，表头有 {expected} 个"
        "the row has {found} fields, the header {expected}";
    EMPTY "不能为空" "must not be empty";
    TOO_LONG "太长，最多 {limit} 字节" "too long; at most {limit} bytes";
    CONTROL_CHARACTER
        "含有换行、制表符等控制字符（{character}）"
        "holds a line break, a tab or another control character ({character})";
    UNSEEN_IN_KEY
        "编号中含有看不见的字符 {character}；编号不会自动更改，请删去"
        "the key holds the invisible character {character}; keys are not changed: write it without";
    KEY_LOOKS_LIKE
        "与已有的编号“{key}”看上去相同而写法不同；请写成一样，或另取编号"
        "looks like the key \"{key}\" and is written otherwise; write it the same, or take another";
    UNCLEAR_ENCODING
        "文件既像 UTF-8 又像 GBK，读法不同则姓名不同；请另存为“CSV UTF-8”（带 BOM）"
        "the file reads as UTF-8 and as GBK, and the names differ; save it as \"CSV UTF-8\", with its byte order mark";
    BOOK_NOT_UTF8 "book.toml 不是 UTF-8 编码" "book.toml is not UTF-8";
    NOT_TOML "不是可读的 TOML：{reason}" "no TOML that can be read: {reason}";
    UNKNOWN_SECTION
        "镇规则没有“{name}”这一节"
        "the town's book has no section \"{name}\"";
    DAY_OVER
        "这一天已经过去；规则最早从今天起生效"
        "that day is over; rules begin today at the earliest";
    BAD_SECTION "{name} {place}：{flaw}" "{name}, {place}: {flaw}";
    NOT_CSV "不是 CSV 的一行" "not a row of CSV";
    UNKNOWN_KIND "未知的组织类型“{word}”" "unknown kind of unit \"{word}\"";
    UNKNOWN_POST "未知的岗位“{word}”" "unknown post \"{word}\"";
    BAD_DATE "日期须写成 YYYY-MM-DD" "a date is written YYYY-MM-DD";
    DATE_OUT_OF_BOUNDS "日期须在 2000 年至 2199 年之间" "dates lie between 2000 and 2199";
    UNTIL_NOT_AFTER_FROM "结束日期须晚于开始日期" "the post must end after it begins";
    BAD_COUNT
        "人数须为 0 至 {max} 的整数"
        "the count is a whole number from 0 to {max}";
    BAD_PHONE
        "不是电话号码（5 至 15 位数字）"
        "not a telephone number (5 to 15 digits)";
    BAD_ANSWER "须为“是”或“否”" "the answer is yes or no";
    NEEDS_UNITS
        "本镇尚无组织，须先有 units.csv 的数据"
        "the town has no units yet; units.csv must give some";
    DUPLICATE "与第 {line} 行重复" "the same as line {line}";
    UNKNOWN_PARENT "没有上级组织“{key}”" "no parent unit \"{key}\"";
    UNKNOWN_UNIT "没有组织“{key}”" "no unit \"{key}\"";
    CYCLE "上级关系成环" "the parents lead back to the unit itself";
    PARENT_KIND
        "{kind} 类型的组织不能隶属于 {parent}"
        "a {kind} cannot belong to a {parent}";
    NEEDS_PARENT "{kind} 须有上级组织" "a {kind} needs a parent";
    SECOND_ROOT
        "顶层组织已是“{key}”，只能有一个"
        "\"{key}\" is the root already; there is only one";
    SECOND_TOWN
        "一个账本只管一个镇，这里已有“{key}”；请为另一个镇建立单独的数据文件夹"
        "one ledger is one town, and \"{key}\" is this one's; make a data folder of its own for the other";
    PEOPLE_ELSEWHERE
        "镇以上（{kind}）的人不在本系统任职；请去掉这一行，或改为镇内的组织"
        "people above the town (here: a {kind}) have no posts here; take the row out, or name a unit of the town";
    NO_ROOT
        "没有顶层组织（上级为空的一行）"
        "no row is the root (the one without a parent)";
    CANNOT_BECOME_ROOT
        "已有上级的组织不能改为顶层"
        "a unit with a parent cannot become the root";
    KIND_CHANGED
        "组织类型是 {kind}，不能更改"
        "the unit is a {kind}; its kind cannot change";
    POST_UNFIT "{kind} 没有 {post} 这一岗位" "a {kind} has no {post}";
    NAME_DIFFERS
        "同一人员的姓名与第 {line} 行不同"
        "the same member has another name in line {line}";
    OVERLAP
        "同一人同一岗位的任期与第 {line} 行重叠"
        "the same post at the same time as in line {line}";
    NOT_AN_ALLEY
        "住户须属于巷，而该组织是 {kind}"
        "households live in alleys; this unit is a {kind}";

    REJECTED
        "{rows} 行有误（共 {faults} 处），未作任何更改"
        "{rows} rows cannot be imported ({faults} faults); nothing was changed";
    NO_FOLDER "没有这个文件夹" "no such folder";
    NO_FILES
        "文件夹中没有 units.csv、members.csv、households.csv"
        "none of units.csv, members.csv, households.csv is in it";
    FILE_TOO_LONG
        "文件超过 64 MiB"
        "the file is longer than 64 MiB";

    READ_AS "{file} 按 {encoding} 读取" "{file} was read as {encoding}";
    NOTHING_TO_CHANGE "没有变化。" "Nothing to change.";
    MORE "  ……另有 {count} 行" "  … and {count} more";
    LEFT "文件中已无此项，保持原样" "no longer in the file, left as it is";
    STAYS_ENDED
        "任职后来已终止，保持终止；要恢复请用 member appoint，或在名单中另写一行新的 from"
        "was ended since and stays ended; to reinstate, use `member appoint`, or add a row with a later `from`";
    UNIT_CREATED "新建组织" "unit created";
    UNIT_RENAMED "组织更名" "unit renamed";
    UNIT_MOVED "组织调整上级" "unit moved";
    APPOINTED "任职" "appointed";
    APPOINTMENT_AMENDED "任职修改" "appointment amended";
    HOUSEHOLD_CREATED "新建住户" "household created";
    HOUSEHOLD_MOVED "住户迁移" "household moved";
    CONTACT_CHANGED "住户联系人修改" "household's contact changed";
    PHONE_CHANGED "住户电话修改" "household's telephone number changed";
    MAY_TEXT_CHANGED "住户短信意愿修改" "household's consent to messages changed";
    COUNT_CHANGED "住户人数修改" "household's count changed";
    BOOK_OPENED "建立镇规则" "the town's book opened";
    RULES_PROPOSED "提出规则" "rules proposed";
    RULES_ADOPTED "规则生效" "rules put into force";
}
