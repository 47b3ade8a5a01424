"""Words that carry grammar and no topic: no key term begins or ends with one.

Chosen by us for English, German, French and Spanish. In other languages words of up to three letters stand in for them.
"""

from __future__ import annotations

_ENGLISH = """
a about above after again against ago all almost already also although always am among an and another any anybody
anyone anything are aren't around as ask at away back be became because become been before behind being below between
both but by can can't cannot could couldn't did didn't do does doesn't doing don't done down during each either else
enough even ever every everyone everything few for from get gets getting give given go goes going gone good got had
has hasn't have haven't having he her here hers him his how however i i'd i'll i'm i've if in instead into is isn't it
it's its itself just keep kind know last least less let let's like lot lots made make makes making many may maybe me
might mine more most much must my myself need needs neither never new next no nobody none nor not nothing now of off
often on once one only onto or other others our ours out over own per perhaps please put quite rather really same say
says see seem seems several shall she should shouldn't since so some someone something sometimes soon still such sure
take takes tell than thank thanks that that's the their theirs them themselves then there there's these they they're
thing things think this those though through thus to today together too toward two under until up upon us use used
uses using usually very via want wants was wasn't way we we're we've well went were weren't what what's when where
whether which while who whole whom whose why will with within without won't would wouldn't yes yet you you'd you'll
you're you've your yours yourself first second three http https www com
"""

_GERMAN = """
ab aber alle allem allen aller alles als also am an andere anderen anderer anderes auch auf aus außer bei beide beim
bereits bin bis bist bitte da dabei dadurch dafür dagegen daher damit danach dann daran darauf daraus darf darin darum
das dass davon dazu dein deine dem den denn der deren des dessen dich die dies diese diesem diesen dieser dieses dir
doch dort du durch ein eine einem einen einer eines einfach einige einmal er es etwa etwas euch euer eure für ganz gar
geht gegen gemacht gerade gibt gut habe haben hast hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem
ihren ihrer im immer in ins ist ja jede jedem jeden jeder jedes jetzt kann kannst kein keine keinem keinen keiner können
könnte konnte lassen läßt lässt machen macht man manche mehr mein meine meinen mich mir mit muss musst müssen nach
nachdem natürlich neben nein neu neue neuen nicht nichts noch nun nur ob oben oder ohne oft schon sehr sei sein seine
seinem seinen seiner seit selbst sich sie sind so sobald solche soll sollen sollte sondern sonst sowie statt über um
und uns unser unsere unter viel viele vielen vielleicht vom von vor wann war waren warum was weder weil weiter welche
welchen welcher welches wenig wenn wer werde werden wie wieder will wir wird wirklich wo wobei wollen worden wurde
wurden während würde zu zum zur zwar zwei zwischen
"""

_FRENCH = """
à afin ai ainsi alors après as assez au aucun aucune aujourd'hui auquel aussi autre autres aux avait avant avec avez
avoir avons beaucoup bien bon c'est ça car ce ceci cela celle celles celui ces cet cette ceux chaque chez comme comment
d'un d'une dans de depuis des deux devant doit donc dont du elle elles en encore entre es est et était étaient étant
été être eu eux fait faire faut fois font il ils j'ai je jusqu l'on la le les leur leurs lors lui là ma mais me même
mes mieux moi moins mon ne ni non nos notre nous on ont ou où par parce pas pendant peu peut peuvent plus plusieurs
plutôt pour pourquoi puis qu'il qu'elle qu'on quand que quel quelle quelles quelques quels qui quoi sa sans se selon
sera ses si soit son sont sous souvent sur ta te tel telle tes toi ton toujours tous tout toute toutes très trop tu un
une vers voici voilà vos votre vous y
"""

_SPANISH = """
a al algo algunas alguno algunos ante antes aquel aquí así aún aunque bajo bien cada casi como cómo con contra cosa
cual cuál cuando de del desde después donde dos durante e el él ella ellas ellos en entonces entre era eran eres es esa
esas ese eso esos está están estas este esto estos estaba estar fue fueron gran ha había hace hacer hacia han hasta hay
he la las le les lo los luego más me mejor menos mi mientras mis mismo muchas mucho muchos muy nada ni ningún no nos
nosotros nuestra nuestro nunca o os otra otras otro otros para pero poco por porque pues puede pueden que qué quien
quién se sea según ser si sí sido siempre sin sino sobre solo son soy su sus también tan tanto te tener tengo ti tiene
tienen toda todas todo todos tu tus un una uno unas unos usted ustedes va vamos vez y ya yo
"""

STOPWORDS = frozenset(f"{_ENGLISH} {_GERMAN} {_FRENCH} {_SPANISH}".split())
KNOWN = frozenset({"en", "de", "fr", "es"})
"""Languages whose small words are listed."""


def is_small(word: str, language: str) -> bool:
    """Whether a word in small letters carries no topic."""
    return word in STOPWORDS if language in KNOWN else word in STOPWORDS or len(word) <= 3
