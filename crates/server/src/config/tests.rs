use super::*;
use alleyway_catalogue::Lang;

fn layers(
    file: &str,
    environment: &[(&str, &str)],
    flags: &[(&'static str, &str)],
) -> Result<Layers, ConfigError> {
    let mut layers = Layers::default();
    layers.add_file_text("alleyway.toml", file)?;
    layers.add_environment(
        environment
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned())),
    )?;
    for (key, value) in flags {
        let key = KEYS.iter().find(|known| known.name == *key).unwrap();
        layers.add_flag(key, (*value).to_owned());
    }
    Ok(layers)
}

fn resolve(
    file: &str,
    environment: &[(&str, &str)],
    flags: &[(&'static str, &str)],
) -> Result<Config, ConfigError> {
    Config::resolve(&layers(file, environment, flags)?)
}

#[test]
fn flags_win_over_environment_over_file_over_defaults() {
    let file = "listen = \"127.0.0.1:1\"\nconnections_max = 7\nbody_seconds_max = 3";
    let environment = [
        ("ALLEYWAY_SERVER_LISTEN", "127.0.0.1:2"),
        ("ALLEYWAY_SERVER_CONNECTIONS_MAX", "8"),
    ];
    let config = resolve(file, &environment, &[("listen", "127.0.0.1:3")]).unwrap();
    assert_eq!(config.listen.port(), 3);
    assert_eq!(config.http.connections_max, 8);
    assert_eq!(config.http.body_time_max, Duration::from_secs(3));
    assert_eq!(config.loaded_documents_max, 2_000);
    assert_eq!(config.public_url, None);
}

#[test]
fn an_error_names_the_key_the_value_and_where_it_came_from() {
    for (file, environment, flags, parts) in [
        (
            "connections_max = 0",
            &[][..],
            &[][..],
            ["connections_max", "`0`", "alleyway.toml"],
        ),
        (
            "",
            &[("ALLEYWAY_SERVER_LISTEN", "here")][..],
            &[][..],
            ["listen", "`here`", "ALLEYWAY_SERVER_LISTEN"],
        ),
        (
            "",
            &[][..],
            &[("log_format", "xml")][..],
            ["log_format", "`xml`", "--log-format"],
        ),
        (
            "public_url = \"ftp://a\"",
            &[][..],
            &[][..],
            ["public_url", "`ftp://a`", "alleyway.toml"],
        ),
        (
            "body_seconds_max = true",
            &[][..],
            &[][..],
            ["body_seconds_max", "`true`", "alleyway.toml"],
        ),
    ] {
        let error = resolve(file, environment, flags).unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "{part} in {error}");
        }
    }
}

#[test]
fn an_unknown_key_is_named_in_file_and_environment() {
    let error = resolve("listne = \"x\"", &[], &[]).unwrap_err().to_string();
    assert!(
        error.contains("listne") && error.contains("alleyway.toml") && error.contains("listen"),
        "{error}"
    );
    let error = resolve("", &[("ALLEYWAY_SERVER_LISTNE", "x")], &[])
        .unwrap_err()
        .to_string();
    assert!(error.contains("ALLEYWAY_SERVER_LISTNE"), "{error}");
}

#[test]
fn a_file_that_is_no_toml_is_refused_with_its_line() {
    let error = resolve("listen =", &[], &[]).unwrap_err().to_string();
    assert!(
        error.contains("alleyway.toml") && error.contains("line 1"),
        "{error}"
    );
}

#[test]
fn beyond_this_machine_it_takes_tls_or_a_word_that_plain_http_is_meant() {
    for open in ["0.0.0.0:1", "192.168.1.2:1", "[::]:1", "[2001:db8::1]:1"] {
        let flags = [("listen", open)];
        let error = resolve("", &[], &flags).unwrap_err().to_string();
        for part in [
            open,
            "--listen",
            "tls_certificate",
            "tls_key",
            "allow_plain_http = true",
        ] {
            assert!(error.contains(part), "{part} in {error}");
        }
        assert!(
            resolve("allow_plain_http = true", &[], &flags).is_ok(),
            "{open}"
        );
        let config = resolve("tls_certificate = \"c\"\ntls_key = \"k\"", &[], &flags).unwrap();
        assert_eq!(config.url(config.listen), format!("https://{open}"));
    }
    for own in [
        "127.0.0.1:1",
        "127.9.9.9:1",
        "[::1]:1",
        "[::ffff:127.0.0.1]:1",
    ] {
        let config = resolve("", &[], &[("listen", own)]).unwrap();
        assert_eq!(config.url(config.listen), format!("http://{own}"));
    }
}

#[test]
fn metrics_are_read_on_this_machine_alone_and_over_http_only_if_that_is_said() {
    assert_eq!(resolve("", &[], &[]).unwrap().metrics_listen, None);
    for own in ["127.0.0.1:8471", "[::1]:8471", "[::ffff:127.0.0.1]:1"] {
        let config = resolve("", &[], &[("metrics_listen", own)]).unwrap();
        assert_eq!(config.metrics_listen, Some(own.parse().unwrap()));
    }
    let open = "allow_plain_http = true\ntls_certificate = \"c\"\ntls_key = \"k\"";
    for other in ["0.0.0.0:8471", "192.168.1.2:1", "[::]:1", "8471"] {
        let error = resolve(open, &[], &[("metrics_listen", other)]).unwrap_err();
        assert!(error.to_string().contains(other), "{error}");
    }
}

#[test]
fn a_certificate_and_its_key_are_set_together() {
    for (set, missing) in [
        ("tls_key", "tls_certificate"),
        ("tls_certificate", "tls_key"),
    ] {
        let error = resolve("", &[], &[(set, "file.pem")]).unwrap_err();
        assert_eq!(error, ConfigError::HalfTls { missing });
    }
}

#[test]
fn a_village_behind_one_address_is_within_the_limits_by_default() {
    let limits = resolve("", &[], &[]).unwrap().http;
    let (phones, requests_each) = (472, 10);
    assert!(limits.address_connections_max >= phones as usize);
    assert!(limits.address_requests_per_minute >= phones * requests_each);
}

#[test]
fn a_device_has_the_budget_of_a_busy_person_and_its_requests_by_default() {
    let config = resolve("", &[], &[]).unwrap();
    assert_eq!(config.device_budget, DeviceBudget::default());
    // A day's bytes in whole flights, at once.
    let flight = alleyway_core::limits::FLIGHT_BYTES_MAX as u64;
    let flights = config.device_budget.bytes_per_day.div_ceil(flight);
    assert!(u64::from(config.http.device_requests_per_minute) > flights);
    let file = "device_commands_per_day = 7\ndevice_budget_days = 2";
    let set = resolve(file, &[], &[]).unwrap().device_budget;
    assert_eq!((set.commands_per_day, set.days), (7, 2));
    assert!(resolve("device_documents_per_day = 0", &[], &[]).is_err());
}

#[test]
fn what_is_printed_is_read_back() {
    let first = layers("group_requests_max = 9", &[], &[("data", "/tmp/a b\"c")]).unwrap();
    let printed = first.print(Lang::En);
    let again = resolve(&printed, &[], &[]).unwrap();
    assert_eq!(Config::resolve(&first).unwrap(), again);
}
