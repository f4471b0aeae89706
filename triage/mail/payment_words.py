"""The words of bank details and of their change, in seven languages; all patterns are for small letters."""

from __future__ import annotations

import re

# What money is paid to. Beside "new" and the like it names a change by itself.
ACCOUNT = (
    r"bank(?:ing)? (?:details?|account|data|information|coordinates)|account (?:details?|number)"
    r"|iban|bic|swift|sort code|routing number|beneficiary"
    r"|(?:payment|payout|remittance|wire|transfer) (?:details?|address|instructions?|information|account)"
    r"|(?:paypal|wise|revolut|zelle|venmo|bitcoin|btc|usdt|crypto|ethereum)"
    r" (?:account|address|wallet|details?)|wallet(?: address)?"
    r"|bankverbindung(?:en)?|bankdaten|kontoverbindung|kontonummer|kontodaten|bankkontos?|zahlungsdaten"
    r"|zahlungsverbindung|paypal-(?:konto|adresse)"
    r"|coordonnées bancaires|rib|compte bancaire|numéro de compte|domiciliation bancaire|compte paypal"
    r"|datos bancarios|cuenta bancaria|número de cuenta|datos de pago|cuenta (?:de )?paypal"
    r"|dados bancários|conta bancária|número (?:de|da) conta|dados de pagamento|conta (?:do )?paypal|nib"
    r"|chave pix"
    r"|coordinate bancarie|dati bancari|conto (?:bancario|corrente)|numero di conto|conto paypal"
    r"|bankgegevens|bankrekening|rekeningnummer|betaalgegevens|paypal-?(?:rekening|adres)"
)
_CHANGED = (
    r"new|newly|changed|changing|change (?:of|in|to)|updated?|updating|different|switched|revised|replaced"
    r"|no longer (?:valid|in use|active)|moved|migrated|effective immediately"
    r"|neuen?|neue[rsm]|geändert|ändern|ändert|änderung|aktualisiert|gewechselt|nicht mehr gültig"
    r"|andere[nsm]?|umgestellt"
    r"|nouveaux?|nouvel|nouvelles?|changé(?:e?s?)?|changent|changement|modifi(?:ées?|és?|cation)"
    r"|mis(?:es?)? à jour|autre"
    r"|nuev[oa]s?|cambiad[oa]s?|cambi(?:o|ado|amos|aron|an)|actualizad[oa]s?|modificad[oa]s?|otr[oa]"
    r"|nov[oa]s?|mudou|mudaram|mudámos|mudamos|mudança|alterad[oa]s?|alteração|alterámos|atualizad[oa]s?"
    r"|outr[oa]"
    r"|nuov[oaie]|cambiat[oaie]|modificat[oaie]|aggiornat[oaie]|variat[oaie]|variazione|altro"
    r"|nieuwe?|gewijzigde?|veranderd|wijziging|aangepast|andere"
)
CHANGED_ACCOUNT = re.compile(
    rf"\b(?:{_CHANGED})\b[^\n]{{0,80}}?\b(?:{ACCOUNT})\b|\b(?:{ACCOUNT})\b[^\n]{{0,80}}?\b(?:{_CHANGED})\b",
)
UNCHANGED = re.compile(
    r"\b(?:not|n['’]t|never|un)\s?(?:be |been )?chang(?:ed?|ing)\b|unchanged|no changes? (?:to|in)"
    r"|(?:the same|as) before|(?:stays?|remains?|are still|is still) (?:the same|as|valid|unchanged)"
    r"|nothing (?:has )?changed"
    r"|nicht (?:geändert|gewechselt)|unverändert|nichts geändert|gleich geblieben"
    r"|bleib(?:t|en) (?:gleich|die|wie)|nie(?:mals)? .{0,30}ändern"
    r"|(?:n['’]|ne |pas) ?.{0,20}chang|inchangé|restent? (?:les mêmes|valables?)|jamais"
    r"|no (?:ha|han|hemos) cambiado|sin cambios|siguen? siendo|nunca|no cambi"
    r"|não (?:mud|foram alter|alter)\w*|continuam? (?:os|as|a ser|o|a) mesm|mantêm"
    r"|non (?:è|sono|abbiamo) (?:cambiat|modific)\w|non cambi|invariat\w|restano|rimangono"
    r"|niet (?:gewijzigd|veranderd|aangepast)|ongewijzigd|blij(?:ft|ven) (?:hetzelfde|gelijk|dezelfde)|nooit",
)
_OUT_OF_USE = r"(?:closed|frozen|blocked|suspended|audit\w*|restricted|unavailable)"
# Another bank, or the old account out of use: said without any of the words above.
ANOTHER_BANK = re.compile(
    r"\b(?:(?:changed|changing|switched|switching) (?:our |my |to a (?:new|different) )?banks?\b"
    r"|(?:moved|switched) to (?:a new|a different|another) bank\b"
    r"|(?:with|at) (?:a|our) (?:new|different) bank\b"
    rf"|(?:old|previous|former|usual|current) (?:bank )?account (?:\w+ ){{0,4}}{_OUT_OF_USE}"
    rf"|bank is (?:\w+ ){{0,4}}{_OUT_OF_USE}"
    r"|(?:pay|paid|payments?|transfer|wire|remit|send|settle)\b[^\n]{0,60}\b(?:in)?to (?:the|this|our|a|my)"
    r" (?:new|following|different|other|alternative|updated|subsidiary['’]?s?) (?:bank )?account"
    r"|(?:pay|payments?|transfer|wire|remit)\b[^\n]{0,40}\bto (?:the )?account (?:below|attached|given here)"
    r"|(?:do not|don['’]t|stop|no longer) (?:pay|use|send|using|transfer)[^\n]{0,40}"
    r"\b(?:old|previous|former) (?:bank )?account"
    r"|(?:die|unsere) (?:haus)?bank gewechselt|neuen? (?:haus)?bank\b|anderen (?:haus)?bank\b|bankwechsel"
    r"|(?:überweis|zahl|begleich)\w*[^\n]{0,60}\bauf (?:das |ein |unser )?"
    r"(?:neues?|anderes?|folgendes?|geändertes?) konto"
    r"|(?:altes?|bisherige[sn]?) konto (?:\w+ ){0,4}(?:geschlossen|gesperrt|aufgelöst|gekündigt)"
    r"|chang(?:é|eons|ement) de banque|nouvelle banque"
    r"|(?:vir|pay|régl)\w*[^\n]{0,60}\bsur (?:le |ce |notre )?"
    r"(?:(?:nouveau|autre) compte|compte (?:suivant|ci-dessous|ci-joint))"
    r"|ancien compte (?:\w+ ){0,4}(?:fermé|clôturé|bloqué)"
    r"|cambi(?:ado|o|amos) de banco|nuevo banco|(?:transf|pag|ingres)\w*[^\n]{0,60}\b(?:a|en) "
    r"(?:(?:la |esta |nuestra )?(?:nueva|otra|siguiente) cuenta|la cuenta (?:siguiente|indicada))"
    r"|cuenta (?:anterior|antigua) (?:\w+ ){0,4}(?:cerrad|bloquead)\w"
    r"|mud(?:ámos|amos|ei|ança) de banco|novo banco|(?:transf|pag|deposit)\w*[^\n]{0,60}\b(?:para|na) "
    r"(?:a |esta |nossa )?(?:nova|outra|seguinte) conta"
    r"|conta (?:anterior|antiga) (?:\w+ ){0,4}(?:encerrad|bloquead|fechad)\w"
    r"|cambiato banca|nuova banca|(?:bonific|pag|vers)\w*[^\n]{0,60}\b(?:sul|su questo|al|su un) "
    r"(?:nuovo|seguente|nostro nuovo|altro) conto"
    r"|(?:vecchio|precedente) conto (?:\w+ ){0,4}(?:chius|bloccat)\w"
    r"|van bank (?:veranderd|gewisseld)|nieuwe bank\b|overgestapt naar (?:een )?(?:andere|nieuwe) bank"
    r"|(?:betaal|betalen|overma|stort)\w*[^\n]{0,60}\b(?:op|naar) (?:de|deze|onze|een) "
    r"(?:nieuwe|andere|volgende) rekening"
    r"|(?:oude|vorige) rekening (?:\w+ ){0,4}(?:gesloten|geblokkeerd|opgeheven))",
)
NUMBER = re.compile(
    r"\b[a-z]{2}\d{2}(?: ?[\da-z]{4}){3,7}(?: ?[\da-z]{1,4})?\b|\b(?:bc1|0x)[\da-z]{20,64}\b"
    r"|\b(?:iban|account|konto|compte|cuenta|conta|conto|rekening)[^\n\d]{0,20}\d[\d -]{6,30}"
)
FROM_NOW_ON = re.compile(
    r"\b(?:from now on|going forward|future (?:payments?|invoices?|transfers?)|in (?:the )?future|instead"
    r"|with immediate effect|henceforth|ab sofort|künftig|zukünftig|in zukunft|stattdessen|désormais"
    r"|dorénavant|à l['’]avenir|à compter de|a partir de ahora|en adelante|en lo sucesivo"
    r"|(?:daqui|de agora) em diante|a partir de agora|doravante|d['’]ora in (?:poi|avanti)|in futuro"
    r"|voortaan|vanaf nu|in het vervolg)\b"
)
_PARTS = (
    "page|form|field|screen|section|tab|button|template|component|view|step|icon|label|layout|modal|widget"
)
# A page of a project is about bank details without changing any.
OF_A_PAGE = re.compile(
    rf"\b(?:{ACCOUNT})[ -](?:{_PARTS}|block|seite|formular|feld|maske|ansicht|knopf|bereich)s?\b"
    rf"|\b(?:{_PARTS}|seite|formular|feld|champ|formulaire|página|campo|formulario|formulário|pagina|modulo"
    r"|veld|formulier) (?:for|with|of|für|mit|der|des|pour|avec|para|con|com|per|voor|met|da|do|de|del|della)"
    rf" (?:the |die |den |les |los |as |os |le |la |de |il |i )?(?:\w+ )?(?:{ACCOUNT})\b"
)
# Whose account: a client who speaks of the freelancer's own changes nothing.
YOURS = re.compile(
    r"\b(?:your|ihre[nrms]?|deine[nrms]?|eure[nrms]?|vos|votre|tes|ton|tus?|sus?|vuestr[oa]s?|seus?|suas?"
    r"|teus?|tuas?|vossos?|vossas?|tuoi?|tue|suoi?|sue|vostr[oaie]|uw|jouw|je|jullie)"
    rf" (?:\w+ ){{0,2}}(?:{ACCOUNT})\b"
)
OURS = re.compile(
    r"\b(?:our|my|unsere?[nrms]?|meine?[nrms]?|nos|notre|mon|mes|nuestr[oa]s?|noss[oa]s?|minhas?|meus?"
    rf"|nostr[oaie]|mi[oe]i?|onze?|mijn) (?:\w+ ){{0,3}}(?:{ACCOUNT})\b|\b(?:below|following|attached)\b"
)
ASKED = re.compile(
    r"\b(?:do|did|have|has|are|can|could|would) (?:you|these|those)\b|\b(?:hast du|haben sie|habt ihr"
    r"|avez-vous|as-tu|tienes|tiene|tenéis|tens|tem|hai|avete|heb je|heeft u|hebt u|are there|is there"
    r"|gibt es)\b"
)
WARNED = re.compile(
    r"\b(?:if|should|wenn|falls|sollten?|si|se|als|indien)\b[^\n]{0,60}\b(?:receive|get|asks?|told|erhalten"
    r"|bekommen|recevez|recib\w+|receb\w+|ricev\w+|ontvang\w*)\b|\b(?:fraudsters?|fraudulent|scam(?:mers)?"
    r"|betrüger|phishing|escroc\w*|estafa\w*|burl\w+|truff\w+|oplichters?)\b"
)
SPOKEN_OF = re.compile(rf"bank|banco|banque|banca|konto|compte|cuenta|conta|conto|rekening|account|{ACCOUNT}")
