"""The commands: what help tells of each, and where it is. A command is imported when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ASKING: Final = "The claims database: asking"
KEEPING: Final = "The claims database: runs, removing, in and out, upkeep"


@dataclass(frozen=True, slots=True)
class Listed:
    """A command or group of commands: its ``place`` ("module:name"), what help ``told`` of it first, and the panel."""

    place: str
    told: str
    panel: str | None = None


COMMANDS: Final = {
    "extract": Listed("extract:extract", "Extract experts, positions and predictions from an article."),
    "summarize": Listed(
        "summarize:summarize", "Summarize an article in sentences that are each tied to passages of it."
    ),
    "batch": Listed(
        "batch:batch",
        "Work at many articles: files, folders, tables, lists of web addresses, or the standard input.",
    ),
    "schema": Listed("schema:schema", "Print the JSON Schema of a result."),
    "doctor": Listed(
        "doctor:doctor",
        "Check the configuration: settings and where each comes from, surroundings, and one tiny call to the model.",
    ),
    "evaluate": Listed(
        "evaluate:evaluate",
        "Measure a system against gold: attributions, and on gold of our own also positions and predictions.",
    ),
    "serve": Listed("serve:serve", "Serve the HTTP API and the pages, over a claims database."),
    "prompts": Listed("prompts:prompts", "List the prompt templates, or show one."),
    "search": Listed(
        "search:search",
        "Search the stored claims: those that hold all WORDS in statement, quotation, topic or target, best first.",
        ASKING,
    ),
    "show": Listed(
        "claims:show", "Show a stored claim: its evidence in the text around it, and how it turned out.", ASKING
    ),
    "timeline": Listed(
        "timeline:timeline",
        "Show what an expert held in order of publication, with possible reversals marked.",
        ASKING,
    ),
    "disagreements": Listed(
        "disagreements:disagreements",
        "Show who favours and who opposes something: positions with all WORDS in target, topic or statement, by"
        " stance.",
        ASKING,
    ),
    "score": Listed(
        "score:score",
        "Show how resolved predictions turned out: hit rate, Brier score (0 to 1) and calibration, each with its"
        " number.",
        ASKING,
    ),
    "claims": Listed("claims:claims", "List the stored claims: positions and predictions.", ASKING),
    "predictions": Listed(
        "predictions:predictions", "List the stored predictions, and record how they turned out.", ASKING
    ),
    "experts": Listed("experts:experts", "List the stored experts, and say which of them are one.", ASKING),
    "articles": Listed("articles:articles", "List the stored articles, without their texts.", ASKING),
    "reject": Listed(
        "claims:reject",
        "Take a claim out of lists, searches and scores, also as later runs find it again; nothing is deleted.",
        KEEPING,
    ),
    "delete": Listed(
        "delete:delete",
        "Delete an article: its text, runs, claims, outcomes and entries of the search index. Nothing brings it back.",
        KEEPING,
    ),
    "export": Listed("export:export", "Write out the database: whole, as tables, or as linked data.", KEEPING),
    "import": Listed(
        "import_:import_",
        "Read what 'extractor export' wrote into a database; what it holds already is left as it is.",
        KEEPING,
    ),
    "runs": Listed("runs:runs", "List the stored runs, and choose which of an article's counts.", KEEPING),
    "db": Listed(
        "db:db",
        "Look after the database: where it is, what it holds, whether it is sound, copies, newer versions.",
        KEEPING,
    ),
    "cache": Listed(
        "cache:cache", "Look after the answers of models that the database keeps, so that none is paid twice.", KEEPING
    ),
}
"""By name, in the order in which help lists them; a test holds what is told here equal to the command's docstring."""
