"""What each key of a mapping and each column of ours means, in words.

``docs.pages.mappings`` refuses to be written while a key of the model lacks its meaning here.
"""

from __future__ import annotations

KEYS: dict[str, dict[str, str]] = {
    "": {
        "name": "Short name, kept with every file taken in.",
        "title": "What the file is, in words.",
        "publisher": "Who published it; the first part of the population's name.",
        "kind": "What a row is.",
        "format": "How the file is written. JSON is a list of records; inner keys are joined by "
        "dots (`location.latitude`).",
        "recognise": "Columns by which a shipped mapping is chosen; the one with the most that a "
        "file has wins. Of no use in your own, which you name with `--mapping`.",
        "delimiter": "What stands between the fields of CSV.",
        "encoding": "How CSV is encoded, such as `utf-8` or `cp1252`.",
        "columns": "Our column = the publisher's column; see below.",
        "categories": "A table of words that ships (see [offence classes](offences.md)); it leads "
        "category words to classes.",
        "category": "The category word of every row, where no column gives one.",
        "category_rules": "`[column, value, word]`: a row with that value has that category word. "
        "The first rule that fits wins, and overrides the column.",
        "category_words": "Category word = offence class, beside or instead of `categories`. "
        "Capitals and spaces do not matter. A word nobody knows is quarantined, never guessed.",
        "date_pattern": "A regular expression with one group, cut out of the date before it is "
        "read.",
        "date_format": "How dates and months are written (as in `strftime`). A bare `YYYY-MM` is "
        "read too.",
        "datetime_format": "How `occurred_from`, `occurred_to`, `reported_at` and `started_at` are "
        "written.",
        "zone": "Time zone of the publisher's clock.",
        "crs": "EPSG code of the coordinates; `27700` is the British National Grid.",
        "bounds": "`[west, south, east, north]` in degrees; a point outside is quarantined.",
        "dense": "Whether the publisher gives crime of all kinds, so that a borough where most "
        "cells have no record was not published. Leave it false for feeds of one kind.",
        "upsert": "Whether single records are sent again when they change: the newest file's rows "
        "of a reference stand.",
        "incident": "Columns that the rows of one incident share; without them each row is one.",
        "record_id": "Column that names a record in the file; a second row with the same is "
        "superseded.",
        "month_columns": "Pattern of the columns that are months, in wide tables.",
        "places_without": "Place names that mean there is no place.",
        "population": "Which publication a row belongs to; see below.",
        "setting": "How street, indoor, domestic and custody are told apart; see below.",
        "status": "Which records are cancelled or deleted; see below.",
    },
    "population": {
        "force": "The force, where neither a column nor the file's name says.",
        "force_column": "Column that names the force.",
        "force_pattern": "Regular expression with one group that finds the force in the file's "
        "name.",
        "apart_column": "Column that tells records to be kept apart.",
        "apart": "Word in that column = name of the population kept apart.",
        "extent_column": "Column of the areas that an extract covers.",
        "extent_pattern": "Regular expression with one group that finds those areas in the names "
        "of the files.",
        "part_pattern": "Regular expression with one group that finds, in the file's name, which "
        "part of a split table it is. Parts add up.",
    },
    "setting": {
        "column": "Which of our columns tells the setting.",
        "words": "Word in that column = `street`, `indoor`, `domestic` or `custody`. What no word "
        "names is unknown: it counts as demand, and its share is shown.",
        "domestic_words": "Words in `domestic` that mean yes; they overrule the rest.",
    },
    "status": {
        "cancelled": "Words that take a record out of demand; it is kept.",
        "deleted": "Words that take a record out of being; it stands no more.",
    },
}

COLUMNS: dict[str, str] = {
    "reference": "The publisher's reference. Not a key, unless `upsert` is set.",
    "month": "Month; then place and month is all that is known.",
    "occurred_from": "Date and time of the start, to the minute.",
    "occurred_to": "Date and time of the end, if it is not a moment.",
    "occurred_from_date": "Day of the start.",
    "occurred_from_hour": "Hour of the start, 0 to 23; blank leaves the day.",
    "occurred_to_date": "Last day, if it was not one day; then no hour is known.",
    "reported_at": "Date and time of the report.",
    "category": "What was recorded, in the publisher's words.",
    "lon": "Longitude, or easting in `crs`.",
    "lat": "Latitude, or northing in `crs`.",
    "lsoa": "Code of the LSOA, kept as given.",
    "ward": "Code or name of the ward, kept as given.",
    "place_name": 'Where it was, in words; "On or near" is cut off.',
    "place_id": "The publisher's number of the place.",
    "premises": "Kind of premises.",
    "domestic": "Whether it was domestic.",
    "status": "Whether it is current, cancelled or deleted.",
    "outcome": "What came of it, in the publisher's words.",
    "victims": "How many victims; 1 where it is not said.",
    "started_at": "When the search began: by `datetime_format` in local time, or ISO 8601 with "
    "offset where none is given.",
    "type": "Person, vehicle or both.",
    "part_of_operation": "Whether it was part of an operation.",
    "operation": "Which operation.",
    "gender": "As recorded.",
    "age_range": "As recorded.",
    "self_defined_ethnicity": "As the person said.",
    "officer_defined_ethnicity": "As the officer recorded.",
    "legislation": "The power used.",
    "object": "What was looked for.",
    "outcome_linked": "Whether the outcome was linked to what was looked for.",
    "more_than_outer_clothing": "Whether more than outer clothing was removed.",
    "weapon_found": "Whether a weapon was found.",
    "weapons": "How many weapons were found, 0 to 99.",
    "intelligence_led": "Whether intelligence led to the search.",
    "intimate_parts": "Whether intimate parts were exposed.",
    "appropriate_adult": "Whether an appropriate adult was present.",
    "parent_told": "Whether a parent or guardian was told.",
    "handcuffs": "Whether handcuffs were used.",
    "body_worn_video": "Whether body-worn video was on.",
    "in_uniform": "Whether the officer was in uniform.",
    "record_offered": "Whether a record was offered.",
    "grounds": "The grounds, as written; never shown in a pack.",
    "authorisation": "Reference of the section 60 authorisation.",
    "officers": "Police officers.",
    "staff": "Police staff.",
    "pcsos": "Police community support officers.",
    "area_code": "Code of the area.",
    "area_name": "Name of the area.",
    "borough": "Name of the borough.",
    "major": "Major category.",
    "minor": "Minor category.",
    "recorded": "Offences recorded in the month, where a table has a row for each.",
}
