#pragma once

#include <string>
#include <vector>

namespace shoal::task {

/// How a record of somebody else's data set becomes an item: Jinja templates over the record's fields. Empty: the
/// record's field of that name, if it has one.
struct RecordForm {
  std::string question;
  std::string choices;                     ///< a template that gives a list
  std::vector<std::string> fixed_choices;  ///< or the same options for all records
  std::string answer;  ///< gives an option's text, its place in the list (from 0) or its letter; else the gold text
};

}  // namespace shoal::task
