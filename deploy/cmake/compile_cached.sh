#!/bin/sh
# compile_cached.sh CHECKOUT HASHDIR COMMAND…: a compilation through ccache, set so that any checkout finds what another has
# compiled, whatever its user's own settings are. HASHDIR is "hashdir" where the result names the build folder (debug
# information), otherwise "nohashdir".

# Paths below the checkout are hashed, and handed to the compiler, relative to the build folder.
export CCACHE_BASEDIR="$1"
if [ "$2" = nohashdir ]; then export CCACHE_NOHASHDIR=1; fi
shift 2
# What CMake does with precompiled headers is what the first two ask to be sure of: they come first, by -include, and no source
# that uses one changes a macro that it tests. The other two: headers have often just been written.
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
# Which headers were read is known from the compiler's own list, so nothing is preprocessed twice.
export CCACHE_DEPEND=1
# A file is hashed once, not by each compilation that reads it: precompiled headers have hundreds of megabytes.
export CCACHE_INODECACHE=1

# An old precompiled header in the place of a new one would count as something that the new one includes.
for argument; do
  case $argument in *.gch) rm -f "$argument" ;; esac
done
exec ccache "$@"
