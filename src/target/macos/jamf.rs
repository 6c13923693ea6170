//! Jamf Pro: the profile in the form that its server never mangles, and what makes a computer report and repair itself.

use plist::Value;
use quick_xml::Writer;
use serde_json::json;

use super::mdm::{Kind, SETTINGS, dictionary, file, profiles};
use super::profile::Payload;
use crate::bundle::Artifact;
use crate::catalog::catalog;
use crate::format::{json as json_file, property_list};
use crate::literal::hcl;
use crate::resolve::{Machine, Plan};
use crate::state::MacPreference;
use crate::target::scripts;
use crate::template::Template;

const EXTENSION_ATTRIBUTE: Template =
    Template { text: include_str!("../../../templates/macos/jamf/extension-attribute.sh"), parts: scripts::PARTS };
const TERRAFORM_PROFILE: Template =
    Template { text: include_str!("../../../templates/macos/jamf/profile.tf"), parts: &[] };
const TERRAFORM: Template = Template { text: include_str!("../../../templates/macos/jamf/main.tf"), parts: &[] };

/// The artifacts.
pub(in crate::target) fn emit(plan: &Plan, machine: &Machine) -> Vec<Artifact> {
    let mut artifacts = Vec::new();
    let mut add = |name: String, bytes: Vec<u8>, guide: &'static str| {
        artifacts.push(Artifact::new(format!("jamf/{name}"), bytes, guide));
    };
    let mut terraform_profiles = Vec::new();
    for mut kind in profiles(plan, machine) {
        let file = file(machine, &kind.role);
        terraform_profiles.push(terraform_profile(plan, machine, &kind, &file));
        let mut guide = "Another profile, uploaded in the same way. On one line, because Jamf Pro stores white space between elements.";
        if kind.role == SETTINGS {
            kind.payload = managed_client(&kind.payload);
            guide = "Computers > Configuration Profiles > Upload, or through the API. In the form of managed preferences, which Jamf Pro keeps as it is. Leave it unsigned for the API.";
        }
        // Jamf Pro's own, so that they can stand beside those of any MDM: "jamf" and, where there is more than one, what for.
        kind.role = if kind.role == SETTINGS { "jamf".into() } else { format!("jamf-{}", kind.role) };
        add(file, kind.profile(plan, machine).compact(), guide);
    }
    let preferences = &machine.state.preferences;
    if let Some(domain) = preferences.first().map(|preference| preference.domain) {
        add(
            format!("{domain}.plist"),
            property_list::xml(&Value::Dictionary(dictionary(preferences))),
            "Instead of the profile: Configuration Profiles > New > Application & Custom Settings > Upload, with the file's name without `.plist` as preference domain.",
        );
        add(
            format!("{domain}.schema.json"),
            json_file::pretty(&schema(machine, domain)),
            "Instead of both, to fill in by hand: Application & Custom Settings > External Applications > Add > Custom Schema.",
        );
    }
    add(
        "main.tf".into(),
        terraform(plan, machine).into_bytes(),
        "All of this as a Terraform module for the provider deploymenttheory/jamfpro, with `profiles.tf`. It reads the files beside it and `../install.sh`.",
    );
    add("profiles.tf".into(), terraform_profiles.join("\n").into_bytes(), "The profiles of the same module.");
    let attribute = scripts::audit(machine, &EXTENSION_ATTRIBUTE);
    add(
        "extension-attribute.xml".into(),
        extension_attribute(machine, &attribute),
        "Settings > Computer Management > Extension Attributes > Upload.",
    );
    add("extension-attribute.sh".into(), attribute.into_bytes(), "The same as a script: New > Input type Script.");
    add(
        "smart-group.xml".into(),
        smart_group(machine),
        "Computers that have the application and not this policy; for the API, `JSSResource/computergroups/id/0`. Add the ring's own group as a criterion: a computer of another ring is rightly different. Scope a policy with `../install.sh` to it.",
    );
    artifacts
}

/// [`com.apple.ManagedClient.preferences`](https://developer.apple.com/documentation/devicemanagement/managedpreferences)
fn managed_client(direct: &Payload) -> Payload {
    let entry = |name: &str, value: Value| Value::Dictionary([(name.to_owned(), value)].into_iter().collect());
    let settings = entry("mcx_preference_settings", Value::Dictionary(direct.keys.clone()));
    let forced = entry("Forced", Value::Array(vec![settings]));
    let content = [("PayloadContent".to_owned(), entry(direct.kind, forced))].into_iter().collect();
    Payload { kind: "com.apple.ManagedClient.preferences", name: direct.name, keys: content }
}

