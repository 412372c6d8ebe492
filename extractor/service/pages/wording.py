"""Words for what the store holds: the filters of the templates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from extractor.errors import ExtractorError
from extractor.render.html.charts import calibration, likelihood_band, time_line
from extractor.render.html.view import target_of, web_address
from extractor.render.phrases import by_when, checkable, count, how_likely, percent, plain
from extractor.render.stored import quoted
from extractor.schemas.jobs import Job
from extractor.schemas.stored import ArticleRef, ExpertRef, Hit, StoredArticle, StoredClaim
from extractor.service import problems

_STANCES: Final = {"favor": "Favours", "against": "Opposes", "neutral": "Neutral on"}
_POSITIONS: Final = {"fact": "Fact", "value": "Judgement", "policy": "Demand", "intention": "Intention"}
_EXPERTS: Final = {
    "person": "Person",
    "organization": "Organization",
    "group": "Group",
    "document": "Document",
    "author": "Author",
}
_EXPECTED: Final = {"occurs": "Expected", "does_not_occur": "Not expected", "uncertain": "Possible"}
_OUTCOMES: Final = {
    "yes": "It happened",
    "no": "It did not happen",
    "ambiguous": "Ambiguous",
    "annulled": "Annulled",
}
_STATUSES: Final = {"open": "Open", "closed": "Time is over", "resolved": "Resolved"}
_STAGES: Final = {
    "queued": "Waiting for its turn",
    "reading": "Reading the article",
    "extracting": "Finding who says what",
    "summarizing": "Writing the summary",
    "storing": "Storing the result",
    "over": "Over",
}
_WORDS: Final = {
    "stance": _STANCES,
    "position": _POSITIONS,
    "expert": _EXPERTS,
    "expected": _EXPECTED,
    "outcome": _OUTCOMES,
    "status": _STATUSES,
    "stage": _STAGES,
}
_SHOWN_OF_ID: Final = 8


def worded(value: str, of: str, /) -> str:
    """A value of the record in words; ``of`` names the list of values: 'stance', 'outcome', 'status', ..."""
    return _WORDS[of].get(value, plain(value.replace("_", " ")))


def band(value: str, /) -> str:
    """A band of likelihood in words."""
    return value.replace("_", " ")


def day(value: date | None, /, *, otherwise: str = "undated") -> str:
    """'3 May 2026', of a moment its day."""
    return f"{value.day} {value:%B} {value.year}" if value else otherwise


def until(end: date, today: date, /) -> str:
    """How far off a day is: 'in 3 days', 'today', '2 months ago'."""
    days = abs((end - today).days)
    if days == 0:
        return "today"
    length = (
        count(days, "day") if days < 60 else count(days // 30, "month") if days < 730 else count(days // 365, "year")
    )
    return f"{length} ago" if end < today else f"in {length}"


def moment(value: datetime, /) -> str:
    """'3 May 2026, 14:05 UTC'."""
    return f"{day(value)}, {value:%H:%M} UTC"


def share(value: float | None, /) -> str:
    """A share of 1 as percent, a dash for none."""
    return f"{value:.0%}" if value is not None else "–"


def headline(article: ArticleRef, /) -> str:
    """The title of an article; without one what it is known by."""
    return plain(article.title or "") or f"Untitled article {article.id[:_SHOWN_OF_ID]}"


def first_seen(article: StoredArticle, /) -> ArticleRef:
    """An article as it appeared first."""
    return article.appearances[0] if article.appearances else ArticleRef(id=article.id)


def office(expert: ExpertRef, /) -> str:
    """Role and affiliation, or nothing."""
    return ", ".join(plain(part) for part in (expert.role, expert.affiliation) if part)


def article_path(article_id: str, /) -> str:
    """The permanent link of an article's page."""
    return f"/articles/{article_id}"


def place(stored: StoredClaim, /) -> str:
    """Where a claim stands: the page of its article, at the claim's card."""
    return f"{article_path(stored.article.id)}#claim-{stored.claim.id}"


def in_statement(hit: Hit, /) -> bool:
    """True when what a search marked is the whole statement."""
    return plain("".join(piece.text for piece in hit.snippet)) == plain(hit.found.claim.statement)


def expert_path(expert: ExpertRef, /) -> str:
    """The page of an expert."""
    return f"/experts/{expert.id}"


def prediction_path(stored: StoredClaim, /) -> str:
    """The page of a prediction."""
    return f"/predictions/{stored.id}"


def job_path(job: Job, /) -> str:
    """The page of a job."""
    return f"/jobs/{job.id}"


def site(url: str, /) -> str:
    """The host of a web address, as people call it."""
    return plain((urlsplit(url.strip()).hostname or "").removeprefix("www."))


def href(path: str, /, **query: Any) -> str:
    """A local address with those parameters that say something."""
    given = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path


def told(error: ExtractorError, /) -> str:
    """What an error says, without advice about the command line."""
    return plain(problems.tell(error))


def sentence(text: str, /) -> str:
    """A message as it stands alone: with a capital letter."""
    return text[:1].upper() + text[1:]


def listing(words: Sequence[str], /) -> str:
    """'a, b and c'."""
    known = [plain(word) for word in words]
    return f"{', '.join(known[:-1])} and {known[-1]}" if len(known) > 1 else "".join(known)


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "article_path": article_path,
    "band": band,
    "by_when": by_when,
    "calibration": calibration,
    "checkable": checkable,
    "count": count,
    "day": day,
    "expert_path": expert_path,
    "first_seen": first_seen,
    "headline": headline,
    "how_likely": how_likely,
    "in_statement": in_statement,
    "job_path": job_path,
    "likelihood_band": likelihood_band,
    "listing": listing,
    "moment": moment,
    "office": office,
    "percent": percent,
    "place": place,
    "plain": plain,
    "prediction_path": prediction_path,
    "quoted": quoted,
    "sentence": sentence,
    "share": share,
    "site": site,
    "target": target_of,
    "time_line": time_line,
    "until": until,
    "web_address": web_address,
    "worded": worded,
}
