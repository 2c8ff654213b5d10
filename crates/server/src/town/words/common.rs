//! Slots that every template may use.

use super::free;
use crate::town::names;

const TIME: &[&str] = &[
    "昨天傍晚",
    "前天夜里",
    "今早{5-7}点多",
    "上{weekday}",
    "这个月初",
    "上个月{2-28}号",
    "{2-6}天前",
    "{立春|芒种|处暑|霜降|冬至}那几天",
    "从清明到现在",
    "三月三前后",
    "端午那场雨以后",
    "中秋过后",
    "榨季一开始",
    "{3-11}月中旬",
    "农历{初|十|廿}{二|五|八}那天",
    "赶圩那天",
    "早饭前",
    "去年年底起",
    "台风过后",
];
const WEEKDAY: &[&str] = &["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const WHO: &[&str] = &[
    "{surname}{叔|婶|伯|嫂|哥|姐}",
    "{person}",
    "{person}",
    "{person}",
    "{person}和{person}",
    "{surname}{大爷|阿婆|阿公|大娘}",
    "{contact}",
    "隔壁的{surname}{叔|婶}",
    "巷{口|尾}的{surname}家",
    "{2-9}户邻居",
    "几位种{crop}的乡亲",
    "{contact}和{surname}{叔|婶|嫂}",
    "{surname}家的{大儿子|小女儿|媳妇|老人}",
    "放学回来的孩子们",
];
const CROP: &[&str] = &[
    "甜橙",
    "砂糖橘",
    "甘蔗",
    "沃柑",
    "桑叶",
    "水稻",
    "木薯",
    "金桔",
    "夏橙",
    "葡萄",
    "百香果",
    "茶油",
];
const LANDMARK: &[&str] = &[
    "{surname}家{屋后|门口|菜地边|晒谷坪旁}",
    "巷口的{大榕树|小卖部|宣传栏|石狮子|米粉店}",
    "村{头|尾}的{水塔|古井|土地庙|戏台|篮球场}",
    "{surname}家和{surname}家之间",
    "{东|西|南|北}边第{2-9}根电杆",
    "河边{码头|洗衣台|老水车}",
    "{crop}地的机耕路",
    "岩洞口那片{石山|竹林|坡地}",
    "老{祠堂|学堂|糖坊|砖窑|粮站}旁",
    "往{village}小学的路上",
    "{桥|涵洞|水渠|排洪沟}{边|对面|上游|下游}",
    "{alley}{中段|入口|拐弯处|尽头}",
];
const WEATHER: &[&str] = &[
    "下大雨",
    "连下{2-6}天雨",
    "打雷",
    "涨水",
    "刮风",
    "回南天",
    "暴晒",
    "霜冻",
    "起大雾",
    "半夜下雨",
];
const OPENING: &[&str] = &[
    "{who}反映：",
    "{time}，{who}来说，",
    "{who}打电话讲，",
    "入户时{who}提到，",
    "{surname}{婶|嫂}托人带话，",
    "巷里开会时{who}提出，",
    "{contact}说，",
    "巡巷到{landmark}，",
    "",
    "{who}{急得很|很着急|一肚子气|不好意思开口，最后说}：",
    "和{who}{拉家常|喝茶|一起摘{crop}}时听说，",
];
const CLOSING: &[&str] = &[
    "",
    "",
    "请尽快来人看看。",
    "{who}愿意带路。",
    "照片改天补。",
    "家里{白天|傍晚|周末}有人。",
    "已经跟{who}讲了会报上去。",
    "{2-6}户都按了手印。",
    "大家说可以出工出力。",
    "最好赶在{下雨|榨季|开学|过年|摘果}前弄好。",
    "有事打{contact}家电话。",
    "这是今年第{2-5}次讲了。",
];
const OFFICE: &[&str] = &[
    "交通站",
    "水利站",
    "供电所",
    "规建办",
    "民政办",
    "卫生院",
    "教育站",
    "应急办",
    "司法所",
    "农服中心",
    "派出所",
    "国土所",
];
const FIRM: &[&str] = &[
    "{surname}老板的施工队",
    "县里的{工程队|养护中心}",
    "本村{surname}师傅",
    "{镇上|柳州|县城}的{安装|维修|建材}公司",
    "{3-8}名村民",
];
const MONEY: &[&str] = &[
    "{2-9}百元",
    "{1-9}千{2-8}百元",
    "{1-6}万元",
    "{300-980}元",
    "一事一议资金{1-4}万元",
    "集体收入{2-9}千元",
];

/// A slot's templates; none if there is no such slot.
pub(in crate::town) fn slot(name: &str) -> &'static [&'static str] {
    match name {
        "time" => TIME,
        "weekday" => WEEKDAY,
        "who" => WHO,
        "crop" => CROP,
        "landmark" => LANDMARK,
        "weather" => WEATHER,
        "opening" => OPENING,
        "closing" => CLOSING,
        "office" => OFFICE,
        "firm" => FIRM,
        "money" => MONEY,
        "surname" => names::SURNAMES,
        _ => free::slot(name),
    }
}
