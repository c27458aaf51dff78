"""Make the bundled fonts from Debian's fonts-noto-cjk (needs fonttools, no network).

Usage: python tools/make_fonts.py [FOLDER_WITH_TTC]

Takes "Noto Sans CJK SC" from the two collections and keeps, in Regular, all Han of GBK with
GB2312's symbols and Latin, in Bold, all of GB2312. Hints and layout features are dropped and
the family is renamed "Lantian Sans SC", so that a partial font never hides a whole one that
the machine has. Decision 0004 tells why. Same input, same bytes.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

TARGET = Path(__file__).parents[1] / "src" / "lantian" / "adapters" / "paper" / "fonts"
FAMILY = "Lantian Sans SC"
FACE = "Noto Sans CJK SC"
EXTRA = "㎡㎥℃×÷±≤≥≠≈→←↑↓·•…—–−‰₂₃₅₁₀µμ²³■□▲△●○◆◇★☆✓✗①②③④⑤⑥⑦⑧⑨⑩ⅠⅡⅢⅣ¥￥≮≯∑∞◐"


def codepoints(encoding: str) -> set[int]:
    """Return every character that two bytes of an encoding stand for, and Latin."""
    found = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180)) | {ord(c) for c in EXTRA}
    for high in range(0x81, 0xFF):
        for low in range(0x40, 0xFF):
            try:
                text = bytes((high, low)).decode(encoding)
            except UnicodeDecodeError:
                continue
            found.update(ord(c) for c in text if not 0xE000 <= ord(c) <= 0xF8FF)
    return found


def make(source: Path, style: str, encoding: str) -> Path:
    """Write one subset and return its path."""
    fonts = TTCollection(str(source / f"NotoSansCJK-{style}.ttc"), lazy=True).fonts
    wanted = FACE if style == "Regular" else f"{FACE} {style}"
    font = next(f for f in fonts if f["name"].getDebugName(4) == wanted)
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codepoints(encoding))
    subsetter.subset(font)
    names = {1: FAMILY, 2: style, 3: f"{FAMILY} {style}", 4: f"{FAMILY} {style}"}
    names[6] = f"{FAMILY.replace(' ', '')}-{style}"
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    cff = font["CFF "].cff
    cff.fontNames[0] = names[6]
    top = cff.topDictIndex[0]
    top.FamilyName, top.FullName = FAMILY, names[4]
    path = TARGET / f"LantianSansSC-{style}.otf"
    subset.save_font(font, str(path), options)
    return path


def main() -> None:
    """Make both fonts and print size and hash."""
    source = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/opentype/noto")
    TARGET.mkdir(parents=True, exist_ok=True)
    for style, encoding in (("Regular", "gbk"), ("Bold", "gb2312")):
        path = make(source, style, encoding)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        print(f"{path.name} {path.stat().st_size} {digest}")


if __name__ == "__main__":
    main()
