from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from krokomrsa import scales
from krokomrsa.errors import KrokomrsaError
from krokomrsa.scales import Level, load, names, parse
from krokomrsa.vocabulary import resource, texts

DEFAULT = resource("scales", "femgradig.toml")

SMALL = """
id = "liten"
name = "Två gånger tre"
source = "Egen"
checked = 2026-11-22
matrix = [[1, 1, 2], [1, 2, 3]]
likelihood = [{ level = 1, label = "Sällan" }, { level = 2, label = "Ofta" }]
consequence = [{ level = 0, label = "Ingen" }, { level = 1, label = "Liten" }, { level = 2, label = "Stor" }]
classes = [
    { level = 1, label = "Låg", colour = "class1" },
    { level = 2, label = "Medel", colour = "class2" },
    { level = 3, label = "Hög", colour = "class4" },
]
"""

PUBLISHED = {
    "femgradig": [(None, 1e-4), (1e-4, 1e-3), (1e-3, 1e-2), (1e-2, 1e-1), (1e-1, None)],
    "bjurholm-2023": [(1 / 1000, 1 / 1000), (1 / 100, 1 / 100), (1 / 50, 1 / 50), (1 / 10, 1 / 10), (1, 1)],
    "fyrgradig": [(None, 0.01), (0.01, 0.1), (0.1, 1.0), (1.0, None)],
    "dsb-helhetlig-ros": [(None, 0.001), (0.001, 0.01), (0.01, 0.02), (0.02, 0.1), (0.1, None)],
    "msb-2013": [(None, 1e-4), (1e-4, 1e-3), (1e-3, 1e-2), (1e-2, 1e-1), (1e-1, None)],
    "uk-nrr-2023": [(None, 0.002), (0.002, 0.01), (0.01, 0.05), (0.05, 0.25), (0.25, None)],
}


def problems_of(text: str) -> list[tuple[str, str, str]]:
    """Return place, value and problem of everything wrong in a scale file."""
    with pytest.raises(KrokomrsaError) as caught:
        parse(text, file="egen.toml")
    assert all(problem.file == "egen.toml" and problem.kind == "refused" and problem.remedy for problem in caught.value.problems)
    return [(problem.cell, problem.value, problem.problem) for problem in caught.value.problems]


@pytest.mark.parametrize("name", names())
def test_published_limits(name: str) -> None:
    """The likelihood limits of every scale that comes along are the published ones."""
    assert [(level.low, level.high) for level in load(name).likelihood] == PUBLISHED[name]


@pytest.mark.parametrize("name", names())
def test_every_scale_is_dated_marked_and_monotone(name: str) -> None:
    """Every scale that comes along says its source and date, asks to be checked, and never lowers a class for a higher level."""
    scale = load(name)
    assert scale.id == name
    assert scale.source
    assert isinstance(scale.checked, date)
    assert "kontrollera" in scale.note.lower()
    assert scale.monotone


def test_horizons_and_measures() -> None:
    """The British scale is over five years, Bjurholm's and the one of four levels count times a year, the others are yearly probabilities."""
    assert {name: (load(name).horizon_years, load(name).measure) for name in names()} == {
        "femgradig": (1.0, "probability"),
        "bjurholm-2023": (1.0, "frequency"),
        "dsb-helhetlig-ros": (1.0, "probability"),
        "fyrgradig": (1.0, "frequency"),
        "msb-2013": (1.0, "probability"),
        "uk-nrr-2023": (5.0, "probability"),
    }


def test_default_scale() -> None:
    """The default is five by five with four classes in the palette's colours, and its words are Swedish."""
    scale = load()
    assert [level.label for level in scale.consequence] == ["Lindriga", "Kännbara", "Allvarliga", "Förödande", "Katastrofala"]
    assert scale.labels("likelihood") == {1: "Mycket låg", 2: "Låg", 3: "Medelhög", 4: "Hög", 5: "Mycket hög"}
    assert [(kind.level, kind.colour) for kind in scale.classes] == [(1, "class1"), (2, "class2"), (3, "class3"), (4, "class4")]
    assert scale.rule == "max"


