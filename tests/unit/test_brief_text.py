from __future__ import annotations

import sys
import unicodedata

import pytest

from rightplace.briefing.text import breakable, clean, defused, font_characters, printable, shorten


def test_clean_text_has_one_line_and_no_control_or_direction_override() -> None:
    assert clean(" Upper\tStreet\r\nN1\x00 \u202egnp.exe\u2066 ") == "Upper Street N1 gnp.exe"


def test_clean_text_has_no_unpaired_surrogate_and_no_noncharacter() -> None:
    assert clean("a\ud800b\uffffc") == "abc"


def test_every_printable_character_stays() -> None:
    # What is printable is not looked at character by character: here it is, by its category.
    dropped = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    printed = [chr(n) for n in range(sys.maxunicode + 1) if chr(n).isprintable()]
    assert not dropped & {unicodedata.category(each) for each in printed}
    assert clean("".join(printed)) == "".join(printed).strip()
    assert clean(" two  blanks ") == "two blanks"


def test_short_text_is_left_alone_and_long_text_is_cut_at_a_word() -> None:
    assert shorten("Seven Sisters Road", 18) == "Seven Sisters Road"
    assert shorten("Seven Sisters Road", 17) == "Seven Sisters…"


def test_one_long_word_is_cut_within_the_limit() -> None:
    assert shorten("x" * 30, 10) == "x" * 9 + "…"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\uff1d", "  ="])
def test_what_a_spreadsheet_would_run_is_defused(start: str) -> None:
    assert defused(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


def test_plain_words_and_empty_text_are_not_defused() -> None:
    assert defused("High Street") == "High Street"
    assert defused("") == ""


def test_printed_text_keeps_accents_of_the_font_and_replaces_what_it_lacks() -> None:
    # The font holds é; it has no ŷ (so the accent goes), no emoji and no Arabic.
    assert printable("Café Tŷ 😀 م") == "Café Ty ? ?"


def test_percent_sign_stays_with_its_number() -> None:
    assert printable("46 %") == "46\u00a0%"


def test_font_holds_the_letters_and_signs_of_a_brief() -> None:
    assert {ord(c) for c in "AZaz09 .,;:()…£%é\u2013\u2019"} <= font_characters()
    assert ord("😀") not in font_characters()


def test_only_words_too_long_for_a_column_may_break_anywhere() -> None:
    assert breakable("Seven Sisters") == "Seven Sisters"
    assert breakable("x" * 25) == "x" * 12 + "\u200b" + "x" * 12 + "\u200b" + "x"
