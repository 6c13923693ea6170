//! What a person probably meant whose TOML is sound and says nothing to a policy, and what to type instead.
//!
//! [`key`] is about the keys of our own tables, with [`home`], which finds where one belongs; [`setting`] about names
//! among the settings, [`value`] about values of another type. The others help [`setting`]: [`guess`] finds which setting
//! a name means, [`place`] where it stands, [`rename`] and [`regroup`] how it becomes that setting, [`converted`] what
//! becomes of its value, [`elsewhere`] what goes to another table, and [`finding`] what to say; [`foreign`] is about names
//! that are known and become none.
//!
//! [`moved`] and [`settled`] bring what stands under such a key or name to where it was meant to stand, so that it is
//! read there; [`platform`] does so with the name of a platform among the settings, [`ring`] with a ring beside the tables
//! of the policy, [`wrapper`] with a table around all. [`day`] and [`reason`] are about what is written for a day and for
//! a reason. A text that is no TOML is in [`broken`](super::broken).

mod converted;
mod day;
mod elsewhere;
mod finding;
mod foreign;
mod guess;
mod home;
mod key;
mod moved;
mod place;
mod platform;
mod reason;
mod regroup;
mod rename;
mod ring;
mod setting;
mod settled;
mod value;
mod wrapper;

pub(super) use self::converted::{converted, remark};
pub(super) use self::day::{day, days};
pub(super) use self::elsewhere::sign_in;
pub(super) use self::place::{Place, Root};
pub(super) use self::reason::{reason, reasons};
pub(super) use self::settled::settled;
pub(super) use self::value::{
    NOTHING, boolean, in_range, integer, list, near, one_word, quote, scalar, table, text, texts, version, words,
};
