//! Documents that left this device, and the steps that were handed in then.

use crate::texts;

texts! {
    "receipt"

    NOTHING "本设备没有移交记录。" "Nothing has left this device.";
    EVICTED
        "{at}  {why}：移出{documents}件，其中事项：{cases}"
        "{at}  {why}: {documents} documents left; cases among them: {cases}";
    HANDED_IN
        "{at}  移交了未发送的内容："
        "{at}  unsent work was handed in:";
    UNNAMED "另有{count}项未逐一列出" "{count} more are not named";
}
