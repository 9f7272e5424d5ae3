"""Measure search on a synthetic portal, many times larger than the real one."""

import random
import time
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, count
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import translation

from initiatives import versions
from initiatives.language import LANGUAGES
from initiatives.models import Measure, Objective, Sector, Steering, Worksite, WorksiteSector
from initiatives.search import index as indexing
from initiatives.search.query import Search
from initiatives.search.text import words

SEED = 2030
RARE_WORDS = 15_000
SYLLABLES = [a + b + c for a in "bdfghklmnprstvwz" for b in "aeiou" for c in ("", "n", "r", "l", "s")]
LIMIT = 50  # milliseconds, at the 95th percentile

# The milliseconds of each search, by (language, query, number of results).
Times = dict[tuple[str, str, int], list[float]]


class Command(BaseCommand):
    help = "Print how long searches take among many synthetic worksites; fail above the limit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--worksites", type=int, default=10_000)
        parser.add_argument("--rounds", type=int, default=3)

    def handle(self, *_args: Any, worksites: int, rounds: int, **_options: Any) -> None:
        name = settings.DATABASES["default"]["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            versions.load(settings.BASE_DIR / "fixtures")
            fill(worksites)
            entries = len(indexing.reindex())
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            self.stdout.write(f"{connection.vendor}: {worksites} worksites, {entries} entries added")
            self.report(measure(rounds))
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)

    def report(self, times: Times) -> None:
        """Print percentiles over all searches, and the slowest queries.

        Raises CommandError where the 95th percentile is above the limit.
        """
        every = sorted(each for several in times.values() for each in several)
        at = {p: every[min(len(every) - 1, len(every) * p // 100)] for p in (50, 95, 100)}
        for percentile, spent in at.items():
            self.stdout.write(f"p{percentile}: {spent:.1f} ms")
        over = sum(each > LIMIT for each in every)
        self.stdout.write(f"{len(every)} searches, {over} over {LIMIT} ms; the slowest:")
        for (language, query, total), several in sorted(times.items(), key=lambda item: -min(item[1]))[:8]:
            self.stdout.write(f"  {min(several):6.1f} ms  {language}  {query}  ({total} results)")
        if at[95] > LIMIT:
            raise CommandError(f"The 95th percentile, {at[95]:.1f} ms, is above the limit of {LIMIT} ms.")


def measure(rounds: int) -> Times:
    """Return how long each query took, for the query tables of the tests."""
    times: Times = {}
    for language in LANGUAGES:
        table = yaml.safe_load((settings.BASE_DIR / f"tests/source/queries_{language}.yaml").read_text())
        with translation.override(language):
            for row in table:
                for _round in range(rounds):
                    start = time.perf_counter()
                    search = Search(row["query"], language)
                    list(search.results(search.keys[:20]))
                    _shown = (
                        search.filters if search.total else (search.corrected, search.in_other_language.total)
                    )
                    spent = (time.perf_counter() - start) * 1000
                    times.setdefault((language, row["query"], search.total), []).append(spent)
    return times


class Writer:
    """Writes text with the words of the portal as often as it has them, and many rarer words."""

    def __init__(self, language: str, chance: random.Random) -> None:
        self.chance = chance
        fields = ("title", "introduction", "vision", "focus", "alignment")
        texts = [getattr(each, f"{name}_{language}") for each in Objective.objects.main() for name in fields]
        texts += [each for row in Measure.objects.all() for each in [getattr(row, f"text_{language}")]]
        texts += [getattr(each, f"scope_{language}") for each in Sector.objects.all()]
        known = [
            word for word, _count in Counter(w for text in texts for w in words(text or "")).most_common()
        ]
        long = [word for word in known if len(word) > 4]
        compounds = {"".join(chance.sample(long, 2)) for _n in range(RARE_WORDS // 4)}
        others = {"".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _n in range(RARE_WORDS)}
        # The portal's own words are the commonest, in its order; Zipf's law says how common each is.
        rare = sorted(compounds | others)
        chance.shuffle(rare)
        self.vocabulary = known + rare
        self.weights = list(accumulate(1 / rank for rank in range(1, len(self.vocabulary) + 1)))

    def write(self, length: int) -> str:
        text = " ".join(self.chance.choices(self.vocabulary, cum_weights=self.weights, k=length))
        return text[:1].upper() + text[1:]


def fill(number: int) -> None:
    """Add `number` synthetic worksites, each with two measures, two offices and a sector.

    Past the one way in, which keeps a version of each: this database is thrown away.
    """
    chance = random.Random(SEED)  # noqa: S311 – nothing is kept secret with it
    writers = {language: Writer(language, chance) for language in LANGUAGES}

    def texts(name: str, length: int) -> dict[str, Any]:
        return {f"{name}_{language}": writer.write(length) for language, writer in writers.items()}

    objective = Objective.objects.main()[0]
    numbers = range(100, 100 + number)
    worksites = Worksite._base_manager.bulk_create(
        Worksite(
            objective=objective,
            number=n,
            code=f"{objective.code}-{n}",
            slug_nl=f"werf-{n}",
            slug_fr=f"chantier-{n}",
            **texts("title", 5),
        )
        for n in numbers
    )
    Measure._base_manager.bulk_create(
        Measure(
            worksite=each,
            position=n,
            code=f"{each.code}-m{n}",
            **texts("heading", 4),
            **texts("text", 30),
        )
        for each in worksites
        for n in (1, 2)
    )
    link(worksites, chance)


def link(worksites: Sequence[Worksite], chance: random.Random) -> None:
    """Link each worksite to two steering offices and a sector, as real ones are."""
    sectors, real = list(Sector.objects.all()), list(Steering.objects.all())
    WorksiteSector._base_manager.bulk_create(
        WorksiteSector(worksite=each, sector=chance.choice(sectors), position=1) for each in worksites
    )
    rows = []
    for each in worksites:
        first, second = chance.sample(real, 2)
        numbered = zip(count(1), {first.office_id: first, second.office_id: second}.values(), strict=False)
        rows += [
            Steering(
                worksite=each,
                position=n,
                office_id=row.office_id,
                **{name: getattr(row, name) for name in ("wording_nl", "wording_fr")},
            )
            for n, row in numbered
        ]
    Steering._base_manager.bulk_create(rows)
