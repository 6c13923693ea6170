//! A day that is not written as TOML has it: which one was meant.

use crate::date::Date;
use crate::finding::one_of;

/// What stands in a help where nobody can know the day.
const FORM: &str = "write a day without quotes and without a time, such as `2027-01-31`";

/// The beginnings of the names of the months.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// What to write for a day. What stands before the month or after it may be the day: then it may be one of two.
pub(in crate::policy) fn day(said: &str) -> String {
    let days: Vec<String> = days(said).iter().map(Date::to_string).collect();
    match &days[..] {
        [] => FORM.to_owned(),
        [day] => format!("write `{day}`, without quotes and without a time"),
        days => format!("write {}, with the year first", one_of(days.iter().map(String::as_str))),
    }
}

/// The days that a text may mean.
pub(in crate::policy) fn days(said: &str) -> Vec<Date> {
    let is_mark = |mark: char| !mark.is_ascii_alphanumeric();
    let parts: Vec<&str> = said.split(is_mark).filter(|part| !part.is_empty()).take(3).collect();
    let [first, second, third] = parts[..] else { return compact(said.trim()).into_iter().collect() };
    let month = |part: &str| {
        let named = MONTHS.iter().position(|its| part.to_lowercase().starts_with(its));
        named.map_or_else(|| part.parse().ok().filter(|_| part.len() <= 2), |at| u8::try_from(at + 1).ok())
    };
    let date = |year: &str, its_month: &str, day: &str| {
        // A time may follow, or what is said after a number.
        let day = day.split(char::is_alphabetic).next().unwrap_or_default();
        (year.len() == 4 && day.len() <= 2)
            .then(|| Date::new(year.parse().ok()?, month(its_month)?, day.parse().ok()?))?
    };
    let by_year = date(first, second, third);
    let by_day = date(third, second, first);
    let by_month = date(third, first, second).filter(|_| !said.contains('.'));
    let mut found: Vec<Date> = [by_year, by_day, by_month].into_iter().flatten().collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// A day in eight digits.
fn compact(said: &str) -> Option<Date> {
    let number: u32 =
        said.parse().ok().filter(|_| said.len() == 8 && said.starts_with(|first: char| first.is_ascii_digit()))?;
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    Date::new(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}
