"""Repairs many samples, each a job, then writes one report of all.

A sample is done when its report is there: repaired, or refused by the model, which the report of all says. What the
configuration holds is said in samples.yaml; "diffrepairer repair-all" writes it of a folder or a sheet.
"""

import shlex

SAMPLES = config["samples"]
COMMAND = shlex.join(config["command"])
OPTIONS = shlex.join(config.get("options", []))


wildcard_constraints:
    sample="[^/]+",


localrules:
    all,
    report,


rule all:
    input:
        "report.md",


rule repair:
    output:
        "reports/{sample}.json",
    log:
        "logs/{sample}.txt",
    params:
        file=lambda wildcards: SAMPLES[wildcards.sample]["file"],
        model=lambda wildcards: SAMPLES[wildcards.sample]["model"],
        severity=lambda wildcards: SAMPLES[wildcards.sample].get("severity", "estimate"),
        repaired=lambda wildcards: f"repaired/{wildcards.sample}.h5ad",
        options=OPTIONS,
    threads: config.get("threads", 1)
    # 3: the sample was refused.
    shell:
        "mkdir -p repaired; code=0; "
        "TF_NUM_INTRAOP_THREADS={threads} TF_NUM_INTEROP_THREADS={threads} "
        "{COMMAND} repair {params.file:q} -o {params.repaired:q} --model {params.model:q} --severity {params.severity} "
        "{params.options} --json > {output:q} 2> {log:q} || code=$?; "
        "[ $code -eq 0 ] || [ $code -eq 3 ]"


rule report:
    input:
        expand("reports/{sample}.json", sample=SAMPLES),
    output:
        "report.md",
        "samples.csv",
    log:
        "report.txt",
    shell:
        "{COMMAND} samples-report . > {log} 2>&1"
