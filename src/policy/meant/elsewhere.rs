//! What is said in one table of a policy and belongs into another.

use super::value::{NOTHING, listed, names};
use crate::finding::Finding;
use crate::policy::layout::Form;
use crate::policy::reader::{Node, Reader};
use crate::source::Span;

/// The finding with what to do with names of organizations that stand in another place.
pub(in crate::policy) fn sign_in(reader: &Reader<'_>, finding: Finding, key: Span, node: &Node<'_>) -> Finding {
    let own = names(node.get_ref());
    let Some(there) = reader.says("sign-in.organizations") else {
        let list = listed(own.unwrap_or(vec![NOTHING]));
        return finding.help(format!("move it to `[sign-in]` as `organizations = {list}`"));
    };
    let remove = removal(reader, key, node);
    let said = names(there.get_ref()).unwrap_or_default();
    let more = own.into_iter().flatten().filter(|name| !said.contains(name));
    let all: Vec<&str> = said.iter().copied().chain(more).collect();
    let finding = finding.related(reader.span(there), "the organizations");
    if all.len() == said.len() {
        return finding.help(format!("{remove}: `[sign-in]` says it already"));
    }
    finding.help(format!("write `{}` at the other mark, and {remove}", listed(all)))
}

/// What to say of an entry that is to go.
pub(in crate::policy) fn removal(reader: &Reader<'_>, key: Span, node: &Node<'_>) -> &'static str {
    let is_line = reader.form(node) != Form::Header && reader.are_on_one_line(key, reader.span(node));
    if is_line && !reader.written_as(node).contains('\n') { "remove this line" } else { "remove it" }
}
