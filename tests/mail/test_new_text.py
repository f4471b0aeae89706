"""What the sender newly wrote: quotes, heads, signatures and boilerplate go, the sender's words stay."""

from __future__ import annotations

import pytest

from triage.mail.new_text import extract, message_new_text, new_text
from triage.mail.parse import parse

WORDS = "The header is still wrong.\n\nI need it by Friday, and I am not paying for another round."

ATTRIBUTIONS = {
    "en gmail": "On Tue, Jun 3, 2025 at 9:15 AM Ada Okafor <ada@client.example> wrote:",
    "en wrapped": (
        "On Tue, Jun 3, 2025 at 9:15 AM Ada Okafor from the Very Long Company\n<ada@client.example> wrote:"
    ),
    "en thrice wrapped": "On Jun 3, 2025,\nat 09:15,\nAda Okafor <ada@client.example> wrote:",
    "en apple": "On 3 Jun 2025, at 09:15, Ada Okafor <ada@client.example> wrote:",
    "en glued": "On Tue, Jun 3, 2025 at 9:15 AM, Ada Okafor <ada@client.example>wrote:",
    "de gmail": "Am Di., 3. Juni 2025 um 09:15 Uhr schrieb Ada Okafor <ada@client.example>:",
    "de thunderbird": "Am 03.06.25 um 09:15 schrieb Ada Okafor:",
    "de wrapped": "Am Di., 3. Juni 2025 um 09:15 Uhr schrieb Ada Okafor <\nada@client.example>:",
    "fr gmail": "Le mar. 3 juin 2025 à 09:15, Ada Okafor <ada@client.example> a écrit :",
    "fr wrapped": "Le mar. 3 juin 2025 à 09:15, Ada Okafor <ada@client.example> a\nécrit :",
    "es gmail": "El mar, 3 jun 2025 a las 9:15, Ada Okafor (<ada@client.example>) escribió:",
    "pt gmail": "Em ter., 3 de jun. de 2025 às 09:15, Ada Okafor <ada@client.example> escreveu:",
    "it gmail": "Il giorno mar 3 giu 2025 alle ore 09:15 Ada Okafor <ada@client.example> ha scritto:",
    "nl gmail": "Op di 3 jun 2025 om 09:15 schreef Ada Okafor <ada@client.example>:",
    "da gmail": "Den tir. 3. jun. 2025 kl. 09.15 skrev Ada Okafor <ada@client.example>:",
    "no gmail": "tir. 3. juni 2025 kl. 09:15 skrev Ada Okafor <ada@client.example>:",
    "no broken": "tir. 3. juni 2025 kl. 09:15 skrev Ada Okafor <ada@client.example\n>:",
    "sv gmail": "Den tis 3 juni 2025 kl 09:15 skrev Ada Okafor <ada@client.example>:",
    "fi gmail": "ti 3. kesäk. 2025 klo 9.15 Ada Okafor (ada@client.example) kirjoitti:",
    "pl gmail": "wt., 3 cze 2025 o 09:15 Ada Okafor <ada@client.example> napisał(a):",
    "pl wp": "Dnia 3 czerwca 2025 09:15 Ada Okafor <ada@client.example> napisał(a):",
    "cs gmail": "út 3. 6. 2025 v 9:15 odesílatel Ada Okafor <ada@client.example> napsal:",
    "ru gmail": "вт, 3 июн. 2025 г. в 09:15, Ada Okafor <ada@client.example>:",
    "ru mail.ru": "Вторник, 3 июня 2025, 9:15 +03:00 от Ada Okafor <ada@client.example>:",
    "uk gmail": "вт, 3 черв. 2025 р. о 09:15 Ada Okafor <ada@client.example> пише:",
    "hu gmail": "Ada Okafor <ada@client.example> ezt írta (időpont: 2025. jún. 3., K, 9:15):",
    "ro gmail": "mar., 3 iun. 2025 la 09:15, Ada Okafor <ada@client.example> a scris:",
    "tr gmail": "Ada Okafor <ada@client.example>, 3 Haz 2025 Sal, 09:15 tarihinde şunu yazdı:",
    "el gmail": "Στις Τρί 3 Ιουν 2025 στις 9:15 π.μ., ο χρήστης Ada Okafor <ada@client.example> έγραψε:",
    "vi gmail": "Vào Th 3, 3 thg 6, 2025 vào lúc 09:15 Ada Okafor <ada@client.example> đã viết:",
    "ja gmail": "2025年6月3日(火) 9:15 Ada Okafor <ada@client.example>:",
    "zh gmail": "Ada Okafor <ada@client.example> 于2025年6月3日周二 09:15写道：",
    "ko gmail": "2025년 6월 3일 (화) 오전 9:15, Ada Okafor <ada@client.example>님이 작성:",
    "ca gmail": "El dt., 3 de juny 2025, 9:15, Ada Okafor <ada@client.example> va escriure:",
}


