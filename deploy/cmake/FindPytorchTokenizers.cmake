# pytorch-tokenizers' Hugging Face tokenizer, built from the pinned source that deploy/setup.sh unpacks into .deps/,
# against Debian's re2 and pcre2. Target: pytorch_tokenizers::pytorch_tokenizers

set(TOKENIZERS_SOURCE "${SHOAL_DEPS_DIR}/pytorch-tokenizers" CACHE PATH "Unpacked source of pytorch-tokenizers")
if(NOT EXISTS "${TOKENIZERS_SOURCE}/include/pytorch/tokenizers/hf_tokenizer.h")
  message(FATAL_ERROR "pytorch-tokenizers is not in ${TOKENIZERS_SOURCE}. Run deploy/setup.sh first.")
endif()

find_path(RE2_INCLUDE re2/re2.h REQUIRED)
find_library(RE2_LIBRARY re2 REQUIRED)
find_path(PCRE2_INCLUDE pcre2.h REQUIRED)
find_library(PCRE2_LIBRARY pcre2-8 REQUIRED)

set(TOKENIZERS_FILES bpe_tokenizer_base hf_tokenizer normalizer pre_tokenizer re2_regex regex regex_lookahead pcre2_regex
                     std_regex token_decoder)
list(TRANSFORM TOKENIZERS_FILES PREPEND "${TOKENIZERS_SOURCE}/src/")
list(TRANSFORM TOKENIZERS_FILES APPEND ".cpp")
# An object library: regex_lookahead registers itself from a static initialiser, which a linker would drop from an archive.
add_library(pytorch_tokenizers OBJECT ${TOKENIZERS_FILES} "${TOKENIZERS_SOURCE}/third-party/llama.cpp-unicode/src/unicode.cpp"
                                      "${TOKENIZERS_SOURCE}/third-party/llama.cpp-unicode/src/unicode-data.cpp")
target_compile_features(pytorch_tokenizers PUBLIC cxx_std_17)
# Its headers use std::function without including it.
target_compile_options(pytorch_tokenizers PRIVATE -w -include functional)
set_target_properties(pytorch_tokenizers PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_include_directories(
  pytorch_tokenizers SYSTEM PUBLIC "${TOKENIZERS_SOURCE}/include" "${TOKENIZERS_SOURCE}/third-party/llama.cpp-unicode/include"
                                   ${RE2_INCLUDE} ${PCRE2_INCLUDE})
target_compile_definitions(pytorch_tokenizers PRIVATE TK_LOG_LEVEL=Error PCRE2_CODE_UNIT_WIDTH=8)
target_link_libraries(pytorch_tokenizers PUBLIC ${RE2_LIBRARY} ${PCRE2_LIBRARY} nlohmann_json::nlohmann_json)
add_library(pytorch_tokenizers::pytorch_tokenizers ALIAS pytorch_tokenizers)
set(PytorchTokenizers_FOUND TRUE)