def test_combined_leaves_out_own_operations() -> None:
    """The combined consequence runs over the five protected values and unspecified, never over a department's own operations."""
    scale = load()
    assert scale.combined == (*scale.values, "unspecified")
    assert scale.values["life_health"] == "Liv och hälsa"
    assert len(scale.values) == 5
    assert scale.aspects == (*scale.values, "own operations", "unspecified")


def test_matrix_is_likelihood_by_consequence() -> None:
    """A cell is looked up by likelihood first and consequence second, also where levels begin at 0."""
    scale = parse(SMALL, file="liten.toml")
    assert [[scale.class_of(likely, severe) for severe in (0, 1, 2)] for likely in (1, 2)] == [[1, 1, 2], [1, 2, 3]]


def test_defaults_of_a_short_file() -> None:
    """A file may leave out limits, note, rule, horizon, values and combined."""
    scale = parse(SMALL, file="liten.toml")
    assert (scale.rule, scale.horizon_years, scale.measure, scale.note) == ("max", 1.0, "probability", "")
    assert scale.likelihood[0] == Level(level=1, label="Sällan")
    assert scale.combined == load().combined


def test_own_protected_values() -> None:
    """A municipality may declare its own protected values and which of them the maximum runs over."""
    scale = parse('combined = ["trygghet"]\nvalues = { trygghet = "Trygghet", natur = "Natur" }\n' + SMALL, file="liten.toml")
    assert dict(scale.values) == {"trygghet": "Trygghet", "natur": "Natur"}
    assert scale.combined == ("trygghet",)


def test_what_a_level_means_for_each_protected_value() -> None:
    """Every consequence level of the default scale is described for each protected value, and by its own words for what is undivided."""
    for level in load().consequence:
        assert set(level.values) == set(load().values)
        assert len({level.described(aspect) for aspect in load().values}) == len(load().values)
        assert level.described("unspecified") == level.description


def test_thresholds_of_consequence_follow_on_each_other() -> None:
    """Consequence thresholds with a gap between them are refused as gaps in likelihood are, and sound ones are kept."""
    limits = ["high = 1", "low = 1\nhigh = 10", "low = 10\nhigh = 100", "low = 100\nhigh = 1000", "low = 1000"]
    parts = DEFAULT.split("[consequence.values]\n")
    text = parts[0] + "".join(f"{said}\n[consequence.values]\n{part}" for said, part in zip(limits, parts[1:], strict=True))
    assert [level.low for level in parse(text, file="egen.toml").consequence] == [None, 1, 10, 100, 1000]
    assert problems_of(text.replace("low = 10\n", "low = 20\n"))[0][2] == "Mellan nivå 2 (till 10) och nivå 3 (från 20) är det en lucka."


def test_not_monotone_is_allowed_but_said() -> None:
    """A matrix in which a higher level lowers the class is read, and says so, along either axis."""
    assert parse(SMALL, file="x").monotone
    assert not parse(SMALL.replace("[1, 1, 2]", "[2, 1, 2]"), file="x").monotone
    assert not parse(SMALL.replace("[1, 2, 3]", "[1, 1, 1]"), file="x").monotone