@pytest.mark.parametrize("language", ATTRIBUTIONS)
@pytest.mark.parametrize("mark", ["> ", ""], ids=["marked", "unmarked"])
def test_attributions_in_many_languages(language: str, mark: str) -> None:
    quote = f"{mark}Here is the header.\n{mark}\n{mark}Ada"
    assert new_text(f"{WORDS}\n\n{ATTRIBUTIONS[language]}\n\n{quote}\n") == WORDS


HEADS = {
    "en": (
        "From: Ada Okafor <ada@client.example>\nSent: Tuesday, June 3, 2025 9:15 AM\nTo: "
        "Mara\nSubject: Header"
    ),
    "en bold": "*From:* Ada Okafor <ada@client.example>\n*Sent:* Tuesday 9:15\n*To:* Mara\n*Subject:* Header",
    "en date": (
        "From: Ada Okafor <ada@client.example>\nDate: Tuesday, June 3, 2025 at 9:15\nTo: "
        "Mara\nSubject: Header"
    ),
    "en split": (
        "From: Ada Okafor\n<ada@client.example>\nSent: Tuesday\nTo: Mara "
        "<mara@studio.example>\nSubject: Header"
    ),
    "de": (
        "Von: Ada Okafor <ada@client.example>\nGesendet: Dienstag, 3. Juni 2025 09:15\nAn: "
        "Mara\nBetreff: Kopf"
    ),
    "fr": "De : Ada Okafor <ada@client.example>\nEnvoyé : mardi 3 juin 2025 09:15\nÀ : Mara\nObjet : En-tête",
    "es": (
        "De: Ada Okafor <ada@client.example>\nEnviado: martes, 3 de junio de 2025 9:15\n"
        "Para: Mara\nAsunto: Cabecera"
    ),
    "pt": (
        "De: Ada Okafor <ada@client.example>\nEnviada em: terça-feira, 3 de junho\nPara: "
        "Mara\nAssunto: Cabeçalho"
    ),
    "it": (
        "Da: Ada Okafor <ada@client.example>\nInviato: martedì 3 giugno 2025 09:15\nA: Mara\nOggetto: Testata"
    ),
    "nl": (
        "Van: Ada Okafor <ada@client.example>\nVerzonden: dinsdag 3 juni 2025 09:15\nAan: "
        "Mara\nOnderwerp: Kop"
    ),
    "da": "Fra: Ada Okafor <ada@client.example>\nSendt: 3. juni 2025 09:15\nTil: Mara\nEmne: Header",
    "sv": "Från: Ada Okafor <ada@client.example>\nSkickat: den 3 juni 2025 09:15\nTill: Mara\nÄmne: Header",
    "fi": (
        "Lähettäjä: Ada Okafor <ada@client.example>\nLähetetty: tiistai 3. kesäkuuta\n"
        "Vastaanottaja: Mara\nAihe: Otsake"
    ),
    "pl": (
        "Od: Ada Okafor <ada@client.example>\nWysłano: wtorek, 3 czerwca 2025 09:15\nDo: "
        "Mara\nTemat: Nagłówek"
    ),
    "cs": (
        "Od: Ada Okafor <ada@client.example>\nOdesláno: úterý 3. června 2025\nKomu: Mara\nPředmět: Hlavička"
    ),
    "ru": "От: Ada Okafor <ada@client.example>\nОтправлено: 3 июня 2025 г. 9:15\nКому: Mara\nТема: Шапка",
    "ja": "差出人: Ada Okafor <ada@client.example>\n送信日時: 2025年6月3日 9:15\n宛先: Mara\n件名: ヘッダー",
    "zh": "发件人: Ada Okafor <ada@client.example>\n发送时间: 2025年6月3日 9:15\n收件人: Mara\n主题: 页眉",
}


