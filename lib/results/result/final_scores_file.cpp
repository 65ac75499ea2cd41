#include "results/result/final_scores_file.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "base/file.hpp"
#include "checkpoint/hdf5/image.hpp"

namespace shoal::results {
namespace {

using Rows = std::vector<std::vector<double>>;

void write_split(checkpoint::Hdf5Writer& writer, const char* name, const std::vector<const ResultRow*>& rows,
                 SplitScore ResultRow::*split) {
  std::size_t width = 0;
  for (const ResultRow* row : rows) width = std::max(width, (row->*split).scores.size());
  std::vector<float> values;
  for (const ResultRow* row : rows) {
    const std::vector<double>& scores = (row->*split).scores;
    for (const double score : scores) values.push_back(static_cast<float>(score));
    values.resize(values.size() + width - scores.size(), std::numeric_limits<float>::quiet_NaN());
  }
  writer.floats(name, values, {rows.size(), width});
}

Rows read_split(const checkpoint::Hdf5Reader& reader, const char* name) {
  const auto shape = reader.shape(name);
  const std::vector<float> values = reader.floats(name);
  Rows rows;
  for (std::size_t row = 0; shape.size() == 2 && row < shape[0]; ++row) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row * shape[1]);
    rows.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(shape[1]));
  }
  return rows;
}

}  // namespace

std::vector<const ResultRow*> rows_of(const RunResult& result) {
  std::vector<const ResultRow*> rows;
  for (const auto* list : {&result.experts, &result.baselines}) {
    for (const ResultRow& row : *list) rows.push_back(&row);
  }
  if (result.ensemble) rows.push_back(&*result.ensemble);
  rows.push_back(&result.best);
  return rows;
}

std::string final_scores_image(const RunResult& result) {
  checkpoint::Hdf5Writer writer;
  const std::vector<const ResultRow*> rows = rows_of(result);
  write_split(writer, "dev", rows, &ResultRow::dev);
  write_split(writer, "test", rows, &ResultRow::test);
  return writer.finish();
}

FinalScores read_final_scores(const std::filesystem::path& file) {
  const checkpoint::Hdf5Reader reader(read_text(file), file.string());
  FinalScores scores{read_split(reader, "dev"), read_split(reader, "test")};
  if (scores.dev.empty() || scores.dev.size() != scores.test.size()) {
    fail(ExitCode::input, "{} is damaged (dev and test have {} and {} rows). Run the search again.", file.string(),
         scores.dev.size(), scores.test.size());
  }
  return scores;
}

}  // namespace shoal::results
