//! The resident's page: how a request stands, what can be done, and why a step was not taken.

use crate::texts;

texts! {
    "resident"

    TITLE "诉求办理进度" "Your request";
    NOW "目前：{stage}" "Now: {stage}";
    DUE "期限：{date}" "Due: {date}";
    OFFICE "承办单位：{name}" "Handled by: {name}";
    CONTACTS "联系方式" "Whom to call";
    DUE_PROVISIONAL
        "期限：{date}（暂定，放假安排公布后可能调整）"
        "Due: {date} (provisional: it may move once the days off are published)";
    EARLIER "步骤很多，只显示最近的。" "There are many steps; the newest are shown.";
    OWN "{step}（您）" "{step} (you)";
    SEND "提交" "Send";
    VERIFY "办好了吗？" "Is it fixed?";
    VERIFY_TEXT "想说明的话（可以不写）" "Anything to add (may stay empty)";
    REOPEN "要求重新办理" "Ask for it to be handled again";
    REOPEN_TEXT "为什么" "Why";
    WORD "补充说明" "Add a word";
    WORD_TEXT
        "办理您诉求的人会看到"
        "Those who handle your request will read it";

    NOT_ARRIVED
        "查询码有效，但事项还没有送达。巷长的手机有信号后就能查到，请过几天再看。"
        "The code is valid, but the request has not arrived yet. It will once the chief's phone has a signal; look again in a few days.";
    CODE_ENDED
        "此查询码已停用。请向巷长或村支部领取新的查询码。"
        "This code has ended. Ask the alley chief or the village's branch for a new one.";
    TOO_MANY_STEPS
        "今天提交的次数已满，请明天再来；急事请直接找巷长。"
        "You have sent as much as one day takes; come back tomorrow, or ask the alley chief.";
    UNSUPPORTED_TYPE
        "只接收 JSON 或网页表单。"
        "Only application/json and application/x-www-form-urlencoded are taken.";
    MALFORMED
        "请求无法读取：应为一个 JSON 对象或一份表单，只有 do、result、text、token 四个字段，各至多一次，都是文字。"
        "The request cannot be read: send one JSON object or one form with no other fields than do, result, text and token, each at most once and a text.";
    BAD_TOKEN
        "字段 token 不对：应为 32 位十六进制数字，也可以不填。"
        "The field token is not valid: 32 hexadecimal digits, or nothing.";
    UNKNOWN_STEP
        "没有这一步，可以做的有：verify、reopen、word。"
        "There is no such step; there are verify, reopen and word.";
    CONTROL_CHARACTER
        "内容中有无法显示的控制字符。请删去或重新输入后再提交。"
        "The text holds a control character, which cannot be shown. Type it anew and send it again.";
    TEXT_TOO_LONG
        "写得太长，一次最多约五百字。请缩短后再提交。"
        "The text is too long: about 500 Chinese characters at once. Shorten it and send it again.";
}
