//! The server's configuration file.

use alleyway_catalogue::Lang;
use alleyway_server::config::{Config, KEYS, Layers};

use super::{Outcome, Target};

/// A file.
pub(super) const CONFIG: Target = Target {
    name: "config",
    about: "a configuration file: read, or told what is wrong; what is printed is read back",
    run,
    seeds,
    shape: None,
    mutations: 400,
};

fn run(input: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(input) else {
        return Outcome::refused("not UTF-8");
    };
    match read(text) {
        Ok((layers, config)) => {
            let (_, again) = read(&layers.print(Lang::En)).expect("what is printed is read back");
            assert_eq!(config, again);
            let set = KEYS
                .iter()
                .filter(|key| layers.is_set(key.name))
                .map(|key| key.name);
            Outcome::taken(set.collect::<Vec<_>>().join(","))
        }
        Err(error) => {
            let told = error.to_string();
            assert!(told.len() > 20, "{told}");
            // Without what stands in the file, so that ways are told apart by what is wrong.
            Outcome::refused(format!("{:?}", std::mem::discriminant(&error)))
        }
    }
}

fn read(text: &str) -> Result<(Layers, Config), alleyway_server::config::ConfigError> {
    let mut layers = Layers::default();
    layers.add_file_text("alleyway.toml", text)?;
    let config = Config::resolve(&layers)?;
    Ok((layers, config))
}

fn seeds() -> Vec<Vec<u8>> {
    let printed = Layers::default().print(Lang::En);
    let mut seeds = vec![printed.clone()];
    seeds.extend(
        printed
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(str::to_owned),
    );
    seeds.push("listen = \"0.0.0.0:80\"\nallow_plain_http = true".to_owned());
    seeds.push("public_url = \"https://a/\"\nconnections_max = 7".to_owned());
    seeds.into_iter().map(String::into_bytes).collect()
}
