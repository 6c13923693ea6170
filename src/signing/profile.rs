//! What is signed: a configuration profile, and nothing else.

use plist::Value;

use super::File;
use crate::format::cms;

/// The identifier of a profile; `None` when the bytes are no profile.
fn identifier(bytes: &[u8]) -> Option<String> {
    let profile = Value::from_reader(std::io::Cursor::new(bytes)).ok()?.into_dictionary()?;
    let text = |name: &str| profile.get(name).and_then(Value::as_string);
    (text("PayloadType") == Some("Configuration")).then_some(())?;
    text("PayloadIdentifier").map(str::to_owned)
}

/// Refuses what is no profile, and one that is signed.
pub(super) fn is_unsigned(file: File<'_>) -> Result<(), String> {
    if cms::content(file.bytes) != Err(cms::Unreadable::NotSigned) {
        return Err(format!("{} is signed already; sign the profile that was built", file.name));
    }
    match identifier(file.bytes) {
        Some(_) => Ok(()),
        None => {
            Err(format!("{} is no configuration profile: no property list of PayloadType Configuration", file.name))
        }
    }
}

/// Whether these bytes are the profile, or an older or newer state of it, in signed form.
pub fn is_signed_form_of(bytes: &[u8], profile: File<'_>) -> bool {
    let signed = cms::content(bytes).ok().and_then(|content| identifier(&content));
    signed.is_some() && signed == identifier(profile.bytes)
}
