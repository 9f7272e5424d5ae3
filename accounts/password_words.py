"""The words and rows of signs that passwords are compared with."""

from collections.abc import Iterator


def entries(text: str) -> Iterator[str]:
    """Give the entries of a list, one a line after what is said about it."""
    return (line for line in text.splitlines() if line and not line.startswith("# "))


# Of the portal, its region, and every account; without accents and capitals. Four letters at least: random
# characters have shorter words in them.
TEXT = """
go4brussels brussel brussels bruxelles bruxellois brusselse brusselaar region regio regional gewest capitale
hoofdstad hoofdstedelijk portal portaal portail beleid politique policy werf werven chantier chantiers
worksite strategie strategy project projet initiatief initiative doelstelling objectif overheid
administration administratie gemeente commune stad ville city belgie belgique belgium belgian vlaanderen
flandre wallonie wallonia anderlecht auderghem oudergem berchem sainte saint sint agathe agatha etterbeek
evere forest vorst ganshoren ixelles elsene jette koekelberg molenbeek gilles gillis josse joost schaerbeek
schaarbeek uccle ukkel watermael watermaal boitsfort bosvoorde woluwe lambert lambrechts pierre pieters
laeken laken haren atomium admin administrator administrateur beheer beheerder redacteur editor editeur
publisher uitgever gebruiker gebruikersnaam utilisateur user username account compte login wachtwoord
paswoord password motdepasse passe code welkom bienvenue welcome bonjour hallo geheim secret secure test
tester temp tijdelijk temporaire changeme januari februari maart april juni juli augustus september oktober
november december janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre january
february march june july august october lente zomer herfst winter printemps automne hiver spring summer
autumn
"""
KNOWN = frozenset(TEXT.split())

# The alphabet, the digits, and keyboards: the rows of azerty and qwerty, their columns, and the digits
# with Shift.
ROWS = """
abcdefghijklmnopqrstuvwxyz 01234567890 azertyuiop qsdfghjklm wxcvbn qwertyuiop asdfghjkl zxcvbnm
qwertzuiop yxcvbnm 1aqw 2zsx 3edc 4rfv 5tgb 6yhn 7ujm 1qaz 2wsx 8ik 9ol !@#$%^&*() !"#$%&'()
"""


def runs(row: str) -> Iterator[str]:
    """Give each three signs that follow each other in a row, forwards and backwards."""
    for place in range(len(row) - 2):
        yield row[place : place + 3]
        yield row[place : place + 3][::-1]


RUNS = frozenset(run for row in ROWS.split() for run in runs(row))
