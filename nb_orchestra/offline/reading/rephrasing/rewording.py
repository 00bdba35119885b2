"""Words of conditions in the one form that the grammar reads: "other than" and "outside" exclude, "20 or more" is at least 20, "10 < price < 20" two tests."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.rephrasing.clock import spoken_lengths
from nb_orchestra.offline.reading.rephrasing.held_constant import held_constant
from nb_orchestra.offline.reading.rephrasing.spoken import spoken_tens
from nb_orchestra.offline.reading.restricting.excluding import NEGATED_FORMS, NUMBER

_MORE, _LESS = r"(?:more|above|over|higher|greater|larger|longer|older|later)", r"(?:less|fewer|below|under|lower|smaller|shorter|younger|earlier)"

_END_OF_ALL = "(?:best|worst|highest|lowest|most|least|largest|smallest|biggest|fewest)"
_OF_BEFORE = "(?:it|them|this|that|these|those|the total|the whole)"
_HELD = "controlled for|taken into account|accounted for|adjusted for|held constant"
_EACH_OF = r"((?:of|in|for|per) (?:each|every) \w+|per \w+)"
_WHEN_DID = r"\b(?:in |during )?(?:which|what) (year|month|quarter|week|decade|day) (?:did|has|have) (?:the )?([^,;?.]{2,60}?) "
_MOST_OF_ALL = r"(?:the )?(?:most|fastest|quickest|hardest|steepest)"
_FEW = r"(\d+|two|three|four|five|six|seven|eight|nine|ten|twenty)(?: of them)?(?:\s*[,.;?]|(?=\s*\Z))"
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), form)
    for pattern, form in (
        *NEGATED_FORMS,
        (r"\bhow many (\w+) and how many (?=\w)", r"how many \1 versus "),
        (r",? (?:plus|and also|along with|together with) (?=(?:an?|the) (?:[a-z]+ )?(?:chart|plot|graph|histogram|boxplot|bar|line|scatter))", ", and "),
        (r",? plus (?=(?:how many|how much|what|which|the number|number)\b)", ", and "),
        (r"\bno (?:recorded|reported|known|stated|documented|available) (?=\w)", "missing "),
        (r",? ?\b(?:i\.\s?e\.|that is,),?", " with"),
        (r"\b(than|over|under|least|most) (?:a|one) week\b", r"\1 7 days"),
        (r"\b(than|over|under|least|most) (?:a|one) fortnight\b", r"\1 14 days"),
        (rf"\b(?:once|when|after|if) ([\w ,'’-]{{2,60}}?) (?:is|are|has been|have been) (?:{_HELD})\b", r"controlling for \1"),
        (rf"\band (?:what|which) (share|percentage|proportion|fraction|part) (?=(?:in|of|during)\b(?! {_OF_BEFORE}\b)(?![^,.;?]*\b(?:they|them)\b))", "and "),
        (r"\b(?:every|any|all)(?:thing|one|body)? (?:else|the rest)\b|\ball (?:the )?others?\b", "the others"),
        (r"[?.,;] (?:and |if so,? )?which (?:ones|of them)\b ?(?=[?.]?\s*\Z)", ""),
        (r"\b(differences?|effects?|changes?) (is|are) real\b", r"\1 \2 significant"),
        (r"\b(compare|contrast)\b([^.;?]{0,60}?) between ((?:19|20)\d\d) and ((?:19|20)\d\d)\b", r"\1\2 in \3 versus \4"),
        (
            r"\b((?:clean|tidy)(?: up)? (?:this|the|my) (?:table|data|dataset|data set)(?: for (?:me|us))?)"
            r",? (?:some|a few|the|many) [\w ]{2,30} (?:can['’]?t|cannot|must|may|might) (?:not )?be (?:right|wrong|true|correct)",
            r"\1 and check the data",
        ),
        (r"\bp ?(5|10|90|95|99)\b(?! ?[=<>])", r"p\1"),
        (r"\b(5|10|90|95|99)th(,? and|,| or) (?=(?:the )?\d\d?th (?:and \d\d?th )?percentile)", r"p\1\2 "),
        (r"\bp ?50\b(?! ?[=<>])|\b50th[ -]percentile\b", "median"),
        (r"\b(?:the )?(5|10|90|95|99)(?:th)?[ -](?:percentiles?|pctile|pctl)\b(?: for the| for)?|\bpercentile (5|10|90|95|99)\b", r"p\1\2"),
        (r",? \b(?:over|in|during|across) the (?:whole|entire|full) (?:period|time|timespan|time span|data|dataset)\b", ""),
        (r"\b(?:took|takes?|taken) place\b", "were"),
        (r"([?.;]) ?((?:without|excluding|not counting|leaving out|ignoring|except for) [\w ]{2,30}?)(?=\s*(?:\{|\Z|[.?;]))", r" \2\1"),
        (
            r"\b(?:do|did) i (?:rate|score|mark|judge) (?:\w+ )??"
            r"(?:like|as|the same as|differently (?:from|than|to)|higher than|lower than|better than) (\w+)(?: do(?:es)?)?\b",
            r"compare my rating with \1",
        ),
        (r"\b(?:(?:was|were|is|are|got) )?(?:hit (?:the )?(?:hardest|worst)|(?:hardest|worst)[ -]hit|suffered (?:the )?most)\b", "lost most"),
        (r"\b(?:hit|reach(?:ed)?|touch(?:ed)?) (?:its |the |rock )?bottom\b|\bbottomed out\b", "was lowest"),
        (r"\b(?:hit|reach(?:ed)?) (?:its |the |a )?(?:peak|top|high)\b|\bpeaked\b", "was highest"),
        (r"\b(?:recode|map)\b(?=[^.;]{2,40}? (?:to|into|as)\b[^.;,]*(?:/| and | or ))", "convert"),
        (
            rf"[,;?.]? (?:and )?((?:which|who)(?: one| of (?:them|these|those)| group)? (?:is|was|are|were|has|had) (?:the )?{_END_OF_ALL})(?=\s*[?.]?\s*\Z)",
            r". \1.",
        ),
        (rf"[,;?.]\s*(?:and )?(?:please )?(?:show|list|give|name|print)(?: me)?(?: only| just)?(?: the)?(?: first| top)? {_FEW}", r". Show the top \1."),
        (rf"[,;?.]\s*(?:and )?(?:just|only) (?:the )?(?:first |top )?{_FEW}", r". Show the top \1."),
        (
            r"\b(?:on|in|during) ((?:the )?(?:\w+ days?|days? (?:with|of) [\w ]+?)),? "
            r"(?:how much (\w+er|less \w+|more \w+) (?:is|was) it|(?:is|was) it (?:any )?(\w+er))\b(?! than)",
            r"is it \2\3 on \1",
        ),
        (
            r"\bthe (\d+|two|three|four|five|six|seven|eight|nine|ten) (\w+) (?:that|which|who) (?:is|are|was|were) (?:the )?((?:most |least )\w+|\w+est)\b",
            r"the \1 \3 \2",
        ),
        (
            rf"(?<!between )(?<!between the )\b(\w+est|(?:most|least) \w+) and (?:the )?(\w+est|(?:most|least) \w+) (\w+(?: \w+)?) {_EACH_OF}",
            r"\1 \3 \4. The \2 \3 \4",
        ),
        (rf"{_WHEN_DID}(?:rise|rose|risen|increase|grow|grown|climb|go up|gain) {_MOST_OF_ALL}\b", r"which \1 had the largest increase in \2"),
        (rf"{_WHEN_DID}(?:fall|fell|fallen|decrease|drop|shrink|decline|go down|sink) {_MOST_OF_ALL}\b", r"which \1 had the largest drop in \2"),
        (rf"\b(which|what) (year|month|quarter|week|decade|day) warmed(?: up)? {_MOST_OF_ALL}\b", r"\1 \2 had the largest increase in temperature"),
        (rf"\b(which|what) (year|month|quarter|week|decade|day) cooled(?: down)? {_MOST_OF_ALL}\b", r"\1 \2 had the largest drop in temperature"),
        (
            r"\bhow many (months|weeks|quarters|years) (?:had|saw|were|was|went|passed) (?:no|without)(?: any)? ([\w ]+?)(?: at all)?(?=\s*(?:[,;?.]|\Z))",
            r"how many \1 had a total \2 of at most 0",
        ),
        (r"\breturns? on (?=(?:the |their |its )?(?:budget|investment|cost|spending))(?:the |their |its )?\w+", "roi"),
        (r"\bcalendar month(s?)\b", r"month\1 of the year"),
        (r"\b(per|by|for each|each|every) (month|quarter|weekday|week|hour)s? (?:across|over|of) all (?:the )?years(?: together)?\b", r"\1 \2 of the year"),
        (r"\b(across|over) all (?:the )?years(?: together)?(?=[^.;?]{0,30}\b(?:per|by|each) (?:month|quarter))", ""),
        (rf"\b(?:pass|cross|surpass|(?:go|climb|rise) (?:above|over|past|beyond))(?:es|ed)? (?={NUMBER})", "exceed "),
        (r"\b(did|has|have|does) (it|the \w+|\w+) (?:warm(?:ed)?(?: up)?)\b", r"\1 \2 get warmer"),
        (r"\b(did|has|have|does) (it|the \w+|\w+) (?:cool(?:ed)?(?: down)?)\b", r"\1 \2 get colder"),
        (
            r"(\boutliers?\b[^\n{]*?)\b(?:without|excluding|ignoring|leaving out|after removing|after dropping) (?:them|those|these)\b",
            r"\1without the outliers",
        ),
        (r"(?<=[a-z\d)])\s[-–—]\s(?=(?:do|does|did|is|are|was|were|which|what|how|who|when|where)\b)", "; "),
        (r"\bbelow freezing\b", "below 0 degrees"),
        (r"\babove freezing\b", "above 0 degrees"),
        (r"\beither (?=[^.;]{1,60}\bor\b)", ""),
        (rf"({NUMBER})( \w+)? (?:or|and) {_MORE}\b(?! than| -?\d)", r"at least \1\2"),
        (rf"({NUMBER})( \w+)? (?:or|and) {_LESS}\b(?! than| -?\d)", r"at most \1\2"),
        (rf"(?<![\w.])({NUMBER}) ?(<=?) ?([a-z_][\w ]*?) ?(<=?) ?({NUMBER})", r"\3 \2< \1 and \3 \4 \5"),
        (r"(?<=\d) ?(?:percent|per cent|pct)\b(?! of\b)", "%"),
        (r"\b(?:in|during|for|of|from) the (first|second|third|fourth) quarter\b(?! of\b)", r"in \1 Q"),
    )
)
_WEIGHTS_FIRST = re.compile(r"(?:\A|(?<=[.;]\s))(weight(?:ed|ing) by [^,;.?]+),\s*([^.;?{]*[^.;?{\s])", re.IGNORECASE)
_AS_WEIGHTS = re.compile(
    r"\b(?:using|with|taking|and use|use) ((?:the )?(?:`[^`]+`|[\w ]{1,40}?)) as (?:the |a )?weights?\b|\bweights(?: ?[:=] ?| are )(?=[\w`])",
    re.IGNORECASE,
)
_ORDINALS = {"first Q": "Q1", "second Q": "Q2", "third Q": "Q3", "fourth Q": "Q4"}
_TURNED = re.compile(r"<(=?)< ")


def reworded(text: str) -> str:
    """The goal with its conditions in plain forms. Text in quotes, backticks and braces stays."""
    text = _weighed_last(text)
    pieces = re.split(r"(\"[^\"\n]*\"|`[^`\n]*`|\{[^}\n]*\})", text)
    return "".join(piece if number % 2 else _plain(piece) for number, piece in enumerate(pieces))


def _weighed_last(text: str) -> str:
    """ "Weighted by A, the mean of B" and "using A as weights, …": the weight behind what it weighs."""
    text = _AS_WEIGHTS.sub(lambda found: f"weighted by {found[1] or ''}", text)
    return _WEIGHTS_FIRST.sub(r"\2 \1", text)


_LOSING = re.compile(
    r"\b(?:has |have )?(?:lost|lose|loses|losing|made a loss|make a loss|made losses)(?: any)? money\b|\b(?:made|make) a loss\b", re.IGNORECASE
)
_LOST_MOST = re.compile(r"\b(?:has |have )?lost (?:the )?(most|least)(?: money)?\b", re.IGNORECASE)


def _in_profit(text: str) -> str:
    """ "Which films lost money, and which lost the most": those with a profit below nothing, and the lowest profit."""
    if not _LOSING.search(text) and not re.search(r"\blost (?:the )?most money\b", text, re.IGNORECASE):
        return text
    ends = {"most": "lowest", "least": "highest"}
    text = _LOST_MOST.sub(lambda found: f"has the {ends[found[1].casefold()]} profit", text)
    return _LOSING.sub("have a profit below 0", text)


def _plain(text: str) -> str:
    text = held_constant(_in_profit(text))
    text = spoken_lengths(spoken_tens(text))
    for pattern, form in _FORMS:
        text = pattern.sub(form, text)
    text = _TURNED.sub(lambda found: f">{found[1]} ", text)
    for said, form in _ORDINALS.items():
        text = text.replace(f"in {said}", f"in {form}")
    return text
