"""What one sent mail tells of its writer: line by line, and never more than a habit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.clients import voice_words
from triage.clients.recipient import called, recipient_of
from triage.clients.voice import Sample
from triage.clients.voice_reading import Letter, fingerprint, sample_of
from triage.mail.message import Address

NORA = Address("Nora Hill", "nora@harbourbakery.example")
WEISS = Address("Peter Weiss", "p.weiss@weissundsohn.example")
BODY = {
    "en": "the new page is online and the list is attached.",
    "de": "die neue Seite ist online und die Liste liegt bei.",
    "fr": "la nouvelle page est en ligne et la liste est jointe.",
    "es": "la nueva página está en línea y la lista va adjunta.",
    "pt": "a nova página está online e a lista segue em anexo.",
    "it": "la nuova pagina è online e la lista è allegata.",
    "nl": "de nieuwe pagina staat online en de lijst is bijgevoegd.",
}


def letter(text: str, **changes: Any) -> Letter:
    """A mail of Mara's to Nora in English, or what is said otherwise."""
    usual: dict[str, Any] = {
        "key": "<one@studio.example>",
        "day": date(2026, 3, 9),
        "to": (NORA,),
        "language": "en",
        "text": text,
        "signed": text,
        "own_name": "Mara Lindqvist",
    }
    return Letter(**{**usual, **changes})


def sample(text: str, **changes: Any) -> Sample:
    """What such a mail tells."""
    found = sample_of(letter(text, **changes))
    assert found is not None
    return found


def opened(line: str, language: str = "en", to: Address = NORA) -> tuple[str, str, str]:
    """Greeting, mark and name of a mail with this first line."""
    found = sample(f"{line}\n\n{BODY[language]}", language=language, to=(to,))
    return found.greeting, found.mark, found.name


@pytest.mark.parametrize(
    ("line", "language", "to", "greeting", "mark", "name"),
    [
        ("Hi Nora,", "en", NORA, "Hi {name}", ",", "{first}"),
        ("hi nora", "en", NORA, "Hi {name}", "", "{first}"),
        ("Hi again Nora,", "en", NORA, "Hi {name}", ",", "{first}"),
        ("Hi there,", "en", NORA, "Hi {name}", ",", ""),
        ("Hello,", "en", NORA, "Hello {name}", ",", ""),
        ("Hi Nora –", "en", NORA, "Hi {name}", "", "{first}"),
        ("Hi, Nora,", "en", NORA, "Hi, {name}", ",", "{first}"),
        ("Dear Ms Hill,", "en", NORA, "Dear {name}", ",", "Ms {last}"),
        ("Dear Nora Hill,", "en", NORA, "Dear {name}", ",", "{full}"),
        ("Dear Dr. Weiss,", "en", WEISS, "Dear {name}", ",", "Dr. {last}"),
        ("Hi Pete,", "en", WEISS, "Hi {name}", ",", "{first}"),
        ("Hi Don,", "en", Address("Don Marsh", "don@marsh.example"), "Hi {name}", ",", "{first}"),
        ("Hallo Peter,", "de", WEISS, "Hallo {name}", ",", "{first}"),
        ("Hallo Peter!", "de", WEISS, "Hallo {name}", "", "{first}"),
        ("Liebe Nora,", "de", NORA, "Liebe {name}", ",", "{first}"),
        ("Sehr geehrter Herr Weiß,", "de", WEISS, "Sehr geehrter {name}", ",", "Herr {last}"),
        ("Guten Tag Herr Dr. Weiss,", "de", WEISS, "Guten Tag {name}", ",", "Herr Dr. {last}"),
        ("GRÜEZI HERR WEISS", "de", WEISS, "Grüezi {name}", "", "Herr {last}"),
        ("Grüss Gott Herr Weiss,", "de", WEISS, "Grüss Gott {name}", ",", "Herr {last}"),
        ("Moin Nora,", "de", NORA, "Moin {name}", ",", "{first}"),
        ("Bonjour Madame Hill,", "fr", NORA, "Bonjour {name}", ",", "Madame {last}"),
        ("Chère Nora,", "fr", NORA, "Chère {name}", ",", "{first}"),
        ("Salut Nora !", "fr", NORA, "Salut {name}", "", "{first}"),
        ("Hola, Nora:", "es", NORA, "Hola, {name}", ":", "{first}"),
        ("Estimado Sr. Weiss:", "es", WEISS, "Estimado {name}", ":", "Sr. {last}"),
        ("Olá Nora,", "pt", NORA, "Olá {name}", ",", "{first}"),
        ("Gentile Signora Hill,", "it", NORA, "Gentile {name}", ",", "Signora {last}"),
        ("Beste Nora,", "nl", NORA, "Beste {name}", ",", "{first}"),
        ("Hi Anneke,", "en", Address("", "anneke.dewit@wit.example"), "Hi {name}", ",", "{first}"),
        ("Hi Nora,", "en", Address("", "info@harbourbakery.example"), "Hi {name}", ",", "{first}"),
        (
            "Hi Nora,",
            "en",
            Address("Harbour Bakery", "info@harbourbakery.example"),
            "Hi {name}",
            ",",
            "{first}",
        ),
        (
            "Dear Ms de Wit,",
            "en",
            Address("Wit, Anneke de", "a@wit.example"),
            "Dear {name}",
            ",",
            "Ms {last}",
        ),
    ],
)
def test_a_greeting_is_kept_without_the_name(
    line: str, language: str, to: Address, greeting: str, mark: str, name: str
) -> None:
    assert opened(line, language, to) == (greeting, mark, name)


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("Hi Batman,", "en"),
        ("Hi Peter,", "en"),
        ("Hi Nora and Peter,", "en"),
        ("Hi both,", "en"),
        ("Dear all,", "en"),
        ("Dear Sir or Madam,", "en"),
        ("Hi Nora 😀,", "en"),
        ("Ahoy Captain,", "en"),
        ("You old fool Nora,", "en"),
        ("Dear most wonderful Nora Hill of Hills,", "en"),
        ("Good morning Nora,", "en"),
        ("Happy Friday Nora,", "en"),
        ("Hi just wanted to say that the page is online,", "en"),
        ("Hallo zusammen,", "de"),
        ("Sehr geehrte Damen und Herren,", "de"),
        ("Guten Morgen Nora,", "de"),
        ("Du Nase,", "de"),
        ("Bonjour à tous,", "fr"),
        ("Buenos días, Nora:", "es"),
        ("Bom dia, Nora,", "pt"),
        ("Thanks Nora,", "en"),
    ],
)
def test_what_no_draft_should_say_is_not_learnt(line: str, language: str) -> None:
    assert opened(line, language)[0] == ""


