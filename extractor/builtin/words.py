"""Closed word classes of English, in lower case, that the rules look at."""

from __future__ import annotations


def wordset(text: str, /) -> frozenset[str]:
    """The words of a list written with blanks."""
    return frozenset(text.split())


DASHES = frozenset(["—", "–", "--"])
COMMAS = DASHES | {","}
"""Marks that set off a clause or an apposition."""

PRONOUNS = wordset("he she they i we it you who everyone everybody someone somebody nobody others")
"""Words that can be a whole subject; ``it`` stands for an organization."""

PERSONAL = wordset("he she they i we it you")

OBJECTS = wordset("him her them me us you it himself herself themselves itself everyone everybody anyone")

DETERMINERS = wordset(
    "the a an this these those some many most several all each every any no few another such both either neither"
    " more fewer half one two three four five six seven eight nine ten dozens hundreds thousands millions"
)
POSSESSIVES = wordset("his her their its my our your whose 's ’s")

BE = wordset("am is are was were be been being 's ’s 'm ’m 're ’re")
HAVE = wordset("has have had having 've ’ve 'd ’d")
DO = wordset("do does did")
MODALS = wordset("will would could can may might should must shall 'll ’ll ca wo")
NEGATIONS = wordset("not n't n’t never no longer nor")
AUXILIARIES = BE | HAVE | DO | MODALS

PREPOSITIONS = wordset(
    "of in on at for from with by to about against into over under after before during since until through"
    " between among within without across around behind beyond despite amid toward towards upon following"
    " including like outside inside near off onto via per than as regarding concerning throughout above below"
    " alongside"
)
NOUN_LINKS = wordset("of for at in with from on to against about between among under near by")
"""Prepositions that a noun phrase may run over: 'the head of the party in Ohio'."""

SUBORDINATORS = wordset(
    "that because although though while when where whether if unless since until before after as so than which"
    " who whom what why how once whereas lest"
)
RELATIVES = wordset("who which that whom whose")
QUESTION_WORDS = wordset("that whether if how why what when where who which")
COORDINATORS = wordset("and but or yet nor so plus &")

ADVERBS = wordset(
    "also later recently then still just previously often already once again now even further soon always never"
    " long first instead too simply ever almost perhaps maybe rather quite very much well however though meanwhile"
    " moreover therefore thus similarly likewise afterward afterwards earlier elsewhere indeed nonetheless"
    " nevertheless only sometimes due able up out off down away yesterday today tonight tomorrow here there ago"
    " alone together twice yet"
)
"""Adverbs without -ly; words in -ly count as adverbs unless they stand in ``NOT_ADVERBS``."""

NOT_ADVERBS = wordset("family ally rally italy july assembly supply reply monopoly bully fly ugly early friendly")

WEEKDAYS = wordset("monday tuesday wednesday thursday friday saturday sunday")
MONTHS = wordset(
    "january february march april june july august september october november december jan. feb. aug. sept. oct."
    " nov. dec."
)
TIMES = (
    WEEKDAYS
    | MONTHS
    | wordset("today yesterday tonight morning afternoon evening night week month year weekend days weeks ago")
)

VERBS = wordset(
    "went came got took made gave left ran held began became kept put brought met paid sent sat stood lost won"
    " fell rose grew led read spent built bought caught chose drew drove ate flew forgot hid hit hurt cut laid lay"
    " lied rode sang shot slept sold spoke stole struck taught threw wore broke fought let set shut spread beat"
    " goes comes gets takes makes gives runs holds becomes keeps puts brings meets pays sends stands loses wins"
    " falls rises grows leads needs remains includes represents lives works serves backs faces owns voted served"
    " worked lived faced"
)
"""Frequent verb forms that end a noun phrase and are no cues."""

UNITS = wordset(
    "million millions billion billions thousand thousands hundred hundreds dozen dozens percent per cent euro euros"
    " dollar dollars pound pounds year years month months week weeks day days hour hours minute minutes time times"
    " decade decades century eleven twelve thirteen fifteen twenty thirty forty fifty half quarter first second"
)
"""Words of amounts and times, which tell nothing of what a claim is about."""

BASE_VERBS = wordset(
    "be have do go come get take make give leave run hold begin become keep put bring meet pay send sit stand lose win"
    " fall rise grow lead need remain live work serve face own read spend build buy catch choose draw drive fly hit"
    " cut break fight let set shut spread beat return resign stop start end open close continue quit act move change"
    " turn join agree accept refuse reject sell raise lower increase decrease reduce expand shrink slow recover reach"
    " drop climb decline improve worsen fail succeed collapse survive pass approve publish release review restore"
    " repair repay respond step apologize apologise ban delay cancel abandon withdraw sign vote provide allow follow"
    " stay help protect hire appear play deliver receive finish arrive last double halve dominate exceed face emerge"
    " carry slip hesitate ruin vaccinate produce create cause affect happen occur increase maintain manage handle pull"
    " find show see know lift remove replace build join earn save attract suffer struggle ease tighten intervene invest"
    " borrow ship hand step travel strike crash burst flood freeze melt sink swim walk destroy defeat prevent push"
)
"""Frequent verbs in their plain form, which stand after "to" and in demands ("that he resign")."""

FUNCTION_WORDS = (
    PRONOUNS | OBJECTS | DETERMINERS | POSSESSIVES | AUXILIARIES | PREPOSITIONS | SUBORDINATORS | COORDINATORS | ADVERBS
)

TITLES = wordset(
    "mr mrs ms miss dr prof professor sen senator rep representative gov governor president vice secretary judge"
    " justice gen general lt col colonel capt captain sgt maj major adm admiral mayor rev reverend sir lord lady"
    " chairman chairwoman chair congressman congresswoman ambassador speaker chancellor king queen prince princess"
    " pope attorney sheriff chief director minister prime premier candidate nominee spokesman spokeswoman"
    " spokesperson strategist analyst host former ex-president deputy foreign finance defense defence interior"
    " treasury state economist historian professor columnist pastor commissioner councilman councilwoman father"
    " sister brother st"
)
"""Words that stand before a person's name and are no part of it."""