@pytest.mark.parametrize("language", HEADS)
@pytest.mark.parametrize("rule", ["", "________________________________\n", "-----Original Message-----\n"])
def test_heads_of_earlier_messages(language: str, rule: str) -> None:
    assert new_text(f"{WORDS}\n\n{rule}{HEADS[language]}\n\nHello Mara,\n\nhere it is.\n\nAda\n") == WORDS


SEPARATORS = (
    "-----Original Message-----",
    "----- Original Message -----",
    "-------- Original message --------",
    "-----Ursprüngliche Nachricht-----",
    "-------- Message d'origine --------",
    "-------- Message d’origine --------",
    "-----Mensaje original-----",
    "-----Mensagem original-----",
    "-----Messaggio originale-----",
    "-----Oorspronkelijk bericht-----",
    "-----Ursprungligt meddelande-----",
    "-----Oprindelig meddelelse-----",
    "-----Opprinnelig melding-----",
    "-----Oryginalna wiadomość-----",
    "-----Původní zpráva-----",
    "-----Исходное сообщение-----",
    "---------- Forwarded message ---------",
    "Begin forwarded message:",
    "----- Forwarded -----",
    "---------- Weitergeleitete Nachricht ----------",
    "Anfang der weitergeleiteten Nachricht:",
    "---------- Message transféré ---------",
    "Début du message réexpédié :",
    "---------- Mensaje reenviado ----------",
    "Inicio del mensaje reenviado:",
    "---------- Mensagem encaminhada ----------",
    "---------- Messaggio inoltrato ---------",
    "Inizio messaggio inoltrato:",
    "---------- Doorgestuurd bericht ----------",
    "Begin doorgestuurd bericht:",
    "##- Please type your reply above this line -##",
    "*** Reply above this line ***",
)


@pytest.mark.parametrize("separator", SEPARATORS)
def test_separators(separator: str) -> None:
    assert new_text(f"{WORDS}\n\n{separator}\n\nHello Mara, here it is.\n") == WORDS


SIGNATURES = {
    "delimiter": "-- \nAda Okafor\nHead of Brand\n+44 20 7946 0000",
    "delimiter without space": "--\nAda Okafor\nClient Ltd",
    "regards": "Best regards,\nAda Okafor",
    "regards title": (
        "Kind regards,\n\nAda Okafor\nHead of Brand | Client Ltd\nT: +44 20 7946 0000\nwww.client.example"
    ),
    "cheers": "Cheers,\nAda",
    "thanks": "Thanks!\nAda",
    "one line": "Best, Ada",
    "slash": "/Ada",
    "dash": "- Ada",
    "de": "Mit freundlichen Grüßen\nAda Okafor",
    "two languages": "Mit freundlichen Grüßen / Kind regards\nAda Okafor\nEinkauf / Purchasing",
    "de short": "VG\nAda",
    "de viele": "Viele Grüße,\nAda",
    "fr": "Cordialement,\nAda Okafor",
    "fr bien": "Bien à vous,\nAda",
    "es": "Un saludo,\nAda Okafor",
    "es cordial": "Saludos cordiales,\nAda",
    "pt": "Atenciosamente,\nAda Okafor",
    "pt abraço": "Abraços,\nAda",
    "it": "Cordiali saluti,\nAda Okafor",
    "nl": "Met vriendelijke groet,\nAda Okafor",
    "nl groetjes": "Groetjes,\nAda",
    "da": "Med venlig hilsen\nAda Okafor",
    "sv": "Med vänliga hälsningar\nAda Okafor",
    "pl": "Pozdrawiam,\nAda",
    "letterhead": "Ada Okafor\nHead of Brand\nada@client.example\n+44 20 7946 0000\nwww.client.example",
    "iphone": "Sent from my iPhone",
    "outlook app": "Get Outlook for iOS<https://aka.example/ios>",
    "de phone": "Von meinem iPhone gesendet",
    "de gmx": "Gesendet mit der GMX Mail App",
    "fr phone": "Envoyé de mon iPhone",
    "es phone": "Enviado desde mi iPhone",
    "pt phone": "Enviado do meu iPhone",
    "it phone": "Inviato da iPhone",
    "nl phone": "Verstuurd vanaf mijn iPhone",
    "sv phone": "Skickat från min iPhone",
    "da phone": "Sendt fra min iPhone",
    "pl phone": "Wysłane z iPhone'a",
    "regards and phone": "Best regards,\nAda\n\nSent from my iPhone",
}


@pytest.mark.parametrize("kind", SIGNATURES)
def test_signatures(kind: str) -> None:
    assert new_text(f"{WORDS}\n\n{SIGNATURES[kind]}\n") == WORDS


