//! Why a step was refused, and what to do next.

use crate::{Lang, texts, words};

/// A refusal's text: the rule, what to do next, and what came first, if that is known. `code` is
/// the refusal's word, `first` the step as people call it, `by` a person's name.
pub fn refusal(lang: Lang, code: &str, first: Option<&str>, by: Option<&str>) -> String {
    let rule = RULE.get(lang, code).unwrap_or(UNKNOWN.text(lang));
    match (first, by) {
        (Some(first), Some(by)) => {
            let values = [("first", first), ("by", by)];
            CAME_FIRST_BY.fill(lang, &values) + rule
        }
        (Some(first), None) => CAME_FIRST.fill(lang, &[("first", first)]) + rule,
        (None, _) => rule.to_owned(),
    }
}

words! {
    /// The rule behind each refusal code, and what to do next.
    RULE "refusal"

    "not_permitted"
        "您的岗位不能做这一步。请交给有权的人办理。"
        "Your post does not allow this step. Ask somebody whose post does.";
    "not_holder"
        "事项现在不由您所在的组织承办。可以加记录，或请现承办方处理。"
        "Your unit does not hold this case now. Add a note, or ask the unit that holds it.";
    "wrong_state"
        "事项现在的状态不能做这一步。请看最新进展再定。"
        "The case is not in a state for this step. Look at where it stands now, then decide.";
    "referral_pending"
        "事项已提级或派单，正等对方接收或退回。请等对方答复后再办。"
        "The case was sent on and waits for its receiver. Wait until it is received or returned, then send this step again.";
    "no_referral"
        "没有等待接收的提级或派单，可能已被接收、退回或收回。请看最新进展。"
        "Nothing waits to be received or returned; it may have been answered or taken back already. Look at where the case stands.";
    "not_receiver"
        "这次提级或派单不是发给您所在组织的。请由接收方答复；知道的情况可以加记录。"
        "The case was not sent to your unit. Let its receiver answer; add a note with what you know.";
    "returned_twice"
        "事项已被退回两次，由镇调度员裁定承办单位。请等裁定。"
        "The case was returned twice. Wait for the town dispatcher to rule who handles it.";
    "not_returned_twice"
        "退回两次后才能裁定。现在请按提级或派单办理。"
        "Only a case that was returned twice is ruled on. Escalate or dispatch it instead.";
    "not_supervised"
        "这件事项没有督办，或督办已解除。请把情况写成记录。"
        "No order to handle this case stands; it may have been ended. Write it down as a note.";
    "ruled"
        "镇里已裁定由您所在的组织承办，不能再退回。确有困难请联系镇调度员。"
        "The town ruled that your unit handles this; it cannot be returned. Call the town dispatcher if you are stuck.";
    "not_next_level"
        "只能提到上一级。请选择上一级组织再提级。"
        "A case goes up one level at a time. Choose the unit one level above and escalate again.";
    "no_level_above"
        "镇以上没有可提的一级：县里的人不在本系统。请按线下程序上报，并在事项里加一条记录。"
        "There is no level above the town: the county's people are not here. Report it to the county outside this system, and add a note that says so.";
    "not_below"
        "只能派给下级组织或部门。请另选承办单位。"
        "Work goes to a unit below or to a department. Choose another unit.";
    "recused"
        "您已回避这件事项，由本单位其他人或上一级办理。知道的情况请加记录。"
        "You withdrew from handling this case: a colleague handles it, or the level above. Add a note with what you know.";
    "bad_co_handler"
        "协办单位不能是现承办单位或主办单位，也不能写两次。请改正后再派单。"
        "A unit that does a part is neither the holder nor the one that handles the case, and is named once. Correct it and send again.";
    "unknown_unit"
        "没有这个组织。请同步后从名录里另选。"
        "No such unit is known. Sync, then choose one from the directory.";
    "resolved_by_author"
        "办结的人不能自己核查。请由村民或另一人核查。"
        "Whoever resolved a case does not verify it. Let the resident or somebody else do it.";
    "not_cleared"
        "您没有查看该单位保密事项的授权，不能上报保密事项。请管理员授权，或去掉保密后再提交。"
        "You are not cleared for the unit's confidential cases, so you cannot report one. Ask an administrator to clear you, or send it without “confidential”.";
    "nobody_cleared"
        "那个单位没有人获得保密授权，送过去就没人能看到。请选择别的单位，或请管理员先授权。"
        "Nobody in that unit is cleared to read a confidential case, so nobody there would see it. Choose another unit, or ask an administrator to clear somebody first.";
    "second_person"
        "需要第二个人确认：提出的人和所涉及的人都不能自己确认。请另一位管理员（保密授权也可由已获授权的人）来确认。"
        "A second person is needed: neither the one who asked nor the one it is for confirms it. Ask another administrator, or somebody who is cleared.";
    "not_text"
        "这一项不是文字，两个值不能并存。请选定其中一个。"
        "This field is no text, so two values cannot stand side by side. Pick one of them.";
    "no_conflict"
        "这一项只有一个值，没有冲突可选。请看现在的值，不对就直接修改。"
        "This field has one value, so there is nothing to settle. Look at it, and edit it if it is wrong.";
    "needs_text"
        "还缺文字说明。补上后再提交。"
        "A text is missing. Write it and send again.";
    "needs_reason"
        "还缺理由。补上后再提交。"
        "A reason is missing. Give one and send again.";
    "needs_category"
        "上报要有类别，还要有地点或文字。补上后再提交。"
        "A report needs a category, and a place or a text. Add them and send again.";
    "needs_desk"
        "对人员的投诉要选这一类的类别，写明被投诉人所在的单位，直接送监督受理窗口；别的事项不能写被投诉单位，也不能改成这一类。请改正后再提交，已登记的另报一件。"
        "A complaint about a person has a category of that class, names the unit complained of and goes to a complaints desk; no other case names one or becomes one. Correct it and send again, or report it anew.";
    "about_them"
        "被投诉的单位和它下面的单位不能登记、接收或知道这件事。请选择别的单位；投诉镇里的，请向县纪检监察机关反映。"
        "The unit complained of, and whoever is within it, neither takes this down nor receives or reads it. Choose another unit; of the town itself complain to the county's inspectors.";
    "unknown_field"
        "没有这个字段。请核对字段名。"
        "There is no such field. Check its name.";
    "bad_value"
        "这个值不合格式。改正后再提交。"
        "The value does not fit. Correct it and send again.";
    "bad_phone"
        "这不是电话号码：应为 5 到 15 位数字，可带区号或“+”。分机号写在联系人里。改正后再提交。"
        "This is no telephone number: it has 5 to 15 digits, perhaps behind a “+”. An extension goes into the contact. Correct it and send again.";
    "too_many_values"
        "这个字段并存的值太多。请先在冲突卡里选定一个。"
        "The field holds too many values side by side. Pick one on the conflict card first.";
    "date_in_past"
        "日期已过。请改为今天或以后的日期。"
        "The date has passed. Choose today or later.";
    "not_later"
        "延期只能往后：新期限要晚于现在的期限。请改日期再提交。"
        "A date is put off, never brought forward. Choose a day later than the one that counts now.";
    "too_far"
        "信访事项的延期不能超过镇规则的天数（一般三十天）。请改早一些。"
        "A petition is not put off by more days than the town's book has (usually 30). Choose an earlier day.";
    "extended_already"
        "已延期一次。再延要由承办单位往上两级决定；信访事项只能延一次。请报告上级，或按现在的期限办。"
        "It was put off once. Another time is for the unit two levels above the holder to decide, and a petition is put off once only. Ask that unit, or keep to the date.";
    "too_late"
        "已超过三十天，不能重办。请作为新事项上报。"
        "More than 30 days have passed. Report it as a new case.";
    "bad_merge"
        "不能并入那个事项：它不存在、已结束，或就是本事项。请另选。"
        "It cannot be merged there: the other case is not known, has ended, or is this one. Choose another.";
    "names_confidential"
        "两者之中有保密的，另一边的读者不都能看，所以不能互相写明。请在保密事项里加一条记录，或另选。"
        "One of the two is confidential, and not all who read the other may read it, so it is not named there. Add a note to the confidential case instead, or choose another.";
    "second_town"
        "一个账本只管一个镇，这里已有一个。请为另一个镇建立单独的数据文件夹。"
        "One ledger is one town, and this one has its town. Choose a data folder of its own for the other.";
    "post_unfit"
        "这类单位没有这个岗位。请换一个岗位或单位。"
        "There is no such post in a unit of this kind. Choose another post, or another unit.";
    "name_differs"
        "这个编号在镇里是另一个姓名。请核对编号；确是改名的，请服务器管理员用导入更改。"
        "The town has this key under another name. Check the key; if the person's name has changed, have it changed by an import at the server.";
    "appointed_already"
        "此人在这段时间里已经有这个岗位。请看现在的任职；要延长，请从原任期结束时起另行提出。"
        "The person has this post there at some of that time. Look at the posts as they are; to prolong one, ask for another that begins where it ends.";
    "done_already"
        "这件事已经办过、已经结束，或已有人提出。请看现在的情况再定。"
        "That was done, has ended, or was asked for already. Look at how it stands now, then decide.";
    "unknown_device"
        "此人没有这台设备。请同步后重新选择。"
        "The member has no such device. Sync, and choose again.";
    "second_book"
        "一个镇只有一本镇规则，这里已经有了。请在其中提出修改。"
        "A town has one book, and this one has it. Propose a change of it.";
    "bad_rules"
        "这一节有错，没有提出。请看每一处，改正后再提出。"
        "The section has faults and was not proposed. Look at each, mend them, and propose it again.";
    "not_proposed"
        "这份提案不能生效：它已被替换、与另一份冲突，或已经生效。请看镇规则现在的样子，必要时重新提出。"
        "The proposal cannot be put into force: it was replaced, is in conflict with another one, or is in force already. Look at the book as it is now; if need be, propose it again.";
    "too_early"
        "规则最早从明天起生效，过去的事按当天的规则。请选明天或以后的日期。"
        "Rules begin tomorrow at the earliest; what is past keeps its day's. Choose tomorrow or a later day.";
    "unknown_code"
        "镇规则里没有这个代码。请从列表里选一个。"
        "The town's book has no such code. Choose one of its list.";
    "people_elsewhere"
        "这个组织在镇以上，或不属于本镇，它的人不在这里任职。请在镇内的组织任职。"
        "This unit is above the town, or of no town, and its people are not here. Choose a unit of the town.";
    "unknown_document"
        "找不到这份记录，或不在您的职责范围内。请同步后再看。"
        "The record is not known, or not yours to see. Sync and look again.";
    "document_refused"
        "建立这份记录的那一步没有被接受，后面的步骤也就没有依据。请先改好那一步。"
        "The step that created this record was refused, so this one has nothing to stand on. Mend that step first.";
    "base_refused"
        "这一步所依据的、别人的一步没有被接受。请看现在的情况，再重新提交或修改。"
        "Another person's step that this one was based on does not stand. Look at the case as it is now, then send this step again or mend it.";
    "unknown_command"
        "服务器不认识这一步。请更新程序，或联系管理员更新服务器。"
        "The server does not know this kind of step. Update the program, or ask the administrator about the server.";
    "id_taken"
        "这一步的编号已被占用。请重新提交。"
        "The step's id is taken. Send the step again.";
    "bad_number"
        "事项编号不属于这台设备。请重新上报。"
        "The case number is not this device's. Report again.";
    "document_full"
        "这份记录的条目已满。请作为新事项上报并注明原编号。"
        "The record can take no more entries. Report a new case that names this one.";
    "no_room_for_more"
        "这份记录已经很长，不能再添加记录、走访或修改；办理步骤不受影响。还有要说的，请作为新事项上报并注明原编号。"
        "The record is so long that no notes, visits or corrections are taken any more; the other steps go on. For more, report a new case that names this one.";
    "share_used"
        "您在这份记录里添加的已达一个人的上限；办理步骤不受影响。还有要说的，请由同事添加。"
        "You have written as much in this record as one person may add; the other steps go on. For more, ask a colleague to add it.";
    "too_many_kept"
        "这台设备已停用，为它留待查看的内容已满。请直接告诉你的单位。"
        "This device is not to go on, and no more of it is kept for a person to look at. Call your unit about this step.";
    "tray_full"
        "这一步要由接任的人来定，而待处理的内容已满，没有放进去。请直接告诉你的单位，等处理一些之后再重新提交。"
        "This step is for somebody else to decide on, and no more fits into the tray where that is done. Call your unit about it, and send it again once they have dealt with some.";
    "stale_generation"
        "这份记录已按规定重新生成。请同步后再做这一步。"
        "The record was rewritten since you saw it. Sync, then do the step again.";
    "already_answered"
        "这一步先前已被拒绝，这台设备也已得知。改好后作为新的一步提交。"
        "This step was refused before, and this device was told. Mend it and send it as a new step.";
}

texts! {
    "refusal"

    CAME_FIRST
        "此前已有人「{first}」。"
        "Somebody did “{first}” first. ";
    CAME_FIRST_BY
        "此前 {by} 已「{first}」。"
        "{by} did “{first}” first. ";
    UNKNOWN
        "服务器没有接受这一步，原因是新版本才有的规则。请更新后再看。"
        "The server did not take this step, under a rule of a newer version. Update to read why.";
}
