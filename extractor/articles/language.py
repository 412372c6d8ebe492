"""Which language a text is in, told from its script and its most frequent words.

Own code, since an article has enough function words to be told by them in a millisecond, while the libraries that do
the same (lingua, py3langid, simplemma) need between half a second and twelve seconds to load, and up to 1 GB.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache

SAMPLE = 5_000
"""Characters that are looked at."""

# Scripts that one language of the news uses. Kana before Han: Japanese mixes both.
_BY_SCRIPT = {
    "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CJK": "zh", "HEBREW": "he", "GREEK": "el", "THAI": "th",
    "BENGALI": "bn", "TAMIL": "ta", "TELUGU": "te", "GUJARATI": "gu", "GURMUKHI": "pa", "KANNADA": "kn", "LAO": "lo",
    "MALAYALAM": "ml", "SINHALA": "si", "GEORGIAN": "ka", "ARMENIAN": "hy", "KHMER": "km", "MYANMAR": "my",
    "ETHIOPIC": "am", "TIBETAN": "bo",
}  # fmt: skip
# A character of these says as much as a word's half of an alphabet.
_DENSE = frozenset({"HIRAGANA", "KATAKANA", "HANGUL", "CJK"})
_WORDS = {
    "LATIN": {
        "en": "the of and to in is that it was for on are with as by at from this his have be not he said will has but"
        " they their she her we you an if or who which would were been had more about after when there than what over",
        "de": "der die und das den von zu mit sich des auf für ist im dem nicht ein eine als auch es an aus er hat dass"
        " sie nach wird bei noch nur um am wie oder sind war so wenn einer einem einen zum zur über",
        "fr": "le la les de des et du un une en dans que qui pour par sur est au pas plus il ne ce avec sont aux cette"
        " l d qu n s a ont mais elle se",
        "es": "el la los las de que y en un una por con para del se no es su al lo como más pero sus ha son este sin"
        " ya o cuando sobre fue está también entre",
        "it": "il la di che e un una per in del della non sono con le gli si dei da al è nel più ha l i anche ma",
        "pt": "o a os as de que e do da em um uma para com não no na dos se por mais foi ao das é mas à pela são",
        "nl": "de het een van en in is dat op te voor met zijn niet aan er ook als bij door maar wordt naar die hij ze"
        " dan nog wordt heeft om naar kan zei uit worden deze dit was",
        "af": "die en van 'n n nie is wat het om te vir met op dat sy hy is in ook maar",
        "sv": "och att i det som en på är av för med till den inte om har de ett var från kan men sig",
        "da": "og at i det som en på er af for med til den ikke de et har blev efter men mod også vil",
        "no": "og å i det som en på er av for med til den ikke de et har ble etter men mot også vil",
        "fi": "ja on ei että se oli mutta ovat myös kun joka hän tai sen olla kuin mukaan ole niin ettei",
        "pl": "i w na z że do się nie jest o to jak po ale od za przez są oraz dla ma tym już",
        "cs": "a v na se že je s z do o to jako pro ale by si podle jsou která které i ve k už nebo",
        "sk": "a v na sa že je s z do o to ako pre ale by si podľa sú ktorá ktoré i vo k už alebo",
        "hu": "a az és hogy nem is egy van ez de meg volt csak már mint azt ha lesz el szerint",
        "ro": "și în de la cu nu un o pe că din care este a fi sunt mai pentru au dar ce s să al",
        "tr": "ve bir bu için de da ile olarak çok daha olan gibi ancak kadar göre değil en ise dedi",
        "id": "yang dan di dengan untuk dari ini itu tidak pada akan dalam ke adalah oleh juga atau telah",
        "vi": "và của là có trong cho không được với các một những người đã này khi",
        "hr": "i u je na da se za su od s nije koji koja kao ali će što također nakon bi do tijekom",
        "sr": "i u je na da se za su od sa nije koji koja kao ali će šta takođe posle bi do tokom",
        "sl": "in je da se v na za so ki pa ne z bi tudi ni po od kot bo še ali",
        "lt": "ir kad yra su į iš tai kaip bet buvo nuo dėl ne jis bus apie",
        "lv": "un ir ka no ar par uz kas bet arī tas lai nav pēc tika",
        "et": "ja on ei et see ka mis oli kui aga ning ta selle nii kes",
        "ca": "el la els les de que i en un una per amb del no és als més però dels al l d ha va són",
    },
    "CYRILLIC": {
        "ru": "и в не на что с по как это к из у за от но он его для был же или все бы они мы что"
        " его её их при так уже только может если после будет были чем году",
        "uk": "і в у не на що з та до це як за від про є й але його для був або які ще вони ми",
        "be": "і ў на не што з да у як гэта за ад для але яго быў ён яны мы",
        "bg": "и в на да не се за от е с че по са като това към ще или но",
        "sr": "и у је да на се су за од са не који као што ће или али",
        "mk": "и во на да се од за не е со што ќе ги дека како или но",
        "kk": "және мен бұл үшін деп болып бір да де еді осы бар",
    },
    "ARABIC": {
        "ar": "في من على أن إلى التي الذي عن مع هذا هذه ما لا كان قد بعد أو كما لم هو بين إن",
        "fa": "و در به از که این را با است آن برای تا می های ها یک بر شد اما خود کرد هم",
        "ur": "کے میں کی ہے اور سے کا کو نے پر کہ یہ ہیں بھی نہیں تھا اس",
        "ps": "د په او چې له کې دي سره دا يې هم ته",
    },
    "DEVANAGARI": {
        "hi": "के में है की से का को और ने पर हैं कि यह भी नहीं था",
        "mr": "आहे आणि या हे तर होते नाही की ते व मध्ये असे आहेत",
        "ne": "छ र मा हो पनि यो भने छन् थियो गर्न लागि",
    },
}
# Letters that few languages of a script write: a word with one speaks for them like half a frequent word.
_LETTERS = {
    "ñ": "es", "ß": "de", "ä": "de sv fi et sk", "ã": "pt", "õ": "pt et", "œ": "fr", "è": "fr it ca", "ł": "pl",
    "ę": "pl lt", "ř": "cs", "ů": "cs", "ľ": "sk", "ő": "hu", "ű": "hu", "ğ": "tr", "ı": "tr", "ş": "tr",
    "å": "sv da no", "ø": "da no", "ț": "ro", "ă": "ro vi", "ė": "lt", "ā": "lv", "ķ": "lv", "đ": "vi hr sr", "ơ": "vi",
    "ы": "ru be kk", "ё": "ru be", "э": "ru be", "ї": "uk", "є": "uk", "і": "uk be kk", "ў": "be", "ђ": "sr", "ћ": "sr",
    "ј": "sr mk", "ѓ": "mk", "ќ": "mk", "қ": "kk", "ғ": "kk", "ә": "kk",
    "ة": "ar", "ي": "ar", "ى": "ar", "پ": "fa ur ps", "گ": "fa ur", "ی": "fa ur ps", "ٹ": "ur", "ں": "ur", "ے": "ur",
    "ښ": "ps", "ې": "ps",
}  # fmt: skip
_SEPARATOR = re.compile(r"[\s\u200c'’\-–—]+")


def detect(text: str, /) -> str | None:
    """The language of ``text`` as an ISO 639-1 code, or None when the text is too short or not clear.

    Looks at the first ``SAMPLE`` characters. About 40 languages are known.
    """
    sample = text[:SAMPLE]
    script = _script(sample)
    if script in _WORDS:
        return _by_words(sample, script)
    return _BY_SCRIPT.get(script)


def _script(sample: str, /) -> str:
    """The script of most letters, empty when unclear; Japanese when a tenth of the East Asian letters are kana."""
    counts: Counter[str] = Counter()
    for character, times in Counter(sample).items():
        if character.isalpha():
            name = unicodedata.name(character, "").partition(" ")[0]
            counts[name] += times * (3 if name in _DENSE else 1)
    kana = counts["HIRAGANA"] + counts["KATAKANA"]
    if kana * 10 > counts["CJK"]:
        counts["HIRAGANA"] = kana + counts.pop("CJK", 0)
    script, most = max(counts.items(), key=lambda item: item[1], default=("", 0))
    return script if most >= 10 and most * 2 > counts.total() else ""


def _by_words(sample: str, script: str, /) -> str | None:
    """The language of ``script`` whose frequent words cover the sample best, if clearly better than the next one's."""
    words = [word.strip('.,;:!?…"“”„«»‹›()[]،؛؟।') for word in _SEPARATOR.split(sample.lower())]
    scores: dict[str, float] = defaultdict(float)
    for word, times in Counter(words).items():
        for languages, weight in _evidence(word, script):
            for language in languages:
                scores[language] += times * weight / len(languages)
    ranked = sorted(((score, language) for language, score in scores.items()), reverse=True)
    if not ranked:
        return None
    (best, language), second = ranked[0], ranked[1][0] if len(ranked) > 1 else 0
    return language if best >= max(1.5, len(words) * 0.05) and best >= 1.3 * second else None


def _evidence(word: str, script: str, /) -> Iterator[tuple[list[str], float]]:
    """The languages that a word speaks for, and how much."""
    if word in _languages(script):
        yield _languages(script)[word], 1
    for letter in _LETTERS.keys() & set(word):
        languages = [language for language in _LETTERS[letter].split() if language in _WORDS[script]]
        if languages:
            yield languages, 0.5


@cache
def _languages(script: str, /) -> dict[str, list[str]]:
    """Each frequent word of a script and the languages that have it."""
    found: dict[str, list[str]] = {}
    for language, words in _WORDS[script].items():
        for word in set(words.split()):
            found.setdefault(word, []).append(language)
    return found
