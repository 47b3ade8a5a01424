"""Single words too common to be a competency's name by themselves.

Frameworks hold labels such as "IT", "CALL", "current" or "source", meant as acronyms or in a narrow trade;
in ordinary posts they are ordinary words. Chosen by us: the small words of four languages, and the one-word
labels of a large public framework that were most often found in talk descriptions without being meant.
"""

from __future__ import annotations

_ENGLISH = """
a about above after again against all also always am an and another any anyone anything are around as ask at
away back bad be because been before being below best better between big both but by call calling came can
cannot case change check clear close come common could course day days did different do does doing done down
during each early easy either else end enough even ever every everyone everything example far fast few find
first for found free from full further gave general get give go goes going good got great had half hand hard has
have having he hear heard help her here high him his how however i if important in inside instead into is it its
just keep kind knew know known large last late later least leave left less let life like line list little live
long look looking lot low made main make making many may me mean might mine more most move much must my near
need never new news next nice no none not nothing now number of off often old on once one only open or order
other our out over own page part people per perhaps place play please point possible post put question quick
quite rather read real really right run said same saw say see seem seen set several share she short should show
side simple since small so some someone something soon start state still stop such sure take talk team tell than
thank that the their them then there these they thing things think this those though through time times to today
together told too took top toward tried true try trying turn two type under until up us use used useful user
using usual very video view want was watch way we week well went were what when where whether which while who
whole why will wild with within without word words work working world would write year yes yet you your
access argument arguments balance balances board boards breaking carpentry chips choose clay clean conduct
confidence controllers copying current currents data decide delegate delight detect dies draw energy equipment
experiment filters form forms gems gold guide guides hack hearing highlighting history interaction interview
language languages lead leads lecture light lights mechanisms migration mold paint patterns persist plan plans
press prose processes purchase re recovery report reports retrieval rights schedule scale scales scratch signing
sounds source sources space spaces st standard standards survey term terms tie transport warnings
"""

_GERMAN = """
aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bitte da dabei damit
danach dann daran darauf daraus darin darum das dass dein deine dem den denn der des dich die dies diese diesem
diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines er es etwas euch euer für ganz gar
gegen gut habe haben hat hatte hier hin ich ihm ihn ihnen ihr ihre im immer in ist ja jede jedem jeden jeder jedes
jetzt kann kein keine können leben macht machen man mehr mein meine menschen mich mir mit muss müssen nach neu neue
nicht nichts noch nun nur ob oder ohne sehr sein seine seit sich sie sind so soll sollen sondern teil um und uns
unser unter viel viele vom von vor war waren was weg weil weiter wenn wer werden wie wieder will wir wird wo wollen
worden wurde wurden zeit zu zum zur zwei zwischen arbeit arbeiten daten licht quelle raum schnell sprache tag
"""

_FRENCH = """
afin ai ainsi alors après au aucun aussi autre autres aux avant avec avoir beaucoup bien bon c'est ça car ce ceci
cela ces cet cette ceux chaque chez comme comment dans de depuis des deux devant dire doit donc dont du elle elles
en encore entre est et étaient était être eu faire fait faut fois grand ici il ils je jour la le les leur leurs là
lui mais même mes mieux moi moins mon ne ni non nos notre nous nouveau ou où par parce pas pendant peu peut plus
pour pourquoi quand que quel quelle quelques qui quoi rien sa sans se sera ses seulement si son sont sous sur ta
temps tes toi ton tous tout toute toutes très trop tu un une vers vie voir vos votre vous langue lumière travail
"""

_SPANISH = """
a al algo alguno antes aquí así aún aunque bien bueno cada casi como con contra cosa cuál cuando de del desde día
donde dos durante e el él ella ellas ellos en entre era eran es esa ese eso esta está estaba estamos están este esto
estos fue ha hace hacer hacia han hasta hay hoy la las le les lo los luego mal más me mejor menos mi mis mismo mucho
muy nada ni no nos nosotros nuestra nuestro nueva nuevo nunca o os otra otro para pero poco por porque pues que qué
quien quién se sea ser si sí sido siempre sin sobre solo son su sus también tan tanto te tiempo tiene tienen toda
todas todo todos tu tú tus un una uno unos usted vez vida y ya yo datos lengua luz trabajo
"""

COMMON = frozenset(f"{_ENGLISH} {_GERMAN} {_FRENCH} {_SPANISH}".split())
"""Folded single words, in English, German, French and Spanish."""
