#pragma once

// Both LibTorch and Catch2 define CHECK: ATen first, its macro away, then Catch2's.
#include <ATen/ATen.h>
#undef CHECK
#include <catch2/catch.hpp>
