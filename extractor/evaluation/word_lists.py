"""Words by which sources are compared and names of people are told from other names, lower case.

They belong to the definition of the figures: figures made with other lists cannot be set beside these.
"""

from __future__ import annotations

from typing import Final


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


FUNCTION_WORDS: Final = _words(
    "a about above after again against all also am an and another any anybody anyone are as at be because been "
    "before being below between both but by can could d did do does doing down during each either every everybody "
    "everyone few for from further had has have having he her here hers herself him himself his how i if in into is "
    "it its itself just ll m many me more most much my myself neither no none nor not now of off on once one ones "
    "only or other others our ours ourselves out over own re s said same say says several she should so some "
    "somebody someone such t than that the their theirs them themselves then there these they this those through to "
    "too under until up ve very was we were what when where which while who whom whose why will with would you your "
    "yours yourself yourselves"
)
"""Words that identify no source, and words that say nothing of whom they stand for."""

TITLES: Final = _words(
    "adm admiral ambassador analyst attorney candidate capt captain chairman chairperson chairwoman chancellor "
    "chief col colonel congressman congresswoman director dr former gen general gov governor host judge justice "
    "king lady lord lt maj major mayor minister miss mr mrs ms nominee pope president prince princess prof "
    "professor queen rep representative rev reverend secretary sen senator sgt sheriff sir speaker spokesman "
    "spokesperson spokeswoman strategist vice"
)
"""Titles and offices in front of a name."""

NEVER_PEOPLE: Final = _words(
    "abc act administration african africans agency air amendment america american americans april arizona army "
    "associated association august bank bill black blacks bloomberg breitbart britain british bureau california "
    "campaign carolina caucus cbs center centre china chinese christian christians cia city cnn co college colorado "
    "commission committee company congress constitution convention corp corporation council county court daily day "
    "debate december democrat democratic democrats department east election elections english epa europe european "
    "examiner facebook fbi february federal florida force foundation fox friday georgia globe google gop government "
    "group guardian gun hampshire herald high hispanic hispanics house huffington illinois inc indiana institute "
    "international iowa iran iranian iraq iraqi irs isis islam islamic israel israeli january jewish jews journal "
    "july june las latino latinos law llc los ltd magazine march maryland massachusetts may mexican mexicans mexico "
    "michigan minnesota missouri monday msnbc muslim muslims national nato navy nbc network nevada new news north "
    "november observer october office ohio pac party pennsylvania police politico poll polls post post-gazette "
    "press primary republican republicans research reuters review rights russia russian russians san saturday "
    "school security senate september service south spanish state states street sunday super supreme survey syria "
    "syrian tea team telegraph texas thursday times today tribune tuesday twitter u.s un union united university us "
    "utah virginia voters washington wednesday week weekly west white whites wisconsin women york youtube"
)
"""Words with a capital that make a name one of a body, a place, a medium or a date."""
