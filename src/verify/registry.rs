//! Reads values of the running Windows from its `reg.exe`.
#![expect(clippy::disallowed_methods, reason = "the probe of `verify` asks the registry")]

use std::io;

/// By its whole path: a bare name is looked for beside our own program first.
const REG: &str = r"C:\Windows\System32\reg.exe";

/// Type and strings of a value below `HKEY_LOCAL_MACHINE`; `None` when there is none.
pub(super) fn query(key: &str, name: &str) -> io::Result<Option<(String, Vec<String>)>> {
    let key = format!(r"HKLM\{key}");
    let output = std::process::Command::new(REG).args(["query", &key, "/v", name, "/reg:64"]).output()?;
    Ok(parse(&String::from_utf8_lossy(&output.stdout), name).filter(|_| output.status.success()))
}

/// `    name    TYPE    first\0second`, as `reg.exe query` prints it.
fn parse(output: &str, name: &str) -> Option<(String, Vec<String>)> {
    let rest = output.lines().find_map(|line| line.trim().strip_prefix(name))?;
    let (kind, data) = rest.trim().split_once(char::is_whitespace)?;
    Some((kind.to_owned(), data.trim().split(r"\0").map(str::to_owned).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reg_exe_prints_is_read() {
        let output = "\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Docker\\Docker Desktop\r\n    allowedOrgs    REG_MULTI_SZ    acme\\0acme-labs\r\n\r\n";
        let strings = vec!["acme".to_owned(), "acme-labs".to_owned()];
        assert_eq!(parse(output, "allowedOrgs"), Some(("REG_MULTI_SZ".to_owned(), strings)));
        assert_eq!(parse("ERROR: nothing", "allowedOrgs"), None);
    }
}
