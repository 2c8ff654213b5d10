//! How alleys are looked after.

use crate::texts;

texts! {
    "coverage"

    ALLEY "巷" "Alley";
    CHIEF "巷长" "Chief";
    NO_CHIEF "空缺" "none";
    HAS_CHIEF "有" "yes";
    ENDS "任期至" "Term ends";
    HOUSEHOLDS "户数" "Households";
    FEW "偏少" "few";
    MANY "偏多" "many";
    NOTE
        "{unit}：{alleys} 条巷，其中 {vacant} 条没有巷长；按镇规则每巷 {min} 至 {max} 户。"
        "{unit}: {alleys} alleys, {vacant} of them without a chief; by the town's book an alley has {min} to {max} households.";
}
