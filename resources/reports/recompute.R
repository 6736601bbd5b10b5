# Computes every coefficient of the report anew from the tables beside this script, with base R alone:
#   Rscript recompute.R
# It prints how many figures differ, and ends with status 1 where one does.
here <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
if (length(here)) setwd(dirname(normalizePath(here[1])))
read <- function(file, ...) read.csv(file, colClasses = "character", na.strings = "", check.names = FALSE,
                                     encoding = "UTF-8", ...)
figures <- read("figures.csv")
categories <- read("categories.csv")

codes_of <- function(file) {
  names <- categories[categories$table == file, ]
  table <- as.matrix(read(file)[, -1, drop = FALSE])
  cells <- matrix(as.integer(table), nrow(table))  # places in categories.csv
  list(x = cells, q = nrow(names), numbers = suppressWarnings(as.numeric(names$number)))
}
counts_of <- function(x, q) matrix(unlist(lapply(seq_len(q), function(k) rowSums(x == k, na.rm = TRUE))), ncol = q)
distance_of <- function(level, q, numbers, marginals) {
  if (level == "nominal") return(1 - diag(q))
  if (level == "ordinal") {
    middle <- cumsum(marginals) - marginals / 2
    return(outer(middle, middle, function(a, b) (a - b)^2))
  }
  outer(numbers, numbers, function(a, b) (a - b)^2)
}
alpha <- function(t, level, distance = NULL) {
  n <- counts_of(t$x, t$q); n <- n[rowSums(n) > 1, , drop = FALSE]
  if (!nrow(n)) return(NA)
  total <- colSums(n)
  d <- if (is.null(distance)) distance_of(level, t$q, t$numbers, total) else distance
  observed <- sum(rowSums((n %*% d) * n) / (rowSums(n) - 1))
  expected <- sum(outer(total, total) * d)
  if (expected <= 0) NA else 1 - (sum(total) - 1) * observed / expected
}
weights_of <- function(kind, q, numbers) {
  x <- if (is.null(numbers)) seq_len(q) - 1 else numbers
  if (kind == "identity") return(diag(q))
  if (kind == "ordinal") {
    s <- abs(outer(seq_len(q), seq_len(q), "-"))
    return(1 - (s + 1) * s / 2 / (q * (q - 1) / 2))
  }
  away <- abs(outer(x, x, "-")) / (max(x) - min(x))
  if (kind == "linear") 1 - away else 1 - away^2
}
percent <- function(t, w) {
  n <- counts_of(t$x, t$q); n <- n[rowSums(n) > 1, , drop = FALSE]; r <- rowSums(n)
  if (!nrow(n)) NA else mean(rowSums(n * (n %*% t(w) - 1)) / (r * (r - 1)))
}
beyond <- function(observed, expected) if (is.na(expected) || abs(1 - expected) < 1e-12) NA else
  (observed - expected) / (1 - expected)
