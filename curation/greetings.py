"""Words of greeting, thanks and assent: a post made of nothing else has no substance.

Written by us for English, German, French and Spanish; folded (see `curation.text.folding`).
"""

from __future__ import annotations

_ENGLISH = """
hi hello hey hiya howdy yo welcome back good morning afternoon evening night day week weekend everyone everybody all
folks team guys friends there thanks thank you thx ty cheers many so much very again really great nice cool awesome
amazing wonderful excellent fantastic super perfect lovely sweet wow yay congrats congratulations happy birthday
anniversary well done job work kudos bravo yes yep yeah no nope ok okay sure agreed same here plus one lol haha hehe
please sorry bye goodbye see later soon take care enjoy your the a for and to this that it is was have got noted done
merry christmas new year holidays monday tuesday wednesday thursday friday saturday sunday my pleasure np problem
appreciate lgtm sgtm fyi gm gn from
"""

_GERMAN = """
hallo hi hey moin servus grüezi guten gute tag morgen abend nacht mittag woche wochenende zusammen alle allen an alle
ihr euch liebe lieber leute kollegen kolleginnen team danke dankeschön vielen herzlichen besten dank dir ihnen sehr
schön schönen schönes schöner feierabend urlaub toll super klasse prima perfekt genial wunderbar glückwunsch
glückwünsche alles gutes zum geburtstag ja nein jo jein gern gerne klar genau stimmt einverstanden bitte sorry
entschuldigung tschüss ciao bis bald später gleich mahlzeit willkommen frohe weihnachten frohes neues jahr und für das
die der den einen ein eine gut gemacht mfg lg vg grüße gruß viele beste
"""

_FRENCH = """
bonjour bonsoir salut coucou bonne bon journée soirée nuit matinée semaine week end à tous toutes tout le monde équipe
merci beaucoup bien mille encore à vous toi super génial parfait excellent bravo félicitations joyeux anniversaire oui
non ok d'accord avec plaisir de rien svp désolé pardon au revoir à bientôt bientôt plus tard demain bienvenue joyeuses
fêtes année noël et pour la les c'est
"""

_SPANISH = """
hola buenos buenas días dias tardes noches a todos todas equipo muchas gracias mil genial perfecto excelente bravo
estupendo enhorabuena felicidades felicitaciones feliz cumpleaños sí si no vale ok de acuerdo nada por favor perdón
adiós hasta luego pronto mañana bienvenido bienvenida bienvenidos un saludo saludos y para el la los las
"""

GREETINGS = frozenset(f"{_ENGLISH} {_GERMAN} {_FRENCH} {_SPANISH}".replace("'", " ").split())
"""Words that carry no substance in a post made of nothing else."""
