//! Policies that extend another file, or a preset, in which something is wrong.

use stanchion::catalog::{Shape, Type, catalog};

use crate::{Files, POLICY};

const HEAD_TABLES: [&str; 3] = ["[organization", "[fleet", "[sign-in"];

/// A policy as one that extends another: all of it there, or some of its tables.
pub(crate) fn in_two(text: &str) -> Vec<Files> {
    let extends = "extends = [\"./inner.toml\"]\n";
    let files = |policy, inner| Files::from([(POLICY.to_owned(), policy), ("inner.toml".to_owned(), inner)]);
    let mut all = vec![files(extends.to_owned(), text.to_owned())];
    let opens = |line: &str| HEAD_TABLES.iter().any(|table| line.starts_with(table));
    let (mut head, mut rest, mut is_in) = (String::new(), String::new(), false);
    for line in text.split_inclusive('\n') {
        if line.starts_with('[') {
            is_in = opens(line);
        }
        if is_in { &mut head } else { &mut rest }.push_str(line);
    }
    let is_toml = toml::de::DeTable::parse(text).is_ok();
    if is_toml && !head.is_empty() {
        all.push(files(format!("{extends}{head}"), rest.clone()));
        if !text.contains("extends") {
            all.push(files(format!("{extends}{rest}"), head));
        }
    }
    all
}

/// Policies that have to overrule a lock of the file that they extend, each with settings of its own.
pub(crate) fn overruling() -> Vec<Files> {
    let head = "extends = [\"./inner.toml\"]\n[organization]\nname = \"Contoso\"\nid = \"com.contoso\"\n[fleet]\noldest-version = \"4.86.0\"\n[sign-in]\norganizations = [\"contoso\"]\n";
    let inner = "[settings]\nproxy = { locked = false, mode = \"system\" }\n";
    let own = [
        "",
        "[settings]\nanalyticsEnabled = false\n",
        "[settings.proxy]\nexclude = [\"a.example\"]\n",
        "[settings]\nanalyticsEnabled = false\n\n[settings.proxy] # ours\nexclude = [\"a.example\"]\n",
        "[settings.kubernetes]\nenabled = false\n",
    ];
    let files =
        |own| Files::from([(POLICY.to_owned(), format!("{head}{own}")), ("inner.toml".to_owned(), inner.to_owned())]);
    own.into_iter().map(files).collect()
}

/// Policies that extend a preset which says something that is wrong with the rest.
pub(crate) fn of_presets() -> Vec<String> {
    let mut policies = Vec::new();
    let policy = |preset: &str, fleet: &str, sign_in: &str, rest: &str| {
        format!(
            "extends = [\"{preset}\"]\n[organization]\nname = \"Contoso\"\nid = \"com.contoso\"\n[fleet]\n{fleet}\n{sign_in}{rest}"
        )
    };
    let sign_in = "[sign-in]\norganizations = [\"contoso\"]\n";
    for preset in ["air-gapped", "baseline", "developer", "hardened"] {
        for version in ["4.20.0", "4.34.0", "4.43.0", "4.52.0", "4.70.0", "4.80.0", "4.86.0"] {
            for more in ["", "platforms = [\"macos\"]", "platforms = [\"windows\"]", "platforms = [\"linux\"]"] {
                for sign_in in [sign_in, ""] {
                    let fleet = format!("oldest-version = \"{version}\"\n{more}");
                    policies.push(policy(preset, &fleet, sign_in, ""));
                }
            }
        }
        for plan in ["personal", "pro", "team", "business"] {
            let fleet = format!("oldest-version = \"4.86.0\"\nsubscription = \"{plan}\"");
            policies.push(policy(preset, &fleet, sign_in, ""));
        }
        let fleet = "oldest-version = \"4.86.0\"";
        for (setting, value) in values() {
            for table in ["settings", "rings.pilot.settings", "platforms.macos.settings"] {
                policies.push(policy(preset, fleet, sign_in, &format!("[{table}]\n{setting} = {value}\n")));
            }
            // A group with lines below a header of its own.
            if let Some((group, name)) = setting.rsplit_once('.') {
                policies.push(policy(preset, fleet, sign_in, &format!("[settings.{group}]\n{name} = {value}\n")));
            }
        }
    }
    policies
}

/// Each setting with values that it may have.
fn values() -> Vec<(&'static str, String)> {
    let takes_one = |shape: &Shape| matches!(shape, Shape::Setting | Shape::Field | Shape::List);
    let settings = catalog().settings().iter().filter(|its| its.is_admin_setting() && takes_one(&its.shape));
    let settings = settings.filter(|setting| !setting.key.contains("[]"));
    settings
        .flat_map(|setting| {
            let values = match setting.kind {
                Type::Boolean => vec!["true".to_owned(), "false".to_owned()],
                Type::Enum => setting.values.iter().map(|word| format!("\"{word}\"")).collect(),
                _ => setting.default.iter().map(ToString::to_string).collect(),
            };
            values.into_iter().map(|value| (setting.key.as_str(), value))
        })
        .collect()
}
