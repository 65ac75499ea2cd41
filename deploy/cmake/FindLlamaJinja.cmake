# llama.cpp's Jinja engine (MIT), which renders chat templates: built from the pinned source that deploy/setup.sh unpacks into
# .deps/. Target: llama_jinja::llama_jinja

set(LLAMA_JINJA_SOURCE "${SHOAL_DEPS_DIR}/llama-jinja" CACHE PATH "Unpacked source of llama.cpp's common/jinja")
if(NOT EXISTS "${LLAMA_JINJA_SOURCE}/common/jinja/runtime.h")
  message(FATAL_ERROR "llama.cpp's Jinja engine is not in ${LLAMA_JINJA_SOURCE}. Run deploy/setup.sh first.")
endif()

# All that its JSON wrapper wants of ggml is an assertion.
file(WRITE "${CMAKE_BINARY_DIR}/llama-jinja/ggml.h" "#pragma once\n#include <cassert>\n#define GGML_ASSERT(x) assert(x)\n")

set(LLAMA_JINJA_FILES jinja/caps jinja/lexer jinja/parser jinja/runtime jinja/string jinja/value json unicode)
list(TRANSFORM LLAMA_JINJA_FILES PREPEND "${LLAMA_JINJA_SOURCE}/common/")
list(TRANSFORM LLAMA_JINJA_FILES APPEND ".cpp")
add_library(llama_jinja STATIC ${LLAMA_JINJA_FILES})
target_compile_features(llama_jinja PUBLIC cxx_std_17)
target_compile_options(llama_jinja PRIVATE -w)
target_include_directories(llama_jinja SYSTEM PUBLIC "${LLAMA_JINJA_SOURCE}/common" PRIVATE "${CMAKE_BINARY_DIR}/llama-jinja")
target_link_libraries(llama_jinja PRIVATE nlohmann_json::nlohmann_json)
add_library(llama_jinja::llama_jinja ALIAS llama_jinja)
set(LlamaJinja_FOUND TRUE)
