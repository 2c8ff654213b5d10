//! Why a request over HTTP was not answered as asked.

use crate::texts;

texts! {
    "http"

    NOT_FOUND "没有这个地址。" "There is no such address.";
    METHOD_NOT_ALLOWED "这个地址不支持该方法。" "The address takes another method.";
    TOO_LARGE "请求太大。" "The request is too large.";
    TOO_SLOW
        "请求传得太慢，请在信号好的地方再试。"
        "The request arrived too slowly; try again with a better signal.";
    INCOMPLETE "请求中断了，请再试。" "The request broke off; try again.";
    BAD_COMPRESSION
        "请求无法解压。"
        "The body is not one zstd frame with a window of at most 1 MiB.";
    MALFORMED "请求无法读取。" "The request cannot be read.";
    UNKNOWN_DEVICE
        "这台设备没有登记，或者签名不对；请向管理员要邀请码重新登记。"
        "This device is not enrolled here, or the signature is wrong; ask the administrator for a code and enrol it.";
    BAD_CODE
        "查询码不对，请核对每个字符。"
        "The code is not valid; compare every character.";
    BAD_TIME
        "时间不对，例：{\"now\":\"2026-03-01T08:00:00+08:00\"}"
        "Not a time; for example {\"now\":\"2026-03-01T08:00:00+08:00\"}";
    NOT_LOCAL "只能在本机上操作。" "Only this machine may do that.";
    BUSY
        "服务器正忙，请稍后再试。"
        "The server is busy; try again in a moment.";
    STOPPING
        "服务器正在重启，请稍后再试。"
        "The server is stopping; try again in a moment.";
    DISK_FULL
        "服务器存储空间不足，暂时不能接收；记录的内容仍在本机上，管理员腾出空间后会自动恢复，请稍后再试。"
        "The server's disk is nearly full and takes nothing in for now; what you recorded is safe on your device. It goes on by itself once its administrator has made room; try again later.";
    QUARANTINE
        "服务器刚从备份恢复，管理员确认设备之后才能继续；记录的内容仍在本机上，请稍后再试。"
        "The server was restored and waits until its administrator has confirmed the devices; what you recorded is safe on your device. Try again later.";
    TOO_MANY_CONNECTIONS
        "连接太多，请稍后再试。"
        "Too many connections; try again in a moment.";
    TOO_MANY_REQUESTS
        "请求太频繁，请稍后再试。"
        "Too many requests in a short time; try again in a moment.";
    INTERNAL "服务器出错了。" "The server failed.";

    UNKNOWN_VERSION
        "协议版本不同，请更新程序。"
        "Another version of the protocol is spoken here; update the program.";
    BAD_BATCH_SIGNATURE "批次的签名不对。" "A batch's signature is wrong.";
    BAD_SIGNATURE "签名不对。" "The signature is wrong.";

    CODE_UNKNOWN
        "没有这个邀请码，请核对。"
        "No invitation has this code; compare every character.";
    CODE_USED
        "这个邀请码已被另一台设备使用，请再要一个。"
        "Another device used this code; ask for a new one.";
    CODE_EXPIRED
        "邀请码已过期，请再要一个。"
        "The code has expired; ask for a new one.";
    DEVICE_TAKEN
        "这台设备已登记给别人，请换一台设备。"
        "This device is enrolled for another member; use another device.";
    DEVICE_STOPPED
        "这台设备已被停用；请清除设备数据（wipe），再用新的邀请码登记。"
        "This device was stopped; wipe it, then enrol it with a new code.";
}
