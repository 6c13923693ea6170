//! What is said of slips when a policy is read, each with all that is said: a file of `slips/` for each kind.
//!
//! A case is some lines after [`BASE`], up to a line `---`. After ` ~ ` a line has the code and the help of each finding
//! that begins in it, in order; there are no others. A line that begins with `# ` is about what follows.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

use std::fs;
use std::path::Path;

use stanchion::policy;

/// What a policy must have.
const BASE: &str = r#"organization = { name = "Northwind", id = "com.northwind" }
fleet.oldest-version = "4.86.0"
sign-in.organizations = ["northwind"]
"#;

/// What stands between a line and what is said of it, and between that and what is said besides.
const SAID: &str = " ~ ";

/// The findings about a case, each as the number of its line, its code and its help.
fn findings(case: &str) -> Vec<(usize, String)> {
    let before = BASE.lines().count();
    let reading = policy::read("policy.toml", format!("{BASE}{case}").as_bytes(), &|_| Ok(Vec::new()));
    let said = reading.findings.iter().map(|finding| {
        let line = reading.sources.positions(finding.primary.span).0.line;
        let help = finding.help.as_deref().unwrap_or(&finding.message);
        (line.saturating_sub(before), format!("{} {help}", finding.code.name))
    });
    said.collect()
}

#[test]
fn all_is_said_of_each_slip_and_nothing_else() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/slips");
    let entries = fs::read_dir(&folder).expect("the cases are there");
    let mut wrong = Vec::new();
    for path in entries.map(|entry| entry.expect("readable").path()) {
        let text = fs::read_to_string(&path).expect("readable");
        let lines = text.lines().filter(|line| !line.starts_with("# ")).collect::<Vec<_>>();
        for case in lines.split(|line| *line == "---") {
            let (mut policy, mut expected) = (String::new(), Vec::new());
            for (number, line) in case.iter().enumerate() {
                let mut parts = line.split(SAID);
                policy += parts.next().unwrap_or_default().trim_end();
                policy += "\n";
                expected.extend(parts.map(|said| (number + 1, said.trim().to_owned())));
            }
            let found = findings(&policy);
            if found != expected {
                let name = path.file_name().unwrap_or_default().display();
                let list = |said: &[(usize, String)]| {
                    said.iter().map(|(line, said)| format!("  {line} ~ {said}\n")).collect::<String>()
                };
                wrong.push(format!("{name}:\n{policy}expected\n{}found\n{}", list(&expected), list(&found)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
