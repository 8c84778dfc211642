from itertools import pairwise, product

import numpy as np
import pytest
from risk_cases import SCALE, at, judgements, random_judgements, scale_of

from krokomrsa.analysis import risk
from krokomrsa.analysis.risk.axioms import NAMED
from krokomrsa.errors import KrokomrsaError
from krokomrsa.scales import load, names

AXIOMS = ["weak consistency", "betweenness", "consistent colouring"]


def unit(matrix):
    """Return a scale whose axes run evenly from 0 to 1, as in Cox's theorems."""
    edges = [[place / len(side) for place in range(len(side) + 1)] for side in (matrix, matrix[0])]
    return scale_of(*edges, matrix)


def broken(scale):
    """Return the rules of the matrix that do not hold."""
    found = risk.audit(scale)
    return set(found.loc[~found["holds"], "rule"])


def monotone(size, classes=3):
    """Go through every square matrix whose classes never fall upwards or to the right and that has the lowest and the highest class."""
    rows = [row for row in product(range(1, classes + 1), repeat=size) if list(row) == sorted(row)]
    for found in product(rows, repeat=size):
        if all(low <= high for first, second in pairwise(found) for low, high in zip(first, second, strict=True)):
            matrix = [list(row) for row in found]
            if matrix[0][0] == 1 and matrix[-1][-1] == classes:
                yield matrix


def test_a_matrix_with_two_classes_breaks_betweenness():
    """Find, as Cox proves, that three colours at least are needed."""
    assert all("betweenness" in broken(unit(matrix)) for matrix in monotone(2, classes=2))


@pytest.mark.parametrize("size", [3, 4])
def test_no_red_touches_the_axes_of_a_weakly_consistent_matrix(size):
    """Find, as Cox proves, nothing of the highest class where loss can be nothing at all, nor beside the lowest class."""
    consistent = [np.array(matrix) for matrix in monotone(size) if "weak consistency" not in broken(unit(matrix))]

    assert consistent
    for matrix in consistent:
        assert (matrix[0] < 3).all()
        assert (matrix[:, 0] < 3).all()
        assert not ((matrix[1:] == 3) & (matrix[:-1] == 1)).any()
        assert not ((matrix[:, 1:] == 3) & (matrix[:, :-1] == 1)).any()


def test_one_matrix_of_three_by_three_is_sound_with_green_along_its_axes():
    """Find one way only to colour what the axes leave, the one that Cox shows."""
    sound = [
        matrix for matrix in monotone(3) if matrix[0] == [1, 1, 1] and [row[0] for row in matrix] == [1, 1, 1] and not broken(unit(matrix))
    ]

    assert sound == [[[1, 1, 1], [1, 2, 2], [1, 2, 3]]]


def test_the_three_by_three_matrix_of_cox_is_sound():
    """Accept the lowest class along two sides, the highest in the corner and the middle between."""
    found = risk.audit(unit([[1, 1, 1], [1, 2, 2], [1, 2, 3]]))

    assert found["rule"].tolist() == AXIOMS
    assert found["holds"].all()
    assert found["cells"].tolist() == [(), (), ()]


def test_a_red_cell_with_less_loss_than_a_green_one_is_found():
    """Name the cells where a point of the highest class is smaller than a point of the lowest."""
    found = risk.audit(unit([[1, 1, 3], [1, 2, 3], [1, 2, 3]])).set_index("rule").loc["weak consistency"]

    assert not found["holds"]
    assert found["cells"] == ((1, 1), (1, 2), (1, 3), (2, 1), (2, 3), (3, 1))
    assert found["sentence"] == (
        "Förväntad förlust kan vara större i klassen ”Klass 1” än i klassen ”Klass 3”: S1×K1, S1×K2, S1×K3, S2×K1, S2×K3, S3×K1."
    )


@pytest.mark.parametrize(
    ("matrix", "cells"),
    [
        ([[1, 3], [2, 3]], ((1, 1), (1, 2))),
        ([[1, 2], [3, 3]], ((1, 1), (2, 1))),
        ([[1, 2], [2, 3]], ((1, 1), (2, 2))),
        ([[1, 1, 2], [1, 2, 2], [2, 2, 3]], ()),
    ],
    ids=["beside", "above", "corner", "apart"],
)
def test_green_beside_red_is_found_at_sides_and_corners(matrix, cells):
    """Name the cells that a rising line passes between with nothing in the middle."""
    found = risk.audit(unit(matrix)).set_index("rule").loc["betweenness"]

    assert found["holds"] == (not cells)
    assert found["cells"] == cells or {(1, 1), (2, 2)} < set(found["cells"])


