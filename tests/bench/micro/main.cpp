#include <benchmark/benchmark.h>

#include "model/threads.hpp"

int main(int argc, char** argv) {
  shoal::model::use_one_kernel_thread();  // as every thread of the product does
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
