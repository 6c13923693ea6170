"""Runs the part of Windows PowerShell 5.1 that the scripts use, on a machine of the rig's own.

No PowerShell can be had from the package registries, so this is a model, written from the language's documentation, and
proves the scripts' logic and not Windows. It refuses every construct, operator and cmdlet that it does not know, which
keeps the scripts as small as they look, and free of anything that Constrained Language Mode forbids.
"""

from expressions import Expressions
from values import Break, Exit, Fault, Return, Unknown, program, stream, text, truth, value_of


class Scope:
    def __init__(self, parent=None):
        self.parent = parent
        self.names = {}


class Shell(Expressions):
    def __init__(self, machine, environment):
        self.machine = machine
        self.environment = environment
        self.functions = {}
        self.globals = Scope()
        self.scope = self.globals

    def run(self, source):
        """The lines that the script prints, and its exit code."""
        self.source = source
        try:
            output, code = self.statements(program(source)), 0
        except Exit as end:
            output, code = end.output, end.code
        except Fault as fault:
            # Uncaught: PowerShell says it on stderr, which Intune counts as a failure of its own.
            raise Unknown(f"an error nobody catches: {fault}") from fault
        return [text(line) for line in output], code

    # Variables: reading climbs through the callers, writing stays in the function.

    def read(self, name):
        name = name.lower()
        if name in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[name]
        if name == "pscommandpath":
            return "C:\\script.ps1"
        if name.startswith("env:"):
            return self.environment.get(name[4:])
        scope = self.globals if name.startswith("script:") else self.scope
        name = name.removeprefix("script:")
        while scope:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        raise Fault(f"The variable '${name}' cannot be retrieved because it has not been set.")

    def write(self, name, value):
        name = name.lower()
        scope = self.globals if name.startswith("script:") else self.scope
        scope.names[name.removeprefix("script:")] = value

    # Statements give the list of what they put out.

    def statements(self, node):
        output = []
        for child in node.named_children:
            if child.type == "comment":
                continue
            try:
                output += self.statement(child)
            except (Return, Break, Exit, Fault) as end:
                end.output = output + getattr(end, "output", [])
                raise
        return output

    def block(self, node):
        inner = [child for child in node.named_children if child.type != "comment"]
        if not inner:
            return []
        if inner[0].type in ("script_block", "script_block_body"):
            return self.block(inner[0])
        return self.statements(inner[0]) if inner[0].type == "statement_list" else self.statements(node)

    def statement(self, node):
        handler = getattr(self, "do_" + node.type, None)
        if handler is None:
            raise Unknown(f"a {node.type}: {node.text.decode()[:60]}")
        return handler(node)

    def do_statement_list(self, node):
        return self.statements(node)

    def do_empty_statement(self, node):
        return []

    def do_function_statement(self, node):
        name = self.child(node, "function_name").text.decode()
        parameters = [n.text.decode().lstrip("$").lower() for n in self.descend(node, "script_parameter")]
        body = self.child(node, "script_block", optional=True)
        self.functions[name.lower()] = (parameters, body)
        return []

    def do_if_statement(self, node):
        if truth(self.pipeline_value(self.child(node, "pipeline"))):
            return self.block(self.child(node, "statement_block"))
        for clause in self.descend(self.child(node, "elseif_clauses", optional=True), "elseif_clause"):
            if truth(self.pipeline_value(self.child(clause, "pipeline"))):
                return self.block(self.child(clause, "statement_block"))
        otherwise = self.child(node, "else_clause", optional=True)
        return self.block(self.child(otherwise, "statement_block")) if otherwise else []

    def do_foreach_statement(self, node):
        name = self.child(node, "variable").text.decode()[1:]
        output = []
        for item in stream(self.pipeline_value(self.child(node, "pipeline"))):
            self.write(name, item)
            try:
                output += self.block(self.child(node, "statement_block"))
            except Break as end:
                return output + end.output
            except (Return, Fault) as end:
                end.output = output + end.output
                raise
        return output

    def do_switch_statement(self, node):
        subject = self.pipeline_value(self.descend(node, "switch_condition")[0].named_children[0])
        matched = False
        output = []
        for clause in self.descend(node, "switch_clause"):
            condition = clause.named_children[0].text.decode()
            if condition != "default":
                wanted = condition[1:-1] if condition[0] == "'" else condition
                if text(subject).lower() != wanted.lower():
                    continue
                matched = True
            elif matched:
                continue
            self.write("_", subject)
            output += self.block(self.child(clause, "statement_block"))
        return output

    def do_try_statement(self, node):
        output = []
        try:
            output += self.block(self.child(node, "statement_block"))
        except Fault as fault:
            catches = self.child(node, "catch_clauses", optional=True)
            output += getattr(fault, "output", [])
            if catches is None:
                fault.output = output
                raise
            self.write("_", str(fault))
            output += self.block(self.child(catches.named_children[0], "statement_block"))
        finally:
            last = self.child(node, "finally_clause", optional=True)
            if last:
                output += self.block(self.child(last, "statement_block"))
        return output

    def do_flow_control_statement(self, node):
        word = node.children[0].text.decode().lower()
        pipeline = self.child(node, "pipeline", optional=True)
        if word == "break":
            raise Break
        value = self.pipeline_output(pipeline) if pipeline else []
        if word == "return":
            end = Return()
            end.output = value
            raise end
        if word == "exit":
            raise Exit(value_of(value))
        if word == "throw":
            raise Fault(text(value_of(value)))
        raise Unknown(word)

    def do_pipeline(self, node):
        first = node.named_children[0]
        if first.type == "assignment_expression":
            self.assign(first)
            return []
        return self.pipeline_output(node)

    def assign(self, node):
        target = node.named_children[0]
        operator = self.child(node, "assignement_operator").text.decode()
        value = self.pipeline_value(node.named_children[-1])
        name = target.text.decode().strip("${}")
        if operator == "+=":
            value = self.add(self.read(name), value)
        elif operator != "=":
            raise Unknown(operator)
        self.write(name, value)

    # Pipelines

    def pipeline_value(self, node):
        """An expression alone keeps its value, commands give what they put out."""
        if node.type != "pipeline":
            return self.expression(node)
        chain = node.named_children[0]
        if chain.type == "pipeline_chain" and len(chain.named_children) == 1 and chain.named_children[0].type != "command":
            return self.expression(chain.named_children[0])
        return value_of(self.pipeline_output(node))

    def pipeline_output(self, node):
        chains = node.named_children
        if len(chains) != 1 or chains[0].type != "pipeline_chain":
            raise Unknown(f"pipeline {node.text.decode()[:60]}")
        output = None
        for element in chains[0].named_children:
            if element.type == "command":
                output = self.command(element, output)
            elif output is None:
                output = list(stream(self.expression(element)))
            else:
                raise Unknown(f"{element.text.decode()[:60]} behind a |")
        return output

    def command(self, node, fed):
        name_node = node.named_children[0]
        elements = self.child(node, "command_elements", optional=True)
        positional, named = [], {}
        expect = None
        is_program = name_node.type == "command_invokation_operator"
        for element in elements.named_children if elements else []:
            if element.type == "command_argument_sep":
                continue
            if element.type == "redirection":
                if element.text.decode() != "2>&1":
                    raise Unknown(element.text.decode())
            elif element.type == "command_parameter" and is_program:
                positional.append(element.text.decode())
            elif element.type == "command_parameter":
                expect = element.text.decode().lower()
                named[expect] = True
            else:
                value = element.text.decode() if element.type == "generic_token" else self.expression(element)
                if expect:
                    named[expect], expect = value, None
                else:
                    positional.append(value)
        if is_program:
            tool = text(self.expression(node.named_children[1].named_children[0]))
            arguments = [text(word) for value in positional for word in stream(value)]
            code, output = self.machine.tool(tool, arguments)
            self.globals.names["lastexitcode"] = code
            return output
        name = name_node.text.decode()
        if name.lower() in self.functions:
            if named:
                raise Unknown(f"{name} {named}")
            return self.call(name, positional)
        quiet = named.pop("-erroraction", "Stop") == "SilentlyContinue"
        try:
            return self.cmdlet(name, positional, named, fed)
        except Fault:
            if quiet:
                return []
            raise

    def call(self, name, arguments):
        parameters, body = self.functions[name.lower()]
        if len(arguments) != len(parameters):
            raise Unknown(f"{name} wants {len(parameters)} arguments, not {len(arguments)}")
        self.scope = Scope(self.scope)
        self.scope.names.update(zip(parameters, arguments))
        try:
            return self.block(body) if body else []
        except Return as end:
            return end.output
        finally:
            self.scope = self.scope.parent

    def each(self, block, items):
        for item in items:
            # A block runs in the scope around it.
            before = self.scope.names.get("_")
            self.scope.names["_"] = item
            try:
                yield item, self.block(block)
            finally:
                self.scope.names["_"] = before

    def cmdlet(self, name, positional, named, fed):
        if name == "Where-Object":
            return [item for item, output in self.each(positional[0], fed) if truth(value_of(output))]
        if name == "ForEach-Object":
            return [line for _, output in self.each(positional[0], fed) for line in output]
        if name == "Write-Output":
            return stream(positional[0])
        if name == "Compare-Object":
            left, right = ([text(item).lower() for item in stream(side)] for side in positional)
            odd = [item for item in left if left.count(item) != right.count(item)]
            return odd + [item for item in right if left.count(item) != right.count(item)]
        if name == "Set-StrictMode":
            return []
        return self.machine.cmdlet(name, positional, named)

    # The tree

    def child(self, node, kind, optional=False):
        for child in node.named_children:
            if child.type == kind:
                return child
        if optional:
            return None
        raise Unknown(f"{node.type} without {kind}")

    def descend(self, node, kind):
        """All nodes of a kind that are not inside another of that kind."""
        if node is None:
            return []
        found = []
        for child in node.named_children:
            found += [child] if child.type == kind else self.descend(child, kind)
        return found