/// A form in Jamf Pro for every key that the domain knows, with what the catalog says about it.
fn schema(machine: &Machine, domain: &str) -> serde_json::Value {
    let product = machine.state.product;
    let mut properties = serde_json::Map::new();
    for (order, MacPreference { key, pattern }) in product.mac.preferences.iter().enumerate() {
        let setting = catalog().find(key).unwrap_or_else(|| panic!("the catalog has no {key}"));
        let name = key.rsplit(':').next().unwrap_or(key);
        let mut string = json!({ "title": "Configured", "type": "string" });
        if let Some(pattern) = pattern {
            string["pattern"] = (*pattern).into();
        }
        if let Some(preference) = machine.state.preferences.iter().find(|preference| preference.key == name) {
            string["default"] = preference.value.clone().into();
        }
        let description =
            [&setting.about].into_iter().chain(&setting.notes).map(String::as_str).collect::<Vec<_>>().join(" ");
        let property = json!({
            "title": name,
            "description": description,
            "property_order": (order + 1) * 10,
            "anyOf": [{ "type": "null", "title": "Not configured" }, string],
            "links": [{ "rel": "Documentation", "href": setting.docs }],
        });
        properties.insert(name.to_owned(), property);
    }
    json!({
        "title": format!("{} ({domain})", product.name),
        "description": format!("What {} reads from managed preferences.", product.name),
        "properties": properties,
    })
}

/// What the extension attribute of this ring is called.
fn attribute_name(machine: &Machine) -> String {
    format!("{} policy ({})", machine.state.product.name, machine.state.ring)
}

/// What the extension attribute says on a computer that is as it should be.
fn compliant(machine: &Machine) -> String {
    format!("Compliant ring={} policy={}", machine.state.ring, machine.digest.short())
}

fn description(plan: &Plan, machine: &Machine) -> String {
    format!(
        "{} for {}, ring={} policy={}",
        machine.state.product.name,
        plan.organization,
        machine.state.ring,
        machine.digest.short()
    )
}

fn terraform(plan: &Plan, machine: &Machine) -> String {
    let attribute = attribute_name(machine);
    TERRAFORM.fill(&[
        ("DESCRIPTION", hcl(&description(plan, machine))),
        ("SCRIPT_NAME", hcl(&format!("{attribute}: install"))),
        ("ATTRIBUTE_NAME", hcl(&attribute)),
        ("GROUP_NAME", hcl(&format!("{attribute}: not compliant"))),
        ("APPLICATION", hcl(machine.state.product.mac.title)),
        ("COMPLIANT", hcl(&compliant(machine))),
    ])
}

fn terraform_profile(plan: &Plan, machine: &Machine, kind: &Kind, file: &str) -> String {
    let name = format!("{} {} ({})", machine.state.product.name, kind.title, machine.state.ring);
    TERRAFORM_PROFILE.fill(&[
        ("LABEL", hcl(&kind.role.replace('-', "_"))),
        ("NAME", hcl(&name)),
        ("DESCRIPTION", hcl(&description(plan, machine))),
        // Not a text but a template, in which Terraform puts the folder of the module.
        ("FILE", format!("\"${{path.module}}/{file}\"")),
    ])
}

/// A tree of elements for the classic API: a name and either text or children.
enum Element<'a> {
    Text(&'a str, &'a str),
    Children(&'a str, Vec<Element<'a>>),
}

fn document(root: &Element<'_>) -> Vec<u8> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    write(&mut writer, root);
    let mut xml = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_vec();
    xml.extend(writer.into_inner());
    xml.push(b'\n');
    xml
}

fn write(writer: &mut Writer<Vec<u8>>, element: &Element<'_>) {
    let written = match element {
        Element::Text(name, text) => {
            writer.create_element(*name).write_text_content(quick_xml::events::BytesText::new(text)).map(|_| ())
        }
        Element::Children(name, children) => writer
            .create_element(*name)
            .write_inner_content(|writer| {
                for child in children {
                    write(writer, child);
                }
                Ok(())
            })
            .map(|_| ()),
    };
    written.expect("writing to memory does not fail");
}

/// The classic API's form, which the console's upload takes too.
fn extension_attribute(machine: &Machine, script: &str) -> Vec<u8> {
    use Element::{Children, Text};
    let name = attribute_name(machine);
    document(&Children(
        "computer_extension_attribute",
        vec![
            Text("name", &name),
            Text("enabled", "true"),
            Text("description", "Compliant ring=… policy=…, Drift: what is wrong, or Absent."),
            Text("data_type", "String"),
            Children("input_type", vec![Text("type", "script"), Text("platform", "Mac"), Text("script", script)]),
            Text("inventory_display", "Extension Attributes"),
        ],
    ))
}

fn smart_group(machine: &Machine) -> Vec<u8> {
    use Element::{Children, Text};
    let (name, compliant) = (attribute_name(machine), compliant(machine));
    let group = format!("{name}: not compliant");
    let criterion = |name, priority, search, value| {
        let parts =
            [("name", name), ("priority", priority), ("and_or", "and"), ("search_type", search), ("value", value)];
        let texts = parts.into_iter().chain([("opening_paren", "false"), ("closing_paren", "false")]);
        Children("criterion", texts.map(|(name, text)| Text(name, text)).collect())
    };
    let criteria = vec![
        criterion("Application Title", "0", "is", machine.state.product.mac.title),
        criterion(&name, "1", "is not", &compliant),
    ];
    document(&Children(
        "computer_group",
        vec![Text("name", &group), Text("is_smart", "true"), Children("criteria", criteria)],
    ))
}
