//! Munki: a package without payload, whose check and script are ours.
//!
//! [`nopkg` items](https://github.com/munki/munki/wiki/Pkginfo-Files)

use plist::{Dictionary, Value};

use crate::bundle::Artifact;
use crate::format::property_list;
use crate::resolve::{Machine, Plan};
use crate::target::scripts;
use crate::template::Template;

/// Munki asks the other way round: 0 means that there is something to install.
const INSTALL_CHECK: Template =
    Template { text: include_str!("../../../templates/macos/munki/installcheck.sh"), parts: scripts::PARTS };

/// The pkginfo.
pub(in crate::target) fn emit(_: &Plan, machine: &Machine) -> Vec<Artifact> {
    let state = &machine.state;
    let name = format!("{}-policy-{}", state.product.slug, state.ring);
    let keys: [(&str, Value); 13] = [
        ("autoremove", false.into()),
        ("catalogs", Value::Array(vec!["testing".into()])),
        (
            "description",
            format!("{} policy, ring={} policy={}.", state.product.name, state.ring, machine.digest.short()).into(),
        ),
        ("display_name", format!("{} policy ({})", state.product.name, state.ring).into()),
        ("installcheck_script", scripts::audit(machine, &INSTALL_CHECK).into()),
        ("installer_type", "nopkg".into()),
        ("minimum_os_version", "12.0".into()),
        ("name", name.clone().into()),
        ("postinstall_script", scripts::install(machine).into()),
        ("unattended_install", true.into()),
        ("uninstall_method", "uninstall_script".into()),
        ("uninstall_script", scripts::remove(machine).into()),
        // Munki compares versions only to choose between items; whether to run is the check's answer.
        ("version", "1.0".into()),
    ];
    let mut info: Dictionary = keys.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    info.insert("uninstallable".into(), true.into());
    vec![Artifact::new(
        format!("munki/{name}.plist"),
        property_list::xml(&Value::Dictionary(info)),
        "Copy to `pkgsinfo/` of the repository, run `makecatalogs`, add the name to the manifest of the ring. It is in the catalog `testing`: move it on when the pilot is good. The profile goes by your MDM.",
    )]
}
