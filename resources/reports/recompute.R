# Computes every coefficient of the report and its 95 % interval anew from the tables beside this script, with base R
# alone:
#   Rscript recompute.R
# It prints how many differ, and ends with status 1 where one does.
here <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
if (length(here)) setwd(dirname(normalizePath(here[1])))
read <- function(file, ...) read.csv(file, colClasses = "character", na.strings = "", check.names = FALSE,
                                     encoding = "UTF-8", ...)
figures <- read("figures.csv")
categories <- read("categories.csv")

codes_of <- function(file) {
  names <- categories[categories$table == file, ]
  read_in <- read(file)
  table <- as.matrix(read_in[, -1, drop = FALSE])
  cells <- matrix(as.integer(table), nrow(table))  # places in categories.csv
  # u: how often each row counts, 1 but where intervals ask what a little more of an article would change
  list(x = cells, q = nrow(names), numbers = suppressWarnings(as.numeric(names$number)), u = rep(1, nrow(cells)),
       article = sub("[.].*$", "", read_in[[1]]))
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
  n <- counts_of(t$x, t$q); kept <- rowSums(n) > 1; u <- t$u[kept]; n <- n[kept, , drop = FALSE]
  if (!nrow(n)) return(NA)
  total <- colSums(n * u)
  d <- if (is.null(distance)) distance_of(level, t$q, t$numbers, total) else distance
  observed <- sum(u * rowSums((n %*% d) * n) / (rowSums(n) - 1))
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
  n <- counts_of(t$x, t$q); kept <- rowSums(n) > 1; u <- t$u[kept]; n <- n[kept, , drop = FALSE]; r <- rowSums(n)
  if (!nrow(n)) NA else sum(u * rowSums(n * (n %*% t(w) - 1)) / (r * (r - 1))) / sum(u)
}
beyond <- function(observed, expected) if (is.na(expected) || abs(1 - expected) < 1e-12) NA else
  (observed - expected) / (1 - expected)
