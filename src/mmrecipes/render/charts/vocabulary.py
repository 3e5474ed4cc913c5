"""What charts are about: domains with their measures (unit, usual range, decimals), their entities and the
pairs of measures that go together.

Covered: 20 domains of everyday, business, science and engineering charts in English; times. Entities that carry
invented figures are companies' own places, products or plainly invented names, so that no chart states a false
fact about a real country. Not covered: other languages.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from mmrecipes.render.corpora.names import entities
from mmrecipes.render.corpora.topics import Metric, topics

Nature = Literal["amount", "level", "share", "signed", "season"]
"""`amount` adds up over categories; `level`, `share` (per cent) and `season` do not; `signed` may be negative."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity with its usual range."""

    name: str
    unit: str
    low: float
    high: float
    decimals: int
    nature: Nature


@dataclass(frozen=True, slots=True)
class Entities:
    """Names that a category axis or a legend lists; `axis` is what one of them is."""

    axis: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Domain:
    """Measures and entities that occur in one chart together; `pairs` are (x, y, sign of the correlation)."""

    name: str
    measures: tuple[Measure, ...]
    entities: tuple[Entities, ...]
    pairs: tuple[tuple[int, int, int], ...]
    owners: tuple[str, ...] = ()
    timely: bool = True
    """Whether its measures change over time."""


def _domain(name: str, measures: str, entities: dict[str, str], pairs: str, owners: str = "") -> Domain:
    rows = [line.split("|") for line in measures.strip().splitlines()]
    known = tuple(Measure(n.strip(), u, float(lo), float(hi), int(d), k) for n, u, lo, hi, d, k in rows)  # type: ignore[arg-type]
    groups = tuple(Entities(axis, tuple(names.split("; "))) for axis, names in entities.items())
    signs = tuple((int(a), int(b), 1 if s == "+" else -1) for a, b, s in (p.split(",") for p in pairs.split()))
    return Domain(name, known, groups, signs, tuple(owners.split("; ")) if owners else ())


_SHOPS = "Harbour Street; Mill Lane; Old Market; Station Road; Riverside; North Gate; Kings Cross; Elm Park; Westfield"
_REGIONS = "North; South; East; West; Central; Coast; Highlands; Islands"

