"""An independent reader: descriptions of construction steps to equations on coordinates (complex numbers).

Shares no code with the recipe: regular expressions of its own. What it does not understand is an error. Positions that
a text states (between, sides of a line) are conditions that choose among the solutions.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from mmrecipes_tests.recipes.r_cot.equations import N, P, Problem, Q, S, T, angle, cross, number


def split(word: str) -> list[str]:
    return re.findall(P, word)


def outward(x: Problem, names: list[str], a: str, b: str) -> None:
    """A shape on ab lies away from all that was there before."""
    for new in set(names) - {a, b} - x.names:
        for old in sorted(x.names - {a, b} - set(names)):
            x.conditions.append(
                lambda z, n=new, o=old: -cross(z, n, a, b) * cross(z, o, a, b) + 1e-4 * abs(z[a] - z[b]) ** 4
            )


Rule = tuple[str, Callable[..., None]]


def _names(x: Problem, *groups: str) -> None:
    for g in groups:
        x.names.update(split(g))


def equal_apex(x: Problem, names: list[str], apex: str) -> None:
    p, q = (n for n in names if n != apex)
    x.same(apex, p, apex, q)


def noun(x: Problem, text: str) -> list[str]:
    text = re.sub(r"^(an?|the) ", "", text)
    if m := re.fullmatch(rf"isosceles triangle {T} with apex {P}", text):
        equal_apex(x, list(m.groups()[:3]), m[4])
        return list(m.groups()[:3])
    if m := re.fullmatch(rf"triangle {T} with the equal sides {S} and {S}", text):
        x.same(*m.groups()[3:])
        return list(m.groups()[:3])
    if m := re.fullmatch(rf"(?:equilateral triangle {T}|triangle {T} with three equal sides)", text):
        names = [g for g in m.groups() if g]
        x.same(names[0], names[1], names[1], names[2])
        x.same(names[0], names[1], names[0], names[2])
        return names
    if m := re.fullmatch(rf"triangle {T}", text):
        return list(m.groups())
    if m := re.fullmatch(r"regular (?:pentagon|hexagon) (\S+)", text):
        x.regular(split(m[1]))
        return split(m[1])
    if m := re.fullmatch(rf"isosceles trapezoid {Q} with (?:{S} parallel to {S}|parallel sides {S} and {S})", text):
        x.shape("isosceles trapezoid", list(m.groups()[:4]))
        return list(m.groups()[:4])
    if m := re.fullmatch(rf"(?:right )?trapezoid {Q} with .*right angles at {P} and {P}", text):
        x.shape("right trapezoid", list(m.groups()[:4]))
        return list(m.groups()[:4])
    if m := re.fullmatch(rf"kite {Q} with .*", text):
        x.shape("kite", list(m.groups()[:4]))
        return list(m.groups()[:4])
    if m := re.fullmatch(rf"(parallelogram|rectangle|rhombus|square|quadrilateral) {Q}", text):
        x.shape(m[1], list(m.groups()[1:]))
        return list(m.groups()[1:])
    raise AssertionError(f"not understood: {text!r}")


def atom(x: Problem, text: str) -> bool:
    if m := re.fullmatch(rf"[Aa]ngle {T} is a right angle|{S} meets {S} at a right angle", text):
        g = [n for n in m.groups() if n]
        g = g if len(g) == 3 else [g[0], g[1], g[3]]
        x.turn(*g, 90)
    elif m := re.fullmatch(rf"(?:∠|[Aa]ngle |[Tt]he size of angle ){T} (?:=|is|measures) {N}°", text):
        x.turn(m[1], m[2], m[3], number(m[4]))
    elif m := re.fullmatch(rf"(?:[Tt]he length of )?{S} (?:=|is|measures) {N}", text):
        x.distance(m[1], m[2], number(m[3]))
    elif m := re.fullmatch(
        rf"[Tt]he radius of the circle about {P} is {N}|"
        rf"[Tt]he circle (?:about|with centre) {P} has (?:the )?radius {N}",
        text,
    ):
        o, v = (g for g in m.groups() if g)
        x.distance(o, x.centres[o], number(v))
    elif m := re.fullmatch(rf"{N} is the radius of the circle about {P}", text):
        x.distance(m[2], x.centres[m[2]], number(m[1]))
    else:
        return False
    return True


def _ratio(x: Problem, p: str, a: str, b: str, m: str, n: str) -> None:
    share = int(m) / (int(m) + int(n))
    x.point(p, lambda z: z[a] + share * (z[b] - z[a]))


def _mid(x: Problem, m: str, a: str, b: str) -> None:
    x.point(m, lambda z: (z[a] + z[b]) / 2)


def _mirror(x: Problem, q: str, p: str, a: str, b: str) -> None:
    x.point(q, lambda z: z[a] + (z[b] - z[a]) * ((z[p] - z[a]) / (z[b] - z[a])).conjugate())


def _bisect(x: Problem, d: str, a: str, v: str, b: str) -> None:
    x.turn_equal((a, v, d), (d, v, b))
    x.conditions.append(lambda z: angle(z, a, v, b) - angle(z, a, v, d))
    x.between(d, a, b)


def _perp_bisector(x: Problem, m: str, a: str, b: str, p: str, c: str, d: str) -> None:
    _mid(x, m, a, b)
    x.right(m, p, a, b)
    x.between(p, c, d)


def _incircle(x: Problem, i: str, a: str, b: str, c: str, t: str, u: str, v: str) -> None:
    for touch, p, q in ((t, a, b), (u, b, c), (v, c, a)):
        x.tangent(touch, p, i)
        x.between(touch, p, q)


def _through(x: Problem, o: str, *on: str) -> None:
    for p in on:
        x.on(p, o)


def _turned(x: Problem, v: str, a: str, p: str, c: str, q: str, degrees: str) -> None:
    x.conditions.append(lambda z: 1e-3 - abs((z[q] - z[v]) / (z[p] - z[v]) - (z[c] - z[v]) / (z[a] - z[v])))
    x.point(q, lambda z: z[v] + (z[p] - z[v]) * (z[c] - z[v]) / (z[a] - z[v]))


def _double(x: Problem, a: str, c: str, p: str) -> None:
    x.point(p, lambda z: 2 * z[c] - z[a])


def _tangent_prolonged(x: Problem, p: str, t: str, o: str, q: str) -> None:
    x.tangent(p, t, o)
    x.between(q, o, t)


def _two_tangents(x: Problem, p: str, s: str, t: str, o: str) -> None:
    x.tangent(s, p, o)
    x.tangent(t, p, o)


def _diameter(x: Problem, a: str, b: str, o: str) -> None:
    x.on(a, o)
    x.on(b, o)
    _mid(x, o, a, b)


def _outer_foot(x: Problem, h: str, p: str, a: str, b: str) -> None:
    x.foot(h, p, a, b)
    x.between(a, b, h)


def _inner_foot(x: Problem, h: str, p: str, a: str, b: str) -> None:
    x.foot(h, p, a, b)
    x.between(h, a, b)


def _parallel(x: Problem, p: str, q: str, a: str, b: str, c: str, d: str) -> None:
    x.parallel(p, q, a, b)
    x.between(q, c, d)


def _crossing(x: Problem, at: str, *ends: str) -> None:
    x.between(at, ends[0], ends[1])
    x.between(at, ends[2], ends[3])


def _erected(x: Problem, names: list[str], p: str, q: str, a: str, b: str) -> None:
    if len(names) == 4:
        x.shape("square", names)
    else:
        x.regular(names)
    x.sides(p, q, a, b, -1)


def _rules() -> list[Rule]:
    """Regular expression and what its groups mean; an order of groups in front where the text has another."""
    o = f"circle about {P}"
    poly = r"((?:[A-Z]\d*'*){3,4})"

    def order(f: Callable[..., None], *places: int) -> Callable[..., None]:
        return lambda x, *g: f(x, *(g[i] for i in places))

    def erected(x: Problem, *g: str) -> None:
        _erected(x, split(g[0]), *g[-4:])

    return [
        (rf"The incircle of triangle {T}, with centre {P}, touches {S} at {P}, {S} at {P} and {S} at {P}",
         order(_incircle, 3, 0, 1, 2, 6, 9, 12)),
        (rf"The {o} is inscribed in triangle {T} and touches the sides {S}, {S} and {S} at {P}, {P} and {P}",
         order(_incircle, 0, 1, 2, 3, 10, 11, 12)),
        (rf"{P} is the centre of the circle inscribed in triangle {T}; it touches {S} at {P}, {S} at {P} and "
         rf"{S} at {P}",
         order(_incircle, 0, 1, 2, 3, 6, 9, 12)),
        (rf"Inscribe the {o} in triangle {T}, touching {S} in {P}, {S} in {P} and {S} in {P}",
         order(_incircle, 0, 1, 2, 3, 6, 9, 12)),
        (rf"The circle through {P}, {P} and {P} has the centre {P}", order(_through, 3, 0, 1, 2)),
        (rf"{P} is the centre of the circumcircle of triangle {T}, which is drawn", _through),
        (rf"Draw the circumcircle of triangle {T} with centre {P}", order(_through, 3, 0, 1, 2)),
        (rf"A {o} goes through {P}, {P} and {P}", _through),
        (rf"Triangle {T} is turned by {N}° about {P}, so that {P} falls on {P} and {P} on {P}; {S} is joined",
         order(_turned, 0, 1, 2, 6, 8, 3)),
        (rf"Turn triangle {T} about {P} by {N}° onto triangle {T}, and join {S}", order(_turned, 0, 1, 2, 6, 7, 4)),
        (rf"A turn of {N}° about {P} takes triangle {T} to triangle {T}; the segment {S} is drawn",
         order(_turned, 2, 3, 4, 6, 7, 0)),
        (rf"Triangle {T} is the image of triangle {T} under a turn of {N}° about {P}; draw {S}",
         order(_turned, 3, 4, 5, 1, 2, 6)),
        (rf"The (?:square|equilateral triangle) {poly} is erected outward on {S}, with {P} and {P} on opposite "
         rf"sides of {S}",
         erected),
        (rf"On {S} stands the (?:square|equilateral triangle) {poly}; {P} and {P} lie on opposite sides of {S}",
         lambda x, *g: _erected(x, split(g[2]), *g[3:])),
        (rf"Erect the (?:square|equilateral triangle) {poly} on side {S}, away from the figure: {P} and {P} are on "
         rf"different sides of {S}", erected),
        (rf"Outward on {S} lies the (?:square|equilateral triangle) {poly}, and {S} separates {P} from {P}",
         lambda x, *g: _erected(x, split(g[2]), g[5], g[6], g[3], g[4])),
        (rf"{P} is the mirror image of {P} in the line {S}", _mirror),
        (rf"Reflect {P} in the line {S} to get {P}", order(_mirror, 3, 0, 1, 2)),
        (rf"Mirroring {P} in {S} gives {P}", order(_mirror, 3, 0, 1, 2)),
        (rf"The reflection in the line {S} takes {P} to {P}", order(_mirror, 3, 2, 0, 1)),
        (rf"{S} is prolonged beyond {P}, and the perpendicular from {P} meets the prolonged line at {P}",
         order(_outer_foot, 4, 3, 2, 0)),
        (rf"From {P} the perpendicular falls on the prolonged side {S} at {P}, beyond {P}",
         order(_outer_foot, 3, 0, 2, 1)),
        (rf"{P} is the foot of the perpendicular from {P} on {S} prolonged beyond {P}", order(_outer_foot, 0, 1, 3, 2)),
        (rf"Draw the altitude {S} to the side {S} prolonged; its foot {P} lies beyond {P}",
         order(_outer_foot, 1, 0, 3, 2)),
        (rf"From {P} the perpendicular {S} is dropped on {S}, with its foot {P} on the segment",
         order(_inner_foot, 5, 0, 3, 4)),
        (rf"{S} is perpendicular to {S} at {P}, a point of the segment {S}", order(_inner_foot, 1, 0, 2, 3)),
        (rf"The perpendicular from {P} to {S} meets the segment at {P}", order(_inner_foot, 3, 0, 1, 2)),
        (rf"Draw {S} at right angles to {S}, where {P} lies on the segment {S}", order(_inner_foot, 1, 0, 2, 3)),
        (rf"The bisector of angle {T} meets {S} at {P}", order(_bisect, 5, 0, 1, 2)),
        (rf"{S} bisects angle {T}, with {P} on {S}", order(_bisect, 1, 2, 3, 4)),
        (rf"Angle {T} is halved by {S}, where {P} lies on {S}", order(_bisect, 4, 0, 1, 2)),
        (rf"Draw the bisector of angle {T}; it cuts {S} in {P}", order(_bisect, 5, 0, 1, 2)),
        (rf"The perpendicular bisector of {S} passes through its midpoint {P} and meets {S} at {P}",
         order(_perp_bisector, 2, 0, 1, 5, 3, 4)),
        (rf"{P} is the midpoint of {S}, and the perpendicular to {S} in {P} meets {S} at {P}",
         order(_perp_bisector, 0, 1, 2, 8, 6, 7)),
        (rf"At the midpoint {P} of {S} the perpendicular {S} is drawn, with {P} on {S}",
         order(_perp_bisector, 0, 1, 2, 5, 6, 7)),
        (rf"Draw the perpendicular bisector of {S} from {P} on {S} to {P} on {S}",
         order(_perp_bisector, 2, 0, 1, 5, 6, 7)),
        (rf"The parallel to {S} through {P} meets {S} at {P}", order(_parallel, 2, 5, 0, 1, 3, 4)),
        (rf"Through {P} a line parallel to {S} is drawn; it meets {S} in {P}", order(_parallel, 0, 5, 1, 2, 3, 4)),
        (rf"{S} is parallel to {S}, with {P} on {S}", order(_parallel, 0, 1, 2, 3, 5, 6)),
        (rf"Draw {S} parallel to {S}, where {P} lies on {S}", order(_parallel, 0, 1, 2, 3, 5, 6)),
        (rf"{S} is prolonged beyond {P} by its own length to {P}", order(_double, 0, 2, 3)),
        (rf"Prolong {S} beyond {P} to {P} such that {S} = {S}", order(_double, 0, 2, 3)),
        (rf"Beyond {P} the segment {S} is doubled to {S}", order(_double, 1, 0, 4)),
        (rf"{P} lies on {S} prolonged beyond {P}, as far from {P} as {P} is", order(_double, 1, 3, 0)),
        (rf"(?:{S} is prolonged beyond {P} to {P}, with|Prolong {S} beyond {P} to {P} such that) "
         rf"{S} : {S} = (\d+) : (\d+)",
         lambda x, *g: _ratio(x, g[-4], g[-6], g[-3], *g[-2:])),
        (rf"{P} lies on {S} prolonged beyond {P}, where {S} is to {S} as (\d+) : (\d+)",
         lambda x, *g: _ratio(x, g[3], g[1], g[0], *g[-2:])),
        (rf"Beyond {P} the segment {S} goes on to {P}, with {S} : {S} = (\d+) : (\d+)",
         lambda x, *g: _ratio(x, g[0], g[1], g[3], *g[-2:])),
        (rf"(?:{S} joins|Join|The|From the) ?(?:the )?(?:midpoints? )?{P}(?:, the midpoint)? of {S},? "
         rf"(?:and|to|a segment goes to) {P}(?:, the midpoint)? of {S}(?: are joined)?",
         lambda x, *g: (_mid(x, *g[2:5]), _mid(x, *g[5:]))[0]),
        (rf"{P} is joined to {P}, the midpoint of {S}", order(_mid, 1, 2, 3)),
        (rf"The segment {S} joins {P} and the midpoint {P} of {S}", order(_mid, 3, 4, 5)),
        (rf"Draw {S}, where {P} is the midpoint of {S}", order(_mid, 2, 3, 4)),
        (rf"{P} is the midpoint of {S}; {S} is joined", order(_mid, 0, 1, 2)),
        (rf"{P} and {P} are the midpoints of {S} and {S}",
         lambda x, *g: (_mid(x, g[0], *g[2:4]), _mid(x, g[1], *g[4:]))[0]),
        (rf"{P} is the midpoint of {S} and {P} that of {S}", lambda x, *g: (_mid(x, *g[:3]), _mid(x, *g[3:]))[0]),
        (rf"Mark the midpoints {P} of {S} and {P} of {S}", lambda x, *g: (_mid(x, *g[:3]), _mid(x, *g[3:]))[0]),
        (rf"{S} and {S} have the midpoints {P} and {P}",
         lambda x, *g: (_mid(x, g[4], *g[:2]), _mid(x, g[5], *g[2:4]))[0]),
        (rf"{P} is the midpoint of {S}", _mid),
        (rf"The midpoint of {S} is {P}", order(_mid, 2, 0, 1)),
        (rf"{P} halves {S}", _mid),
        (rf"Mark {P}, the midpoint of {S}", _mid),
        (rf"(?:{P} lies on|{P} divides|The point {P} on|On) {S} .*?{S} : {S} = (\d+) : (\d+)",
         lambda x, *g: _ratio(x, g[6], g[5], g[8], *g[-2:])),
        (rf"{S} is a diameter of the {o}(?:, which ends in {P})?", lambda x, *g: _diameter(x, *g[:3])),
        (rf"Draw the diameter of the {o} from {P} to {P}", order(_diameter, 1, 2, 0)),
        (rf"From {P} the diameter through {P} reaches the circle again at {P}", order(_diameter, 0, 2, 1)),
        (rf"The {o} has the diameter {S}(?:, with its end {P} on the circle)?", order(_diameter, 1, 2, 0)),
        (rf"{S} is a diameter of the circle with centre {P}", _diameter),
        (rf"{P} is the centre of the circle with diameter {S}", order(_diameter, 1, 2, 0)),
        (rf"The tangent at {P} to the {o} meets the prolonged radius {S} at {P}, beyond {P}",
         order(_tangent_prolonged, 0, 4, 1, 3)),
        (rf"At {P} the tangent of the {o} is drawn; it meets {S} prolonged beyond {P} at {P}",
         order(_tangent_prolonged, 0, 5, 1, 3)),
        (rf"{S} is prolonged beyond {P} to {P}, where it meets the tangent at {P} to the {o}",
         order(_tangent_prolonged, 4, 3, 0, 1)),
        (rf"Draw the tangent {S} to the {o} at {P}, with {P} on {S} prolonged beyond {P}",
         order(_tangent_prolonged, 0, 1, 2, 6)),
        (rf"From {P} the tangents to the {o} touch it at {P} and {P}", order(_two_tangents, 0, 2, 3, 1)),
        (rf"{S} and {S} are the tangents from {P} to the {o}, with {P} and {P} on the circle",
         order(_two_tangents, 4, 6, 7, 5)),
        (rf"The {o} is touched at {P} and {P} by the tangents from {P}", order(_two_tangents, 3, 1, 2, 0)),
        (rf"Draw both tangents from {P} to the {o}; they touch it at {P} and {P}", order(_two_tangents, 0, 2, 3, 1)),
        (rf"{S} (?:touches|is tangent to) the {o} at {P}", lambda x, *g: x.tangent(g[1], g[0], g[2])),
        (rf"The line {S} is the tangent of the {o} in {P}", lambda x, *g: x.tangent(g[1], g[0], g[2])),
        (rf"At {P} the {o} is touched by {S}", lambda x, *g: x.tangent(g[0], g[2], g[1])),
        (rf"{S} is joined and crosses {S} at {P}", order(_crossing, 4, 0, 1, 2, 3)),
        (rf"Join {S}; it crosses {S} at {P}", order(_crossing, 4, 0, 1, 2, 3)),
        (rf"The segment {S} is drawn; {P} is where it crosses {S}", order(_crossing, 2, 0, 1, 3, 4)),
        (rf"Draw {S}, which meets {S} at {P}", order(_crossing, 4, 0, 1, 2, 3)),
        (rf"{S} and {S} cross at {P}", order(_crossing, 4, 0, 1, 2, 3)),
        (rf"{P} is the crossing of {S} and {S}", _crossing),
        (rf"{S} meets {S} at {P}", order(_crossing, 4, 0, 1, 2, 3)),
        (rf"Call {P} the point where {S} and {S} cross", _crossing),
        (rf"{P} lies between {P} and {P} on their line", lambda x, *g: x.between(*g)),
        (rf"{P} is a point of the segment {S}", lambda x, *g: x.between(*g)),
        (rf"The segment {S} passes through {P}", lambda x, *g: x.between(g[2], g[0], g[1])),
        (rf"On the segment {S} lies {P}", lambda x, *g: x.between(g[2], g[0], g[1])),
        (rf"{P} and {P} (?:lie|are) on (?:the same|one) side of (?:the line )?{S}", lambda x, *g: x.sides(*g, 1)),
        (rf"{P} lies on that side of {S} on which {P} is", lambda x, *g: x.sides(g[0], g[3], g[1], g[2], 1)),
        (rf"The line {S} has {P} and {P} on the same side", lambda x, *g: x.sides(g[2], g[3], g[0], g[1], 1)),
        (rf"{P} and {P} (?:lie|are) on (?:opposite|different) sides of (?:the line )?{S}",
         lambda x, *g: x.sides(*g, -1)),
        (rf"{S} separates {P} from {P}", lambda x, *g: x.sides(g[2], g[3], g[0], g[1], -1)),
        (rf"The line {S} runs between {P} and {P}", lambda x, *g: x.sides(g[2], g[3], g[0], g[1], -1)),
        (rf"{S} is joined|Join {P} and {P}|The segment {S} is drawn|Draw {S}", lambda x, *g: None),
    ]  # fmt: skip


RULES = [(re.compile(pattern), action) for pattern, action in _rules()]


def sentence(x: Problem, text: str) -> None:
    _read(x, text)
    _names(x, *re.findall(r"(?<![\w])(?:[A-Z]\d*'*)+(?![\w'])", re.sub(r"^A(?= [a-z])", "", text)))


def _read(x: Problem, text: str) -> None:
    if m := re.fullmatch(r"(?:Consider|The figure shows|We start with|Let there be|Look at) (.+)", text):
        noun(x, m[1])
        return
    if m := re.fullmatch(rf"(?:On side|Outward on|Side|Built outward on) {S}(?:, outside the figure so far, stands|"
                         rf" we add| "
                         rf"also carries, on its outer side,| is) (.+)", text):  # fmt: skip
        outward(x, noun(x, m[3]), m[1], m[2])
        return
    if m := re.fullmatch(rf"On the circle about {P} lies? (.+)|The circle about {P} passes through (.+)", text):
        centre, names = m[1] or m[3], m[2] or m[4]
        _through(x, centre, *split(names))
        return
    if m := re.fullmatch(
        rf"(.+?) (?:lies?|is a point|are points) (?:on|of) the circle (?:about|with centre) {P}", text
    ):
        _through(x, m[2], *split(m[1]))
        return
    for pattern, action in RULES:
        if m := pattern.fullmatch(text):
            action(x, *m.groups())
            return
    text = re.sub(r"^(?:It is given that|We know that|Here|Given:) ", "", text)
    for part in re.split(", | and ", text):
        assert atom(x, part), f"not understood: {part!r}"
