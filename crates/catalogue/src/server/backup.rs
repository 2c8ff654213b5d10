//! Why a backup was not made, is not whole, or was not restored.

use crate::texts;

texts! {
    "backup"

    NOT_APART
        "{backup} 与 {keys} 没有分开：备份和密钥要放在两个文件夹，互不包含，也不在数据文件夹里"
        "{backup} and {keys} are not apart: name a folder for the backup, another for the keys, neither in the other nor in the data folder";
    UNDER_WAY
        "正在备份本镇，或正在备份到 {path}；请等它完成"
        "a backup is being made of this town, or to {path}; wait for its end";
    ANOTHER_TOWN
        "{path} 里是别的镇的备份；请指定空文件夹"
        "{path} holds backups of another town; name an empty folder";
    KEYS_OF_OTHERS
        "{path} 里是别的备份文件夹或别的镇的密钥；请为这些密钥另指定文件夹"
        "{path} holds the keys of another folder of backups, or of another town; name a folder of its own for these keys";
    KEYS_ELSEWHERE
        "{path} 里没有密钥，而已有备份的密钥在别处：磁盘是否已挂载？要搬移密钥，请把原文件夹的全部文件复制过来；密钥若已丢失，请为备份也另指定新文件夹"
        "{path} holds no keys, and there are backups already, whose keys lie elsewhere: is its disk mounted? To move the keys, copy all files of their folder there; if they are lost, name a new folder for the backups too";
    TOO_MUCH_WRITTEN
        "备份期间写入超过 256 MiB；请在不忙时再试"
        "more than 256 MiB were written while the backup was made; try again when less is going on";
    NO_BACKUP "{path} 里没有备份{name}" "{path} holds no backup{name}";
    MANIFEST_DAMAGED
        "清单 {path} 已损坏或不完整；请用更早的备份（--name 名称）"
        "{path} is damaged or cut off; use an earlier backup (--name NAME)";
    ANOTHER_FORMAT
        "{path} 备份的是格式 {found} 的数据文件夹，本程序读格式 {known}：请用当时的程序恢复，再由本程序升级"
        "{path} was made of a data folder of format {found}; this program reads format {known}: restore it with the program that made it, and let this one upgrade that folder";
    CHUNK_MISSING
        "缺少数据块 {path}；请用更早的备份（--name 名称），或这个备份的副本"
        "the chunk {path} is missing; use an earlier backup (--name NAME), or a copy of this one";
    CHUNK_DAMAGED
        "数据块 {path} 已损坏；请用更早的备份（--name 名称），或这个备份的副本"
        "the chunk {path} is damaged; use an earlier backup (--name NAME), or a copy of this one";
    NOT_WHOLE
        "备份 {name} 不完整：内容与末尾记录不符；请用更早的备份（--name 名称）"
        "the backup {name} is not whole: its entries are not those its end speaks of; use an earlier one (--name NAME)";
    UNSOUND
        "备份 {name} 里有损坏的记录：{what}；请用更早的备份（--name 名称）"
        "the backup {name} holds damaged records: {what}; use an earlier one (--name NAME)";
    KEYS_MISSING
        "缺少密钥文件 {path}；--keys 应为备份时存放密钥的文件夹"
        "{path} is missing; --keys names the folder that the backup's keys were written to";
    KEYS_WRONG
        "密钥文件 {path} 已损坏，或不属于这个镇、这个备份；--keys 应为备份时存放密钥的文件夹"
        "{path} is damaged, or of another town or backup; --keys names the folder that the backup's keys were written to";
    ANOTHER_SERVER
        "{path} 是别的服务器的密钥，设备不会信任；--secrets 应为原服务器的 secrets 文件夹"
        "{path} holds the keys of another server: devices would not trust it; --secrets names the folder `secrets` of the server that was backed up";
    NOT_EMPTY
        "{path} 不是空的；请恢复到新文件夹（恢复中断留下的文件夹可以删除）"
        "{path} is not empty; restore into a new folder (one that a restore left half made can be removed)";
    JOURNAL_UNREADABLE
        "{path}：{reason}；安全日志若已丢失，请不带 --journal，恢复后逐一确认设备"
        "{path}: {reason}; leave --journal out if it is lost: the devices are then to be confirmed";
    DISK
        "{path}：{reason}；请检查空间和权限。以前的备份没有变化"
        "{path}: {reason}; check that there is room and that this user may write there. Earlier backups are as they were";
    SECRETS
        "服务器自己的密钥用不了：{reason}。--secrets 应为另外保管的原服务器 secrets 文件夹"
        "the server's own keys cannot be used: {reason}. --secrets names the folder `secrets` that was kept of the server";
    STOPPING "服务器正在停止。" "The server is stopping.";
    STORE "{reason}" "{reason}";
    NO_FILES "这个镇只在内存里。" "this town is in memory only";
}
