#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Does `check --platform` say of a reduced layout what is true of the machine's own 2^52 pages?

Each round makes a random machine (reserved regions, aperture, DMA mask) and a spec that asks questions about it, lets
`iommu-check check SPEC --platform FILE` answer them, and answers them itself on the real pages. Nothing here knows
how layouts are reduced; what may be asked is what Documentation/platforms.md ('What a reduced layout keeps') says is kept.

Families of questions, each 'can this happen?':

  window     is there a page p such that the pages p-1 ... p+MAPPING_PAGES, each of which may wrap around at the end of
             the space, are reserved or free, inside or outside the aperture and the mask, page 0 or not, as a random
             formula says, with p aligned or not
  wrap       a mapping of MAPPING_PAGES pages, none reserved, that covers page 0 though it does not start there
  beyond     a page that is not reserved above the aperture, or above the mask
  pair       two pages of the same kind, not neighbours, that a driver holds at once
  top_down, bottom_up
             an allocator that fails though fewer than SLOTS mappings are held; with and without freeing
  scattered  the same with mappings placed wherever they fit

The real answer. A formula over p ... p+k changes its value only near the ends of regions, the ends of aperture and mask,
and the ends of the space; and pages that lie further than that from all of them are told apart by their alignment only.
So all pages within WINDOW of such a place are tried, and no other need be. How many mappings fit is counted interval by
interval.

A wrong verdict is printed with its files and is a disagreement; 'inconclusive' (exit code 3) is no answer and is counted.

    layouts.py --program .build/debug/iommu-check --count 500 --seed 1
    layouts.py --program … --count 60 --family capacity       only these: wrap, beyond, capacity, window, pair

