//! Where the statements of a text that is not TOML begin and end, so that a mistake in one stays in that one.

use std::ops::Range;

use toml::de::DeTable;
use toml_parser::Source;
use toml_parser::lexer::TokenKind::{
    self, Atom, BasicString, Comma, Comment, Dot, Eof, Equals, LeftCurlyBracket, LeftSquareBracket, LiteralString,
    MlBasicString, MlLiteralString, Newline, RightCurlyBracket, RightSquareBracket, Whitespace,
};

use super::header::Header;
use super::line::unbracketed;
use crate::catalog::catalog;
use crate::finding::MOST;
use crate::policy::grammar;

/// Deeper than the parser goes. Without a limit, opening brackets alone would make each statement as long as the file.
const DEEPEST: usize = 80;

/// A header, or a name with its value, with all its lines.
#[derive(Debug, PartialEq)]
pub(super) struct Statement {
    pub(super) range: Range<usize>,
    /// Whether it opens a table.
    pub(super) is_header: bool,
    /// The mark of the list, braces or text that it opens and does not close.
    pub(super) unclosed: Option<Range<usize>>,
}

#[derive(Clone)]
struct Token {
    kind: TokenKind,
    range: Range<usize>,
}

/// The statements of a text, one after the other.
pub(super) fn statements(text: &str) -> Vec<Statement> {
    let mut found = Vec::new();
    let mut tokens = lex(text, 0);
    let (mut first, mut lexed) = (0, 0);
    while let Some(token) = tokens.get(first).filter(|token| token.kind != Eof) {
        let start = token.range.start;
        let (end, unclosed) = end(text, &tokens, first);
        let is_header = tokens[first..].iter().find(|token| token.kind != Whitespace).is_some_and(is_square);
        let statement = |end: usize, unclosed| Statement { range: start..end, is_header, unclosed };
        let open_text = tokens[first..end].iter().find(|token| is_open(text, token));
        let swallowed = open_text.filter(|_| lexed < MOST).and_then(|open| swallowed(text, &tokens[first..end], open));
        if let Some((mark, end)) = swallowed {
            lexed += 1;
            found.push(statement(end, Some(mark)));
            tokens = lex(text, end);
            first = 0;
        } else {
            found.push(statement(tokens[end].range.start, unclosed));
            first = end;
        }
    }
    found
}

fn lex(text: &str, from: usize) -> Vec<Token> {
    let place = |span: toml_parser::Span| from + span.start()..from + span.end();
    let tokens = Source::new(&text[from..]).lex().into_vec();
    let mut tokens: Vec<_> =
        tokens.iter().map(|token| Token { kind: token.kind(), range: place(token.span()) }).collect();
    if tokens.last().is_none_or(|token| token.kind != Eof) {
        tokens.push(Token { kind: Eof, range: text.len()..text.len() });
    }
    tokens
}

/// The marks and words of a text that begins at `from`, with their places.
pub(super) fn tokens(text: &str, from: usize) -> Vec<(TokenKind, Range<usize>)> {
    lex(text, 0).into_iter().map(|token| (token.kind, from + token.range.start..from + token.range.end)).collect()
}

fn is_square(token: &Token) -> bool {
    token.kind == LeftSquareBracket
}

/// The token after the statement that begins with `first`, and what stays open in it.
///
/// No list holds a line that begins with a name and `=`, or with one of ours and a value, and no value a line that opens
/// a table. Braces may
/// hold lines with names: only where nothing closes them, they end before one that no comma leads to or that is not
/// indented.
fn end(text: &str, tokens: &[Token], first: usize) -> (usize, Option<Range<usize>>) {
    let mut open: Vec<&Token> = Vec::new();
    let mut has_value = false;
    let mut before = None;
    let mut early = None;
    let mark = |open: &[&Token]| open.last().map(|token| token.range.clone());
    for (at, token) in tokens.iter().enumerate().skip(first) {
        match token.kind {
            Eof if open.is_empty() => return (at, None),
            Eof => return early.unwrap_or((at, mark(&open))),
            Newline if open.is_empty() => return (at + 1, None),
            Newline => {
                let next = at + 1;
                let in_braces = open.iter().any(|token| token.kind == LeftCurlyBracket);
                let leads_on = matches!(before, Some(Comma | LeftCurlyBracket | LeftSquareBracket));
                if open.len() > DEEPEST || is_header(text, tokens[next].range.start) {
                    return early.unwrap_or((next, mark(&open)));
                } else if early.is_none()
                    && (!in_braces || !leads_on || tokens[next].kind != Whitespace)
                    && (is_entry(&tokens[next..]) || is_slip(text, tokens[next].range.start))
                {
                    early = Some((next, mark(&open)));
                    if !in_braces {
                        return (next, mark(&open));
                    }
                }
            }
            Equals => has_value = true,
            LeftSquareBracket | LeftCurlyBracket if has_value => open.push(token),
            RightSquareBracket | RightCurlyBracket => _ = open.pop(),
            _ => {}
        }
        if !matches!(token.kind, Whitespace | Comment | Newline) {
            before = Some(token.kind);
        }
    }
    unreachable!("the last token is the end of the text")
}

/// Whether a line begins with a name and `=`.
fn is_entry(tokens: &[Token]) -> bool {
    let mut names = tokens.iter().map(|token| token.kind).filter(|kind| *kind != Whitespace);
    names.by_ref().find(|kind| !matches!(kind, Atom | BasicString | LiteralString | Dot)) == Some(Equals)
}

