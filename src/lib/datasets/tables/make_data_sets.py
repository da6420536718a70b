"""Makes data-sets.json: what the data sets are. Usage: python make_data_sets.py SOURCES (the folder of the data, with its manifest.json).

Titles, citations and accessions are written down here; sizes, checksums, origins, licences and shapes come from the manifest, cell
types from the labels.
"""

import csv
import gzip
import json
import re
import sys
from pathlib import Path

# name in the registry: folder, kind, use, what it stands in for, title, citation, accession
SETS = {
    "pbmc3k": ("pbmc3k", "cells", "paper", None, "Blood cells (PBMC), 10x v1", "10x Genomics: 3k PBMCs from a healthy donor, Cell Ranger 1.1.0 (2016)", None),
    "pbmc68k_reduced": ("pbmc68k_reduced", "cells", "paper", "PBMC68k", "Blood cells (PBMC), an extract, log-normalised", "Zheng et al. 2017, Nature Communications 8:14049", None),
    "pbmc4k_top2000": ("pbmc4k_top2000", "cells", "paper", "PBMC68k", "Blood cells (PBMC), genes without names", "10x Genomics: 4k PBMCs from a healthy donor, Cell Ranger 2.1.0 (2017)", None),
    "zeisel2015_mouse_brain": ("zeisel2015_mouse_brain", "cells", "paper", "Zeisel 2018", "Mouse cortex and hippocampus", "Zeisel et al. 2015, Science 347:1138", "GSE60361"),
    "liver_camp2017_subset": ("liver_camp2017_subset", "cells", "paper", "Camp 2017, all cells", "Human liver bud, an extract, log-normalised", "Camp et al. 2017, Nature 546:533", "GSE81252"),
    "pancreas_baron2016_subset": ("pancreas_baron2016_subset", "cells", "paper", "Muraro 2016", "Human and mouse pancreas, an extract", "Baron et al. 2016, Cell Systems 3:346", "GSE84133"),
    "citeseq_pbmc_5k": ("citeseq_pbmc", "cells", "validation", None, "Blood cells with 29 proteins (CITE-seq), an extract", "10x Genomics: 5k PBMCs with cell surface proteins (v3, nextgem, 2019)", None),
    "citeseq_pbmc_10k": ("citeseq_pbmc", "cells", "validation", None, "Blood cells with 14 proteins (CITE-seq), an extract", "10x Genomics: 10k PBMCs with cell surface proteins (v3, 2018)", None),
    "citeseq_cbmc_top2000": ("citeseq_cbmc_top2000", "cells", "validation", None, "Cord blood with 10 proteins (CITE-seq), genes without names", "Stoeckius et al. 2017, Nature Methods 14:865", "GSE100866"),
    "citeseq_pbmc_mimitou2019": ("citeseq_pbmc_mimitou2019", "cells", "validation", None, "Blood cells with 49 proteins and hashtags (ECCITE-seq), an extract", "Mimitou et al. 2019, Nature Methods 16:409", "GSE126310"),
    "ffpe_sarcoma_lesluyes2016": ("ffpe_sarcoma_lesluyes2016", "bulk", "validation", "Hedegaard 2014", "Soft-tissue sarcomas, FFPE and fresh-frozen pairs", "Lesluyes et al. 2016, European Journal of Cancer", None),
    "ffpe_ccrcc_eikrem2016": ("ffpe_ccrcc_eikrem2016", "bulk", "validation", "Hedegaard 2014", "Kidney tumour and normal tissue, FFPE and RNAlater pairs", "Eikrem et al. 2016, PLoS One 11:e0149743", "GSE76207"),
    "rna_degradation": ("rna_degradation", "tables", "validation", "delayed processing of PBMC", "Effects of degradation by transcript, and a small RIN series", "qsvaR (Bioconductor); Xiong et al. 2019, Genome Biology 20:75 (DegNorm)", None),
    "gene_tables": ("gene_tables", "tables", "prior", None, "Length and GC content of genes, several definitions", "Ensembl release 98 and others, see the origin", None),
    "markers": ("markers", "tables", "prior", None, "Marker genes of cell types by tissue", "Franzén et al. 2019, Database baz046 (PanglaoDB); Hu et al. 2023, Nucleic Acids Research 51:D870 (CellMarker 2.0)", None),
    "type_profiles": ("type_profiles", "tables", "prior", None, "Median profiles of cell types", "Muraro 2016, Baron 2016, Segerstolpe 2016, Zeisel 2018, by way of scmap (Kiselev et al. 2018, Nature Methods 15:359)", None),
}


def cell_types(folder):
    labels = folder / "labels.tsv.gz"
    if not labels.exists():
        return []
    with gzip.open(labels, "rt", encoding="utf-8", newline="") as lines:
        return sorted({row["cell_type"] for row in csv.DictReader(lines, delimiter="\t") if row.get("cell_type")})


def shape(text, name):
    if name.startswith("citeseq_pbmc_") and "k_:" in text:
        text = text.split(f"{name.removeprefix('citeseq_pbmc_')}_:")[1]
    found = re.search(r"(\d+) (?:cells|pairs) x (\d+)", text)
    if not found:
        return None
    rows = int(found[1]) * (2 if "pairs" in text else 1)
    return [rows, int(found[2])]


sources = Path(sys.argv[1])
manifest = {entry["set"]: entry for entry in json.loads((sources / "manifest.json").read_text())["sets"]}
sets = {}
for name, (folder, kind, use, stands_for, title, citation, accession) in SETS.items():
    entry = manifest[folder]
    own = re.compile(rf"/{name.removeprefix('citeseq_pbmc_')}_") if folder == "citeseq_pbmc" else re.compile("")
    sets[name] = {
        "title": title,
        "kind": kind,
        "use": use,
        **({"standsFor": stands_for} if stands_for else {}),
        "organism": entry["organism"],
        **({"shape": shape(entry["shape"], name)} if kind != "tables" else {}),
        "values": entry["values"],
        "cellTypes": cell_types(sources / folder) if kind == "cells" else [],
        "citation": citation,
        **({"accession": accession} if accession else {}),
        "licence": entry["licence"],
        "origin": entry["origin"],
        "files": [[file["file"], file["bytes"], file["sha256"]] for file in entry["files"] if own.search(file["file"])],
    }
target = Path(__file__).parent / "data-sets.json"
target.write_text(json.dumps(sets, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