shares <- function(t) { n <- counts_of(t$x, t$q); n <- n[rowSums(n) > 0, , drop = FALSE]; colMeans(n / rowSums(n)) }
fleiss <- function(t, w) { p <- shares(t); beyond(percent(t, w), sum(outer(p, p) * w)) }
gwet <- function(t, w) {
  p <- shares(t); beyond(percent(t, w), sum(w) / (t$q * (t$q - 1)) * sum(p * (1 - p)))
}
bp <- function(t, w) beyond(percent(t, w), sum(w) / t$q^2)
conger <- function(t, w) {
  m <- matrix(unlist(lapply(seq_len(ncol(t$x)), function(k) tabulate(t$x[!is.na(t$x[, k]), k], t$q))), t$q)
  m <- t(m) / colSums(m)
  all <- colSums(m); own <- sum(apply(m, 1, function(p) sum(outer(p, p) * w))); r <- nrow(m)
  beyond(percent(t, w), (sum(outer(all, all) * w) - own) / (r * (r - 1)))
}
both <- function(t, i, j) t$x[!is.na(t$x[, i]) & !is.na(t$x[, j]), c(i, j), drop = FALSE]
cohen <- function(t, w, i = 1, j = 2, pooled = FALSE) {
  x <- both(t, i, j); if (!nrow(x)) return(NA)
  a <- tabulate(x[, 1], t$q) / nrow(x); b <- tabulate(x[, 2], t$q) / nrow(x)
  if (pooled) a <- b <- (a + b) / 2
  beyond(mean(w[x]), sum(outer(a, b) * w))
}
light <- function(t) mean(apply(combn(ncol(t$x), 2), 2, function(p) cohen(t, diag(t$q), p[1], p[2])))
pooled_pairs <- function(t) {
  n <- counts_of(t$x, t$q); r <- rowSums(n)
  if (!any(r > 1)) NA else sum(n * (n - 1)) / sum(r * (r - 1))
}
icc_one <- function(t) {
  y <- matrix(t$numbers[t$x], nrow(t$x)); y <- y[rowSums(!is.na(y)) > 1, , drop = FALSE]
  r <- rowSums(!is.na(y)); u <- nrow(y); total <- sum(r); s <- rowSums(y, na.rm = TRUE)
  between <- (sum(s^2 / r) - sum(s)^2 / total) / (u - 1)
  within <- (sum(y^2, na.rm = TRUE) - sum(s^2 / r)) / (total - u)
  k <- (total - sum(r^2) / total) / (u - 1)
  (between - within) / (between + (k - 1) * within)
}
icc_two <- function(t, absolute) {
  y <- matrix(t$numbers[t$x], nrow(t$x)); y <- y[rowSums(is.na(y)) == 0, , drop = FALSE]
  n <- nrow(y); k <- ncol(y); g <- mean(y)
  rows <- k * sum((rowMeans(y) - g)^2) / (n - 1); columns <- n * sum((colMeans(y) - g)^2) / (k - 1)
  error <- sum((y - outer(rowMeans(y), colMeans(y), "+") + g)^2) / ((n - 1) * (k - 1))
  (rows - error) / (rows + (k - 1) * error + if (absolute) k / n * (columns - error) else 0)
}
compute <- function(name, t, level, distance) {
  name <- sub("_(applies|condition)$", "", name)
  one <- diag(t$q)
  if (grepl("^krippendorff_alpha_(masi|jaccard|tree|unmatched)$", name)) return(alpha(t, "nominal", distance))
  if (name == "krippendorff_alpha") return(alpha(t, level))
  if (name == "krippendorff_alpha_nominal") return(alpha(t, "nominal"))
  if (name == "percent_agreement") return(percent(t, one))
  if (name == "percent_agreement_pooled_pairs") return(pooled_pairs(t))
  if (name == "cohen_kappa") return(cohen(t, one))
  if (name == "scott_pi") return(cohen(t, one, pooled = TRUE))
  if (name == "light_kappa") return(light(t))
  if (name == "icc_1") return(icc_one(t))
  if (name == "icc_a1") return(icc_two(t, TRUE))
  if (name == "icc_c1") return(icc_two(t, FALSE))
  by_number <- if (level %in% c("interval", "ratio")) t$numbers else NULL
  if (grepl("^cohen_kappa_weighted_", name)) by_number <- if (grepl("_value$", name)) t$numbers else NULL
  kind <- sub("^.*_(linear|quadratic|ordinal)(_value)?$", "\\1", name)
  w <- if (kind == name) one else weights_of(kind, t$q, by_number)
  stem <- sub("(_weighted)?_(linear|quadratic|ordinal)(_value)?$", "", name)
  switch(stem, percent_agreement = percent(t, w), fleiss_kappa = fleiss(t, w), conger_kappa = conger(t, w),
         brennan_prediger = bp(t, w), gwet_ac1 = gwet(t, w), gwet_ac2 = gwet(t, w), cohen_kappa = cohen(t, w),
         stop("no such coefficient: ", name))
}

wrong <- 0; most <- 0
for (i in seq_len(nrow(figures))) {
  f <- figures[i, ]
  t <- codes_of(f$table)
  distance <- if (is.na(f$distances)) NULL else as.matrix(read.csv(f$distances, header = FALSE))
  value <- suppressWarnings(compute(f$coefficient, t, f$level, distance))
  expected <- as.numeric(f$value)
  # where the data do not define a figure, both have none
  away <- if (is.na(expected)) 0 else if (is.na(value)) Inf else abs(value - expected)
  most <- max(most, away)
  if (away > 1e-9) {
    wrong <- wrong + 1
    cat(f$layer, f$attribute, f$coefficient, "here", value, "report", expected, "\n")
  }
}
cat(nrow(figures), "figures computed anew,", wrong, "differ; the greatest difference is", format(most), "\n")
if (wrong) quit(status = 1)
