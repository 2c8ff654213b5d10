//! The output of the server's commands.

use crate::{texts, words};

texts! {
    "cli"

    COMMAND_MISSING
        "请写明命令：{commands}；详见 --help"
        "name a command: {commands}; --help says more";
    OTHER_VERSION
        "运行中的服务器是别的版本；请用它自己的程序"
        "the running server is of another version; use the program that runs";
    PROGRESS "{what}: {done}" "{what}: {done}";
    SERVER "服务器" "server";
    KEYS_HEADING "服务器的配置（{commands}）" "Keys of the server ({commands})";
    LOOK_AROUND
        "先看看，用编造的镇：
  alleyway-server demo --town small --codes codes.json

"
        "A look around, with a town made up:
  alleyway-server demo --town small --codes codes.json

";

    BAD_TOWN_NAME
        "--town-name {why}"
        "--town-name: {why}";
    MADE
        "已建立“{name}”（{town}），数据文件夹 {folder}\n下一步：alleyway-server import 文件夹 --data {folder}"
        "made {name} ({town}) in {folder}\nnext: alleyway-server import DIR --data {folder}";
    IN_QUARANTINE
        "服务器在隔离中（安全日志：{why}）：设备和居民的提交一概不收，居民仍可查询。请先运行 quarantine show 核对设备，再运行 quarantine confirm。"
        "in quarantine (security journal: {why}): nothing is taken from devices and residents, residents can still read. Compare the devices with `quarantine show`, then run `quarantine confirm`.";

    MAKING_TOWN
        "正在编造镇子：{done} / {all} 步"
        "making the town: {done} of {all} steps";
    CODES_WRITTEN "{count} 个登记码已写入 {path}" "{count} codes written to {path}";
    CODE_HINT
        "要登记码：alleyway-server invite 人员 --data {data}"
        "for a code: alleyway-server invite MEMBER --data {data}";
    BAD_CLOCK
        "--clock 是 `{value}`，但须是时间，如 2026-03-01T08:00:00+08:00"
        "--clock is `{value}`, but must be a time such as 2026-03-01T08:00:00+08:00";
    NOT_A_DEMO
        "{folder} 不是演示，或编造时中断；请换一个文件夹。真实的镇或恢复过的演示，用 `serve` 运行"
        "{folder} is no demo, or its making was cut off; name another folder. A town, or a demo that was restored, is served with `serve`";
    DEMO_WORDS
        "编造镇子的词库读不了：{reason}"
        "the words that towns are made of cannot be read: {reason}";
    DEMO_NOT_TAKEN
        "编造的镇子没有被采纳：{reason}"
        "the made-up town was not taken: {reason}";
    CODES_UNWRITTEN
        "登记码写不进 {path}：{reason}"
        "the codes cannot be written to {path}: {reason}";
    SECOND_TOWN
        "这个账本里有不止一个镇（{towns}），是早先版本导入的。数据都在，巷、支部、部门照常办理；但督查和管理的范围不能跨镇，所以督查员和管理员收不到它们的内容。请用 export 备份，再为每个镇建立单独的数据文件夹。"
        "this ledger holds more than one town ({towns}), let in by an earlier release. Nothing is lost, and alleys, branches and departments go on; but supervision and administration do not span towns, so auditors and administrators are sent none of it. Make an export, then a data folder of its own for each town.";

    DRY_RUN "试运行：未作更改。" "A dry run: nothing was changed.";
    INVITED
        "{code}\n一次有效，{until} 前使用。在本人的设备上运行："
        "{code}\nGood once, until {until}. On the member's device:";
    REPLACES
        "请先在旧手机（{device}）上运行 alleyway move，把未发的发完；新手机登记时旧手机即停用，旧机上未发的内容只有再同步才不会丢。"
        "First run `alleyway move` on the old phone ({device}), so that nothing on it is unsent. It is revoked when the new one enrols; what is unsent then is lost with it, unless it still syncs.";

    NO_MEMBERS
        "没有人员；先运行 import 或 member appoint"
        "no members; `import` or `member appoint` first";
    NO_DEVICES "没有设备；用 invite 邀请" "no devices; `invite` makes a code for one";
    DEVICE_RESTORED "；曾从备份恢复" "; was restored from a backup";
    DEVICE
        "登记 {enrolled}；收到第 {batch} 批（{last}），缺 {missing} 批；采纳 {admitted}，退回 {refused}，待审 {kept}"
        "enrolled {enrolled}; batch {batch} held ({last}), {missing} missing; {admitted} admitted, {refused} refused, {kept} in trays";
    NOT_IN_FORCE "（不在任）" " (not in force)";
    NO_POSTS "没有职务" "no posts";

    CHECKED
        "记录 {records} 条（已擦除 {erased}，损坏 {damaged}），账目 {entries} 条，文档 {documents} 份，分发位置 {places} 处"
        "{records} records ({erased} erased, {damaged} damaged), {entries} ledger entries, {documents} documents, {places} places in feeds";
    SOUND "完好" "sound";
    FOLDER_UNSOUND
        "发现 {count} 处问题：请停止服务器并从备份恢复数据文件夹"
        "{count} problems: stop the server and restore the data folder from a backup";
    AUDIT_RECORDS "审计记录 {count} 条" "{count} records";
    AUDIT_SOUND
        "完好。请把末尾记在别处，日后用 --expect 核对：\n  {head}"
        "sound. Note its end elsewhere, to compare with --expect later:\n  {head}";
    AUDIT_UNSOUND
        "发现 {count} 处问题：记录损坏或被改动"
        "{count} problems: records are damaged, or were changed";

    CLOCK_BELIEVED
        "服务器时钟 {now}：到期的照常提示"
        "the server's clock shows {now}: what is over is told";
    CLOCK_HELD
        "服务器时钟 {now}，上次确认的是 {believed}，相差一天以上：到期的一概不提示。\n请核对时钟：对的就运行 by-time confirm；不对就先校正，之后自动恢复。"
        "the server's clock shows {now}, more than a day beyond {believed}, which it was last believed to show: nothing turns late.\nCompare the clock: if it is right, run by-time confirm; if not, mend it, and it goes on by itself.";
    STEPS_BY_TIME "已提示到期等 {steps} 步" "steps taken by time: {steps}";
    QUARANTINE_WHICH
        "请给出 --device 编号（可多次）、--all 或 --none；先用 quarantine show 查看。"
        "name the devices that go on with --device, or say --all or --none; see `quarantine show` first";
    QUARANTINE_ENDED
        "隔离结束：{kept} 台设备继续使用，{revoked} 台停用，{withdrawn} 份未用的邀请作废"
        "the quarantine has ended: {kept} devices go on, {revoked} are revoked, {withdrawn} unused invitations are withdrawn";
    QUARANTINE_NONE "不在隔离中" "not in quarantine";
    QUARANTINE
        "隔离中：安全日志缺失、不全或不符（{why}），恢复以后停用过的设备可能又能使用。\n请逐台核对，再运行 quarantine confirm --device 编号 …（或 --all）："
        "in quarantine: the security journal is missing, shorter or another one ({why}), so devices that were revoked since may be among these.\nCompare each, then run: quarantine confirm --device CODE … (or --all)";

    BACKED_UP
        "备份 {name} 已完成并核对：账目到第 {sequence} 号，{entries} 项\n  {to}：{chunks} 块 {bytes} 字节，其中新写 {new_chunks} 块 {new_bytes} 字节\n  {keys_folder}：{keys} 个文档密钥（含预备的）\n另外保管（不在备份里）：数据文件夹的 secrets/（一次）和 security/journal（随时）。"
        "backup {name} made and verified: up to sequence {sequence}, {entries} entries\n  {to}: {chunks} chunks of {bytes} bytes, {new_chunks} of them new ({new_bytes} bytes)\n  {keys_folder}: {keys} document keys, those drawn in advance too\nTo be kept besides, for they are not in it: secrets/ of the data folder (once), security/journal (always the newest).";
    NOT_CLEARED
        "注意：旧备份没有清理：{why}"
        "note: older backups were not cleared away: {why}";
    BACKUP_WHOLE
        "备份 {name}（{taken}，账目到第 {sequence} 号）：{chunks} 块 {entries} 项，完整"
        "backup {name} ({taken}, up to sequence {sequence}): {chunks} chunks, {entries} entries, whole";
    BACKUP_OPENED
        "已用密钥打开 {records} 条记录，核对 {documents} 份文档：完好"
        "{records} records opened with the keys, {documents} documents compared: sound";
    BACKUP_UNOPENED
        "没有打开记录：加 --keys 文件夹 可一并核对"
        "no record was opened: name the folder of the keys with --keys to check those too";
    RESTORED
        "“{town}”已从备份 {backup}（{taken}，账目到第 {sequence} 号）恢复到 {data}：{documents} 份文档核对无误，第 {incarnation} 任服务器"
        "{town} restored from backup {backup} ({taken}, up to sequence {sequence}) into {data}: {documents} documents compared, incarnation {incarnation}";
    GIVEN_BACK
        "手机下次同步时，会把这个备份里没有的已提交内容连同原来的回执再交一次，时间不变。\n只有服务器自己写过的（导入、任免、居民操作）要从这个时间起重做。"
        "At their next sync phones hand in again what this backup lacks, with their receipts: the old times stand.\nWhat only the server wrote since then (imports, appointments, residents' steps) is to be done again.";
    NEXT_SERVE
        "下一步：alleyway-server serve --data {data}"
        "next: alleyway-server serve --data {data}";
    NEXT_CONFIRM
        "没有可用的安全日志（{why}）：服务器在隔离中，{devices} 台设备要逐一确认，此前停用的要再停用。\n下一步：alleyway-server quarantine show --data {data}\n       alleyway-server quarantine confirm --device 编号 … --data {data}\n       alleyway-server serve --data {data}"
        "No usable security journal ({why}): in quarantine until the {devices} devices are confirmed; leave out those that were stopped.\nnext: alleyway-server quarantine show --data {data}\n      alleyway-server quarantine confirm --device CODE … --data {data}\n      alleyway-server serve --data {data}";
    EXPORTED
        "已导出到 {to}：账目到第 {sequence} 号，{rows} 行，{documents} 份文档"
        "exported to {to}: up to sequence {sequence}, {rows} rows, {documents} documents";
    EXPORT_WARNING
        "警告：导出是明文，含全镇的姓名、住址和事项，保密事项也在内。只给有权的人，用完即删；本次导出已记入审计。"
        "warning: an export is plain text: every name, address and case of the town, confidential ones too. Keep it to those who may have it, delete it after use. It is in the audit.";
    EXPORT_IMPORTED
        "“{town}”的导出（{taken}，账目到第 {sequence} 号）已写入 {data}：{rows} 行，{documents} 份文档核对无误，第 {incarnation} 任服务器"
        "the export of {town} ({taken}, up to sequence {sequence}) is in {data}: {rows} rows, {documents} documents compared, incarnation {incarnation}";
}

words! {
    /// The things that a long work counts.
    COUNTED "progress"

    "copied" "已复制" "copied";
    "verified" "已核对" "verified";
    "restored" "已恢复" "restored";
    "records" "记录" "records";
    "entries" "账目" "entries";
    "rows" "行" "rows";
    "documents" "文档" "documents";
    "audit" "审计" "audit";
}

words! {
    /// How a device stands.
    DEVICE_STATE "device"

    "in_use" "在用" "in use";
    "revoked" "已停用" "revoked";
    "lost" "已挂失" "lost";
    "frozen" "已冻结（两部手机用同一身份）" "frozen: two phones use its identity";
}
