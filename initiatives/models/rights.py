"""Whose words are whose, and what others may do with them: told by where each text comes from.

The portal gives away only what it wrote. The source’s text is the Region’s: its site allows its content for
personal use, and nothing that was found releases this page under a licence. A publisher who holds the
rights says otherwise with SOURCE_LICENCE.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .provenance import Provenance
from .publisher import publisher
from .strategy import Strategy


class Licence(NamedTuple):
    """A licence: its name for readers, and the address of its text."""

    name: str
    url: str

    @property
    def code(self) -> str:
        """Return its name in the lists of SPDX and Open Definition."""
        return self.name.replace(" ", "-")


LICENCES = {
    "CC0-1.0": Licence("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "CC-BY-4.0": Licence("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
}
# Of what the portal wrote itself, its links and its structure.
OWN = LICENCES["CC0-1.0"]
LICENCE = OWN.url


def source_licence() -> Licence | None:
    """Return the licence that the publisher grants on the texts of the source, if it holds their rights."""
    return LICENCES.get(settings.SOURCE_LICENCE)


def licence_for(provenance: str) -> Licence | None:
    """Return the licence on a text that comes from there: where the portal translates, on its part in it."""
    foreign = provenance in (Provenance.SOURCE, Provenance.OFFICIAL)
    return source_licence() if foreign else OWN


def licence_of_all(provenances: Iterable[str]) -> Licence | None:
    """Return the one licence that is true of all of them together: where they are mixed, the source’s."""
    return OWN if set(provenances) <= {Provenance.PORTAL} else source_licence()


def sentence(strategy: Strategy) -> str:
    """Return whose words the portal holds and what may be done with them, in one sentence for people."""
    words = {"holder": strategy.publisher, "own": OWN.name}
    if licence := source_licence():
        return _(
            "The texts of the source and the official titles (%(holder)s) may be reused under "
            "%(licence)s, and what the portal wrote itself under %(own)s."
        ) % (words | {"licence": licence.name})
    return (
        _(
            "The texts of the source and the official titles belong to the public body that published "
            "them (%(holder)s), and the portal grants no licence on them; what the portal wrote itself is"
            " free to reuse (%(own)s)."
        )
        % words
    )


def explained(provenance: str, strategy: Strategy) -> str:
    """Return what may be done with a text that comes from there."""
    words = {"holder": strategy.publisher, "own": OWN.name, "publisher": publisher().name}
    if provenance in (Provenance.SOURCE, Provenance.OFFICIAL) and (licence := source_licence()):
        return _(
            "Published by a public body (%(holder)s); %(publisher)s grants the licence %(licence)s on it."
        ) % (words | {"licence": licence.name})
    return SENTENCES[Provenance(provenance)] % words


SENTENCES = {
    Provenance.SOURCE: gettext_lazy(
        "The rights in this text are those of the publisher of the source page (%(holder)s); the portal "
        "grants no licence on it, and the terms of use of that site apply."
    ),
    Provenance.OFFICIAL: gettext_lazy(
        "The rights in this name or title are those of the public body that published it (for titles of the "
        "strategy: %(holder)s); the portal grants no licence on it."
    ),
    Provenance.PORTAL: gettext_lazy(
        "What the portal wrote itself is under %(own)s; where it translates a text of the source, that "
        "holds for its part in the translation, and the rights in the translated text stay with its "
        "publisher (%(holder)s)."
    ),
    Provenance.VALIDATED: gettext_lazy(
        "A translation by the portal that the administration approved: the portal’s part in it is under "
        "%(own)s, and the rights in the translated text stay with its publisher (%(holder)s)."
    ),
}


def by_provenance(strategy: Strategy) -> list[tuple[str, str, str]]:
    """Return each word for provenance with its meaning, and what may be done with such a text."""
    return [(word.value, str(word.label), explained(word, strategy)) for word in Provenance]


def licences() -> list[Licence]:
    """Return the licences that are named: the portal’s own, and that of the source if it has another."""
    return list(dict.fromkeys(filter(None, (OWN, source_licence()))))


def quotation() -> str:
    """Return what the law lets everyone do with any text that was lawfully published.

    Code of Economic Law, art. XI.189, § 1 (economie.fgov.be, “Uitzonderingen op het auteursrecht”).
    """
    return _(
        "Quoting needs no licence: Belgian law allows quotations for criticism, polemic, review, teaching"
        " or scientific work, in line with fair practice and as far as that purpose justifies, with the "
        "source and, where it is known, the author named (Code of Economic Law, article XI.189)."
    )