DISCLAIMERS = {
    "en": "This email and any attachments are confidential and intended solely for the use of the addressee. "
    "If you are not the intended recipient, please delete it.",
    "heading": (
        "Disclaimer\n\nThe information contained in this communication is confidential and "
        "may be legally privileged."
    ),
    "notice": "CONFIDENTIALITY NOTICE: This message may contain privileged information.",
    "de": (
        "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige "
        "Adressat sind, löschen Sie sie."
    ),
    "fr": "Ce message est confidentiel. Si vous avez reçu ce message par erreur, merci de le détruire.",
    "es": "Este mensaje es confidencial y va dirigido a su destinatario.",
    "pt": "Esta mensagem é confidencial e destinada apenas ao destinatário.",
    "it": "Le informazioni contenute in questo messaggio sono riservate.",
    "nl": "Dit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde.",
    "list": "_______________________________________________\ndesign mailing list\ndesign@lists.example\n"
    "https://lists.example/mailman/listinfo/design",
    "group": "-- \nYou received this message because you are subscribed to the Google Groups "
    '"Design" group.\n'
    "To unsubscribe from this group, send an email to design+unsubscribe@groups.example.",
    "virus": "Virus-free. www.scanner.example",
}


@pytest.mark.parametrize("kind", DISCLAIMERS)
@pytest.mark.parametrize("signature", ["", "Best regards,\nAda\n\n"], ids=["bare", "signed"])
def test_disclaimers_and_list_footers(kind: str, signature: str) -> None:
    assert new_text(f"{WORDS}\n\n{signature}{DISCLAIMERS[kind]}\n") == WORDS


BANNERS = (
    "[EXTERNAL]",
    "*** EXTERNAL EMAIL ***",
    "CAUTION: This email originated from outside of the organization. Do not click links or open attachments "
    "unless you recognize the sender and know the content is safe.",
    "EXTERNAL SENDER: Do not click any links.",
    "You don't often get email from ada@client.example. Learn why this is important",
    "[EXTERNE E-MAIL] Diese E-Mail kommt von außerhalb. Klicken Sie auf keine Links.",
    "Achtung: Diese E-Mail stammt von einem externen Absender.",
    "ATTENTION : Ce message provient d'un expéditeur externe.",
    "ATENCIÓN: Este correo proviene de fuera de la organización.",
    "ATTENZIONE: questa e-mail proviene da un mittente esterno.",
    "LET OP: Deze e-mail is afkomstig van buiten de organisatie.",
)


@pytest.mark.parametrize("banner", BANNERS)
def test_banners_of_mail_gateways(banner: str) -> None:
    assert new_text(f"{banner}\n\n{WORDS}\n") == WORDS


OWN_WORDS = (
    "On Monday you said the logo was done. On Tuesday it was not.",
    "From: the start I said blue.\nTo: be honest I am angry.",
    "From Berlin to Munich:\n\nthe trip was fine.",
    "Sent from my desk, since the phone is dead.",
    "Please change:\n- the header\n- the footer\n\nThanks to the team for trying.",
    "Here is what I wrote:\n\nblue header, white footer, no shadows.",
    "As you wrote:\n\nthat is too late for us.",
    "Best,\n\nthat is what we wanted, and it is not what we got. Send me the files today.",
    "Thanks",
    "Thanks,\nAda",
    "Regards the invoice: I will not pay it.",
    "Thanks for nothing.\nThe site is down again and I lose money.",
    "1. Logo\n----\n2. Colours\n----\nPlease do both.",
    "Quote:\n\n---\n\nI am not going to pay, because this is not what we agreed on in March.",
    "The contract is confidential, so send me the invoice again.",
    "Date: 12 June\nTime: 10:00\nPlace: our office\n\nPlease be there.",
    "Our external sender policy is strict, so use the portal. Do not click links.",
    "> 5 days late, again.",
    "Where is it?\n\nThanks,\nBob\n\nnot happy tho",
    "Where is it?\n\nThanks,\nBob\n\nStill waiting for money",
    "Where is it?\n\nBest,\nBob\n\nPS: I will not pay until it is fixed.",
    "Please put this on the card:\n\nAda Okafor\nada@client.example\n+44 20 7946 0000\nwww.client.example",
    "On 12 June 2025 we sent the brief to mara@studio.example:\n- one page\n- two weeks",
    "On 3 May 2025 I wrote:\n\npay me.\n\nYou did not.",
    "Am 3. Mai 2025 um 10:00 schrieb ich:\n\nbitte zahlen.\n\nNichts geschah.",
    "WARNING\n\nPay me today or I stop the project.",
    "Attention: this message came late because of the outage.\n\nPlease read the sender notes.",
    "Please send:\n- Draft\n- Logo",
    "Please send:\n\n- Logo",
    "I will sue.\n\nIf you have received my last message, you know I am serious.",
    "I will sue.\n\nThis email is confidential between us: refund me or I go to court.",
    "Sent from my iPhone",
    "The message on the site is confidential, why did you publish the attachments?",
    "Regards,\nthe usual mess on page two",
    "12.06.2025, 10:00, please call ada@client.example:\nshe has the files.",
    "If you have received this invoice twice, ignore one of them.\n\nI will pay on Friday.",
    "Hello\n--\nI have two points to make here, and you will not like them at all.\n"
    "The first is that nothing works as we agreed. The second is that I want my money back.",
    "My best regards to your team, but the work is poor.",
    "Cheers for the quick answer, now do it again properly.",
    "On 3 June I asked for a refund.\nYou wrote:\nnothing.",
    "We agreed on 3 May 2025 at 10:00:\nblue header, no shadows.",
)


