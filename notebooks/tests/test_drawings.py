"""The store of drawings: the same bytes with and without it, and nothing broken is ever used."""

import multiprocessing
import os

import pytest
import vl_convert

from reporting import disk_cache as kept
from reporting import drawings, places
from trial import load
from trial.charts import safety as draw


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "CACHE", tmp_path)
    return tmp_path / "drawings"


@pytest.fixture
def drawn(monkeypatch):
    """The specs that the renderer was really asked for."""
    asked, real = [], vl_convert.vegalite_to_svg
    monkeypatch.setattr(vl_convert, "vegalite_to_svg", lambda spec: asked.append(spec) or real(spec))
    return asked


@pytest.fixture(scope="module")
def spec():
    return draw.forty_four_events(load.table("adverse_events"), 310).to_dict()


def test_kept_and_fresh_drawings_are_the_same_bytes(store, drawn, spec, monkeypatch):
    fresh = vl_convert.vegalite_to_svg(spec)
    assert [drawings.svg(spec), drawings.svg(spec)] == [fresh, fresh]
    assert len(drawn) == 2, "one to compare with and one to keep; the third was kept"
    monkeypatch.setenv("FORCE", "1")
    assert drawings.svg(spec) == fresh and len(drawn) == 3, "FORCE draws again"
    monkeypatch.delenv("FORCE")
    monkeypatch.setenv("CI", "true")
    assert drawings.svg(spec) == fresh and len(drawn) == 4, "so does continuous integration"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda entry: entry.write_bytes(entry.read_bytes()[:-100]),
        lambda entry: entry.write_bytes(entry.read_bytes().replace(b"<svg", b"<gvs")),
        lambda entry: entry.write_bytes(b""),
        lambda entry: entry.write_bytes(b"\xff\xfe\n\xff"),
        lambda entry: (entry.unlink(), entry.mkdir()),
    ],
    ids=["cut short", "changed", "empty", "not text", "a folder"],
)
def test_a_broken_entry_is_not_used(store, drawn, spec, spoil):
    fresh = drawings.svg(spec)
    (entry,) = store.iterdir()
    spoil(entry)
    assert drawings.svg(spec) == fresh and len(drawn) == 2
    if entry.is_file():
        drawings.svg(spec)
        assert len(drawn) == 2, "the broken entry was replaced"


def test_another_renderer_or_order_of_keys_has_an_entry_of_its_own(store, drawn, spec, monkeypatch):
    drawings.svg(spec)
    drawings.svg(dict(reversed(spec.items())))
    monkeypatch.setattr(drawings, "version", lambda name: "0")
    drawings.svg(spec)
    assert len(drawn) == 3 and len(list(store.iterdir())) == 3


def test_without_room_a_drawing_is_made_all_the_same(store, drawn, spec):
    store.write_text("in the way")
    assert drawings.svg(spec).startswith("<svg") and store.read_text() == "in the way"


def _write_many(place, text):
    for _ in range(200):
        kept.write(place, text)


def test_a_reader_never_sees_half_of_what_others_write(store):
    texts = ["a" * 200_000, "b" * 300_000]
    writers = [
        multiprocessing.get_context("fork").Process(target=_write_many, args=(store / "x.svg", t)) for t in texts
    ]
    for writer in writers:
        writer.start()
    seen = set()
    while any(writer.is_alive() for writer in writers):
        if (store / "x.svg").exists():
            seen.add(kept.read(store / "x.svg"))
    for writer in writers:
        writer.join()
    assert seen and seen <= set(texts), "an entry read while it was replaced was not whole"
    assert [path.name for path in store.iterdir()] == ["x.svg"], "a part was left behind"


def test_the_store_does_not_grow_without_end(store):
    for number in range(6):
        kept.write(store / f"{number}.svg", "x")
        os.utime(store / f"{number}.svg", (number, number))
    (store / "left.part").write_text("by a killed writer")
    kept.prune({"drawings": 2})
    assert sorted(path.name for path in store.iterdir()) == ["4.svg", "5.svg"]


def test_ids_count_from_the_first_of_each_drawing(monkeypatch):
    """The renderer counts them on from drawing to drawing; a picture must not tell what was drawn before it."""
    made = '<svg><defs><clipPath id="clip{0}"></clipPath></defs><g clip-path="url(#clip{0})"><use href="#clip{1}"/></g></svg>'
    found = []
    for first in (1, 3):
        monkeypatch.setattr(drawings, "svg", lambda spec, first=first: made.format(first, first + 1))
        found.append(drawings.slim_svg({"mark": "point"}))
    assert found[0] == found[1] and found[0].count("-0") == 2 and found[0].count("-1") == 1
