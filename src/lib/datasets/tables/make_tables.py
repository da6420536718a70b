"""Makes the tables in this folder. Usage: python make_tables.py SOURCES (a folder with the files named in README.md)."""

import csv
import gzip
import io
import sys
from pathlib import Path

HERE = Path(__file__).parent


def rows(path, delimiter="\t"):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter=delimiter)


def write(name, header, table):
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows([header, *table])
    # No time stamp and no name, so that the same table gives the same bytes.
    with open(HERE / name, "wb") as target:
        with gzip.GzipFile("", "wb", 9, target, mtime=0) as packed:
            packed.write(text.getvalue().encode())


def human(sources):
    symbols = {}
    with gzip.open(sources / "pbmc3k/genes.tsv.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            ensembl, symbol = line.rstrip("\n").split("\t")
            symbols[ensembl] = symbol
    for row in rows(sources / "gene_tables/human_length_gc.tsv.gz"):
        if row["ensembl_gene_id"]:
            symbols[row["ensembl_gene_id"]] = row["symbol"]
    for row in rows(sources / "gene_tables/human_ensembl_exonic_length_gc.tsv.gz"):
        ensembl = row["ensembl_gene_id"]
        yield ensembl, symbols.get(ensembl, ""), round(float(row["exonic_length"])), f"{float(row['exonic_gc']):.4f}"


def mouse(sources):
    for row in rows(sources / "gene_tables/mouse_GRCm38_ens98_length_gc.tsv.gz"):
        yield row["ensembl_gene_id"], row["symbol"], round(float(row["length_max"])), f"{float(row['gc_longest']):.4f}"


def labels(sources):
    for row in rows(sources / "pbmc3k/labels.tsv.gz"):
        yield row["barcode"], row["cell_type"]


if __name__ == "__main__":
    sources = Path(sys.argv[1])
    write("human-genes.tsv.gz", ["ensembl_id", "symbol", "length", "gc"], sorted(human(sources)))
    write("mouse-genes.tsv.gz", ["ensembl_id", "symbol", "length", "gc"], sorted(mouse(sources)))
    write("pbmc3k-labels.tsv.gz", ["barcode", "cell_type"], labels(sources))
