"""What mail programs and providers call the folders for drafts and for sent mail, by language.

Used only where the server does not say itself which folder is which (RFC 6154). Compared after ``folded``.
"""

from __future__ import annotations

import unicodedata

DRAFTS = {
    "en": "Drafts, Draft, Draft messages",
    "de": "Entwürfe, Entwurf, Entwuerfe",
    "fr": "Brouillons, Brouillon",
    "es": "Borradores, Borrador",
    "it": "Bozze, Bozza",
    "pt": "Rascunhos, Rascunho",
    "nl": "Concepten, Concept, Kladjes",
    "sv no": "Utkast, Kladd",
    "da": "Kladder, Kladde, Udkast",
    "fi": "Luonnokset, Luonnos",
    "is": "Drög",
    "pl": "Szkice, Wersje robocze, Kopie robocze, Robocze",
    "cs sk": "Koncepty, Rozepsané, Rozpísané",
    "hu": "Piszkozatok, Vázlatok",
    "ro": "Ciorne, Schițe",
    "hr sl sr": "Skice, Nacrti, Osnutki",
    "et lv lt": "Mustandid, Melnraksti, Juodraščiai",
    "ca": "Esborranys",
    "ru": "Черновики",
    "uk": "Чернетки",
    "bg": "Чернови",
    "el": "Πρόχειρα",
    "tr": "Taslaklar",
    "ja": "下書き, ドラフト",
    "zh": "草稿, 草稿箱, 草稿夹, 草稿匣",
    "ko": "임시보관함, 임시 보관함, 초안",
    "vi": "Thư nháp, Bản nháp, Nháp",
    "id": "Draf, Konsep",
    "he": "טיוטות",
    "ar": "مسودات, المسودات",
}

SENT = {
    "en": "Sent, Sent Items, Sent Mail, Sent Messages, Sent-Mail, Sent Objects",
    "de": "Gesendet, Gesendete Elemente, Gesendete Objekte, Gesendete Nachrichten, Gesendete E-Mails",
    "fr": "Envoyés, Envoyé, Éléments envoyés, Messages envoyés, Courrier envoyé, Objets envoyés",
    "es": "Enviados, Elementos enviados, Mensajes enviados, Correo enviado",
    "it": "Inviati, Inviata, Posta inviata, Elementi inviati, Messaggi inviati",
    "pt": "Enviados, Enviadas, Itens enviados, Mensagens enviadas, Correio enviado, E-mails enviados",
    "nl": "Verzonden, Verzonden items, Verzonden berichten, Verstuurd",
    "sv": "Skickat, Skickade, Skickade objekt, Skickade meddelanden",
    "no": "Sendt, Sendte, Sendte elementer, Sendte meldinger, Sendt e-post",
    "da": "Sendt post, Sendte beskeder, Sendte mails",
    "fi": "Lähetetyt, Lähetetyt viestit, Lähetetyt kohteet",
    "is": "Sent, Sendir hlutir",
    "pl": "Wysłane, Elementy wysłane, Wiadomości wysłane",
    "cs sk": "Odeslané, Odeslaná pošta, Odeslané zprávy, Odoslané, Odoslaná pošta, Odoslané správy",
    "hu": "Elküldött, Elküldött elemek, Elküldött üzenetek",
    "ro": "Trimise, Elemente trimise, Mesaje trimise",
    "hr sl sr": "Poslano, Poslane stavke, Poslane poruke, Poslana pošta",
    "et lv lt": "Saadetud, Nosūtītie, Išsiųsti",
    "ca": "Enviats, Correu enviat",
    "ru": "Отправленные, Отправленные элементы, Отправленная почта",
    "uk": "Надіслані, Відправлені, Надіслані елементи",
    "bg": "Изпратени",
    "el": "Απεσταλμένα, Σταλμένα",
    "tr": "Gönderilenler, Gönderilmiş, Gönderilmiş Öğeler, Gönderilmiş Postalar",
    "ja": "送信済み, 送信済みアイテム, 送信済みメール, 送信済みトレイ",
    "zh": "已发送, 已发送邮件, 已发邮件, 已傳送, 已傳送的郵件, 寄件備份, 寄件備份匣",
    "ko": "보낸편지함, 보낸 편지함, 보낸메일함, 보낸 메일함",
    "vi": "Thư đã gửi, Đã gửi",
    "id": "Terkirim, Item Terkirim",
    "he": "נשלח, פריטים שנשלחו, דואר שנשלח",
    "ar": "المرسلة, العناصر المرسلة, البريد المرسل, الرسائل المرسلة",
}


def folded(name: str) -> str:
    """A folder name without differences of case, width and composition: macOS writes ``ü`` as two signs."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


def ranks(names: dict[str, str]) -> dict[str, int]:
    """Each folded name with its place in the list, the commonest first."""
    every = (name for line in names.values() for name in line.split(", "))
    return {name: place for place, name in reversed(list(enumerate(map(folded, every))))}