/// Whether the line at this place opens a table, or was to.
fn is_header(text: &str, start: usize) -> bool {
    let line = text[start..].lines().next().unwrap_or_default();
    if line.starts_with('[') && (Header::is_begun(text, start) || unbracketed(line).is_some()) {
        return true;
    }
    let name = line.trim_start().trim_start_matches('[');
    if !line.trim_start().starts_with('[') || !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        return false;
    }
    let (table, errors) = DeTable::parse_recoverable(line);
    let is_known = |name: &str| grammar::POLICY.has(name);
    errors.is_empty() && table.get_ref().iter().any(|(key, _)| is_known(key.get_ref()))
}

/// Whether the line at this place begins with a name of ours and a value, whatever stands between them.
fn is_slip(text: &str, start: usize) -> bool {
    let line = text[start..].lines().next().unwrap_or_default();
    let name = line.split(|mark: char| mark.is_whitespace() || "=:".contains(mark)).next().unwrap_or_default();
    let value = line[name.len()..].trim_start();
    let first = name.trim_matches('"').split('.').next().unwrap_or_default();
    !value.starts_with(|mark| ",]}#".contains(mark)) && !value.is_empty() && is_our_name(first)
}

/// Whether the line at this place is an entry with a name of ours, or was to be one.
fn is_ours(text: &str, start: usize) -> bool {
    let line = text[start..].lines().next().unwrap_or_default();
    line.contains(['=', ':']) && is_slip(text, start)
}

/// Whether a key of a policy, a setting or a group of settings has this name.
pub(super) fn is_our_name(name: &str) -> bool {
    let mut settings = catalog().settings().iter();
    grammar::has_key(name) || settings.any(|setting| setting.key.split('.').any(|part| part == name))
}

fn is_long_text(token: &Token) -> bool {
    matches!(token.kind, MlBasicString | MlLiteralString)
}

/// Whether a long text goes on to the end of the file because nothing closes it, or ends where the next one was to
/// begin: then something follows that cannot.
fn is_open(text: &str, token: &Token) -> bool {
    if !is_long_text(token) {
        return false;
    }
    let raw = &text[token.range.clone()];
    let is_closed = raw.len() >= 6 && raw.ends_with(&raw[..3]);
    let follows = text[token.range.end..].chars().next();
    !is_closed || follows.is_some_and(|next| !" \t\r\n,]}#".contains(next))
}

/// The mark of the long text that is not closed, and the header or the entry of a policy that it holds, or the end of the
/// file. It may be one before `open`: then each closes the one before.
fn swallowed(text: &str, tokens: &[Token], open: &Token) -> Option<(Range<usize>, usize)> {
    let mark = |token: &Token| token.range.start..token.range.start + 3;
    let next = |token: &Token| {
        let lines = text[token.range.clone()].match_indices('\n').map(|(at, _)| token.range.start + at + 1);
        lines.into_iter().find(|&line| line < token.range.end && (is_header(text, line) || is_ours(text, line)))
    };
    let holds_next =
        tokens.iter().filter(|token| is_long_text(token)).find_map(|token| Some((mark(token), next(token)?)));
    holds_next.or_else(|| (open.range.end == text.len()).then(|| (mark(open), text.len())))
}

#[cfg(test)]
mod tests {
    use super::statements;

    fn cut(text: &str) -> Vec<(&str, Option<usize>)> {
        let statements = statements(text);
        assert!(statements.windows(2).all(|pair| pair[0].range.end == pair[1].range.start), "{statements:?}");
        statements
            .into_iter()
            .map(|one| (&text[one.range.clone()], one.unclosed.map(|mark| mark.start - one.range.start)))
            .collect()
    }

    #[test]
    fn a_statement_has_all_its_lines() {
        let text = "a = [\n \"x=\",\n [1],\n]\nb = { c = 1,\n d = 2 }\ne = '''\n[fleet]\n'''\n[[exceptions]]\nid";
        let expected = [
            "a = [\n \"x=\",\n [1],\n]\n",
            "b = { c = 1,\n d = 2 }\n",
            "e = '''\n[fleet]\n'''\n",
            "[[exceptions]]\n",
            "id",
        ];
        assert_eq!(cut(text), expected.map(|one| (one, None)));
    }

    #[test]
    fn what_nothing_closes_ends_where_it_surely_does() {
        assert_eq!(cut("a = [1,\nb = 2\n"), [("a = [1,\n", Some(4)), ("b = 2\n", None)]);
        assert_eq!(cut("a = [1,\n[fleet]\n"), [("a = [1,\n", Some(4)), ("[fleet]\n", None)]);
        assert_eq!(cut("a = { b = 1\nc = 2\n"), [("a = { b = 1\n", Some(4)), ("c = 2\n", None)]);
        assert_eq!(cut("a = { b = 1,\nc = 2\n"), [("a = { b = 1,\n", Some(4)), ("c = 2\n", None)]);
        assert_eq!(cut("a = { b = 1,\n c = 2\n"), [("a = { b = 1,\n c = 2\n", Some(4))]);
        assert_eq!(cut("a = '''\nb = 1\nmode = 2\n"), [("a = '''\nb = 1\n", Some(4)), ("mode = 2\n", None)]);
        assert_eq!(cut("a = '''\nb\n[fleet]\n"), [("a = '''\nb\n", Some(4)), ("[fleet]\n", None)]);
        assert_eq!(cut("a = '''\n[fleet]\nb = '''c'''\n").len(), 3);
        assert_eq!(cut("[a\nb = 1\n"), [("[a\n", None), ("b = 1\n", None)]);
    }
}