def test_scale_does_not_change() -> None:
    """A scale is a value: neither it nor its values can be changed."""
    with pytest.raises(FrozenInstanceError):
        load().name = "annan"  # type: ignore[misc]
    with pytest.raises(TypeError):
        load().values["ny"] = "Ny"  # type: ignore[index]


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ('label = "Låg"', 'label = "Hög"', "likelihood, post 4", "Två poster heter ”Hög”."),
        ('label = "Låg"', 'label = " "', "likelihood, post 2", "Namnet är tomt."),
        ("low = 1e-4", "low = 2e-4", "likelihood, post 2", "Mellan nivå 1 (till 0.0001) och nivå 2 (från 0.0002) är det en lucka."),
        ("low = 1e-3", "low = 5e-4", "likelihood, post 3", "Nivå 2 (till 0.001) och nivå 3 (från 0.0005) överlappar varandra."),
        ("low = 1e-3\n", "", "likelihood, post 3", "Nivå 3 saknar low."),
        ("high = 1e-4\n", "", "likelihood, post 1", "Nivå 1 saknar high."),
        (
            "low = 1e-3\nhigh = 1e-2",
            "low = 1e-2\nhigh = 1e-3",
            "likelihood, post 3",
            "Den nedre gränsen 0.01 är inte mindre än den övre 0.001.",
        ),
        ("low = 1e-1", "low = 1e-1\nhigh = 10", "likelihood, post 5", "En sannolikhet ligger mellan 0 och 1, en frekvens är minst 0."),
        ("level = 5", "level = 6", "likelihood, post 5", "Nivån följer inte på 4: det blir en lucka."),
        ("level = 5", "level = 4", "likelihood, post 5", "Nivån är inte högre än 4, som står före den."),
        ("    [1, 1, 2, 2, 3],\n", "", "matrix", "Klassmatrisen har 4 rader men skalan har 5 nivåer av sannolikhet."),
        ("[1, 1, 2, 2, 3]", "[1, 1, 2, 2]", "matrix, rad 2", "Raden har 4 klasser men skalan har 5 nivåer av konsekvens."),
        ("[1, 1, 2, 2, 3]", "[1, 1, 2, 2, 7]", "matrix, rad 2", "Riskklassen finns inte bland classes (1, 2, 3, 4)."),
        ("[1, 1, 2, 2, 3]", '[1, 1, 2, 2, "3"]', "matrix, rad 2", "Fältet ”matrix” ska vara ett heltal."),
        ("[1, 1, 2, 2, 3]", "3", "matrix, rad 2", "Fältet ”matrix” ska vara en lista."),
        ('colour = "class4"', 'colour = "röd"', "classes, post 4", "Färgen finns inte i paletten."),
        (
            'level = 2\nlabel = "Måttlig',
            'level = 1\nlabel = "Måttlig',
            "classes, post 2",
            "Riskklassen är inte högre än 1, som står före den.",
        ),
        ('rule = "max"', 'rule = "summa"', "rule", "Regeln för sammanvägning av skyddsvärden finns inte."),
        ('"consolidated_or_span"', '"medel"', "judges", "Regeln för sammanvägning av flera bedömares nivåer finns inte."),
        ('across = "consequence"', 'across = "klass"', "across", "across säger inte vilken axel som ska gå från vänster till höger."),
        ("life_health = ", "liv_halsa = ", "consequence, post 1", "Nivån beskrivs för ett skyddsvärde som inte finns på skalan."),
        ("[consequence.values]\n", "low = 1\nhigh = 2\n[consequence.values]\n", "consequence, post 2", "Nivå 2 saknar low."),
        ('measure = "probability"', 'measure = "gånger"', "measure", "measure säger inte vad gränserna är."),
        ("horizon_years = 1", "horizon_years = 0", "horizon_years", "Perioden ska vara längre än 0 år."),
        ("horizon_years = 1", "horizon_years = inf", "horizon_years", "Fältet ”horizon_years” ska vara ett tal."),
        ("checked = 2026-11-22", 'checked = "i går"', "checked", "Fältet ”checked” ska vara ett datum, till exempel 2026-11-22."),
        ('name = "Femgradig skala, 5 × 5"\n', "", "name", "Fältet ”name” saknas."),
        ("note =", "notering =", "notering", "Fältet ”notering” finns inte i en skalfil."),
        ('"life_health"', '"own operations"', "combined", "Aspekten kan inte ingå i den sammanvägda konsekvensen."),
        ("combined =", 'values = { likelihood = "S" }\ncombined =', "values", "Namnet är upptaget och kan inte vara ett skyddsvärde."),
    ],
)
def test_what_a_scale_file_may_not_hold(old: str, new: str, place: str, said: str) -> None:
    """Each thing that is wrong in a scale file is said in Swedish, with its place in the file."""
    assert old in DEFAULT
    assert (place, said) in [(cell, problem) for cell, _, problem in problems_of(DEFAULT.replace(old, new, 1))]


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("level = 0", "level = 2", "consequence, post 1", "Den första nivån ska vara 0 eller 1."),
        ('{ level = 1, label = "Sällan" }', '"Sällan"', "likelihood, post 1", "Fältet ”likelihood” ska vara en tabell med namn = text."),
        ('label = "Sällan"', 'labell = "Sällan"', "likelihood, post 1", "Fältet ”labell” finns inte i en skalfil."),
        ('label = "Sällan"', "label = 3", "likelihood, post 1", "Fältet ”label” ska vara en text inom citattecken."),
        ("level = 0", "level = true", "consequence, post 1", "Fältet ”level” ska vara ett heltal."),
        ("level = 0", f"level = 1{'0' * 400}", "consequence, post 1", "Fältet ”level” ska vara ett heltal."),
        ('source = "Egen"', 'source = "Egen"\nvalues = { a = 1 }', "values", "Fältet ”values” ska vara en tabell med namn = text."),
    ],
)
def test_fields_of_entries(old: str, new: str, place: str, said: str) -> None:
    """Fields inside levels and classes are checked as those of the scale itself."""
    assert (place, said) in [(cell, problem) for cell, _, problem in problems_of(SMALL.replace(old, new, 1))]


