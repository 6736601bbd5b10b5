"""The article in a dump of everything a page held: in every script, with its facts, each line kept or told."""

from __future__ import annotations

import re

import pytest

from annotator.intake import CleanDocument, read_source
from annotator.intake.text_pages import looks_scraped
from tests.intake.pages import PARAGRAPHS, body_of

MENU = ["Home", "Town", "County", "Sea", "Weather", "Search", "Log in", "Subscribe"]
FOOT = ["Latest", "Lantern parade moves to the park", "Eel prices fall again", "About us", "Privacy", "Cookie settings"]


def dump(*lines: str) -> CleanDocument:
    (document,) = read_source("page.txt", "\n".join(lines).encode())
    assert document.format == "scrape"
    return document


def test_a_dump_without_an_address_gives_title_author_day_and_paragraphs() -> None:
    document = dump(
        "Eelmouth dredges its channel | Eelmouth Courier",
        *MENU,
        "Eelmouth dredges its channel",
        "By",
        "Ann Orrel",
        "5 March 2024, 8:00",
        "Share",
        "Photo: the channel at low tide",
        "The harbour board of",
        "Eelmouth",
        "voted on Tuesday to dredge the inner channel before the winter storms arrive.",
        *PARAGRAPHS[1:],
        *FOOT,
        "© 2024 Eelmouth Courier",
    )
    assert document.text == "Eelmouth dredges its channel\n\n" + "\n\n".join(PARAGRAPHS)
    meta = document.meta
    assert (meta.title, meta.author, meta.published) == ("Eelmouth dredges its channel", "Ann Orrel", "2024-03-05")
    assert meta.publisher == "Eelmouth Courier"


@pytest.mark.parametrize(
    ("title", "day", "menu", "story", "foot"),
    [
        (
            "Гавань углубят до зимы",
            "5 марта 2024",
            ["Главная", "Поиск", "Войти", "Город", "Море", "Спорт", "Погода"],
            ["Совет порта решил во вторник углубить внутренний канал на два метра до зимних бурь.",
             "«Мы ждали этого девять лет», — сказала председатель совета после долгого заседания.",
             "Рыбаки остались недовольны, и их союз обжалует это решение в областном суде."],
            ["Контакты", "Реклама", "Все права защищены"],
        ),
        (
            "Der Hafen wird ausgebaggert",
            "5. März 2024",
            ["Startseite", "Anmelden", "Suche", "Stadt", "Kreis", "Meer", "Wetter"],
            ["Der Hafenrat von Aalmünde beschloss am Dienstag, die Fahrrinne um zwei Meter zu vertiefen.",
             "„Darauf haben wir neun Jahre gewartet“, sagte die Vorsitzende nach der langen Sitzung.",
             "Die Fischer am Kai waren weniger froh und wollen vor dem Landgericht dagegen klagen."],
            ["Impressum", "Datenschutz", "Kontakt"],
        ),
        (
            "تعميق ميناء المدينة قبل الشتاء",
            "٥ مارس ٢٠٢٤",
            ["الرئيسية", "بحث", "المدينة", "البحر", "الطقس", "الرياضة", "مقالات"],
            ["قرر مجلس الميناء يوم الثلاثاء تعميق القناة الداخلية بمقدار مترين قبل وصول عواصف الشتاء.",
             "وقالت رئيسة المجلس بعد الاجتماع الطويل: لقد انتظرنا هذا القرار تسع سنوات كاملة.",
             "ولم يكن الصيادون راضين عن القرار، وسوف يرفع اتحادهم الأمر إلى المحكمة."],
            ["اتصل بنا", "© ٢٠٢٤"],
        ),
        (
            "港の浚渫が決まる、冬の前に",
            "2024年3月5日",
            ["ホーム", "検索", "ログイン", "町", "海", "天気", "スポーツ"],
            ["港の委員会は火曜日、冬の嵐が来る前に内港の水路を二メートル深くすることを決めた。",
             "「九年も待っていました」と委員長は古い税関の建物で語った。",
             "漁師たちの組合は、この決定を裁判所に持ち込むと発表した。"],
            ["お問い合わせ", "© 新聞社"],
        ),
        (
            "ท่าเรือจะถูกขุดลอกก่อนฤดูหนาว",
            "5 มีนาคม 2567",
            ["หน้าแรก", "ค้นหา", "เมือง", "ทะเล", "อากาศ", "กีฬา", "บทความ", "Facebook"],
            ["คณะกรรมการท่าเรือลงมติเมื่อวันอังคารให้ขุดลอกร่องน้ำด้านในให้ลึกขึ้นสองเมตรก่อนพายุฤดูหนาวจะมาถึง",
             "ประธานคณะกรรมการกล่าวหลังการประชุมอันยาวนานว่า เราได้รอคอยสิ่งนี้มานานถึงเก้าปีเต็มแล้ว",
             "ชาวประมงที่ท่าเรือไม่พอใจ และสหภาพของพวกเขาจะนำเรื่องนี้ขึ้นสู่ศาลประจำจังหวัดต่อไป"],
            ["© หนังสือพิมพ์"],
        ),
    ],
)  # fmt: skip
def test_every_script_is_read(title: str, day: str, menu: list[str], story: list[str], foot: list[str]) -> None:
    document = dump(f"{title} | Курьер", *menu, title, day, *story, *foot)
    assert body_of(document).split("\n\n") == story
    assert (document.meta.title, document.meta.published) == (title, "2024-03-05")
    with_address = dump("https://courier.example/1", f"{title} | Курьер", *menu, title, day, *story, *foot)
    assert body_of(with_address) == body_of(document)
    assert with_address.meta.url == "https://courier.example/1"


