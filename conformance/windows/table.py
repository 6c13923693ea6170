"""The table that a rig prints: a row is a thing looked at, with how many of its checks went well."""


class Table:
    def __init__(self):
        self.passed = self.failed = 0
        self.faults = []

    def row(self, name, checks):
        """`checks` are pairs of what is looked at and what is wrong with it, if anything."""
        bad = [(what, fault) for what, fault in checks if fault]
        self.passed += len(checks) - len(bad)
        self.failed += len(bad)
        print(f"{name:<60}{len(checks) - len(bad):>4} of {len(checks)}", flush=True)
        self.faults += [f"{name.strip()}, {what}: {fault}" for what, fault in bad]

    def one(self, name, fault):
        self.row(name, [("", fault)])

    def end(self):
        for fault in self.faults:
            print(f"  {fault}")
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0
