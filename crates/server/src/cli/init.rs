//! `init`

use std::fmt::Display;

use super::exit::{BAD_INPUT, Exit};
use crate::admin::name;
use crate::config::Config;
use crate::instance::Instance;
use alleyway_catalogue::Lang;
use alleyway_catalogue::server::cli as said;

pub(super) fn init(config: &Config, town_name: &str, language: Lang) -> Result<(), Exit> {
    let name = name(town_name).map_err(|why| {
        let text = said::BAD_TOWN_NAME.fill(language, &[("why", why.text(language))]);
        Exit::new(BAD_INPUT, text)
    })?;
    let instance = Instance::create(&config.data, name, config.loaded_documents_max)?;
    let folder = config.data.display();
    let values: [(&str, &dyn Display); 3] = [
        ("name", &instance.name),
        ("town", &instance.town),
        ("folder", &folder),
    ];
    println!("{}", said::MADE.fill(language, &values));
    Ok(())
}
