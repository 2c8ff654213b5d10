//! Why a town was not exported, or an export not imported.

use crate::texts;

texts! {
    "export"

    NOT_EMPTY "{path} 不是空的；请指定新文件夹" "{path} is not empty; name a new folder";
    NO_EXPORT
        "{path} 里没有导出，或导出中断了：manifest.json 最后才写"
        "{path} holds no export, or one that was cut off: its manifest.json is written last";
    EXPORT_DAMAGED
        "{path} 已损坏或不完整（{what}）；请重新导出，或用副本"
        "{path} is damaged or cut off ({what}); make the export again, or use a copy";
    ANOTHER_FORMAT
        "{path} 的格式是 {found}，本程序读格式 {known}：请用导出它的程序"
        "{path} is of format {found}; this program reads {known}: use the program that wrote it";
    DISK
        "{path}：{reason}；请检查空间和权限"
        "{path}: {reason}; check that there is room and that this user may write there";
}
