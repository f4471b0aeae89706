"""Finds where the sender's words end and the signature begins; when unsure the words stay."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_SOFT_LINES = 14
MAX_SHORT = 70
_PARTICLES = frozenset(
    "al bin da de del den der di dos du el et la le of op the und van von y e i & and".split()  # noqa: SIM905
)
_SIGN_OFFS = (
    r"(?:(?:with |many |my )?(?:kind(?:est)?|best|warm(?:est)?|friendly) (?:regards|wishes)|(?:kind |best "
    r"|warm |with )?regards|rgds|brgds|kr|br"
    r"|best|all the best|cheers|sincerely(?: yours)?|yours (?:sincerely|truly|faithfully)"
    r"|respectfully(?: yours)?|cordially"
    r"|take care|warmly|many thanks|thanks(?: again| a lot| so much| very much| in advance| and regards)?"
    r"|thank you"
    r"(?: again| very much| so much| in advance)?|thx|tia|(?:mit )?(?:freundliche[nm]?|beste[nm]?"
    r"|liebe[nm]?|herzliche[nm]?|viele[nm]?"
    r"|schöne[nm]?)(?: und sonnige[nm]?)? gr(?:ü|ue)(?:ß|ss)en?|mfg|lg|vg|gru(?:ß|ss)|grüße|gruesse"
    r"|hochachtungsvoll|(?:vielen |besten |herzlichen )?dank"
    r"(?: im voraus)?|danke|cordialement|bien (?:cordialement|à (?:vous|toi))|(?:très )?cordialement"
    r"|bien à vous|salutations(?: distinguées)?"
    r"|amicalement|sincères salutations|cdlt|merci(?: (?:d['’]avance|beaucoup|à vous))?"
    r"|(?:un )?(?:cordial )?saludos?(?: cordiales?)?|atentamente|atte"
    r"|un abrazo|(?:muchas )?gracias(?: de antemano)?|(?:com os )?(?:melhores )?cumprimentos|atenciosamente"
    r"|att|abraços?|obrigad[oa]|(?:cordiali |distinti )?saluti"
    r"|cordialmente|grazie(?: mille| in anticipo)?|un saluto|(?:met )?(?:vriendelijke"
    r"|hartelijke) groet(?:en)?|groet(?:en|jes)?|mvg|bedankt|dank je(?: wel)?|alvast bedankt"
    r"|(?:med )?(?:venlig|vennlig|vänlig(?:a|t)?|bästa|beste|kær|de bedste) (?:hilsen(?:er)?|hälsning(?:ar)?)"
    r"|hilsen|hilsner|mvh|vh|vänligen|hälsningar|tack|tak|takk|på forhånd tak"
    r"|(?:z )?(?:pozdrowieni(?:a|ami)|poważaniem|powazaniem|wyrazami szacunku)|pozdrawiam|dziękuję|dzięki"
    r"|ystävällisin terveisin|terveisin|kiitos|s pozdravem|с уважением|с наилучшими пожеланиями"
    r"|спасибо|з повагою|üdvözlettel|cu stimă|saygılarımla|με εκτίμηση|以上、?よろしくお願い(?:いた)?します"
    r"|よろしくお願い(?:いた)?します|此致|祝好)"
)
_SIGN_OFF = re.compile(
    rf"^\W{{0,3}}{_SIGN_OFFS}(?:\s?[/|]\s?{_SIGN_OFFS})?\s*[,.!;:\-–—。]{{0,3}}\s*$", re.IGNORECASE
)
# Between two words something must stand: else a long one can be parted in more ways than there is time for.
_WORD = r"[^\W\d_][\w.'’\-]{0,40}"
_SIGN_OFF_NAME = re.compile(
    rf"^\W{{0,3}}{_SIGN_OFFS}\s*[,.!;\-–—]{{1,3}}\s*({_WORD}(?:\s{_WORD}){{0,3}})\s?[.!]?\s*$",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"^\W{0,3}(?:thank|thx|tia|many thanks|danke|vielen dank|besten dank|merci|gracias|muchas|obrigad"
    r"|grazie|bedankt|dank|alvast|tack|tak|dzięk|kiitos|спасибо)",
    re.IGNORECASE,
)
_DASHED_NAME = re.compile(
    r"^\s{0,3}[-–—/~]{1,2}\s?(?:[A-ZÀ-ÞŁŚŻŽČŠ][\w.'’\-]{0,24})(?:\s[A-Za-zÀ-ÿ][\w.'’\-]{0,24}){0,4}\s*$"
)
_DELIMITER = re.compile(r"^\s?(?:-- ?|--\u00a0|—|–|__|_{2,4})\s*$")
_LETTERHEAD = re.compile(
    r"\b(?:tel|phone|fon|telefon|téléphone|teléfono|telefono|telefone|mobile?|mob|cell|handy|fax|skype"
    r"|whatsapp|e-?mail|web|www|ust|vat|siret|hrb|iban|p|t|m|f|e|w)\b\.?\s?[:.]"
    r"|https?://|www\.|[^\s<>@]{1,64}@[^\s<>@]{1,190}|\+?\(?\d[\d\s()./\-]{6,20}\d",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.?!…]\s*$|[?!]")
_NAME_WORD = r"(?:[A-ZÀ-ÞŁŚŻŽČŠА-Я][\w.'’\-]{0,40}|de|van|von|der|den|da|di|del|la|le|el|bin|al|y|e|i)"
_NAME_LINE = re.compile(rf"^[*_]{{0,2}}{_NAME_WORD}(?:(?:,\s?|\s){_NAME_WORD}){{0,5}},?\s?[*_]{{0,2}}[.,]?$")
_SENT_FROM = re.compile(
    r"^\W{0,4}(?:(?:sent|written|typed|composed|mailed|posted) (?:from|via|with|using|by|on) (?:my |the |a "
    r"|an )?(?=[^\n]{2,80}$)"
    r"|get (?:outlook|the new|gmail|yahoo)|download (?:outlook|the .{1,30} app)|yahoo mail:"
    r"|diese nachricht wurde von meinem|(?:von|mit) (?:meinem|meiner|outlook|der)\b[^\n]{2,60}(?:gesendet"
    r"|geschickt|verschickt)"
    r"|gesendet (?:von|mit|über|aus)|envoy[ée]e? (?:de|depuis|à partir|avec|par)|télécharger outlook"
    r"|enviad[oa] (?:desde|de|do|da|con|com|a partir|mediante|via)|obtener outlook|obter o outlook"
    r"|mandato da|inviat[oa] (?:da|dal|con|tramite)|ottieni outlook"
    r"|scarica outlook|verzonden (?:vanaf|met|vanuit|via)|verstuurd (?:vanaf|met|via)|download outlook"
    r"|skickat (?:från|med)|hämta outlook|sendt (?:fra|med|via)|hent outlook|wysłan[eoy] (?:z|za|przez)"
    r"|pobierz|odesl[aá]no (?:z|ze)|lähetetty|отправлено (?:с|из)|надіслано з"
    r"|küldve|elküldve|iphone'?umdan|iphone'?dan|trimis de pe|στάλθηκε από|从我的|发自我的"
    r"|從我的|(?:私の)?(?:iphone"
    r"|ipad|android)から|내 (?:iphone|ipad)에서)",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"iphone|ipad|android|blackberry|samsung|galaxy|huawei|xiaomi|pixel|nokia|htc|motorola|oneplus"
    r"|windows (?:phone|mail|10)|outlook|gmail|yahoo|aol|proton|fastmail|thunderbird"
    r"|sparrow|spark|airmail|typeapp|bluemail|aquamail|k-9|fairemail|mailbird|hey\b|superhuman|ios|mobile"
    r"|mobil|móvil|movil|celular|cellulare|handy|telefon|téléphone|teléfono|phone|smartphone|tablet|tab\b"
    r"|wireless|verizon|t-mobile|at&t|mail app|mail\.ru|yandex|gmx|web\.de|freenet|laposte|orange|telstra"
    r"|vodafone|zoho|zimbra|surface|mac\b|macbook|apple|mozilla|web\b|app\b|<http|poczt|почт|telefoon"
    r"|matkapuhel|puhelin|телефон|mobiel|mobilen",
    re.IGNORECASE,
)


def is_sent_from(line: str) -> bool:
    """Whether a line is a program's "Sent from my phone", and not a sentence that begins alike."""
    if len(line) > 160 or _SENT_FROM.match(line) is None or _DEVICE.search(line) is None:
        return False
    bare = re.sub(r"<[^>]{0,200}>|\(https?:[^)]{0,200}\)|https?://\S{1,200}", "", line).strip()
    return len(bare.split()) <= 10 and ", " not in bare.rstrip(".")


