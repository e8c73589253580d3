"""What no function of `trial.methods` may take: calls written out with the sentence that answers them, and values that are
no such number put in the place of each argument in turn."""

from math import inf, nan

import numpy as np
import pandas as pd
import pytest

BAD = [nan, -inf, inf, None, "x", "1", True, np.bool_(True), pd.NA, pd.NaT, -1, 1j, object(), np.array([nan]), [nan, 1]]


def refused(module, cases, **names):
    """A test of every line "call -> words": the call, in the names of `module`, raises one sentence that has these words."""

    @pytest.mark.parametrize("case", [line.strip() for line in cases.strip().splitlines()])
    def test(case):
        call, words = case.split(" -> ")
        with pytest.raises(ValueError, match=words) as error:
            eval(call, {**vars(module), "nan": nan, "inf": inf, **names})
        assert str(error.value).endswith(".") and "\n" not in str(error.value)

    return test


def refuses(function, endless=(), **good):
    """Asserts that `function` works on `good`, and that it answers any bad value with one sentence.

    `endless`: the arguments that may be infinite.
    """
    function(**good)
    for name, value in good.items():
        each = [[bad, *value[1:]] for bad in BAD] if isinstance(value, list) else []
        for bad in [*BAD, *each]:
            if bad is inf and name in endless:
                continue
            with pytest.raises(ValueError) as error:
                function(**{**good, name: bad})
            assert str(error.value).endswith(".") and "\n" not in str(error.value), (name, bad, error.value)
