//! Administrative templates: an ADMX file of policies that each set one list of strings, and its English ADML texts.
//!
//! The template says itself which systems it supports. Referring to Windows' own definitions would make Intune refuse the
//! file until Windows.admx has been uploaded too.
//! <https://learn.microsoft.com/en-us/previous-versions/windows/desktop/policy/admx-schema>

use super::xml::{self, Xml};

/// A template: one category with its policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The namespace, unique in the world, such as `Contoso.Policies.Example`.
    pub namespace: String,
    /// The short name of the namespace inside the file.
    pub prefix: String,
    /// The folder that the editor shows the policies in.
    pub category: Category,
    /// Which systems the policies work on, as the editor says it.
    pub supported_on: String,
    /// The policies, in the order of the editor.
    pub policies: Vec<Policy>,
}

/// A folder of the editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its identifier: letters, digits and `_`.
    pub id: String,
    /// What the editor calls it.
    pub name: String,
}

/// A policy for machines that sets one `REG_MULTI_SZ`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its identifier: letters, digits and `_`.
    pub id: String,
    /// What the editor calls it.
    pub name: String,
    /// The help text; may hold line feeds.
    pub explanation: String,
    /// What the editor writes above the list.
    pub label: String,
    /// The key without its hive.
    pub key: String,
    /// The value's name.
    pub value_name: String,
}

impl Policy {
    /// The identifier of the list, which an OMA-URI value names.
    #[must_use]
    pub fn list_id(&self) -> String {
        format!("{}_List", self.id)
    }
}

const NAMESPACE: &str = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions";

// Intune refuses revisions such as 1.04.0000.
const REVISION: &str = "1.0";

const SUPPORTED: &str = "Supported";

/// Writes the ADMX file. Identifiers are letters, digits and `_`; nothing holds a control character but the line feed.
#[must_use]
pub fn definitions(template: &Template) -> Vec<u8> {
    xml::document(|xml| {
        root(xml, "policyDefinitions", |xml| {
            xml.create_element("policyNamespaces").write_inner_content(|xml| {
                empty(xml, "target", &[("prefix", &template.prefix), ("namespace", &template.namespace)])
            })?;
            empty(xml, "resources", &[("minRequiredRevision", REVISION)])?;
            xml.create_element("supportedOn").write_inner_content(|xml| {
                xml.create_element("definitions").write_inner_content(|xml| {
                    empty(xml, "definition", &[("name", SUPPORTED), ("displayName", &string(SUPPORTED))])
                })?;
                Ok(())
            })?;
            xml.create_element("categories").write_inner_content(|xml| {
                let id = &template.category.id;
                empty(xml, "category", &[("name", id), ("displayName", &string(id))])
            })?;
            xml.create_element("policies").write_inner_content(|xml| {
                template.policies.iter().try_for_each(|policy| definition(xml, policy, &template.category.id))
            })?;
            Ok(())
        })
    })
}

fn definition(xml: &mut Xml, policy: &Policy, category: &str) -> std::io::Result<()> {
    xml.create_element("policy")
        .with_attributes([
            ("name", policy.id.as_str()),
            ("class", "Machine"),
            ("displayName", &string(&policy.id)),
            ("explainText", &string(&explanation_id(policy))),
            ("presentation", &format!("$(presentation.{})", policy.id)),
            ("key", &policy.key),
        ])
        .write_inner_content(|xml| {
            empty(xml, "parentCategory", &[("ref", category)])?;
            empty(xml, "supportedOn", &[("ref", SUPPORTED)])?;
            xml.create_element("elements").write_inner_content(|xml| {
                let id = policy.list_id();
                empty(xml, "multiText", &[("id", &id), ("valueName", &policy.value_name), ("required", "true")])
            })?;
            Ok(())
        })?;
    Ok(())
}

/// Writes the English ADML file.
#[must_use]
pub fn resources(template: &Template) -> Vec<u8> {
    xml::document(|xml| {
        root(xml, "policyDefinitionResources", |xml| {
            xml::text(xml, "displayName", &template.category.name)?;
            xml::text(xml, "description", &template.category.name)?;
            xml.create_element("resources").write_inner_content(|xml| {
                xml.create_element("stringTable").write_inner_content(|xml| {
                    entry(xml, SUPPORTED, &template.supported_on)?;
                    entry(xml, &template.category.id, &template.category.name)?;
                    for policy in &template.policies {
                        entry(xml, &policy.id, &policy.name)?;
                        entry(xml, &explanation_id(policy), &policy.explanation)?;
                    }
                    Ok(())
                })?;
                xml.create_element("presentationTable").write_inner_content(|xml| {
                    template.policies.iter().try_for_each(|policy| presentation(xml, policy))
                })?;
                Ok(())
            })?;
            Ok(())
        })
    })
}

