//! Lists of cases, and one case with its steps.

use crate::texts;

texts! {
    "case"

    NUMBER "编号" "Number";
    TITLE "标题" "Title";
    CATEGORY "类别" "Category";
    STATUS "状态" "Status";
    HOLDER "承办" "Holder";
    DUE "期限" "Due";
    LIGHT "灯" "Light";
    MARKS "提示" "Marks";
    ANSWERED_MARK "督办已回复" "order answered";
    PROVISIONAL_MARK "暂定" "provisional";
    CONFIDENTIAL_MARK "保密" "confidential";
    PENDING_MARK "未确认{count}" "{count} unconfirmed";
    CARRIED_MARK "转交{count}步未确认" "{count} via bundle";
    REFUSED_MARK "被退回{count}" "{count} refused";
    CONFLICT_MARK "冲突{count}" "{count} in conflict";
    CHANGED_MARK "有变化" "changed";
    ROOM "余量" "Room";
    ROOM_LEFT
        "已有{entries}条，满{entries_max}条后不再添加；其中您的{own}条，每人上限{own_max}条。办理步骤不受影响。"
        "{entries} entries, and nothing is added beyond {entries_max}; {own} are yours, of {own_max} that one person may have. The steps of the case go on.";
    NONE
        "没有符合条件的事项。"
        "No such cases."
        terminal
        "已结束的用 --all 查看；还没有同步过的，请先运行：alleyway sync"
        " Ended ones are shown with --all. If you have not synced yet, run: alleyway sync";
    COUNT "共{count}件" "Cases: {count}";
    REFERRAL "流转" "Referral";
    REFERRAL_TO
        "{kind}，{from} → {to}，等待接收"
        "{kind}, {from} → {to}, waiting to be received";
    OWNER "来自" "From";
    CO_HANDLERS "协办" "With";
    PART_DONE "{unit}（已完成）" "{unit} (done)";
    TOLD "告知群众：{text}" "Told the resident: {text}";
    TRACKING "查询码" "Tracking code";
    IN_ANOTHER
        "另一事项（您的职务看不到）"
        "another case, which your posts do not read";
    CODE_GIVEN_BY
        "由{name}发出，只在其设备上"
        "given out by {name}, whose device has it";
    NO_CODE
        "没有，可补发"
        "none; another can be given out"
        terminal
        "：alleyway new-code CASE"
        ": alleyway new-code CASE";
    VOID_CODE "已作废的查询码" "Void code";
    BY_CODE_MARK "凭查询码" "by tracking code";
    STEPS "经过" "Steps";
    UNCONFIRMED "未确认" "unconfirmed";
    CARRIED_STATE "未确认，手机转交" "unconfirmed, via bundle";
    WAITS_STATE "未确认，等前面的步骤" "unconfirmed, waits for earlier steps";
    REFUSED_STATE "被退回" "refused";
    CLOCK_WRONG_MARK "时钟不准" "wrong clock";
    AFTER_POST_MARK "卸任后补交" "handed in after the post ended";
    NOT_CASE "非事项" "not a case";
    FILED
        "这件事项早已结束，本机只有摘要；下次同步会取回全部内容，然后才能查看和办理。"
        "This case has long been over, and only its line is on this device. The next sync fetches it; then it can be opened, and steps taken."
        terminal
        "先用 alleyway show 打开它，再运行 alleyway sync。"
        " Open it with `alleyway show`, then run `alleyway sync`.";
    NOT_FOUND
        "找不到“{text}”。新的可能要先同步。"
        "Nothing is called “{text}”. What is new may need a sync first."
        terminal
        "用 alleyway cases --all 查看全部事项。"
        " See alleyway cases --all";
}
