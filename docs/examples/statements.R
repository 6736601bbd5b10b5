# Reads a study with DBI and RSQLite, asks it three things, and takes an export with arrow where that is installed.
#   Rscript statements.R study.annotator [labels.parquet]
library(DBI)

args <- commandArgs(trailingOnly = TRUE)
study <- dbConnect(RSQLite::SQLite(), args[1], flags = RSQLite::SQLITE_RO)

# A view has one row a statement, or one for each of its links. A name with a dot stands in quotes in SQL.
said <- dbGetQuery(study, 'SELECT DISTINCT statement, coder, "said_by.speaker.entity" AS speaker FROM statements')
cat("statements:", length(unique(said$statement)), "\n")

# Who says how much?
print(sort(table(said$speaker), decreasing = TRUE)[1:5])

# Stance towards each target. "unclear", "mixed" and other answers off the scale are text in a column of numbers:
# R would take them for 0, so they are left out here and counted by themselves.
stance <- dbGetQuery(study, '
  SELECT "about.target.entity" AS target, count(*) AS n, avg("about.stance") AS stance
  FROM statements
  WHERE typeof("about.stance") IN (\'integer\', \'real\') AND "about.target.entity" <> \'\'
  GROUP BY 1 ORDER BY n DESC, target LIMIT 5')
print(stance)
off <- dbGetQuery(study, '
  SELECT "about.stance" AS answer, count(*) AS n FROM statements
  WHERE typeof("about.stance") = \'text\' AND "about.stance" <> \'\' GROUP BY 1 ORDER BY 1')
print(off)
dbDisconnect(study)

# annotator export study.annotator --format parquet -o labels.parquet
if (length(args) > 1 && requireNamespace("arrow", quietly = TRUE)) {
  labels <- arrow::read_parquet(args[2])
  cat("rows in Parquet:", nrow(labels), "\n")
}