shares <- function(t) {
  n <- counts_of(t$x, t$q); kept <- rowSums(n) > 0; u <- t$u[kept]; n <- n[kept, , drop = FALSE]
  colSums(n / rowSums(n) * u) / sum(u)
}
fleiss <- function(t, w) { p <- shares(t); beyond(percent(t, w), sum(outer(p, p) * w)) }
gwet <- function(t, w) {
  p <- shares(t); beyond(percent(t, w), sum(w) / (t$q * (t$q - 1)) * sum(p * (1 - p)))
}
bp <- function(t, w) beyond(percent(t, w), sum(w) / t$q^2)
counted <- function(x, u, q) vapply(seq_len(q), function(k) sum(u[!is.na(x) & x == k]), 0)
conger <- function(t, w) {
  m <- matrix(unlist(lapply(seq_len(ncol(t$x)), function(k) counted(t$x[, k], t$u, t$q))), t$q)
  m <- t(m) / colSums(m)
  all <- colSums(m); own <- sum(apply(m, 1, function(p) sum(outer(p, p) * w))); r <- nrow(m)
  beyond(percent(t, w), (sum(outer(all, all) * w) - own) / (r * (r - 1)))
}
cohen <- function(t, w, i = 1, j = 2, pooled = FALSE) {
  kept <- !is.na(t$x[, i]) & !is.na(t$x[, j]); x <- t$x[kept, c(i, j), drop = FALSE]; u <- t$u[kept]
  if (!nrow(x)) return(NA)
  a <- counted(x[, 1], u, t$q) / sum(u); b <- counted(x[, 2], u, t$q) / sum(u)
  if (pooled) a <- b <- (a + b) / 2
  beyond(sum(u * w[x]) / sum(u), sum(outer(a, b) * w))
}
light <- function(t) mean(apply(combn(ncol(t$x), 2), 2, function(p) cohen(t, diag(t$q), p[1], p[2])))
pooled_pairs <- function(t) {
  n <- counts_of(t$x, t$q); r <- rowSums(n)
  if (!any(r > 1)) NA else sum(t$u * n * (n - 1)) / sum(t$u * r * (r - 1))
}
icc_one <- function(t) {
  y <- matrix(t$numbers[t$x], nrow(t$x)); kept <- rowSums(!is.na(y)) > 1
  v <- t$u[kept]; y <- y[kept, , drop = FALSE]
  r <- rowSums(!is.na(y)); u <- sum(v); total <- sum(v * r); s <- rowSums(y, na.rm = TRUE)
  between <- (sum(v * s^2 / r) - sum(v * s)^2 / total) / (u - 1)
  within <- (sum(v * rowSums(y^2, na.rm = TRUE)) - sum(v * s^2 / r)) / (total - u)
  k <- (total - sum(v * r^2) / total) / (u - 1)
  (between - within) / (between + (k - 1) * within)
}
icc_two <- function(t, absolute) {
  y <- matrix(t$numbers[t$x], nrow(t$x)); kept <- rowSums(is.na(y)) == 0
  v <- t$u[kept]; y <- y[kept, , drop = FALSE]
  n <- sum(v); k <- ncol(y); g <- sum(v * rowMeans(y)) / n; c <- colSums(v * y) / n
  rows <- k * sum(v * (rowMeans(y) - g)^2) / (n - 1); columns <- n * sum((c - g)^2) / (k - 1)
  error <- sum(v * rowSums((y - outer(rowMeans(y), c, "+") + g)^2)) / ((n - 1) * (k - 1))
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

# Intervals: an infinitesimal jackknife of log(1 - coefficient) over articles with t, widened by the interval of a share
# where little was seen. docs/agreement.md says why.
step <- 1e-3
exposed <- function(t, level, distance = NULL) {  # disagreements that chance alone would have given
  n <- counts_of(t$x, t$q); n <- n[rowSums(n) > 1, , drop = FALSE]; total <- colSums(n)
  d <- if (is.null(distance)) distance_of(level, t$q, t$numbers, total) else distance
  expected <- sum(outer(total, total) * d); used <- total > 0
  if (sum(total) < 2 || expected <= 0) return(0)
  expected / (sum(total) - 1) / (2 * max(d[used, used]))
}
moved <- function(f, t, rows, by = 1) {  # the derivative of 1 - coefficient by the weight of these rows
  up <- down <- t; up$u[rows] <- up$u[rows] + step * by; down$u[rows] <- down$u[rows] - step * by
  (f(down) - f(up)) / (2 * step)
}
bounds <- function(value, of_units, of_articles, exposure, least) {
  d <- 1 - value; m <- length(of_articles); least <- min(least, value)
  bound <- function(x, low, high) round(min(max(x, low), max(high, low)), 6)
  if (m < 2) return(c(NA, NA))
  if (d <= 1e-12) {
    n <- exposure * if (is.null(of_units)) 1 else m / max(length(of_units), m)
    return(c(bound(1 - qbeta(0.95, 1, max(n, 1e-6)), least, value), 1))
  }
  away <- of_articles - mean(of_articles); squares <- sum(away^2); low <- high <- d
  if (!is.finite(squares)) return(c(NA, NA))
  variance <- squares * m / (m - 1); few <- m < 5; level <- if (few) 0.95 else 0.975
  if (squares > 0) {
    free <- min(max(2 * m / max(m * sum(away^4) / squares^2 - 1, 1e-9), 1), m - 1)
    half <- qt(level, free) * sqrt(variance) / d
    low <- d * exp(-half); high <- d * exp(min(half, 700))
  }
  if (exposure > 0) {
    effect <- 1
    if (!is.null(of_units)) {
      one <- sum((of_units - mean(of_units))^2); units <- length(of_units)
      if (units > 1 && one > 0) effect <- max(variance / (one * units / (units - 1)), 1)
    }
    n <- exposure / effect; share <- min(d, 1); x <- n * share
    low <- min(low, d / share * qbeta(1 - level, x + 0.5, n - x + 0.5))
    high <- max(high, d / share * qbeta(level, x + 0.5, n - x + 0.5))
  }
  c(bound(1 - high, least, value), if (few) 1 else bound(1 - low, value, 1))
}
interval <- function(name, t, level, distance, value) {
  f <- function(s) suppressWarnings(compute(name, s, level, distance))
  plain <- sub("_(applies|condition)$", "", name)
  flat <- grepl("^percent_agreement", plain); closed <- grepl("^krippendorff_alpha", plain)
  pairable <- which(rowSums(!is.na(t$x)) > 1); key <- apply(t$x[pairable, , drop = FALSE], 1, paste, collapse = "|")
  articles <- unique(t$article[pairable]); patterns <- unique(key); clustered <- length(articles) > 1
  few <- if (clustered) max(64, min(400, length(articles))) else 400
  exposure <- if (flat) length(pairable) else if (closed) exposed(t, if (plain == "krippendorff_alpha") level else
    "nominal", if (plain %in% c("krippendorff_alpha", "krippendorff_alpha_nominal")) NULL else distance) else
    exposed(t, "nominal")
  if (exposure == 0) exposure <- length(pairable)
  of_units <- NULL
  if (closed || length(patterns) <= few) {
    first <- pairable[match(patterns, key)]
    of_pattern <- vapply(first, function(i) moved(f, t, i), 0)
    of_units <- of_pattern[match(key, patterns)]
  }
  least <- if (flat) 0 else -1
  if (!clustered) return(if (is.null(of_units)) c(NA, NA) else bounds(value, NULL, of_units, exposure, least))
  own <- t$article[pairable]
  if (is.null(of_units)) {
    of_articles <- vapply(articles, function(a) moved(f, t, pairable[own == a]), 0)
    exposure <- exposure * length(articles) / max(length(pairable), 1)
  } else of_articles <- vapply(articles, function(a) sum(of_units[own == a]), 0)
  bounds(value, of_units, of_articles, exposure, least)
}

wrong <- 0; most <- 0; ends <- 0; wide <- 0
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
  told <- as.numeric(c(f$low, f$high))
  if (is.na(value) || all(is.na(told))) next
  found <- interval(f$coefficient, t, f$level, distance, expected)
  apart <- if (anyNA(found)) Inf else max(abs(found - told))
  ends <- ends + 1; wide <- max(wide, apart)
  if (apart > 1e-4) {  # derivatives are taken in small steps here
    wrong <- wrong + 1
    cat(f$layer, f$attribute, f$coefficient, "interval here", found, "report", told, "\n")
  }
}
cat(nrow(figures), "figures and", ends, "intervals computed anew,", wrong, "differ; the greatest difference is",
    format(most), "of figures,", format(wide), "of bounds\n")
cat("Not computed here: figures on passages (F1, u-alpha) and on links, which rest on the texts, and p values.\n")
if (wrong) quit(status = 1)