DOMAINS: tuple[Domain, ...] = (
    _domain("retail", """Revenue|thousand USD|80|960|0|amount
        Units sold|units|240|9200|0|amount
        Average basket|USD|18|95|1|level
        Return rate|%|1.5|14|1|share
        Customer visits|thousand|3|88|1|amount
        Advertising spend|thousand USD|4|120|0|amount""",
        {"Store": _SHOPS, "Product line": "Shoes; Outdoor; Kitchen; Toys; Books; Garden; Electronics; Beauty",
         "Channel": "Online shop; Stores; Wholesale; Marketplace; Catalogue"},
        "5,0,+ 4,0,+ 2,3,- 4,1,+", "Halden & Sons; Brightway; Corner & Co; Marlow Retail"),
    _domain("energy", """Electricity generation|TWh|2|180|1|amount
        Renewable share|%|8|82|0|share
        Carbon emissions|Mt|4|260|0|amount
        Installed capacity|GW|0.5|64|1|amount
        Electricity price|ct/kWh|9|42|1|level
        Peak demand|GW|3|58|1|level""",
        {"Source": "Wind; Solar; Hydro; Gas; Coal; Nuclear; Biomass", "Grid region": _REGIONS,
         "Plant": "Aldersley; Brook Point; Cape Morrow; Dunmore; Eastfell; Farrow"},
        "1,2,- 3,0,+ 5,4,+", "Northern Grid; Solvane; Velora Power"),
    _domain("weather", """Mean temperature|°C|-8|31|1|season
        Rainfall|mm|8|210|0|season
        Sunshine|hours|35|320|0|season
        Wind speed|km/h|6|48|1|level
        Relative humidity|%|38|94|0|share
        Frost days|days|0|26|0|season""",
        {"Station": "Ashby Hill; Port Lorne; Cedar Valley; Mount Tarrow; Saltmarsh; Highmoor; Fernley",
         "Season": "Winter; Spring; Summer; Autumn"},
        "2,0,+ 4,2,- 0,5,-", "Tarrow Valley; Lorne County"),
    _domain("health", """Admissions|patients|60|1900|0|amount
        Waiting time|days|4|96|0|level
        Length of stay|days|1.5|14|1|level
        Vaccination coverage|%|41|97|1|share
        Systolic blood pressure|mmHg|98|168|0|level
        Body mass index|kg/m²|18|38|1|level
        Resting heart rate|bpm|52|98|0|level""",
        {"Department": "Cardiology; Surgery; Paediatrics; Oncology; Neurology; Orthopaedics; Emergency",
         "Age group": "0-17; 18-29; 30-44; 45-59; 60-74; 75+",
         "Treatment": "Placebo; Drug A; Drug B; Drug C; Combined"},
        "5,4,+ 1,0,+ 6,4,+", "Saint Clare Hospital; Linden Clinic; Westbrook Health"),
    _domain("education", """Enrolment|students|120|4200|0|amount
        Exam score|points|38|96|1|level
        Attendance|%|62|99|1|share
        Graduation rate|%|48|97|1|share
        Study time|hours|2|32|1|level
        Cost per student|USD|2400|14800|0|level""",
        {"Subject": "Mathematics; Physics; History; Biology; Literature; Geography; Chemistry; Art",
         "School": "Oakwood; Saint Anne; Lakeside; Northfield; Hillcrest; Meadowbrook",
         "Faculty": "Arts; Science; Engineering; Medicine; Law; Economics"},
        "4,1,+ 2,1,+ 2,3,+", "Larkfield College; Westmoor University"),
    _domain("transport", """Passengers|thousand|12|940|0|amount
        Average delay|min|0.8|17|1|level
        Punctuality|%|64|99|1|share
        Freight volume|kt|8|420|0|amount
        Fuel consumption|l/100 km|3.8|14.5|1|level
        Vehicle weight|kg|900|2600|0|level
        Average speed|km/h|18|118|0|level""",
        {"Line": "Red line; Blue line; Airport Express; Harbour tram; Ring bus; Night bus",
         "Mode": "Rail; Bus; Tram; Ferry; Metro; Bicycle", "Terminal": "A; B; C; D; E; F"},
        "5,4,+ 1,2,- 0,1,+", "Metro Calder; Portside Transit"),
    _domain("web", """Page views|thousand|14|860|0|amount
        Bounce rate|%|22|78|1|share
        Response time|ms|45|820|0|level
        Conversion rate|%|0.6|8.5|2|share
        Sign-ups|users|40|3600|0|amount
        Active users|thousand|5|640|0|level
        Error rate|%|0.1|4.8|2|share""",
        {"Source": "Search; Direct; Social media; E-mail; Referral; Paid ads",
         "Browser": "Chrome; Safari; Firefox; Edge; Opera",
         "Page": "Home; Pricing; Blog; Docs; Support; Checkout", "Device": "Desktop; Mobile; Tablet"},
        "2,1,+ 0,4,+ 2,3,-", "Quillpost; Nimbo; Tracklet"),
    _domain("agriculture", """Crop yield|t/ha|1.2|11|1|level
        Harvest|kt|6|540|0|amount
        Fertiliser use|kg/ha|30|240|0|level
        Irrigated area|thousand ha|4|180|0|amount
        Milk output|l/day|14|38|1|level
        Soil moisture|%|9|44|1|share""",
        {"Crop": "Wheat; Maize; Barley; Soybeans; Potatoes; Rapeseed; Oats",
         "Farm": "Greenhollow; Stonebarn; Willow Creek; High Pasture; Redgate; Orchard End",
         "Field": "Plot 1; Plot 2; Plot 3; Plot 4; Plot 5; Plot 6"},
        "2,0,+ 5,0,+", "Greenhollow Cooperative; Vale Farmers' Union"),
    _domain("finance", """Operating profit|million USD|3|240|1|amount
        Operating costs|million USD|8|380|0|amount
        Profit margin|%|2|34|1|share
        Share price|USD|12|340|2|level
        Net cash flow|million USD|-60|95|1|signed
        Interest rate|%|0.3|8.2|2|level
        Debt ratio|%|12|74|0|share""",
        {"Division": "Consumer; Industrial; Healthcare; Services; Logistics; Energy",
         "Region": "Americas; Europe; Asia; Africa; Oceania; Middle East",
         "Company": "Arden; Belcor; Cavanta; Dunlea; Estrem; Fjordis; Galvin"},
        "1,0,+ 6,2,- 5,6,-", "Arden Group; Belcor Holdings; Cavanta plc"),
    _domain("manufacturing", """Output|thousand units|6|310|0|amount
        Defect rate|%|0.2|6.4|2|share
        Downtime|hours|2|72|1|amount
        Machine load|%|34|98|0|share
        Energy use|MWh|20|860|0|amount
        Cycle time|s|8|96|1|level
        Tool temperature|°C|34|190|0|level""",
        {"Plant": "Plant A; Plant B; Plant C; Plant D; Plant E; Plant F",
         "Line": "Assembly; Painting; Welding; Packing; Testing; Moulding", "Shift": "Early; Late; Night"},
        "3,2,+ 6,1,+ 0,4,+", "Kestrel Works; Orlan Motors"),
    _domain("laboratory", """Concentration|mg/l|0.4|48|2|level
        Absorbance|AU|0.05|2.4|2|level
        Reaction rate|mmol/s|0.2|14|2|level
        Cell count|thousand/ml|12|960|0|level
        Yield|%|18|97|1|share
        Temperature|°C|4|96|0|level
        Pressure|kPa|80|620|0|level""",
        {"Sample": "S1; S2; S3; S4; S5; S6; S7; S8", "Catalyst": "None; Nickel; Palladium; Platinum; Zeolite",
         "Treatment": "Control; Low dose; Medium dose; High dose"},
        "0,1,+ 5,2,+ 5,6,+"),
    _domain("software", """Commits|commits|12|640|0|amount
        Open issues|issues|8|480|0|amount
        Test coverage|%|34|97|1|share
        Build time|min|1.2|38|1|level
        Memory use|MB|90|3900|0|level
        Throughput|requests/s|120|9400|0|level
        Latency|ms|4|460|0|level""",
        {"Service": "auth; billing; search; gateway; storage; mailer; reports",
         "Language": "Python; Rust; Go; Java; TypeScript; C++",
         "Team": "Core; Platform; Mobile; Data; Design; Infra"},
        "5,6,+ 2,1,- 4,6,+", "Nimbo; Tracklet; Openharbour"),
    _domain("sport", """Points|points|14|112|0|amount
        Goals|goals|4|86|0|amount
        Attendance|thousand|2|74|1|level
        Distance run|km|3|42|1|amount
        Finishing time|min|16|74|1|level
        Pass accuracy|%|58|94|1|share
        Training load|hours|3|24|1|level""",
        {"Team": "Falcons; Rovers; Tigers; United; Wanderers; Comets; Mariners; Royals",
         "Player": "Okafor; Lindqvist; Moreau; Tanaka; Silva; Novak; Haddad; Byrne",
         "Discipline": "Sprint; Relay; Hurdles; High jump; Javelin; Long jump"},
        "6,4,- 5,0,+", "Northern League; Harbour Cup"),
    _domain("housing", """Rent|USD/month|480|3200|0|level
        Sale price|thousand USD|90|980|0|level
        Floor area|m²|28|220|0|level
        New permits|permits|14|720|0|amount
        Vacancy rate|%|0.8|14|1|share
        Distance to centre|km|0.4|28|1|level""",
        {"District": "Old Town; Harbour; University; Garden City; Westside; Airport; Hillside",
         "Dwelling": "Studio; Two rooms; Three rooms; Terraced house; Detached house"},
        "2,1,+ 5,0,- 4,0,-", "City of Calder; Lorne County"),
    _domain("tourism", """Overnight stays|thousand|6|520|0|amount
        Occupancy|%|28|97|0|share
        Room rate|USD|54|290|0|level
        Visitors|thousand|9|870|0|amount
        Guest rating|points|5.8|9.8|1|level
        Tour revenue|thousand USD|12|640|0|amount""",
        {"Hotel": "Seaview; Grand Alpina; Old Mill; Park Lodge; Lighthouse; Castle Inn",
         "Attraction": "Aquarium; Castle; Sky Tower; Botanic Garden; Science Museum; Old Harbour",
         "Origin": "Domestic; Europe; North America; Asia; Oceania"},
        "1,2,+ 4,1,+ 3,5,+", "Lorne Coast; Calder Tourism Board"),
    _domain("environment", """Particulate matter|µg/m³|6|88|1|level
        Recycled waste|kt|3|190|0|amount
        Recycling rate|%|14|76|1|share
        Water use|million m³|4|160|0|amount
        Forest area|thousand ha|12|420|0|amount
        Noise level|dB|38|86|0|level
        Traffic|vehicles/h|120|3900|0|level""",
        {"Station": "City Park; Ring Road; Harbour; Airport; Old Town; Industrial Area",
         "Material": "Paper; Glass; Plastic; Metal; Organic; Textiles",
         "River": "Aven; Brae; Corrie; Derwen; Esker; Fenn"},
        "6,0,+ 6,5,+", "City of Calder; Tarrow Valley"),
    _domain("people", """Employees|people|18|960|0|amount
        Staff turnover|%|2|29|1|share
        Job applications|applications|22|1900|0|amount
        Training hours|hours|3|46|0|level
        Job satisfaction|points|4.1|9.6|1|level
        Monthly salary|USD|1900|9800|0|level
        Work experience|years|0|32|0|level""",
        {"Department": "Sales; Finance; Research; Marketing; Production; Support; Legal",
         "Office": "Harbour; Hillside; Riverside; Midtown; Westgate",
         "Level": "Junior; Senior; Lead; Manager; Director"},
        "6,5,+ 4,1,- 3,4,+", "Arden Group; Orlan Motors; Quillpost"),
    _domain("media", """Viewers|thousand|30|2900|0|amount
        Subscribers|thousand|8|940|0|level
        Watch time|min|4|118|0|level
        Ticket sales|thousand USD|14|760|0|amount
        Review score|points|2.4|9.6|1|level
        Production budget|million USD|1|140|0|level
        Box office|million USD|2|460|0|level""",
        {"Genre": "Drama; Comedy; Documentary; Sport; News; Animation; Thriller",
         "Platform": "Streamly; ViewBox; Channel 7; RadioNet; Cinemaxx",
         "Title": "Nightfall; Paper Moons; The Ferry; Red Harbour; Second Sun; Low Tide; Glass City"},
        "5,6,+ 4,6,+", "Streamly; Channel 7"),
    _domain("logistics", """Parcels|thousand|9|780|0|amount
        Delivery time|hours|6|92|0|level
        Damaged parcels|parcels|4|260|0|amount
        Load factor|%|44|97|0|share
        Cost per parcel|USD|1.4|9.6|2|level
        Route length|km|24|940|0|level""",
        {"Depot": "Aldgate; Bexley; Corran; Denby; Elstow; Farnham",
         "Carrier": "SwiftLine; Parco; RoadRunner; BlueVan; Postal",
         "Weekday": "Monday; Tuesday; Wednesday; Thursday; Friday; Saturday"},
        "5,1,+ 3,4,- 0,2,+", "SwiftLine; Portside Freight"),
    _domain("food", """Calories|kcal|80|720|0|level
        Sugar|g|1|58|1|level
        Protein|g|1|42|1|level
        Orders|orders|30|1600|0|amount
        Preparation time|min|4|55|0|level
        Food waste|kg|3|180|0|amount
        Customer rating|points|3.1|9.7|1|level""",
        {"Dish": "Lentil soup; Pasta; Curry; Salad bowl; Burger; Risotto; Pancakes",
         "Cafe": "Blue Door; Corner Bean; Riverside; Old Bakery; Green Spoon",
         "Snack": "Muesli bar; Crisps; Yoghurt; Trail mix; Biscuit; Fruit cup"},
        "1,0,+ 4,6,- 3,5,+", "Green Spoon; Corner Bean"),
)  # fmt: skip

