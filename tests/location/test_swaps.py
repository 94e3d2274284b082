"""Swaps: p columns that leave no row unmet, on random coverings with such a choice hidden in them."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from alloc.location.covering.rows import Covering
from alloc.location.covering.swaps import Swaps


def covering_of(matrix):
    n_rows, n_columns = matrix.shape
    whole = csr_array(matrix.astype(np.int32))
    return Covering(np.arange(n_columns), whole, np.ones(n_rows, dtype=np.int64), np.ones(n_rows))


def hidden(seed, n_rows=60, n_columns=40, p=6):
    """Rows x columns; ``p`` of the columns share the rows out between them."""
    random = np.random.default_rng(seed)
    matrix = random.random((n_rows, n_columns)) < 0.12
    matrix[np.arange(n_rows), random.permutation(n_columns)[:p][random.integers(p, size=n_rows)]] = True
    start = np.zeros(n_columns, dtype=bool)
    start[random.permutation(n_columns)[:p]] = True
    return covering_of(matrix), start


def never():
    return False


@pytest.mark.parametrize("seed", range(20))
def test_finds_the_choice_that_leaves_no_row_unmet(seed):
    covering, start = hidden(seed)
    before = start.copy()
    found = Swaps(covering, start, seed).run(5_000, never)
    assert found is not None
    assert found.sum() == start.sum()
    assert (covering.counts(found) > 0).all()
    assert (start == before).all()


@pytest.mark.parametrize("seed", range(10))
def test_what_columns_are_worth_is_kept_up_to_date(seed):
    covering, start = hidden(seed, p=3)
    swaps = Swaps(covering, start, seed)
    for n in (1, 1, 7, 30):
        swaps.run(n, never)
        count = covering.counts(swaps._chosen)
        assert (swaps._count == count).all()
        assert swaps._chosen.sum() == start.sum()
        np.testing.assert_allclose(swaps._to_win, covering.covers @ (swaps._weight * (count == 0)))
        np.testing.assert_allclose(swaps._to_lose, covering.covers @ (swaps._weight * (count == 1)))


def test_the_same_seed_finds_the_same():
    covering, start = hidden(3)
    one, two = (Swaps(covering, start, 5).run(5_000, never) for _ in range(2))
    assert (one == two).all()


def test_gives_up_where_there_is_no_such_choice_or_no_time():
    covering = covering_of(np.eye(4))
    start = np.array([True, True, True, False])
    assert Swaps(covering, start, 0).run(300, never) is None
    assert Swaps(covering, start, 0).run(10**9, lambda: True) is None
    assert Swaps(covering, np.zeros(4, dtype=bool), 0).run(300, never) is None


def test_one_column_is_changed_for_another():
    covering = covering_of(np.array([[1, 0], [1, 1]]))
    found = Swaps(covering, np.array([False, True]), 0).run(10, never)
    assert found.tolist() == [True, False]
