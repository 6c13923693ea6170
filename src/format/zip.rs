//! ZIP archives whose members are stored and not compressed, without dates: nothing but names and bytes decides the result.
//! <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>

/// 1980-01-01 00:00, the earliest that the format can say: the time, then the date.
const EPOCH: [u16; 2] = [0, 0x0021];

/// The oldest reader that suffices: 1.0, as for every stored member.
const VERSION: u16 = 10;

/// Writes the members, in order. Names are ASCII with `/`; there are fewer than 65536, below 4 GiB in all.
#[must_use]
pub(super) fn write(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for (name, bytes) in members {
        let offset = long(archive.len());
        let facts = facts(name, bytes);
        archive.extend(b"PK\x03\x04");
        archive.extend(&facts);
        archive.extend(name.as_bytes());
        archive.extend(*bytes);

        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&facts);
        // No comment, first disk, no attributes.
        directory.extend([0; 2 + 2 + 2 + 4]);
        directory.extend(offset);
        directory.extend(name.as_bytes());
    }
    let count = short(members.len());
    let (offset, size) = (long(archive.len()), long(directory.len()));
    archive.extend(directory);
    archive.extend(b"PK\x05\x06");
    archive.extend([0; 2 + 2]);
    archive.extend([count, count].concat());
    archive.extend([size, offset].concat());
    archive.extend([0; 2]);
    archive
}

/// What stands both before a member and in the directory.
fn facts(name: &str, bytes: &[u8]) -> Vec<u8> {
    let size = long(bytes.len());
    let mut facts = VERSION.to_le_bytes().to_vec();
    facts.extend([0; 2 + 2]); // no flags, stored
    facts.extend(EPOCH.map(u16::to_le_bytes).concat());
    facts.extend(checksum(bytes).to_le_bytes());
    facts.extend([size, size].concat());
    facts.extend(short(name.len()));
    facts.extend([0; 2]); // nothing extra
    facts
}

fn short(number: usize) -> [u8; 2] {
    u16::try_from(number).expect("fewer than 65536").to_le_bytes()
}

fn long(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("below 4 GiB").to_le_bytes()
}

/// CRC-32, byte by byte.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| (sum >> 8) ^ OF_BYTE[usize::from(sum.to_le_bytes()[0] ^ byte)])
}

/// What each value of a byte does to the sum.
const OF_BYTE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte: u32 = 0;
    while byte < 256 {
        let mut sum = byte;
        let mut bit = 0;
        while bit < 8 {
            sum = (sum >> 1) ^ if sum & 1 == 1 { 0xEDB8_8320 } else { 0 };
            bit += 1;
        }
        table[byte as usize] = sum;
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_every_other_program() {
        assert_eq!(checksum(b"123456789"), 0xCBF4_3926);
    }

    /// Laid out by hand, field by field of the specification.
    #[test]
    fn a_member_is_stored_behind_its_name() {
        let archive = write(&[("a/b.txt", b"hi")]);
        let facts = [10, 0, 0, 0, 0, 0, 0, 0, 0x21, 0, 0xAC, 0x2A, 0x93, 0xD8, 2, 0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 0];
        let expected = [
            &b"PK\x03\x04"[..],
            &facts,
            b"a/b.txthi",
            b"PK\x01\x02\x0A\x00",
            &facts,
            &[0; 14],
            b"a/b.txt",
            b"PK\x05\x06\0\0\0\0\x01\0\x01\0",
            &[53, 0, 0, 0, 39, 0, 0, 0, 0, 0],
        ];
        assert_eq!(archive, expected.concat());
    }

    #[test]
    fn no_members_are_an_empty_archive() {
        assert_eq!(write(&[]), [&b"PK\x05\x06"[..], &[0; 18]].concat());
    }
}
