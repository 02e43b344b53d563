"""What people may react with: one emoji as Unicode knows them, in one spelling, or one of our own."""

from functools import cache
from types import ModuleType
from typing import Any

EMOJI_BYTES = 48
"""Bytes of an emoji: the longest that Unicode recommends has 35."""

JOINED_LIMIT = 4
"""Emoji that a joined one is made of at most: a family has four."""

SHORTCODES = {
    "otsukare": ("おつかれ", "well done"),
    "naruhodo": ("なるほど", "I see"),
    "wakaru": ("わかる", "so true"),
    "arigato": ("ありがとう", "thanks"),
    "sugoi": ("すごい", "amazing"),
    "kusa": ("草", "lol"),
    "hidoki": ("非同期", "in my own time"),
}
"""Our own set: what each `:code:` reads in Japanese and English."""

_ZWJ = "\u200d"
_AS_EMOJI = "\ufe0f"
_KEYCAP = "\u20e3"

_REGIONS = (
    "ACADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCP"
    "CQCRCUCVCWCXCYCZDEDGDJDKDMDODZEAECEEEGEHERESETEUFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHN"
    "HRHTHUICIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMO"
    "MPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSI"
    "SJSKSLSMSNSOSRSSSTSVSXSYSZTATCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUNUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW"
)
_FLAGS = frozenset(_REGIONS[start : start + 2] for start in range(0, len(_REGIONS), 2))
"""Regions that have a flag."""

_NATIONS = frozenset({"gbeng", "gbsct", "gbwls"})
"""Parts of regions that have a flag."""


class NoEmoji(Exception):
    """Something that nobody can react with; the text says what to send."""


def checked_emoji(text: str) -> str:
    """Return an emoji in the one spelling in which it is kept and counted.

    Raises
    ------
    NoEmoji
        If it is not just one emoji or one code of our own.
    """
    if text.startswith(":"):
        code = text.strip(":").lower()
        if code not in SHORTCODES or text.lower() != f":{code}:":
            raise NoEmoji(f"There is no such code; ours are {', '.join(f':{one}:' for one in SHORTCODES)}.")
        return f":{code}:"
    spelled = _spelled(text) if 0 < len(text.encode(errors="replace")) <= EMOJI_BYTES else None
    if spelled is None:
        raise NoEmoji("React with one emoji, or with one of our codes such as :otsukare:.")
    return spelled


def _spelled(text: str) -> str | None:
    """Return an emoji as Unicode fully spells it, None if it is none."""
    if _is_flag(text):
        return text
    if text[0] in "#*0123456789":
        return f"{text[0]}{_AS_EMOJI}{_KEYCAP}" if text[1:] in {_KEYCAP, _AS_EMOJI + _KEYCAP} else None
    parts = text.split(_ZWJ)
    spelled = [_one(part) for part in parts]
    if len(parts) > JOINED_LIMIT or None in spelled:
        return None
    joined = _ZWJ.join(filter(None, spelled))
    return joined if len(parts) == 1 or _matches("grapheme", joined) else None


def _is_flag(text: str) -> bool:
    letters = "".join(chr(ord(one) - 0x1F1E6 + ord("A")) for one in text if 0x1F1E6 <= ord(one) <= 0x1F1FF)
    if len(letters) == len(text) == 2:
        return letters in _FLAGS
    tags = "".join(chr(ord(one) - 0xE0000) for one in text[1:-1] if 0xE0061 <= ord(one) <= 0xE007A)
    return text == "\U0001f3f4" + "".join(chr(ord(one) + 0xE0000) for one in tags) + "\U000e007f" and (
        tags in _NATIONS
    )


def _one(part: str) -> str | None:
    """Return one emoji without joins: by itself, in a skin tone, or marked as one where it may be text."""
    base, rest = part[:1], part[1:]
    if not base or base.isascii() or not _matches("emoji", base) or _matches("letter", base):
        return None
    if rest in {"", _AS_EMOJI}:
        return base if _matches("pictured", base) else base + _AS_EMOJI
    return part if _matches("toned", part) else None


@cache
def _patterns() -> dict[str, Any]:
    regex: ModuleType = __import__("regex")  # 65 ms, which only who reacts needs to wait for
    return {
        "emoji": regex.compile(r"\p{Emoji}"),
        "letter": regex.compile(r"\p{Regional_Indicator}"),
        "pictured": regex.compile(r"\p{Emoji_Presentation}"),
        "toned": regex.compile(r"\p{Emoji_Modifier_Base}\p{Emoji_Modifier}"),
        "grapheme": regex.compile(r"\X"),
    }


def _matches(pattern: str, text: str) -> bool:
    return _patterns()[pattern].fullmatch(text) is not None
