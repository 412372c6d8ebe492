"""Words that begin sentences with a capital without being names, and words that stand behind a subject, by language."""

from __future__ import annotations

from typing import Final

from .name_words import folded_words

FUNCTION_WORDS: Final[dict[str, frozenset[str]]] = {
    "en": folded_words(
        "a about above according across after against ago all almost along alongside already also although always"
        " amid among an and another any anyone anything are as aside at away back based be because before behind"
        " being below besides between beyond both but by can citing compared contrary could despite do does down"
        " due during each earlier either else even ever every everyone everything except few fewer following for"
        " from further furthermore given had has have he hence her here his how however i if in inside instead"
        " into is it its itself just last lastly late later least less let like likewise many may maybe meanwhile"
        " might more moreover most much must my near nearly neither never nevertheless next no nobody none"
        " nonetheless nor not nothing notwithstanding now of off often on once one only onto or other others"
        " otherwise our out outside over overall per perhaps prior provided rather regarding regardless same"
        " second seen several shall she should similarly since so some somebody someone something sometimes soon"
        " still such than that the their them themselves then there therefore these they this those though three"
        " through throughout thus to today together tomorrow too toward towards two under unless unlike until up"
        " upon us very via was we were what whatever when whenever where whereas wherever whether which while who"
        " whoever whom whose why will with within without would yes yesterday yet you your"
    ),
    "de": folded_words(
        "ab aber alle allem allen aller allerdings alles als also am an andere anderen auch auf aus außerdem bei"
        " beide beim bereits bis bisher da dabei dadurch dafür dagegen daher damit danach dann daran darauf"
        " darüber das dass davon dazu dem den denen denn dennoch der deren des deshalb dessen die dies diese"
        " diesem diesen dieser dieses doch dort durch ein eine einem einen einer eines einige er es etwa etwas"
        " euro für gegen gerade gibt hat heute hier hinter ihr ihre ihrem ihren ihrer im in insgesamt ist ja jede"
        " jedem jeden jeder jedes jedoch jetzt kann kein keine laut man mehr mehrere mit nach nachdem neben nicht"
        " nichts noch nun nur ob obwohl oder ohne schon sei seien sein seine seinem seinen seiner seit sich sie"
        " sind so sobald sogar solche sollte sondern soll trotz über um und uns unser unter viele vielen"
        " vielleicht vom von vor wäre während wann war warum was wegen weil weitere welche wenn wer werden wie"
        " wieder wir wird wo wohl wurde zu zudem zum zur zwar zwischen drei vier fünf zwei"
    ),
    "fr": folded_words(
        "à afin ainsi alors après au aucun aucune aujourd'hui auparavant aussi autour autre autres aux avant avec"
        " beaucoup bien car ce ceci cela celle celles celui cependant certains ces cet cette ceux chacun chaque"
        " chez comme comment contre dans de dès déjà depuis derrière des désormais deux dont donc du elle elles en"
        " encore enfin ensuite entre est et eux face grâce hier il ils jamais je jusqu la laquelle le lequel les"
        " leur leurs lors lorsque lui mais malgré même mes mieux moins mon nos notre nous nul on or ou où outre"
        " par parce parmi pas pendant peu plus plusieurs pour pourquoi pourtant près puis puisque quand quant que"
        " quel quelle quelques qui quoi sa sans sauf se selon ses seul si soit son sous sur tandis tant tel telle"
        " tous tout toute toutefois toutes très trois trop un une vers voici voilà vos votre vous y c d j l m n qu"
        " s t"
    ),
    "es": folded_words(
        "a acerca además ahora al algo algunos algunas allí ante antes apenas aquel aquella aquí así aun aún"
        " aunque bajo bien cada casi como con contra cual cualquier cuando cuanto de debido del desde después"
        " detrás donde dos durante e el él ella ellas ellos en entonces entre era es esa esas ese eso esos esta"
        " está estas este esto estos fue gracias ha hace hacia hasta hay hoy incluso junto la las le les lo los"
        " luego más mas me mediante menos mi mientras mis mucho muchos muy nada ni ningún ninguno no nos nosotros"
        " nuestra nuestro nunca o otra otras otro otros para pero poco por porque pues que qué quien quién quienes"
        " se según ser si sí siempre sin sino sobre solo son su sus tal también tampoco tan tanto te todavía todo"
        " todos toda todas tras tres tu un una unas uno unos ya yo y"
    ),
    "it": folded_words(
        "a ad ai al alcuni alcune alla alle allo altri altre altro ancora anche appena attraverso avanti che chi"
        " ci ciò come con contro così cui da dal dalla dalle dagli dai davanti degli dei del della delle dello"
        " dentro di dietro dopo dove due dunque durante e è ed egli era essere essi fa fino forse fra già gli ha"
        " hanno i il in infatti infine inoltre intanto invece io la le lei li lo loro lui ma mai malgrado mentre"
        " mi molti molte molto ne né negli nei nel nella nelle nemmeno nessun nessuno noi non nonostante nostra"
        " nostro nulla o oggi ogni oltre ora per perché perciò però più poco poi presso prima proprio qualche"
        " quale quali quando quanto quasi quella quelle quelli quello questa queste questi questo qui quindi se"
        " secondo sei sempre senza si sia sin sono sopra sotto sta su sua sue sugli sui sul sulla suo suoi tra tre"
        " troppo tutta tutte tutti tutto un una uno verso vi voi"
    ),
    "pt": folded_words(
        "a à ainda além algum alguma alguns algumas ali ante antes ao aos apenas apesar após aquela aquele aqui as"
        " às assim até através bem cada com como conforme contra contudo da das de dela dele depois desde dessa"
        " desse desta deste do dois dos durante duas e é ela elas ele eles em embora enquanto entanto então entre"
        " era essa essas esse esses esta está estas este estes eu foi grande há hoje isso isto já la lá lhe logo"
        " mais mas me mesmo muito muitos na nada nas nem nenhum nessa nesse nesta neste no nos nós nossa nosso num"
        " numa nunca o onde ontem os ou outra outras outro outros para pela pelas pelo pelos perante pois por"
        " porém porque portanto pouco qual qualquer quando quanto quase que quem se segundo sem sempre ser seu"
        " seus sob sobre sua suas tal também tanto tão todo todos toda todas três um uma umas uns você"
    ),
    "nl": folded_words(
        "aan achter af al alle alleen als altijd andere anders bij binnen boven buiten daar daardoor daarna daarom"
        " dan dat de deze die dit doch door drie dus een echter elk elke en er even geen genoeg haar had heeft hem"
        " het hier hij hoe hun ik in indien is ja je kan maar meer met mij na naar naast nadat niemand niet niets"
        " nog nu of om omdat onder ondanks ons onze ook op over sinds slechts steeds te tegen terwijl toch toen"
        " tot tussen twee u uit van vanaf vanwege veel verder volgens voor vooral waar waarom wanneer want was wat"
        " we wel welke wie wij worden zal ze zeer zelf zelfs zich zij zijn zo zoals zonder zou zulke"
    ),
    "ru": folded_words(
        "а без более благодаря бы был была были было быть в вам вас ведь весь вместе вместо во вокруг вот все всё"
        " всего всем всех всю вся всегда вы где да даже два для до другие другой его ее её если есть еще ещё же за"
        " затем здесь и из из-за или им именно иначе их к каждый как какие какой когда которая которые который"
        " кроме кто куда ли лишь между меня мне многие может можно мой мы на над надо наконец нам нас наш не него"
        " нее некоторые нельзя несколько несмотря нет неё ни никто них ничего но ныне о об оба однако он она они"
        " оно опять от откуда очень перед по под после потом потому почему поэтому почти при про против раз разве"
        " с сам самый свой себе себя сегодня сейчас скоро сначала снова со согласно среди так такая также такие"
        " такой там те тем теперь то тогда того тоже только том тот три тут ты у уже хотя чего чей чем через что"
        " чтобы чуть эта эти это этого этой этом этот я"
    ),
    "uk": folded_words(
        "а але без більше би був була були було в вам вас він вона вони все всі від до для де є за за з зараз"
        " згідно і із їх його її й як який яка які якщо коли крім між ми може на над нам нас не ні але однак після"
        " перед по під проти при про раніше серед так також там те тепер то тому той у хоча це цей ця ці через що"
        " щоб я"
    ),
    "pl": folded_words(
        "a aby ale ani bez bo by był była były było być chociaż choć ci co czy dla do dlatego gdy gdzie go i ich"
        " im innych ja jak jako jednak jego jej jest jeszcze jeśli już każdy kiedy kto która które którzy lecz lub"
        " ma mimo między może my na nad nam nas nawet nie niż no o obok od on ona one oni oraz po pod podczas"
        " ponad poza przed przeciw przez przy są się jest tak także tam te tego tej ten też to tu tuż tych tylko u"
        " w we według wszyscy wszystko wtedy z za zaś zdaniem ze że"
    ),
}

