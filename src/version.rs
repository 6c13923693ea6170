//! Docker Desktop versions: `major.minor` or `major.minor.patch`, each number as Docker writes it, and nothing else.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

/// A Docker Desktop version such as 4.60.0. A missing patch number is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    major: u16,
    minor: u16,
    patch: u16,
}

impl Version {
    /// The version `major.minor.0`.
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor, patch: 0 }
    }
}

/// There was no Docker Desktop 1 for organizations, and 4.x has lasted since 2021: more than one digit is a slip.
const MAJORS: std::ops::RangeInclusive<u16> = 2..=9;

/// At the pace of 2026, some 45 a year, a higher one is years away; what is typed is `4.860` for 4.86.0.
const MINORS: std::ops::RangeInclusive<u16> = 0..=399;

/// The text is not a version.
#[derive(Debug, PartialEq, Eq)]
pub struct NotAVersion;

impl FromStr for Version {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let mut numbers = text.split('.').map(|part| {
            let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            if digits && (part == "0" || !part.starts_with('0')) {
                part.parse().map_err(|_| NotAVersion)
            } else {
                Err(NotAVersion)
            }
        });
        let major = numbers.next().ok_or(NotAVersion)??;
        let minor = numbers.next().ok_or(NotAVersion)??;
        let patch = numbers.next().unwrap_or(Ok(0))?;
        if numbers.next().is_some() || !MAJORS.contains(&major) || !MINORS.contains(&minor) {
            return Err(NotAVersion);
        }
        Ok(Self { major, minor, patch })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|NotAVersion| serde::de::Error::custom(format!("`{text}` is not a version")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_has_two_or_three_numbers_and_orders_by_number() {
        assert_eq!("4.60".parse(), Ok(Version::new(4, 60)));
        assert_eq!("4.60.0".parse(), Ok(Version::new(4, 60)));
        assert!(Version::new(4, 9) < "4.41.1".parse().expect("a version"));
        for bad in ["", "4", "4.", "latest", "4.60.0.1", "v4.60", "4.-1", "+4.1", "4.99999999", "0.4", "44.72", "99.1"]
        {
            assert_eq!(bad.parse::<Version>(), Err(NotAVersion), "{bad}");
        }
        assert!("4.399".parse::<Version>().is_ok());
        for bad in ["04.60.0", "4.060", "4.60.00", "4.400", "4.999"] {
            assert_eq!(bad.parse::<Version>(), Err(NotAVersion), "{bad}");
        }
    }
}
