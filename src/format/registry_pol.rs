//! `Registry.pol`, the file in which a Group Policy Object carries registry values.
//!
//! `PReg`, the version 1, then records without padding: `[key;name;type;size;data]`. Brackets and semicolons are UTF-16LE,
//! key and name end with a NUL, type and size are 32-bit, all little-endian. The key has no hive: the half of the GPO that
//! the file lies in decides it. Deletions are values with special names.
//! <https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-gpreg/5c092c22-bf6b-4e7f-b180-b20743d368f5>

use super::{
    registry::{Change, Data},
    utf16,
};

const SIGNATURE: &[u8; 4] = b"PReg";
const VERSION: u32 = 1;

/// Before the name of a value that is to be deleted.
const DELETE_VALUE: &str = "**del.";

/// A value whose text names the subkeys to delete, `;` between them.
const DELETE_KEYS: &str = "**DeleteKeys";

/// A value whose text names the values to delete, `;` between them.
const DELETE_VALUES: &str = "**DeleteValues";

/// No key of any program is this long, and each of its values is read with a copy of it.
const LONGEST_KEY: usize = 1024;

/// Writes the changes, in order. Keys and names hold no NUL, data is at most 65535 bytes, and the last part of a key that
/// is to be deleted has a parent and holds no `;`.
#[must_use]
pub fn write(changes: &[Change]) -> Vec<u8> {
    let mut file = SIGNATURE.to_vec();
    file.extend(VERSION.to_le_bytes());
    for change in changes {
        match change {
            Change::Set { key, name, data } => record(&mut file, key, name, data),
            // Windows itself gives these a text of one blank.
            Change::DeleteValue { key, name } => {
                record(&mut file, key, &format!("{DELETE_VALUE}{name}"), &Data::String(" ".to_owned()));
            }
            Change::DeleteKey { key } => {
                let (parent, last) = key.rsplit_once('\\').unwrap_or(("", key));
                record(&mut file, parent, DELETE_KEYS, &Data::String(last.to_owned()));
            }
        }
    }
    file
}

fn record(file: &mut Vec<u8>, key: &str, name: &str, data: &Data) {
    let bytes = data.bytes();
    let size = u32::try_from(bytes.len()).expect("registry data is far below 4 GiB");
    for part in [
        &utf16::encode(&format!("[{key}\0;{name}\0;"))[..],
        &data.kind().to_le_bytes(),
        &utf16::encode(";"),
        &size.to_le_bytes(),
        &utf16::encode(";"),
        &bytes,
        &utf16::encode("]"),
    ] {
        file.extend_from_slice(part);
    }
}

/// Why a file could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// Does not open with `PReg` and version 1.
    NotRegistryPol,
    /// A record that breaks off or is not put together as it should be; it starts at this byte.
    Record(usize),
}

/// Reads every change. Special names without a meaning here, such as `**delvals.` and `**soft.`, are values of that name.
///
/// # Errors
///
/// The first thing that is not as the format says.
pub fn parse(bytes: &[u8]) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    each(bytes, &mut |change| changes.push(change))?;
    Ok(changes)
}

/// The same, one change after the other: one record of a hostile file can delete a great many values.
///
/// # Errors
///
/// The first thing that is not as the format says.
pub fn each(bytes: &[u8], visit: &mut dyn FnMut(Change)) -> Result<(), Error> {
    let header = [&SIGNATURE[..], &VERSION.to_le_bytes()].concat();
    let mut rest = bytes.strip_prefix(&header[..]).ok_or(Error::NotRegistryPol)?;
    while !rest.is_empty() {
        let error = Error::Record(bytes.len() - rest.len());
        let (key, name, data);
        (key, name, data, rest) = read_record(rest).ok_or(error)?;
        if key.len() > LONGEST_KEY {
            return Err(error);
        }
        meaning(key, name, data, visit);
    }
    Ok(())
}

fn meaning(key: String, name: String, data: Data, visit: &mut dyn FnMut(Change)) {
    let special = |prefix: &str| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if special(DELETE_VALUE) {
        return visit(Change::DeleteValue { key, name: name[DELETE_VALUE.len()..].to_owned() });
    }
    if let Data::String(list) = &data {
        let names = list.split(';').map(str::to_owned);
        if name.eq_ignore_ascii_case(DELETE_VALUES) {
            return names.for_each(|name| visit(Change::DeleteValue { key: key.clone(), name }));
        }
        if name.eq_ignore_ascii_case(DELETE_KEYS) {
            let parent = if key.is_empty() { key } else { key + "\\" };
            return names.for_each(|name| visit(Change::DeleteKey { key: format!("{parent}{name}") }));
        }
    }
    visit(Change::Set { key, name, data });
}

