//! What JSON files and property lists have in common: a tree of values, each with its place in the file.

use crate::source::{Span, Spanned};
use crate::value::Value;

/// More levels than any settings file has; readers recurse, so this also bounds their stack.
pub(super) const DEEPEST: usize = 32;

/// More values than any settings file has. A list of organizations that a registry value can hold stays below.
pub(super) const MOST: usize = 10_000;

/// A value and the characters that it stands on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) content: Content,
    pub(super) span: Span,
}

/// What a file can hold.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    String(String),
    List(Vec<Node>),
    Table(Vec<Member>),
    /// What only property lists have: dates, bytes.
    Other(&'static str),
}

/// A named value of a table.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Member {
    pub(super) name: Spanned<String>,
    pub(super) node: Node,
}

impl Node {
    /// The members of a table; none for anything else.
    pub(super) fn members(&self) -> &[Member] {
        if let Content::Table(members) = &self.content { members } else { &[] }
    }

    /// The member called `name`.
    pub(super) fn member(&self, name: &str) -> Option<&Member> {
        self.members().iter().find(|member| member.name.value == name)
    }

    /// The value of the member called `name`.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.member(name).map(|member| &member.node)
    }

    pub(super) fn is_table(&self) -> bool {
        matches!(self.content, Content::Table(_))
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        if let Content::String(text) = &self.content { Some(text) } else { None }
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        if let Content::Boolean(truth) = self.content { Some(truth) } else { None }
    }

    /// What it is, for a message.
    pub(super) fn kind(&self) -> &'static str {
        match self.content {
            Content::Null => "null",
            Content::Boolean(_) => "a boolean",
            Content::Integer(_) => "a whole number",
            Content::Float(number) if is_beyond(number) => "a number beyond 64 bits",
            Content::Float(_) => "a number with a point",
            Content::String(_) => "a string",
            Content::List(_) => "a list",
            Content::Table(_) => "an object",
            Content::Other(what) => what,
        }
    }

    /// The value without its places, names in order; `None` where it holds what a policy cannot.
    pub(super) fn to_value(&self) -> Option<Value> {
        Some(match &self.content {
            Content::Null | Content::Other(_) => return None,
            Content::Boolean(truth) => Value::Boolean(*truth),
            Content::Integer(number) => Value::Integer(*number),
            Content::Float(number) if is_beyond(*number) => return None,
            Content::Float(number) => Value::Float(*number),
            Content::String(text) => Value::String(text.clone()),
            Content::List(items) => Value::List(items.iter().map(Self::to_value).collect::<Option<_>>()?),
            Content::Table(members) => {
                let entry = |member: &Member| Some((member.name.value.clone(), member.node.to_value()?));
                let mut entries = members.iter().map(entry).collect::<Option<Vec<_>>>()?;
                entries.sort_by(|(a, _), (b, _)| a.cmp(b));
                Value::Table(entries)
            }
        })
    }
}

/// Whether it is a whole number of which no policy can hold all digits: the last ones are lost by now.
fn is_beyond(number: f64) -> bool {
    number.fract() == 0.0 && number.abs() >= 2_f64.powi(63)
}
