"""Nouns that tell what kind of holder a phrase names, in lower case."""

from __future__ import annotations

from .words import wordset

DOCUMENTS = wordset(
    "report poll survey study letter statement memo memorandum article document documents record records filing"
    " filings book email emails e-mail lawsuit release transcript ad advertisement law bill editorial website site"
    " data paper analysis review resolution treaty agreement post column headline story chart table index audit"
    " brief dossier file communique census reports polls surveys studies figures findings statistics results tweet"
    " video speech platform message op-ed essay placard sign petition order ruling verdict complaint indictment"
    " affidavit testimony average accounts tallies numbers assessment estimate forecast projection barometer"
    " manifesto plan proposal interview interviews remarks comments"
)

BODIES = wordset(
    "government campaign committee company administration court ministry department agency party bank council"
    " panel organization organisation university newspaper paper union team military police network magazine army"
    " parliament congress senate house cabinet board commission institute center centre association foundation"
    " corporation firm bloc alliance coalition authority office bureau embassy kremlin pentagon group delegation"
    " regulator watchdog think-tank thinktank conference club society federation league nation country city state"
    " church service command nonprofit charity startup outlet station broadcaster publisher legislature tribunal"
    " jury secretariat opposition leadership establishment movement"
)
"""Heads of noun phrases that stand for an organization."""

ORGANIZATION_WORDS = BODIES | wordset(
    "inc inc. corp corp. llc ltd plc co times post journal news herald tribune guardian telegraph observer"
    " examiner globe reuters bloomberg politico breitbart press college school hospital trust fund group holdings"
    " partners brothers ministry academy academies laboratory observatory museum society club forum summit"
    " initiative project program republicans democrats street u.s. us uk eu u.n. un nato opec imf who fbi cia nsa"
    " epa gop dnc rnc cnn bbc nbc abc cbs pbs npr fox msnbc twitter facebook google microsoft apple amazon"
    " airlines motors bank reserve exchange supreme national international federal american european united"
    " associated white house capitol wall"
)
"""Words inside a capitalized name that make it an organization's."""

PLACES = wordset(
    "russia ukraine china america iran israel germany france britain england scotland ireland japan india"
    " pakistan turkey syria iraq egypt poland spain italy canada mexico brazil argentina australia europe africa"
    " asia moscow washington beijing tehran kyiv kiev london paris berlin brussels ankara tokyo delhi jerusalem"
    " riyadh saudi arabia arabian qatar north south east west northern southern eastern western new york angeles"
    " francisco hong kong korea vietnam taiwan texas florida california ohio iowa nevada virginia carolina"
    " pennsylvania michigan wisconsin georgia arizona hampshire colorado illinois minnesota vermont massachusetts"
    " maryland oregon utah kansas missouri tennessee louisiana alabama kentucky indiana maine alaska hawaii city"
    " county republic kingdom states island islands ocean sea river valley atlantic pacific mediterranean baltic"
    " balkans gulf crimea donbas gaza bank strip hague geneva vienna davos"
)

NAME_STOPPERS = wordset(
    "republican democratic democrat senate house committee party day night week january february march april june"
    " july august september october november december monday tuesday wednesday thursday friday saturday sunday"
    " christian muslim jewish catholic russian american chinese iranian british german french israeli european"
    " ukrainian turkish english convention primary caucus election elections debate mr mrs ms"
)
"""Capitalized words that do not belong to a person's name."""

NAME_ENDERS = wordset("act bill amendment law war code plan deal way theory effect museum tower hall park day")
"""Capitalized words that make no person's name of what stands before them ("Dodd-Frank Act")."""

PERSONS = wordset(
    "official spokesman spokeswoman spokesperson analyst expert professor senator president minister economist"
    " strategist adviser advisor aide lawyer attorney judge historian scholar researcher scientist author writer"
    " editor reporter journalist columnist commentator candidate nominee leader chairman chairwoman chair director"
    " manager executive lawmaker congressman congresswoman governor mayor ambassador diplomat general admiral"
    " commander officer colonel source insider person man woman voter resident worker teacher student doctor nurse"
    " activist organizer supporter critic member delegate donor businessman billionaire investor trader banker"
    " farmer owner founder chief head boss secretary deputy counselor consultant pollster operative veteran"
    " professor pastor priest bishop pope rabbi imam king queen prince princess chancellor premier speaker host"
    " moderator colleague friend neighbor brother sister father mother son daughter wife husband staffer"
    " representative commissioner inspector prosecutor sheriff negotiator envoy philosopher sociologist"
    " psychologist theorist thinker observer politician statesman dissident defector proponent ceo cfo vp opponent"
    " advocate co-founder author dean chair counsel"
)
"""Heads of noun phrases that stand for one person."""

GROUPS = wordset(
    "people men women children police others some many most several few all both none half majority majorities"
    " critics dozens hundreds thousands millions percent everyone everybody nobody public electorate crowd"
    " audience media staff left right press masses elite youth anyone those"
)
"""Words that stand for several holders though they do not end in -s, or that stand alone."""

PARTISANS = wordset("republicans democrats")