def signature_start(lines: Sequence[str]) -> int:
    """The index at which the signature of these lines begins; their number where there is none.

    Never the first line that holds text: a message is more than its signature.
    """
    first = next((index for index, line in enumerate(lines) if line.strip()), len(lines))
    start = _delimited(lines, first)
    return start if start is not None else _soft_start(lines, first)


def _delimited(lines: Sequence[str], first: int) -> int | None:
    """A line of two dashes (RFC 3676 4.3); without its space only above short lines that are no prose."""
    for index in range(first + 1, len(lines)):
        line = lines[index]
        if _DELIMITER.match(line):
            rest = [one for one in lines[index + 1 :] if one.strip()]
            if line == "-- " or _is_block(rest) or (not rest and line.strip() == "--"):
                return index
    return None


def _is_block(rest: Sequence[str]) -> bool:
    """Whether lines are few, short and without sentences, as a signature's are."""
    return 0 < len(rest) <= MAX_SOFT_LINES and all(len(line) <= 100 for line in rest) and not _is_prose(rest)


def _is_prose(rest: Sequence[str]) -> bool:
    sentences = sum(1 for line in rest if _SENTENCE.search(line) and len(line.split()) > 3)
    return sentences * 3 >= max(2, len(rest))


def _soft_start(lines: Sequence[str], first: int) -> int:
    """The start of a signature that nothing sets apart: a sign-off and a name, or contact details."""
    last = next((index for index in range(len(lines) - 1, -1, -1) if lines[index].strip()), -1)
    for index in range(max(first + 1, last - MAX_SOFT_LINES * 2), last + 1):
        if _starts_signature(lines, index, last):
            return index
    return _letterhead(lines, first, last)