def test_what_stands_among_the_paragraphs_but_is_none_of_them_is_left_out() -> None:
    document = dump(
        "Eelmouth dredges its channel",
        *MENU,
        "Eelmouth dredges its channel",
        *PARAGRAPHS[:2],
        "Related Stories",
        "Lantern parade moves to the park",
        "Ferry stops after nine",
        PARAGRAPHS[2],
        "Advertisement",
        "The count",
        PARAGRAPHS[3],
        "Related: the price of eels",
        PARAGRAPHS[0].replace("Tuesday", "Friday"),
        "12 comments",
        *(
            x
            for n in range(9)
            for x in (f"Reader {n}", f"I do not believe one word of this, nor did my {n} cousins.", "Reply")
        ),
        *FOOT,
    )
    body = body_of(document)
    assert all(p in body for p in PARAGRAPHS)
    for gone in ("Lantern", "Ferry stops", "Advertisement", "price of eels", "cousins", "Reply", "Home"):
        assert gone not in body


def test_numbered_lists_belong_to_the_article() -> None:
    items = [f"{n}) The {w} of the harbour board" for n, w in enumerate(("boat", "crane", "shed", "quay"), start=1)]
    document = dump("A list of things", *MENU, "A list of things for sale at the quay", *PARAGRAPHS, *items, *FOOT)
    assert all(item in document.text for item in items)


def test_every_line_of_a_dump_is_kept_or_told() -> None:
    lines = ["Eelmouth dredges its channel", *MENU, "Eelmouth dredges its channel", *PARAGRAPHS, *FOOT]
    document = dump(*lines)
    told = {s.piece for s in document.steps if s.action == "removed"}
    for line in lines:
        assert line in told or line in document.text
    for step in document.steps:
        assert document.raw_text[step.start : step.end].strip() == step.piece or step.action == "joined"


def test_a_dump_can_be_taken_whole() -> None:
    lines = ["Eelmouth dredges its channel", *MENU, *PARAGRAPHS, *FOOT]
    (document,) = read_source("page.txt", "\n".join(lines).encode(), take="whole")
    assert [line for line in lines if line not in document.text] == []


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(PARAGRAPHS),
        "\n".join(PARAGRAPHS),
        "The count\n\n" + "\n\n".join(PARAGRAPHS) + "\n\nRead more: what a channel costs\nShare this article",
        "\n".join(f"Line {n} of a poem\nthat has no end" for n in range(20)),
        "Q: Why?\n" + "\n".join(f"A: {p}" for p in PARAGRAPHS),
        "\n".join(f"- Name {n}" for n in range(30)) + "\n" + "\n".join(PARAGRAPHS),
    ],
)
def test_an_article_by_itself_is_no_dump(text: str) -> None:
    assert not looks_scraped(text)


def test_little_of_a_dump_is_told() -> None:
    far = [
        x
        for n in range(30)
        for x in (f"Town {n}", f"Something happened in town {n}, and everybody was there to see.", "Open")
    ]
    document = dump("Eelmouth", *MENU, *PARAGRAPHS[:2], *(["Share"] * 20), *far, *FOOT)
    assert re.search("little", " ".join(p.kind for p in document.problems))
