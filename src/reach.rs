//! Which machines something is about, said the short way: rings that have the same platforms are named together.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::platform::Platform;
use crate::visible::tick;

/// The machines of one ring and platform.
pub(crate) type At<'a> = (&'a str, Platform);

/// The machines of some rings on some platforms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// The rings; without them, all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rings: Option<Vec<String>>,
    /// The platforms; without them, all that the rings have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platforms: Option<Vec<Platform>>,
}

impl Reach {
    /// Whether a machine is meant.
    pub fn includes(&self, ring: &str, platform: Platform) -> bool {
        self.rings.as_ref().is_none_or(|rings| rings.iter().any(|its| its == ring))
            && self.platforms.as_ref().is_none_or(|platforms| platforms.contains(&platform))
    }

    /// "rings `a`, `b` and 3 more on Windows", naming at most `most` rings.
    pub fn text(&self, most: usize) -> String {
        let rings = match self.rings.as_deref() {
            None => "all machines".to_owned(),
            Some([ring]) => format!("ring {}", tick(ring)),
            Some(rings) => {
                // "and 1 more" is no shorter than the ring's name.
                let shown = if rings.len() <= most + 1 { rings.len() } else { most };
                let mut names: Vec<String> = rings[..shown].iter().map(|ring| tick(ring)).collect();
                if shown < rings.len() {
                    names.push(format!("{} more", rings.len() - shown));
                }
                format!("rings {}", and(&names))
            }
        };
        match &self.platforms {
            None => rings,
            Some(platforms) => {
                let titles: Vec<String> = platforms.iter().map(|platform| platform.title().to_owned()).collect();
                format!("{rings} on {}", and(&titles))
            }
        }
    }
}

/// "a, b and c".
pub(crate) fn and(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [word] => word.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The machines `some`, which are among `all`, in as few reaches as there are kinds of ring.
pub(crate) fn reaches(all: &[At<'_>], some: &BTreeSet<At<'_>>) -> Vec<Reach> {
    if all.len() == some.len() {
        return vec![Reach { rings: None, platforms: None }];
    }
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rings: Vec<(&str, Vec<Platform>, Vec<Platform>)> = Vec::new();
    for &(ring, platform) in all {
        let place = *places.entry(ring).or_insert(rings.len());
        if place == rings.len() {
            rings.push((ring, Vec::new(), Vec::new()));
        }
        let (_, has, meant) = &mut rings[place];
        has.push(platform);
        if some.contains(&(ring, platform)) {
            meant.push(platform);
        }
    }
    let count = rings.len();
    let mut found: Vec<Reach> = Vec::new();
    for (ring, has, meant) in rings.into_iter().filter(|(.., meant)| !meant.is_empty()) {
        let platforms = (has != meant).then_some(meant);
        match found.iter_mut().find(|reach| reach.platforms == platforms) {
            Some(reach) => reach.rings.as_mut().expect("named until all are known").push(ring.to_owned()),
            None => found.push(Reach { rings: Some(vec![ring.to_owned()]), platforms }),
        }
    }
    for reach in &mut found {
        if reach.rings.as_ref().is_some_and(|rings| rings.len() == count) {
            reach.rings = None;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use Platform::{Linux, Macos, Windows};

    const ALL: [At<'_>; 6] = [("a", Macos), ("a", Windows), ("b", Macos), ("b", Windows), ("c", Macos), ("c", Windows)];

    fn said(some: &[At<'_>]) -> String {
        let reaches = reaches(&ALL, &some.iter().copied().collect());
        for (ring, platform) in ALL {
            let meant = reaches.iter().filter(|reach| reach.includes(ring, platform)).count();
            assert_eq!(meant, usize::from(some.contains(&(ring, platform))), "{ring} on {platform}");
        }
        reaches.iter().map(|reach| reach.text(2)).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn every_machine_is_meant_once_and_named_briefly() {
        assert_eq!(said(&ALL), "all machines");
        assert_eq!(said(&ALL[..2]), "ring `a`");
        assert_eq!(said(&[("a", Macos), ("b", Macos), ("c", Macos)]), "all machines on macOS");
        assert_eq!(said(&ALL[..5]), "rings `a` and `b`; ring `c` on macOS");
        assert_eq!(said(&[]), "");
    }

    #[test]
    fn many_rings_are_counted() {
        let rings = |count: usize| Some((0..count).map(|ring| format!("r{ring}")).collect());
        let reach = |count| Reach { rings: rings(count), platforms: Some(vec![Macos, Linux]) };
        assert_eq!(reach(3).text(2), "rings `r0`, `r1` and `r2` on macOS and Linux");
        assert_eq!(reach(9).text(2), "rings `r0`, `r1` and 7 more on macOS and Linux");
    }
}
