"""Why a launch is refused, in words and with the remedy: for whoever came, and for the administrator's log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gleanery.errors import Denied


@dataclass(frozen=True, slots=True)
class Reason:
    """One check that failed: what is wrong and who does what about it, in English and German; {} is filled in."""

    wrong: str
    remedy: str
    wrong_de: str
    remedy_de: str
    status: int = 403


_AGAIN = "Go back to the LMS and open the link again."
_AGAIN_DE = "Gehen Sie zurück zum LMS und öffnen Sie den Link noch einmal."
_ASK = "Ask whoever runs the LMS to compare the registration with the page of this destination in gleanery."
_ASK_DE = "Bitten Sie, wer das LMS betreibt, die Registrierung mit der Seite dieses Ziels in gleanery zu vergleichen."
_UPDATE = "Tell the LMS's makers: the message breaks the LTI 1.3 specification."
_UPDATE_DE = "Sagen Sie es den Herstellern des LMS: die Nachricht verletzt die Spezifikation LTI 1.3."

REASONS: Mapping[str, Reason] = {
    "unregistered": Reason(
        "No LMS is registered at this address yet.",
        "An administrator registers it on the page of this destination in gleanery.",
        "Unter dieser Adresse ist noch kein LMS registriert.",
        "Eine Administratorin registriert es auf der Seite dieses Ziels in gleanery.",
        409,
    ),
    "issuer": Reason(
        "The LMS calls itself {found}; registered is {expected}.",
        "Make both the same to the letter, also the slash at the end. " + _ASK,
        "Das LMS nennt sich {found}; registriert ist {expected}.",
        "Beide müssen bis auf den Buchstaben gleich sein, auch der Schrägstrich am Ende. " + _ASK_DE,
    ),
    "client": Reason(
        "The message is for client {found}; ours at this LMS is {expected}.",
        _ASK,
        "Die Nachricht ist für den Client {found}; unserer an diesem LMS ist {expected}.",
        _ASK_DE,
    ),
    "audience": Reason(
        "The message is not meant for our client {expected} (aud, azp).",
        _ASK,
        "Die Nachricht ist nicht für unseren Client {expected} bestimmt (aud, azp).",
        _ASK_DE,
    ),
    "login": Reason(
        "The LMS's request to sign in lacks {what}.",
        _UPDATE,
        "In der Anmeldung des LMS fehlt {what}.",
        _UPDATE_DE,
        400,
    ),
    "target": Reason(
        "The link leads to {found}, which is no address of ours.",
        "Set the tool's address (target link) in the LMS to {expected}.",
        "Der Link führt zu {found}; das ist keine Adresse von uns.",
        "Setzen Sie im LMS die Adresse des Tools (Target Link) auf {expected}.",
        400,
    ),
    "platform-error": Reason(
        "The LMS did not sign you in: it said {found}.",
        "Sign in to the LMS and open the link again.",
        "Das LMS hat Sie nicht angemeldet: es sagte {found}.",
        "Melden Sie sich am LMS an und öffnen Sie den Link noch einmal.",
    ),
    "state": Reason(
        "The message does not belong to a sign-in that began here, or that one is more than ten minutes old.",
        _AGAIN,
        "Die Nachricht gehört zu keiner Anmeldung, die hier begann, oder diese ist älter als zehn Minuten.",
        _AGAIN_DE,
    ),
    "browser": Reason(
        "This browser did not begin the sign-in that it wants to end.",
        _AGAIN + " Where that does not help, allow cookies for this address.",
        "Dieser Browser hat die Anmeldung nicht begonnen, die er beenden will.",
        _AGAIN_DE + " Hilft das nicht, erlauben Sie Cookies für diese Adresse.",
    ),
    "cookies": Reason(
        "This browser keeps no cookies for this address.",
        "Allow cookies for this address, then go back to the LMS and open the link again.",
        "Dieser Browser behält keine Cookies für diese Adresse.",
        "Erlauben Sie Cookies für diese Adresse, gehen Sie dann zurück zum LMS und öffnen Sie den Link noch einmal.",
    ),
    "used": Reason(
        "This sign-in was used already.",
        _AGAIN,
        "Diese Anmeldung wurde schon verwendet.",
        _AGAIN_DE,
    ),
    "token": Reason(
        "The LMS sent no readable message (id_token).",
        _UPDATE,
        "Das LMS hat keine lesbare Nachricht gesandt (id_token).",
        _UPDATE_DE,
        400,
    ),
    "algorithm": Reason(
        "The message is signed by {found}; only RS256 is taken.",
        "Have the LMS sign with RS256.",
        "Die Nachricht ist mit {found} unterschrieben; angenommen wird nur RS256.",
        "Lassen Sie das LMS mit RS256 unterschreiben.",
    ),
    "key": Reason(
        "The message is signed with a key that the LMS does not publish (kid).",
        "If the LMS has just changed its keys, open the link again in a few seconds. Else compare the address of "
        "its key set with the registration.",
        "Die Nachricht ist mit einem Schlüssel unterschrieben, den das LMS nicht veröffentlicht (kid).",
        "Hat das LMS eben seine Schlüssel gewechselt, öffnen Sie den Link in einigen Sekunden noch einmal. Sonst "
        "vergleichen Sie die Adresse seiner Schlüssel mit der Registrierung.",
    ),
    "keys": Reason(
        "The LMS's keys cannot be read: {found}",
        "See that its key set address answers from this machine, then open the link again.",
        "Die Schlüssel des LMS sind nicht lesbar: {found}",
        "Sorgen Sie dafür, dass die Adresse seiner Schlüssel von diesem Rechner aus antwortet, und öffnen Sie den Link "
        "noch einmal.",
        503,
    ),
    "signature": Reason(
        "The signature of the message is wrong.",
        "Somebody changed it on its way, or the LMS signs with another key than it publishes.",
        "Die Unterschrift der Nachricht ist falsch.",
        "Jemand hat sie unterwegs verändert, oder das LMS unterschreibt mit einem anderen Schlüssel, als es "
        "veröffentlicht.",
    ),
    "time": Reason(
        "The message is not of this moment ({what}): by its times and our clock it is {seconds} seconds off.",
        _AGAIN + " Where that does not help, set the clocks of the LMS and of this machine by a time server.",
        "Die Nachricht ist nicht von jetzt ({what}): nach ihren Zeiten und unserer Uhr liegt sie {seconds} Sekunden "
        "daneben.",
        _AGAIN_DE
        + " Hilft das nicht, stellen Sie die Uhren des LMS und dieses Rechners nach einem Zeitserver.",
    ),
    "claim": Reason(
        "The message lacks {what}, or it is not what it has to be.",
        _UPDATE,
        "In der Nachricht fehlt {what}, oder es ist nicht, was es sein muss.",
        _UPDATE_DE,
    ),
    "nonce": Reason(
        "The message answers another sign-in than this one (nonce).",
        _AGAIN,
        "Die Nachricht antwortet auf eine andere Anmeldung als diese (nonce).",
        _AGAIN_DE,
    ),
    "version": Reason(
        "The message is of LTI version {found}; only 1.3.0 is understood.",
        "Set the tool up in the LMS as an LTI 1.3 tool.",
        "Die Nachricht ist von der LTI-Version {found}; verstanden wird nur 1.3.0.",
        "Richten Sie das Tool im LMS als LTI-1.3-Tool ein.",
    ),
    "message": Reason(
        "Messages of the type {found} are not understood.",
        "Use the tool for links and for choosing content only.",
        "Nachrichten der Art {found} werden nicht verstanden.",
        "Benutzen Sie das Tool nur für Links und zur Auswahl von Inhalten.",
    ),
    "anonymous": Reason(
        "The LMS does not say who comes (sub): guests cannot open items.",
        "Sign in to the LMS with an account of your own, then open the link again.",
        "Das LMS sagt nicht, wer kommt (sub): als Gast können Sie keine Inhalte öffnen.",
        "Melden Sie sich am LMS mit einem eigenen Konto an und öffnen Sie den Link noch einmal.",
    ),
    "learner-picks": Reason(
        "Only those who teach may choose content.",
        "Ask a teacher of the course.",
        "Inhalte auswählen dürfen nur Lehrende.",
        "Fragen Sie eine Lehrperson des Kurses.",
    ),
    "return": Reason(
        "The answer to the choice would go to {found}, which is not the LMS's address.",
        "If it is, an administrator adds it under `frames` to the settings of this destination.",
        "Die Antwort auf die Auswahl ginge an {found}; das ist keine Adresse des LMS.",
        "Ist sie es doch, trägt eine Administratorin sie unter `frames` in den Einstellungen dieses Ziels ein.",
    ),
    "nothing": Reason(
        "The link names no item.",
        "A teacher opens the link's settings in the LMS and chooses the content again.",
        "Der Link nennt keinen Inhalt.",
        "Eine Lehrperson öffnet im LMS die Einstellungen des Links und wählt den Inhalt noch einmal aus.",
    ),
    "pending": Reason(
        "This place in the LMS (deployment {found}) is not approved yet.",
        "An administrator approves it on the page of this destination in gleanery; then open the link again.",
        "Diese Stelle im LMS (Deployment {found}) ist noch nicht freigegeben.",
        "Eine Administratorin gibt sie auf der Seite dieses Ziels in gleanery frei; öffnen Sie dann den Link noch "
        "einmal.",
    ),
    "refused": Reason(
        "This place in the LMS (deployment {found}) was refused.",
        "If it should be used after all, an administrator approves it on the page of this destination in gleanery.",
        "Diese Stelle im LMS (Deployment {found}) wurde abgelehnt.",
        "Soll sie doch benutzt werden, gibt eine Administratorin sie auf der Seite dieses Ziels in gleanery frei.",
    ),
    "house": Reason(
        "{found}",
        "Try it again later, or tell the administrator.",
        "{found}",
        "Versuchen Sie es später noch einmal, oder sagen Sie es der Administratorin.",
        503,
    ),
}
"""Every check by its name, which the launch log keeps."""

_LONGEST = 200


class Refused(Denied):
    """A message of an LMS is not taken; `check` is a name in REASONS, `found` what fills its words."""

    def __init__(self, check: str, **found: object) -> None:
        self.check = check
        self.found = {name: shown(str(value)) for name, value in found.items()}
        super().__init__(*[told(check, self.found)[0]], remedy=told(check, self.found)[1])

    @property
    def status(self) -> int:
        """The status of the page that says it."""
        return REASONS[self.check].status


def told(check: str, found: Mapping[str, str], language: str = "en") -> tuple[str, str]:
    """What is wrong, and the remedy."""
    reason = REASONS[check]
    parts = (reason.wrong_de, reason.remedy_de) if language == "de" else (reason.wrong, reason.remedy)
    wrong, remedy = (_filled(part, found) for part in parts)
    return wrong, remedy


def _filled(text: str, found: Mapping[str, str]) -> str:
    for name, value in found.items():
        text = text.replace("{" + name + "}", value)
    return text


def shown(text: str) -> str:
    """What a stranger sent, short and on one line."""
    line = "".join(one if one.isprintable() else " " for one in text[: _LONGEST * 2])
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