def _starts_signature(lines: Sequence[str], index: int, last: int) -> bool:
    line = lines[index]
    if len(line) > MAX_SHORT or not line.strip():
        return False
    below = lines[index + 1 : last + 1]
    filled = [one for one in below if one.strip()]
    if _SIGN_OFF.match(line):
        return _is_name_block(below) if filled else _THANKS.match(line) is None
    if (named := _SIGN_OFF_NAME.match(line)) is not None and _is_name(named[1]):
        return all(_is_detail(one) for one in filled)
    if index == last and not lines[index - 1].strip() and _DASHED_NAME.match(line):
        return not _is_list(lines[:index])
    return is_rule_above_letterhead(line, filled)


def _is_list(above: Sequence[str]) -> bool:
    """Whether the text above a dashed line makes it one more item of a list."""
    text = next((line.strip() for line in reversed(above) if line.strip()), "")
    return text[:1] in "-–—*•" or text.endswith((":", ","))


def is_rule_above_letterhead(line: str, below: Sequence[str]) -> bool:
    """Whether a drawn line stands above contact details and little else."""
    bare = line.strip()
    if len(bare) < 3 or set(bare) - set("-_=*~—–─"):
        return False
    details = sum(1 for one in below if _LETTERHEAD.search(one))
    return details >= 2 and len(below) <= MAX_SOFT_LINES and all(len(one) <= 90 for one in below)


def _is_name_block(below: Sequence[str]) -> bool:
    """Whether lines under a sign-off are a name and what goes with it, and no further word to the reader."""
    filled = [line for line in below if line.strip()]
    if len(filled) > MAX_SOFT_LINES or not _is_name(filled[0]):
        return False
    # A title in small letters stands right below the name; further down it may be an afterthought.
    next_line = below[below.index(filled[0]) + 1 :][:1]
    rest = filled[2:] if next_line and next_line[0].strip() and _is_title(next_line[0]) else filled[1:]
    return all(_is_detail(line) for line in rest)


def _is_name(line: str) -> bool:
    """Whether a line reads as a name: capitalised words, one word alone, or a short one without capitals."""
    bare = re.sub(r"^[\W_]+|[^\w.)]+$", "", line.strip())
    if not bare or len(bare) > MAX_SHORT or _SENTENCE.search(bare.rstrip(".")):
        return False
    words = bare.split()
    if len(words) == 1:
        return len(bare) <= 24
    return len(words) <= 7 and _share_of_names(words) >= 0.6


def _share_of_names(words: Sequence[str]) -> float:
    """The share of words that fit a name: capitalised, a particle, or of a script without capitals."""
    fitting = sum(1 for word in words if not word[:1].islower() or word.lower() in _PARTICLES)
    return fitting / len(words)


def _is_title(line: str) -> bool:
    return len(line.split()) <= 3 and not _SENTENCE.search(line)


def _is_detail(line: str) -> bool:
    """Whether a line belongs under a name: contact details, a title, a firm, a slogan in capitals."""
    if len(line) > 120:
        return False
    if _LETTERHEAD.search(line) or re.search(r"[|•·]|^\W+$", line.strip()):
        return True
    words = line.split()
    return len(words) <= 9 and not _SENTENCE.search(line.rstrip(".")) and _share_of_names(words) >= 0.6


def _letterhead(lines: Sequence[str], first: int, last: int) -> int:
    """The last paragraph's start, when it is a name with at least two contact details and nothing else."""
    start = last
    while start > first and lines[start - 1].strip() and last - start < MAX_SOFT_LINES:
        start -= 1
    block = [line.strip() for line in lines[start : last + 1]]
    if start <= first or not 3 <= len(block) <= 10 or _is_list(lines[:start]):
        return len(lines)
    details = sum(1 for line in block if _LETTERHEAD.search(line))
    is_named = _NAME_LINE.match(block[0]) is not None and _LETTERHEAD.search(block[0]) is None
    return start if is_named and details >= 2 and all(_is_detail(line) for line in block) else len(lines)
