# ccache, where it is installed: a fresh clone in another folder compiles only what differs from what was compiled before, and
# so does a second preset. -DSHOAL_CCACHE=OFF compiles everything here and now.

option(SHOAL_CCACHE "Compile through ccache where it is installed" ON)
find_program(CCACHE ccache)
if(NOT SHOAL_CCACHE OR NOT CCACHE)
  return()
endif()

if(CMAKE_BUILD_TYPE MATCHES "^(Release|MinSizeRel)$")
  set(hash_dir nohashdir)
else()
  set(hash_dir hashdir)
endif()
foreach(language C CXX CUDA)
  set(CMAKE_${language}_COMPILER_LAUNCHER "${CMAKE_SOURCE_DIR}/deploy/cmake/compile_cached.sh" "${CMAKE_SOURCE_DIR}" ${hash_dir})
endforeach()
