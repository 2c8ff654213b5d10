//! What is added to the texts of other work: dense in small words, so that no two texts are alike.

const EXTRA: &[&str] = &[
    "{@job}{@how}，{@job}{@how}。",
    "{person}{@job}，{person}{@job}，{@how}。",
    "{@thing}{3-970}份，{@thing}{2-88}份，{@how}。",
    "另：{person}{@job}{@how}。",
    "附：{@thing}、{@thing}、{@thing}，{person}经手。",
    "（{person}、{person}{@job}）",
    "{person}请假，{person}代。",
    "{6-21}时{10-59}分，{@job}，{@how}。",
    "参加者：{person}、{person}、{person}、{person}。",
];
const JOB: &[&str] = &["{@desk}", "{@kitchen}", "{@farm}", "{@stage}", "{@clinic}"];
const DESK: &[&str] =
    &["{登记|清点|汇总|归档|抽查|核销|誊写|抄送|审阅|装订|扫描|移交|补录|公示|复印|盖章}{@thing}"];
const THING: &[&str] = &[
    "台账",
    "会签单",
    "票根",
    "问卷",
    "名册",
    "选票",
    "信函",
    "族谱",
    "录像带",
    "底片",
    "讲义",
    "试卷",
    "合同",
    "收据",
    "图纸",
    "简报",
    "考勤表",
    "分工表",
    "签到册",
    "预算书",
    "借条",
    "验收单",
    "备忘录",
    "倡议书",
    "申请书",
    "标书",
    "委托书",
    "地契",
    "海报",
    "请柬",
];
const KITCHEN: &[&str] = &[
    "{腌|洗|切|煮|备|买|验|称|送|分}{豆浆|馒头|青豆|莲藕|香芹|河虾|豆豉|桂皮|木瓜|丝瓜|鲜笋|草鱼|鹌鹑蛋|米粉|酸笋|油果|年糕|粽叶|黑豆|薏米|银耳|山药|冬菇|海带|荸荠}",
];
const FARM: &[&str] = &[
    "{移栽|观察|清查|买进|引种|试种|套种|采收|烘干|分拣|装箱|留种}{蚕茧|菌棒|砧木|鱼苗|羊羔|蜂王|三七|艾草|金银花|牛大力|铁皮石斛|佛手|百合|紫苏|黑糯|红米|墨米|苎麻|剑麻|茉莉}",
];
const STAGE: &[&str] = &[
    "{排练|搬运|调试|借来|保管|维修|布置|试用}{绣球|铜鼓|芦笙|戏服|龙头|横幅|音响|话筒|幕布|彩灯|狮头|唢呐|二胡|舞台|台本|头饰|花轿|炮仗}",
];
const CLINIC: &[&str] = &[
    "{领取|清点|消毒|更换|送检|登记}{手套|口罩|酒精|体温计|血样|胸片|针剂|绷带|担架|听诊器|血糖仪|棉签|疫苗箱|急救包|药柜|处方笺}",
];
const HOW: &[&str] = &[
    "完毕",
    "待补",
    "顺利",
    "延后",
    "提前",
    "过半",
    "照旧",
    "另议",
    "暂存库房",
    "无误",
    "及时",
    "仓促",
    "周全",
    "不足",
    "有余",
    "已报备",
    "费时{2-9}天",
    "花{20-960}元",
    "记{1-9}工",
    "略有出入",
];

/// A slot's templates; none if there is no such slot.
pub(in crate::town) fn slot(name: &str) -> &'static [&'static str] {
    match name {
        "@extra" => EXTRA,
        "@job" => JOB,
        "@desk" => DESK,
        "@thing" => THING,
        "@kitchen" => KITCHEN,
        "@farm" => FARM,
        "@stage" => STAGE,
        "@clinic" => CLINIC,
        "@how" => HOW,
        _ => &[],
    }
}
