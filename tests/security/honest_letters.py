"""Honest mail by hand that looks a little like the forged: none of it may be refused a draft."""

from __future__ import annotations

from tests.security.letters_at_the_door import Letter, results

PASS = results("dmarc=pass header.from=northwind.example")

SENDERS = {
    "known": "Ada Okafor <ada@northwind.example>",
    "capitals": "Ada Okafor <Ada@Northwind.Example>",
    "new-colleague": "Ben Stone <ben@northwind.example>",
    "new-colleague-office": "Northwind Accounts <accounts@northwind.example>",
    "subdomain": "Ada Okafor <ada@mail.northwind.example>",
    "colleague-of-address-only": "Kim <kim@harbourbakery.example>",
    "short-and-known": "Tom Reed <tom@acne.example>",
    "short-and-known-too": "Ines Duarte <ines@acme.example>",
    "short-stranger": "Someone <hello@acre.example>",
    "short-stranger-added": "Sam Ode <sam@acmes.example>",
    "two-letters-apart": "Carl Sandberg <carl@southwind.example>",
    "same-first-name": "Ada Winter <ada@elsewhere.example>",
    "same-last-name": "Chidi Okafor <chidi@okafor-law.example>",
    "first-name-alone": "Ada <ada@elsewhere.example>",
    "freemail-stranger": "Bruno Ganz <bruno.ganz@gmail.com>",
    "freemail-known": "Bruno Keller <bruno.keller@gmail.com>",
    "no-name": "mail@elsewhere.example",
    "own-address-as-name": '"zoe@elsewhere.example" <zoe@elsewhere.example>',
    "own-address-other-box": '"zoe@elsewhere.example" <office@mail.elsewhere.example>',
    "tracker": "Ada Okafor via Tracker <updates@tracker.example>",
    "signing": "Ada Okafor via Signing Desk <sign@signing.example>",
    "on-behalf-address": '"zoe@shop.example via Contact form" <form@hosting.example>',
    "assistant": "Ben Moss for Ada Okafor <ben@assistants.example>",
    "word-of-the-firm": "North Light <hi@north-light.example>",
    "part-of-a-word": "Jo <jo@harbourlight.example>",
    "bakery-too": "Nils <nils@hillbakery.example>",
    "short-name-with-word": "Acme Floors <floors@acme-floors.example>",
    "numbered-street": "Halle Sieben <post@halle7.example>",
    "umlaut-stranger": "Jörg Maier <joerg@maier-bau.example>",
    "long-name": "Dr. Maria del Carmen Fernández y Soto <maria@soto-architects.example>",
    "non-latin-name": "田中 直子 <naoko@tanaka.example>",
    "cyrillic-stranger": "Ольга Петрова <olga@petrova.example>",
    "apostrophe": "Sean O'Neill <sean@oneill.example>",
    "help-desk": "Harbour Bakery <support@harbourbakery.zendesk.com>",
}
REPLIES = {
    "same-domain": ("office@northwind.example", ""),
    "same-organisation": ("ada@crm.northwind.example", ""),
    "same-address": ("Ada <ADA@northwind.example>", ""),
    "another-client": ("nora@harbourbakery.example", ""),
    "to-ourselves": ("mara@studio.example", ""),
    "ticket": ("reply+4711ab@desk.example", ""),
    "ticket-number": ("support-20931@helpdesk.example", "Northwind Support <support@northwind.example>"),
    "case-at-service": ("northwind@northwind.freshdesk.com", "Ada Okafor <ada@northwind.example>"),
    "form-of-a-stranger": ("zoe@shop.example", "Contact form <form@hosting.example>"),
    "service-for-client": ("ada@northwind.example", "Ada Okafor <messages@proposals.example>"),
    "mailing-for-client": ("hello@northwind.example", "Northwind <northwind@mailer.example>"),
    "firm-through-service": ("nora@harbourbakery.example", "Harbour Bakery <send@invoicing.example>"),
    "person-to-firm": ("team@elsewhere.example", "Zoe <zoe@elsewhere.example>"),
}
HEADERS = {
    "dmarc-pass": (PASS,),
    "dmarc-pass-comment": (results("dmarc=pass (p=reject dis=none) header.from=mail.northwind.example"),),
    "dkim-aligned": (results("dkim=pass header.d=northwind.example; spf=fail smtp.mailfrom=lists.example"),),
    "fail-by-another": (results("dmarc=fail header.from=northwind.example", "mx.evil.example"), PASS),
    "fail-below": (PASS, results("dmarc=fail header.from=northwind.example")),
    "service-without-key": (
        results("spf=pass smtp.mailfrom=bounce@esp.example; dkim=pass header.d=esp.example"),
    ),
    "softfail": (results("spf=softfail smtp.mailfrom=northwind.example"),),
    "dkim-fail-alone": (results("dkim=fail header.d=northwind.example"),),
    "nothing-checked": (results("none"),),
    "fail-in-comment": (results("dmarc=pass (was dmarc=fail) header.from=northwind.example"),),
    "fail-in-reason": (results('dkim=pass reason="; dmarc=fail" header.d=northwind.example'),),
    "temperror": (results("dmarc=temperror header.from=northwind.example"),),
    "arc-fail": ("ARC-Authentication-Results: i=1; mx.studio.example; dmarc=fail", PASS),
}  # fmt: skip
TALK = {
    "asked-for-them": "Could you send me your bank details for the transfer?",
    "unchanged": "Our bank details have not changed.",
    "stay": "As for payment, our account details remain the same as last year.",
    "transfer": "The new logo is great. I will pay by bank transfer tomorrow.",
    "theirs-noted": "Thanks, we have updated your bank details in our system.",
    "have-you-new": "Do you have a new account number, or is it the one from March?",
    "a-page": "Please add a new bank details page to the account area.",
    "a-field": "The form should get a different field for the IBAN.",
    "a-button": "Could you change the PayPal account button to blue?",
    "new-accounts-team": "Our new accounts team will get in touch about the invoice.",
    "account-manager": "I am your new account manager here.",
    "login": "I made a new account in the CMS for you.",
    "warning": "If you ever receive a mail saying our bank details have changed, call us: it is fraud.",
    "de-frage": "Wie ist deine IBAN? Ich überweise heute.",
    "de-gleich": "Unsere Bankverbindung ist unverändert.",
    "de-formular": "Das Formular mit der IBAN braucht ein neues Feld.",
    "de-deine": "Ich habe deine neue Bankverbindung eingetragen.",
    "fr-vos": "Pouvez-vous m'envoyer vos coordonnées bancaires ?",
    "fr-inchange": "Nos coordonnées bancaires restent les mêmes.",
    "es-sus": "¿Me puede enviar sus datos bancarios?",
    "es-igual": "Nuestros datos bancarios no han cambiado.",
    "pt-teus": "Podes enviar-me os teus dados bancários?",
    "it-vostre": "Potete mandarci le vostre coordinate bancarie?",
    "it-stesse": "Le coordinate bancarie rimangono le stesse.",
    "nl-jouw": "Kun je me jouw rekeningnummer sturen?",
    "nl-zelfde": "Ons rekeningnummer blijft hetzelfde.",
    "riverbank": "The new photos of the river bank are lovely, could we use them?",
}
ELSEWHERE = (
    Letter("html-same", html=f"<p>{Letter('x').text}</p>"),
    Letter("html-quoted", html="<p>See you.</p><blockquote>Our bank details have changed.</blockquote>"),
    Letter("files", files=("invoice-2026-014.pdf", "bank-transfer-receipt.pdf")),
)

HONEST: tuple[Letter, ...] = (
    *(Letter(f"sender-{key}", sender) for key, sender in SENDERS.items()),
    *(
        Letter(f"reply-{key}", sender or Letter("x").sender, headers=(f"Reply-To: {to}",))
        for key, (to, sender) in REPLIES.items()
    ),
    *(Letter(f"header-{key}", headers=lines) for key, lines in HEADERS.items()),
    *(Letter(f"talk-{key}", text=f"Hello Mara,\n\n{text}\n\nAda") for key, text in TALK.items()),
    *ELSEWHERE,
)