@pytest.mark.parametrize("words", OWN_WORDS)
def test_the_senders_own_words_are_never_eaten(words: str) -> None:
    assert new_text(words) == words


def test_inline_answers_survive_between_quotes() -> None:
    text = (
        "On 3 Jun 2025, at 09:15, Mara <mara@studio.example> wrote:\n> Is blue fine?\n\nNo, it is awful.\n\n"
        "> And the price?\nToo much.\n\n> Shall I go on?\n>\n> Mara\n\nStop it.\n\n-- \nAda\n"
    )
    assert new_text(text) == "No, it is awful.\n\nToo much.\n\nStop it."


def test_an_answer_below_the_quote_survives() -> None:
    text = (
        "On 3 Jun 2025, at 09:15, Mara <mara@studio.example> wrote:\n\n> Is blue fine?\n\nNo.\n\nAda Okafor"
    )
    assert new_text(text).startswith("No.")


def test_a_short_lower_case_answer_right_below_a_long_quoted_line_survives() -> None:
    quoted = "> Could you tell me whether the second draft of the homepage will be ready by Monday?"
    assert new_text(f"{quoted}\nyes it will\n> Mara") == "yes it will"


def test_the_broken_end_of_a_wrapped_quote_goes_with_it() -> None:
    quoted = "> Could you tell me whether the second draft of the homepage will be ready by the end of"
    assert new_text(f"No.\n\n{quoted}\nnext week\n> Mara") == "No."


def test_an_attribution_glued_to_the_last_line_goes() -> None:
    text = "fine by me On Wed, Apr 4, 2025 at 3:59 PM, mara@studio.example wrote:\n> Hi"
    assert new_text(text) == "fine by me"


def test_two_years_of_history_go_with_the_first_cut() -> None:
    history = "".join(f"{head}\n\nHello,\n\nold words\n\n" for head in HEADS.values())
    assert new_text(f"{WORDS}\n\n{history}") == WORDS


def test_a_message_that_is_all_quote_is_empty() -> None:
    assert new_text("> one\n> two\n") == ""
    assert new_text("") == ""


def test_a_head_at_the_top_is_kept_out_but_its_text_is_kept() -> None:
    assert new_text(f"{HEADS['en']}\n\n{WORDS}") == WORDS


def test_a_forwarded_message_says_nothing_new() -> None:
    raw = f"From: a@client.example\nSubject: Fwd: Header\n\n{HEADS['en']}\n\n{WORDS}".encode()
    assert message_new_text(parse(raw)) == ""


def test_signatures_can_be_kept() -> None:
    text = f"{WORDS}\n\nBest regards,\nAda\n\n{ATTRIBUTIONS['en gmail']}\n> x"
    assert extract(text, keep_signature=True) == f"{WORDS}\n\nBest regards,\nAda"


def test_paragraphs_and_line_breaks_stay_as_written() -> None:
    words = "First line\nsecond line\n\n  - indented\n\n\nlast"
    assert new_text(words) == words


