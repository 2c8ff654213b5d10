//! What is said about the way of a case, whatever it is about.

/// Why a case goes up.
pub(in crate::town) const ESCALATE: &[&str] = &[
    "要动用{挖机|吊车|专业队伍}，巷里、{village}都没有这个能力",
    "预算{2-38}万元，超出{村集体|一事一议}能出的数",
    "牵涉{2-4}个村，要镇里牵头",
    "属{office}的职责，需要他们{审批|派人|出方案}",
    "群众等了{2-9}个星期，{情绪大|天天问}，拖不得",
    "有安全风险，{weather}前必须处理",
    "土地是{国有|别村|公司流转}的，村里做不了主",
    "{2-6}次协商没有结果，请上级出面",
];
/// Why a department sends it back.
pub(in crate::town) const RETURN: &[&str] = &[
    "经现场看，该处属{office}管养，非我单位职责",
    "权属不清，请先由{village}确认{红线|四至|产权}",
    "材料缺{照片|坐标|户主签字}，请补齐再派",
    "该段已列入{县级|明年}项目，建议并入，不宜重复施工",
    "我站只管主管{50|80|100}毫米以上，入户部分请{村里|物业}处理",
];
/// Why the dispatcher rules.
pub(in crate::town) const RULE: &[&str] = &[
    "查三定方案第{2-9}条，此类事项由该单位牵头，{office}配合",
    "两家都退过，群众已等{15-60}天；按首接负责定由其办理",
    "已和两边分管领导碰头，费用从{财政预备费|养护经费}列支，由其负责实施",
];
/// Why more time is given.
pub(in crate::town) const EXTEND: &[&str] = &[
    "{weather}停工{3-12}天，养护期要顺延",
    "{材料|设备}厂家发货晚{5-20}天",
    "{surname}家青苗补偿还在谈，暂不能进场",
    "招投标流程未走完，预计{7-25}天",
    "混凝土强度未到，不宜提前通车",
];
/// A leader's order.
pub(in crate::town) const SUPERVISE: &[&str] = &[
    "已超期{2-30}天，请{3-7}日内拿出时间表并当面向{contact}说明。",
    "群众多次来问，分管领导要到现场，照片和进度{每周|隔天}报一次。",
    "此件列入本月督办，{weekday}例会上通报办理情况。",
    "不要等{项目|资金}，先做{临时排险|便道|警示}，再说长远。",
];
/// Why a case is not taken on, for the resident.
pub(in crate::town) const REJECT: &[&str] = &[
    "{contact}您好：所反映的属{个人之间的债务|合同约定的商业纠纷|已进入诉讼的案件}，不在村镇办理范围。可拨打12348或到{司法所|法庭}，我们可陪同前往。",
    "经核对，{该处已于{1-12}月列入县里项目，不再另立|补助条件要求{连续居住{1-5}年|{60-80}岁以上}，目前不符}。有新情况请随时告诉巷长。",
    "两次上门和查阅记录，均未发现所说情况；如仍存在，请{拍照|约个时间带路}，我们马上再看。",
];
/// What a closing text says when nothing can be done.
pub(in crate::town) const CANNOT: &[&str] = &[
    "该处在{河道红线|基本农田|生态保护}范围内，法规不许{硬化|建房|开挖}。已在{旁边|{200-700}米外}另辟{便道|晒坪|取水点}，并向{who}当面解释。",
    "上级今年没有此类资金，已登记进{明年|下一批}储备库第{2-36}号，到时优先。请谅解。",
    "产权人{surname}某在外不同意，村镇无权强行处理；已留调解记录，{contact}可依法主张，我们提供{证据|证明}。",
];
/// A resident content.
pub(in crate::town) const FIXED: &[&str] = &[
    "和{contact}一起看了，{好得很|没有问题|满意}，说“{总算弄好|比想的快|谢谢各位|这下放心了}”。",
    "{who}、{surname}{叔|婶}都在场，{走了一遍|试了两次|过了一场雨}，认可。",
    "{2-8}户逐家问过，{都说行|只有一户希望再{宽|亮|高}一点，不影响验收}。",
    "隔了{3-12}天再看，没有反复，{contact}签字。",
    "{contact}电话里说已经恢复，我又去{landmark}看过，属实。",
];
/// A resident half content.
pub(in crate::town) const PARTLY: &[&str] = &[
    "大部分好了，{landmark}还差{2-30}米，{contact}要求补完再算。",
    "{who}说能用，但{下雨还渗一点|晚上偶尔又断|边上没收口|垃圾没运走}。",
    "做了{七|八|六}成，{surname}家门前那段漏了，请继续。",
];
/// A resident who sees nothing better.
pub(in crate::town) const NOT: &[&str] = &[
    "到现场看，{只放了块牌子|挖开又停了|和原来一样}，{contact}不认可。",
    "{weather}后老样子，{2-6}户都说没解决。",
];
/// The last word of a case that went well.
pub(in crate::town) const CLOSE: &[&str] = &[
    "已办好并经{contact}确认，感谢反映。",
    "办结，结果在{landmark}公告栏公示{5-7}天。",
    "核查通过，今后由{surname}{叔|师傅|嫂}负责日常{看护|管养|清理}。",
    "历时{6-98}天，{contact}满意；如有反复，{30}天内可凭查询码重办。",
    "已解决，资料归档。谢谢{who}的{耐心|帮忙|让步}。",
];
/// Why a case opens again.
pub(in crate::town) const REOPEN: &[&str] = &[
    "{weather}之后{又坏了|老毛病又来}，{contact}找上门。",
    "修的地方{3-20}天就{开裂|松脱|堵住}，请返工。",
    "当时没看到{另一头|屋背|地下那段}，现在暴露出来。",
    "{contact}补来{证明|照片}，原来不受理的理由已不成立。",
];
/// Why a report is taken back.
pub(in crate::town) const WITHDRAW: &[&str] = &[
    "{contact}自己{修好|谈好}了，不用再报。",
    "重复报了，{surname}家前天已登记同一件事。",
    "{who}商量后决定{自己出工|等{摘完果|过完年}再说}，请撤。",
    "看错地方，那段属隔壁{巷|村}，已转告他们巷长。",
];
/// Words among colleagues, whatever the case is about.
pub(in crate::town) const NOTE: &[&str] = &[
    "打了{contact}电话，{没人接，晚点再打|约{weekday}{上午|下午|傍晚}见面|说不急，等摘完{crop}}。",
    "{weekday}和{office}的{surname}工碰了头，{答复尽快|要先看现场|让发坐标和照片}。",
    "补记：{who}昨天{又来问进度|送来两张旧照片|说{surname}家也同意}。",
    "已把情况在{巷群|支委会|晨会}讲了，{没有不同意见|大家同意先做急的}。",
    "提醒自己：{1-28}号前要{复量|回电话|催款|贴公示}。",
    "材料{照片{2-9}张|测量表|报价单|签名纸}已交{office}，回执在村委抽屉。",
    "{weather}，今天没法{施工|进场|入户}，改{weekday}。",
    "费用先由{村集体|巷里}垫{money}，票据由{surname}会计保管。",
];
/// Codes for waiting.
pub(in crate::town) const WAIT: &[&str] = &["weather", "material", "funds", "resident", "permit"];
