"""Whether a person's message awaits an answer; when unsure, it does."""

from __future__ import annotations

import re

from triage.mail.message import Message
from triage.mail.nothing_said import says_nothing
from triage.mail.subjects import is_reply_subject

MAX_WORDS = 60
MAX_CHARS = 1_500
MAX_UNEXPLAINED = 3

# All patterns are for text in small letters: so a pattern of many words is several times faster than one that
# ignores case.
_QUESTION = re.compile(r"[?？؟¿]")
# Nobody writes these without wanting something: they win over any thanks around them.
_REQUEST = re.compile(
    r"\b(?:please|pls|could you|can you|would you|will you|let me know|get back to me|waiting for"
    r"|still waiting|i need|we need|send me|send us|asap|urgent|when (?:can|will|are)"
    r"|bitte|könn(?:t|en) (?:du|ihr|sie)|kannst du|gib mir bescheid|geben sie|sag mir|brauche|brauchen"
    r"|melden sie|meld dich|warte|dringend|wann"
    r"|s['’]il (?:vous|te) pla[iî]t|svp|stp|merci de (?!votre|ton|vos|tes|l|ce)|pouvez-vous|peux-tu"
    r"|pourriez|tenez-moi|dites-moi|j['’]ai besoin|nous avons besoin|j['’]attends|quand"
    r"|por favor|podr[ií]as?|puedes?|pueden?|avísame|av[ií]seme|necesito|necesitamos|quedo a la espera"
    r"|espero (?:tu|su|que)|cuándo"
    r"|poderia|podes?|pode[mr]?|avise-me|diga-me|preciso|precisamos|aguardo|quando|per favore|per cortesia"
    r"|potresti|può|puoi|potrebbe|fammi sapere|mi faccia sapere|ho bisogno|abbiamo bisogno|attendo"
    r"|resto in attesa"
    r"|alsjeblieft|alstublieft|a\.?u\.?b\.?|kun je|kunt u|kan je|laat (?:me|het)|ik heb nodig"
    r"|wij hebben nodig|wacht op|wanneer"
    r"|but|however|unless|nothing|aber|jedoch|allerdings|nichts|mais|cependant|rien|pero|sin embargo|nada"
    r"|mas|porém|ma|però|niente|nulla|maar|echter|niets)\b",
)
# Wants that stand among thanks and would be taken for them.
_STILL_WANTS = re.compile(
    r"\b(?:in advance|im voraus|d['’]avance|de antemano|por adelantado|desde já|antecipadamente|in anticipo"
    r"|alvast|bij voorbaat|looking forward to (?:hearing|receiving|getting|reading|your|the)"
    r"|(?:auf|über) (?:ihre|deine|eure) (?:\w+ )?(?:antwort|rückmeldung|nachricht|vorschläge?|entwurf"
    r"|entwürfe)"
    r"|(?:is|are) (?:still )?missing|still (?:missing|open|wrong|waiting)|fehlt|fehlen|il manque"
    r"|falta[nm]?|manca|mancano|ontbreekt|ontbreken|one more thing|noch (?:eine|etwas|was)|encore une"
    r"|una cosa más|só mais uma|ancora una|nog (?:één|een|iets)"
    r"|when|why|warum|wieso|pourquoi|por ?qu[eé]|perché|waarom)\b"
    r"|(?:^|[.!\n])\s*(?:and|und|et|y|e|en) (?:the|what|how|der|die|das|den|was|wie|le|la|les|el|los|las|os?"
    r"|as?|il|lo|gli|de|het|wat|hoe)\b",
    re.MULTILINE,
)
_NO_ANSWER_WANTED = re.compile(
    r"\b(?:no (?:need|reason) to (?:reply|answer|respond)|no (?:reply|answer|response) (?:needed|necessary"
    r"|required)|nothing (?:for you )?to do|just fyi|keine antwort (?:nötig|notwendig|erforderlich)|(?:du"
    r"|sie) (?:brauchst|brauchen|musst|müssen) nicht (?:zu )?antworten"
    r"|pas besoin de (?:me )?répondre|inutile de répondre|no (?:hace falta"
    r"|es necesario) (?:que )?(?:responder|contestar|respondas|contestes|responda|conteste)"
    r"|não (?:é )?(?:precisa|preciso|necessário) responder|non (?:serve|c['’]è bisogno di"
    r"|occorre) rispond\w{2,8}|(?:je )?(?:hoeft|hoef je) niet te (?:antwoorden|reageren))\b",
)
_ACKNOWLEDGED = re.compile(
    r"\b(?:(?:many |a million |a thousand )?thank(?:s| you)(?:[^.!\n,;:–—]{0,80})?|thx|cheers|ty"
    r"|much appreciated|(?:really |i |we )?appreciate (?:it|that|this|your \w+)|(?:got|received|found|read"
    r"|seen) (?:it|them|this|that|your \w+|the \w+)|(?:invoice|file|files|proof|e-?mail|message|contract"
    r"|payment|all|everything) (?:well )?(?:received|arrived|paid|signed)"
    r"|(?:i|we)(?: have|['’]ve)? (?:just )?(?:paid|transferred|wired|signed)(?:[^.!\n,;]{0,50})"
    r"|(?:just )?(?:paid|transferred|wired|signed)(?: (?:it|just now|today|now|yesterday"
    r"|this morning))?(?=[\s.!,;]*$)"
    r"|(?:payment|money|transfer) (?:is |has been |was )?(?:sent|made|done|on its way)|will (?:do"
    r"|pay[^.!\n,;]{0,30})|noted|understood|agreed|approved|confirmed|works for (?:me|us)|fine (?:by"
    r"|with) (?:me|us)|sounds (?:good|great|perfect|fine)|that(?:['’]s| is) (?:all|it|fine|great|perfect"
    r"|good)"
    r"|(?:it|this|that|they|all|everything|these|those|the \w+(?: \w+)?|your \w+)(?:['’]s| is| are| was"
    r"| were| looks?| turned out| works?| read[s]?)(?: (?:all|so|really|just|absolutely|very"
    r"|simply))* (?:great|good|perfect|fantastic|lovely|beautiful|wonderful|excellent|amazing|awesome|fine"
    r"|superb|brilliant|gorgeous|well|spot on|exactly right)|(?:love|loved) (?:it|them|this|that)"
    r"|great (?:work|job)|good (?:work|job)|well done|nice one|you(?:['’]re| are) (?:the best|a star"
    r"|welcome)"
    r"|(?:have|enjoy) (?:a |an |your |the )?(?:\w+ )?(?:day|evening|weekend|week|holidays?|one|time|trip"
    r"|vacation)|see you[^.!\n,;]{0,30}|talk (?:to you )?(?:soon|later|then|tomorrow|on \w+)|speak (?:soon"
    r"|then)|until (?:then|\w+day)|looking forward(?: to (?:it|seeing \w+|\w+))?|no (?:problem|worries"
    r"|rush)|my pleasure|it (?:was|is|has been) a (?:real )?pleasure(?:[^.!\n,;:–—]{0,40})?"
    r"|all good(?: on (?:our|my) (?:side|end))?|(?:i|we)(?:['’]ll| will) (?:take a look|have a look"
    r"|look (?:at|into) it|check|get back to you|let you know|be in touch|come back to you|review it)"
    r"(?:[^.!\n,;:–—]{0,50})?"
    r"|(?:vielen |herzlichen |besten |lieben |tausend )?dank(?:[^.!\n,;:–—]{0,80})?|dankesch[öo]n"
    r"|danke(?:[^.!\n,;:–—]{0,80})?|(?:ist |sind |hab(?:e|en)? (?:es |alles |ich )?)?(?:alles "
    r"|gut )?(?:angekommen|erhalten|bekommen|notiert|verstanden|überwiesen|bezahlt|unterschrieben"
    r"|eingegangen)|passt(?: so| alles| für \w+)?|alles klar|einverstanden|in ordnung|(?:sieht|ist|klingt"
    r"|sehen|wird)(?: \w+){0,2} (?:gut|super|toll|klasse|perfekt|prima|wunderbar|schön) ?(?:aus)?"
    r"|so machen wir (?:das|es)|machen wir so|ich (?:melde mich|schaue? (?:es|mir das|sie mir) an)"
    r"(?:[^.!\n,;]{0,40})?|(?:ich habe?|wir haben) (?:die |ihre |deine |eure )?(?:rechnung|betrag)"
    r"(?: \w+){0,2} (?:überwiesen|bezahlt|beglichen)"
    r"|gefällt (?:mir|uns)[^.!\n,;]{0,20}|(?:schönes|schönen|schöne|angenehmes|gute[ns]?) (?:wochenende|tag"
    r"|abend|feierabend|woche|reise|urlaub)|bis (?:dann|bald|morgen|\w+tag|nächste woche)|freue? (?:mich"
    r"|uns)(?:[^.!\n,;]{0,40})?|gern geschehen"
    r"|(?:un grand |mille )?merci(?:[^.!\n,;:–—]{0,80})?|bien (?:reçu|noté|pris en compte)|c['’]est (?:noté"
    r"|parfait|bon|bien reçu|super|fait|réglé|payé|compris)|(?:tout )?(?:est )?(?:parfait|entendu|compris"
    r"|d['’]accord)|ça (?:marche|roule|me va)|(?:bonne?|excellente?) (?:journée|soirée|semaine"
    r"|fin de semaine|week-?end|continuation|vacances)|bon week-?end|à (?:bientôt|demain|lundi|mardi"
    r"|mercredi|jeudi|vendredi|plus)|(?:le )?(?:virement|paiement) (?:est |a été )?(?:fait|envoyé|effectué)"
    r"|beau travail|bravo"
    r"|(?:muchas |mil |muchísimas )?gracias(?:[^.!\n,;:–—]{0,80})?|recibid[oa]s?|anotado|entendido"
    r"|de acuerdo|(?:todo )?(?:está |queda |quedó )?(?:perfecto|genial|estupendo|fantástico|listo|bien)"
    r"|me (?:parece bien|encanta|vale)|buen (?:trabajo|fin de semana|día|finde)|que (?:tengas?"
    r"|pases?) (?:un |una )?(?:buen|buena|feliz|lindo)[^.!\n,;]{0,25}|(?:hasta|nos vemos)(?: (?:luego"
    r"|pronto|mañana|el \w+|entonces))?|(?:pago|transferencia) (?:hech[oa]|enviad[oa]|realizad[oa])"
    r"|ya (?:lo )?(?:he pagado|pagué)"
    r"|(?:muito )?obrigad[oa](?:[^.!\n,;:–—]{0,80})?|recebid[oa]s?|anotado|entendido|combinado|certo"
    r"|(?:tudo )?(?:está |ficou )?(?:perfeito|ótimo|óptimo|excelente|lindo)|tudo (?:bem|certo)|adorei"
    r"|adorámos|bom (?:trabalho|fim de semana|dia)|boa (?:semana|tarde|noite)|até (?:breve|logo|já|amanhã"
    r"|\w+-feira)|pagamento (?:feito|efetuado|efectuado|enviado)"
    r"|(?:molte |mille |tante )?grazie(?:[^.!\n,;:–—]{0,80})?|(?:tutto )?ricevut[oaie]|capito|d['’]accordo"
    r"|va (?:bene|benissimo)|(?:è |sono )?(?:tutto )?(?:perfett[oa]|ottim[oa]|bellissim[oa]|fantastic[oa])"
    r"|ottimo lavoro|mi piace[^.!\n,;]{0,20}|buon (?:lavoro|fine settimana|weekend|pomeriggio)"
    r"|buona (?:giornata|serata|settimana|domenica)|a (?:presto|domani|dopo|lunedì|martedì|mercoledì"
    r"|giovedì|venerdì)|(?:bonifico|pagamento) (?:fatto|inviato|effettuato)"
    r"|(?:heel erg |heel |hartelijk |nogmaals )?(?:bedankt|dank(?: je| u)?(?: wel)?|dankjewel"
    r"|dankuwel)(?:[^.!\n,;:–—]{0,80})?|(?:goed |alles )?ontvangen|genoteerd|begrepen|akkoord|(?:ziet er|is"
    r"|klinkt|het is|dat is)(?: \w+)? (?:goed|mooi|top|prima|perfect|geweldig)(?: uit)?|prima|helemaal goed"
    r"|komt goed|(?:fijne?|prettige?) (?:dag|avond|weekend|week|vakantie)|tot (?:dan|snel|morgen|ziens"
    r"|\w+dag)|(?:betaling|overboeking) (?:is )?(?:gedaan|verstuurd)|is betaald"
    r"|ok(?:ay|ey)?|k|yes|yep|yup|sure|ja|jo|oui|sí|si|sim|sì|perfect|great|super|top|cool|nice|excellent"
    r"|wonderful|lovely|brilliant|awesome|fantastic|amazing|wow|perfekt|prima|klasse|toll|wunderbar|parfait"
    r"|génial|excellente?|perfecto|genial|estupendo|vale|listo|perfeito|ótimo|fixe|beleza|perfetto|ottimo"
    r"|benissimo|geweldig|mooi|roger|wilco|cheers)\b",
)
_COURTESY = re.compile(
    r"^\W{0,3}(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|liebe[rs]?|guten (?:morgen"
    r"|tag|abend)|moin|servus|sehr geehrte[rs]?|bonjour|bonsoir|salut|chère?|cher|hola|buenos días"
    r"|buenas(?: tardes)?|estimad[oa]|olá|oi|bom dia|boa tarde|car[oa]|ciao|buongiorno|gentile|hoi|beste"
    r"|geachte|goedemorgen|goedemiddag)\b[^\n.!,]{0,40}[,.!]?)",
    re.MULTILINE,
)
_SIGNED = re.compile(
    r"(?:\b(?:best|best wishes|kind regards|warm regards|regards|all the best|lg|vg|mfg|(?:viele|liebe"
    r"|beste|schöne|freundliche) grüße|gruß|grüße|cordialement|bien à vous|amicalement|saludos|un abrazo"
    r"|abraço|cumprimentos|saluti|un saluto|groet(?:en|jes)?|mvg|met vriendelijke groet"
    r"|x{1,3})[,.!]?|\n)\s*(?:[^\W\d_]{1,20}\.?(?: [^\W\d_]{1,20}){0,2})?\s*$",
)
_REACTION = re.compile(
    r"\b(?:reacted (?:to your message|via)|hat (?:auf|mit)[^\n]{0,40}reagiert|a réagi (?:à|avec))\b",
)
_WORD = re.compile(r"[^\W\d_]+|\d+")


