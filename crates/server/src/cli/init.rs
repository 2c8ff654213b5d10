//! `init`

use alleyway_core::limits::NAME_BYTES_MAX;
use alleyway_core::text::Text;

use super::exit::{BAD_INPUT, Exit};
use crate::config::Config;
use crate::instance::Instance;
use alleyway_catalogue::Lang;

pub(super) fn init(config: &Config, town_name: &str, language: Lang) -> Result<(), Exit> {
    let name: Text<NAME_BYTES_MAX> = Text::new(town_name)
        .ok()
        .filter(|name| !name.trim().is_empty() && !name.contains(char::is_control))
        .ok_or_else(|| {
            Exit::new(
                BAD_INPUT,
                format!(
                    "--town-name must have 1 to {NAME_BYTES_MAX} bytes and no control characters"
                ),
            )
        })?;
    let instance = Instance::create(&config.data, name, config.loaded_documents_max)?;
    let folder = config.data.display();
    match language {
        Lang::Zh => {
            println!(
                "已建立“{}”（{}），数据文件夹 {folder}",
                instance.name, instance.town
            );
            println!("下一步：alleyway-server import 文件夹 --data {folder}");
        }
        Lang::En => {
            println!("made {} ({}) in {folder}", instance.name, instance.town);
            println!("next: alleyway-server import DIR --data {folder}");
        }
    }
    Ok(())
}
