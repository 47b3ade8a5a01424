"""Health of a person: a sickness, treatment or state, and right before it words that make it somebody's own.

Talk about diseases is no health data; "I was diagnosed with" and "my diabetes" are. A short list by intent: it
finds plain statements in four languages, not hints, and by default asks rather than blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from curation.patterns import Mark
from curation.text.phrases import Phrases

_SICKNESSES = {
    "en": "cancer|tumour|tumor|diabetes|depression|anxiety|anxiety disorder|burnout|burn-out|adhd|autism"
    "|bipolar disorder|ptsd"
    "|epilepsy|asthma|hiv|aids|hepatitis|multiple sclerosis|parkinson's|parkinsons|dementia|alzheimer's|schizophrenia"
    "|eating disorder|anorexia|bulimia|pregnancy|miscarriage|endometriosis|chemotherapy|chemo|surgery|stroke"
    "|heart attack"
    "|heart disease|arthritis|migraine|migraines|long covid|covid|covid-19|ulcer|crohn's|crohn's disease|ibs|lupus"
    "|leukaemia|leukemia|disability|panic attacks|insomnia|alcoholism|concussion|slipped disc|fibromyalgia"
    "|celiac disease|antidepressants|insulin|rehab|psychotherapy",
    "de": "krebs|brustkrebs|hautkrebs|tumor|diabetes|depression|depressionen|angststörung|burnout|burn-out"
    "|adhs|autismus"
    "|bipolare störung|ptbs|epilepsie|asthma|hiv|hepatitis|multiple sklerose|parkinson|demenz|alzheimer|schizophrenie"
    "|essstörung|magersucht|bulimie|schwangerschaft|fehlgeburt|endometriose|chemotherapie|chemo|schlaganfall"
    "|herzinfarkt"
    "|arthrose|rheuma|migräne|long covid|covid|morbus crohn|reizdarm|lupus|leukämie|schwerbehinderung|panikattacken"
    "|schlafstörungen|alkoholsucht|gehirnerschütterung|bandscheibenvorfall|zöliakie|krebserkrankung|antidepressiva",
    "fr": "cancer|tumeur|diabète|dépression|anxiété|burn-out|burnout|tdah|autisme|trouble bipolaire|épilepsie"
    "|asthme|vih|sida"
    "|hépatite|sclérose en plaques|parkinson|démence|alzheimer|schizophrénie|trouble alimentaire|anorexie|boulimie"
    "|grossesse|fausse couche|endométriose|chimiothérapie|chimio|avc|infarctus|arthrose|migraine|migraines|covid"
    "|maladie de crohn|leucémie|handicap|insomnie|alcoolisme|hernie discale|antidépresseurs",
    "es": "cáncer|tumor|diabetes|depresión|ansiedad|burnout|tdah|autismo|trastorno bipolar|epilepsia|asma|vih"
    "|sida|hepatitis"
    "|esclerosis múltiple|parkinson|demencia|alzheimer|esquizofrenia|trastorno alimenticio|anorexia|bulimia|embarazo"
    "|endometriosis|quimioterapia|quimio|ictus|infarto|artrosis|migraña|migrañas|covid|enfermedad de crohn|leucemia"
    "|discapacidad|insomnio|alcoholismo|hernia discal|antidepresivos",
}
_STATES = {
    "en": "pregnant|hiv positive|hiv-positive|diabetic|bipolar|autistic|epileptic|in rehab|on antidepressants"
    "|on sick leave",
    "de": "schwanger|hiv-positiv|diabetiker|diabetikerin|autist|autistin|schwerbehindert|krankgeschrieben|depressiv",
    "fr": "enceinte|séropositif|séropositive|diabétique|autiste|épileptique|bipolaire|en arrêt maladie"
    "|dépressif|dépressive",
    "es": "embarazada|seropositivo|seropositiva|diabético|diabética|autista|epiléptico|epiléptica|bipolar"
    "|de baja médica",
}

_BEFORE_SICKNESS = {
    "en": r"(?:diagnosed (?:me |him |her )?(?:with|as having)|suffer(?:ing|ed|s)? from|undergo(?:ing|ne|es)?"
    r"|underwent|(?:treated|hospitali[sz]ed)"
    r" (?:for|with)|recover(?:ing|ed|s)? from|living with|tested positive for|(?:sick leave|medication"
    r"|pills) (?:for|because of|due to)"
    r"|(?:off work|out sick) with|(?:i|he|she) (?:have|has|had|got|am on|is on|takes?)|i've (?:got|had)"
    r"|survived|my|his|her)",
    "de": r"(?:(?:leide[tn]?|litt|erkrankte?|erkrankt) (?:an|unter)|diagnos(?:tiziert|e)(?: mit| wurde)?:?"
    r"|(?:krankgeschrieben|behandlung|therapie)"
    r" wegen|(?:bei mir|bei ihm|bei ihr) wurde|(?:ich habe|er hat|sie hat|habe ich)(?: seit(?: \w+){1,2})?"
    r"|(?:mein|sein|ihr)(?:e|en|em|er|es)?)",
    "fr": r"(?:souffr(?:e|ait|ant)|souffert|atteinte?|diagnostiquée?) (?:d[eu]|d['’]|avec|pour)|(?:soignée?"
    r"|traitée?|arrêt maladie) pour"
    r"|(?:m['’]a|lui a) diagnostiqué|j['’]ai|(?:mon|ma|mes|son|sa|ses)",
    "es": r"(?:(?:sufr[oe]|padezco|padece|sufría) de|(?:tratamiento|baja) por|(?:me"
    r"|le) (?:han )?diagnostica(?:ron|do)|tengo|mis?|sus?)",
}
_BEFORE_STATE = {
    "en": r"(?:i am|i'm|i was|she is|she's|he is|he's)(?: \d+ (?:weeks|months))?",
    "de": r"(?:ich bin|ich war|sie ist|er ist|bin ich)(?: seit(?: \w+){1,2})?",
    "fr": r"(?:je suis|j['’]étais|elle est|il est)",
    "es": r"(?:estoy|soy|estaba|está|ella es|él es)",
}
_BETWEEN = (
    r"(?: (?:an?|the|own|severe|chronic|recent|mild|acute|early|now|also|currently|type \w|stage \w+|breast"
    r"|lung|skin|prostate|colon|bowel|major"
    r"|clinical|postnatal|eine[rmn]?|ein|schwere[rn]?|chronische[rn]?|jetzt|gerade|auch|une?|l[ae]|du|de|un"
    r"|una|el|propr?i?[aoe]"
    r"|grave|chronique|crónic[ao])){0,3} ?(?:d['’]|l['’])?$"
)
_LONGEST = 80


def _leads(words: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {
        language: re.compile(rf"(?<![^\W_])(?:{lead}){_BETWEEN}", re.IGNORECASE)
        for language, lead in words.items()
    }


_ENTRIES = [
    (term, leads[language])
    for terms, leads in ((_SICKNESSES, _leads(_BEFORE_SICKNESS)), (_STATES, _leads(_BEFORE_STATE)))
    for language, listed in terms.items()
    for term in listed.split("|")
]
_terms = Phrases(term for term, _ in _ENTRIES)


def health(text: str) -> Iterator[Mark]:
    """Statements about somebody's own health, in English, German, French and Spanish."""
    for start, end, place in _terms.find(text):
        before = text[max(0, start - _LONGEST) : start]
        lead = _ENTRIES[place][1].search(before)
        if lead is not None:
            yield Mark(start - len(before) + lead.start(), end, "health")
