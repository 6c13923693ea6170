//! What is said of one slip in a policy, which is all that is said.

use crate::policy;

const BASE: &str = "[organization]\nname = \"Northwind\"\nid = \"com.northwind\"\n\n[fleet]\noldest-version = \"4.86.0\"\n\n\
                    [sign-in]\norganizations = [\"northwind\"]\n\n[settings]\n";

/// The helps for a policy.
fn helps(text: &str) -> Vec<String> {
    let reading = policy::read("policy.toml", text.as_bytes(), &|_| Ok(Vec::new()));
    reading.findings.into_iter().map(|its| its.help.unwrap_or(its.message)).collect()
}

#[test]
fn a_damaged_header_is_known_and_its_table_is_read() {
    for (right, wrong) in [
        ("[organization]", "[#organization]"),
        ("[sign-in]", "[sign-in:]"),
        ("[sign-in]", "[sign in]"),
        ("[settings]", "[settings:]"),
        ("[settings]", "[settings}"),
        ("[settings]", "[settings/]"),
        ("[fleet]", "(fleet)"),
        ("[fleet]", "{fleet}"),
        ("[fleet]", "<fleet>"),
        ("[fleet]", "fleet:"),
        ("[fleet]", "“[fleet]”"),
        ("[fleet]", "\\[fleet]"),
        ("[fleet]", "x[fleet]"),
        ("[fleet]", "- [fleet]"),
    ] {
        assert_eq!(helps(&BASE.replace(right, wrong)), [format!("write `{right}`")], "{wrong}");
    }
    for (right, wrong, entry) in [
        ("[settings.proxy]", "[settings.proxy}", "mode = 5"),
        ("[settings.proxy]", "[settings,proxy]", "mode = 5"),
        ("[settings.proxy]", "[settings/proxy]", "mode = 5"),
        ("[settings.linuxVM]", "[settings.linux VM]", "wslEngineEnabled = 5"),
        ("[rings.a.settings]", "[rings]a.settings]", "analyticsEnabled = 5"),
    ] {
        let said = helps(&format!("{BASE}\n{wrong}\n{entry}\n"));
        assert_eq!(said.len(), 2, "{wrong}: {said:?}");
        assert_eq!(said[0], format!("write `{right}`"));
    }
}

#[test]
fn an_assignment_of_another_language_is_known() {
    for wrong in [
        "analyticsEnabled => false",
        "analyticsEnabled := false",
        "analyticsEnabled == false",
        "analytics Enabled = false",
    ] {
        assert_eq!(helps(&format!("{BASE}{wrong}\n")), ["write `analyticsEnabled = false`"], "{wrong}");
    }
}

#[test]
fn a_bracket_before_an_entry_opens_no_table() {
    let text = format!(
        "{BASE}\n[rings.a]\n[[exceptions]]\nid = \"S-1\"\n[platform = \"macos\"\nring = \"a\"\nsettings.analyticsEnabled = true\n\
         reason = \"a\"\napproved-by = \"b\"\nexpires = 2027-01-31\n"
    );
    assert_eq!(helps(&text), ["write `platform = \"macos\"`"]);
    assert_eq!(helps(&text.replace("\"macos\"\n", "\"macos\"]\n")), ["write `platform = \"macos\"`"]);
}

#[test]
fn a_second_entry_of_a_list_is_no_clash() {
    let entry = "[[exceptions]]\nid = \"S-1\"\nplatform = \"macos\"\nring = \"a\"\nsettings.analyticsEnabled = true\n\
         reason = \"a\"\napproved-by = \"b\"\nexpires = 2027-01-31\n";
    let text =
        format!("{BASE}\n[rings.a]\n{entry}\n{}", entry.replace("exceptions", "exception").replace("S-1", "S-2"));
    assert_eq!(helps(&text), ["did you mean `exceptions`?"]);
}

#[test]
fn a_table_that_is_a_list_wants_one_bracket() {
    for header in ["[settings.proxy]", "[settings]", "[rings.a]", "[fleet]", "[rings]"] {
        let text = if BASE.contains(header) {
            BASE.replace(header, &format!("[{header}]"))
        } else {
            format!("{BASE}\n[{header}]\n")
        };
        assert_eq!(helps(&text), [format!("write `{header}`, with one bracket on each side")], "{header}");
    }
}

#[test]
fn each_text_in_wrong_quotes_is_told() {
    let several = "[\"C:\\work\", \"D:\\users\", \"E:\\w\\x\"]";
    let said = helps(&format!("{BASE}filesharingAllowedDirectories = {several}\n"));
    assert_eq!(said.len(), 3, "{said:?}");
    let said = helps(&format!("{BASE}filesharingAllowedDirectories = [“/a”, “/b”]\n"));
    assert_eq!(said, ["write `\"/a\"`", "write `\"/b\"`"]);
}

#[test]
fn a_misspelt_word_without_quotes_becomes_the_one_that_was_meant() {
    for (wrong, right) in [
        ("analyticsEnabled = fals", "false"),
        ("analyticsEnabled = ture", "true"),
        ("analyticsEnabled = { locked = true, value = ture }", "true"),
        ("proxy.mode = sytem", "\"system\""),
        ("proxy.http = ture", "\"ture\""),
    ] {
        assert_eq!(helps(&format!("{BASE}{wrong}\n")), [format!("write `{right}`")], "{wrong}");
    }
}

#[test]
fn several_entries_in_a_line_get_a_line_each() {
    let right = "write `analyticsEnabled = true` and `extensionsEnabled = false`, each on a line of its own";
    for wrong in [
        "analyticsEnabled = true extensionsEnabled = false",
        "analyticsEnabled = true; extensionsEnabled = false",
        "analyticsEnabled = true, extensionsEnabled = false",
        "analyticsEnabled = true,extensionsEnabled = false;",
        "\"analyticsEnabled\" : true, \"extensionsEnabled\" : false",
    ] {
        assert_eq!(helps(&format!("{BASE}{wrong}\n")), [right], "{wrong}");
    }
    let said = helps(&format!("{BASE}analyticsEnabled = true extensionsEnabld = false\n"));
    assert_eq!(said.len(), 2, "{said:?}");
}

#[test]
fn a_blank_of_several_bytes_before_a_name_is_no_place_to_cut() {
    for blank in ["\u{2003}", "\u{a0}", "\u{3000}\u{3000}"] {
        assert_eq!(helps(&format!("{BASE}{blank}é=f\n")).len(), 1, "{blank:?}");
        assert_eq!(helps(&format!("{BASE}{blank}é := f\n")).len(), 1, "{blank:?}");
    }
}
