# R's part of the CQN benchmark: counts to offsets, timed step by step.
#
#   Rscript cqn.R COUNTS GENES SAMPLES COVARIATES SQN SECONDS
#
# COUNTS: float64, gene after gene; COVARIATES: float64, GC of all genes, then their lengths. The last line printed is JSON.
arguments <- commandArgs(TRUE)
began <- as.numeric(arguments[6])
suppressMessages(library(cqn))
milliseconds <- c(import = (as.numeric(Sys.time()) - began) * 1e3)
genes <- as.integer(arguments[2])
samples <- as.integer(arguments[3])
numbers <- function(path, n) {
  file <- file(path, "rb")
  on.exit(close(file))
  readBin(file, "double", n, endian = "little")
}
milliseconds["read"] <- system.time({
  counts <- matrix(numbers(arguments[1], genes * samples), genes, samples, byrow = TRUE)
  covariates <- numbers(arguments[4], 2 * genes)
})["elapsed"] * 1e3
milliseconds["CQN"] <- system.time(
  fit <- cqn(counts, covariates[1:genes], covariates[genes + 1:genes], sqn = arguments[5] == "true")
)["elapsed"] * 1e3
milliseconds["whole process"] <- (as.numeric(Sys.time()) - began) * 1e3
status <- readLines("/proc/self/status")
memory <- as.numeric(gsub("\\D", "", grep("VmHWM", status, value = TRUE))) / 1024
probes <- t(fit$y + fit$offset)[seq(1, genes * samples, by = max(1, floor(genes * samples / 5000)))]
list_of <- function(values) paste(sprintf("%.17g", values), collapse = ",")
cat(sprintf(
  '{"milliseconds":{%s},"memory":%.17g,"result":{"shape":[%d,%d],"probes":[%s]}}\n',
  paste(sprintf('"%s":%.17g', names(milliseconds), milliseconds), collapse = ","), memory, genes, samples, list_of(probes)
))