fn presentation(xml: &mut Xml, policy: &Policy) -> std::io::Result<()> {
    xml.create_element("presentation").with_attribute(("id", policy.id.as_str())).write_inner_content(|xml| {
        // The box itself has no caption.
        xml::text(xml, "text", &policy.label)?;
        empty(xml, "multiTextBox", &[("refId", &policy.list_id()), ("defaultHeight", "5")])
    })?;
    Ok(())
}

fn explanation_id(policy: &Policy) -> String {
    format!("{}_Explain", policy.id)
}

fn string(id: &str) -> String {
    format!("$(string.{id})")
}

fn root(xml: &mut Xml, name: &str, body: impl FnOnce(&mut Xml) -> std::io::Result<()>) -> std::io::Result<()> {
    let attributes = [("xmlns", NAMESPACE), ("revision", REVISION), ("schemaVersion", "1.0")];
    xml.create_element(name).with_attributes(attributes).write_inner_content(body)?;
    Ok(())
}

fn empty(xml: &mut Xml, name: &str, attributes: &[(&str, &str)]) -> std::io::Result<()> {
    xml.create_element(name).with_attributes(attributes.iter().copied()).write_empty()?;
    Ok(())
}

fn entry(xml: &mut Xml, id: &str, text: &str) -> std::io::Result<()> {
    xml.create_element("string")
        .with_attribute(("id", id))
        .write_text_content(quick_xml::events::BytesText::new(text))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn template() -> Template {
        Template {
            namespace: "Contoso.Policies.Example".to_owned(),
            prefix: "example".to_owned(),
            category: Category { id: "Cat_Example".to_owned(), name: "Example <1>".to_owned() },
            supported_on: "Example 4.34 & newer".to_owned(),
            policies: vec![Policy {
                id: "AllowedThings".to_owned(),
                name: "Allowed things".to_owned(),
                explanation: "First line.\nSecond line.".to_owned(),
                label: "One thing a line:".to_owned(),
                key: r"SOFTWARE\Policies\Example".to_owned(),
                value_name: "allowedThings".to_owned(),
            }],
        }
    }

    #[test]
    fn a_policy_names_its_value() {
        let expected = r#"<?xml version="1.0" encoding="utf-8"?>
<policyDefinitions xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="1.0" schemaVersion="1.0">
  <policyNamespaces>
    <target prefix="example" namespace="Contoso.Policies.Example"/>
  </policyNamespaces>
  <resources minRequiredRevision="1.0"/>
  <supportedOn>
    <definitions>
      <definition name="Supported" displayName="$(string.Supported)"/>
    </definitions>
  </supportedOn>
  <categories>
    <category name="Cat_Example" displayName="$(string.Cat_Example)"/>
  </categories>
  <policies>
    <policy name="AllowedThings" class="Machine" displayName="$(string.AllowedThings)" explainText="$(string.AllowedThings_Explain)" presentation="$(presentation.AllowedThings)" key="SOFTWARE\Policies\Example">
      <parentCategory ref="Cat_Example"/>
      <supportedOn ref="Supported"/>
      <elements>
        <multiText id="AllowedThings_List" valueName="allowedThings" required="true"/>
      </elements>
    </policy>
  </policies>
</policyDefinitions>
"#;
        let written = String::from_utf8(definitions(&template())).expect("XML is UTF-8");
        assert_eq!(written, expected.replace('\n', "\r\n"));
    }

    #[test]
    fn texts_are_escaped_and_keep_their_lines() {
        let written = String::from_utf8(resources(&template())).expect("XML is UTF-8");
        assert!(written.contains(">Example &lt;1&gt;<"));
        assert!(written.contains(">Example 4.34 &amp; newer<"));
        assert!(written.contains(">First line.\r\nSecond line.<"));
    }

    #[test]
    fn every_reference_is_resolved() {
        let definitions = String::from_utf8(definitions(&template())).expect("XML is UTF-8");
        let resources = String::from_utf8(resources(&template())).expect("XML is UTF-8");
        let between = |text: &str, open: &str, close: char| -> BTreeSet<String> {
            text.split(open).skip(1).filter_map(|rest| rest.split_once(close)).map(|(id, _)| id.to_owned()).collect()
        };
        assert_eq!(between(&definitions, "$(string.", ')'), between(&resources, "<string id=\"", '"'));
        assert_eq!(between(&definitions, "$(presentation.", ')'), between(&resources, "<presentation id=\"", '"'));
        assert_eq!(between(&definitions, "<multiText id=\"", '"'), between(&resources, " refId=\"", '"'));
        assert_eq!(
            between(&definitions, "<supportedOn ref=\"", '"'),
            between(&definitions, "<definition name=\"", '"')
        );
        assert_eq!(
            between(&definitions, "<parentCategory ref=\"", '"'),
            between(&definitions, "<category name=\"", '"')
        );
    }
}