def test_empty_lists() -> None:
    """A scale without levels or classes is refused, and nothing else is said of them."""
    text = SMALL[: SMALL.index("likelihood")] + "likelihood = []\nconsequence = []\nclasses = []\n"
    assert [problem for _, _, problem in problems_of(text)] == [
        f"Listan ”{key}” är tom." for key in ("likelihood", "consequence", "classes")
    ]


def test_points_must_rise() -> None:
    """Points need no common limits, but two levels cannot be the same point, and a point cannot stand among intervals."""
    text = resource("scales", "bjurholm-2023.toml")
    assert "överlappar" in problems_of(text.replace("low = 0.02\nhigh = 0.02", "low = 0.01\nhigh = 0.01"))[0][2]
    assert any("är inte mindre än" in problem for _, _, problem in problems_of(text.replace("high = 0.02", "high = 0.03")))


def test_all_problems_at_once() -> None:
    """A file with faults in several parts gets all of them in one answer, also where one part has the wrong form."""
    text = SMALL.replace('label = "Stor"', "label = 3").replace("[1, 2, 3]]", "[1, 2, 9]]").replace('colour = "class4"', 'colour = "grön"')
    assert [place for place, _, _ in problems_of(text)] == ["consequence, post 3", "classes, post 3", "matrix, rad 2"]


def test_a_misspelt_field_gets_a_guess() -> None:
    """A field that is nearly right is answered with the one that was meant."""
    with pytest.raises(KrokomrsaError) as caught:
        parse(SMALL.replace("matrix", "matris"), file="liten.toml")
    assert any(problem.remedy.startswith("Menade du ”matrix”?") for problem in caught.value.problems)


def test_not_toml() -> None:
    """A text that is no TOML is refused with its file's name."""
    assert problems_of("id = ")[0][2] == "Filen går inte att läsa som TOML."


def test_unknown_scale() -> None:
    """A scale that does not exist is answered with those that do, and the one that was meant."""
    with pytest.raises(KrokomrsaError, match=r"Menade du ”bjurholm-2023”.*femgradig"):
        load("bjurholm")


def test_every_text_is_a_problem_and_a_remedy() -> None:
    """Every problem with a scale file has both what is wrong and what to do."""
    assert all({"problem", "remedy"} == set(entry) for key, entry in texts("scales").items() if isinstance(entry, dict) and key != "kinds")
    assert scales.DEFAULT in names()
