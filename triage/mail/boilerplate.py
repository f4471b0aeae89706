"""Text that neither the sender nor a quote wrote: warning banners above, disclaimers and list footers below."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_TAIL_PARAGRAPHS = 12

_BANNER = re.compile(
    r"(?:this|the) (?:e-?mail|message)(?: was sent| originated| came| is"
    r"| has been sent)? (?:from )?(?:an )?(?:outside|external)"
    r"|(?:originated|came|sent|received) from (?:outside|an external|a source outside)|external (?:e-?mail"
    r"|sender|message|source)"
    r"|do not click (?:on )?(?:any )?links|you don['’]t often get e-?mail|(?:be|exercise) (?:cautious"
    r"|caution)|diese (?:e-?mail|nachricht) (?:stammt|kommt|wurde) (?:von )?(?:au(?:ß|ss)erhalb|extern)"
    r"|externe[rn]? (?:absender|e-?mail|nachricht)|sie erhalten (?:nicht oft|selten) e-?mails? von"
    r"|klicken sie (?:nicht )?auf (?:keine )?links|ce (?:message|courriel|mail|e-?mail) (?:provient|vient"
    r"|a été envoyé|émane) (?:de l['’]ext|d['’]un exp|d['’]une)"
    r"|expéditeur externe|courriel externe|vous n['’]obtenez pas souvent|este (?:correo|mensaje"
    r"|e-?mail) (?:procede|proviene|se originó|ha sido enviado|foi enviado|teve origem|é) (?:de "
    r"|desde )?(?:fuera|un remitente externo|fora|externo)"
    r"|remitente externo|remetente externo|no suele recibir|questa? (?:e-?mail|messaggio) (?:proviene"
    r"|è stat[oa]) (?:da|inviat)|mittente esterno|deze (?:e-?mail|mail) (?:komt|is) (?:van )?(?:buiten"
    r"|afkomstig van buiten)|externe afzender",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"^\W{0,6}(?:external(?: e-?mail| sender| message)?|extern(?:e e-?mail|al)?|caution|warning|achtung"
    r"|vorsicht|attention|atención|cuidado|attenzione|let op|externe|externo"
    r"|esterno)\W{0,6}(?:external(?: e-?mail)?\W{0,4})?$",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"intended (?:solely|only|exclusively) for (?:the )?(?:use|addressee|recipient|named|individual|person"
    r"|entity)|intended (?:solely|only|exclusively) for use by|if you (?:are not"
    r"|have received) (?:the (?:intended|named)|this (?:e-?mail|message|communication|transmission))"
    r"|(?:e-?mail|message|communication|transmission)[^.\n]{0,120} (?:confidential|privileged)"
    r"|confidentiality notice|(?:is|are|may be|may contain|contains?)[^.\n]{0,40} (?:confidential"
    r"|privileged|proprietary) (?:and|or|information)"
    r"|not the intended recipient|please (?:notify the sender|consider the environment|don['’]t print)"
    r"|scanned for viruses|virus-free|registered in england|views (?:or opinions )?expressed"
    r"|(?:diese|die) (?:e-?mail|nachricht|information)[^.\n]{0,80} vertraulich|nicht der (?:richtige"
    r"|beabsichtigte|vorgesehene) (?:adressat|empfänger)|irrtümlich erhalten|unbefugte weitergabe"
    r"|ausschlie(?:ß|ss)lich für den (?:adressaten|empfänger)"
    r"|ce (?:message|courriel|mél|mail)[^.\n]{0,80} (?:confidentiel|destiné)|(?:si vous|vous) (?:avez reçu"
    r"|recevez) ce (?:message|courriel) par erreur|destinataires? (?:désigné|exclusif)"
    r"|pensez à l['’]environnement"
    r"|este (?:mensaje|correo|e-?mail)[^.\n]{0,100} (?:confidencial|dirigid|destinad)"
    r"|si (?:usted )?(?:no es|ha recibido)[^.\n]{0,60} (?:destinatario|por error)|antes de imprimir"
    r"|aviso (?:legal|de confidencialidad)"
    r"|esta mensagem[^.\n]{0,100} (?:confidencia|destin)|se (?:você )?(?:não é o destinatário"
    r"|recebeu esta mensagem por engano)|le informazioni contenute in (?:questo|questa)|(?:questo"
    r"|il presente) (?:messaggio|e-?mail)[^.\n]{0,80} (?:riservat|confidenzial|destinat)"
    r"|ricev(?:ete|uto) (?:questo|il presente) messaggio per errore|(?:dit|deze) (?:e-?mail|e-?mailbericht"
    r"|bericht)[^.\n]{0,80} (?:vertrouwelijk|bestemd)|niet de (?:beoogde|geadresseerde)|denna? (?:e-?post"
    r"|meddelande)[^.\n]{0,60} konfidentiell|denne (?:e-?mail|e-?post)[^.\n]{0,60} fortrolig"
    r"|niniejsza wiadomość[^.\n]{0,80} poufn|данное сообщение[^.\n]{0,80} конфиденциальн",
    re.IGNORECASE,
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
    match = _BANNER.search(text[:300])
    if match is None or len(text) > 900 or not _is_gateway_voice(text):
        return 1 if _TAG.match(paragraph[0][:200]) and len(paragraph) > 1 else 0
    return len(paragraph)


_GATEWAY = re.compile(
    r"^\W{0,6}(?:\[?external|extern|caution|warning|alert|notice|attention|achtung|vorsicht|hinweis"
    r"|atención|cuidado|aviso|attenzione|let op|this (?:e-?mail|message)|diese (?:e-?mail|nachricht)"
    r"|ce (?:message|courriel|mail)|este (?:correo|mensaje|e-?mail)"
    r"|quest[oa] (?:e-?mail|messaggio)|deze (?:e-?mail|mail)|you don['’]t often|sie erhalten"
    r"|vous n['’]obtenez|no suele|some people who received)",
    re.IGNORECASE,
)


def _is_gateway_voice(text: str) -> bool:
    return _GATEWAY.match(text) is not None


def tail_start(lines: Sequence[str]) -> int:
    """The index where disclaimers and list footers at the end begin; the number of lines where there are none."""
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
    if _HEADING.match(text):
        return True
    if _DISCLAIMER.search(text):
        return True
    is_short = len([line for line in lines if line.strip()]) <= 8
    return (
        is_short
        and _LIST_FOOTER.search(text) is not None
        and (_RULE.match(lines[0]) is not None or "http" in text or "@" in text or len(text) < 200)
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
