//! Reads the options of the Docker daemon, which a policy writes as a table or as text and Docker Desktop takes as text.

use super::reader::{Node, Reader, kind};
use crate::catalog::Setting;
use crate::finding::{Finding, VALUE_OUT_OF_RANGE, WRONG_TYPE};
use crate::format::json;
use crate::value::Value;

/// Docker wants one string that holds JSON. A table becomes that string; a string must already be one JSON object.
pub(super) fn read(reader: &mut Reader<'_>, setting: &Setting, node: &Node<'_>) -> Option<Value> {
    let span = reader.span(node);
    let value = reader.value(node, true)?;
    match &value {
        // What could not be read of them is left out: no rule asks what options lack.
        Value::Table(_) => Some(Value::String(json::compact(&value))),
        Value::String(text) => {
            let (problem, at, label) = match serde_json::from_str::<serde_json::Value>(text) {
                Ok(serde_json::Value::Object(_)) => return Some(value),
                Ok(_) => ("it is JSON, but not an object".to_owned(), span, "not a JSON object"),
                Err(error) => {
                    let problem = error.to_string();
                    let problem = problem.rsplit_once(" at line ").map_or(&*problem, |(problem, _)| problem).to_owned();
                    (problem, reader.written(node, text).at(error.line(), error.column()), "not JSON from here on")
                }
            };
            let message = format!("`{}` must hold a JSON object: {problem}", setting.key);
            let help = "write a table instead of a string: `value = { debug = false }`";
            reader.report(Finding::new(&VALUE_OUT_OF_RANGE, at, message).label(label).help(help));
            None
        }
        _ => {
            let found = kind(node.get_ref());
            let message = format!("`{}` takes a table of daemon options, not {found}", setting.key);
            let help = "write `value = { debug = false }`";
            reader.report(Finding::new(&WRONG_TYPE, span, message).label("expected a table").help(help));
            None
        }
    }
}