def test_a_greeting_may_stand_on_the_line_of_the_first_sentence() -> None:
    found = sample("Hi Nora, the page is online and the list is attached.")
    assert (found.greeting, found.words) == ("Hi {name}", 9)


def test_words_are_counted_without_the_greeting_even_a_refused_one() -> None:
    lengths = {line: sample(f"{line}\n{BODY['en']}").words for line in ("Hi Nora,", "Good morning Nora,", "")}
    assert set(lengths.values()) == {10}


@pytest.mark.parametrize(
    ("end", "language", "kept"),
    [
        ("Cheers,\nMara", "en", "Cheers"),
        ("best regards\n\nMara Lindqvist", "en", "Best regards"),
        ("All the best, Mara", "en", "All the best"),
        ("Thanks again,\nM.", "en", "Thanks again"),
        ("Kind regards\n-- \nMara Lindqvist\nStudio\n+49 30 1234567", "en", "Kind regards"),
        ("LG Mara", "de", "LG"),
        ("Viele Grüße!\nMara", "de", "Viele Grüße"),
        ("Freundliche Grüsse\nMara Lindqvist", "de", "Freundliche Grüsse"),
        ("Vielen Dank und beste Grüße,\nMara", "de", "Vielen Dank und beste Grüße"),
        ("Bien à vous,\nMara Lindqvist", "fr", "Bien à vous"),
        ("Un saludo,\nMara", "es", "Un saludo"),
        ("Com os melhores cumprimentos,\nMara", "pt", "Com os melhores cumprimentos"),
        ("Best,\nMara", "de", "Best"),
        ("Cheers", "en", "Cheers"),
        ("Mara", "en", ""),
        ("Stay weird,\nMara", "en", ""),
        ("Love and kisses,\nMara", "en", ""),
        ("See you Monday,\nMara", "en", ""),
        ("Best regards from sunny Lisbon,\nMara", "en", ""),
        ("Cheers 🍻\nMara", "en", ""),
        ("Best regards,\nSusan", "en", ""),
        ("Mit freundlichen Grüßen\ni.A. Herr Schmidt", "de", ""),
    ],
)
def test_the_sign_off_is_what_stands_above_the_own_name(end: str, language: str, kept: str) -> None:
    text = f"{BODY[language]}\n\n{end}"
    assert sample(text, language=language).sign_off == kept


