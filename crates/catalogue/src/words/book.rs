//! A town's book: its sections, how its categories are handled, and what can be wrong in it.

use crate::words;

words! {
    /// Sections of the town's book.
    SECTION "section"

    "categories" "事项类别" "categories";
    "deadlines" "办理时限" "deadlines";
    "codes" "代码表" "lists of codes";
    "texts" "常用语和模板" "phrases and templates";
    "calendar" "工作日历" "days off";
    "measures" "数量标准" "bounds and floors";
    "contacts" "公开电话" "public contacts";
}

words! {
    /// How the cases of a category are handled.
    CLASS "class"

    "consult" "咨询" "question";
    "help" "求助" "request for help";
    "suggest" "建议" "suggestion";
    "complaint" "投诉" "complaint";
    "safety" "安全" "safety";
    "about_person" "对人员的投诉" "complaint about a person";
}

words! {
    /// Faults in a section of the town's book.
    FLAW "flaw"

    "unreadable" "不是可读的 JSON" "is no JSON that can be read";
    "missing" "缺少，或是空的" "is missing or blank";
    "unknown_key" "没有这一项" "is none of the keys here";
    "not_table" "应当是一组名称和值" "should be a table";
    "not_list" "应当是列表" "should be a list";
    "not_text" "应当是文字，不含控制字符" "should be a text without control characters";
    "too_long" "太长" "is too long";
    "not_code" "代码只能用小写字母、数字和 _" "should be a code: small letters, digits and _";
    "unknown_word" "不是可用的词" "is none of the words that it can be";
    "not_flag" "应当是 true 或 false" "should be true or false";
    "not_number" "应当是范围内的整数" "should be a whole number within its bounds";
    "not_term" "应当是 1 至 366 天：10wd 是工作日，60d 是自然日" "should be 1 to 366 days: 10wd of work, 60d of the calendar";
    "not_date" "应当是日期，如 2027-01-01" "should be a day, as 2027-01-01";
    "too_many" "太多" "are too many";
    "empty" "不能是空的" "should not be empty";
    "twice" "与前面的重复" "is there twice";
    "no_fixed" "缺少 fixed，或被隐藏" "lacks `fixed`, or hides it";
    "off_and_work" "同一天又休又上班" "has a day both off and worked";
    "wrong_year" "不在这一年" "is not in that year";
    "year_gap" "与已知的年份不相连" "does not follow on the years that are known";
    "upside_down" "下限大于上限" "is above the upper bound";
}
