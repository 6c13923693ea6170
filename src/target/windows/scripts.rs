//! The PowerShell scripts: one that looks, one that installs and repairs, one that removes.
//!
//! They are put together from parts, so that every channel runs the same code.

use crate::literal::{powershell, powershell_items};
use crate::resolve::Machine;
use crate::state::{File, State};
use crate::template::Template;

const PARTS: &[(&str, &str)] = &[
    ("start.ps1", include_str!("../../../templates/windows/start.ps1")),
    ("folder.ps1", include_str!("../../../templates/windows/folder.ps1")),
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

/// Takes everything away, also what only an older policy had: that is what the state wants absent.
pub(super) fn remove(machine: &Machine, registry: Registry) -> Vec<u8> {
    let state = &machine.state;
    let names = state.files.iter().map(|file| &file.path).chain(&state.absent.files);
    let values = state.registry.iter().map(|value| (value.key, value.name));
    let values = values.chain(state.absent.registry.iter().map(|value| (value.key, value.name)));
    // Where nothing comes from Group Policy, a value that is there came from a script.
    let writes = registry == Registry::Written || state.registry.is_empty();
    windows_lines(&REMOVE.fill(&[
        ("RING", powershell(&state.ring)),
        ("DIRECTORY", powershell(directory(state))),
        ("NAMES", lines(names.map(|path| name_in_folder(state, path)))),
        ("VALUES", lines(values.map(|(key, name)| name_and_key(key, name)))),
        ("WRITES_REGISTRY", truth(writes)),
    ]))
}

fn fill(machine: &Machine, registry: Registry, template: &Template) -> Vec<u8> {
    let state = &machine.state;
    let values = state.registry.iter().map(|value| {
        let strings = powershell_items(value.strings.iter().map(String::as_str));
        format!("@{{ Key = {}; Name = {}; Strings = @({strings}) }}", powershell(value.key), powershell(value.name))
    });
    let holes = [
        ("PRODUCT", powershell(state.product.name)),
        ("RING", powershell(&state.ring)),
        ("POLICY", powershell(machine.digest.short())),
        ("DIRECTORY", powershell(directory(state))),
        ("FILES", lines(state.files.iter().map(file))),
        ("REGISTRY", lines(values)),
        ("WRITES_REGISTRY", truth(registry == Registry::Written)),
        ("ABSENT_FILES", lines(state.absent.files.iter().map(|path| name_in_folder(state, path)))),
        ("ABSENT_VALUES", lines(state.absent.registry.iter().map(|value| name_and_key(value.key, value.name)))),
    ];
    windows_lines(&template.fill(&holes))
}

/// Windows reads `\r\n`; no literal spans lines, so nothing but line ends changes.
fn windows_lines(script: &str) -> Vec<u8> {
    script.replace('\n', "\r\n").into_bytes()
}

fn directory(state: &State) -> &'static str {
    state.directories.first().expect("Windows keeps the files in one folder")
}

fn name_in_folder(state: &State, path: &str) -> String {
    let name = path.strip_prefix(directory(state)).and_then(|rest| rest.strip_prefix('\\'));
    powershell(name.expect("in the folder"))
}

fn name_and_key(key: &str, name: &str) -> String {
    format!("@{{ Key = {}; Name = {} }}", powershell(key), powershell(name))
}

fn truth(truth: bool) -> String {
    if truth { "$true" } else { "$false" }.to_owned()
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
