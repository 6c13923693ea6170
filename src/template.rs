//! Fills the holes of the scripts under `templates/`.
//!
//! A hole is a whole literal, quotes included: `'@NAME@'`, or `"@NAME@"` where only double quotes make a string. What
//! fills it comes with its own quotes, so nothing can break out of it, and an unfilled template is still a script that
//! its own tools can check. A line `. ./part.sh` is replaced by that part, so that what scripts share is written once.

/// A template and the parts it may include, by file name.
#[derive(Debug)]
pub struct Template {
    /// Its text.
    pub text: &'static str,
    /// Parts, as file name and text.
    pub parts: &'static [(&'static str, &'static str)],
}

impl Template {
    /// The text with every part included and every hole filled.
    ///
    /// # Panics
    ///
    /// When a hole has no value, a value has no hole, or a part is not there: our bug, which every build shows.
    pub fn fill(&self, values: &[(&str, String)]) -> String {
        let text = self.whole(self.text);
        let mut filled = String::with_capacity(text.len() * 2);
        let mut unused: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
        let mut rest = text.as_str();
        while let Some((before, name, after)) = next_hole(rest) {
            let (_, literal) =
                values.iter().find(|(its, _)| *its == name).unwrap_or_else(|| panic!("nothing fills @{name}@"));
            // An empty list of words, or a block on lines of its own, leaves no blank behind.
            let ends_line = literal.is_empty() || literal.starts_with('\n');
            filled.push_str(if ends_line { before.strip_suffix(' ').unwrap_or(before) } else { before });
            filled.push_str(literal);
            unused.retain(|its| *its != name);
            // The literal is not looked at again: a value that looks like a hole is only a value.
            rest = after;
        }
        assert!(unused.is_empty(), "no hole for {unused:?}");
        filled.push_str(rest);
        filled
    }

    fn whole(&self, text: &str) -> String {
        let mut whole = String::new();
        for line in text.split_inclusive('\n') {
            match line.trim_end().strip_prefix(". ./") {
                None => whole.push_str(line),
                Some(name) => {
                    let part = self.parts.iter().find(|(its, _)| *its == name);
                    whole.push_str(&self.whole(part.unwrap_or_else(|| panic!("there is no part {name}")).1));
                }
            }
        }
        whole
    }
}

/// What stands before the next hole, its name, and what stands after it.
fn next_hole(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(at) = text[from..].find('@') {
        let start = from + at;
        let name_length =
            text[start + 1..].find(|character: char| !(character.is_ascii_uppercase() || character == '_'))?;
        let end = start + 1 + name_length;
        let quote = text[..start].chars().next_back().filter(|quote| matches!(quote, '\'' | '"'));
        if let Some(quote) = quote
            && name_length > 0
            && text[end..].starts_with('@')
            && text[end + 1..].starts_with(quote)
        {
            return Some((&text[..start - 1], &text[start + 1..end], &text[end + 2..]));
        }
        from = start + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn template(text: &'static str) -> Template {
        Template { text, parts: &[("part.sh", "part '@B@'\n")] }
    }

    #[test]
    fn holes_are_replaced_with_their_quotes_and_the_filling_is_not_read_again() {
        let filled = template("a '@A@' b \"@B@\" '@A@'\n").fill(&[("A", "'@B@'".to_owned()), ("B", "2".to_owned())]);
        assert_eq!(filled, "a '@B@' b 2 '@B@'\n");
    }

    #[test]
    fn a_part_is_included_where_the_script_would_source_it() {
        assert_eq!(template("x\n. ./part.sh\ny\n").fill(&[("B", "1".to_owned())]), "x\npart 1\ny\n");
    }

    #[test]
    fn what_only_looks_like_a_hole_stays() {
        let text = "a@b.example '@lower@' @BARE@ \"$@\" '@A' 'x@A@'\n";
        assert_eq!(template(text).fill(&[]), text);
    }

    #[test]
    #[should_panic(expected = "nothing fills @A@")]
    fn an_unfilled_hole_is_a_bug() {
        template("'@A@'").fill(&[]);
    }

    #[test]
    #[should_panic(expected = "no hole for")]
    fn an_unused_value_is_a_bug() {
        template("x").fill(&[("A", String::new())]);
    }
}
