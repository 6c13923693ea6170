//! The PowerShell scripts: one that looks, one that installs and repairs, one that removes.
//!
//! They are put together from parts, so that every channel runs the same code.

use crate::literal::{powershell, powershell_items};
use crate::resolve::Machine;
use crate::state::{AbsentValue, File};
use crate::template::Template;

const PARTS: &[(&str, &str)] = &[
    ("look.ps1", include_str!("../../../templates/windows/look.ps1")),
    ("lock.ps1", include_str!("../../../templates/windows/lock.ps1")),
];

const DETECT: Template = Template { text: include_str!("../../../templates/windows/detect.ps1"), parts: PARTS };
const INSTALL: Template = Template { text: include_str!("../../../templates/windows/install.ps1"), parts: PARTS };
const REMOVE: Template = Template { text: include_str!("../../../templates/windows/remove.ps1"), parts: PARTS };

/// Who writes the registry values: the script, or Group Policy, with the script only looking.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Registry {
    Written,
    Watched,
}

/// Says whether the machine holds what the policy says.
pub(super) fn detect(machine: &Machine, registry: Registry) -> Vec<u8> {
    fill(machine, registry, &DETECT)
}

/// Puts in place what is missing or different.
pub(super) fn install(machine: &Machine, registry: Registry) -> Vec<u8> {
    fill(machine, registry, &INSTALL)
}

/// Takes everything away.
pub(super) fn remove(machine: &Machine, registry: Registry) -> Vec<u8> {
    fill(machine, registry, &REMOVE)
}

/// Windows reads `\r\n`; no literal spans lines, so nothing but line ends changes.
fn fill(machine: &Machine, registry: Registry, template: &Template) -> Vec<u8> {
    let state = &machine.state;
    let directory = state.directories.first().expect("Windows keeps the files in one folder");
    let values = state.registry.iter().map(|value| {
        let strings = powershell_items(value.strings.iter().map(String::as_str));
        format!("@{{ Key = {}; Name = {}; Strings = @({strings}) }}", powershell(value.key), powershell(value.name))
    });
    let name_in_folder =
        |path: &String| powershell(path.strip_prefix(&format!("{directory}\\")).expect("in the folder"));
    let name_and_key =
        |value: &AbsentValue| format!("@{{ Key = {}; Name = {} }}", powershell(value.key), powershell(value.name));
    let holes = [
        ("PRODUCT", powershell(state.product.name)),
        ("RING", powershell(&state.ring)),
        ("POLICY", powershell(machine.digest.short())),
        ("DIRECTORY", powershell(directory)),
        ("FILES", lines(state.files.iter().map(file))),
        ("REGISTRY", lines(values)),
        ("WRITES_REGISTRY", if registry == Registry::Written { "$true" } else { "$false" }.to_owned()),
        ("ABSENT_FILES", lines(state.absent.files.iter().map(name_in_folder))),
        ("ABSENT_VALUES", lines(state.absent.registry.iter().map(name_and_key))),
    ];
    template.fill(&holes).replace('\n', "\r\n").into_bytes()
}

/// Elements of an array, each on a line of its own.
fn lines(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.is_empty() { String::new() } else { format!("\n    {}\n", items.join(",\n    ")) }
}

/// A file as its lines, which a person can read. They are ASCII, and so is every file of a state on Windows.
fn file(file: &File) -> String {
    let text = std::str::from_utf8(&file.bytes).expect("the files are text");
    let lines = text.strip_suffix('\n').expect("the files end with a line feed").split('\n');
    let lines: Vec<String> = lines.map(|line| format!("        {}", powershell(line))).collect();
    format!("@{{ Name = {}; Lines = @(\n{}\n    ) }}", powershell(file.name()), lines.join(",\n"))
}
