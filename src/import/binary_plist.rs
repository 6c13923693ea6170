//! Property lists in Apple's binary form, `bplist00`.
//!
//! Values lie in any order and refer to each other by number, so that a small file can stand for an endless one: twenty
//! arrays, each of which holds the next one twice, are a million values. That is why this is read here, with a bound on
//! what comes out, and not by the `plist` crate, which has none.
//! The form is described in Apple's `CFBinaryPList.c`: eight bytes of header, the values, the table of their offsets, and a
//! trailer of 32 bytes that says where the table is and how wide its numbers are.

use plist::{Date, Dictionary, Integer, Value};

use super::tree::{DEEPEST, MOST};

pub(super) const SIGNATURE: &[u8] = b"bplist00";

const TRAILER: usize = 32;

/// The value of a file; `None` when it is damaged, or larger than any profile.
pub(super) fn read(bytes: &[u8]) -> Option<Value> {
    let trailer = bytes.strip_prefix(SIGNATURE)?.last_chunk::<TRAILER>()?;
    let number = |at: usize| number(&trailer[at..at + 8]);
    let (count, top, table) = (number(8)?, number(16)?, number(24)?);
    let (width, reference) = (usize::from(trailer[6]), usize::from(trailer[7]));
    if !(1..=8).contains(&width) || !(1..=8).contains(&reference) {
        return None;
    }
    let table = bytes.get(table..table.checked_add(count.checked_mul(width)?)?)?;
    File { bytes, table, width, reference, left: MOST }.value(top, 0)
}

struct File<'a> {
    bytes: &'a [u8],
    table: &'a [u8],
    /// Bytes of an offset.
    width: usize,
    /// Bytes of the number of a value.
    reference: usize,
    /// How many more values may come out.
    left: usize,
}

impl File<'_> {
    fn value(&mut self, index: usize, depth: usize) -> Option<Value> {
        self.left = self.left.checked_sub(1)?;
        if depth > DEEPEST {
            return None;
        }
        let at = index.checked_mul(self.width)?;
        let offset = number(self.table.get(at..at.checked_add(self.width)?)?)?;
        let (marker, rest) = self.bytes.get(offset..)?.split_first()?;
        let (kind, low) = (marker >> 4, marker & 0x0F);
        match (kind, low) {
            (0x0, 0x8) => return Some(Value::Boolean(false)),
            (0x0, 0x9) => return Some(Value::Boolean(true)),
            (0x1, 0..=3) => return Some(Value::Integer(integer(rest.get(..1 << low)?)?)),
            (0x2, 2) => return Some(Value::Real(f32::from_be_bytes(*rest.first_chunk()?).into())),
            (0x2, 3) => return Some(Value::Real(f64::from_be_bytes(*rest.first_chunk()?))),
            // What day it is matters to nobody here.
            (0x3, 3) => return Some(Value::Date(Date::from(std::time::SystemTime::UNIX_EPOCH))),
            _ => {}
        }
        let (length, rest) = match low {
            0x0F => {
                let (marker, rest) = rest.split_first()?;
                let width = 1_usize << (marker & 0x0F).min(4);
                ((marker >> 4 == 0x1).then(|| number(rest.get(..width)?))??, &rest[width..])
            }
            length => (usize::from(length), rest),
        };
        match kind {
            0x4 => Some(Value::Data(rest.get(..length)?.to_vec())),
            0x5 => String::from_utf8(rest.get(..length)?.to_vec()).ok().map(Value::String),
            0x6 => {
                let units = rest.get(..length.checked_mul(2)?)?.as_chunks::<2>().0;
                let units: Vec<u16> = units.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
                String::from_utf16(&units).ok().map(Value::String)
            }
            0xA => {
                let items = self.references(rest, length)?;
                items.into_iter().map(|item| self.value(item, depth + 1)).collect::<Option<_>>().map(Value::Array)
            }
            0xD => {
                let references = self.references(rest, length.checked_mul(2)?)?;
                let (keys, values) = references.split_at(length);
                let mut dictionary = Dictionary::new();
                for (&key, &value) in keys.iter().zip(values) {
                    let Value::String(key) = self.value(key, depth + 1)? else { return None };
                    dictionary.insert(key, self.value(value, depth + 1)?);
                }
                Some(Value::Dictionary(dictionary))
            }
            _ => None,
        }
    }

    fn references(&self, bytes: &[u8], count: usize) -> Option<Vec<usize>> {
        if count > MOST {
            return None;
        }
        bytes.get(..count * self.reference)?.chunks(self.reference).map(number).collect()
    }
}

/// A number, largest byte first.
fn number(bytes: &[u8]) -> Option<usize> {
    bytes.iter().try_fold(0_usize, |number, byte| number.checked_mul(256)?.checked_add(usize::from(*byte)))
}

/// Only eight bytes have a sign.
fn integer(bytes: &[u8]) -> Option<Integer> {
    match bytes.first_chunk::<8>() {
        Some(bytes) => Some(i64::from_be_bytes(*bytes).into()),
        None => number(bytes).and_then(|number| i64::try_from(number).ok()).map(Integer::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(value: &Value) -> Vec<u8> {
        let mut bytes = Vec::new();
        value.to_writer_binary(&mut bytes).expect("a property list");
        bytes
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::Boolean),
            any::<i64>().prop_map(|number| Value::Integer(number.into())),
            "[ -~]{0,20}|.{0,20}".prop_map(Value::String),
            (-1e9..1e9).prop_map(Value::Real),
            proptest::collection::vec(any::<u8>(), 0..20).prop_map(Value::Data),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
                proptest::collection::btree_map("[a-z]{1,20}", inner, 0..5)
                    .prop_map(|entries| Value::Dictionary(entries.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn a_file_that_stands_for_millions_of_values_is_refused() {
        // 25 arrays of one byte each for their marker and two for what they hold, which is the next one twice.
        let mut file = SIGNATURE.to_vec();
        let mut offsets = Vec::new();
        for level in 0..25_u8 {
            offsets.push(u8::try_from(file.len()).expect("short"));
            file.extend([0xA2, level + 1, level + 1]);
        }
        offsets.push(u8::try_from(file.len()).expect("short"));
        file.push(0x09);
        let table = file.len() as u64;
        file.extend(&offsets);
        file.extend([0, 0, 0, 0, 0, 0, 1, 1]);
        for number in [offsets.len() as u64, 0, table] {
            file.extend(number.to_be_bytes());
        }
        assert_eq!(read(&file), None);
        // The same with one that holds itself.
        file[9] = 0;
        assert_eq!(read(&file), None);
    }

    proptest! {
        #[test]
        fn what_the_plist_crate_writes_is_read(value in value()) {
            prop_assert_eq!(read(&written(&value)), Some(value));
        }

        #[test]
        fn no_bytes_make_the_reader_panic(value in value(), at: prop::sample::Index, byte: u8, end: prop::sample::Index) {
            let mut bytes = written(&value);
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = read(&bytes);
            bytes.truncate(end.index(bytes.len()));
            let _ = read(&bytes);
        }
    }
}