@pytest.mark.parametrize(
    ("text", "language", "form"),
    [
        ("Können Sie mir Ihre Nummer geben, dann rufe ich Sie an.", "de", "formal"),
        ("Kannst du mir deine Nummer geben, dann rufe ich dich an.", "de", "familiar"),
        ("Sie ist schon gekommen. Sie war pünktlich. Ihr Bus fuhr früh.", "de", None),
        ("Pouvez-vous me donner votre numéro, je vous appelle.", "fr", "formal"),
        ("Tu peux me donner ton numéro, je t'appelle.", "fr", "familiar"),
        ("Le rendez-vous est pris pour jeudi matin à neuf heures.", "fr", None),
        ("Le adjunto la factura y quedo a la espera de usted.", "es", "formal"),
        ("¿Puedes darme tu número? Te llamo mañana.", "es", "familiar"),
        ("Envio ao senhor a fatura de março e fico ao dispor.", "pt", "formal"),
        ("Você pode me dar o número? Te ligo amanhã.", "pt", "familiar"),
        ("Le invio, come chiesto da Lei, la fattura di marzo.", "it", "formal"),
        ("Ik stuur u de factuur, uw logo staat erop.", "nl", "formal"),
        ("Ik stuur je de factuur, jouw logo staat erop.", "nl", "familiar"),
        ("I will send you the bill and your logo tomorrow.", "en", None),
    ],
)
def test_the_form_of_address_by_the_pronouns(text: str, language: str, form: str | None) -> None:
    assert sample(text, language=language).form == form


@pytest.mark.parametrize(
    ("line", "language", "form"),
    [
        ("Dear Ms Hill,", "en", "formal"),
        ("Hi Nora,", "en", "familiar"),
        ("Hello,", "en", None),
        ("Hallo Frau Hill,", "de", "formal"),
        ("Hallo Nora,", "de", None),
    ],
)
def test_the_form_of_address_by_the_greeting_where_there_are_no_pronouns(
    line: str, language: str, form: str | None
) -> None:
    assert sample(f"{line}\n{BODY[language]}", language=language).form == form


def test_contractions_and_what_could_have_been_one_are_counted_in_english_alone() -> None:
    text = "I'll send it, it’s done and I don't mind. It is late, I cannot say why, and we will see."
    assert (sample(text).short, sample(text).full) == (3, 3)
    assert (sample(text, language="de").short, sample(text, language="de").full) == (0, 0)


@pytest.mark.parametrize("text", ["", "Ok!", "Danke, passt.", "Hi Nora,\n\nThanks!\n"])
def test_a_nod_from_a_phone_teaches_nothing(text: str) -> None:
    assert sample_of(letter(text)) is None


def test_a_mail_to_several_belongs_to_none_of_them() -> None:
    found = sample(f"Hi Nora,\n{BODY['en']}", to=(NORA, WEISS))
    assert (found.address, found.greeting) == ("", "Hi {name}")


def test_an_equal_text_is_known_by_its_fingerprint_whatever_its_breaks_and_figures() -> None:
    assert fingerprint("Please find\ninvoice 12 attached.") == fingerprint("please find invoice 13 attached")
    assert fingerprint("Please find it attached.") != fingerprint("Please find them attached.")


def test_names_are_said_as_they_were() -> None:
    wit = Address("Anneke de Wit", "a@wit.example")
    assert called("Frau {last}", wit) == "Frau de Wit"
    assert called("{first}", Address("Wit, Anneke", "a@wit.example")) == "Anneke"
    assert called("{last}", Address("Anneke", "a@wit.example")) == ""
    assert called("{first}", Address("Wit Studio GmbH", "a@wit.example")) == ""
    assert called("", wit) == ""
    assert recipient_of(Address("", "a.de-wit@wit.example")).parts == ("de", "wit")


languages = st.sampled_from([*BODY, "pl", ""])
names = st.text(max_size=30)
lines = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        ["Hi Nora,", "Hallo", "Liebe {name} {", "Cheers,", "Mara", "-- ", "I'll be there", "Sie"]
    ),
)


@given(st.lists(lines, max_size=12), languages, names, names, names)
def test_any_text_is_read_and_none_of_it_kept(
    written: list[str], language: str, to: str, local: str, own: str
) -> None:
    text = "\n".join(written)
    found = sample_of(letter(text, language=language, to=(Address(to, f"{local}@x.example"),), own_name=own))
    if found is None:
        return
    head = found.greeting.removesuffix(" {name}").rstrip(",")
    assert head == "" or voice_words.greeting_head(head, language) == (head, len(head))
    assert found.sign_off == "" or voice_words.sign_off(found.sign_off, language) == found.sign_off
    assert len(found.greeting) <= 40
    assert len(found.sign_off.split()) <= voice_words.MOST_WORDS
    assert len(found.name) <= 60
    assert found.words <= 2000
