#!/usr/bin/env python3
"""Proves the log of a Holdfast file without Holdfast. The format: docs/log-format.md."""
import argparse, json, re, sqlite3, sys
from hashlib import sha256
from pathlib import Path

# By the type of an entry: what each of its units adds to available, held, allocated, unsellable.
EFFECTS = [None] + [tuple("-0+".index(sign) - 1 for sign in effect) for effect in (
    "+000 0-+0 +-00 -000 -000 +000 -000 +000 -+00 +0-0 00-0 "  # 1 to 11
    "0000 0000 0000 0000 0000 -00+ +00- 000- 000+ 000+ 000+").split()]
PLACES = [0, 7, 10, 11, 7, 11, 11, 7, 7, 12, 10, 10, 11, 11, 11, 8, 11, 7, 7, 7, 7, 7, 10]  # of a line, by its type
RETURNED, COUNTED, RESERVED, WAREHOUSE_CHANGED, OWNER_CHANGED, COUNTED_ASIDE = 3, 8, 9, 15, 16, 21
EXPIRED = 3  # why units came back: the line then has one place more
OWNER = {RESERVED: 11, OWNER_CHANGED: 10}  # the place of the text that is the owner
MEMBERS = {"documents", "entries", "forgotten", "keys", "levels", "names", "texts", "v", "warehouses"}
TEXTS = {"actor", "group", "metadata", "reference"}  # options of a line; the others are numbers
REPLACES = {"replaces", "replacesRandom"}

def must(holds, otherwise):
    if not holds:
        raise ValueError(otherwise)

def digest(data):
    return sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()

def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

def fold(levels, texts, seq, line):
    *places, options = line if isinstance(line[-1], dict) else (*line, {})
    kind, level, qty, *counts, before = places[:7]
    must(type(kind) is int and 0 < kind < len(EFFECTS), f"entry {seq} is of an unknown type")
    must((TEXTS | REPLACES | {"unsellable"}).issuperset(options), f"entry {seq} has an unknown option")
    length = PLACES[kind] + (kind == RETURNED and places[10:11] == [EXPIRED])
    owner = OWNER.get(kind, length)
    numbers, named = places[:owner], places[owner:] + [options[name] for name in TEXTS.intersection(options)]
    if kind == RESERVED and places[owner:] == [None]:
        named = named[1:]
    replaces = REPLACES.intersection(options)
    must(len(places) == length and all(type(value) is int for value in (*numbers, *named, *options.values()))
         and all(0 <= place < texts for place in named) and options.get("unsellable") != 0
         and (not replaces or (kind == RESERVED and replaces == REPLACES))
         and (qty > 0 < level or qty == level == 0 or kind in (COUNTED, COUNTED_ASIDE)), f"entry {seq} is malformed")
    must((level == 0) == (kind == WAREHOUSE_CHANGED) and 0 <= level < len(levels), f"entry {seq} has no level")
    product, warehouse, newest, *then = levels[level]
    after = [count + effect * qty for count, effect in zip(then, EFFECTS[kind])]
    must(before == newest, f"entry {seq} does not name the entry before it")
    counts.append(options.get("unsellable", 0))
    must(counts == after and min(after) >= 0, f"entry {seq} does not add up")
    if level > 0:
        levels[level] = (product, warehouse, seq, *after)

def prove(rows):
    number, seq, time, before = 0, 0, 0, "0" * 64
    levels = [("", "", 0, 0, 0, 0, 0)]  # by key: product, warehouse, seq of the newest entry, counts after it
    try:
        for stored, first_seq, last_seq, at, level_keys, batch_id, own, body, texts in rows:
            number += 1
            must(stored == number, "it is missing")
            header = [1, before, number, first_seq, last_seq, at, level_keys, batch_id.hex(), digest(body)]
            before = digest(compact(header))
            must(before == own.hex(), "its hash does not match")
            must(at >= time and first_seq == seq + 1, "it does not follow the commit before it")
            time, parts, listed = at, json.loads(body), texts and texts.decode()
            texts = json.loads(listed or "[]")
            must(isinstance(parts, dict) and parts.get("v") == 1 and MEMBERS.issuperset(parts), "its format is unknown")
            must(not listed or compact(texts) == listed, "its texts are not in canonical form")
            must(all(re.fullmatch("[A-Za-z0-9_-]{22}", salt) for salt in texts[::2]), "it has a salt of another form")
            pairs = list(zip(texts[::2], texts[1::2]))
            digests = [digest(compact(pair))[:32] for pair in pairs]
            must(digests == parts.get("texts", []) and len(texts) == 2 * len(digests), "its texts do not match")
            places = parts.get("levels", [])
            levels += [(*place, 0, 0, 0, 0, 0) for place in zip(places[::2], places[1::2])]
            must(len(levels) - 1 == level_keys, "its number of levels does not match")
            for seq, line in enumerate(parts.get("entries", []), first_seq):
                fold(levels, len(pairs), seq, line)
            must(seq == last_seq, f"it does not end with entry {last_seq}")
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        sys.exit(f"commit {number}: {error}")
    held = ((warehouse, product, *counts) for product, warehouse, _, *counts in levels[1:])
    return f"{seq}:{before}", sorted(held)

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("file")
parser.add_argument("--json", action="store_true", help="for programs")
options = parser.parse_args()
try:
    db = sqlite3.connect(Path(options.file).resolve().as_uri() + "?mode=ro", uri=True)
    db.text_factory = bytes  # hashes are of bytes
    columns = "number, first_seq, last_seq, at, level_keys, batch_id, hash, body, texts"
    head, levels = prove(db.execute(f"SELECT {columns} FROM commits ORDER BY number"))
except sqlite3.Error as error:
    sys.exit(f"{options.file}: {error}")
if options.json:
    names = ("warehouse", "product", "available", "held", "allocated", "unsellable")
    print(json.dumps({"head": head, "levels": [dict(zip(names, row)) for row in levels]}))
else:
    print(head, *(" ".join(map(str, row)) for row in levels), sep="\n")
