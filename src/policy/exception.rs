//! An exception: what it is, and how one is read with whatever is wrong in it.

use super::document::platform;
use super::lost::Lost;
use super::reader::{Entries, Node, Reader};
use super::{Assignment, NetworkLayer, network, settings};
use crate::date::Date;
use crate::finding::{EXCEPTION_INCOMPLETE, Finding};
use crate::platform::Platform;
use crate::source::{Span, Spanned};

/// An approved, dated departure from the policy.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The ticket.
    pub id: Spanned<String>,
    /// The rings it holds for.
    pub rings: Vec<Spanned<String>>,
    /// The platform it is limited to, if any.
    pub platform: Option<Spanned<Platform>>,
    /// Why.
    pub reason: String,
    /// Who took the risk.
    pub approved_by: String,
    /// The last day on which it holds.
    pub expires: Spanned<Date>,
    /// What differs.
    pub assignments: Vec<Assignment>,
    /// What differs about registries and the network of containers.
    pub network: NetworkLayer,
    /// Whether something says what it changes, and where, and all of that could be read.
    pub is_whole: bool,
}

impl Exception {
    /// What messages call it.
    pub fn title(&self) -> String {
        if self.id.value.is_empty() { "this exception".to_owned() } else { format!("exception {}", self.id.value) }
    }

    /// Loses what it says, where nobody knows on which machines.
    pub(super) fn lose(&self, lost: &mut Lost) {
        for assignment in &self.assignments {
            lost.add(&format!("settings.{}", assignment.setting.key));
        }
        if self.network.registry_access.is_some() {
            lost.add("registry-access");
        }
        if self.network.container_network.is_some() {
            lost.add("container-network");
        }
    }

    /// Whether a machine is meant.
    pub fn includes(&self, ring: &str, platform: Platform) -> bool {
        let on_platform = self.platform.as_ref().is_none_or(|only| only.value == platform);
        on_platform && self.rings.iter().any(|its| its.value == ring)
    }
}

/// An exception, with stand-ins for what it lacks. It is whole where nothing was lost since there were that many `losses`.
pub(super) fn read(reader: &mut Reader<'_>, table: &Entries<'_>, losses: usize) -> Exception {
    let assignments = settings::read(reader, table);
    let network = network::read(reader, table);
    let before = reader.losses;
    let (rings, platform) = reader.within("exceptions", |reader| {
        let one = reader.text(table, "ring");
        let several = reader.texts(table, "rings").map(|list| list.value).unwrap_or_default();
        (one.into_iter().chain(several).collect::<Vec<_>>(), reader.word(table, "platform").map(platform))
    });
    let is_whole = reader.losses == losses;
    let is_placed = reader.losses == before;
    let exception = reader.within("exceptions", |reader| {
        let at = table.get("id").map_or(table.span, |(_, node)| reader.span(node));
        let id = reader.text(table, "id").unwrap_or(Spanned { value: String::new(), span: at });
        let for_nothing = assignments.is_none() && network.is_empty() && !says_what_differs(table);
        let is_empty = table.get("rings").is_some_and(is_empty_list);
        let for_no_ring = !table.says("ring") && (is_empty || !table.says("rings"));
        let lacking = table
            .lacking()
            .map(|key| (key.name, key.required.unwrap_or_default()))
            .chain(for_nothing.then_some(("settings", "{ … }")))
            .chain(for_no_ring.then_some(("ring", "\"pilot\"")));
        let to = if table.get("id").is_some() { "beside it" } else { "to it" };
        for (name, example) in lacking {
            let message = format!(
                "the exception has no `{name}`: without it this is a change of policy that nobody approved or that never ends"
            );
            reader.report(
                Finding::new(&EXCEPTION_INCOMPLETE, id.span, message)
                    .label("incomplete")
                    .help(format!("add `{name} = {example}` {to}")),
            );
        }
        let mut text = |name| reader.text(table, name).map(|text| text.value).unwrap_or_default();
        let (reason, approved_by) = (text("reason"), text("approved-by"));
        let expires = reader.date(table, "expires").unwrap_or(Spanned { value: Date::LAST, span: table.span });
        let assignments = assignments.unwrap_or_default();
        let is_whole = is_whole && !for_nothing;
        Exception { id, rings, platform, reason, approved_by, expires, assignments, network, is_whole }
    });
    if !is_placed || exception.rings.is_empty() {
        exception.lose(&mut reader.lost);
    }
    exception
}

/// Whether something is there that was meant to say what differs.
fn says_what_differs(table: &Entries<'_>) -> bool {
    ["settings", "registry-access", "container-network"].iter().any(|name| table.says(name))
}

fn is_empty_list((_, node): (Span, &Node<'_>)) -> bool {
    node.get_ref().as_array().is_some_and(|list| list.is_empty())
}