def expects_answer(message: Message, new_text: str) -> bool:
    """Whether a person who wrote this waits for a reply; thanks, receipts and "got it" do not.

    Reads English, German, Spanish, French, Portuguese, Italian and Dutch. Anything that is not plainly an
    acknowledgement counts as awaiting an answer.
    """
    if says_nothing(new_text):
        if _is_empty_reply(message, new_text):
            return False
        new_text = ""
    text = (new_text[: MAX_CHARS * 2].strip() or message.subject.strip()).lower()
    if len(text) > MAX_CHARS:
        return True
    words = _WORD.findall(text)
    if not words:
        # A lone emoji is a nod; a message without a word may be a file to look at.
        return not text or bool(message.attachments) or _QUESTION.search(text) is not None
    if _REACTION.search(text):
        return False
    if len(words) > MAX_WORDS or _QUESTION.search(text):
        return True
    if _NO_ANSWER_WANTED.search(text):
        return False
    if _REQUEST.search(text) or _STILL_WANTS.search(text):
        return True
    return not _is_acknowledgement(text)


def _is_empty_reply(message: Message, new_text: str) -> bool:
    """A reply of a quote or a signature alone; where the quote isn't marked, words may stand inside it."""
    if message.attachments or not (message.in_reply_to or is_reply_subject(message.subject)):
        return False
    return bool(new_text.strip()) or any(line.startswith(">") for line in message.text.splitlines())


def _is_acknowledgement(text: str) -> bool:
    """Whether hardly a word is left when thanks, agreement, praise, greeting and name are taken away."""
    rest = _SIGNED.sub("", _COURTESY.sub(" ", text, count=1), count=1)
    rest, count = _ACKNOWLEDGED.subn(" ", rest)
    return count > 0 and len(_WORD.findall(rest)) <= MAX_UNEXPLAINED