COMMON_OPENERS: Final = folded_words(
    "ahead anti business change climate critics death debt demand early eastern energy european evidence experts"
    " faith ex first five former four gas governments growth half health high higher history hope incoming"
    " international large leaders leading life local long longtime low lower main major moderate modern money"
    " nature new nobody northern officials oil old older opponents outgoing peace people policy post power pre pro"
    " progress public recent reform relations right science senior six small southern supply support supporters"
    " ten third time top top-level trade truth veteran violence voters war wealth western work young younger"
)
"""English words that open a sentence without an article, and are no names there."""
SINGULAR_VERBS: Final = folded_words(
    "is was has does says argues believes expects predicts warns thinks claims sees rejects supports opposes calls"
    " wants plans notes adds insists doubts fears hopes suggests writes tells describes denies accuses"
    " acknowledges admits agrees announces asserts assumes blames compares concedes concludes considers criticizes"
    " defends demands dismisses emphasizes favors intends knows maintains points praises promises proposes"
    " questions recalls recommends regards remains reports states stresses urges views worries isn't wasn't hasn't"
    " doesn't"
)
VERBS: Final[dict[str, frozenset[str]]] = {
    "en": SINGULAR_VERBS
    | folded_words(
        "will would can could may might must should had said told argued believed expected predicted warned"
        " thought claimed called wanted noted added insisted wrote won't wouldn't can't cannot couldn't hadn't"
        " never also still"
    ),
    "fr": folded_words(
        "a est sera serait avait était va pourrait peut doit dit affirme estime pense croit prévoit déclare juge"
        " explique ajoute refuse veut craint espère assure souligne"
    ),
    "es": folded_words(
        "es será sería era ha había va podría puede debe dice dijo afirma afirmó cree piensa prevé declaró"
        " considera explica añade quiere teme espera asegura sostiene advierte"
    ),
    "it": folded_words(
        "è sarà sarebbe era ha aveva potrebbe può deve dice ha afferma ritiene pensa crede prevede dichiara"
        " considera spiega aggiunge vuole teme spera sostiene avverte"
    ),
    "pt": folded_words(
        "é será seria era tem tinha vai poderia pode deve diz disse afirma afirmou acredita pensa prevê declarou"
        " considera explica acrescenta quer teme espera alerta"
    ),
    "nl": folded_words(
        "is was heeft had zal zou kan kon moet zegt zei vindt denkt gelooft verwacht meent stelt wil vreest hoopt"
    ),
    "ru": folded_words(
        "будет был была может должен должна сказал сказала говорит считает заявил заявила думает ожидает полагает"
        " утверждает предупреждает отметил отметила подчеркнул подчеркнула хочет надеется верит"
    ),
}
