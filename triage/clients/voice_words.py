"""The greetings and sign-offs a voice may be made of, by language.

A draft answers angry people: what stands in no list (a joke, a nickname, a kiss, a farewell until Monday) is
nobody's habit to repeat. So no word of a mail is ever kept that isn't one of these.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Fit any reader and any hour. Written as they are kept, whatever capitals the mail had.
_HEADS = {
    "en": "Hi|Hello|Dear|Good day|Greetings",
    "de": "Hallo|Guten Tag|Grüß Gott|Grüss Gott|Gruess Gott|Grüezi|Grüß dich|Grüß Sie|Servus|Moin|Moin moin",
    "fr": "Bonjour|Salut",
    "es": "Hola|Qué tal|Hola qué tal",
    "pt": "Olá|Ola|Oi|Viva",
    "it": "Ciao|Buongiorno|Salve|Gentile",
    "nl": "Hallo|Dag|Beste",
}
# Fit one reader only: they say whether it is a man or a woman.
_GENDERED = {
    "en": "",
    "de": "Liebe|Lieber|Sehr geehrte|Sehr geehrter|Werte|Werter|Hallo liebe|Hallo lieber|Hi liebe|Hi lieber"
    "|Guten Tag liebe|Guten Tag lieber",
    "fr": "Chère|Cher|Bonjour chère|Bonjour cher",
    "es": "Estimada|Estimado|Querida|Querido|Apreciada|Apreciado|Hola querida|Hola querido",
    "pt": "Prezada|Prezado|Cara|Caro|Estimada|Estimado|Querida|Querido|Exma|Exmo|Exma.|Exmo.",
    "it": "Cara|Caro|Gentilissima|Gentilissimo|Egregia|Egregio|Stimata|Stimato",
    "nl": "Geachte|Lieve",
}
# Fit those one knows well.
_CASUAL = {
    "en": "Hey|Hiya|Hi ya",
    "de": "Hey|Na|Huhu|Hej|Tach",
    "fr": "Coucou|Hello",
    "es": "Buenas|Muy buenas",
    "pt": "Oie|Ei",
    "it": "Ehi",
    "nl": "Hoi|Hey|Heej",
}
_EVERYWHERE = "Hi|Hello|Hallo"
# Said of a certain hour, which a draft can't know; they are recognised, so that the words below are counted.
_TIMED = (
    "Good morning|Good afternoon|Good evening|Morning|Afternoon|Evening|Guten Morgen|Guten Abend"
    "|Schönen guten Tag|Schönen guten Morgen|Bonsoir|Buenos días|Buen día|Buenas tardes|Buenas noches"
    "|Bom dia|Boa tarde|Boa noite|Buonasera|Buon pomeriggio|Goedemorgen|Goedemiddag|Goedenavond"
)
_AGAIN = re.compile(
    r"[\s,]+(?:again|there|nochmals?|noch einmal|wieder|encore|de nouveau|de nuevo|otra vez|de novo"
    r"|di nuovo|nogmaals|weer)(?!\w)",
    re.IGNORECASE,
)
_FORMAL = re.compile(r"^(?:sehr geehrte|werte|prezad|exm|egregi|gentilissim|geachte|grüß sie)", re.IGNORECASE)
_TITLES = (
    "Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Rev|Sir|Herr|Herrn|Frau|Dipl|Ing|Mag|Madame|Monsieur|Mme|Mlle|M|Me"
    "|Maître|Señor|Señora|Señorita|Sr|Sra|Srta|Don|Doña|D|Dña|Dra|Lic|Senhor|Senhora|Eng|Arq|Profa|Dona"
    "|Signor|Signora|Sig|Sig.ra|Dott|Dottor|Dottoressa|Mevrouw|Meneer|Mevr|Dhr|De heer|Heer"
)
TITLE = re.compile(rf"(?:{_TITLES.replace('.', '[.]')})\b\.?(?=\s+[^\W\d_])", re.IGNORECASE)
"""One courtesy or degree in front of a name."""
MANY = frozenset(
    """
    all both team everyone everybody folks guys gang friends colleagues customer client sir madam sirs
    zusammen alle allerseits beide beiden leute kollegen kolleginnen damen team kunde kundin miteinander
    tous toutes vous équipe messieurs mesdames amis client todos todas equipo chicos chicas amigos señores
    cliente equipa equipe pessoal gente senhores amigas tutti tutte ragazzi squadra allemaal allen iedereen
    collega klant heren dames
    """.split()  # noqa: SIM905 – a list would be a column of a hundred lines
)
"""Those who are greeted without a name of their own."""

# A sign-off says one of the first words, and beside it nothing but words of the second kind.
_SIGN_OFF_HEADS = {
    "en": "regards wishes sincerely faithfully truly cheers best thanks thank cordially respectfully warmly "
    "care soon rgds kr yours",
    "de": "grüße grüßen gruß grüsse grüssen gruss gruesse gruessen dank danke lg vg mfg bg hochachtungsvoll "
    "bald dann gute tschüss",
    "fr": "cordialement sincèrement amicalement salutations cdlt merci bientôt respectueusement vous toi",
    "es": "saludo saludos atentamente atte gracias cordialmente abrazo abrazos pronto",
    "pt": "cumprimentos atenciosamente att atentamente abraço abraços obrigado obrigada cordialmente grato "
    "grata breve saudações logo",
    "it": "saluti saluto cordialmente grazie presto",
    "nl": "groet groeten groetjes mvg bedankt dank snel hoogachtend",
}
_SIGN_OFF_WORDS = {
    "en": "best kind kindest warm warmest friendly many with my all the and again very much so you yours a "
    "lot ever take talk speak see of good",
    "de": "mit freundlichen freundliche freundlicher freundlichem herzliche herzlichen herzlicher herzlichst "
    "viele vielen liebe lieben lieber beste besten bester schöne schönen sonnige sonnigen kollegiale "
    "kollegialen und nochmals nochmal alles bis",
    "fr": "très bien à mes meilleures sincères avec et beaucoup encore distinguées cordiales mon meilleur "
    "respectueuses",
    "es": "un muchos muchas mis y de nuevo atento atentos cordial cordiales afectuoso fuerte reciba recibe "
    "hasta",
    "pt": "melhores com os meus e um uma muito muitos cordiais sinceros respeitosos até mais",
    "it": "cordiali distinti mille un caro cari e a con i migliori molti tanti",
    "nl": "met vriendelijke hartelijke en dank je u wel beste tot veel vele warme",
}
_CASUAL_SIGN_OFF = re.compile(r"abrazo|abraço|amicalement|tschüss|groetjes|alles liebe", re.IGNORECASE)
MOST_WORDS = 5
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@lru_cache(maxsize=8)
def _heads(language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """What finds a greeting at a line's begin, and how each is written."""
    known = (_HEADS.get(language, ""), _GENDERED.get(language, ""), _CASUAL.get(language, ""), _EVERYWHERE)
    written = {head.lower(): head for group in (*known, _TIMED) for head in group.split("|") if head}
    either = "|".join(re.escape(head) for head in sorted(written, key=lambda head: -len(head)))
    return re.compile(rf"\s*({either})(?!\w)", re.IGNORECASE), written


