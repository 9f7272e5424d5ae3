"""What a spreadsheet would make of a text in CSV, and the apostrophe that keeps it from doing so.

Quotes around a cell do not help: spreadsheets take them off and then read what is left.
"""

import re

# What begins a formula (OWASP, “CSV Injection”): some spreadsheets take the full-width signs as well, or the
# small ones (Unicode, “Small Form Variants”).
SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫"
# What a program may take off before it reads a cell (“Trim spaces”): blanks, and signs that nobody sees.
TAKEN_OFF = (
    " \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"
    "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
)
# A file read with another separator than its own has cells that begin in the middle of a text; some readers
# take any sign for a line break that Unicode does.
SEPARATORS = ";,|\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029"
MONTHS = (
    "jan(?:uari|vier|uary)?|f[eé]v(?:rier)?|feb(?:ruari|ruary)?|mrt|maart|mars?|march|apr(?:il)?|avr(?:il)?|mei|mai|"
    "may|juni?|juin|june|juli?|juil(?:let)?|july|aug(?:ustus|ust)?|ao[uû]t|sept?(?:ember|embre)?|"
    "o[ck]t(?:ober|obre)?|nov(?:ember|embre)?|d[eé]c(?:ember|embre)?"
)
# A number, a date, a time, a part of one or a range, in the forms of Belgium, its neighbours and America.
READ_AS_NUMBER = (
    rf"(?=[^0-9]*[0-9])(?:[0-9]|[\s.,:/()%€$£’+-]|(?<=[0-9])e[+-]?(?=[0-9])|(?<![^\W\d_])"
    rf"(?:{MONTHS}|[ap]m?)(?![^\W\d_]))++"
)
# What stays what it is when a spreadsheet reads it: a whole number of no more digits than it can keep, a day.
HARMLESS = r"(?:0|[1-9][0-9]{0,14}|[0-9]{4}-[0-9]{2}-[0-9]{2})"
# Where an apostrophe has to stand. One that stands there already is doubled, so that all can be taken off
# again, those within a text first. No sign is looked at twice from one place.
WITHIN = rf"(?<=[{SEPARATORS}])(?=[{TAKEN_OFF}\"']*+[{SIGNS}])"
AT_THE_START = rf"^(?=[{TAKEN_OFF}\"']*+[{SIGNS}]|'*+(?:[\t\r\n]|(?!{HARMLESS}$){READ_AS_NUMBER}$))"
PLACES = re.compile(f"{AT_THE_START}|{WITHIN}", re.IGNORECASE)


def safe(cell: object) -> object:
    """Return the cell with an apostrophe wherever a spreadsheet would run a text or read it as a number."""
    return PLACES.sub("'", cell) if isinstance(cell, str) else cell
