"""Lines that a page's frame is made of, in the languages of many pages: menus, buttons, rights, what begins else."""

from __future__ import annotations

import re
from typing import Literal

LineRole = Literal["", "frame", "rights", "comments", "more", "inline"]

_SHORT = 60
_FRAME = re.compile(
    r"^(?:home(?:page)?|menu|search|log ?in|log ?out|sign (?:in|up|out)|register|share\b.{0,30}|tweet|facebook|twitter|"
    r"whatsapp|linkedin|pinterest|reddit|flipboard|instagram|youtube|email(?: this)?.{0,20}|print|subscribe.{0,40}|"
    r"newsletters?|.*\bnewsletter\b.{0,40}|privacy.{0,30}|terms.{0,30}|cookies?.{0,40}|contact(?: us)?|about(?: us)?|"
    r"advertis\w*.{0,20}|careers|jobs|help|faq|sitemap|click to (?:share|email|print).{0,60}|skip to .{0,30}|"
    r"follow us.{0,30}|more|view all|see all|load more|show more|read more|back to top|next|previous|close|videos?|"
    r"photos|podcasts?|weather|sports?|business|entertainment|opinion|world|"
    r"impressum|datenschutz.{0,20}|kontakt|anmelden|suche|startseite|agb|werbung|anzeige|abo\w*|teilen|drucken|"
    r"accueil|connexion|rechercher|partager|mentions légales|contacto|inicio|buscar|compartir|"
    r"suscr\w+.{0,20}|publicidad|"
    r"início|entrar|compartilh\w+|publicidade|cerca|accedi|condividi|contatti|pubblicità|"
    r"главная|поиск|войти|контакты|реклама|поделиться|подписаться.{0,30}|strona główna|szukaj|zaloguj.{0,10}|"
    r"الرئيسية|بحث|اتصل بنا|ホーム|検索|ログイン|メニュー|お問い合わせ|シェア|"
    r"首页|搜索|登录|分享|广告|หน้าแรก|ค้นหา|홈|검색|로그인)$",
    re.I,
)
_RIGHTS = re.compile(
    r"^(?:©|\(c\) ?\d{4}|copyright)|all rights reserved|alle rechte vorbehalten|tous droits réservés|"
    r"todos los derechos|todos os direitos|tutti i diritti|все права защищены|wszelkie prawa|版权所有|無断転載",
    re.I,
)
_MORE = re.compile(
    r"^(?:related\b|more (?:from|on|in|about|stories|news)\b|read (?:more|next|also|this)\b|recommended\b|"
    r"you (?:may|might) (?:also )?(?:like|be interested)|also on\b|see also\b|most (?:read|popular|viewed|shared)|"
    r"popular\b|trending\b|latest\b|about the author|share this|"
    r"lesen sie (?:auch|mehr)|mehr (?:zum thema|aus|von)|das könnte sie|auch interessant|meistgelesen|"
    r"(?:à|a) lire (?:aussi|également)|sur le même (?:sujet|thème)|articles? (?:liés|associés)|lire aussi|voir aussi|"
    r"(?:lea|lee|leer|mira|ver) (?:también|más)|(?:noticias|artículos|notas) relacionad|te puede interesar|"
    r"(?:leia|veja) (?:também|mais)|(?:notícias|posts|artigos) relacionad|leggi anche|articoli correlati|"
    r"potrebbe interessarti|lees ook|читайте также|по теме|похожие|czytaj (?:też|także|również)|"
    r"関連|相关|相關|관련|اقرأ أيضا|"
    r"(?:tags?|schlagworte|etiquetas|mots[- ]clés|теги)\s*:)",
    re.I,
)
_COMMENTS = re.compile(
    r"^(?:top (?:rated )?comments|\d+\s+(?:responses|comments|replies|thoughts|kommentare|commentaires|comentarios|"
    r"comentários|commenti|reacties|комментари\w+)\b|(?:comments?|responses?|replies|kommentare?|commentaires?|"
    r"comentarios|comentários|commenti|комментари\w+|reacties)\b(?:\s*\(?\d*\)?)?$|leave a (?:comment|reply)|"
    r"join the (?:conversation|discussion))",
    re.I,
)


def line_role(text: str) -> LineRole:
    """What a short line does on a page: a part of its frame, a note of rights, or the beginning of something else.

    ``inline`` is a line like "Related: …" that tells of another article by itself, without beginning a list.
    """
    if _RIGHTS.search(text) and len(text) < 400:
        return "rights"
    if len(text) < _SHORT:
        if _COMMENTS.match(text):
            return "comments"
        if _MORE.match(text):
            return "inline" if ":" in text[:-1] and not text.lower().startswith("tag") else "more"
    return "frame" if len(text) < 120 and _FRAME.match(text) else ""
