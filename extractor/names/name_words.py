"""The words that names are made of: folding for comparison, titles, particles, inflected forms."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f\u2060\ufeff\u00ad]")
_LETTERS: Final = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "’": "'", "ʼ": "'", "`": "'"}
) | (str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-")))


@lru_cache(maxsize=65_536)
def fold(name: str, /) -> str:
    """A name for comparison: lower case, without diacritics, typographic variants and invisible characters."""
    return fold_text(name)


def fold_text(text: str, /) -> str:
    """The same of a text of any length, which is not kept."""
    compatible = unicodedata.normalize("NFKD", text.casefold().replace("і̇", "i"))
    return unicodedata.normalize("NFC", _MARKS.sub("", compatible).translate(_LETTERS))


def folded_words(text: str, /) -> frozenset[str]:
    """The words of a list, folded."""
    return frozenset(map(fold, text.split()))


TITLES: Final = folded_words(
    "mr mrs ms miss mx messrs dr doctor prof professor sir dame lord lady baron baroness count countess hon"
    " honorable honourable president presidents president-elect vice vice-president premier prime minister"
    " ministers chancellor secretary undersecretary senator senators sen sens congressman congresswoman"
    " congressmember rep reps representative representatives gov governor govs mayor judge justice chief speaker"
    " leader chairman chairwoman chairperson chair director ceo cfo founder spokesman spokeswoman spokesperson"
    " ambassador amb commissioner attorney prosecutor sheriff officer detective general gen lieutenant lt colonel"
    " col captain capt major maj admiral adm commander cmdr sergeant sgt marshal field-marshal king queen prince"
    " princess emperor pope cardinal archbishop bishop rabbi imam ayatollah sheikh shaykh sheik emir sultan"
    " reverend rev father fr sister brother saint pastor mullah hojatoleslam first deputy acting interim former ex"
    " late then-president candidate nominee rev'd esq coach economist analyst historian herr frau präsident"
    " präsidentin bundeskanzler bundeskanzlerin kanzler kanzlerin ministerpräsident außenminister außenministerin"
    " minister ministerin professorin botschafter abgeordneter abgeordnete sprecher sprecherin könig königin papst"
    " graf freiherr generalsekretär m mm mme mlle monsieur madame mademoiselle président présidente ministre"
    " premier-ministre député députée sénateur sénatrice docteur professeur général roi reine pape maire"
    " ambassadeur ambassadrice maître me señor señora señorita sr sra srta don doña presidente presidenta ministro"
    " ministra senador senadora diputado diputada doctora profesor profesora rey reina papa alcalde alcaldesa"
    " gobernador gobernadora embajador embajadora signor signora sig dott dottor professore senatore onorevole re"
    " regina sindaco senhor senhora dom deputado deputada prefeito meneer mevrouw koning koningin premier г г-н"
    " г-жа господин госпожа президент президента президенту президентом премьер премьер-министр министр министра"
    " сенатор сенатора депутат депутата профессор профессора доктор доктора генерал генерала академик губернатор"
    " мэр глава лидер канцлер король королева папа патриарх посол судья директор السيد السيدة الرئيس الدكتور"
    " الدكتورة الوزير الشيخ الملك الأمير الجنرال اللواء د آقای خانم دکتر رئیس‌جمهور آیت‌الله سردار"
)
PRONOUNS: Final = folded_words(
    "i me my mine myself you your yours he him his himself she her hers herself it its itself we us our ours"
    " ourselves they them their theirs themselves one who someone somebody anyone everyone nobody this that these"
    " those which er ihn ihm sie ihr ihre ihnen es wir uns man dieser diese il ils elle elles lui leur leurs eux"
    " on nous vous celui celle ceux él ella ellos ellas ello usted ustedes nosotros este esta ese esa egli ella"
    " esso essi loro lui lei noi voi ele ela eles elas nós hij zij ze hem haar hun wij он она оно они его ее её их"
    " ему ей им ним ней нем них мы вы себя него неё"
    " 他 她 它 他们 她们 它们 我 我们 你 您 彼 彼女 彼ら 私 هو هي هم هما نحن أنا او آنها"
    " وی ما من"
)
GENERATIONS: Final = folded_words("jr sr ii iii iv junior senior filho neto")
DEGREES: Final = folded_words("phd md mp mep kc qc esq cbe obe mbe cpa ret")
PARTICLES: Final = folded_words(
    "von van der den de del della di da do dos das du des la le el al ibn bin ben bint abu abd zu zum zur ter ten"
    " te af av y e i und und's st san santa mac ap fitz ul ud"
)
_ARABIC_ARTICLES: Final = ("al-", "el-", "ul-", "an-", "as-", "ar-", "at-", "ash-", "az-", "ad-")
INFLECTED: Final = frozenset(
    {"ru", "uk", "be", "bg", "mk", "sr", "hr", "bs", "sl", "pl", "cs", "sk", "lt", "lv", "et", "fi", "hu", "tr", "az"}
    | {"kk", "ky", "uz", "tt", "el", "la", "ro", "hy", "sq", "is"}
)

_POSSESSIVE = re.compile(r"(?<=\w)(?:'s|')$")
_CASE_ENDING = re.compile(
    r"(?:[а-яіїє]{0,3}ск)?(?:а|я|у|ю|ы|и|е|о|ь|ом|ем|ой|еи|ои|ею|ою|ам|ям|ами|ями|ах|ях|ов|ев|еи|ым|им|ого|его|ому|ему|ых|их"
    r"|ыми|ими|ая|яя|ую|юю|ое|ее|ыи|ии|ые|ие|ии|иям|иями|иях|ия|ию|ием|і|ї|ею|ові|еві)?"
)
_DECLENSION = re.compile(
    "(?:а|я|у|ю|ы|и|е|о|ь|ом|ем|еи|ои|ею|ою|ым|им|ого|его|ому|ему|ых|их|ыми|ими|ая|яя|ую|юю|ое|ее|ыи|ии|ые|ие|ам|ям|ах|ях"
    "|ами|ями|ія|ії|ові|еві)?"
)
_SHORT_ENDING = re.compile("[aeiouyąęаеиоуыюяіь]{0,2}[mм]?")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ENDINGS: Final = folded_words(
    "' s es ed d ing er ers r rs or ors n ns an ans ian ians ean eans i is ic ics ical al als ally ly ish ese ist"
    " ists ism ite ites y ies ied e a ia ation ations ion ions ment ments ity ive ives able ive ance ence ant ent"
    " ar ary ain ey ine ines ay egian istan en o os as an ano ana anos anas ien iens ienne ais"
    " aise ois oise ain aine ains és esa eses ense enses ino ina eno ena iano iana iani iane esi ico ica isch"
    " uese ische ischen ischer isches ern ens se in innen"
)
_SAME: Final = (
    {"us", "usa", "america", "american", "americans", "united states"},
    {"uk", "britain", "british", "united kingdom"},
    {"eu", "european union"},
    {"un", "united nations"},
    {"france", "french"},
    {"netherlands", "dutch", "holland"},
    {"spain", "spanish", "spaniards"},
    {"switzerland", "swiss"},
    {"wales", "welsh"},
    {"denmark", "danish", "danes"},
    {"poland", "polish", "poles"},
    {"ireland", "irish"},
    {"finland", "finnish", "finns"},
    {"thailand", "thai"},
    {"philippines", "filipino", "filipinos"},
    {"greece", "greek", "greeks"},
    {"sweden", "swedish", "swedes"},
    {"england", "english"},
    {"scotland", "scottish", "scots"},
    {"lebanon", "lebanese"},
    {"cyprus", "cypriot"},
    {"turkey", "turks", "turkish", "turkiye"},
    {"kyiv", "kiev"},
    {"tehran", "teheran"},
)
_SYNONYMS: Final = {word: frozenset(same) - {word} for same in _SAME for word in same}


def bare(word: str, /) -> str:
    """A folded word without the possessive ending and the dots of an abbreviation."""
    return _POSSESSIVE.sub("", fold(word)).replace(".", "")


def akin(first: str, second: str, /, *, inflected: bool) -> bool:
    """True when two folded words share a stem of four letters or more and differ in endings only.

    In inflected languages any case ending will do, and three letters where only a vowel changes ("Anna", "Anny");
    elsewhere the endings have to be ones that derive a word from a name, or a plural.
    """
    if first == second:
        return True
    stem = _shared(first, second)
    rests = first[stem:], second[stem:]
    if stem < 4:
        short = stem == 3 and inflected and max(map(len, rests)) < 3
        return short and all(_SHORT_ENDING.fullmatch(rest) for rest in rests)
    if _CYRILLIC.match(first):
        return all(_CASE_ENDING.fullmatch(rest) for rest in rests)
    if inflected:
        return all(len(rest) <= 5 for rest in rests)
    return all(not rest or rest in _ENDINGS for rest in rests)


def declined(first: str, second: str, /) -> bool:
    """True when two folded words are the same name, in Cyrillic also in different cases ("дугин", "дугина")."""
    if first == second:
        return True
    if first[:3] != second[:3] or len(first) < 3 or not _CYRILLIC.match(first):  # most pairs are told apart here
        return False
    stem = _shared(first, second)
    rests = first[stem:], second[stem:]
    if stem == 3 and max(map(len, rests)) > 1:
        return False
    return all(_DECLENSION.fullmatch(rest) for rest in rests)


def synonyms(word: str, /) -> frozenset[str]:
    """What else a folded word or phrase may be called, without a common stem: "us" for "america"."""
    return _SYNONYMS.get(word, frozenset())


def _shared(first: str, second: str) -> int:
    for place, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return place
    return min(len(first), len(second))
