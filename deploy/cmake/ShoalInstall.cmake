# cmake --install BUILD --prefix P: a folder that can be moved. bin/shoal finds everything through paths relative to itself:
#   bin/shoal
#   lib/shoal/                 libraries that do not belong to the system (of modules, of a package manager)
#   lib/shoal/torch/lib        LibTorch, and beside it nvidia/*/lib, as in its wheel: its own libraries refer to each other like that
#   share/shoal/{slurm,configs,deploy/demo,modulefiles}   share/doc/shoal
# MPI, and the driver's libcuda, stay the cluster's: they belong to its network and its GPUs.

option(SHOAL_BUNDLE "Install LibTorch and other libraries that are not the system's; off: refer to where they are" ON)

# rpath, not runpath: what is installed here also counts for the libraries that are installed here.
target_link_options(shoal PRIVATE "-Wl,--disable-new-dtags")
set(system_library "^/(usr/)?lib(32|64)?/")
set(from_outside "^lib(mpi|open-|pmi|uc[pstm]|fabric|cuda\\.so|nvidia|torch|c10|gomp)" "^ld-linux")
set(share "share/shoal")

if(SHOAL_BUNDLE)
  set(rpath "$ORIGIN/../lib/shoal" "$ORIGIN/../lib/shoal/torch/lib")
  foreach(library ${MPI_C_LIBRARIES})
    cmake_path(GET library PARENT_PATH folder)
    if(NOT "${folder}/" MATCHES "${system_library}")
      list(APPEND rpath "${folder}")
    endif()
  endforeach()
  list(REMOVE_DUPLICATES rpath)
  set_target_properties(shoal PROPERTIES INSTALL_RPATH "${rpath}")
  install(TARGETS shoal RUNTIME_DEPENDENCIES PRE_EXCLUDE_REGEXES ${from_outside} "libcudart|libcupti|libcu[a-z]+\\.so|libnccl"
          POST_EXCLUDE_REGEXES "${system_library}" "/torch/lib/" "/nvidia/" RUNTIME DESTINATION bin LIBRARY DESTINATION lib/shoal)
  if(SHOAL_CUDA)
    set(torch_files "lib[^/]*\\.so[^/]*")
    set(nvidia_files "lib[^/]*\\.so[^/]*")
  else()
    set(torch_files "lib(c10|torch_cpu|gomp)[.-][^/]*so[^/]*|lib(c10|torch_cpu)\\.so")
    set(nvidia_files "lib(cudart|cupti)\\.so[^/]*")
  endif()
  install(DIRECTORY "${SHOAL_LIBTORCH}/lib" DESTINATION lib/shoal/torch USE_SOURCE_PERMISSIONS
          FILES_MATCHING REGEX "/lib/(${torch_files})$" PATTERN "libshm*" EXCLUDE PATTERN "*python*" EXCLUDE)
  foreach(folder ${SHOAL_NVIDIA_LIBS})
    cmake_path(GET folder PARENT_PATH package)
    cmake_path(GET package FILENAME package)
    install(DIRECTORY "${folder}" DESTINATION "lib/shoal/nvidia/${package}" USE_SOURCE_PERMISSIONS
            FILES_MATCHING REGEX "/lib/(${nvidia_files})$")
  endforeach()
else()
  set_target_properties(shoal PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
  install(TARGETS shoal RUNTIME DESTINATION bin)
endif()

install(DIRECTORY "${CMAKE_SOURCE_DIR}/slurm" DESTINATION "${share}" FILES_MATCHING PATTERN "*.sbatch" PATTERN "*.sh")
install(DIRECTORY "${CMAKE_SOURCE_DIR}/configs" DESTINATION "${share}")
# The examples name ../deploy/demo; its model is fetched there.
install(DIRECTORY "${CMAKE_SOURCE_DIR}/deploy/demo" DESTINATION "${share}/deploy" USE_SOURCE_PERMISSIONS
        PATTERN "model" EXCLUDE PATTERN "__pycache__" EXCLUDE)
install(PROGRAMS "${CMAKE_SOURCE_DIR}/deploy/setup.sh" DESTINATION "${share}/deploy")
install(FILES "${CMAKE_SOURCE_DIR}/deploy/pins.sh" DESTINATION "${share}/deploy")
install(DIRECTORY "${CMAKE_SOURCE_DIR}/docs/" DESTINATION share/doc/shoal)
install(FILES "${CMAKE_SOURCE_DIR}/README.md" "${CMAKE_SOURCE_DIR}/LICENSE" DESTINATION share/doc/shoal)

configure_file("${CMAKE_SOURCE_DIR}/deploy/modulefile/shoal.in" "${CMAKE_BINARY_DIR}/modulefile" @ONLY)
install(FILES "${CMAKE_BINARY_DIR}/modulefile" DESTINATION "${share}/modulefiles/shoal" RENAME "${PROJECT_VERSION}")
