"""The sentences of the air bulletin, Chinese and English; every number goes in where a name stands."""

from __future__ import annotations

GOOD_DAYS = (
    "{when}，{city}环境空气优良天数{good}天[，同比{good_w}{good_f}{good_u}]；"
    "优良天数比例{ratio}%[，同比{ratio_w}{ratio_f}{ratio_u}]。",
    "{when}: {city} had {good} days of good or excellent air[ ({good_w}{good_f}{good_u} on the "
    "year before)], a share of {ratio} %[ ({ratio_w}{ratio_f}{ratio_u})].",
)
HEAVY_DAYS = (
    "重度及以上污染天数{heavy}天[，同比{heavy_w}{heavy_f}{heavy_u}]。",
    "Heavy pollution was recorded on {heavy} days[ ({heavy_w}{heavy_f}{heavy_u})].",
)
COMPOSITE = (
    "环境空气质量综合指数{index}[，同比{index_w}{index_f}{index_u}]，主要污染物为{main}。",
    "The composite index is {index}[ ({index_w}{index_f}{index_u})]; the main pollutant is {main}.",
)
POLLUTANT = (
    "{name}浓度{value} {unit}[，同比{word}{change}{change_unit}]，",
    "{name}: {value} {unit}[ ({word}{change}{change_unit})], ",
)
ABOVE = (
    "超过二级标准限值（{limit}）{multiple}倍。",
    "above the grade 2 limit ({limit}) by {multiple} times.",
)
WITHIN = ("达到二级标准（{limit}）。", "within grade 2 ({limit}).")


def for_pollutant(sentence: tuple[str, str], pollutant: str) -> tuple[str, str]:
    """Return a sentence whose names belong to one pollutant: ``{value}`` becomes ``{so2_value}``."""
    zh, en = (text.replace("{", f"{{{pollutant}_") for text in sentence)
    return zh, en
