"""Statements: what a holder claims as one sentence that can stand alone, names instead of pronouns."""

from __future__ import annotations

import re
from typing import Literal

from extractor.schemas.claims import ExpertKind

from . import words
from .found import Attribution, Offsets
from .holders import Holder
from .lexicon import third_person
from .subjects import main_phrase
from .wording import agree, finish, first_sentence, has_verb, join, lower_first, written_out
from .words import wordset

Shape = Literal["clause", "phrase"]

_EXPLETIVE = r"(?!['’]s|(?: \w+)? (?:is|was|be|been|seems?|seemed|appears?|takes?|took|rain|snow)\b)"
_LEADING = re.compile(
    rf"(?P<word>he|she|they|we|I|his|her|their|our|my|it{_EXPLETIVE})\b(?!\.)(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_STOP = re.compile(r"[.!?](?!\w)")
_FIRST_PERSON = re.compile(r"\b(?:I|my|me|mine|myself|we|our|ours|us)\b(?!\.)")
_POSSESSIVE = wordset("his her their our my")
_NOUN_VERBS = {
    "decision": "has decided",
    "refusal": "refuses",
    "vow": "vows",
    "call": "calls",
    "criticism": "criticizes",
}
_VERBS = words.AUXILIARIES | words.VERBS
_WORD = re.compile(r"\w+")
_PREPOSITION = re.compile(r" (?:of|for|in|on|at) ")
_THAT = re.compile(r"^that\s+", re.IGNORECASE)
_AND_THAT = re.compile(r"\b(and|but) that (?=\w+ \w+)")
_CLAUSE_LENGTH = 3
_SURE = wordset("say believe think argue")
_NEAR = 80
_CLAUSAL = wordset("s c t o")
_NO_SUBJECT = wordset("about of for on with to whether how why if what as against him them us me himself herself")
_THIRD = wordset("he she they his her their it")
_NUMBERS: dict[str, tuple[ExpertKind, ...]] = {
    "he": ("person", "author"),
    "she": ("person", "author"),
    "his": ("person", "author"),
    "her": ("person", "author"),
    "they": ("group", "organization"),
    "their": ("group", "organization"),
    "it": ("organization",),
    "we": ("group", "organization"),
    "our": ("group", "organization"),
    "i": ("person", "author"),
    "my": ("person", "author"),
}


def speaks_of_holder(content: str, holder: Holder, /, *, quoted: bool) -> bool:
    """True when a content opens with a pronoun that can be its holder: 'we will', 'she might'."""
    word = content.split(maxsplit=1)[0].lower() if content else ""
    first = _WORD.match(word)
    pronoun = first.group() if first else ""
    if pronoun in ("i", "we"):
        return True
    if quoted or pronoun not in ("he", "she", "they", "it"):
        return False
    return holder.kind == "organization" if pronoun == "it" else holder.kind in _NUMBERS[pronoun]


def with_antecedent(content: str, before: str, holder: Holder, /) -> str:
    """The content with a leading "they" or "it" replaced by the subject of the clause ``before``, where it fits."""
    pronoun, _, rest = content.partition(" ")
    subject = main_phrase(before)
    if pronoun not in ("they", "it") or holder.kind in ("group", "organization") or not subject or not rest:
        return content
    if pronoun == "it" and holder.kind == "document":
        return content
    head = _PREPOSITION.split(subject)[0]
    plural = head.endswith("s") and not head.endswith("ss")
    subject = lower_first(subject)
    if rest.split()[0].lower() not in _VERBS:
        return content
    told = subject[0].islower() and subject.split()[0] not in ("his", "her", "their", "this", "these", "those")
    return f"{subject} {rest}" if told and plural == (pronoun == "they") else content


def clause(item: Attribution, text: str, /) -> str:
    """The first sentence of the content without quotation marks and "that"."""
    content = join([text[start:end] for start, end in _first_parts(item, text)])
    said = _THAT.sub("", first_sentence(content))
    return _AND_THAT.sub(r"\1 ", said) if item.marked else said


def _first_parts(item: Attribution, text: str, /) -> list[Offsets]:
    """The parts up to where the sentence of the first one ends."""
    parts = sorted(item.parts)
    ends = (k for k in range(1, len(parts)) if _STOP.search(text, parts[k - 1][1], parts[k][0]))
    return parts[: next(ends, len(parts))]


def shape(item: Attribution, content: str, /) -> Shape:
    """Whether the content says something by itself or only together with its cue ("criticized [the plan]")."""
    verb = item.verb
    if item.rule == "label" or (item.quoted and len(content.split()) >= _CLAUSE_LENGTH):
        return "clause"
    if verb is None:
        return "clause" if item.marked or item.rule != "right" else "phrase"
    if verb.voice in ("according", "view"):
        return "clause"
    first = content.split(maxsplit=1)[0].lower() if content else ""
    if verb.voice == "passive" or first in _NO_SUBJECT:
        return "phrase"
    if verb.entry.sense in ("favor", "against") and item.rule == "right" and not item.marked:
        return "phrase"
    clausal = verb.voice in ("noun", "adjective") or bool(verb.entry.frames & _CLAUSAL)
    sure = item.marked or verb.entry.lemma in _SURE
    if clausal and (has_verb(content) or (sure and len(content.split()) >= _CLAUSE_LENGTH)):
        return "clause"
    return "phrase"


def statement(item: Attribution, holder: Holder, content: str, text: str, /, *, with_cue: bool = False) -> str:
    """The claim as a sentence; ``with_cue`` keeps the cue where the bare content would say something else."""
    phrase = shape(item, content) == "phrase"
    if phrase or with_cue:
        that = "that " if item.marked and not phrase else ""
        group = f"{_whole_subject(item, holder, text)} {_verb(item, holder, text)}"
        return finish(f"{group} {_between(item, text)}{that}{lower_first(content)}")
    return name_subject(content, holder, item.quoted)


def name_subject(content: str, holder: Holder, quoted: bool, /) -> str:
    """A clause with its leading pronoun resolved; quoted as it is where the pronoun cannot be told."""
    match = _LEADING.match(content)
    if match is None:
        return _saying(holder, content) if quoted and _FIRST_PERSON.search(content) else finish(content)
    word, rest = match["word"].lower(), match["rest"]
    fits = holder.kind in _NUMBERS[word] and not (quoted and word in _THIRD)
    if word == "it" and not fits:
        return finish(content)
    if quoted and _FIRST_PERSON.search(rest):
        fits = False
    if fits and word in _POSSESSIVE:
        return finish(f"{_owner(holder)}{rest}")
    if fits and word == "i":
        told = agree(_subject(holder), rest)
        if told is not None:
            return finish(told)
    elif fits:
        return finish(f"{_subject(holder)}{written_out(rest, plural=_is_plural(holder))}")
    return _saying(holder, content)


def _saying(holder: Holder, content: str, /) -> str:
    """The clause as the holder's speech, for words that only make sense from his mouth ("my", "we")."""
    return finish(f"{_subject(holder)} {'say' if _is_plural(holder) else 'says'}: {content}")


def _is_plural(holder: Holder, /) -> bool:
    last = holder.name.split()[-1]
    return holder.kind == "group" or (holder.kind == "document" and last.islower() and last.endswith("s"))


def _subject(holder: Holder, /) -> str:
    """The holder as the subject of a sentence: a common noun without an article gets one ("campaign")."""
    name = " ".join(holder.name.split())
    bare = name.islower() and holder.kind != "group" and name.split()[0] not in words.DETERMINERS
    return f"The {name}" if bare and not _is_plural(holder) else name


def _whole_subject(item: Attribution, holder: Holder, text: str, /) -> str:
    """The subject with its restrictive clause: 'nobody who knows him' is another than 'nobody'."""
    source = " ".join(text[slice(*item.source)].split()) if item.source else ""
    if holder.kind == "group" and re.match(re.escape(holder.name) + r" (?:who|that)\b", source, re.IGNORECASE):
        return source
    return _subject(holder)


def _between(item: Attribution, text: str, /) -> str:
    """What stands between cue and content: whom it is said to ("urged [the council] to"), when."""
    start, end = item.cue[1], item.parts[0][0]
    between = " ".join(text[start:end].split()).strip(" ,:")
    return f"{between} " if 0 < end - start <= _NEAR and between and item.rule != "left" else ""


def _owner(holder: Holder, /) -> str:
    subject = _subject(holder)
    return subject + ("’" if subject.endswith("s") and _is_plural(holder) else "’s")


def _unknown_verb(item: Attribution, text: str, /) -> str:
    """Attributing words that the lexicon does not know, as a verb: 'his [opposition to]' is expressed."""
    cue = " ".join(text[slice(*item.cue)].split())
    if item.rule == "label":
        return "says"
    source = text[slice(*item.source)] if item.source else ""
    if source.endswith(("'s", "’s", "s'", "s’")) or source.lower() in words.POSSESSIVES:
        return f"expresses {cue}"
    return f"is {cue}" if cue.partition(" ")[0].endswith("ing") else cue


def _verb(item: Attribution, holder: Holder, text: str, /) -> str:
    """The verb group as the article has it, or put into the present where it is no finite verb of the holder's."""
    verb = item.verb
    if verb is None:
        return _unknown_verb(item, text)
    if verb.voice == "noun":
        return _NOUN_VERBS.get(verb.entry.lemma, "speaks of")
    if (verb.voice == "active" and verb.form in ("past", "s")) or verb.voice == "adjective":
        return text[item.group[0] : item.group[1]]
    if verb.voice == "active" and (verb.first < verb.head or _is_plural(holder)):
        return text[item.group[0] : item.group[1]]
    particle = text[item.cue[0] : item.cue[1]].partition(" ")[2] if verb.voice != "passive" else ""
    lemma = verb.entry.lemma if _is_plural(holder) else third_person(verb.entry.lemma)
    return f"{lemma} {particle}".strip()
