//! The device's store and its key: why it does not open.

use crate::texts;

texts! {
    "store"

    LOCKED
        "另一个程序正在使用这个目录，等它结束后再试：{path}"
        "Another process uses this folder; try again when it has ended: {path}";
    UNUSABLE
        "无法使用设备目录：{path}（{reason}）。请检查目录权限和磁盘空间。"
        "The device's folder cannot be used: {path} ({reason}). Check who may write to it, and the room on the disk.";
    NEWER
        "设备数据是更新版本的程序写的：{path}（格式{found}）。请更新本程序。"
        "The device's data was written by a newer program: {path} (format {found}). Update this program.";
    OLDER
        "设备数据是旧版程序写的：{path}，本程序读不了，也没有改动。请用旧版程序同步没有发送的内容，再用新目录和新邀请码重新登记。"
        "The device's data was made by an earlier version: {path}. This program cannot read it, and has changed nothing. Sync what is unsent with that version, then enrol anew in another folder with a new code.";
    DAMAGED
        "设备数据已损坏：{path}（{reason}）。请保留原文件，用新目录和新邀请码重新登记。"
        "The device's data is damaged: {path} ({reason}). Keep the file, and enrol anew in another folder with a new code.";
    IDENTITY_DAMAGED
        "设备的身份记录已损坏：{path}。请保留目录，向管理员要新邀请码，用新目录登记；没有发送的内容要重新填写。"
        "The record of this device's identity is damaged: {path}. Keep the folder, ask the administrator for a code and enrol in another one; what was unsent has to be typed again.";
    STATE_DAMAGED
        "设备的同步记录已损坏：{path}。继续使用会把编号用两次，所以停下。请保留目录，向管理员要新邀请码，用新目录登记；没有发送的内容要重新填写。"
        "The record of where this device stands is damaged: {path}. Going on would give numbers twice. Keep the folder, ask the administrator for a code and enrol in another one; what was unsent has to be typed again.";
    WRONG_KEY
        "密钥与设备数据不符：{path}。请把原来的密钥文件放回同一目录。"
        "The key does not fit the device's data: {path}. Put the key file that belongs to it back beside it.";
    KEY_MISSING
        "没有密钥文件 {key}，设备数据无法读取：{path}。请从备份放回密钥文件；找不到的话，用新邀请码在新目录重新登记。"
        "The device's data cannot be read without its key file: {path}, missing {key}. Put the key file back; if it is gone, enrol anew in another folder with a new code.";
    KEY_EXPOSED
        "别人也能读密钥文件。请运行：chmod 600 {path}"
        "Others can read the key file. Run: chmod 600 {path}";
    KEY_DAMAGED
        "密钥文件已损坏：{path}（{reason}）。请从备份放回。"
        "The key file is damaged: {path} ({reason}). Put it back from a copy.";
    KEY_NEWER
        "密钥文件是更新版本的程序写的：{path}。请更新本程序。"
        "The key file was written by a newer program: {path}. Update this program.";
    CLOSED "设备已关闭。" "The device was closed.";
}