Exit code 0: no disagreement. Standard library only.
"""

import itertools
import json
import os
import random
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

import running

PAGES = 1 << 52
WINDOW = 24
KINDS = ["direct", "direct-relaxable", "reserved", "msi"]
CAPACITY = ("top_down", "bottom_up", "scattered")


# ------------------------------------------------------------------------------------------------------ machines


class Machine:
    """Regions as [first, last] in pages, disjoint and sorted; aperture and mask as pages."""

    def __init__(self, rng):
        self.regions = regions(rng)
        self.aperture = aperture(rng, self.regions)
        self.mask = rng.choice(
            [(1 << 20) - 1, (1 << 20) - 1, PAGES - 1, (1 << 27) - 1, rng.randrange(8, 1 << 24), self.aperture[1]])

    def is_reserved(self, page):
        return any(first <= page <= last for first, last, _ in self.regions)

    def places(self):
        """Pages at which something begins."""
        cuts = {0, 1, PAGES, 1 << 20, self.aperture[0], self.aperture[1] + 1, self.mask + 1}
        for first, last, _ in self.regions:
            cuts |= {first, last + 1}
        return cuts

    def candidates(self):
        pages = set()
        for cut in self.places():
            pages.update(page % PAGES for page in range(cut - WINDOW, cut + WINDOW))
        return sorted(pages)

    def free_intervals(self):
        """Pages that an allocator may hand out, as [first, last]."""
        first = max(1, self.aperture[0])
        last = min(self.aperture[1], self.mask)
        found = []
        for start, end, _ in self.regions:
            if start > first and first <= last:
                found.append((first, min(start - 1, last)))
            first = max(first, end + 1)
        if first <= last:
            found.append((first, last))
        return found

    def text(self):
        lines = [f"0x{first << 12:016x} 0x{(last << 12) + 0xfff:016x} {kind}" for first, last, kind in self.regions]
        return "\n".join(lines) + "\n"

    def describe(self):
        return f"aperture {self.aperture[0]:#x}-{self.aperture[1]:#x}, mask {self.mask:#x}, regions " + ", ".join(
            f"{first:#x}-{last:#x}" for first, last, _ in self.regions)


def length(rng):
    return rng.choice([1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 17, 256, rng.randrange(1, 1 << 16), rng.randrange(1, 1 << 30)])


def regions(rng):
    """Disjoint: near each other and touching, at page 0, at 4 GiB, at the very top, and anywhere."""
    found = []

    def add(first, pages):
        last = first + pages - 1
        if first < 0 or last >= PAGES or any(first <= b and a <= last for a, b, _ in found):
            return
        found.append((first, last, rng.choice(KINDS)))

    for _ in range(rng.choice([1, 1, 2, 2, 3, 4, 5])):
        place = rng.randrange(9)
        pages = length(rng)
        if place == 0:
            add(0, pages)
        elif place == 1:
            add(PAGES - pages, pages)
        elif place == 2:
            add(PAGES - pages - rng.randrange(1, 12), pages)
        elif place == 3:
            add(0xfee00, 0x100)
        elif place == 4:
            add((1 << 20) - pages + rng.randrange(-3, 4), pages)
        elif place == 5 and found:
            add(found[-1][1] + 1, pages)
        elif place == 6 and found:
            add(found[-1][1] + 1 + rng.randrange(1, 14), pages)
        elif place == 7:
            add(rng.randrange(1, 40), pages)
        else:
            add(rng.randrange(PAGES), pages)
    if not found:
        add(0xfee00, 0x100)
    return sorted(found)


def aperture(rng, regions):
    place = rng.randrange(9)
    if place <= 1:
        return (0, PAGES - 1)
    if place == 2:
        return (0, (1 << 36) - 1)
    if place == 3:
        return (0xc8000, 0xcbfff)
    if place == 4:
        return (rng.randrange(0, 20), PAGES - 1 - rng.randrange(0, 20))
    if place == 5:
        first = regions[0][1] + 1
        return (first, min(first + length(rng), PAGES - 1)) if first < PAGES else (0, PAGES - 1)
    if place == 6 and regions[-1][0] > 0:
        return (0, regions[-1][0] - 1)
    # Hardly more than the mappings of a scope take.
    first = rng.choice([0, 1, 0xc8000, rng.randrange(0, 1 << 22)])
    return (first, first + rng.randrange(1, 24))


# ------------------------------------------------------------------------------------------------- formulas over p


class Formula:
    """A conjunction of atoms over the pages p + offset, each perhaps negated, and perhaps an alignment of p."""

    def __init__(self, rng, mapping_pages, alignment):
        offsets = range(-1, mapping_pages + 1)
        atoms = ["reserved", "in_aperture", "above_aperture", "below_aperture", "above_mask", "is_zero", "is_last"]
        self.atoms = []
        if rng.randrange(2):
            # As a mapping: all its pages alike.
            atom, negated = rng.choice(["reserved", "in_aperture", "above_mask"]), bool(rng.randrange(2))
            self.atoms += [(atom, offset, negated) for offset in range(mapping_pages)]
        for _ in range(rng.randrange(1, 4)):
            self.atoms.append((rng.choice(atoms), rng.choice(offsets), bool(rng.randrange(2))))
        self.alignment = rng.choice([1, alignment])

    def holds(self, machine, page):
        if page % self.alignment:
            return False
        for atom, offset, negated in self.atoms:
            other = (page + offset) % PAGES
            first, last = machine.aperture
            value = {
                "reserved": lambda: machine.is_reserved(other), "in_aperture": lambda: first <= other <= last,
                "above_aperture": lambda: other > last, "below_aperture": lambda: other < first,
                "above_mask": lambda: other > machine.mask, "is_zero": lambda: other == 0,
                "is_last": lambda: other == PAGES - 1,
            }[atom]()
            if value == negated:
                return False
        return True

    def text(self, variable="p"):
        parts = []
        for atom, offset, negated in self.atoms:
            page = variable if offset == 0 else f"({variable} {'+' if offset > 0 else '-'} {abs(offset)})"
            text = {
                "reserved": f"is_reserved({page})", "in_aperture": f"in_aperture({page})",
                "above_aperture": f"above_aperture({page})", "below_aperture": f"below_aperture({page})",
                "above_mask": f"above_mask({page})", "is_zero": f"is_zero({page})", "is_last": f"is_zero({page} + 1)",
            }[atom]
            parts.append("!" + text if negated else text)
        if self.alignment > 1:
            parts.append(f"{variable} % {self.alignment} == 0")
        return " && ".join(parts)


class WrapFormula(Formula):
    """A mapping that covers page 0 and does not start there."""

    def __init__(self, mapping_pages):
        self.mapping_pages = mapping_pages
        self.alignment = 1
        self.atoms = [("reserved", offset, False) for offset in range(mapping_pages)]
        self.atoms = [(atom, offset, True) for atom, offset, _ in self.atoms]
        self.atoms += [("is_zero", 0, True), ("is_zero", mapping_pages - 1, False)]


class BeyondFormula(Formula):
    def __init__(self, rng):
        self.alignment = 1
        self.atoms = [("reserved", 0, True), (rng.choice(["above_aperture", "above_mask"]), 0, False)]


# -------------------------------------------------------------------------------------------------------- questions


class Question:
    """`truth`: whether it can happen on the machine. `arms`: what the driver of the spec does to find out."""

    def __init__(self, family, truth, arms, what):
        self.family, self.truth, self.arms, self.what = family, truth, arms, what


def window(family, formula, machine):
    truth = any(formula.holds(machine, page) for page in machine.candidates())
    return Question(family, truth, [f"any(p: Page) where {formula.text()} => happened = true"], formula.text())


def pair(formula, machine):
    pages = [page for page in machine.candidates() if formula.holds(machine, page)]
    truth = any(q - p > 1 for p, q in [(pages[0], pages[-1])]) if pages else False
    arms = [
        f"any(p: Page) where count == 0 && {formula.text()} => {{ held.insert(p) ; count = 1 }}",
        f"any(p: Page) where count == 1 && is_away(p) && {formula.text()} => happened = true",
        "any(q: Page) where held.contains(q) => { held.remove(q) ; count = 0 }",
    ]
    return Question("pair", truth, arms, formula.text())


def slots(interval, pages, align):
    """How many mappings an allocator that takes the first place from one end gets out of an interval."""
    first, last = interval
    if align > 1:
        start = (first + align - 1) // align * align
        step = (pages + align - 1) // align * align
        count = max(0, last - start + 1 - pages + step) // step if last - start + 1 >= pages else 0
        return count
    return (last - first + 1) // pages


def can_be_blocked(intervals, pages, align, most):
    """Whether `most` mappings, placed anywhere, can leave no place for another one."""
    if any(last - first + 1 > (most + 1) * (2 * pages + align) for first, last in intervals):
        return False
    places = [
        page for first, last in intervals
        for page in range((first + align - 1) // align * align, last - pages + 2, align)]

    def search(left, free):
        if not free:
            return True
        if left == 0:
            return False
        # Some mapping must touch the first place that is free.
        target = min(free)
        return any(
            search(left - 1, [page for page in free if abs(page - chosen) >= pages])
            for chosen in free if abs(chosen - target) < pages)

    return search(most, places)


def capacity(rng, family, machine, mapping_pages, alignment, slot_count):
    align = rng.choice([1, alignment])
    intervals = machine.free_intervals()
    if family == "scattered":
        truth = can_be_blocked(intervals, mapping_pages, align, slot_count - 1)
        arms = [
            f"any(p: Page) where count < SLOTS && fits(p, {align}) => hold(p)",
            f"where count < SLOTS && !exists(p: Page) fits(p, {align}) => happened = true",
        ]
    else:
        truth = sum(slots(interval, mapping_pages, align) for interval in intervals) < slot_count
        place = f"{'highest' if family == 'top_down' else 'lowest'}_place({align})"
        arms = [f"where count < SLOTS => {{ if let p = {place} {{ hold(p) }} else {{ happened = true }} }}"]
    if rng.randrange(2):
        arms.append("any(q: Page) where starts.contains(q) => release(q)")
    return Question(family, truth, arms, f"{family}, {slot_count} of {mapping_pages} pages aligned to {align}")


def questions(rng, machine, mapping_pages, slot_count, family):
    alignment = 1
    while alignment < mapping_pages:
        alignment *= 2
    found = []

    def wants(name):
        return family in (None, name)

    if wants("window"):
        found += [window("window", Formula(rng, mapping_pages, alignment), machine) for _ in range(3)]
    if wants("wrap"):
        found.append(window("wrap", WrapFormula(mapping_pages), machine))
    if wants("beyond"):
        found.append(window("beyond", BeyondFormula(rng), machine))
    if wants("pair"):
        found.append(pair(Formula(rng, 1, 1), machine))
    if wants("capacity"):
        name = rng.choice(CAPACITY if mapping_pages * slot_count <= 4 else CAPACITY[:2])
        found.append(capacity(rng, name, machine, mapping_pages, alignment, slot_count))
    return found


# ------------------------------------------------------------------------------------------------------------ specs


def spec(rng, machine, mapping_pages, slot_count, questions):
    # A spec may call its mappings as the shared specs do, or not.
    slots_name = rng.choice(["BUFFERS", "SLOTS"])
    count = f"const SLOTS = {slot_count}" if slots_name == "SLOTS" else (
        f"const BUFFERS = {slot_count}\nconst SLOTS = BUFFERS")
    text = f"""/// Made by Tests/Oracles/layouts.py.