LONGEST_NAME = 18
"""Entities with longer names are left to tables."""


def corpus_domain(rng: random.Random) -> Domain:
    """A topic of the common corpora as a domain: its metrics, freshly drawn entities, its short choice lists.
    Topics about real countries are left out."""
    topic = rng.choice(_CHARTABLE)
    names = [n for n in topic.names(14, rng) if len(n) <= LONGEST_NAME][:8]
    groups = [Entities(topic.label, tuple(names))] if len(names) >= 3 else []
    for a in topic.attributes:
        if len(a.choices) >= 3 and a.name not in _NO_CATEGORIES:
            groups.append(Entities(a.name, tuple(c[0].upper() + c[1:] for c in a.choices)))
    if not groups:
        return corpus_domain(rng)
    currency = rng.choice(("USD", "EUR", "GBP"))
    measures = tuple(_measure(m, currency) for m in topic.metrics if m.name not in _NO_MEASURES)
    return Domain(topic.name, measures, tuple(groups), (), tuple(entities("region", 2, rng)), bool(topic.times))


_LEDGERS = frozenset({
    "invoice", "bill of quantities", "service contract", "payroll", "income statement", "operating costs",
    "balance sheet", "food composition", "water quality", "laboratory results",
})  # fmt: skip
_CHARTABLE = tuple(t for t in topics() if t.entity != "country" and t.name not in _LEDGERS)
_NO_CATEGORIES = frozenset({"Note", "Unit", "Currency", "Result", "Flag", "Trend", "Peak month", "Sowing month"})
_NO_MEASURES = frozenset({
    "Won", "Drawn", "Lost", "Head", "Enrolled", "Actual", "Outstanding", "Spent", "Posts", "Credits", "Stock", "F1",
    "Time", "Starts", "Cleared up", "Recycled", "Very satisfied", "Dissatisfied", "Would recommend", "Change",
    "Annual change", "Change on year", "Change since last survey", "Young people not in work", "Execution",
})  # fmt: skip
"""Column headings that do not name a quantity on their own."""
STATIC = frozenset({
    "Elevation", "Catchment", "Length", "Depth", "Distance", "Kerb weight", "Rated power", "Range", "Pages", "Density",
    "Package area", "Detection limit", "Floor area", "Melting point", "Age", "Vehicle weight", "Distance to centre",
    "Route length", "Work experience", "Calories", "Sugar", "Protein", "Berths", "Screens", "Finishing time",
    "Production budget", "Team size", "Budget", "Mean age", "Mass", "Top speed", "Body mass index", "List price",
})  # fmt: skip
"""Measures that do not change from month to month."""