def test_cells_with_losses_of_another_class_are_found():
    """Say which cells should be higher and which lower, on equal decades, where the sum of levels tells the loss."""
    found = risk.audit(load("femgradig"))
    cells = found.loc[found["rule"] == "consistent colouring", "cells"].tolist()

    assert cells[0] == ((3, 5), (4, 4), (5, 3))
    assert set(cells[1]) >= {(1, 4), (2, 3), (3, 2), (4, 1)}


def test_a_class_in_the_middle_of_nowhere_is_found():
    """Say that a cell below every green one has no ground to be between the classes."""
    found = risk.audit(unit([[2, 1, 1], [1, 1, 2], [1, 2, 3]]))
    own = found[found["rule"] == "consistent colouring"]

    assert ((1, 1),) in own["cells"].tolist()
    assert "har ändå en högre klass: S1×K1." in " ".join(own["sentence"])


def test_a_matrix_of_one_class_has_nothing_to_audit():
    """Say so, rather than that all is well."""
    found = risk.audit(unit([[1, 1], [1, 1]]))

    assert found["holds"].all()
    assert set(found["sentence"]) == {"Matrisen har bara en klass, så det finns inget att pröva."}


@pytest.mark.parametrize("name", names())
def test_every_scale_that_is_shipped_can_be_audited(name):
    """Say something about each of Cox's three rules, in whole sentences."""
    found = risk.audit(load(name))

    assert list(dict.fromkeys(found["rule"])) == AXIOMS
    assert all(sentence.endswith(".") for sentence in found["sentence"])
    assert (found["holds"] == (found["cells"].map(len) == 0)).all()


def test_risks_of_a_class_that_differ_for_certain_are_a_tie():
    """Name the risks of a class that hides that one loss is surely larger, and their cells."""
    table = risk.matrix(at({"A": (5, 3), "B": (5, 5), "C": (3, 4), "D": (1, 1)}), SCALE)
    found = risk.audit(SCALE, table, names={"A": "Storm", "C": "Brand"}).set_index("rule")

    assert found.loc["tie", "risks"] == ("A", "C")
    assert found.loc["tie", "cells"] == ((3, 4), (5, 3))
    assert found.loc["tie", "sentence"] == (
        "Risker i klassen ”Hög risk” skiljer sig säkert åt i förväntad förlust. Klassen visar det inte: Storm, Brand."
    )


def test_a_higher_class_with_a_smaller_loss_is_a_reversal():
    """Name the risks where the class says the opposite of the loss."""
    scale = scale_of(None, None, [[1, 1, 2], [1, 1, 1], [1, 1, 2]])
    table = risk.matrix(at({"Liten": (1, 3), "Stor": (3, 2), "Lika": (2, 2)}), scale)
    found = risk.audit(scale, table, step=10).set_index("rule")

    assert found.loc["reversal", "risks"] == ("Liten", "Stor")
    assert found.loc["reversal", "cells"] == ((1, 3), (3, 2))
    assert "har säkert mindre förväntad förlust än risker i klassen ”Klass 1”: Liten, Stor." in found.loc["reversal", "sentence"]


def test_risks_that_the_classes_tell_apart_are_said_to_be():
    """Have one row for each comparison that finds nothing."""
    found = risk.audit(SCALE, risk.matrix(at({"A": (5, 5), "B": (1, 1)}), SCALE)).tail(2)

    assert found["rule"].tolist() == ["tie", "reversal"]
    assert found["holds"].all()


def test_a_long_list_of_risks_is_cut_short():
    """Name some of many risks, and count the rest."""
    table = risk.matrix(random_judgements(200), SCALE)
    ties = risk.audit(SCALE, table).query("rule == 'tie'")
    longest = ties.loc[ties["risks"].map(len).idxmax()]

    assert len(longest["risks"]) > NAMED
    assert longest["sentence"].endswith(f" och {len(longest['risks']) - NAMED} till.")


def test_risks_without_a_class_are_not_compared():
    """Audit a table where nothing is judged."""
    found = risk.audit(SCALE, risk.matrix(judgements({"Sabotage": {"life_health": 3}}), SCALE))

    assert found["rule"].tolist()[-2:] == ["tie", "reversal"]


def test_a_certainty_that_is_none_is_refused():
    """Tell that a certainty lies above one half."""
    with pytest.raises(KrokomrsaError, match="större än 0,5"):
        risk.audit(SCALE, certainty=0.1)