module layout_questions
const PAGE_BITS = {rng.randrange(3, 7)}
type Page = bits(PAGE_BITS)
enum RegionType {{ direct, direct_relaxable, reserved, msi }}
struct ReservedRegion {{ first: Page, last: Page, kind: RegionType }}
const RESERVED_REGIONS: List<ReservedRegion> = []
const APERTURE_FIRST: Page = 0
const APERTURE_LAST: Page = (1 << PAGE_BITS) - 1
const DMA_MASK_LAST: Page = (1 << PAGE_BITS) - 1
const MACHINE_APERTURE_FIRST = {machine.aperture[0] << 12:#x}
const MACHINE_APERTURE_LAST = {(machine.aperture[1] << 12) + 0xfff:#x}
const MACHINE_DMA_MASK = {(machine.mask << 12) + 0xfff:#x}
const MAPPING_PAGES = {mapping_pages}
{count}
const QUESTION = 0
fn is_reserved(page: Page) -> Bool = exists(r in RESERVED_REGIONS) r.first <= page && page <= r.last
fn in_aperture(page: Page) -> Bool = APERTURE_FIRST <= page && page <= APERTURE_LAST
fn above_aperture(page: Page) -> Bool = page > APERTURE_LAST
fn below_aperture(page: Page) -> Bool = page < APERTURE_FIRST
fn above_mask(page: Page) -> Bool = page > DMA_MASK_LAST
fn is_zero(page: Page) -> Bool = page == 0
fn is_usable(page: Page) -> Bool = page != 0 && in_aperture(page) && !above_mask(page) && !is_reserved(page)
type Offset = 0 ..< MAPPING_PAGES
fn fits(page: Page, align: Page) -> Bool =
    page % align == 0 && page <= page + (MAPPING_PAGES - 1)
    && (forall(offset: Offset) is_usable(page + Page(offset)))
    && held.is_disjoint(page ... page + (MAPPING_PAGES - 1))
fn lowest_place(align: Page) -> Page? {{
    var found: Page? = none
    for page in Page {{ if found == none && fits(page, align) {{ found = page }} }}
    return found
}}
fn highest_place(align: Page) -> Page? {{
    var found: Page? = none
    for page in Page {{ if fits(page, align) {{ found = page }} }}
    return found
}}
/// Whether the page lies above the one that is held, and not next to it.
fn is_away(page: Page) -> Bool = page > 1 && held.is_disjoint(page - 1 ... ~Page(0))
op hold(page: Page) {{
    held.insert(page ... page + (MAPPING_PAGES - 1))
    starts.insert(page)
    count = count + 1
}}
op release(page: Page) {{
    held.remove(page ... page + (MAPPING_PAGES - 1))
    starts.remove(page)
    count = count - 1
}}
state {{ happened: Bool, count: 0 ... SLOTS, starts: Set<Page>, held: Set<Page> }}
process driver as "Driver" {{
    choose {{
"""
    for number, question in enumerate(questions):
        for arm in question.arms:
            head, guard, rest = arm.partition("where ")
            text += f"        {head}where QUESTION == {number} && {rest}\n"
    text += "        where QUESTION == -1 => happened = true\n    }\n}\ninvariant never: !happened\n"
    for number in range(len(questions)):
        text += f"check q{number} {{ set QUESTION = {number}; expect holds }}\n"
    return text


# ------------------------------------------------------------------------------------------------------------- rounds


def ask(arguments, folder, seed):
    rng = random.Random(seed)
    machine = Machine(rng)
    mapping_pages = rng.randrange(1, 5)
    slot_count = rng.randrange(2, 6)
    asked = questions(rng, machine, mapping_pages, slot_count, arguments.family)
    paths = {name: os.path.join(folder, f"layout_{seed}.{name}") for name in ("spec", "regions", "json")}
    with open(paths["spec"], "w", encoding="utf-8") as file:
        file.write(spec(rng, machine, mapping_pages, slot_count, asked))
    with open(paths["regions"], "w", encoding="utf-8") as file:
        file.write(machine.text())
    command = [
        arguments.program, "check", paths["spec"], "--platform", paths["regions"], "--json", paths["json"],
        "--threads", "1", "--timeout", arguments.timeout, "--engine", arguments.engine]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode not in (0, 1, 3):
        return seed, machine, [(question, "error: " + run.stderr[:600]) for question in asked]
    with open(paths["json"], encoding="utf-8") as file:
        answer = json.load(file)
    checks = answer.get("checks", [answer])
    return seed, machine, [(question, check["verdict"]) for question, check in zip(asked, checks)]


def main():
    arguments = running.options(
        "Reduced layouts against the machine's own pages.", 500 if os.environ.get("LONG_TESTS") == "1" else 100, 40,
        [("--family", {"choices": ["wrap", "beyond", "capacity", "window", "pair"]}),
         ("--timeout", {"default": "60s", "help": "for each check"}),
         ("--engine", {"default": "interpreter"}),
         ("--jobs", {"type": int, "default": 2}),
         ("--keep", {"help": "a folder for the specs and region files"})])
    tally = running.Tally("layouts", arguments)
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(arguments.jobs) as pool:
        folder = arguments.keep or temporary
        os.makedirs(folder, exist_ok=True)
        seeds = (seed for seed, _ in tally.seeds())
        while batch := list(itertools.islice(seeds, arguments.jobs)):
            for seed, machine, answers in pool.map(lambda seed: ask(arguments, folder, seed), batch):
                judge(tally, folder, seed, machine, answers)
    tally.finish()


def judge(tally, folder, seed, machine, answers):
    """One machine: each question is a case."""
    for number, (question, verdict) in enumerate(answers):
        expected = "violated" if question.truth else "holds"
        if verdict == "inconclusive":
            tally.skip("inconclusive")
        elif verdict == expected:
            tally.agree(question.family)
        else:
            with open(os.path.join(folder, f"layout_{seed}.spec"), encoding="utf-8") as file:
                text = file.read()
            tally.disagree(
                seed, f"{text}\n{machine.describe()}\nquestion {number}: {question.what}", expected,
                [("the program", verdict)])


if __name__ == "__main__":
    main()
