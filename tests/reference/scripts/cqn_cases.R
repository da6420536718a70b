# Writes tests/reference/cases/cqn: conditional quantile normalisation put together from quantreg, splines and mclust as the
# paper and cqn's manual describe it, in the form of the shared fixtures. (R 4.2.2, quantreg 5.94, mclust 6.0.0.)
#
# Rscript tests/reference/scripts/cqn_cases.R

suppressMessages({
  library(quantreg)
  library(splines)
  library(mclust)
})
set.seed(8)
genes <- 130
samples <- 4
gc <- round(runif(genes, 0.3, 0.7), 4)
lengths <- round(exp(runif(genes, log(300), log(12000))))
level <- rnorm(genes, 7, 1.5)
counts <- sapply(seq_len(samples), function(i) {
  rpois(genes, 2^(level + i * (2 * (gc - 0.5) + 0.2 * log2(lengths / 1000))))
})
sizes <- colSums(counts)
subset <- which(rowMeans(counts) > 50)

covariate <- function(values) {
  fitted <- values[subset]
  list(
    fit = fitted,
    all = pmin(pmax(values, min(fitted)), max(fitted)),
    knots = quantile(fitted, c(0.025, 0.25, 0.5, 0.75, 0.975)) + c(0.01, 0, 0, 0, -0.01),
    grid = seq(min(fitted), max(fitted), length.out = 101)
  )
}

normalise <- function(smooth, tau, sqn) {
  y <- sweep(log2(counts + 1), 2, log2(sizes / 1e6))
  if (!smooth) y <- y - log2(lengths / 1000)
  x <- covariate(gc)
  z <- covariate(log2(lengths / 1000))
  k1 <- x$knots
  k2 <- z$knots
  middle <- function(one) one$grid[51]
  fits <- lapply(seq_len(samples), function(i) {
    frame <- data.frame(v = y[subset, i], x = x$fit, z = z$fit)
    formula <- if (smooth) v ~ ns(x, knots = k1) + ns(z, knots = k2) else v ~ ns(x, knots = k1)
    model <- rq(formula, data = frame, tau = tau)
    at <- function(a, b) predict(model, newdata = data.frame(x = a, z = b))
    list(fitted = at(x$all, z$all), func1 = at(x$grid, middle(z)), func2 = at(middle(x), z$grid))
  })
  bind <- function(what) sapply(fits, `[[`, what)
  fitted <- bind("fitted")
  offset0 <- median(fitted[subset[order(gc[subset])[length(subset) / 2]], ])
  result <- list(y = y, offset0 = offset0, offset = offset0 - fitted, x = x, func1 = bind("func1"))
  if (smooth) result <- c(result, list(z = z, func2 = bind("func2")))
  if (!sqn) return(result)
  residuals <- y - fitted
  # The genes that a fit meets have residual 0: rounding must not rank them, so they share the middle of their ranks.
  residuals[abs(residuals) < 1e-9] <- 0
  middles <- apply(apply(residuals[subset, ], 2, sort), 1, median)
  parameters <- Mclust(middles, G = 5, verbose = FALSE)$parameters
  sd <- rep(sqrt(parameters$variance$sigmasq), length.out = 5)
  quantiles <- function(p) {
    sapply(p, function(q) {
      uniroot(function(v) sum(parameters$pro * pnorm(v, parameters$mean, sd)) - q, c(-60, 60), tol = 1e-13)$root
    })
  }
  n <- length(subset)
  target <- 0.1 * middles + 0.9 * quantiles((seq_len(n) - 0.5) / n)
  normalised <- apply(residuals, 2, function(values) {
    controls <- values[subset]
    share <- ecdf(controls)(values)
    share[values == 0] <- mean(rank(controls)[controls == 0]) / n
    low <- share < 1e-4
    high <- share > 0.95
    out <- quantile(target, share)
    out[low] <- values[low] - quantile(controls, 1e-4) + quantile(target, 1e-4)
    out[high] <- quantiles(0.95 + 0.05 * rank(values[high], ties.method = "first") / (sum(high) + 1))
    out
  })
  result$offset <- normalised + offset0 - y
  result
}

numbers <- function(values) paste0("[", paste(sprintf("%.17g", as.numeric(values)), collapse = ","), "]")
matrix_json <- function(values) sprintf('"value":%s,"shape":[%d,%d]', numbers(t(values)), nrow(values), ncol(values))
close_to <- function(body, rtol, atol) sprintf('{%s,"check":"allclose","rtol":%g,"atol":%g}', body, rtol, atol)
value <- function(values) sprintf('"value":%s', if (length(values) == 1) sprintf("%.17g", values) else numbers(values))

write_case <- function(name, smooth, tau, sqn) {
  found <- normalise(smooth, tau, sqn)
  expected <- c(
    sizeFactors = close_to(value(sizes), 1e-12, 0),
    subindex = sprintf('{"value":%s,"check":"exact"}', numbers(subset - 1)),
    y = close_to(matrix_json(found$y), 1e-10, 1e-12),
    offset0 = close_to(value(found$offset0), 1e-6, 1e-6),
    func1 = close_to(matrix_json(found$func1), 1e-6, 1e-6),
    grid1 = close_to(value(found$x$grid), 1e-10, 0),
    knots1 = close_to(value(found$x$knots), 1e-10, 0)
  )
  if (smooth) {
    expected <- c(
      expected,
      func2 = close_to(matrix_json(found$func2), 1e-6, 1e-6),
      knots2 = close_to(value(found$z$knots), 1e-10, 0)
    )
  }
  inputs <- c(
    counts = sprintf("{%s}", matrix_json(counts)),
    x = sprintf("{%s}", value(gc)),
    lengths = sprintf("{%s}", value(lengths))
  )
  expected <- c(expected, offset = close_to(matrix_json(found$offset), 1e-6, 1e-6))
  join <- function(parts) paste0("{", paste(sprintf('"%s":%s', names(parts), parts), collapse = ","), "}")
  folder <- file.path("tests", "reference", "cases", "cqn", name)
  dir.create(folder, recursive = TRUE, showWarnings = FALSE)
  text <- sprintf(
    '{"schema":1,"area":"cqn","case":"%s","reference":{"function":"quantreg::rq, splines::ns, mclust::Mclust","versions":{"R":"%s","quantreg":"%s","mclust":"%s"}},"parameters":{"lengthMethod":"%s","tau":%g,"sqn":%s},"inputs":%s,"expected":%s}',
    name, getRversion(), packageVersion("quantreg"), packageVersion("mclust"),
    if (smooth) "smooth" else "fixed", tau, tolower(sqn), join(inputs), join(expected)
  )
  writeLines(text, file.path(folder, "case.json"))
}

write_case("smooth", TRUE, 0.5, FALSE)
write_case("fixed_tau60", FALSE, 0.6, FALSE)
write_case("sqn_fixed", FALSE, 0.5, TRUE)
