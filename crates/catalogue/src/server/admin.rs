//! Why an administrator's request was not carried out.

use crate::texts;

texts! {
    "admin"

    DISK_FULL
        "磁盘空间不足，未作任何更改；请先在数据文件夹所在的磁盘上腾出空间。"
        "The disk is nearly full, and nothing was changed; make room on the data folder's disk first.";
    STOPPING "服务器正在停止。" "The server is stopping.";
    NOT_RUNNING "服务器没有在运行。" "The server is not running.";
    NOT_A_DEMO "只有演示服务器可以拨钟。" "Only a demo has a clock that can be set.";
    BAD_TIME
        "时间不对，例：2026-03-01T08:00:00+08:00"
        "Not a time; write it as 2026-03-01T08:00:00+08:00.";
    NO_RANDOM "系统没有随机数：{reason}" "The system gives no random numbers: {reason}";
    BAD_REQUEST "请求无法读取：{reason}" "The request cannot be read: {reason}";

    BAD_ROWS
        "{rows} 行有误（共 {faults} 处），未作任何更改。"
        "{rows} rows cannot be imported ({faults} faults); nothing was changed.";
    ROW_NOT_ADMITTED
        "账本没有接受其中一行（{code}），未作任何更改。"
        "the ledger did not admit a row ({code}); nothing was changed.";

    NO_PUBLIC_URL
        "设备无法访问 {url}：请在配置中写明 public_url，或用 --public-url https://… 启动 serve，再发邀请码。"
        "devices cannot reach {url}: set public_url in the configuration, or start `serve` with --public-url https://…, then invite again";
    QUARANTINE
        "服务器在隔离中：现在发的邀请码会被 quarantine confirm 收回。请先用 quarantine confirm 确认设备，再发邀请码。"
        "The server is in quarantine: `quarantine confirm` would withdraw the invitation. Confirm the devices first, then invite.";
    NOT_THEIR_DEVICE
        "“{member}”没有这个编号的设备；用 device list 查看。"
        "`{member}` has no device with this code; `device list` says which there are";
    NO_POST
        "没有人员“{member}”担任职务；请核对 members.csv 中的 key。"
        "no member `{member}` holds a post; compare the keys in members.csv";

    BAD_DEVICE_NAME
        "名称{why}。"
        "The name: {why}.";
    NO_DEVICE
        "没有这个编号的设备；用 device list 查看。"
        "No device has this code; `device list` says which there are.";
    ALREADY_STOPPED "这台设备已经停用。" "The device is stopped already.";
    NOT_FROZEN
        "只有被冻结的设备可以恢复；已停用的设备请重新邀请。"
        "Only a frozen device can be thawed; invite the member to enrol a stopped one anew.";
    DEVICES_UNCONFIRMED
        "服务器在隔离中，请先用 quarantine confirm 确认设备。"
        "The server is in quarantine; confirm its devices first: `quarantine confirm`.";

    UNKNOWN_MEMBER
        "没有人员“{member}”；用 member list 查看。"
        "There is no member `{member}`; `member list` says who there is.";
    WHICH_APPOINTMENT
        "请给出任职编号，或 --member 和 --unit。"
        "Name an appointment, or --member and --unit.";
    SEVERAL_APPOINTMENTS
        "该成员在此单位有多个职务，请给出任职编号（member show）。"
        "The member has several posts in the unit; name the appointment (`member show`).";
    UNKNOWN_POST
        "没有这个职务；可用：{known}"
        "There is no such post; there are: {known}";
    NAME_MISSING "请给出 --name。" "Give a --name.";
    UNFIT_NAME "--name {why}。" "--name: {why}.";
    UNFIT_KEY "--key {why}。" "--key: {why}.";
    UNKNOWN_UNIT
        "没有这个单位；请核对 units.csv 中的 key。"
        "No unit has this key; compare units.csv.";
    UNKNOWN_APPOINTMENT
        "没有这样的在任职务；用 member show 查看。"
        "There is no such appointment in force; `member show` says which there are.";
    PEOPLE_ELSEWHERE
        "这个组织在镇以上，它的人不在本系统任职。请写镇内组织的 key。"
        "The people of a unit above the town have no posts here. Name a unit of the town.";
    ENDS_FIRST
        "任职的结束须在开始之后。请改 --from、--until 或 --at。"
        "An appointment ends after it begins. Change --from, --until or --at.";
    BAD_KEY
        "--key 不能为空，也不能含控制字符。请给出 members.csv 中的 key，或一个新的 key。"
        "The key is empty, or has control characters. Give the --key of members.csv, or a new one.";
    BAD_NAME
        "--name 不能为空，也不能含控制字符。请给出本人姓名。"
        "The name is empty, or has control characters. Give the person's --name.";
    POST_UNFIT
        "这个单位是“{kind}”，没有这一岗位。请另选 --unit 或 --post（岗位表见 docs/import.md）。"
        "The unit is a {kind}, which has no such post. Choose another --unit or --post (docs/import.md has the table).";
    ALREADY_APPOINTED
        "该成员在此单位此时已任此职（{appointment}）。请另选起止时间，或先用 member end 终止。"
        "The member has this post in the unit at that time already ({appointment}). Choose other times, or end that one first: `member end`.";
    NAME_DIFFERS
        "这个 key 的人员叫“{known}”。同一人请不写 --name；另一人请用另一个 key；改名请改 members.csv 后 import。"
        "This key is that of {known}. Leave --name out for the same person, give another person another key, and change a name in members.csv (`import`).";
    NOT_ADMITTED
        "账本没有接受，未作任何更改。{rule}"
        "The ledger did not admit it; nothing was changed. {rule}";
    CLEARED_ONCE
        "一项任职的保密授权只申请一次：这一项已申请或已授权。待确认的，请另一人在其设备上运行 alleyway confidential confirm；用 alleyway confidential 查看。"
        "A clearance is asked for once: for this appointment it was, or it is cleared. If it waits, somebody else confirms it on their device: `alleyway confidential confirm`; `alleyway confidential` shows how it stands.";
    NOT_CLEARABLE
        "督查员和管理员的任职不能获得保密授权。请改选承办事项的任职（member show）。"
        "Auditors and administrators are not cleared for confidential cases. Choose an appointment that handles cases (`member show`).";

    UNKNOWN_KIND
        "没有“{kind}”这一类；可用：{known}"
        "There is no kind `{kind}`; there are: {known}";
    BAD_EXPECTATION
        "--expect 应为 audit verify 以前打印的“序号:哈希”。"
        "--expect takes what an earlier `audit verify` printed: NUMBER:HASH.";

    UNKNOWN_DEVICE
        "没有编号为 {code} 的设备；用 quarantine show 查看。"
        "No device has the code {code}; `quarantine show` says which there are.";
    STOPPED_BEFORE
        "设备 {code} 在隔离前已停用（{why}），不能确认。请去掉它再运行；被冻结的设备在隔离结束后用 device thaw 恢复。"
        "The device {code} was stopped before the quarantine ({why}) and cannot be confirmed. Leave it out and run this again; a frozen one is let go on with `device thaw` once the quarantine has ended.";
    NO_QUARANTINE "服务器不在隔离中。" "The server is not in quarantine.";

    BAD_KEEP "--keep 至少为 1。" "--keep must be at least 1.";
    BROKE_OFF
        "备份或导出意外中断，原因见服务器日志。"
        "The backup or export broke off; the server's log says why.";
}
