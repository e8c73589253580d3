"""Which cells of published counts to leave out, so that none that is small follows from the others. Knows no trial.

Cells are whole numbers of at least 0, tied by sums that anybody knows to hold. A cell follows where linear programming
leaves it no second whole number, given all cells that are shown.
"""

from collections import defaultdict

import numpy as np
from scipy.optimize import linprog

ROOM = 1 - 1e-6  # how far a cell must be free to move: a whole number


def _parts(unknown, sums):
    """The unknown cells in groups that no sum ties to one another, each with its sums."""
    leader = {cell: cell for cell in unknown}

    def first(cell):
        while leader[cell] != cell:
            leader[cell] = cell = leader[leader[cell]]
        return cell

    tied = [[cell for cell in terms if cell in leader] for terms in sums]
    for cells in tied:
        for cell in cells[1:]:
            leader[first(cell)] = first(cells[0])
    groups = defaultdict(lambda: ([], []))
    for cell in unknown:
        groups[first(cell)][0].append(cell)
    for terms, cells in zip(sums, tied, strict=True):
        if cells:
            groups[first(cells[0])][1].append(terms)
    return groups.values()


def _held(values, cells, ties, asked):
    """Of one group: the cells asked that cannot move, each with the sums that hold it."""
    place = {cell: at for at, cell in enumerate(cells)}
    truth = np.array([values[cell] for cell in cells], dtype=float)
    matrix = np.array([[terms.get(cell, 0) for cell in cells] for terms in ties], dtype=float)
    free, held = np.zeros(len(cells), dtype=bool), {}
    for cell in asked if ties else ():
        for side in (1, -1):
            if not free[place[cell]]:
                cost = np.zeros(len(cells))
                cost[place[cell]] = side
                found = linprog(cost, A_eq=matrix, b_eq=matrix @ truth, bounds=(0, None))
                if found.status == 3:  # no end to it
                    free[place[cell]] = True
                else:  # whoever stands elsewhere in this solution is free as well
                    free |= abs(found.x - truth) >= ROOM
                    holding = [terms for terms, price in zip(ties, found.eqlin.marginals, strict=True) if price]
                    held[cell] = [*held.get(cell, []), *holding]
    return {cell: holding for cell, holding in held.items() if not free[place[cell]]}


def following(values, sums, unknown, asked):
    """Those of the cells asked that follow, each with the sums that give it away.

    In: {cell: value}, sums as {cell: coefficient} that come to 0, the cells that are not known, and some of them.

    >>> list(following({"a": 2, "b": 5, "all": 7}, [{"a": 1, "b": 1, "all": -1}], ["a"], ["a"]))
    ['a']
    """
    asked, found = set(asked), {}
    for cells, ties in _parts(unknown, sums):
        found |= _held(values, cells, ties, [cell for cell in cells if cell in asked])
    return found


def suppressed(values, sums, small, fixed=(), never=()):
    """The cells to leave out: all that are small, and as many more as it takes that no small one follows.

    In: {cell: value}, sums as {cell: coefficient} that come to 0; cells that must not follow; cells that stay known
    whatever happens (how many people there are); cells that are never shown. Out: a set of cells, those never shown
    among it. Of those that would give a cell away the smallest goes first. ValueError where nothing is left to go.

    Two of seven: with the total known, one small cell takes the other with it.

    >>> sorted(suppressed({"a": 2, "b": 5, "all": 7}, [{"a": 1, "b": 1, "all": -1}], {"a"}, fixed={"all"}))
    ['a', 'b']
    """
    hidden, fixed = set(small) | set(never), set(fixed)
    order = {cell: at for at, cell in enumerate(values)}
    while found := following(values, sums, sorted(hidden, key=order.get), small):
        gone = set()
        for cell, held in found.items():
            near = {other for terms in held for other in terms}
            left = near - hidden - fixed or {c for terms in sums if near & terms.keys() for c in terms} - hidden - fixed
            if not left and not near & gone:
                raise ValueError(f"The cell {cell} follows from cells that are always known.")
            if not near & gone:  # else one that has just gone may be enough
                gone.add(min(left, key=lambda other: (values[other] == 0, values[other], order[other])))
        hidden |= gone
    return hidden
