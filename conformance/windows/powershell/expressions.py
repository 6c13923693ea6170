"""Expressions: the half of the model that asks nothing of the machine."""

import re

from values import Fault, Thing, Unknown, regex, stream, text, truth, value_of, wildcard


class Expressions:
    """A part of `shell.Shell`, which brings the variables and the commands."""

    def expression(self, node):
        handler = getattr(self, "is_" + node.type, None)
        if handler is None:
            raise Unknown(f"a {node.type}: {node.text.decode()[:60]}")
        return handler(node)

    def is_pipeline(self, node):
        return self.pipeline_value(node)

    def is_variable(self, node):
        return self.read(node.text.decode().strip("${}"))

    def is_integer_literal(self, node):
        return int(node.text)

    def is_real_literal(self, node):
        return float(node.text)

    def is_string_literal(self, node):
        return self.expression(node.named_children[0])

    def is_verbatim_string_characters(self, node):
        return node.text.decode()[1:-1].replace("''", "'")

    def is_expandable_string_literal(self, node):
        parts, at = [], node.start_byte + 1
        for child in node.named_children:
            parts += [self.unescape(self.source[at : child.start_byte]), text(self.expression(child))]
            at = child.end_byte
        return "".join(parts) + self.unescape(self.source[at : node.end_byte - 1])

    def unescape(self, raw):
        known = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "$": "$", "`": "`"}
        return re.sub("`(.)|\"\"", lambda m: known[m.group(1)] if m.group(1) else '"', raw.decode())

    def is_sub_expression(self, node):
        return value_of(self.statements(node))

    def is_parenthesized_expression(self, node):
        return self.pipeline_value(node.named_children[0])

    def is_array_expression(self, node):
        return self.statements(node)

    def is_hash_literal_expression(self, node):
        entries = self.descend(node, "hash_entry")
        return Thing(
            **{
                entry.named_children[0].text.decode(): self.pipeline_value(self.child(entry, "pipeline"))
                for entry in entries
            }
        )

    def is_script_block_expression(self, node):
        return self.child(node, "script_block")

    def is_array_literal_expression(self, node):
        return [self.expression(child) for child in node.named_children]

    def is_member_access(self, node):
        subject = self.expression(node.named_children[0])
        member = self.child(node, "member_name").named_children[0]
        name = member.text.decode() if member.type == "simple_name" else text(self.expression(member))
        if name.lower() == "count" and isinstance(subject, list):
            return len(subject)
        if name.lower() == "length" and isinstance(subject, str):
            return len(subject)
        if isinstance(subject, Thing) and name.lower() in subject.properties:
            return subject.properties[name.lower()]
        raise Fault(f"The property '{name}' cannot be found on this object.")

    def is_expression_with_unary_operator(self, node):
        if node.children[0].text.decode().lower() != "-not":
            raise Unknown(node.text.decode())
        return not truth(self.expression(node.named_children[-1]))

    def is_logical_expression(self, node):
        left, operator, right = node.children
        if operator.text.decode().lower() == "-and":
            return truth(self.expression(left)) and truth(self.expression(right))
        if operator.text.decode().lower() == "-or":
            return truth(self.expression(left)) or truth(self.expression(right))
        raise Unknown(operator.text.decode())

    def is_bitwise_expression(self, node):
        left, operator, right = node.children
        if operator.text.decode().lower() != "-band":
            raise Unknown(operator.text.decode())
        left, right = self.expression(left), self.expression(right)
        if not isinstance(left, int) or not isinstance(right, int):
            raise Fault("the operands are no numbers")
        return left & right

    def add(self, left, right):
        if isinstance(left, list):
            return left + list(stream(right))
        if isinstance(left, str):
            return left + text(right)
        raise Unknown(f"{left!r} + {right!r}")

    def is_additive_expression(self, node):
        left, operator, right = node.children
        if operator.text.decode() != "+":
            raise Unknown(operator.text.decode())
        return self.add(self.expression(left), self.expression(right))

    def is_comparison_expression(self, node):
        left, operator, right = node.children
        operator = operator.text.decode().lower()
        left = self.expression(left)
        if operator in ("-is", "-isnot"):
            if right.text.decode() != "[string[]]":
                raise Unknown(right.text.decode())
            is_list = isinstance(left, list) and all(isinstance(item, str) for item in left)
            return is_list if operator == "-is" else not is_list
        right = self.expression(right)
        if isinstance(left, list) and operator not in ("-join",):
            raise Unknown(f"a list before {operator}")
        return self.compare(operator, left, right)

    def compare(self, operator, left, right):
        def same(a, b):
            return text(a).lower() == text(b).lower() if isinstance(a, str) else a == b

        match operator:
            case "-eq":
                return same(left, right)
            case "-ne":
                return not same(left, right)
            case "-ceq":
                return left == right
            case "-cne":
                return left != right
            case "-gt":
                return left > right
            case "-like":
                return bool(wildcard(right).fullmatch(text(left)))
            case "-in":
                return any(same(left, item) for item in stream(right))
            case "-notin":
                return not any(same(left, item) for item in stream(right))
            case "-join":
                return right.join(text(item) for item in stream(left))
            case "-split":
                return re.split(regex(right), text(left))
            case "-replace":
                pattern, new = right
                return regex(pattern).sub(re.sub(r"\$(\d)", r"\\\1", new), text(left))
            case "-match":
                found = regex(right).search(text(left))
                if found:
                    self.write("Matches", Thing(**found.groupdict()))
                return bool(found)
        raise Unknown(operator)