def html_mail(html: str, plain: str | None = None) -> bytes:
    """A message with an HTML part and, where given, its plain twin."""
    parts = [("html", html)] if plain is None else [("plain", plain), ("html", html)]
    body = "".join(f"--b\nContent-Type: text/{kind}; charset=utf-8\n\n{text}\n" for kind, text in parts)
    head = (
        "From: ada@client.example\nSubject: Re: Header\nContent-Type: multipart/alternative; boundary=b\n\n"
    )
    return f"{head}{body}--b--\n".encode()


HTML_QUOTES = {
    "gmail": '<div dir="ltr">NEW</div><br><div class="gmail_quote"><div dir="ltr" '
    'class="gmail_attr">On Tue, 3 Jun 2025 '
    'at 09:15, Ada &lt;<a href="mailto:a@b.example">a@b.example</a>&gt; wrote:<br></div>'
    '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">OLD <div>words</div></blockquote></div>',
    "apple": '<div>NEW</div><div><br><blockquote type="cite"><div>On 3 Jun 2025, at 09:15, Ada '
    "&lt;a@b.example&gt; wrote:"
    "</div><br><div>OLD words</div></blockquote></div>",
    "thunderbird": '<p>NEW</p><div class="moz-cite-prefix">Am 03.06.25 um 09:15 schrieb Ada:<br></div>'
    '<blockquote type="cite" cite="mid:x"><p>OLD words</p></blockquote>',
    "outlook web": '<div>NEW</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%">'
    '<div id="divRplyFwdMsg" dir="ltr"><font><b>From:</b> Ada '
    "&lt;a@b.example&gt;<br><b>Sent:</b> Tuesday<br><b>To:</b> "
    "Mara<br><b>Subject:</b> Header</font></div><div><p>OLD words</p></div>",
    "outlook other": '<div>NEW</div><div id="divRplyFwdMsg" dir="ltr"><b>Zzz:</b> Ada<br><b>Yyy:</b> '
    "x</div>"
    "<div><p>OLD words</p></div>",
    "outlook desktop": '<p class=MsoNormal>NEW<o:p></o:p></p><div style="border:none;border-top:solid '
    '#E1E1E1 1.0pt">'
    "<p class=MsoNormal><b>From:</b> Ada &lt;a@b.example&gt; <br><b>Sent:</b> Tuesday, June 3,"
    " 2025<br><b>To:</b> Mara<br>"
    "<b>Subject:</b> Header<o:p></o:p></p></div><p class=MsoNormal>OLD words</p>",
    "yahoo": (
        '<div>NEW</div><div id="yahoo_quoted_1" class="yahoo_quoted"><div>On Tuesday Ada '
        "wrote:</div>OLD words</div>"
    ),
    "proton": '<div>NEW</div><div class="protonmail_quote">On Tuesday, Ada wrote:<br><blockquote '
    'class="protonmail_quote">'
    "OLD words</blockquote></div>",
    "plain blockquote": "<p>NEW</p><blockquote>OLD words</blockquote>",
    "gmail forward": '<div>NEW</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded '
    "message ---------"
    "<br>From: Ada</div>OLD words</div>",
}


@pytest.mark.parametrize("program", HTML_QUOTES)
def test_quote_containers_of_mail_programs(program: str) -> None:
    assert message_new_text(parse(html_mail(HTML_QUOTES[program]))) == "NEW"


def test_answers_between_html_quotes_survive() -> None:
    html = (
        '<div class="gmail_quote"><div class="gmail_attr">On Tue, 3 Jun 2025 at 09:15, Mara wrote:</div>'
        '<blockquote class="gmail_quote">Is blue fine?</blockquote><div>No, it is awful.</div>'
        '<blockquote class="gmail_quote">And the price?</blockquote><div>Too much.</div></div>'
    )
    assert message_new_text(parse(html_mail(html))) == "No, it is awful.\n\nToo much."


def test_text_that_a_writer_indented_is_their_own() -> None:
    html = (
        '<p>Please:</p><blockquote style="margin:0 0 0 40px;border:none;padding:0px">redo '
        "the header</blockquote>"
    )
    assert message_new_text(parse(html_mail(html))).split() == ["Please:", "redo", "the", "header"]


def test_the_markup_shows_the_quote_where_the_plain_part_lost_its_marks() -> None:
    plain = "No, redo it.\n\nHere is the header.\n\nMara"
    html = "<p>No, redo it.</p><blockquote>Here is the header.<br><br>Mara</blockquote>"
    assert message_new_text(parse(html_mail(html, plain))) == "No, redo it."
