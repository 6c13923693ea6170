//! The JSON Schema of a policy, so that an editor completes and documents every table and every setting.
//!
//! Draft 7, which is what TOML editors understand. It comes from the grammar and the catalog and repeats neither.

use serde_json::{Map, Value, json};

use crate::catalog::{Setting, Shape, Type, catalog, from_toml};
use crate::finding::ALL;
use crate::policy::grammar::{self, Key, Kind, Table};
use crate::policy::preset::PRESETS;

/// The schema.
pub fn schema() -> Value {
    let mut schema = table(&grammar::POLICY);
    let top = schema.as_object_mut().expect("a table's schema is an object");
    top.insert("$schema".into(), "http://json-schema.org/draft-07/schema#".into());
    top.insert("title".into(), "stanchion policy".into());
    top.insert("definitions".into(), json!({ "settings": settings(""), "platforms": table(&grammar::PLATFORMS) }));
    let presets: Vec<Value> =
        PRESETS.iter().map(|preset| json!({ "const": preset.name, "description": preset.about })).collect();
    let file =
        json!({ "type": "string", "pattern": r"^\.\.?/", "description": "A policy file, relative to this one." });
    let items: Vec<Value> = presets.into_iter().chain([file]).collect();
    top["properties"]["extends"]["items"] = json!({ "anyOf": items });
    // What is required may come from a policy that this one extends, so the schema does not insist.
    top.remove("required");
    schema
}

fn table(table: &Table) -> Value {
    let properties: Map<String, Value> = table.keys.iter().map(|key| (key.name.to_owned(), entry(key))).collect();
    let mut schema = json!({ "type": "object", "description": table.about, "additionalProperties": false, "properties": properties });
    let required: Vec<&str> = table.keys.iter().filter(|key| key.required.is_some()).map(|key| key.name).collect();
    // Only exceptions must be complete where they stand; the rest may be spread over several files.
    if table.name == grammar::EXCEPTION.name {
        schema["required"] = required.into();
    }
    schema
}

fn entry(key: &Key) -> Value {
    let mut schema = match &key.kind {
        Kind::Text => json!({ "type": "string", "minLength": 1 }),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::Version => json!({ "type": "string", "pattern": r"^\d+\.\d+(\.\d+)?$" }),
        // A TOML date reaches a JSON Schema as text.
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Word(words) => json!({ "enum": words }),
        Kind::Words(words) => {
            json!({ "type": "array", "items": { "enum": words }, "minItems": 1, "uniqueItems": true })
        }
        Kind::Table(inner) if inner.name == grammar::PLATFORMS.name => json!({ "$ref": "#/definitions/platforms" }),
        Kind::Table(inner) => table(inner),
        Kind::TableOrNot(inner) => json!({ "anyOf": [{ "const": false }, table(inner)] }),
        Kind::Named(inner) => json!({ "type": "object", "additionalProperties": table(inner) }),
        Kind::List(inner) => json!({ "type": "array", "items": table(inner) }),
        Kind::Ports => json!({
            "anyOf": [{ "const": "*" }, { "type": "array", "items": { "type": "integer", "minimum": 1, "maximum": 65535 } }]
        }),
        Kind::Settings => json!({ "$ref": "#/definitions/settings" }),
        Kind::Undocumented => json!({ "type": "object" }),
        Kind::Reasons => {
            let codes = ALL.iter().filter(|code| code.can_be_allowed);
            let reasons: Map<String, Value> = codes
                .map(|code| {
                    (code.name.to_owned(), json!({ "type": "string", "minLength": 1, "description": code.summary }))
                })
                .collect();
            json!({ "type": "object", "additionalProperties": false, "properties": reasons })
        }
    };
    // Beside a reference draft 7 ignores everything, so the description goes round it.
    if let Some(reference) = schema.get("$ref").cloned() {
        schema = json!({ "allOf": [{ "$ref": reference }] });
    }
    schema["description"] = key.about.into();
    schema
}

fn settings(parent: &str) -> Value {
    let catalog = catalog();
    let mut properties = Map::new();
    for name in catalog.members(parent) {
        let path = if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
        let schema = match catalog.find(&path) {
            None => settings(&path),
            Some(setting) if setting.shape == Shape::Bare => continue,
            Some(setting) => documented(setting, member(setting)),
        };
        properties.insert(name.to_owned(), schema);
    }
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

fn member(setting: &Setting) -> Value {
    match setting.shape {
        Shape::Setting => {
            let value = value(setting);
            let both = json!({
                "type": "object", "additionalProperties": false, "required": ["value"],
                "properties": {
                    "value": value,
                    "locked": { "type": "boolean", "description": "`false` makes it a default that users may change." },
                },
            });
            // Daemon options are themselves a table, which only `value` may hold.
            if setting.kind == Type::Json {
                json!({ "anyOf": [{ "type": "string" }, both] })
            } else {
                json!({ "anyOf": [value, both] })
            }
        }
        Shape::Group if catalog().find(&format!("{}.value", setting.key)).is_some() => {
            json!({ "anyOf": [{ "type": "boolean" }, settings(&setting.key)] })
        }
        Shape::Group | Shape::Section | Shape::Object => settings(&setting.key),
        Shape::Field | Shape::List | Shape::Bare | Shape::Channel => value(setting),
    }
}

fn value(setting: &Setting) -> Value {
    match setting.kind {
        Type::Boolean => json!({ "type": "boolean" }),
        Type::Integer => match setting.range {
            Some([least, most]) => json!({ "type": "integer", "minimum": least, "maximum": most }),
            None => json!({ "type": "integer" }),
        },
        Type::String => json!({ "type": "string" }),
        Type::Enum => json!({ "enum": setting.values }),
        Type::Strings => json!({ "type": "array", "items": { "type": "string" } }),
        Type::Directories => {
            let directory = json!({
                "type": "object", "additionalProperties": false, "required": ["path"],
                "properties": { "path": { "type": "string" }, "sharedByDefault": { "type": "boolean" } },
            });
            json!({ "type": "array", "items": { "anyOf": [{ "type": "string" }, directory] } })
        }
        Type::Json => json!({ "type": ["object", "string"] }),
        Type::Object | Type::Presence => json!({ "type": "object" }),
    }
}

fn documented(setting: &Setting, mut schema: Value) -> Value {
    let mut text = setting.about.clone();
    for more in setting.why.iter().chain(&setting.notes) {
        text.push_str("\n\n");
        text.push_str(more);
    }
    schema["description"] = text.into();
    if let Some(default) = &setting.default {
        schema["default"] = serde_json::to_value(from_toml(default)).expect("a catalog value is JSON");
    }
    schema["x-taplo"] = json!({ "links": { "key": setting.docs } });
    schema
}
