"""Seeded odd trials told by counts: one dose to eight, groups of 1 to 30, everybody harmed, nobody, claims about any dose."""

import random

RULES = ("not read", "3+3 A", "3+3 B", "3+3 C", "3+3 K", "BOIN", "CRM", "limits", "fixed groups")


def text(seed):
    """The file of one odd trial."""
    dice = random.Random(seed)
    doses = dice.choice((1, 1, 2, 2, 3, 4, 5, 8))
    sizes = [dice.choice((1, 2, 3, 3, 6, 30, dice.randint(1, 30))) for _ in range(doses)]
    names = [f"dose {place + 1}" for place in range(doses)]
    rule = RULES[seed % len(RULES)]
    lines = [f"title: odd trial {seed}", "doses:"]
    lines += [
        f"  - {{name: {name}, amount: {2**place}, people: {n if dice.random() > 0.07 else 'not read'}}}"
        for place, (name, n) in enumerate(zip(names, sizes, strict=True))
    ]
    planned = dice.choice(("not read", str(sum(sizes)), str([n + dice.randint(0, 2) for n in sizes])))
    lines += [f"planned_people: {planned}", f"rule: {rule}"]
    if rule == "limits":
        lines += ["limits:"] + [
            f"  - {{counts: harm {kind}, at_most: {dice.randint(0, 3)}, per: {dice.choice(('dose', 'trial'))}}}"
            for kind in range(dice.randint(1, 3))
        ]
    lines += ["outcomes:"]
    for kind in range(dice.randint(0, 4)):
        seen = dice.choice((lambda n: 0, lambda n: n, lambda n: dice.randint(0, n)))
        counts = [seen(n) for n in sizes]
        with_it = dice.choice((str(counts), str(sum(counts)), "not read"))
        more = dice.choice(("", f", events: {3 * sum(counts)}", ", decides: yes", ", weeks: 52"))
        if dice.random() < 0.4:
            more += ", compare: {people_with: 3, people: 40, weeks: 26, of: others}"
        lines += [f"  - {{name: harm {kind}, people_with: {with_it}{more}}}"]
    lines = lines if lines[-1] != "outcomes:" else lines[:-1]
    lines += ["claims:"]
    for _ in range(dice.randint(0, 2)):
        better = dice.choice(names)
        against = dice.choice([name for name in names if name != better] + ["rest", "start", "not read"])
        if doses == 1:
            against = "start"
        means = dice.choice(("not read", str([dice.randint(-9, 9) for _ in names])))
        sds = dice.choice(("not read", str([dice.choice((1.5, 4)) for _ in names])))
        if sds != "not read":  # one person has no spread
            sds = f"[{', '.join(sd if n > 1 else 'not read' for sd, n in zip(sds[1:-1].split(', '), sizes, strict=True))}]"
        lines += [f"  - {{outcome: score, better_in: {better}, against: {against}, mean: {means}, sd: {sds}}}"]
    return "\n".join(lines if lines[-1] != "claims:" else lines[:-1]) + "\n"
