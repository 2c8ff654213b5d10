//! The town: what its lists say.

use std::path::Path;

use crate::process::ProcessError;

/// Two alleys that share a drain, their village and its branch.
const UNITS: &str = "\
unit,name,kind,parent
town,四排镇,town,
chengshan,橙山村,village,town
chengshan-branch,橙山村党支部,branch,chengshan
tiancheng,甜橙巷,alley,chengshan
guihua,桂花巷,alley,chengshan
";

/// Who has which post; two administrators, for what needs two persons.
const MEMBERS: &str = "\
member,name,post,unit,from,until
xie,谢玉兰,alley_chief,tiancheng,2024-03-01,
lan,蓝彩英,alley_chief,guihua,2024-03-01,
qin,覃国忠,branch_secretary,chengshan-branch,2024-03-01,
zhou,周宏斌,administrator,town,2024-03-01,
tang,唐小燕,administrator,town,2024-03-01,
";

const HOUSEHOLDS: &str = "\
alley,door,contact,count
tiancheng,甜橙巷1号,韦秀英,4
tiancheng,甜橙巷2号,陈大贵,3
guihua,桂花巷1号,覃阿妹,5
";

/// Writes the lists into this folder, which is made.
pub(super) fn write_lists(folder: &Path) -> Result<(), ProcessError> {
    let failed = || ProcessError::system(folder.display().to_string());
    std::fs::create_dir_all(folder).map_err(failed())?;
    for (name, rows) in [
        ("units.csv", UNITS),
        ("members.csv", MEMBERS),
        ("households.csv", HOUSEHOLDS),
    ] {
        std::fs::write(folder.join(name), rows).map_err(failed())?;
    }
    Ok(())
}
