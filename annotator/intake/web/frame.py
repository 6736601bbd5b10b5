"""What the frame of a page calls itself: tags, names of boxes, and the lines that begin something else."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from annotator.domain.words import say
from annotator.intake.web.tree import CONTROLS, HEADINGS, UNSEEN, Block, Box, listed

_FRAME_TAGS = frozenset(["nav", "aside", "footer", "menu", "figcaption", "figure"])
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_COMMENT_WORDS = frozenset(["comment", "comments", "commentlist", "disqus", "replies", "respond"])
_FRAME_WORDS = _COMMENT_WORDS | frozenset(
    listed(
        "nav navbar navigation menu submenu share shares social socials sociable cookie cookies consent gdpr "
        "related recommend recommended recommendation recommendations sidebar footer newsletter newsletters "
        "subscribe subscription signup promo promos promotion advert advertisement advertising ad ads adslot "
        "sponsor sponsored sponsors breadcrumb breadcrumbs banner popup modal overlay tooltip widget widgets "
        "trending popular outbrain taboola byline bylines dateline timestamp caption captions credit credits "
        "tags tag tagcloud toolbar pagination pager paging print rss login register topbar masthead teaser "
        "teasers upsell paywall hidden offscreen skip copyright legal disclaimer rail infobox slideshow "
        "gallery carousel poll quiz ratings rating author bio"
    )
)
"""Words in a box's class or id, as pages in every language use them. A name alone never takes an article away:
`frame_weight` says how much more prose than the rest of the page a box must hold to be taken all the same."""

_HEADING_LENGTH = 60
_STOP = re.compile(
    r"^(related\b|more (from|on|in|about|stories|news)\b|read (more|next|also|this)\b|recommended\b|"
    r"you (may|might) (also )?(like|be interested)|also on\b|see also\b|most (read|popular|viewed|shared)|"
    r"popular\b|trending\b|latest\b|top (rated )?comments|"
    r"\d*\s*(comments?|responses?|replies|kommentare?|commentaires?|comentarios|comentários|commenti|комментари\w+|reacties)\b"
    r"(\s*\(?\d*\)?)?$|leave a (comment|reply)|join the (conversation|discussion)|about the author|share this|"
    r"lesen sie (auch|mehr)|mehr (zum thema|aus|von)|das könnte sie|auch interessant|meistgelesen|"
    r"(à|a) lire (aussi|également)|sur le même (sujet|thème)|articles? (liés|associés)|lire aussi|voir aussi|"
    r"(lea|lee|leer|mira|ver) (también|más)|(noticias|artículos|notas) relacionad|te puede interesar|"
    r"(leia|veja) (também|mais)|(notícias|posts|artigos) relacionad|leggi anche|articoli correlati|"
    r"potrebbe interessarti|lees ook|читайте также|по теме|похожие|czytaj (też|także|również)|"
    r"関連|相关|相關|관련|اقرأ أيضا)",
    re.I,
)
_COMMENTS = re.compile(
    r"comment|kommentar|comentário|comentario|комментари|reacties|repl(y|ies)|responses|conversation|discussion", re.I
)


@lru_cache(maxsize=8192)
def words_of_marks(marks: str) -> frozenset[str]:
    """The words of a class or id, parted at hyphens and capitals."""
    return frozenset(w.lower() for w in _WORD.findall(marks)) if marks else frozenset()


def frame_reason(box: Box) -> str:
    """Why a box looks like a part of the frame by its tag or its name; empty where it does not."""
    if box.hidden:
        return say("hidden on the page")
    if box.tag in UNSEEN:
        return say("for browsers that show less, not seen on the page")
    if box.tag in CONTROLS:
        return say("a button, a field or a player")
    if box.tag in ("figcaption", "figure"):
        return say("a caption")
    if box.tag in _FRAME_TAGS:
        return say("a part of the page's frame")
    return _named(box.marks) if box.marks else ""


@lru_cache(maxsize=8192)
def _named(marks: str) -> str:
    """Why a box with this class and id looks like frame."""
    found = words_of_marks(marks) & _FRAME_WORDS
    if not found:
        return ""
    if found & _COMMENT_WORDS:
        return say("readers' comments")
    if found & {"caption", "captions", "credit", "credits"}:
        return say("a caption")
    if found & {"byline", "bylines", "author", "bio"}:
        return say("about the author, not the article")
    return say("a box that the page calls “{word}”", word=min(found))


def frame_weight(box: Box) -> float:
    """How many times more prose than the rest of the page a box of the frame must hold to be the article."""
    if box.tag in CONTROLS:
        return float("inf")
    if words_of_marks(box.marks) & _COMMENT_WORDS:
        return 30.0
    if box.tag in UNSEEN:
        return 8.0
    if box.hidden or box.tag in ("aside", "nav", "footer"):
        return 4.0
    return 1.0


def begins_another(block: Block) -> Literal["", "comments", "more"]:
    """Whether a short line says that comments or other articles begin."""
    if len(block.text) >= _HEADING_LENGTH or block.prose or not _STOP.match(block.text):
        return ""
    if block.tag not in HEADINGS and block.link * 2 > len(block.text):
        return ""
    return "comments" if _COMMENTS.search(block.text) else "more"