def _measure(m: Metric, currency: str) -> Measure:
    unit = f"{m.unit} {currency}".strip() if m.money else m.unit
    nature: Nature = "signed" if m.low < 0 else "share" if unit == "%" else "amount" if m.additive else "level"
    low = m.low if m.low != 0 or nature != "amount" else 10.0**-m.decimals
    return Measure(m.name, unit, low, m.high, m.decimals, nature)


ADDITIVE = frozenset(m.name for d in DOMAINS for m in d.measures if m.nature == "amount") | {
    m.name for t in topics() for m in t.metrics if m.additive
}
"""Names of measures whose sums over categories mean something."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
               "November", "December")  # fmt: skip
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


_DAILY = frozenset((
    "Customer visits", "Page views", "Response time", "Parcels", "Orders", "Passengers", "Average delay", "Wind speed",
    "Electricity generation", "Peak demand", "Relative humidity", "Noise level", "Traffic", "Particulate matter",
    "Output", "Latency", "Throughput", "Active users", "Error rate", "Viewers", "Waiting time", "Admissions",
    "Machine load", "Energy use", "Sign-ups", "Occupancy", "Punctuality", "Units sold", "Delivery time", "Watch time",
))  # fmt: skip
"""Measures that make sense per hour and per weekday; the others are given per week or longer."""


def time_entities(rng: random.Random, least: int, most: int, *measures: str) -> Entities:
    """Between `least` and `most` consecutive times that suit the measures: years, quarters, months or weeks, for
    some also weekdays or hours."""
    kinds = ["month", "month", "quarter", "week", "year", "year"]
    if all(m in _DAILY for m in measures):
        kinds += ["hour", "weekday"] if least <= 7 else ["hour"]
    kind = rng.choice(kinds)
    count = rng.randint(least, most)
    if kind == "month":
        names = rng.choice((MONTHS, MONTHS, LONG_MONTHS))
        count = min(count, 12)
        start = 0 if count == 12 else rng.randrange(0, 13 - count)
        return Entities("Month", names[start : start + count])
    if kind == "quarter":
        year, first = rng.randint(2008, 2021), rng.randrange(4)
        steps = [divmod(first + i, 4) for i in range(min(count, 10))]
        return Entities("Quarter", tuple(f"Q{q + 1} {year + y}" for y, q in steps))
    if kind == "week":
        start = rng.randint(1, 52 - count)
        return Entities("Week", tuple(f"W{start + i}" for i in range(count)))
    if kind == "hour":
        count = min(count, 16)
        start = rng.randint(0, 23 - count)
        return Entities("Hour", tuple(f"{start + i:02d}:00" for i in range(count)))
    if kind == "weekday":
        return Entities("Weekday", WEEKDAYS[: min(7, max(least, 5 if rng.random() < 0.4 else 7))])
    start = rng.randint(1995, 2024 - count)
    return Entities("Year", tuple(str(start + i) for i in range(count)))
