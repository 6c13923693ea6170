//! LGPO text, which `LGPO.exe` of Microsoft's Security Compliance Toolkit applies to the local policy of one machine.
//!
//! Records of four lines with an empty line after each: `Computer`, the key without its hive, the value's name, and what
//! to do. The strings of a list stand behind each other with `\0` (a backslash and a zero) between them. A line that
//! starts with `;` is a comment. `LGPO.exe /t FILE` applies the file, `/r FILE /w registry.pol` converts it.
//! <https://learn.microsoft.com/en-us/windows/security/operating-system-security/device-management/windows-security-configuration-framework/security-compliance-toolkit-10>

use super::registry::RegistryValue;

/// Puts every list in place. Nothing holds a control character, and no string holds a backslash.
#[must_use]
pub fn set(values: &[RegistryValue]) -> String {
    values.iter().map(|value| record(value, &format!("MULTISZ:{}", value.strings.join("\\0")))).collect()
}

/// Takes every list away, whatever it holds by then.
#[must_use]
pub fn delete(values: &[RegistryValue]) -> String {
    values.iter().map(|value| record(value, "DELETE")).collect()
}

fn record(value: &RegistryValue, action: &str) -> String {
    format!("Computer\r\n{}\r\n{}\r\n{action}\r\n\r\n", value.key, value.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_four_lines() {
        let value = RegistryValue {
            key: r"SOFTWARE\Policies\Example".to_owned(),
            name: "list".to_owned(),
            strings: vec!["a".to_owned(), "b".to_owned()],
        };
        let values = [value];
        assert_eq!(set(&values), "Computer\r\nSOFTWARE\\Policies\\Example\r\nlist\r\nMULTISZ:a\\0b\r\n\r\n");
        assert_eq!(delete(&values), "Computer\r\nSOFTWARE\\Policies\\Example\r\nlist\r\nDELETE\r\n\r\n");
    }
}