def greeting_head(line: str, language: str) -> tuple[str, int] | None:
    """The greeting that a line begins with, as it is written, and where it ends; None where there is none."""
    pattern, written = _heads(language)
    found = pattern.match(line)
    if found is None:
        return None
    again = _AGAIN.match(line, found.end())
    return written[found[1].lower()], again.end() if again else found.end()


def is_timed(head: str) -> bool:
    """Whether a greeting belongs to an hour of the day."""
    return head in _TIMED.split("|")


def is_gendered(head: str, language: str) -> bool:
    """Whether a greeting fits either a man or a woman."""
    return head in _GENDERED.get(language, "").split("|")


def is_casual(head: str, language: str) -> bool:
    """Whether a greeting is for those one knows well."""
    return head in _CASUAL.get(language, "").split("|")


def is_formal(head: str) -> bool:
    """Whether a greeting keeps its distance by itself."""
    return _FORMAL.match(head) is not None


def sign_off(line: str, language: str) -> str:
    """The sign-off that a line is, as it is kept; empty where it is none or more than that."""
    bare = line.strip().rstrip(",.;:!–—- ").strip()
    if len(bare) > 60 or re.search(r"[^\w\s,'’/|-]|\d|_", bare):
        return ""
    words = [word.casefold() for word in _WORD.findall(bare)]
    heads = _known(_SIGN_OFF_HEADS, language)
    if not 0 < len(words) <= MOST_WORDS or not heads & set(words):
        return ""
    if set(words) - heads - _known(_SIGN_OFF_WORDS, language):
        return ""
    return " ".join((bare[0].upper() + bare[1:]).split())


@lru_cache(maxsize=32)
def _known_words(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())


def _known(table: dict[str, str], language: str) -> frozenset[str]:
    """A language's own words, and the English ones that are at home everywhere."""
    return _known_words(f"{table.get(language, '')} {table['en']}")


def is_casual_sign_off(words: str) -> bool:
    """Whether a sign-off is for those one knows well."""
    return _CASUAL_SIGN_OFF.search(words) is not None
