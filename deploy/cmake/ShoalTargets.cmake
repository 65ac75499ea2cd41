# shoal_options: the compiler flags of every target.
# shoal_add_module(NAME PUBLIC … PRIVATE … [PRECOMPILE header… | PRECOMPILED_AS module]): one library target per folder of lib/.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CUDA_STANDARD 17)  # the newest that CMake 3.25 knows for nvcc; kernels need no more
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_BUILD_RPATH "${SHOAL_LIBTORCH}/lib" ${SHOAL_NVIDIA_LIBS})

add_library(shoal_options INTERFACE)
# Those of C and C++; nvcc hands its host code to the same compiler, but writes lines that -Wpedantic dislikes.
set(SHOAL_HOST "$<NOT:$<COMPILE_LANGUAGE:CUDA>>")
target_compile_options(shoal_options INTERFACE
  "$<${SHOAL_HOST}:-Wall;-Wextra;-Wpedantic;-Wconversion;-Wshadow;-Wsign-conversion>")
# Same seed, same bits: no fused multiply-add across expressions, on any machine.
target_compile_options(shoal_options INTERFACE "$<${SHOAL_HOST}:-ffp-contract=off>")
if(SHOAL_WERROR)
  target_compile_options(shoal_options INTERFACE "$<${SHOAL_HOST}:-Werror>")
endif()
if(SHOAL_SANITIZE)
  target_compile_options(shoal_options INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer)
  target_link_options(shoal_options INTERFACE -fsanitize=address,undefined)
endif()

if(SHOAL_TSAN)
  target_compile_options(shoal_options INTERFACE -fsanitize=thread -fno-omit-frame-pointer)
  target_link_options(shoal_options INTERFACE -fsanitize=thread)
endif()

# Sources are chosen by suffix: x_cuda.cpp and x.cu in CUDA builds, x_stub.cpp in the others. Only those see CUDA's headers,
# so that all others have the same compile command in both builds, and the compiler cache compiles them once.
function(shoal_module_sources out)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "*.cpp" "*.cu")
  if(SHOAL_CUDA)
    list(FILTER sources EXCLUDE REGEX "_stub\\.cpp$")
  else()
    list(FILTER sources EXCLUDE REGEX "(_cuda\\.cpp|\\.cu)$")
  endif()
  set(${out} ${sources} PARENT_SCOPE)
endfunction()

function(shoal_add_module name)
  cmake_parse_arguments(ARG "" "PRECOMPILED_AS" "PUBLIC;PRIVATE;PRECOMPILE" ${ARGN})
  shoal_module_sources(sources)
  add_library(shoal_${name} STATIC ${sources})
  list(FILTER sources INCLUDE REGEX "_cuda\\.cpp$")
  set_source_files_properties(${sources} PROPERTIES COMPILE_OPTIONS "${SHOAL_CUDA_OPTIONS}")
  add_library(shoal::${name} ALIAS shoal_${name})
  target_include_directories(shoal_${name} PUBLIC "${CMAKE_SOURCE_DIR}/lib")
  target_link_libraries(shoal_${name} PUBLIC ${ARG_PUBLIC} PRIVATE shoal_options ${ARG_PRIVATE})
  if(ARG_PRECOMPILE)
    target_precompile_headers(shoal_${name} PRIVATE ${ARG_PRECOMPILE})
  elseif(ARG_PRECOMPILED_AS)
    target_precompile_headers(shoal_${name} REUSE_FROM shoal_${ARG_PRECOMPILED_AS})
  endif()
endfunction()
