"""Recognises the head of an earlier message in a new one, "From: … Sent: …", and separator lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_BLOCK_LINES = 16

_KEYS = {
    "from": (
        "from von de da van od från fra mittente remitente expéditeur от от:кого отправитель gönderen"
        " kimden 差出人 寄件者 "
        "发件人 寄件人 보낸:사람 보낸사람 lähettäjä feladó "
        "de:la από מאת من nadawca odesílatel od:kogo afzender avsändare"
    ),
    "date": (
        "sent date gesendet datum gesendet:am envoyé envoyé:le date fecha enviado enviado:el enviada"
        " enviada:em enviado:em data "
        "inviato inviato:il verzonden wysłano odesláno skickat sendt dato дата отправлено 送信日時 "
        "日時 日付"
        " 发送时间 "
        "發送時間 日期 보낸:날짜 날짜 "
        "lähetetty päivämäärä elküldve dátum gönderildi tarih trimis ημερομηνία נשלח تاريخ"
        " sendt:den"
    ),
    "to": (
        "to an à a para aan do till til кому получатель kime alıcı 宛先 收件人 收件者 받는:사람 "
        "받는사람 vastaanottaja"
        " címzett către "
        "destinatario destinatário destinataire empfänger komu προς אל إلى para:"
    ),
    "subject": (
        "subject betreff betr objet sujet asunto assunto oggetto onderwerp temat předmět predmet ämne emne"
        " тема 件名 主题 主題 "
        "제목 aihe tárgy konu subiect θέμα נושא موضوع"
    ),
    "other": (
        "cc kopie copie copia cópia kopia kopi копия sprawę dw bcc reply-to antwort:an répondre:à"
        " responder:a rispondi:a "
        "importance wichtigkeit priorität priority attachments anlagen anhänge pièces:jointes allegati"
        " bijlagen organization "
        "抄送 참조 副本 kopio"
    ),
}
_KIND_OF = {word.replace(":", " ").strip(): kind for kind, words in _KEYS.items() for word in words.split()}
_KEY_LINE = re.compile(
    r"^[\s>*_|]{0,12}([^\W\d_][^:：\n*]{0,24}?)[\s*]{0,3}[:：][*_]{0,2}(?:\s|$|(?=[\w<\"*]))"
)
_EMAIL = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{2,190}")

_PHRASES = (
    r"original message|original appointment|reply message|original e-?mail|ursprüngliche nachricht"
    r"|originalnachricht"
    r"|antwort nachricht|ursprünglicher termin|message d['’]origine|message original|mensaje original"
    r"|mensagem original"
    r"|messaggio originale|oorspronkelijk bericht|ursprungligt meddelande|originalmeddelande"
    r"|oprindelig meddelelse"
    r"|original meddelelse|opprinnelig melding|alkuperäinen viesti|oryginalna wiadomość|wiadomość oryginalna"
    r"|wiadomość pierwotna|původní zpráva|pôvodná správa|исходное сообщение|оригинальное сообщение"
    r"|eredeti üzenet"
    r"|özgün ileti|orijinal mesaj|mesaj original|元のメッセージ"
    r"|原始邮件|原始郵件|원본 메시지|originele bericht|missatge original"
)
_FORWARDS = (
    r"forwarded(?: message| by| e-?mail)?|fwd|weitergeleitet|weitergeleitete nachricht"
    r"|weitergeleitete e-?mail|message transféré"
    r"|message réexpédié"
    r"|mensaje reenviado|mensagem (?:re)?encaminhada|messaggio inoltrato|doorgestuurd bericht"
    r"|vidarebefordrat meddelande"
    r"|videresendt (?:meddelelse|besked|melding)|välitetty viesti|wiadomość przekazana|przekazana wiadomość"
    r"|přeposlaná zpráva|пересылаемое сообщение|пересланное сообщение|перенаправленное сообщение"
    r"|továbbított üzenet"
    r"|yönlendirilen ileti|mesaj redirecționat|転送メッセージ|转发邮件|轉寄郵件|전달된 메시지"
)
_RULE = r"[-_=*~—–]{2,60}"
_SEPARATOR = re.compile(
    rf"^\s{{0,8}}{_RULE}\s{{0,8}}(?:{_PHRASES})\s{{0,8}}:?\s{{0,8}}{_RULE}\s*$", re.IGNORECASE
)
_FORWARD_RULE = re.compile(
    rf"^\s{{0,8}}{_RULE}\s{{0,8}}(?:{_FORWARDS})[^\n]{{0,80}}?{_RULE}\s*$", re.IGNORECASE
)
_FORWARD_LINE = re.compile(
    r"^\s{0,8}(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-?mail)"
    r"|début du message (?:réexpédié|transféré)"
    r"|inicio del mensaje reenviado|início da mensagem (?:re)?encaminhada|inizio messaggio inoltrato"
    r"|begin doorgestuurd bericht"
    r"|vidarebefordrat brev|start på videresendt (?:besked|melding)|videresendt melding"
    r"|początek przekazywanej wiadomości"
    r"|начало переадресованного сообщения|välitetty viesti alkaa|転送されたメッセージ)\s{0,3}[:：]\s*$",
    re.IGNORECASE,
)
_REPLY_ABOVE = re.compile(
    r"^\W{0,20}(?:please )?(?:(?:type|write|enter) your (?:reply|response) above this line"
    r"|reply above this line"
    r"|bitte (?:schreiben sie )?(?:ihre )?antwort (?:oberhalb|über) dieser (?:linie|zeile)"
    r"|(?:veuillez )?(?:répondre|saisir votre réponse) au-dessus de cette ligne"
    r"|responda (?:por )?encima de esta línea"
    r"|responda acima desta linha|rispondi sopra questa riga|antwoord boven deze regel)",
    re.IGNORECASE,
)


def kind_of_line(line: str) -> str | None:
    """``from``, ``date``, ``to``, ``subject`` or ``other`` for a header line of a copied head, else None."""
    if len(line) > 2000:
        return None
    found = _KEY_LINE.match(line)
    return _KIND_OF.get(found[1].strip().lower()) if found else None


def header_block_end(lines: Sequence[str], start: int) -> int | None:
    """The index after a copied message head that starts at ``start``, or None when there is none.

    A head names who it is from and at least two of date, recipient and subject, and holds an address or a
    subject; a value may run over the following line.
    """
    first = kind_of_line(lines[start])
    if first is None or first == "other":
        return None
    kinds: list[str] = []
    end = start
    gap = 0
    for index in range(start, min(len(lines), start + MAX_BLOCK_LINES)):
        kind = kind_of_line(lines[index])
        if kind is not None:
            kinds.append(kind)
            end, gap = index + 1, 0
        elif not lines[index].strip() or gap == 2:
            break
        else:
            gap += 1
    return end if _is_head(set(kinds), lines[start:end]) else None


def _is_head(kinds: set[str], block: Sequence[str]) -> bool:
    has_email = any(_EMAIL.search(line[:500]) for line in block)
    if "from" not in kinds or not (has_email or "subject" in kinds):
        return False
    known = len(kinds & {"from", "date", "to", "subject"})
    return known >= 3 or (known == 2 and has_email and len(block) >= 2)


def is_separator(line: str) -> bool:
    """Whether a line says that the original message, or all that was before this reply, follows."""
    if len(line) > 300:
        return False
    return _SEPARATOR.match(line) is not None or _REPLY_ABOVE.match(line) is not None


def is_forward_mark(line: str) -> bool:
    """Whether a line says that a forwarded message follows."""
    if len(line) > 300:
        return False
    return _FORWARD_RULE.match(line) is not None or _FORWARD_LINE.match(line) is not None


def is_rule(line: str) -> bool:
    """Whether a line is nothing but a drawn rule of at least five strokes."""
    bare = line.strip()
    return len(bare) >= 5 and len(set(bare)) == 1 and bare[0] in "-_=*~—–─"
