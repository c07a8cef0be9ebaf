from __future__ import annotations

import re
from dataclasses import replace

import pytest

from rightplace.briefing import InForceItem, sheet_pdf
from tests.brief_pdf import page_count, page_text, type_sizes
from tests.brief_worlds import STAMP, line, sheet

ITEM = InForceItem(
    kind="Section 60", words="Finsbury Park and " + "x" * 90, expires="Ends Sat 03:00."
)


@pytest.mark.parametrize("lines", [0, 1, 6, 12])
def test_sheet_is_one_page(lines: int) -> None:
    assert page_count(sheet_pdf(sheet(lines))) == 1


def test_full_sheet_of_long_words_stays_one_page_and_keeps_its_foot() -> None:
    long = {
        "place": "Llanfairpwllgwyngyll" * 8,
        "window": "w" * 200,
        "why": ("1234567890 " * 20, "9" * 150),
        "do": "speak to everybody " * 20,
        "avoid": "z" * 300,
    }
    words = sheet_pdf(
        replace(
            sheet(12),
            lines=tuple(line(n, **long) for n in range(1, 13)),
            headline="The headline goes on. " * 40,
            bcu="B" * 150,
            no_data=("A borough with a long name",) * 9,
            in_force=(ITEM,) * 4,
            drivers=("d" * 200,) * 3,
        )
    )
    text = page_text(words)
    assert page_count(words) == 1
    assert "and not by itself a ground for section 60." in text
    assert text.endswith("Page 1 of 12")
    assert text.count("Section 60.") == 4  # nothing in force is cut for room


def test_every_line_of_a_full_sheet_is_on_the_page() -> None:
    text = page_text(sheet_pdf(sheet(12)))
    assert all(f"High Street {n} near the station" in text for n in range(1, 13))


def test_same_sheet_gives_the_same_bytes() -> None:
    assert sheet_pdf(sheet(3)) == sheet_pdf(sheet(3))


def test_file_is_tagged_titled_and_in_british_english() -> None:
    pdf = sheet_pdf(sheet(2))
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf or b"pdfuaid:part" in pdf
    assert b"/Marked true" in pdf
    assert b"/Lang(en-GB)" in pdf
    assert b"/Alt" in pdf
    assert b"/TH" in pdf


def test_only_fonts_of_the_package_are_in_the_file() -> None:
    fonts = set(re.findall(rb"/BaseFont/[A-Z]{6}\+([A-Za-z-]+)", sheet_pdf(sheet(2))))
    assert fonts == {b"AtkinsonHyperlegible-Regular", b"AtkinsonHyperlegible-Bold"}


def test_page_is_set_in_nine_points_or_more() -> None:
    points = 72 / 25.4
    sizes = type_sizes(sheet_pdf(sheet(12)))
    # The map is lettered in millimetres, 3.2 and more; everything else in points.
    assert min(size * points if size < 5 else size for size in sizes) >= 9


def test_unknown_and_none_in_force_say_different_things() -> None:
    told_nothing = page_text(sheet_pdf(sheet(1, in_force=None)))
    nothing = page_text(sheet_pdf(sheet(1, in_force=())))
    assert "Not known. This system was not told." in told_nothing
    assert "None. Nothing is recorded as in force" in nothing


def test_sheet_without_visits_says_so() -> None:
    assert "No visit is planned here in this period." in page_text(sheet_pdf(sheet(0)))


def test_boroughs_without_data_are_named() -> None:
    text = page_text(sheet_pdf(sheet(1, no_data=("East",))))
    assert "No data for East. That is not the same as quiet" in text


def test_only_invented_data_are_called_synthetic() -> None:
    real = replace(STAMP, synthetic=False)
    assert "SYNTHETIC" in page_text(sheet_pdf(sheet(1)))
    assert "SYNTHETIC" not in page_text(sheet_pdf(sheet(1, stamp=real)))
