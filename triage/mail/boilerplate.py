"""Text that nobody wrote: warning banners above, disclaimers and list footers below."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_TAIL_PARAGRAPHS = 12

# Where the message came from, as a gateway says it.
_ORIGIN = re.compile(
    r"(?:from|by|of) (?:an? )?(?:outside|external)|outside (?:of )?(?:the|your|our|this) "
    r"|external (?:e-?mail|sender|message|source)"
    r"|you don['’]t often get e-?mail|not often get e-?mail|au(?:ß|ss)erhalb|externe[rn]? (?:absender"
    r"|e-?mail|nachricht|quelle)"
    r"|sie erhalten (?:nicht oft|selten) e-?mails? von|extérieur|externe|vous n['’]obtenez pas souvent"
    r"|(?:fuera|fora) d|remitente externo|remetente externo|no suele recibir|esterno|dall['’]esterno"
    r"|van buiten|buiten de|externe afzender",
    re.IGNORECASE,
)
# How a gateway begins; no person speaks of a message in these words first thing.
_GATEWAY = re.compile(
    r"^\W{0,6}(?:\[?extern(?:al|e[rn]?)?\b|caution|warning|alert|security notice|achtung|vorsicht|hinweis"
    r"|atención|cuidado|aviso"
    r"|attention|attenzione|let op|(?:this|the) (?:e-?mail|message)|diese (?:e-?mail|nachricht)"
    r"|ce (?:message|courriel|mail)"
    r"|este (?:correo|mensaje|e-?mail)|quest[oa] (?:e-?mail|messaggio)|deze (?:e-?mail|mail)"
    r"|you don['’]t often|sie erhalten"
    r"|vous n['’]obtenez|no suele|some people who received)",
    re.IGNORECASE,
)
_CAREFUL = re.compile(
    r"click|link|attachment|recogni[sz]e|sender|organi[sz]|company|learn why|klick|anhäng|absender"
    r"|organisation|firma"
    r"|cliqu|pièces|expéditeur|clic|enlace|adjunto|remitente|organización|remetente|organização|allegat"
    r"|mittente|klik|bijlage|afzender",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"^\W{0,6}extern(?:al|e|o)?(?: (?:e-?mail|sender|message|mail))?\W{0,6}$|^\W{0,6}(?:esterno"
    r"|externo)\W{0,6}$",
    re.IGNORECASE,
)
# One of these is enough: nobody says them of their own accord.
_SURE = re.compile(
    r"intended (?:solely|only|exclusively) for|intended recipient|received (?:this"
    r"|it)[^.\n]{0,40} (?:in error|by mistake)"
    r"|confidentiality notice|notify the sender|consider the environment|scanned for (?:viruses|malware)"
    r"|virus-free|registered in england"
    r"|views (?:or opinions )?expressed|(?:richtige|beabsichtigte|vorgesehene)[nr]? (?:adressat|empfänger)"
    r"|irrtümlich erhalten"
    r"|unbefugte weitergabe|(?:reçu|recevez) ce (?:message|courriel|mail) par erreur"
    r"|pensez à l['’]environnement|destinataire (?:désigné|exclusif)"
    r"|antes de imprimir|(?:este|esta) (?:mensaje|correo|mensagem|e-?mail)[^.\n]{0,100} destinat[aá]ri"
    r"|recib\w{0,4} este (?:mensaje|correo) por error"
    r"|recebeu esta mensagem por engano|informazioni contenute in quest|ricev\w{2,4} (?:questo"
    r"|il presente) messaggio per errore"
    r"|(?:beoogde|geadresseerde)\b|vertrouwelijk en|utilsiktet|av misstag|omyłkowo",
    re.IGNORECASE,
)
# Two of these: each alone may be the sender's own word.
_LIKELY = (
    r"confidential|confidentiel|confidencial|confidenciais|riservat|confidenzial|vertraulich|vertrouwelijk"
    r"|konfidentiell|fortrolig|poufn|конфиденциальн",
    r"privileged|proprietary|disclosure|copying|distribution|weitergabe|divulgation|divulgación|diffusione"
    r"|verspreiding",
    r"(?:this|any) (?:e-?mail|message|communication|transmission)|(?:diese|die) (?:e-?mail|nachricht)"
    r"|ce (?:message|courriel|mail)"
    r"|este (?:mensaje|correo|e-?mail)|esta mensagem|questo messaggio|dit (?:e-?mail)?bericht|deze e-?mail"
    r"|denne e-?(?:mail|post)|detta e-?post|данное сообщение",
    r"attachments?\b|anhäng|pièces jointes|adjuntos|anexos|allegat|bijlagen|recipient|addressee|empfänger"
    r"|adressat|destinat",
)
_PERSONAL = re.compile(
    r"\b(?:I|I['’]m|my|ich|mein\w{0,2}|je|j['’]ai|mon|yo|mi|eu|meu|minha|io|mio|mia|ik|mijn)\b|\?"
)
_HEADING = re.compile(
    r"^\W{0,6}(?:(?:legal |e-?mail )?disclaimer|confidentiality(?: notice| note)?|legal notice"
    r"|haftungsausschluss|vertraulichkeitshinweis|avis de confidentialité|aviso (?:legal"
    r"|de confidencialidad)|avviso di riservatezza|privacy notice|important notice)\W{0,6}$",
    re.IGNORECASE,
)
_LIST_FOOTER = re.compile(
    r"mailing list|mailinglist|mailinglijst|liste de diffusion|lista de correo|lista di distribuzione"
    r"|you (?:are receiving|received) this (?:message |e-?mail )?because|to unsubscribe"
    r"|unsubscribe from this|reply to this e-?mail directly|view it on github"
    r"|manage your (?:subscription|preferences)|listinfo|google groups|mailman|abmelden|se désabonner"
    r"|darse de baja|cancelar a (?:sua )?inscrição|annulla l['’]iscrizione|uitschrijven",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s{0,3}(?:[-_=*~—–─]{1}|[-_=*~—–─]{2,})\s*$")


def without_banner(lines: Sequence[str]) -> list[str]:
    """The lines below the warnings that a mail gateway put on top; all of them where there is none."""
    rest = list(lines)
    for _ in range(3):
        start = next((index for index, line in enumerate(rest) if line.strip()), None)
        if start is None:
            return rest
        end = next((index for index in range(start, len(rest)) if not rest[index].strip()), len(rest))
        taken = _banner_lines(rest[start:end])
        if not taken:
            return rest
        rest = rest[start + taken :]
    return rest


def _banner_lines(paragraph: Sequence[str]) -> int:
    """How many lines of the first paragraph are a banner: all, the tag line alone, or none."""
    text = " ".join(line.strip() for line in paragraph)[:1200]
    if _TAG.match(text):
        return len(paragraph)
    if len(text) <= 900 and _GATEWAY.match(text) and _ORIGIN.search(text[:300]) and _CAREFUL.search(text):
        return len(paragraph)
    return 1 if _TAG.match(paragraph[0][:200]) else 0


def tail_start(lines: Sequence[str]) -> int:
    """Where disclaimers and list footers at the end begin; the number of lines where there are none."""
    paragraphs = _paragraphs(lines)
    cut = len(lines)
    for start, end in paragraphs[: -MAX_TAIL_PARAGRAPHS - 1 : -1]:
        text = " ".join(line.strip() for line in lines[start:end])[:3000]
        if start == paragraphs[0][0] or not _is_boilerplate(text, lines[start:end]):
            if not _rises_to(lines, paragraphs, start, cut):
                break
            continue
        cut = start
    return _with_rule(lines, cut)


def _rises_to(lines: Sequence[str], paragraphs: Sequence[tuple[int, int]], start: int, cut: int) -> bool:
    """Whether a short paragraph between boilerplate and the end, such as an address, may be passed over."""
    return start != paragraphs[0][0] and cut == len(lines) and _is_footer_scrap(lines[start:])


def _is_footer_scrap(rest: Sequence[str]) -> bool:
    filled = [line for line in rest if line.strip()]
    return len(filled) <= 4 and all(
        _RULE.match(line) or re.search(r"tel|fax|@|https?:|www\.", line) for line in filled
    )


def _is_boilerplate(text: str, lines: Sequence[str]) -> bool:
    if _HEADING.match(text) or _is_disclaimer(text):
        return True
    is_short = len([line for line in lines if line.strip()]) <= 8
    return (
        is_short
        and _LIST_FOOTER.search(text) is not None
        and (_RULE.match(lines[0]) is not None or "http" in text or "@" in text or len(text) < 200)
    )


def _is_disclaimer(text: str) -> bool:
    """Whether a paragraph is a lawyer's or a scanner's: one sure phrase, or two that seldom meet elsewhere.

    A paragraph that says "I", or asks something, is a person's.
    """
    if _PERSONAL.search(text):
        return False
    return (
        _SURE.search(text) is not None
        or sum(bool(re.search(one, text, re.IGNORECASE)) for one in _LIKELY) >= 3
    )


def _with_rule(lines: Sequence[str], cut: int) -> int:
    """The cut moved up over a drawn rule and a heading directly above it."""
    index = cut - 1
    while cut < len(lines) and index > 0:
        line = lines[index]
        if line.strip() and not _RULE.match(line) and not _HEADING.match(line[:100]):
            break
        if line.strip():
            cut = index
        index -= 1
    return cut


def _paragraphs(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Start and end of every run of filled lines; a drawn rule begins a run of its own."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    for index, line in enumerate(lines):
        if not line.strip() or (_RULE.match(line) and len(line.strip()) > 3):
            if start is not None:
                found.append((start, index))
            start = None if not line.strip() else index
        elif start is None:
            start = index
    if start is not None:
        found.append((start, len(lines)))
    return found
