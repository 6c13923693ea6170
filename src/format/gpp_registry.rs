//! `Registry.xml`, the registry values of Group Policy Preferences.
//!
//! The first item stands on the line of the root, later ones on a line of their own behind a tab: Windows writes it so.
//! A list has its strings in `Values`, and once more in one attribute with a blank between them, for display.
//! A preference stays on the machine when the policy no longer applies.
//! <https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-gppref/>

use quick_xml::Writer;

use super::{
    registry::RegistryValue,
    xml::{self, Xml},
};

/// What happens to the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Creates them or changes what they hold.
    Update,
    /// Removes them.
    Delete,
}

/// One value and the identity of its item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item<'a> {
    /// A list under `HKEY_LOCAL_MACHINE`.
    pub value: &'a RegistryValue,
    /// A GUID in upper case and braces; the same for the same item for ever.
    pub uid: &'a str,
}

const ROOT: &str = "{A3CCFC41-DFDB-43a5-8D26-0FE8B954DA51}";
const ITEM: &str = "{9CD4B2F4-923D-47f5-A062-E897DD1DAD50}";

/// Writes the file. `changed` is `YYYY-MM-DD hh:mm:ss`; nothing holds a control character.
#[must_use]
pub fn write(items: &[Item<'_>], action: Action, changed: &str) -> Vec<u8> {
    xml::written(Writer::new(Vec::new()), |xml| {
        xml::declaration(xml)?;
        xml::space(xml, "\r\n")?;
        xml.create_element("RegistrySettings").with_attribute(("clsid", ROOT)).write_inner_content(|xml| {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    xml::space(xml, "\r\n\t")?;
                }
                write_item(xml, item, action, changed)?;
            }
            xml::space(xml, "\r\n")
        })?;
        xml::space(xml, "\r\n")
    })
}

fn write_item(xml: &mut Xml, item: &Item<'_>, action: Action, changed: &str) -> std::io::Result<()> {
    let RegistryValue { key, name, strings } = item.value;
    // The editor shows the action as a picture; these are the numbers that Microsoft's cmdlets write.
    let (action, image) = match action {
        Action::Update => ("U", "2"),
        Action::Delete => ("D", "3"),
    };
    xml.create_element("Registry")
        .with_attributes([
            ("clsid", ITEM),
            ("name", name),
            ("status", name),
            ("image", image),
            ("changed", changed),
            ("uid", item.uid),
        ])
        .write_inner_content(|xml| {
            xml.create_element("Properties")
                .with_attributes([
                    ("action", action),
                    ("displayDecimal", "0"),
                    ("default", "0"),
                    ("hive", "HKEY_LOCAL_MACHINE"),
                    ("key", key),
                    ("name", name),
                    ("type", "REG_MULTI_SZ"),
                    ("value", &strings.join(" ")),
                ])
                .write_inner_content(|xml| {
                    xml.create_element("Values").write_inner_content(|xml| {
                        strings.iter().try_for_each(|string| xml::text(xml, "Value", string))
                    })?;
                    Ok(())
                })?;
            Ok(())
        })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(name: &str) -> RegistryValue {
        RegistryValue {
            key: r"SOFTWARE\Policies\Example".to_owned(),
            name: name.to_owned(),
            strings: vec!["acme".to_owned(), "acme&labs".to_owned()],
        }
    }

    #[test]
    fn items_are_laid_out_as_windows_does() {
        let (first, second) = (value("one"), value("two"));
        let items = [Item { value: &first, uid: "{A}" }, Item { value: &second, uid: "{B}" }];
        let item = |name: &str, uid: &str| {
            format!(
                "<Registry clsid=\"{{9CD4B2F4-923D-47f5-A062-E897DD1DAD50}}\" name=\"{name}\" status=\"{name}\" image=\"2\" \
                 changed=\"2026-01-01 00:00:00\" uid=\"{uid}\"><Properties action=\"U\" displayDecimal=\"0\" default=\"0\" \
                 hive=\"HKEY_LOCAL_MACHINE\" key=\"SOFTWARE\\Policies\\Example\" name=\"{name}\" type=\"REG_MULTI_SZ\" \
                 value=\"acme acme&amp;labs\"><Values><Value>acme</Value><Value>acme&amp;labs</Value></Values></Properties>\
                 </Registry>"
            )
        };
        let expected = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n\
             <RegistrySettings clsid=\"{{A3CCFC41-DFDB-43a5-8D26-0FE8B954DA51}}\">{}\r\n\t{}\r\n</RegistrySettings>\r\n",
            item("one", "{A}"),
            item("two", "{B}"),
        );
        let written = write(&items, Action::Update, "2026-01-01 00:00:00");
        assert_eq!(String::from_utf8(written), Ok(expected));
    }

    #[test]
    fn deleting_says_so_and_changes_the_picture() {
        let value = value("one");
        let written = write(&[Item { value: &value, uid: "{A}" }], Action::Delete, "2026-01-01 00:00:00");
        let written = String::from_utf8(written).expect("XML is UTF-8");
        assert!(written.contains(" image=\"3\" ") && written.contains(" action=\"D\" "));
    }
}
