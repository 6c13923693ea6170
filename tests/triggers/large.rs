//! What takes more bytes, or other bytes, than a line can show: the code, what provokes it, and what does not.

use super::case::{BASE, check};

/// The same as for the lines, for whole policies.
fn cases() -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    let text = |text: String| text.into_bytes();
    let base = |rest: &str| text(format!("{BASE}{rest}"));
    let organizations = |count: usize| {
        let names: Vec<String> = (0..count).map(|at| format!("\"organization{at:04}\"")).collect();
        text(BASE.replace("[\"contoso\"]", &format!("[{}]", names.join(", "))))
    };
    let registries = |count: usize| {
        let names: Vec<String> = (0..count).map(|at| format!("\"team{at}.azurecr.io\"")).collect();
        base(&format!("registry-access.registries = [{}]\n", names.join(", ")))
    };
    let script = |size: usize| {
        let body = "x".repeat(size);
        base(&format!(
            "settings.containersProxy.embeddedPac = 'function FindProxyForURL(u, h) {{ return \"DIRECT\"; }} /* {body} */'\n"
        ))
    };
    let level = |first: u8| text(format!("extends = [\"./level-{first}.toml\"]\n{BASE}"));
    let after = |mark: &[u8]| [mark, BASE.as_bytes()].concat();
    vec![
        ("not-utf8", after(b"# \xFF\n"), after("# \u{FF}\n".as_bytes())),
        ("not-utf8", "\u{FEFF}x = 1".encode_utf16().flat_map(u16::to_le_bytes).collect(), base("")),
        ("utf8-bom", after(b"\xEF\xBB\xBF"), base("")),
        ("too-large", base(&format!("# {}\n", "x".repeat(5 << 20))), base(&format!("# {}\n", "x".repeat(3 << 20)))),
        ("extends-too-deep", level(1), level(12)),
        ("org-list-too-long", organizations(2000), organizations(1000)),
        ("registry-list-long", registries(100), registries(99)),
        ("script-too-large", script(170 << 10), script(10 << 10)),
    ]
}

/// The codes that are shown here.
pub(crate) fn codes() -> impl Iterator<Item = &'static str> {
    cases().into_iter().map(|(code, ..)| code)
}

#[test]
fn what_no_line_can_show_is_found_too() {
    for (code, broken, mended) in cases() {
        let finds = |bytes: &[u8]| check(bytes).findings.iter().any(|finding| finding.code.name == code);
        assert_eq!((finds(&broken), finds(&mended)), (true, false), "{code}");
    }
}
