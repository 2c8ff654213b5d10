//! Steps: what people call them, and what they say.

use crate::words;

words! {
    /// The names of steps.
    KIND "kind"

    "report" "上报" "report";
    "accept" "受理" "accept";
    "reject" "不予受理" "reject";
    "start" "处置" "start";
    "note" "记录" "note";
    "visit" "走访" "visit";
    "edit" "修改" "edit";
    "escalate" "提级" "escalate";
    "receive" "接收" "receive";
    "return" "退回" "return";
    "rule" "裁定" "rule";
    "dispatch" "派单" "dispatch";
    "wait" "挂起" "wait";
    "resume" "恢复" "resume";
    "extend" "延期" "extend";
    "supervise" "督办" "supervise";
    "answer_supervision" "督办回复" "answer the order";
    "end_supervision" "解除督办" "end the order";
    "recall" "收回" "recall";
    "recuse" "回避" "recuse";
    "part_done" "协办完成" "part done";
    "resolve" "办结" "resolve";
    "verify" "核查" "verify";
    "close" "结案" "close";
    "reopen" "重办" "reopen";
    "withdraw" "撤回" "withdraw";
    "merge" "并案" "merge";
    "stood" "恢复前已采纳的一步" "a step that stood before the restore";
    "merged_in" "另一事项并入" "another case merged in";
    "late" "到期" "late";
    "redated" "日历更新" "dates moved with the calendar";
    "vacant" "接收单位空岗" "nobody is there to answer";
    "passed_on" "转自并入的事项" "noted on a case merged in";
    "new_code" "补发查询码" "give out a new code";
    "void_code" "查询码作废" "the code is void";
    "create_unit" "新建组织" "create unit";
    "rename_unit" "组织改名" "rename unit";
    "move_unit" "组织调整" "move unit";
    "appoint" "任职" "appoint";
    "amend_appointment" "任职变更" "amend appointment";
    "clear" "申请阅读保密事项" "ask for a clearance";
    "confirm_clearance" "确认阅读保密事项" "confirm a clearance";
    "end_clearance" "终止阅读保密事项" "end a clearance";
    "note_device" "登记新设备" "note a new device";
    "confirm_device" "确认新设备" "confirm a new device";
    "end_post" "免去岗位" "end a post";
    "stop_device" "停用设备" "stop a device";
    "ask_appointment" "提出任职" "ask for an appointment";
    "ask_invitation" "提出邀请" "ask for an invitation";
    "ask_thaw" "提出恢复设备" "ask that a device go on";
    "confirm_asked" "确认所提出的" "confirm what was asked for";
    "withdraw_asked" "撤回所提出的" "withdraw what was asked for";
    "ask_import" "提出导入名单" "ask for an import";
    "imported" "已导入名单" "imported";
    "import_failed" "未导入名单" "not imported";
    "create_household" "新建住户" "create household";
    "move_household" "住户调整" "move household";
    "open_directory" "建立名录" "open directory";
    "update_directory" "更新名录" "update directory";
    "retire_devices" "设备停用或恢复" "retire devices";
    "clearances" "更新保密授权" "update clearances";
    "open_tray" "建立待处理箱" "open tray";
    "put_item" "放入待处理箱" "put into the tray";
    "settle_item" "处理待处理项" "settle an item of the tray";
    "dismiss_items" "把一个人的待处理项都标为不办" "dismiss all items of one person in the tray";
    "open_book" "建立镇规则" "open the town's book";
    "propose_rules" "提出规则" "propose rules";
    "adopt_rules" "规则生效" "put rules into force";
    "unknown" "新版本的操作" "a step of a newer version";
}

words! {
    /// The names of values that a step has beside fields.
    SAID "said"

    "reason" "理由" "why";
    "tried" "已做" "tried";
    "to" "送往" "to";
    "by" "期限" "by";
    "field" "字段" "field";
    "value" "改为" "new value";
    "result" "结果" "result";
    "code" "结论" "outcome";
    "into" "并入" "into";
    "alley" "巷" "alley";
    "confidential" "保密" "confidential";
    "proposal" "提案" "proposal";
    "from" "起始日" "from";
    "resident_text" "告知群众" "for the resident";
    "for" "上报单位" "for";
    "with" "协办" "with";
    "about" "被投诉单位" "complained of";
    "origin" "来源" "origin";
    "external_system" "对方系统" "other system";
    "external_number" "对方编号" "number there";
    "external_due" "对方期限" "due there";
}

words! {
    /// The steps on the resident's tracking page. What is not here is not shown there.
    TRACK "track"

    "report" "您的诉求已登记" "Your request was recorded";
    "accept" "已受理" "It was accepted";
    "reject" "不予受理" "It was not accepted";
    "start" "已开始办理" "Work began";
    "note" "补充了说明" "A word was added";
    "escalate" "已报上一级" "It was passed to the next level up";
    "receive" "已由接收单位接办" "The unit it was sent to has taken it on";
    "return" "被退回，另行安排" "It was sent back and is being arranged anew";
    "recall" "已收回，另行安排" "It was taken back and is being arranged anew";
    "rule" "已确定承办单位" "It was decided who handles it";
    "dispatch" "已派给承办单位" "It was sent to the unit that will handle it";
    "wait" "办理暂停" "Work is paused";
    "resume" "恢复办理" "Work goes on";
    "extend" "办理期限延长" "The date was put off";
    "resolve" "已办结，待核查" "The work is done and will be checked";
    "verify" "已核查" "It was checked";
    "close" "已结案" "It was closed";
    "reopen" "重新办理" "It was opened again";
    "withdraw" "已撤回" "It was withdrawn";
    "merge" "并入同一事项办理" "It is handled together with another request";
    "new_code" "已补发查询码，原查询码停用" "You were given this code; the one before has ended";
}