fn read_record(bytes: &[u8]) -> Option<(String, String, Data, &[u8])> {
    let (key, rest) = terminated(expect(bytes, '[')?)?;
    let (name, rest) = terminated(expect(rest, ';')?)?;
    let (kind, rest) = number(expect(rest, ';')?)?;
    let (size, rest) = number(expect(rest, ';')?)?;
    let (data, rest) = expect(rest, ';')?.split_at_checked(usize::try_from(size).ok()?)?;
    Some((key, name, Data::decode(kind, data), expect(rest, ']')?))
}

fn expect(bytes: &[u8], character: char) -> Option<&[u8]> {
    bytes.strip_prefix(&utf16::encode(character.encode_utf8(&mut [0; 4]))[..])
}

fn terminated(bytes: &[u8]) -> Option<(String, &[u8])> {
    let end = bytes.as_chunks::<2>().0.iter().position(|unit| *unit == [0, 0])? * 2;
    Some((utf16::decode(&bytes[..end])?, &bytes[end + 2..]))
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_le_bytes(*number), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::registry::{RegistryValue, arbitrary};
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    fn golden() -> Vec<u8> {
        let value = RegistryValue {
            key: r"Software\Policies\Docker\Docker Desktop".to_owned(),
            name: "allowedOrgs".to_owned(),
            strings: vec!["acme".to_owned(), "acme-labs".to_owned()],
        };
        write(&[Change::set(&value)])
    }

    /// Made by another writer of the format; its bytes were read back by Samba.
    #[test]
    fn a_list_gives_the_golden_bytes() {
        let file = golden();
        assert_eq!(file.len(), 164);
        let digest = Sha256::digest(&file).iter().fold(String::new(), |digest, byte| digest + &format!("{byte:02x}"));
        assert_eq!(digest, "c0afb43a76586338dbf285ae34fc232756df70d34eba165b287d8a43708ab2fd");
    }

    #[test]
    fn deletions_are_values_with_special_names() {
        let record = |name: &str, text: &str| {
            let mut file = [&SIGNATURE[..], &VERSION.to_le_bytes()].concat();
            record(&mut file, r"A\B", name, &Data::String(text.to_owned()));
            file
        };
        let value = |name: &str| Change::DeleteValue { key: r"A\B".to_owned(), name: name.to_owned() };
        let key = |key: &str| Change::DeleteKey { key: key.to_owned() };
        assert_eq!(write(&[value("x")]), record("**del.x", " "));
        assert_eq!(write(&[key(r"A\B\C")]), record("**DeleteKeys", "C"));
        assert_eq!(parse(&record("**DEL.x", "")), Ok(vec![value("x")]));
        assert_eq!(parse(&record("**deletevalues", "x;y")), Ok(vec![value("x"), value("y")]));
        assert_eq!(parse(&record("**DeleteKeys", "C;D")), Ok(vec![key(r"A\B\C"), key(r"A\B\D")]));
    }

    #[test]
    fn a_file_that_breaks_off_or_lies_about_a_size_is_refused() {
        let file = golden();
        for end in 9..file.len() {
            assert_eq!(parse(&file[..end]), Err(Error::Record(8)), "{end}");
        }
        for end in 0..8 {
            assert_eq!(parse(&file[..end]), Err(Error::NotRegistryPol), "{end}");
        }
        let size = file.len() - 2 - 32 - 2 - 4;
        for lie in [0, 31, 33, u32::MAX] {
            let mut file = file.clone();
            file[size..size + 4].copy_from_slice(&lie.to_le_bytes());
            assert_eq!(parse(&file), Err(Error::Record(8)), "{lie}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(changes in proptest::collection::vec(arbitrary::change(), 0..6)) {
            let changes: Vec<_> = changes
                .into_iter()
                .map(|change| match change {
                    Change::DeleteKey { key } => Change::DeleteKey { key: format!("K\\{}", key.replace([';', '\\'], "")) },
                    change => change,
                })
                .collect();
            prop_assert_eq!(parse(&write(&changes)), Ok(changes));
        }

        #[test]
        fn no_file_makes_the_reader_panic(at in 0_usize..164, byte: u8, extra in proptest::collection::vec(any::<u8>(), 0..9)) {
            let mut file = golden();
            file[at] = byte;
            file.extend(extra);
            let _ = parse(&file);
        }
    }
}
