//! The help of the program `alleyway`: its commands and their arguments, by their paths.

use crate::words;

words! {
    /// The purpose of each command and argument.
    HELP "help"

    ""
        "巷长助手：登记群众诉求，跟踪办理，有没有信号都能用"
        "Alleyway: record and follow what residents ask for, with or without signal";
    ":after-help"
        "第一天：
  alleyway --home xie enrol https://town.example:8470 邀请码  注册本设备，只做一次
  alleyway --home xie sync                                    取回本人的事项；之后没有信号也能用
  alleyway --home xie cases                                   未结的事项
  alleyway --home xie report --category road --title 橘园路坏了 --text 580米长的路过不了车
  alleyway --home xie pending                                 服务器还没有确认的
  alleyway --home xie sync                                    有信号时发送，看有没有被退回的

CASE 是事项的编号（2047-51938-6）、id，或其不会弄错的开头。
H 是门牌、住户的 id 或其开头。UNIT 是单位名称、id 或其开头。
退出码：0 完成，1 意外，2 写法不对，3 不允许，4 找不到或不唯一，5 没有网络，6 服务器拒绝，
7 目录正在使用，8 数据损坏，9 没有登记，10 已停用，11 已清除。详见 docs/terminal.md。"
        "A first day:
  alleyway --home xie enrol https://town.example:8470 CODE  take this device into the town, once
  alleyway --home xie sync                                  fetch what is yours; then signal is needed no more
  alleyway --home xie cases                                 what is open
  alleyway --home xie report --category road --title 橘园路坏了 --text 580米长的路过不了车
  alleyway --home xie pending                               what the server has not confirmed yet
  alleyway --home xie sync                                  send it, and see what was refused

CASE is a case's number (2047-51938-6), its id, or an unambiguous beginning of either.
H is a door, a household's id, or a beginning of either. UNIT is a unit's name, its id, or a beginning.
Exit codes: 0 done, 1 unexpected, 2 usage, 3 not allowed, 4 not found or ambiguous, 5 no network,
6 the server refuses, 7 store in use, 8 store damaged, 9 not enrolled, 10 stopped, 11 wiped. docs/terminal.md has it all.";
    ":home" "设备目录；enrol 时建立，只有本人可读" "The device's folder; `enrol` makes it, readable by you alone";
    ":json" "输出 JSON，供程序读取（docs/terminal.md）" "Print JSON for programs (docs/terminal.md)";
    ":lang" "语言：zh 或 en；否则看 ALLEYWAY_LANG，再看 LANG，再就是 zh" "The language: zh or en; else ALLEYWAY_LANG, else LANG, else zh";
    ":now" "设备时钟，供测试和演示" "The device's clock, for tests and demonstrations";
    ":help" "显示帮助" "Print help";
    ":version" "显示版本" "Print version";

    "enrol" "用邀请码注册本设备" "Take this device into a town, with the code you were given";
    "enrol:url" "服务器地址，如 https://town.example:8470，或二维码里的链接" "The server, e.g. https://town.example:8470, or the link of the QR code";
    "enrol:code" "邀请码，一次有效；用链接时不写" "The one-time code; not with a link";
    "enrol:passphrase" "用口令保护本机数据：取自 ALLEYWAY_PASSPHRASE，否则询问" "Guard this device's data with a passphrase: from ALLEYWAY_PASSPHRASE, else asked for";
    "whoami" "我是谁、我的职务、服务器最后一次答复的时间" "Who you are here, your posts, and when the server last answered";
    "households" "本人负责的住户" "The households you look after";
    "household" "一户，以及记下的内容" "One household, and what is kept of it";
    "household:household" "门牌、编号，或其开头" "Its door, its id, or a beginning of either";
    "household edit" "修改一个字段" "Set a field";
    "household edit:field" "字段：door、contact、phone、may_text、count" "The field: door, contact, phone, may_text or count";
    "household edit:value" "值；空的为清除，- 表示从输入读取" "Its value; nothing clears it, - reads it from the input";
    "household pick" "在不同的值中选定一个" "Settle a conflict with one of the values";
    "household pick:field" "字段" "The field";
    "household pick:value" "值" "The value";
    "household keep" "文字的不同值都保留" "Settle a conflict of a text by keeping all its values";
    "household keep:field" "字段：door、contact" "The field: door, contact";
    "cases" "事项列表" "The cases you see";
    "cases:all" "包括已结束的" "Ended ones too";
    "cases:status" "只看这个状态的，如 in_progress" "Only those in this state, e.g. in_progress";
    "cases:late" "只看已超期的" "Only those that are late";
    "cases:due" "只看今天或本周到期的" "Only those with something due today, or this week up to Sunday";
    "cases:title" "只看标题或编号里有这段文字的" "Only those whose title or number holds this text";
    "cases:find" "只看含有这段文字的" "Only those that hold this text";
    "cases:changed" "只看上次看过以后有变化的" "Only those that changed since you last looked";
    "show" "查看一件事项和全部经过" "One case with all its steps";
    "steps" "现在可以办理哪些操作，其他的为什么不能" "Which steps could be taken now, and why the others cannot be";
    "steps:case" "事项的编号、id，或其开头；不写则列出新建类操作" "A case's number, its id, or a beginning of either; without it, the steps that create something";
    "pending" "服务器还没有答复的" "What the server has not answered yet";
    "refused" "被服务器退回的，和退回的原因" "What the server refused, and why";
    "mend" "修改被退回的一步，再发一次" "Change a refused command and send it again";
    "resend" "把被退回的一步原样再发一次" "Send a refused command again as it was";
    "drop" "放弃被退回的一步" "Give up a refused command";
    "take-back" "撤销还没有交出的一步，连同建立在它上面的" "Take back a command that was not handed over yet, with what stands on it";
    "take-back:command" "操作号或其开头（见 pending）" "Its id, or a beginning of it (see `pending`)";
    "take-back:yes" "不询问" "Do not ask";
    "report" "上报群众的诉求" "Record what a resident asks for";
    "note" "加一条记录" "Add a note";
    "visit" "记录走访" "Record a visit";
    "resolve" "办结：说明已经办好" "Say that the work is done";
    "withdraw" "撤回自己的上报（还没有人办理时）" "Take your own report back, until a step has moved it";
    "resume" "恢复办理" "Go on after waiting";
    "supervise" "督办" "Order a case to be handled";
    "answer-supervision" "回复督办" "Say what was done about an order";
    "end-supervision" "解除自己的督办" "End your own order";
    "part-done" "协办单位：自己的部分已办好" "Say that your unit's part is done";
    "recuse" "与事项有利害关系时回避，由他人办理" "Withdraw from a case that you have an interest in: others handle it";
    "recall" "对方接收之前，收回送出的事项" "Take back a case that you sent on, until it is received";
    "accept" "受理" "Take a case on";
    "start" "开始处置" "Begin the work";
    "receive" "接收送来的事项" "Receive a case that was sent to you";
    "return" "退回给送来的单位" "Send a case back to who sent it";
    "wait" "挂起：原因用代码，如 weather、material、funds" "Pause: the reason is a code, e.g. weather, material, funds";
    "reopen" "重办已结案或不予受理的事项" "Open a closed or rejected case again";
    "edit" "修改一个字段" "Set a field";
    "reject" "不予受理：原因代码，和给群众的说明" "Do not take a case on: a coded reason, and a text for the resident";
    "close" "结案：已核查的，或无法解决的" "End a verified case, or one that cannot be fixed";
    "escalate" "提级，送上一级" "Send a case to the next level up";
    "dispatch" "派单给部门或下级单位，写明期限" "Send a case to a department or a unit below, with a date";
    "extend" "延长期限" "Give a case more time";
    "rule" "裁定退回两次的事项由谁承办" "Decide who handles a case that was returned twice";
    "verify" "向群众核查是否解决" "Check with the resident whether it is fixed";
    "merge" "并案：与另一件是同一回事" "Say that a case is the same matter as another";
    "new-code" "给群众补发查询码，原查询码停用" "Give the resident another tracking code; the one before ends";
    "conflicts" "两个人改得不同的字段" "Fields that two people set differently";
    "pick" "在不同的值中选定一个" "Settle a conflict with one of the values";
    "keep" "文字的不同值都保留" "Settle a conflict of a text by keeping all its values";
    "sync" "发送未确认的，取回新的" "Send what is pending and fetch what is new";
    "bundle" "没有信号时，手机之间转交" "Hand batches over phone to phone, where there is no signal";
    "bundle export" "把未确认的和为别人带着的写入文件" "Write what is not confirmed, and what you carry for others, into a file";
    "bundle export:member" "谁可以看：姓名或成员 id；不写就只能代交服务器" "Who may read it: a name or a member's id; without it, it can only be carried to the server";
    "bundle import" "接收别人给的文件" "Take a file that somebody handed you";
    "bundle list" "为别人带着的" "What you carry for others";
    ":file" "文件" "The file";
    "proposals" "前任的建议：以自己的名义办理，或不办" "What those proposed whose post had ended: take it as your own, or dismiss it";
    "proposals take" "以自己的名义，按现在的情况办理" "Do it as your own, on what stands now";
    "proposals dismiss" "标为不办" "Say that it is not to be done";
    "review" "已停用的设备交来的：以自己的名义办理，或不办" "What devices handed in that are not to go on: take it as your own, or dismiss it";
    "review take" "以自己的名义，按现在的情况办理" "Do it as your own, on what stands now";
    "review dismiss" "标为不办" "Say that it is not to be done";
    ":all_of" "连同填写人（author）或那台设备（device）的其他各条" "With it all others of its author, or of its device";
    ":item" "编号，或不会弄错的开头" "The item's id, or an unambiguous beginning";
    "book" "镇规则：现行的、将生效的、提出的" "The town's book: what holds, what is to come, what was proposed";
    "book show" "一节现行的内容，或一份提案，写成 JSON" "A section as it holds today, or as a proposal has it, as JSON";
    "book show:proposal" "看这份提案，而不是现行的" "Show this proposal instead of what holds";
    "book check" "检查一节的写法，不提出" "Say every fault of a section that you wrote, and propose nothing";
    "book propose" "提出一节；要另一位管理员让它生效" "Propose a section, written out whole; another administrator puts it into force";
    "book adopt" "让别人提出的一节从某天起生效" "Put into force what another proposed, from a day";
    "book adopt:from" "从哪天起，最早明天，如 2027-01-01" "The first day on which it holds, tomorrow at the earliest, e.g. 2027-01-01";
    ":section" "categories、deadlines、codes、texts、calendar、measures、contacts" "categories, deadlines, codes, texts, calendar, measures or contacts";
    ":proposal" "提案编号，或不会弄错的开头" "The proposal's id, or an unambiguous beginning";
    "book check:file" "写好的 JSON 文件；- 从输入读" "The file with the JSON; - reads it from the input";
    "book propose:file" "写好的 JSON 文件；- 从输入读" "The file with the JSON; - reads it from the input";
    "search" "按标题和编号查找事项，包括已结束的" "Cases whose title or number holds a text, ended ones too";
    "search:text" "标题或编号里的文字" "The text in the title or the number";
    "search:archive" "向服务器查找本人可看的全部事项，需要信号" "Ask the server, among all that you may read; it needs signal";
    "search:after" "接着上一页往后找：上一页给出的 next" "Behind the page before: the next that it gave";
    "sync:all" "连早已结束、本机只有摘要的事项也全部取回" "Fetch what has long been over, too, of which only the line is here";
    "coverage" "各巷的巷长、任期和户数" "How alleys are looked after: those without a chief, terms that end, households";
    "coverage:unit" "全镇或一个村；不写则为本人可看的最大范围" "The town, or a village; without it the widest unit that you may read";
    "late" "本人可看的事项里已超期的，由服务器列出" "Cases that are late, of all that you may read, as the server tells it";
    "late:unit" "由这个单位及其下级承办、或转给它们的；不写则为本人可看的全部" "Those that this unit or one below it holds, or was sent; without it all that you may read";
    "late:after" "接着上一页往后找：上一页给出的 next" "Behind the page before: the next that it gave";
    "figures" "已结束的月份的事项数字" "The figures of cases, of months that are over";
    "figures:unit" "全镇或一个村；不写则为本人可看的最大范围" "The town, or a village; without it the widest unit that you may read";
    "figures:from" "从哪个月起，如 2026-10；不写则为上个月" "The first month, e.g. 2026-10; without it the one before the present one";
    "figures:to" "到哪个月止，最多两年" "The last month, at most 23 months later";
    "admin" "管理：提出的事和现有任职" "Administration: what was asked for, and who has which post";
    "admin appoint" "提出任职；要另一位管理员确认" "Ask that somebody be given a post; another administrator confirms it";
    "admin appoint:unit" "单位：名称、id 或不会弄错的开头" "The unit: a name, an id, or an unambiguous beginning";
    "admin appoint:post" "岗位：alley_chief、branch_secretary、town_dispatcher、department_handler、centre_clerk、canteen_clerk、mediator、committee_head、auditor、administrator" "The post: alley_chief, branch_secretary, town_dispatcher, department_handler, centre_clerk, canteen_clerk, mediator, committee_head, auditor or administrator";
    "admin appoint:key" "此人在镇名单里的编号；新人用新编号" "The person's key in the town's lists, or a new one";
    "admin appoint:name" "姓名；已在名单里的可以不写" "The person's name; not needed for somebody who is known";
    "admin appoint:from" "从哪天起，如 2027-01-01；不写则从现在起" "From which day, e.g. 2027-01-01; from now on without it";
    "admin appoint:until" "到哪天为止；不写则不定期" "Until which day; open without it";
    "admin end" "免去岗位：一个人就可以，立即生效" "End a post: one person suffices, and it ends at once";
    "admin end:post" "任职编号，或任职人的姓名" "The appointment's id or an unambiguous beginning, or who holds it";
    "admin end:until" "到哪天为止，如 2027-01-01；不写则立即" "Until which day, e.g. 2027-01-01; at once without it";
    "admin invite" "提出邀请有岗位的人登记设备；要另一位管理员确认" "Ask that somebody with a post be invited to enrol a device; another administrator confirms it";
    "admin invite:post" "任职编号，或任职人的姓名" "The appointment's id or an unambiguous beginning, or who holds it";
    "admin invite:replaces" "新设备要代替的那台：设备 id 或开头" "The device that the new one takes the place of: its id, or the beginning";
    "admin code" "显示邀请码：只在提出邀请的设备上，只显示一次" "Show an invitation's code: only on the device that asked for it, and once";
    "admin stop" "停用一个人的设备：一个人就可以" "Stop somebody's device: one person suffices";
    "admin stop:member" "谁的：姓名、id 或不会弄错的开头" "Whose: a name, an id, or an unambiguous beginning";
    "admin stop:device" "哪一台：设备 id 或开头；只有一台时可以不写" "Which: its id or the beginning; not needed if there is only one";
    "admin stop:lost" "设备丢失：交来未发送的之后清除其数据" "It was lost: what is on it is wiped once it has handed in what is unsent";
    "admin thaw" "提出让冻结的设备恢复；要另一位管理员确认" "Ask that a frozen device go on; another administrator confirms it";
    "admin thaw:member" "谁的：姓名、id 或不会弄错的开头" "Whose: a name, an id, or an unambiguous beginning";
    "admin thaw:device" "设备 id，见 admin devices" "The device's id, as `admin devices` says it";
    "admin confirm" "确认另一位管理员提出的" "Confirm what another administrator asked for";
    "admin withdraw" "撤回提出的，或作废邀请：一个人就可以" "Withdraw what was asked for, or an invitation: one person suffices";
    ":asked" "提出编号，或不会弄错的开头" "The id of what was asked for, or an unambiguous beginning";
    "admin import" "提出导入镇名单（要有信号）；另一位管理员确认后，服务器一次全部导入，或者全不导入" "Ask that the town's lists be imported (needs signal); another administrator confirms it, and the server then imports all of it or nothing";
    "admin import:folder" "名单所在的文件夹：units.csv、members.csv、households.csv、book.toml，可以只有其中几个" "The folder with units.csv, members.csv, households.csv and book.toml, or some of them";
    "admin import:dry_run" "只说会改什么，不提出" "Only says what would change, and asks for nothing";
    "admin imports" "待确认的导入现在会改什么；或者上一次导入的结果（要有信号）" "The import that was asked for, and what it would change now; or how the last one ended (needs signal)";
    "admin devices" "全镇的设备：谁的、是否停用（要有信号）" "The town's devices: whose, and which are stopped (needs signal)";
    "confidential" "谁可以看保密事项、用哪些设备看" "Who is cleared to read confidential cases, and with which devices";
    "confidential:all" "列出所有可以授权的职务" "Every post that may be cleared, cleared or not";
    "confidential clear" "申请授权；要第二个人确认" "Ask for somebody's clearance; a second person confirms it";
    "confidential confirm" "确认别人申请的授权" "Confirm what another asked for";
    "confidential end" "终止授权；一个人就可以" "End a clearance; one person suffices";
    ":appointment" "任职编号，或不会弄错的开头" "The appointment's id, or an unambiguous beginning";
    "confidential confirm-device" "确认已授权的人新登记的设备" "Confirm a device that somebody enrolled who is cleared";
    ":device" "设备 id，或不会弄错的开头" "The device's id, or an unambiguous beginning";
    "receipts" "移出本机的内容，和未发送内容的去向" "What left this device, and what became of unsent work then";
    "move" "换手机之前：全部发送，并看有没有只在本机上的" "Before you change to another phone: send all, and see whether anything is on this one only";
    "passphrase" "给本机数据设口令、换口令、去掉口令" "Guard this device's data with a passphrase, change it, or do without";
    "passphrase:what" "set 设口令，change 更换，remove 去掉" "set: from now on one is needed; change: another one; remove: none is needed any more";
    "damaged" "本机读不出的记录，和处理办法" "Records of this device that cannot be read, and what to do about them";
    "damaged:drop" "放弃剩下的" "Give up those that are left";
    "wipe" "清除本机的全部数据，不能恢复" "Take all data of this device away, for good";
    "wipe:force" "即使还有未发送的，或被退回没有处理的" "Even though work is unsent, or refused and not dealt with";
    "wipe:yes" "不询问" "Do not ask";

    ":case" "编号、id，或其开头" "Its number, its id, or a beginning of either";
    ":command" "操作号或其开头（见 refused）" "Its id, or a beginning of it (see `refused`)";
    ":text" "文字；- 从输入读取" "The text; - reads it from the input";
    ":resident-text" "告知群众的话，显示在查询页上；- 从输入读取" "What the resident reads of it on the tracking page; - reads it from the input";
    ":with" "协办单位，可写多次，最多五个" "A unit that does a part; several times, five at most";
    ":for" "为哪个下级组织上报；不写就是本单位" "The unit below that the report is for; without it, your own";
    ":about" "被投诉人所在的单位；直接送监督受理窗口，该单位看不到" "The unit whose person is complained of: it goes to the complaints desk, and that unit never sees it";
    ":origin" "来源：phone、12345、petition、slip、patrol 等" "How it came: phone, 12345, petition, slip, patrol …";
    ":external-system" "对方系统，如“12345热线”" "The other system, e.g. 12345";
    ":external-number" "对方编号" "Its number there";
    ":external-due" "对方的期限" "By when it is due there";
    ":reason" "原因" "Why";
    ":field" "字段名（show 会列出）" "The field's name (`show` lists them)";
    ":value" "值；留空表示清除" "Its value; empty clears it";
    ":to" "承办单位的名称、id 或其开头" "The unit's name, its id, or a beginning of either";
    ":by" "期限" "By when";
    ":into" "继续办理的那一件" "The case that goes on";
    ":household" "提出诉求的住户" "The household that asks";
    ":category" "类别：road、water、power、housing、sanitation、elderly、education、health、subsidy、safety、dispute、conduct、other" "road, water, power, housing, sanitation, elderly, education, health, subsidy, safety, dispute, conduct, other";
    ":title" "一句话说明是什么事" "A line that names the matter";
    ":place" "地点：纬度,经度，如 22.4167,109.3012" "Where: latitude and longitude in degrees, e.g. 22.4167,109.3012";
    ":where" "地点的说法，如“橙园路口”" "Where, in words";
    ":contact" "找谁，如果不是住户的联系人" "Whom to ask, if not the household's contact";
    ":phone" "联系电话；列表里只显示 138****1234" "The telephone number; lists show 138****1234 of it";
    ":may-text" "本人同意接收短信" "Whose number it is agreed to messages";
    ":confidential" "只给有权看本单位保密事项的人看" "Only for those who are cleared for the unit's confidential cases";
    ":result" "核查结果：fixed 已解决，partly 部分解决，not 未解决" "fixed, partly or not";
    ":tried" "已经尝试过的" "What was tried";
    ":code" "fixed，或不能解决的原因代码" "fixed, or a code for what cannot be fixed";
    "keep:field" "字段：title、text、place、contact" "title, text, place, contact";
    "reject:reason" "原因代码，如 not_ours、no_basis" "Why, as a code, e.g. not_ours, no_basis";
    "reject:text" "给群众的说明；- 从输入读取" "Why, for the resident to read; - reads it from the input";
    "close:text" "给群众的说明；- 从输入读取" "For the resident to read; - reads it from the input";
}
