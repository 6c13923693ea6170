"""Values of PowerShell, the errors and jumps of a script, and its tree."""

import functools
import re

import tree_sitter
import tree_sitter_powershell

LANGUAGE = tree_sitter.Language(tree_sitter_powershell.language())


class Unknown(Exception):
    """The script uses something that this model does not know."""


class Fault(Exception):
    """A terminating error: what `catch` sees."""


class Exit(Exception):
    def __init__(self, code):
        self.code = code


class Return(Exception):
    pass


class Break(Exception):
    pass


class Thing:
    """An object with properties; asking for another one is an error under Set-StrictMode."""

    def __init__(self, **properties):
        self.properties = {name.lower(): value for name, value in properties.items()}


def parse(source):
    return tree_sitter.Parser(LANGUAGE).parse(source)


class Branch:
    """A node of the tree, copied once: asking the parser for children again and again is what takes time."""

    def __init__(self, node):
        self.type, self.text = node.type, node.text
        self.start_byte, self.end_byte = node.start_byte, node.end_byte
        self.children = [branch(child) for child in node.children]
        self.named_children = [b for b, child in zip(self.children, node.children) if child.is_named]


def branch(node):
    """Without the levels of precedence that hold nothing but the next."""
    while node.child_count == 1 and node.named_child_count == 1 and node.type.endswith("_expression"):
        node = node.named_children[0]
    return Branch(node)


@functools.lru_cache(maxsize=8)
def program(source):
    return branch(parse(source).root_node)


def truth(value):
    if isinstance(value, list):
        return len(value) > 1 or (len(value) == 1 and truth(value[0]))
    return bool(value)


def text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        return " ".join(text(item) for item in value)
    if isinstance(value, (str, int)):
        return value if isinstance(value, str) else str(value)
    raise Unknown(f"the text of {value!r}")


def stream(value):
    """What a value becomes in a pipeline."""
    return value if isinstance(value, list) else [value]


def value_of(output):
    """What the output of a pipeline becomes in a variable."""
    return output[0] if len(output) == 1 else output if output else None


def regex(pattern):
    return re.compile(re.sub(r"\(\?<(\w)", r"(?P<\1", pattern), re.I | re.S)


def wildcard(pattern):
    return re.compile("".join(".*" if c == "*" else re.escape(c) for c in pattern), re.I | re.S)
