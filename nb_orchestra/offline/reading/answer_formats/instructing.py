"""Instructions of a goal with an answer format, in the one form that the grammar reads: what is left out, filled, grouped, predicted from what."""

from __future__ import annotations

import re

# ruff: noqa: E501 — patterns are data; a row stays a row

_LEFT_OUT = (
    r"(?:(?:are|is|were|was|be|been|have|has|should|must|shall|will|can|to|all|then|first)\s+){1,3}(?:not\s+(?:be\s+|to be\s+)?(?:considered|used|included|counted|of interest)|"
    r"left out|(?:excluded|dropped|removed|ignored|omitted|discarded|deleted|skipped|disregarded|filtered out)(?:\s+from\s+the\s+\w+)?)\b"
)
_TAKEN = r"(?:are|is|should be|must be|may be|will be|were) (?:to be )?(?:considered|used|included|kept|relevant|taken(?: into account)?|counted|of interest|analy[sz]ed)\b"
_HEAD = r"(?<![^.;:{}\n])(\s*)(?:and |but |please )?(?:all |any |the )?"
_NOUN = r"[a-z][\w-]*(?: [a-z][\w-]*){0,2}?"
_GAP = r"(?:a |an |any |some |at least one )?(?:missing|null|nan|empty|blank|absent|unknown)(?: (?:values?|entries|entry|data))?(?: (?:in|for|of))?"
_NAME = r"(?:\"[^\"\n]+\"|'[^'\n]+'|`[^`\n]+`|“[^”\n]+”|\w+(?: \w+){0,2}?)"
_STATISTIC = {"sum": "sum", "sum up": "sum", "add up": "sum", "total": "sum", "average": "mean", "take the mean of": "mean", "take the average of": "mean"}
_WAYS = r"(?:mean|median|mode|average|most (?:common|frequent) value)"

_ENTRY = r"[\"'“]?\w{1,3}[\"'”]? (?:is|=|means|stands for|denotes|represents|for) (?:an? |the )?[\"'“]?[a-z]+(?: [a-z]+)?[\"'”]?"
_GLOSSARY = rf"(?:,? where |\s*\(){_ENTRY}(?:(?:, and |, | and |; ){_ENTRY})+\)?(?=[.;,\n}}]|\Z)"
"""What codes stand for: "where M is male, F is female". It restricts nothing."""

_FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), form)
    for pattern, form in (
        (rf"{_HEAD}{_NOUN} (?:with|having|containing|that have|which have) {_GAP} ([^.;\n]+?) {_LEFT_OUT}", r"\1Exclude rows with missing \2"),
        (rf"{_HEAD}{_NOUN} (?:without|lacking|that lack|which lack) (?:a |an |any |the )?([^.;\n]+?) {_LEFT_OUT}", r"\1Exclude rows with missing \2"),
        (rf"{_HEAD}{_NOUN} (?:where|in which|for which|whose) ([^.;\n]+?) {_LEFT_OUT}", r"\1Exclude rows where \2"),
        (rf"(?<![^.;:{{}}\n])(\s*)only (?:the )?{_NOUN} (?:where|in which|for which|whose|that have|which have|with) ([^.;\n]+?) {_TAKEN}", r"\1Only consider rows where \2"),
        (r"\b((?:leav(?:e|ing) out|omit(?:ting)?|skip(?:ping)?|ignor(?:e|ing)|disregard(?:ing)?|exclud(?:e|ing)|drop(?:ping)?|remov(?:e|ing))) (?:the |all |any )?[a-z]+ (?:without|lacking|with no) (?:an? |any |the )?(?=[\"'“]?\w+[\"'”]?\s*(?:[).,;\n]|\Z))", r"\1 rows with missing "),
        (r"\b(?:find|identify|locate|look for|determine) the (?:row|record|entry|observation) (?:with|that has|having) the (?:maximum|highest|largest|greatest) (?:value )?(?:in|of|for) (?:the )?([^.;,\n]+?)(?: column)?(?=[.;,\n]|\Z)", r"which row has the highest \1"),
        (r"\b(?:find|identify|locate|look for|determine) the (?:row|record|entry|observation) (?:with|that has|having) the (?:minimum|lowest|smallest|least) (?:value )?(?:in|of|for) (?:the )?([^.;,\n]+?)(?: column)?(?=[.;,\n]|\Z)", r"which row has the lowest \1"),
        (r"\b(?:in|from|during|dated) ((?:1[5-9]|20)\d\d) (?:or|and) (?:later|after|onwards?|newer|more recent)\b", r"since \1"),
        (r"\b(?:in|from|during) ((?:1[5-9]|20)\d\d) (?:or|and) (?:earlier|before|older)\b", r"until \1"),
        (r",? (?:with|using|for|on|of|including) (?:all|both) (?:the )?\w+(?:,)? regardless of (?:the(?:ir)? |its )?\w+(?: \w+)?(?=[.,;\n]|\Z)", ""),
        (r"\b(?:number|count) of (?:the )?\w+ (?:that (?:are|lie|fall) |which (?:are|lie) |lying |falling )?(?:below|less than|lower than|under) Q1 ?[-−–] ?1\.5 ?[*×x]? ?IQR or (?:above|greater than|higher than|over|exceeding) Q3 ?\+ ?1\.5 ?[*×x]? ?IQR\b", "number of outliers by the IQR method"),
        (r"\bwhat (percentage|proportion|share|fraction) of (?:the )?(?:(?:values|entries|data points|cells|rows|records|observations|data) (?:in|of|for|from|within) (?:the )?)?((?:[^.;?\n]|\.(?=\w)){2,60}?)(?: (?:values|entries|data|column))? (?:is|are) (?:missing|null|empty)\b", r"what is the \1 of missing values in \2"),
        (r"\bgroup (?:the (?:data|rows|table|dataset) )?by (?:the )?([^.;,\n]+?) and (sum up|add up|sum|total|average|take the (?:mean|average) of) (?:the |all )?([^.;,\n]+?)(?: values?)?(?=[.;,\n}]|\Z)", "{grouped}"),
        (rf"\buse the ({_WAYS}) of (?:the )?([^.;,\n]+?) for (?:the |its )?imputation\b", r"fill the missing values of \2 with the \1"),
        (rf"\bimpute (?:the )?missing [\w ]+? (?:using|with|by) the ({_WAYS}) of (?:the|its|that) column\b", r"fill the missing values with the \1"),
        (r"\bcan (?:the )?([^.;?\n]+?) be (?:predicted|estimated|explained|modell?ed) (?:by|from|with|using|on the basis of|based on) ", r"predict \1 from "),
        (r"\b(?:using|use|take) ([^.;\n]+?) as (?:the )?(?:features?|predictors?|independent variables?|inputs?|explanatory variables?)\b", r"features \1"),
        (r"(?<![^.;?!{}\n])(\s*)if (?:yes|so|not|there (?:is|are)(?: any| one| some)?|any)\s*, ?", r"\1"),
        (rf",? (?:and )?(?:regardless|irrespective|independent(?:ly)?) of (?:the |their |its |any )?(?:values? (?:in|of) (?:the )?)?{_NAME}(?: columns?| values?| status)?(?=[.,;\n}}]|\Z)", ""),
        (r",? (?:for|of|with|over) (?:the )?[\w-]+ and (?:the )?[\w-]+ (?:together|alike|combined|taken together)(?=[.,;\n}]|\Z)", ""),
        (r",? including (?:also )?(?:the |those |all )?(?:[a-z]\w* )?(?:who|that|which|whose)\b[^.,;\n]*(?=[.,;\n]|\Z)", ""),
        (r"(?:\b(?:where|with|and|,) )?\bQ[13] (?:is|being|denotes|=) (?:the )?(?:(?:25|75)(?:th|%)[ -]?(?:percentile|quantile)|(?:first|third|lower|upper) quartile)\b(?: of (?:the )?[\w\"']+(?: column)?)?", ""),
        (r"\bQ1 and Q3 (?:are|being|denote) (?:the )?(?:25th and (?:the )?75th (?:percentiles?|quantiles?)|first and (?:the )?third quartiles?)\b[^.;\n,]*", ""),
        (r"\b(Q[13]) ?\((?:the )?(?:25|75)(?:th|%)[ -]?(?:percentile|quantile)?\)", r"\1"),
        (r"\b(?:the )?(?:25|75)th[ -]percentile \((Q[13])\)", r"\1"),
        (r"\b(?:the )?(?:first|third|lower|upper) quartile \((Q[13])\)", r"\1"),
        (r"(?<=\bthe )(?:imputed|filled|cleaned) (?=[\"'“`]?\w+[\"'”`]? (?:column|values|data)\b)", ""),
        (_GLOSSARY, ""),
        (rf"{_HEAD}(?:an? |each |every )?[\w ]{{2,40}}? (?:is|are|counts?|qualif\w+) (?:considered |treated |classified |regarded |defined |flagged |identified )?(?:as )?(?:an? |to be (?:an? )?)?outliers? (?:if|when|where|whenever) [^.;\n]*?\bz[- ]?scores?\b[^.;\n\d]{{0,60}}?(\d+(?:\.\d+)?)(?:[^.;\n]|\.(?=\d))*", r"\1use the zscore method with a threshold of \2"),
        (rf"{_HEAD}(?:[a-z]+s|data points|entries|any values?|those) (?:with|having|whose) (?:an? |the )?(?:absolute )?z[- ]?scores? (?:value )?(?:is |are )?(?:above|greater than|larger than|higher than|over|exceeding|of more than|>|beyond) \+?(\d+(?:\.\d+)?)(?:,? or (?:below|less than|lower than|smaller than|under|<) [-−]\d+(?:\.\d+)?)?(?: in absolute value)? (?:is|are|count|should be|must be|will be)[^.;\n]*\b(?:outliers?|extremes?|anomal\w+|unusual|atypical)\b[^.;\n]*", r"\1use the zscore method with a threshold of \2"),
        (r"(?<![^.;:{}\n])(\s*)(?:the )?z[- ]?scores? (?:should be|is|are|must be|will be) (?:computed|calculated|based|determined)[^.;\n]*\bpopulation standard deviation[^.;\n]*", r"\1ddof=0"),
        (r"(?<![^.;:{}\n])(\s*)(?:the )?z[- ]?scores? (?:should be|is|are|must be|will be) (?:computed|calculated|based|determined)[^.;\n]*\bsample standard deviation[^.;\n]*", r"\1ddof=1"),
        (r"\bz[- ]scores?\b(?= (?:method|outlier|above|below|over|greater|larger|of|is|less|in absolute|rule|threshold|with|and|or)\b| ?[=<>,.;])", "zscore"),
        (r"\b((?:which|what|who)\b[^.;?\n]+?),? and (how many|how often)\b", r"\1? \2"),
        (r"\b(how many\b[^.;?\n]+?),? and (which|what)\b(?= (?:one|of (?:them|these)|\w+ (?:is|are|has|have|occurs?|appears?))\b)", r"\1? \2"),
        (r"(?<![^.;:{}\n])(\s*)(?:please )?use the sample standard deviation(?: \([^()\n]*\))?(?: (?:for|in|when|to)\b[^.;\n]*)?(?=[.;\n}]|\Z)", r"\1ddof=1"),
        (r"(?<![^.;:{}\n])(\s*)(?:please )?use the population standard deviation(?: \([^()\n]*\))?(?: (?:for|in|when|to)\b[^.;\n]*)?(?=[.;\n}]|\Z)", r"\1ddof=0"),
        (r"\b(?:(?:lying|that lie|which lie|that are|which are|being) )?(?:more|greater|larger|further|farther) than (\d+(?:\.\d+)?|two|three) (?:sample |population )?(?:standard deviations?|std\.?|sds?|sigmas?)(?: \([^()\n]*\))? (?:away |distant |off )?(?:from|above or below) (?:the |its |their )?(?:mean|average)\b(?: of the column| value| \w+(?=[.;,\n]|\Z))?", r"with a zscore above \1"),
        (r"\b(the |an? )?linear association\b", r"\1linear correlation"),
    )
)  # fmt: skip
_BY_LIMITS = re.compile(r"\bz[- ]?scores?\b|\bIQR\b|\binterquartile range (?:method|rule)\b", re.IGNORECASE)
_UNUSUAL = re.compile(
    r"\b(?:[a-z]+ with )?(?:an? )?(?:(?:extreme|atypical|anomalous)|(?:unusual|extreme|abnormal)(?:ly (?:high|low)(?: or (?:high|low))?)?) (?=(?:value|number)?s? ?(?:of |in |for )?\w)",
    re.IGNORECASE,
)
"""Where a method for outliers is named, "firms with extreme assets" are these."""
_WITH_AND_WITHOUT = re.compile(r"\b(with and without) (?:them|these|those)\b", re.IGNORECASE)
_WITHOUT_THEM = re.compile(
    r"\b(?:without (?:them|these|those)|once (?:they|these|those) (?:are|have been|were) (?:gone|removed|excluded|dropped)|"
    r"after (?:their|the) (?:removal|exclusion)|after (?:removing|excluding|dropping) (?:them|these|those)|"
    r"when (?:they|these|those) (?:are|have been|were) (?:removed|excluded|dropped|left out)|if (?:they|these|those) (?:are|were) (?:removed|excluded|dropped|left out))\b",
    re.IGNORECASE,
)


def instructed(text: str) -> str:
    """The question and its constraints in plain forms; "without them" said of outliers is their removal."""
    if _BY_LIMITS.search(text) and not re.search(r"\boutlier", text, re.IGNORECASE):
        text = _UNUSUAL.sub("outliers in ", text)
    for pattern, form in _FORMS:
        text = pattern.sub(_grouped if form == "{grouped}" else form, text)
    text = _WITH_AND_WITHOUT.sub(r"\1 the outliers", text) if re.search(r"\boutliers?\b", text, re.IGNORECASE) else text
    return _WITHOUT_THEM.sub("after removing the outliers", text) if re.search(r"\boutliers?\b", text, re.IGNORECASE) else text


def _grouped(found: re.Match[str]) -> str:
    """ "Group by A and sum B" → the sum of B by A."""
    return f"calculate the {_STATISTIC[found[2].casefold()]} of {found[3]} by {found[1]}"
