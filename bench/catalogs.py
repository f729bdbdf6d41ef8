"""What bench/evasion, bench/restraint and bench/separation share: klean runs and real catalogs.

The catalogs stand beside the project (`--data`, default ../shared/data) and are never part of it.
"""
import csv
import json
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DATA = os.path.join(os.path.dirname(ROOT), "shared", "data")
KLEAN = os.path.join(ROOT, ".build", "release", "klean")
MODEL = os.path.join(ROOT, "cluster", "model")

# Evidence by which the name scorer marks a listing; mentions, guards and denials are neutral.
NAME_MARKS = ["nameNearMiss", "nameConfusable", "nameSlang", "nameClaimMismatch",
              "nameOfficialStoreClaim"]


def add_arguments(parser):
    parser.add_argument("--klean", default=KLEAN, help="the klean to run")
    parser.add_argument("--data", default=DATA, help="the folder of real catalogs")
    parser.add_argument("--model", default=MODEL, help="the model's source folder")
    parser.add_argument("--work", help="folder for stores and indexes; kept")


def run(klean, *arguments):
    """Standard output of a klean run; ends the program where it fails."""
    done = subprocess.run([klean, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"klean {' '.join(arguments)}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout


def fresh(path):
    shutil.rmtree(path, ignore_errors=True)
    return path


def copy_source(source, target):
    """A copy of a model source in which every listing is ranked, so that exports hold them all."""
    fresh(target)
    shutil.copytree(source, target)
    path = os.path.join(target, "model.yaml")
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    found = [line for line in lines if line.startswith("threshold:")]
    if len(found) != 1:
        sys.exit(f"{path}: expected one line `threshold:`, found {len(found)}")
    lines[lines.index(found[0])] = "threshold: -100"
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return target


def write_rows(path, rows, columns):
    """JSON Lines; missing values are left out."""
    with open(path, "w", encoding="utf-8") as file:
        for row in rows:
            kept = {name: row[name] for name in columns if row.get(name) not in (None, "")}
            file.write(json.dumps(kept, ensure_ascii=False) + "\n")


COLUMNS = ["id", "title", "brand", "category", "seller", "shop", "price", "currency", "condition"]


def judge(klean, source, rows, work):
    """Packs, scans and exports rows (dictionaries of COLUMNS). Returns the exported entries by id:
    every one, ranked or not."""
    os.makedirs(work, exist_ok=True)
    path = lambda name: os.path.join(work, name)  # noqa: E731
    write_rows(path("rows.jsonl"), rows, COLUMNS)
    run(klean, "pack", path("rows.jsonl"), "--store", fresh(path("store")))
    copy_source(source, path("source"))
    run(klean, "model", "build", path("source"), "--out", fresh(path("model")))
    run(klean, "scan", path("store"), "--model", path("model"), "--out", fresh(path("index")),
        "--workers", "1")
    out = path("entries.jsonl")
    if os.path.exists(out):
        os.remove(out)
    run(klean, "export", path("index"), "--format", "jsonl", "--lang", "en", "--out", out)
    entries = {}
    with open(out, encoding="utf-8") as file:
        for line in file:
            entry = json.loads(line)
            entries[entry["id"]] = entry
    if len(entries) != len({row["id"] for row in rows}):
        sys.exit(f"{out}: expected {len(rows)} entries, found {len(entries)}")
    return entries


def table(path):
    """Rows of a model source table as dictionaries."""
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file if line.strip() and line[0] != "#"]
    header = lines[0].split("\t")
    return [dict(zip(header, line.split("\t"))) for line in lines[1:]]


def _csv(path, encoding="utf-8-sig"):
    csv.field_size_limit(1 << 24)
    with open(path, encoding=encoding, errors="replace", newline="") as file:
        return list(csv.DictReader(file))


def _json(path):
    with open(path, encoding="utf-8-sig") as file:
        return json.load(file)


def _text(value):
    """A list of texts is its first one; whitespace at the ends does not count."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return str(value or "").strip()


def _flipkart_category(row):
    tree = _text(row.get("product_category_tree")).strip('[]"')
    return tree.replace(" >> ", " > ")


# name: (file, reader, columns or functions, constants)
HONEST = {
    "musinsa": ("musinsa_data_2026.csv", _csv, {
        "title": "product_name", "brand": "brand", "category": "category", "price": "price"},
        {"currency": "KRW", "seller": "", "condition": "new"}),
    "ably": ("ably_data.csv", _csv, {
        "title": "product_name", "brand": "brand", "category": "category", "price": "price"},
        {"currency": "KRW", "seller": "", "condition": "new"}),
    "sero": ("vintage_sero.json", _json, {
        "title": "name", "brand": "brand", "category": "category", "price": "salePrice",
        "seller": "storeName"}, {"currency": "KRW", "condition": "used"}),
    "coupang-a": ("coupang_2020a.csv", _csv, {"title": "상품명", "price": "가격"},
                  {"currency": "KRW", "condition": "new"}),
    "coupang-b": ("coupang_2020b.csv", _csv, {"title": "상품명", "price": "가격"},
                  {"currency": "KRW", "condition": "new"}),
    "oliveyoung": ("oliveyoung_ranking.csv", _csv, {
        "title": "Product Name", "brand": "Brand", "category": "Category",
        "price": "Sale Price"}, {"currency": "KRW", "condition": "new"}),
    "flipkart": ("flipkart_price_20k.csv", _csv, {
        "title": "product_name", "brand": "brand", "price": "discounted_price"},
        {"currency": "INR", "condition": "new"}),
    "flipkart-sub": ("flipkart_sub.csv", _csv, {
        "title": "product_name", "brand": "brand", "category": _flipkart_category,
        "price": "discounted_price"}, {"currency": "INR", "condition": "new"}),
    "wish": ("wish_summer_2020.csv", _csv, {
        "title": "title_orig", "price": "price", "seller": "merchant_title"},
        {"currency": "EUR", "condition": "new"}),
    "amazon-in": ("amazon_in_trimmed.csv", _csv, {
        "title": "name", "category": "sub_category", "price": "discount_price"},
        {"currency": "INR", "condition": "new"}),
    "aliexpress": ("aliexpress_ptbr.csv", _csv, {
        "title": "titulo", "price": "preco", "seller": "loja"}, {"condition": "new"}),
    "rakuten": ("rakuten_scrape.csv", _csv, {
        "title": "Product Name", "brand": "Brand Name"}, {"condition": "new"}),
    "jd": ("jd_zh.csv", _csv, {"title": "name", "price": "price"},
           {"currency": "CNY", "condition": "new"}),
}


def honest(name, data):
    """Listings of an honest catalog as rows of COLUMNS; ids are NAME-NUMBER."""
    file, reader, fields, constants = HONEST[name]
    rows = []
    for number, raw in enumerate(reader(os.path.join(data, "catalogs", file)), 1):
        row = {"id": f"{name}-{number}", **constants}
        for field, column in fields.items():
            row[field] = _text(column(raw) if callable(column) else raw.get(column))
        row["title"] = " ".join(row["title"].split())
        if row["title"]:
            rows.append(row)
    return rows


def replica(data):
    """Finds of the replica shopping sheets as rows of COLUMNS, banner lines left out."""
    rows = []
    sheet = _json(os.path.join(data, "replica", "repsheet_scrape.json"))
    for number, item in enumerate(sheet["items"], 1):
        rows.append({"id": f"repsheet-{number}", "title": _text(item["title"]),
                     "category": _text(item["category"]), "price": _text(item["price"]),
                     "currency": "USD", "condition": "new"})
    path = os.path.join(data, "replica", "allchinabuy_sheet.csv")
    with open(path, encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    header = next(i for i, line in enumerate(lines) if "NAME" in line and "Price" in line)
    name, price = lines[header].index("NAME"), lines[header].index("Price")
    for number, line in enumerate(lines[header + 1:], 1):
        if len(line) > name and line[name].strip() and any(c.isdigit() for c in line[price]):
            rows.append({"id": f"allchinabuy-{number}", "title": line[name].strip(),
                         "price": line[price].strip(), "condition": "new"})
    for row in rows:
        row["title"] = " ".join(row["title"].split())
    return [row for row in rows if row["title"]]
